// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/modules/appointments/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

func (s site) day(w http.ResponseWriter, r *http.Request) error { return s.dayPage(w, r, nil) }

func (s site) dayPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p, q := page.From(r.Context()), r.URL.Query()
	after := core.BookingAfter{ID: q.Get("id")}
	if n, err := strconv.ParseInt(q.Get("sau"), 10, 64); err == nil {
		after.At = db.At(time.UnixMicro(n))
	}
	g, err := s.svc.ListDay(r.Context(), p.Actor, q.Get("ngay"), after)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("appointments.day.title"), Desk: true, Status: page.StatusOf(problem), Body: dayBody(p, g, problem)})
}

// decide takes somebody in, or notes that they did not come.
func (s site) decide(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	actor, booking := page.From(r.Context()).Actor, r.PathValue("booking")
	back := deskPath + "?ngay=" + r.PostForm.Get("day")
	var err error
	message := "appointments.day.admitted"
	if r.PostForm.Get("do") == "missed" {
		message, err = "appointments.day.noted", s.svc.Miss(r.Context(), actor, booking)
	} else {
		_, err = s.svc.Admit(r.Context(), actor, booking)
	}
	if err == nil {
		return page.Done(w, r, back, message)
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.dayPage(w, r, problem)
}

func (s site) closed(w http.ResponseWriter, r *http.Request) error {
	return s.closedPage(w, r, r.URL.Query().Get("ngay"), "", nil)
}

func (s site) closedPage(w http.ResponseWriter, r *http.Request, date, reason string, problem *web.ProblemError) error {
	p := page.From(r.Context())
	all, err := s.svc.ListClosed(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("appointments.closed.title"), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("appointments.day.title"), Href: deskPath}),
		Body: closedBody(p, all, date, reason, problem),
	})
}

func (s site) close(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	date, reason := r.PostForm.Get("day"), r.PostForm.Get("reason")
	_, err := s.svc.CloseDay(r.Context(), page.From(r.Context()).Actor, date, reason)
	if err == nil {
		return page.Done(w, r, closedPath, "appointments.closed.done")
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.closedPage(w, r, date, reason, problem)
}

func (s site) open(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.OpenDay(r.Context(), page.From(r.Context()).Actor, r.PathValue("day")); err != nil {
		return err
	}
	return page.Done(w, r, closedPath, "appointments.closed.opened")
}

func (s site) setup(w http.ResponseWriter, r *http.Request) error { return s.setupPage(w, r, nil) }

func (s site) setupPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	u, err := s.svc.GetSetup(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("appointments.setup.title"), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("appointments.day.title"), Href: deskPath}),
		Body: setupBody(p, u, r.PostForm, problem),
	})
}

// saveSetup changes one part of how the office takes people.
func (s site) saveSetup(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	ctx, actor, in := r.Context(), page.From(r.Context()).Actor, r.PostForm
	var err error
	switch in.Get("do") {
	case "manner":
		err = s.svc.SaveManner(ctx, actor, core.Manner{Takes: in.Get("takes") == "yes", Ahead: whole(in.Get("ahead")), Slot: whole(in.Get("slot")), Late: whole(in.Get("late"))})
	case "counter":
		_, err = s.svc.SaveCounter(ctx, actor, core.CounterInput{ID: in.Get("id"), Number: whole(in.Get("number")), Name: in.Get("counter_name"), Fields: in["fields"]})
	case "drop-counter":
		err = s.svc.DropCounter(ctx, actor, in.Get("id"))
	case "hours":
		hours := core.HoursInput{From: in.Get("from"), To: in.Get("to"), Places: whole(in.Get("places")), Outside: in.Get("outside") == "yes"}
		for _, d := range in["weekday"] {
			hours.Weekdays = append(hours.Weekdays, whole(d))
		}
		err = s.svc.AddHours(ctx, actor, hours)
	case "drop-hours":
		err = s.svc.DropHours(ctx, actor, in.Get("id"))
	case "kiosk":
		err = s.svc.RenewKiosk(ctx, actor)
	default:
		return web.ErrMalformed
	}
	if err == nil {
		return page.Done(w, r, setupPath, "appointments.setup.done")
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.setupPage(w, r, problem)
}

func (s site) counters(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, err := s.svc.ListCounters(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("appointments.calling.title"), Desk: true, Body: countersBody(p, all)})
}

