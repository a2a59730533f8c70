// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs_test

import (
	"errors"
	"testing"
	"testing/fstest"

	"tinhso.vn/internal/kernel/packs"
)

// layered is a province on a sector pack on national data.
func layered() fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, content := range map[string]string{
		"national/pack.yaml":         "name: national\ntitle: Chung\nkind: national\n",
		"national/roles/r.yaml":      "roles:\n  - {id: clerk, name: Một cửa}\n  - {id: gone, name: Bỏ}\n",
		"sector/di-san/pack.yaml":    "name: sector/di-san\ntitle: Di sản\nkind: sector\n",
		"sector/di-san/roles/r.yaml": "roles:\n  - {id: clerk, name: {vi: Bảo tàng, en: Museum}, source: s}\n",
		"tinh/pack.yaml":             "name: tinh\ntitle: Tỉnh\nkind: province\nuses: [sector/di-san, national]\nclock: 2024-10-14T07:30:00+07:00\n",
		"tinh/roles/r.yaml":          "roles:\n  - {id: clerk, name: {en: Desk}, source: null}\n  - gone: null\n",
		"national/procedures/p.yaml": "procedures:\n  - id: x\n    name: Thủ tục\n    field: Lĩnh vực\n    route: MINISTRY:G01\n" +
			"    online: none\n    fee: none\n    result_name: Kết quả\n    keywords: [một, hai]\n" +
			"    durations: {statutory: {days: 10, count: working}, reduced: {days: 8, count: working}}\n" +
			"    papers:\n      - {id: a, name: Đơn, original: 1}\n      - {id: b, name: Bằng, copy: 1}\n",
		"tinh/procedures/p.yaml": "procedures:\n  - id: x\n    keywords: [ba]\n    durations: {reduced: {days: 5}}\n" +
			"    papers:\n      - b: null\n      - {id: a, original: 2}\n      - {id: c, name: Ảnh, copy: 3}\n",
		"tinh/units/u.yaml": "defaults: {kind: ward, valid_from: 2025-07-01, source: s}\nunits:\n" +
			"  - {id: w, name: Phường, provisional_code: H99.101}\n  - {id: old, name: Phường cũ, valid_from: null, valid_to: 2025-06-30}\n" +
			"  - {id: w.vp, name: Văn phòng riêng, kind: division, parent: w}\n",
		"tinh/units/d.yaml": "divisions:\n  - {id: vp, name: Văn phòng, kind: division, of: [ward], ordinal: 1, valid_from: 2025-07-01}\n" +
			"  - {id: kt, name: Kinh tế, kind: division, of: [ward], ordinal: 2, valid_from: 2025-07-01}\n",
	} {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return fsys
}

func TestPacksAreLaidOverOneAnotherFieldByField(t *testing.T) {
	t.Parallel()
	set, err := packs.Load(layered(), "tinh")
	if err != nil {
		t.Fatal(err)
	}
	var chain []string
	for _, m := range set.Packs {
		chain = append(chain, m.Name)
	}
	if len(chain) != 3 || chain[0] != "national" || chain[1] != "sector/di-san" || chain[2] != "tinh" || set.Meta.Name != "tinh" {
		t.Errorf("chain = %v", chain)
	}
	role, _ := set.Role("clerk")
	if role.Name != (packs.Text{VI: "Bảo tàng", EN: "Desk"}) || role.Source != "" {
		t.Errorf("role = %+v", role)
	}
	if role.Origin != (packs.Origin{Pack: "tinh", File: "tinh/roles/r.yaml", Line: 2}) {
		t.Errorf("origin = %+v", role.Origin)
	}
	if _, there := set.Role("gone"); there {
		t.Error("a removed role is there")
	}
	p, _ := set.Procedure("x")
	if p.Reduced.Amount != 5 || !p.Reduced.Working || p.Statutory.Amount != 10 {
		t.Errorf("durations = %+v %+v", p.Statutory, p.Reduced)
	}
	if len(p.Keywords) != 1 || p.Keywords[0] != "ba" {
		t.Errorf("a plain list is replaced: %v", p.Keywords)
	}
	if len(p.Papers) != 2 || p.Papers[0].Original != 2 || p.Papers[0].Name.VI != "Đơn" || p.Papers[1].ID != "c" {
		t.Errorf("papers = %+v", p.Papers)
	}
	if set.Meta.Clock.IsZero() || set.Meta.TimeZone != "Asia/Ho_Chi_Minh" {
		t.Errorf("meta = %+v", set.Meta)
	}
	national, err := packs.Load(layered(), "national")
	if err != nil || len(national.Roles) != 2 || national.Roles[0].Name.VI != "Một cửa" {
		t.Errorf("national was changed by what lies over it: %+v %v", national, err)
	}
}

