// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

var errPower = errors.New("the power is gone")

// failing signs, and then the program is gone before anything could be kept:
// the table of files or of results is out of reach.
type failing struct {
	core.Signers
	after func() error // runs when a signature was made
	armed atomic.Bool
}

func (f *failing) PersonSigner(ctx context.Context, account string) (signing.Signer, error) {
	s, err := f.Signers.PersonSigner(ctx, account)
	return broken{s, f}, err
}

func (f *failing) SealSigner(ctx context.Context, unit orgs.ID) (signing.Signer, error) {
	s, err := f.Signers.SealSigner(ctx, unit)
	return broken{s, f}, err
}

type broken struct {
	signing.Signer
	f *failing
}

func (b broken) Sign(ctx context.Context, hash []byte) ([]byte, error) {
	out, err := b.Signer.Sign(ctx, hash)
	if err == nil && b.f.armed.Load() {
		return out, b.f.after()
	}
	return out, err
}

// A crash between the phases loses nothing and doubles nothing: who tries again
// goes on where it stopped, with the same number.
func TestCrashBetweenThePhases(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx := t.Context()
		f := &failing{Signers: w.Deps.Signers}
		deps := w.Deps
		deps.Signers = f
		s := core.New(deps)
		rename := func(from, to string) error {
			return w.DB.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, `ALTER TABLE `+from+` RENAME TO `+to)
				return err
			})
		}
		id := w.ToSign(t)

		// The signature was made, and the answer of the key never came.
		f.after = func() error { return errPower }
		f.armed.Store(true)
		refused(t, "sign without power", only(s.Sign(ctx, w.Leader, id)), errPower)
		// The signature was made, and the database went away before the second phase.
		f.after = func() error { return rename("files_files", "files_gone") }
		if _, err := s.Sign(ctx, w.Leader, id); err == nil {
			t.Error("signed without a database")
		}
		ok(t, rename("files_gone", "files_files"))
		f.armed.Store(false)
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_results WHERE signed_file <> ''`); n != 0 || w.Audited(t, dossiers.AuditSigned, string(id)) != 0 {
			t.Error("half a signature was kept")
		}
		ok(t, only(s.Sign(ctx, w.Leader, id)))

		f.after = func() error { return errPower }
		f.armed.Store(true)
		_, err := s.Issue(ctx, w.Records, id)
		refused(t, "issue without power", err, errPower)
		c.Advance(24 * 60 * 60 * 1e9) // the number keeps its day
		f.after = func() error { return rename("files_files", "files_gone") }
		if _, err := s.Issue(ctx, w.Records, id); err == nil {
			t.Error("issued without a database")
		}
		ok(t, rename("files_gone", "files_files"))
		f.armed.Store(false)
		issued := must[core.IssuedInfo](t)(s.Issue(ctx, w.Archivist, id))
		if issued.Number != "01/GXN-UBND" || w.Audited(t, dossiers.AuditNumbered, string(id)) != 1 {
			t.Errorf("the number is %s", issued.Number)
		}
		next := must[core.IssuedInfo](t)(s.Issue(ctx, w.Records, w.Signed(t)))
		if next.Number != "02/GXN-UBND" {
			t.Errorf("the next number is %s: there is a gap", next.Number)
		}
	})
}

// A document that is not, to the byte, what was signed is not issued, and gets no number.
func TestAChangedDocumentIsNotIssued(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, id := t.Context(), w.Signed(t)
		// Somebody with the rights of the server puts another file in its place.
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE dossiers_results SET signed_file = document WHERE dossier_id = $1`, string(id))
			return err
		}))
		_, err := w.Service.Issue(ctx, w.Records, id)
		refused(t, "another file", err, dossiers.ErrFileChanged)
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error { // and its checksum with it
			_, err := tx.Exec(ctx, `UPDATE dossiers_results SET signed_sha = document_sha WHERE dossier_id = $1`, string(id))
			return err
		}))
		_, err = w.Service.Issue(ctx, w.Records, id)
		refused(t, "a file without a signature", err, dossiers.ErrSignatureBad)
		if n := w.Count(t, `SELECT COUNT(*) FROM sequence_counters WHERE name LIKE 'documents %'`); n != 0 || w.Audited(t, dossiers.AuditIssued, string(id)) != 0 {
			t.Error("it got a number")
		}

		issued := w.Issued(t)
		for _, change := range []string{
			`UPDATE dossiers_results SET issued_sha = 'x' WHERE dossier_id = $1`, `UPDATE dossiers_results SET number = 7 WHERE dossier_id = $1`,
			`DELETE FROM dossiers_results WHERE dossier_id = $1`,
		} {
			if err := w.DB.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, change, string(issued))
				return err
			}); err == nil {
				t.Errorf("%s was possible", change)
			}
		}
	})
}

