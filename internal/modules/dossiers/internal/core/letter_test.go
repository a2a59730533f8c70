// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/docx/docxtest"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// doLetter does one thing to a letter with a key that is here.
func doLetter(ctx context.Context, w *dossierstest.World, actor identity.Actor, letter string, what core.LetterAct) error {
	done, err := w.Service.DoLetter(ctx, actor, letter, what)
	if err == nil && done.Request != "" {
		return errors.New("it is waited for")
	}
	return err
}

// agreed is a dossier about which a leader has agreed to a motion, and the letter.
func agreed(t *testing.T, w *dossierstest.World, wish core.Wish) (id dossiers.ID, letter string) {
	t.Helper()
	id = w.Accepted(t)
	letter = must[string](t)(w.Service.Move(t.Context(), w.Officer, id, wish))
	ok(t, w.Service.DecideMotion(t.Context(), w.Leader, id, letter, core.Verdict{Agree: true}))
	return id, letter
}

// The apology and the notice of stop go the way of a result: initial, signature,
// number and seal; then they never change.
func TestLettersAreSignedAndNumbered(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id, letter := agreed(t, w, extending())
		note := must[[]byte](t)(s.ApologySlip(ctx, w.Citizen, id, access.Own))
		for _, early := range []struct {
			what core.LetterAct
			do   error
		}{
			{core.LetterSign, doLetter(ctx, w, w.Leader, letter, core.LetterSign)}, {core.LetterIssue, doLetter(ctx, w, w.Records, letter, core.LetterIssue)},
		} {
			refused(t, string(early.what)+" too early", early.do, dossiers.ErrLetterOver)
		}
		refused(t, "an unknown act", doLetter(ctx, w, w.Leader, letter, "burn"), dossiers.ErrNoLetter)
		refused(t, "from elsewhere", doLetter(ctx, w, w.OtherOfficer, letter, core.LetterInitial), dossiers.ErrNoLetter)
		refused(t, "by a citizen", doLetter(ctx, w, w.Citizen, letter, core.LetterInitial), access.ErrNotAllowed)
		ok(t, doLetter(ctx, w, w.Officer, letter, core.LetterInitial))
		refused(t, "twice", doLetter(ctx, w, w.Officer, letter, core.LetterInitial), dossiers.ErrLetterOver)
		refused(t, "by another leader", doLetter(ctx, w, w.Deputy, letter, core.LetterSign), dossiers.ErrOtherSigner)
		if page := must[core.Page[core.Letter]](t)(s.ListLetters(ctx, w.Deputy, "")); len(page.Items) != 0 {
			t.Errorf("another leader is asked: %+v", page.Items)
		}
		if page := must[core.Page[core.Letter]](t)(s.ListLetters(ctx, w.Leader, "")); len(page.Items) != 1 || page.Items[0].Dossier.ID != id || page.Items[0].Form != dossiers.ForApology {
			t.Errorf("the leader is asked: %+v", page.Items)
		}
		ok(t, doLetter(ctx, w, w.Leader, letter, core.LetterSign))
		if again := must[[]byte](t)(s.ApologySlip(ctx, w.Citizen, id, access.Own)); !bytes.Equal(again, note) {
			t.Error("people get a letter that is not issued")
		}
		var group sync.WaitGroup
		results := make([]error, 3)
		for i := range results {
			group.Go(func() { results[i] = doLetter(ctx, w, w.Records, letter, core.LetterIssue) })
		}
		group.Wait()
		done := 0
		for _, err := range results {
			if err == nil {
				done++
			} else if !errors.Is(err, dossiers.ErrLetterOver) {
				t.Errorf("at once: %v", err)
			}
		}
		if done != 1 || w.Audited(t, dossiers.AuditLetterNumbered, letter) != 1 || w.Audited(t, dossiers.AuditLetterIssued, letter) != 1 {
			t.Errorf("issued %d times", done)
		}
		issued := must[[]byte](t)(s.ApologySlip(ctx, w.Citizen, id, access.Own))
		report, err := w.Deps.Signatures(ctx, issued)
		ok(t, err)
		if !report.Valid() || len(report.Signatures) != 3 {
			t.Errorf("signatures %+v", report)
		}
		text := strings.Join(strings.Fields(pdftest.Text(t, issued)), " ")
		for _, want := range []string{"xin lỗi và hẹn lại", longer, "Kính gửi: Ông/Bà Nguyễn Văn Bảy"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in %s", want, text)
			}
		}
		sum := sha256.Sum256(issued)
		number, _, _, found, err := s.IssuedFile(ctx, hex.EncodeToString(sum[:]))
		if err != nil || !found || number != "01/UBND" {
			t.Errorf("recognised as %q, %v, %v", number, found, err)
		}

		second, stop := agreed(t, w, stopping())
		ok(t, doLetter(ctx, w, w.Officer, stop, core.LetterInitial))
		ok(t, doLetter(ctx, w, w.Leader, stop, core.LetterSign))
		ok(t, doLetter(ctx, w, w.Records, stop, core.LetterIssue))
		if text := pdftest.Text(t, must[[]byte](t)(s.StopSlip(ctx, w.Citizen, second, access.Own))); !strings.Contains(text, "THÔNG BÁO") || !strings.Contains(text, "TB-UBND") {
			t.Errorf("the notice: %s", text)
		}
		if err := w.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE dossiers_letters SET file_sha = 'x' WHERE id = $1`, stop)
			return err
		}); err == nil {
			t.Error("what was issued can be changed")
		}
	})
}

// A template of the province with the places of the chain is what is signed.
func TestALetterFollowsItsTemplate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		w.UseTemplate(t, dossiers.ForApology, "", docxtest.Letter(t, "MẪU CỦA TỈNH: {{xin_loi.ly_do}}"))
		id, letter := agreed(t, w, extending())
		ok(t, doLetter(t.Context(), w, w.Officer, letter, core.LetterInitial))
		ok(t, doLetter(t.Context(), w, w.Leader, letter, core.LetterSign))
		ok(t, doLetter(t.Context(), w, w.Records, letter, core.LetterIssue))
		if text := pdftest.Text(t, must[[]byte](t)(w.Service.ApologySlip(t.Context(), w.Citizen, id, access.Own))); !strings.Contains(text, "MẪU CỦA TỈNH: "+longer[:10]) {
			t.Errorf("the letter: %s", text)
		}
	})
}

// Forms 04 and 05 are signed on a phone as results are: what is asked for is waited for,
// once, can be taken back, and goes on when it was approved.
func TestLettersAreSignedElsewhere(t *testing.T) {
	t.Parallel()
	remotely(t, everybody(), func(t *testing.T, r *dossierstest.Remote) {
		ctx, s := t.Context(), r.Service
		id, letter := agreed(t, r.World, extending())
		request := started(t)(s.DoLetter(ctx, r.Officer, letter, core.LetterInitial))
		_, err := s.DoLetter(ctx, r.Officer, letter, core.LetterInitial)
		refused(t, "asked twice", err, dossiers.ErrSigning)
		view := must[core.SigningState](t)(s.GetSigning(ctx, r.Officer, request))
		if len(view.Items) != 1 || view.Items[0].ID != id || view.Items[0].Letter != letter || view.Act != "initial" || view.Settled() {
			t.Errorf("the officer sees %+v", view)
		}
		page := must[core.Page[core.Letter]](t)(s.ListLetters(ctx, r.Officer, ""))
		if len(page.Items) != 1 || page.Items[0].Waits != request || !page.Items[0].Mine {
			t.Errorf("listed as %+v", page.Items)
		}
		ok(t, s.CancelSigning(ctx, r.Officer, request))
		for _, step := range []struct {
			who  identity.Actor
			what core.LetterAct
		}{{r.Officer, core.LetterInitial}, {r.Leader, core.LetterSign}, {r.Records, core.LetterIssue}} {
			request := started(t)(s.DoLetter(ctx, step.who, letter, step.what))
			r.Approve(t)
			if view := must[core.SigningState](t)(s.GetSigning(ctx, step.who, request)); !view.Settled() || view.Items[0].State != core.SignatureUsed {
				t.Fatalf("after %s: %+v", step.what, view)
			}
		}
		issued := must[[]byte](t)(s.ApologySlip(ctx, r.Citizen, id, access.Own))
		report, err := r.Deps.Signatures(ctx, issued)
		ok(t, err)
		if !report.Valid() || len(report.Signatures) != 3 {
			t.Errorf("signatures %+v", report)
		}
		if r.Audited(t, dossiers.AuditLetterIssued, letter) != 1 || r.Audited(t, dossiers.AuditLetterNumbered, letter) != 1 {
			t.Error("it is not recorded once")
		}
	})
}
