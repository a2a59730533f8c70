// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"fmt"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/errs"
)

func (w *world) add(t *testing.T, actor identity.Actor, code string) registers.Record {
	t.Helper()
	rec, err := w.svc.CreateRecord(t.Context(), actor, "cho", actor.Unit, map[string]any{"code": code, "name": "Chợ " + code, "keeper": "Nguyễn Văn A"})
	must(t, err)
	return rec
}

func fields(err error) (names []string) {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		for _, f := range e.Fields {
			names = append(names, f.Name+" "+f.Code)
		}
	}
	return names
}

func TestRecordsStayInTheirScope(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		east, west := w.add(t, w.east, "D1"), w.add(t, w.west, "T1")
		for _, tt := range []struct {
			who  identity.Actor
			want []string
		}{{w.east, []string{east.ID}}, {w.west, []string{west.ID}}, {w.reader, []string{east.ID, west.ID}}} {
			p, err := w.svc.Records(ctx, tt.who, "cho", core.Query{})
			must(t, err)
			var got []string
			for _, r := range p.Records {
				got = append(got, r.ID)
			}
			books, err := w.svc.Registers(ctx, tt.who)
			must(t, err)
			if fmt.Sprint(got) != fmt.Sprint(tt.want) || p.Count != len(tt.want) || books[0].Count != p.Count {
				t.Errorf("listed %v of %d and %d, want %v", got, p.Count, books[0].Count, tt.want)
			}
		}
		found, err := w.svc.Records(ctx, w.east, "cho", core.Query{Where: []registers.Condition{{Field: "code", Op: registers.Is, Values: []string{"T1"}}}})
		if err != nil || len(found.Records) != 0 {
			t.Errorf("found what is out of scope: %+v, %v", found.Records, err)
		}
		if found, err = w.svc.Records(ctx, w.west, "cho", core.Query{Where: []registers.Condition{{Field: "code", Op: registers.Is, Values: []string{" T1 "}}}}); err != nil || len(found.Records) != 1 {
			t.Errorf("did not find: %v", err)
		}
		_, err1 := w.svc.Record(ctx, w.east, "cho", west.ID)
		_, err2 := w.svc.PersonalRecord(ctx, w.east, access.Handling, "cho", west.ID)
		_, err3 := w.svc.ChangeRecord(ctx, w.east, "cho", west.ID, 1, map[string]any{"name": "x"})
		err4 := w.svc.HideRecord(ctx, w.east, "cho", west.ID, 1)
		_, err5 := w.svc.Record(ctx, w.reader, "cho", "x\x00")
		for i, err := range []error{err1, err2, err3, err4, err5} {
			if !errors.Is(err, registers.ErrNotFound) {
				t.Errorf("%d: %v", i+1, err)
			}
		}
		if _, err := w.svc.CreateRecord(ctx, w.east, "cho", "west", map[string]any{"code": "D2", "name": "x"}); fmt.Sprint(fields(err)) != "[unit registers.value.unit]" {
			t.Errorf("wrote for another unit: %v", err)
		}
		for _, err := range []error{
			second(w.svc.CreateRecord(ctx, w.reader, "cho", "east", nil)), second(w.svc.ChangeRecord(ctx, w.reader, "cho", east.ID, 1, nil)),
			w.svc.HideRecord(ctx, w.reader, "cho", east.ID, 1), second(w.svc.Form(ctx, w.reader, "cho", registers.Add)),
			second(w.svc.Registers(ctx, w.auditor)), second(w.svc.Records(ctx, w.it, "cho", core.Query{})),
		} {
			if !errors.Is(err, access.ErrNotAllowed) {
				t.Errorf("got %v", err)
			}
		}
		f, err := w.svc.Form(ctx, w.east, "cho", registers.Add)
		if err != nil || len(f.Own) != 2 || f.Own[0].ID != "east" || f.Own[1].ID != "shop" || len(f.Units) != 0 {
			t.Errorf("the form offers %+v, %v", f.Own, err)
		}
	})
}

func second[A any](_ A, err error) error { return err }

