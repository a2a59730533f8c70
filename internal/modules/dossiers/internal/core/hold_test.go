// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

// A hold is put by one and lifted by another; meanwhile nothing is erased, and
// who may not see the dossier sees no hold.
func TestLegalHolds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id := w.Submit(t)
		full := must[core.Full](t)(s.Get(ctx, w.Citizen, id, access.Own))
		file := full.Papers[0].File.ID
		for name, a := range map[string]identity.Actor{"citizen": w.Citizen, "officer": w.Officer, "nobody": {}} {
			if _, err := s.PlaceHold(ctx, a, full.Reference, "x"); errs.KindOf(err) != errs.Forbidden && errs.KindOf(err) != errs.Unauthenticated {
				t.Errorf("%s puts a hold: %v", name, err)
			}
		}
		for _, bad := range []struct{ code, reason string }{{full.Reference, " "}, {full.Reference, strings.Repeat("ơ", 1001)}, {"XXXX-XXXX-XXXX", "lý do"}} {
			if _, err := s.PlaceHold(ctx, w.Records, bad.code, bad.reason); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		h, err := s.PlaceHold(ctx, w.Records, strings.ToLower(full.Reference), "Quyết định số 05/QĐ-TA ngày 20/11/2026")
		if err != nil {
			t.Fatal(err)
		}
		erase := func() error {
			return w.DB.Write(ctx, func(tx *db.Tx) error {
				return files.Erase(ctx, tx, files.Subject{Kind: "dossier", ID: string(id)}, file)
			})
		}
		if err := erase(); !errors.Is(err, files.ErrHeld) {
			t.Errorf("under a hold it is erased: %v", err)
		}
		if p, err := s.ListHolds(ctx, w.Leader, ""); err != nil || len(p.Items) != 1 || p.Items[0].Hold != h.Hold || p.Items[0].Mine || p.Items[0].By == "" {
			t.Errorf("the list: %+v %v", p, err)
		}
		if p, err := s.ListHolds(ctx, w.OtherLeader, ""); err != nil || len(p.Items) != 0 {
			t.Errorf("another ward sees %+v %v", p, err)
		}
		if err := s.LiftHold(ctx, w.OtherLeader, id, h.Hold, "hết hạn"); !errors.Is(err, dossiers.ErrNotFound) {
			t.Errorf("another ward lifts: %v", err)
		}
		if err := s.LiftHold(ctx, w.Leader, id, h.Hold, ""); errs.KindOf(err) != errs.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		if err := s.LiftHold(ctx, w.Leader, id, "01890000-0000-7000-8000-000000000000", "x"); !errors.Is(err, files.ErrNotHeld) {
			t.Errorf("another hold: %v", err)
		}
		both := w.Leader // with the right to lift, and the one who has put it
		both.Account = w.Records.Account
		if err := s.LiftHold(ctx, both, id, h.Hold, "hết hạn"); !errors.Is(err, dossiers.ErrSamePerson) {
			t.Errorf("one person does both: %v", err)
		}
		if err := s.LiftHold(ctx, w.Leader, id, h.Hold, "Bản án đã có hiệu lực"); err != nil {
			t.Fatal(err)
		}
		if p, err := s.ListHolds(ctx, w.Leader, ""); err != nil || len(p.Items) != 0 {
			t.Errorf("after it was lifted: %+v %v", p, err)
		}
		if err := erase(); err != nil {
			t.Errorf("after it was lifted: %v", err)
		}
	})
}

// Leafing through a file is one reading; who has no ticket leaves a record for
// each picture, and who may not read the dossier sees none.
func TestPicturesAreReadings(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id := w.Submit(t)
		full := must[core.Full](t)(s.Get(ctx, w.Clerk, id, access.Handling))
		file := full.Papers[0].File.ID
		readings := func() (n int) {
			t.Helper()
			if err := w.DB.QueryRow(ctx, `SELECT COUNT(*) FROM audit_records WHERE event = $1`, string(dossiers.AuditFileRead)).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		open := func(a identity.Actor, page int, ticket string) error {
			_, _, err := s.OpenPicture(ctx, a, id, file, page, ticket, access.Handling)
			return err
		}
		view := must[core.FileView](t)(s.ViewFile(ctx, w.Clerk, id, file, access.Handling))
		if got := readings(); got != 1 {
			t.Errorf("%d readings after one view", got)
		}
		for _, tt := range []struct {
			name   string
			actor  identity.Actor
			page   int
			ticket string
			more   int
		}{
			{"ticket of the view", w.Clerk, 1, view.Ticket, 0},
			{"thumbnail with the ticket of the dossier", w.Clerk, 0, full.Ticket, 0},
			{"page with the ticket of the dossier", w.Clerk, 1, full.Ticket, 1},
			{"no ticket", w.Clerk, 1, "", 1},
			{"ticket of another", w.Leader, 1, view.Ticket, 1},
			{"a changed ticket", w.Clerk, 1, "zzzzzz" + view.Ticket[6:], 1},
		} {
			before := readings()
			if err := open(tt.actor, tt.page, tt.ticket); !errors.Is(err, files.ErrNoPicture) { // nobody draws here
				t.Errorf("%s: %v", tt.name, err)
			}
			if got := readings() - before; got != tt.more {
				t.Errorf("%s: %d readings more, not %d", tt.name, got, tt.more)
			}
		}
		for name, a := range map[string]identity.Actor{"neighbour": w.Neighbour, "another ward": w.OtherClerk, "nobody": {}} {
			before := readings()
			if err := open(a, 0, full.Ticket); errs.KindOf(err) == errs.Internal || errors.Is(err, files.ErrNoPicture) || err == nil {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := s.ViewFile(ctx, a, id, file, access.Handling); err == nil {
				t.Errorf("%s views it", name)
			}
			if readings() != before {
				t.Errorf("%s: a refusal is a reading", name)
			}
		}
	})
}
