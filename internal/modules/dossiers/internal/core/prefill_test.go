// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db/dbtest"
)

func TestWhatIsKnownIsOffered(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		offered := func(d core.Draft, value string, source core.Source) {
			t.Helper()
			if o := d.Offer("owner", nil); o.Answers["full_name"] != value || o.Sources["full_name"] != source {
				t.Errorf("offered %v from %v, want %s from %q", o.Answers, o.Sources, value, source)
			}
		}
		web := must[core.Draft](t)(s.StartDraft(ctx, w.Citizen, core.NewDraft{Procedure: "xac-nhan-cu-tru", Unit: dossierstest.Ward}))
		offered(web, "Nguyễn Văn Bảy", core.FromAccount)
		if len(web.Answers) != 0 {
			t.Errorf("what is offered counts as an answer: %v", web.Answers)
		}
		if known, from := web.Suggestions(); known["full_name"] != "Nguyễn Văn Bảy" || from["full_name"] != core.FromAccount {
			t.Errorf("suggested %v from %v", known, from)
		}
		typed, _, err := s.SaveStep(ctx, w.Citizen, web.ID, "owner", map[string][]string{"full_name": {"Nguyễn Bảy"}})
		ok(t, err)
		offered(typed, "Nguyễn Bảy", "")
		forFather := must[core.Draft](t)(s.SaveParties(ctx, w.Citizen, web.ID, core.Parties{Basis: dossiers.Parent, Owner: core.Party{
			Name: "Nguyễn Văn Cha", Number: "089030000001", Source: core.FromAccount,
		}}))
		offered(forFather, "Nguyễn Bảy", "") // what was typed stays
		if forFather.Parties.Owner.Source != "" {
			t.Error("a citizen says that the data of another come from an account")
		}

		desk := must[core.Draft](t)(s.StartDraft(ctx, w.Clerk, core.NewDraft{Procedure: "xac-nhan-cu-tru"}))
		if o := desk.Offer("owner", nil); len(o.Answers) != 0 {
			t.Errorf("the clerk's own data are offered: %v", o.Answers)
		}
		card := core.Party{Kind: identity.Individual, Name: "Lê Thị Nam", Number: "089185000002", Born: "1985-06-12", Sex: "female", Source: core.FromCard}
		desk = must[core.Draft](t)(s.SaveParties(ctx, w.Clerk, desk.ID, core.Parties{Owner: card}))
		offered(desk, "Lê Thị Nam", core.FromCard)
		card.Source = core.FromAccount
		offered(must[core.Draft](t)(s.SaveParties(ctx, w.Clerk, desk.ID, core.Parties{Owner: card})), "Lê Thị Nam", core.FromParties)
		card.Born, card.Sex = "12/6/1985", "x"
		if _, err := s.SaveParties(ctx, w.Clerk, desk.ID, core.Parties{Owner: card}); err == nil {
			t.Error("a wrong day of birth and sex are kept")
		}
	})
}
