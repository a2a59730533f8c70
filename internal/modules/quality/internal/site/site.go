// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows the catalogue of databases and how good registers are.
package site

import (
	"net/http"
	"net/url"
	"strconv"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/quality"
	"tinhso.vn/internal/modules/quality/internal/core"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/web"
)

type site struct{ svc *core.Service }

const filePath = quality.Path + "/tai-ve.csv"

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s, view := site{svc}, web.Needs(string(quality.PermView))
	return []web.Route{
		{Pattern: "GET " + quality.Path, Access: view, Handle: s.list},
		{Pattern: "GET " + filePath, Access: view, Handle: s.file},
		{Pattern: "GET " + quality.Path + "/{register}", Access: view, Handle: s.one},
		{Pattern: "GET " + quality.Path + "/{register}/chua-dat/{aspect}", Access: view, Handle: s.failing},
	}
}

func onePath(register string) string { return quality.Path + "/" + url.PathEscape(register) }

func failingPath(register, aspect string) string { return onePath(register) + "/chua-dat/" + aspect }

func (s site) list(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	c, err := s.svc.Databases(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("quality.title"), Desk: true, Body: databases(p, c)})
}

func (s site) one(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	d, err := s.svc.Database(r.Context(), p.Actor, r.PathValue("register"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.Text(d.Definition.Title) + " – " + p.T("quality.title"), Desk: true, Body: database(p, d)})
}

func (s site) failing(w http.ResponseWriter, r *http.Request) error {
	p, aspect := page.From(r.Context()), r.PathValue("aspect")
	f, err := s.svc.FailingRecords(r.Context(), p.Actor, r.PathValue("register"), aspect)
	if err != nil {
		return err
	}
	title := p.T("quality.failing.title", "aspect", p.T("quality."+aspect))
	return p.Render(w, r, page.View{Title: title + " – " + p.Text(f.Definition.Title), Desk: true, Body: failing(p, title, f)})
}

// file is the catalogue as a table.
func (s site) file(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	c, err := s.svc.Databases(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	rows := [][]string{{
		"id", p.T("quality.name"), p.T("quality.owner"), p.T("quality.sharing"), p.T("quality.personal"), p.T("quality.records"), p.T("quality.score"),
		p.T("quality.complete"), p.T("quality.valid"), p.T("quality.fresh"), p.T("quality.unique"), p.T("quality.measured"),
	}}
	for _, o := range c.Own {
		row := []string{o.Definition.ID, p.Text(o.Definition.Title), p.Text(o.Database.Owner), sharing(p, o.Sharing), personal(p, string(o.Personal))}
		if o.Measured {
			row = append(row, strconv.FormatInt(o.Score.Records, 10), percent(p, o.Score.Score))
			for _, aspect := range registers.Aspects() {
				row = append(row, percent(p, o.Score.By[aspect]))
			}
			row = append(row, p.Date(o.Score.At.Time))
		}
		rows = append(rows, row)
	}
	for _, e := range c.Outside {
		rows = append(rows, []string{e.Code, named(p, e), e.Owner, sharing(p, e.Sharing), personal(p, e.Personal)})
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="co-so-du-lieu.csv"`)
	return sheet.WriteCSV(w, rows)
}

// percent writes thousandths: "98,5 %"; a dash where there is nothing to measure.
func percent(p page.Page, n int) string {
	if n < 0 {
		return "–"
	}
	point := ","
	if p.Lang() == i18n.EN {
		point = "."
	}
	return strconv.Itoa(n/10) + point + strconv.Itoa(n%10) + " %"
}

func sharing(p page.Page, kind string) string {
	switch kind {
	case "open", "automatic", "request", "special", "none":
		return p.T("quality.sharing." + kind)
	}
	return "–"
}

func personal(p page.Page, class string) string {
	switch class {
	case "none", "basic", "sensitive":
		return p.T("quality.personal." + class)
	}
	return "–"
}

func named(p page.Page, e core.Elsewhere) string {
	if p.Lang() == i18n.EN && e.English != "" {
		return e.English
	}
	return e.Name
}

// called is what a record is called in a list: the first of its values that is text.
func called(f core.FailingPage, r registers.Record) string {
	for _, key := range f.Definition.List.Columns {
		if said, ok := r.Values[key].(string); ok && said != "" {
			return said
		}
	}
	return r.ID
}
