// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func (s site) tree(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	q := core.TreeQuery{Parent: r.FormValue("parent"), Words: r.FormValue("words"), Day: day(r.FormValue("day")), After: r.FormValue("after")}
	l := listing{
		title: p.T("personnel.units.title"), none: p.T("personnel.units.none"), noneText: p.T("personnel.units.none_text"), filtered: q.Words != "" || q.Day != "",
		filter: &asking{action: unitsPath, get: true, button: p.T("personnel.filter_do"), cancel: unitsPath, controls: []control{
			{name: "words", label: p.T("personnel.field.unit_words"), hint: p.T("personnel.field.unit_words_hint"), value: q.Words},
			{kind: "day", name: "day", label: p.T("personnel.field.as_of"), hint: p.T("personnel.field.as_of_hint"), value: r.FormValue("day")},
		}},
		list: ui.WorkListParams{Caption: p.T("personnel.units.title"), Head: head(p, "unit", "code", "valid", "children")},
	}
	t, err := s.svc.ListUnits(r.Context(), p.Actor, q)
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.show(w, r, l, problem)
	}
	if p.Actor.May(personnel.PermAll) {
		l.actions = []ui.DeskAction{
			{ButtonParams: ui.ButtonParams{Text: p.T("personnel.units.new"), Href: with(unitsPath+"/moi", "parent", q.Parent)}},
		}
	}
	if q.Words == "" && q.Parent != "" && len(t.Above) > 0 {
		l.title = p.Text(t.Above[0].Name)
	}
	l.before = crumbs(p, t.Above, r.FormValue("day"))
	if t.Next != "" {
		l.next = with(unitsPath, "parent", q.Parent, "words", q.Words, "day", r.FormValue("day"), "after", t.Next)
	}
	for _, b := range t.Items {
		below := ui.WorkCell{Text: "–"}
		if b.Children > 0 {
			below = ui.WorkCell{Text: p.Number(int64(b.Children)), Href: with(unitsPath, "parent", string(b.ID), "day", r.FormValue("day"))}
		}
		l.list.Rows = append(l.list.Rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: p.Text(b.Name), Sub: unitKind(p, b.Kind), Href: with(unitsPath+"/"+string(b.ID), "day", r.FormValue("day"))}, {Text: or(b.Agency(), "–"), Sub: b.Short}, {Text: validity(p, b.Unit)}, below,
		}})
	}
	l.after = together(link(p.T("personnel.units.csv"), with(unitsPath+"/xuat", "day", r.FormValue("day"))), link(p.T("personnel.units.xlsx"), with(unitsPath+"/xuat", "day", r.FormValue("day"), "xlsx", "1")))
	return s.show(w, r, l, nil)
}

func crumbs(p page.Page, above []orgs.Unit, on string) templ.Component {
	items := []ui.BreadcrumbItem{{Text: p.T("personnel.units.title"), Href: with(unitsPath, "day", on)}}
	for _, u := range slices.Backward(above) {
		items = append(items, ui.BreadcrumbItem{Text: p.Text(u.Name), Href: with(unitsPath, "parent", string(u.ID), "day", on)})
	}
	return ui.Breadcrumbs(ui.BreadcrumbsParams{LabelText: p.T("personnel.units.title"), Items: items})
}

func unitKind(p page.Page, k orgs.Kind) string {
	if key := "personnel.unit_kind." + string(k); p.Site.Catalogue.Has(key) {
		return p.T(key)
	}
	return string(k)
}

func validity(p page.Page, u orgs.Unit) string {
	switch {
	case u.ValidFrom == "" && u.ValidTo == "":
		return p.T("personnel.always")
	case u.ValidTo == "":
		return p.T("personnel.since", "day", shownDay(u.ValidFrom))
	}
	return or(shownDay(u.ValidFrom), "…") + " – " + shownDay(u.ValidTo)
}

