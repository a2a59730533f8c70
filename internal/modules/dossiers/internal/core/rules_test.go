// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
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

func inTurn() core.Rule { return core.Rule{Kind: dossiers.RuleTurn, Unit: dossierstest.Ward} }

// holder is who has the open step of a dossier in hand.
func holder(t *testing.T, w *dossierstest.World, id dossiers.ID) (account string) {
	t.Helper()
	if err := w.DB.QueryRow(t.Context(), `SELECT assignee FROM dossiers_tasks WHERE dossier_id = $1`, string(id)).Scan(&account); err != nil {
		t.Fatal(err)
	}
	return account
}

// away notes that somebody is not there for a week.
func away(t *testing.T, w *dossierstest.World, who, deputy identity.Actor) {
	t.Helper()
	ok(t, w.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := workflow.Delegate(t.Context(), tx, workflow.Absence{
			Account: who.Account, Deputy: deputy.Account, DeputyName: deputy.Name, From: tx.Now, Until: db.At(tx.Now.Add(7 * 24 * time.Hour)),
		})
		return err
	}))
}

// A leader sets a rule; what makes no sense is said, and what belongs to another
// unit is not there.
func TestRulesOfAUnit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		for name, a := range map[string]identity.Actor{"officer": w.Officer, "clerk": w.Clerk, "citizen": w.Citizen} {
			_, err := s.SaveRule(ctx, a, inTurn())
			refused(t, name, err, access.ErrNotAllowed)
			_, err = s.TryRule(ctx, a, inTurn())
			refused(t, name, err, access.ErrNotAllowed)
		}
		for _, wrong := range []struct {
			change func(*core.Rule)
			says   string
		}{
			{func(r *core.Rule) { r.Kind = "dice" }, "kind form.choose"},
			{func(r *core.Rule) { r.Unit = dossierstest.Other }, "unit form.choose"},
			{func(r *core.Rule) { r.Action = "sign" }, "action form.choose"},
			{func(r *core.Rule) { r.Procedure = "khong-co" }, "procedure dossiers.phrase_procedure"},
			{func(r *core.Rule) { r.Procedure, r.Field = "xac-nhan-cu-tru", "Đất đai" }, "field dossiers.rule_other_field"},
			{func(r *core.Rule) { r.Kind = dossiers.RulePerson }, "person form.choose"},
			{func(r *core.Rule) { r.Kind, r.Person = dossiers.RulePerson, w.OtherOfficer.Account }, "person dossiers.no_colleague"},
			{func(r *core.Rule) { r.Kind, r.Person, r.StandIn = dossiers.RulePerson, "hung", "hung" }, "stand_in dossiers.rule_same_person"},
			{func(r *core.Rule) { r.Kind = dossiers.RuleArea }, "area-1 form.required"},
			{func(r *core.Rule) { r.Kind, r.Areas = dossiers.RuleArea, []core.Area{{}, {Area: "Khóm 1"}} }, "who-2 form.choose"},
		} {
			r := inTurn()
			wrong.change(&r)
			if _, err := s.SaveRule(ctx, w.Leader, r); err == nil || !strings.Contains(err.Error(), wrong.says) {
				t.Errorf("%+v: %v", r, err)
			}
		}
		id := must[string](t)(s.SaveRule(ctx, w.Leader, inTurn()))
		_, err := s.SaveRule(ctx, w.Leader, inTurn())
		refused(t, "the same steps twice", err, dossiers.ErrRuleThere)
		theirs := inTurn()
		theirs.ID, theirs.Version, theirs.Unit = id, 1, dossierstest.Other
		_, err = s.SaveRule(ctx, w.OtherLeader, theirs)
		refused(t, "changed from elsewhere", err, dossiers.ErrNoRule)
		refused(t, "removed from elsewhere", s.RemoveRule(ctx, w.OtherLeader, id), dossiers.ErrNoRule)
		_, err = s.ListRuleHistory(ctx, w.OtherLeader, dossierstest.Ward, "")
		refused(t, "history from elsewhere", err, dossiers.ErrNoRule)
		if b := must[core.RuleBook](t)(s.ListRules(ctx, w.OtherLeader)); len(b.Rules) != 0 {
			t.Errorf("the other ward has %+v", b.Rules)
		}

		var group sync.WaitGroup
		results := make([]error, 4)
		for i := range results {
			group.Go(func() {
				r := inTurn()
				r.ID, r.Version, r.Kind = id, 1, dossiers.RuleFewest
				_, results[i] = s.SaveRule(ctx, w.Leader, r)
			})
		}
		group.Wait()
		done := 0
		for _, err := range results {
			if err == nil {
				done++
			} else if !errors.Is(err, dossiers.ErrRuleMeanwhile) {
				t.Errorf("at once: %v", err)
			}
		}
		if done != 1 {
			t.Errorf("changed %d times", done)
		}
		ok(t, s.RemoveRule(ctx, w.Deputy, id))
		refused(t, "removed twice", s.RemoveRule(ctx, w.Leader, id), dossiers.ErrNoRule)
		past := must[core.Page[core.Rule]](t)(s.ListRuleHistory(ctx, w.Leader, dossierstest.Ward, "")).Items
		kinds := map[dossiers.RuleKind]bool{}
		for _, r := range past {
			kinds[r.Kind] = true
		}
		if len(past) != 3 || !kinds[dossiers.RuleTurn] || !kinds[dossiers.RuleFewest] {
			t.Errorf("the history is %+v", past)
		}
		if w.Audited(t, dossiers.AuditRuleSaved, id) != 2 || w.Audited(t, dossiers.AuditRuleRemoved, id) != 1 {
			t.Error("what was done is not recorded")
		}
	})
}

