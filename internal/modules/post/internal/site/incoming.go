// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/post"
	"tinhso.vn/internal/modules/post/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

// incomingPath is where envelopes wait that the postman brought; openPath is where they
// are opened, at the counter.
const (
	incomingPath = "/buu-chinh/den"
	openPath     = "/tiep-nhan/buu-chinh"
)

// bag is the page of what the postman brought.
type bag struct {
	all     []core.Incoming
	next    string
	state   post.IncomingState
	form    url.Values
	back    string // the envelope whose reason was wrong
	problem *web.ProblemError
}

func (s site) incomingRoutes(send web.Access) []web.Route {
	return []web.Route{
		{Pattern: "GET " + incomingPath, Access: send, Handle: s.incoming},
		{Pattern: "POST " + incomingPath, Access: send, Handle: s.came},
		{Pattern: "POST " + incomingPath + "/{envelope}/tra-lai", Access: send, Handle: s.sentBack},
	}
}

func (s site) incoming(w http.ResponseWriter, r *http.Request) error {
	return s.incomingPage(w, r, bag{form: url.Values{"came": {page.From(r.Context()).Date(page.From(r.Context()).Now)}}})
}

func (s site) incomingPage(w http.ResponseWriter, r *http.Request, b bag) (err error) {
	p := page.From(r.Context())
	b.state = post.IncomingState(r.URL.Query().Get("trang-thai"))
	if b.state == "" {
		b.state = post.Waiting
	}
	if b.all, b.next, err = s.svc.ListIncoming(r.Context(), p.Actor, b.state, r.URL.Query().Get("after")); err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("post.in.title"), Desk: true, Status: page.StatusOf(b.problem), Body: incomingBody(p, b)})
}

func (s site) came(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	p := page.From(r.Context())
	_, err := s.svc.NoteIncoming(r.Context(), p.Actor, core.Came{
		Consignment: r.PostForm.Get("consignment"), Day: isoDay(r.PostForm.Get("came")), From: r.PostForm.Get("from"),
	})
	if err != nil {
		problem, err := page.Refused(r, err, errs.Unavailable)
		if err != nil {
			return err
		}
		return s.incomingPage(w, r, bag{form: r.PostForm, problem: problem})
	}
	return page.Done(w, r, incomingPath, "post.in.noted")
}

func (s site) sentBack(w http.ResponseWriter, r *http.Request) error {
	if err := page.ReadForm(r); err != nil {
		return err
	}
	if err := s.svc.SendBack(r.Context(), page.From(r.Context()).Actor, r.PathValue("envelope"), r.PostForm.Get("reason")); err != nil {
		problem, err := page.Refused(r, err, errs.Unavailable)
		if err != nil {
			return err
		}
		return s.incomingPage(w, r, bag{form: url.Values{}, back: r.PathValue("envelope"), problem: problem})
	}
	return page.Done(w, r, incomingPath, "post.in.sent_back")
}

// isoDay reads a day as people write it; what is none stays as it is.
func isoDay(value string) string {
	value = strings.TrimSpace(value)
	for _, layout := range []string{"02/01/2006", "2/1/2006"} {
		if t, err := time.Parse(layout, value); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	return value
}

func dayText(p page.Page, iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return iso
	}
	return p.Date(t)
}

// opening is the address at which an envelope is opened.
func opening(v core.Incoming) string {
	return openPath + "?" + url.Values{"consignment": {v.Consignment}, "came": {v.Came}}.Encode()
}

func envelopeRows(p page.Page, v core.Incoming) []ui.SummaryRow {
	rows := []ui.SummaryRow{row(p.T("post.field.came"), dayText(p, v.Came))}
	if v.From != "" {
		rows = append(rows, row(p.T("post.field.from"), v.From))
	}
	if v.Reason != "" {
		rows = append(rows, row(p.T("post.field.reason"), v.Reason))
	}
	return rows
}

func stateChips(p page.Page, b bag) (all []ui.Chip) {
	for _, st := range []post.IncomingState{post.Waiting, post.Opened, post.SentBack} {
		all = append(all, ui.Chip{Text: p.T("post.in.state." + string(st)), Href: incomingPath + "?trang-thai=" + string(st), On: b.state == st, OnText: p.T("post.state.on")})
	}
	return all
}
