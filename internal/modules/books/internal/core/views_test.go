// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"slices"
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

// wells is a register of which the reader of all units does not see every field.
func wells(t *testing.T, w *world) (keeper, reader identity.Actor) {
	t.Helper()
	choice := func(key string) registers.Field {
		return registers.Field{Key: key, Label: i18n.Text{VI: key}, Type: registers.Choice, Options: []registers.Option{
			{Value: "a", Label: i18n.Text{VI: "A"}}, {Value: "b", Label: i18n.Text{VI: "B"}},
		}}
	}
	d := registers.Definition{
		ID: "gieng", Title: i18n.Text{VI: "Sổ giếng"}, Version: 1,
		Fields: []registers.Field{
			{Key: "name", Label: i18n.Text{VI: "Tên"}, Type: registers.Line, Searchable: true, Required: true},
			choice("kind"), choice("secret"),
			{Key: "depth", Label: i18n.Text{VI: "Sâu"}, Type: registers.Integer, Max: 500},
			{Key: "keeper", Label: i18n.Text{VI: "Người giữ"}, Type: registers.Person},
		},
		List: registers.List{Columns: []string{"name"}, Sort: "name", Sorts: []string{"depth"}, Filters: []string{"kind"}},
		Rights: []registers.Right{
			{ID: "keep", Name: i18n.Text{VI: "Ghi"}, Roles: []access.RoleID{"keeper"}, May: registers.Acts()},
			{ID: "look", Name: i18n.Text{VI: "Xem"}, Roles: []access.RoleID{"reader"}, May: []registers.Act{registers.View}, Except: []string{"secret", "keeper"}},
		},
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
	reader.Unit = "shop"
	return keeper, reader
}

// A shared view shows each reader what they may see of it, and says that there
// is more; words that may be names are not kept.
func TestAViewTellsNothingHidden(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		keeper, reader := wells(t, w)
		look := core.Look{
			Where: []core.Filter{
				{Field: "kind", Op: registers.Is, Values: []string{"a"}},
				{Field: "secret", Op: registers.Is, Values: []string{"b"}},
				{Field: "name", Op: registers.Has, Values: []string{"ông Bảy"}},
				{Field: "keeper", Op: registers.Is, Values: []string{"089085001234"}},
				{Field: "depth", Op: registers.From, Values: []string{"10"}},
			},
			By: "depth", Down: true, Columns: []string{"secret", "name", "nothing", "name"},
		}
		_, err := w.svc.SaveView(t.Context(), keeper, "gieng", core.Saving{Name: " Giếng  sâu ", Look: &look, Share: true})
		must(t, err)
		for who, want := range map[*identity.Actor]struct {
			where, columns int
			less, own      bool
		}{&keeper: {3, 2, false, true}, &reader: {2, 1, true, false}} {
			all, err := w.svc.ListViews(t.Context(), *who, "gieng")
			must(t, err)
			if len(all) != 1 || len(all[0].Look.Where) != want.where || len(all[0].Look.Columns) != want.columns || all[0].Less != want.less || all[0].Own != want.own {
				t.Errorf("%s sees %+v", who.Account, all)
			}
			if all[0].Name != "Giếng sâu" || all[0].Look.By != "depth" || !all[0].Look.Down || all[0].May != want.own {
				t.Errorf("%s sees %+v", who.Account, all[0])
			}
			if slices.ContainsFunc(all[0].Look.Where, func(f core.Filter) bool { return f.Field == "name" || f.Field == "keeper" }) {
				t.Error("a name was kept")
			}
		}
		far := w.west.Grant("registers.gieng.keep", identity.Place{Unit: "west"})
		if all, err := w.svc.ListViews(t.Context(), far, "gieng"); err != nil || len(all) != 0 {
			t.Errorf("another unit sees %+v, %v", all, err)
		}
	})
}

// A view is changed and removed by who made it, or who shares in its unit;
// everybody else is told that there is none.
func TestWhoKeepsViews(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		keeper, reader := wells(t, w)
		ctx, look := t.Context(), core.Look{}
		if _, err := w.svc.SaveView(ctx, reader, "gieng", core.Saving{Name: "A", Look: &look, Share: true}); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("a reader shared: %v", err)
		}
		own, err := w.svc.SaveView(ctx, reader, "gieng", core.Saving{Name: "A", Look: &look})
		must(t, err)
		shared, err := w.svc.SaveView(ctx, keeper, "gieng", core.Saving{Name: "B", Look: &look, Share: true})
		must(t, err)
		if _, err := w.svc.SaveView(ctx, keeper, "gieng", core.Saving{Name: ""}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("without a name: %v", err)
		}
		for _, tt := range []struct {
			who          identity.Actor
			view, in     string
			want         error
			doesNotShare bool
		}{{reader, shared, "gieng", books.ErrNoView, true}, {keeper, own, "gieng", books.ErrNoView, true}, {keeper, shared, "cho", books.ErrNoView, true}, {reader, own, "gieng", nil, true}} {
			if _, err := w.svc.SaveView(ctx, tt.who, tt.in, core.Saving{ID: tt.view, Name: "C"}); !errors.Is(err, tt.want) {
				t.Errorf("%s changes %s in %s: %v", tt.who.Account, tt.view, tt.in, err)
			}
		}
		must(t, w.svc.OpenWith(ctx, reader, "gieng", shared))
		all, err := w.svc.ListViews(ctx, reader, "gieng")
		must(t, err)
		if len(all) != 2 || !all[1].First || all[0].First || all[0].Name != "C" {
			t.Errorf("the register opens with %+v", all)
		}
		if err := w.svc.OpenWith(ctx, keeper, "gieng", own); !errors.Is(err, books.ErrNoView) {
			t.Errorf("it opens with the view of another: %v", err)
		}
		if err := w.svc.RemoveView(ctx, reader, "gieng", shared); !errors.Is(err, books.ErrNoView) {
			t.Errorf("a reader removed: %v", err)
		}
		must(t, w.svc.RemoveView(ctx, keeper, "gieng", shared))
		if all, err = w.svc.ListViews(ctx, reader, "gieng"); err != nil || len(all) != 1 {
			t.Errorf("left are %+v, %v", all, err)
		}
		if n := w.recorded(t, books.AuditViewSaved); n != 4 {
			t.Errorf("%d acts of keeping are recorded", n)
		}
		if n := w.recorded(t, books.AuditViewRemoved); n != 1 {
			t.Errorf("%d acts of removing are recorded", n)
		}
	})
}
