// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows who acts for whom, households, and who is the same person.
package site

import (
	"net/http"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/core"
	"tinhso.vn/internal/platform/web"
)

type site struct{ svc *core.Service }

// ChoosePath is where people say for whom they work.
const ChoosePath = "/lam-viec-cho"

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
	act, find, check := needs(persons.PermAct), needs(persons.PermFind), needs(persons.PermConfirm)
	return []web.Route{
		{Pattern: "GET " + ChoosePath, Access: act, Handle: s.choices},
		{Pattern: "POST " + ChoosePath, Access: act, Handle: s.choose},
		{Pattern: "GET " + rightsPath, Access: act, Handle: s.rights},
		{Pattern: "POST " + rightsPath, Access: act, Handle: s.offer},
		{Pattern: "POST " + rightsPath + "/{right}", Access: act, Handle: s.decide},
		{Pattern: "GET " + homePath, Access: act, Handle: s.home},
		{Pattern: "GET " + findPath, Access: find, Handle: s.find},
		{Pattern: "GET " + findPath + "/{person}", Access: find, Handle: s.person},
		{Pattern: "GET " + checkPath, Access: check, Handle: s.checking},
		{Pattern: "POST " + checkPath + "/{right}", Access: check, Handle: s.confirm},
	}
}

// Menu returns the entries of both menus.
func Menu(svc *core.Service) []module.MenuItem {
	return []module.MenuItem{
		{Side: module.Citizens, Order: 36, Label: "persons.menu.rights", Path: rightsPath, Permissions: []identity.Permission{persons.PermAct}},
		{Side: module.Citizens, Foot: true, Order: 37, Label: "persons.menu.home", Path: homePath, Permissions: []identity.Permission{persons.PermAct}},
		{Side: module.Officials, Order: 33, Label: "persons.menu.find", Path: findPath, Permissions: []identity.Permission{persons.PermFind}},
		{Side: module.Officials, Order: 34, Label: "persons.menu.check", Path: checkPath, Permissions: []identity.Permission{persons.PermConfirm}, Count: svc.CountChecking},
	}
}

func (s site) choices(w http.ResponseWriter, r *http.Request) error {
	return web.SeeOther(w, r, rightsPath)
}

// choose keeps for whom the session works. Where one was may not be there for
// the other: only pages that are there for everybody are gone back to.
func (s site) choose(w http.ResponseWriter, r *http.Request) error {
	p := page.From(r.Context())
	if err := r.ParseForm(); err != nil {
		return web.ErrMalformed.Because(err)
	}
	if err := s.svc.ChooseFor(r.Context(), p.Actor, r.PostForm.Get("person")); err != nil {
		return err
	}
	back := r.PostForm.Get("back")
	for _, open := range []string{"/nop-ho-so/", "/thu-tuc", "/dai-dien", "/ho-gia-dinh"} {
		if strings.HasPrefix(back, open) {
			return page.Done(w, r, back, "persons.choose.done")
		}
	}
	return page.Done(w, r, "/ho-so", "persons.choose.done")
}
