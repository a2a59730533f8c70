// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"fmt"
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

// nurses is a register of licences that everybody may look up, with where somebody
// works beside it; the last day of a licence is for who keeps the register.
func nurses(t *testing.T, w *world) (keeper identity.Actor) {
	t.Helper()
	text := func(key string, unique, searchable bool) registers.Field {
		return registers.Field{Key: key, Label: i18n.Text{VI: key}, Type: registers.Line, Unique: unique, Searchable: searchable, Max: 50}
	}
	all := []registers.Right{
		{ID: "keep", Name: i18n.Text{VI: "Ghi"}, Roles: []access.RoleID{"keeper"}, May: []registers.Act{registers.View, registers.Add, registers.Amend}},
		{ID: "all", Name: i18n.Text{VI: "Mọi người"}, Public: true, May: []registers.Act{registers.View}, Except: []string{"note"}, States: []string{"valid", "paused"}},
	}
	life := registers.Field{Key: registers.LifeKey, Label: i18n.Text{VI: "Trạng thái"}, Type: registers.Choice, Life: true, Options: []registers.Option{
		{Value: "asked", Label: i18n.Text{VI: "Chờ"}}, {Value: "valid", Label: i18n.Text{VI: "Còn"}}, {Value: "paused", Label: i18n.Text{VI: "Dừng"}}, {Value: "over", Label: i18n.Text{VI: "Hết"}},
	}}
	people := registers.Definition{
		ID: "nguoi", Title: i18n.Text{VI: "Người"}, Version: 1, Rights: all,
		Fields: []registers.Field{text("code", true, false), text("name", false, true), text("note", false, false), {Key: "until_day", Label: i18n.Text{VI: "Đến"}, Type: registers.Date}, {Key: "from_day", Label: i18n.Text{VI: "Từ"}, Type: registers.Date}, life},
		List:   registers.List{Columns: []string{"code", "name"}, Sort: "code", Sorts: []string{"until_day"}, Filters: []string{registers.LifeKey}},
		Valid:  &registers.Valid{From: "from_day", Until: "until_day", Soon: 90},
		Life: &registers.Life{
			States: []registers.LifeState{
				{ID: "asked", Name: i18n.Text{VI: "Chờ"}, Kind: registers.Draft},
				{ID: "valid", Name: i18n.Text{VI: "Còn"}, Kind: registers.Live},
				{ID: "paused", Name: i18n.Text{VI: "Dừng"}, Kind: registers.Suspended},
				{ID: "over", Name: i18n.Text{VI: "Hết"}, Kind: registers.Over},
			},
			Moves: []registers.Move{
				{ID: "license", Name: i18n.Text{VI: "Cấp"}, From: []string{"asked"}, To: "valid", May: []string{"keep"}},
				{ID: "pause", Name: i18n.Text{VI: "Dừng"}, From: []string{"valid"}, To: "paused", May: []string{"keep"}},
				{ID: "end", Name: i18n.Text{VI: "Hết"}, From: []string{"valid"}, To: "over", May: []string{"keep"}},
			},
		},
		Public: &registers.Public{
			Code: "code", Title: "name", Facts: []string{"until_day"}, Search: []string{"code", "name"}, Ask: i18n.Text{VI: "Số"}, Holds: i18n.Text{VI: "Được"}, Fails: i18n.Text{VI: "Không"},
			Beside: []registers.Beside{{Register: "noi", By: "who", Title: i18n.Text{VI: "Nơi làm"}}, {Register: "nowhere", By: "who", Title: i18n.Text{VI: "Không có"}}},
		},
	}
	places := registers.Definition{
		ID: "noi", Title: i18n.Text{VI: "Nơi"}, Version: 1,
		Rights: []registers.Right{{ID: "keep", Name: i18n.Text{VI: "Ghi"}, Roles: []access.RoleID{"keeper"}, May: []registers.Act{registers.View, registers.Add}}},
		Fields: []registers.Field{text("name", true, false), {Key: "who", Label: i18n.Text{VI: "Ai"}, Type: registers.Reference, Register: "nguoi"}},
		List:   registers.List{Columns: []string{"name"}, Filters: []string{"who"}},
	}
	w.write(t, func(tx *db.Tx) error {
		if _, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "keeper", Name: i18n.Text{VI: "Giữ"}}}, nil); err != nil {
			return err
		}
		for _, d := range []registers.Definition{people, places} {
			if problems := d.Check(); len(problems) > 0 {
				t.Fatal(problems)
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
	for _, d := range []registers.Definition{people, places} {
		for _, permission := range d.Grants()["keeper"] {
			keeper = keeper.Grant(permission, identity.Place{Unit: "east", Subtree: true})
		}
	}
	return keeper
}

func (w *world) nurse(t *testing.T, keeper identity.Actor, code, name, until string, moves ...string) (record string) {
	t.Helper()
	values := map[string]any{"name": name, "note": "kín", "until_day": until}
	if code != "" {
		values["code"] = code
	}
	rec, err := w.svc.CreateRecord(t.Context(), keeper, "nguoi", "east", values)
	must(t, err)
	for i, move := range moves {
		_, err := w.svc.MoveRecord(t.Context(), keeper, "nguoi", rec.ID, int64(i+1), move, "", nil)
		must(t, err)
	}
	return rec.ID
}

// Whoever has a code opens the page of its record, as far as the rights reach, and
// is told whether it holds; what is beside it is for those who see it.
func TestVisitByCode(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		keeper, nobody := nurses(t, w), identity.Actor{}
		day := func(days int) string { return w.d.Now().AddDate(0, 0, days).Format("2006-01-02") }
		id := w.nurse(t, keeper, "7/GP-B", "Trần Thị Nga", day(30), "license")
		w.nurse(t, keeper, "8/GP", "Lê Nga", day(-1), "license")
		w.nurse(t, keeper, "9/GP", "Nga Ba", day(30), "license", "pause")
		w.nurse(t, keeper, "10/GP", "Nga Tư", day(30))
		_, err := w.svc.CreateRecord(t.Context(), keeper, "noi", "east", map[string]any{"name": "Trạm", "who": id})
		must(t, err)
		for _, tt := range []struct {
			who    string
			actor  identity.Actor
			code   string
			stands registers.Stands
			beside int
			want   error
		}{
			{"nobody", nobody, "7/GP-B", registers.StandsHolds, 0, nil},
			{"nobody", nobody, " 7/gp-b ", registers.StandsHolds, 0, nil},
			{"nobody", nobody, "8/GP", registers.StandsExpired, 0, nil},
			{"nobody", nobody, "9/GP", registers.StandsSuspended, 0, nil},
			{"nobody", nobody, "10/GP", "", 0, registers.ErrNotFound}, // nobody has let it hold
			{"nobody", nobody, "11/GP", "", 0, registers.ErrNotFound},
			{"nobody", nobody, "", "", 0, registers.ErrNotFound},
			{"keeper", keeper, "7/GP-B", registers.StandsHolds, 1, nil},
			{"keeper", keeper, "10/GP", registers.StandsDraft, 0, nil},
		} {
			v, err := w.svc.Visit(t.Context(), tt.actor, "nguoi", tt.code)
			if !errors.Is(err, tt.want) || v.Stands != tt.stands || len(v.Beside) != tt.beside {
				t.Errorf("%s %q: %q, %d beside, %v", tt.who, tt.code, v.Stands, len(v.Beside), err)
			}
			if tt.who == "nobody" && v.Record.Values["note"] != nil {
				t.Errorf("%q shows what is not public", tt.code)
			}
		}
		if _, err := w.svc.Visit(t.Context(), keeper, "noi", "Trạm"); !errors.Is(err, books.ErrNoPublic) {
			t.Errorf("a register without pages: %v", err)
		}
		if _, err := w.svc.Visit(t.Context(), nobody, "noi", "Trạm"); err == nil || errs.KindOf(err) == errs.Internal {
			t.Errorf("a register that is not public: %v", err)
		}
	})
}

