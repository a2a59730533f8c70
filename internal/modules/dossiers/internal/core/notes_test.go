// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

// What colleagues write to each other is read inside the office alone: not by the
// owner, not by the owner who is an official there, not in another ward, and not
// in the database.
func TestNotesStayInside(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		id := w.Accepted(t)
		const words = "Chữ ký trong đơn khác chữ ký lần trước"
		if err := s.AddNote(ctx, w.Officer, id, "  ", nil); errs.KindOf(err) != errs.Invalid {
			t.Errorf("an empty note: %v", err)
		}
		refused(t, "the owner writes", s.AddNote(ctx, w.Citizen, id, words, nil), access.ErrNotAllowed)
		refused(t, "another ward writes", s.AddNote(ctx, w.OtherOfficer, id, words, nil), dossiers.ErrNotFound)
		refused(t, "somebody who does not see it is mentioned", s.AddNote(ctx, w.Officer, id, words, []string{w.Second.Account, w.OtherOfficer.Account}), dossiers.ErrNotInside)
		refused(t, "the owner is mentioned", s.AddNote(ctx, w.Officer, id, words, []string{w.Citizen.Account}), dossiers.ErrNotInside)
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_notes`); n != 0 {
			t.Errorf("%d notes were written by who may not", n)
		}
		ok(t, s.AddNote(ctx, w.Officer, id, words, []string{w.Second.Account}))
		if w.Audited(t, dossiers.AuditNoted, string(id)) != 1 {
			t.Error("it is not recorded")
		}

		all := must[[]core.Note](t)(s.ListNotes(ctx, w.Leader, id, access.Handling))
		if len(all) != 1 || all[0].Words != words || all[0].Who != w.Officer.Name || len(all[0].Mentions) != 1 || all[0].Mentions[0] != w.Second.Name {
			t.Errorf("a colleague reads %+v", all)
		}
		if w.Audited(t, dossiers.AuditPersonRead, string(id)) == 0 {
			t.Error("reading it is not recorded")
		}
		_, err := s.ListNotes(ctx, w.Citizen, id, access.Own)
		refused(t, "the owner reads", err, access.ErrNotAllowed)
		_, err = s.ListNotes(ctx, w.OtherLeader, id, access.Handling)
		refused(t, "another ward reads", err, dossiers.ErrNotFound)
		hidden := func(who string, a identity.Actor, why access.Purpose) {
			f := must[core.Full](t)(s.Get(ctx, a, id, why))
			if f.Inside || len(f.Notes) > 0 || strings.Contains(dossierstest.JSON(t, f.Notes)+dossierstest.JSON(t, f.Timeline), words) {
				t.Errorf("%s sees the notes", who)
			}
		}
		hidden("the owner", w.Citizen, access.Own)
		official := w.Officer // who is the owner
		official.Person = w.Citizen.Person
		hidden("the owner, an official there", official, access.Handling)
		if f := must[core.Full](t)(s.Get(ctx, w.Second, id, access.Handling)); !f.Inside || len(f.Notes) != 1 {
			t.Error("a colleague does not see the notes on the page of the case")
		}
		if raw := dossierstest.JSON(t, must[core.Tracking](t)(s.Track(ctx, codeIn(t, w, id)))); strings.Contains(raw, "Chữ ký") {
			t.Error("the public sees a note")
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_notes WHERE words_sealed LIKE '%Chữ ký%'`); n != 0 {
			t.Error("a note is readable in the database")
		}
		for _, c := range must[[]core.Colleague](t)(s.ListMentionable(ctx, w.Officer, id)) {
			if c.Account == w.Officer.Account || c.Account == w.OtherOfficer.Account || c.Account == w.Citizen.Account {
				t.Errorf("%s can be mentioned", c.Account)
			}
		}
	})
}

func codeIn(t *testing.T, w *dossierstest.World, id dossiers.ID) string {
	t.Helper()
	return must[core.Full](t)(w.Service.Get(t.Context(), w.Officer, id, access.Handling)).Code
}

// The board adds up to what the list shows, row by row; an export holds all of
// it, is recorded, and keeps to what its reader may see.
func TestTheBoardAddsUpAndAnExportIsRecorded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		held := w.Accepted(t)
		w.Accepted(t)
		w.ToSign(t)
		w.Waiting(t)
		ok(t, s.Claim(ctx, w.Officer, held, ""))
		_, err := s.Board(ctx, w.Officer)
		refused(t, "an officer", err, access.ErrNotAllowed)
		b := must[core.Board](t)(s.Board(ctx, w.Leader))
		if b.Counts.Total() != 4 || b.Counts.Waiting != 1 || len(b.Officers) != 3 || len(b.Steps) != 2 {
			t.Errorf("the board: %+v", b)
		}
		for _, one := range append(b.Officers, b.Steps...) {
			f := core.DeskFilter{Holder: one.Account, Step: one.Step.VI}
			if d := must[core.Desk](t)(s.UnitWork(ctx, w.Leader, f, "")); d.Counts != one.Counts {
				t.Errorf("%+v leads to %+v", one, d.Counts)
			}
		}
		if b := must[core.Board](t)(s.Board(ctx, w.OtherLeader)); b.Counts.Total() != 0 {
			t.Errorf("another ward: %+v", b)
		}

		all := must[[]core.Item](t)(s.ExportWork(ctx, w.Leader, core.UnitsWork, core.DeskFilter{}))
		if len(all) != 4 || w.Audited(t, dossiers.AuditExported, "unit 4 rows") != 1 {
			t.Errorf("%d rows, recorded %d", len(all), w.Audited(t, dossiers.AuditExported, "unit 4 rows"))
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_seen WHERE account = $1`, w.Leader.Account); n != 4 {
			t.Errorf("%d owners could learn of it", n)
		}
		if all := must[[]core.Item](t)(s.ExportWork(ctx, w.Leader, core.UnitsWork, core.DeskFilter{Holder: w.Officer.Account})); len(all) != 1 {
			t.Errorf("narrowed it has %d rows", len(all))
		}
		_, err = s.ExportWork(ctx, w.Officer, core.UnitsWork, core.DeskFilter{})
		refused(t, "an officer exports the work of all", err, access.ErrNotAllowed)
		if all := must[[]core.Item](t)(s.ExportWork(ctx, w.OtherOfficer, core.OwnWork, core.DeskFilter{})); len(all) != 0 {
			t.Errorf("another ward exports %+v", all)
		}
	})
}
