// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site is where people make appointments and take numbers, and where
// officials call them.
package site

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/modules/appointments/internal/core"
	"tinhso.vn/internal/platform/qr"
	"tinhso.vn/internal/platform/web"
)

type site struct {
	svc     *core.Service
	address string        // of this installation
	screens chan struct{} // one for each screen that is told what is new
}

const (
	bookPath    = "/dat-lich"
	ownPath     = "/lich-hen"
	numberPath  = "/so-cho/"
	hallPath    = "/man-hinh-goi/"
	kioskPath   = "/lay-so/"
	deskPath    = "/lich-don-vi"
	closedPath  = deskPath + "/ngay-nghi"
	setupPath   = deskPath + "/cai-dat"
	waitsPath   = deskPath + "/thoi-gian-cho"
	callingPath = "/goi-so"
)

// stamp writes a moment of an address: minutes are enough.
const stamp = "200601021504"

func needs(ps ...identity.Permission) web.Access {
	names := make([]string, len(ps))
	for i, p := range ps {
		names[i] = string(p)
	}
	return web.Needs(names...)
}

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s := site{svc, svc.Address, make(chan struct{}, liveMost)}
	serve, plan, both := needs(appointments.PermServe), needs(appointments.PermPlan), needs(appointments.PermServe, appointments.PermPlan)
	return []web.Route{
		{Pattern: "GET " + bookPath, Access: web.Public(), Handle: s.offices},
		{Pattern: "GET " + bookPath + "/{unit}", Access: web.Public(), Handle: s.choose},
		{Pattern: "GET " + bookPath + "/{unit}/{at}", Access: web.Public(), Handle: s.who},
		{Pattern: "POST " + bookPath + "/{unit}/{at}", Access: web.Public(), Door: web.Narrow, Handle: s.book},
		{Pattern: "GET " + ownPath, Access: web.Public(), Door: web.Narrow, Handle: s.find},
		{Pattern: "GET " + ownPath + "/{code}", Access: web.Public(), Door: web.Narrow, Handle: s.own},
		{Pattern: "GET " + ownPath + "/{code}/doi", Access: web.Public(), Door: web.Narrow, Handle: s.moving},
		{Pattern: "POST " + ownPath + "/{code}/doi", Access: web.Public(), Door: web.Narrow, Handle: s.move},
		{Pattern: "GET " + ownPath + "/{code}/huy", Access: web.Public(), Door: web.Narrow, Handle: s.cancelling},
		{Pattern: "POST " + ownPath + "/{code}/huy", Access: web.Public(), Door: web.Narrow, Handle: s.cancel},
		{Pattern: "GET " + numberPath + "{ticket}", Access: web.Public(), Handle: s.number},
		{Pattern: "GET " + hallPath + "{unit}", Access: web.Public(), Quiet: true, Handle: s.hall},
		{Pattern: "GET " + hallPath + "{unit}/tin-moi", Access: web.Public(), Quiet: true, Handle: s.live},
		{Pattern: "GET " + kioskPath + "{unit}/{key}", Access: web.Public(), Handle: s.kiosk},
		{Pattern: "POST " + kioskPath + "{unit}/{key}", Access: web.Public(), Handle: s.take},

		{Pattern: "GET " + deskPath, Access: both, Handle: s.day},
		{Pattern: "POST " + deskPath + "/hen/{booking}", Access: serve, Handle: s.decide},
		{Pattern: "GET " + closedPath, Access: both, Handle: s.closed},
		{Pattern: "POST " + closedPath, Access: plan, Handle: s.close},
		{Pattern: "POST " + closedPath + "/{day}", Access: plan, Handle: s.open},
		{Pattern: "GET " + setupPath, Access: plan, Handle: s.setup},
		{Pattern: "POST " + setupPath, Access: plan, Handle: s.saveSetup},
		{Pattern: "GET " + waitsPath, Access: plan, Handle: s.waits},
		{Pattern: "GET " + waitsPath + ".csv", Access: plan, Handle: s.waitsCSV},
		{Pattern: "GET " + callingPath, Access: serve, Handle: s.counters},
		{Pattern: "GET " + callingPath + "/{counter}", Access: serve, Handle: s.counter},
		{Pattern: "POST " + callingPath + "/{counter}", Access: serve, Handle: s.call},
	}
}

// Menu returns the entries of the menus.
func Menu() []module.MenuItem {
	return []module.MenuItem{
		{Side: module.Citizens, Order: 32, Label: "appointments.menu.own", Path: ownPath, Foot: true},
		{Side: module.Officials, Order: 36, Label: "appointments.menu.calling", Path: callingPath, Permissions: []identity.Permission{appointments.PermServe}},
		{Side: module.Officials, Order: 37, Label: "appointments.menu.day", Path: deskPath, Permissions: []identity.Permission{appointments.PermServe, appointments.PermPlan}},
	}
}

// at joins parts of a path, each escaped.
func at(base string, parts ...string) string {
	for _, p := range parts {
		base = strings.TrimSuffix(base, "/") + "/" + url.PathEscape(p)
	}
	return base
}

// about carries the procedure along in an address.
func about(procedure string) string {
	if procedure == "" {
		return ""
	}
	return "?thu-tuc=" + url.QueryEscape(procedure)
}

func stampOf(t time.Time) string { return t.In(calendar.Zone()).Format(stamp) }

func momentOf(s string) (time.Time, error) {
	t, err := time.ParseInLocation(stamp, s, calendar.Zone())
	if err != nil {
		return t, web.ErrNoSuchPage
	}
	return t, nil
}

// whole reads a number that people typed; what is none is out of every bound.
func whole(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return -1
	}
	return n
}

func dark(m qr.Modules) string {
	var b strings.Builder
	for y, row := range m {
		for x, on := range row {
			if on {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	return b.String()
}
