// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"slices"
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
	rightPath    = "/nguoi/dai-dien"
	newRightPath = rightPath + "/moi"
	carePath     = "/nguoi/giam-ho"
	homesPath    = "/nguoi/ho"
	deathPath    = "/nguoi/qua-doi"
)

// offered fills a form with a person who was come from.
func (s site) offered(r *http.Request, in typed, prefix, person string) error {
	if person == "" {
		return nil
	}
	one, err := s.svc.GetPerson(r.Context(), page.From(r.Context()).Actor, person, access.Handling)
	if err != nil {
		return err
	}
	in[prefix+"number"], in[prefix+"name"] = []string{one.Full.Number}, []string{one.Name}
	in[prefix+"kind"], in[prefix+"born"] = []string{string(one.Kind)}, []string{shownDay(one.Full.Born)}
	return nil
}

func (s site) newRight(w http.ResponseWriter, r *http.Request) error {
	in := typed{"represented.kind": {string(identity.Organisation)}, "basis": {string(persons.Law)}}
	for _, a := range access.Acts() {
		if a != access.Pay {
			in["acts"] = append(in["acts"], string(a))
		}
	}
	q := r.URL.Query()
	if err := s.offered(r, in, "represented.", q.Get("cho")); err != nil {
		return err
	}
	if in.Get("represented.kind") == string(identity.Individual) {
		in["basis"] = []string{string(persons.Authorisation)}
	}
	if err := s.offered(r, in, "agent.", q.Get("boi")); err != nil {
		return err
	}
	return s.rightForm(w, r, in, nil, nil)
}

func (s site) rightForm(w http.ResponseWriter, r *http.Request, in typed, papers []persons.GivenPaper, problem *web.ProblemError) error {
	p := page.From(r.Context())
	fields, err := s.rightFields(r, p, papers, in.Get("dossier") != "")
	if err != nil {
		return err
	}
	f := sending{action: newRightPath, button: p.T("persons.counter.register"), upload: true, fields: fields, more: []ui.ButtonParams{
		{Text: p.T("persons.counter.look_papers"), Name: "what", Value: "papers", Classes: "ts-button--secondary"},
	}}
	title := p.T("persons.counter.right")
	return desk(w, r, title, problem, formBody(p, title, p.T("persons.counter.right_lead"), f, in, problem))
}

// rightFields are what a right to act is registered with, in the order in which a
// clerk asks.
func (s site) rightFields(r *http.Request, p page.Page, papers []persons.GivenPaper, asked bool) ([]field, error) {
	label := func(name string) string { return p.T("persons.field." + name) }
	limits, err := s.limitFields(r, p)
	if err != nil {
		return nil, err
	}
	all := []field{
		{kind: "head", label: p.T("persons.rights.represented")},
		{kind: "radios", name: "represented.kind", label: label("kind"), items: said(p, "persons.kind.", string(identity.Organisation), string(identity.Individual))},
		{kind: "number", name: "represented.number", label: label("represented.number"), first: true},
		{name: "represented.name", label: label("represented.name")},
		{kind: "head", label: p.T("persons.rights.agent")},
		{kind: "number", name: "agent.number", label: label("agent.number"), hint: p.T("persons.counter.card")},
		{name: "agent.name", label: label("agent.name")},
		{kind: "head", label: p.T("persons.rights.basis")},
		{kind: "radios", name: "basis", label: p.T("persons.counter.basis"), items: said(p, "persons.counter.basis_", string(persons.Law), string(persons.Authorisation), string(persons.Contract))},
	}
	all = append(all, paperFields(p)...)
	all = append(all, limits...)
	all = append(all,
		field{kind: "day", name: "from", label: label("from"), hint: p.T("persons.field.from_hint")},
		field{kind: "day", name: "until", label: label("until"), hint: p.T("persons.counter.until_hint")},
		field{kind: "check", name: "accepted", label: p.T("persons.counter.accepted")},
		field{kind: "head", label: p.T("persons.counter.scan")},
		field{name: "dossier", label: p.T("persons.counter.dossier"), hint: p.T("persons.counter.dossier_hint")},
	)
	if len(papers) > 0 {
		items := []choice{}
		for _, g := range papers {
			text := g.Name
			if g.Paper != "" {
				text = g.Paper + " · " + g.Name
			}
			items = append(items, choice{g.Dossier + "/" + g.File, text})
		}
		all = append(all, field{kind: "radios", name: "given", label: p.T("persons.counter.given"), items: items})
	} else if asked {
		all = append(all, field{kind: "head", label: p.T("persons.counter.given_none")})
	}
	return append(all, field{kind: "file", name: "file", label: p.T("persons.counter.file"), hint: p.T("persons.counter.file_hint")}), nil
}

