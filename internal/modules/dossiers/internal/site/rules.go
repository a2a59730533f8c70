// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

const rulesPath = "/giao-viec/quy-tac"

// spareAreas is how many empty lines a form of areas has below those that are
// written, and leastAreas how many it has at least.
const (
	spareAreas = 2
	leastAreas = 4
)

// ruled is the page of the rules by which work is given out.
type ruled struct {
	book  core.RuleBook
	form  url.Values
	edit  string // the rule that is changed; empty: a new one is added
	tried []core.Tried
	shown bool // what was tried
	wrong *problem
}

// lines is how many lines of areas the form has.
func (v ruled) lines() int {
	n, _ := strconv.Atoi(v.form.Get("lines")) // of a fresh form there is none
	return max(n, leastAreas)
}

func (s site) rules(w http.ResponseWriter, r *http.Request) error {
	return s.rulesPage(w, r, ruled{edit: r.FormValue("sua")})
}

func (s site) rulesPage(w http.ResponseWriter, r *http.Request, v ruled) (err error) {
	p := page.From(r.Context())
	if v.book, err = s.svc.ListRules(r.Context(), p.Actor); err != nil {
		return err
	}
	if v.form == nil {
		v.form = url.Values{"unit": {p.Actor.Unit}, "kind": {string(dossiers.RuleTurn)}}
		for _, one := range v.book.Rules {
			if one.ID == v.edit {
				v.form = ruleForm(one)
			}
		}
		if v.edit != "" && v.form.Get("version") == "" {
			return web.SeeOther(w, r, rulesPath) // it is gone
		}
	}
	return show(w, r, page.View{Title: p.T("dossiers.page.rule.title"), Desk: true, Before: back(p, boardPath), Body: rulesBody(p, v)}, v.wrong)
}

func ruleForm(one core.Rule) url.Values {
	form := url.Values{
		"kind": {string(one.Kind)}, "unit": {string(one.Unit)}, "procedure": {string(one.Procedure)}, "field": {one.Field}, "action": {one.Action},
		"person": {one.Person}, "stand_in": {one.StandIn}, "version": {strconv.Itoa(one.Version)}, "lines": {strconv.Itoa(len(one.Areas) + spareAreas)},
	}
	for i, a := range one.Areas {
		n := strconv.Itoa(i + 1)
		form.Set("area-"+n, a.Area)
		form.Set("who-"+n, a.Account)
	}
	return form
}

// ruleIn is the rule that a form says. Lines of areas keep their numbers, so that
// what is wrong leads to its control.
func ruleIn(form url.Values) core.Rule {
	version, _ := strconv.Atoi(form.Get("version")) // of a new one there is none
	rule := core.Rule{
		ID: form.Get("id"), Version: version, Kind: dossiers.RuleKind(form.Get("kind")), Unit: orgs.ID(form.Get("unit")), Procedure: procedures.ID(form.Get("procedure")),
		Field: form.Get("field"), Action: form.Get("action"), Person: form.Get("person"), StandIn: form.Get("stand_in"),
	}
	for i := range min(ruled{form: form}.lines(), 100) {
		n := strconv.Itoa(i + 1)
		rule.Areas = append(rule.Areas, core.Area{Area: form.Get("area-" + n), Account: form.Get("who-" + n)})
	}
	return rule
}

// saveRule keeps a rule, or says what it would do: the pressed button tells.
func (s site) saveRule(w http.ResponseWriter, r *http.Request) error {
	form, err := formOf(r)
	if err != nil {
		return err
	}
	v := ruled{form: form, edit: form.Get("id")}
	if v.edit != "" && !id.Valid(v.edit) {
		return dossiers.ErrNoRule
	}
	actor := page.From(r.Context()).Actor
	if form.Get("do") == "try" {
		if v.tried, err = s.svc.TryRule(r.Context(), actor, ruleIn(form)); err == nil {
			v.shown = true
			return s.rulesPage(w, r, v)
		}
	} else if _, err = s.svc.SaveRule(r.Context(), actor, ruleIn(form)); err == nil {
		return page.Done(w, r, rulesPath, "dossiers.page.rule.saved")
	}
	if v.wrong, err = wrongWith(r, err, "kind"); err != nil {
		return err
	}
	return s.rulesPage(w, r, v)
}

func (s site) removeRule(w http.ResponseWriter, r *http.Request) error {
	rule := r.PathValue("rule")
	if !id.Valid(rule) {
		return dossiers.ErrNoRule
	}
	if err := s.svc.RemoveRule(r.Context(), page.From(r.Context()).Actor, rule); err != nil {
		return err
	}
	return page.Done(w, r, rulesPath, "dossiers.page.rule.removed")
}

