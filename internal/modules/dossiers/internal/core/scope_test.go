// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

// What is out of scope does not exist: not found, not listed, not counted, not opened.
func TestOtherWardsSeeNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		waiting, issued := w.Submit(t), w.Issued(t)
		own := must[core.Full](t)(s.Get(ctx, w.Citizen, issued, access.Own))
		for name, a := range map[string]identity.Actor{
			"clerk": w.OtherClerk, "officer": w.OtherOfficer, "leader": w.OtherLeader, "neighbour": w.Neighbour, "auditor": w.Auditor, "nobody": {},
		} {
			outside := func(what string, err error) {
				t.Helper()
				if k := errs.KindOf(err); k != errs.NotFound && k != errs.Forbidden && k != errs.Unauthenticated {
					t.Errorf("%s: %s: %v", name, what, err)
				}
			}
			for _, id := range []dossiers.ID{waiting, issued} {
				_, err := s.Get(ctx, a, id, access.Handling)
				outside("get", err)
				if _, found, err := s.Find(ctx, a, id); found {
					t.Errorf("%s finds it: %v", name, err)
				}
				_, _, err = s.OpenFile(ctx, a, id, own.Papers[0].File.ID, access.Handling)
				outside("file", err)
				_, _, err = s.Receipt(ctx, a, id, access.Handling)
				outside("receipt", err)
				_, _, err = s.ResultFile(ctx, a, id, access.Handling)
				outside("result", err)
				_, err = s.Accept(ctx, a, id)
				outside("accept", err)
				outside("refuse", s.Refuse(ctx, a, id, "không đủ thành phần hồ sơ"))
				outside("claim", s.Claim(ctx, a, id, ""))
				outside("finish", s.Finish(ctx, a, id, core.Done{}))
				outside("sign", only(s.Sign(ctx, a, id)))
				_, err = s.Issue(ctx, a, id)
				outside("issue", err)
				outside("deliver", s.Deliver(ctx, a, id, core.Handover{Receiver: "X"}))
				outside("withdraw", s.Withdraw(ctx, a, id, "không cần nữa, xin rút"))
			}
			if _, found, err := s.FindCode(ctx, a, own.Code); found {
				t.Errorf("%s finds the code: %v", name, err)
			}
			if page, err := s.Inbox(ctx, a, ""); len(page.Items) > 0 {
				t.Errorf("%s has an inbox: %v", name, err)
			}
			if n, err := s.CountInbox(ctx, a); n > 0 {
				t.Errorf("%s counts %d, %v", name, n, err)
			}
			if desk, err := s.Desk(ctx, a, core.DeskFilter{}, ""); len(desk.Items) > 0 || desk.Counts.Total() > 0 {
				t.Errorf("%s has a desk: %v", name, err)
			}
			if page, err := s.Mine(ctx, a, ""); len(page.Items) > 0 {
				t.Errorf("%s owns it: %v", name, err)
			}
		}
		if inbox := must[core.Page[core.Item]](t)(s.Inbox(ctx, w.Clerk, "")); len(inbox.Items) != 1 {
			t.Errorf("the own clerk has %d in the inbox", len(inbox.Items))
		}
		if desk := must[core.Desk](t)(s.Desk(ctx, w.Clerk, core.DeskFilter{}, "")); len(desk.Items) != 1 || desk.Items[0].Action != "deliver" {
			t.Errorf("the own clerk has %+v on the desk", desk.Items)
		}
	})
}