// In turn each gets one, who is away is passed over, who did a step goes on with
// the dossier, and what was given up stays so.
func TestStepsAreGivenOutInTurn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		early := w.Accepted(t)
		rule := must[string](t)(s.SaveRule(ctx, w.Leader, inTurn()))
		if holder(t, w, early) != "" {
			t.Error("a rule gave out what was open before it")
		}
		first, second, third := w.Accepted(t), w.Accepted(t), w.Accepted(t)
		if a, b, c := holder(t, w, first), holder(t, w, second), holder(t, w, third); a != "hung" || b != "sau" || c != "hung" {
			t.Errorf("given to %s, %s, %s", a, b, c)
		}
		refused(t, "a colleague", s.Finish(ctx, w.Second, first, core.Done{}), dossiers.ErrClaimed)
		ok(t, s.Finish(ctx, w.Officer, first, core.Done{}))
		if got := holder(t, w, first); got != "hung" {
			t.Errorf("the draft of the first went to %q", got)
		}
		f := must[core.Full](t)(s.Get(ctx, w.Officer, first, access.Handling))
		lines := dossierstest.JSON(t, f.Timeline)
		if !strings.Contains(lines, rule) || !strings.Contains(lines, `"Kept":true`) || !strings.Contains(lines, w.Officer.Name) {
			t.Errorf("the timeline says %s", lines)
		}
		if own := dossierstest.JSON(t, must[core.Full](t)(s.Get(ctx, w.Citizen, first, access.Own)).Timeline); strings.Contains(own, rule) || strings.Contains(own, w.Officer.Name) {
			t.Errorf("the owner sees %s", own)
		}
		ok(t, s.Release(ctx, w.Second, second, ""))
		body := fmt.Appendf(nil, "%q", second)
		ok(t, s.FollowCase(ctx, body))
		if got := holder(t, w, second); got != "" {
			t.Errorf("what was given up went to %q again", got)
		}
		away(t, w, w.Second, w.Officer)
		if a, b := w.Accepted(t), w.Accepted(t); holder(t, w, a) != "hung" || holder(t, w, b) != "hung" {
			t.Error("somebody who is away got work")
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1`, string(dossiers.AuditRuled)); n != 6 {
			t.Errorf("%d assignments are recorded", n)
		}
	})
}

// Who signs is named by who drafts; the other steps of a whole journey find people.
func TestARuleNeverNamesTheSigner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		must[string](t)(w.Service.SaveRule(t.Context(), w.Leader, inTurn()))
		id := w.Accepted(t)
		w.Send(t, id)
		if got := holder(t, w, id); got != w.Leader.Account {
			t.Errorf("%s is to sign", got)
		}
		if _, err := w.Service.Sign(t.Context(), w.Leader, id); err != nil {
			t.Fatal(err)
		}
		if got := holder(t, w, id); got != w.Records.Account {
			t.Errorf("%s is to number it", got)
		}
	})
}

// Whatever happens at once, nobody gets a step twice and everybody as many.
func TestTurnsAreFairAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx := t.Context()
		must[string](t)(w.Service.SaveRule(ctx, w.Leader, inTurn()))
		ids := make([]dossiers.ID, 12)
		for i := range ids {
			ids[i] = w.Submit(t)
		}
		var group sync.WaitGroup
		for i, id := range ids {
			group.Go(func() {
				clerk := w.Clerk
				if i%2 == 0 {
					clerk = w.Colleague
				}
				if _, err := w.Service.Accept(ctx, clerk, id); err != nil {
					t.Error(err)
				}
				if err := w.Service.FollowCase(ctx, fmt.Appendf(nil, "%q", id)); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		for _, account := range []string{"hung", "sau"} {
			if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_tasks WHERE assignee = $1`, account); n != 6 {
				t.Errorf("%s has %d of 12", account, n)
			}
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_assigned WHERE account <> ''`); n != 12 {
			t.Errorf("%d assignments", n)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM workflow_history WHERE event = 'assigned'`); n != 12 {
			t.Errorf("%d in the history", n)
		}
	})
}

