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
)

const bikes = `id: giu-xe
title: {vi: Điểm giữ xe, en: Bicycle parks}
version: 3
fields:
  - {key: code, label: Số, type: text, required: true, unique: true, max: 20}
  - {key: keeper, label: Người giữ, type: person, personal: basic}
  - {key: place, label: Nơi, type: text}
  - {key: ward, label: Phường, type: unit}
  - {key: kind, label: Loại, type: choice, options: [{value: car, label: Ô tô}, {value: bike, label: Xe máy}]}
  - {key: roofed, label: Có mái, type: boolean}
  - {key: seats, label: Chỗ, type: integer}
  - {key: used, label: Đang gửi, type: integer}
  - {key: area, label: Diện tích, type: decimal, measure: m²}
  - {key: since, label: Từ, type: date}
list: {columns: [code], sort: code, sorts: [since], filters: [kind]}
life:
  existing: live
  states:
    - {id: live, name: Đang mở, kind: live}
    - {id: over, name: Đã đóng, kind: ended}
  moves:
    - {id: close, name: Đóng, from: [live], to: over, may: [desk]}
rights:
  - {id: desk, name: Ghi, roles: [officer], may: [view, add, change, destroy]}
  - {id: public, name: Công khai, public: true, may: [view], except: [keeper, place]}
`

const bikesMore = bikes + `purpose: {text: {vi: Liên hệ, en: Reaching}, basis: [luat-a, luat-b]} # asked by the police
retention: {after: {years: 5}, from: {field: since}, then: review, basis: luat-a} # see the plan
open_data:
  title: {vi: A, en: A}
  about: {vi: B, en: B}
  licence: CC-BY-4.0 # agreed
  refreshed: daily
  fields: [kind, code]
  where:
    - {field: since, op: from, values: [2020-01-01]} # older ones are gone
    - {field: kind, op: is, values: [bike]}
measures:
  - {id: so, name: {vi: Số điểm, en: Parks}, unit: điểm, where: [{field: ward, is: [p-1]}]} # of one ward
  - id: cho
    name: Số chỗ
    unit: chỗ
    of: seats
    targets: [{year: 2026, value: 10, source: Kế hoạch}]
`

