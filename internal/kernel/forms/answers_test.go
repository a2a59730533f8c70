// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"maps"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/errs"
)

func good() Answers {
	return Answers{
		"full_name": "Nguyễn Thị Ánh", "sex": "female", "born": "1956", "number": "089156001234", "phone": "0912345678",
		"home":  map[string]string{Commune: "long-xuyen", Detail: "12 Trần Hưng Đạo"},
		"kinds": []string{"move", "other"}, "other_kind": "Nghe kém", "since": "2020-03-01", "income": int64(1500000), "area": "85.5",
		"children": int64(1), "papers": []string{file1}, "school": "a", "code": "AB12", "tax": "0300588569", "office": "long-xuyen",
	}
}

func TestApplyReadsWhatPeopleType(t *testing.T) {
	t.Parallel()
	f := form(t)
	a := f.Apply(Answers{"papers": []string{file1}, "email": "x@y.vn", "kinds": []string{"see"}}, "person", url.Values{
		"full_name": {"  Nguyê\u0303n   Thị A\u0301nh "}, "sex": {"female"},
		"born-day": {""}, "born-month": {""}, "born-year": {"1956"}, "number": {"089 156 001 234"}, "phone": {"+84 912.345.678"},
		"home-commune": {"long-xuyen"}, "home-detail": {"12 Trần Hưng Đạo"}, "intruder": {"x"},
	})
	a = f.Apply(a, "kind", url.Values{
		"kinds": {"other", "move", "move"}, "other_kind": {"Nghe kém"}, "since-day": {"1"}, "since-month": {"3"}, "since-year": {"2020"},
		"income": {"1.500.000 đồng"}, "area": {"85,50"}, "children": {"1"},
	})
	a = f.Apply(a, "child", url.Values{"school": {"a"}, "code": {"AB12"}, "tax": {"0300588569"}, "office": {"long-xuyen"}})
	if !reflect.DeepEqual(a, good()) {
		t.Errorf("got  %v\nwant %v", a, good())
	}
	text, err := a.Canonical()
	if err != nil || !strings.HasPrefix(string(text), `{"area":"85.5","born":"1956","children":1,`) {
		t.Errorf("%s %v", text, err)
	}
	back, err := f.DecodeJSON(text)
	if err != nil || !reflect.DeepEqual(back, a) {
		t.Errorf("read back as %v, %v", back, err)
	}
}

