// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"tinhso.vn/tests/api"
	"tinhso.vn/tests/programtest"
)

// How many dossiers the national portal brings, how fast, and how often it brings one
// again that was not taken.
const (
	burstDossiers = 5000
	burstLasts    = 10 * time.Minute
	burstLines    = 8
	burstAgain    = 20
)

// burst is what the simulated portal brings while officials work.
type burst struct {
	s      *store
	portal string

	mu      sync.Mutex
	took    []time.Duration // of pages of officials
	brought []time.Duration // of the answers to the portal
	again   int             // dossiers that had to be brought again
	lost    []string
	failed  error
}

// bursts measures the pages of officials while thousands of dossiers come from the
// simulated portal, and counts afterwards that each of them is there once.
// BENCH_DOSSIERS: fewer, as fast.
func bursts(t *testing.T, r *report) {
	t.Helper()
	n := dossiersToLoad(t, burstDossiers)
	for _, on := range databases(t) {
		s := &store{driver: "sqlite"}
		if on.url != "" {
			s.database, s.driver = programtest.Postgres(t), "pgx"
			tune(t, s.database)
		}
		s.Program = programtest.StartIn(t, t.TempDir(), s.database, programtest.NoLimits, "--year=none")
		if on.url == "" {
			s.database = filepath.Join(s.Data, "tinhso.db")
		}
		found := regexp.MustCompile(`http://[0-9.:]+/dvcqg/`).FindString(s.Log())
		if found == "" {
			t.Fatal("the program does not say where the simulated portal is")
		}
		b := &burst{s: s, portal: found}
		began, within := time.Now(), burstLasts*time.Duration(n)/burstDossiers
		ctx, stop := context.WithCancel(t.Context())
		var officials sync.WaitGroup
		for _, login := range []string{"motcua.longxuyen", "chuyenvien.longxuyen", "lanhdao.longxuyen", "vanthu.longxuyen", "motcua.chaudoc", "chuyenvien.chaudoc"} {
			who := s.signedIn(t, login)
			officials.Go(func() { b.works(ctx, t.Context(), who) })
		}
		clerk := b.clerk(t)
		officials.Go(func() { b.accepts(ctx, t.Context(), clerk) })
		b.comes(t.Context(), n, within)
		lasted := time.Since(began)
		stop()
		officials.Wait()
		b.check(t, n)
		slices.Sort(b.took)
		slices.Sort(b.brought)
		if len(b.took) == 0 {
			t.Fatal("nobody worked")
		}
		bare := answers(t, bareHandler(t, fetch(t, s.URL+"/")))
		p95 := b.took[len(b.took)*95/100]
		r.add(fmt.Sprintf("%d dossiers from the national portal in %s while officials work, p95 of %d of their pages, %s", n, within.Round(time.Second), len(b.took), on.name), "< 300 ms",
			fmt.Sprintf("%s (p50 %s)", millis(p95), millis(b.took[len(b.took)/2])), millis(bare.p99)+" (p99 of a bare handler)", ratio(p95.Seconds(), bare.p99.Seconds()))
		r.add(fmt.Sprintf("the answer to the portal for each of them, p95; brought again; lost; twice, %s", on.name), "0 lost",
			fmt.Sprintf("%s; %d; 0; 0 (in %s)", millis(b.brought[len(b.brought)*95/100]), b.again, lasted.Round(time.Second)), "–", "–")
		s.Stop()
	}
}

