// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/modules/processes/internal/core"
	"tinhso.vn/internal/platform/web"
)

// typed is the form of an absence, as it was typed.
type typed struct{ Account, Deputy, From, To, Reason string }

func (s site) away(w http.ResponseWriter, r *http.Request) error {
	return s.awayPage(w, r, typed{Account: r.URL.Query().Get("account")}, nil)
}

func (s site) awayPage(w http.ResponseWriter, r *http.Request, form typed, wrong []web.ProblemField) error {
	p, q := page.From(r.Context()), r.URL.Query()
	when := core.When(q.Get("when"))
	if when != core.Coming && when != core.Past {
		when = core.Now
	}
	found, err := s.svc.ListAbsences(r.Context(), p.Actor, when, q.Get("before"))
	if err != nil {
		return err
	}
	people, err := s.svc.ListPeople(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	var deputies []core.Candidate
	if form.Account != "" || p.Actor.May(processes.PermAbsence) {
		if deputies, err = s.svc.ListCandidates(r.Context(), p.Actor, form.Account); err != nil {
			return err
		}
	}
	return p.Render(w, r, page.View{Title: p.T("processes.away.title"), Desk: true, Status: status(wrong), Body: awayBody(p, when, found, people, deputies, form, wrong)})
}

func (s site) declare(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	get := func(name string) string { return strings.TrimSpace(r.PostForm.Get(name)) }
	form := typed{get("account"), get("deputy"), get("from"), get("to"), get("reason")}
	d := core.AbsenceDraft{Account: form.Account, Deputy: form.Deputy, From: readDay(form.From), To: readDay(form.To), Reason: form.Reason}
	_, err := s.svc.Declare(r.Context(), page.From(r.Context()).Actor, d)
	if fields, ours := problems(err, "deputy"); ours {
		return s.awayPage(w, r, form, fields)
	}
	if err != nil {
		return err
	}
	to := AwayPath
	if d.From.At(0).After(page.From(r.Context()).Now) {
		to += "?when=" + string(core.Coming)
	}
	return page.Done(w, r, to, "processes.away.declared")
}

// readDay reads 23/11/2026; what is none is the zero day, which is refused.
func readDay(s string) calendar.Date {
	for _, form := range []string{"2/1/2006", time.DateOnly} {
		if t, err := time.ParseInLocation(form, s, calendar.Zone()); err == nil {
			return calendar.On(t)
		}
	}
	return calendar.Date{}
}

func (s site) endAbsence(w http.ResponseWriter, r *http.Request) error {
	id, err := processes.ParseAbsenceID(r.PathValue("absence"))
	if err != nil {
		return err
	}
	err = s.svc.EndAbsence(r.Context(), page.From(r.Context()).Actor, id)
	if fields, ours := problems(err, "main"); ours {
		return s.awayPage(w, r, typed{}, fields)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, AwayPath, "processes.away.ended")
}
