// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/core"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func (s site) desk(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	answered := r.FormValue("xem") == "da-tra-loi"
	found, counts, err := s.svc.ListRequests(r.Context(), p.Actor, answered, r.FormValue("after"))
	if err != nil {
		return err
	}
	var alerts []core.Alert
	if p.Actor.May(privacy.PermBreach) {
		if alerts, err = s.svc.ListAlerts(r.Context(), p.Actor); err != nil {
			return err
		}
	}
	return p.Render(w, r, page.View{Title: p.T("privacy.desk.title"), Desk: true, Body: deskBody(p, found, counts, answered, alerts)})
}

func nextDesk(p page.Page, answered bool, next string) ui.PaginationParams {
	q := url.Values{"after": {next}}
	if answered {
		q.Set("xem", "da-tra-loi")
	}
	return ui.PaginationParams{LandmarkLabel: p.T("privacy.pages"), Next: &ui.PaginationLink{Text: p.T("privacy.next"), Href: deskPath + "?" + q.Encode()}}
}

func deskRows(p page.Page, all []core.Row) []ui.WorkRow {
	rows := make([]ui.WorkRow, len(all))
	for i, q := range all {
		state := p.T("privacy.state." + string(q.State))
		if q.Outcome != "" && q.State != privacy.Proposed {
			state = p.T("privacy.outcome." + string(q.Outcome))
		}
		rows[i] = ui.WorkRow{Cells: []ui.WorkCell{
			{Text: q.Code, Href: requestPath + "/" + q.ID},
			{Text: p.T("privacy.kind." + string(q.Kind)), Sub: p.T("privacy.channel." + q.Channel)},
			{Text: state, Sub: ackOf(p, q)},
			{Text: at(p, q.Received)},
			{HTML: clock(p, q)},
		}}
	}
	return rows
}

// ackOf says by when something has to be done about a request first.
func ackOf(p page.Page, q core.Row) string {
	if q.AckDue.IsZero() {
		return ""
	}
	return p.T("privacy.desk.ack", "at", at(p, q.AckDue))
}

func counterOf(r *http.Request) core.AtCounter {
	return core.AtCounter{Ask: askOf(r), Number: r.FormValue("number"), Checked: r.FormValue("checked") == "1"}
}

func (s site) askTake(w http.ResponseWriter, r *http.Request) error {
	return s.takePage(w, r, core.AtCounter{}, nil)
}

func (s site) takePage(w http.ResponseWriter, r *http.Request, c core.AtCounter, problem *web.ProblemError) error {
	p := page.From(r.Context())
	rest, err := s.askFields(r, c.Ask)
	if err != nil {
		return err
	}
	checked := ""
	if c.Checked {
		checked = "1"
	}
	f := sending{action: takePath, button: p.T("privacy.take.send"), fields: append([]field{
		{name: "number", label: p.T("privacy.take.number"), hint: p.T("privacy.take.number_hint"), value: c.Number},
		{kind: "check", name: "checked", label: p.T("privacy.take.checked"), value: checked},
	}, rest...)}
	return p.Render(w, r, page.View{Title: p.T("privacy.take.title"), Desk: true, Status: status(problem), Body: formPage(p, p.T("privacy.take.title"), p.T("privacy.take.lead"), f, problem)})
}

func (s site) take(w http.ResponseWriter, r *http.Request) error {
	c := counterOf(r)
	if _, err := s.svc.TakeRequest(r.Context(), page.From(r.Context()).Actor, c); err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.takePage(w, r, c, problem)
	}
	return page.Done(w, r, takePath, "privacy.take.sent")
}

func (s site) request(w http.ResponseWriter, r *http.Request) error {
	return s.requestPage(w, r, core.Decision{}, nil)
}

func (s site) requestPage(w http.ResponseWriter, r *http.Request, typed core.Decision, problem *web.ProblemError) error {
	p := page.From(r.Context())
	f, err := s.svc.GetRequest(r.Context(), p.Actor, r.PathValue("request"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("privacy.request.title", "code", f.Code), Desk: true, Status: status(problem), Body: requestBody(p, f, typed, problem)})
}

// acted goes back to the request, or shows it with the problem.
func (s site) acted(w http.ResponseWriter, r *http.Request, typed core.Decision, err error, message string) error {
	if err != nil {
		problem, err := problemOf(r, err)
		if err != nil {
			return err
		}
		return s.requestPage(w, r, typed, problem)
	}
	return page.Done(w, r, requestPath+"/"+url.PathEscape(r.PathValue("request")), message)
}

func (s site) check(w http.ResponseWriter, r *http.Request) error {
	err := s.svc.CheckIdentity(r.Context(), page.From(r.Context()).Actor, r.PathValue("request"), r.FormValue("how"))
	return s.acted(w, r, core.Decision{}, err, "privacy.done.checked")
}

func (s site) extend(w http.ResponseWriter, r *http.Request) error {
	err := s.svc.ExtendRequest(r.Context(), page.From(r.Context()).Actor, r.PathValue("request"), r.FormValue("extend_reason"))
	return s.acted(w, r, core.Decision{}, err, "privacy.done.extended")
}

func (s site) decide(w http.ResponseWriter, r *http.Request) error {
	d := core.Decision{Outcome: privacy.Outcome(r.FormValue("outcome")), Reason: r.FormValue("reason"), Legal: r.FormValue("legal")}
	return s.acted(w, r, d, s.svc.DecideRequest(r.Context(), page.From(r.Context()).Actor, r.PathValue("request"), d), "privacy.done.decided")
}

func (s site) confirm(w http.ResponseWriter, r *http.Request) error {
	err := s.svc.ConfirmDeletion(r.Context(), page.From(r.Context()).Actor, r.PathValue("request"), r.FormValue("confirm") == "1", r.FormValue("why"))
	return s.acted(w, r, core.Decision{}, err, "privacy.done.confirmed")
}

func (s site) answer(w http.ResponseWriter, r *http.Request) error {
	err := s.svc.AnswerRequest(r.Context(), page.From(r.Context()).Actor, r.PathValue("request"), r.FormValue("answer"))
	return s.acted(w, r, core.Decision{}, err, "privacy.done.answered")
}

func (s site) register(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, err := s.svc.ListPurposes(r.Context())
	if err != nil {
		return err
	}
	books, err := s.svc.ListBooks(r.Context())
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("privacy.register.title"), Desk: true, Body: registerBody(p, all, books)})
}

func (s site) dataMap(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, terms, err := s.svc.MapData(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("privacy.map.title"), Desk: true, Body: mapBody(p, all, terms)})
}