func (b *burst) clerk(t *testing.T) api.Person {
	t.Helper()
	c, err := api.Connect(t.Context(), b.s.URL)
	if err != nil {
		t.Fatal(err)
	}
	p, err := c.Person(t.Context(), "motcua.longxuyen")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// comes brings n dossiers, evenly over a time, on some lines at once.
func (b *burst) comes(ctx context.Context, n int, within time.Duration) {
	waiting := make(chan int)
	var lines sync.WaitGroup
	for range burstLines {
		lines.Go(func() {
			for i := range waiting {
				b.bring(ctx, i)
			}
		})
	}
	began := time.Now()
	for i := range n {
		time.Sleep(time.Until(began.Add(within * time.Duration(i) / time.Duration(n))))
		waiting <- i
	}
	close(waiting)
	lines.Wait()
}

func burstCode(i int) string { return fmt.Sprintf("G22.99-BURST-%05d", i) }

// bring brings one until it is taken, as the portal would.
func (b *burst) bring(ctx context.Context, i int) {
	unit, name, number := []string{"phuong-long-xuyen", "phuong-chau-doc"}[i%2], fmt.Sprintf("Trần Văn Xa %d", i), fmt.Sprintf("0890580%05d", i)
	body, _ := json.Marshal([]any{map[string]any{ // it is plain
		"MaHoSo": burstCode(i), "MaTTHC": "1.014027.000.00.00.H01", "MaCoQuanThucHien": unit, "TaiLieuNop": []any{},
		"ChuHoSo": map[string]any{"LoaiDoiTuong": "1", "HoTen": name, "SoDinhDanh": number, "SoDienThoai": "0900000099"},
		"NoiDungKeKhai": map[string]any{
			"applicant_name": name, "applicant_born": "1948-03-27", "applicant_sex": "male", "applicant_number": number, "applicant_phone": "0900000099",
			"applicant_residence": map[string]any{"commune": unit, "detail": "Số 9, đường Giả Định"},
			"by_representative":   "no", "has_pension": "no", "has_allowance": "no", "household": "none", "pay_by": "post",
		},
	}})
	for try := range burstAgain {
		began := time.Now()
		status, err := b.file(ctx, body)
		b.mu.Lock()
		b.brought = append(b.brought, time.Since(began))
		if try == 1 {
			b.again++
		}
		b.mu.Unlock()
		if err == nil && status == http.StatusOK {
			return
		}
		time.Sleep(time.Second)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lost = append(b.lost, burstCode(i))
}

// file lets the simulated portal file what is given, and says what the province answered.
func (b *burst) file(ctx context.Context, body []byte) (status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.portal+"file", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := (&http.Client{Timeout: time.Minute}).Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	var done []struct {
		Status int `json:"status"`
	}
	if err := json.Unmarshal(raw, &done); err != nil || len(done) != 1 {
		return 0, errors.Join(err, fmt.Errorf("the portal answered %.200s", raw))
	}
	return done[0].Status, nil
}

// works looks at pages as an official does until the time is over.
func (b *burst) works(until, ctx context.Context, who browser) {
	pages := []string{"/viec", "/viec", "/tim?q=Tr%E1%BA%A7n", "/thong-bao"}
	if who.login == "motcua.longxuyen" || who.login == "motcua.chaudoc" {
		pages = []string{"/tiep-nhan", "/tiep-nhan", "/tim?q=Tr%E1%BA%A7n", "/thong-bao"}
	}
	for i := 0; until.Err() == nil; i++ {
		began := time.Now()
		_, err := who.page(ctx, b.s.URL+pages[i%len(pages)], nil)
		b.mu.Lock()
		b.took = append(b.took, time.Since(began))
		if err != nil {
			b.failed = errors.Join(b.failed, fmt.Errorf("%s: %w", who.login, err))
		}
		b.mu.Unlock()
		select {
		case <-until.Done():
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// accepts takes what has come into work, one after the other.
func (b *burst) accepts(until, ctx context.Context, who api.Person) {
	for until.Err() == nil {
		var inbox struct {
			Items []struct {
				ID string `json:"id"`
			} `json:"items"`
		}
		err := who.Do(ctx, http.MethodGet, "/inbox", nil, &inbox)
		for _, d := range inbox.Items {
			if err != nil || until.Err() != nil {
				break
			}
			began := time.Now()
			_, err = who.Accept(ctx, d.ID)
			b.mu.Lock()
			b.took = append(b.took, time.Since(began))
			b.mu.Unlock()
			if errors.Is(err, api.ErrRefused) { // a colleague was faster
				err = nil
			}
			select {
			case <-until.Done():
			case <-time.After(200 * time.Millisecond):
			}
		}
		if err != nil {
			b.mu.Lock()
			b.failed = errors.Join(b.failed, err)
			b.mu.Unlock()
			return
		}
		select {
		case <-until.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// check finds every dossier that was brought, once.
func (b *burst) check(t *testing.T, n int) {
	t.Helper()
	if b.failed != nil {
		t.Fatal(b.failed)
	}
	d := b.s.open(t)
	if len(b.lost) > 0 {
		t.Errorf("%d dossiers were never taken: %.300s", len(b.lost), fmt.Sprint(b.lost))
	}
	const ours = `FROM nationalportal_arrivals a JOIN dossiers_dossiers d ON d.id = a.dossier JOIN nationalportal_dossiers k ON k.dossier_id = d.id AND k.code = a.code WHERE a.taken = 1 AND a.code LIKE 'G22.99-BURST-%'`
	if found := one[int](t, d, `SELECT COUNT(*) `+ours); found != n {
		t.Errorf("%d dossiers were brought, %d are there", n, found)
	}
	if found := one[int](t, d, `SELECT COUNT(DISTINCT d.id) `+ours); found != n {
		t.Errorf("%d dossiers were brought, %d different ones are there", n, found)
	}
	if people := one[int](t, d, `SELECT COUNT(DISTINCT owner_id) FROM dossiers_dossiers WHERE owner_name LIKE 'Trần Văn Xa %'`); people != n {
		t.Errorf("%d people have filed, %d are known", n, people)
	}
	if extra := one[int](t, d, `SELECT COUNT(*) FROM dossiers_dossiers WHERE owner_name LIKE 'Trần Văn Xa %'`); extra != n {
		t.Errorf("%d dossiers were brought, %d are kept", n, extra)
	}
}
