// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows working time: to everybody when offices work and why
// something is due then, to officials the days decided one by one.
package site

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/worktime"
	"tinhso.vn/internal/modules/worktime/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

// The pages.
const (
	Path     = "/lich-lam-viec"
	PlanPath = "/quan-tri/lich-lam-viec"
)

// People names accounts.
type People interface {
	Name(ctx context.Context, account string) string
}

// Routes returns the pages.
func Routes(s *core.Service, people People) []web.Route {
	p, plan := pages{s, people}, web.Needs(string(worktime.PermPlan))
	return []web.Route{
		{Pattern: "GET " + Path, Access: web.Public(), Handle: p.year},
		{Pattern: "GET " + Path + "/tinh-han", Access: web.Public(), Handle: p.due},
		{Pattern: "GET " + Path + "/lich.ics", Access: web.Public(), Handle: p.file},
		{Pattern: "GET " + PlanPath, Access: plan, Handle: p.plan},
		{Pattern: "POST " + PlanPath, Access: plan, Handle: p.propose},
		{Pattern: "POST " + PlanPath + "/{id}/xac-nhan", Access: plan, Handle: p.confirm},
		{Pattern: "POST " + PlanPath + "/{id}/rut", Access: plan, Handle: p.withdraw},
	}
}

type pages struct {
	svc    *core.Service
	people People
}

func (h pages) year(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	year, _ := strconv.Atoi(q.Get("year")) // nonsense is this year
	y, err := h.svc.Year(r.Context(), orgs.ID(q.Get("unit")), year)
	if errs.KindOf(err) == errs.Invalid {
		y, err = h.svc.Year(r.Context(), orgs.ID(q.Get("unit")), 0)
	}
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{
		Title: p.T("worktime.year.title", "year", strconv.Itoa(y.Year)), Description: p.T("worktime.description"), Body: yearPage(p, y),
	})
}

// asked is what the calculator was asked, as it was typed.
type asked struct {
	Unit, Day, Time, Amount, Counting string
}

func (h pages) due(w http.ResponseWriter, r *http.Request) error {
	p, q := page.From(r.Context()), r.URL.Query()
	a := asked{q.Get("unit"), q.Get("day"), q.Get("time"), q.Get("amount"), q.Get("counting")}
	if a.Day == "" && a.Amount == "" && a.Counting == "" {
		now := p.Now.In(calendar.Zone())
		return h.answer(w, r, asked{a.Unit, p.Date(now), now.Format("15:04"), "3", string(calendar.WorkingDay)}, nil, nil)
	}
	question, wrong := read(a)
	if len(wrong) > 0 {
		return h.answer(w, r, a, nil, wrong)
	}
	found, err := h.svc.Due(r.Context(), question)
	if errs.KindOf(err) == errs.Invalid {
		return h.answer(w, r, a, nil, web.Problem(err).Fields)
	}
	if err != nil {
		return err
	}
	return h.answer(w, r, a, &found, nil)
}

