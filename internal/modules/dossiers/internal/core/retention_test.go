// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

// later is a moment at which everything of now is past its time.
func later(w *dossierstest.World) db.Time { return db.Time{Time: w.DB.Now().Add(time.Hour)} }

// What is past its time is erased, dossier by dossier; the dossier, its receipt
// and its result stay, what is held stays, and whoever asks is told when.
func TestPapersAreErasedWhenTheirTimeIsOver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		done, held, open := w.Issued(t), w.Issued(t), w.Issued(t)
		for _, id := range []dossiers.ID{done, held} {
			if err := s.Deliver(ctx, w.Clerk, id, core.Handover{Electronic: true}); err != nil {
				t.Fatal(err)
			}
		}
		full := must[core.Full](t)(s.Get(ctx, w.Citizen, done, access.Own))
		file := full.Papers[0].File.ID
		kept := must[core.Full](t)(s.Get(ctx, w.Citizen, held, access.Own))
		if _, err := s.PlaceHold(ctx, w.Records, kept.Code, "Quyết định số 05/QĐ-TA"); err != nil {
			t.Fatal(err)
		}
		before := later(w)
		due, err := s.CountDue(ctx, dossiers.KeptDelivered, before)
		if err != nil || due.Count != 2 || due.Held != 1 || due.Bytes != int64(2*len(dossierstest.PDF)) || due.Oldest.IsZero() {
			t.Fatalf("due: %+v %v", due, err)
		}
		if due, err := s.CountDue(ctx, dossiers.KeptDelivered, db.Time{Time: w.DB.Now().Add(-time.Hour)}); err != nil || due.Count != 0 {
			t.Errorf("before its time: %+v %v", due, err)
		}
		first, next, err := s.ListDue(ctx, dossiers.KeptDelivered, before, "", 1)
		if err != nil || len(first) != 1 || next == "" || first[0].Code != full.Code || first[0].Files != 1 || len(first[0].Holds) != 0 {
			t.Fatalf("the first: %+v %q %v", first, next, err)
		}
		second, end, err := s.ListDue(ctx, dossiers.KeptDelivered, before, next, 1)
		if err != nil || len(second) != 1 || end != "" || len(second[0].Holds) != 1 || second[0].Holds[0] != "Quyết định số 05/QĐ-TA" {
			t.Fatalf("the second: %+v %q %v", second, end, err)
		}

		run := dossiers.Erasure{Run: "r1", Kept: dossiers.KeptDelivered, Before: before}
		for range 2 { // again changes nothing
			if next, stays, err := s.EraseDue(ctx, run, 50); err != nil || next != "" || stays != 1 {
				t.Fatalf("%q %d %v", next, stays, err)
			}
		}
		if e, err := s.CountErased(ctx, "r1"); err != nil || e.Dossiers != 1 || e.Files != 1 || e.Bytes != int64(len(dossierstest.PDF)) {
			t.Errorf("erased: %+v %v", e, err)
		}
		for id, want := range map[dossiers.ID]int{done: 1, held: 0, open: 0} {
			if n := w.Audited(t, dossiers.AuditErased, string(id)); n != want {
				t.Errorf("%s: %d records, want %d", id, n, want)
			}
		}
		_, _, err = s.OpenFile(ctx, w.Citizen, done, file, access.Own)
		refused(t, "an erased file", err, files.ErrErased)
		var said *errs.Error
		if !errors.As(err, &said) || said.Args["date"] == nil {
			t.Errorf("it does not say when: %v", err)
		}
		_, err = s.ViewFile(ctx, w.Citizen, done, file, access.Own)
		refused(t, "an erased file, leafed through", err, files.ErrErased)
		after := must[core.Full](t)(s.Get(ctx, w.Citizen, done, access.Own))
		if p := after.Papers; len(p) != 1 || p[0].File.Erased.IsZero() || p[0].File.Name != "" || after.Result == nil || after.Result.Number == "" {
			t.Errorf("what stays: %+v %+v", p, after.Result)
		}
		content(t)(s.Receipt(ctx, w.Citizen, done, access.Own))
		content(t)(s.OpenFile(ctx, w.Citizen, held, kept.Papers[0].File.ID, access.Own))
		if left, err := s.CountDue(ctx, dossiers.KeptDelivered, before); err != nil || left.Count != 1 || left.Held != 1 {
			t.Errorf("left: %+v %v", left, err)
		}
		if _, _, err := s.EraseDue(ctx, dossiers.Erasure{Run: "r2", Kept: dossiers.KeptDrafts, Before: before}, 50); err == nil {
			t.Error("drafts are erased like dossiers")
		}
	})
}

