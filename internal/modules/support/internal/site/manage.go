// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"net/http"
	"net/url"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/support"
	"tinhso.vn/internal/modules/support/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/web"
)

// wrongOf returns what the form shows of an error, where it is about the form.
func wrongOf(err error) ([]web.ProblemField, bool) {
	kind := errs.KindOf(err)
	if kind == errs.Invalid {
		return web.Problem(err).Fields, true
	}
	if kind == errs.Conflict {
		return []web.ProblemField{{Name: "from_day", Code: web.Problem(err).Code, Args: web.Problem(err).Args}}, true
	}
	return nil, false
}

// typed is one of the two forms as it was typed. What says which.
type typed struct {
	What                                   string // news, window
	Kind, Audience, Mode                   string
	VI, EN                                 string
	FromDay, FromTime, UntilDay, UntilTime string
}

// read reads the form. A beginning that is empty is now; one that makes no sense is refused.
func read(r *http.Request, what string) (f typed, from, until db.Time, wrong []errs.Field) {
	get := func(name string) string { return strings.TrimSpace(r.PostForm.Get(name)) }
	f = typed{
		What: what, Kind: get("kind"), Audience: get("audience"), Mode: get("mode"), VI: r.PostForm.Get("text"), EN: r.PostForm.Get("text_en"),
		FromDay: get("from_day"), FromTime: get("from_time"), UntilDay: get("until_day"), UntilTime: get("until_time"),
	}
	if f.FromDay+f.FromTime != "" {
		if from = db.At(moment(f.FromDay, f.FromTime)); from.IsZero() {
			wrong = append(wrong, errs.Field{Name: "from_day", Code: "support.time"})
		}
	}
	return f, from, db.At(moment(f.UntilDay, f.UntilTime)), wrong
}

// named puts what is wrong about a time at the box of its day.
func named(wrong []web.ProblemField) []web.ProblemField {
	for i, w := range wrong {
		switch w.Name {
		case "from":
			wrong[i].Name = "from_day"
		case "until":
			wrong[i].Name = "until_day"
		}
	}
	return wrong
}

func (h pages) news(w http.ResponseWriter, r *http.Request) error {
	return h.newsPage(w, r, typed{}, nil)
}

func (h pages) newsPage(w http.ResponseWriter, r *http.Request, form typed, wrong []web.ProblemField) (err error) {
	p := page.From(r.Context())
	v := managing{Page: p, Form: form, Wrong: named(wrong), Name: func(account string) string { return h.Name(r.Context(), account) }}
	if p.Actor.May(support.PermAnnounce) {
		if v.News, err = h.Service.Announcements(r.Context(), p.Actor); err != nil {
			return err
		}
	}
	if p.Actor.May(support.PermMaintain) {
		if v.Windows, err = h.Service.Windows(r.Context(), p.Actor); err != nil {
			return err
		}
	}
	return p.Render(w, r, page.View{Title: p.T("support.manage.title"), Desk: true, Status: status(wrong), Body: managePage(v)})
}

func (h pages) announce(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	form, from, until, bad := read(r, "news")
	err := errs.BadInput(bad)
	if err == nil {
		_, err = h.Service.Announce(r.Context(), page.From(r.Context()).Actor, core.Words{
			Kind: support.Kind(form.Kind), Audience: support.Audience(form.Audience), Text: i18n.Text{VI: form.VI, EN: form.EN}, From: from, Until: until,
		})
	}
	return h.after(w, r, form, err, "support.announced")
}

func (h pages) maintain(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	form, from, until, bad := read(r, "window")
	err := errs.BadInput(bad)
	if err == nil {
		_, err = h.Service.Maintain(r.Context(), page.From(r.Context()).Actor, core.Plan{
			Mode: support.Mode(form.Mode), Text: i18n.Text{VI: form.VI, EN: form.EN}, From: from, Until: until,
		})
	}
	return h.after(w, r, form, err, "support.maintenance_set")
}

func (h pages) after(w http.ResponseWriter, r *http.Request, form typed, err error, done string) error {
	if wrong, bad := wrongOf(err); bad {
		return h.newsPage(w, r, form, wrong)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, NewsPath, done)
}

func (h pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	return h.after(w, r, typed{}, h.Service.Withdraw(r.Context(), page.From(r.Context()).Actor, r.PathValue("id")), "support.withdrawn")
}

func (h pages) reopen(w http.ResponseWriter, r *http.Request) error {
	return h.after(w, r, typed{}, h.Service.Reopen(r.Context(), page.From(r.Context()).Actor, r.PathValue("id")), "support.reopened")
}

func (h pages) feedback(w http.ResponseWriter, r *http.Request) error {
	p, handled := page.From(r.Context()), r.URL.Query().Get("xong") == "1"
	all, err := h.Service.Feedback(r.Context(), p.Actor, handled, r.URL.Query().Get("truoc"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("support.said.title"), Desk: true, Body: saidPage(p, all, handled, func(account string) string { return h.Name(r.Context(), account) })})
}

func (h pages) handle(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	if err := h.Service.Handle(r.Context(), page.From(r.Context()).Actor, r.PathValue("id"), r.PostForm.Get("note")); err != nil {
		return err
	}
	return page.Done(w, r, SaidPath, "support.said.done")
}

// fileRows is how much feedback one file holds at most.
const fileRows = 5000

func (h pages) file(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	rows := [][]string{{p.T("support.said.when"), p.T("support.said.page"), p.T("support.said.side"), p.T("support.said.useful"), p.T("support.said.text"), p.T("support.said.note")}}
	for _, handled := range []bool{false, true} {
		for before := ""; len(rows) < fileRows; {
			all, err := h.Service.Feedback(r.Context(), p.Actor, handled, before)
			if err != nil {
				return err
			}
			for _, f := range all {
				rows = append(rows, []string{p.DateTime(f.Sent.Time), f.Page, p.T("support.audience." + string(f.Side)), p.T("support.useful." + f.Useful), f.Text, f.Note})
				before = f.ID
			}
			if len(all) < core.PageSize {
				break
			}
		}
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(p.T("support.said.file")))
	_ = sheet.WriteCSV(w, rows) // the reader has gone: nobody to tell
	return nil
}
