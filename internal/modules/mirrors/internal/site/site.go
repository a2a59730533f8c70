// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows procedures whose open dossiers belong to another system than new
// ones do, what handing them over would do, and takes the decision.
package site

import (
	"net/http"
	"net/url"
	"strconv"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/mirrors"
	"tinhso.vn/internal/modules/mirrors/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// Path is the page of all flips.
const Path = "/doi-noi-giai-quyet"

const onePath = Path + "/{procedure}/{day}"

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s := site{svc}
	decide := web.Needs(string(mirrors.PermDecide))
	return []web.Route{
		{Pattern: "GET " + Path, Access: decide, Handle: s.list},
		{Pattern: "GET " + onePath, Access: decide, Handle: s.show},
		{Pattern: "POST " + onePath, Access: decide, Handle: s.decide},
	}
}

type site struct{ svc *core.Service }

func at(f mirrors.Flip) string {
	return Path + "/" + url.PathEscape(string(f.Procedure)) + "/" + url.PathEscape(f.Day)
}

func (s site) list(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, err := s.svc.Flips(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("mirrors.title"), Desk: true, Body: listBody(p, s.names(), all)})
}

// typed is the form as it was typed.
type typed struct{ Choice, Reason string }

func (s site) show(w http.ResponseWriter, r *http.Request) error {
	return s.one(w, r, typed{}, nil)
}

func (s site) one(w http.ResponseWriter, r *http.Request, t typed, problem *web.ProblemError) error {
	p := page.From(r.Context())
	f, open, next, err := s.svc.Flip(r.Context(), p.Actor, procedures.ID(r.PathValue("procedure")), r.PathValue("day"), dossiers.ID(r.URL.Query().Get("after")))
	if err != nil {
		return err
	}
	if problem == nil {
		t = typed{string(f.Decision.Choice), f.Decision.Reason}
	}
	v := page.View{
		Title: p.T("mirrors.one", "name", p.Text(f.Name)), Desk: true, Before: ui.BackLink(ui.BackLinkParams{Text: p.T("mirrors.title"), Href: Path}),
		Body: oneBody(p, view{f, open, next, s.names(), t, problem}),
	}
	if problem != nil {
		v.Status = problem.Status
	}
	return p.Render(w, r, v)
}

func (s site) decide(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	procedure, day := procedures.ID(r.PathValue("procedure")), r.PathValue("day")
	t := typed{r.PostForm.Get("choice"), r.PostForm.Get("reason")}
	err := s.svc.Decide(r.Context(), page.From(r.Context()).Actor, procedure, day, core.Wish{Choice: mirrors.Choice(t.Choice), Reason: t.Reason, Seen: r.PostForm.Get("seen")})
	if err == nil {
		return page.Done(w, r, at(mirrors.Flip{Procedure: procedure, Day: day}), "mirrors.done")
	}
	problem := web.Problem(err)
	if problem.Status != http.StatusUnprocessableEntity && problem.Status != http.StatusConflict {
		return err
	}
	page.From(r.Context()).Site.Explain(r, problem)
	return s.one(w, r, t, problem)
}

// names are the systems by the codes of their agencies.
func (s site) names() map[string]core.Ministry {
	all := map[string]core.Ministry{}
	for _, m := range s.svc.Ministries {
		all[m.Code] = m
	}
	return all
}

func who(p page.Page, names map[string]core.Ministry, code string) string {
	if code == "" {
		return p.T("mirrors.province")
	}
	if m, known := names[code]; known {
		return p.Text(m.Name)
	}
	return p.T("mirrors.unknown", "code", code)
}

// view is what the page of a flip shows.
type view struct {
	flip    mirrors.Flip
	open    []dossiers.OpenCase
	next    string
	names   map[string]core.Ministry
	typed   typed
	problem *web.ProblemError
}

// goes counts what would change hands of what is shown.
func (v view) goes() (n int) {
	for _, c := range v.open {
		if c.Stays == "" {
			n++
		}
	}
	return n
}

func (v view) wrong(p page.Page, name string) *ui.ErrorMessage {
	if v.problem == nil {
		return nil
	}
	if text := p.Errors(v.problem.Fields)[name]; text != "" {
		return p.Wrong(text)
	}
	return nil
}

func summary(p page.Page, problem *web.ProblemError) ui.ErrorSummaryParams {
	params := ui.ErrorSummaryParams{TitleText: p.T("page.error.input")}
	for _, f := range problem.Fields {
		params.ErrorList = append(params.ErrorList, ui.ErrorItem{Text: p.Named(f.Code, f.Args), Href: "#" + f.Name})
	}
	if len(params.ErrorList) == 0 {
		params.ErrorList = []ui.ErrorItem{{Text: problem.Detail}}
	}
	return params
}

func flipRows(p page.Page, names map[string]core.Ministry, all []mirrors.Flip) (rows []ui.WorkRow) {
	for _, f := range all {
		decided := p.T("mirrors.undecided")
		if f.Decision.ID != "" {
			decided = p.T("mirrors.choice." + string(f.Decision.Choice))
		}
		rows = append(rows, ui.WorkRow{Value: string(f.Procedure), Cells: []ui.WorkCell{
			{Text: p.Text(f.Name), Href: at(f)},
			{Text: who(p, names, f.From) + " → " + who(p, names, f.To)},
			{Text: dayOf(f.Day), Numeric: true},
			{Text: strconv.FormatInt(f.Open, 10), Numeric: true},
			{Text: decided},
		}})
	}
	return rows
}

// dayOf writes 2026-11-22 as people do.
func dayOf(day string) string {
	if len(day) != len("2006-01-02") {
		return day
	}
	return day[8:] + "/" + day[5:7] + "/" + day[:4]
}

func openRows(p page.Page, all []dossiers.OpenCase) (rows []ui.WorkRow) {
	for _, c := range all {
		code := c.Code
		if code == "" {
			code = c.Reference
		}
		what := ui.WorkCell{Text: p.T("mirrors.goes")}
		if c.Stays != "" {
			what = ui.WorkCell{Text: p.T("mirrors.stays"), Sub: p.T(c.Stays)}
		}
		due := "–"
		if !c.Due.IsZero() {
			due = p.Date(c.Due.Time)
		}
		rows = append(rows, ui.WorkRow{Value: string(c.ID), Cells: []ui.WorkCell{{Text: code}, {Text: p.T(c.Status.Key())}, {Text: due, Numeric: true}, what}})
	}
	return rows
}

func choices(p page.Page, v view) []ui.RadioItem {
	to := who(p, v.names, v.flip.To)
	return []ui.RadioItem{
		{Value: string(mirrors.Keep), Text: p.T("mirrors.choice.keep"), Hint: &ui.Hint{Text: p.T("mirrors.keep.hint", "who", who(p, v.names, v.flip.From))}},
		{Value: string(mirrors.Hand), Text: p.T("mirrors.choice.hand_over"), Hint: &ui.Hint{Text: p.T("mirrors.hand.hint", "who", to, "day", dayOf(v.flip.Day))}},
	}
}
