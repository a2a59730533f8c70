// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// schools is a register with a certificate, of which everybody sees the name.
func schools(t *testing.T, w *world) (keeper, reader identity.Actor, record string) {
	t.Helper()
	d := registers.Definition{
		ID: "truong", Title: i18n.Text{VI: "Sổ trường"}, Version: 1,
		Fields: []registers.Field{
			{Key: "name", Label: i18n.Text{VI: "Tên"}, Type: registers.Line, Required: true},
			{Key: "rank", Label: i18n.Text{VI: "Mức"}, Type: registers.Integer},
			{Key: "head", Label: i18n.Text{VI: "Hiệu trưởng"}, Type: registers.Person},
			{Key: "note", Label: i18n.Text{VI: "Ghi chú"}, Type: registers.Line},
		},
		List: registers.List{Columns: []string{"name"}},
		Prints: []registers.Print{
			{ID: "dat_chuan", Name: i18n.Text{VI: "Giấy công nhận"}, Certificate: true, Fields: []string{"name", "rank", "head"}},
			{ID: "phieu", Name: i18n.Text{VI: "Phiếu"}},
		},
		Rights: []registers.Right{
			{ID: "keep", Name: i18n.Text{VI: "Ghi"}, Roles: []access.RoleID{"keeper"}, May: registers.Acts()},
			{ID: "look", Name: i18n.Text{VI: "Xem"}, Roles: []access.RoleID{"reader"}, May: []registers.Act{registers.View}, Except: []string{"head"}},
			{ID: "all", Name: i18n.Text{VI: "Mọi người"}, Public: true, May: []registers.Act{registers.View}, Only: []string{"name"}},
		},
	}
	if problems := d.Check(); len(problems) > 0 {
		t.Fatal(problems)
	}
	w.write(t, func(tx *db.Tx) error {
		if _, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "keeper", Name: i18n.Text{VI: "Giữ"}}, {ID: "reader", Name: i18n.Text{VI: "Xem"}}}, nil); err != nil {
			return err
		}
		plan, err := w.keeper.Plan(t.Context(), tx, d)
		if err != nil {
			return err
		}
		return w.keeper.Apply(t.Context(), tx, identity.Program("apply"), plan)
	})
	keeper = w.east.Grant(d.Permission(d.Rights[0]), identity.Place{Unit: "east", Subtree: true})
	reader = w.reader.Grant(d.Permission(d.Rights[1]), identity.Place{Unit: "province", Subtree: true})
	rec, err := w.svc.CreateRecord(t.Context(), keeper, d.ID, "east", map[string]any{"name": "Trường A", "rank": 2, "head": map[string]any{"name": "Lê Văn B", "number": "089085001234"}})
	must(t, err)
	return keeper, reader, rec.ID
}

