// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package formui shows a step of a form as parts of a page, with the components
// of the design system. It decides nothing: what is asked, and what is wrong
// with an answer, comes in the view. The page around it (form element, buttons,
// uploads that were received) is the caller's.
package formui

import (
	"context"
	"io"
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
)

// Params say how a step is shown.
type Params struct {
	Printer i18n.Printer
	// Refresh is the address that htmx sends the answers to when one on which
	// questions depend changes; empty leaves it to the button of the page.
	Refresh string
	// Target is the CSS selector of what the answer replaces.
	Target string
	// Saved is the CSS selector of what says when answers were saved: an answer
	// on which nothing depends is sent to Refresh as soon as it is left, and what
	// comes back replaces this. Empty sends only the others.
	Saved string
	// Right says that the warnings of fields are asked as questions.
	Right bool
	// Places is where communes are asked for while one types; empty leaves them to
	// be chosen after sending.
	Places string
}

// Step shows the error summary and the fields of a step.
func Step(v forms.StepView, p Params) templ.Component {
	parts := []templ.Component{Problems(v, p)}
	for _, f := range v.Fields {
		parts = append(parts, Field(f, p))
	}
	return templ.Join(parts...)
}

// Problems shows the error summary, or nothing where nothing is wrong. Each
// line names the question and leads to it.
func Problems(v forms.StepView, p Params) templ.Component {
	if len(v.Problems) == 0 {
		return templ.NopComponent
	}
	labels := map[string]string{}
	name(labels, v.Fields, "", p)
	var items []ui.ErrorItem
	for _, problem := range v.Problems {
		text := p.Printer.Named(problem.Code, problem.Args)
		if label := labels[problem.Name]; label != "" {
			text = label + ": " + text
		}
		items = append(items, ui.ErrorItem{Text: text, Href: "#" + problem.Name})
	}
	return ui.ErrorSummary(ui.ErrorSummaryParams{TitleText: p.Printer.T("form.summary"), ErrorList: items})
}

// name says what the inputs are called to which the error summary leads; what
// stands in a row or a block is called after it, too.
func name(labels map[string]string, fields []forms.FieldView, above string, p Params) {
	for _, f := range fields {
		labels[f.Focus()] = above + f.Label.Text
		name(labels, f.Parts, above+f.Label.Text+", ", p)
		for _, row := range f.Rows {
			name(labels, row.Fields, above+rowTitle(f, row, p)+", ", p)
		}
	}
}

// Field shows one question.
func Field(f forms.FieldView, p Params) templ.Component {
	s := shown{f, p}
	var control templ.Component
	if f.Computed {
		return computed(s)
	}
	switch f.Type {
	case forms.Group:
		control = rows(s)
	case forms.Person, forms.Organisation, forms.Document:
		control = s.block()
	case forms.YesNo:
		control = s.radios()
	case forms.Code:
		if f.Search {
			control = search(s)
			break
		}
		control = s.choice(f.Key, f.Value, s.label(), s.hint(), s.failure())
	case forms.Paragraphs:
		control = s.paragraphs()
	case forms.Radios:
		control = s.radios()
	case forms.Checkboxes:
		control = s.checkboxes()
	case forms.Select, forms.Unit:
		control = s.choice(f.Key, f.Value, s.label(), s.hint(), s.failure())
	case forms.Day, forms.PartialDay:
		control = s.day()
	case forms.Address:
		control = s.address()
	case forms.File:
		control = ui.FileUpload(ui.FileUploadParams{
			ID: f.Key, Name: f.Key, Multiple: true, Label: s.label(), Hint: s.hint(), ErrorMessage: s.failure(),
		})
	default: // the others are one line
		control = s.line()
	}
	if f.Warning == nil {
		return control
	}
	warning := ui.WarningText(ui.WarningTextParams{
		Text: p.Printer.Named(f.Warning.Code, f.Warning.Args), IconFallbackText: p.Printer.T("form.warning"),
	})
	if f.Ask == nil || !p.Right {
		return templ.Join(control, warning)
	}
	return templ.Join(control, warning, ui.Checkboxes(ui.CheckboxesParams{IDPrefix: f.Key + "-sure", Name: forms.SureKey, Items: []ui.CheckboxItem{
		{ID: f.Key + "-sure", Value: f.Ask.ID, Text: p.Printer.T("form.sure"), Checked: f.Ask.Sure},
	}}))
}

// rowTitle is what a row is called: Thành viên 2.
func rowTitle(f forms.FieldView, row forms.RowView, p Params) string {
	return sentence(p.Printer.T("form.row_number", "row", rowName(f, p), "n", row.Number))
}

func rowName(f forms.FieldView, p Params) string {
	if f.RowName.Text != "" {
		return f.RowName.Text
	}
	return p.Printer.T("form.row")
}

