// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/holdings"
)

// At the counter of one page a clerk looks first, with the person there, and ticks.
func TestAPaperIsTickedAtTheQuay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *vault) {
		ctx, p := t.Context(), w.held(t)
		const name, number = "Nguyễn Văn Bảy", "089058000001"
		for what, try := range map[string]struct {
			name, number string
			present      bool
			says         string
		}{
			"nobody there": {name, number, false, "present dossiers.not_present"}, "no number": {name, "", true, "owner.number dossiers.vault_number"},
		} {
			if _, err := w.LookAtQuay(ctx, w.Clerk, "k1", try.name, try.number, try.present); err == nil || !strings.Contains(err.Error(), try.says) {
				t.Errorf("%s: %v", what, err)
			}
		}
		_, err := w.LookAtQuay(ctx, w.Citizen, "k1", name, number, true)
		refused(t, "a citizen looks", err, access.ErrNotAllowed)
		if ids, err := w.LookAtQuay(ctx, w.Clerk, "k1", "Lê Thị Nam", number, true); err != nil || len(ids) > 0 {
			t.Errorf("another name: %v %v", ids, err)
		}
		if n := w.Audited(t, dossiers.AuditPresent, "k1"); n != 0 {
			t.Errorf("%d are said to have been there", n)
		}
		ids := must[[]string](t)(w.LookAtQuay(ctx, w.Clerk, "k1", name, number, true))
		if !slices.Equal(ids, []string{p.ID}) || w.Audited(t, dossiers.AuditPresent, "k1") != 1 || w.Audited(t, holdings.AuditLooked, p.ID) != 1 {
			t.Errorf("offered %v", ids)
		}
		if _, sent, why, err := w.TakeTicked(ctx, w.Clerk, "k0", name, number, p.ID, false); err != nil || sent || why == nil {
			t.Errorf("ticked while nobody was there: %v %v %v", sent, why, err)
		}
		if _, sent, why, err := w.TakeTicked(ctx, w.Clerk, "k2", "Lê Thị Nam", "089185000002", p.ID, true); err != nil || sent || !strings.Contains(why.Error(), "paper-giay-to") {
			t.Errorf("somebody else's: %v %v %v", sent, why, err)
		}
		var group sync.WaitGroup
		for range 3 { // two tabs, and an answer that was lost
			group.Go(func() {
				if _, sent, why, err := w.TakeTicked(ctx, w.Clerk, "k1", name, number, p.ID, true); err != nil || !sent {
					t.Errorf("sent %v, %v, %v", sent, why, err)
				}
			})
		}
		group.Wait()
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_papers WHERE vault = $1 AND dossier_id IN (SELECT id FROM dossiers_dossiers)`, p.ID); n != 1 {
			t.Errorf("%d copies", n)
		}
		if n := len(must[[]audit.Entry](t)(audit.List(ctx, w.DB, audit.Filter{Subject: p.ID, Event: holdings.AuditUsed}, "", 10))); n != 1 {
			t.Errorf("used %d times", n)
		}
	})
}

// What is missing is not brought where the vault holds it: by its owner on the web,
// and at the counter while they are there.
func TestASupplementComesFromTheVault(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *vault) {
		ctx, p := t.Context(), w.held(t)
		web, desk := w.Accepted(t), w.Accepted(t)
		w.WaitFor(t, web)
		w.WaitFor(t, desk)
		if ids, err := w.OfferedMissing(ctx, w.Citizen, web, false); err != nil || !slices.Equal(ids, []string{p.ID}) {
			t.Fatalf("the owner is offered %v %v", ids, err)
		}
		_, err := w.OfferedMissing(ctx, w.Neighbour, web, false)
		refused(t, "the neighbour", err, dossiers.ErrNotFound)
		if _, err := w.OfferedMissing(ctx, w.Clerk, desk, false); err == nil || !strings.Contains(err.Error(), "not_present") {
			t.Errorf("nobody there: %v", err)
		}
		if ids, err := w.OfferedMissing(ctx, w.Clerk, desk, true); err != nil || !slices.Equal(ids, []string{p.ID}) || w.Audited(t, dossiers.AuditPresent, string(desk)) != 1 {
			t.Errorf("at the counter: %v %v", ids, err)
		}
		_, err = w.Service.TakeMissingHolding(ctx, w.Citizen, web, "to-khai", p.ID, false)
		refused(t, "for what nobody misses", err, dossiers.ErrNoPaper)
		_, err = w.Service.TakeMissingHolding(ctx, w.Citizen, web, "giay-to", p.ID, false)
		ok(t, err)
		_, err = w.Service.TakeMissingHolding(ctx, w.Citizen, web, "giay-to", p.ID, false)
		ok(t, err)
		if ids, err := w.OfferedMissing(ctx, w.Citizen, web, false); err != nil || len(ids) > 0 {
			t.Errorf("what is taken is offered again: %v %v", ids, err)
		}
		ok(t, w.Supply(ctx, w.Citizen, web))
		a, err := w.Service.TakeMissingHolding(ctx, w.Clerk, desk, "giay-to", p.ID, true)
		ok(t, err)
		ok(t, w.svc.Revoke(ctx, w.Leader, p.ID, "Cấp sai thông tin cư trú"))
		if err := w.Supply(ctx, w.Clerk, desk); err == nil || !strings.Contains(err.Error(), "paper-giay-to holdings.revoked") {
			t.Errorf("revoked meanwhile: %v", err)
		}
		ok(t, w.Service.DropMissingHolding(ctx, w.Clerk, desk, a.ID))
		refused(t, "dropped twice", w.Service.DropMissingHolding(ctx, w.Clerk, desk, a.ID), dossiers.ErrNoPaper)
		if n := w.Count(t, `SELECT COUNT(*) FROM holdings_uses WHERE sent_at IS NOT NULL`); n != 1 {
			t.Errorf("%d uses", n)
		}
	})
}
