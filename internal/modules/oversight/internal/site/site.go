// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows people who has read their data, officials what they have
// read, and auditors what is unusual about it.
package site

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/oversight"
	"tinhso.vn/internal/modules/oversight/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

type site struct{ svc *core.Service }

// The addresses of the pages.
const (
	readingsPath  = "/ai-da-xem"
	sightingsPath = "/ai-da-xem/danh-sach"
	exportPath    = "/ai-da-xem/tai-ve.csv"
	minePath      = "/lan-xem-cua-toi"
	questionsPath = "/giai-trinh"
	alertsPath    = "/canh-bao"
	erasuresPath  = "/xoa-nhat-ky"
)

// Where another module answers questions about rights, and what a reader needs to
// ask there: names on an address, as any link has them.
const (
	whyPath    = "/quyen/vi-sao"
	seesPath   = "/quyen/ai-xem"
	personPath = "/nhan-su/"

	permInspect identity.Permission = "personnel.inspect"
	permView    identity.Permission = "personnel.view"
)

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s := site{svc}
	own, alerts := web.Needs(string(dossiers.PermOwn)), web.Needs(string(oversight.PermAlerts))
	explain, erase := web.Needs(string(oversight.PermExplain)), web.Needs(string(oversight.PermErase))
	return []web.Route{
		{Pattern: "GET " + readingsPath, Access: own, Handle: s.readings},
		{Pattern: "GET " + sightingsPath, Access: own, Handle: s.sightings},
		{Pattern: "GET " + exportPath, Access: own, Fresh: 10 * time.Minute, Handle: s.export},
		{Pattern: "GET " + minePath, Access: web.SignedIn(), Handle: s.mine},
		{Pattern: "GET " + questionsPath, Access: explain, Handle: s.questions},
		{Pattern: "POST " + questionsPath + "/{alert}", Access: explain, Handle: s.explain},
		{Pattern: "GET " + alertsPath, Access: alerts, Handle: s.alerts},
		{Pattern: "GET " + alertsPath + "/{alert}", Access: alerts, Handle: s.alert},
		{Pattern: "POST " + alertsPath + "/{alert}/hoi", Access: alerts, Handle: s.ask},
		{Pattern: "POST " + alertsPath + "/{alert}/quyet-dinh", Access: alerts, Handle: s.decide},
		{Pattern: "GET " + erasuresPath, Access: web.Needs(string(oversight.PermErase), string(oversight.PermAlerts)), Handle: s.erasures},
		{Pattern: "POST " + erasuresPath, Access: erase, Handle: s.propose},
		{Pattern: "POST " + erasuresPath + "/{erasure}/{decision}", Access: erase, Handle: s.decideErasure},
	}
}

// Menu returns the entries of both menus.
func Menu(svc *core.Service) []module.MenuItem {
	need := func(ps ...identity.Permission) []identity.Permission { return ps }
	return []module.MenuItem{
		{Side: module.Citizens, Foot: true, Order: 35, Label: "oversight.menu.readings", Path: readingsPath, Permissions: need(dossiers.PermOwn)},
		{Side: module.Officials, Order: 73, Label: "oversight.menu.alerts", Path: alertsPath, Permissions: need(oversight.PermAlerts), Count: svc.CountAlerts},
		{Side: module.Officials, Order: 74, Label: "oversight.menu.erasures", Path: erasuresPath, Permissions: need(oversight.PermErase)},
		{Side: module.Officials, Order: 80, Label: "oversight.menu.mine", Path: minePath, Permissions: need(oversight.PermExplain), Divided: true},
		{Side: module.Officials, Order: 81, Label: "oversight.menu.questions", Path: questionsPath, Permissions: need(oversight.PermExplain), Count: svc.CountQuestions},
	}
}

// invalid returns what was wrong with an input; nil where the error is another.
func invalid(err error) *web.ProblemError {
	var wrong *errs.Error
	if errors.As(err, &wrong) && wrong.Kind == errs.Invalid {
		return web.Problem(err)
	}
	return nil
}

func alertOf(r *http.Request) (oversight.ID, error) { return oversight.ParseID(r.PathValue("alert")) }

func nextPage(p page.Page, path, name, value string, more url.Values) ui.PaginationParams {
	q := url.Values{}
	for k, v := range more {
		if len(v) > 0 && v[0] != "" {
			q[k] = v
		}
	}
	q.Set(name, value)
	return ui.PaginationParams{LandmarkLabel: p.T("oversight.pages"), Next: &ui.PaginationLink{Text: p.T("oversight.next"), Href: path + "?" + q.Encode()}}
}

// eventName is what an event is called; its code where nobody has put it into words.
func eventName(p page.Page, event string) string {
	if key := "audit." + event; p.Site.Catalogue.Has(key) {
		return p.T(key)
	}
	return event
}

// post is what somebody is, and where: "Chuyên viên · Phường Long Xuyên".
func post(p page.Page, w core.Who) string {
	what, unit := p.Text(w.Post), p.Text(w.Unit)
	if what != "" && unit != "" {
		return what + " · " + unit
	}
	return what + unit
}
