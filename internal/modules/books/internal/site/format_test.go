// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"testing"
	"testing/fstest"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
)

func reader(t *testing.T, l i18n.Lang) page.Page {
	t.Helper()
	words := []byte(`{"books.bool.true": "Có", "books.bool.false": "Không"}`)
	c, err := i18n.Load(fstest.MapFS{"vi.json": {Data: words}, "en.json": {Data: words}})
	if err != nil {
		t.Fatal(err)
	}
	return page.Page{Printer: c.Printer(l)}
}

// What the form shows is read back as it was, and people read it as they write it.
func TestValuesInWordsAndInForms(t *testing.T) {
	t.Parallel()
	vi, en := reader(t, i18n.VI), reader(t, i18n.EN)
	unit := func(id string) string { return "Xã " + id }
	for _, tt := range []struct {
		field       registers.Field
		value       any
		inVI, inEN  string
		typed, read string // as the form has it, and as it is handed on
	}{
		{registers.Field{Type: registers.Date}, "2026-11-21", "21/11/2026", "21/11/2026", "21/11/2026", "2026-11-21"},
		{registers.Field{Type: registers.DatePartial}, "2026-11", "11/2026", "11/2026", "11/2026", "2026-11"},
		{registers.Field{Type: registers.DatePartial}, "1945", "1945", "1945", "1945", "1945"},
		{registers.Field{Type: registers.Decimal, Scale: 2}, "-1234567.50", "-1.234.567,5", "-1,234,567.5", "-1234567,50", "-1234567.50"},
		{registers.Field{Type: registers.Decimal, Scale: 2}, "-0.25", "-0,25", "-0.25", "-0,25", "-0.25"},
		{registers.Field{Type: registers.Decimal, Scale: 2}, "12.00", "12", "12", "12,00", "12.00"},
		{registers.Field{Type: registers.Integer}, int64(1234567), "1.234.567", "1,234,567", "1234567", "1234567"},
		{registers.Field{Type: registers.Money}, int64(150000), "150.000 đồng", "150,000 đồng", "150000", "150000"},
		{registers.Field{Type: registers.Boolean}, true, "Có", "Có", "true", "true"},
		{registers.Field{Type: registers.Place}, registers.Point{Lat: 10386200, Lon: -105435100}, "10.386200, -105.435100", "10.386200, -105.435100", "10.386200, -105.435100", "10.386200, -105.435100"},
		{registers.Field{Type: registers.Unit}, "a", "Xã a", "Xã a", "a", "a"},
		{registers.Field{Type: registers.Choice, Options: []registers.Option{{Value: "x", Label: i18n.Text{VI: "Một", EN: "One"}}}}, "x", "Một", "One", "x", "x"},
		{registers.Field{Type: registers.Decimal, Scale: 1, Measure: "ha"}, "2.5", "2,5\u00a0ha", "2.5\u00a0ha", "2,5", "2.5"},
		{registers.Field{Type: registers.Integer, Measure: "ha"}, nil, "", "", "", ""},
		{registers.Field{Type: registers.Code, Catalogue: "dm"}, "A1", "Xã dm/A1", "Xã dm/A1", "A1", "A1"},
		{registers.Field{Type: registers.Line}, nil, "", "", "", ""},
	} {
		if got := show(vi, tt.field, tt.value, unit); got != tt.inVI {
			t.Errorf("%s in Vietnamese: %q, want %q", tt.field.Type, got, tt.inVI)
		}
		if got := show(en, tt.field, tt.value, unit); got != tt.inEN {
			t.Errorf("%s in English: %q, want %q", tt.field.Type, got, tt.inEN)
		}
		typed := fill(tt.field, tt.value)
		if got := read(tt.field, typed); typed != tt.typed || got != tt.read {
			t.Errorf("%s: the form has %q, read back %q", tt.field.Type, typed, got)
		}
	}
}

func TestReadingWhatPeopleType(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind        registers.Type
		typed, want string
	}{
		{registers.Integer, "1.234.567", "1234567"},
		{registers.Integer, " 12 ", "12"},
		{registers.Integer, "mười", "mười"},
		{registers.Money, "150.000 đồng", "150000"},
		{registers.Money, "150.000đ", "150000"},
		{registers.Decimal, "1.234,5", "1234.5"},
		{registers.Decimal, "12,5", "12.5"},
		{registers.Decimal, "12.5", "12.5"},
		{registers.Decimal, "1.500", "1500"},
		{registers.Decimal, "1 500,25", "1500.25"},
		{registers.Date, "5/2/2026", "2026-02-05"},
		{registers.Date, "31/02/2026", "31/02/2026"},
		{registers.Date, "2026-02-05", "2026-02-05"},
		{registers.DatePartial, "2/2026", "2026-02"},
		{registers.Line, "  Chợ   Mỹ\tXuyên ", "Chợ Mỹ Xuyên"},
		{registers.LongText, "một\n\nhai", "một\n\nhai"},
	} {
		if got := read(registers.Field{Type: tt.kind}, tt.typed); got != tt.want {
			t.Errorf("%s %q: got %q, want %q", tt.kind, tt.typed, got, tt.want)
		}
	}
}
