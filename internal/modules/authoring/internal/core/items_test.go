// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/platform/errs"
)

func TestNothingThatWasTypedIsLost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, lan, minh := t.Context(), writer("lan"), writer("minh")
		change := w.begin(t, lan, 0)
		w.save(t, lan, change, authoring.Forms, "mot", swap(formText, "Đơn một", "Đơn của Lan"))
		_, err := w.SaveItem(ctx, minh, change, authoring.Forms, "mot", []byte(swap(formText, "Đơn một", "Đơn của Minh")), 0)
		if e, ok := errors.AsType[*errs.Error](err); !ok || !errors.Is(err, authoring.ErrMeanwhile) || e.Args["who"] != "Ông lan" {
			t.Errorf("%v", err)
		}
		if i, err := w.GetItem(ctx, minh, change, authoring.Forms, "mot"); err != nil || !strings.Contains(string(i.Whole), "Đơn của Lan") || i.Rev != 1 {
			t.Errorf("%+v %v", i, err)
		}
		if err := w.RemoveItem(ctx, lan, change, authoring.Forms, "mot", 1); err != nil {
			t.Fatal(err)
		}
		if _, problems, err := w.Set(ctx, lan, change); err != nil || len(problems) == 0 {
			t.Errorf("a form that is used was taken away: %v", err)
		}
		if err := w.Forget(ctx, lan, change, authoring.Forms, "mot"); err != nil {
			t.Fatal(err)
		}
		if i, err := w.GetItem(ctx, lan, change, authoring.Forms, "mot"); err != nil || i.Rev != 0 || i.Gone() {
			t.Errorf("%+v %v", i, err)
		}
		id, err := w.AddProcedure(ctx, lan, change, core.Blueprint{Name: "Cấp giấy xác nhận hai"})
		if err != nil || id != "cap-giay-xac-nhan-hai" {
			t.Fatal(id, err)
		}
		if _, err := w.AddProcedure(ctx, lan, change, core.Blueprint{Name: "Cấp giấy xác nhận hai"}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("the same id twice: %v", err)
		}
		if id, err = w.AddProcedure(ctx, lan, change, core.Blueprint{Name: "Bản sao", From: "mot", SameBecause: "cùng việc"}); err != nil || id != "ban-sao" {
			t.Error(id, err)
		}
		if id, err = w.AddProcedure(ctx, lan, change, core.Blueprint{Name: "Ba", From: "mot"}); err != nil || id != "ba" {
			t.Error(id, err)
		}
		items, err := w.Items(ctx, lan, change)
		if err != nil || len(items) != 4+1+3 {
			t.Errorf("%d items, %v", len(items), err)
		}
		_, problems, err := w.Set(ctx, lan, change)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range problems { // what only a decision can say, and the posts that this little pack has not
			if p.ID != "cap-giay-xac-nhan-hai" || !slices.Contains([]string{"field.required", "procedure.no_duration", "flow.role", "flow.drawing"}, p.Code) {
				t.Errorf("%+v", p)
			}
		}
	})
}

func TestWhatCannotBeSaved(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, lan := t.Context(), writer("lan")
		change := w.begin(t, lan, 0)
		for _, tt := range []struct {
			list authoring.List
			id   string
			text string
			want error
		}{
			{"roles", "clerk", "id: clerk\n", authoring.ErrNoItem},
			{authoring.Procedures, "../../etc/passwd", "id: x\n", authoring.ErrNoItem},
			{authoring.Procedures, "x/../y", "id: x\n", authoring.ErrNoItem},
			{authoring.Procedures, "mot", "id: hai\n", packs.ErrItem},
			{authoring.Procedures, "mot", "id: mot\na: &a [x, x]\nb: *a\n", packs.ErrItem},
			{authoring.Procedures, "mot", "id: mot\nname: " + strings.Repeat("x", 2<<20), packs.ErrItem},
			{authoring.Procedures, "mot", "", packs.ErrItem},
		} {
			if _, err := w.SaveItem(ctx, lan, change, tt.list, tt.id, []byte(tt.text), 0); !errors.Is(err, tt.want) {
				t.Errorf("%s %s: %v", tt.list, tt.id, err)
			}
		}
		for name, err := range map[string]error{
			"reader saves": func() error {
				_, err := w.SaveItem(ctx, leader("ha"), change, authoring.Forms, "mot", []byte(formText), 0)
				return err
			}(),
			"reader creates": func() error { _, err := w.Create(ctx, leader("ha"), core.General{}); return err }(),
			"nobody lists":   func() error { _, err := w.List(ctx, identity.NewActor("x", "x"), "", ""); return err }(),
			"writer returns": w.Return(ctx, lan, change, "không"),
			"nobody looks":   func() error { _, _, err := w.Set(ctx, identity.NewActor("x", "x"), change); return err }(),
		} {
			if !errors.Is(err, access.ErrNotAllowed) {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err := w.Create(ctx, lan, core.General{Title: " ", Basis: strings.Repeat("ệ", 501), Day: w.Today().AddDays(-1)})
		if e, ok := errors.AsType[*errs.Error](err); !ok || len(e.Fields) != 3 {
			t.Errorf("%v", err)
		}
	})
}
