// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package bench_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/tests/api"
)

// Who is there at once, for how long, and how long they think between two acts.
const (
	officials   = 300
	citizens    = 200
	crowdLasts  = time.Minute
	thinkAtMost = 14 * time.Second
)

// seated is somebody with a browser; officials also have a session of the API.
type seated struct {
	browser
	api.Person
	role, unit string
	dice       *mathrand.Rand
}

// crowdWork is what they find and what became of what they did.
type crowdWork struct {
	s     *store
	codes []string
	names []string
	tasks map[string][][2]string // dossier and step, nobody's yet, by unit

	mu      sync.Mutex
	took    []time.Duration
	filed   map[string]string // id → code
	claimed map[string]int    // step → how often it was said that it is one's own
	notes   int
	failed  error
}

// crowds measures everybody at once, and counts afterwards what was acknowledged.
func crowds(t *testing.T, r *report) {
	t.Helper()
	for _, on := range databases(t) {
		s := lived(t, on.url != "")
		if n := dossiersToLoad(t, 300_000); len(s.shapes) < n { // else it was kept
			s.load(t, n, 1)
		}
		w := &crowdWork{s: s, filed: map[string]string{}, claimed: map[string]int{}, tasks: map[string][][2]string{}}
		people := w.people(t)
		w.find(t)
		ctx, stop := context.WithTimeout(t.Context(), crowdLasts)
		var wg sync.WaitGroup
		for _, p := range people {
			wg.Go(func() { w.work(ctx, t.Context(), p) })
		}
		wg.Wait()
		stop()
		w.check(t)
		if len(w.took) == 0 {
			t.Fatal("nobody did anything")
		}
		slices.Sort(w.took)
		bare := answers(t, bareHandler(t, fetch(t, s.URL+"/")))
		p95 := w.took[len(w.took)*95/100]
		r.add(fmt.Sprintf("%d officials and %d citizens at once, p95 of %d answers in a minute, %s", officials, citizens, len(w.took), on.name), "< 300 ms",
			fmt.Sprintf("%s (p50 %s)", millis(p95), millis(w.took[len(w.took)/2])), millis(bare.p99)+" (p99 of a bare handler)", ratio(p95.Seconds(), bare.p99.Seconds()))
		r.add(fmt.Sprintf("of these: dossiers sent and accepted, steps taken in hand, notes; codes given twice, steps taken twice, notes lost, %s", on.name), "0, 0, 0",
			fmt.Sprintf("%d, %d, %d; 0, 0, 0", len(w.filed), len(w.claimed), w.notes), "–", "–")
		s.Stop()
	}
}

// people signs everybody in, a few at a time, over the accounts of the year.
func (w *crowdWork) people(t *testing.T) (all []*seated) {
	t.Helper()
	d := w.s.open(t)
	c, err := api.Connect(t.Context(), w.s.URL)
	if err != nil {
		t.Fatal(err)
	}
	// Nobody comes twice in two roles: an account has so many sessions and no more.
	staff := texts(t, d, `SELECT a.login || ' ' || MIN(h.role_id) || ' ' || MIN(h.unit_id) FROM access_holdings h JOIN identity_accounts a ON a.id = h.account_id
		WHERE h.role_id IN ('clerk', 'officer', 'leader', 'records') AND h.unit_id <> '' AND h.until IS NULL AND h.ended_at IS NULL GROUP BY a.login HAVING COUNT(*) = 1 ORDER BY 1`)
	if 2*len(staff) < officials {
		t.Fatalf("%d officials are too few", len(staff))
	}
	people := texts(t, d, `SELECT DISTINCT a.login || ' citizen -' FROM access_holdings h JOIN identity_accounts a ON a.id = h.account_id WHERE h.role_id = 'citizen' ORDER BY 1`)
	var wg sync.WaitGroup
	turns := make(chan struct{}, 4)
	for i := range officials + citizens {
		line := people[i%len(people)]
		if i < officials {
			line = staff[i%len(staff)]
		}
		parts := strings.Fields(line)
		p := &seated{browser: w.s.signedIn(t, ""), role: parts[1], unit: parts[2], dice: mathrand.New(mathrand.NewPCG(1, uint64(i)))}
		p.login = parts[0]
		all = append(all, p)
		turns <- struct{}{}
		wg.Go(func() {
			err := p.signIn(t.Context(), w.s.URL)
			if err == nil && i < officials {
				p.Person, err = c.Person(t.Context(), p.login)
			}
			if err != nil {
				t.Error(p.login, err)
			}
			<-turns
		})
	}
	wg.Wait()
	return all
}

// find reads what people will look for.
func (w *crowdWork) find(t *testing.T) {
	t.Helper()
	d := w.s.open(t)
	w.codes = texts(t, d, `SELECT code FROM dossiers_dossiers WHERE code <> '' ORDER BY reference LIMIT 500`)
	w.names = texts(t, d, `SELECT owner_name FROM dossiers_dossiers ORDER BY reference LIMIT 500`)
	for _, line := range texts(t, d, `SELECT unit || ' ' || dossier_id || ' ' || id FROM dossiers_tasks WHERE assignee = '' ORDER BY id`) {
		p := strings.Fields(line)
		w.tasks[p[0]] = append(w.tasks[p[0]], [2]string{p[1], p[2]})
	}
}

