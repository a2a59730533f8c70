// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/ui"
)

func (s site) rightTabs(p page.Page, at string) (tabs []ui.Chip) {
	for _, t := range [][2]string{{seesPath, "personnel.sees.title"}, {whyPath, "personnel.why.title"}} {
		tabs = append(tabs, ui.Chip{Text: p.T(t[1]), Href: t[0], On: t[0] == at, OnText: p.T("personnel.chosen")})
	}
	return tabs
}

func (s site) why(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	q := core.Question{Login: r.FormValue("login"), Permission: r.FormValue("permission"), What: r.FormValue("what")}
	permissions := []ui.SelectItem{{Text: p.T("personnel.why.see")}}
	for _, one := range s.svc.Known() {
		permissions = append(permissions, ui.SelectItem{Value: string(one), Text: permissionName(p, one)})
	}
	l := listing{
		title: p.T("personnel.why.title"), lead: p.T("personnel.why.lead"), tabs: s.rightTabs(p, whyPath), filtered: true,
		filter: &asking{action: whyPath, get: true, button: p.T("personnel.why.ask"), controls: []control{
			{name: "login", label: p.T("personnel.field.login"), value: q.Login},
			{name: "what", label: p.T("personnel.field.what"), hint: p.T("personnel.field.what_hint"), value: q.What},
			{kind: "select", name: "permission", label: p.T("personnel.field.permission"), value: q.Permission, items: permissions},
		}},
	}
	if q.Login == "" && q.What == "" {
		return s.show(w, r, l, nil)
	}
	a, err := s.svc.Why(r.Context(), p.Actor, q)
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.show(w, r, l, problem)
	}
	l.after = answer(p, q, a)
	return s.show(w, r, l, nil)
}

// answer says in words what leads from a post to what is seen.
func answer(p page.Page, q core.Question, a core.Answer) templ.Component {
	var parts []templ.Component
	what := or(a.Case.Code, q.What)
	for i, c := range a.Chains {
		var path []string
		for _, u := range slices.Backward(c.Path) {
			path = append(path, p.Text(u.Name))
		}
		scope := p.T("personnel.why.in_unit", "unit", path[0])
		if len(path) > 1 {
			scope = p.T("personnel.why.below", "path", strings.Join(path, " → "))
		}
		parts = append(parts, section(p.T("personnel.why.way", "n", i+1), facts([]ui.SummaryRow{
			row(p.T("personnel.why.post"), titleOf(p, c.Post)+", "+p.Text(c.Post.UnitName)+" ("+p.T("personnel.kind."+string(c.Post.Kind))+", "+p.T("personnel.since", "day", shownAt(p, c.Post.Since))+")"),
			row(p.T("personnel.head.decision"), c.Post.Decision), row(p.T("personnel.head.role"), p.Text(c.Post.RoleName)),
			row(p.T("personnel.head.permission"), permissionName(p, c.Permission)), row(p.T("personnel.why.scope"), scope),
		})))
	}
	for _, t := range a.Things {
		parts = append(parts, para(p.T("personnel.why.thing."+string(t.Why), "until", p.DateTime(t.Until.Time))))
	}
	title := p.T("personnel.why.yes", "name", a.Who.Name, "what", what)
	if len(parts) == 0 {
		title = p.T("personnel.why.no", "name", a.Who.Name, "what", what)
		var units []string
		for _, u := range a.Units {
			units = append(units, p.Text(u.Name))
		}
		var roles []string
		for _, n := range a.Needs {
			roles = append(roles, p.Text(n.Role.Name))
		}
		if len(roles) == 0 {
			parts = append(parts, para(p.T("personnel.why.nobody")))
		} else {
			parts = append(parts, para(p.T("personnel.why.need", "roles", strings.Join(roles, ", "), "units", strings.Join(units, ", "))))
		}
	}
	return section(title, together(parts...))
}

func (s site) sees(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	code := strings.TrimSpace(r.FormValue("code"))
	l := listing{
		title: p.T("personnel.sees.title"), lead: p.T("personnel.sees.lead"), tabs: s.rightTabs(p, seesPath), filtered: true,
		filter: &asking{action: seesPath, get: true, button: p.T("personnel.sees.ask"), controls: []control{{name: "code", label: p.T("personnel.field.code"), hint: p.T("personnel.field.code_hint"), value: code}}},
	}
	if code == "" {
		return s.show(w, r, l, nil)
	}
	v, err := s.svc.WhoSees(r.Context(), p.Actor, code, r.FormValue("after"))
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.show(w, r, l, problem)
	}
	l.title = p.T("personnel.sees.of", "code", v.Case.Code)
	have := ui.WorkListParams{Caption: p.T("personnel.sees.have"), Head: head(p, "at", "name", "what", "purpose")}
	for _, one := range v.Have {
		have.Rows = append(have.Rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: p.Date(one.At.Time), Sub: p.Time(one.At.Time)}, {Text: one.Who.Name, Sub: p.Text(one.Unit)}, {Text: eventName(p, string(one.Event))}, {Text: purposeName(p, string(one.Purpose))},
		}})
	}
	l.before = together(section(p.T("personnel.sees.have"), table(have, p.T("personnel.sees.have_none"))), heading(p.T("personnel.sees.may")))
	l.list = ui.WorkListParams{Caption: p.T("personnel.sees.may"), Head: head(p, "name", "post", "permission", "unit")}
	for _, m := range v.May.Items {
		by := ui.WorkCell{Text: titleOf(p, m.Post), Sub: p.Text(m.Post.RoleName)}
		if m.Why != "" {
			by = ui.WorkCell{Text: p.T("personnel.why.short." + string(m.Why)), Sub: p.DateTime(m.Until.Time), Tone: ui.ToneLate}
		}
		l.list.Rows = append(l.list.Rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: m.Who.Name, Sub: m.Who.Login, Href: with(whyPath, "login", m.Who.Login, "what", v.Case.Code)}, by, {Text: permissionName(p, m.Permission)}, {Text: p.Text(m.Post.UnitName), Sub: below(p, m.Post.Holding)},
		}})
	}
	l.none, l.noneText = p.T("personnel.sees.none"), p.T("personnel.sees.none_text")
	if v.May.Next != "" {
		l.next = with(seesPath, "code", code, "after", v.May.Next)
	}
	return s.show(w, r, l, nil)
}

// eventName is what an act is called; its name in the program where nobody has
// put it into words.
func eventName(p page.Page, e string) string {
	if key := "audit." + e; p.Site.Catalogue.Has(key) {
		return p.T(key)
	}
	return e
}

func purposeName(p page.Page, purpose string) string {
	if key := "personnel.purpose." + purpose; p.Site.Catalogue.Has(key) {
		return p.T(key)
	}
	return purpose
}
