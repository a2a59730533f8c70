// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package forms

import (
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/errs"
)

// places is a small country: two provinces that became one, a ward that was
// merged, and a commune that was split.
func places(t *testing.T) World {
	t.Helper()
	table, wrong := geo.Read(map[string][]byte{
		"provinces.csv": []byte("from,to,code,name,basis,status\n,2025-06-30,89,Tỉnh Một,,both\n2025-07-01,,91,Tỉnh Một,b,both\n2025-07-01,,92,Tỉnh Hai,b,both\n"),
		"districts.csv": []byte("# valid_to: 2025-06-30\ncode,province,name\n883,89,Thành phố Cũ\n"),
		"communes.csv": []byte("# valid_from: 2025-07-01\ncode,province,name,lat,lon,status\n30307,91,Phường Sen,10.3,105.4,both\n30308,91,Xã Lúa,10.4,105.5,both\n" +
			"40001,92,Xã Dừa,10.0,106.0,both\n"),
		"old.csv":     []byte("# valid_to: 2025-06-30\ncode,district,name\n30280,883,Phường Mỹ Bình\n30281,883,Xã Chia\n"),
		"lineage.csv": []byte("# day: 2025-07-01\nold,new,kind,status,main\n30280,30307,merge,both,\n30281,30307,split,pip,\n30281,30308,split,both,main\n"),
	})
	x, more := geo.New(table)
	if len(wrong)+len(more) > 0 {
		t.Fatal(wrong, more)
	}
	return World{
		Today: calendar.Date{Year: 2026, Month: 11, Day: 22}, Areas: x, Province: "91", By: "clerk",
		Unit:   func(id string) (Text, bool) { return Text{VI: "Phường Sen"}, id == "phuong-sen" },
		AreaOf: func(id string) string { return map[string]string{"phuong-sen": "30307"}[id] },
		Units:  []Option{{Value: "phuong-sen", Label: Text{VI: "Phường Sen"}}},
	}
}

