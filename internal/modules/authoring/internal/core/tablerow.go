// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
)

// reader turns the rows of a catalogue into procedures.
type reader struct {
	TableMatching

	file   string // its name, as a source
	set    *packs.Set
	today  string
	byCode map[string]string // national code → id
	byName map[string]string // folded name → id; empty: two have it
	units  map[string]string // folded name → id
	docs   map[string]string // number without spaces, lower case → id
	seen   map[string]int    // id → row
	fields map[string]bool   // slugs of the fields that the table has
	named  map[string]packs.Text
}

func newReader(m TableMatching, file string, set *packs.Set, today string) *reader {
	r := &reader{
		TableMatching: m, file: file, set: set, today: today, byCode: map[string]string{}, byName: map[string]string{}, units: map[string]string{},
		docs: map[string]string{}, seen: map[string]int{}, fields: map[string]bool{}, named: map[string]packs.Text{},
	}
	for _, p := range set.Procedures {
		if p.Code != "" {
			r.byCode[short(p.Code)] = p.ID
		}
		name := text.Fold(p.Name.VI)
		if _, twice := r.byName[name]; twice {
			r.byName[name] = ""
		} else {
			r.byName[name] = p.ID
		}
		r.named[text.Fold(p.Field.VI)] = p.Field
	}
	for _, u := range set.Units {
		for _, name := range []string{u.Name.VI, u.ID} {
			if f := text.Fold(name); f != "" {
				r.units[f] = u.ID
			}
		}
	}
	for _, d := range set.Legal {
		r.docs[numberOf(d.Number)] = d.ID
	}
	return r
}

// short is the part of a national code that is the same in every province.
func short(code string) string { return code[:min(len(code), len("1.000000"))] }

func numberOf(s string) string {
	return strings.ToLower(strings.ReplaceAll(text.NFC(s), " ", ""))
}

// made is what a row would do.
type madeRow struct {
	authoring.TableRow
	whole []byte
	base  []byte
	needs []authoring.Item // general items that the procedure refers to
}

// read reads one row; false: it holds nothing but headings again.
func (r *reader) read(n int, row []sheet.Value) (out madeRow, ok bool) {
	of := map[string]cell{}
	for i, name := range r.Fields {
		c := cell{at: sheet.Cell(n, i), name: name}
		if i < len(row) {
			c.Value = row[i]
		}
		if name != "" {
			of[name] = c
		}
	}
	if c := of["name"]; c.name != "" && text.Fold(c.Text) == text.Fold(r.Headings[r.column("name")]) {
		return out, false // the headings stand on every page
	}
	w := &work{reader: r, of: of}
	w.row(n)
	out = madeRow{TableRow: authoring.TableRow{N: n, Item: w.id, Name: of["name"].line(), Cells: w.wrong}, whole: w.whole, base: w.base, needs: w.needs}
	if out.Name == "" {
		out.Name = w.before.Words("name").VI
	}
	switch {
	case slices.ContainsFunc(w.wrong, func(p authoring.CellProblem) bool { return !p.Warns }):
		out.Kind, out.whole = authoring.RowWrong, nil
		for i := range r.Headings {
			value := ""
			if i < len(row) {
				value = row[i].Text
			}
			out.Row = append(out.Row, value)
		}
	case w.nothing || len(w.base) > 0 && packs.SameItem(w.id, w.base, w.whole):
		out.Kind, out.whole = "", nil
	case w.ended:
		out.Kind = authoring.RowEnded
	case len(w.base) == 0:
		out.Kind = authoring.RowNew
	default:
		out.Kind = authoring.RowChanged
	}
	if len(out.whole) > 0 && len(w.base) > 0 {
		out.Fields, _ = packs.DiffItem(string(authoring.Procedures), w.id, w.base, w.whole) // both can be read
	}
	return out, true
}

// work is one row on its way to an item.
type work struct {
	*reader

	of      map[string]cell
	id      string
	before  Doc
	doc     Doc
	base    []byte
	whole   []byte
	wrong   []authoring.CellProblem
	needs   []authoring.Item
	ended   bool
	nothing bool // it ends what there is not, or has ended
}

func (w *work) problem(c cell, code, hint string) {
	w.wrong = append(w.wrong, authoring.CellProblem{Cell: c.at, Field: c.name, Value: cut(c.Text), Code: "authoring.cell." + code, Hint: hint})
}

