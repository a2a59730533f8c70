// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// list is a page of a list with how it is looked at.
type list struct {
	core.RecordPage

	Sent    url.Values
	Units   []orgs.Unit
	Picks   map[string][]core.Pick // for filters, by the key of the field
	Problem *web.ProblemError
	Facets  registers.Facets
	States  []core.StateCount // none without a life cycle
	Views   []core.View
	View    core.View // that is shown; zero: none with a name
	unit    unitName
}

// opened is what the address asks for, or else the view with which the register
// opens.
func (l *list) opened(sent url.Values) {
	l.Sent = sent
	if says(l.Register, sent) {
		if i := slices.IndexFunc(l.Views, func(v core.View) bool { return v.ID == sent.Get(askView) }); i >= 0 && l.same(l.Views[i].Look) {
			l.View = l.Views[i]
		}
		return
	}
	named := sent.Get(askView)
	for _, v := range l.Views {
		if named == "" && v.First || v.ID == named {
			l.View, l.Sent = v, valuesOf(l.Register, v.Look)
			l.Sent.Set(askAfter, sent.Get(askAfter))
			return
		}
	}
}

// says reports whether an address asks for something other than the register
// as it opens.
func says(r core.Register, sent url.Values) bool {
	return sent.Get(askAll) != "" || len(kept(r, sent)) > 0
}

// same reports whether what is shown is a look.
func (l *list) same(look core.Look) bool {
	return kept(l.Register, l.Sent).Encode() == kept(l.Register, valuesOf(l.Register, look)).Encode()
}

// lookOf is how an address looks at a register.
func lookOf(r core.Register, sent url.Values) core.Look {
	q := query(r, sent)
	look := core.Look{By: q.By, Down: q.Down, Columns: chosen(r.Standing, sent)}
	for _, c := range q.Where {
		look.Where = append(look.Where, core.Filter{Field: c.Field, Op: c.Op, Values: c.Values})
	}
	return look
}

// valuesOf writes what lookOf reads.
func valuesOf(r core.Register, look core.Look) url.Values {
	all := url.Values{}
	for _, c := range look.Where {
		if c.Field == registers.UnitField {
			all[askUnit] = c.Values
			continue
		}
		if c.Field == registers.ValidKey {
			all.Set(askValid, turn(c.Values[0]))
			continue
		}
		f, _ := r.Definition.Field(c.Field) // core has seen it
		end := ""
		switch c.Op { //nolint:exhaustive // the others have one control
		case registers.From:
			end = fromEnd
		case registers.To:
			end = toEnd
		}
		for _, v := range c.Values {
			all.Add(control(f)+end, fill(f, v))
		}
	}
	if look.By != "" {
		all.Set(askSort, look.By)
	}
	if look.Down {
		all.Set(askDown, "1")
	}
	if len(look.Columns) > 0 {
		all[askColumn] = look.Columns
	}
	return all
}

// address is the list, looked at in another way; where it asks for nothing it
// asks for everything, as the register may open with a view.
func (l list) address(q url.Values) string {
	if len(q) == 0 && slices.ContainsFunc(l.Views, func(v core.View) bool { return v.First }) {
		q = url.Values{askAll: {"1"}}
	}
	if len(q) == 0 {
		return bookPath(l.Definition)
	}
	return bookPath(l.Definition) + "?" + q.Encode()
}

// now is the list as it is looked at.
func (l list) now() url.Values {
	q := kept(l.Register, l.Sent)
	if l.View.ID != "" {
		q.Set(askView, l.View.ID)
	}
	return q
}

// chosen are the columns that somebody has chosen, by keys of fields; none: those
// of the file.
func chosen(st registers.Standing, sent url.Values) []string {
	place := func(key string) int {
		n, _ := strconv.Atoi(sent.Get(askPlace + key)) // what is no number stands first
		return n
	}
	var all []string
	for _, key := range sent[askColumn] {
		if f, ok := st.Definition.Field(key); ok && !f.Hidden && st.Reaches(registers.View, key) && !slices.Contains(all, key) {
			all = append(all, key)
		}
	}
	slices.SortStableFunc(all, func(a, b string) int { return cmp.Compare(place(a), place(b)) })
	usual := columns(st)
	if len(all) == len(usual) && !slices.ContainsFunc(all, func(key string) bool { return usual[slices.Index(all, key)].Key != key }) {
		return nil
	}
	return all
}

