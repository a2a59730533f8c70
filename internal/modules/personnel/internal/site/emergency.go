// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func (s site) emergencies(w http.ResponseWriter, r *http.Request) error {
	return s.alarms(w, r, nil)
}

func (s site) alarms(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	found, err := s.svc.ListEmergencies(r.Context(), p.Actor, r.FormValue("before"))
	if err != nil {
		return err
	}
	l := listing{
		title: p.T("personnel.alarm.title"), none: p.T("personnel.alarm.none"), noneText: p.T("personnel.alarm.none_text"),
		list: ui.WorkListParams{Caption: p.T("personnel.alarm.title"), Head: head(p, "case", "name", "reason", "at", "verdict")},
	}
	if p.Actor.May(personnel.PermEmergency) {
		l.before = together(para(p.T("personnel.alarm.lead")), ui.WarningText(ui.WarningTextParams{Text: p.T("personnel.alarm.warning"), IconFallbackText: p.T("personnel.warning")}),
			form(p, asking{action: alarmPath, button: p.T("personnel.alarm.do"), warning: true, controls: []control{
				{name: "code", label: p.T("personnel.field.code"), value: r.FormValue("code")},
				{kind: "area", name: "reason", label: p.T("personnel.field.emergency"), hint: p.T("personnel.field.emergency_hint", "min", core.LeastReason), value: r.FormValue("reason")},
			}}, problem))
	}
	if found.Next != "" {
		l.next = with(alarmPath, "before", found.Next)
	}
	for _, e := range found.Items {
		verdict := ui.WorkCell{Text: p.T("personnel.alarm." + or(e.Verdict, "open")), Sub: e.Words}
		if e.Verdict == "" && p.Actor.May(personnel.PermInspect) && e.Who.Account != p.Actor.Account {
			f := asking{action: alarmPath + "/" + e.ID, button: p.T("personnel.alarm.judge"), controls: []control{
				{kind: "select", name: "verdict", id: "verdict-" + e.ID, label: p.T("personnel.field.verdict"), items: choose(p, "personnel.alarm.", core.Justified, core.Unjustified)},
				{name: "words", id: "words-" + e.ID, label: p.T("personnel.field.words_of")},
			}}
			verdict = ui.WorkCell{HTML: ui.Details(ui.DetailsParams{SummaryText: p.T("personnel.alarm.judge"), HTML: form(p, f, nil)})}
		}
		code := ui.WorkCell{Text: e.Code, Sub: p.Text(e.Unit)}
		if e.Running && e.Who.Account == p.Actor.Account {
			code.Href = "/xu-ly/" + e.Dossier
			code.Sub = p.T("personnel.alarm.until", "at", p.DateTime(e.Until.Time))
		} else if p.Actor.May(personnel.PermInspect) {
			code.Href = with(seesPath, "code", e.Code)
		}
		l.list.Rows = append(l.list.Rows, ui.WorkRow{Cells: []ui.WorkCell{code, {Text: e.Who.Name, Sub: e.Who.Login}, {Text: e.Reason}, {Text: p.Date(e.Opened.Time), Sub: p.Time(e.Opened.Time)}, verdict}})
	}
	return s.show(w, r, l, problem)
}

func (s site) openEmergency(w http.ResponseWriter, r *http.Request) error {
	dossier, err := s.svc.OpenEmergency(r.Context(), page.From(r.Context()).Actor, r.FormValue("code"), r.FormValue("reason"))
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.alarms(w, r, problem)
	}
	return page.Done(w, r, "/xu-ly/"+dossier, "personnel.alarm.opened")
}

func (s site) judge(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("emergency")
	err := s.svc.JudgeEmergency(r.Context(), page.From(r.Context()).Actor, id, r.FormValue("verdict"), r.FormValue("words"))
	if errs.KindOf(err) == errs.NotFound {
		return err
	}
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		for i := range problem.Fields {
			problem.Fields[i].Name += "-" + id
		}
		return s.alarms(w, r, problem)
	}
	return page.Done(w, r, alarmPath, "personnel.alarm.judged")
}