func TestReaders(t *testing.T) {
	t.Parallel()
	for _, v := range []struct {
		f    Field
		in   string
		want any
	}{
		{Field{Type: Day}, "5/3/2020", "2020-03-05"},
		{Field{Type: Day}, "05-03-2020", "2020-03-05"},
		{Field{Type: Day}, "29/2/2024", "2024-02-29"},
		{Field{Type: Day}, "29/2/2026", "29/2/2026"},
		{Field{Type: Day}, "2020", "2020"},
		{Field{Type: Day}, "12//2020", "12//2020"},
		{Field{Type: Day}, "1/1/20", "1/1/20"},
		{Field{Type: PartialDay}, "1956", "1956"},
		{Field{Type: PartialDay}, "3/1956", "1956-03"},
		{Field{Type: PartialDay}, "12//1956", "12//1956"},
		{Field{Type: PartialDay}, "13/1956", "13/1956"},
		{Field{Type: Phone}, "84912345678", "0912345678"},
		{Field{Type: Phone}, "0112345678", "0112345678"},
		{Field{Type: Email}, "An@Example.VN", "An@example.vn"},
		{Field{Type: Email}, "An <a@b.vn>", "An <a@b.vn>"},
		{Field{Type: Money}, "1.234.567", int64(1234567)},
		{Field{Type: Money}, "150000đ", int64(150000)},
		{Field{Type: Money}, "1.5", "1.5"},
		{Field{Type: Money}, "một triệu", "một triệu"},
		{Field{Type: Number}, "-7", int64(-7)},
		{Field{Type: Number}, "1,5", "1,5"},
		{Field{Type: Number, Decimals: 2}, "1.234.567,89", "1234567.89"},
		{Field{Type: Number, Decimals: 2}, "12.5", "12.5"},
		{Field{Type: Number, Decimals: 2}, "1.234", "1234"},
		{Field{Type: Number, Decimals: 3}, "1.234", "1.234"},
		{Field{Type: Number, Decimals: 2}, "-0,0", "0"},
		{Field{Type: TaxCode}, "0101248141-001", "0101248141-001"},
		{Field{Type: Line}, " \u202ea\n b\u0000 ", "a b"},
		{Field{Type: Line}, "  ", nil},
	} {
		if got := v.f.normal(v.in); got != v.want {
			t.Errorf("%s %q = %#v, want %#v", v.f.Type, v.in, got, v.want)
		}
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	f := form(t)
	kept, r := f.Submit(good(), world())
	if len(r.Errors)+len(r.Warnings) > 0 || !reflect.DeepEqual(kept, good()) {
		t.Errorf("good answers: %+v", r)
	}
	for _, v := range []struct {
		key  string
		to   any
		want string // empty: none
		warn string
	}{
		{"full_name", nil, "form.required", ""},
		{"full_name", strings.Repeat("ữ", 60), "", ""},
		{"full_name", strings.Repeat("ữ", 61), "form.too_long", ""},
		{"full_name", []string{"a"}, "form.wrong_shape", ""},
		{"sex", "both", "form.choose", ""},
		{"sex", nil, "form.choose", ""},
		{"sex", "male", "", "form.person_number_sex"},
		{"born", "2027", "form.in_future", ""},
		{"born", "2026-12", "form.in_future", ""},
		{"born", "2026", "", "form.person_number_year"},
		{"born", "mùa xuân", "form.not_a_date", ""},
		{"number", "12345", "form.person_number", ""},
		{"number", "089356001234", "", "form.person_number_century"},
		{"number", "089956001234", "", "form.person_number_century"},
		{"number", "089157001234", "", "form.person_number_year"},
		{"phone", "0123", "form.phone", ""},
		{"email", "nobody", "form.email", ""},
		{"home", map[string]string{Detail: "x"}, "form.no_commune", ""},
		{"home", map[string]string{Commune: "nowhere", Detail: "x"}, "form.unit", ""},
		{"kinds", []string{"move", "fly"}, "form.choose", ""},
		{"other_kind", "ab", "form.too_short", ""},
		{"other_kind", strings.Repeat("a", 4001), "form.too_long", ""},
		{"since", "1949-12-31", "form.too_early", ""},
		{"since", "1950-01-01", "", ""},
		{"income", int64(-1), "form.too_small", ""},
		{"income", int64(1000000001), "form.too_big", ""},
		{"income", "nhiều", "form.not_money", ""},
		{"area", "500.01", "form.too_big", ""},
		{"area", "500", "", ""},
		{"children", int64(21), "form.too_big", ""},
		{"papers", []string{file1, file1, file1}, "form.fewer_files", ""},
		{"papers", []string{"../../etc/passwd"}, "form.no_such_file", ""},
		{"papers", []string{"019aa000-0000-7000-8000-000000000002"}, "form.no_such_file", ""},
		{"code", "AB12x", "form.pattern", ""},
		{"code", "xAB12", "form.pattern", ""},
		{"tax", "0300588568", "form.tax_code", ""},
		{"tax", "0101248141", "", ""},
		{"tax", "089156001234", "", ""},
		{"office", "nowhere", "form.unit", ""},
	} {
		a := good()
		if a[v.key] = v.to; v.to == nil {
			delete(a, v.key)
		}
		r := f.Validate(a, All, world())
		want, warn := "", ""
		if v.want != "" {
			want = v.key + " " + v.want
		}
		if v.warn != "" {
			warn = "number " + v.warn
		}
		if list(r.Errors) != want || list(r.Warnings) != warn {
			t.Errorf("%s = %v: %q and %q, want %q and %q", v.key, v.to, list(r.Errors), list(r.Warnings), want, warn)
		}
	}
}

func TestValidateGivesAllInFormOrderAndOneStepAlone(t *testing.T) {
	t.Parallel()
	f := form(t)
	want := "full_name form.required\nsex form.choose\nborn form.required\nhome form.required\nkinds form.choose"
	if got := list(f.Validate(Answers{}, All, world()).Errors); got != want {
		t.Errorf("%s", got)
	}
	if got := list(f.Validate(Answers{}, "kind", world()).Errors); got != "kinds form.choose" {
		t.Errorf("%s", got)
	}
}

func TestSubmitDropsWhatIsNotAsked(t *testing.T) {
	t.Parallel()
	a := good()
	a["kinds"], a["intruder"] = []string{"move"}, "x"
	kept, r := form(t).Submit(a, world())
	for _, gone := range []string{"other_kind", "since", "intruder"} {
		if _, has := kept[gone]; has {
			t.Errorf("%s was sent", gone)
		}
	}
	if len(r.Errors) > 0 {
		t.Errorf("%+v", r)
	}
}

func TestDecodeJSONRefusesAllAtOnce(t *testing.T) {
	t.Parallel()
	f := form(t)
	_, err := f.DecodeJSON([]byte(`{"zzz":1,"sex":7,"home":{"planet":"x"},"kinds":["a",1],"full_name":"x"}`))
	var e *errs.Error
	if e, _ = err.(*errs.Error); e == nil || list(e.Fields) != "home form.wrong_shape\nkinds form.wrong_shape\nsex form.wrong_shape\nzzz form.unknown_field" { //nolint:errorlint // it is not wrapped
		t.Errorf("%v", err)
	}
	for _, bad := range []string{"", "[]", `{"a":1} {}`, "{"} {
		if _, err := f.DecodeJSON([]byte(bad)); errs.KindOf(err) != errs.Malformed {
			t.Errorf("%q: %v", bad, err)
		}
	}
	a, err := f.DecodeJSON([]byte(`{"income":1500000,"area":1.234,"phone":null}`))
	if err != nil || a["income"] != int64(1500000) || a["area"] != "1,234" {
		t.Errorf("%v %v: 1.234 has three decimals and is not a thousand", a, err)
	}
}

func TestSummarise(t *testing.T) {
	t.Parallel()
	f := form(t)
	say := func(l i18n.Lang) map[string]string {
		all := map[string]string{}
		for _, row := range f.Summarise(good(), (&i18n.Catalogue{}).Printer(l), world()) {
			all[row.Key] = row.Label + ": " + row.Value
		}
		return all
	}
	vi, en := say(i18n.VI), say(i18n.EN)
	for key, want := range map[string]string{
		"full_name": "Họ và tên: Nguyễn Thị Ánh", "sex": "Giới tính: Nữ", "born": "Ngày sinh: 1956", "phone": "Điện thoại: 0912 345 678",
		"home": "Nơi ở: 12 Trần Hưng Đạo, Phường Long Xuyên", "kinds": "Dạng: Vận động\nKhác", "since": "Từ ngày: 01/03/2020",
		"income": "Thu nhập: 1.500.000 đồng", "area": "Diện tích: 85,5", "papers": "Giấy tờ: giấy ra viện.pdf", "office": "Cơ quan: Phường Long Xuyên",
		"email": "Thư điện tử: ",
	} {
		if vi[key] != want {
			t.Errorf("%s: %q, want %q", key, vi[key], want)
		}
	}
	if en["full_name"] != "Full name: Nguyễn Thị Ánh" || en["sex"] != "Giới tính: Female" || en["area"] != "Diện tích: 85.5" || en["office"] != "Cơ quan: Long Xuyen Ward" {
		t.Errorf("%v", en)
	}
}

func TestView(t *testing.T) {
	t.Parallel()
	f := form(t)
	a := f.Apply(good(), "person", url.Values{"full_name": {"A"}, "born-day": {"31"}, "born-month": {"02"}, "born-year": {"1956"}, "number": {"1"}})
	r := f.Validate(a, "person", world())
	v, ok := f.View(a, "person", i18n.EN, world(), &r)
	if !ok || v.Number != 1 || v.Of != 2 || v.Next != "kind" || v.Back != "" {
		t.Errorf("%+v", v)
	}
	if got, want := list(v.Problems), "sex form.choose\nborn-day form.not_a_date\nnumber form.person_number\nhome-commune form.required"; got != want {
		t.Errorf("problems %s", got)
	}
	fields := map[string]FieldView{}
	for _, one := range v.Fields {
		fields[one.Key] = one
	}
	if got := fields["born"].Inputs; got[0].Value != "31" || got[1].Value != "02" || got[2].Value != "1956" {
		t.Errorf("what was typed is not shown again: %v", got)
	}
	if fields["sex"].Choices[1].ID != "sex-2" || fields["sex"].Choices[1].Label != (Words{"Female", i18n.EN}) || fields["sex"].Label.Lang != i18n.VI {
		t.Errorf("%+v", fields["sex"])
	}
	if !fields["born"].Refreshes || fields["phone"].Refreshes || fields["number"].Value != "1" {
		t.Error("the page does not know which answers change it")
	}
	v, _ = f.View(good(), "kind", i18n.VI, world(), nil)
	if v.Fields[0].Choices[0].Checked != true || v.Fields[0].Choices[1].Checked || v.Fields[4].Value != "85,5" || len(v.Problems) > 0 {
		t.Errorf("%+v", v.Fields)
	}
	if _, ok := f.View(good(), "nowhere", i18n.VI, world(), nil); ok {
		t.Error("a view of no step")
	}
}

func TestSchemaAgreesWithSubmit(t *testing.T) {
	t.Parallel()
	f := form(t)
	text, err := f.Schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("form.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("form.json")
	if err != nil {
		t.Fatal(err)
	}
	valid := func(a Answers) error {
		raw, err := a.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(raw)))
		if err != nil {
			t.Fatal(err)
		}
		return s.Validate(v)
	}
	if err := valid(good()); err != nil {
		t.Errorf("good answers: %v", err)
	}
	for key, bad := range map[string]any{
		"full_name": strings.Repeat("a", 61), "sex": "both", "born": "1/1/1956", "number": "1", "kinds": []string{"fly"}, "income": int64(-1),
		"area": "85,5", "papers": []string{"x"}, "code": "x", "home": map[string]string{"planet": "x"}, "intruder": "x",
	} {
		a := maps.Clone(good())
		a[key] = bad
		if valid(a) == nil {
			t.Errorf("the schema takes %s = %v", key, bad)
		}
	}
	missing := good()
	delete(missing, "born")
	if valid(missing) == nil {
		t.Error("the schema does not ask for what is required")
	}
}

