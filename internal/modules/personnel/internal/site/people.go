// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func (s site) people(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	q := core.PeopleQuery{Unit: r.FormValue("unit"), Words: r.FormValue("words"), After: r.FormValue("after")}
	found, err := s.svc.ListPeople(r.Context(), p.Actor, q)
	if err != nil {
		return err
	}
	l := listing{
		title: p.T("personnel.people.title"), none: p.T("personnel.people.none"), noneText: p.T("personnel.people.none_text"), filtered: q.Words != "" || q.Unit != "",
		filter: &asking{action: peoplePath, get: true, button: p.T("personnel.filter_do"), cancel: peoplePath, controls: []control{
			{name: "words", label: p.T("personnel.field.words"), hint: p.T("personnel.field.words_hint"), value: q.Words},
			{name: "unit", label: p.T("personnel.field.unit"), hint: p.T("personnel.field.unit_hint"), value: q.Unit},
		}},
		list: ui.WorkListParams{Caption: p.T("personnel.people.title"), Head: head(p, "name", "post", "unit")},
	}
	if p.Actor.May(personnel.PermMove) || p.Actor.May(personnel.PermAll) {
		l.actions = []ui.DeskAction{{ButtonParams: ui.ButtonParams{Text: p.T("personnel.moves.new"), Href: newPath}}}
	}
	if found.Next != "" {
		l.next = with(peoplePath, "unit", q.Unit, "words", q.Words, "after", found.Next)
	}
	for _, c := range found.Items {
		var posts, units []string
		for _, h := range c.Posts {
			posts = append(posts, titleOf(p, h))
			units = append(units, p.Text(h.UnitName))
		}
		l.list.Rows = append(l.list.Rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: c.Name, Sub: c.Login, Href: peoplePath + "/" + c.Account}, {Text: or(strings.Join(posts, "; "), p.T("personnel.no_post_now"))}, {Text: strings.Join(units, "; ")},
		}})
	}
	return s.show(w, r, l, nil)
}

// titleOf is what a holding is called: its title, or the role.
func titleOf(p page.Page, h core.Post) string {
	if h.Title.VI != "" {
		return p.Text(h.Title)
	}
	return p.Text(h.RoleName)
}

// stateOf says where a holding stands.
func stateOf(p page.Page, h access.Holding) templ.Component {
	now := p.Now
	switch {
	case !h.Until.IsZero() && !h.Until.After(now):
		return tag(p.T("personnel.state.over"), "ts-tag--plain")
	case !h.Suspended.IsZero():
		return tag(p.T("personnel.state.suspended"), "ts-tag--late")
	case h.Since.After(now):
		return tag(p.T("personnel.state.coming"), "ts-tag--soon")
	}
	return tag(p.T("personnel.state.now"), "ts-tag--ok")
}

func posts(p page.Page, held []core.Post) ui.WorkListParams {
	l := ui.WorkListParams{Caption: p.T("personnel.posts"), Head: head(p, "post", "unit", "since", "until", "decision", "state")}
	for _, h := range slices.Backward(held) {
		l.Rows = append(l.Rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: titleOf(p, h), Sub: p.T("personnel.kind."+string(h.Holding.Kind)) + " · " + p.Text(h.RoleName)},
			{Text: p.Text(h.UnitName), Sub: below(p, h.Holding)},
			{Text: shownAt(p, h.Since)},
			{Text: or(lastDay(p, h.Until), p.T("personnel.open_end"))},
			{Text: or(h.Decision, "–"), Sub: h.EndDecision},
			{HTML: stateOf(p, h.Holding)},
		}})
	}
	return l
}

func below(p page.Page, h access.Holding) string {
	if h.Subtree {
		return p.T("personnel.and_below")
	}
	return ""
}

func (s site) person(w http.ResponseWriter, r *http.Request) error { return s.personPage(w, r, nil) }

func (s site) personPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	who, err := s.svc.GetPerson(r.Context(), p.Actor, r.PathValue("account"))
	if err != nil {
		return err
	}
	l := listing{title: who.Name, sub: who.Login}
	if who.MayChange {
		l.actions = []ui.DeskAction{{ButtonParams: ui.ButtonParams{Text: p.T("personnel.moves.new"), Href: with(newPath, "login", who.Login)}}}
	}
	rights := ui.WorkListParams{Caption: p.T("personnel.rights"), Head: head(p, "permission", "by", "unit")}
	for _, h := range who.Held {
		if !h.In(who.Now) {
			continue
		}
		for _, role := range who.Roles {
			if role.ID != h.Role {
				continue
			}
			for _, permission := range role.Permissions {
				rights.Rows = append(rights.Rows, ui.WorkRow{Cells: []ui.WorkCell{
					{Text: permissionName(p, permission), Sub: string(permission)}, {Text: titleOf(p, h) + " → " + p.Text(h.RoleName)}, {Text: p.Text(h.UnitName), Sub: below(p, h.Holding)},
				}})
			}
		}
	}
	l.before = personLinks(p, who)
	if closed := s.closedNotice(p, who); closed != nil {
		l.before = together(closed, l.before)
	}
	l.after = together(
		para(p.T("personnel.open_work", "count", p.Number(int64(who.OpenWork)))),
		anchored("posts", p.T("personnel.posts"), table(posts(p, who.Held), p.T("personnel.no_post_now"))),
		anchored("rights", p.T("personnel.rights"), table(rights, p.T("personnel.no_rights"))),
		anchored("absences", p.T("personnel.absences"), s.awayTable(p, r, who, problem)),
	)
	if who.SeesDuty {
		l.after = together(l.after, anchored("duty", p.T("personnel.duty.of_person"), table(shiftList(p, p.T("personnel.duty.of_person"), who.Duty, true), p.T("personnel.duty.of_person_none"))))
	}
	return s.show(w, r, l, problem)
}

// permissionName is what offices call a permission; its name in the program
// where nobody has put it into words.
func permissionName[T ~string](p page.Page, permission T) string {
	if key := "personnel.permission." + string(permission); p.Site.Catalogue.Has(key) {
		return p.T(key)
	}
	return string(permission)
}

// personLinks lead to what there is about somebody, and to the questions about the
// rights, where the reader may ask them.
func personLinks(p page.Page, who core.Profile) templ.Component {
	chips := []ui.Chip{{Text: p.T("personnel.posts"), Href: "#posts"}, {Text: p.T("personnel.rights"), Href: "#rights"}, {Text: p.T("personnel.absences"), Href: "#absences"}}
	if who.SeesDuty {
		chips = append(chips, ui.Chip{Text: p.T("personnel.duty.of_person"), Href: "#duty"})
	}
	chips = append(chips, ui.Chip{Text: p.T("personnel.why.title"), Href: with(whyPath, "login", who.Login)}, ui.Chip{Text: p.T("personnel.menu.moves"), Href: movesPath})
	return ui.Chips(ui.ChipsParams{Label: p.T("personnel.about"), Items: chips})
}
