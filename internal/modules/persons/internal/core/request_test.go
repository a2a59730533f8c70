// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"io"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/core"
	"tinhso.vn/internal/platform/errs"
)

// company is what bình says online: that he represents it by law.
func (w *world) company() core.Asking {
	return core.Asking{
		Represented: core.Who{Kind: identity.Organisation, Name: "Công ty A", Number: "0300588569"}, Basis: persons.Law,
		Paper: core.Paper{Number: "DKKD-1", Date: w.day(-3)}, Unit: "phuong", Scan: core.Scan{Name: "dkkd.png", Content: strings.NewReader(paper(w.t))},
	}
}

// paper is a scan: a picture.
func paper(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 40))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Who says online to represent a company does so only after two officials have
// looked at the paper, and each opening of the paper is recorded.
func TestAskedOnlineTwoLookAtThePaper(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := t.Context()
		if _, err := w.svc.AskRepresentation(ctx, w.who["binh"], core.Asking{Basis: "x", Represented: core.Who{Number: "1"}}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("nothing is right: %v", err)
		}
		id := w.must(w.svc.AskRepresentation(ctx, w.who["binh"], w.company()))
		if all, err := w.svc.ListChoices(ctx, w.who["binh"]); err != nil || len(all) != 0 {
			t.Errorf("asking alone gives something: %v %v", all, err)
		}
		if _, found, err := w.people.FindByNumber(ctx, w.db, identity.Organisation, "0300588569"); err != nil || found {
			t.Errorf("asking alone makes a company: %v %v", found, err)
		}
		far := w.who["elsewhere"].Grant(persons.PermRegister, identity.Place{Unit: "khac"})
		if _, err := w.svc.GetRequest(ctx, far, id); !errors.Is(err, persons.ErrNotFound) {
			t.Errorf("another ward reads it: %v", err)
		}
		if err := w.svc.DecideRequest(ctx, far, id, true, ""); !errors.Is(err, persons.ErrNotFound) {
			t.Errorf("another ward decides: %v", err)
		}
		if _, _, err := w.svc.OpenPaper(ctx, far, id, access.Handling); !errors.Is(err, persons.ErrNotFound) {
			t.Errorf("another ward opens the paper: %v", err)
		}
		if _, _, err := w.svc.OpenPaper(ctx, w.who["an"], id, access.Own); !errors.Is(err, persons.ErrNotFound) {
			t.Errorf("a stranger opens the paper: %v", err)
		}
		if _, _, err := w.svc.OpenPaper(ctx, w.who["clerk"], id, ""); !errors.Is(err, access.ErrPurposeNeeded) {
			t.Errorf("without a purpose: %v", err)
		}
		content, f, err := w.svc.OpenPaper(ctx, w.who["clerk"], id, access.Handling)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(content)
		if err = errors.Join(err, content.Close()); err != nil || string(raw) != paper(t) || f.Name != "dkkd.png" {
			t.Errorf("%s: %d bytes, %v", f.Name, len(raw), err)
		}
		read, err := audit.List(ctx, w.db, audit.Filter{Event: persons.AuditPaper, Subject: id}, "", 9)
		if err != nil || len(read) != 1 || read[0].About != w.who["binh"].Person || read[0].Purpose != string(access.Handling) {
			t.Errorf("the reading: %+v %v", read, err)
		}
		if err := w.svc.DecideRequest(ctx, w.who["clerk"], id, false, ""); errs.KindOf(err) != errs.Invalid {
			t.Errorf("turned down without a reason: %v", err)
		}
		if err := w.svc.DecideRequest(ctx, w.who["clerk"], id, true, ""); err != nil {
			t.Fatal(err)
		}
		if all, err := w.svc.ListChoices(ctx, w.who["binh"]); err != nil || len(all) != 0 {
			t.Errorf("after one official: %v %v", all, err)
		}
		if err := w.svc.ConfirmRepresentation(ctx, w.who["clerk"].Grant(persons.PermConfirm, identity.Place{Unit: "phuong"}), id, true, ""); !errors.Is(err, persons.ErrSame) {
			t.Errorf("the same official twice: %v", err)
		}
		if err := w.svc.ConfirmRepresentation(ctx, w.who["leader"], id, true, ""); err != nil {
			t.Fatal(err)
		}
		if all, err := w.svc.ListChoices(ctx, w.who["binh"]); err != nil || len(all) != 1 || all[0].Name != "Công ty A" {
			t.Errorf("after both: %v %v", all, err)
		}
		r, err := w.svc.GetRight(ctx, w.who["leader"], id)
		if err != nil || r.File == "" || len(r.Events) != 3 || r.Events[0].What != core.Waiting || r.Events[2].Who == "" {
			t.Errorf("%+v %v", r.Events, err)
		}
		if err := w.svc.WithdrawRequest(ctx, w.who["binh"], id); !errors.Is(err, persons.ErrDecided) {
			t.Errorf("taken back afterwards: %v", err)
		}

		two := w.must(w.svc.AskRepresentation(ctx, w.who["an"], w.company()))
		if err := w.svc.DecideRequest(ctx, w.who["clerk"], two, false, "Giấy không đọc được"); err != nil {
			t.Fatal(err)
		}
		mine, err := w.svc.ListMyRequests(ctx, w.who["an"], "")
		if err != nil || len(mine.Items) != 1 || mine.Items[0].State != core.NotTaken || mine.Items[0].Events[1].Words != "Giấy không đọc được" {
			t.Errorf("the reason: %+v %v", mine, err)
		}
	})
}