// The one with the fewest open steps gets the next; a rule about a procedure counts
// before one about everything.
func TestTheFewestStepsAndTheClosestRule(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		for range 2 {
			ok(t, s.Claim(ctx, w.Officer, w.Accepted(t), ""))
		}
		fewest := inTurn()
		fewest.Kind = dossiers.RuleFewest
		must[string](t)(s.SaveRule(ctx, w.Leader, fewest))
		if a, b := w.Accepted(t), w.Accepted(t); holder(t, w, a) != "sau" || holder(t, w, b) != "sau" {
			t.Errorf("given to %s, %s", holder(t, w, a), holder(t, w, b))
		}
		for _, r := range []core.Rule{
			{Kind: dossiers.RulePerson, Unit: dossierstest.Ward, Person: "sau", Field: "Cư trú"},
			{Kind: dossiers.RulePerson, Unit: dossierstest.Ward, Person: "hung", Procedure: "xac-nhan-cu-tru", Action: "appraise"},
		} {
			must[string](t)(s.SaveRule(ctx, w.Leader, r))
		}
		id := w.Accepted(t)
		if got := holder(t, w, id); got != "hung" {
			t.Errorf("the rule of the procedure gave it to %s", got)
		}
		ok(t, s.Finish(ctx, w.Officer, id, core.Done{}))
		if got := holder(t, w, id); got != "sau" {
			t.Errorf("the draft, of the rule of the field, went to %s", got)
		}
		nobody := core.Rule{Kind: dossiers.RuleNobody, Unit: dossierstest.Ward, Procedure: "xac-nhan-cu-tru", Action: "draft"}
		must[string](t)(s.SaveRule(ctx, w.Leader, nobody))
		other := w.Accepted(t)
		ok(t, s.Finish(ctx, w.Officer, other, core.Done{}))
		if got := holder(t, w, other); got != "" {
			t.Errorf("a procedure that is left out went to %s", got)
		}
	})
}

