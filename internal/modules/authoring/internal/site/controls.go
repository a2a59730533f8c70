// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/platform/ui"
)

func hintOf(p page.Page, q question) *ui.Hint {
	if key := "authoring.q." + q.name + ".hint"; p.Site.Catalogue.Has(key) {
		return &ui.Hint{Text: p.T(key)}
	}
	return nil
}

func wrongWith(errors map[string]string, name string) *ui.ErrorMessage {
	if errors[name] == "" {
		return nil
	}
	return &ui.ErrorMessage{Text: errors[name]}
}

func inputOf(p page.Page, q question, a answers, errors map[string]string) ui.InputParams {
	in := ui.InputParams{
		ID: q.name, Name: q.name, Value: a.get(q.name), Label: ui.Label{Text: p.T("authoring.q." + q.name)}, Hint: hintOf(p, q),
		ErrorMessage: wrongWith(errors, q.name), Autocomplete: "off", Classes: "ts-input--width-20",
	}
	switch {
	case q.control == number:
		in.Inputmode, in.Classes = "numeric", "ts-input--width-5"
	case q.control == day:
		in.Classes = "ts-input--width-10"
	case q.wide || q.control == words:
		in.Classes = ""
	}
	return in
}

// englishOf is the second line of a text: English, which may stay empty.
func englishOf(p page.Page, q question, a answers) ui.InputParams {
	return ui.InputParams{
		ID: q.name + "_en", Name: q.name + "_en", Value: a.get(q.name + "_en"), Autocomplete: "off", Spellcheck: "false",
		Label: ui.Label{Text: p.T("authoring.q."+q.name) + " – " + p.T("authoring.english")}, Attributes: map[string]any{"lang": "en"},
	}
}

func areaOf(p page.Page, q question, name, value string, errors map[string]string) ui.TextareaParams {
	t := ui.TextareaParams{ID: name, Name: name, Value: value, Rows: 6, Label: ui.Label{Text: p.T("authoring.q." + q.name)}, ErrorMessage: wrongWith(errors, name)}
	if name != q.name {
		t.Label.Text += " – " + p.T("authoring.english")
		t.Rows = 3
		return t
	}
	t.Hint = hintOf(p, q)
	return t
}

func joined(all []string) string { return strings.Join(all, "\n") }

func radiosOf(p page.Page, q question, set *packs.Set, a answers, errors map[string]string) ui.RadiosParams {
	out := ui.RadiosParams{
		IDPrefix: q.name, Name: q.name, Fieldset: &ui.Fieldset{Legend: &ui.Legend{Text: p.T("authoring.q." + q.name)}}, Hint: hintOf(p, q),
		ErrorMessage: wrongWith(errors, q.name), Classes: "ts-radios--small",
	}
	for _, o := range q.options(p, set) {
		out.Items = append(out.Items, ui.RadioItem{Value: o.Value, Text: o.Text, Checked: o.Value == a.get(q.name)})
	}
	return out
}

func selectOf(p page.Page, q question, set *packs.Set, a answers, errors map[string]string) ui.SelectParams {
	out := ui.SelectParams{
		ID: q.name, Name: q.name, Label: ui.Label{Text: p.T("authoring.q." + q.name)}, Hint: hintOf(p, q), ErrorMessage: wrongWith(errors, q.name),
		Items: []ui.SelectItem{{Value: "", Text: p.T("authoring.o.no")}},
	}
	value, known := a.get(q.name), false
	for _, o := range q.options(p, set) {
		known = known || o.Value == value
		out.Items = append(out.Items, ui.SelectItem{Value: o.Value, Text: short(o.Text, 110), Selected: o.Value == value})
	}
	if value != "" && !known { // what is there stays, also where it does not fit
		out.Items = append(out.Items, ui.SelectItem{Value: value, Text: value, Selected: true})
	}
	return out
}

func boxesOf(p page.Page, q question, set *packs.Set, a answers, errors map[string]string) ui.CheckboxesParams {
	out := ui.CheckboxesParams{
		IDPrefix: q.name, Name: q.name, Fieldset: &ui.Fieldset{Legend: &ui.Legend{Text: p.T("authoring.q." + q.name)}}, Hint: hintOf(p, q),
		ErrorMessage: wrongWith(errors, q.name), Classes: "ts-checkboxes--small",
	}
	var known []string
	for _, o := range q.options(p, set) {
		known = append(known, o.Value)
		out.Items = append(out.Items, ui.CheckboxItem{Value: o.Value, Text: o.Text, Checked: slices.Contains(a[q.name], o.Value)})
	}
	for _, v := range a[q.name] {
		if v != "" && !slices.Contains(known, v) {
			out.Items = append(out.Items, ui.CheckboxItem{Value: v, Text: v, Checked: true})
		}
	}
	return out
}