func (s site) unit(w http.ResponseWriter, r *http.Request) error { return s.unitPage(w, r, nil) }

func (s site) unitPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p, unit := page.From(r.Context()), r.PathValue("unit")
	f, err := s.svc.GetUnit(r.Context(), p.Actor, unit, day(r.FormValue("day")))
	if err != nil {
		return err
	}
	code := f.Agency()
	if f.OldCode != "" {
		code += " (" + f.OldCode + ")"
	}
	if f.Code == "" && f.ProvisionalCode != "" {
		code += ", " + p.T("personnel.provisional")
	}
	l := listing{title: p.Text(f.Name), sub: unitKind(p, f.Kind)}
	if !f.There {
		l.warning = p.T("personnel.units.not_there", "day", shownDay(f.Day))
	}
	path := unitsPath + "/" + unit
	if p.Actor.May(personnel.PermAll) {
		l.actions = []ui.DeskAction{{ButtonParams: ui.ButtonParams{Text: p.T("personnel.units.decide"), Href: path + "/quyet-dinh"}}, {ButtonParams: ui.ButtonParams{Text: p.T("personnel.split.do"), Href: path + "/chia", Classes: "ts-button--secondary"}}}
	}
	versions := ui.WorkListParams{Caption: p.T("personnel.units.history"), Head: head(p, "from_day", "unit", "code", "decision", "state")}
	for _, v := range slices.Backward(f.Versions) {
		state := ui.WorkCell{Text: p.T("personnel.move_state.done")}
		if !v.Applied {
			state.Text = p.T("personnel.state.coming")
		}
		versions.Rows = append(versions.Rows, ui.WorkRow{Cells: []ui.WorkCell{{Text: or(shownDay(v.From), p.T("personnel.from_start"))}, {Text: p.Text(v.Name), Sub: validity(p, v.Unit)}, {Text: or(v.Agency(), "–")}, {Text: or(v.Decision, p.T("personnel.by_pack")), Sub: shownDay(v.Decided)}, state}})
	}
	ties := ui.WorkListParams{Caption: p.T("personnel.units.lineage"), Head: head(p, "unit", "change", "from_day", "decision")}
	for _, side := range []struct {
		key  string
		ties []orgs.Tie
	}{{"from", f.From}, {"to", f.To}} {
		for _, t := range side.ties {
			ties.Rows = append(ties.Rows, ui.WorkRow{Cells: []ui.WorkCell{{Text: p.Text(t.Name), Href: unitsPath + "/" + string(t.Unit)}, {Text: p.T("personnel.tie." + side.key), Sub: p.T("personnel.tie." + t.Kind)}, {Text: or(shownDay(t.Day), "–")}, {Text: or(t.Decision, "–")}}})
		}
	}
	positions := ui.WorkListParams{Caption: p.T("personnel.units.positions"), Head: head(p, "post", "role", "seats", "since")}
	for _, one := range f.Positions {
		positions.Rows = append(positions.Rows, ui.WorkRow{Cells: []ui.WorkCell{{Text: p.Text(one.Title), Sub: one.SignsAs}, {Text: one.Role}, {Text: p.Number(int64(one.Seats)), Numeric: true}, {Text: shownDay(one.ValidFrom)}}})
	}
	parts := []templ.Component{
		facts([]ui.SummaryRow{row(p.T("personnel.head.code"), code), row(p.T("personnel.head.valid"), validity(p, f.Unit)), row(p.T("personnel.short"), f.Short), row(p.T("personnel.address"), f.Address), row(p.T("personnel.phone"), f.Phone)}),
		link(p.T("personnel.units.people"), with(peoplePath, "unit", unit)), link(p.T("personnel.units.below"), with(unitsPath, "parent", unit)),
		section(p.T("personnel.units.positions"), table(positions, p.T("personnel.units.no_positions"))),
	}
	if p.Actor.May(personnel.PermAll) {
		parts = append(parts, ui.Details(ui.DetailsParams{SummaryText: p.T("personnel.units.add_position"), Open: problem != nil, HTML: form(p, asking{action: path + "/vi-tri", button: p.T("personnel.units.add_position"), controls: []control{
			{name: "title", label: p.T("personnel.field.title"), value: r.FormValue("title")},
			{name: "signs_as", label: p.T("personnel.field.signs_as"), value: r.FormValue("signs_as")},
			{kind: "select", name: "role", label: p.T("personnel.field.role"), value: r.FormValue("role"), items: s.roleItems(r)},
			{name: "seats", label: p.T("personnel.head.seats"), value: or(r.FormValue("seats"), "1")},
			{kind: "check", name: "subtree", label: p.T("personnel.field.subtree"), value: "1"},
			{name: "number", label: p.T("personnel.field.number"), value: r.FormValue("number")},
			{kind: "day", name: "from", label: p.T("personnel.field.from"), value: r.FormValue("from")},
		}}, problem)}))
	}
	splits, err := s.splits(p, r, unit)
	if err != nil {
		return err
	}
	if splits != nil {
		parts = append(parts, splits)
	}
	parts = append(parts, section(p.T("personnel.units.history"), table(versions, "")), section(p.T("personnel.units.lineage"), table(ties, p.T("personnel.units.no_lineage"))))
	l.before, l.after = crumbs(p, f.Above, r.FormValue("day")), together(parts...)
	return s.show(w, r, l, problem)
}