// Who has died acts for nobody and nobody for them, from the moment of a second
// official's word; what has ended does not come back when it was a mistake.
func TestSomebodyHasDied(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := t.Context()
		w.grant("a", 9, access.See)
		home := w.must(w.svc.OpenHousehold(ctx, w.who["clerk"], core.NewHousehold{Head: core.Who{Name: "Người an", Number: "089080000000"}, Address: "Số 1"}))
		if err := w.svc.AddMember(ctx, w.who["clerk"], home, core.Who{Name: "Người binh", Number: "089080000001"}, "spouse", w.day(-2)); err != nil {
			t.Fatal(err)
		}
		an := w.who["an"].Person
		if _, err := w.svc.RegisterDeath(ctx, w.who["clerk"], an, core.Died{Day: w.day(1)}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("tomorrow, without a paper: %v", err)
		}
		id := w.must(w.svc.RegisterDeath(ctx, w.who["clerk"], an, core.Died{Day: w.day(-1), Paper: core.Paper{Number: "KT-1"}}))
		if ok, err := w.stands(access.See, "a"); !ok {
			t.Errorf("before a second official: %v", err)
		}
		if _, err := w.svc.RegisterDeath(ctx, w.who["clerk"], an, core.Died{Day: w.day(-1), Paper: core.Paper{Number: "KT-2"}}); !errors.Is(err, persons.ErrOverlap) {
			t.Errorf("twice: %v", err)
		}
		if err := w.svc.DecideDeath(ctx, w.who["elsewhere"], id, true, ""); !errors.Is(err, persons.ErrNotFound) {
			t.Errorf("another ward: %v", err)
		}
		if err := w.svc.DecideDeath(ctx, w.who["leader"], id, true, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := w.stands(access.See, "a"); !errors.Is(err, persons.ErrOver) {
			t.Errorf("for the dead: %v", err)
		}
		known, err := w.svc.DeathsOf(ctx, w.db, []string{an, w.who["binh"].Person})
		if d := known[an]; err != nil || len(known) != 1 || d.Day != w.day(-1) || d.Number != "KT-1" || d.Known.IsZero() {
			t.Errorf("who has died: %+v, %v", known, err)
		}
		var told int
		if err := w.db.QueryRow(ctx, `SELECT COUNT(*) FROM events_outbox WHERE name = 'persons.died.v1'`).Scan(&told); err != nil || told != 1 {
			t.Errorf("told %d times, %v", told, err)
		}
		if a, err := w.people.GetAccount(ctx, w.db, "an"); err != nil || !a.Disabled {
			t.Errorf("the account: %+v %v", a, err)
		}
		offer := core.Grant{
			Agent: core.Who{Name: "Người an", Number: "089080000000"}, Basis: persons.Authorisation, Paper: core.Paper{Number: "3", Date: w.day(0)},
			Limits: core.Limits{Every: true, Acts: []access.Act{access.See}}, Until: w.day(3),
		}
		if _, err := w.svc.OfferRepresentation(ctx, w.who["binh"], offer); !errors.Is(err, persons.ErrDead) {
			t.Errorf("to the dead: %v", err)
		}
		h, err := w.svc.GetHousehold(ctx, w.who["clerk"], home)
		if err != nil || !h.Headless() || !h.MayChange || h.Members[0].Name != "Người binh" {
			t.Fatalf("%+v %v", h, err)
		}
		if err := w.svc.ChangeHead(ctx, w.who["clerk"], home, h.Members[0].ID, "spouse"); err != nil {
			t.Errorf("a new head: %v", err)
		}
		if err := w.svc.RevokeDeath(ctx, w.who["leader"], id, ""); errs.KindOf(err) != errs.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		if err := w.svc.RevokeDeath(ctx, w.who["leader"], id, "Nhầm người cùng tên"); err != nil {
			t.Fatal(err)
		}
		if a, err := w.people.GetAccount(ctx, w.db, "an"); err != nil || a.Disabled {
			t.Errorf("the account again: %+v %v", a, err)
		}
		if ok, _ := w.stands(access.See, "a"); ok {
			t.Error("an ended right came back by itself")
		}
	})
}

