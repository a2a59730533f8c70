// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package formedit_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/forms"
	kernelpacks "tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring/internal/core/formedit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/packs"
)

// nationalForms are the forms of the thirty procedures.
func nationalForms(t *testing.T) map[string]tree.Item {
	t.Helper()
	set, err := kernelpacks.Load(packs.Files, "an-giang")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]tree.Item{}
	for _, f := range set.Forms {
		text, ok := set.ItemText("forms", f.ID)
		if !ok {
			t.Fatalf("no text of %s", f.ID)
		}
		item, err := tree.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", f.ID, err)
		}
		all[f.ID] = item
	}
	if len(all) < 25 {
		t.Fatalf("%d forms", len(all))
	}
	return all
}

func bytesOf(t *testing.T, i tree.Item) string {
	t.Helper()
	b, err := i.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func read(t *testing.T, i tree.Item) forms.Definition {
	t.Helper()
	d, err := formedit.Read(i)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A page that is saved as it was shown changes nothing, for every question of
// every form.
func TestSavingWhatIsShownChangesNothing(t *testing.T) {
	t.Parallel()
	questions := 0
	for id, item := range nationalForms(t) {
		before := bytesOf(t, item)
		d := read(t, item)
		if found := d.Check(); len(found) > 0 {
			t.Fatalf("%s: %v", id, found)
		}
		var ops []tree.Op
		ops = append(ops, tree.Op{Do: formedit.SetForm, Values: values("title_vi", d.Title.VI, "title_en", d.Title.EN, "version", strconv.Itoa(d.Version))})
		for i, s := range d.Steps {
			ops = append(ops, tree.Op{Do: formedit.SetPage, At: strconv.Itoa(i), Values: shown("", s.ShowWhen, d, i-1, "", "", values("title_vi", s.Title.VI, "title_en", s.Title.EN, "hint_vi", s.Hint.VI, "hint_en", s.Hint.EN, "id", s.ID))})
			for j, f := range s.Fields {
				ops = append(ops, tree.Op{Do: formedit.SetField, At: fmt.Sprintf("%d.%d", i, j), Values: shownField(d, i, "", f)})
				for k, one := range f.Fields {
					ops = append(ops, tree.Op{Do: formedit.SetField, At: fmt.Sprintf("%d.%d.%d", i, j, k), Values: shownField(d, i, f.Key, one)})
				}
			}
		}
		for i, c := range d.Checks {
			level := c.Level
			if level == "" {
				level = forms.Block
			}
			v := values("field", c.Field, "holds", c.Holds, "message_vi", c.Message.VI, "message_en", c.Message.EN, "level", level, "when_empty", "")
			if c.WhenEmpty {
				v["when_empty"] = []string{"", "1"}
			}
			ops = append(ops, tree.Op{Do: formedit.SetCheck, At: "k" + strconv.Itoa(i), Values: v})
		}
		for _, op := range ops {
			questions++
			done, err := formedit.Apply(item, op)
			if err != nil {
				t.Fatalf("%s %s %s: %v %v", id, op.Do, op.At, err, fieldsOf(err))
			}
			if after := bytesOf(t, done.Item); after != before {
				t.Fatalf("%s %s %s:\n%s", id, op.Do, op.At, difference(before, after))
			}
		}
	}
	if questions < 400 {
		t.Fatalf("only %d edits tried", questions)
	}
}

func values(pairs ...string) map[string][]string {
	v := map[string][]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v[pairs[i]] = []string{pairs[i+1]}
	}
	return v
}

// shown adds the condition as the page shows it.
func shown(self, when string, d forms.Definition, upTo int, group, _ string, v map[string][]string) map[string][]string {
	v["cond"], v["show_when"], v["cond_pair"] = []string{formedit.Always}, []string{when}, []string{""}
	if when == "" {
		return v
	}
	v["cond"] = []string{formedit.WhenCEL}
	if pick, ok := formedit.ParsePick(when, formedit.Choices(d, upTo, group, self)); ok {
		v["cond"] = []string{formedit.WhenIs}
		if pick.Not {
			v["cond"] = []string{formedit.WhenNot}
		}
		pick.Not = false
		v["cond_pair"] = []string{pick.CEL()}
	}
	return v
}

func shownField(d forms.Definition, page int, group string, f forms.Field) map[string][]string {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	v := values("label_vi", f.Label.VI, "label_en", f.Label.EN, "hint_vi", f.Hint.VI, "hint_en", f.Hint.EN, "type", string(f.Type), "key", f.Key,
		"min", string(f.Min), "max", string(f.Max), "width", number(f.Width), "decimals", number(f.Decimals), "pattern", f.Pattern, "compute", f.Compute,
		"catalogue", f.Catalogue, "sex", f.Sex, "birth", f.Birth, "personal", f.Personal, "prefill", f.Prefill, "required", "",
		"why_vi", f.Why.VI, "why_en", f.Why.EN, "row_vi", f.Row.VI, "row_en", f.Row.EN)
	if f.Required {
		v["required"] = []string{"", "1"}
	}
	var lines []string
	for _, o := range f.Options {
		lines = append(lines, formedit.OptionLine(o))
	}
	v["options"] = []string{strings.Join(lines, "\r\n")}
	v["optional"] = append([]string{""}, f.Optional...)
	return shown(f.Key, f.ShowWhen, d, page, group, "", v)
}

func fieldsOf(err error) []errs.Field {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Fields
	}
	return nil
}

