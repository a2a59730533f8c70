// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows who works where, by what, and who may see what.
package site

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/ui"
	"tinhso.vn/internal/platform/web"
)

type site struct{ svc *core.Service }

// The addresses of the pages.
const (
	unitsPath  = "/to-chuc"
	peoplePath = "/nhan-su"
	movesPath  = "/nhan-su/dieu-dong"
	newPath    = "/nhan-su/dieu-dong/moi"
	handsPath  = "/nhan-su/ban-giao"
	grantsPath = "/quyen/cap"
	whyPath    = "/quyen/vi-sao"
	seesPath   = "/quyen/ai-xem"
	reviewPath = "/quyen/ra-soat"
	alarmPath  = "/khan-cap"
	importPath = "/nhan-su/nhap"
	closedPath = "/nhan-su/tai-khoan-khoa"
	personPath = "/nhan-su/tai-khoan" // what is done about one of them
)

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
	view, move := needs(personnel.PermView, personnel.PermAll, personnel.PermInspect), needs(personnel.PermMove, personnel.PermAll)
	hand, request := needs(personnel.PermHandOver, personnel.PermAll), needs(personnel.PermRequest, personnel.PermAll)
	grants := needs(personnel.PermRequest, personnel.PermApprove, personnel.PermAll, personnel.PermInspect)
	reviews := needs(personnel.PermReview, personnel.PermAll, personnel.PermInspect)
	all := needs(personnel.PermAll)
	return append([]web.Route{
		{Pattern: "GET " + unitsPath, Access: view, Handle: s.tree},
		{Pattern: "GET " + unitsPath + "/xuat", Access: view, Handle: s.exportUnits},
		{Pattern: "GET " + unitsPath + "/moi", Access: all, Handle: s.askUnit},
		{Pattern: "POST " + unitsPath + "/moi", Access: all, Handle: s.enterUnit},
		{Pattern: "GET " + unitsPath + "/{unit}", Access: view, Handle: s.unit},
		{Pattern: "GET " + unitsPath + "/{unit}/quyet-dinh", Access: all, Handle: s.askUnit},
		{Pattern: "POST " + unitsPath + "/{unit}/quyet-dinh", Access: all, Handle: s.enterUnit},
		{Pattern: "GET " + unitsPath + "/{unit}/chia", Access: all, Handle: s.askSplit},
		{Pattern: "POST " + unitsPath + "/{unit}/chia", Access: all, Handle: s.split},
		{Pattern: "POST " + unitsPath + "/{unit}/chia/rut", Access: all, Handle: s.withdrawSplit},
		{Pattern: "POST " + unitsPath + "/{unit}/vi-tri", Access: all, Handle: s.addPosition},
		{Pattern: "GET " + peoplePath, Access: view, Handle: s.people},
		{Pattern: "GET " + peoplePath + "/{account}", Access: view, Handle: s.person},
		{Pattern: "POST " + personPath + "/{account}/mo", Access: move, Handle: s.openAccount},
		{Pattern: "POST " + personPath + "/{account}/vang-mat", Access: view, Handle: s.declareAbsence},
		{Pattern: "POST " + personPath + "/{account}/het-vang-mat", Access: view, Handle: s.endAbsence},
		{Pattern: "GET " + closedPath, Access: needs(personnel.PermAll, personnel.PermInspect), Handle: s.closedAccounts},
		{Pattern: "GET " + importPath, Access: all, Handle: s.imports},
		{Pattern: "POST " + importPath, Access: all, MaxBody: MaxImport, Handle: s.readImport},
		{Pattern: "GET " + importPath + "/{import}", Access: all, Handle: s.imported},
		{Pattern: "GET " + importPath + "/{import}/dong-sai.csv", Access: all, Handle: s.wrongRows},
		{Pattern: "POST " + importPath + "/{import}", Access: all, Handle: s.decideImport},
		{Pattern: "GET " + movesPath, Access: view, Handle: s.moves},
		{Pattern: "GET " + newPath, Access: move, Handle: s.askMove},
		{Pattern: "POST " + newPath, Access: move, Handle: s.enterMove},
		{Pattern: "POST " + movesPath + "/{move}/rut", Access: move, Handle: s.withdrawMove},
		{Pattern: "GET " + handsPath, Access: hand, Handle: s.handovers},
		{Pattern: "GET " + handsPath + "/{handover}", Access: hand, Handle: s.handover},
		{Pattern: "POST " + handsPath + "/{handover}", Access: hand, Handle: s.handOver},
		{Pattern: "GET " + grantsPath, Access: grants, Handle: s.grants},
		{Pattern: "GET " + grantsPath + "/moi", Access: request, Handle: s.askGrant},
		{Pattern: "POST " + grantsPath + "/moi", Access: request, Handle: s.requestGrant},
		{Pattern: "POST " + grantsPath + "/{grant}", Access: needs(personnel.PermApprove, personnel.PermAll), Handle: s.decideGrant},
		{Pattern: "GET " + whyPath, Access: view, Handle: s.why},
		{Pattern: "GET " + seesPath, Access: needs(personnel.PermView, personnel.PermInspect), Handle: s.sees},
		{Pattern: "GET " + reviewPath, Access: reviews, Handle: s.campaigns},
		{Pattern: "POST " + reviewPath, Access: needs(personnel.PermAll), Handle: s.openCampaign},
		{Pattern: "GET " + reviewPath + "/{campaign}", Access: reviews, Handle: s.campaign},
		{Pattern: "POST " + reviewPath + "/{campaign}", Access: needs(personnel.PermReview), Handle: s.review},
		{Pattern: "GET " + reviewPath + "/{campaign}/bao-cao.csv", Access: reviews, Handle: s.report},
		{Pattern: "GET " + reviewPath + "/{campaign}/bien-ban.pdf", Access: reviews, Handle: s.minutes},
		{Pattern: "GET " + alarmPath, Access: needs(personnel.PermEmergency, personnel.PermInspect), Handle: s.emergencies},
		{Pattern: "POST " + alarmPath, Access: needs(personnel.PermEmergency), Handle: s.openEmergency},
		{Pattern: "POST " + alarmPath + "/{emergency}", Access: needs(personnel.PermInspect), Handle: s.judge},
	}, s.duty()...)
}