// sentence writes the first letter large.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

type shown struct {
	forms.FieldView
	p Params
}

// title is the words of the question; what need not be answered says so.
func (s shown) title() string {
	if s.Required {
		return s.Label.Text
	}
	return s.Label.Text + " (" + s.p.Printer.T("form.optional") + ")"
}

// marked returns the words as HTML where they are not in the language of the
// page, so that a screen reader pronounces them right.
func (s shown) marked(w forms.Words, text string) templ.Component {
	if w.Lang == s.p.Printer.Lang() || w.Text == "" {
		return nil
	}
	return templ.ComponentFunc(func(_ context.Context, out io.Writer) error {
		_, err := io.WriteString(out, `<span lang="`+string(w.Lang)+`">`+templ.EscapeString(text)+`</span>`)
		return err
	})
}

func (s shown) label() ui.Label {
	return ui.Label{Text: s.title(), HTML: s.marked(s.Label, s.title())}
}

func (s shown) fieldset() *ui.Fieldset {
	return &ui.Fieldset{Legend: &ui.Legend{Text: s.title(), HTML: s.marked(s.Label, s.title())}}
}

func (s shown) hint() *ui.Hint {
	switch {
	case s.From != "":
		return &ui.Hint{HTML: s.sourced()}
	case s.Hint.Text == "":
		return nil
	}
	return &ui.Hint{Text: s.Hint.Text, HTML: s.marked(s.Hint, s.Hint.Text)}
}

// sourced is the hint with where the answer comes from.
func (s shown) sourced() templ.Component {
	return templ.ComponentFunc(func(_ context.Context, out io.Writer) error {
		if s.Hint.Text != "" {
			if _, err := io.WriteString(out, `<span lang="`+string(s.Hint.Lang)+`">`+templ.EscapeString(s.Hint.Text)+`</span><br>`); err != nil {
				return err
			}
		}
		_, err := io.WriteString(out, `<span class="ts-muted">`+templ.EscapeString(s.From)+`</span>`)
		return err
	})
}

func (s shown) failure() *ui.ErrorMessage { return s.message(s.Error) }

func (s shown) message(problem *errs.Field) *ui.ErrorMessage {
	if problem == nil {
		return nil
	}
	return &ui.ErrorMessage{
		Text: s.p.Printer.Named(problem.Code, problem.Args), VisuallyHiddenText: s.p.Printer.T("form.error"),
	}
}

// live makes a change of the answer ask the server which questions follow.
func (s shown) live() templ.Attributes {
	switch {
	case s.p.Refresh == "", !s.Refreshes && s.p.Saved == "":
		return nil
	case !s.Refreshes:
		return templ.Attributes{
			"hx-post": s.p.Refresh + "?luu=1", "hx-target": s.p.Saved, "hx-trigger": "change, input changed delay:2s", "hx-include": "closest form",
			"hx-swap": "outerHTML", "hx-sync": "closest form:queue all",
		}
	}
	return templ.Attributes{
		"hx-post": s.p.Refresh, "hx-target": s.p.Target, "hx-trigger": "change", "hx-include": "closest form", "hx-sync": "closest form:queue all",
	}
}

// edits makes a button that changes rows do so without loading the page.
func (s shown) edits() templ.Attributes {
	if s.p.Refresh == "" {
		return nil
	}
	return templ.Attributes{"hx-post": s.p.Refresh, "hx-target": s.p.Target, "hx-include": "closest form", "hx-sync": "closest form:queue all"}
}

func (s shown) line() templ.Component {
	in := ui.InputParams{
		ID: s.Key, Name: s.Key, Value: s.Value, Inputmode: s.InputMode, Autocomplete: s.Autocomplete,
		Label: s.label(), Hint: s.hint(), ErrorMessage: s.failure(), Classes: width(s.Width), Attributes: s.live(),
	}
	switch s.Type {
	case forms.Money:
		in.Suffix = &ui.Affix{Text: s.p.Printer.T("form.dong")}
		in.Classes = width(or(s.Width, 10))
	case forms.Phone, forms.PersonNumber, forms.TaxCode, forms.Number, forms.Insurance, forms.Card, forms.Year:
		in.Classes, in.Spellcheck = width(or(s.Width, 20)), "false"
	case forms.Email:
		in.Type, in.Spellcheck = "email", "false"
	default: // nothing is special about the others
	}
	return ui.Input(in)
}