func difference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range x {
		if i >= len(y) || x[i] != y[i] {
			return fmt.Sprintf("- %s\n+ %s", x[i], strings.Join(y[i:min(i+3, len(y))], "\n  "))
		}
	}
	return b
}

// Any sequence of edits gives an item that can be read, or names what is wrong;
// what it refuses leaves the item as it was.
func TestAnySequenceOfEditsGivesAForm(t *testing.T) {
	t.Parallel()
	all := nationalForms(t)
	ids := []string{"ho-ngheo", "dang-ky-tau-ca", "dang-ky-khai-sinh", "chung-thuc-ban-sao"}
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(seed, 7))
		item := all[ids[int(seed)%len(ids)]]
		for range 30 {
			before := bytesOf(t, item)
			op := random(r, read(t, item))
			done, err := formedit.Apply(item, op)
			if bytesOf(t, item) != before {
				t.Fatalf("%+v changed the item it was given", op)
			}
			if err != nil {
				if e, ok := errors.AsType[*errs.Error](err); !ok || e.Kind != errs.Invalid || len(e.Fields) == 0 {
					t.Fatalf("%+v: %v names no input", op, err)
				}
				continue
			}
			text := bytesOf(t, done.Item)
			again, err := tree.Parse([]byte(text))
			if err != nil {
				t.Fatalf("%+v: %v\n%s", op, err, text)
			}
			if !reflect.DeepEqual(read(t, again), read(t, done.Item)) {
				t.Fatalf("%+v: what is written reads otherwise", op)
			}
			if op.Do == formedit.AddField || op.Do == formedit.AddPage {
				if done.Item.At(formedit.Path(done.At)) == nil {
					t.Fatalf("%+v leads to %q", op, done.At)
				}
			}
			for _, p := range formedit.Problems(read(t, done.Item)) {
				if p.At != "" && done.Item.At(formedit.Path(p.At)) == nil {
					t.Fatalf("%+v: the problem %+v is nowhere", op, p)
				}
			}
			if _, ok := formedit.Showable(read(t, done.Item), true); !ok && len(read(t, done.Item).Steps) > 0 && hasQuestion(read(t, done.Item)) {
				t.Fatalf("%+v: there is nothing to see\n%v", op, read(t, done.Item).Check())
			}
			item = done.Item
		}
	}
}

func hasQuestion(d forms.Definition) bool {
	return slices.ContainsFunc(d.Steps, func(s forms.Step) bool { return len(s.Fields) > 0 })
}

