// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows the accounts of systems to those who look after them.
package site

import (
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/systems"
	"tinhso.vn/internal/modules/systems/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Path is the page of all systems.
const Path = "/quan-tri/he-thong"

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s := site{svc}
	manage, both := web.Needs(string(systems.PermManage)), web.Needs(string(systems.PermManage), string(systems.PermConfirm))
	return append([]web.Route{
		{Pattern: "GET " + Path, Access: both, Handle: s.list},
		{Pattern: "GET " + Path + "/moi", Access: manage, Handle: s.blank},
		{Pattern: "POST " + Path + "/moi", Access: manage, Handle: s.propose},
		{Pattern: "GET " + Path + "/{id}", Access: both, Handle: s.show},
		{Pattern: "POST " + Path + "/{id}/mo-ta", Access: manage, Handle: s.describe},
		{Pattern: "POST " + Path + "/{id}/quyen", Access: manage, Handle: s.widen},
		{Pattern: "POST " + Path + "/{id}/xac-nhan", Access: web.Needs(string(systems.PermConfirm)), Handle: s.confirm},
		{Pattern: "POST " + Path + "/{id}/tu-choi", Access: both, Handle: s.decline},
		{Pattern: "POST " + Path + "/{id}/khoa", Access: manage, Handle: s.disable(true)},
		{Pattern: "POST " + Path + "/{id}/mo", Access: manage, Handle: s.disable(false)},
		{Pattern: "POST " + Path + "/{id}/ma", Access: manage, Handle: s.token},
		{Pattern: "POST " + Path + "/{id}/ma/{token}/thu-hoi", Access: manage, Handle: s.revoke},
	}, s.hookRoutes()...)
}

type site struct{ svc *core.Service }

func (s site) list(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, err := s.svc.List(r.Context(), p.Actor, systems.ID(r.URL.Query().Get("before")))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("systems.title"), Desk: true, Body: listPage(p, all)})
}

// typed is a form as it was typed.
type typed struct {
	core.Words
	Role, Unit, Networks, PerMinute, Until string
	Subtree                                bool
	Days, Overlap                          string
	Version                                int64
}

func read(r *http.Request) (t typed) {
	get := func(name string) string { return r.PostFormValue(name) }
	t = typed{
		Words: core.Words{Name: get("name"), Owner: get("owner"), Contact: get("contact"), Purpose: get("purpose")},
		Role:  get("role"), Unit: get("unit"), Networks: get("networks"), PerMinute: get("per_minute"), Until: get("until"),
		Subtree: get("subtree") != "", Days: get("days"), Overlap: get("overlap"),
	}
	t.Version, _ = strconv.ParseInt(get("version"), 10, 64) // nonsense is a version that is not there
	return t
}

// wish reads what a system shall be allowed; what cannot be read is left for the
// use case to refuse.
func (t typed) wish() core.Wish {
	w := core.Wish{Role: access.RoleID(t.Role), Unit: orgs.ID(t.Unit), Subtree: t.Subtree, Networks: t.Networks}
	w.PerMinute, _ = strconv.Atoi(strings.TrimSpace(t.PerMinute)) // not a number is 0, which is refused
	for _, form := range []string{"2/1/2006", time.DateOnly} {
		if day, err := time.ParseInLocation(form, strings.TrimSpace(t.Until), calendar.Zone()); err == nil {
			w.Until = db.At(day.AddDate(0, 0, 1)) // the day itself is still in
		}
	}
	return w
}

// again is a form of what a system may do now.
func again(p page.Page, r systems.Reach) typed {
	t := typed{
		Role: string(r.Role), Unit: string(r.Unit), Subtree: r.Subtree, PerMinute: strconv.Itoa(r.PerMinute), Networks: networks(r.Networks),
		Days: strconv.Itoa(core.TokenLength), Overlap: strconv.Itoa(core.Overlap),
	}
	if !r.Until.IsZero() {
		t.Until = p.Date(r.Until.AddDate(0, 0, -1))
	}
	return t
}

func networks(all []netip.Prefix) string {
	words := make([]string, len(all))
	for i, n := range all {
		words[i] = n.String()
		if n.IsSingleIP() {
			words[i] = n.Addr().String()
		}
	}
	return strings.Join(words, "\n")
}

func (s site) blank(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	t := again(p, systems.Reach{PerMinute: 600, Subtree: true, Until: db.At(p.Now.AddDate(1, 0, 0))})
	return s.form(w, r, t, nil)
}

func (s site) form(w http.ResponseWriter, r *http.Request, t typed, refused *web.ProblemError) error {
	p := page.From(r.Context())
	c, err := s.choices(r)
	if err != nil {
		return err
	}
	view := page.View{Title: p.T("systems.new"), Desk: true, Body: newPage(p, t, c, refused)}
	if refused != nil {
		view.Status = refused.Status
	}
	return p.Render(w, r, view)
}

// choices are what a form offers.
type choices struct {
	Roles []access.Role
	Units []orgs.Unit
}

func (s site) choices(r *http.Request) (c choices, err error) {
	actor := page.From(r.Context()).Actor
	if !actor.May(systems.PermManage) {
		return c, nil
	}
	if c.Roles, err = s.svc.Roles(r.Context(), actor); err != nil {
		return c, err
	}
	c.Units, err = s.svc.Units(r.Context(), actor)
	return c, err
}

