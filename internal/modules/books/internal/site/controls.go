// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/geo"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/pluscode"
	"tinhso.vn/internal/platform/text"
	"tinhso.vn/internal/platform/web"
)

// extra is what a control holds beside its value, so that it comes back as it was
// sent.
type extra struct {
	Search string           // what was looked for
	Picks  []pick           // what it may mean
	Code   string           // what is wrong, where the page knows it better than the register
	Args   map[string]any   // of Code
	Places []geo.Found      // of an address
	Sent   url.Values       // of an address and a point: what stood in the inputs
	Rows   []map[string]any // of a group: typed texts by key of the inner field

	Refused []web.ProblemField // what is wrong with files that came, one by one
}

// pick is a record that a reference may point to.
type pick struct{ ID, Name, Sub string }

// doing is the name of the buttons that change a form without saving it, each
// with what it does: find:KEY, add:KEY, drop:KEY:ROW, swap:KEY.
const doing = "do"

// does splits what a button of a form does.
func does(sent url.Values) (act, key string, row int) {
	parts := strings.SplitN(sent.Get(doing), ":", 3)
	if len(parts) < 2 {
		return "", "", 0
	}
	if len(parts) == 3 {
		row, _ = strconv.Atoi(parts[2]) // no number: the first
	}
	return parts[0], parts[1], row
}

func (f *form) extra(key string) *extra {
	if f.Extra == nil {
		f.Extra = map[string]*extra{}
	}
	if f.Extra[key] == nil {
		f.Extra[key] = &extra{}
	}
	return f.Extra[key]
}

// cell is a field of a group as it stands in one row of a form.
func cell(group, inner registers.Field, row int) registers.Field {
	inner.Key = group.Key + "-" + strconv.Itoa(row) + "-" + inner.Key
	return inner
}