func (s site) counter(w http.ResponseWriter, r *http.Request) error { return s.counterPage(w, r, nil) }

func (s site) counterPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	d, err := s.svc.GetDesk(r.Context(), p.Actor, r.PathValue("counter"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("appointments.calling.counter", "n", d.Number), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("appointments.calling.title"), Href: callingPath}),
		Body: counterBody(p, d, problem),
	})
}

// call does what the keys of a counter do.
func (s site) call(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	ctx, actor, counter, ticket := r.Context(), page.From(r.Context()).Actor, r.PathValue("counter"), r.PostForm.Get("ticket")
	var err error
	message := "appointments.calling.called"
	switch r.PostForm.Get("do") {
	case "next":
		_, err = s.svc.CallNext(ctx, actor, counter)
	case "again":
		err = s.svc.CallAgain(ctx, actor, counter, ticket)
	case "done":
		message, err = "appointments.calling.finished", s.svc.Finish(ctx, actor, counter, ticket, true)
	case "done-next":
		if err = s.svc.Finish(ctx, actor, counter, ticket, true); err == nil {
			if _, err = s.svc.CallNext(ctx, actor, counter); errors.Is(err, appointments.ErrNobody) {
				message, err = "appointments.calling.finished", nil
			}
		}
	case "absent":
		message, err = "appointments.calling.absent", s.svc.Finish(ctx, actor, counter, ticket, false)
	case "return":
		message, err = "appointments.calling.returned", s.svc.Return(ctx, actor, counter, ticket)
	case "walk":
		message = "appointments.calling.given"
		_, err = s.svc.WalkIn(ctx, actor, "")
	default:
		return web.ErrMalformed
	}
	if err == nil {
		return page.Done(w, r, at(callingPath, counter), message)
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.counterPage(w, r, problem)
}

func (s site) waits(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	rep, err := s.svc.Waits(r.Context(), p.Actor, q.Get("from"), q.Get("to"))
	var problem *web.ProblemError
	if err != nil {
		if problem, err = page.Refused(r, err); err != nil {
			return err
		}
		if rep, err = s.svc.Waits(r.Context(), p.Actor, "", ""); err != nil {
			return err
		}
	}
	return p.Render(w, r, page.View{
		Title: p.T("appointments.waits.title"), Desk: true, Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("appointments.day.title"), Href: deskPath}),
		Body: waitsBody(p, rep, q, problem),
	})
}

func (s site) waitsCSV(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	rep, err := s.svc.ExportWaits(r.Context(), p.Actor, q.Get("from"), q.Get("to"))
	if err != nil {
		return err
	}
	rows := [][]string{{p.T("appointments.waits.hour"), p.T("appointments.waits.people"), p.T("appointments.waits.p50"), p.T("appointments.waits.p90"), p.T("appointments.waits.kept"), p.T("appointments.waits.absent")}}
	for _, h := range rep.Hours {
		rows = append(rows, []string{strconv.Itoa(h.Hour), strconv.Itoa(h.People), strconv.Itoa(h.Half), strconv.Itoa(h.Most), strconv.Itoa(h.Kept), strconv.Itoa(h.Absent)})
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="thoi-gian-cho-`+rep.From.String()+`.csv"`)
	return sheet.WriteCSV(w, rows)
}

// weekdays are those of a week from Monday, with 0 for Sunday.
func weekdays() []int { return []int{1, 2, 3, 4, 5, 6, 0} }

// weekday is the name of a day of the week.
func weekday(p page.Page, d int) string { return p.T("appointments.weekday." + strconv.Itoa(d)) }