// TestKeepingAndPublishingFromNothing says all of the part by edits alone.
func TestKeepingAndPublishingFromNothing(t *testing.T) {
	t.Parallel()
	i := do(t, item(t, bikes), tree.Item{},
		op(registeredit.SetPurpose, "d", "text_vi", "Liên hệ", "text_en", "Reaching", "basis_more", "luat-a"),
		op(registeredit.SetPurpose, "d", "text_vi", "Liên hệ", "text_en", "Reaching", "basis", "", "basis", "luat-a", "basis_more", "luat-b"),
		op(registeredit.SetKept, "d", "amount", "10", "unit", "years", "since", "state:over", "then", "destroy", "basis", "luat-a"),
		op(registeredit.SetOpen, "d", "title_vi", "A", "title_en", "A", "about_vi", "B", "about_en", "B", "licence", "CC-BY-4.0", "refreshed", "weekly",
			"fields", "", "fields", "code", "fields", "kind", "fields", "place", "fields", "life", "is.life", "", "is.life", "live", "is.kind", ""),
		op(registeredit.MoveUp, "o1"),
		op(registeredit.AddMeasure, "t", "new_name_vi", "Điểm đang mở", "new_kind", "count", "new_unit_vi", "điểm", "new_is.life", "", "new_is.life", "live"),
		op(registeredit.AddMeasure, "t", "new_name_vi", "Điểm đang mở", "new_kind", "share", "new_is.roofed", "", "new_is.roofed", "true"),
		op(registeredit.AddMeasure, "t", "new_name_vi", "Đang dùng", "new_kind", "ratio", "new_of", "used", "new_against", "seats", "new_plan", "Kế hoạch"),
		op(registeredit.SetMeasure, "t0", "name_vi", "Số chỗ", "name_en", "Places", "kind", "sum", "of", "seats", "unit_vi", "chỗ", "is.life", ""),
		op(registeredit.AddTarget, "t0", "new_year", "2027", "new_value", "900", "new_source", "Kế hoạch"),
		op(registeredit.AddTarget, "t0", "new_year", "2026", "new_value", "500"),
		op(registeredit.MoveUp, "t0.1"),
		op(registeredit.SetTarget, "t0.0", "year", "2026", "value", "600"),
		op(registeredit.MoveUp, "t2"),
	)
	d := sound(t, i)
	if d.Purpose == nil || !slices.Equal(d.Purpose.Basis, []string{"luat-a", "luat-b"}) {
		t.Errorf("%+v", d.Purpose)
	}
	if r := d.Retention; r == nil || r.Amount != 10 || r.State != "over" || r.Then != registers.Destroyed {
		t.Errorf("%+v", d.Retention)
	}
	if o := d.Dataset; o == nil || !slices.Equal(o.Fields, []string{"kind", "code", "life"}) || len(o.Where) != 1 || o.Where[0].Field != "life" {
		t.Errorf("what not everybody sees is published, or another order: %+v", d.Dataset)
	}
	if m := d.Measures; len(m) != 3 || m[0].Of != "seats" || len(m[0].Where) != 0 || len(m[0].Targets) != 2 || m[0].Targets[0].Value != 600 || m[1].Against != "seats" || !m[2].Share || m[0].ID == m[2].ID {
		t.Errorf("%+v\n%s", d.Measures, text(t, i))
	}
	i = do(t, i, tree.Item{},
		op(registeredit.SetPurpose, "d", "text_vi", "", "text_en", ""), op(registeredit.EndKept, "d"), op(registeredit.EndOpen, "d"),
		op(registeredit.RemoveThis, "t0.0"), op(registeredit.RemoveThis, "t0.0"),
	)
	if d = sound(t, i); d.Purpose != nil || d.Retention != nil || d.Dataset != nil || d.Measures[0].Targets != nil {
		t.Errorf("%s", text(t, i))
	}
	i = do(t, i, tree.Item{}, op(registeredit.RemoveThis, "t2"), op(registeredit.RemoveThis, "t1"), op(registeredit.RemoveThis, "t0"))
	if strings.Contains(text(t, i), "measures") {
		t.Errorf("%s", text(t, i))
	}
}

// TestWhatTheFormsDoNotSayStays keeps comments, order and the conditions that are no
// ticks, and changes nothing where a form is sent as it stands.
func TestWhatTheFormsDoNotSayStays(t *testing.T) {
	t.Parallel()
	base := item(t, bikesMore)
	open := []string{
		"title_vi", "A", "title_en", "A", "about_vi", "B", "about_en", "B", "licence", "CC-BY-4.0", "refreshed", "daily",
		"fields", "", "fields", "code", "fields", "kind", "is.kind", "", "is.kind", "bike", "is.life", "",
	}
	first := []string{"name_vi", "Số điểm", "name_en", "Parks", "kind", "count", "unit_vi", "điểm", "is.kind", "", "is.life", "", "is.roofed", ""}
	same := do(t, base, base,
		op(registeredit.SetPurpose, "d", "text_vi", "Liên hệ", "text_en", "Reaching", "basis", "", "basis", "luat-a", "basis", "luat-b", "basis_more", ""),
		op(registeredit.SetKept, "d", "amount", "5", "unit", "years", "since", "field:since", "then", "review", "basis", "luat-a"),
		op(registeredit.SetOpen, "d", open...), op(registeredit.SetMeasure, "t0", first...),
		op(registeredit.SetTarget, "t1.0", "year", "2026", "value", "10", "source", "Kế hoạch"),
	)
	if text(t, same) != text(t, base) {
		t.Errorf("forms that were sent as they stand have changed the file:\n%s", text(t, same))
	}
	i := do(t, base, base,
		op(registeredit.SetPurpose, "d", "text_vi", "Liên hệ người giữ", "text_en", "Reaching", "basis", "", "basis", "luat-b"),
		op(registeredit.SetKept, "d", "amount", "60", "unit", "months", "since", "field:since", "then", "review", "basis", "luat-a"),
		op(registeredit.SetOpen, "d", append(open, "fields", "area", "is.kind", "car")...),
		op(registeredit.SetMeasure, "t0", append(first, "is.kind", "bike")...),
	)
	got := text(t, i)
	for _, kept := range []string{"# asked by the police", "# see the plan", "# agreed", "# older ones are gone", "# of one ward", "from: {field: since}"} {
		if !strings.Contains(got, kept) {
			t.Errorf("%q is lost in\n%s", kept, got)
		}
	}
	d := sound(t, i)
	if d.Version != 4 || !slices.Equal(d.Purpose.Basis, []string{"luat-b"}) || d.Retention.Amount != 60 || d.Retention.Unit != "months" {
		t.Errorf("%s", got)
	}
	if o := d.Dataset; !slices.Equal(o.Fields, []string{"kind", "code", "area"}) || len(o.Where) != 2 || o.Where[0].Op != registers.From || !slices.Equal(o.Where[1].Values, []string{"car", "bike"}) {
		t.Errorf("%+v", o)
	}
	if w := d.Measures[0].Where; len(w) != 2 || w[0].Field != "ward" || w[1].Field != "kind" {
		t.Errorf("%+v", w)
	}
	i = do(t, base, tree.Item{}, op(registeredit.SetField, "f3", "key", "phuong"), op(registeredit.SetField, "f6", "key", "so_cho"))
	if d = sound(t, i); d.Measures[0].Where[0].Field != "phuong" || d.Measures[1].Of != "so_cho" {
		t.Errorf("a new key is not followed into measures: %s", text(t, i))
	}
}