// takeRows reads the rows of a group.
func (f *form) takeRows(group registers.Field, sent url.Values) (said string, value any) {
	n, _ := strconv.Atoi(sent.Get(control(group) + "-n")) // no number: no rows
	n = min(max(n, 0), int(maxRows(group)))
	x := f.extra(group.Key)
	act, key, dropped := does(sent)
	var rows []map[string]any
	for i := range n {
		if act == "drop" && key == group.Key && dropped == i {
			continue
		}
		typedRow, row := map[string]any{}, map[string]any{}
		for _, inner := range group.Fields {
			one := typed(cell(group, inner, i), sent)
			typedRow[inner.Key] = one
			if one != "" {
				row[inner.Key] = read(inner, one)
			}
		}
		x.Rows = append(x.Rows, typedRow)
		if len(row) > 0 {
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		return "", nil
	}
	raw, _ := json.Marshal(rows) // texts and lists of texts
	return string(raw), rows
}

func maxRows(group registers.Field) int64 {
	if group.Max > 0 {
		return group.Max
	}
	return 10
}

// wrongRows tells what is wrong in the rows of a group, by the control of the cell.
func (f *form) wrongRows(group registers.Field) (all []web.ProblemField) {
	for i, row := range f.extra(group.Key).Rows {
		empty := true
		for _, v := range row {
			empty = empty && v == ""
		}
		if empty {
			continue
		}
		for _, inner := range group.Fields {
			said, _ := row[inner.Key].(string)
			one := cell(group, inner, i)
			code, args := inner.Wrong(read(inner, said))
			if code != "" {
				all = append(all, web.ProblemField{Name: control(one), Code: code, Args: args})
			}
		}
	}
	return all
}

// takePlace reads a place: two numbers, or a Plus Code.
func (f *form) takePlace(field registers.Field, sent url.Values) string {
	name := control(field)
	x := f.extra(field.Key)
	act, key, _ := does(sent)
	lat, lon, plus := degrees(sent.Get(name+"-lat")), degrees(sent.Get(name+"-lon")), text.Line(sent.Get(name+"-plus"))
	if act == "swap" && key == field.Key {
		lat, lon = lon, lat
	}
	x.Sent = url.Values{"lat": {lat}, "lon": {lon}, "plus": {plus}}
	switch {
	case plus != "" && lat == "" && lon == "":
		at, err := pluscode.Decode(plus, nil)
		if err != nil {
			x.Code = "books.wrong.plus"
			return plus
		}
		return strconv.FormatFloat(at.Lat, 'f', 6, 64) + ", " + strconv.FormatFloat(at.Lon, 'f', 6, 64)
	case lat == "" && lon == "":
		return ""
	}
	if a, b, ok := numbers(lat, lon); ok && swapped(a, b) {
		x.Code, x.Args = "books.wrong.swapped", map[string]any{"lat": lon, "lon": lat}
		return "swapped: " + lat + ", " + lon // no place: the reader is asked
	}
	return lat + ", " + lon
}

func degrees(s string) string { return strings.Replace(text.Line(s), ",", ".", 1) }

func numbers(a, b string) (x, y float64, ok bool) {
	x, err := strconv.ParseFloat(a, 64)
	y, failed := strconv.ParseFloat(b, 64)
	return x, y, err == nil && failed == nil
}

// swapped reports whether two numbers are no place of Viet Nam, and are one the
// other way round.
func swapped(lat, lon float64) bool {
	within := func(lat, lon float64) bool { return lat > 6 && lat < 24 && lon > 101 && lon < 118 }
	return !within(lat, lon) && within(lon, lat)
}

// takeAddress reads an address: the commune that was chosen, or what was typed for it.
func (f *form) takeAddress(field registers.Field, sent url.Values) (said string, value any) {
	name := control(field)
	x := f.extra(field.Key)
	line, search := text.Line(sent.Get(name+"-line")), text.Line(sent.Get(name+"-search"))
	code, chosen := sent.Get(name+"-pick"), true
	if code == "" {
		code, chosen = sent.Get(name+"-code"), search == text.Line(sent.Get(name+"-for"))
	}
	code, _, _ = strings.Cut(code, "|")
	x.Sent = url.Values{"line": {line}, "search": {search}, "province": {sent.Get(name + "-province")}}
	if search == "" && sent.Get(name+"-pick") == "" {
		if line == "" {
			return "", nil
		}
		code, chosen = "", false
	}
	all := map[string]any{}
	if line != "" {
		all["line"] = line
	}
	if code != "" && chosen {
		all["commune"] = code
	} else {
		x.Places = f.places(search, x.Sent.Get("province"))
		x.Code = "books.wrong.commune"
		all["commune"] = "?" // none was chosen: the register says so with all else that is wrong
	}
	raw, _ := json.Marshal(all) // texts
	return string(raw), all
}

// placesShown is how many communes and records stand on a page to choose from.
const placesShown = 8

func (f *form) places(search, province string) []geo.Found {
	if f.Areas == nil || search == "" {
		return nil
	}
	if found := f.Areas.Resolve(search, province, f.Today).Candidates; len(found) > 0 {
		return found[:min(len(found), placesShown)]
	}
	return f.Areas.Search(geo.Query{Text: search, Province: province, Day: f.Today, Limit: placesShown})
}

// takeReference reads a reference: the record that was chosen, or what was looked for.
func (f *form) takeReference(field registers.Field, sent url.Values) (said string, value any) {
	name := control(field)
	x := f.extra(field.Key)
	x.Search = text.Line(sent.Get(name + "-search"))
	if x.Search != "" && x.Search != text.Line(sent.Get(name+"-for")) {
		x.Code = "books.wrong.pick"
		return sent.Get(name), "?" // something was typed and nothing chosen for it: the register says so with all else that is wrong
	}
	return sent.Get(name), sent.Get(name)
}

// again shows a form that was changed and not saved.
func (s site) again(w http.ResponseWriter, r *http.Request, f form) error {
	act, key, _ := does(r.PostForm)
	if field, ok := f.Definition.Field(key); ok && act == "add" && field.Type == registers.Group {
		x := f.extra(key)
		if len(x.Rows) == 0 { // the row that a form begins with was not filled in
			x.Rows = append(x.Rows, map[string]any{})
		}
		x.Rows = append(x.Rows, map[string]any{})
	}
	if refused := f.refused(); len(refused) > 0 {
		f.Problem = &web.ProblemError{Status: http.StatusUnprocessableEntity, Fields: refused}
		return s.renderForm(w, r, f.Problem.Status, f)
	}
	return s.renderForm(w, r, http.StatusOK, f)
}

// lookUp finds what the typed words of references may mean, and what those that
// are chosen are called.
func (s site) lookUp(ctx context.Context, p page.Page, f *form) error {
	for _, field := range f.Fields {
		if field.Type != registers.Reference {
			continue
		}
		x := f.extra(field.Key)
		now := f.Typed[field.Key]
		if now != "" {
			one, err := s.svc.Referred(ctx, p.Actor, field.Register, now)
			if err != nil {
				return err
			}
			x.Picks = append(x.Picks, picks(ctx, p, one)...)
			if len(one.Records) == 0 { // not for this reader: kept as it is, and not named
				x.Picks = append(x.Picks, pick{ID: now, Name: p.T("books.reference.unseen")})
			}
		}
		if x.Search == "" {
			continue
		}
		found, err := s.svc.FindReferences(ctx, p.Actor, f.Definition.ID, field.Key, x.Search)
		if err != nil {
			return err
		}
		for _, one := range picks(ctx, p, found) {
			if !slices.ContainsFunc(x.Picks, func(y pick) bool { return y.ID == one.ID }) {
				x.Picks = append(x.Picks, one)
			}
		}
	}
	return nil
}

func picks(ctx context.Context, p page.Page, found core.References) (all []pick) {
	unit := units(ctx, p)
	for _, rec := range found.Records[:min(len(found.Records), placesShown)] {
		all = append(all, pick{ID: rec.ID, Name: name(p, core.RecordView{Standing: found.Standing, Record: rec}, unit), Sub: unit(rec.Unit)})
	}
	return all
}

// better puts what the page knows of a mistake where the register only knows that
// there is one.
func (f *form) better(problem *web.ProblemError) {
	var fields, last []web.ProblemField
	for _, one := range problem.Fields {
		field, ok := f.Definition.Field(one.Name)
		if !ok {
			fields = append(fields, one)
			continue
		}
		if field.Type == registers.Files { // at the end, as in the form
			if x := f.Extra[field.Key]; x != nil && len(x.Refused) > 0 {
				last = append(last, x.Refused...)
				continue
			}
			one.Name = control(field)
			last = append(last, one)
			continue
		}
		if x := f.Extra[field.Key]; x != nil && x.Code != "" {
			one.Code, one.Args = x.Code, x.Args
		}
		switch {
		case field.Type == registers.Group && one.Code == "registers.value.group":
			if all := f.wrongRows(field); len(all) > 0 {
				fields = append(fields, all...)
				continue
			}
		case field.Type == registers.Shape && one.Code == "registers.value.geometry":
			for _, m := range registers.ShapeMistakes(f.Typed[field.Key]) {
				fields = append(fields, web.ProblemField{Name: anchor(field), Code: m.Code, Args: m.Args})
			}
			continue
		}
		one.Name = anchor(field)
		fields = append(fields, one)
	}
	problem.Fields = append(fields, last...)
}

// anchor is the control at which a problem of a field stands.
func anchor(f registers.Field) string {
	if f.Type == registers.Address {
		return control(f) + "-search"
	}
	return control(f)
}