// Visitors find by the whole code first, else by words, and never what is not public.
func TestSeek(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		keeper, nobody := nurses(t, w), identity.Actor{}
		for i := range 30 {
			w.nurse(t, keeper, fmt.Sprintf("%d/GP", i), "Nguyễn Văn Đạt", "2027-01-01", "license")
		}
		w.nurse(t, keeper, "99/GP", "Phạm Lộc", "2027-01-01")
		for typed, want := range map[string]int{"3/gp": 1, "van dat": core.VisitMost, "Lộc": 0, "kín": 0, "": 0, "%": 0} {
			f, err := w.svc.Seek(t.Context(), nobody, "nguoi", typed)
			must(t, err)
			if len(f.Records) != want || len(f.Stands) != want || f.More != (want == core.VisitMost) {
				t.Errorf("%q: %d found, more %v", typed, len(f.Records), f.More)
			}
		}
		if f, err := w.svc.Seek(t.Context(), keeper, "nguoi", "loc"); err != nil || len(f.Records) != 1 || f.Stands[0] != registers.StandsDraft {
			t.Errorf("the keeper finds %d, %v", len(f.Records), err)
		}
		for who, actor := range map[string]identity.Actor{"nobody": nobody, "keeper": keeper} {
			all, err := w.svc.Doors(t.Context(), actor)
			if err != nil || len(all) != 1 || all[0].Definition.ID != "nguoi" {
				t.Errorf("%s: doors %v, %v", who, all, err)
			}
		}
	})
}

// What ends soon is counted for those who see the last day: what has ended its
// life is not, whatever the list is narrowed to.
func TestWhatEndsSoon(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		t.Helper()
		keeper := nurses(t, w)
		day := func(days int) string { return w.d.Now().AddDate(0, 0, days).Format("2006-01-02") }
		for i, days := range []int{0, 90, 91, -1, -400} {
			w.nurse(t, keeper, fmt.Sprint("A", i), "Người", day(days), "license")
		}
		w.nurse(t, keeper, "B1", "Người", day(10), "license", "end")
		w.nurse(t, keeper, "B2", "Người", day(10))
		w.nurse(t, keeper, "B3", "Khác", day(10), "license", "pause")
		for name, q := range map[string]core.Query{
			"all":        {},
			"one state":  {Where: []registers.Condition{{Field: registers.LifeKey, Op: registers.Is, Values: []string{"asked"}}}},
			"other days": {Where: []registers.Condition{{Field: "until_day", Op: registers.From, Values: []string{day(300)}}}},
		} {
			p, err := w.svc.Records(t.Context(), keeper, "nguoi", q)
			must(t, err)
			if e := p.Ending; e == nil || e.Soon != 3 || e.Past != 2 {
				t.Errorf("%s: %+v", name, e)
			}
		}
		p, err := w.svc.Records(t.Context(), keeper, "nguoi", core.Query{Where: []registers.Condition{{Field: "name", Op: registers.Has, Values: []string{"khac"}}}})
		if must(t, err); p.Ending.Soon != 1 || p.Ending.Past != 0 {
			t.Errorf("of those called so: %+v", p.Ending)
		}
		if p, err := w.svc.Records(t.Context(), keeper, "noi", core.Query{}); err != nil || p.Ending != nil {
			t.Errorf("nothing ends there: %+v, %v", p.Ending, err)
		}
	})
}
