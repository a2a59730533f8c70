// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows the connections of the province to those who look after
// them, and the calls about a dossier to those who may see it.
package site

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/connections"
	"tinhso.vn/internal/modules/connections/internal/core"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Path is the page of all partners.
const Path = "/quan-tri/ket-noi"

const (
	onePath     = Path + "/{partner}"
	messagePath = onePath + "/thu/{message}"
	callPath    = onePath + "/cuoc-goi/{call}"
	diffPath    = onePath + "/chenh-lech"
	tracePath   = "/xu-ly/{id}/ket-noi"
)

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s := site{svc}
	manage := web.Needs(string(connections.PermManage))
	route := func(pattern string, h web.Handler) web.Route {
		return web.Route{Pattern: pattern, Access: manage, Handle: h}
	}
	return []web.Route{
		route("GET "+Path, s.list), route("GET "+onePath, s.show),
		route("POST "+onePath+"/tam-dung", s.pause), route("POST "+onePath+"/tiep-tuc", s.resume), route("POST "+onePath+"/phat-lai", s.replay),
		route("GET "+onePath+"/cuoc-goi", s.calls), route("POST "+callPath, s.said),
		route("GET "+messagePath, s.message), route("POST "+messagePath+"/doc", s.content),
		route("POST "+messagePath+"/gui-lai", s.retry), route("POST "+messagePath+"/bo", s.discard), route("POST "+messagePath+"/phat-lai", s.replayOne),
		route("GET "+diffPath, s.differences), route("POST "+diffPath, s.compare),
		route("POST "+diffPath+"/{difference}/gui", s.mend), route("POST "+diffPath+"/{difference}/giai-thich", s.explain),
		{Pattern: "GET " + tracePath, Access: web.Needs(string(connections.PermTrace)), Handle: s.trace},
		s.door(),
	}
}

type site struct{ svc *core.Service }

func partnerAt(partner string) string { return Path + "/" + url.PathEscape(partner) }

func messageAt(m connectors.Sent) string {
	return partnerAt(m.Partner) + "/thu/" + url.PathEscape(m.ID)
}

func diffsAt(partner string) string { return partnerAt(partner) + "/chenh-lech" }

// typed is a form as it was typed; Form says which of a page.
type typed struct{ Form, Reason, From, To string }

func read(r *http.Request, form string) typed {
	return typed{form, r.PostFormValue("reason"), r.PostFormValue("from"), r.PostFormValue("to")}
}

// period reads both days; the last one is in it. What cannot be read is refused by the use case.
func (t typed) period() (p core.Period) {
	if from, ok := day(t.From); ok {
		p.From = db.At(from)
	}
	if to, ok := day(t.To); ok {
		p.To = db.At(to.AddDate(0, 0, 1))
	}
	return p
}

