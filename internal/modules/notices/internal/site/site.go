// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows the bell's list, how somebody is told, and to operators
// where messages stand.
package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/notices"
	"tinhso.vn/internal/modules/notices/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

type site struct{ svc *core.Service }

// The addresses of the pages.
const (
	listPath    = notify.InboxPath
	readPath    = "/thong-bao/da-doc"
	undoPath    = "/thong-bao/hoan-tac"
	setPath     = notify.SettingsPath
	operatePath = "/van-hanh/thong-bao"
	textsPath   = "/van-hanh/thong-bao/van-ban"
	costsPath   = "/van-hanh/thong-bao/chi-phi"
)

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s := site{svc}
	own, operate := web.SignedIn(), web.Needs(string(notices.PermOperate))
	return []web.Route{
		{Pattern: "GET " + listPath, Access: own, Handle: s.list},
		{Pattern: "GET " + listPath + "/{notice}", Access: own, Handle: s.open},
		{Pattern: "POST " + listPath + "/{notice}", Access: own, Handle: s.mark},
		{Pattern: "POST " + readPath, Access: own, Handle: s.markAll},
		{Pattern: "POST " + undoPath, Access: own, Handle: s.undo},
		{Pattern: "GET " + setPath, Access: own, Handle: s.settings},
		{Pattern: "POST " + setPath, Access: own, Handle: s.save},
		{Pattern: "POST " + setPath + "/lien-he/{kind}", Access: own, Handle: s.contact},
		{Pattern: "POST " + setPath + "/lien-he/{kind}/ma", Access: own, Door: web.Narrow, Handle: s.prove},
		{Pattern: "POST " + setPath + "/lien-he/{kind}/xoa", Access: own, Handle: s.forget},
		{Pattern: "POST " + setPath + "/trinh-duyet", Access: own, Handle: s.addDevice},
		{Pattern: "POST " + setPath + "/trinh-duyet/{device}/xoa", Access: own, Handle: s.removeDevice},
		{Pattern: "GET " + operatePath, Access: operate, Handle: s.messages},
		{Pattern: "POST " + operatePath + "/{message}/gui-lai", Access: operate, Handle: s.again},
		{Pattern: "POST " + operatePath + "/thu", Access: operate, Handle: s.test},
		{Pattern: "GET " + textsPath, Access: operate, Handle: s.texts},
		{Pattern: "GET " + costsPath, Access: operate, Handle: s.costs},
	}
}

// Menu returns the entries of the desk. The list has the bell in the frame.
func Menu(svc *core.Service) []module.MenuItem {
	return []module.MenuItem{{
		Side: module.Officials, Order: 64, Label: "notices.menu.operate", Path: operatePath, Permissions: []identity.Permission{notices.PermOperate}, Count: svc.CountFailed,
	}}
}

func (s site) list(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	shelf := notify.Shelf{Unread: r.FormValue("xem") == "chua-doc", Topic: r.FormValue("nhom")}
	if !slices.Contains([]string{"", "dossiers", "work", "account", "system"}, shelf.Topic) {
		shelf.Topic = ""
	}
	found, err := s.svc.ListNotices(r.Context(), p.Actor, shelf, r.FormValue("before"))
	if err != nil {
		return err
	}
	return p.Render(w, r, page.View{Title: p.T("notices.title"), Desk: p.Actor.Official(), Body: listPage(p, found, shelf, r.FormValue("undo"))})
}

func (s site) open(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	i, err := s.svc.OpenNotice(r.Context(), p.Actor, r.PathValue("notice"))
	if err != nil {
		return err
	}
	if i.Link != "" {
		return web.SeeOther(w, r, i.Link)
	}
	return p.Render(w, r, page.View{Title: p.Text(i.Title), Desk: p.Actor.Official(), Body: itemPage(p, i)})
}

func (s site) mark(w http.ResponseWriter, r *http.Request) error {
	if err := s.svc.MarkNotice(r.Context(), page.From(r.Context()).Actor, r.PathValue("notice"), r.FormValue("read") == "1"); err != nil {
		return err
	}
	return web.SeeOther(w, r, listPath)
}

func (s site) markAll(w http.ResponseWriter, r *http.Request) error {
	undo, err := s.svc.MarkAll(r.Context(), page.From(r.Context()).Actor)
	if err != nil {
		return err
	}
	return page.Done(w, r, listPath+"?undo="+strconv.FormatInt(undo, 10), "notices.all_read")
}

func (s site) undo(w http.ResponseWriter, r *http.Request) error {
	at, err := strconv.ParseInt(r.FormValue("undo"), 10, 64)
	if err != nil {
		return web.ErrMalformed.Because(err)
	}
	if err := s.svc.UnmarkAll(r.Context(), page.From(r.Context()).Actor, at); err != nil {
		return err
	}
	return page.Done(w, r, listPath, "notices.undone")
}

// problemOf separates what somebody typed wrong, or what the state does not allow, from
// what went wrong.
func problemOf(r *http.Request, err error) (*web.ProblemError, error) {
	return page.Refused(r, err, errs.NotFound, errs.TooMany)
}

func status(problem *web.ProblemError) int {
	if problem == nil {
		return http.StatusOK
	}
	return http.StatusUnprocessableEntity
}

func with(path string, pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

func or(a, b string) string {
	if strings.TrimSpace(a) != "" {
		return a
	}
	return b
}

func tag(text, classes string) templ.Component {
	return ui.Tag(ui.TagParams{Text: text, Classes: classes})
}