func (s site) roleItems(r *http.Request) []ui.SelectItem {
	p := page.From(r.Context())
	items := []ui.SelectItem{{Text: p.T("personnel.choose")}}
	all, err := s.svc.GrantRoles(r.Context(), p.Actor)
	if err != nil {
		return items // who may not ask is offered nothing
	}
	for _, one := range all {
		items = append(items, ui.SelectItem{Value: string(one.ID), Text: p.Text(one.Name)})
	}
	return items
}

func unitDecision(r *http.Request) core.UnitDecision {
	f := r.FormValue
	d := core.UnitDecision{
		Kind: f("kind"), Number: f("number"), Date: day(f("date")), From: day(f("from")), Unit: f("unit"), Parent: f("parent"), UnitKind: f("unit_kind"), Name: f("name"), NameEN: f("name_en"),
		Short: f("short"), Code: f("code"), Address: f("address"), Phone: f("phone"), Into: f("into"), Carry: f("carry") == "1",
	}
	if id := r.PathValue("unit"); id != "" {
		d.Unit = id
	} else {
		d.Kind = core.CreateUnit
	}
	return d
}

func (s site) askUnit(w http.ResponseWriter, r *http.Request) error {
	d := unitDecision(r)
	if id := r.PathValue("unit"); id != "" {
		f, err := s.svc.GetUnit(r.Context(), page.From(r.Context()).Actor, id, "")
		if err != nil {
			return err
		}
		d.Parent, d.UnitKind, d.Name, d.NameEN, d.Short, d.Code, d.Address, d.Phone = string(f.Parent), string(f.Kind), f.Name.VI, f.Name.EN, f.Short, f.Agency(), f.Address, f.Phone
	}
	return s.unitForm(w, r, d, nil)
}

