// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

func person(name string) identity.Actor {
	a := identity.NewActor("acc-"+name, "")
	a.Name = name
	return a
}

// office is a database with the table applied and offices that work from 7:00
// to 11:30 and from 13:30 to 17:00. A test starts on Monday at 9:30.
type office struct {
	t   *testing.T
	d   *db.DB
	e   *Engine
	now *dbtest.Clock
}

func each(t *testing.T, f func(t *testing.T, o office)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{jobs.Migrations(), Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		day := []calendar.Span{{From: 7 * 60, To: 11*60 + 30}, {From: 13*60 + 30, To: 17 * 60}}
		days := map[time.Weekday][]calendar.Span{}
		for w := time.Monday; w <= time.Friday; w++ {
			days[w] = day
		}
		cal, err := calendar.New(calendar.Config{Weeks: []calendar.Week{{Days: days}}})
		if err != nil {
			t.Fatal(err)
		}
		o := office{t, d, &Engine{Calendar: func(string) *calendar.Calendar { return cal }}, c}
		o.apply(table())
		f(t, o)
	})
}

func (o office) write(f func(ctx context.Context, tx *db.Tx) error) error {
	return o.d.Write(o.t.Context(), func(tx *db.Tx) error { return f(o.t.Context(), tx) })
}

func (o office) apply(t Table) bool {
	o.t.Helper()
	d, err := Compile(t, posts)
	if err != nil {
		o.t.Fatal(err)
	}
	var added bool
	if err := o.write(func(ctx context.Context, tx *db.Tx) (err error) { added, err = Apply(ctx, tx, d); return err }); err != nil {
		o.t.Fatal(err)
	}
	return added
}

func units() map[string]string {
	return map[string]string{"received": "one-stop", "authority": "culture"}
}

func (o office) start(subject string) (t Task, err error) {
	err = o.write(func(ctx context.Context, tx *db.Tx) (err error) {
		t, err = o.e.Start(ctx, tx, person("clerk"), "disability", 1, Subject{"dossier", subject}, units())
		return err
	})
	return t, err
}

func (o office) complete(a identity.Actor, t Task, choice string) (next Task, ended bool, err error) {
	err = o.write(func(ctx context.Context, tx *db.Tx) (err error) {
		next, ended, err = o.e.Complete(ctx, tx, a, t.ID, choice, "")
		return err
	})
	return next, ended, err
}

// to brings a new case to a step.
func (o office) to(subject, step string) Task {
	o.t.Helper()
	at, err := o.start(subject)
	for err == nil && at.Step != step {
		choice := ""
		if at.Step == "appraise" {
			choice = "draft"
		}
		at, _, err = o.complete(person("all"), at, choice)
	}
	if err != nil {
		o.t.Fatal(err)
	}
	return at
}

func who(err error) any {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return nil
	}
	return e.Args["who"]
}

func vn(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone())
	if err != nil {
		panic(err)
	}
	return t
}

func TestACaseFromPostToPost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) {
		at, err := o.start("d1")
		if err != nil || at.Step != "accept" || at.Unit != "one-stop" || at.Post != "clerk" {
			t.Fatalf("%+v %v", at, err)
		}
		if !at.Due.Equal(vn("2026-03-02 15:30")) {
			t.Errorf("four hours after 9:30 is %v", at.Due)
		}
		if _, err := o.start("d1"); !errors.Is(err, ErrRunning) {
			t.Errorf("started twice: %v", err)
		}
		var steps []string
		for ended := false; !ended; {
			steps = append(steps, at.Step)
			choice := ""
			if at.Step == "appraise" {
				choice = "consult"
			}
			var next Task
			if next, ended, err = o.complete(person("a"), at, choice); err != nil {
				t.Fatal(err)
			}
			if at = next; !ended && at.Unit != map[bool]string{true: "one-stop", false: "culture"}[at.Post == "clerk" && at.Step == "accept"] {
				t.Errorf("%s goes to %s", at.Step, at.Unit)
			}
		}
		if got := strings.Join(steps, " "); got != "accept appraise consult draft sign issue deliver" {
			t.Errorf("%s", got)
		}
		history, err := History(t.Context(), o.d, Subject{"dossier", "d1"})
		var events []string
		for _, e := range history {
			events = append(events, e.Event)
		}
		want := "started" + strings.Repeat(" opened done", 7) + " ended"
		if got := strings.Join(events, " "); err != nil || got != want {
			t.Errorf("%s %v", got, err)
		}
		if open, err := Of(t.Context(), o.d, Subject{"dossier", "d1"}); err != nil || len(open) > 0 {
			t.Errorf("left open: %+v %v", open, err)
		}
		if _, err := o.start("d1"); err != nil {
			t.Errorf("a case that is over is in the way of another: %v", err)
		}
	})
}

