// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site shows who acts for whom, households, and who is the same person.
package site

import (
	"net/http"
	"strings"

	"tinhso.vn/internal/kernel/access"
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

// maxUpload bounds a form with the scan of a paper.
const maxUpload = core.MaxFile + 1<<20

// Routes returns the pages.
func Routes(svc *core.Service) []web.Route {
	s := site{svc}
	act, find, check := needs(persons.PermAct), needs(persons.PermFind), needs(persons.PermConfirm)
	register, merge, both := needs(persons.PermRegister), needs(persons.PermMerge), needs(persons.PermMerge, persons.PermConfirm)
	return []web.Route{
		{Pattern: "GET " + ChoosePath, Access: act, Handle: s.choices},
		{Pattern: "POST " + ChoosePath, Access: act, Handle: s.choose},
		{Pattern: "GET " + rightsPath, Access: act, Handle: s.rights},
		{Pattern: "POST " + rightsPath, Access: act, Handle: s.offer},
		{Pattern: "POST " + rightsPath + "/{right}", Access: act, Handle: s.decide},
		{Pattern: "GET " + rightsPath + "/{right}/giay-to", Access: act, Handle: s.paper(access.Own, "right")},
		{Pattern: "GET " + askPath, Access: act, Handle: s.ask},
		{Pattern: "POST " + askPath, Access: act, MaxBody: maxUpload, Handle: s.asked},
		{Pattern: "POST " + rightsPath + "/{request}/rut", Access: act, Handle: s.withdraw},
		{Pattern: "GET " + homePath, Access: act, Handle: s.home},
		{Pattern: "GET " + findPath, Access: find, Handle: s.find},
		{Pattern: "POST " + findPath, Access: find, Handle: s.search},
		{Pattern: "GET " + findPath + "/{person}", Access: find, Handle: s.person},
		{Pattern: "GET /nguoi/ai-da-xem/{person}", Access: find, Handle: s.readings},
		{Pattern: "GET " + newRightPath, Access: register, Handle: s.newRight},
		{Pattern: "POST " + newRightPath, Access: register, MaxBody: maxUpload, Handle: s.register},
		{Pattern: "GET " + rightPath + "/{right}", Access: needs(persons.PermFind, persons.PermRegister, persons.PermConfirm), Handle: s.right},
		{Pattern: "GET " + rightPath + "/{right}/giay-to", Access: needs(persons.PermFind, persons.PermRegister, persons.PermConfirm), Handle: s.paper(access.Handling, "right")},
		{Pattern: "POST " + rightPath + "/{right}", Access: needs(persons.PermRegister, persons.PermConfirm), Handle: s.decideRight},
		{Pattern: "GET " + carePath + "/moi", Access: register, Handle: s.newCare},
		{Pattern: "POST " + carePath, Access: register, Handle: s.saveCare},
		{Pattern: "GET " + homesPath + "/moi", Access: register, Handle: s.newHome},
		{Pattern: "POST " + homesPath, Access: register, Handle: s.openHome},
		{Pattern: "GET " + homesPath + "/{household}", Access: needs(persons.PermFind, persons.PermRegister), Handle: s.household},
		{Pattern: "POST " + homesPath + "/{household}", Access: register, Handle: s.changeHome},
		{Pattern: "GET " + deathPath + "/{person}", Access: register, Handle: s.newDeath},
		{Pattern: "POST " + deathPath + "/{person}", Access: register, Handle: s.saveDeath},
		{Pattern: "POST " + deathPath + "/quyet-dinh/{death}", Access: check, Handle: s.decideDeath},
		{Pattern: "GET " + requestsPath, Access: register, Handle: s.requests},
		{Pattern: "GET " + requestsPath + "/{request}", Access: register, Handle: s.request},
		{Pattern: "GET " + requestsPath + "/{request}/giay-to", Access: register, Handle: s.paper(access.Handling, "request")},
		{Pattern: "POST " + requestsPath + "/{request}", Access: register, Handle: s.decideRequest},
		{Pattern: "GET " + checkPath, Access: check, Handle: s.checking},
		{Pattern: "POST " + checkPath + "/{right}", Access: check, Handle: s.confirm},
		{Pattern: "GET " + claimsPath, Access: merge, Handle: s.claims},
		{Pattern: "GET " + claimsPath + "/{claim}", Access: merge, Handle: s.claim},
		{Pattern: "POST " + claimsPath + "/{claim}", Access: merge, Handle: s.settle},
		{Pattern: "GET " + pairsPath, Access: merge, Handle: s.pairs},
		{Pattern: "GET " + pairsPath + "/{a}/{b}", Access: merge, Handle: s.pair},
		{Pattern: "POST " + pairsPath + "/{a}/{b}", Access: merge, Handle: s.decidePair},
		{Pattern: "GET " + mergesPath, Access: both, Handle: s.merges},
		{Pattern: "GET " + mergesPath + "/{merge}", Access: both, Handle: s.merge},
		{Pattern: "POST " + mergesPath + "/{merge}", Access: check, Handle: s.decideMerge},
	}
}

// Menu returns the entries of both menus.
func Menu(svc *core.Service) []module.MenuItem {
	return []module.MenuItem{
		{Side: module.Citizens, Order: 36, Label: "persons.menu.rights", Path: rightsPath, Permissions: []identity.Permission{persons.PermAct}},
		{Side: module.Citizens, Foot: true, Order: 37, Label: "persons.menu.home", Path: homePath, Permissions: []identity.Permission{persons.PermAct}},
		{Side: module.Officials, Order: 33, Label: "persons.menu.find", Path: findPath, Permissions: []identity.Permission{persons.PermFind}},
		{Side: module.Officials, Order: 33, Label: "persons.menu.requests", Path: requestsPath, Permissions: []identity.Permission{persons.PermRegister}, Count: svc.CountRequests},
		{Side: module.Officials, Order: 34, Label: "persons.menu.check", Path: checkPath, Permissions: []identity.Permission{persons.PermConfirm}, Count: svc.CountChecking},
		{Side: module.Officials, Order: 34, Label: "persons.menu.merges", Path: mergesPath, Permissions: []identity.Permission{persons.PermMerge, persons.PermConfirm}, Count: svc.CountMerges},
		{Side: module.Officials, Order: 34, Label: "persons.menu.pairs", Path: pairsPath, Permissions: []identity.Permission{persons.PermMerge}},
		{Side: module.Officials, Order: 34, Label: "persons.menu.claims", Path: claimsPath, Permissions: []identity.Permission{persons.PermMerge}, Count: svc.CountClaims},
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