func (w *work) warn(c cell, code, hint string) {
	w.wrong = append(w.wrong, authoring.CellProblem{Cell: c.at, Field: c.name, Value: cut(c.Text), Code: "authoring.cell." + code, Hint: hint, Warns: true})
}

// cut bounds what is shown of a cell.
func cut(s string) string {
	if runes := []rune(s); len(runes) > 200 {
		return string(runes[:200]) + "…"
	}
	return s
}

// given reports whether a column is there and its cell says something.
func (w *work) given(name string) (cell, bool) {
	c, there := w.of[name]
	return c, there && c.line() != ""
}

func (w *work) row(n int) {
	for _, c := range w.of {
		if c.Kind == sheet.Fault {
			w.problem(c, "fault", "")
		}
	}
	code := w.identify()
	if w.id == "" || len(w.wrong) > 0 && slices.ContainsFunc(w.wrong, func(p authoring.CellProblem) bool { return !p.Warns }) {
		return
	}
	if first, twice := w.seen[w.id]; twice {
		c := w.of["code"]
		if c.name == "" {
			c = w.of["name"]
		}
		w.problem(c, "twice", strconv.Itoa(first+1))
		return
	}
	w.seen[w.id] = n
	w.doc, w.before = NewDoc(), NewDoc()
	w.doc.SetStr("id", w.id)
	if whole, there := w.set.ItemText("procedures", w.id); there {
		w.base = whole
		w.doc, _ = ReadDoc(w.id, whole) // it is in force: it can be read
		w.before, _ = ReadDoc(w.id, whole)
	}
	if field, there := w.given("field"); there {
		w.fields[text.Fold(field.Text)] = true
	} else if f := w.before.Words("field").VI; f != "" {
		w.fields[text.Fold(f)] = true
	}
	if w.ends() {
		return
	}
	w.common(code)
	w.times()
	w.fee()
	w.papers()
	w.where()
	w.decision()
	w.fillUp()
	w.finish()
}

// identify finds which procedure a row is about.
func (w *work) identify() (code string) {
	if c, there := w.given("code"); there {
		read, hint, ok := readCode(c)
		if !ok {
			w.problem(c, "code", "")
			return ""
		}
		if hint != "" {
			w.warn(c, "zeros", hint)
		}
		code = read
		if w.id = w.byCode[short(code)]; w.id != "" {
			return code
		}
	}
	c, there := w.given("name")
	if !there {
		if w.id == "" {
			if c.name == "" {
				c = w.of["code"]
			}
			w.problem(c, "no_name", "")
		}
		return code
	}
	if known, found := w.byName[text.Fold(c.Text)]; found && known != "" && code == "" {
		w.id = known
		return code
	}
	if code != "" {
		w.id = "tt-" + strings.ReplaceAll(short(code), ".", "-")
		return code
	}
	slug := strings.ReplaceAll(text.Fold(c.Text), " ", "-")
	if len(slug) > 100 {
		slug = strings.TrimRight(slug[:100], "-")
	}
	if w.id = slug; !packs.ValidID(w.id) {
		w.problem(c, "no_name", "")
	}
	return code
}

// ends gives a last day to what the row says is abolished; false: it goes on.
func (w *work) ends() bool {
	var last string
	state, there := w.given("state")
	if there {
		is, ok := abolished(state)
		if !ok {
			w.problem(state, "state", "")
			return true
		}
		if is {
			last = w.lastDay()
		}
	}
	if c, there := w.given("ends"); there {
		day, ok := readTableDay(c)
		if !ok {
			w.problem(c, "day", "")
			return true
		}
		last = dayBefore(day)
	}
	if last == "" {
		return false
	}
	w.end(last)
	return true
}

func (w *work) lastDay() string {
	if c, there := w.given("effective"); there {
		if day, ok := readTableDay(c); ok {
			return dayBefore(day)
		}
		w.problem(c, "day", "")
	}
	return dayBefore(cmp.Or(w.Effective, w.today))
}

// end gives a procedure its last day. It stays readable, and open dossiers keep
// their version.
func (w *work) end(last string) {
	if w.ended = true; len(w.base) == 0 {
		w.nothing = true
		return
	}
	if has := w.before.Str("valid_to"); has != "" && has <= last {
		w.nothing = true
		return
	}
	if from := w.before.Str("valid_from"); from != "" && last < from {
		last = from
	}
	w.doc.SetStr("valid_to", last)
	w.finish()
}

func (w *work) finish() {
	whole, err := w.doc.Text()
	if err != nil {
		w.problem(w.of["name"], "fault", "")
		return
	}
	w.whole = whole
}
