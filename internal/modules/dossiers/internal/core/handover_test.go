// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// A result is given to its owner by name, or to whoever shows a paper of theirs; the paper is kept sealed.
func TestWhoTakesAResult(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s, id := t.Context(), w.Service, w.Issued(t)
		for says, h := range map[string]core.Handover{
			"receiver form.required":                 {By: core.TakenByOwner},
			"receiver dossiers.receiver_other":       {By: core.TakenByOwner, Receiver: "Danh Thị Lượm"},
			"receiver_number form.person_number":     {By: core.TakenByAuthorised, Receiver: "Danh Thị Lượm", Number: "12"},
			"receiver_paper form.required":           {By: core.TakenByAuthorised, Receiver: "Danh Thị Lượm", Number: "089160000414"},
			"receiver_date dossiers.evidence_future": {By: core.TakenByAuthorised, Receiver: "Danh Thị Lượm", Number: "089160000414", Paper: "Giấy ủy quyền", Date: "2027-01-01"},
			"taken_by form.choose":                   {By: "neighbour", Receiver: "Danh Thị Lượm"},
		} {
			if err := s.Deliver(ctx, w.Clerk, id, h); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("%+v: %v does not say %s", h, err, says)
			}
		}
		refused(t, "from another ward", s.Deliver(ctx, w.OtherClerk, id, core.Handover{Electronic: true}), dossiers.ErrNotFound)
		shown := core.Handover{By: core.TakenByAuthorised, Receiver: "Danh Thị Lượm", Number: "089 160 000414", Paper: "Giấy ủy quyền số 31", Date: "2026-03-01"}
		ok(t, s.Deliver(ctx, w.Clerk, id, shown))
		f := must[core.Full](t)(s.Get(ctx, w.Clerk, id, access.Handling))
		if f.Taken == nil || f.Taken.By != core.TakenByAuthorised || f.Taken.Number != "089160000414" || f.Taken.Paper != shown.Paper || f.Receiver != shown.Receiver {
			t.Errorf("taken: %+v by %q", f.Taken, f.Receiver)
		}
		if w.Count(t, `SELECT COUNT(*) FROM dossiers_handovers WHERE proof_sealed LIKE '%089160000414%'`) != 0 {
			t.Error("the number stands open in the database")
		}
		other := w.Issued(t)
		ok(t, s.Deliver(ctx, w.Clerk, other, core.Handover{By: core.TakenByOwner, Receiver: "nguyễn  văn bảy"}))
	})
}

// What comes with a pack serves every unit; one of them may put its own words in the place of one.
func TestPhrasesOfAPack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		shipped := []dossiers.PackPhrase{
			{ID: "mo", Kind: dossiers.ForSupplement, Words: "Bản chụp bị mờ, không đọc được", Basis: "Nghị định số 118/2025/NĐ-CP"},
			{ID: "cham", Kind: dossiers.ForExtension, Words: "Cơ quan được lấy ý kiến chưa trả lời"},
		}
		apply := func(all []dossiers.PackPhrase) (changed int) {
			t.Helper()
			ok(t, w.DB.Write(ctx, func(tx *db.Tx) (err error) {
				changed, err = s.ApplyPhrases(ctx, tx, all)
				return err
			}))
			return changed
		}
		if first, again := apply(shipped), apply(shipped); first != 2 || again != 0 {
			t.Errorf("applied %d, then %d", first, again)
		}
		for _, a := range []struct {
			who  string
			list []core.Phrase
		}{{"ward", must[[]core.Phrase](t)(s.ListPhrases(ctx, w.Clerk))}, {"other ward", must[[]core.Phrase](t)(s.ListPhrases(ctx, w.OtherClerk))}} {
			if len(a.list) != 2 || a.list[0].Pack != "mo" || a.list[0].ID != "" || a.list[0].Mine {
				t.Errorf("%s: %+v", a.who, a.list)
			}
		}
		id := w.Submit(t)
		ok(t, s.AskSupplement(ctx, w.Clerk, id, core.Ask{Missing: []core.Missing{{Paper: "giay-to", Why: shipped[0].Words}}}))
		if m := must[core.Full](t)(s.Get(ctx, w.Clerk, id, access.Handling)).Supplements[0].Missing; m[0].Basis != shipped[0].Basis {
			t.Errorf("the rule does not come along: %+v", m)
		}
		own := core.Phrase{Kind: dossiers.ForSupplement, Words: "Ảnh mờ; mời chụp lại đủ bốn góc", Replaces: "mo"}
		wrong := own
		wrong.Replaces = "khong-co"
		_, err := s.SavePhrase(ctx, w.Clerk, wrong)
		refused(t, "in the place of nothing", err, dossiers.ErrNoPhrase)
		mine := must[string](t)(s.SavePhrase(ctx, w.Clerk, own))
		_, err = s.SavePhrase(ctx, w.Officer, own)
		refused(t, "twice", err, dossiers.ErrPhraseMeanwhile)
		if all := must[[]core.Phrase](t)(s.ListPhrases(ctx, w.Clerk)); len(all) != 2 || all[0].ID != mine || all[0].Replaces != "mo" || all[1].Pack != "cham" {
			t.Errorf("the ward has %+v", all)
		}
		if all := must[[]core.Phrase](t)(s.ListPhrases(ctx, w.OtherClerk)); len(all) != 2 || all[0].Pack != "mo" {
			t.Errorf("the other ward has %+v", all)
		}
		ok(t, s.RemovePhrase(ctx, w.Officer, mine))
		if all := must[[]core.Phrase](t)(s.ListPhrases(ctx, w.Clerk)); len(all) != 2 || all[0].Pack != "mo" {
			t.Errorf("taken away, the ward has %+v", all)
		}
		if apply(shipped[:1]) != 1 || len(must[[]core.Phrase](t)(s.ListPhrases(ctx, w.Clerk))) != 1 {
			t.Error("what a pack does not have any more stays")
		}
	})
}
