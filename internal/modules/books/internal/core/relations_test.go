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
)

// works are projects with a certificate that is for finished ones, and what was paid
// for them, which the public does not see.
func works(t *testing.T, w *world) (keeper identity.Actor, project string) {
	t.Helper()
	words := func(s string) i18n.Text { return i18n.Text{VI: s} }
	keep := registers.Right{ID: "keep", Name: words("Ghi"), Roles: []access.RoleID{"keeper"}, May: registers.Acts()}
	projects := registers.Definition{
		ID: "viec", Title: words("Sổ dự án"), Version: 1, Related: []string{"tien.project", "chua-co.project"},
		Fields: []registers.Field{
			{Key: "name", Label: words("Tên"), Type: registers.Line, Required: true},
			{Key: registers.LifeKey, Label: words("Trạng thái"), Type: registers.Choice, Life: true, Options: []registers.Option{{Value: "open", Label: words("Mở")}, {Value: "done", Label: words("Xong")}}},
		},
		Life: &registers.Life{
			States: []registers.LifeState{{ID: "open", Name: words("Mở"), Kind: registers.Draft}, {ID: "done", Name: words("Xong"), Kind: registers.Live}},
			Moves:  []registers.Move{{ID: "finish", Name: words("Xong"), From: []string{"open"}, To: "done", May: []string{"keep"}}},
		},
		Prints: []registers.Print{{ID: "giay", Name: words("Giấy"), Certificate: true, Fields: []string{"name"}, States: []string{"done"}}},
		Rights: []registers.Right{keep, {ID: "all", Name: words("Mọi người"), Public: true, May: []registers.Act{registers.View}}},
	}
	paid := registers.Definition{
		ID: "tien", Title: words("Sổ giải ngân"), Version: 1,
		Fields: []registers.Field{
			{Key: "project", Label: words("Dự án"), Type: registers.Reference, Register: "viec", Required: true},
			{Key: "amount", Label: words("Số tiền"), Type: registers.Money, Required: true},
		},
		List:   registers.List{Columns: []string{"project", "amount"}, Filters: []string{"project"}},
		Rights: []registers.Right{keep},
	}
	w.write(t, func(tx *db.Tx) error {
		if _, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "keeper", Name: words("Giữ")}}, nil); err != nil {
			return err
		}
		for _, d := range []registers.Definition{projects, paid} {
			if problems := d.Check(); len(problems) > 0 {
				t.Fatal(d.ID, problems)
			}
			plan, err := w.keeper.Plan(t.Context(), tx, d)
			if err != nil {
				return err
			}
			if err := w.keeper.Apply(t.Context(), tx, identity.Program("apply"), plan); err != nil {
				return err
			}
		}
		return nil
	})
	keeper = w.east
	for _, d := range []registers.Definition{projects, paid} {
		keeper = keeper.Grant(d.Permission(keep), identity.Place{Unit: "east", Subtree: true})
	}
	var two [2]string
	for i, name := range []string{"Cầu", "Đường"} {
		rec, err := w.svc.CreateRecord(t.Context(), keeper, "viec", "east", map[string]any{"name": name})
		must(t, err)
		two[i] = rec.ID
	}
	for i := range 8 {
		_, err := w.svc.CreateRecord(t.Context(), keeper, "tien", "east", map[string]any{"project": two[i/7], "amount": 10 + i})
		must(t, err)
	}
	return keeper, two[0]
}

// Under a record stands what points to it, by the rights of the other register, and
// nothing of a register that is not there.
func TestWhatPointsToARecord(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		keeper, project := works(t, w)
		ctx := t.Context()
		v, err := w.svc.Record(ctx, keeper, "viec", project)
		must(t, err)
		all, err := w.svc.Relations(ctx, keeper, v)
		must(t, err)
		if len(all) != 1 || all[0].Count != 7 || len(all[0].Records) != 5 || !all[0].Adds || all[0].Field.Key != "project" {
			t.Fatalf("%+v", all)
		}
		for _, rec := range all[0].Records {
			if rec.Values["project"] != project {
				t.Errorf("a payment of %v", rec.Values["project"])
			}
		}
		if v, err = w.svc.Record(ctx, identity.Actor{}, "viec", project); err != nil {
			t.Fatal(err)
		}
		if all, err = w.svc.Relations(ctx, identity.Actor{}, v); err != nil || len(all) != 0 {
			t.Errorf("everybody sees payments: %v %v", all, err)
		}
	})
}

// A certificate of a finished project is not issued before.
func TestAPaperWaitsForItsState(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		keeper, project := works(t, w)
		ctx := t.Context()
		if _, err := w.svc.IssueCertificate(ctx, keeper, "viec", project, "giay"); !errors.Is(err, books.ErrNotYet) {
			t.Errorf("before it is finished: %v", err)
		}
		_, err := w.svc.MoveRecord(ctx, keeper, "viec", project, 1, "finish", "", nil)
		must(t, err)
		code, err := w.svc.IssueCertificate(ctx, keeper, "viec", project, "giay")
		must(t, err)
		c, err := w.svc.GetCertificate(ctx, identity.Actor{}, "viec", code)
		if must(t, err); c.State != core.CertificateHolds {
			t.Errorf("it is %s", c.State)
		}
	})
}
