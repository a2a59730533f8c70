// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows the vault of papers: to its owner, to the clerk who puts a
// paper in, and to whoever has a link.
package site

import (
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/holdings/internal/core"
	"tinhso.vn/internal/platform/web"
)

type site struct{ svc *core.Service }

const (
	ownPath    = "/kho"
	intakePath = "/so-hoa"
	madePath   = "/giay-to-da-cap"
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
	own, digitise, revoke := needs(holdings.PermOwn), needs(holdings.PermDigitise), needs(holdings.PermRevoke)
	return []web.Route{
		{Pattern: "GET " + ownPath, Access: own, Handle: s.list},
		{Pattern: "GET " + ownPath + "/{paper}", Access: own, Handle: s.one},
		{Pattern: "GET " + ownPath + "/{paper}/tep", Access: own, Handle: s.file},
		{Pattern: "GET " + ownPath + "/{paper}/anh/{page}", Access: own, Handle: s.picture},
		{Pattern: "POST " + ownPath + "/{paper}/chia-se", Access: own, Handle: s.share},
		{Pattern: "POST " + ownPath + "/{paper}/thu-hoi", Access: own, Handle: s.withdraw},
		{Pattern: "GET " + core.SharePath + "{token}", Access: web.Public(), Door: web.Narrow, Handle: s.visit},
		{Pattern: "POST " + core.SharePath + "{token}", Access: web.Public(), Door: web.Narrow, Handle: s.open},
		{Pattern: "GET " + intakePath + "/{dossier}", Access: digitise, Handle: s.incoming},
		{Pattern: "GET " + intakePath + "/{dossier}/{file}", Access: digitise, Handle: s.intake},
		{Pattern: "POST " + intakePath + "/{dossier}/{file}", Access: digitise, Handle: s.digitise},
		{Pattern: "GET " + madePath + "/ho-so/{dossier}", Access: revoke, Handle: s.listMade},
		{Pattern: "GET " + madePath + "/{paper}", Access: revoke, Handle: s.made},
		{Pattern: "POST " + madePath + "/{paper}", Access: revoke, Handle: s.revoke},
	}
}

// Menu returns the entries of the menus.
func Menu() []module.MenuItem {
	return []module.MenuItem{
		{Side: module.Citizens, Order: 32, Label: "holdings.menu.own", Path: ownPath, Permissions: []identity.Permission{holdings.PermOwn}},
	}
}

// dayIn reads a day as people write it, dd/mm/yyyy, or as programs do. What is
// neither is given back as it is, and refused as no day.
func dayIn(value string) string {
	value = strings.TrimSpace(value)
	for _, layout := range []string{"02/01/2006", "2/1/2006", "02-01-2006", "02.01.2006"} {
		if t, err := time.Parse(layout, value); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	return value
}

// dayOut writes a day of ISO 8601 as people do.
func dayOut(p page.Page, iso string) string {
	if t, err := time.Parse(time.DateOnly, iso); err == nil {
		return p.Date(t)
	}
	return iso
}

func number(value string, none int) int {
	n, err := strconv.Atoi(strings.TrimSpace(value))
	if err != nil {
		return none
	}
	return n
}
