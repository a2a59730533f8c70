// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/platform/db"
)

// do runs one act of somebody.
func (o office) do(f func(ctx context.Context, tx *db.Tx) error) error {
	o.t.Helper()
	return o.write(f)
}

func (o office) must(f func(ctx context.Context, tx *db.Tx) error) {
	o.t.Helper()
	if err := o.write(f); err != nil {
		o.t.Fatal(err)
	}
}

func TestReleaseAndReassign(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) {
		at := o.to("d1", "appraise")
		o.must(func(ctx context.Context, tx *db.Tx) error { return o.e.Claim(ctx, tx, person("An"), at.ID) })
		release := func(name string) error {
			return o.do(func(ctx context.Context, tx *db.Tx) error { return o.e.Release(ctx, tx, person(name), at.ID) })
		}
		if err := release("Bình"); !errors.Is(err, ErrClaimed) {
			t.Errorf("%v", err)
		}
		reassign := func(reason string) error {
			return o.do(func(ctx context.Context, tx *db.Tx) error {
				return o.e.Reassign(ctx, tx, person("leader"), at.ID, "acc-Chi", "Chi", reason)
			})
		}
		if err := reassign(""); !errors.Is(err, ErrNoReason) {
			t.Errorf("%v", err)
		}
		if err := reassign("nghỉ phép"); err != nil {
			t.Fatal(err)
		}
		if now, err := Get(t.Context(), o.d, at.ID); err != nil || now.ClaimedBy != "acc-Chi" || now.Claimer != "Chi" {
			t.Errorf("%+v %v", now, err)
		}
		if err := release("Chi"); err != nil {
			t.Error(err)
		}
		if _, _, err := o.complete(person("An"), at, "draft"); err != nil {
			t.Errorf("released, it cannot be done: %v", err)
		}
		if err := reassign("muộn"); !errors.Is(err, ErrTaken) {
			t.Errorf("a task that is done was reassigned: %v", err)
		}
	})
}

func TestAnAbsence(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) {
		at := o.to("d1", "appraise")
		o.must(func(ctx context.Context, tx *db.Tx) error { return o.e.Claim(ctx, tx, person("An"), at.ID) })
		now := o.d.Now()
		a := Absence{Account: "acc-An", Deputy: "acc-Bình", DeputyName: "Bình", From: now, Until: db.At(now.Add(time.Hour))}
		mine := func(account string) (steps string) {
			all, err := Mine(t.Context(), o.d, account, nil, o.d.Now(), Key{}, 10)
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range all {
				steps += one.Step
			}
			return steps
		}
		if mine("acc-Bình") != "" || mine("acc-An") != "appraise" {
			t.Errorf("%s %s", mine("acc-Bình"), mine("acc-An"))
		}
		for _, wrong := range []Absence{{}, {Account: "a", Deputy: "a", From: now, Until: a.Until}, {Account: "a", Deputy: "b", From: now, Until: now}} {
			if err := o.do(func(ctx context.Context, tx *db.Tx) error { _, err := Delegate(ctx, tx, wrong); return err }); !errors.Is(err, ErrAbsence) {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
		o.must(func(ctx context.Context, tx *db.Tx) (err error) { a.ID, err = Delegate(ctx, tx, a); return err })
		if mine("acc-Bình") != "appraise" {
			t.Error("the deputy does not see what the other holds")
		}
		if err := o.do(func(ctx context.Context, tx *db.Tx) error { return o.e.Claim(ctx, tx, person("Chi"), at.ID) }); !errors.Is(err, ErrClaimed) {
			t.Errorf("%v", err)
		}
		if list, err := Absences(t.Context(), o.d, "acc-An", o.d.Now()); err != nil || len(list) != 1 || list[0] != a {
			t.Errorf("%+v %v", list, err)
		}
		o.must(func(ctx context.Context, tx *db.Tx) error { return a.Return(ctx, tx) })
		if _, _, err := o.complete(person("Bình"), at, "draft"); !errors.Is(err, ErrClaimed) {
			t.Errorf("back again, the deputy still acts: %v", err)
		}
		o.must(func(ctx context.Context, tx *db.Tx) error { _, err := Delegate(ctx, tx, a); return err })
		if _, _, err := o.complete(person("Bình"), at, "draft"); err != nil {
			t.Errorf("the deputy cannot act: %v", err)
		}
		o.now.Advance(2 * time.Hour)
		if ok, err := StandsIn(t.Context(), o.d, "acc-Bình", "acc-An", o.d.Now()); ok || err != nil {
			t.Errorf("the absence is over: %v %v", ok, err)
		}
	})
}