func TestReturn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) {
		at := o.to("d1", "sign")
		back := func(task Task, reason string) (next Task, err error) {
			err = o.write(func(ctx context.Context, tx *db.Tx) (err error) {
				next, err = o.e.Return(ctx, tx, person("leader"), task.ID, reason)
				return err
			})
			return next, err
		}
		if _, err := back(at, ""); !errors.Is(err, ErrNoReason) {
			t.Errorf("%v", err)
		}
		draft, err := back(at, "Sai tên")
		if err != nil || draft.Step != "draft" || draft.Post != "officer" {
			t.Fatalf("%+v %v", draft, err)
		}
		if _, err := back(draft, "x"); !errors.Is(err, ErrNoReturn) {
			t.Errorf("%v", err)
		}
		if _, _, err := o.complete(person("late"), at, ""); !errors.Is(err, ErrTaken) || who(err) != "leader" {
			t.Errorf("a returned task was completed: %v", err)
		}
		history, err := History(t.Context(), o.d, at.Subject)
		if last := history[len(history)-2]; err != nil || last.Event != "returned" || last.Note != "Sai tên" || last.Account != "acc-leader" {
			t.Errorf("%+v %v", last, err)
		}
	})
}

func TestTwoAtOnceCompleteOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) {
		for round := range 10 {
			at, err := o.start(fmt.Sprint(round))
			if err != nil {
				t.Fatal(err)
			}
			names, failed := []string{"An", "Bình", "Chi"}, make([]error, 3)
			var wg sync.WaitGroup
			for i, name := range names {
				wg.Go(func() { _, _, failed[i] = o.complete(person(name), at, "") })
			}
			wg.Wait()
			winner, losers := "", 0
			for i, err := range failed {
				if err == nil {
					winner += names[i]
				}
			}
			for _, err := range failed {
				if errors.Is(err, ErrTaken) && who(err) == winner {
					losers++
				} else if err != nil {
					t.Errorf("%v", err)
				}
			}
			open, err := Of(t.Context(), o.d, at.Subject)
			if losers != 2 || err != nil || len(open) != 1 || open[0].Step != "appraise" {
				t.Fatalf("won by %q, %d were told, open %+v, %v", winner, losers, open, err)
			}
		}
	})
}

func TestClaim(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) {
		at, err := o.start("d1")
		if err != nil {
			t.Fatal(err)
		}
		claim := func(name string) error {
			return o.write(func(ctx context.Context, tx *db.Tx) error { return o.e.Claim(ctx, tx, person(name), at.ID) })
		}
		if err := errors.Join(claim("An"), claim("An")); err != nil {
			t.Fatal(err)
		}
		if err := claim("Bình"); !errors.Is(err, ErrClaimed) || who(err) != "An" {
			t.Errorf("%v", err)
		}
		if _, _, err := o.complete(person("Bình"), at, ""); !errors.Is(err, ErrClaimed) || errs.KindOf(err) != errs.Conflict {
			t.Errorf("%v", err)
		}
		next, _, err := o.complete(person("An"), at, "")
		if err != nil || next.ClaimedBy != "" {
			t.Errorf("%+v %v", next, err)
		}
		if _, _, err := o.complete(person("An"), Task{ID: "nothing"}, ""); !errors.Is(err, ErrNotFound) {
			t.Errorf("%v", err)
		}
	})
}

