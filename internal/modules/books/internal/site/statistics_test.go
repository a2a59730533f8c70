// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/url"
	"strings"
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

// A file of a table holds numbers that can be counted with, and units in its head.
func TestATableIsCountedWithElsewhere(t *testing.T) {
	t.Parallel()
	r := sluices()
	r.Definition.Fields[1].Options[0].Label.VI, r.Definition.Fields[4].Measure = "Tự chảy", "m³"
	of := func(sum int64, filled int) registers.Figure {
		return registers.Figure{Count: 3, Filled: filled, Sum: sum}
	}
	tables := tables{}
	tables.Register, tables.pivot = r, registers.Pivot{Rows: "kind", Columns: "built.year", Of: "power", How: registers.Sum}
	tables.found.Table = registers.Table{
		Rows: []string{"a", ""}, Columns: []string{"2024", "2025"},
		Cells: [][]registers.Figure{{of(125, 3), of(0, 0)}, {of(-4005, 2), {Count: 1, Few: true}}},
		ByRow: []registers.Figure{of(125, 3), of(-4005, 3)}, ByColumn: []registers.Figure{of(-3880, 5), of(0, 0)}, All: of(-3880, 5), Least: 5,
	}
	for lang, want := range map[i18n.Lang]string{
		i18n.VI: "Loại|2024 (m³)|2025 (m³)|books.stats.total (m³)\nTự chảy|12,5||12,5\nbooks.empty|-400,5|books.stats.few|-400,5\nbooks.stats.total|-388||-388", // this reader has no words of books
		i18n.EN: "Loại|2024 (m³)|2025 (m³)|books.stats.total (m³)\nTự chảy|12.5||12.5\nbooks.empty|-400.5|books.stats.few|-400.5\nbooks.stats.total|-388||-388",
	} {
		p := reader(t, lang)
		head, rows := tables.sheet(p)
		var lines []string
		for _, row := range written(p, head, rows) {
			lines = append(lines, strings.Join(row, "|"))
		}
		if got := strings.Join(lines, "\n"); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", lang, got, want)
		}
		if n, ok := rows[0][1].(float64); !ok || n != 12.5 || rows[0][2] != nil {
			t.Errorf("cells are %v", rows[0])
		}
	}
}
