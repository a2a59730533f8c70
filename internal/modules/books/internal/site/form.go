// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// form is the form of a record, made of the definition of its register.
type form struct {
	core.Form
	Record  string // its id; empty for a new one
	Unit    string
	Seen    int64             // the version that the reader has seen
	Typed   map[string]string // by key of the field
	Problem *web.ProblemError
	Now     map[string]any    // what others have saved meanwhile, after a conflict
	Extra   map[string]*extra // by key of the field
	Picks   map[string][]core.Pick
	Held    map[string][]core.Upload // of a new record: files that came with the form, by key of the field

	Suspects registers.Suspects // that may be the same thing; told before it is saved
}

// control names the control of a field: keys of fields are free, and "unit" is ours.
func control(f registers.Field) string { return "f-" + f.Key }

// clearing names the box that takes a personal value away.
func clearing(f registers.Field) string { return "c-" + f.Key }

// take reads what was sent and returns the values for the register. A personal
// field that is left empty stays as it is: its value was never shown.
func (f *form) take(sent url.Values) map[string]any {
	f.Typed = map[string]string{}
	values := map[string]any{}
	for _, field := range f.Fields {
		if field.Type == registers.Files { // of a record that is there they have a page of their own
			if f.Record == "" {
				values[field.Key] = f.takeFiles(field)
			}
			continue
		}
		said, value := f.control(field, sent)
		f.Typed[field.Key] = said
		switch {
		case f.Record == "" || !core.Personal(field) || said != "":
			values[field.Key] = value
		case sent.Get(clearing(field)) != "":
			values[field.Key] = nil
		}
	}
	return values
}

// control reads what was sent for a field: as it stands in the form, and as the
// register takes it.
func (f *form) control(field registers.Field, sent url.Values) (said string, value any) {
	switch field.Type {
	case registers.Group:
		return f.takeRows(field, sent)
	case registers.Address:
		return f.takeAddress(field, sent)
	case registers.Reference:
		return f.takeReference(field, sent)
	case registers.Place:
		said = f.takePlace(field, sent)
	default:
		said = typed(field, sent)
	}
	return said, read(field, said)
}

func seen(sent url.Values) int64 {
	n, err := strconv.ParseInt(sent.Get("seen"), 10, 64)
	if err != nil {
		return 0 // no version: somebody else's
	}
	return n
}

// fail keeps what is wrong, by the name of its control.
func (f *form) fail(problem *web.ProblemError) {
	copied := *problem
	copied.Fields = slices.Clone(problem.Fields)
	f.better(&copied)
	f.Problem = &copied
}

// inForm names problems by the controls of the fields.
func inForm(d registers.Definition, problem *web.ProblemError) *web.ProblemError {
	copied := *problem
	copied.Fields = slices.Clone(problem.Fields)
	for i, wrong := range copied.Fields {
		if field, ok := d.Field(wrong.Name); ok {
			copied.Fields[i].Name = control(field)
		}
	}
	return &copied
}

// conflict says who was faster and when; empty for other problems.
func conflict(p page.Page, problem *web.ProblemError) string {
	if problem == nil || problem.Code != registers.ErrChanged.Code {
		return ""
	}
	at := time.Time{}
	if t, ok := problem.Args["when"].(db.Time); ok {
		at = t.Time
	}
	login, _ := problem.Args["who"].(string)
	return p.T("books.record.changed_by", "who", who(p, login), "when", p.DateTime(at))
}

// summaryTitle is what stands above the problems.
func summaryTitle(problem *web.ProblemError) string {
	if problem.Status == http.StatusConflict {
		return "page.error.conflict"
	}
	return "page.error.input"
}

// summary lists what is wrong with the form.
func summary(p page.Page, problem *web.ProblemError) []ui.ErrorItem {
	if text := conflict(p, problem); text != "" {
		return []ui.ErrorItem{{Text: text}}
	}
	return p.Wrongs(problem, "")
}

// hint is what helps to fill in a field, and what is there now after a conflict.
func (f form) hint(p page.Page, field registers.Field, unit unitName) *ui.Hint {
	said := p.Text(field.Hint)
	add := func(text string) {
		if said != "" {
			said += " "
		}
		said += text
	}
	switch field.Type { //nolint:exhaustive // the others need none
	case registers.Date:
		add(p.T("books.hint.date"))
	case registers.DatePartial:
		add(p.T("books.hint.date_partial"))
	case registers.Decimal:
		add(p.T("books.hint.decimal"))
	case registers.Place:
		add(p.T("books.hint.place"))
	case registers.Shape:
		add(p.T("books.hint.shape"))
	}
	if f.Record == "" && field.Serial != "" {
		add(p.T("books.hint.serial"))
	}
	if f.Record != "" && core.Personal(field) {
		add(p.T("books.hint.personal"))
	} else if f.Now != nil && fill(field, f.Now[field.Key]) != fill(field, read(field, f.Typed[field.Key])) {
		now := show(p, field, f.Now[field.Key], unit)
		if now == "" {
			now = p.T("books.empty")
		}
		add(p.T("books.hint.now", "value", now))
	}
	if said == "" {
		return nil
	}
	return &ui.Hint{Text: said}
}

// choices are the options of a field that is chosen.
func (f form) choices(p page.Page, field registers.Field) []ui.SelectItem {
	return options(p, field, f.Units, f.Typed[field.Key])
}

// options are what a field may be; what it is now is among them, though it may
// not be chosen any more.
func options(p page.Page, field registers.Field, units []orgs.Unit, now string) []ui.SelectItem {
	items := []ui.SelectItem{{Text: p.T("books.choose")}}
	switch field.Type { //nolint:exhaustive // the others are typed
	case registers.Boolean:
		return append(items, ui.SelectItem{Value: "true", Text: p.T("books.bool.true")}, ui.SelectItem{Value: "false", Text: p.T("books.bool.false")})
	case registers.Choice, registers.Choices:
		for _, o := range field.Options {
			items = append(items, ui.SelectItem{Value: o.Value, Text: p.Text(o.Label)})
		}
	case registers.Unit:
		for _, u := range units {
			items = append(items, ui.SelectItem{Value: string(u.ID), Text: p.Text(u.Name)})
		}
		if now != "" && !slices.ContainsFunc(items, func(i ui.SelectItem) bool { return i.Value == now }) {
			items = append(items, ui.SelectItem{Value: now, Text: now}) // a unit that is no more: not lost by saving
		}
	}
	return items
}

// own are the units for which the reader may write.
func (f form) own(p page.Page) []ui.SelectItem {
	items := make([]ui.SelectItem, len(f.Own))
	for i, u := range f.Own {
		items[i] = ui.SelectItem{Value: string(u.ID), Text: p.Text(u.Name)}
	}
	return items
}
