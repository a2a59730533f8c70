// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/persons/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// typed is what was typed into a form, or is offered there.
type typed url.Values

// Get returns the first value of a name.
func (t typed) Get(name string) string { return url.Values(t).Get(name) }

// day reads a day of the form.
func (t typed) day(name string) string { return day(t.Get(name)) }

// who reads a person. A scanner types the code of an identity card into the field
// of the number: then the card says who it is.
func (t typed) who(prefix string) core.Who {
	w := core.Who{Name: t.Get(prefix + "name"), Number: t.Get(prefix + "number"), Born: t.day(prefix + "born")}
	part := strings.Split(strings.TrimSpace(w.Number), "|")
	if len(part) < 4 {
		return w
	}
	w.Number, w.Name = part[0], part[2]
	if born, err := time.Parse("02012006", part[3]); err == nil {
		w.Born = born.Format(time.DateOnly)
	}
	for name, value := range map[string]string{"number": w.Number, "name": w.Name, "born": shownDay(w.Born)} {
		t[prefix+name] = []string{value}
	}
	return w
}

func (t typed) paper() core.Paper {
	return core.Paper{Number: t.Get("paper.number"), Date: t.day("paper.date"), Issuer: t.Get("paper.issuer")}
}

// shownDay writes a day as people do.
func shownDay(day string) string {
	if t, err := time.Parse(time.DateOnly, day); err == nil {
		return t.Format("02/01/2006")
	}
	return day
}

// maxField is how many bytes a field beside a file may have, maxFields all of them.
const (
	maxField  = 1 << 16
	maxFields = 500
)

// received reads a form up to its file, which comes last and is read by whoever
// keeps it.
func received(r *http.Request) (in typed, scan core.Scan, err error) {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		if err := r.ParseForm(); err != nil {
			return nil, scan, web.ErrMalformed.Because(err)
		}
		return typed(r.PostForm), scan, nil
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, scan, web.ErrMalformed.Because(err)
	}
	in = typed{}
	for range maxFields {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return in, scan, nil
		}
		if err != nil {
			return nil, scan, web.ErrMalformed.Because(err)
		}
		if part.FormName() == "file" {
			if part.FileName() != "" {
				scan = core.Scan{Name: part.FileName(), Content: part}
			}
			return in, scan, nil
		}
		value, err := io.ReadAll(io.LimitReader(part, maxField))
		if err != nil {
			return nil, scan, web.ErrMalformed.Because(err)
		}
		in[part.FormName()] = append(in[part.FormName()], string(value))
	}
	return nil, scan, web.ErrMalformed
}

// desk shows a page of officials, with its problem.
func desk(w http.ResponseWriter, r *http.Request, title string, problem *web.ProblemError, body templ.Component) error {
	return page.From(r.Context()).Render(w, r, page.View{Title: title, Desk: true, Status: page.StatusOf(problem), Body: body})
}

func hint(text string) *ui.Hint {
	if text == "" {
		return nil
	}
	return &ui.Hint{Text: text}
}

func press(f sending) ui.ButtonParams {
	b := ui.ButtonParams{Text: f.button, PreventDoubleClick: "true"}
	if f.what != "" {
		b.Name, b.Value = "what", f.what
	}
	switch {
	case f.warning:
		b.Classes = "ts-button--warning"
	case f.quiet:
		b.Classes = "ts-button--secondary"
	}
	return b
}

func radios(all []choice) (items []ui.RadioItem) {
	for _, c := range all {
		items = append(items, ui.RadioItem{Value: c.value, Text: c.text})
	}
	return items
}

// runs puts lines that follow each other beside each other.
func runs(fields []field) (all [][]field) {
	line := func(f field) bool { return f.kind == "" || f.kind == "number" || f.kind == "day" }
	for i, f := range fields {
		if i > 0 && line(f) && line(fields[i-1]) {
			all[len(all)-1] = append(all[len(all)-1], f)
			continue
		}
		all = append(all, []field{f})
	}
	return all
}

func options(all []choice) (items []ui.SelectItem) {
	for _, c := range all {
		items = append(items, ui.SelectItem{Value: c.value, Text: c.text})
	}
	return items
}

func boxes(all []choice, on []string) (items []ui.CheckboxItem) {
	for _, c := range all {
		item := ui.CheckboxItem{Value: c.value, Text: c.text}
		for _, v := range on {
			item.Checked = item.Checked || v == c.value
		}
		items = append(items, item)
	}
	return items
}

// said gives values the words of a prefix.
func said(p page.Page, prefix string, values ...string) (all []choice) {
	for _, v := range values {
		all = append(all, choice{v, p.T(prefix + v)})
	}
	return all
}

func mode(kind string) string {
	if kind == "number" || kind == "day" {
		return "numeric"
	}
	return ""
}

func width(kind string) string {
	if kind == "number" || kind == "day" {
		return "ts-input--width-20"
	}
	return ""
}
