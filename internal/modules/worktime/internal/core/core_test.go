// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/worktime"
	"tinhso.vn/internal/modules/worktime/internal/core"
	"tinhso.vn/internal/modules/worktime/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

func migrations() []db.Migrations {
	return []db.Migrations{orgs.Migrations(), audit.Migrations(), store.Migrations()}
}

func planner(account string) identity.Actor {
	return identity.NewActor(account, account).Grant(worktime.PermPlan, identity.Place{Unit: "tinh"})
}

func usual() calendar.Config {
	week := calendar.Week{Days: map[time.Weekday][]calendar.Span{}}
	for d := time.Monday; d <= time.Friday; d++ {
		week.Days[d] = []calendar.Span{{From: 7 * 60, To: 11*60 + 30}, {From: 13*60 + 30, To: 17 * 60}}
	}
	return calendar.Config{Weeks: []calendar.Week{week}, Rules: []calendar.Rule{
		{ID: "van-hoa", Name: "Ngày Văn hóa Việt Nam", Kind: calendar.Solar, Month: 11, Day: 24, Days: 1, Basis: "nq-28-2026"},
	}}
}

// saturdays is a ward that also works on Saturday mornings.
func saturdays() map[string]calendar.Config {
	week := usual().Weeks[0]
	week.Days[time.Saturday] = []calendar.Span{{From: 7 * 60, To: 11 * 60}}
	return map[string]calendar.Config{"ward": {Weeks: []calendar.Week{week}}}
}

func each(t *testing.T, f func(t *testing.T, d *db.DB, c *dbtest.Clock, s *core.Service)) {
	t.Helper()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := orgs.Apply(t.Context(), tx, []orgs.Unit{{ID: "ward", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường"}}})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		f(t, d, c, core.New(d, usual(), saturdays()))
	})
}

func draft(s *core.Service, ahead int) core.Draft {
	return core.Draft{Day: s.Today().AddDays(ahead), Kind: calendar.Off, Name: "Bão số 4", Basis: "Quyết định 12/QĐ-UBND"}
}

// next is how many days ahead a weekday is, today not counted.
func next(s *core.Service, w time.Weekday) int {
	for n := 1; ; n++ {
		if s.Today().AddDays(n).Weekday() == w {
			return n
		}
	}
}

func TestTwoPeopleDecideADay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *dbtest.Clock, s *core.Service) {
		ctx, lan, hoa := t.Context(), planner("lan"), planner("hoa")
		other := core.New(d, usual(), saturdays()) // another process
		plan := draft(s, next(s, time.Wednesday))
		id, err := s.Propose(ctx, lan, plan)
		if err != nil {
			t.Fatal(err)
		}
		works := func(s *core.Service, unit string) bool { return s.For(unit).Day(plan.Day).Works() }
		if !works(s, "") || !works(s, "ward") {
			t.Error("a proposal counts already")
		}
		for want, err := range map[error]error{
			worktime.ErrSame:     s.Confirm(ctx, lan, id),
			worktime.ErrNotFound: s.Confirm(ctx, hoa, "0190"),
			access.ErrNotAllowed: s.Confirm(ctx, identity.NewActor("x", "x"), id),
		} {
			if !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
		}
		if _, err := s.Propose(ctx, hoa, plan); !errors.Is(err, worktime.ErrTaken) {
			t.Errorf("the same day twice: %v", err)
		}
		if err := s.Confirm(ctx, hoa, id); err != nil {
			t.Fatal(err)
		}
		if works(s, "") || works(s, "ward") || works(s, "ward.mot-cua") {
			t.Error("the day is worked although it is off")
		}
		if !works(other, "") {
			t.Error("another process knows without asking")
		}
		if err := other.Refresh(ctx); err != nil || works(other, "") {
			t.Errorf("another process does not learn of it: %v", err)
		}
		if err := s.Confirm(ctx, hoa, id); !errors.Is(err, worktime.ErrConfirmed) {
			t.Errorf("twice: %v", err)
		}
		if err := s.Withdraw(ctx, hoa, id, " "); errs.KindOf(err) != errs.Invalid {
			t.Errorf("without reason: %v", err)
		}
		if err := s.Withdraw(ctx, hoa, id, "bão tan"); err != nil || !works(s, "ward") {
			t.Errorf("withdrawn: %v", err)
		}
		if err := s.Withdraw(ctx, hoa, id, "bão tan"); !errors.Is(err, worktime.ErrWithdrawn) {
			t.Errorf("twice: %v", err)
		}
		if _, err := s.Propose(ctx, hoa, plan); err != nil {
			t.Errorf("a day that was withdrawn can be proposed again: %v", err)
		}
		entries, err := audit.List(ctx, d, audit.Filter{Subject: string(id)}, "", 10)
		if err != nil || len(entries) != 3 {
			t.Errorf("%d records, %v", len(entries), err)
		}
		all, err := s.List(ctx, lan, "")
		if err != nil || len(all) != 2 {
			t.Errorf("%d days, %v", len(all), err)
		}
	})
}

