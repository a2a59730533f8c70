// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/authoring"
)

// control is how a question is answered.
type control int

// The controls.
const (
	line   control = iota // one line
	words                 // one line in each language
	area                  // several lines in each language
	number                // a whole number
	day                   // 01/12/2026
	radios                // one of few
	pick                  // one of many, or none
	boxes                 // some of few
	lines                 // one value a line
	tick                  // yes or not
)

// question is one thing that a section asks. Its label is the message
// authoring.q.NAME, its hint, where there is one, authoring.q.NAME.hint.
type question struct {
	name    string
	path    []string // in the item
	control control
	options func(p page.Page, set *packs.Set) []option
	wide    bool
}

// option is one answer to choose.
type option struct{ Value, Text string }

// sections are the pages of a procedure, in the order in which a decision says
// them; papers and legal bases have pages of their own.
func sections() []string {
	return []string{"chung", "giay-to", "dieu-kien", "bieu-mau", "thoi-han", "phi", "truong-hop", "can-cu", "quyet-dinh", "tim-kiem", "hieu-luc"}
}

// asks returns the questions of a section; nil where it is none of these.
func asks(section string) []question {
	switch section {
	case "chung":
		return []question{
			{name: "name", path: []string{"name"}, control: words, wide: true},
			{name: "field", path: []string{"field"}, control: words},
			{name: "result_name", path: []string{"result_name"}, control: words},
			{name: "levels", path: []string{"levels"}, control: boxes, options: fixed("level", "commune", "district", "province")},
			{name: "authority", path: []string{"authority"}, control: boxes, options: authorities},
			{name: "authority_unit", path: []string{"authority_unit"}, control: pick, options: units},
			{name: "audience", path: []string{"audience"}, control: boxes, options: fixed("audience", "individual", "organisation")},
			{name: "route", path: []string{"route"}, control: pick, options: routes},
			{name: "online", path: []string{"online"}, control: radios, options: fixed("online", "full", "partial", "none")},
			{name: "paperless", path: []string{"paperless"}, control: tick},
			{name: "boundary_free", path: []string{"boundary_free"}, control: tick},
			{name: "code", path: []string{"code"}, control: line},
			{name: "source", path: []string{"source"}, control: line, wide: true},
			{name: "status", path: []string{"status"}, control: radios, options: certainty},
		}
	case "dieu-kien":
		return []question{
			{name: "conditions", path: []string{"conditions"}, control: area},
			{name: "steps", path: []string{"steps"}, control: area},
		}
	case "bieu-mau":
		return []question{
			{name: "form", path: []string{"form"}, control: pick, options: items(authoring.Forms)},
			{name: "flow", path: []string{"flow"}, control: pick, options: items(authoring.Flows)},
			{name: "result_template", path: []string{"result_template"}, control: pick, options: items(authoring.Templates)},
			{name: "same_because", path: []string{"same_because"}, control: words, wide: true},
		}
	case "thoi-han":
		return append([]question{{name: "same_day", path: []string{"same_day"}, control: tick}},
			slices.Concat(duration("statutory"), duration("reduced"))...)
	case "phi":
		return []question{
			{name: "fee_kind", path: []string{"fee"}, control: radios, options: fixed("fee", "none", "amount", "table", "unverified")},
			{name: "amount", path: []string{"fee", "amount"}, control: number},
			{name: "table", path: []string{"fee", "table"}, control: pick, options: items(authoring.Decisions)},
			{name: "per", path: []string{"fee", "per"}, control: words},
			{name: "fee_note", path: []string{"fee", "note"}, control: words, wide: true},
			{name: "fee_legal", path: []string{"fee", "legal"}, control: pick, options: laws},
			{name: "fee_source", path: []string{"fee", "source"}, control: line, wide: true},
			{name: "fee_status", path: []string{"fee", "status"}, control: radios, options: certainty},
		}
	case "quyet-dinh":
		return []question{
			{name: "decision_number", path: []string{"decision", "number"}, control: line},
			{name: "decision_signed", path: []string{"decision", "signed"}, control: day},
			{name: "decision_effective", path: []string{"decision", "effective"}, control: day},
			{name: "decision_issuer", path: []string{"decision", "issuer"}, control: words},
		}
	case "tim-kiem":
		return []question{
			{name: "keywords", path: []string{"keywords"}, control: lines},
			{name: "life_events", path: []string{"life_events"}, control: boxes, options: events},
		}
	case "hieu-luc":
		return []question{
			{name: "valid_from", path: []string{"valid_from"}, control: day},
			{name: "valid_to", path: []string{"valid_to"}, control: day},
		}
	}
	return nil
}

func duration(which string) []question {
	at := func(field string) []string { return []string{"durations", which, field} }
	return []question{
		{name: which + "_days", path: at("days"), control: number},
		{name: which + "_count", path: at("count"), control: radios, options: fixed("count", "working", "calendar")},
		{name: which + "_hours", path: at("hours"), control: number},
		{name: which + "_source", path: at("source"), control: line, wide: true},
		{name: which + "_status", path: at("status"), control: radios, options: certainty},
	}
}

