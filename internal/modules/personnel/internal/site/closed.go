// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// closedNotice says on the page of a person why the account cannot be used.
func (s site) closedNotice(p page.Page, who core.Profile) templ.Component {
	c := who.Closed
	if c == nil {
		return nil
	}
	text := p.T("personnel.closed.why."+c.Why, "at", shownAt(p, c.At), "last", or(shownAt(p, c.Last), "–"), "day", shownDay(c.Ends))
	notice := ui.WarningText(ui.WarningTextParams{Text: text, IconFallbackText: p.T("personnel.warning")})
	if !c.May {
		return notice
	}
	return together(notice, ui.Details(ui.DetailsParams{SummaryText: p.T("personnel.closed.open"), HTML: form(p, asking{
		action: personPath + "/" + who.Account + "/mo", button: p.T("personnel.closed.open"), controls: []control{
			{name: "words", label: p.T("personnel.field.reason"), hint: p.T("personnel.closed.open_hint")},
		},
	}, nil)}))
}

func (s site) openAccount(w http.ResponseWriter, r *http.Request) error {
	account := r.PathValue("account")
	if err := s.svc.OpenAccount(r.Context(), page.From(r.Context()).Actor, account, r.FormValue("words")); err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.personPage(w, r, problem)
	}
	return page.Done(w, r, peoplePath+"/"+account, "personnel.closed.opened")
}

// closedAccounts lists accounts that nobody uses, and those of people who have left.
func (s site) closedAccounts(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	why := or(r.FormValue("why"), core.NobodyIn)
	found, err := s.svc.ListClosed(r.Context(), p.Actor, why, r.FormValue("before"))
	if err != nil {
		return err
	}
	l := listing{
		title: p.T("personnel.closed.title"), lead: p.T("personnel.closed.lead." + why), none: p.T("personnel.closed.none"), noneText: p.T("personnel.closed.none_text"),
		list: ui.WorkListParams{Caption: p.T("personnel.closed.title"), Head: head(p, "name", "last_use", "closed_at", "by")},
	}
	for _, one := range []string{core.NobodyIn, core.ClosedWarned, core.Left} {
		l.tabs = append(l.tabs, ui.Chip{Text: p.T("personnel.closed.tab." + one), Href: with(closedPath, "why", one), On: one == why, OnText: p.T("personnel.chosen")})
	}
	if found.Next != "" {
		l.next = with(closedPath, "why", why, "before", found.Next)
	}
	for _, c := range found.Items {
		at := ui.WorkCell{Text: shownAt(p, c.At)}
		if c.Ends != "" {
			at = ui.WorkCell{Text: p.T("personnel.closed.from_day", "day", shownDay(c.Ends)), Tone: ui.ToneSoon}
		}
		l.list.Rows = append(l.list.Rows, ui.WorkRow{Cells: []ui.WorkCell{
			{Text: c.Who.Name, Sub: c.Who.Login, Href: peoplePath + "/" + c.Who.Account}, {Text: or(shownAt(p, c.Last), "–")}, at, {Text: byName(p, c.By)},
		}})
	}
	return s.show(w, r, l, nil)
}

// byName is who did something; the program has a name as well.
func byName(p page.Page, w core.Who) string {
	if w.Login == "" && w.Account != "" {
		return p.T("personnel.by_program")
	}
	return or(w.Name, "–")
}

// awayTable shows when somebody is away, and declares an absence in the one list.
func (s site) awayTable(p page.Page, r *http.Request, who core.Profile, problem *web.ProblemError) templ.Component {
	path := personPath + "/" + who.Account + "/vang-mat"
	away := ui.WorkListParams{Caption: p.T("personnel.absences"), Head: head(p, "since", "until", "reason", "deputy", "do")}
	for _, a := range who.Absences {
		end := ui.WorkCell{}
		if len(who.Deputies) > 0 {
			end.HTML = press(personPath+"/"+who.Account+"/het-vang-mat", []ui.HiddenField{{Name: "absence", Value: a.ID}}, ui.DeskAction{ButtonParams: ui.ButtonParams{Text: p.T("personnel.away.end"), Classes: "ts-button--secondary ts-button--small"}})
		}
		away.Rows = append(away.Rows, ui.WorkRow{Cells: []ui.WorkCell{{Text: shownDay(a.From)}, {Text: shownDay(a.To)}, {Text: or(a.Reason, "–")}, {Text: a.Deputy}, end}})
	}
	parts := []templ.Component{table(away, p.T("personnel.no_absences"))}
	if len(who.Deputies) > 0 {
		deputies := []ui.SelectItem{{Text: p.T("personnel.choose")}}
		for _, d := range who.Deputies {
			deputies = append(deputies, ui.SelectItem{Value: d.Account, Text: d.Name})
		}
		parts = append(parts, ui.Details(ui.DetailsParams{SummaryText: p.T("personnel.away.declare"), Open: problem != nil, HTML: form(p, asking{action: path, button: p.T("personnel.away.declare"), controls: []control{
			{kind: "day", name: "from", label: p.T("personnel.head.since"), value: r.FormValue("from")},
			{kind: "day", name: "to", label: p.T("personnel.head.until"), value: r.FormValue("to")},
			{kind: "select", name: "deputy", label: p.T("personnel.head.deputy"), hint: p.T("personnel.away.deputy_hint"), value: r.FormValue("deputy"), items: deputies},
			{name: "reason", label: p.T("personnel.head.reason"), value: r.FormValue("reason")},
		}}, problem)}))
	}
	return together(parts...)
}

func (s site) declareAbsence(w http.ResponseWriter, r *http.Request) error {
	account := r.PathValue("account")
	_, err := s.svc.DeclareAbsence(r.Context(), page.From(r.Context()).Actor, personnel.NewAbsence{
		Account: account, Deputy: r.FormValue("deputy"), From: day(r.FormValue("from")), To: day(r.FormValue("to")), Reason: r.FormValue("reason"),
	})
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.personPage(w, r, problem)
	}
	return page.Done(w, r, peoplePath+"/"+account, "personnel.away.declared")
}

func (s site) endAbsence(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.EndAbsence(r.Context(), page.From(r.Context()).Actor, r.FormValue("absence")); err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.personPage(w, r, problem)
	}
	return page.Done(w, r, peoplePath+"/"+r.PathValue("account"), "personnel.away.ended")
}
