// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/modules/oversight/internal/core"
	"tinhso.vn/internal/platform/db"
)

func manyPeople(threshold int) oversight.Rule {
	return oversight.Rule{ID: "many", Kind: oversight.ManyPeople, Threshold: threshold, Minutes: 60}
}

// The clock stands at 9:30 on a Monday when a test begins.
func TestRules(t *testing.T) {
	t.Parallel()
	type step struct {
		wait time.Duration
		do   func(t *testing.T, w *world)
	}
	people := func(n int) func(t *testing.T, w *world) {
		return func(t *testing.T, w *world) {
			t.Helper()
			for i := range n {
				w.dossier(t, w.officer, fmt.Sprint("p", i))
			}
		}
	}
	record := func(n int) func(t *testing.T, w *world) {
		return func(t *testing.T, w *world) {
			t.Helper()
			for i := range n {
				w.read(t, w.officer, registers.AuditRead, fmt.Sprint("cho/", i), "", access.Handling)
			}
		}
	}
	readers := func(from, to int) func(t *testing.T, w *world) {
		return func(t *testing.T, w *world) {
			t.Helper()
			for i := from; i < to; i++ {
				a := identity.NewActor(fmt.Sprint("a", i), "")
				a.Unit = "u"
				w.dossier(t, a, "p1")
			}
		}
	}
	noDossier := oversight.Rule{ID: "none", Kind: oversight.NoDossier, Threshold: 3, Minutes: 60}
	offHours := oversight.Rule{ID: "off", Kind: oversight.OffHours, Threshold: 2, Minutes: 600}
	night := oversight.Rule{ID: "night", Kind: oversight.Night, Threshold: 1, Minutes: 60, From: 22 * 60, To: 5 * 60}
	manyReaders := oversight.Rule{ID: "readers", Kind: oversight.ManyReaders, Threshold: 4, Minutes: 24 * 60}
	for name, tt := range map[string]struct {
		rule  oversight.Rule
		steps []step
		want  int // counted by the one alert; 0: none
	}{
		"many people in an hour":             {manyPeople(5), []step{{0, people(5)}}, 5},
		"one fewer":                          {manyPeople(5), []step{{0, people(4)}}, 0},
		"the same few again and again":       {manyPeople(5), []step{{0, people(4)}, {time.Minute, people(4)}, {time.Minute, people(4)}}, 0},
		"many people, but slowly":            {manyPeople(5), []step{{0, people(3)}, {61 * time.Minute, people(5)}}, 5},
		"few in each of two hours":           {manyPeople(5), []step{{0, people(4)}, {61 * time.Minute, record(4)}}, 0},
		"over the end of an hour":            {manyPeople(5), []step{{0, people(3)}, {50 * time.Minute, record(3)}}, 6},
		"no dossier":                         {noDossier, []step{{0, record(3)}}, 3},
		"no dossier, a look-up of a person":  {noDossier, []step{{0, lookUp(3)}}, 3},
		"dossiers are dossiers":              {noDossier, []step{{0, people(9)}}, 0},
		"lists name many and open nobody":    {manyPeople(1), []step{{0, lists}}, 0},
		"their own data":                     {manyPeople(1), []step{{0, owns}}, 0},
		"an account without an office":       {manyPeople(1), []step{{0, nowhere}}, 1},
		"programs":                           {manyPeople(1), []step{{0, programs}}, 0},
		"acts are no readings":               {manyPeople(1), []step{{0, acts}}, 0},
		"in working time":                    {offHours, []step{{0, people(5)}}, 0},
		"in the pause at noon":               {offHours, []step{{150 * time.Minute, people(2)}}, 2},
		"in the evening, once":               {offHours, []step{{9 * time.Hour, people(1)}}, 0},
		"on a Sunday":                        {offHours, []step{{6 * 24 * time.Hour, people(3)}}, 3},
		"at night":                           {night, []step{{13 * time.Hour, people(1)}}, 1},
		"early in the morning":               {night, []step{{19 * time.Hour, people(1)}}, 1},
		"at six":                             {night, []step{{20*time.Hour + 30*time.Minute, people(4)}}, 0},
		"one person, many readers":           {manyReaders, []step{{0, readers(0, 2)}, {20 * time.Hour, readers(2, 4)}}, 4},
		"one person, the same readers":       {manyReaders, []step{{0, readers(0, 3)}, {time.Hour, readers(0, 3)}}, 0},
		"one person, few readers on any day": {manyReaders, []step{{0, readers(0, 2)}, {25 * time.Hour, readers(2, 4)}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				w.rules(t, tt.rule)
				for _, s := range tt.steps {
					w.clock.Advance(s.wait)
					s.do(t, w)
					w.evaluate(t) // an evaluation for each step: what was read before must be remembered
				}
				got := w.alerts(t, oversight.New)
				if tt.want == 0 {
					if len(got) != 0 {
						t.Fatalf("raised %+v", got)
					}
					return
				}
				if len(got) != 1 || got[0].Count != tt.want || got[0].Rule != tt.rule.ID || got[0].Threshold != tt.rule.Threshold {
					t.Fatalf("got %+v, want one that counts %d", got, tt.want)
				}
				subject := w.officer.Account
				if tt.rule.Kind == oversight.ManyReaders {
					subject = "p1"
				}
				if got[0].Subject != subject {
					t.Errorf("about %s", got[0].Subject)
				}
				d, err := w.svc.GetAlert(t.Context(), w.auditor, got[0].ID, "")
				must(t, err)
				if len(d.Readings.Items) != tt.want {
					t.Errorf("%d readings behind it", len(d.Readings.Items))
				}
			})
		})
	}
}