// TestKeepingAndPublishingThatAreRefused names the input of each mistake.
func TestKeepingAndPublishingThatAreRefused(t *testing.T) {
	t.Parallel()
	base := item(t, bikesMore)
	kept := func(more ...string) tree.Op {
		return op(registeredit.SetKept, "d", append([]string{"amount", "5", "unit", "years", "since", "field:since", "then", "review", "basis", "luat"}, more...)...)
	}
	open := func(more ...string) tree.Op {
		return op(registeredit.SetOpen, "d", append([]string{"title_vi", "A", "title_en", "A", "about_vi", "B", "about_en", "B", "licence", "C", "refreshed", "daily", "fields", "code"}, more...)...)
	}
	measure := func(more ...string) tree.Op {
		return op(registeredit.AddMeasure, "t", append([]string{"new_name_vi", "A", "new_unit_vi", "B", "new_kind", "count"}, more...)...)
	}
	for name, c := range map[string]struct {
		op          tree.Op
		field, code string
	}{
		"purpose in one language": {op(registeredit.SetPurpose, "d", "text_vi", "A", "text_en", ""), "text_en", tree.CodeNeeded},
		"no number":               {kept("amount", "some"), "amount", tree.CodeNumber},
		"too long":                {kept("amount", "101"), "amount", "authoring.register.kept_most"},
		"no unit":                 {kept("unit", "weeks"), "unit", tree.CodeChoice},
		"a field without a day":   {kept("since", "field:code"), "since", "authoring.register.kept_since_needed"},
		"no end":                  {kept("then", "burn"), "then", tree.CodeChoice},
		"no law":                  {kept("basis", ""), "basis", "authoring.register.kept_basis_needed"},
		"no English":              {open("about_en", ""), "about_en", tree.CodeNeeded},
		"no licence":              {open("licence", ""), "licence", tree.CodeNeeded},
		"never":                   {open("refreshed", "never"), "refreshed", tree.CodeChoice},
		"no column":               {op(registeredit.SetOpen, "d", append([]string{"fields", "", "fields", "keeper", "fields", "place"}, "title_vi", "A", "title_en", "A", "about_vi", "B", "about_en", "B", "licence", "C", "refreshed", "daily")...), "fields", "authoring.register.open_fields"},
		"no name":                 {measure("new_name_vi", ""), "new_name_vi", tree.CodeNeeded},
		"no kind":                 {measure("new_kind", "most"), "new_kind", tree.CodeChoice},
		"no unit of a count":      {measure("new_unit_vi", ""), "new_unit_vi", tree.CodeNeeded},
		"sum of a text":           {measure("new_kind", "sum", "new_of", "code"), "new_of", "authoring.register.measure_number"},
		"against another unit":    {measure("new_kind", "ratio", "new_of", "seats", "new_against", "area"), "new_against", "authoring.register.measure_alike"},
		"against itself":          {measure("new_kind", "ratio", "new_of", "seats", "new_against", "seats"), "new_against", "authoring.register.measure_alike"},
		"share of all":            {measure("new_kind", "share"), "new_kind", "authoring.register.measure_share"},
		"share by three":          {measure("new_kind", "share", "new_is.kind", "car", "new_is.life", "live", "new_is.roofed", "true"), "new_kind", "authoring.register.measure_share"},
		"no year":                 {op(registeredit.AddTarget, "t0", "new_year", "1999", "new_value", "1"), "new_year", "authoring.register.target_year"},
		"the same year":           {op(registeredit.AddTarget, "t1", "new_year", "2026", "new_value", "1"), "new_year", tree.CodeTaken},
		"below nothing":           {op(registeredit.SetTarget, "t1.0", "year", "2026", "value", "-1"), "value", tree.CodeNumber},
		"no measure":              {op(registeredit.SetMeasure, "t9", "name_vi", "A"), "at", tree.CodeGone},
		"a target for a measure":  {op(registeredit.SetMeasure, "t1.0", "name_vi", "A"), "at", tree.CodeGone},
		"a measure for a target":  {op(registeredit.SetTarget, "t1", "year", "2026"), "at", tree.CodeGone},
		"no target":               {op(registeredit.RemoveThis, "t1.7"), "at", tree.CodeGone},
	} {
		_, err := registeredit.Apply(base, base, c.op)
		e, ok := errors.AsType[*errs.Error](err)
		if !ok || len(e.Fields) != 1 || e.Fields[0].Name != c.field || e.Fields[0].Code != c.code {
			t.Errorf("%s: %+v", name, err)
		}
	}
	i := do(t, base, base, op(registeredit.RemoveThis, "o0"))
	if _, err := registeredit.Apply(i, base, op(registeredit.RemoveThis, "o0")); err == nil {
		t.Error("open data without a column")
	}
	none := item(t, strings.Replace(bikes, "  - {key: keeper, label: Người giữ, type: person, personal: basic}\n", "", 1))
	if _, err := registeredit.Apply(none, tree.Item{}, op(registeredit.SetPurpose, "d", "text_vi", "A", "text_en", "B")); err == nil {
		t.Error("a purpose of nothing")
	}
}

