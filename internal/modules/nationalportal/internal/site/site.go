// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows what the National Public Service Portal brought and what of it
// was refused, and looks procedures up in its catalogue.
package site

import (
	"net/http"
	"net/url"
	"strings"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/nationalportal"
	"tinhso.vn/internal/modules/nationalportal/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// Path is the page of what came.
const Path = "/quan-tri/cong-quoc-gia"

const lookPath = Path + "/thu-tuc"

// LinkPath is where links of the portal lead: to the dossier that it knows by a code,
// or to the form of a procedure, signed in with the account of the portal.
const LinkPath = "/tu-cong-quoc-gia"

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s := site{svc}
	view := web.Needs(string(nationalportal.PermView))
	return []web.Route{
		{Pattern: "GET " + Path, Access: view, Handle: s.arrivals},
		{Pattern: "GET " + lookPath, Access: view, Handle: s.look},
		{Pattern: "GET " + LinkPath, Access: web.Public(), Handle: s.link},
	}
}

type site struct{ svc *core.Service }

func (s site) arrivals(w http.ResponseWriter, r *http.Request) error {
	p, taken := page.From(r.Context()), r.URL.Query().Get("state") == "taken"
	all, next, err := s.svc.Arrivals(r.Context(), p.Actor, taken, r.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("nationalportal.title"), Desk: true, Body: arrivalsPage(p, all, taken, next)})
}

// link signs in whoever comes over a link of the portal and sends them on.
func (s site) link(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	if p.Actor.Anonymous() {
		return web.SeeOther(w, r, s.svc.SignIn+"?next="+url.QueryEscape(LinkPath+"?"+url.Values{"ma": q["ma"], "thu-tuc": q["thu-tuc"]}.Encode()))
	}
	path, err := s.svc.Landing(r.Context(), strings.TrimSpace(q.Get("ma")), strings.TrimSpace(q.Get("thu-tuc")))
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, path)
}

func (s site) look(w http.ResponseWriter, r *http.Request) error {
	p, code := page.From(r.Context()), strings.TrimSpace(r.URL.Query().Get("ma"))
	view := page.View{Title: p.T("nationalportal.look"), Desk: true}
	if code == "" {
		view.Body = lookPage(p, code, nil, nil)
		return p.Render(w, r, view)
	}
	found, err := s.svc.Procedure(r.Context(), p.Actor, code)
	if err != nil {
		problem := web.Problem(err)
		if problem.Status == http.StatusForbidden || problem.Status == http.StatusInternalServerError {
			return err
		}
		p.Site.Explain(r, problem)
		view.Status, view.Body = problem.Status, lookPage(p, code, nil, problem)
		return p.Render(w, r, view)
	}
	view.Body = lookPage(p, code, &found, nil)
	return p.Render(w, r, view)
}

func arrivalRows(p page.Page, all []nationalportal.Arrival) (rows []ui.WorkRow) {
	for _, a := range all {
		became := ui.WorkCell{Text: problems(p, a)}
		if a.Taken {
			became = ui.WorkCell{Text: a.Reference, Href: "/xu-ly/" + url.PathEscape(a.Dossier)}
		}
		rows = append(rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: a.Code, Sub: p.T("nationalportal.files", "n", a.Files)},
			{Text: a.Procedure, Sub: a.Unit},
			{Text: p.DateTime(a.At.Time), Sub: p.T("nationalportal.times", "n", a.Times)},
			became,
		}})
	}
	return rows
}

// problems says what was wrong, field by field.
func problems(p page.Page, a nationalportal.Arrival) string {
	var words []string
	for _, f := range a.Problems {
		said := f.Code
		if p.Site.Catalogue.Has(f.Code) {
			said = p.Named(f.Code, f.Args)
		}
		words = append(words, f.Name+": "+said)
	}
	return strings.Join(words, "; ")
}

func lookSummary(p page.Page, problem *web.ProblemError) ui.ErrorSummaryParams {
	s := ui.ErrorSummaryParams{TitleText: p.T("page.error.input")}
	for _, f := range problem.Fields {
		s.ErrorList = append(s.ErrorList, ui.ErrorItem{Text: f.Detail, Href: "#ma"})
	}
	if len(problem.Fields) == 0 {
		s.ErrorList = []ui.ErrorItem{{Text: problem.Detail, Href: "#ma"}}
	}
	return s
}

func facts(p page.Page, n core.National) []ui.SummaryRow {
	row := func(key, value string) ui.SummaryRow {
		if value == "" {
			value = "–"
		}
		return ui.SummaryRow{Key: ui.SummaryText{Text: p.T("nationalportal." + key)}, Value: ui.SummaryText{Text: value}}
	}
	var fields, papers, results, bases []string
	for _, f := range n.Fields {
		fields = append(fields, f.Name)
	}
	for _, c := range n.Papers {
		for _, one := range c.List {
			papers = append(papers, one.Name)
		}
	}
	for _, r := range n.Results {
		results = append(results, r.Name)
	}
	for _, b := range n.Bases {
		bases = append(bases, b.Number)
	}
	return []ui.SummaryRow{
		row("procedure", n.Name), row("field", strings.Join(fields, "; ")), row("agency", n.Agency), row("audience", n.Audience), row("sequence", n.Sequence),
		row("papers", strings.Join(papers, "; ")), row("results", strings.Join(results, "; ")), row("bases", strings.Join(bases, "; ")), row("conditions", n.Conditions),
	}
}

func listTitle(taken bool) string { return "nationalportal." + stateOf(taken) }

func stateOf(taken bool) string {
	if taken {
		return "taken"
	}
	return "refused"
}
