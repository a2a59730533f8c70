// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db/dbtest"
)

// Many are done one by one: what was planned is what happens, what cannot be done
// says why and stops nothing, and trying again does nothing twice.
func TestManyAtOnceEachByItself(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		free, held, drafting, waiting := w.Accepted(t), w.Accepted(t), w.Accepted(t), w.Accepted(t)
		task := func(id dossiers.ID) dossiers.TaskID { return taskOf(t, w, w.Officer, id) }
		ok(t, s.Claim(ctx, w.Second, held, ""))
		ok(t, s.Finish(ctx, w.Officer, drafting, core.Done{}))
		steps := []dossiers.TaskID{task(free), task(held), task(drafting), task(waiting), "nothing"}
		ok(t, s.AskSupplement(ctx, w.Officer, waiting, core.Ask{Missing: []core.Missing{{What: "Ghi rõ nơi ở", Why: "Tờ khai bỏ trống"}}}))

		plan := func(a identity.Actor, act core.Act) []core.Planned {
			all := must[[]core.Planned](t)(s.PlanMany(ctx, a, act, steps))
			if len(all) != len(steps) {
				t.Fatalf("%d answers for %d steps", len(all), len(steps))
			}
			return all
		}
		all := plan(w.Officer, core.Finishing)
		if all[0].Err != nil || all[0].Next.VI == "" || all[0].Code == "" {
			t.Errorf("what is free: %+v", all[0])
		}
		refused(t, "what a colleague has", all[1].Err, dossiers.ErrClaimed)
		refused(t, "a draft", all[2].Err, dossiers.ErrOpenCase)
		refused(t, "what waits", all[3].Err, dossiers.ErrWaiting)
		refused(t, "nothing", all[4].Err, dossiers.ErrNotFound)
		for i, one := range plan(w.OtherOfficer, core.Finishing) {
			refused(t, "another ward", one.Err, dossiers.ErrNotFound)
			if one.Dossier != "" || one.Code != "" {
				t.Errorf("another ward is told of %d: %+v", i, one)
			}
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1`, string(dossiers.AuditStepDone)); n != 1 {
			t.Errorf("planning has finished steps: %d", n)
		}
		_, err := s.PlanMany(ctx, w.Officer, "sign", steps)
		if err == nil {
			t.Error("an act nobody knows is planned")
		}
		_, err = s.DoMany(ctx, w.Officer, core.Finishing, nil, "")
		refused(t, "none picked", err, dossiers.ErrTooManySteps)
		_, err = s.DoMany(ctx, w.Citizen, core.Claiming, steps, "")
		refused(t, "a citizen", err, access.ErrNotAllowed)
		_, err = s.DoMany(ctx, w.Officer, core.Reminding, steps, "")
		refused(t, "an officer reminds", err, access.ErrNotAllowed)

		done := must[[]dossiers.HandedOver](t)(s.DoMany(ctx, w.Officer, core.Finishing, steps, "đủ điều kiện"))
		for i, one := range done {
			if want := all[i].Err; (one.Err == nil) != (want == nil) || one.Task != steps[i] {
				t.Errorf("step %d was planned as %v and became %v", i, want, one.Err)
			}
		}
		again := must[[]dossiers.HandedOver](t)(s.DoMany(ctx, w.Officer, core.Finishing, steps[:1], ""))
		if again[0].Err == nil {
			t.Error("a step ends twice")
		}
		if w.Audited(t, dossiers.AuditStepDone, string(free)) != 1 || w.Audited(t, dossiers.AuditStepDone, string(held)) != 0 {
			t.Error("not exactly what was done is recorded")
		}

		next := []dossiers.TaskID{task(free), task(drafting)}
		for _, one := range must[[]dossiers.HandedOver](t)(s.DoMany(ctx, w.Officer, core.Claiming, next, "")) {
			ok(t, one.Err)
		}
		for _, one := range must[[]dossiers.HandedOver](t)(s.DoMany(ctx, w.Second, core.Releasing, next, "")) {
			refused(t, "a colleague gives back", one.Err, dossiers.ErrClaimed)
		}
		reminded := must[[]dossiers.HandedOver](t)(s.DoMany(ctx, w.Leader, core.Reminding, append(next, task(held), task(waiting)), ""))
		ok(t, reminded[0].Err)
		ok(t, reminded[2].Err)
		refused(t, "nobody has it", reminded[3].Err, dossiers.ErrNotHeld)
		if w.Audited(t, dossiers.AuditReminded, string(held)+" to "+w.Second.Account) != 1 {
			t.Error("the reminder is not recorded")
		}
		for _, one := range must[[]dossiers.HandedOver](t)(s.DoMany(ctx, w.OtherLeader, core.Reminding, next, "")) {
			refused(t, "the leader of another ward reminds", one.Err, dossiers.ErrNotFound)
		}
		for _, one := range must[[]dossiers.HandedOver](t)(s.DoMany(ctx, w.Officer, core.Releasing, next, "")) {
			ok(t, one.Err)
		}
	})
}