// TestWhatCanBePublished is nothing personal, no files and nothing that everybody
// does not see.
func TestWhatCanBePublished(t *testing.T) {
	t.Parallel()
	r := registeredit.Read(item(t, bikesMore))
	for _, f := range r.Known() {
		want := map[string]string{"keeper": registeredit.ClosedPersonal, "place": registeredit.ClosedHidden}[f.Key]
		if got := r.Closed(f); got != want {
			t.Errorf("%s: %q, not %q", f.Key, got, want)
		}
	}
	var by []string
	for _, f := range r.OpenBy() {
		by = append(by, f.Key)
	}
	if !slices.Equal(by, []string{"kind", "life"}) { // roofed is no filter of the list
		t.Errorf("records are chosen by %v", by)
	}
}

// TestTheStateIsAColumnAmongOthers keeps the state in the list, on the map and in what a
// right leaves out, where it stands beside fields.
func TestTheStateIsAColumnAmongOthers(t *testing.T) {
	t.Parallel()
	i := do(t, item(t, strings.Replace(bikes, "columns: [code]", "columns: [life, code]", 1)), tree.Item{},
		op(registeredit.AddField, "f", "new_label_vi", "Vị trí", "new_type", "point"),
		op(registeredit.SetList, "l", "columns", "", "columns", "code", "columns", "kind", "columns", "life", "filters", "", "filters", "kind"),
		op(registeredit.SetMap, "l", "place", "vi_tri", "label", "code", "colour", "life"),
		op(registeredit.SetRight, "r1", "way", "except", "named", "", "named", "keeper", "named", "life"),
	)
	if d := sound(t, i); !slices.Equal(d.List.Columns, []string{"life", "code", "kind"}) || d.Map.Colour != "life" || !slices.Contains(d.Rights[1].Except, "life") {
		t.Errorf("%s", text(t, i))
	}
}