// Menu returns the entries of the desk.
func Menu(svc *core.Service) []module.MenuItem {
	need := func(ps ...identity.Permission) []identity.Permission { return ps }
	return []module.MenuItem{
		{Side: module.Officials, Order: 36, Label: "personnel.menu.duty", Path: dutyPath, Permissions: need(personnel.PermDuty, personnel.PermAll), Count: svc.CountSwaps},
		{Side: module.Officials, Order: 49, Label: "personnel.menu.units", Path: unitsPath, Permissions: need(personnel.PermView, personnel.PermAll, personnel.PermInspect), Divided: true},
		{Side: module.Officials, Order: 50, Label: "personnel.menu.people", Path: peoplePath, Permissions: need(personnel.PermView, personnel.PermAll, personnel.PermInspect)},
		{Side: module.Officials, Order: 51, Label: "personnel.menu.moves", Path: movesPath, Permissions: need(personnel.PermView, personnel.PermAll, personnel.PermInspect)},
		{Side: module.Officials, Order: 52, Label: "personnel.menu.hands", Path: handsPath, Permissions: need(personnel.PermHandOver, personnel.PermAll), Count: svc.CountHandovers},
		{Side: module.Officials, Order: 57, Label: "personnel.menu.closed", Path: closedPath, Permissions: need(personnel.PermAll, personnel.PermInspect)},
		{Side: module.Officials, Order: 57, Label: "personnel.menu.imports", Path: importPath, Permissions: need(personnel.PermAll)},
		{Side: module.Officials, Order: 53, Label: "personnel.menu.grants", Path: grantsPath, Permissions: need(personnel.PermRequest, personnel.PermApprove, personnel.PermAll), Count: svc.CountGrants},
		{Side: module.Officials, Order: 54, Label: "personnel.menu.review", Path: reviewPath, Permissions: need(personnel.PermReview, personnel.PermAll, personnel.PermInspect), Count: svc.CountReviews},
		{Side: module.Officials, Order: 55, Label: "personnel.menu.sees", Path: seesPath, Permissions: need(personnel.PermView, personnel.PermInspect)},
		{Side: module.Officials, Order: 56, Label: "personnel.menu.alarm", Path: alarmPath, Permissions: need(personnel.PermEmergency, personnel.PermInspect), Count: svc.CountEmergencies},
	}
}

// problemOf separates what somebody typed wrong, or what the state does not allow, from
// what went wrong.
func problemOf(r *http.Request, err error) (*web.ProblemError, error) {
	return page.Refused(r, err, errs.NotFound)
}

func status(problem *web.ProblemError) int {
	if problem == nil {
		return http.StatusOK
	}
	return http.StatusUnprocessableEntity
}

func hint(text string) *ui.Hint {
	if text == "" {
		return nil
	}
	return &ui.Hint{Text: text}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func button(f asking) ui.ButtonParams {
	b := ui.ButtonParams{Text: f.button}
	if !f.get {
		b.PreventDoubleClick = "true"
	}
	if f.warning {
		b.Classes = "ts-button--warning"
	}
	return b
}

// day reads a day as people write it, 21/11/2026; what cannot be read stays as
// it is, for core to refuse.
func day(typed string) string {
	typed = strings.TrimSpace(typed)
	if t, err := time.Parse("2/1/2006", typed); err == nil {
		return t.Format(time.DateOnly)
	}
	return typed
}

// shownDay writes a day as people read it.
func shownDay(day string) string {
	if t, err := time.Parse(time.DateOnly, day); err == nil {
		return t.Format("02/01/2006")
	}
	return day
}

func shownAt(p page.Page, at db.Time) string {
	if at.IsZero() {
		return ""
	}
	return p.Date(at.In(calendar.Zone()))
}

// lastDay writes the last day before a moment.
func lastDay(p page.Page, until db.Time) string {
	if until.IsZero() {
		return ""
	}
	return p.Date(until.Add(-time.Microsecond).In(calendar.Zone()))
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

func head(p page.Page, keys ...string) []string {
	all := make([]string, len(keys))
	for i, k := range keys {
		all[i] = p.T("personnel.head." + k)
	}
	return all
}

func row(key, value string) ui.SummaryRow {
	return ui.SummaryRow{Key: ui.SummaryText{Text: key}, Value: ui.SummaryText{Text: or(value, "–")}}
}

func choose(p page.Page, prefix string, values ...string) []ui.SelectItem {
	items := []ui.SelectItem{{Text: p.T("personnel.choose")}}
	for _, v := range values {
		items = append(items, ui.SelectItem{Value: v, Text: p.T(prefix + v)})
	}
	return items
}

func (s site) show(w http.ResponseWriter, r *http.Request, l listing, problem *web.ProblemError) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: l.title, Desk: true, Status: status(problem), Body: listPage(p, l, problem)})
}

func (s site) ask(w http.ResponseWriter, r *http.Request, title, lead string, f asking, problem *web.ProblemError) error {
	p := page.From(r.Context())
	return p.Render(w, r, page.View{Title: title, Desk: true, Status: status(problem), Body: formPage(p, title, lead, f, problem)})
}
