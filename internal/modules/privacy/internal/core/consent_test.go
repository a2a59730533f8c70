// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/core"
	"tinhso.vn/internal/platform/db"
)

type actorOf = identity.Actor

func (w *world) given(t *testing.T, a actorOf, purpose string) bool {
	t.Helper()
	given, err := w.svc.Given(t.Context(), w.db, a.Person, purpose)
	must(t, err)
	return given
}

// Consent is to one purpose and one text, can be taken back at once, and leaves
// a receipt with the words that were shown.
func TestConsentAndWithdrawal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		if w.given(t, w.citizen, "tin") {
			t.Error("nobody was asked")
		}
		_, err := w.svc.GiveConsent(ctx, w.citizen, "tin", "another", i18n.VI)
		refused(t, "another text", err, privacy.ErrTextOld)
		_, err = w.svc.GiveConsent(ctx, w.citizen, "viec", core.TextHash(purposes()[0]), i18n.VI)
		refused(t, "what the law says needs no consent", err, privacy.ErrNotFound)
		id := w.agree(t, w.citizen)
		_, err = w.svc.GiveConsent(ctx, w.citizen, "tin", core.TextHash(purposes()[1]), i18n.VI)
		refused(t, "twice", err, privacy.ErrConsented)
		if !w.given(t, w.citizen, "tin") || w.given(t, w.other, "tin") || w.given(t, w.citizen, "viec") {
			t.Error("who agrees to what")
		}
		_, err = w.svc.GetReceipt(ctx, w.other, id)
		refused(t, "somebody else's receipt", err, privacy.ErrNotFound)

		changed := purposes()
		changed[1].Version, changed[1].Agreed = 2, i18n.Text{VI: "Tôi đồng ý khác"}
		must(t, w.db.Write(ctx, func(tx *db.Tx) error {
			_, err := w.svc.ApplyPurposes(ctx, tx, changed)
			return err
		}))
		r, err := w.svc.GetReceipt(ctx, w.citizen, id)
		must(t, err)
		if !r.Old || r.Text.VI != "Tôi đồng ý" || r.Version != 1 {
			t.Errorf("the receipt: %+v", r)
		}
		renewed, err := w.svc.GiveConsent(ctx, w.citizen, "tin", core.TextHash(changed[1]), i18n.VI)
		must(t, err)
		list, err := w.svc.ListConsents(ctx, w.citizen, "")
		must(t, err)
		if len(list.Items) != 2 || list.Items[0].ID != renewed || list.Items[0].Old || list.Items[1].Withdrawn.IsZero() {
			t.Errorf("the list: %+v", list)
		}
		must(t, w.svc.WithdrawConsent(ctx, w.citizen, "tin"))
		if w.given(t, w.citizen, "tin") {
			t.Error("withdrawn, and still given")
		}
		refused(t, "withdraw twice", w.svc.WithdrawConsent(ctx, w.citizen, "tin"), privacy.ErrNoConsent)
		if w.audited(t, privacy.AuditConsented, id) != 1 || w.audited(t, privacy.AuditWithdrawn, renewed) != 1 {
			t.Error("what the log says")
		}
	})
}

// A request to withdraw, taken down at the counter, ends the consent.
func TestWithdrawalAtTheCounter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.agree(t, w.citizen)
		id, err := w.svc.TakeRequest(ctx, w.clerk, core.AtCounter{Number: number, Checked: true, Ask: core.Ask{Kind: privacy.Withdraw, Purpose: "tin"}})
		must(t, err)
		must(t, w.svc.DecideRequest(ctx, w.one, id, decision(privacy.Granted)))
		if w.given(t, w.citizen, "tin") {
			t.Error("still given")
		}
	})
}

func TestPurposesAreApplied(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		apply := func(all []privacy.Purpose) (n int) {
			t.Helper()
			must(t, w.db.Write(ctx, func(tx *db.Tx) (err error) {
				n, err = w.svc.ApplyPurposes(ctx, tx, all)
				return err
			}))
			return n
		}
		if n := apply(purposes()); n != 0 {
			t.Errorf("the same again: %d changed", n)
		}
		swapped := []privacy.Purpose{purposes()[1], purposes()[0]}
		if n := apply(swapped); n != 2 {
			t.Errorf("another order: %d", n)
		}
		if n := apply(purposes()[:1]); n != 2 {
			t.Errorf("one dropped, one moved: %d", n)
		}
		places, terms, err := w.svc.MapData(ctx, w.one)
		must(t, err)
		if len(places) != 2 || places[0].Rule.VI != "Quy tắc lưu trữ" || places[1].Category.Sensitive == places[0].Category.Sensitive || len(terms) != 11 {
			t.Errorf("the map: %+v, %d terms", places, len(terms))
		}
	})
}
