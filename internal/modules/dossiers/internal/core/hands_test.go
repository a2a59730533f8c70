// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func taskOf(t *testing.T, w *dossierstest.World, a identity.Actor, id dossiers.ID) dossiers.TaskID {
	t.Helper()
	return must[core.Full](t)(w.Service.Get(t.Context(), a, id, access.Handling)).Step.Task
}

const sick = "đồng chí Hưng nghỉ ốm dài ngày"

// A leader puts work into other hands, each step by itself; who may not do a
// step does not get it, and what is not in scope is not there.
func TestALeaderReassigns(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		held, free, signing := w.Accepted(t), w.Accepted(t), w.ToSign(t)
		ok(t, s.Claim(ctx, w.Officer, held, ""))
		steps := []dossiers.TaskID{taskOf(t, w, w.Officer, held), taskOf(t, w, w.Officer, signing), taskOf(t, w, w.Officer, free), "nothing"}

		_, err := s.Reassign(ctx, w.Officer, steps, w.Second.Account, sick)
		refused(t, "an officer reassigns", err, access.ErrNotAllowed)
		_, err = s.Reassign(ctx, w.Leader, steps, w.Second.Account, "vì")
		refused(t, "without a reason", err, dossiers.ErrReasonNeeded)
		for _, one := range must[[]dossiers.HandedOver](t)(s.Reassign(ctx, w.OtherLeader, steps, w.Second.Account, sick)) {
			refused(t, "by the leader of another ward", one.Err, dossiers.ErrNotFound)
		}
		for i, one := range must[[]dossiers.HandedOver](t)(s.Reassign(ctx, w.Leader, steps[:1], w.OtherOfficer.Account, sick)) {
			refused(t, "to who may not do it here", one.Err, dossiers.ErrNoColleague)
			if one.Task != steps[i] {
				t.Errorf("answer %d is about %s", i, one.Task)
			}
		}
		if all := must[[]core.Colleague](t)(s.ListColleagues(ctx, w.Leader, steps[0])); len(all) != 1 || all[0].Account != w.Second.Account {
			t.Errorf("colleagues %+v", all)
		}
		_, err = s.ListColleagues(ctx, w.OtherLeader, steps[0])
		refused(t, "colleagues elsewhere", err, dossiers.ErrNotFound)

		all := must[[]dossiers.HandedOver](t)(s.Reassign(ctx, w.Leader, steps, w.Second.Account, sick))
		if all[0].Err != nil || all[2].Err != nil {
			t.Errorf("%+v", all)
		}
		refused(t, "a signature", all[1].Err, dossiers.ErrSignerNamed)
		refused(t, "no step", all[3].Err, dossiers.ErrNotFound)
		refused(t, "who had it", s.Finish(ctx, w.Officer, held, core.Done{}), dossiers.ErrClaimed)
		ok(t, s.Finish(ctx, w.Second, held, core.Done{}))
		if w.Audited(t, dossiers.AuditReassigned, string(held)+" to "+w.Second.Account) != 1 {
			t.Error("it is not recorded")
		}
		page := must[core.Desk](t)(s.UnitWork(ctx, w.Leader, core.DeskFilter{}, ""))
		if len(page.Items) != 3 {
			t.Errorf("the leader sees %d open steps", len(page.Items))
		}
	})
}

// Who has taken a step gives it back to everybody; nobody gives back what
// another has in hand.
func TestAStepIsGivenUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id := w.Accepted(t)
		refused(t, "what nobody has", s.Release(ctx, w.Officer, id, ""), dossiers.ErrNotHeld)
		ok(t, s.Claim(ctx, w.Officer, id, ""))
		refused(t, "what another has", s.Release(ctx, w.Second, id, ""), dossiers.ErrClaimed)
		ok(t, s.Release(ctx, w.Officer, id, ""))
		ok(t, s.Finish(ctx, w.Second, id, core.Done{}))
		refused(t, "a signature", s.Release(ctx, w.Leader, w.ToSign(t), ""), dossiers.ErrSignerNamed)
	})
}

