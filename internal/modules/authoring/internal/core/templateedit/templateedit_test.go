// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package templateedit_test

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	kernelpacks "tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring/internal/core/templateedit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/packs"
)

func templates(t *testing.T) map[string]tree.Item {
	t.Helper()
	set, err := kernelpacks.Load(packs.Files, "an-giang")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]tree.Item{}
	for _, d := range set.Templates {
		text, _ := set.ItemText("templates", d.ID)
		item, err := tree.Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", d.ID, err)
		}
		all[d.ID] = item
	}
	if len(all) < 15 {
		t.Fatalf("%d templates", len(all))
	}
	return all
}

func text(t *testing.T, i tree.Item) string {
	t.Helper()
	b, err := i.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// shown is a template as its page sends it back.
func shown(p templateedit.Template) map[string][]string {
	v := map[string][]string{"title_vi": {p.Title.VI}, "title_en": {p.Title.EN}, "version": {p.Version}, "doc_type": {p.DocType}, "number_suffix": {p.NumberSuffix}}
	for _, name := range templateedit.Single() {
		v[name] = []string{p.Single[name]}
	}
	for _, name := range templateedit.Several() {
		v[name] = []string{strings.Join(p.Several[name], "\r\n")}
	}
	for i, b := range p.Body {
		v["b"+strconv.Itoa(i)] = []string{b}
	}
	return v
}

func TestSavingWhatIsShownChangesNothing(t *testing.T) {
	t.Parallel()
	for id, item := range templates(t) {
		p := templateedit.Read(item)
		done, err := templateedit.Apply(item, tree.Op{Do: templateedit.Save, Values: shown(p)})
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		if text(t, done.Item) != text(t, item) {
			t.Errorf("%s:\n%s\n%s", id, text(t, item), text(t, done.Item))
		}
		for i, f := range p.Fields {
			required := []string{""}
			if f.Required {
				required = append(required, "1")
			}
			var lines []string
			for _, o := range f.Options {
				lines = append(lines, o.Line())
			}
			done, err := templateedit.Apply(item, tree.Op{Do: templateedit.SetField, At: "f" + strconv.Itoa(i), Values: map[string][]string{
				"label_vi": {f.Label.VI}, "label_en": {f.Label.EN}, "type": {f.Type}, "key": {f.Key}, "required": required, "options": {strings.Join(lines, "\n")},
			}})
			if err != nil || text(t, done.Item) != text(t, item) {
				t.Errorf("%s %s: %v", id, f.Key, err)
			}
		}
	}
}

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	item := templates(t)["quyet-dinh-ho-ngheo"]
	p := templateedit.Read(item)
	if found := p.Problems([]string{"head_number", "head_residence"}); len(found) > 0 {
		t.Fatalf("%+v", found)
	}
	if found := p.Problems(nil); len(found) != 2 || found[0].Input != "b0" {
		t.Fatalf("%+v", found)
	}
	done, err := templateedit.Apply(item, tree.Op{Do: templateedit.PutName, Values: map[string][]string{"name": {"form.head_name"}, "into": {"b1"}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := templateedit.Read(done.Item).Body[1]; !strings.HasSuffix(got, "{form.head_name}") {
		t.Fatal(got)
	}
	if !templateedit.RenamePlaceholder(done.Item, "form.head_name", "form.chu_ho") || templateedit.Read(done.Item).Body[1] != p.Body[1]+" {form.chu_ho}" {
		t.Fatal(text(t, done.Item))
	}
	done, err = templateedit.Apply(item, tree.Op{Do: templateedit.SetField, At: "f1", Values: map[string][]string{"key": {"tu_ngay"}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := text(t, done.Item); strings.Contains(got, "from_day") || !strings.Contains(got, "kể từ ngày {tu_ngay}") {
		t.Fatal(got)
	}
	l := p.Letter(map[string]string{"agency_upper": "UBND XÃ MẪU", "standing": "hộ nghèo", "place": "Mẫu", "signer": "A", "signer_title": "B"})
	if l.Subject != "Về việc công nhận hộ nghèo" || l.Agency.Name != "UBND XÃ MẪU" || !strings.Contains(l.Body[0].Text, "{from_day}") || l.Authority != "CHỦ TỊCH UBND XÃ MẪU" {
		t.Fatalf("%+v", l)
	}
	for name, tt := range map[string]struct {
		op   tree.Op
		want string
	}{
		"empty":   {tree.Op{Do: templateedit.Save, Values: map[string][]string{"b0": {" "}}}, "b0 authoring.edit.needed"},
		"subject": {tree.Op{Do: templateedit.Save, Values: map[string][]string{"subject": {""}}}, "subject authoring.edit.needed"},
		"name":    {tree.Op{Do: templateedit.PutName, Values: map[string][]string{"name": {"} {"}, "into": {"b0"}}}, "name authoring.edit.choice"},
		"into":    {tree.Op{Do: templateedit.PutName, Values: map[string][]string{"name": {"owner"}, "into": {"b77"}}}, "into authoring.edit.choice"},
		"key":     {tree.Op{Do: templateedit.SetField, At: "f0", Values: map[string][]string{"key": {"agency"}}}, "key authoring.edit.taken"},
		"choices": {tree.Op{Do: templateedit.AddField, Values: map[string][]string{"new_label_vi": {"X"}, "new_type": {"radios"}}}, "new_options authoring.edit.needed"},
	} {
		_, err := templateedit.Apply(item, tt.op)
		e, _ := errors.AsType[*errs.Error](err)
		if e == nil || !slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Name+" "+f.Code == tt.want }) {
			t.Errorf("%s: %+v, want %s", name, e, tt.want)
		}
	}
}

func TestAnySequenceOfEditsGivesATemplate(t *testing.T) {
	t.Parallel()
	first := templates(t)["quyet-dinh-ho-ngheo"]
	for seed := range uint64(10) {
		r := rand.New(rand.NewPCG(seed, 9))
		item := first
		for range 60 {
			at := []string{"b", "f", "x", ""}[r.IntN(4)] + strconv.Itoa(r.IntN(5))
			op := tree.Op{Do: []string{"save", "add_text", "add_field", "set_field", "put", "remove", "up", "down", "?"}[r.IntN(9)], At: at, Values: map[string][]string{
				"new_text": {[]string{"", "Điều 9. : {owner}", "- {", "# x"}[r.IntN(4)]}, "new_label_vi": {"Ghi chú"}, "new_type": {[]string{"text", "radios"}[r.IntN(2)]}, "new_options": {"a\nb"},
				"name": {"owner"}, "into": {[]string{at, "subject", "recipients", "?"}[r.IntN(4)]}, "type": {[]string{"text", "radios", "date"}[r.IntN(3)]}, "options": {[]string{"", "x | Y"}[r.IntN(2)]},
			}}
			done, err := templateedit.Apply(item, op)
			if err != nil {
				if e, ok := errors.AsType[*errs.Error](err); !ok || len(e.Fields) == 0 {
					t.Fatalf("%+v: %v", op, err)
				}
				continue
			}
			item = done.Item
			again, err := tree.Parse([]byte(text(t, item)))
			if err != nil || !reflect.DeepEqual(templateedit.Read(again), templateedit.Read(item)) {
				t.Fatalf("%+v: %v\n%s", op, err, text(t, item))
			}
		}
	}
}