func (s site) ruleHistory(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	unit := orgs.ID(r.FormValue("don-vi"))
	if unit == "" {
		unit = orgs.ID(p.Actor.Unit)
	}
	found, err := s.svc.ListRuleHistory(r.Context(), p.Actor, unit, r.FormValue("sau"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("dossiers.page.rule.history"), Desk: true, Before: back(p, rulesPath), Body: ruleHistoryBody(p, unit, found)})
}

// ruleReach says about which steps a rule is.
func ruleReach(p page.Page, one core.Rule) string {
	text := p.Text(one.UnitName) + " · " + actionName(p, one.Action)
	if one.Field != "" {
		text += " · " + one.Field
	}
	if one.Procedure != "" {
		text += " · " + string(one.Procedure)
	}
	return text
}

func actionName(p page.Page, action string) string {
	if action == "" {
		return p.T("dossiers.page.rule.every_step")
	}
	return p.T("dossiers.page.rule.action." + action)
}

// ruleWhom says to whom a rule gives work, beside its kind.
func ruleWhom(p page.Page, one core.Rule) string {
	switch one.Kind {
	case dossiers.RulePerson:
		if one.StandInName != "" {
			return p.T("dossiers.page.rule.person_or", "name", one.PersonName, "other", one.StandInName)
		}
		return one.PersonName
	case dossiers.RuleArea:
		var said []string
		for _, a := range one.Areas {
			said = append(said, a.Area+": "+a.Name+".")
		}
		if one.PersonName != "" {
			said = append(said, p.T("dossiers.page.rule.others", "name", one.PersonName))
		}
		return strings.Join(said, " ")
	case dossiers.RuleNobody, dossiers.RuleTurn, dossiers.RuleFewest, dossiers.RuleDuty:
	}
	return ""
}

// ruledText is a line of the timeline about what a rule has done.
func ruledText(p page.Page, e core.Event) string {
	args := []any{"step", e.Step, "name", e.By, "rule", p.T("dossiers.page.rule.kind." + string(e.Rule.Kind)), "n", e.Rule.Version}
	switch {
	case e.Rule.Why != "":
		return p.T("dossiers.page.event.assigned_nobody", append(args, "why", p.T("dossiers.page.rule.why."+string(e.Rule.Why)))...)
	case e.Rule.Kept:
		return p.T("dossiers.page.event.assigned_kept", args...)
	}
	return p.T("dossiers.page.event.assigned", args...)
}

// triedText is to whom a step of the past would go.
func triedText(p page.Page, one core.Tried) string {
	switch {
	case one.Why != "":
		return p.T("dossiers.page.rule.try_nobody", "why", p.T("dossiers.page.rule.why."+string(one.Why)))
	case one.Who == "":
		return p.T("dossiers.page.rule.kind.nobody")
	case one.Kept:
		return p.T("dossiers.page.rule.try_kept", "name", one.Who)
	}
	return one.Who
}

func triedTable(p page.Page, all []core.Tried) ui.TableParams {
	t := ui.TableParams{Caption: p.T("dossiers.page.rule.tried"), CaptionClasses: "ts-table__caption--m", Cards: true, FirstCellIsHeader: true, Head: []ui.TableCell{
		{Text: p.T("dossiers.page.col.dossier")}, {Text: p.T("dossiers.page.filter.step")}, {Text: p.T("dossiers.page.rule.would")}, {Text: p.T("dossiers.page.rule.had")},
	}}
	for _, one := range all {
		had := one.Had
		if had == "" {
			had = "–"
		}
		t.Rows = append(t.Rows, []ui.TableCell{{Text: one.Code}, {Text: p.Text(one.Step)}, {Text: triedText(p, one)}, {Text: had}})
	}
	return t
}

func ruleUnitItems(p page.Page, all []orgs.Unit) (items []ui.SelectItem) {
	for _, u := range all {
		items = append(items, ui.SelectItem{Value: string(u.ID), Text: p.Text(u.Name)})
	}
	return items
}

func actionItems(p page.Page) []ui.SelectItem {
	items := []ui.SelectItem{{Text: p.T("dossiers.page.rule.every_step")}}
	for _, a := range core.RuledActions() {
		items = append(items, ui.SelectItem{Value: a, Text: actionName(p, a)})
	}
	return items
}

func ruleKindItems(p page.Page) (items []ui.RadioItem) {
	for _, k := range dossiers.RuleKinds() {
		items = append(items, ui.RadioItem{Value: string(k), Text: p.T("dossiers.page.rule.kind." + string(k)), Hint: &ui.Hint{Text: p.T("dossiers.page.rule.hint." + string(k))}})
	}
	return items
}

// memberItems are the people of the units, with nobody first.
func memberItems(p page.Page, all []core.Colleague) []ui.SelectItem {
	items := []ui.SelectItem{{Text: p.T("dossiers.page.case.choose")}}
	for _, c := range all {
		items = append(items, ui.SelectItem{Value: c.Account, Text: c.Name})
	}
	return items
}