// A certificate holds until what it says has changed, the record is gone, or it
// is withdrawn; everybody who has its code is told so, and sees no more of it
// than the file shows everybody.
func TestACertificateHoldsUntilItDoesNot(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		keeper, _, record := schools(t, w)
		ctx, anybody := t.Context(), identity.Actor{}
		issue := func() string {
			t.Helper()
			code, err := w.svc.IssueCertificate(ctx, keeper, "truong", record, "dat_chuan")
			must(t, err)
			return code
		}
		state := func(code, want string) core.Certificate {
			t.Helper()
			c, err := w.svc.GetCertificate(ctx, anybody, "truong", code)
			if err != nil || c.State != want {
				t.Errorf("it is %q, want %q (%v)", c.State, want, err)
			}
			return c
		}
		first, second := issue(), issue()
		c := state(first, core.CertificateHolds)
		if c.Number != 1 || c.Year == 0 || len(c.Shown) != 1 || c.Shown[0].Key != "name" || c.May || c.Login != "" {
			t.Errorf("anybody sees %+v", c)
		}
		if c := state(second, core.CertificateHolds); c.Number != 2 {
			t.Errorf("the second has the number %d", c.Number)
		}
		_, err := w.svc.ChangeRecord(ctx, keeper, "truong", record, 1, map[string]any{"note": "đã kiểm tra"})
		must(t, err)
		state(first, core.CertificateHolds) // what it says is as it was
		full, err := w.svc.ReadCertificate(ctx, keeper, "truong", first)
		if err != nil || len(full.Shown) != 3 || w.recorded(t, registers.AuditRead) != 1 {
			t.Errorf("the keeper prints %+v, %v", full.Shown, err)
		}
		must(t, w.svc.WithdrawCertificate(ctx, keeper, "truong", second, "Cấp nhầm"))
		if c := state(second, core.CertificateWithdrawn); c.Ended == nil {
			t.Error("no day is told")
		}
		if err := w.svc.WithdrawCertificate(ctx, keeper, "truong", second, "nữa"); !errors.Is(err, books.ErrWithdrawn) {
			t.Errorf("withdrawn twice: %v", err)
		}
		_, err = w.svc.ChangeRecord(ctx, keeper, "truong", record, 2, map[string]any{"head": map[string]any{"name": "Trần Thị C"}})
		must(t, err)
		state(first, core.CertificateChanged)
		if _, err := w.svc.ReadCertificate(ctx, keeper, "truong", first); !errors.Is(err, books.ErrNotHeld) {
			t.Errorf("it is printed: %v", err)
		}
		third := issue()
		must(t, w.svc.HideRecord(ctx, keeper, "truong", record, 3))
		if c := state(third, core.CertificateGone); len(c.Shown) != 0 {
			t.Errorf("of what is gone anybody sees %+v", c.Shown)
		}
		if n := w.recorded(t, books.AuditCertified) + w.recorded(t, books.AuditCertificateEnded); n != 4 {
			t.Errorf("%d acts are recorded", n)
		}
	})
}

// A certificate is issued by who may write the record and sees all it says.
func TestWhoIssuesCertificates(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		keeper, reader, record := schools(t, w)
		ctx := t.Context()
		far := w.west.Grant("registers.truong.keep", identity.Place{Unit: "west"})
		for name, tt := range map[string]struct {
			who    identity.Actor
			record string
			print  string
			want   errs.Kind
		}{
			"a reader":      {reader, record, "dat_chuan", errs.Forbidden},
			"another unit":  {far, record, "dat_chuan", errs.Forbidden},
			"nobody":        {identity.Actor{}, record, "dat_chuan", errs.Forbidden},
			"a sheet":       {keeper, record, "phieu", errs.NotFound},
			"no such paper": {keeper, record, "bang", errs.NotFound},
			"no record":     {keeper, "x", "dat_chuan", errs.NotFound},
		} {
			if _, err := w.svc.IssueCertificate(ctx, tt.who, "truong", tt.record, tt.print); errs.KindOf(err) != tt.want {
				t.Errorf("%s: %v", name, err)
			}
		}
		code, err := w.svc.IssueCertificate(ctx, keeper, "truong", record, "dat_chuan")
		must(t, err)
		c, err := w.svc.GetCertificate(ctx, reader, "truong", code)
		if err != nil || c.May || len(c.Shown) != 2 {
			t.Errorf("a reader sees %+v, %v", c, err)
		}
		for who, actor := range map[string]identity.Actor{"a reader": reader, "another unit": far} {
			if _, err := w.svc.ReadCertificate(ctx, actor, "truong", code); !errors.Is(err, access.ErrNotAllowed) {
				t.Errorf("%s prints it: %v", who, err)
			}
			if err := w.svc.WithdrawCertificate(ctx, actor, "truong", code, "x"); errs.KindOf(err) != errs.Forbidden {
				t.Errorf("%s withdraws it: %v", who, err)
			}
		}
		if _, err := w.svc.GetCertificate(ctx, keeper, "cho", code); !errors.Is(err, books.ErrNoCertificate) {
			t.Errorf("it is in another register: %v", err)
		}
		if v, err := w.svc.Record(ctx, keeper, "truong", record); err != nil || !v.MayCertify || len(v.Certificates) != 1 {
			t.Errorf("the record has %+v, %v", v.Certificates, err)
		}
		if v, err := w.svc.Record(ctx, reader, "truong", record); err != nil || v.MayCertify || len(v.Certificates) != 0 {
			t.Errorf("to a reader the record has %+v, %v", v.Certificates, err)
		}
	})
}
