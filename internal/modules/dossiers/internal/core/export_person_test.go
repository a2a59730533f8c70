// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// exported is what a person gets, as one text, with the names of files.
func exported(t *testing.T, w *dossierstest.World, person string) (all []dossiers.Exported, text string, names []string) {
	t.Helper()
	ok(t, w.Service.ExportPerson(t.Context(), person, func(v dossiers.Exported) error {
		all = append(all, v)
		for _, f := range v.Facts {
			text += f.Label.VI + "=" + f.Value + "\n"
		}
		return nil
	}, func(name string, content io.Reader) error {
		names = append(names, name)
		_, err := io.Copy(io.Discard, content)
		return err
	}))
	return all, text, names
}

// A person gets drafts, dossiers and papers; of somebody they acted for nothing,
// and a stranger gets nothing at all.
func TestExportOfAPerson(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx := t.Context()
		sent := w.Submit(t)
		w.Draft(t)
		father := must[core.Draft](t)(w.Service.StartDraft(ctx, w.Citizen, core.NewDraft{Procedure: "xac-nhan-cu-tru", Unit: dossierstest.Ward}))
		must[core.Draft](t)(w.Service.SaveParties(ctx, w.Citizen, father.ID, core.Parties{Basis: dossiers.Parent, Owner: core.Party{
			Kind: identity.Individual, Name: "Nguyễn Thị Con", Number: "089212000009", Phone: "0911111111",
		}}))
		_, _, err := w.Service.SaveAnswers(ctx, w.Citizen, father.ID, []byte(`{"full_name": "Nguyễn Thị Con", "reason": "Nhập học"}`))
		ok(t, err)
		_, err = w.Service.Attach(ctx, w.Citizen, father.ID, "to-khai", "của con.pdf", strings.NewReader(dossierstest.PDF))
		ok(t, err)
		for _, stage := range []string{"draft", "sent"} {
			if stage == "sent" {
				must[core.Submitted](t)(w.Service.Submit(ctx, w.Citizen, father.ID))
			}
			all, text, names := exported(t, w, w.Citizen.Person)
			if len(all) != 3 || !strings.Contains(text, "Làm thủ tục vay vốn") || !strings.Contains(text, "Nguyễn Văn Bảy") {
				t.Errorf("%s: %d records: %s", stage, len(all), text)
			}
			for _, other := range []string{"Thị Con", "089212000009", "0911111111", "Nhập học"} {
				if strings.Contains(text, other) {
					t.Errorf("%s: %q of somebody else is in it", stage, other)
				}
			}
			if joined := strings.Join(names, "|"); len(names) != 1 || strings.Contains(joined, "của con") {
				t.Errorf("%s: files %v", stage, names)
			}
		}
		child, found, err := w.Deps.Directory.FindByNumber(ctx, w.DB, identity.Individual, "089212000009")
		if err != nil || !found {
			t.Fatal(err)
		}
		all, text, names := exported(t, w, child.ID)
		if len(all) != 1 || all[0].Role != "owner" || !strings.Contains(text, "Nhập học") || strings.Contains(text, "Nguyễn Văn Bảy") || len(names) != 1 {
			t.Errorf("the child: %+v %s %v", all, text, names)
		}
		if all, _, _ := exported(t, w, "nobody"); len(all) != 0 {
			t.Errorf("a stranger: %v", all)
		}
		bound, err := w.Service.ListBound(ctx, w.DB, w.Citizen.Person, 10)
		ok(t, err)
		if len(bound) != 2 || bound[0].Kept != "" {
			t.Errorf("bound: %+v", bound)
		}
		forget := func() (n int) {
			ok(t, w.DB.Write(ctx, func(tx *db.Tx) (err error) {
				n, err = w.Service.ForgetPerson(ctx, tx, w.Citizen.Person)
				return err
			}))
			return n
		}
		if n := forget(); n != 1 {
			t.Errorf("%d drafts forgotten", n)
		}
		if n := forget(); n != 0 {
			t.Errorf("again: %d", n)
		}
		if _, there, err := w.Service.Find(ctx, w.Citizen, sent); err != nil || !there {
			t.Errorf("the dossier went too: %v", err)
		}
	})
}

// The message that need not be sent goes only to who agrees; officials are told
// of a restriction, the person is not.
func TestConsentAndRestriction(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx := t.Context()
		id, agrees, said := w.Accepted(t), false, &counted{}
		deps := w.Deps
		deps.Messages = said
		deps.MayTell = func(_ context.Context, _ db.Querier, person string) (bool, error) {
			return agrees && person == w.Citizen.Person, nil
		}
		since := w.DB.Now()
		deps.Restricted = func(_ context.Context, _ db.Querier, person string) (db.Time, error) {
			if person == w.Citizen.Person {
				return since, nil
			}
			return db.Time{}, nil
		}
		s := core.New(deps)
		progress := func() int {
			ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
				_, err := s.TellProgress(ctx, tx, workflow.Call{Subject: workflow.Subject{Kind: "dossier", ID: string(id)}})
				return err
			}))
			return said.n
		}
		if n := progress(); n != 0 {
			t.Errorf("%d messages to who has not agreed", n)
		}
		agrees = true
		if n := progress(); n != 1 {
			t.Errorf("%d messages to who has agreed", n)
		}
		shown, err := s.Get(ctx, w.Officer, id, "handling")
		ok(t, err)
		own, err := s.Get(ctx, w.Citizen, id, "own")
		ok(t, err)
		if !shown.Restricted.Equal(since.Time) || !own.Restricted.IsZero() {
			t.Errorf("%v and %v", shown.Restricted, own.Restricted)
		}
	})
}

// counted counts messages.
type counted struct{ n int }

// Tell implements core.Messenger.
func (o *counted) Tell(context.Context, *db.Tx, notify.Notice) error {
	o.n++
	return nil
}
