// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows the library of legal documents.
package site

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/lawbook"
	"tinhso.vn/internal/modules/lawbook/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// Path is where the pages begin.
const Path = "/van-ban-phap-luat"

const (
	changesPath = Path + "/thay-doi"
	reviewPath  = Path + "/can-ra-soat"
)

// Routes returns the pages.
func Routes(s *core.Service) []web.Route {
	p := pages{svc: s}
	return []web.Route{
		{Pattern: "GET " + Path, Access: web.Public(), Handle: p.list},
		{Pattern: "GET " + changesPath, Access: web.Public(), Handle: p.changes},
		{Pattern: "GET " + reviewPath, Access: web.Public(), Handle: p.review},
		{Pattern: "GET " + Path + "/{id}", Access: web.Public(), Handle: p.document},
	}
}

type pages struct{ svc *core.Service }

// asked is what the list was asked for.
type asked struct {
	Question, Kind, State, Day string
	Wrong                      string // what is wrong with Day
	After                      law.ID
}

func ask(r *http.Request) asked {
	q := r.URL.Query()
	return asked{
		Question: strings.TrimSpace(q.Get("q")), Kind: q.Get("kind"), State: q.Get("state"), Day: strings.TrimSpace(q.Get("day")),
		After: law.ID(q.Get("after")),
	}
}

// href is the address of the list that answers a, after a document.
func (a asked) href(after law.ID) string {
	q := url.Values{}
	for name, value := range map[string]string{"q": a.Question, "kind": a.Kind, "state": a.State, "day": a.Day, "after": string(after)} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return Path
	}
	return Path + "?" + q.Encode()
}

func (a asked) empty() bool { return a.Question+a.Kind+a.State+a.Day == "" }

// day reads the day of a form. What is none is said beside the field, and
// today is shown.
func (h pages) day(p page.Page, text string) (day calendar.Date, wrong string) {
	day, err := h.svc.Day(text)
	if err != nil {
		return h.svc.Today(), p.T(lawbook.ErrDay.Code)
	}
	return day, ""
}

func (h pages) list(w http.ResponseWriter, r *http.Request) error {
	p, a := page.From(r.Context()), ask(r)
	day, wrong := h.day(p, a.Day)
	a.Wrong = wrong
	found, err := h.svc.List(r.Context(), core.Filter{Question: a.Question, Kind: a.Kind, State: law.State(a.State), Day: day}, a.After)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: titled(p, wrong, p.T("lawbook.title")), Description: p.T("lawbook.description"), Status: status(wrong), Before: crumbs(p), Body: list(p, a, day, found),
	})
}

func (h pages) document(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	day, _ := h.day(p, r.URL.Query().Get("day"))
	d, err := h.svc.Get(r.Context(), law.ID(r.PathValue("id")), day)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: d.Number + " – " + p.Text(d.Title), Description: p.T("lawbook.one.description", "number", d.Number, "title", p.Text(d.Title)),
		Before: crumbs(p, p.T("lawbook.title"), Path, d.Number), Body: document(p, day, d),
	})
}

func (h pages) changes(w http.ResponseWriter, r *http.Request) error {
	p, text := page.From(r.Context()), r.URL.Query().Get("day")
	day, wrong := h.day(p, text)
	if wrong == "" {
		text = p.Date(day.At(0))
	}
	c, err := h.svc.ChangesOn(r.Context(), day)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title:       titled(p, wrong, p.T("lawbook.changes.title_day", "day", p.Date(day.At(0)))),
		Description: p.T("lawbook.changes.description"), Status: status(wrong),
		Before: crumbs(p, p.T("lawbook.title"), Path, p.T("lawbook.changes.title")), Body: changes(p, text, wrong, c),
	})
}

func (h pages) review(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, err := h.svc.Review(r.Context())
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("lawbook.review.title"), Description: p.T("lawbook.review.text"),
		Before: crumbs(p, p.T("lawbook.title"), Path, p.T("lawbook.review.title")), Body: review(p, all),
	})
}

func status(wrong string) int {
	if wrong != "" {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

func titled(p page.Page, wrong, title string) string {
	if wrong != "" {
		return p.T("lawbook.error_title", "title", title)
	}
	return title
}

// choices are the options of a filter, the first is not to choose. What nothing
// has under the other filters stays as long as it is chosen.
func choices(p page.Page, counts []core.Count, prefix, chosen string) []ui.SelectItem {
	items, known := []ui.SelectItem{{Text: p.T("lawbook.filter.any")}}, chosen == ""
	for _, c := range counts {
		items = append(items, ui.SelectItem{Value: c.Value, Text: p.T(prefix+c.Value) + " (" + p.Number(c.N) + ")", Selected: c.Value == chosen})
		known = known || c.Value == chosen
	}
	if !known {
		name := chosen
		if p.Site.Catalogue.Has(prefix + chosen) {
			name = p.T(prefix + chosen)
		}
		items = append(items, ui.SelectItem{Value: chosen, Text: name + " (0)", Selected: true})
	}
	return items
}

func href(id law.ID) string { return Path + "/" + url.PathEscape(string(id)) }

func changesHref(day calendar.Date) string { return changesPath + "?day=" + day.String() }

// tones are the colours of states; the word says it.
func tone(s law.State) string {
	switch s {
	case law.Valid:
		return "ts-tag--ok"
	case law.Assumed:
		return "ts-tag--plain"
	case law.Coming:
		return "ts-tag--done"
	case law.Superseded:
		return "ts-tag--soon"
	case law.Ended:
		return "ts-tag--late"
	}
	return "ts-tag--plain"
}

// period says since when and until when a document is in force.
func period(p page.Page, d law.Standing) string {
	switch {
	case d.From.IsZero() && d.To.IsZero():
		return p.T("lawbook.period.unknown")
	case d.From.IsZero():
		return p.T("lawbook.period.until", "to", p.Date(d.To.At(0)))
	case d.To.IsZero():
		return p.T("lawbook.period.since", "from", p.Date(d.From.At(0)))
	}
	return p.T("lawbook.period.both", "from", p.Date(d.From.At(0)), "to", p.Date(d.To.At(0)))
}

// name is how a document is called in a sentence: Nghị định 118/2025/NĐ-CP.
// Where no source gives the number, the pack says so in words, and they stand
// in brackets: Kế hoạch (không số).
func name(p page.Page, d law.Standing) string {
	kind := p.T("lawbook.kind." + d.Kind)
	if !strings.ContainsAny(d.Number, "0123456789") {
		return kind + " (" + strings.ToLower(d.Number) + ")"
	}
	return kind + " " + d.Number
}

func crumbs(p page.Page, parts ...string) templ.Component {
	items := []ui.BreadcrumbItem{{Text: p.T("lawbook.crumb.home"), Href: "/"}}
	switch len(parts) {
	case 0:
		items = append(items, ui.BreadcrumbItem{Text: p.T("lawbook.title")})
	default:
		items = append(items, ui.BreadcrumbItem{Text: parts[0], Href: parts[1]}, ui.BreadcrumbItem{Text: parts[2]})
	}
	return ui.Breadcrumbs(ui.BreadcrumbsParams{LabelText: p.T("lawbook.crumb.label"), Items: items})
}