func TestOpinions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) {
		at := o.to("d1", "appraise")
		q := Question{Unit: "tax", Post: "officer", Text: "Có nợ thuế không?", Within: calendar.Duration{Amount: 2, Unit: calendar.WorkingHour}}
		var one, two Task
		o.must(func(ctx context.Context, tx *db.Tx) (err error) {
			if one, err = o.e.Ask(ctx, tx, person("An"), at.ID, q); err != nil {
				return err
			}
			two, err = o.e.Ask(ctx, tx, person("An"), at.ID, q)
			return err
		})
		if err := o.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := o.e.Ask(ctx, tx, person("An"), at.ID, Question{Unit: "tax", Post: "officer"})
			return err
		}); !errors.Is(err, ErrOpinion) {
			t.Errorf("%v", err)
		}
		if all, err := Tasks(t.Context(), o.d, []Seat{{"tax", "officer"}}, Key{}, 10); err != nil || len(all) != 2 || !one.Due.Before(at.Due.Time) {
			t.Errorf("%+v %v", all, err)
		}
		if _, _, err := o.complete(person("An"), at, "draft"); !errors.Is(err, ErrAsked) {
			t.Errorf("completed without the answers: %v", err)
		}
		if _, _, err := o.complete(person("thuế"), one, ""); !errors.Is(err, ErrOpinion) {
			t.Errorf("an opinion moved the case: %v", err)
		}
		o.now.Advance(48 * time.Hour) // silence
		if late := fire(o); len(late) != 3 {
			t.Errorf("%d late", len(late))
		}
		if _, _, err := o.complete(person("An"), at, "draft"); !errors.Is(err, ErrAsked) {
			t.Errorf("silence was taken for consent: %v", err)
		}
		answer := func(outcome, words string) error {
			return o.do(func(ctx context.Context, tx *db.Tx) error {
				return o.e.Answer(ctx, tx, person("thuế"), one.ID, outcome, words)
			})
		}
		if err := answer(Unanswered, "x"); !errors.Is(err, ErrOpinion) {
			t.Errorf("%v", err)
		}
		if err := errors.Join(answer(Disagreed, "Còn nợ")); err != nil {
			t.Fatal(err)
		}
		if err := answer(Agreed, "Lại"); !errors.Is(err, ErrTaken) {
			t.Errorf("%v", err)
		}
		o.must(func(ctx context.Context, tx *db.Tx) error {
			return o.e.CloseOpinion(ctx, tx, person("An"), two.ID, "quá hạn, không trả lời")
		})
		if _, _, err := o.complete(person("An"), at, "draft"); err != nil {
			t.Fatal(err)
		}
		all, err := Opinions(t.Context(), o.d, at.ID)
		if err != nil || len(all) != 2 || all[0].Outcome != Disagreed || all[1].Outcome != Unanswered {
			t.Errorf("%+v %v", all, err)
		}
	})
}

// What was done is undone in reverse order, by a cancelled case as well, and a
// timer or a message that comes twice is one.
func TestUndoneInReverseOrderAndNothingTwice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) {
		undo := func(id string) string {
			return service(id) + event("boundaryEvent", id+"undo", undone, `attachedToRef="`+id+`"`) + service("un"+id, `isForCompensation="true"`) +
				`<bpmn:association id="as_` + id + `" sourceRef="` + id + `undo" targetRef="un` + id + `"/>`
		}
		file := flowFile("back", el("startEvent", "s")+undo("a")+undo("b")+undo("c")+user("u")+
			event("boundaryEvent", "r", hour, `attachedToRef="u" cancelActivity="false"`)+service("remind")+el("endEvent", "y")+el("endEvent", "z")+
			arrows("s a", "a b", "b c", "c u", "u z", "r remind", "remind y"))
		p := newPlant(o, file)
		var order []string
		p.e.Handlers["x.do"] = Handler{Outside: func(_ context.Context, c Call) (Result, error) {
			order = append(order, c.Node)
			if strings.HasPrefix(c.Node, "un") && c.Undo == "" {
				t.Errorf("%s does not know what it undoes", c.Node)
			}
			return Result{}, nil
		}}
		p.begin("back", "d1")
		p.work()
		o.now.Advance(61 * time.Minute)
		var timer string
		if err := o.d.QueryRow(t.Context(), `SELECT id FROM workflow_timers WHERE node = 'r'`).Scan(&timer); err != nil {
			t.Fatal(err)
		}
		for range 3 { // workers whose leases have ended
			if err := p.e.ring(t.Context(), o.d, timer); err != nil {
				t.Fatal(err)
			}
		}
		p.work()
		o.must(func(ctx context.Context, tx *db.Tx) error {
			return o.e.Cancel(ctx, tx, person("a"), Subject{"test", "d1"}, "Rút hồ sơ")
		})
		if p.state("d1") != undoing {
			t.Errorf("%s", p.state("d1"))
		}
		p.work()
		if got := strings.Join(order, " "); got != "a b c remind unc unb una" || p.state("d1") != caseCancelled {
			t.Errorf("%s: %s", p.state("d1"), got)
		}
	})
}