// Personal data is read for a purpose, and never unrecorded; lists with names too.
func TestReadsAreRecorded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s, id := t.Context(), w.Service, w.Accepted(t)
		_, err := s.Get(ctx, w.Officer, id, "")
		refused(t, "no purpose", err, access.ErrPurposeNeeded)
		must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Inspection))
		if n := w.Count(t, `SELECT COUNT(*) FROM audit_records WHERE event = 'dossiers.person_read' AND subject = $1 AND purpose = 'inspection'`, string(id)); n != 1 {
			t.Errorf("%d records of one read", n)
		}
		must[core.Desk](t)(s.Desk(ctx, w.Officer, core.DeskFilter{}, ""))
		if n := w.Audited(t, dossiers.AuditPersonRead, "desk"); n != 1 {
			t.Errorf("%d records of the desk", n)
		}
		// In the database nothing names the person but what is documented.
		for _, column := range []string{"owner_sealed", "submitter_sealed", "answers_sealed", "owner_number_index"} {
			var value string
			ok(t, w.DB.QueryRow(ctx, `SELECT `+column+` FROM dossiers_dossiers WHERE id = $1`, string(id)).Scan(&value))
			if value == "" || strings.Contains(value, "089058000001") || strings.Contains(value, "Bảy") {
				t.Errorf("%s is %q", column, value)
			}
		}
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `ALTER TABLE audit_records RENAME TO audit_gone`)
			return err
		}))
		if f, err := s.Get(ctx, w.Officer, id, access.Handling); err == nil || f.Owner.Name != "" {
			t.Errorf("an unrecorded read answered %v, %v", f.Owner.Name, err)
		}
		if desk, err := s.Desk(ctx, w.Officer, core.DeskFilter{}, ""); err == nil {
			t.Errorf("an unrecorded desk has %d lines", len(desk.Items))
		}
		if r, _, err := s.Receipt(ctx, w.Officer, id, access.Handling); err == nil || r != nil {
			t.Error("an unrecorded receipt was opened")
		}
	})
}