func (s site) unitForm(w http.ResponseWriter, r *http.Request, d core.UnitDecision, problem *web.ProblemError) error {
	p := page.From(r.Context())
	kinds := []ui.SelectItem{{Text: p.T("personnel.choose")}}
	for _, k := range []string{"province", "department", "public_unit", "central_agency", "commune", "ward", "special_zone", "division", "one_stop"} {
		kinds = append(kinds, ui.SelectItem{Value: k, Text: unitKind(p, orgs.Kind(k))})
	}
	f := asking{action: unitsPath + "/moi", button: p.T("personnel.units.enter"), cancel: unitsPath}
	title := p.T("personnel.units.new")
	if d.Kind != core.CreateUnit {
		title = p.T("personnel.units.decide")
		f.action, f.cancel = unitsPath+"/"+d.Unit+"/quyet-dinh", unitsPath+"/"+d.Unit
		f.controls = append(f.controls, control{kind: "select", name: "kind", label: p.T("personnel.field.kind"), value: d.Kind, items: choose(p, "personnel.unit_change.", core.AlterUnit, core.EndUnit, core.MergeUnits)})
	} else {
		f.controls = append(f.controls, control{name: "unit", label: p.T("personnel.field.slug"), hint: p.T("personnel.field.slug_hint"), value: d.Unit})
	}
	f.controls = append(f.controls,
		control{name: "number", label: p.T("personnel.field.number"), value: d.Number}, control{kind: "day", name: "date", label: p.T("personnel.field.date"), value: shownDay(d.Date)},
		control{kind: "day", name: "from", label: p.T("personnel.field.from"), hint: p.T("personnel.field.from_hint"), value: shownDay(d.From)},
		control{name: "name", label: p.T("personnel.field.unit_name"), value: d.Name}, control{name: "name_en", label: p.T("personnel.field.unit_name_en"), value: d.NameEN},
		control{kind: "select", name: "unit_kind", label: p.T("personnel.field.unit_kind"), value: d.UnitKind, items: kinds},
		control{name: "parent", label: p.T("personnel.field.parent"), hint: p.T("personnel.field.unit_hint"), value: d.Parent},
		control{name: "short", label: p.T("personnel.short"), value: d.Short}, control{name: "code", label: p.T("personnel.head.code"), hint: p.T("personnel.field.code_forms"), value: d.Code},
		control{name: "address", label: p.T("personnel.address"), value: d.Address}, control{name: "phone", label: p.T("personnel.phone"), value: d.Phone},
	)
	if d.Kind != core.CreateUnit {
		f.controls = append(f.controls, control{name: "into", label: p.T("personnel.field.into"), hint: p.T("personnel.field.into_hint"), value: d.Into}, control{kind: "check", name: "carry", label: p.T("personnel.field.carry"), value: map[bool]string{true: "1"}[d.Carry]})
	}
	return s.ask(w, r, title, p.T("personnel.units.lead"), f, problem)
}

func (s site) enterUnit(w http.ResponseWriter, r *http.Request) error {
	d := unitDecision(r)
	if err := s.svc.EnterUnit(r.Context(), page.From(r.Context()).Actor, d); err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.unitForm(w, r, d, problem)
	}
	return page.Done(w, r, unitsPath+"/"+d.Unit, "personnel.units.entered")
}

func (s site) addPosition(w http.ResponseWriter, r *http.Request) error {
	f, unit := r.FormValue, r.PathValue("unit")
	seats, err := strconv.Atoi(f("seats"))
	if err != nil {
		seats = 0 // said to be wrong
	}
	_, err = s.svc.AddPosition(r.Context(), page.From(r.Context()).Actor, orgs.Position{
		Unit: orgs.ID(unit), Title: i18n.Text{VI: f("title")}, SignsAs: f("signs_as"), Role: f("role"), Subtree: f("subtree") == "1", Seats: seats,
	}, orgs.Decision{Number: f("number"), From: day(f("from"))})
	if errs.KindOf(err) == errs.Invalid {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.unitPage(w, r, problem)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, unitsPath+"/"+unit, "personnel.units.position_added")
}

func (s site) exportUnits(w http.ResponseWriter, r *http.Request) error {
	xlsx := r.FormValue("xlsx") == "1"
	name, kind := "don-vi.csv", "text/csv; charset=utf-8"
	if xlsx {
		name, kind = "don-vi.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	return s.svc.ExportUnits(r.Context(), page.From(r.Context()).Actor, day(r.FormValue("day")), xlsx, w)
}
