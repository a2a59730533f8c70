// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring/internal/core"
	"tinhso.vn/internal/modules/authoring/internal/core/templateedit"
	"tinhso.vn/internal/platform/ui"
)

// templateView is the page of a template of results.
type templateView struct {
	*editing
	templateedit.Template
	Problems   []templateedit.Problem
	Procedures []packs.Procedure
	Questions  []forms.Field
}

func (h pages) templatePage(e *editing) error {
	v := templateView{editing: e, Template: templateedit.Read(e.s.Tree)}
	v.Procedures, v.Questions = core.FormsOfTemplate(e.s.Set, v.ID)
	var keys []string
	for _, q := range v.Questions {
		keys = append(keys, q.Key)
	}
	v.Problems = v.Template.Problems(keys)
	return e.render(e.T("authoring.template.title", "name", v.Title.VI), templateBody(v))
}

func (v templateView) mistakes() (items []ui.ErrorItem) {
	for _, p := range v.Problems {
		items = append(items, ui.ErrorItem{Text: v.say(p.Field), Href: "#x-" + p.Input})
	}
	return append(items, v.setMistakes("template.", "text.")...)
}

func (v templateView) users() string {
	var names []string
	for _, p := range v.Procedures {
		names = append(names, v.Text(i18n.Text(p.Name)))
	}
	return strings.Join(names, "; ")
}

// names are the placeholders that can be picked: of the form, of the officer, of
// every dossier.
func (v templateView) names() (items []ui.SelectItem) {
	items = append(items, choiceOf("", "–"))
	for _, q := range v.Questions {
		items = append(items, choiceOf("form."+q.Key, v.T("authoring.template.of_form", "name", q.Label.VI)))
	}
	for _, f := range v.Fields {
		items = append(items, choiceOf(f.Key, v.T("authoring.template.of_officer", "name", f.Label.VI)))
	}
	for _, name := range packs.Placeholders() {
		items = append(items, choiceOf(name, v.T("authoring.placeholder."+name)))
	}
	return items
}

// texts are those at whose end a placeholder can be put.
func (v templateView) texts() (items []ui.SelectItem) {
	for i := range v.Body {
		items = append(items, choiceOf("b"+strconv.Itoa(i), v.T("authoring.template.paragraph", "n", i+1)))
	}
	for _, name := range append([]string{"subject"}, "legal_bases", "recipients", "heading", "authority", "place", "agency_lines", "signer_lines") {
		items = append(items, choiceOf(name, v.T("authoring.template."+name)))
	}
	return items
}

func (v templateView) types() (items []ui.SelectItem) {
	for _, t := range templateedit.Types() {
		items = append(items, choiceOf(t, v.T("authoring.type."+t)))
	}
	return items
}

func fieldOptions(f templateedit.Field) string {
	var all []string
	for _, o := range f.Options {
		all = append(all, o.Line())
	}
	return strings.Join(all, "\n")
}