// Refused dossiers have a time of their own.
func TestPapersOfRefusedDossiers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id := w.Submit(t)
		if err := s.Withdraw(ctx, w.Citizen, id, "Không còn nhu cầu"); err != nil {
			t.Fatal(err)
		}
		w.Submit(t) // still waits
		if due, err := s.CountDue(ctx, dossiers.KeptClosed, later(w)); err != nil || due.Count != 1 {
			t.Errorf("%+v %v", due, err)
		}
		if due, err := s.CountDue(ctx, dossiers.KeptDelivered, later(w)); err != nil || due.Count != 0 {
			t.Errorf("delivered: %+v %v", due, err)
		}
		if _, held, err := s.EraseDue(ctx, dossiers.Erasure{Run: "r", Kept: dossiers.KeptClosed, Before: later(w)}, 50); err != nil || held != 0 {
			t.Fatal(held, err)
		}
		if e, err := s.CountErased(ctx, "r"); err != nil || e.Dossiers != 1 {
			t.Errorf("%+v %v", e, err)
		}
	})
}

// Two runners and somebody who places holds meet: each dossier is erased once,
// whole, or held and untouched.
func TestHoldsWinAgainstARun(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		const n = 6
		var codes [n]string
		var ids [n]dossiers.ID
		for i := range n {
			ids[i] = w.Submit(t)
			codes[i] = must[core.Full](t)(s.Get(ctx, w.Citizen, ids[i], access.Own)).Reference
			if err := s.Withdraw(ctx, w.Citizen, ids[i], "Không còn nhu cầu"); err != nil {
				t.Fatal(err)
			}
		}
		before := later(w)
		var together sync.WaitGroup
		fail := make(chan error, 2+n)
		for range 2 {
			together.Go(func() {
				_, _, err := s.EraseDue(ctx, dossiers.Erasure{Run: "r", Kept: dossiers.KeptClosed, Before: before}, 50)
				fail <- err
			})
		}
		for i := range n {
			together.Go(func() {
				_, err := s.PlaceHold(ctx, w.Records, codes[i], "Thanh tra")
				fail <- err
			})
		}
		together.Wait()
		close(fail)
		for err := range fail {
			if err != nil {
				t.Error(err)
			}
		}
		erased := 0
		for _, id := range ids {
			records := w.Audited(t, dossiers.AuditErased, string(id))
			gone := w.Count(t, `SELECT COUNT(*) FROM files_files WHERE subject_id = $1 AND erased_at IS NOT NULL`, string(id))
			if marked := w.Count(t, `SELECT COUNT(*) FROM dossiers_dossiers WHERE id = $1 AND erased_at IS NOT NULL`, string(id)); records != gone || marked != gone || gone > 1 {
				t.Errorf("%s: %d records, %d files, marked %d", id, records, gone, marked)
			}
			erased += gone
		}
		// whatever was held first stays for good
		if _, held, err := s.EraseDue(ctx, dossiers.Erasure{Run: "r", Kept: dossiers.KeptClosed, Before: before}, 50); err != nil || held != n-erased {
			t.Errorf("%d erased, %d held, %v", erased, held, err)
		}
	})
}

// Drafts are forgotten with their files, but not one that was saved meanwhile,
// and each says until when it is kept.
func TestDraftsAreForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		w.Service.KeptUntil = func(_ context.Context, saved db.Time) (db.Time, bool, error) {
			return db.Time{Time: saved.Add(24 * time.Hour)}, true, nil
		}
		draft := func() dossiers.ID {
			d := must[core.Draft](t)(s.StartDraft(ctx, w.Citizen, core.NewDraft{Procedure: "xac-nhan-cu-tru", Unit: dossierstest.Ward}))
			must[core.Attachment](t)(s.Attach(ctx, w.Citizen, d.ID, "to-khai", "tờ khai.pdf", strings.NewReader(dossierstest.PDF)))
			return d.ID
		}
		old := draft()
		other := draft()
		c.Advance(time.Hour)
		moment := w.DB.Now()
		c.Advance(time.Hour)
		if _, _, err := s.SaveAnswers(ctx, w.Citizen, other, []byte(`{"full_name": "Nguyễn Văn Bảy"}`)); err != nil {
			t.Fatal(err)
		}
		if d := must[core.Draft](t)(s.GetDraft(ctx, w.Citizen, other)); !d.KeptUntil.Equal(d.SavedAt.Add(24 * time.Hour)) {
			t.Errorf("kept until %v", d.KeptUntil)
		}
		if due, err := s.CountDue(ctx, dossiers.KeptDrafts, moment); err != nil || due.Count != 1 || due.Bytes != int64(len(dossierstest.PDF)) {
			t.Errorf("%+v %v", due, err)
		}
		if n, next, err := s.ForgetDrafts(ctx, moment, "", 50); err != nil || n != 1 || next != "" {
			t.Fatalf("%d %q %v", n, next, err)
		}
		_, err := s.GetDraft(ctx, w.Citizen, old)
		refused(t, "a forgotten draft", err, dossiers.ErrDraftNotFound)
		must[core.Draft](t)(s.GetDraft(ctx, w.Citizen, other))
		if n := w.Count(t, `SELECT COUNT(*) FROM files_files WHERE subject_id = $1 AND sealed_key <> ''`, string(old)); n != 0 {
			t.Errorf("%d files of it can be read", n)
		}
	})
}
