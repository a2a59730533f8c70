// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package bench_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/tests/api"
)

// sizes are how many dossiers stand there when the life cycle is measured: BENCH_SIZES,
// or none, 300,000 and a million.
func sizes(t *testing.T) (all []int) {
	t.Helper()
	said := os.Getenv("BENCH_SIZES")
	if said == "" {
		said = "0,300000,1000000"
	}
	for one := range strings.SplitSeq(said, ",") {
		n, err := strconv.Atoi(one)
		if err != nil {
			t.Fatalf("BENCH_SIZES=%s", said)
		}
		all = append(all, n)
	}
	return all
}

// staff are those who work on a dossier of the ward.
type staff struct{ clerk, officer, leader api.Person }

// lives is what became of the dossiers of a measurement.
type lives struct {
	mu    sync.Mutex
	codes map[string]string // code → id
	twice []string
}

// lifecycle measures how many dossiers a second are sent in, accepted with a code and a
// receipt, taken in hand, decided by two persons (stopped, with reason and rule) and looked for, while
// more and more stand behind them. Each act is a durable transaction of its own.
func lifecycle(t *testing.T, r *report) {
	t.Helper()
	for _, on := range databases(t) {
		s := lived(t, on.url != "")
		loaded, first := 0, 0.0
		for i, n := range sizes(t) {
			if n > loaded {
				s.load(t, n-loaded, uint64(i+1))
				loaded = n
			}
			rate, cost := s.cycles(t)
			if i == 0 {
				first = rate
			}
			r.add(fmt.Sprintf("dossiers a second from sending to the decision and being found, %d behind them, %s", n, on.name), "> 37",
				fmt.Sprintf("%.1f (%s of processor each)", rate, millis(cost)), fmt.Sprintf("%.1f (with %d behind them)", first, sizes(t)[0]), ratio(rate, first))
		}
		s.Stop()
	}
}

// cycles measures one size: lives a second, and the time of processors that the program
// takes for each, with what it does in the background.
func (s *store) cycles(t *testing.T) (rate float64, cost time.Duration) {
	t.Helper()
	c, err := api.Connect(t.Context(), s.URL)
	if err != nil {
		t.Fatal(err)
	}
	var o staff
	for login, who := range map[string]*api.Person{"motcua.longxuyen": &o.clerk, "chuyenvien.longxuyen": &o.officer, "lanhdao.longxuyen": &o.leader} {
		if *who, err = c.Person(t.Context(), login); err != nil {
			t.Fatal(err)
		}
	}
	l := &lives{codes: map[string]string{}}
	before := s.CPU(t)
	rate = perSecond(t, func(ctx context.Context) error { return l.cycle(ctx, o) })
	cost = (s.CPU(t) - before) / time.Duration(max(1, len(l.codes)))
	l.check(t, o)
	return rate, cost
}

// cycle is the life of one dossier.
func (l *lives) cycle(ctx context.Context, o staff) error {
	id, err := o.clerk.File(ctx, rand.Text())
	if err != nil {
		return err
	}
	code, err := o.clerk.Accept(ctx, id)
	if err != nil {
		return err
	}
	if err := o.officer.Do(ctx, http.MethodPost, "/dossiers/"+id+"/claim", struct{}{}, nil); err != nil {
		return err
	}
	var motion struct {
		Motion string `json:"motion"`
	}
	if err := o.officer.Do(ctx, http.MethodPost, "/dossiers/"+id+"/motions", map[string]any{
		"kind": "stop", "reason": "Người nộp đã được giải quyết ở nơi khác.", "basis": "Khoản 4 Điều 1 của quy trình giả định", "money": "none",
	}, &motion); err != nil {
		return err
	}
	if err := o.leader.Do(ctx, http.MethodPost, "/dossiers/"+id+"/motions/"+motion.Motion+"/decision", map[string]any{"agree": true}, nil); err != nil {
		return err
	}
	if _, err := o.officer.Finds(ctx, code, id); err != nil { // whether it is found is checked when the index has caught up
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.codes[code] != "" {
		l.twice = append(l.twice, code)
	}
	l.codes[code] = id
	return nil
}

// check makes sure that no code was given twice, and that each dossier has ended and is
// found.
func (l *lives) check(t *testing.T, o staff) {
	t.Helper()
	if len(l.twice) > 0 {
		t.Errorf("codes given twice: %v", l.twice)
	}
	deadline, n := time.Now().Add(5*time.Minute), 0
	for code, id := range l.codes {
		if n++; n > 50 {
			break
		}
		for {
			found, err := o.officer.Finds(t.Context(), code, id)
			if err != nil {
				t.Fatal(err)
			}
			if found {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s is not found", code)
			}
			time.Sleep(200 * time.Millisecond)
		}
		var d struct {
			Status int `json:"status"`
		}
		if err := o.officer.Do(t.Context(), http.MethodGet, "/dossiers/"+id+"/summary", nil, &d); err != nil {
			t.Fatal(err)
		}
		if d.Status != 8 {
			t.Errorf("%s stands at %d", code, d.Status)
		}
	}
}
