// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"net/http"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/modules/appointments/internal/core"
	"tinhso.vn/internal/platform/qr"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// offered is how many other times somebody is offered who came too late for one.
const offered = 6

// offices is step 1: where.
func (s site) offices(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	all, err := s.svc.ListOffices(r.Context(), q.Get("thu-tuc"), q.Get("q"), core.OfficeAfter{Key: q.Get("sau"), Unit: q.Get("don-vi")})
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("appointments.offices.title"), Description: p.T("appointments.offices.lead"), Body: officesBody(p, all, q.Get("q"))})
}

// choose is step 2: when. One day is open, the others are links.
func (s site) choose(w http.ResponseWriter, r *http.Request) error {
	return s.choosePage(w, r, r.PathValue("unit"), r.URL.Query().Get("thu-tuc"), picking{}, nil)
}

// picking is what a choice of times leads to: another booking, or another time of one.
type picking struct {
	code string // of the appointment that is moved; empty: a new one
	back string
}

func (s site) choosePage(w http.ResponseWriter, r *http.Request, unit, procedure string, pick picking, problem *web.ProblemError) error {
	p := page.From(r.Context())
	c, err := s.svc.Choose(r.Context(), unit, procedure)
	if err != nil {
		return err
	}
	open := -1 // the day that was asked for, or the first with a free place
	for i, d := range c.Days {
		if asked := r.URL.Query().Get("ngay"); asked == d.Date.String() || asked == "" && open < 0 && d.Free > 0 {
			open = i
		}
	}
	if pick.back == "" {
		pick.back = bookPath + about(procedure)
	}
	return p.Render(w, r, page.View{
		Title: p.T("appointments.choose.title"), Status: page.StatusOf(problem), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("appointments.back"), Href: pick.back}),
		Body: chooseBody(p, c, open, pick, problem),
	})
}

// typed is what somebody has typed about themselves.
type typed struct{ name, phone string }

// who is step 3: for whom.
func (s site) who(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	return s.whoPage(w, r, typed{name: nameOf(p)}, nil, nil)
}

// nameOf is the name of who has signed in for themselves.
func nameOf(p page.Page) string {
	if p.Actor.Anonymous() || p.Actor.Official() || p.Actor.Acts() {
		return ""
	}
	return p.Actor.Name
}

func (s site) whoPage(w http.ResponseWriter, r *http.Request, in typed, near []core.Slot, problem *web.ProblemError) error {
	p := page.From(r.Context())
	when, err := momentOf(r.PathValue("at"))
	if err != nil {
		return err
	}
	c, err := s.svc.Choose(r.Context(), r.PathValue("unit"), r.URL.Query().Get("thu-tuc"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("appointments.who.title"), Status: page.StatusOf(problem), Form: false,
		Before: ui.BackLink(ui.BackLinkParams{Text: p.T("appointments.back"), Href: at(bookPath, c.Unit) + about(c.Procedure)}),
		Body:   whoBody(p, c, when, in, near, problem),
	})
}

func (s site) book(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	when, err := momentOf(r.PathValue("at"))
	if err != nil {
		return err
	}
	unit, in := r.PathValue("unit"), typed{r.PostForm.Get("name"), r.PostForm.Get("phone")}
	code, err := s.svc.Book(r.Context(), page.From(r.Context()).Actor, core.Asking{Unit: unit, Procedure: r.URL.Query().Get("thu-tuc"), At: when, Name: in.name, Phone: in.phone})
	if err == nil {
		return page.Done(w, r, at(ownPath, code), "appointments.book.done")
	}
	near, bad := s.near(r, err, unit, when)
	if bad != nil {
		return bad
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.whoPage(w, r, in, near, problem)
}

// near are other times for who has lost one.
func (s site) near(r *http.Request, err error, unit string, when time.Time) ([]core.Slot, error) {
	if !errors.Is(err, appointments.ErrFull) && !errors.Is(err, appointments.ErrNoSlot) {
		return nil, nil
	}
	return s.svc.Nearest(r.Context(), unit, when, offered)
}

func (s site) find(w http.ResponseWriter, r *http.Request) error {
	p, code := page.From(r.Context()), r.URL.Query().Get("ma")
	if code == "" {
		return p.Render(w, r, page.View{Title: p.T("appointments.find.title"), Body: findBody(p, "", "")})
	}
	v, err := s.svc.Find(r.Context(), code)
	if errors.Is(err, appointments.ErrNotFound) {
		return p.Render(w, r, page.View{Title: p.T("appointments.find.title"), Status: http.StatusUnprocessableEntity, Body: findBody(p, code, p.T("appointments.find.unknown"))})
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, at(ownPath, v.Code))
}

func (s site) own(w http.ResponseWriter, r *http.Request) error { return s.ownPage(w, r, nil) }

func (s site) ownPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	p := page.From(r.Context())
	v, err := s.svc.Find(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	square, err := qr.Encode(s.address + at(ownPath, v.Code))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("appointments.own.title"), Status: page.StatusOf(problem), Body: ownBody(p, v, square, problem)})
}

func (s site) moving(w http.ResponseWriter, r *http.Request) error { return s.movingPage(w, r, nil) }

func (s site) movingPage(w http.ResponseWriter, r *http.Request, problem *web.ProblemError) error {
	v, err := s.svc.Find(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	if !v.May {
		return web.SeeOther(w, r, at(ownPath, v.Code))
	}
	return s.choosePage(w, r, v.Unit, v.Procedure, picking{code: v.Code, back: at(ownPath, v.Code)}, problem)
}

func (s site) move(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	when, err := momentOf(r.PostForm.Get("at"))
	if err != nil {
		return err
	}
	if err = s.svc.Move(r.Context(), page.From(r.Context()).Actor, r.PathValue("code"), when); err == nil {
		return page.Done(w, r, at(ownPath, r.PathValue("code")), "appointments.move.done")
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.movingPage(w, r, problem)
}

func (s site) cancelling(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	v, err := s.svc.Find(r.Context(), r.PathValue("code"))
	if err != nil {
		return err
	}
	if !v.May {
		return web.SeeOther(w, r, at(ownPath, v.Code))
	}
	return p.Render(w, r, page.View{
		Title: p.T("appointments.cancel.title"), Before: ui.BackLink(ui.BackLinkParams{Text: p.T("appointments.back"), Href: at(ownPath, v.Code)}), Body: cancelBody(p, v),
	})
}

func (s site) cancel(w http.ResponseWriter, r *http.Request) error {
	err := s.svc.Cancel(r.Context(), page.From(r.Context()).Actor, r.PathValue("code"))
	if err == nil {
		return page.Done(w, r, at(ownPath, r.PathValue("code")), "appointments.cancel.done")
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.ownPage(w, r, problem)
}

// day writes a day with the name of its weekday.
func day(p page.Page, d calendar.Date) string {
	return p.Weekday(d.At(12 * 60))
}

// whenOf writes a moment with its weekday.
func whenOf(p page.Page, t time.Time) string {
	t = t.In(calendar.Zone())
	return p.Time(t) + ", " + p.Weekday(t)
}

// said is the name of a procedure, or that it is something else.
func said(p page.Page, t i18n.Text) string {
	if t.VI == "" {
		return p.T("appointments.something")
	}
	return p.Text(t)
}
