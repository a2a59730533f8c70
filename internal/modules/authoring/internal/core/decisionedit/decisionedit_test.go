// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package decisionedit_test

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/decisions"
	kernelpacks "tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring/internal/core/decisionedit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/packs"
)

func tables(t *testing.T) map[string]tree.Item {
	t.Helper()
	set, err := kernelpacks.Load(packs.Files, "an-giang")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]tree.Item{}
	for _, d := range set.Decisions {
		text, _ := set.ItemText("decisions", d.ID)
		item, err := tree.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", d.ID, err)
		}
		all[d.ID] = item
	}
	if len(all) < 5 {
		t.Fatalf("%d tables", len(all))
	}
	return all
}

func read(t *testing.T, i tree.Item) decisions.Decision {
	t.Helper()
	d, err := decisionedit.Read(i)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func text(t *testing.T, i tree.Item) string {
	t.Helper()
	b, err := i.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func number(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// shown is a table as its page sends it back.
func shown(d decisions.Decision) map[string][]string {
	v := map[string][]string{"title_vi": {d.Title.VI}, "title_en": {d.Title.EN}, "hit": {string(d.Hit)}, "legal": {d.Legal}, "version": {strconv.Itoa(d.Version)}}
	for i, r := range d.Rows {
		at := "r" + strconv.Itoa(i)
		for j, c := range r.When {
			v[at+".when."+strconv.Itoa(j)] = []string{c}
		}
		for j, c := range r.Then {
			v[at+".then."+strconv.Itoa(j)] = []string{c}
		}
		v[at+".note_vi"] = []string{r.Note.VI}
	}
	for j, c := range d.Outputs {
		at := "b" + strconv.Itoa(j) + "."
		v[at+"round_to"], v[at+"mode"], v[at+"least"], v[at+"most"] = []string{""}, []string{"up"}, []string{""}, []string{""}
		for _, b := range d.Bounds {
			if b.Output == c.Key {
				if b.RoundTo > 0 {
					v[at+"round_to"] = []string{strconv.FormatInt(b.RoundTo, 10)}
				}
				if b.Mode != "" {
					v[at+"mode"] = []string{string(b.Mode)}
				}
				v[at+"least"], v[at+"most"] = []string{number(b.Least)}, []string{number(b.Most)}
			}
		}
	}
	for i, c := range d.Cases {
		at := "c" + strconv.Itoa(i) + "."
		v[at+"name"] = []string{c.Name}
		for j, col := range d.Inputs {
			v[at+"given."+strconv.Itoa(j)] = []string{c.Given[col.Key]}
		}
		for j, col := range d.Outputs {
			v[at+"want."+strconv.Itoa(j)] = []string{c.Want[col.Key]}
		}
	}
	return v
}

func TestSavingWhatIsShownChangesNothing(t *testing.T) {
	t.Parallel()
	for id, item := range tables(t) {
		d := read(t, item)
		done, err := decisionedit.Apply(item, tree.Op{Do: decisionedit.Save, Values: shown(d)})
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		if text(t, done.Item) != text(t, item) {
			t.Errorf("%s:\n%s\n%s", id, text(t, item), text(t, done.Item))
		}
		runs, ready := decisionedit.RunAll(d)
		if !ready || len(runs) != len(d.Cases) {
			t.Fatalf("%s: %v %d", id, ready, len(runs))
		}
		for _, r := range runs {
			if !r.Right || len(r.Result.Why) == 0 {
				t.Errorf("%s: %s %+v", id, r.Case.Name, r)
			}
		}
	}
}

func TestSheetsComeBack(t *testing.T) {
	t.Parallel()
	for id, item := range tables(t) {
		d := read(t, item)
		for name, write := range map[string]func(decisions.Decision) ([]byte, error){"xlsx": decisionedit.XLSX, "csv": decisionedit.CSV} {
			data, err := write(d)
			if err != nil {
				t.Fatal(err)
			}
			back, wrong := decisionedit.ReadFile(item, data)
			if len(wrong) > 0 {
				t.Errorf("%s %s: %v", id, name, wrong)
				continue
			}
			if got := read(t, back); !reflect.DeepEqual(got, d) {
				t.Errorf("%s %s:\n%+v\n%+v", id, name, got, d)
			}
		}
		if now, wrong := decisionedit.ReadFile(item, []byte("Nếu cái khác,Thì mức thu\n1,2\n")); len(wrong) == 0 || now.Root() != nil {
			t.Errorf("%s: a sheet of another table was read", id)
		}
	}
}

func TestColumnsRowsAndExamples(t *testing.T) {
	t.Parallel()
	item := tables(t)["le-phi-thuong-tru"]
	apply := func(op tree.Op) tree.Item {
		t.Helper()
		done, err := decisionedit.Apply(item, op)
		if err != nil {
			e, _ := errors.AsType[*errs.Error](err)
			t.Fatalf("%+v: %v", op, e)
		}
		return done.Item
	}
	item = apply(tree.Op{Do: decisionedit.AddInput, Values: map[string][]string{"new_label_vi": {"Số bản"}, "new_type": {"number"}}})
	if d := read(t, item); d.Inputs[1].Key != "so_ban" || len(d.Rows[0].When) != 2 || d.Rows[0].When[1] != "-" {
		t.Fatalf("%+v", d)
	}
	item = apply(tree.Op{Do: decisionedit.Save, Values: map[string][]string{"r0.when.1": {">= 2"}, "r0.then.0": {"= 10000 * so_ban"}}})
	_, found := decisions.Draft(read(t, item))
	if !slices.ContainsFunc(found, func(f errs.Field) bool { return f.Code == "decisions.gap" }) {
		t.Errorf("the gap below two copies is not told: %+v", found)
	}
	done, err := decisionedit.Apply(item, tree.Op{Do: decisionedit.SetColumn, At: "i1", Values: map[string][]string{"key": {"copies"}}})
	if err != nil {
		t.Fatal(err)
	}
	if done.Renamed == nil || read(t, done.Item).Rows[0].Then[0] != "= 10000 * copies" {
		t.Fatalf("%+v %+v", done.Renamed, read(t, done.Item).Rows)
	}
	item = done.Item
	moved, err := decisionedit.Apply(item, tree.Op{Do: decisionedit.MoveUp, At: "i1"})
	if d := read(t, moved.Item); err != nil || moved.At != "i0" || d.Inputs[0].Key != "copies" || !slices.Equal(d.Rows[0].When, []string{">= 2", "online"}) {
		t.Fatalf("moved: %v %+v", err, d.Rows)
	}
	item = apply(tree.Op{Do: decisionedit.AddCase, Values: map[string][]string{"new_case": {"ba bản"}, "new_case.given.0": {"online"}, "new_case.given.1": {"3"}, "new_case.want.0": {"30.000"}}})
	runs, ready := decisionedit.RunAll(read(t, item))
	if last := runs[len(runs)-1]; !ready || !last.Right || last.Result.Why[0].Step != decisions.Computed {
		t.Fatalf("%+v", last)
	}
	item = apply(tree.Op{Do: decisionedit.RemoveThis, At: "i1"})
	if d := read(t, item); len(d.Inputs) != 1 || len(d.Rows[0].When) != 1 || d.Cases[len(d.Cases)-1].Given["copies"] != "" {
		t.Fatalf("%+v", d)
	}
	for name, tt := range map[string]struct {
		op   tree.Op
		want string
	}{
		"cell":    {tree.Op{Do: decisionedit.Save, Values: map[string][]string{"r0.then.0": {"nhiều tiền"}}}, "r0.then.0 decisions.cell"},
		"formula": {tree.Op{Do: decisionedit.Save, Values: map[string][]string{"r0.then.0": {"= 1 + khong_co"}}}, "r0.then.0 decisions.formula"},
		"bomb":    {tree.Op{Do: decisionedit.Save, Values: map[string][]string{"r0.then.0": {"= " + strings.Repeat("(", 900)}}}, "r0.then.0 decisions.formula"},
		"long":    {tree.Op{Do: decisionedit.Save, Values: map[string][]string{"r0.then.0": {strings.Repeat("1", 2000)}}}, "r0.then.0 authoring.edit.many"},
		"hit":     {tree.Op{Do: decisionedit.Save, Values: map[string][]string{"hit": {"any"}}}, "hit authoring.edit.choice"},
		"key":     {tree.Op{Do: decisionedit.SetColumn, At: "i0", Values: map[string][]string{"key": {"fee"}}}, "key authoring.edit.taken"},
		"last":    {tree.Op{Do: decisionedit.RemoveThis, At: "o0"}, "at authoring.edit.last"},
		"bound":   {tree.Op{Do: decisionedit.Save, Values: map[string][]string{"b0.round_to": {"nghìn"}}}, "b0.round_to authoring.edit.number"},
	} {
		_, err := decisionedit.Apply(item, tt.op)
		e, _ := errors.AsType[*errs.Error](err)
		if e == nil || !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Name+" "+f.Code == tt.want }) {
			t.Errorf("%s: %+v, want %s", name, e, tt.want)
		}
	}
}

func TestAnySequenceOfEditsGivesATable(t *testing.T) {
	t.Parallel()
	first := tables(t)["le-phi-thuong-tru"]
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 5))
		item := first
		for range 40 {
			at := []string{"r", "i", "o", "c", "x", ""}[r.IntN(6)] + strconv.Itoa(r.IntN(3))
			op := tree.Op{Do: []string{"save", "add_row", "add_input", "add_output", "set_column", "add_case", "copy", "remove", "up", "down", "?"}[r.IntN(11)], At: at, Values: map[string][]string{
				"new_label_vi": {[]string{"", "Số trang", "Loại"}[r.IntN(3)]}, "new_type": {[]string{"number", "choice", "yes_no", "money", "text"}[r.IntN(5)]}, "new_options": {"một\nhai"},
				"new_case": {"thử"}, "label_vi": {"Tên khác"}, "key": {[]string{"", "a", "b", "for"}[r.IntN(4)]}, "type": {[]string{"number", "text", "choice"}[r.IntN(3)]},
				"r0.when.0": {[]string{"-", "online", ">= 3", "= true"}[r.IntN(4)]}, "r0.then.0": {[]string{"5", "x", "= 1"}[r.IntN(3)]},
			}}
			done, err := decisionedit.Apply(item, op)
			if err != nil {
				if e, ok := errors.AsType[*errs.Error](err); !ok || len(e.Fields) == 0 {
					t.Fatalf("%+v: %v", op, err)
				}
				continue
			}
			item = done.Item
			again, err := tree.Parse([]byte(text(t, item)))
			if err != nil || !reflect.DeepEqual(read(t, again), read(t, item)) {
				t.Fatalf("%+v: %v", op, err)
			}
			for _, row := range read(t, item).Rows {
				if len(row.When) != len(read(t, item).Inputs) || len(row.Then) != len(read(t, item).Outputs) {
					t.Fatalf("%+v: %+v", op, row)
				}
			}
		}
	}
}