func TestPauseResumeCancel(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) {
		at, s := o.to("d1", "draft"), Subject{"dossier", "d1"}
		do := func(f func(ctx context.Context, tx *db.Tx) error) error { return o.write(f) }
		pause := func(ctx context.Context, tx *db.Tx) error { return o.e.Pause(ctx, tx, person("a"), s, "supplement") }
		resume := func(ctx context.Context, tx *db.Tx) error { return o.e.Resume(ctx, tx, person("a"), s) }
		cancel := func(ctx context.Context, tx *db.Tx) error {
			return o.e.Cancel(ctx, tx, person("a"), s, "Rút hồ sơ")
		}
		if err := do(resume); !errors.Is(err, ErrNotPaused) {
			t.Errorf("%v", err)
		}
		if err := do(pause); err != nil {
			t.Fatal(err)
		}
		if err := do(pause); !errors.Is(err, ErrPaused) {
			t.Errorf("%v", err)
		}
		o.now.Advance(24 * time.Hour)
		if _, _, err := o.complete(person("a"), at, ""); !errors.Is(err, ErrPaused) {
			t.Errorf("%v", err)
		}
		if late := fire(o); len(late) > 0 {
			t.Errorf("a case that waits is overdue: %+v", late)
		}
		if err := do(resume); err != nil {
			t.Fatal(err)
		}
		open, err := Of(t.Context(), o.d, s)
		if err != nil || len(open) != 1 || !open[0].Due.Equal(at.Due.Add(24*time.Hour)) || !open[0].Paused().IsZero() {
			t.Errorf("%+v %v", open, err)
		}
		if late := fire(o); len(late) > 0 {
			t.Errorf("overdue although it waited: %+v", late)
		}
		o.now.Advance(24 * time.Hour)
		if late := fire(o); len(late) != 1 || late[0].ID != at.ID {
			t.Errorf("%+v", late)
		}
		if late := fire(o); len(late) > 0 {
			t.Errorf("told twice: %+v", late)
		}
		if err := do(cancel); err != nil {
			t.Fatal(err)
		}
		if _, _, err := o.complete(person("b"), at, ""); !errors.Is(err, ErrEnded) {
			t.Errorf("%v", err)
		}
		if err := errors.Join(do(cancel)); !errors.Is(err, ErrEnded) {
			t.Errorf("%v", err)
		}
	})
}

func fire(o office) (late []Task) {
	o.t.Helper()
	err := o.write(func(ctx context.Context, tx *db.Tx) error {
		all, err := Fire(ctx, tx, identity.Program("timers"), 100)
		late = all
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return late
}

func TestAVersionIsNeverChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) {
		if o.apply(table()) {
			t.Error("applied again, it was added again")
		}
		changed := table()
		changed.Steps[3].Hours = 8
		d, err := Compile(changed, posts)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.write(func(ctx context.Context, tx *db.Tx) error { _, err := Apply(ctx, tx, d); return err }); !errors.Is(err, ErrChanged) {
			t.Errorf("%v", err)
		}
		at := o.to("d1", "appraise")
		changed.Version = 2
		changed.Steps[1].Next = []string{"consult"}
		if !o.apply(changed) {
			t.Error("version 2 was not added")
		}
		if next, _, err := o.complete(person("a"), at, "draft"); err != nil || next.Version != 1 {
			t.Errorf("a running case does not keep its version: %+v %v", next, err)
		}
		if _, err := Load(t.Context(), o.d, "disability", 3); !errors.Is(err, ErrNotFound) {
			t.Errorf("%v", err)
		}
		err = o.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := o.e.Start(ctx, tx, person("a"), "disability", 1, Subject{"dossier", "d2"}, map[string]string{"received": "x"})
			return err
		})
		if !errors.Is(err, ErrNoUnit) {
			t.Errorf("%v", err)
		}
	})
}

func TestTasksArePagedByUrgency(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) {
		for i := range 5 {
			o.to(fmt.Sprint("a", i), "appraise")
			if _, err := o.start(fmt.Sprint("b", i)); err != nil {
				t.Fatal(err)
			}
			o.now.Advance(time.Minute * time.Duration(i%2)) // some are due at the same moment
		}
		read := func(limit int, seats ...Seat) (subjects string) {
			var after Key
			for {
				page, err := Tasks(t.Context(), o.d, seats, after, limit)
				if err != nil {
					t.Fatal(err)
				}
				if len(page) == 0 {
					return strings.TrimSpace(subjects)
				}
				for _, task := range page {
					subjects += " " + task.Subject.ID
				}
				after = page[len(page)-1].After()
			}
		}
		officer, clerk := Seat{"culture", "officer"}, Seat{"one-stop", "clerk"}
		if got := read(2, officer); got != "a0 a1 a2 a3 a4" {
			t.Errorf("%s", got)
		}
		if got := read(3, officer, clerk); len(strings.Fields(got)) != 10 || got != read(100, clerk, officer) {
			t.Errorf("%s", got)
		}
		if got := read(2, Seat{"culture", "clerk"}, Seat{"one-stop", "officer"}) + read(2); got != "" {
			t.Errorf("a post of one unit sees another: %s", got)
		}
	})
}