// Drafts are their author's alone, and hold what two tabs saved.
func TestDrafts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		d := must[core.Draft](t)(s.StartDraft(ctx, w.Citizen, core.NewDraft{Procedure: "xac-nhan-cu-tru", Unit: dossierstest.Ward}))
		_, _, err := s.SaveStep(ctx, w.Citizen, d.ID, "owner", map[string][]string{"full_name": {"Nguyễn Văn Bảy"}})
		ok(t, err)
		_, _, err = s.SaveStep(ctx, w.Citizen, d.ID, "need", map[string][]string{"reason": {"Vay vốn"}}) // a tab that never saw the first
		ok(t, err)
		_, r, err := s.SaveStep(ctx, w.Citizen, d.ID, "owner", map[string][]string{"full_name": {""}})
		ok(t, err)
		if len(r.Errors) != 1 || r.Errors[0].Code != "form.required" {
			t.Errorf("an empty answer: %v", r.Errors)
		}
		got := must[core.Draft](t)(s.GetDraft(ctx, w.Citizen, d.ID))
		if got.Answers["reason"] != "Vay vốn" || got.Answers["full_name"] != nil || got.Version != 4 {
			t.Errorf("kept %v in version %d", got.Answers, got.Version)
		}
		for name, a := range map[string]identity.Actor{"neighbour": w.Neighbour, "clerk": w.Clerk} {
			_, err := s.GetDraft(ctx, a, d.ID)
			refused(t, name, err, dossiers.ErrDraftNotFound)
			refused(t, name, s.DiscardDraft(ctx, a, d.ID), dossiers.ErrDraftNotFound)
			_, err = s.Attach(ctx, a, d.ID, "to-khai", "a.pdf", strings.NewReader(dossierstest.PDF))
			refused(t, name, err, dossiers.ErrDraftNotFound)
		}
		for name, bad := range map[string]struct {
			paper, file, content string
			want                 string
		}{
			"a program":     {"to-khai", "don.pdf", "MZ\x90\x00\x03\x00\x00\x00\x04", "files.type_mismatch"},
			"another type":  {"to-khai", "setup.exe", "MZ\x90\x00\x03\x00\x00\x00\x04", "files.type_refused"},
			"nothing":       {"to-khai", "don.pdf", "", "files.empty"},
			"unasked paper": {"khong-co", "don.pdf", dossierstest.PDF, "dossiers.no_such_paper"},
		} {
			_, err := s.Attach(ctx, w.Citizen, d.ID, bad.paper, bad.file, strings.NewReader(bad.content))
			if e, ok := errors.AsType[*errs.Error](err); !ok || e.Code != bad.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		a := must[core.Attachment](t)(s.Attach(ctx, w.Citizen, d.ID, "to-khai", "a.pdf", strings.NewReader(dossierstest.PDF)))
		ok(t, s.Detach(ctx, w.Citizen, d.ID, a.ID))
		_, err = s.Submit(ctx, w.Citizen, d.ID)
		e, isOurs := errors.AsType[*errs.Error](err)
		if !isOurs || len(e.Fields) != 2 || e.Fields[0].Name != "full_name" || e.Fields[1].Name != "paper-to-khai" {
			t.Errorf("all problems at once: %v", err)
		}
		if list := must[core.Page[core.DraftItem]](t)(s.ListDrafts(ctx, w.Citizen, "")); len(list.Items) != 1 {
			t.Errorf("%d drafts", len(list.Items))
		}
		ok(t, s.DiscardDraft(ctx, w.Citizen, d.ID))
		if list := must[core.Page[core.DraftItem]](t)(s.ListDrafts(ctx, w.Citizen, "")); len(list.Items) != 0 {
			t.Errorf("%d drafts are left", len(list.Items))
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM files_files WHERE sealed_key <> ''`); n != 0 {
			t.Errorf("%d files can still be read", n)
		}
	})
}

// At the counter the clerk fills in for others, for the own unit.
func TestAtTheCounter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		d := must[core.Draft](t)(s.StartDraft(ctx, w.Clerk, core.NewDraft{Procedure: "xac-nhan-cu-tru", Unit: dossierstest.Other}))
		if d.Channel != dossiers.Counter || d.Unit.ID != dossierstest.Ward {
			t.Errorf("a clerk's draft goes to %s by %d", d.Unit.ID, d.Channel)
		}
		_, err := s.SaveParties(ctx, w.Clerk, d.ID, core.Parties{Basis: dossiers.Authorised, Owner: core.Party{Name: "Nguyễn Văn Bảy", Number: "12"}})
		e, isOurs := errors.AsType[*errs.Error](err)
		if !isOurs || len(e.Fields) != 4 { // the number, the paper that authorises, name and number of who brings it
			t.Errorf("the parties: %v", err)
		}
		must[core.Draft](t)(s.SaveParties(ctx, w.Clerk, d.ID, core.Parties{
			Basis: dossiers.Authorised, BasisNote: "Văn bản ủy quyền số 12", Owner: core.Party{Name: "Nguyễn Văn Bảy", Number: "089058000001"},
			Submitter: core.Party{Name: "Phan Thị Mười", Number: "089158000088"},
		}))
		_, _, err = s.SaveAnswers(ctx, w.Clerk, d.ID, []byte(`{"full_name": "Nguyễn Văn Bảy"}`))
		ok(t, err)
		ok(t, s.HandIn(ctx, w.Clerk, d.ID, "to-khai", core.Handed{Original: 1}))
		sent := must[core.Submitted](t)(s.Submit(ctx, w.Clerk, d.ID))
		full := must[core.Full](t)(s.Get(ctx, w.Clerk, sent.ID, access.Handling))
		if full.Helper != "Trần Thị Mai" || full.Submitter.Name != "Phan Thị Mười" || full.Papers[0].Original != 1 {
			t.Errorf("kept as %+v", full)
		}
		// The owner is the person of that number, who finds it among the own dossiers.
		if mine := must[core.Page[core.Own]](t)(s.Mine(ctx, w.Citizen, "")); len(mine.Items) != 1 {
			t.Errorf("the owner sees %d", len(mine.Items))
		}
		must[core.AcceptedInfo](t)(s.Accept(ctx, w.Clerk, sent.ID))
	})
}