// columns are those of the list that are shown.
func (l list) columns() []registers.Field {
	keys := chosen(l.Standing, l.Sent)
	if len(keys) == 0 {
		return columns(l.Standing)
	}
	all := make([]registers.Field, len(keys))
	for i, key := range keys {
		all[i], _ = l.Definition.Field(key)
	}
	return all
}

// laidOut are all columns: first those that are shown, in their order.
func (l list) laidOut() (all []registers.Field, shown int) {
	all = slices.Clone(l.columns())
	shown = len(all)
	for _, f := range l.Fields(registers.View) {
		if !slices.ContainsFunc(all, func(x registers.Field) bool { return x.Key == f.Key }) && f.Type != registers.LongText && f.Type != registers.Group {
			all = append(all, f)
		}
	}
	return all, shown
}

// facetItems are the values by which the list can be narrowed, with how many
// records have them. Where a field is narrowed already, or too much is found to
// be counted, they stand without numbers.
func (l list) facetItems(p page.Page, f registers.Field) []ui.SelectItem {
	now := l.Sent.Get(control(f))
	items := []ui.SelectItem{{Text: p.T("books.filter.any")}}
	if now != "" || l.Facets.More || l.Facets.Fields == nil {
		return append(items, options(p, f, l.Units, now)[1:]...)
	}
	for _, one := range l.Facets.Fields[f.Key] {
		text := option(p, f, one.Value)
		switch f.Type { //nolint:exhaustive // the others have options, or are codes
		case registers.Boolean:
			text = p.T("books.bool." + one.Value)
		case registers.Unit:
			text = l.unit(one.Value)
		case registers.Code:
			text = l.unit(pointed(f, one.Value))
		}
		items = append(items, counted(p, one, text))
	}
	return items
}

func counted(p page.Page, f registers.Facet, text string) ui.SelectItem {
	return ui.SelectItem{Value: f.Value, Text: p.T("books.filter.counted", "text", text, "n", f.Count)}
}

// unitItems are the units of the records that are found.
func (l list) unitItems(p page.Page) []ui.SelectItem {
	items := []ui.SelectItem{{Text: p.T("books.filter.any")}}
	for _, one := range l.Facets.Fields[registers.UnitField] {
		items = append(items, counted(p, one, l.unit(one.Value)))
	}
	if now := l.Sent.Get(askUnit); now != "" && !slices.ContainsFunc(items, func(i ui.SelectItem) bool { return i.Value == now }) {
		items = append(items, ui.SelectItem{Value: now, Text: l.unit(now)})
	}
	return items
}

// viewChips lead to the views; the first shows everything.
func (l list) viewChips(p page.Page) ui.ChipsParams {
	on := p.T("books.views.shown")
	all := ui.ChipsParams{Label: p.T("books.views.title")}
	all.Items = append(all.Items, ui.Chip{
		Text: p.T("books.views.all"), Href: l.address(url.Values{}), On: l.View.ID == "" && len(kept(l.Register, l.Sent)) == 0, OnText: on,
	})
	for _, v := range l.Views {
		text := v.Name
		if v.Of.VI != "" {
			text = p.T("books.views.of", "name", v.Name, "unit", p.Text(v.Of))
		}
		all.Items = append(all.Items, ui.Chip{Text: text, Href: bookPath(l.Definition) + "?" + askView + "=" + url.QueryEscape(v.ID), On: v.ID == l.View.ID, OnText: on})
	}
	return all
}

// words says in words what an address chooses.
func (l list) words(p page.Page, sent url.Values) string {
	var words []string
	for _, c := range chips(p, l.Register, sent, l.unit) {
		words = append(words, c.Text)
	}
	if len(words) == 0 {
		words = append(words, p.T("books.views.everything"))
	}
	if f, ok := l.Definition.Field(sent.Get(askSort)); ok {
		words = append(words, p.T("books.views.sorted", "field", f.Label))
	}
	if keys := chosen(l.Standing, sent); len(keys) > 0 {
		words = append(words, p.T("books.views.columns", "n", len(keys)))
	}
	return strings.Join(words, " · ")
}

// rewritten says how far the records are written anew, and by what nobody filters
// until then: of what the reader sees.
func rewritten(p page.Page, l list) string {
	var names []string
	for _, f := range l.Fields(registers.View) {
		if slices.Contains(l.Preparing, f.Key) {
			names = append(names, p.Text(f.Label))
		}
	}
	r := l.Rewriting
	return p.T("books.rewriting", "percent", 100*r.Done/max(r.Total, 1), "done", r.Done, "total", r.Total, "fields", strings.Join(names, ", "))
}