func (s site) propose(w http.ResponseWriter, r *http.Request) error {
	p, t := page.From(r.Context()), read(r)
	id, err := s.svc.Propose(r.Context(), p.Actor, t.Words, t.wish())
	if err == nil {
		return page.Done(w, r, Path+"/"+url.PathEscape(string(id)), "systems.done.proposed")
	}
	problem, err := said(p, r, err)
	if err != nil {
		return err
	}
	return s.form(w, r, t, problem)
}

// said puts what was refused into words; a fault of ours is handed on.
func said(p page.Page, r *http.Request, refused error) (*web.ProblemError, error) {
	problem := web.Problem(refused)
	if problem.Status >= http.StatusInternalServerError || problem.Status == http.StatusNotFound {
		return nil, refused
	}
	p.Site.Explain(r, problem)
	return problem, nil
}

func (s site) show(w http.ResponseWriter, r *http.Request) error { return s.detail(w, r, nil, "", nil) }

// detail shows a system; with what was typed and refused, or a token that was made.
func (s site) detail(w http.ResponseWriter, r *http.Request, t *typed, secret string, problem *web.ProblemError) error {
	p := page.From(r.Context())
	d, err := s.svc.Get(r.Context(), p.Actor, systems.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	c, err := s.choices(r)
	if err != nil {
		return err
	}
	form := again(p, d.Reach)
	if d.Reach.Role == "" && d.Wanted != nil {
		form = again(p, *d.Wanted)
	}
	form.Words = core.Words{Name: d.Name, Owner: d.Owner, Contact: d.Contact, Purpose: d.Purpose}
	if t != nil {
		form = *t
	}
	form.Version = d.Version
	view := page.View{Title: d.Name, Desk: true, Body: detailPage(p, d, form, c, secret, problem)}
	if problem != nil {
		view.Status = problem.Status
	}
	return p.Render(w, r, view)
}

// act does something to a system and goes back to its page.
func (s site) act(w http.ResponseWriter, r *http.Request, t *typed, err error, done string) error {
	if err == nil {
		return page.Done(w, r, Path+"/"+url.PathEscape(r.PathValue("id")), done)
	}
	problem, err := said(page.From(r.Context()), r, err)
	if err != nil {
		return err
	}
	return s.detail(w, r, t, "", problem)
}

func (s site) describe(w http.ResponseWriter, r *http.Request) error {
	p, t := page.From(r.Context()), read(r)
	d, err := s.svc.Get(r.Context(), p.Actor, systems.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	shown := again(p, d.Reach)
	shown.Words = t.Words
	return s.act(w, r, &shown, s.svc.Describe(r.Context(), p.Actor, d.ID, t.Version, t.Words), "systems.done.described")
}

func (s site) widen(w http.ResponseWriter, r *http.Request) error {
	p, t := page.From(r.Context()), read(r)
	d, err := s.svc.Get(r.Context(), p.Actor, systems.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	t.Words = core.Words{Name: d.Name, Owner: d.Owner, Contact: d.Contact, Purpose: d.Purpose}
	return s.act(w, r, &t, s.svc.Widen(r.Context(), p.Actor, d.ID, t.Version, t.wish()), "systems.done.proposed")
}

func (s site) confirm(w http.ResponseWriter, r *http.Request) error {
	p, t := page.From(r.Context()), read(r)
	return s.act(w, r, nil, s.svc.Confirm(r.Context(), p.Actor, systems.ID(r.PathValue("id")), t.Version), "systems.done.confirmed")
}

func (s site) decline(w http.ResponseWriter, r *http.Request) error {
	p, t := page.From(r.Context()), read(r)
	return s.act(w, r, nil, s.svc.Decline(r.Context(), p.Actor, systems.ID(r.PathValue("id")), t.Version), "systems.done.declined")
}

func (s site) disable(off bool) web.Handler {
	done := "systems.done.enabled"
	if off {
		done = "systems.done.disabled"
	}
	return func(w http.ResponseWriter, r *http.Request) error {
		return s.act(w, r, nil, s.svc.Disable(r.Context(), page.From(r.Context()).Actor, systems.ID(r.PathValue("id")), off), done)
	}
}

// token shows a new token in the answer itself: it is nowhere to be read again.
func (s site) token(w http.ResponseWriter, r *http.Request) error {
	p, t := page.From(r.Context()), read(r)
	days, _ := strconv.Atoi(strings.TrimSpace(t.Days)) // not a number is 0, which is refused
	overlap, err := strconv.Atoi(strings.TrimSpace(t.Overlap))
	if err != nil {
		overlap = core.Overlap
	}
	made, err := s.svc.MakeToken(r.Context(), p.Actor, systems.ID(r.PathValue("id")), days, overlap)
	if err != nil {
		return s.act(w, r, nil, err, "")
	}
	return s.detail(w, r, nil, made.Secret, nil)
}

func (s site) revoke(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	return s.act(w, r, nil, s.svc.Revoke(r.Context(), p.Actor, systems.ID(r.PathValue("id")), r.PathValue("token")), "systems.done.revoked")
}
