// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/docx/docxtest"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

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
			{core.LetterSign, s.DoLetter(ctx, w.Leader, letter, core.LetterSign)}, {core.LetterIssue, s.DoLetter(ctx, w.Records, letter, core.LetterIssue)},
		} {
			refused(t, string(early.what)+" too early", early.do, dossiers.ErrLetterOver)
		}
		refused(t, "an unknown act", s.DoLetter(ctx, w.Leader, letter, "burn"), dossiers.ErrNoLetter)
		refused(t, "from elsewhere", s.DoLetter(ctx, w.OtherOfficer, letter, core.LetterInitial), dossiers.ErrNoLetter)
		refused(t, "by a citizen", s.DoLetter(ctx, w.Citizen, letter, core.LetterInitial), access.ErrNotAllowed)
		ok(t, s.DoLetter(ctx, w.Officer, letter, core.LetterInitial))
		refused(t, "twice", s.DoLetter(ctx, w.Officer, letter, core.LetterInitial), dossiers.ErrLetterOver)
		refused(t, "by another leader", s.DoLetter(ctx, w.Deputy, letter, core.LetterSign), dossiers.ErrOtherSigner)
		if page := must[core.Page[core.Letter]](t)(s.ListLetters(ctx, w.Deputy, "")); len(page.Items) != 0 {
			t.Errorf("another leader is asked: %+v", page.Items)
		}
		if page := must[core.Page[core.Letter]](t)(s.ListLetters(ctx, w.Leader, "")); len(page.Items) != 1 || page.Items[0].Dossier.ID != id || page.Items[0].Form != dossiers.ForApology {
			t.Errorf("the leader is asked: %+v", page.Items)
		}
		ok(t, s.DoLetter(ctx, w.Leader, letter, core.LetterSign))
		if again := must[[]byte](t)(s.ApologySlip(ctx, w.Citizen, id, access.Own)); !bytes.Equal(again, note) {
			t.Error("people get a letter that is not issued")
		}
		var group sync.WaitGroup
		results := make([]error, 3)
		for i := range results {
			group.Go(func() { results[i] = s.DoLetter(ctx, w.Records, letter, core.LetterIssue) })
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
		ok(t, s.DoLetter(ctx, w.Officer, stop, core.LetterInitial))
		ok(t, s.DoLetter(ctx, w.Leader, stop, core.LetterSign))
		ok(t, s.DoLetter(ctx, w.Records, stop, core.LetterIssue))
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
		ok(t, w.Service.DoLetter(t.Context(), w.Officer, letter, core.LetterInitial))
		ok(t, w.Service.DoLetter(t.Context(), w.Leader, letter, core.LetterSign))
		ok(t, w.Service.DoLetter(t.Context(), w.Records, letter, core.LetterIssue))
		if text := pdftest.Text(t, must[[]byte](t)(w.Service.ApologySlip(t.Context(), w.Citizen, id, access.Own))); !strings.Contains(text, "MẪU CỦA TỈNH: "+longer[:10]) {
			t.Errorf("the letter: %s", text)
		}
	})
}