func addressForm(t *testing.T) *Form {
	t.Helper()
	f, err := New(Definition{ID: "a", Title: Text{VI: "a"}, Version: 1, Steps: []Step{{ID: "s", Title: Text{VI: "s"}, Fields: []Field{
		{Key: "home", Type: Address, Label: Text{VI: "Nơi ở"}, Required: true, Prefill: "owner.residence"},
		{Key: "site", Type: Address, Label: Text{VI: "Nơi xây"}, Local: true},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAnAddressIsTypedAndChosen(t *testing.T) {
	t.Parallel()
	f, w := addressForm(t), places(t)
	for _, tt := range []struct {
		name string
		sent url.Values
		code string // of the error; empty: none
		want map[string]string
	}{
		{"nothing", url.Values{"home-search": {""}, "home-province": {"91"}}, "form.required", nil},
		{"a line only", url.Values{"home-line": {"Số 1"}, "home-search": {""}}, "form.no_commune", map[string]string{"line": "Số 1"}},
		{"typed, not chosen", url.Values{"home-search": {"my binh"}, "home-province": {"91"}}, "form.pick_commune", map[string]string{"search": "my binh", "province": "91"}},
		{"nobody knows it", url.Values{"home-search": {"không đâu"}}, "form.commune_unknown", map[string]string{"search": "không đâu"}},
		{
			"chosen without scripts, by its old name",
			url.Values{
				"home-line": {" Số 1 "}, "home-search": {"my binh"}, "home-for": {"my binh"}, "home-pick": {"30307|Phường Mỹ Bình, Thành phố Cũ, Tỉnh Một"},
			},
			"",
			map[string]string{
				"line": "Số 1", "commune": "30307", "province": "91", "old": "Phường Mỹ Bình, Thành phố Cũ, Tỉnh Một", "chosen_on": "2026-11-22", "chosen_by": "clerk",
			},
		},
		{"chosen by a script", url.Values{"home-search": {"Phường Sen"}, "home-for": {"Phường Sen"}, "home-code": {"30307"}, "home-province": {"91"}}, "", map[string]string{"commune": "30307", "province": "91"}},
		{
			"typed over what was chosen",
			url.Values{"home-search": {"Xã Lúa"}, "home-for": {"Phường Sen"}, "home-code": {"30307"}, "home-old": {"x"}},
			"form.pick_commune",
			map[string]string{"search": "Xã Lúa"},
		},
		{"the old text is kept", url.Values{"home-search": {"b"}, "home-for": {"b"}, "home-code": {"30308"}, "home-old": {"Ấp 1, Xã Chia"}}, "", map[string]string{
			"commune": "30308", "province": "91", "old": "Ấp 1, Xã Chia", "chosen_on": "2026-11-22", "chosen_by": "clerk",
		}},
		{"an old code", url.Values{"home-search": {"b"}, "home-for": {"b"}, "home-code": {"30280"}}, "form.commune_ended", nil},
		{"no code", url.Values{"home-search": {"b"}, "home-for": {"b"}, "home-code": {"99999"}}, "form.unit", nil},
		{"a district", url.Values{"home-search": {"b"}, "home-for": {"b"}, "home-code": {"883"}}, "form.unit", nil},
		{"another province", url.Values{"home-search": {"b"}, "home-for": {"b"}, "home-code": {"40001"}, "home-province": {"91"}}, "form.other_province", nil},
		{"too long", url.Values{"home-search": {"b"}, "home-for": {"b"}, "home-code": {"30307"}, "home-line": {strings.Repeat("a", 201)}}, "form.too_long", nil},
		{"the former inputs", url.Values{"home-commune": {"phuong-sen"}, "home-detail": {"Số 1"}}, "", map[string]string{"commune": "phuong-sen", "detail": "Số 1"}},
	} {
		a, r := f.Submit(f.Apply(nil, "s", tt.sent), w)
		code := ""
		if len(r.Errors) > 0 {
			code = r.Errors[0].Code
		}
		if code != tt.code || len(r.Errors) > 1 {
			t.Errorf("%s: %v", tt.name, r.Errors)
		}
		if got, _ := a["home"].(map[string]string); tt.want != nil && !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: %v", tt.name, got)
		}
		text, err := a.Canonical()
		if back, decoded := f.DecodeJSON(text); err != nil || decoded != nil || !reflect.DeepEqual(back, a) {
			t.Errorf("%s: read back as %v, %v %v", tt.name, back, err, decoded)
		}
		if tt.code == "" {
			matches(t, f, text)
		}
	}
}

func matches(t *testing.T, f *Form, text []byte) {
	t.Helper()
	raw, err := f.Schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("form.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("form.json")
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(v); err != nil {
		t.Errorf("%s does not match its schema: %v", text, err)
	}
}

func TestAnAddressOfThisProvinceOnly(t *testing.T) {
	t.Parallel()
	f, w := addressForm(t), places(t)
	home := map[string]string{Commune: "40001"}
	r := f.Validate(Answers{"home": home, "site": map[string]string{Commune: "40001"}}, All, w)
	if want := []errs.Field{{Name: "site", Code: "form.not_here"}}; !reflect.DeepEqual(r.Errors, want) {
		t.Errorf("%v", r.Errors)
	}
	if r := f.Validate(Answers{"home": home, "site": map[string]string{Commune: "phuong-sen", Detail: "x"}}, All, w); len(r.Errors) > 0 {
		t.Errorf("an answer of the time before the codes: %v", r.Errors)
	}
	if r := f.Validate(Answers{"home": map[string]string{Commune: "30307", PlusCode: "7P"}}, All, w); len(r.Errors) != 1 || r.Errors[0].Code != "form.plus_code" {
		t.Errorf("%v", r.Errors)
	}
}

func TestAResidenceOfACard(t *testing.T) {
	t.Parallel()
	f, w := addressForm(t), places(t)
	for line, want := range map[string]map[string]string{
		"Số 5, Khóm 2, Phường Sen, Tỉnh Một": {"line": "Số 5, Khóm 2", "commune": "30307", "province": "91"},
		"Số 5, Phường Mỹ Bình, Thành phố Cũ, Tỉnh Một": {
			"line": "Số 5", "search": "Phường Mỹ Bình, Thành phố Cũ, Tỉnh Một", "province": "91", "old": "Số 5, Phường Mỹ Bình, Thành phố Cũ, Tỉnh Một",
		},
		"Đâu đó": {"line": "Đâu đó", "province": "91"},
	} {
		got := f.Prefill(nil, "s", Known{"owner.residence": line}, nil, w).Answers["home"]
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v", line, got)
		}
	}
	// What the card says is shown with the places to choose from.
	a := f.Prefill(nil, "s", Known{"owner.residence": "Ấp 1, Xã Chia, Thành phố Cũ, Tỉnh Một"}, nil, w).Answers
	v, _ := f.View(a, "s", i18n.VI, w, nil)
	got := v.Fields[0].Address
	if got == nil || len(got.Candidates) != 2 || got.Candidates[0].Name != "Xã Lúa, Tỉnh Một" || !got.Candidates[0].Main || got.Candidates[1].Verified || got.Old == "" {
		t.Errorf("%+v", got)
	}
	if len(got.Provinces) != 2 || !got.Provinces[1].Checked {
		t.Errorf("%+v", got.Provinces)
	}
}

func TestAnAddressInWords(t *testing.T) {
	t.Parallel()
	w := places(t)
	vi, en := new(i18n.Catalogue).Printer(i18n.VI), new(i18n.Catalogue).Printer(i18n.EN)
	for _, tt := range []struct {
		a      map[string]string
		vi, en string
	}{
		{map[string]string{"line": "Số 5, Khóm 2", "commune": "30307", "province": "91"}, "Số 5, Khóm 2, Phường Sen, Tỉnh Một", "Số 5, Khóm 2, Sen Ward, Một Province"},
		{
			map[string]string{"line": "Số 5", "commune": "30307", "old": "Phường Mỹ Bình", "plus_code": "7P279CPP+92"},
			"Số 5, Phường Sen, Tỉnh Một, 7P279CPP+92 (trước đây: Phường Mỹ Bình)", "Số 5, Sen Ward, Một Province, 7P279CPP+92 (formerly: Phường Mỹ Bình)",
		},
		{map[string]string{"commune": "phuong-sen", "detail": "Số 1"}, "Số 1, Phường Sen", "Số 1, Phường Sen"},
		{map[string]string{"commune": "30280"}, "Phường Mỹ Bình, Thành phố Cũ, Tỉnh Một", "Mỹ Bình Ward, Cũ City, Một Province"},
		{map[string]string{"line": "Số 1", "search": "mỹ"}, "Số 1, mỹ", "Số 1, mỹ"},
	} {
		if got := addressWords(tt.a, vi, w); got != tt.vi {
			t.Errorf("%v: %s", tt.a, got)
		}
		if got := addressWords(tt.a, en, w); got != tt.en {
			t.Errorf("%v: %s", tt.a, got)
		}
	}
}