func paperFields(p page.Page) []field {
	return []field{
		{name: "paper.number", label: p.T("persons.field.paper.number")},
		{kind: "day", name: "paper.date", label: p.T("persons.field.paper.date"), hint: p.T("persons.field.day_hint")},
		{name: "paper.issuer", label: p.T("persons.field.paper.issuer")},
	}
}

// limitFields are what a right is about.
func (s site) limitFields(r *http.Request, p page.Page) ([]field, error) {
	known, err := s.svc.Catalogue.Fields(r.Context())
	if err != nil {
		return nil, err
	}
	var items []choice
	for slug, name := range known {
		items = append(items, choice{slug, p.Text(name)})
	}
	slices.SortFunc(items, func(a, b choice) int { return strings.Compare(a.text, b.text) })
	all := []field{
		{kind: "check", name: "every", label: p.T("persons.rights.every"), hint: p.T("persons.counter.law_every")},
		{name: "procedures", label: p.T("persons.field.procedures"), hint: p.T("persons.field.procedures_hint")},
	}
	if len(items) > 0 {
		all = append(all, field{kind: "select", name: "fields", label: p.T("persons.counter.fields"), items: append([]choice{{"", p.T("persons.counter.no_field")}}, items...)})
	}
	var acts []string
	for _, a := range access.Acts() {
		acts = append(acts, string(a))
	}
	return append(all, field{kind: "checks", name: "acts", label: p.T("persons.rights.acts"), items: said(p, "persons.act.", acts...)}), nil
}

// limits reads what a right is about.
func (t typed) limits() (l core.Limits) {
	l.Every = t.Get("every") == "1"
	for _, id := range strings.FieldsFunc(t.Get("procedures"), func(c rune) bool { return strings.ContainsRune(", \r\n", c) }) {
		l.Procedures = append(l.Procedures, id[strings.LastIndexByte(id, '/')+1:])
	}
	for _, slug := range t["fields"] {
		if slug != "" {
			l.Fields = append(l.Fields, slug)
		}
	}
	for _, a := range t["acts"] {
		l.Acts = append(l.Acts, access.Act(a))
	}
	return l
}

func (s site) register(w http.ResponseWriter, r *http.Request) error {
	in, scan, err := received(r)
	if err != nil {
		return err
	}
	p := page.From(r.Context())
	papers, err := s.svc.ListPapers(r.Context(), p.Actor, in.Get("dossier"))
	if err != nil {
		return err
	}
	reg := core.Registration{
		Represented: in.who("represented."), Accepted: in.Get("accepted") == "1", Scan: scan,
		Grant: core.Grant{Agent: in.who("agent."), Basis: persons.Basis(in.Get("basis")), Paper: in.paper(), Limits: in.limits(), From: in.day("from"), Until: in.day("until")},
	}
	if in.Get("what") == "papers" {
		return s.rightForm(w, r, in, papers, nil)
	}
	reg.Represented.Kind, reg.Represented.Born = identity.PersonKind(in.Get("represented.kind")), ""
	if dossier, file, ok := strings.Cut(in.Get("given"), "/"); ok && scan.Content == nil {
		reg.Scan = core.Scan{Dossier: dossier, File: file}
	}
	id, err := s.svc.RegisterRepresentation(r.Context(), p.Actor, reg)
	if err != nil {
		problem, err := page.Refused(r, err)
		if err != nil {
			return err
		}
		return s.rightForm(w, r, in, papers, problem)
	}
	return page.Done(w, r, rightPath+"/"+id, "persons.rights.done")
}

