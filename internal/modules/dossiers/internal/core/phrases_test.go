// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db/dbtest"
)

func blurred() core.Phrase {
	return core.Phrase{Kind: dossiers.ForSupplement, Procedure: "xac-nhan-cu-tru", Paper: "giay-to", Words: "Bản chụp bị mờ, không đọc được số", Basis: "khoản 1 Điều 9"}
}

// A unit keeps its phrases, its people use them, and the rule comes along.
func TestPhrasesOfAUnit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		for name, a := range map[string]identity.Actor{"citizen": w.Citizen, "leader": w.Leader, "nobody": {}} {
			if _, err := s.SavePhrase(ctx, a, blurred()); err == nil {
				t.Errorf("%s saves a phrase", name)
			}
		}
		for _, wrong := range []struct {
			change func(*core.Phrase)
			says   string
		}{
			{func(p *core.Phrase) { p.Kind = "" }, "kind form.choose"},
			{func(p *core.Phrase) { p.Words = "mờ" }, "words dossiers.reason_needed"},
			{func(p *core.Phrase) { p.Basis = strings.Repeat("a", 501) }, "basis form.too_long"},
			{func(p *core.Phrase) { p.Procedure = "khong-co" }, "procedure dossiers.phrase_procedure"},
			{func(p *core.Phrase) { p.Procedure = "" }, "procedure form.required"},
			{func(p *core.Phrase) { p.Paper = "khong-co" }, "paper dossiers.no_such_paper"},
		} {
			p := blurred()
			wrong.change(&p)
			if _, err := s.SavePhrase(ctx, w.Clerk, p); err == nil || !strings.Contains(err.Error(), wrong.says) {
				t.Errorf("%+v: %v", p, err)
			}
		}
		id := must[string](t)(s.SavePhrase(ctx, w.Clerk, blurred()))
		if all := must[[]core.Phrase](t)(s.ListPhrases(ctx, w.Officer)); len(all) != 1 || all[0].ID != id || !all[0].Mine || all[0].Version != 1 {
			t.Fatalf("the ward has %+v", all)
		}
		if all := must[[]core.Phrase](t)(s.ListPhrases(ctx, w.OtherClerk)); len(all) != 0 {
			t.Errorf("the other ward has %+v", all)
		}
		theirs := blurred()
		theirs.ID, theirs.Version = id, 1
		_, err := s.SavePhrase(ctx, w.OtherClerk, theirs)
		refused(t, "changed from elsewhere", err, dossiers.ErrNoPhrase)
		refused(t, "removed from elsewhere", s.RemovePhrase(ctx, w.OtherClerk, id), dossiers.ErrNoPhrase)

		dossier := w.Submit(t)
		a := core.Ask{Missing: []core.Missing{{Paper: "giay-to", Why: "Bản chụp bị mờ, không  đọc được số"}, {What: "Nơi ở", Why: "Bản chụp bị mờ, không đọc được số"}}}
		ok(t, s.AskSupplement(ctx, w.Clerk, dossier, a))
		full := must[core.Full](t)(s.Get(ctx, w.Clerk, dossier, access.Handling))
		if m := full.Supplements[0].Missing; m[0].Basis != "khoản 1 Điều 9" || m[1].Basis != "" {
			t.Errorf("asked for %+v", m)
		}
		var group sync.WaitGroup
		results := make([]error, 4)
		for i := range results {
			group.Go(func() {
				p := blurred()
				p.ID, p.Version, p.Words = id, 1, "Bản chụp mờ, thiếu trang sau"
				_, results[i] = s.SavePhrase(ctx, w.Colleague, p)
			})
		}
		group.Wait()
		done := 0
		for _, err := range results {
			if err == nil {
				done++
			} else if !errors.Is(err, dossiers.ErrPhraseMeanwhile) {
				t.Errorf("at once: %v", err)
			}
		}
		if done != 1 {
			t.Errorf("changed %d times", done)
		}
		ok(t, s.RemovePhrase(ctx, w.Officer, id))
		refused(t, "removed twice", s.RemovePhrase(ctx, w.Officer, id), dossiers.ErrNoPhrase)
		if w.Audited(t, dossiers.AuditPhraseSaved, id) != 2 || w.Audited(t, dossiers.AuditPhraseRemoved, id) != 1 {
			t.Error("what was done is not recorded")
		}
	})
}

// A second request says why the first was not whole; people do not read it.
func TestASecondRequestSaysWhy(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s, id := t.Context(), w.Service, w.Waiting(t)
		ok(t, s.SupplyMissing(ctx, w.Citizen, id, core.Supply{Message: "Tôi ở tổ 3"}))
		again := lacking()
		again.Again = true
		if err := s.AskSupplement(ctx, w.Officer, id, again); err == nil || !strings.Contains(err.Error(), "again_reason dossiers.reason_needed") {
			t.Errorf("without a word: %v", err)
		}
		again.Reason = "Đối chiếu bản gốc mới thấy thiếu"
		ok(t, s.AskSupplement(ctx, w.Officer, id, again))
		if f := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling)); len(f.Supplements) != 2 || f.Supplements[1].Again != again.Reason || f.Supplements[0].Again != "" {
			t.Errorf("asked %+v", f.Supplements)
		}
		if f := must[core.Full](t)(s.Get(ctx, w.Citizen, id, access.Own)); f.Supplements[1].Again != "" {
			t.Error("people read it")
		}
	})
}
