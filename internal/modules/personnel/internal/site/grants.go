// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func (s site) grants(w http.ResponseWriter, r *http.Request) error {
	return s.grantsPage(w, r, nil)
}

func (s site) grantsPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	state := ""
	if r.Method == http.MethodGet {
		state = r.FormValue("state")
	}
	found, err := s.svc.ListGrants(r.Context(), p.Actor, state, r.FormValue("before"))
	if err != nil {
		return err
	}
	l := listing{
		title: p.T("personnel.grants.title"), lead: p.T("personnel.grants.lead"), none: p.T("personnel.grants.none"), noneText: p.T("personnel.grants.none_text"),
		list: ui.WorkListParams{Caption: p.T("personnel.grants.title"), Head: head(p, "name", "role", "period", "reason", "by", "state")},
	}
	for _, one := range []string{"", core.Asked, core.Granted, core.Refused, core.Revoked} {
		l.tabs = append(l.tabs, ui.Chip{Text: p.T("personnel.grant_state." + or(one, "all")), Href: with(grantsPath, "state", one), On: one == state, OnText: p.T("personnel.chosen")})
	}
	if p.Actor.May(personnel.PermRequest) || p.Actor.May(personnel.PermAll) {
		l.actions = []ui.DeskAction{{ButtonParams: ui.ButtonParams{Text: p.T("personnel.grants.new"), Href: grantsPath + "/moi"}}}
	}
	if found.Next != "" {
		l.next = with(grantsPath, "state", state, "before", found.Next)
	}
	for _, g := range found.Items {
		l.list.Rows = append(l.list.Rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: g.Who.Name, Sub: g.Who.Login, Href: peoplePath + "/" + g.Who.Account},
			{Text: p.Text(g.Role), Sub: p.Text(g.Unit)},
			{Text: shownDay(g.From) + " – " + shownDay(g.Until)},
			{Text: g.Reason, Sub: g.Words},
			{Text: g.By.Name, Sub: g.Decider.Name},
			{HTML: grantState(p, g)},
		}})
	}
	clashes, err := s.svc.ListClashes(r.Context(), p.Actor)
	if err != nil && errs.KindOf(err) != errs.Forbidden {
		return err
	}
	if len(clashes) > 0 {
		apart := ui.WorkListParams{Caption: p.T("personnel.clashes"), Head: head(p, "name", "role", "role", "reason")}
		for _, c := range clashes {
			apart.Rows = append(apart.Rows, ui.WorkRow{Cells: []ui.WorkCell{{Text: c.Who.Name, Sub: c.Who.Login, Href: peoplePath + "/" + c.Who.Account}, {Text: p.Text(c.A)}, {Text: p.Text(c.B)}, {Text: p.Text(c.Why)}}})
		}
		l.after = section(p.T("personnel.clashes"), table(apart, ""))
	}
	return s.show(w, r, l, problem)
}

func grantState(p page.Page, g core.Lent) templ.Component {
	shown := tag(p.T("personnel.grant_state."+g.State), map[string]string{core.Asked: "ts-tag--soon", core.Granted: "ts-tag--ok"}[g.State])
	if !g.MayDecide {
		return shown
	}
	f := asking{action: grantsPath + "/" + g.ID, button: p.T("personnel.decide"), controls: []control{
		{kind: "select", name: "decision", label: p.T("personnel.field.decision"), items: choose(p, "personnel.decision.", decisions(g.State)...)},
		{name: "words", label: p.T("personnel.field.words_of")},
	}}
	for i := range f.controls { // one form for each row: ids differ
		f.controls[i].id = f.controls[i].name + "-" + g.ID
	}
	return together(shown, ui.Details(ui.DetailsParams{SummaryText: p.T("personnel.decide"), HTML: form(p, f, nil)}))
}

func decisions(state string) []string {
	if state == core.Granted {
		return []string{"revoke"}
	}
	return []string{"approve", "refuse"}
}

func requestOf(r *http.Request) core.Request {
	f := r.FormValue
	return core.Request{Login: f("login"), Role: f("role"), Unit: f("unit"), Subtree: f("subtree") == "1", From: day(f("from")), Until: day(f("until")), Reason: f("reason")}
}

func (s site) askGrant(w http.ResponseWriter, r *http.Request) error {
	return s.grantForm(w, r, requestOf(r), nil)
}

func (s site) grantForm(w http.ResponseWriter, r *http.Request, q core.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	all, err := s.svc.GrantRoles(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	roles := []ui.SelectItem{{Text: p.T("personnel.choose")}}
	for _, role := range all {
		roles = append(roles, ui.SelectItem{Value: string(role.ID), Text: p.Text(role.Name)})
	}
	f := asking{action: grantsPath + "/moi", button: p.T("personnel.grants.ask"), cancel: grantsPath, controls: []control{
		{name: "login", label: p.T("personnel.field.login"), hint: p.T("personnel.field.login_hint"), value: q.Login},
		{kind: "select", name: "role", label: p.T("personnel.field.role"), value: q.Role, items: roles},
		{name: "unit", label: p.T("personnel.field.in_unit"), hint: p.T("personnel.field.unit_hint"), value: q.Unit},
		{kind: "check", name: "subtree", label: p.T("personnel.field.subtree"), value: map[bool]string{true: "1"}[q.Subtree]},
		{kind: "day", name: "from", label: p.T("personnel.field.from"), value: shownDay(q.From)},
		{kind: "day", name: "until", label: p.T("personnel.field.last_day"), value: shownDay(q.Until)},
		{kind: "area", name: "reason", label: p.T("personnel.field.reason"), value: q.Reason},
	}}
	return s.ask(w, r, p.T("personnel.grants.new"), p.T("personnel.grants.rule", "days", core.Longest), f, problem)
}

func (s site) requestGrant(w http.ResponseWriter, r *http.Request) error {
	q := requestOf(r)
	if _, err := s.svc.RequestGrant(r.Context(), page.From(r.Context()).Actor, q); err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.grantForm(w, r, q, problem)
	}
	return page.Done(w, r, grantsPath, "personnel.grants.asked")
}

func (s site) decideGrant(w http.ResponseWriter, r *http.Request) error {
	p, grant, words := page.From(r.Context()), r.PathValue("grant"), r.FormValue("words")
	var err error
	switch r.FormValue("decision") {
	case "approve":
		err = s.svc.DecideGrant(r.Context(), p.Actor, grant, true, words)
	case "refuse":
		err = s.svc.DecideGrant(r.Context(), p.Actor, grant, false, words)
	case "revoke":
		err = s.svc.RevokeGrant(r.Context(), p.Actor, grant, words)
	default:
		err = errs.BadInput([]errs.Field{{Name: "decision-" + grant, Code: "form.choose"}})
	}
	if errs.KindOf(err) == errs.NotFound {
		return err
	}
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		for i, f := range problem.Fields {
			if f.Name == "words" {
				problem.Fields[i].Name += "-" + grant
			}
		}
		return s.grantsPage(w, r, problem)
	}
	return page.Done(w, r, grantsPath, "personnel.grants.decided")
}
