// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

const (
	askPath      = "/dai-dien/de-nghi"
	requestsPath = "/nguoi/yeu-cau"
)

// ask is where somebody says, with the paper, that they represent another.
func (s site) ask(w http.ResponseWriter, r *http.Request) error {
	in := typed{"represented.kind": {string(identity.Organisation)}, "basis": {string(persons.Law)}}
	for _, a := range access.Acts() {
		in["acts"] = append(in["acts"], string(a))
	}
	return s.askForm(w, r, in, nil)
}

func (s site) askForm(w http.ResponseWriter, r *http.Request, in typed, problem *web.ProblemError) error {
	p := page.From(r.Context())
	limits, err := s.limitFields(r, p)
	if err != nil {
		return err
	}
	counters, err := s.svc.ListCounters(r.Context())
	if err != nil {
		return err
	}
	units := []choice{{"", p.T("persons.ask.choose_unit")}}
	for _, u := range counters {
		units = append(units, choice{string(u.ID), p.Text(u.Name)})
	}
	label := func(name string) string { return p.T("persons.field." + name) }
	fields := []field{
		{kind: "radios", name: "represented.kind", label: label("kind"), items: said(p, "persons.kind.", string(identity.Organisation), string(identity.Individual))},
		{kind: "number", name: "represented.number", label: label("represented.number")},
		{name: "represented.name", label: label("represented.name")},
		{kind: "radios", name: "basis", label: p.T("persons.counter.basis"), items: said(p, "persons.counter.basis_", string(persons.Law), string(persons.Authorisation), string(persons.Contract))},
	}
	fields = append(fields, paperFields(p)...)
	fields = append(fields, limits...)
	fields = append(fields,
		field{kind: "day", name: "until", label: label("until"), hint: p.T("persons.counter.until_hint")},
		field{kind: "select", name: "unit", label: p.T("persons.ask.unit"), hint: p.T("persons.ask.unit_hint"), items: units},
		field{kind: "file", name: "file", label: p.T("persons.counter.file"), hint: p.T("persons.counter.file_hint")},
	)
	title := p.T("persons.ask.title")
	return p.Render(w, r, page.View{Title: title, Status: page.StatusOf(problem), Body: formBody(p, title, p.T("persons.ask.lead"), sending{action: askPath, button: p.T("persons.ask.do"), upload: true, fields: fields}, in, problem)})
}

func (s site) asked(w http.ResponseWriter, r *http.Request) error {
	in, scan, err := received(r)
	if err != nil {
		return err
	}
	a := core.Asking{
		Represented: in.who("represented."), Basis: persons.Basis(in.Get("basis")), Paper: in.paper(), Limits: in.limits(), Until: in.day("until"), Unit: in.Get("unit"), Scan: scan,
	}
	a.Represented.Kind = identity.PersonKind(in.Get("represented.kind"))
	if _, err := s.svc.AskRepresentation(r.Context(), page.From(r.Context()).Actor, a); err != nil {
		problem, err := page.Refused(r, err)
		if err != nil {
			return err
		}
		if strings.HasPrefix(problem.Code, "files.") {
			problem.Fields = append(problem.Fields, web.ProblemField{Name: "file", Code: problem.Code, Detail: problem.Detail, Args: problem.Args})
		}
		return s.askForm(w, r, in, problem)
	}
	return page.Done(w, r, rightsPath, "persons.ask.done")
}

func (s site) withdraw(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.WithdrawRequest(r.Context(), page.From(r.Context()).Actor, r.PathValue("request")); err != nil {
		problem, err := page.Refused(r, err)
		if err != nil {
			return err
		}
		return s.overview(w, r, problem)
	}
	return page.Done(w, r, rightsPath, "persons.rights.done")
}

func (s site) requests(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, err := s.svc.ListRequests(r.Context(), p.Actor, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	return desk(w, r, p.T("persons.requests.title"), nil, requestsBody(p, all))
}

func (s site) request(w http.ResponseWriter, r *http.Request) error {
	return s.requestPage(w, r, nil)
}

func (s site) requestPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	one, err := s.svc.GetRequest(r.Context(), p.Actor, r.PathValue("request"))
	if err != nil {
		return err
	}
	return desk(w, r, p.T("persons.requests.one"), problem, requestBody(p, one, problem))
}

func (s site) decideRequest(w http.ResponseWriter, r *http.Request) error {
	in, _, err := received(r)
	if err != nil {
		return err
	}
	p, id := page.From(r.Context()), r.PathValue("request")
	take := in.Get("what") == "confirm"
	if err := s.svc.DecideRequest(r.Context(), p.Actor, id, take, in.Get("words")); err != nil {
		problem, err := page.Refused(r, err)
		if err != nil {
			return err
		}
		return s.requestPage(w, r, problem)
	}
	if take {
		return page.Done(w, r, rightPath+"/"+url.PathEscape(id), "persons.rights.done")
	}
	return page.Done(w, r, requestsPath, "persons.rights.done")
}

// requestFacts are what somebody says.
func requestFacts(p page.Page, one core.Request) []ui.SummaryRow {
	names := []string{}
	for _, n := range append(one.Fields, one.Procedures...) {
		names = append(names, p.Text(n))
	}
	about := strings.Join(names, "; ")
	if one.Every {
		about = p.T("persons.rights.every")
	}
	acts := []string{}
	for _, a := range one.Acts {
		acts = append(acts, p.T("persons.act."+string(a)))
	}
	until := p.T("persons.rights.no_end")
	if one.Until != "" {
		until = p.T("persons.rights.until", "day", shownDay(one.Until))
	}
	paper := []string{}
	for _, part := range []string{one.Paper.Number, shownDay(one.Paper.Date), one.Paper.Issuer} {
		if part != "" {
			paper = append(paper, part)
		}
	}
	return []ui.SummaryRow{
		row(p.T("persons.rights.represented"), one.Name), row(p.T("persons.field.number_of_"+string(one.Kind)), one.Number), row(p.T("persons.rights.agent"), one.Agent.Name+" "+one.Agent.Number),
		row(p.T("persons.rights.basis"), p.T("persons.basis."+string(one.Basis))), row(p.T("persons.rights.paper"), strings.Join(paper, ", ")), row(p.T("persons.rights.about"), about),
		row(p.T("persons.rights.acts"), strings.Join(acts, ", ")), row(p.T("persons.rights.period"), shownDay(one.From)+" – "+until), row(p.T("persons.ask.unit"), p.Text(one.Unit)),
		row(p.T("persons.rights.state"), p.T("persons.request.state_"+one.State)),
	}
}