func or(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

// width returns the class of the narrowest control that shows so many
// characters.
func width(n int) string {
	for _, w := range []int{2, 3, 4, 5, 10, 20, 30} {
		if n > 0 && n <= w {
			return "ts-input--width-" + strconv.Itoa(w)
		}
	}
	return ""
}

func (s shown) paragraphs() templ.Component {
	area := ui.TextareaParams{
		ID: s.Key, Name: s.Key, Value: s.Value, Label: s.label(), Hint: s.hint(), ErrorMessage: s.failure(), Attributes: s.live(),
	}
	return ui.CharacterCount(ui.CharacterCountParams{
		TextareaParams: area, MaxLength: s.MaxLength, Threshold: 75,
		TextareaDescriptionText: s.p.Printer.T("form.limit"),
	})
}

func (s shown) radios() templ.Component {
	r := ui.RadiosParams{IDPrefix: s.Key, Name: s.Key, Value: s.Value, Fieldset: s.fieldset(), Hint: s.hint(), ErrorMessage: s.failure()}
	for _, c := range s.Choices {
		r.Items = append(r.Items, ui.RadioItem{
			ID: c.ID, Value: c.Value, Text: c.Label.Text, HTML: s.marked(c.Label, c.Label.Text), Checked: c.Checked, Attributes: s.live(),
		})
	}
	return ui.Radios(r)
}

func (s shown) checkboxes() templ.Component {
	b := ui.CheckboxesParams{IDPrefix: s.Key, Name: s.Key, Values: s.Values, Fieldset: s.fieldset(), Hint: s.hint(), ErrorMessage: s.failure()}
	for _, c := range s.Choices {
		b.Items = append(b.Items, ui.CheckboxItem{
			ID: c.ID, Value: c.Value, Text: c.Label.Text, HTML: s.marked(c.Label, c.Label.Text), Checked: c.Checked, Attributes: s.live(),
		})
	}
	return ui.Checkboxes(b)
}

// choice shows a select. Its first line is empty: nothing is chosen for anybody.
func (s shown) choice(name, value string, label ui.Label, hint *ui.Hint, failure *ui.ErrorMessage) templ.Component {
	items := []ui.SelectItem{{Value: "", Text: s.p.Printer.T("form.select")}}
	for _, c := range s.Choices {
		item := ui.SelectItem{Value: c.Value, Text: c.Label.Text, Selected: c.Value == value && value != ""}
		if c.Label.Lang != s.p.Printer.Lang() {
			item.Attributes = templ.Attributes{"lang": string(c.Label.Lang)} // an option holds no markup
		}
		items = append(items, item)
	}
	return ui.Select(ui.SelectParams{
		ID: name, Name: name, Items: items, Label: label, Hint: hint, ErrorMessage: failure, Attributes: s.live(),
	})
}

func (s shown) day() templ.Component {
	d := ui.DateInputParams{ID: s.Key, Fieldset: s.fieldset(), Hint: s.hint(), ErrorMessage: s.failure()}
	for _, in := range s.Inputs {
		chars := 2
		if in.Part == "year" {
			chars = 4
		}
		d.Items = append(d.Items, ui.DateInputItem{
			ID: in.Name, Name: in.Name, Label: s.p.Printer.T("form." + in.Part), Value: in.Value, Inputmode: "numeric",
			Classes: width(chars), Attributes: s.live(),
		})
	}
	return ui.DateInput(d)
}

// block shows the parts of a person, an organisation or a document.
func (s shown) block() templ.Component {
	var parts []templ.Component
	if hint := s.hint(); hint != nil {
		parts = append(parts, ui.FieldHint(*hint))
	}
	if failed := s.failure(); failed != nil {
		parts = append(parts, ui.FieldError(*failed))
	}
	for _, one := range s.Parts {
		parts = append(parts, Field(one, s.p))
	}
	set := s.fieldset()
	set.Classes, set.HTML = "ts-block", templ.Join(parts...)
	set.Legend.Classes = "ts-fieldset__legend--m"
	return ui.Group(*set)
}

// address asks for the commune and for the words before it.
func (s shown) address() templ.Component {
	if s.Address != nil {
		return ui.Address(s.addressParams())
	}
	var parts []templ.Component
	for _, in := range s.Inputs {
		label := ui.Label{Text: s.p.Printer.T("form." + in.Part)}
		if in.Part == forms.Commune {
			parts = append(parts, s.choice(in.Name, in.Value, label, nil, s.failure()))
			continue
		}
		parts = append(parts, ui.Input(ui.InputParams{ID: in.Name, Name: in.Name, Value: in.Value, Label: label, Autocomplete: s.Autocomplete, Attributes: s.live()}))
	}
	set := s.fieldset()
	set.HTML = templ.Join(parts...)
	if hint := s.hint(); hint != nil {
		hint.ID = s.Key + "-hint"
		set.DescribedBy = hint.ID
		set.HTML = templ.Join(ui.FieldHint(*hint), set.HTML)
	}
	return ui.Group(*set)
}
