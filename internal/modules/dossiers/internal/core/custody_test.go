// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// onPaper is a dossier that came to the counter with two sheets, and is accepted.
func onPaper(t *testing.T, w *dossierstest.World) dossiers.ID {
	t.Helper()
	ctx, s := t.Context(), w.Service
	id := w.StartAtCounter(t, w.Clerk, "Lê Thị Nam", "089185000002")
	ok(t, s.HandIn(ctx, w.Clerk, id, "to-khai", core.Handed{Original: 2}))
	must[core.Submitted](t)(s.Submit(ctx, w.Clerk, id))
	must[core.AcceptedInfo](t)(s.Accept(ctx, w.Clerk, id))
	return id
}

// Paper is with who received it, goes to a colleague who confirms, and holds nothing
// up; two at once move it once.
func TestPaperChangesHands(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id, other, online := onPaper(t, w), onPaper(t, w), w.Accepted(t)
		list := func(a identity.Actor, of core.PaperList) []core.Sheaf {
			return must[core.Page[core.Sheaf]](t)(s.ListPaper(ctx, a, of, "")).Items
		}
		if got := list(w.Clerk, core.PaperInHand); len(got) != 2 || got[0].Sheets != 2 || got[0].Holder != w.Clerk.Name {
			t.Fatalf("the clerk has %+v", got)
		}
		_, err := s.ListPaper(ctx, w.Citizen, core.PaperInHand, "")
		refused(t, "a citizen", err, access.ErrNotAllowed)
		for _, to := range []string{"", "khong-co", w.OtherClerk.Account, w.Clerk.Account} {
			if _, _, err := s.HandPaper(ctx, w.Clerk, []dossiers.ID{id}, to); err == nil || !strings.Contains(err.Error(), "to dossiers.no_colleague") {
				t.Errorf("to %q: %v", to, err)
			}
		}
		_, _, err = s.HandPaper(ctx, w.Clerk, nil, w.Officer.Account)
		refused(t, "nothing", err, dossiers.ErrTooManySteps)

		slip, all, err := s.HandPaper(ctx, w.Clerk, []dossiers.ID{id, other, online}, w.Officer.Account)
		if err != nil || slip == "" || len(all) != 3 {
			t.Fatalf("%q %+v %v", slip, all, err)
		}
		for _, one := range all {
			if (one.Err == nil) == (one.ID == online) || one.ID == online && !errors.Is(one.Err, dossiers.ErrNoSheets) {
				t.Errorf("%+v", one)
			}
		}
		ok(t, s.Finish(ctx, w.Officer, id, core.Done{})) // before the paper is there
		if f := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling)); f.Paper == nil || f.Paper.Holder != w.Clerk.Name || f.Paper.To != w.Officer.Name {
			t.Errorf("the page says %+v", f.Paper)
		}
		if len(list(w.Officer, core.PaperComing)) != 2 || len(list(w.Clerk, core.PaperLeaving)) != 2 || len(list(w.Clerk, core.PaperInHand)) != 0 {
			t.Error("it is not on its way")
		}
		for name, a := range map[string]identity.Actor{"a colleague": w.Second, "another ward": w.OtherOfficer} {
			for _, one := range must[[]core.Outcome](t)(s.TakePaper(ctx, a, []dossiers.ID{id})) {
				refused(t, name, one.Err, dossiers.ErrNoSheets)
			}
			_, err := s.PaperSlip(ctx, a, slip)
			refused(t, name+" prints the slip", err, dossiers.ErrNoHanding)
		}
		if pdf := must[[]byte](t)(s.PaperSlip(ctx, w.Officer, slip)); !strings.HasPrefix(string(pdf), "%PDF") {
			t.Error("the slip is no PDF")
		}
		_, err = s.DeclinePaper(ctx, w.Officer, []dossiers.ID{other}, "thiếu")
		refused(t, "declined without a reason", err, dossiers.ErrReasonNeeded)
		must[[]core.Outcome](t)(s.DeclinePaper(ctx, w.Officer, []dossiers.ID{other}, "Chỉ có một tờ trong hai tờ"))
		done, _ := race([]identity.Actor{w.Officer, w.Clerk, w.Officer}, func(a identity.Actor) error {
			act := s.TakePaper
			if a.Account == w.Clerk.Account {
				act = s.TakePaperBack
			}
			all, err := act(ctx, a, []dossiers.ID{id})
			if err != nil {
				return err
			}
			return all[0].Err
		})
		if done != 1 {
			t.Errorf("moved %d times", done)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_handings WHERE state = 'open'`); n != 0 {
			t.Errorf("%d are still on their way", n)
		}
		if w.Audited(t, dossiers.AuditPaperGiven, string(id)+" to "+w.Officer.Account) != 1 || w.Audited(t, dossiers.AuditPaperDeclined, string(other)) != 1 {
			t.Error("it is not recorded")
		}
	})
}

// Who has left the unit hands nothing over any more: who gives out its work does, and only that.
func TestPaperOfOneWhoLeft(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id, kept := onPaper(t, w), onPaper(t, w)
		boss, nowhere := w.Leader, w.Leader
		nowhere.Unit = ""
		boss.Unit = dossierstest.Ward
		_, _, err := s.HandPaper(ctx, w.Clerk, []dossiers.ID{kept}, w.Colleague.Account)
		ok(t, err)
		for _, one := range must2out(s.MovePaperLeft(ctx, boss, []dossiers.ID{id}, w.Colleague.Account)) {
			refused(t, "while she works there", one.Err, dossiers.ErrStillHere)
		}
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `DELETE FROM access_holdings WHERE account_id = $1`, w.Clerk.Account)
			return err
		}))
		for name, a := range map[string]identity.Actor{"an officer": w.Officer, "a leader without a unit": nowhere} {
			_, err := s.ListPaperLeft(ctx, a, "")
			refused(t, name, err, access.ErrNotAllowed)
		}
		other := w.OtherLeader
		other.Unit = dossierstest.Other
		if got := must[core.Page[core.Sheaf]](t)(s.ListPaperLeft(ctx, other, "")).Items; len(got) != 0 {
			t.Errorf("the other ward sees %+v", got)
		}
		for _, one := range must2out(s.MovePaperLeft(ctx, other, []dossiers.ID{id}, w.OtherOfficer.Account)) {
			refused(t, "another ward", one.Err, dossiers.ErrNoSheets)
		}
		if got := must[core.Page[core.Sheaf]](t)(s.ListPaperLeft(ctx, boss, "")).Items; len(got) != 2 || got[0].Holder != w.Clerk.Name {
			t.Fatalf("the leader sees %+v", got)
		}
		if _, _, err := s.MovePaperLeft(ctx, boss, []dossiers.ID{id}, "khong-co"); err == nil || !strings.Contains(err.Error(), "to_left dossiers.no_colleague") {
			t.Errorf("to nobody: %v", err)
		}
		for _, one := range must2out(s.MovePaperLeft(ctx, boss, []dossiers.ID{id, kept}, w.Colleague.Account)) {
			ok(t, one.Err)
		}
		if got := must[core.Page[core.Sheaf]](t)(s.ListPaper(ctx, w.Colleague, core.PaperComing, "")).Items; len(got) != 2 {
			t.Errorf("to the colleague comes %+v", got)
		}
		if w.Audited(t, dossiers.AuditPaperLeft, string(id)+" from "+w.Clerk.Account+" to "+w.Colleague.Account) != 1 {
			t.Error("it is not recorded")
		}
	})
}

func must2out(_ string, all []core.Outcome, _ error) []core.Outcome { return all }
