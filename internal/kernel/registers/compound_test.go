// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

const parcels = `registers:
  - id: thua-dat
    title: Sổ thửa
    version: 1
    fields:
      - {key: crops, label: Cây trồng, type: choices, options: [{value: rice, label: Lúa}, {value: mango, label: Xoài}, {value: fish, label: Cá}]}
      - {key: kind, label: Loại đất, type: code, catalogue: loai-dat}
      - {key: firm, label: Đơn vị thu mua, type: organisation}
      - {key: farmer, label: Chủ hộ, type: person, personal: basic}
      - {key: mail, label: Thư, type: email}
      - {key: home, label: Địa chỉ, type: address}
      - {key: border, label: Ranh thửa, type: shape}
      - {key: papers, label: Tệp, type: file, max: 2}
      - {key: parent, label: Thửa gốc, type: reference, register: thua-dat}
      - {key: code, label: Mã, type: text, pattern: "[A-Z]{2}-[0-9]{3}"}
      - {key: harvest, label: Vụ, type: group, max: 3, fields: [{key: season, label: Vụ, type: text, required: true}, {key: tons, label: Sản lượng, type: decimal(2), measure: tấn}]}
`

// kinds is a list of codes: of rice land, and of one that ended.
func (w world) kinds(t *testing.T) {
	t.Helper()
	d, problems := decode(t, `registers:
  - id: loai-dat
    title: Loại đất
    version: 1
    fields:
      - {key: code, label: Mã, type: text, required: true, unique: true}
      - {key: name, label: Tên, type: text, required: true}
      - {key: until, label: Đến, type: date}
    codes: {code: code, name: name, until: until}
`)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	w.apply(t, d)
	w.insert(t, d.ID, map[string]any{"code": "LUC", "name": "Đất chuyên trồng lúa"})
	w.insert(t, d.ID, map[string]any{"code": "OLD", "name": "Đất cũ", "until": "2020-01-01"})
}

// What is written comes back the same, in its one form, now and from the history.
func TestEveryTypeComesBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		d, problems := decode(t, parcels)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		w.kinds(t)
		w.apply(t, d)
		first := w.insert(t, d.ID, map[string]any{
			"crops": []any{"fish", "rice", "rice"}, "kind": "LUC", "firm": map[string]any{"name": " Công ty  Lúa Gạo ", "tax_code": "0100109106"},
			"farmer": map[string]any{"name": "Trần Văn Bé", "number": "089 085 001234", "born": "1985"}, "mail": " Be@Example.VN",
			"home": map[string]any{"commune": "30292", "line": "12 Trần Hưng Đạo"}, "border": `{"type":"Polygon","coordinates":[[[105.1234567,10.1],[105.2,10.1],[105.2,10.3,4],[105.1234567,10.1]]]}`,
			"papers": []any{map[string]any{"id": "f1", "name": "a.pdf"}}, "code": "AG-001",
			"harvest": []any{map[string]any{"season": "Đông Xuân", "tons": 7.5}, map[string]any{}},
		})
		ok(t, w.update(t, d.ID, first.ID, 1, map[string]any{"parent": first.ID}))
		got := w.personal(t, d.ID, first.ID)
		raw, err := json.Marshal(got.Values)
		ok(t, err)
		want := `{"border":{"coordinates":[[[105.123457,10.1],[105.2,10.1],[105.2,10.3],[105.123457,10.1]]],"type":"Polygon"},"code":"AG-001","crops":["rice","fish"],` +
			`"farmer":{"name":"Trần Văn Bé","number":"089085001234","born":"1985"},"firm":{"name":"Công ty Lúa Gạo","tax_code":"0100109106"},` +
			`"harvest":[{"season":"Đông Xuân","tons":"7.5"}],"home":{"commune":"30292","line":"12 Trần Hưng Đạo"},"kind":"LUC","mail":"be@example.vn",` +
			`"papers":[{"id":"f1","name":"a.pdf"}],"parent":"` + first.ID + `"}`
		if string(raw) != want {
			t.Errorf("came back\n%s, want\n%s", raw, want)
		}
		past, err := w.keeper.History(t.Context(), w.d, w.all, d.ID, first.ID)
		ok(t, err)
		if len(past) != 1 || !registers.Same(past[0].Values["harvest"], got.Values["harvest"]) || !registers.Same(past[0].Values["border"], got.Values["border"]) {
			t.Errorf("history %v", past)
		}
		if n := w.count(t, `SELECT COUNT(*) FROM reg_thua_dat WHERE f_farmer_sealed LIKE '%089085%' OR f_farmer_sealed LIKE '%Trần%'`); n != 0 {
			t.Error("a person stands in the clear")
		}
	})
}

// Each wrong value is told by its field, with words.
func TestWrongValuesOfEveryType(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		d, _ := decode(t, parcels)
		w.kinds(t)
		w.apply(t, d)
		for _, tt := range []struct {
			field string
			value any
			code  string
		}{
			{"crops", []any{"maize"}, "choice"},
			{"crops", 7, "shape"},
			{"kind", "XYZ", "code"},
			{"kind", "OLD", "code"},
			{"parent", "0", "reference"},
			{"firm", map[string]any{"tax_code": "0100109106"}, "organisation"},
			{"firm", map[string]any{"name": "A", "tax_code": "0100109107"}, "tax_code"},
			{"firm", `{"nom":"A"}`, "shape"},
			{"farmer", map[string]any{"name": "A", "number": "123"}, "person_number"},
			{"farmer", map[string]any{"number": "089085001234"}, "person"},
			{"farmer", map[string]any{"name": "A", "born": "1985-13"}, "date_partial"},
			{"mail", "nowhere", "email"},
			{"home", map[string]any{"line": "12"}, "address"},
			{"border", `{"type":"Polygon","coordinates":[[[105,10],[106,10],[106,11]]]}`, "geometry"},
			{"border", `{"type":"Point","coordinates":[10.5,105.1]}`, "point"},
			{"border", `{"type":"Circle","coordinates":[105,10]}`, "geometry"},
			{"border", `{"type":"LineString","coordinates":[` + strings.Repeat(`[105,10],`, 20_000) + `[105,10]]}`, "too_many"},
			{"papers", []any{map[string]any{"id": "1"}, map[string]any{"id": "2"}, map[string]any{"id": "3"}}, "too_many"},
			{"papers", []any{map[string]any{"name": "x"}}, "file"},
			{"code", "ag-1", "pattern"},
			{"harvest", []any{map[string]any{"tons": "1"}}, "group"},
			{"harvest", []any{map[string]any{"season": "A", "tons": "1.234"}}, "group"},
			{"harvest", []any{map[string]any{"season": "A", "crop": "1"}}, "group"},
		} {
			err := w.d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := w.keeper.Insert(t.Context(), tx, w.actor, w.all, d.ID, "east", map[string]any{tt.field: tt.value})
				return err
			})
			var fields []errs.Field
			if e, is := errors.AsType[*errs.Error](err); is {
				fields = e.Fields
			}
			if len(fields) != 1 || fields[0].Name != tt.field || fields[0].Code != "registers.value."+tt.code {
				t.Errorf("%s = %.60v: %v, want %s", tt.field, tt.value, fields, tt.code)
			}
		}
	})
}