func tickOf(p page.Page, q question, a answers, errors map[string]string) ui.CheckboxesParams {
	return ui.CheckboxesParams{
		IDPrefix: q.name, Name: q.name, Hint: hintOf(p, q), ErrorMessage: wrongWith(errors, q.name), Classes: "ts-checkboxes--small",
		Items: []ui.CheckboxItem{{Value: "true", Text: p.T("authoring.q." + q.name), Checked: a.get(q.name) == "true"}},
	}
}

// sectionSummary stands first where something is wrong with a section as it was saved.
func sectionSummary(p page.Page, all []question, errors map[string]string) ui.ErrorSummaryParams {
	s := ui.ErrorSummaryParams{TitleText: p.T("authoring.section.problems"), DisableAutoFocus: "true"}
	for _, q := range all {
		if errors[q.name] != "" {
			s.ErrorList = append(s.ErrorList, ui.ErrorItem{Text: p.T("authoring.q."+q.name) + ": " + errors[q.name], Href: "#" + q.name})
		}
	}
	return s
}

// partRows lead to the form, flow, template and table of a procedure.
func partRows(p page.Page, g writing) (rows []ui.SummaryRow) {
	for _, part := range []struct {
		list authoring.List
		id   string
	}{
		{authoring.Forms, g.Doc.Str("form")},
		{authoring.Flows, g.Doc.Str("flow")},
		{authoring.Templates, g.Doc.Str("result_template")},
		{authoring.Decisions, g.Doc.Sub("fee").Str("table")},
	} {
		if part.id == "" {
			continue
		}
		n := 0
		for _, wrong := range g.Problems {
			if wrong.List == string(part.list) && wrong.ID == part.id {
				n++
			}
		}
		value := partTitle(p, g, part.list, part.id)
		if n > 0 {
			value += " · " + p.T("authoring.items.problems", "count", n)
		}
		rows = append(rows, ui.SummaryRow{
			Key: ui.SummaryText{Text: p.T("authoring.list_of." + string(part.list))}, Value: ui.SummaryText{Text: value},
			Actions: ui.SummaryActions{Items: []ui.SummaryAction{{
				Text: p.T("authoring.open"), Href: placeOf(g.ID, part.list, part.id, ""), VisuallyHiddenText: p.T("authoring.list_of." + string(part.list)),
			}}},
		})
	}
	return rows
}

// partTitle is the title of a form, flow, template or table, with its id where
// that is another than the procedure's.
func partTitle(p page.Page, g writing, list authoring.List, id string) string {
	for _, o := range items(list)(p, g.Set) {
		if o.Value == id {
			return strings.TrimSuffix(o.Text, " ("+g.Item.ID+")")
		}
	}
	return id
}

// tryAction leads to the made-up cases of a procedure.
func tryAction(p page.Page, g writing) []ui.DeskAction {
	return []ui.DeskAction{{ButtonParams: ui.ButtonParams{Text: p.T("authoring.try"), Href: at(g.ID, "chay-thu"), Classes: "ts-button--secondary"}}}
}

func paperFacts(p page.Page, d core.Doc) (all []string) {
	for _, name := range []string{"original", "copy", "certified"} {
		if n := d.Str(name); n != "" && n != "0" {
			all = append(all, p.T("authoring.q."+name)+": "+n)
		}
	}
	if d.Str("required") == "true" {
		all = append(all, p.T("authoring.q.required"))
	}
	if form := d.Str("form"); form != "" {
		all = append(all, p.T("authoring.paper.by_form"))
	}
	if note := textOf(p, d.Words("note")); note != "" {
		all = append(all, note)
	}
	return all
}

func paperProblems(p page.Page, g writing, i int) (all []string) {
	for _, text := range saysWrong(p, g.own(), g.Item.ID, g.papersPath()+"["+strconv.Itoa(i)+"]", askedOfPaper()) {
		all = append(all, text)
	}
	slices.Sort(all)
	return all
}

func lawName(set *packs.Set, id string) string {
	d, known := set.LegalDoc(id)
	if !known {
		return id
	}
	return d.Number + " – " + d.Title.VI
}