// A full disk, bad input and unknown codes are told in words; nothing is lost.
func TestFaultsAndBadInput(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id := w.Accepted(t)
		if entries, err := os.ReadDir(w.Blobs); err != nil || len(entries) == 0 {
			t.Fatalf("no blobs: %v", err)
		}
		making := filepath.Join(w.Blobs, "making")
		ok(t, os.RemoveAll(making)) // the disk takes nothing any more
		if _, _, err := s.Receipt(ctx, w.Clerk, id, access.Handling); err == nil {
			t.Error("a receipt without a disk")
		}
		ok(t, os.Mkdir(making, 0o700))
		first := content(t)(s.Receipt(ctx, w.Clerk, id, access.Handling))
		ok(t, s.MakeReceipt(ctx, []byte(`"`+id+`"`)))
		if again := content(t)(s.Receipt(ctx, w.Citizen, id, access.Own)); string(again) != string(first) {
			t.Error("the receipt was made twice")
		}
		for _, key := range []string{"", "  ", "Z01.103-260302-9999", "abcd", strings.Repeat("9", 5000), "' OR 1=1 --"} {
			if _, err := s.Track(ctx, key); err == nil {
				t.Errorf("%.20q was found", key)
			}
		}
		refused(t, "a short reason", s.Refuse(ctx, w.Clerk, w.Submit(t), "không"), dossiers.ErrReasonNeeded)
		_, err := s.Accept(ctx, w.Clerk, "khong-phai-ma")
		refused(t, "no such dossier", err, dossiers.ErrNotFound)
		for _, cursor := range []string{"x", "!!!", strings.Repeat("A", 3000)} {
			if _, err := s.Inbox(ctx, w.Clerk, cursor); err == nil {
				t.Errorf("the cursor %.10q was taken", cursor)
			}
		}
		other := w.Submit(t)
		ok(t, s.Refuse(ctx, w.Clerk, other, "Hồ sơ không thuộc thẩm quyền"))
		if slip := must[[]byte](t)(s.RefusalSlip(ctx, w.Citizen, other, access.Own)); !strings.HasPrefix(string(slip), "%PDF") {
			t.Error("the slip is no document")
		}
		_, err = s.Accept(ctx, w.Colleague, other)
		refused(t, "accepting what was refused", err, dossiers.ErrAlreadyRefused)
		_, _, err = s.Receipt(ctx, w.Citizen, other, access.Own)
		refused(t, "its receipt", err, dossiers.ErrNoReceipt)
	})
}

// A dossier keeps the rules of the day it was accepted.
func TestRulesOfTheDay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		before, after := w.Accepted(t), w.Submit(t)
		faster := must2(w.Procedures.Get(ctx, "xac-nhan-cu-tru"))
		faster.Reduced.Amount = 1
		faster.SHA = "faster"
		w.Procedures.Add(faster)
		must[core.AcceptedInfo](t)(s.Accept(ctx, w.Clerk, after))
		for id, want := range map[dossiers.ID]int{before: 3, after: 1} {
			if f := must[core.Full](t)(s.Get(ctx, w.Clerk, id, access.Handling)); f.Version.Reduced.Amount != want {
				t.Errorf("%d days, want %d", f.Version.Reduced.Amount, want)
			}
		}
	})
}

func must2[T any](v T, _ error) T { return v }