func random(r *rand.Rand, d forms.Definition) tree.Op {
	at := strconv.Itoa(r.IntN(len(d.Steps) + 1))
	deep := at + "." + strconv.Itoa(r.IntN(6))
	if r.IntN(4) == 0 {
		deep += "." + strconv.Itoa(r.IntN(3))
	}
	words := []string{"", "Họ và tên", "Số tầng", "for", "Nơi đặt \"biển\" {x}", strings.Repeat("dài ", 2000), "a: b # c", "- x", "yes", "2026-01-01"}
	word := words[r.IntN(len(words))]
	kinds := formedit.Types()
	keys := []string{"", "ho_ten", "owner_kind", "if", "Á", "x y", "so_tang"}
	cel := []string{"", "owner_kind == 'individual'", "khong_co == 1", "1 +", "[1,2,3].all(x, x > 0)", strings.Repeat("(", 3000), "so_tang > 2"}
	switch r.IntN(12) {
	case 0:
		return tree.Op{Do: formedit.AddPage, Values: values("title_vi", word, "title_en", word)}
	case 1, 2:
		return tree.Op{Do: formedit.AddField, At: []string{at, deep}[r.IntN(2)], Values: values("label_vi", word, "type", string(kinds[r.IntN(len(kinds))]))}
	case 3:
		return tree.Op{Do: formedit.RemoveThis, At: []string{at, deep, "k0", "", "x", "-1", "1.2.3.4"}[r.IntN(7)]}
	case 4:
		return tree.Op{Do: []string{formedit.MoveUp, formedit.MoveDown}[r.IntN(2)], At: []string{at, deep, "k1"}[r.IntN(3)]}
	case 5:
		return tree.Op{Do: formedit.CopyThis, At: []string{at, deep, "k0"}[r.IntN(3)]}
	case 6:
		return tree.Op{Do: formedit.MoveTo, At: deep, Values: values("to", []string{at, deep, "0", "9.9"}[r.IntN(4)])}
	case 7:
		return tree.Op{Do: formedit.SetPage, At: at, Values: values("title_vi", word, "cond", []string{"is", "cel", "always", "?"}[r.IntN(4)], "show_when", cel[r.IntN(len(cel))])}
	case 8:
		return tree.Op{Do: formedit.AddCheck, Values: values("field", keys[r.IntN(len(keys))], "holds", cel[r.IntN(len(cel))], "message_vi", word, "level", "warn")}
	default:
		return tree.Op{Do: formedit.SetField, At: deep, Values: values(
			"label_vi", word, "key", keys[r.IntN(len(keys))], "type", string(kinds[r.IntN(len(kinds))]), "options", []string{"", "Có\nKhông", "a | A\na | B", "x | Một | One"}[r.IntN(4)],
			"min", []string{"", "1", "x", "-5"}[r.IntN(4)], "max", []string{"", "9", "today"}[r.IntN(3)], "compute", cel[r.IntN(len(cel))], "why_vi", word, "show_when", cel[r.IntN(len(cel))],
			"prefill", "owner.name", "personal", "health", "width", []string{"", "5", "năm"}[r.IntN(3)])}
	}
}