func lookUp(n int) func(t *testing.T, w *world) {
	return func(t *testing.T, w *world) {
		t.Helper()
		for i := range n {
			w.read(t, w.officer, "people.looked_up", "", fmt.Sprint("p", i), access.Handling)
		}
	}
}

func lists(t *testing.T, w *world) {
	t.Helper()
	w.read(t, w.officer, dossiers.AuditPersonRead, "desk", "", access.Handling)
}

func owns(t *testing.T, w *world) {
	t.Helper()
	w.read(t, w.officer, dossiers.AuditPersonRead, "d", "p", access.Own)
}

func nowhere(t *testing.T, w *world) {
	t.Helper()
	a := w.officer
	a.Unit = ""
	w.dossier(t, a, "p1")
}

func programs(t *testing.T, w *world) {
	t.Helper()
	a := identity.Program("x")
	a.Unit = "u"
	w.dossier(t, a, "p1")
}

func acts(t *testing.T, w *world) {
	t.Helper()
	w.read(t, w.officer, dossiers.AuditSigned, "d", "p", "")
}

func TestOneAlertADay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.rules(t, manyPeople(3))
		for i := range 8 {
			w.dossier(t, w.officer, fmt.Sprint("p", i))
			w.evaluate(t)
		}
		got := w.alerts(t, oversight.New)
		if len(got) != 1 || got[0].Count != 8 || got[0].Day != "2026-03-02" {
			t.Fatalf("got %+v", got)
		}
		w.clock.Advance(24 * time.Hour)
		for i := range 3 {
			w.dossier(t, w.officer, fmt.Sprint("p", i))
		}
		w.evaluate(t)
		if got := w.alerts(t, oversight.New); len(got) != 2 || got[1].Count != 3 || got[1].Day != "2026-03-03" {
			t.Errorf("the next day: %+v", got)
		}
		if n := w.count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1`, string(oversight.AuditRaised)); n != 2 {
			t.Errorf("%d records of alerts", n)
		}
		if n := w.count(t, `SELECT COUNT(*) FROM events_outbox WHERE name = $1`, string(oversight.EventRaised)); n != 2 {
			t.Errorf("%d events", n)
		}
		if n := w.count(t, `SELECT COUNT(*) FROM oversight_touches`); n != 3 {
			t.Errorf("%d readings are remembered of an hour with three", n)
		}
	})
}

func TestHistoryIsNoNews(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.rules(t, manyPeople(3))
		for i := range 9 {
			w.dossier(t, w.officer, fmt.Sprint("p", i))
		}
		w.clock.Advance(8 * 24 * time.Hour)
		w.evaluate(t)
		if got := w.alerts(t, oversight.New); len(got) != 0 {
			t.Errorf("raised %+v", got)
		}
	})
}

// Several servers look at once: each reading is looked at once.
func TestServersAtOnceRaiseOneAlert(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.rules(t, manyPeople(3), oversight.Rule{ID: "night", Kind: oversight.Night, Threshold: 1, Minutes: 60, From: 0, To: 1440})
		for i := range 450 {
			w.dossier(t, w.officer, fmt.Sprint("p", i))
		}
		w.seal(t)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for more := true; more; {
					var err error
					if more, err = w.svc.Evaluate(t.Context()); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		w.evaluate(t)
		for _, a := range w.alerts(t, oversight.New) {
			if a.Count != 450 {
				t.Errorf("%s counts %d", a.Rule, a.Count)
			}
		}
		if n := w.count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1`, string(oversight.AuditRaised)); n != 2 {
			t.Errorf("%d alerts were raised", n)
		}
		if n := w.count(t, `SELECT COUNT(*) FROM oversight_evidence`); n != 900 {
			t.Errorf("%d readings behind them", n)
		}
	})
}

// A server that dies in the middle of a batch leaves nothing of it: the next
// begins where it began.
func TestACrashBetweenRaisesNothingTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.rules(t, manyPeople(3))
		for i := range 5 {
			w.dossier(t, w.officer, fmt.Sprint("p", i))
		}
		w.seal(t)
		lost := errors.New("the plug was pulled")
		for range 2 {
			err := core.EvaluateAndThen(t.Context(), w.svc, func(*db.Tx) error { return lost })
			if !errors.Is(err, lost) {
				t.Fatalf("got %v", err)
			}
		}
		if n := w.count(t, `SELECT (SELECT COUNT(*) FROM oversight_alerts) + (SELECT COUNT(*) FROM oversight_touches) + (SELECT next FROM oversight_place)`); n != 0 {
			t.Errorf("%d traces of what did not happen", n)
		}
		w.evaluate(t)
		if got := w.alerts(t, oversight.New); len(got) != 1 || got[0].Count != 5 {
			t.Errorf("got %+v", got)
		}
		if n := w.count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1`, string(oversight.AuditRaised)); n != 1 {
			t.Errorf("%d records", n)
		}
	})
}
