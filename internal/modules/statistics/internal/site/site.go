// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows figures to leaders, and lateness by unit to everybody.
package site

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/statistics"
	"tinhso.vn/internal/modules/statistics/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/web"
)

type site struct{ svc *core.Service }

// The addresses of the pages.
const (
	boardPath   = "/thong-ke"
	stepsPath   = "/thong-ke/buoc"
	listPath    = "/thong-ke/ho-so"
	processPath = "/thong-ke/quy-trinh"
	targetsPath = "/thong-ke/chi-tieu"
	reportsPath = "/thong-ke/bao-cao"
	takePath    = "/thong-ke/tai-ve.csv"
	recountPath = "/thong-ke/tinh-lai"
	publicPath  = "/cong-khai/tre-han"
	workPath    = "/giao-viec" // where dossiers gives work out
	dossierPath = "/xu-ly/"
	ratedPath   = "/cong-khai/hai-long" // where everybody reads how people rate units
)

// The names under which an address says what is looked at.
const (
	inFrom, inTo, inUnit, inField, inProcedure, inChannel, inBy = "tu", "den", "don-vi", "linh-vuc", "thu-tuc", "kenh", "theo"

	inMeasure, inAfter, inStep, inHours = "so", "sau", "buoc", "gio"
)

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s := site{svc}
	view, report := web.Needs(string(statistics.PermView)), web.Needs(string(statistics.PermReport))
	return []web.Route{
		{Pattern: "GET " + boardPath, Access: view, Handle: s.board},
		{Pattern: "GET " + takePath, Access: view, Handle: s.take},
		{Pattern: "GET " + stepsPath, Access: view, Handle: s.steps},
		{Pattern: "GET " + listPath, Access: view, Handle: s.list},
		{Pattern: "GET " + processPath, Access: view, Handle: s.process},
		{Pattern: "GET " + targetsPath, Access: view, Handle: s.targets},
		{Pattern: "GET " + reportsPath, Access: view, Handle: s.reports},
		{Pattern: "POST " + reportsPath, Access: report, Handle: s.make},
		{Pattern: "GET /thong-ke/bao-cao/{report}", Access: view, Handle: s.report},
		{Pattern: "GET /thong-ke/bao-cao/{report}/tai-ve/{kind}", Access: view, Handle: s.file},
		{Pattern: "POST " + recountPath, Access: web.Needs(string(statistics.PermRecount)), Handle: s.recount},
		{Pattern: "GET " + publicPath, Access: web.Public(), Handle: s.late},
	}
}

// Menu returns the entries of both menus.
func Menu() []module.MenuItem {
	see := []identity.Permission{statistics.PermView}
	return []module.MenuItem{
		{Side: module.Officials, Order: 30, Label: "statistics.menu", Path: boardPath, Permissions: see},
		{Side: module.Officials, Order: 31, Label: "statistics.menu.reports", Path: reportsPath, Permissions: see},
		{Side: module.Citizens, Foot: true, Order: 60, Label: "statistics.menu.public", Path: publicPath},
	}
}

// iso reads a day as people type it, or as an address has it.
func iso(typed string) string {
	typed = strings.TrimSpace(typed)
	if t, err := time.ParseInLocation("2/1/2006", typed, calendar.Zone()); err == nil {
		return t.Format(time.DateOnly)
	}
	return typed
}

// filterOf reads what is looked at.
func filterOf(q url.Values) core.Filter {
	channel, _ := strconv.Atoi(q.Get(inChannel)) // what is no channel chooses nothing
	return core.Filter{
		From: iso(q.Get(inFrom)), To: iso(q.Get(inTo)), Unit: orgs.ID(q.Get(inUnit)), Field: q.Get(inField),
		Procedure: procedures.ID(q.Get(inProcedure)), Channel: dossiers.Channel(channel),
	}
}

// valuesOf writes what filterOf reads.
func valuesOf(f core.Filter) url.Values {
	q := url.Values{}
	for name, value := range map[string]string{
		inFrom: f.From, inTo: f.To, inUnit: string(f.Unit), inField: f.Field, inProcedure: string(f.Procedure),
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.Channel != 0 {
		q.Set(inChannel, strconv.Itoa(int(f.Channel)))
	}
	return q
}

// link leads to a page with a filter and more.
func link(path string, f core.Filter, more ...string) string {
	q := valuesOf(f)
	for i := 0; i+1 < len(more); i += 2 {
		if more[i+1] == "" {
			q.Del(more[i])
		} else {
			q.Set(more[i], more[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// byOf reads by what figures are told apart; by unit where nothing is said.
func byOf(q url.Values) dossiers.Dimension {
	switch q.Get(inBy) {
	case "linh-vuc":
		return dossiers.ByField
	case "thu-tuc":
		return dossiers.ByProcedure
	case "thang":
		return dossiers.ByMonth
	}
	return dossiers.ByUnit
}

func byName(d dossiers.Dimension) string {
	switch d {
	case dossiers.ByField:
		return "linh-vuc"
	case dossiers.ByProcedure:
		return "thu-tuc"
	case dossiers.ByMonth:
		return "thang"
	case dossiers.ByNothing, dossiers.ByUnit:
	}
	return "don-vi"
}

// invalid is what was typed wrongly; nil where something else went wrong.
func invalid(err error) *web.ProblemError {
	var wrong *errs.Error
	if errors.As(err, &wrong) && wrong.Kind == errs.Invalid {
		return web.Problem(err)
	}
	return nil
}

// day writes 2026-11-22 as people do; what is no day stays as it was typed.
func day(p page.Page, iso string) string { return core.Day(p.Printer, iso) }

// hours writes working minutes as hours.
func hours(p page.Page, minutes int64) string {
	return p.T("statistics.hours_of", "n", p.Decimal(float64(minutes)/60, 1))
}

// percent writes a share; a dash where there is nothing to share.
func percent(p page.Page, part, whole int64) string {
	if whole == 0 {
		return "–"
	}
	return p.Decimal(float64(part)*100/float64(whole), 1) + " %"
}

func send(w http.ResponseWriter, kind, name string, data []byte) error {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	_, err := w.Write(data) //nolint:gosec // a file to keep, of a kind that browsers do not run
	return err
}