// A message and its waiter that come at the same moment do not miss each other.
func TestMessagesAreNotMissed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) {
		p := newPlant(o, flowFile("ask", el("startEvent", "s")+el("eventBasedGateway", "g")+event("intermediateCatchEvent", "c", message)+
			event("intermediateCatchEvent", "t", strings.Replace(hour, "PT1H", "P9D", 1))+el("endEvent", "z")+arrows("s g", "g c", "g t", "c z", "t z")))
		p.e.trip = nil
		for i := range 12 {
			subject := fmt.Sprint("d", i)
			var wg sync.WaitGroup
			wg.Go(func() {
				o.must(func(ctx context.Context, tx *db.Tx) error {
					_, err := p.e.Begin(ctx, tx, person("a"), Begin{Flow: "ask", Version: 1, Subject: Subject{"test", subject}, Units: units()})
					return err
				})
			})
			wg.Go(func() {
				for range 2 { // the sender did not hear that it had arrived
					o.must(func(ctx context.Context, tx *db.Tx) error {
						return Publish(ctx, tx, "m"+subject, "answer", subject, nil)
					})
				}
				if err := p.e.deliver(t.Context(), o.d, "m"+subject); err != nil {
					t.Error(err)
				}
			})
			wg.Wait()
			if p.state(subject) != caseDone {
				t.Fatalf("%s waits although its message has come", subject)
			}
		}
	})
}

func TestCasesMoveOnlyByAMap(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o office) {
		one, two, done := o.to("d1", "appraise"), o.to("d2", "sign"), o.to("d3", "deliver")
		if _, _, err := o.complete(person("a"), done, ""); err != nil {
			t.Fatal(err)
		}
		o.must(func(ctx context.Context, tx *db.Tx) error { return o.e.Claim(ctx, tx, person("An"), one.ID) })
		next := table()
		next.Version = 2
		next.Steps[1].ID, next.Steps[0].Next, next.Steps[2].Back = "examine", []string{"examine"}, "examine"
		next.Steps[4].Post = "officer"
		o.apply(next)
		m := Move{From: Ref{"disability", 1}, To: Ref{"disability", 2}, Nodes: map[string]string{"appraise": "examine"}, Reason: "QĐ 5"}
		a, err := o.e.Preview(t.Context(), o.d, m, "", 10)
		if err != nil || a.Cases != 2 || a.At["appraise"] != 1 || a.At["sign"] != 1 || !slices.Equal(a.Unmapped, []string{"sign"}) || len(a.Page) != 2 || a.Fit() {
			t.Fatalf("%+v %v", a, err)
		}
		if _, err := o.e.MoveAll(t.Context(), o.d, person("leader"), m, 10, nil); !errors.Is(err, ErrUnmapped) {
			t.Fatalf("%v", err)
		}
		if open, err := Of(t.Context(), o.d, one.Subject); err != nil || open[0].Version != 1 {
			t.Errorf("half of it was moved: %+v", open)
		}
		m.Nodes["sign"] = "_end"
		if a, err = o.e.Preview(t.Context(), o.d, m, "", 10); err != nil || !slices.Equal(a.Unfit, []string{"sign"}) {
			t.Errorf("%+v %v", a, err)
		}
		m.Nodes["sign"] = "sign"
		told := 0
		more, err := o.e.MoveAll(t.Context(), o.d, person("leader"), m, 10, func(_ context.Context, _ *db.Tx, moved Moved) error {
			told += len(moved.Opened)
			return nil
		})
		if err != nil || more || told != 2 {
			t.Fatalf("%v %v told %d", more, err, told)
		}
		open, err := Of(t.Context(), o.d, one.Subject)
		if err != nil || len(open) != 1 || open[0].ID != one.ID || open[0].Step != "examine" || open[0].Version != 2 || open[0].ClaimedBy != "acc-An" || open[0].Due != one.Due {
			t.Errorf("%+v %v", open, err)
		}
		if open, err = Of(t.Context(), o.d, two.Subject); err != nil || open[0].Post != "officer" {
			t.Errorf("%+v %v", open, err)
		}
		if next, _, err := o.complete(person("An"), one, "draft"); err != nil || next.Step != "draft" || next.Version != 2 {
			t.Errorf("%+v %v", next, err)
		}
		if err := o.do(func(ctx context.Context, tx *db.Tx) error {
			_, err := o.e.MoveCase(ctx, tx, person("a"), m, one.Case)
			return err
		}); !errors.Is(err, ErrNotFound) {
			t.Errorf("moved twice: %v", err)
		}
	})
}
