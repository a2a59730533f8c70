// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"strconv"
	"time"

	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// historyRoutes are the pages of what a record was.
func (s site) historyRoutes(anybody web.Access) []web.Route {
	const at = booksPath + "/{register}/{record}/lich-su"
	return []web.Route{
		{Pattern: "GET " + at, Access: anybody, Handle: s.history},
		{Pattern: "POST " + at, Access: anybody, Handle: s.putBack},
	}
}

func historyPath(register, record string) string { return recordPath(register, record) + "/lich-su" }

// compared are two versions of a record beside each other.
type compared struct {
	core.HistoryView
	Left, Right core.Version
	Day         string // as it was typed; what was known at its end stands on the left
	Unknown     bool   // nothing was known on the day
	Problem     *web.ProblemError
}

func (s site) history(w http.ResponseWriter, r *http.Request) error {
	return s.renderHistory(w, r, http.StatusOK, nil)
}

func (s site) renderHistory(w http.ResponseWriter, r *http.Request, status int, problem *web.ProblemError) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	h, err := s.svc.History(r.Context(), p.Actor, r.PathValue("register"), r.PathValue("record"))
	if err != nil {
		return err
	}
	c := compared{HistoryView: h, Right: h.Versions[0], Left: h.Versions[min(1, len(h.Versions)-1)], Day: r.FormValue("ngay"), Problem: problem}
	number := func(name string, v *core.Version) {
		n, err := strconv.ParseInt(r.FormValue(name), 10, 64)
		if one, ok := h.Version(n); ok && err == nil {
			*v = one
		}
	}
	number("cu", &c.Left)
	number("moi", &c.Right)
	if c.Day != "" {
		day, err := time.ParseInLocation("2006-01-02", date(c.Day), clock.Vietnam())
		known := false
		if err == nil {
			c.Left, known = h.KnownAt(db.At(day.AddDate(0, 0, 1).Add(-time.Microsecond)))
		}
		if !known {
			c.Left, c.Unknown = core.Version{}, true
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	return p.Render(w, r, page.View{
		Title: p.T("books.history.title") + " · " + p.Text(h.Definition.Title), Desk: true, Status: status, Body: history(p, c, units(r.Context(), p)),
	})
}

func (s site) putBack(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	register, record := r.PathValue("register"), r.PathValue("record")
	version, err := strconv.ParseInt(r.PostForm.Get("cu"), 10, 64)
	if err != nil {
		return web.ErrMalformed.Because(err)
	}
	p := page.From(r.Context())
	proposal, err := s.svc.PutBack(r.Context(), p.Actor, register, record, seen(r.PostForm), version)
	if err != nil {
		problem := web.Problem(err)
		if problem.Status != http.StatusUnprocessableEntity && problem.Status != http.StatusConflict {
			return err
		}
		p.Site.Explain(r, problem)
		return s.renderHistory(w, r, problem.Status, problem)
	}
	if proposal != "" {
		return page.Done(w, r, core.ProposalPath(register, proposal), "books.proposal.sent")
	}
	return page.Done(w, r, recordPath(register, record), "books.history.was_put_back")
}
