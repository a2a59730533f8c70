// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/core"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// importsPath is where lists of units and people stand that came.
const importsPath = "/nhan-su/nhap"

// shownEffects is how much of what a list does a page shows.
const shownEffects = 200

func listAt(source, table string) string {
	return Path + "/danh-sach/" + table + "?source=" + url.QueryEscape(source)
}

func (s site) lists(w http.ResponseWriter, r *http.Request) error {
	return s.listPage(w, r, url.Values{"from": {page.From(r.Context()).Date(s.svc.DB.Now().Time)}}, nil, nil)
}

func (s site) listPage(w http.ResponseWriter, r *http.Request, form url.Values, found *core.Listed, problem *web.ProblemError) error {
	p, table := page.From(r.Context()), r.PathValue("table")
	source := r.FormValue("source")
	title, err := s.svc.ListTitle(source, table)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("moving.list." + table), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("moving.title"), Href: Path}),
		Body: listsBody(p, source, table, title, form, found, func(role string) string { return p.Text(s.svc.RoleName(r.Context(), role)) }, problem),
	})
}

// typedDay is a day as it was typed, or what was typed where it is none.
func typedDay(said string) string {
	said = strings.TrimSpace(said)
	if t, err := time.ParseInLocation("2/1/2006", said, calendar.Zone()); err == nil {
		return t.Format(time.DateOnly)
	}
	return said
}

func (s site) takeList(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	p, in := page.From(r.Context()), r.PostForm
	o := core.ListAsked{Apply: in.Get("do") == "apply", Number: in.Get("number"), Date: typedDay(in.Get("date")), From: typedDay(in.Get("from")), Existing: in.Get("existing") != ""}
	words := func(code string) string { return reasonOf(p, code) }
	var (
		found core.Listed
		err   error
	)
	switch r.PathValue("table") {
	case mapping.Units:
		found, err = s.svc.TakeUnits(r.Context(), p.Actor, in.Get("source"), o, words)
	case mapping.Officials:
		found, err = s.svc.TakeOfficials(r.Context(), p.Actor, in.Get("source"), o, words)
	default:
		return moving.ErrNotFound
	}
	if err == nil && len(found.Done) > 0 {
		to := importsPath
		if len(found.Done) == 1 {
			to += "/" + found.Done[0]
		}
		return page.Done(w, r, to, "moving.list.came")
	}
	if err == nil {
		return s.listPage(w, r, in, &found, nil)
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.listPage(w, r, in, nil, problem)
}

func effectRows(p page.Page, l *core.Listed) (rows []ui.WorkRow) {
	for _, e := range l.Effects[:min(len(l.Effects), shownEffects)] {
		sub := []string{e.Words}
		for _, c := range e.Changes {
			sub = append(sub, p.T("moving.list.field."+c.Field)+": "+c.From+" → "+c.To)
		}
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{{Text: number(p, e.Line), Numeric: true}, {Text: e.Subject, Sub: strings.Join(sub, " · ")}, {Text: p.T("moving.list.what." + e.What)}}})
	}
	return rows
}

// countedRows are numbers by what they are of.
func countedRows(p page.Page, of map[string]int, say func(key string) string) (rows []ui.WorkRow) {
	keys := make([]string, 0, len(of))
	for key := range of {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{{Text: say(key)}, {Text: number(p, of[key]), Numeric: true}}})
	}
	return rows
}