func day(v string) (time.Time, bool) {
	for _, form := range []string{"2/1/2006", time.DateOnly} {
		if at, err := time.ParseInLocation(form, strings.TrimSpace(v), calendar.Zone()); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// said puts what was refused into words; what cannot be shown on a form stays an error.
func said(r *http.Request, refused error) (*web.ProblemError, error) {
	problem := web.Problem(refused)
	if problem.Status >= http.StatusInternalServerError || problem.Status == http.StatusNotFound || problem.Status == http.StatusForbidden {
		return nil, refused
	}
	page.From(r.Context()).Site.Explain(r, problem)
	return problem, nil
}

func render(w http.ResponseWriter, r *http.Request, view page.View, problem *web.ProblemError) error {
	view.Desk = true
	if problem != nil {
		view.Status = problem.Status
	}
	return page.From(r.Context()).Render(w, r, view)
}

func (s site) list(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	all, err := s.svc.List(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	return render(w, r, page.View{Title: p.T("connections.title"), Body: listPage(p, all)}, nil)
}

func (s site) show(w http.ResponseWriter, r *http.Request) error {
	return s.partner(w, r, typed{}, nil)
}

// partner shows a partner; with what was typed and refused.
func (s site) partner(w http.ResponseWriter, r *http.Request, t typed, problem *web.ProblemError) error {
	p := page.From(r.Context())
	one, err := s.svc.Get(r.Context(), p.Actor, r.PathValue("partner"))
	if err != nil {
		return err
	}
	state := r.URL.Query().Get("state")
	if !slices.Contains(core.States(), state) {
		state = "waiting"
		if one.Dead > 0 {
			state = "dead"
		}
	}
	all, next, err := s.svc.Messages(r.Context(), p.Actor, one.Partner.ID, state, r.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	return render(w, r, page.View{Title: p.T("connections.partner_title", "name", p.Text(one.Title)), Body: partnerPage(p, one, state, all, next, t, problem)}, problem)
}

// done goes back to a page, or shows the partner with what was refused.
func (s site) done(w http.ResponseWriter, r *http.Request, t typed, err error, path, message string) error {
	if err == nil {
		return page.Done(w, r, path, message)
	}
	problem, err := said(r, err)
	if err != nil {
		return err
	}
	return s.partner(w, r, t, problem)
}

func (s site) pause(w http.ResponseWriter, r *http.Request) error {
	t, partner := read(r, "pause"), r.PathValue("partner")
	return s.done(w, r, t, s.svc.Pause(r.Context(), page.From(r.Context()).Actor, partner, t.Reason), partnerAt(partner), "connections.done.paused")
}

func (s site) resume(w http.ResponseWriter, r *http.Request) error {
	partner := r.PathValue("partner")
	return s.done(w, r, typed{}, s.svc.Resume(r.Context(), page.From(r.Context()).Actor, partner), partnerAt(partner), "connections.done.resumed")
}

func (s site) replay(w http.ResponseWriter, r *http.Request) error {
	t, partner := read(r, "replay"), r.PathValue("partner")
	_, err := s.svc.Replay(r.Context(), page.From(r.Context()).Actor, partner, t.period())
	return s.done(w, r, t, err, partnerAt(partner)+"?state=waiting", "connections.done.replayed")
}

func (s site) calls(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	one, err := s.svc.Get(r.Context(), p.Actor, r.PathValue("partner"))
	if err != nil {
		return err
	}
	all, next, err := s.svc.Calls(r.Context(), p.Actor, one.Partner.ID, r.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	return render(w, r, page.View{Title: p.T("connections.calls") + " · " + p.Text(one.Title), Body: callsPage(p, one, all, next)}, nil)
}

func (s site) said(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	one, err := s.svc.Said(r.Context(), p.Actor, r.PathValue("partner"), r.PathValue("call"))
	if err != nil {
		return err
	}
	return render(w, r, page.View{Title: p.T("connections.call"), Body: saidPage(p, one)}, nil)
}

func (s site) message(w http.ResponseWriter, r *http.Request) error {
	return s.showMessage(w, r, nil, typed{}, nil)
}

func (s site) showMessage(w http.ResponseWriter, r *http.Request, content []byte, t typed, problem *web.ProblemError) error {
	p := page.From(r.Context())
	m, err := s.svc.Message(r.Context(), p.Actor, r.PathValue("partner"), r.PathValue("message"))
	if err != nil {
		return err
	}
	return render(w, r, page.View{Title: p.T("connections.message"), Body: messagePage(p, m, s.titles(), pretty(content), t, problem)}, problem)
}

// content shows what a message says. It is a POST: nobody reads it by following a link.
func (s site) content(w http.ResponseWriter, r *http.Request) error {
	body, err := s.svc.Content(r.Context(), page.From(r.Context()).Actor, r.PathValue("partner"), r.PathValue("message"))
	return s.told(w, r, body, typed{}, err, "")
}

// told goes back to the page of the message, or shows it again.
func (s site) told(w http.ResponseWriter, r *http.Request, content []byte, t typed, err error, done string) error {
	if err != nil {
		problem, err := said(r, err)
		if err != nil {
			return err
		}
		return s.showMessage(w, r, nil, t, problem)
	}
	if content != nil {
		return s.showMessage(w, r, content, t, nil)
	}
	return page.Done(w, r, messageAt(connectors.Sent{Partner: r.PathValue("partner"), ID: r.PathValue("message")}), done)
}

func (s site) retry(w http.ResponseWriter, r *http.Request) error {
	return s.told(w, r, nil, typed{}, s.svc.Retry(r.Context(), page.From(r.Context()).Actor, r.PathValue("partner"), r.PathValue("message")), "connections.done.retried")
}

func (s site) discard(w http.ResponseWriter, r *http.Request) error {
	t := read(r, "discard")
	return s.told(w, r, nil, t, s.svc.Discard(r.Context(), page.From(r.Context()).Actor, r.PathValue("partner"), r.PathValue("message"), t.Reason), "connections.done.discarded")
}

func (s site) replayOne(w http.ResponseWriter, r *http.Request) error {
	_, err := s.svc.ReplayOne(r.Context(), page.From(r.Context()).Actor, r.PathValue("partner"), r.PathValue("message"))
	return s.told(w, r, nil, typed{}, err, "connections.done.replayed")
}

func (s site) differences(w http.ResponseWriter, r *http.Request) error {
	return s.listDifferences(w, r, typed{}, nil)
}

func (s site) listDifferences(w http.ResponseWriter, r *http.Request, t typed, problem *web.ProblemError) error {
	p := page.From(r.Context())
	one, err := s.svc.Get(r.Context(), p.Actor, r.PathValue("partner"))
	if err != nil {
		return err
	}
	all, runs, next, err := s.svc.Differences(r.Context(), p.Actor, one.Partner.ID, r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	return render(w, r, page.View{Title: p.T("connections.differences") + " · " + p.Text(one.Title), Body: differencesPage(p, one, all, runs, next, t, problem)}, problem)
}

func (s site) settled(w http.ResponseWriter, r *http.Request, t typed, err error, done string) error {
	if err == nil {
		return page.Done(w, r, diffsAt(r.PathValue("partner")), done)
	}
	problem, err := said(r, err)
	if err != nil {
		return err
	}
	return s.listDifferences(w, r, t, problem)
}

func (s site) compare(w http.ResponseWriter, r *http.Request) error {
	t := read(r, "compare")
	_, err := s.svc.Compare(r.Context(), page.From(r.Context()).Actor, r.PathValue("partner"), t.period())
	return s.settled(w, r, t, err, "connections.done.compared")
}

func (s site) mend(w http.ResponseWriter, r *http.Request) error {
	return s.settled(w, r, typed{}, s.svc.Mend(r.Context(), page.From(r.Context()).Actor, r.PathValue("partner"), r.PathValue("difference")), "connections.done.mended")
}

func (s site) explain(w http.ResponseWriter, r *http.Request) error {
	t := read(r, "explain-"+r.PathValue("difference"))
	return s.settled(w, r, t, s.svc.Explain(r.Context(), page.From(r.Context()).Actor, r.PathValue("partner"), r.PathValue("difference"), t.Reason), "connections.done.explained")
}

func (s site) trace(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	id, err := dossiers.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	t, err := s.svc.Trace(r.Context(), p.Actor, id, r.URL.Query().Get("before"))
	if err != nil {
		return err
	}
	return render(w, r, page.View{Title: p.T("connections.trace"), Body: traceBody(p, t, s.titles())}, nil)
}

// titles are the names of partners.
func (s site) titles() map[string]connectors.Partner {
	all := map[string]connectors.Partner{}
	for _, one := range s.svc.Hub.Partners() {
		all[one.ID] = one
	}
	return all
}