func (s site) newCare(w http.ResponseWriter, r *http.Request) error {
	in := typed{"basis": {string(persons.Parent)}, "reason": {core.Minor}}
	if err := s.offered(r, in, "ward.", r.URL.Query().Get("cho")); err != nil {
		return err
	}
	if err := s.offered(r, in, "guardian.", r.URL.Query().Get("boi")); err != nil {
		return err
	}
	return s.careForm(w, r, in, nil)
}

func (s site) careForm(w http.ResponseWriter, r *http.Request, in typed, problem *web.ProblemError) error {
	p := page.From(r.Context())
	label := func(name string) string { return p.T("persons.field." + name) }
	f := sending{action: carePath, button: p.T("persons.counter.register"), fields: append([]field{
		{kind: "head", label: p.T("persons.care.ward")},
		{kind: "number", name: "ward.number", label: label("number"), hint: p.T("persons.counter.card"), first: true},
		{name: "ward.name", label: label("name")},
		{kind: "day", name: "ward.born", label: label("born"), hint: p.T("persons.field.day_hint")},
		{kind: "radios", name: "reason", label: p.T("persons.care.reason"), items: said(p, "persons.care.", core.Minor, core.Incapacity)},
		{kind: "head", label: p.T("persons.care.guardian")},
		{kind: "number", name: "guardian.number", label: label("number"), hint: p.T("persons.counter.card")},
		{name: "guardian.name", label: label("name")},
		{kind: "radios", name: "basis", label: p.T("persons.rights.basis"), items: said(p, "persons.basis.", string(persons.Parent), string(persons.Guardian))},
	}, append(paperFields(p), field{kind: "day", name: "until", label: label("until"), hint: p.T("persons.care.until_hint")})...)}
	title := p.T("persons.care.title")
	return desk(w, r, title, problem, formBody(p, title, p.T("persons.care.lead"), f, in, problem))
}

func (s site) saveCare(w http.ResponseWriter, r *http.Request) error {
	in, _, err := received(r)
	if err != nil {
		return err
	}
	id, err := s.svc.RegisterGuardian(r.Context(), page.From(r.Context()).Actor, core.Care{
		Ward: in.who("ward."), Guardian: in.who("guardian."), Basis: persons.Basis(in.Get("basis")), Reason: in.Get("reason"), Paper: in.paper(), Until: in.day("until"),
	})
	if err != nil {
		problem, err := page.Refused(r, err)
		if err != nil {
			return err
		}
		return s.careForm(w, r, in, problem)
	}
	return page.Done(w, r, rightPath+"/"+id, "persons.rights.done")
}

func (s site) newHome(w http.ResponseWriter, r *http.Request) error {
	in := typed{}
	if err := s.offered(r, in, "head.", r.URL.Query().Get("chu-ho")); err != nil {
		return err
	}
	return s.homeForm(w, r, in, nil)
}

func (s site) homeForm(w http.ResponseWriter, r *http.Request, in typed, problem *web.ProblemError) error {
	p := page.From(r.Context())
	f := sending{action: homesPath, button: p.T("persons.homes.open"), fields: []field{
		{kind: "number", name: "head.number", label: p.T("persons.homes.head_number"), hint: p.T("persons.counter.card"), first: true},
		{name: "head.name", label: p.T("persons.homes.head_name")},
		{name: "address", label: p.T("persons.homes.address")},
		{kind: "day", name: "from", label: p.T("persons.homes.from"), hint: p.T("persons.homes.today")},
	}}
	title := p.T("persons.homes.new")
	return desk(w, r, title, problem, formBody(p, title, p.T("persons.homes.lead"), f, in, problem))
}

func (s site) openHome(w http.ResponseWriter, r *http.Request) error {
	in, _, err := received(r)
	if err != nil {
		return err
	}
	id, err := s.svc.OpenHousehold(r.Context(), page.From(r.Context()).Actor, core.NewHousehold{Head: in.who("head."), Address: in.Get("address"), From: in.day("from")})
	if err != nil {
		problem, err := page.Refused(r, err)
		if err != nil {
			return err
		}
		return s.homeForm(w, r, in, problem)
	}
	return page.Done(w, r, homesPath+"/"+id, "persons.rights.done")
}