// One person, a stand-in, who stands in by the absence; then nobody, and the board
// says why.
func TestARuleFindsNobody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		r := core.Rule{Kind: dossiers.RulePerson, Unit: dossierstest.Ward, Person: "hung"}
		r.ID = must[string](t)(s.SaveRule(ctx, w.Leader, r))
		if got := holder(t, w, w.Accepted(t)); got != "hung" {
			t.Errorf("given to %q", got)
		}
		away(t, w, w.Officer, w.Second)
		if got := holder(t, w, w.Accepted(t)); got != "sau" {
			t.Errorf("while away given to %q", got)
		}
		away(t, w, w.Second, w.Officer)
		id := w.Accepted(t)
		if got := holder(t, w, id); got != "" {
			t.Errorf("while both are away given to %q", got)
		}
		found := must[core.Page[core.Unfound]](t)(s.ListUnfound(ctx, w.Leader, "")).Items
		if len(found) != 1 || found[0].Dossier != id || found[0].Why != dossiers.WhyAway {
			t.Errorf("the board says %+v", found)
		}
		if other := must[core.Page[core.Unfound]](t)(s.ListUnfound(ctx, w.OtherLeader, "")).Items; len(other) != 0 {
			t.Errorf("the other ward sees %+v", other)
		}
		_, err := s.ListUnfound(ctx, w.Officer, "")
		refused(t, "an officer", err, access.ErrNotAllowed)
		if w.Count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1`, string(dossiers.AuditRuledNobody)) != 1 {
			t.Error("it is not recorded")
		}
		must[[]dossiers.HandedOver](t)(s.Reassign(ctx, w.Leader, []dossiers.TaskID{found[0].Task}, w.Officer.Account, sick))
		if left := must[core.Page[core.Unfound]](t)(s.ListUnfound(ctx, w.Leader, "")).Items; len(left) != 0 {
			t.Errorf("given out, the board says %+v", left)
		}
	})
}

// Nobody works on what they own; an address leads to whom its area belongs.
func TestOwnersAndAreas(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		r := core.Rule{Kind: dossiers.RuleArea, Unit: dossierstest.Ward, Areas: []core.Area{{Area: "Khóm Đông Thịnh 1; Khóm 3", Account: "sau"}, {Area: "Khóm Đông Thịnh 12", Account: "hung"}}}
		r.ID = must[string](t)(s.SaveRule(ctx, w.Leader, r))
		from := func(address string, owner identity.Actor, number string) dossiers.ID {
			d := must[core.Draft](t)(s.StartDraft(ctx, w.Clerk, core.NewDraft{Procedure: "xac-nhan-cu-tru"}))
			p := core.Parties{Basis: dossiers.Self, Owner: core.Party{Kind: identity.Individual, Name: owner.Name, Number: number, Address: address}}
			must[core.Draft](t)(s.SaveParties(ctx, w.Clerk, d.ID, p))
			_, _, err := s.SaveAnswers(ctx, w.Clerk, d.ID, []byte(`{"full_name": "Nguyễn Văn Bảy"}`))
			ok(t, err)
			ok(t, s.HandIn(ctx, w.Clerk, d.ID, "to-khai", core.Handed{Original: 1}))
			sent := must[core.Submitted](t)(s.Submit(ctx, w.Clerk, d.ID))
			must[core.AcceptedInfo](t)(s.Accept(ctx, w.Clerk, sent.ID))
			return sent.ID
		}
		for address, want := range map[string]string{
			"Số 1, khóm Đông Thịnh 1, phường Long Xuyên": "sau", "12/3 KHOM DONG THINH 12": "hung", "khóm 3": "sau", "Khóm 33": "", "": "",
		} {
			if got := holder(t, w, from(address, w.Neighbour, "089185000002")); got != want {
				t.Errorf("%q went to %q", address, got)
			}
		}
		whys := map[dossiers.WhyNobody]int{}
		for _, one := range must[core.Page[core.Unfound]](t)(s.ListUnfound(ctx, w.Leader, "")).Items {
			whys[one.Why]++
		}
		if whys[dossiers.WhyNoArea] != 1 || whys[dossiers.WhyNoAddress] != 1 {
			t.Errorf("the board says %v", whys)
		}
		r.Version, r.Kind, r.Areas, r.Person = 1, dossiers.RulePerson, nil, "sau"
		must[string](t)(s.SaveRule(ctx, w.Leader, r))
		if got := holder(t, w, from("khóm 3", w.Second, "089188000031")); got != "" {
			t.Errorf("an officer's own dossier went to %q", got)
		}
		if all := must[core.Page[core.Unfound]](t)(s.ListUnfound(ctx, w.Leader, "")).Items; all[len(all)-1].Why != dossiers.WhyConflict {
			t.Errorf("the board says %+v", all)
		}
	})
}

// A rule is tried with the last steps, and nothing changes by it.
func TestARuleIsTried(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		if got := must[[]core.Tried](t)(s.TryRule(ctx, w.Leader, inTurn())); len(got) != 0 {
			t.Errorf("of nothing %+v", got)
		}
		var last dossiers.ID
		for range 12 {
			last = w.Accepted(t)
		}
		ok(t, s.Claim(ctx, w.Second, last, ""))
		r := inTurn()
		r.Action = "appraise"
		got := must[[]core.Tried](t)(s.TryRule(ctx, w.Leader, r))
		if len(got) != 10 || got[0].Who != w.Officer.Name || got[1].Who != w.Second.Name || got[2].Who != w.Officer.Name || got[9].Had != w.Second.Name {
			t.Errorf("tried %+v", got)
		}
		if _, err := s.TryRule(ctx, w.OtherLeader, inTurn()); err == nil {
			t.Error("the other ward tries it here")
		}
		if w.Count(t, `SELECT COUNT(*) FROM dossiers_assigned`)+w.Count(t, `SELECT COUNT(*) FROM dossiers_rules`) != 0 {
			t.Error("trying has changed something")
		}
	})
}
