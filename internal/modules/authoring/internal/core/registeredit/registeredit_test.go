// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registeredit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/authoring/internal/core/registeredit"
	"tinhso.vn/internal/modules/authoring/internal/core/tree"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

const dogs = `id: giay-phep-nuoi-cho
title: {vi: Giấy phép nuôi chó, en: Dog licences}
version: 3
fields:
  - {key: code, label: Số giấy phép, type: text, required: true, unique: true, max: 20} # as printed
  - {key: name, label: Tên chó, type: text, max: 60, searchable: true}
  - {key: keeper, label: Chủ nuôi, type: person, personal: basic}
  - {key: phone, label: Điện thoại, type: phone, personal: basic}
  - {key: until_day, label: Hết hạn, type: date}
key: [code]
list: {columns: [code, name, until_day], sort: code, filters: [until_day]}
checks:
  - {field: code, holds: "has_code && code != 'code'", message: Sai}
rights:
  - {id: public, name: Công khai, public: true, may: [view], only: [code]}
  - {id: desk, name: Cấp phép, roles: [officer], may: [view, add, change], except: [phone]}
`

func item(t *testing.T, text string) tree.Item {
	t.Helper()
	i, err := tree.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// do makes edits one after the other.
func do(t *testing.T, i, base tree.Item, ops ...tree.Op) tree.Item {
	t.Helper()
	for _, op := range ops {
		done, err := registeredit.Apply(i, base, op)
		if err != nil {
			t.Fatalf("%s %s: %v", op.Do, op.At, err)
		}
		i = done.Item
	}
	return i
}

func op(do, at string, values ...string) tree.Op {
	o := tree.Op{Do: do, At: at, Values: map[string][]string{}}
	for n := 0; n+1 < len(values); n += 2 {
		o.Values[values[n]] = append(o.Values[values[n]], values[n+1])
	}
	return o
}

func text(t *testing.T, i tree.Item) string {
	t.Helper()
	out, err := yaml.Text(i.Root())
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// sound fails where the register cannot be made.
func sound(t *testing.T, i tree.Item) registers.Definition {
	t.Helper()
	d, problems := registers.Decode(i.Root())
	if len(problems) > 0 {
		t.Fatalf("%v in\n%s", problems, text(t, i))
	}
	return d
}

// TestARegisterFromNothing writes a register with every part by edits alone.
func TestARegisterFromNothing(t *testing.T) {
	t.Parallel()
	i := do(t, item(t, "id: so\ntitle: Sổ\nversion: 1\nfields: []\n"), tree.Item{},
		op(registeredit.AddField, "f", "new_label_vi", "Số giấy phép", "new_type", "text", "new_required", "1"),
		op(registeredit.AddField, "f", "new_label_vi", "Tình trạng", "new_type", "choice"),
		op(registeredit.SetField, "f1", "options", "con_han | Còn hạn | Valid\nHết hạn"),
		op(registeredit.AddField, "f", "new_label_vi", "Vị trí", "new_type", "point"),
		op(registeredit.AddField, "f", "new_label_vi", "Diện tích", "new_type", "decimal"),
		op(registeredit.SetField, "f3", "measure", "m²", "scale", "1"),
		op(registeredit.AddField, "f", "new_label_vi", "Các lần khám", "new_type", "group"),
		op(registeredit.AddField, "f4", "new_label_vi", "Ngày khám", "new_type", "date"),
		op(registeredit.RemoveThis, "f4.0"),
		op(registeredit.MoveUp, "f1"),
		op(registeredit.SetHead, "f", "title_vi", "Giấy phép nuôi chó", "key", "", "key", "so_giay_phep"),
		op(registeredit.AddRight, "r", "new_name_vi", "Cấp phép", "new_who", "roles", "new_roles", "", "new_roles", "officer"),
		op(registeredit.SetRight, "r0", "may", "", "may", "change", "may", "add", "way", "except", "named", "", "named", "vi_tri"),
		op(registeredit.AddRight, "r", "new_name_vi", "Mọi người", "new_who", "public"),
		op(registeredit.SetList, "l", "columns", "so_giay_phep", "columns", "tinh_trang", "sort", "so_giay_phep", "filters", "tinh_trang"),
		op(registeredit.SetMap, "l", "place", "vi_tri", "label", "so_giay_phep", "colour", "tinh_trang"),
		op(registeredit.BeginLife, "s"),
		op(registeredit.AddState, "s", "new_name_vi", "Đình chỉ", "new_kind", "suspended"),
		op(registeredit.AddMove, "m", "new_name_vi", "Đình chỉ", "new_from", "hieu_luc", "new_to", "dinh_chi", "new_may", "cap_phep", "new_reason", "1"),
	)
	d := sound(t, i)
	if len(d.Visible()) != 6 || d.Fields[0].Key != "tinh_trang" || d.Fields[0].Options[1].Value != "het_han" || len(d.Rights) != 2 || d.Map == nil || len(d.Life.Moves) != 3 {
		t.Errorf("another register:\n%s", text(t, i))
	}
	if f, _ := d.Field("dien_tich"); f.Measure != "m²" || f.Scale != 1 {
		t.Errorf("%+v", f)
	}
	if f, _ := d.Field("cac_lan_kham"); len(f.Fields) != 1 || f.Fields[0].Key != "ngay_kham" {
		t.Errorf("%+v", f.Fields)
	}
	if may := d.Rights[0].May; !slices.Equal(may, []registers.Act{registers.View, registers.Add, registers.Amend}) {
		t.Errorf("%v", may)
	}
}

// TestWhatIsInForceStays hides a field instead of losing it, raises the version
// once and keeps comments.
func TestWhatIsInForceStays(t *testing.T) {
	t.Parallel()
	base := item(t, dogs)
	i := do(t, base, base, op(registeredit.SetField, "f1", "label_vi", "Tên con chó"))
	i = do(t, i, base, op(registeredit.RemoveThis, "f4"))
	d := sound(t, i)
	if f, ok := d.Field("until_day"); !ok || !f.Hidden || d.Version != 4 || slices.Contains(d.List.Columns, "until_day") {
		t.Errorf("%s", text(t, i))
	}
	if !strings.Contains(text(t, i), "# as printed") {
		t.Error("a comment is lost")
	}
	i = do(t, i, base, op(registeredit.ShowField, "f4"))
	if d = sound(t, i); !slices.Contains(d.Rights[1].Except, "until_day") {
		t.Error("a field that is shown again is shown to those from whom it may have been held back")
	}
	same := do(t, base, base, op(registeredit.MoveUp, "f0"))
	if text(t, same) != text(t, base) {
		t.Error("an edit that changes nothing has changed the file")
	}
}

// TestARenamedFieldIsAsked finds a field that lost its key and takes both answers.
func TestARenamedFieldIsAsked(t *testing.T) {
	t.Parallel()
	base := item(t, dogs)
	now := item(t, strings.ReplaceAll(strings.ReplaceAll(dogs, "key: name, label: Tên chó", "key: ten, label: Tên con chó"), "[code, name, until_day]", "[code, ten, until_day]"))
	asked := registeredit.Questions(base, now)
	if len(asked) != 1 || asked[0].From.Key != "name" || asked[0].To.Key != "ten" {
		t.Fatalf("%+v", asked)
	}
	same := do(t, now, base, op(registeredit.SameField, "f", "from", "name", "to", "ten"))
	d := sound(t, same)
	if f, ok := d.Field("name"); !ok || f.Label.VI != "Tên con chó" || !slices.Contains(d.List.Columns, "name") {
		t.Errorf("%s", text(t, same))
	}
	apart := do(t, now, base, op(registeredit.ApartField, "f", "from", "name", "to", "ten"))
	d = sound(t, apart)
	if f, ok := d.Field("name"); !ok || !f.Hidden {
		t.Errorf("%s", text(t, apart))
	}
	for _, answered := range []tree.Item{same, apart} {
		if again := registeredit.Questions(base, answered); len(again) != 0 {
			t.Errorf("asked again: %+v", again)
		}
	}
	if some := registeredit.Questions(base, item(t, strings.Replace(dogs, "{key: until_day, label: Hết hạn, type: date}", "{key: note, label: Ghi chú, type: longtext}", 1))); len(some) != 0 {
		t.Errorf("fields of other types are no question: %+v", some)
	}
}

// TestRenamedEverywhere follows a new key into lists, rights and expressions.
func TestRenamedEverywhere(t *testing.T) {
	t.Parallel()
	i := do(t, item(t, dogs), tree.Item{}, op(registeredit.SetField, "f0", "key", "so"))
	d := sound(t, i)
	if !slices.Equal(d.Key, []string{"so"}) || d.List.Sort != "so" || d.Rights[0].Only[0] != "so" || d.Rules[0].Holds != "has_so && so != 'code'" {
		t.Errorf("%s", text(t, i))
	}
}

// TestRetentionAndOpenDataStay keeps what a file says of keeping and publishing
// through edits of other things.
func TestRetentionAndOpenDataStay(t *testing.T) {
	t.Parallel()
	base := item(t, strings.Replace(dogs, "may: [view, add, change]", "may: [view, add, change, destroy]", 1)+`retention: {after: {years: 5}, from: {field: until_day}, then: destroy, basis: luat}
open_data: {title: {vi: A, en: A}, about: {vi: B, en: B}, licence: CC-BY-4.0, refreshed: daily, fields: [code]}
`)
	i := do(t, base, base, op(registeredit.SetField, "f1", "label_vi", "Tên con chó"))
	d := sound(t, i)
	if d.Retention == nil || d.Retention.Field != "until_day" || d.Dataset == nil || !slices.Equal(d.Dataset.Fields, []string{"code"}) || !d.Rights[1].Allows(registers.Destroy) {
		t.Errorf("%s", text(t, i))
	}
	i = do(t, base, tree.Item{}, op(registeredit.SetField, "f4", "key", "den_ngay"))
	i = do(t, i, tree.Item{}, op(registeredit.SetField, "f0", "key", "so"))
	if d = sound(t, i); d.Retention.Field != "den_ngay" || d.Dataset.Fields[0] != "so" {
		t.Errorf("%s", text(t, i))
	}
}

// TestEditsThatAreRefused names the input of each mistake and leaves the item alone.
func TestEditsThatAreRefused(t *testing.T) {
	t.Parallel()
	base := item(t, dogs)
	before := text(t, base)
	for name, c := range map[string]struct {
		op          tree.Op
		field, code string
	}{
		"unknown":          {op("explode", ""), "do", tree.CodeUnknown},
		"gone":             {op(registeredit.SetField, "f9", "label_vi", "x"), "at", tree.CodeGone},
		"no name":          {op(registeredit.AddField, "f", "new_type", "text"), "new_label_vi", tree.CodeNeeded},
		"no type":          {op(registeredit.AddField, "f", "new_label_vi", "x", "new_type", "blob"), "new_type", tree.CodeChoice},
		"key in force":     {op(registeredit.SetField, "f1", "key", "ten"), "key", "authoring.register.key_in_force"},
		"no number":        {op(registeredit.SetField, "f1", "max", "many"), "max", tree.CodeNumber},
		"only of nothing":  {op(registeredit.SetRight, "r0", "way", "only", "named", ""), "named", "authoring.register.name_fields"},
		"the last of only": {op(registeredit.RemoveThis, "f0"), "at", "authoring.register.only_field"},
		"no role":          {op(registeredit.SetRight, "r1", "who", "roles", "roles", ""), "roles", tree.CodeNeeded},
		"tab":              {op(registeredit.SetText, "y", "text", "id: giay-phep-nuoi-cho\nfields:\n\t- {key: a}\n"), "text", "authoring.register.yaml_tab"},
		"brackets":         {op(registeredit.SetText, "y", "text", "id: giay-phep-nuoi-cho\nfields: [\n"), "text", "authoring.register.yaml"},
		"anchor":           {op(registeredit.SetText, "y", "text", "id: &a giay-phep-nuoi-cho\n"), "text", "authoring.register.yaml_plain"},
		"another":          {op(registeredit.SetText, "y", "text", "id: khac\n"), "text", "authoring.register.other_id"},
	} {
		_, err := registeredit.Apply(base, base, c.op)
		e, ok := errors.AsType[*errs.Error](err)
		if !ok || len(e.Fields) != 1 || e.Fields[0].Name != c.field || e.Fields[0].Code != c.code {
			t.Errorf("%s: %+v", name, err)
		}
	}
	if text(t, base) != before {
		t.Error("a refused edit changed the item")
	}
	for _, key := range []string{"version", "vi_do_lat", "created_at"} {
		_, err := registeredit.Apply(base, tree.Item{}, op(registeredit.SetField, "f1", "key", key))
		if e, ok := errors.AsType[*errs.Error](err); !ok || e.Fields[0].Code != "authoring.register.reserved" {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// TestLabelsGiveUsableKeys proposes no key that kernel/registers refuses.
func TestLabelsGiveUsableKeys(t *testing.T) {
	t.Parallel()
	i := item(t, "id: so\ntitle: Sổ\nversion: 1\nfields: []\n")
	for _, label := range []string{"Mã số code", "State", "Version", "Tên", "Tên", "123", "Đơn vị sort", "Life", "ID"} {
		i = do(t, i, tree.Item{}, op(registeredit.AddField, "f", "new_label_vi", label, "new_type", "text"))
	}
	sound(t, i)
}

// TestTheTextSaysItsLine reads what people paste.
func TestTheTextSaysItsLine(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]struct {
		line int
		why  string
	}{
		dogs:                                  {0, ""},
		"registers:\n  - id: a\n    title: A": {0, ""},
		"registers:\n  - id: a\n  - id: b":    {2, "authoring.register.yaml_one"},
		"id: a\nid: b\n":                      {2, "authoring.register.yaml_plain"},
		"id: a\n \tb: 1\n":                    {2, "authoring.register.yaml_tab"},
		"id: a\ntitle: \"open\nversion: 1\n":  {4, "authoring.register.yaml"},
	} {
		if _, line, why := registeredit.ReadText(src); line != want.line && why != "authoring.register.yaml" || why != want.why {
			t.Errorf("%q: %d %s", src, line, why)
		}
	}
}