func TestDivisionsAreWrittenOut(t *testing.T) {
	t.Parallel()
	set, err := packs.Load(layered(), "tinh")
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Units) != 4 {
		t.Fatalf("%d units: %+v", len(set.Units), set.Units)
	}
	office, _ := set.Unit("w.vp")
	if office.Name.VI != "Văn phòng riêng" || office.ProvisionalCode != "H99.101.1" || !office.Generated {
		t.Errorf("office = %+v", office)
	}
	economy, _ := set.Unit("w.kt")
	if economy.Parent != "w" || economy.NumberCode() != "H99.101.2" || economy.Kind != packs.KindDivision {
		t.Errorf("economy = %+v", economy)
	}
	if _, there := set.Unit("old.kt"); there {
		t.Error("a unit that was gone got a division")
	}
	if n := len(set.UnitsOn("2025-06-30")); n != 1 {
		t.Errorf("%d units on the last day of the old tree", n)
	}
	if n := len(set.UnitsOn("2025-07-01")); n != 3 {
		t.Errorf("%d units on the first day of the new tree", n)
	}
}

func TestNullLeavesNothingInADefinition(t *testing.T) {
	t.Parallel()
	fsys := layered()
	fsys["national/forms/f.yaml"] = &fstest.MapFile{Data: []byte(formHead + "          - {key: k, type: text, label: Nhãn, hint: Gợi ý, max: 5}\ndefaults: {status: unverified, source: s}\n")}
	fsys["tinh/forms/f.yaml"] = &fstest.MapFile{Data: []byte("forms:\n  - id: a\n    steps:\n      - id: s\n        fields:\n          - {key: k, hint: null, label: Tên}\n")}
	set, err := packs.Load(fsys, "tinh")
	if err != nil {
		t.Fatal(err)
	}
	form, _ := set.Form("a")
	var got struct {
		ID    string `yaml:"id"`
		Steps []struct {
			Fields []map[string]any `yaml:"fields"`
		} `yaml:"steps"`
	}
	if err := form.Definition.Decode(&got); err != nil || got.ID != "a" || len(got.Steps) != 1 || len(got.Steps[0].Fields) != 1 {
		t.Fatalf("definition = %+v, %v", got, err)
	}
	field := got.Steps[0].Fields[0]
	if _, left := field["hint"]; left || field["label"] != "Tên" || field["max"] != 5 {
		t.Errorf("field = %v", field)
	}
}

func TestFingerprintChangesWithAnyFile(t *testing.T) {
	t.Parallel()
	one, err := packs.Load(layered(), "tinh")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"national/roles/r.yaml", "tinh/pack.yaml", "tinh/units/u.yaml"} {
		fsys := layered()
		fsys[name].Data = append(fsys[name].Data, "# lời ghi\n"...)
		two, err := packs.Load(fsys, "tinh")
		if err != nil || two.Fingerprint() == one.Fingerprint() {
			t.Errorf("%s: same fingerprint, %v", name, err)
		}
	}
}

func TestErrorIsTheList(t *testing.T) {
	t.Parallel()
	_, err := packs.Load(layered(), "nowhere")
	problems, ok := errors.AsType[packs.Problems](err)
	if !ok || len(problems) != 1 || problems[0].Code != "pack.missing" {
		t.Errorf("Load = %v", err)
	}
	if got := problems[0].Error(); got != "nowhere/pack.yaml:1: nowhere: Không có gói “nowhere” [pack.missing]" {
		t.Errorf("Error() = %q", got)
	}
}

func TestTextFallsBackToVietnamese(t *testing.T) {
	t.Parallel()
	if s, lang := (packs.Text{VI: "Đơn"}).In("en"); s != "Đơn" || lang != "vi" {
		t.Errorf("In = %q %q", s, lang)
	}
	if s, lang := (packs.Text{VI: "Đơn", EN: "Form"}).In("en"); s != "Form" || lang != "en" {
		t.Errorf("In = %q %q", s, lang)
	}
}