func TestRenamingAKeyRenamesWhatNamesIt(t *testing.T) {
	t.Parallel()
	item := nationalForms(t)["dang-ky-tau-ca"]
	done, err := formedit.Apply(item, tree.Op{Do: formedit.SetField, At: "0.0", Values: values("key", "loai_chu")})
	if err != nil {
		t.Fatal(err)
	}
	if done.Renamed == nil || *done.Renamed != (formedit.Renamed{From: "owner_kind", To: "loai_chu"}) {
		t.Fatalf("%+v", done.Renamed)
	}
	text := bytesOf(t, done.Item)
	if strings.Contains(text, "owner_kind") || !strings.Contains(text, "loai_chu == 'individual'") {
		t.Fatal(text)
	}
	if found := read(t, done.Item).Check(); len(found) > 0 {
		t.Fatal(found)
	}
	everywhere, err := tree.Parse([]byte("id: x\ntitle: T\nversion: 1\nsteps:\n  - {id: a, title: A, fields: [{key: kind, type: radios, label: K, options: [{value: x, label: X}]}, {key: born, type: date, label: B}]}\n" +
		"  - id: b\n    title: B\n    show_when: kind == 'x'\n    fields: [{key: no, type: person_number, label: N, birth: born, show_when: kind == 'x'}, {key: rows, type: group, label: R, fields: [{key: c, type: text, label: C, show_when: kind == 'kind'}]}]\n" +
		"checks: [{field: kind, holds: kind != 'kind', message: M}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	for at, key := range map[string][2]string{"0.0": {"kind", "k2"}, "0.1": {"born", "b2"}} {
		done, err := formedit.Apply(everywhere, tree.Op{Do: formedit.SetField, At: at, Values: values("key", key[1])})
		if err != nil {
			t.Fatal(err, fieldsOf(err))
		}
		if left := formedit.Uses(done.Item, key[0]); len(left) > 0 || len(formedit.Uses(done.Item, key[1])) != len(formedit.Uses(everywhere, key[0])) {
			t.Errorf("%s is still named at %v\n%s", key[0], left, bytesOf(t, done.Item))
		}
		if found := read(t, done.Item).Check(); len(found) > 0 {
			t.Error(found)
		}
	}
	if got := formedit.Uses(everywhere, "kind"); !slices.Equal(got, []string{"1", "1.0", "1.1.0", "k0"}) {
		t.Error(got)
	}
	for from, want := range map[string]string{
		"a == 'a' && a.a == x.a": "b == 'a' && b.a == x.a", `a == "a\"a" || aa == a`: `b == "a\"a" || aa == b`, "size(a) > 0 && 'a' in a": "size(b) > 0 && 'a' in b",
		"r'\\' == a": "r'\\' == b", "'''a'a''' == a": "'''a'a''' == b", "a": "b", "": "",
	} {
		if got := formedit.Rename(from, "a", "b"); got != want {
			t.Errorf("%s: %s, want %s", from, got, want)
		}
	}
}

func TestKeysAreProposedFromLabels(t *testing.T) {
	t.Parallel()
	for label, want := range map[string]string{
		"Số định danh cá nhân": "so_dinh_danh_ca_nhan", "Đường, ấp": "duong_ap", "2 bên": "ben", "???": "cau", "in": "in_2", "Họ tên": "ho_ten_2",
	} {
		if got := formedit.Key(label, []string{"ho_ten"}); got != want {
			t.Errorf("%s: %s, want %s", label, got, want)
		}
	}
}

func TestMistakesAreNamedAtTheirInput(t *testing.T) {
	t.Parallel()
	item := nationalForms(t)["dang-ky-tau-ca"]
	for name, tt := range map[string]struct {
		op   tree.Op
		want string // input and code
	}{
		"no label":         {tree.Op{Do: formedit.SetField, At: "0.1", Values: values("label_vi", " ")}, "label_vi authoring.edit.needed"},
		"taken key":        {tree.Op{Do: formedit.SetField, At: "0.1", Values: values("key", "owner_tax")}, "key authoring.edit.taken"},
		"bad key":          {tree.Op{Do: formedit.SetField, At: "0.1", Values: values("key", "Tên")}, "key authoring.edit.key"},
		"unknown key":      {tree.Op{Do: formedit.SetField, At: "0.1", Values: values("cond", "cel", "show_when", "khong_co == 'x'")}, "show_when form.bad_condition"},
		"ahead":            {tree.Op{Do: formedit.SetField, At: "0.1", Values: values("cond", "cel", "show_when", "request_kind == 'new'")}, "show_when form.condition_ahead"},
		"bomb":             {tree.Op{Do: formedit.SetField, At: "0.1", Values: values("cond", "cel", "show_when", strings.Repeat("owner_name == 'a' || ", 300)+"true")}, "show_when form.condition_too_long"},
		"loop":             {tree.Op{Do: formedit.SetField, At: "0.0", Values: values("cond", "cel", "show_when", "owner_number == ''")}, "show_when form.loop"},
		"no such question": {tree.Op{Do: formedit.SetField, At: "0.99", Values: values("label_vi", "x")}, "at authoring.edit.gone"},
		"choices":          {tree.Op{Do: formedit.SetField, At: "0.0", Values: values("options", "a | A\na | B")}, "options authoring.edit.option_line"},
		"no choices":       {tree.Op{Do: formedit.SetField, At: "0.0", Values: values("options", "")}, "options form.bad_options"},
		"bound":            {tree.Op{Do: formedit.SetField, At: "0.1", Values: values("max", "nhiều")}, "max form.bad_bound"},
		"width":            {tree.Op{Do: formedit.SetField, At: "0.1", Values: values("width", "rộng")}, "width authoring.edit.number"},
		"pattern":          {tree.Op{Do: formedit.SetField, At: "0.1", Values: values("pattern", "(")}, "pattern form.bad_pattern"},
		"group in rows":    {tree.Op{Do: formedit.AddField, At: "9", Values: values("label_vi", "x")}, "at authoring.edit.gone"},
		"unknown edit":     {tree.Op{Do: "explode"}, "do authoring.edit.unknown"},
		"edge":             {tree.Op{Do: formedit.MoveUp, At: "0.0"}, "at authoring.edit.edge"},
	} {
		_, err := formedit.Apply(item, tt.op)
		var got []string
		for _, f := range fieldsOf(err) {
			got = append(got, f.Name+" "+f.Code)
		}
		if !slices.Contains(got, tt.want) {
			t.Errorf("%s: %v (%v), want %s", name, got, err, tt.want)
		}
	}
}

func TestUnknownKeysAndCommentsOfOtherPartsStay(t *testing.T) {
	t.Parallel()
	item, err := tree.Parse([]byte("id: x\ntitle: T\nversion: 1\nsource: \"Thông tư 1\"\nfuture: {a: 1}\nsteps:\n  - id: a\n    title: A # giữ\n    fields:\n      - {key: k, type: text, label: K, later: [1, 2]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	done, err := formedit.Apply(item, tree.Op{Do: formedit.SetField, At: "0.0", Values: values("label_vi", "Khác", "required", "1")})
	if err != nil {
		t.Fatal(err, fieldsOf(err))
	}
	text := bytesOf(t, done.Item)
	for _, want := range []string{"future: {a: 1}", "later: [1, 2]", "# giữ", "label: Khác", "required: true", "Thông tư 1"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is gone:\n%s", want, text)
		}
	}
}