// Another module hands over all that somebody has in hand, page by page, in its
// own transaction.
func TestHandingOver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		for range 5 {
			ok(t, s.Claim(ctx, w.Officer, w.Accepted(t), ""))
		}
		var ids []dossiers.TaskID
		after := ""
		for {
			found, next, err := s.ListHeld(ctx, w.DB, w.Officer.Account, dossierstest.Ward, after, 2)
			ok(t, err)
			for _, h := range found {
				if h.Code == "" || h.Step.VI != "Thẩm định" || h.Action != "appraise" {
					t.Errorf("%+v", h)
				}
				ids = append(ids, h.Task)
			}
			if after = next; next == "" {
				break
			}
		}
		if len(ids) != 5 {
			t.Fatalf("%d in hand", len(ids))
		}
		if found, _, err := s.ListHeld(ctx, w.DB, w.Officer.Account, dossierstest.Other, "", 10); err != nil || len(found) != 0 {
			t.Errorf("elsewhere %+v, %v", found, err)
		}
		var all []dossiers.HandedOver
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) (err error) {
			all, err = s.PassOn(ctx, tx, core.Giver(w.Leader), ids, w.Second.Account, sick)
			return err
		}))
		for i, one := range all {
			if one.Err != nil || one.Task != ids[i] {
				t.Errorf("%+v", one)
			}
		}
		left, _, err := s.ListHeld(ctx, w.DB, w.Officer.Account, "", "", 10)
		ok(t, err)
		got, _, err := s.ListHeld(ctx, w.DB, w.Second.Account, "", "", 10)
		ok(t, err)
		if len(left) != 0 || len(got) != 5 {
			t.Errorf("%d left, %d came", len(left), len(got))
		}
	})
}

// While somebody is away, who stands in sees and does their work, and the
// record says for whom; before and after that it is not theirs.
func TestSomebodyStandsIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id, later := w.Accepted(t), w.Accepted(t)
		ok(t, s.Claim(ctx, w.Officer, id, ""))
		ok(t, s.Claim(ctx, w.Officer, later, ""))
		refused(t, "before", s.Finish(ctx, w.Second, id, core.Done{}), dossiers.ErrClaimed)
		if got := deskOf(t, w, w.Second); got != "" {
			t.Errorf("before, the colleague has %q", got)
		}
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := workflow.Delegate(ctx, tx, workflow.Absence{
				Account: w.Officer.Account, Deputy: w.Second.Account, DeputyName: w.Second.Name, From: tx.Now, Until: db.At(tx.Now.Add(24 * time.Hour)),
			})
			return err
		}))
		d := must[core.Desk](t)(s.Desk(ctx, w.Second, core.DeskFilter{}, ""))
		if len(d.Items) != 2 || !d.Items[0].StandIn || d.Items[0].Assignee != w.Officer.Name {
			t.Errorf("the desk: %+v", d.Items)
		}
		if n := must[int64](t)(s.CountDesk(ctx, w.Second)); n != 2 {
			t.Errorf("counted %d", n)
		}
		f := must[core.Full](t)(s.Get(ctx, w.Second, id, access.Handling))
		if !f.Step.StandIn || f.Step.Deputy != w.Second.Name || !f.Can.Finish {
			t.Errorf("the case: %+v can %+v", f.Step, f.Can)
		}
		ok(t, s.Finish(ctx, w.Second, id, core.Done{}))
		if w.Audited(t, dossiers.AuditStoodIn, string(id)+" for "+w.Officer.Account) != 1 {
			t.Error("the record does not say for whom")
		}
		c.Advance(25 * time.Hour)
		refused(t, "after", s.Finish(ctx, w.Second, later, core.Done{}), dossiers.ErrClaimed)
	})
}
