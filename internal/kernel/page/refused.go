// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package page

import (
	"net/http"
	"slices"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// ReadForm reads what a form has sent into r.PostForm. What is no form is
// web.ErrMalformed.
func ReadForm(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	return nil
}

// Refused explains, in the reader's language, an error that the person can do something
// about on the page it came from: what is invalid, what somebody else was faster with, and
// the kinds in also. Any other error comes back as it is: it has a page of its own.
func Refused(r *http.Request, err error, also ...errs.Kind) (*web.ProblemError, error) {
	kind := errs.KindOf(err)
	if kind != errs.Invalid && kind != errs.Conflict && !slices.Contains(also, kind) {
		return nil, err
	}
	told := web.Problem(err)
	From(r.Context()).Site.Explain(r, told)
	return told, nil
}

// StatusOf is the status of a page that tells of a problem; 0, the usual one, where there is none.
func StatusOf(problem *web.ProblemError) int {
	if problem == nil {
		return 0
	}
	return problem.Status
}

// Wrongs are the lines of a summary of what is wrong, each leading to its control. Where a
// control's name stands for what it asks, names is the beginning of the keys that say so
// ("payments.field."); empty where the messages speak for themselves.
func (p Page) Wrongs(problem *web.ProblemError, names string) (items []ui.ErrorItem) {
	if problem == nil {
		return nil
	}
	for _, f := range problem.Fields {
		text := p.wrong(f)
		if names != "" {
			text = p.T(names+f.Name) + ": " + text
		}
		items = append(items, ui.ErrorItem{Text: text, Href: "#" + f.Name})
	}
	if len(items) == 0 {
		items = append(items, ui.ErrorItem{Text: problem.Detail})
	}
	return items
}

// LeadTo gives the lines that belong to no control a place to lead to, and returns them.
func LeadTo(items []ui.ErrorItem, href string) []ui.ErrorItem {
	for i := range items {
		if items[i].Href == "" {
			items[i].Href = href
		}
	}
	return items
}

// WrongAt is what stands at the control of a name; nil where nothing is wrong with it.
func (p Page) WrongAt(problem *web.ProblemError, name string) *ui.ErrorMessage {
	if problem == nil {
		return nil
	}
	for _, f := range problem.Fields {
		if f.Name == name {
			return p.Wrong(p.wrong(f))
		}
	}
	return nil
}

// Wrong is a message at a control; nil without words.
func (p Page) Wrong(text string) *ui.ErrorMessage {
	if text == "" {
		return nil
	}
	return &ui.ErrorMessage{Text: text, VisuallyHiddenText: p.T("page.error.at_control")}
}

func (p Page) wrong(f web.ProblemField) string {
	if f.Detail != "" {
		return f.Detail
	}
	return p.Named(f.Code, f.Args)
}
