// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// overNight merges the other ward into the first.
func overNight(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
	t.Helper()
	ok(t, w.DB.Write(t.Context(), func(tx *db.Tx) error {
		return orgs.Merge(t.Context(), tx, []orgs.ID{dossierstest.Other}, dossierstest.Ward, orgs.Decision{From: "2026-03-03", Number: "12/NQ-HĐND", Date: "2026-02-20", By: "it"})
	}))
	c.Advance(24 * time.Hour)
	ok(t, w.DB.Write(t.Context(), func(tx *db.Tx) error { return only(orgs.ApplyDue(t.Context(), tx)) }))
}

// A unit is merged over night: its rules go on with the successor, a draft goes there,
// and what was sent to it gets a code of the successor and an officer of it.
func TestWorkOfAMergedUnitGoesOn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		rule := core.Rule{Kind: dossiers.RuleTurn, Unit: dossierstest.Other}
		must[string](t)(s.SaveRule(ctx, w.OtherLeader, rule))
		draft := must[core.Draft](t)(s.StartDraft(ctx, w.Citizen, core.NewDraft{Procedure: "xac-nhan-cu-tru", Unit: dossierstest.Other}))
		sent := must[core.Draft](t)(s.StartDraft(ctx, w.Citizen, core.NewDraft{Procedure: "xac-nhan-cu-tru", Unit: dossierstest.Other}))
		for _, d := range []core.Draft{draft, sent} {
			if _, _, err := s.SaveAnswers(ctx, w.Citizen, d.ID, []byte(`{"full_name": "Nguyễn Văn Bảy"}`)); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Attach(ctx, w.Citizen, d.ID, "to-khai", "tờ khai.pdf", strings.NewReader(dossierstest.PDF)); err != nil {
				t.Fatal(err)
			}
		}
		must[core.Submitted](t)(s.Submit(ctx, w.Citizen, sent.ID))
		overNight(t, w, c)

		seen := must[core.Draft](t)(s.GetDraft(ctx, w.Citizen, draft.ID))
		if seen.Unit.ID != dossierstest.Ward || seen.Was == nil || seen.Was.ID != dossierstest.Other {
			t.Errorf("the draft goes to %s, was %+v", seen.Unit.ID, seen.Was)
		}
		must[core.Submitted](t)(s.Submit(ctx, w.Citizen, draft.ID))
		own := must[core.AcceptedInfo](t)(s.Accept(ctx, w.Clerk, draft.ID))
		theirs := must[core.AcceptedInfo](t)(s.Accept(ctx, w.Clerk, sent.ID))
		if prefix, _, _ := strings.Cut(own.Code, "-"); !strings.HasPrefix(theirs.Code, prefix+"-") {
			t.Errorf("codes %s and %s", own.Code, theirs.Code)
		}
		for _, id := range []dossiers.ID{draft.ID, sent.ID} {
			if who := holder(t, w, id); who != w.Officer.Account && who != w.Second.Account {
				t.Errorf("by the rule of the merged unit %s has it", who)
			}
		}
		must[string](t)(s.SaveRule(ctx, w.Leader, core.Rule{Kind: dossiers.RuleNobody, Unit: dossierstest.Ward}))
		if who := holder(t, w, w.Accepted(t)); who != "" {
			t.Errorf("the successor has a rule of its own, and %s has it", who)
		}
	})
}

// Who is on duty when a step becomes open gets it; where nobody is, it waits with the reason.
func TestWhoIsOnDutyGetsTheStep(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		var there []string
		w.Deps.OnDuty = func(_ context.Context, _ db.Querier, unit orgs.ID, at db.Time) ([]string, error) {
			if unit != dossierstest.Ward || at.IsZero() {
				t.Errorf("asked of %s at %v", unit, at)
			}
			return there, nil
		}
		w.Service = core.New(w.Deps)
		must[string](t)(w.Service.SaveRule(t.Context(), w.Leader, core.Rule{Kind: dossiers.RuleDuty, Unit: dossierstest.Ward}))
		id := w.Accepted(t)
		if who := holder(t, w, id); who != "" {
			t.Errorf("nobody is on duty, and %s has it", who)
		}
		left := must[core.Page[core.Unfound]](t)(w.Service.ListUnfound(t.Context(), w.Leader, ""))
		if len(left.Items) != 1 || left.Items[0].Why != dossiers.WhyOffDuty {
			t.Errorf("the board says %+v", left.Items)
		}
		there = []string{w.Second.Account, w.OtherOfficer.Account}
		if who := holder(t, w, w.Accepted(t)); who != w.Second.Account {
			t.Errorf("%q has it", who)
		}
	})
}