func (pages) answer(w http.ResponseWriter, r *http.Request, a asked, found *core.Answer, wrong []web.ProblemField) error {
	p := page.From(r.Context())
	status := http.StatusOK
	if len(wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return p.Render(w, r, page.View{
		Title: p.T("worktime.due.title"), Description: p.T("worktime.due.lead"), Status: status, Body: duePage(p, a, found, wrong),
	})
}

// read reads what was typed: 23/11/2026, 09:00 or 9 giờ 30, a whole number.
func read(a asked) (q core.Question, wrong []web.ProblemField) {
	add := func(name, code string) { wrong = append(wrong, web.ProblemField{Name: name, Code: code}) }
	day, ok := readDay(a.Day)
	if !ok {
		add("day", "worktime.day")
	}
	clock := strings.NewReplacer(" ", "", "giờ", ":", "h", ":", "phút", "").Replace(strings.ToLower(a.Time))
	if strings.HasSuffix(clock, ":") {
		clock += "00"
	}
	at, err := time.Parse("15:04", clock)
	if err != nil {
		add("time", "worktime.time")
	}
	q = core.Question{
		Unit: orgs.ID(a.Unit), Received: day.At(at.Hour()*60 + at.Minute()), Takes: calendar.Duration{Unit: calendar.Unit(a.Counting)},
	}
	if q.Takes.Unit != calendar.SameDay {
		if q.Takes.Amount, err = strconv.Atoi(strings.TrimSpace(a.Amount)); err != nil {
			add("amount", "worktime.amount")
		}
	}
	return q, wrong
}

func readDay(s string) (calendar.Date, bool) {
	for _, form := range []string{"2/1/2006", time.DateOnly} {
		if t, err := time.ParseInLocation(form, strings.TrimSpace(s), calendar.Zone()); err == nil {
			return calendar.On(t), true
		}
	}
	return calendar.Date{}, false
}

// file is the days off of this year and the next for calendars of phones (RFC 5545).
func (h pages) file(w http.ResponseWriter, r *http.Request) error {
	p, unit := page.From(r.Context()), orgs.ID(r.URL.Query().Get("unit"))
	var out strings.Builder
	line := func(s string) { out.WriteString(s + "\r\n") }
	line("BEGIN:VCALENDAR")
	line("VERSION:2.0")
	line("PRODID:-//tinhso//worktime//VI")
	this, err := h.svc.Year(r.Context(), unit, 0)
	if err != nil {
		return err
	}
	next, err := h.svc.Year(r.Context(), unit, this.Year+1)
	if err != nil {
		return err
	}
	for _, y := range []core.Year{this, next} {
		for _, d := range y.Days {
			if d.Works() {
				continue
			}
			compact := func(d calendar.Date) string { return strings.ReplaceAll(d.String(), "-", "") }
			line("BEGIN:VEVENT")
			line(fmt.Sprintf("UID:%s-%s@tinhso", d.Date, unit))
			line("DTSTAMP:" + p.Now.UTC().Format("20060102T150405Z"))
			line("DTSTART;VALUE=DATE:" + compact(d.Date))
			line("DTEND;VALUE=DATE:" + compact(d.Date.AddDays(1)))
			line("SUMMARY:" + escape(dayName(p, d, y.Names)))
			line("END:VEVENT")
		}
	}
	line("END:VCALENDAR")
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="lich-nghi.ics"`)
	_, err = w.Write([]byte(out.String()))
	return err
}

// escape writes a text as RFC 5545 wants it, short enough for one line.
func escape(s string) string {
	runes := []rune(strings.Join(strings.Fields(s), " "))
	if len(runes) > 24 {
		runes = append(runes[:23], '…')
	}
	return strings.NewReplacer("\\", "\\\\", ";", "\\;", ",", "\\,").Replace(string(runes))
}

func (h pages) plan(w http.ResponseWriter, r *http.Request) error {
	return h.planPage(w, r, typed{Kind: string(calendar.Off)}, nil)
}

// typed is the form of a day, as it was typed.
type typed struct{ Unit, Day, Kind, Name, Basis, From, To string }

func (h pages) planPage(w http.ResponseWriter, r *http.Request, form typed, wrong []web.ProblemField) error {
	p := page.From(r.Context())
	all, err := h.svc.List(r.Context(), p.Actor, worktime.ID(r.URL.Query().Get("before")))
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	name := func(account string) string { return h.people.Name(r.Context(), account) }
	return p.Render(w, r, page.View{Title: p.T("worktime.plan.title"), Desk: true, Status: status, Body: planBody(p, all, name, form, wrong)})
}

func (h pages) propose(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	get := func(name string) string { return strings.TrimSpace(r.PostForm.Get(name)) }
	form := typed{get("unit"), get("day"), get("kind"), get("name"), get("basis"), get("from"), get("to")}
	d := core.Draft{Unit: orgs.ID(form.Unit), Kind: calendar.Effect(form.Kind), Name: form.Name, Basis: form.Basis}
	d.Day, _ = readDay(form.Day) // zero is refused, with the others
	if form.From+form.To != "" {
		var err, err2 error
		d.From, err = calendar.ParseMinute(form.From)
		d.To, err2 = calendar.ParseMinute(form.To)
		if err != nil || err2 != nil {
			d.From, d.To = 1, -1 // refused, with the others
		}
	}
	p := page.From(r.Context())
	_, err := h.svc.Propose(r.Context(), p.Actor, d)
	switch kind := errs.KindOf(err); {
	case kind == errs.Invalid:
		return h.planPage(w, r, form, web.Problem(err).Fields)
	case kind == errs.Conflict:
		return h.planPage(w, r, form, []web.ProblemField{{Name: "day", Code: web.Problem(err).Code}})
	case kind == errs.NotFound && d.Unit != "":
		return h.planPage(w, r, form, []web.ProblemField{{Name: "unit", Code: "worktime.unit"}})
	case err != nil:
		return err
	}
	return page.Done(w, r, PlanPath, "worktime.proposed")
}

func (h pages) confirm(w http.ResponseWriter, r *http.Request) error {
	return h.act(w, r, "worktime.confirmed", func(actor identity.Actor, id worktime.ID) error {
		return h.svc.Confirm(r.Context(), actor, id)
	})
}

func (h pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	return h.act(w, r, "worktime.withdrawn", func(actor identity.Actor, id worktime.ID) error {
		return h.svc.Withdraw(r.Context(), actor, id, r.PostForm.Get("reason"))
	})
}

func (h pages) act(w http.ResponseWriter, r *http.Request, done string, do func(identity.Actor, worktime.ID) error) error {
	id, err := worktime.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	err = do(page.From(r.Context()).Actor, id)
	switch kind := errs.KindOf(err); {
	case kind == errs.Invalid:
		return h.planPage(w, r, typed{Kind: string(calendar.Off)}, []web.ProblemField{{Name: "reason-" + string(id), Code: "worktime.reason"}})
	case kind == errs.Conflict:
		return h.planPage(w, r, typed{Kind: string(calendar.Off)}, []web.ProblemField{{Name: "day-" + string(id), Code: web.Problem(err).Code}})
	case err != nil:
		return err
	}
	return page.Done(w, r, PlanPath+"#"+url.QueryEscape(string(id)), done)
}