func FuzzNormal(f *testing.F) {
	for _, s := range []string{"1/2/2026", "1.234.567,89", "+84 912 345 678", "a@b.vn", "0300588569", "2026-11", "\xff", "-0,00", "1.234", "đ", "00012"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, kind := range fieldTypes() {
			for _, decimals := range []int{0, 2, 3} {
				field := Field{Key: "x", Type: kind, Decimals: decimals, Options: []Option{{Value: "a"}}}
				once := field.normal(s)
				if twice := field.normal(once); !reflect.DeepEqual(once, twice) {
					t.Fatalf("%s (%d): %q is %#v, then %#v", kind, decimals, s, once, twice)
				}
				if once == nil {
					continue
				}
				if again := field.normal(field.asTyped(once)); kind != Day && !reflect.DeepEqual(once, again) && field.check(once, world()) == nil {
					t.Fatalf("%s (%d): %q is %#v, shown as %q and read back as %#v", kind, decimals, s, once, field.asTyped(once), again)
				}
				_ = field.check(once, world())
				_ = field.words(once, i18n.Printer{}, world())
				_ = field.view(once, i18n.VI, world())
			}
		}
	})
}

func FuzzDecodeJSON(f *testing.F) {
	f.Add([]byte(`{"income":1500000,"kinds":["see"],"home":{"commune":"x"}}`))
	f.Add([]byte(`{"area":1e400}`))
	one := form(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		a, err := one.DecodeJSON(raw)
		if err != nil {
			return
		}
		kept, _ := one.Submit(a, world())
		text, err := kept.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		back, err := one.DecodeJSON(text)
		if err != nil {
			t.Fatalf("%s does not read back: %v", text, err)
		}
		again, _ := one.Submit(back, world())
		if !reflect.DeepEqual(kept, again) {
			t.Fatalf("%#v, read back %#v", kept, again)
		}
	})
}