func (s site) household(w http.ResponseWriter, r *http.Request) error {
	return s.householdPage(w, r, typed{}, nil)
}

func (s site) householdPage(w http.ResponseWriter, r *http.Request, in typed, problem *web.ProblemError) error {
	p := page.From(r.Context())
	h, err := s.svc.GetHousehold(r.Context(), p.Actor, r.PathValue("household"))
	if err != nil {
		return err
	}
	return desk(w, r, p.T("persons.home.title"), problem, householdBody(p, h, in, problem))
}

// changeHome adds a member, ends that somebody is one, or changes the head.
func (s site) changeHome(w http.ResponseWriter, r *http.Request) error {
	in, _, err := received(r)
	if err != nil {
		return err
	}
	p, ctx, home := page.From(r.Context()), r.Context(), r.PathValue("household")
	switch in.Get("what") {
	case "leave":
		err = s.svc.LeaveHousehold(ctx, p.Actor, home, in.Get("member"), in.day("until"))
	case "head":
		err = s.svc.ChangeHead(ctx, p.Actor, home, in.Get("heir"), in.Get("became"))
	default:
		err = s.svc.AddMember(ctx, p.Actor, home, in.who("member."), in.Get("relation"), in.day("from"))
	}
	if err != nil {
		problem, err := page.Refused(r, err)
		if err != nil {
			return err
		}
		return s.householdPage(w, r, in, problem)
	}
	return page.Done(w, r, homesPath+"/"+url.PathEscape(home), "persons.rights.done")
}

func (s site) newDeath(w http.ResponseWriter, r *http.Request) error {
	return s.deathForm(w, r, typed{}, nil)
}

func (s site) deathForm(w http.ResponseWriter, r *http.Request, in typed, problem *web.ProblemError) error {
	p, id := page.From(r.Context()), r.PathValue("person")
	one, err := s.svc.GetPerson(r.Context(), p.Actor, id, access.Handling)
	if err != nil {
		return err
	}
	f := sending{action: deathPath + "/" + url.PathEscape(id), button: p.T("persons.death.do"), warning: true, fields: append([]field{
		{kind: "day", name: "day", label: p.T("persons.death.day"), hint: p.T("persons.field.day_hint"), first: true},
	}, paperFields(p)...)}
	title := p.T("persons.death.title", "name", one.Name)
	return desk(w, r, title, problem, formBody(p, title, p.T("persons.death.lead"), f, in, problem))
}

func (s site) saveDeath(w http.ResponseWriter, r *http.Request) error {
	in, _, err := received(r)
	if err != nil {
		return err
	}
	if _, err := s.svc.RegisterDeath(r.Context(), page.From(r.Context()).Actor, r.PathValue("person"), core.Died{Day: in.day("day"), Paper: in.paper()}); err != nil {
		problem, err := page.Refused(r, err)
		if err != nil {
			return err
		}
		return s.deathForm(w, r, in, problem)
	}
	return page.Done(w, r, personAt(r.PathValue("person"), access.Handling), "persons.rights.done")
}

// decideDeath confirms, refuses or takes back a death.
func (s site) decideDeath(w http.ResponseWriter, r *http.Request) error {
	in, _, err := received(r)
	if err != nil {
		return err
	}
	p, ctx, death := page.From(r.Context()), r.Context(), r.PathValue("death")
	what := in.Get("what")
	if what == "revoke" {
		err = s.svc.RevokeDeath(ctx, p.Actor, death, in.Get("words"))
	} else {
		err = s.svc.DecideDeath(ctx, p.Actor, death, what == "confirm", in.Get("words"))
	}
	if err != nil {
		problem, err := page.Refused(r, err)
		if err != nil {
			return err
		}
		return s.checkPage(w, r, problem)
	}
	return page.Done(w, r, checkPath, "persons.rights.done")
}