// askedOfPaper are the questions of one paper.
func askedOfPaper() []question {
	return []question{
		{name: "paper_name", path: []string{"name"}, control: words, wide: true},
		{name: "original", path: []string{"original"}, control: number},
		{name: "copy", path: []string{"copy"}, control: number},
		{name: "certified", path: []string{"certified"}, control: number},
		{name: "required", path: []string{"required"}, control: tick},
		{name: "paper_form", path: []string{"form"}, control: pick, options: items(authoring.Forms)},
		{name: "note", path: []string{"note"}, control: words, wide: true},
		{name: "paper_source", path: []string{"source"}, control: line, wide: true},
		{name: "paper_status", path: []string{"status"}, control: radios, options: certainty},
	}
}

// askedOfCase are the questions of a case of a procedure: what it leaves empty is as
// the procedure says.
func askedOfCase() []question {
	return slices.Concat([]question{
		{name: "case_name", path: []string{"name"}, control: words, wide: true},
		{name: "case_note", path: []string{"note"}, control: words, wide: true},
		{name: "case_flow", path: []string{"flow"}, control: pick, options: items(authoring.Flows)},
		{name: "same_day", path: []string{"same_day"}, control: tick},
	}, duration("statutory"), duration("reduced"), feeOfCase())
}

// feeOfCase are those of them that are about its fee.
func feeOfCase() []question {
	all := asks("phi")
	all[0].options = func(p page.Page, set *packs.Set) []option {
		return append([]option{{"", p.T("authoring.case.same_fee")}}, fixed("fee", "none", "amount", "table", "unverified")(p, set)...)
	}
	return all
}

// fixed are answers whose texts are messages authoring.o.KIND.VALUE.
func fixed(kind string, values ...string) func(page.Page, *packs.Set) []option {
	return func(p page.Page, _ *packs.Set) (all []option) {
		for _, v := range values {
			all = append(all, option{v, p.T("authoring.o." + kind + "." + v)})
		}
		return all
	}
}

func certainty(p page.Page, _ *packs.Set) []option {
	return []option{{"", p.T("authoring.o.status.verified")}, {"unverified", p.T("authoring.o.status.unverified")}}
}

// routes are here, and the systems of ministries that procedures name already.
func routes(p page.Page, set *packs.Set) []option {
	all := []option{{"LOCAL", p.T("authoring.o.route.local")}}
	for _, one := range set.Procedures {
		if to, ministry := strings.CutPrefix(one.Route, "MINISTRY:"); ministry && !slices.ContainsFunc(all, func(o option) bool { return o.Value == one.Route }) {
			all = append(all, option{one.Route, p.T("authoring.o.route.ministry", "code", to)})
		}
	}
	return all
}

// authorities are the kinds of unit that the province has and that decide.
func authorities(p page.Page, set *packs.Set) (all []option) {
	for _, k := range []packs.UnitKind{"province", "department", "public_unit", "central_agency", "district", "commune", "ward", "township", "special_zone"} {
		if slices.ContainsFunc(set.Units, func(u packs.Unit) bool { return u.Kind == k }) {
			all = append(all, option{string(k), p.T("authoring.o.kind." + string(k))})
		}
	}
	return all
}

func units(p page.Page, set *packs.Set) (all []option) {
	for _, u := range set.Units {
		if slices.Contains([]packs.UnitKind{"department", "public_unit", "central_agency", "province"}, u.Kind) && u.Valid.To == "" {
			all = append(all, option{u.ID, textOf(p, u.Name)})
		}
	}
	return all
}

func laws(_ page.Page, set *packs.Set) (all []option) {
	for _, d := range set.Legal {
		all = append(all, option{d.ID, d.Number + " – " + short(d.Title.VI, 90)})
	}
	return all
}

func events(p page.Page, set *packs.Set) (all []option) {
	of, _ := set.Catalogue("life-event")
	for _, e := range of.Entries {
		all = append(all, option{e.ID, textOf(p, e.Name)})
	}
	return all
}

// items are the items of a list, by their titles.
func items(list authoring.List) func(page.Page, *packs.Set) []option {
	return func(p page.Page, set *packs.Set) (all []option) {
		add := func(id string, title packs.Text) { all = append(all, option{id, textOf(p, title) + " (" + id + ")"}) }
		switch list {
		case authoring.Forms:
			for _, f := range set.Forms {
				add(f.ID, f.Title)
			}
		case authoring.Flows:
			for _, f := range set.Flows {
				add(f.ID, f.Title)
			}
		case authoring.Templates:
			for _, t := range set.Templates {
				add(t.ID, t.Title)
			}
		case authoring.Decisions:
			for _, d := range set.Decisions {
				add(d.ID, d.Title)
			}
		case authoring.Procedures:
			for _, d := range set.Procedures {
				add(d.ID, d.Name)
			}
		case authoring.Registers: // nothing of a procedure names one
		}
		return all
	}
}

func textOf(p page.Page, t packs.Text) string {
	text, _ := t.In(string(p.Lang()))
	return text
}

func short(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