// work is what one of them does until the time is over.
func (w *crowdWork) work(until, ctx context.Context, p *seated) {
	think := func() bool {
		select {
		case <-until.Done():
			return false
		case <-time.After(time.Duration(p.dice.Int64N(int64(thinkAtMost)))):
			return until.Err() == nil
		}
	}
	for think() {
		if err := w.act(ctx, p); err != nil {
			w.mu.Lock()
			w.failed = errors.Join(w.failed, fmt.Errorf("%s (%s): %w", p.login, p.role, err))
			w.mu.Unlock()
			return
		}
	}
}

// timed measures one answer.
func (w *crowdWork) timed(do func() error) error {
	began := time.Now()
	err := do()
	w.mu.Lock()
	w.took = append(w.took, time.Since(began))
	w.mu.Unlock()
	return err
}

func (w *crowdWork) look(ctx context.Context, p *seated, path string) error {
	return w.timed(func() error {
		_, err := p.page(ctx, w.s.URL+path, nil)
		return err
	})
}

// act is one thing that somebody of a role does.
func (w *crowdWork) act(ctx context.Context, p *seated) error {
	code, name := w.codes[p.dice.IntN(len(w.codes))], w.names[p.dice.IntN(len(w.names))]
	n := p.dice.IntN(10)
	switch p.role {
	case "citizen":
		switch {
		case n < 3:
			return w.look(ctx, p, "/tra-cuu?ma="+url.QueryEscape(code))
		case n < 6:
			return w.look(ctx, p, "/ho-so")
		}
		return w.look(ctx, p, []string{"/", "/thu-tuc", "/tim?q=" + url.QueryEscape("khai sinh"), "/thong-bao"}[n-6])
	case "clerk":
		switch {
		case n < 3:
			return w.look(ctx, p, "/tiep-nhan")
		case n < 5:
			return w.look(ctx, p, "/tim?q="+url.QueryEscape(name))
		}
		return w.file(ctx, p)
	case "leader":
		return w.look(ctx, p, []string{"/viec", "/viec", "/viec", "/thong-ke", "/thong-ke/buoc", "/giao-viec", "/giao-viec?ds=1", "/tim?q=" + url.QueryEscape(name), "/ky", "/thong-bao"}[n])
	}
	mine := w.tasks[p.unit]
	if n < 4 || len(mine) == 0 {
		return w.look(ctx, p, "/viec")
	}
	one := mine[p.dice.IntN(len(mine))]
	switch {
	case n < 6:
		return w.look(ctx, p, "/tim?q="+url.QueryEscape(code))
	case n < 8:
		return w.claim(ctx, p, one)
	}
	return w.note(ctx, p, one[0])
}

// file sends a dossier in and accepts it.
func (w *crowdWork) file(ctx context.Context, p *seated) error {
	var id, code string
	if err := w.timed(func() (err error) {
		id, err = p.File(ctx, rand.Text())
		return err
	}); err != nil {
		if errors.Is(err, api.ErrRefused) && !strings.HasPrefix(p.unit, "phuong-") {
			return nil // not a procedure of this office
		}
		return err
	}
	if err := w.timed(func() (err error) {
		code, err = p.Accept(ctx, id)
		return err
	}); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.filed[id] = code
	return nil
}

// claim takes a step in hand that others want as well.
func (w *crowdWork) claim(ctx context.Context, p *seated, one [2]string) error {
	err := w.timed(func() error {
		return p.Do(ctx, http.MethodPost, "/dossiers/"+one[0]+"/claim?step="+one[1], struct{}{}, nil)
	})
	if errors.Is(err, api.ErrRefused) {
		return nil // somebody was faster, or it is another's post
	}
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.claimed[one[1]+" "+p.login]++
	return nil
}

func (w *crowdWork) note(ctx context.Context, p *seated, dossier string) error {
	err := w.timed(func() error {
		return p.Do(ctx, http.MethodPost, "/dossiers/"+dossier+"/notes", map[string]string{"words": "Đã gọi điện cho người nộp."}, nil)
	})
	if errors.Is(err, api.ErrRefused) {
		return nil
	}
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.notes++
	return nil
}

// check counts in the database what was acknowledged.
func (w *crowdWork) check(t *testing.T) {
	t.Helper()
	if w.failed != nil {
		t.Fatal(w.failed)
	}
	d := w.s.open(t)
	codes := map[string]string{}
	for id, code := range w.filed {
		if other, twice := codes[code]; twice {
			t.Errorf("%s was given to %s and %s", code, id, other)
		}
		codes[code] = id
		if kept := one[string](t, d, `SELECT code FROM dossiers_dossiers WHERE id = $1`, id); kept != code {
			t.Errorf("%s is kept as %s", code, kept)
		}
	}
	holders := map[string]string{}
	for claim := range w.claimed {
		step, login, _ := strings.Cut(claim, " ")
		if other, twice := holders[step]; twice {
			t.Errorf("step %s was taken by %s and by %s", step, login, other)
		}
		holders[step] = login
		if kept := one[string](t, d, `SELECT a.login FROM dossiers_tasks t JOIN identity_accounts a ON a.id = t.assignee WHERE t.id = $1`, step); kept != login {
			t.Errorf("step %s is in the hands of %s, not of %s", step, kept, login)
		}
	}
	if kept := one[int](t, d, `SELECT COUNT(*) FROM dossiers_notes WHERE written_at >= `+strconv.FormatInt(time.Now().Add(-crowdLasts-time.Minute).UnixMicro(), 10)); kept != w.notes {
		t.Errorf("%d notes are kept, %d were acknowledged", kept, w.notes)
	}
}
