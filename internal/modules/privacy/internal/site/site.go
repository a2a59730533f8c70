// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows people what is held about them and what they can ask for,
// and officials what waits for an answer.
package site

import (
	"net/http"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/modules/privacy/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

type site struct{ svc *core.Service }

// The addresses of the pages.
const (
	publicPath   = "/du-lieu-ca-nhan"
	minePath     = "/du-lieu-cua-toi"
	receiptPath  = minePath + "/bien-nhan"
	askPath      = minePath + "/yeu-cau/moi"
	myAskPath    = minePath + "/yeu-cau"
	archivePath  = minePath + "/tai-ve"
	deskPath     = "/bao-ve-du-lieu"
	takePath     = deskPath + "/tiep-nhan"
	requestPath  = deskPath + "/yeu-cau"
	registerPath = deskPath + "/muc-dich"
	mapPath      = deskPath + "/ban-do"
	breachPath   = deskPath + "/vi-pham"
)

// fresh is how old the proof of who asks may be.
const fresh = 10 * time.Minute

func needs(ps ...identity.Permission) web.Access {
	names := make([]string, len(ps))
	for i, p := range ps {
		names[i] = string(p)
	}
	return web.Needs(names...)
}

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s := site{svc}
	own, handle, take := needs(privacy.PermOwn), needs(privacy.PermHandle), needs(privacy.PermTake)
	desk, approve := needs(privacy.PermHandle, privacy.PermApprove), needs(privacy.PermApprove)
	return slices.Concat([]web.Route{
		{Pattern: "GET " + publicPath, Access: web.Public(), Handle: s.public},
		{Pattern: "GET " + minePath, Access: own, Handle: s.mine},
		{Pattern: "POST " + minePath + "/dong-y/{purpose}", Access: own, Handle: s.agree},
		{Pattern: "POST " + minePath + "/rut/{purpose}", Access: own, Handle: s.withdraw},
		{Pattern: "GET " + receiptPath + "/{consent}", Access: own, Handle: s.receipt},
		{Pattern: "GET " + receiptPath + "/{consent}/bien-nhan.pdf", Access: own, Handle: s.receiptPDF},
		{Pattern: "GET " + askPath, Access: own, Handle: s.ask},
		{Pattern: "POST " + askPath, Access: own, Handle: s.file},
		{Pattern: "GET " + myAskPath + "/{request}", Access: own, Handle: s.myRequest},
		{Pattern: "POST " + minePath + "/het-han-che", Access: own, Handle: s.lift},
		{Pattern: "POST " + archivePath, Access: own, Fresh: fresh, Handle: s.askArchive},
		{Pattern: "GET " + archivePath + "/{archive}", Access: own, Fresh: fresh, Handle: s.archive},
		{Pattern: "GET " + deskPath, Access: desk, Handle: s.desk},
		{Pattern: "GET " + takePath, Access: take, Handle: s.askTake},
		{Pattern: "POST " + takePath, Access: take, Handle: s.take},
		{Pattern: "GET " + requestPath + "/{request}", Access: desk, Handle: s.request},
		{Pattern: "POST " + requestPath + "/{request}/danh-tinh", Access: handle, Handle: s.check},
		{Pattern: "POST " + requestPath + "/{request}/gia-han", Access: handle, Handle: s.extend},
		{Pattern: "POST " + requestPath + "/{request}/quyet-dinh", Access: handle, Handle: s.decide},
		{Pattern: "POST " + requestPath + "/{request}/xac-nhan", Access: approve, Fresh: fresh, Handle: s.confirm},
		{Pattern: "POST " + requestPath + "/{request}/tra-loi", Access: handle, Handle: s.answer},
		{Pattern: "GET " + requestPath + "/{request}/kho/{archive}", Access: handle, Fresh: fresh, Handle: s.archive},
		{Pattern: "GET " + registerPath, Access: handle, Handle: s.register},
		{Pattern: "GET " + mapPath, Access: handle, Handle: s.dataMap},
	}, s.breachRoutes())
}

// Menu returns the entries of both menus.
func Menu(svc *core.Service) []module.MenuItem {
	need := func(ps ...identity.Permission) []identity.Permission { return ps }
	return []module.MenuItem{
		{Side: module.Citizens, Order: 36, Label: "privacy.menu.mine", Path: minePath, Permissions: need(privacy.PermOwn)},
		{Side: module.Officials, Order: 66, Label: "privacy.menu.desk", Path: deskPath, Permissions: need(privacy.PermHandle, privacy.PermApprove), Count: svc.CountRequests, Divided: true},
		{Side: module.Officials, Order: 68, Label: "privacy.menu.take", Path: takePath, Permissions: need(privacy.PermTake)},
		{Side: module.Officials, Order: 67, Label: "privacy.menu.breaches", Path: breachPath, Permissions: need(privacy.PermBreach), Count: svc.CountBreaches},
		{Side: module.Officials, Order: 69, Label: "privacy.menu.register", Path: registerPath, Permissions: need(privacy.PermHandle)},
		{Side: module.Officials, Order: 70, Label: "privacy.menu.map", Path: mapPath, Permissions: need(privacy.PermHandle)},
	}
}

// problemOf separates what somebody typed wrong, or what the state does not
// allow, from what went wrong.
func problemOf(r *http.Request, err error) (*web.ProblemError, error) {
	k := errs.KindOf(err)
	if k != errs.Invalid && k != errs.Conflict && err != nil && !slices.Contains(own(), web.Problem(err).Code) {
		return nil, err
	}
	problem := web.Problem(err)
	page.From(r.Context()).Site.Explain(r, problem)
	return problem, nil
}

// own are refusals that a page explains where it stands.
func own() []string {
	return []string{privacy.ErrSame.Code, privacy.ErrOwnCase.Code, privacy.ErrExpired.Code}
}

func status(problem *web.ProblemError) int {
	switch {
	case problem == nil:
		return http.StatusOK
	case len(problem.Fields) > 0:
		return http.StatusUnprocessableEntity
	}
	return problem.Status
}

func hint(text string) *ui.Hint {
	if text == "" {
		return nil
	}
	return &ui.Hint{Text: text}
}

func press(f sending) ui.ButtonParams {
	b := ui.ButtonParams{Text: f.button, PreventDoubleClick: "true"}
	switch {
	case f.warning:
		b.Classes = "ts-button--warning"
	case f.quiet:
		b.Classes = "ts-button--secondary"
	}
	return b
}

func radios(items []ui.SelectItem) []ui.RadioItem {
	all := make([]ui.RadioItem, len(items))
	for i, v := range items {
		all[i] = ui.RadioItem{Value: v.Value, Text: v.Text}
	}
	return all
}

func choices(p page.Page, prefix string, values ...string) []ui.SelectItem {
	var items []ui.SelectItem
	for _, v := range values {
		items = append(items, ui.SelectItem{Value: v, Text: p.T(prefix + v)})
	}
	return items
}

func row(key, value string) ui.SummaryRow {
	if value == "" {
		value = "–"
	}
	return ui.SummaryRow{Key: ui.SummaryText{Text: key}, Value: ui.SummaryText{Text: value}}
}

func at(p page.Page, t db.Time) string {
	if t.IsZero() {
		return ""
	}
	return p.DateTime(t.In(calendar.Zone()))
}

func head(p page.Page, keys ...string) []string {
	all := make([]string, len(keys))
	for i, k := range keys {
		all[i] = p.T("privacy.head." + k)
	}
	return all
}