func TestAUnitsOwnDayCountsMore(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *db.DB, _ *dbtest.Clock, s *core.Service) {
		ctx, lan, hoa := t.Context(), planner("lan"), planner("hoa")
		decide := func(d core.Draft) {
			t.Helper()
			id, err := s.Propose(ctx, lan, d)
			if err == nil {
				err = s.Confirm(ctx, hoa, id)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		off := draft(s, next(s, time.Thursday))
		decide(off)
		on := off
		on.Unit, on.Kind, on.From, on.To = "ward", calendar.Work, 8*60, 10*60
		decide(on)
		if s.For("").Day(off.Day).Works() || s.For("tinh").Day(off.Day).Works() {
			t.Error("all offices work")
		}
		if got := s.For("ward").Day(off.Day).Spans; !slices.Equal(got, []calendar.Span{{From: 8 * 60, To: 10 * 60}}) {
			t.Errorf("the ward works %v", got)
		}
		sunday := core.Draft{Day: s.Today().AddDays(next(s, time.Sunday)), Kind: calendar.Work, Name: "Làm bù", Basis: "QĐ 1"}
		decide(sunday)
		if got := s.For("").Day(sunday.Day).Spans; len(got) != 2 {
			t.Errorf("a Sunday worked has %v", got)
		}
		saturday := s.Today().AddDays(next(s, time.Saturday))
		if s.For("").Day(saturday).Works() || !s.For("ward").Day(saturday).Works() || !s.For("ward.mot-cua").Day(saturday).Works() {
			t.Error("Saturday is the ward's own")
		}
	})
}

func TestWhatCannotBeDecided(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *db.DB, c *dbtest.Clock, s *core.Service) {
		ctx, lan := t.Context(), planner("lan")
		for want, change := range map[string]func(d *core.Draft){
			"day worktime.past":                        func(d *core.Draft) { d.Day = s.Today().AddDays(-1) },
			"day worktime.day":                         func(d *core.Draft) { d.Day = calendar.Date{} },
			"day worktime.far":                         func(d *core.Draft) { d.Day = s.Today().AddDays(2000) },
			"kind worktime.kind":                       func(d *core.Draft) { d.Kind = "HALF" },
			"from worktime.hours":                      func(d *core.Draft) { d.From, d.To = 60, 30 },
			"name worktime.name":                       func(d *core.Draft) { d.Name = " " },
			"basis worktime.long":                      func(d *core.Draft) { d.Basis = strings.Repeat("ệ", 301) },
			"name worktime.name, basis worktime.basis": func(d *core.Draft) { d.Name, d.Basis = "", "" },
		} {
			d := draft(s, 3)
			change(&d)
			_, err := s.Propose(ctx, lan, d)
			var got []string
			if e, ok := errors.AsType[*errs.Error](err); ok {
				for _, f := range e.Fields {
					got = append(got, f.Name+" "+f.Code)
				}
			}
			if strings.Join(got, ", ") != want {
				t.Errorf("%q, want %q: %v", got, want, err)
			}
		}
		d := draft(s, 3)
		d.Unit = "nowhere"
		if _, err := s.Propose(ctx, lan, d); !errors.Is(err, orgs.ErrNotFound) {
			t.Errorf("%v", err)
		}
		id, err := s.Propose(ctx, lan, draft(s, 1))
		if err != nil {
			t.Fatal(err)
		}
		c.Advance(3 * 24 * time.Hour)
		if err := s.Confirm(ctx, planner("hoa"), id); !errors.Is(err, worktime.ErrPast) {
			t.Errorf("a day that has passed: %v", err)
		}
	})
}