// What came to the one who stayed after a merge keeps it from being undone.
func TestWhatIsBuiltOnAMergeKeepsIt(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := t.Context()
		twin := w.person(identity.Person{Name: "Người binh", Number: "089080000091"})
		id := w.must(w.svc.ProposeMerge(ctx, w.who["admin"], twin, w.who["binh"].Person, "Trùng"))
		if err := w.svc.DecideMerge(ctx, w.who["leader"], id, true, ""); err != nil {
			t.Fatal(err)
		}
		right := w.grant("a", 9, access.See)
		if err := w.svc.UndoMerge(ctx, w.who["leader"], id, "Nhầm"); !errors.Is(err, persons.ErrBuilt) {
			t.Errorf("a right was given since: %v", err)
		}
		m, err := w.svc.GetMerge(ctx, w.who["leader"], id)
		if err != nil || len(m.Built) != 1 || m.Built[0].Kind != "right.agent" || len(m.Sides) != 6 || m.Sides[0].Same != true || m.Sides[1].Same {
			t.Errorf("%s: %+v %v", right, m, err)
		}
	})
}

// A member joins and leaves on days, not to come, not twice at a time.
func TestDaysOfAHousehold(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx, clerk := t.Context(), w.who["clerk"]
		home := w.must(w.svc.OpenHousehold(ctx, clerk, core.NewHousehold{Head: core.Who{Name: "Người an", Number: "089080000000"}, Address: "Số 1", From: w.day(-100)}))
		binh := core.Who{Name: "Người binh", Number: "089080000001"}
		if err := w.svc.AddMember(ctx, clerk, home, binh, "child", w.day(1)); errs.KindOf(err) != errs.Invalid {
			t.Errorf("from tomorrow: %v", err)
		}
		if err := w.svc.AddMember(ctx, clerk, home, binh, "child", w.day(-30)); err != nil {
			t.Fatal(err)
		}
		h, err := w.svc.GetHousehold(ctx, clerk, home)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.svc.LeaveHousehold(ctx, clerk, home, h.Members[1].ID, w.day(-31)); errs.KindOf(err) != errs.Invalid {
			t.Errorf("left before joining: %v", err)
		}
		if err := w.svc.LeaveHousehold(ctx, clerk, home, h.Members[1].ID, w.day(-10)); err != nil {
			t.Fatal(err)
		}
		if _, err := w.svc.OpenHousehold(ctx, clerk, core.NewHousehold{Head: binh, Address: "Số 2", From: w.day(-20)}); !errors.Is(err, persons.ErrElsewhere) {
			t.Errorf("in two at a time: %v", err)
		}
		w.must(w.svc.OpenHousehold(ctx, clerk, core.NewHousehold{Head: binh, Address: "Số 2", From: w.day(-10)}))
	})
}
