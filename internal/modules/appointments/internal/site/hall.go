// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"errors"
	"net/http"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/modules/appointments/internal/core"
	"tinhso.vn/internal/platform/web"
)

// How long pages stand that change by themselves, in seconds.
const (
	hallFor   = 5
	numberFor = 20
)

// number is the page of a number, for who has it.
func (s site) number(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	n, err := s.svc.GetPlace(r.Context(), r.PathValue("ticket"))
	if err != nil {
		return err
	}
	v := page.View{Title: p.T("appointments.number.title"), Body: numberBody(p, n)}
	if n.State == core.Waiting || n.State == core.Called {
		v.Refresh = numberFor
	}
	return p.Render(w, r, v)
}

// hall is the screen of a hall. It names nobody, and needs no script.
func (s site) hall(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	h, err := s.svc.GetHall(r.Context(), r.PathValue("unit"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("appointments.hall.title"), Bare: true, Refresh: hallFor, Body: hallBody(p, h)})
}

func (s site) kiosk(w http.ResponseWriter, r *http.Request) error {
	return s.kioskPage(w, r, "", nil, nil)
}

func (s site) kioskPage(w http.ResponseWriter, r *http.Request, code string, got *core.Arrival, problem *web.ProblemError) error {
	p := page.From(r.Context())
	k, err := s.svc.AtKiosk(r.Context(), r.PathValue("unit"), r.PathValue("key"))
	if err != nil {
		return err
	}
	if got != nil { // the next person finds the beginning
		w.Header().Set("Refresh", "15; url="+k.Path)
	}
	return p.Render(w, r, page.View{Title: p.T("appointments.kiosk.title"), Bare: true, Status: page.StatusOf(problem), Body: kioskBody(p, k, code, got, problem)})
}

// take gives a number, with an appointment or without.
func (s site) take(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	unit, key, code := r.PathValue("unit"), r.PathValue("key"), r.PostForm.Get("code")
	var got core.Arrival
	var err error
	if r.PostForm.Get("do") == "walk" {
		got, err = s.svc.TakeNumber(r.Context(), unit, key, r.PostForm.Get("field"))
	} else {
		got, err = s.svc.CheckIn(r.Context(), unit, key, code)
	}
	if err == nil {
		return s.kioskPage(w, r, "", &got, nil)
	}
	if errors.Is(err, appointments.ErrNotFound) { // said on the page: whoever stands there typed it wrong
		problem := web.Problem(err)
		problem.Status = http.StatusUnprocessableEntity
		page.From(r.Context()).Site.Explain(r, problem)
		return s.kioskPage(w, r, code, nil, problem)
	}
	problem, err := page.Refused(r, err)
	if err != nil {
		return err
	}
	return s.kioskPage(w, r, code, nil, problem)
}
