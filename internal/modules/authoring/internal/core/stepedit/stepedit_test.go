// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package stepedit_test

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	kernelpacks "tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/modules/authoring/internal/core/stepedit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/packs"
)

func flows(t *testing.T) (map[string]tree.Item, stepedit.Posts) {
	t.Helper()
	set, err := kernelpacks.Load(packs.Files, "an-giang")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]tree.Item{}
	for _, f := range set.Flows {
		text, _ := set.ItemText("flows", f.ID)
		item, err := tree.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", f.ID, err)
		}
		all[f.ID] = item
	}
	if len(all) < 15 {
		t.Fatalf("%d flows", len(all))
	}
	posts := stepedit.Posts{Names: map[string]string{}, Known: func(id string) bool { r, ok := set.Role(id); return ok && !r.Citizen }}
	for _, r := range set.Roles {
		if !r.Citizen {
			posts.Names[r.Name.VI] = r.ID
		}
	}
	return all, posts
}

func text(t *testing.T, i tree.Item) string {
	t.Helper()
	b, err := i.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func role(id string) string {
	return map[string]string{"clerk": "Cán bộ một cửa", "officer": "Chuyên viên", "leader": "Lãnh đạo", "records": "Văn thư"}[id]
}

// shown is a table as its page sends it back.
func shown(f stepedit.Flow) map[string][]string {
	v := map[string][]string{"title_vi": {f.Title.VI}, "title_en": {f.Title.EN}, "basis_vi": {f.Basis.VI}, "version": {f.Version}}
	for i, r := range f.Rows {
		at := strconv.Itoa(i) + "."
		for name, value := range map[string]string{
			"name_vi": r.Name.VI, "post": r.Post, "unit": r.Unit, "hours": r.Hours, "product_vi": r.Product.VI, "action": r.Action,
			"next": f.Numbers(r.Next), "back": f.Number(r.Back),
		} {
			v[at+name] = []string{value}
		}
	}
	return v
}

func TestSavingWhatIsShownChangesNothing(t *testing.T) {
	t.Parallel()
	all, _ := flows(t)
	for id, item := range all {
		f := stepedit.Read(item)
		if found := f.Problems(nil); len(found) > 0 {
			t.Errorf("%s: %+v", id, found)
		}
		done, err := stepedit.Apply(item, tree.Op{Do: stepedit.Save, Values: shown(f)})
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		if text(t, done.Item) != text(t, item) {
			t.Errorf("%s:\n%s\n%s", id, text(t, item), text(t, done.Item))
		}
	}
}

// A table that was downloaded and read again is the same table.
func TestSheetAndDrawingComeBack(t *testing.T) {
	t.Parallel()
	all, posts := flows(t)
	for id, item := range all {
		f := stepedit.Read(item)
		sheet, err := f.XLSX(role)
		if err != nil {
			t.Fatal(err)
		}
		back, wrong := stepedit.ReadFile(item, sheet, posts)
		if len(wrong) > 0 {
			t.Errorf("%s: %v", id, wrong)
			continue
		}
		if got := stepedit.Read(back); !reflect.DeepEqual(got, f) {
			t.Errorf("%s: sheet\n%+v\n%+v", id, got, f)
		}
		if _, err := bpmn.Read(f.BPMN()); err != nil {
			t.Errorf("%s: %v", id, err)
		}
		back, wrong = stepedit.ReadFile(item, f.BPMN(), posts)
		if len(wrong) > 0 {
			t.Errorf("%s: drawing %v", id, wrong)
			continue
		}
		if got := stepedit.Read(back); !reflect.DeepEqual(got, f) {
			t.Errorf("%s: drawing\n%+v\n%+v", id, got, f)
		}
	}
}

func TestBadFilesAreRefusedByPlace(t *testing.T) {
	t.Parallel()
	all, posts := flows(t)
	item := all["ho-ngheo"]
	drawing := string(stepedit.Read(item).BPMN())
	for name, tt := range map[string]struct{ file, code, place string }{
		"empty":             {"  \n", "authoring.flow.no_file", "file"},
		"no table":          {"a,b\n1,2\n", "steptable.no_header", ""},
		"unknown post":      {"Bước,Nội dung công việc,Người thực hiện,Thời gian\n1,Nhận,Cán bộ một cửa,4 giờ\n2,Xem,Thầy bói,4 giờ\n", "steptable.unknown_post", "C3"},
		"half an hour":      {"Bước,Nội dung công việc,Người thực hiện,Thời gian\n1,Nhận,Cán bộ một cửa,30 phút\n2,Trả kết quả,Cán bộ một cửa,4 giờ\n", "authoring.flow.minutes", "B2"},
		"unknown element":   {strings.Replace(drawing, "<bpmn:userTask", "<bpmn:manualTask", 1), "bpmn.", ""},
		"no drawing":        {"<html></html>", "bpmn.", ""},
		"half a drawing":    {drawing[:len(drawing)/2], "bpmn.", ""},
		"drawing of nobody": {strings.Replace(drawing, `post="leader"`, `post="nobody"`, 1), "bpmn.", "ky"},
	} {
		now, wrong := stepedit.ReadFile(item, []byte(tt.file), posts)
		if now.Root() != nil {
			t.Errorf("%s: something was read", name)
		}
		if !slices.ContainsFunc(wrong, func(f errs.Field) bool {
			return strings.HasPrefix(f.Code, tt.code) && strings.HasPrefix(f.Name, tt.place)
		}) {
			t.Errorf("%s: %+v, want %s at %s", name, wrong, tt.code, tt.place)
		}
	}
}

func TestStepsAreAddedRemovedAndMoved(t *testing.T) {
	t.Parallel()
	all, _ := flows(t)
	item := all["ho-ngheo"]
	before := stepedit.Read(item)
	done, err := stepedit.Apply(item, tree.Op{Do: stepedit.AddStep, Values: map[string][]string{
		"new_name_vi": {"Xác minh thực địa"}, "new_hours": {"6"}, "new_post": {"officer"}, "new_unit": {"authority"}, "new_action": {"consult"}, "new_after": {"2"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	f := stepedit.Read(done.Item)
	if done.Row != 2 || f.Rows[2].ID != "xac-minh-thuc-dia" || !slices.Equal(f.Rows[1].Next, []string{"xac-minh-thuc-dia"}) || !slices.Equal(f.Rows[2].Next, []string{"hop-ap"}) {
		t.Fatalf("%+v", f.Rows[:4])
	}
	if f.Longest() != before.Longest()+6 {
		t.Errorf("%d hours, were %d", f.Longest(), before.Longest())
	}
	if found := f.Problems(nil); len(found) > 0 {
		t.Error(found)
	}
	done, err = stepedit.Apply(done.Item, tree.Op{Do: stepedit.RemoveStep, At: "2"})
	if err != nil {
		t.Fatal(err)
	}
	if got := stepedit.Read(done.Item); !reflect.DeepEqual(got, before) {
		t.Errorf("%+v", got)
	}
	for name, tt := range map[string]struct {
		op   tree.Op
		want string
	}{
		"no hours":  {tree.Op{Do: stepedit.Save, Values: map[string][]string{"0.hours": {"nhiều"}}}, "0.hours authoring.flow.hours"},
		"no name":   {tree.Op{Do: stepedit.Save, Values: map[string][]string{"1.name_vi": {" "}}}, "1.name_vi authoring.edit.needed"},
		"no step":   {tree.Op{Do: stepedit.Save, Values: map[string][]string{"1.next": {"77"}}}, "1.next authoring.flow.no_step"},
		"two backs": {tree.Op{Do: stepedit.Save, Values: map[string][]string{"3.back": {"1; 2"}}}, "3.back authoring.flow.one_back"},
		"unit":      {tree.Op{Do: stepedit.Save, Values: map[string][]string{"0.unit": {"sao Hỏa"}}}, "0.unit authoring.edit.choice"},
		"nowhere":   {tree.Op{Do: stepedit.MoveUp, At: "x"}, "at authoring.edit.gone"},
		"edge":      {tree.Op{Do: stepedit.MoveUp, At: "0"}, "at authoring.edit.edge"},
	} {
		_, err := stepedit.Apply(item, tt.op)
		e, _ := errors.AsType[*errs.Error](err)
		if e == nil || len(e.Fields) == 0 || e.Fields[0].Name+" "+e.Fields[0].Code != tt.want {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
	if f := stepedit.Read(item); f.Longest() != before.Longest() {
		t.Error("a refused edit changed the item")
	}
}

// Any sequence of edits gives a table that can be read, drawn and checked.
func TestAnySequenceOfEditsGivesATable(t *testing.T) {
	t.Parallel()
	all, _ := flows(t)
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 3))
		item := all["dang-ky-tau-ca"]
		for range 50 {
			f := stepedit.Read(item)
			at := strconv.Itoa(r.IntN(len(f.Rows) + 2))
			op := tree.Op{Do: []string{"save", "up", "down", "remove", "add", "?"}[r.IntN(6)], At: at, Values: map[string][]string{
				at + ".next": {[]string{"", "1", "2; 3", "Bước 2 hoặc 4", "99", "x"}[r.IntN(6)]}, at + ".back": {[]string{"", "1", "3"}[r.IntN(3)]},
				at + ".hours": {[]string{"4", "0", "8"}[r.IntN(3)]}, "new_name_vi": {[]string{"", "Xem xét", "###"}[r.IntN(3)]}, "new_hours": {"4"}, "new_after": {strconv.Itoa(r.IntN(9))},
			}}
			done, err := stepedit.Apply(item, op)
			if err != nil {
				if e, ok := errors.AsType[*errs.Error](err); !ok || len(e.Fields) == 0 {
					t.Fatalf("%+v: %v", op, err)
				}
				continue
			}
			item = done.Item
			again, err := tree.Parse([]byte(text(t, item)))
			if err != nil || !reflect.DeepEqual(stepedit.Read(again), stepedit.Read(item)) {
				t.Fatalf("%+v: %v", op, err)
			}
			now := stepedit.Read(item)
			_, _ = now.Drawable().Model().Layout(), now.Longest()
			for _, p := range now.Problems(nil) {
				if p.Row >= len(now.Rows) {
					t.Fatalf("%+v", p)
				}
			}
		}
	}
}
