// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/url"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
)

// sluices is a register as somebody sees all of it.
func sluices() core.Register {
	d := registers.Definition{
		ID: "cong", Fields: []registers.Field{
			{Key: "name", Label: i18n.Text{VI: "Tên"}, Type: registers.Line, Searchable: true},
			{Key: "kind", Label: i18n.Text{VI: "Loại"}, Type: registers.Choice, Options: []registers.Option{{Value: "a"}, {Value: "b"}}},
			{Key: "built", Label: i18n.Text{VI: "Xây"}, Type: registers.DatePartial},
			{Key: "seen", Label: i18n.Text{VI: "Xem"}, Type: registers.Date},
			{Key: "power", Label: i18n.Text{VI: "Sức"}, Type: registers.Decimal, Scale: 1},
		},
		List: registers.List{Columns: []string{"name", "kind"}, Sorts: []string{"built", "power"}},
	}
	r := core.Register{}
	r.Definition, r.Holds = d, []registers.Hold{{Right: registers.Right{May: []registers.Act{registers.View}}}}
	return r
}

// A cell leads to the records that it counts, or nowhere.
func TestACellLeadsToItsRecords(t *testing.T) {
	t.Parallel()
	tables := tables{}
	tables.Register, tables.Sent = sluices(), url.Values{"f-name": {"Rạch"}}
	for _, tt := range []struct {
		groups map[string]string
		want   string
	}{
		{map[string]string{"kind": "a", "unit": "u1"}, "/so/cong?don-vi=u1&f-kind=a&f-name=R%E1%BA%A1ch"},
		{map[string]string{"built.year": "2024"}, "/so/cong?f-built-den=2024&f-built-tu=2024&f-name=R%E1%BA%A1ch"},
		{map[string]string{"built.quarter": "2024-Q4"}, "/so/cong?f-built-den=12%2F2024&f-built-tu=10%2F2024&f-name=R%E1%BA%A1ch"},
		{map[string]string{"built.month": "2024-02"}, "/so/cong?f-built-den=02%2F2024&f-built-tu=02%2F2024&f-name=R%E1%BA%A1ch"},
		{map[string]string{"seen.year": "2024"}, ""}, // no filter by this date
		{map[string]string{"kind": ""}, ""},
		{nil, "/so/cong?f-name=R%E1%BA%A1ch"},
	} {
		if got := tables.narrowed(tt.groups); got != tt.want {
			t.Errorf("%v leads to %s, want %s", tt.groups, got, tt.want)
		}
	}
}

// What an address asks for becomes a view and comes back the same.
func TestALookComesBack(t *testing.T) {
	t.Parallel()
	r := sluices()
	sent := url.Values{
		"f-kind": {"a", "b"}, "f-built-tu": {"2/2024"}, "f-power-den": {"12,5"}, "don-vi": {"u1"}, "xep": {"built"}, "giam": {"1"},
		"cot": {"power", "name", "nothing", "power"}, "vt.power": {"2"}, "vt.name": {"1"},
	}
	look := lookOf(r, sent)
	if len(look.Where) != 4 || look.By != "built" || !look.Down || len(look.Columns) != 2 || look.Columns[0] != "name" {
		t.Errorf("the look is %+v", look)
	}
	back := kept(r, valuesOf(r, look))
	want := kept(r, sent)
	want.Set("f-built-tu", "02/2024")
	if back.Encode() != want.Encode() {
		t.Errorf("it comes back as\n %s, want\n %s", back.Encode(), want.Encode())
	}
	if usual := chosen(r.Standing, url.Values{"cot": {"name", "kind"}}); usual != nil {
		t.Errorf("the columns of the file were chosen: %v", usual)
	}
}

// A sum or an average is written like the field: its measure once.
func TestAFigureIsWrittenLikeItsField(t *testing.T) {
	t.Parallel()
	p := reader(t, i18n.VI)
	hectares := registers.Field{Type: registers.Decimal, Scale: 2, Measure: "ha"}
	for _, tt := range []struct {
		field registers.Field
		v     float64
		finer bool
		want  string
	}{
		{hectares, 6886, false, "68,86\u00a0ha"},
		{registers.Field{Type: registers.Decimal, Scale: 1, Measure: "ha"}, 125, true, "12,5\u00a0ha"},
		{registers.Field{Type: registers.Integer}, 1234, false, "1.234"},
		{registers.Field{Type: registers.Integer, Measure: "hộ"}, 2.5, true, "2,5\u00a0hộ"},
		{registers.Field{Type: registers.Money}, 1500000.4, false, "1.500.000 đồng"},
	} {
		if got := (tables{}).number(p, tt.field, tt.v, tt.finer); got != tt.want {
			t.Errorf("%v of %v is %q, want %q", tt.v, tt.field, got, tt.want)
		}
	}
}