func TestPersonalDataHasAPurpose(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		rec := w.add(t, w.east, "D1")
		if rec.Values["keeper"] != nil || len(rec.Withheld) != 1 || rec.Values["code"] != "D1" {
			t.Errorf("what was added came back as %+v", rec.Values)
		}
		v, err := w.svc.Record(ctx, w.reader, "cho", rec.ID)
		if err != nil || v.Record.Values["keeper"] != nil || len(v.Record.Withheld) != 1 || w.recorded(t, registers.AuditRead) != 0 {
			t.Errorf("without a purpose: %+v, %v", v.Record.Values, err)
		}
		if _, err := w.svc.PersonalRecord(ctx, w.reader, "", "cho", rec.ID); !errors.Is(err, access.ErrPurposeNeeded) {
			t.Errorf("no purpose: %v", err)
		}
		v, err = w.svc.PersonalRecord(ctx, w.reader, access.Handling, "cho", rec.ID)
		if err != nil || v.Record.Values["keeper"] != "Nguyễn Văn A" {
			t.Errorf("with a purpose: %+v, %v", v.Record.Values, err)
		}
		if n := w.count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1 AND subject = $2 AND purpose = 'handling' AND actor = $3`,
			string(registers.AuditRead), "cho/"+rec.ID, w.reader.Account); n != 1 {
			t.Errorf("%d records of the reading", n)
		}
	})
}

func TestChangingARecord(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		rec := w.add(t, w.east, "D1")
		if _, err := w.svc.CreateRecord(ctx, w.east, "cho", "east", map[string]any{"code": "D1"}); fmt.Sprint(fields(err)) != "[code registers.value.taken name registers.value.required]" {
			t.Errorf("all at once: %v", fields(err))
		}
		version, err := w.svc.ChangeRecord(ctx, w.east, "cho", rec.ID, rec.Version, map[string]any{"name": "Chợ mới"})
		must(t, err)
		at := w.d.Now()
		_, err = w.svc.ChangeRecord(ctx, w.east, "cho", rec.ID, rec.Version, map[string]any{"name": "Chợ khác"})
		e, _ := errors.AsType[*errs.Error](err)
		if !errors.Is(err, registers.ErrChanged) || e.Args["who"] != "east" || fmt.Sprint(e.Args["when"]) != fmt.Sprint(at) {
			t.Errorf("who came second: %v", err)
		}
		v, err := w.svc.Record(ctx, w.reader, "cho", rec.ID)
		must(t, err)
		if v.Record.Values["name"] != "Chợ mới" || v.Record.Version != version || len(v.History) != 1 || v.History[0].Values["name"] != "Chợ D1" ||
			v.Logins[v.History[0].ChangedBy] != "east" {
			t.Errorf("got %+v, history %+v", v.Record, v.History)
		}
		if err := w.svc.HideRecord(ctx, w.east, "cho", rec.ID, rec.Version); !errors.Is(err, registers.ErrChanged) {
			t.Errorf("hid what somebody has changed: %v", err)
		}
		must(t, w.svc.HideRecord(ctx, w.east, "cho", rec.ID, version))
		if _, err := w.svc.Record(ctx, w.reader, "cho", rec.ID); !errors.Is(err, registers.ErrNotFound) {
			t.Errorf("hidden, but %v", err)
		}
		nowhere := identity.NewActor("x", "y").Grant(registers.PermEdit, identity.Place{})
		if _, err := w.svc.Form(ctx, nowhere, "cho", registers.Add); !errors.Is(err, books.ErrNoUnit) {
			t.Errorf("a form without a unit: %v", err)
		}
	})
}

func TestRecordsInPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		for i := core.PageSize + 3; i > 0; i-- {
			w.add(t, w.east, fmt.Sprintf("D%03d", i))
		}
		seen := 0
		for after := ""; ; {
			p, err := w.svc.Records(ctx, w.reader, "cho", core.Query{After: after})
			must(t, err)
			for _, r := range p.Records {
				seen++
				if want := fmt.Sprintf("D%03d", seen); r.Values["code"] != want {
					t.Fatalf("got %v, want %s", r.Values["code"], want)
				}
			}
			if after = p.Next; after == "" {
				break
			}
		}
		if seen != core.PageSize+3 {
			t.Errorf("saw %d", seen)
		}
		if _, err := w.svc.Records(ctx, w.reader, "cho", core.Query{After: "x"}); !errors.Is(err, registers.ErrCursor) {
			t.Errorf("a made-up page: %v", err)
		}
	})
}