// TestOneOfTwoAtOnceIsTold lets many propose the same day and many confirm it.
func TestOneOfTwoAtOnceIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *db.DB, _ *dbtest.Clock, s *core.Service) {
		ctx, plan := t.Context(), draft(s, 5)
		var wg sync.WaitGroup
		var mu sync.Mutex
		var made []worktime.ID
		for range 6 {
			wg.Go(func() {
				id, err := s.Propose(ctx, planner("lan"), plan)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					made = append(made, id)
				} else if !errors.Is(err, worktime.ErrTaken) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(made) != 1 {
			t.Fatalf("%d proposals of one day", len(made))
		}
		confirmed := 0
		for _, who := range []string{"a", "b", "c", "d"} {
			wg.Go(func() {
				err := s.Confirm(ctx, planner(who), made[0])
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					confirmed++
				} else if !errors.Is(err, worktime.ErrConfirmed) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if confirmed != 1 {
			t.Errorf("confirmed %d times", confirmed)
		}
	})
}

func TestWhyItIsDueThen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ *db.DB, _ *dbtest.Clock, s *core.Service) {
		ctx := t.Context()
		at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, calendar.Zone()) }
		two := calendar.Duration{Amount: 2, Unit: calendar.WorkingDay}
		a, err := s.Due(ctx, core.Question{Received: at(23, 9), Takes: two}) // A.8: the day of culture lies between
		if err != nil || !a.Due.Equal(at(26, 9)) || !a.Begins.Equal(at(23, 9)) || len(a.Skipped) != 1 || a.Skipped[0].Rule != "van-hoa" || a.Names["van-hoa"] == "" {
			t.Errorf("%+v %v", a, err)
		}
		if a, err := s.Due(ctx, core.Question{Received: at(27, 9), Takes: two}); err != nil || len(a.Skipped) != 2 {
			t.Errorf("%+v %v", a, err)
		}
		if a, err := s.Due(ctx, core.Question{Unit: "ward", Received: at(27, 9), Takes: two}); err != nil || len(a.Skipped) != 1 {
			t.Errorf("%+v %v", a, err)
		}
		if a, err := s.Due(ctx, core.Question{Received: at(23, 9), Takes: calendar.Duration{Amount: 400, Unit: calendar.WorkingDay}}); err != nil || len(a.Skipped) != 60 || a.More < 60 {
			t.Errorf("%d and %d, %v", len(a.Skipped), a.More, err)
		}
		for _, q := range []core.Question{
			{Takes: two},
			{Received: at(23, 9)},
			{Received: at(23, 9), Takes: calendar.Duration{Amount: -1, Unit: calendar.WorkingDay}},
			{Received: at(23, 9), Takes: calendar.Duration{Amount: 99_000, Unit: calendar.WorkingDay}},
		} {
			if _, err := s.Due(ctx, q); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%+v: %v", q, err)
			}
		}
		y, err := s.Year(ctx, "", 2026)
		if err != nil || len(y.Days) != 1 || len(y.Week[time.Monday]) != 2 || y.Week[time.Saturday] != nil {
			t.Errorf("%+v %v", y, err)
		}
		if y, err := s.Year(ctx, "ward", 0); err != nil || len(y.Week[time.Saturday]) != 1 || y.Unit.ID != "ward" {
			t.Errorf("%+v %v", y, err)
		}
		if _, err := s.Year(ctx, "nowhere", 0); !errors.Is(err, orgs.ErrNotFound) {
			t.Error(err)
		}
		if _, err := s.Year(ctx, "", 1); errs.KindOf(err) != errs.Invalid {
			t.Error(err)
		}
	})
}
