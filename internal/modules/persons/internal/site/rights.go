// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

const (
	rightsPath = "/dai-dien"
	homePath   = "/ho-gia-dinh"
	findPath   = "/nguoi"
	checkPath  = "/nguoi/xac-nhan"
)

// day reads a day as people write it; what cannot be read stays for core to refuse.
func day(typed string) string {
	typed = strings.TrimSpace(typed)
	if t, err := time.Parse("2/1/2006", typed); err == nil {
		return t.Format(time.DateOnly)
	}
	return typed
}

// overview is the page of who acts for whom.
type overview struct {
	mine, granted core.Page[core.Right]
	requests      core.Page[core.Request]
	mayGrant      bool
	form          func(name string) string // what was typed
	problem       *web.ProblemError
}

func (s site) rights(w http.ResponseWriter, r *http.Request) error { return s.overview(w, r, nil) }

func (s site) overview(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p, ctx := page.From(r.Context()), r.Context()
	o := overview{form: r.PostFormValue, problem: problem}
	var err error
	if o.mine, err = s.svc.ListMine(ctx, p.Actor, r.URL.Query().Get("cua-toi")); err != nil {
		return err
	}
	if o.requests, err = s.svc.ListMyRequests(ctx, p.Actor, r.URL.Query().Get("da-de-nghi")); err != nil {
		return err
	}
	if o.granted, err = s.svc.ListGranted(ctx, p.Actor, r.URL.Query().Get("da-cu")); err != nil {
		return err
	}
	if o.mayGrant, err = s.svc.MayGrant(ctx, p.Actor); err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("persons.rights.title"), Status: page.StatusOf(problem), Body: rightsBody(p, o)})
}

// offer reads the form by which somebody lets another act.
func (s site) offer(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	f := r.PostForm.Get
	g := core.Grant{
		Agent: core.Who{Name: f("agent.name"), Number: f("agent.number")}, Basis: persons.Basis(f("basis")),
		Paper:  core.Paper{Number: f("paper.number"), Date: day(f("paper.date")), Issuer: f("paper.issuer")},
		Limits: core.Limits{Every: f("every") == "1"}, From: day(f("from")), Until: day(f("until")),
	}
	for _, id := range strings.FieldsFunc(f("procedures"), func(c rune) bool { return c == ',' || c == ' ' || c == '\n' || c == '\r' }) {
		g.Limits.Procedures = append(g.Limits.Procedures, strings.TrimSpace(id[strings.LastIndexByte(id, '/')+1:]))
	}
	for _, a := range r.PostForm["acts"] {
		g.Limits.Acts = append(g.Limits.Acts, access.Act(a))
	}
	if _, err := s.svc.OfferRepresentation(r.Context(), page.From(r.Context()).Actor, g); err != nil {
		problem, err := page.Refused(r, err)
		if err != nil {
			return err
		}
		return s.overview(w, r, problem)
	}
	return page.Done(w, r, rightsPath, "persons.rights.offered")
}

// decide answers or ends a right.
func (s site) decide(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p, id := page.From(r.Context()), r.PathValue("right")
	var err error
	if what := r.PostForm.Get("what"); what == "end" {
		err = s.svc.EndRepresentation(r.Context(), p.Actor, id, r.PostForm.Get("words"))
	} else {
		err = s.svc.AnswerRepresentation(r.Context(), p.Actor, id, what == "accept")
	}
	if err != nil {
		problem, err := page.Refused(r, err)
		if err != nil {
			return err
		}
		return s.overview(w, r, problem)
	}
	return page.Done(w, r, rightsPath, "persons.rights.done")
}

func (s site) home(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	h, found, err := s.svc.OwnHousehold(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("persons.home.title"), Body: homeBody(p, h, found)})
}

// period is from when and until when a right holds.
func period(p page.Page, one core.Right) (text string) {
	if one.From.Year() >= 1980 {
		text = p.Date(one.From.In(calendar.Zone())) + " – "
	}
	if one.Until.IsZero() {
		return text + p.T("persons.rights.no_end")
	}
	return text + p.T("persons.rights.until", "day", p.Date(one.Until.Add(-time.Microsecond).In(calendar.Zone())))
}

// rows are what a card says of a right.
func rows(p page.Page, one core.Right) []ui.SummaryRow {
	about := p.T("persons.rights.every")
	if !one.Every {
		var names []string
		for _, n := range append(slices.Clone(one.Fields), one.Procedures...) {
			names = append(names, p.Text(n))
		}
		about = strings.Join(names, "; ")
	}
	var acts []string
	for _, a := range one.Acts {
		acts = append(acts, p.T("persons.act."+string(a)))
	}
	all := []ui.SummaryRow{
		row(p.T("persons.rights.represented"), one.Represented.Name), row(p.T("persons.rights.agent"), one.Agent.Name),
		row(p.T("persons.rights.basis"), p.T("persons.basis."+string(one.Basis))), row(p.T("persons.rights.about"), about),
		row(p.T("persons.rights.acts"), strings.Join(acts, ", ")), row(p.T("persons.rights.period"), period(p, one)), row(p.T("persons.rights.state"), p.T("persons.state."+one.State)),
	}
	if one.Paper.Number != "" {
		paper := one.Paper.Number
		if one.Paper.Date != "" {
			paper += ", " + shownDay(one.Paper.Date)
		}
		if one.Paper.Issuer != "" {
			paper += ", " + one.Paper.Issuer
		}
		all = slices.Insert(all, 3, row(p.T("persons.rights.paper"), paper))
	}
	return all
}

func row(key, value string) ui.SummaryRow {
	return ui.SummaryRow{Key: ui.SummaryText{Text: key}, Value: ui.SummaryText{Text: value}}
}

func actItems(p page.Page) (items []ui.CheckboxItem) {
	for _, a := range access.Acts() {
		items = append(items, ui.CheckboxItem{Value: string(a), Text: p.T("persons.act." + string(a)), Checked: a != access.Pay})
	}
	return items
}
