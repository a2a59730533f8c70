// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package site speaks the protocol of the sign-on to clients, and shows people
// what they are asked, what they have agreed to, and the clients they look after.
package site

import (
	"net/http"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/openid"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/modules/signon/internal/core"
	"tinhso.vn/internal/platform/web"
)

type site struct {
	svc    *core.Service
	secure bool
}

// The addresses of the pages.
const (
	minePath        = "/tai-khoan/ung-dung"
	clientsPath     = "/quan-tri/ung-dung"
	keysPath        = "/quan-tri/khoa-dang-nhap"
	differencesPath = "/quan-tri/khac-ten"
	outsidePath     = "/dang-nhap/ngoai/"
	signInPath      = "/dang-nhap"
)

// Routes returns the pages and the endpoints of the protocol.
func Routes(svc *core.Service, secure bool) []web.Route {
	s := site{svc, secure}
	clients, keys, differences := web.Needs(string(signon.PermClients)), web.Needs(string(signon.PermKeys)), web.Needs(string(signon.PermDifferences))
	routes := []web.Route{
		{Pattern: "GET " + core.Prefix + "/authorize", Access: web.Public(), Handle: s.authorize},
		{Pattern: "GET " + core.Prefix + openid.PathLogout, Access: web.Public(), Handle: s.leave},
		{Pattern: "POST " + core.Prefix + openid.PathLogout, Access: web.Public(), Handle: s.left},
		{Pattern: "GET " + core.AskPage + "{request}", Access: web.SignedIn(), Handle: s.ask},
		{Pattern: "POST " + core.AskPage + "{request}", Access: web.SignedIn(), Handle: s.answer},
		{Pattern: "POST " + core.AskPage + "{request}/lai", Access: web.SignedIn(), Handle: s.again},
		{Pattern: "GET " + core.DevicePage, Access: web.SignedIn(), Door: web.Narrow, Handle: s.device},
		{Pattern: "POST " + core.DevicePage, Access: web.SignedIn(), Door: web.Narrow, Handle: s.device},
		{Pattern: "POST " + core.DevicePage + "/{request}", Access: web.SignedIn(), Handle: s.activate},
		{Pattern: "GET " + minePath, Access: web.SignedIn(), Handle: s.mine},
		{Pattern: "POST " + minePath + "/{client}/rut", Access: web.SignedIn(), Handle: s.withdraw},
		{Pattern: "GET " + clientsPath, Access: clients, Handle: s.clients},
		{Pattern: "GET " + clientsPath + "/moi", Access: clients, Handle: s.draft},
		{Pattern: "POST " + clientsPath + "/moi", Access: clients, Handle: s.save},
		{Pattern: "GET " + clientsPath + "/{client}", Access: clients, Handle: s.client},
		{Pattern: "GET " + clientsPath + "/{client}/sua", Access: clients, Handle: s.draft},
		{Pattern: "POST " + clientsPath + "/{client}/sua", Access: clients, Handle: s.save},
		{Pattern: "POST " + clientsPath + "/{client}/bi-mat", Access: clients, Handle: s.secret},
		{Pattern: "POST " + clientsPath + "/{client}/bi-mat/{secret}/bo", Access: clients, Handle: s.dropSecret},
		{Pattern: "POST " + clientsPath + "/{client}/ngung", Access: clients, Handle: s.disable(true)},
		{Pattern: "POST " + clientsPath + "/{client}/mo", Access: clients, Handle: s.disable(false)},
		{Pattern: "GET " + keysPath, Access: keys, Handle: s.keys},
		{Pattern: "POST " + keysPath, Access: keys, Handle: s.rotate},
		{Pattern: "POST " + keysPath + "/saml", Access: keys, Handle: s.samlKey},
		{Pattern: "GET " + differencesPath, Access: differences, Handle: s.differences},
		{Pattern: "POST " + differencesPath + "/{difference}", Access: differences, Handle: s.clear},
		{Pattern: "GET " + outsidePath + "{source}", Access: web.Public(), Handle: s.depart},
		{Pattern: "GET " + outsidePath + "{source}/ve", Access: web.Public(), Door: web.Crowd, Handle: s.arrive},
		{Pattern: "GET " + outsidePath + "{source}/saml", Access: web.Public(), Handle: s.describe},
		{Pattern: "GET " + outsidePath + "{source}/ra", Access: web.Public(), Door: web.Crowd, Handle: s.leftThere},
		{Pattern: "POST " + outsidePath + "{source}/saml", Access: web.Public(), Door: web.Crowd, MaxBody: 512 << 10, CrossSite: true, Handle: s.receive},
	}
	serve := func(w http.ResponseWriter, r *http.Request) error {
		svc.Provider().Serve(w, r)
		return nil
	}
	for _, path := range []string{"GET /.well-known/openid-configuration", "GET " + core.Prefix + "/jwks"} {
		routes = append(routes, web.Route{Pattern: path, Access: web.Public(), Door: web.Wide, Handle: serve})
	}
	for _, path := range []string{
		"POST " + core.Prefix + "/token", "GET " + core.Prefix + "/userinfo", "POST " + core.Prefix + "/userinfo", "POST " + core.Prefix + "/par",
		"POST " + core.Prefix + "/introspect", "POST " + core.Prefix + "/revoke", "POST " + core.Prefix + "/device_authorization",
	} {
		routes = append(routes, web.Route{Pattern: path, Access: web.Public(), MaxBody: 64 << 10, Handle: serve})
	}
	return routes
}

// Menu returns the entries of the desk.
func Menu() []module.MenuItem {
	item := func(order int, label, path string, p identity.Permission) module.MenuItem {
		return module.MenuItem{Side: module.Officials, Order: order, Label: label, Path: path, Permissions: []identity.Permission{p}}
	}
	return []module.MenuItem{
		item(84, "signon.menu.clients", clientsPath, signon.PermClients), item(85, "signon.menu.keys", keysPath, signon.PermKeys),
		item(86, "signon.menu.differences", differencesPath, signon.PermDifferences),
	}
}

// scopeName says what a scope tells about its person.
func scopeName(p page.Page, scope string) string { return p.T("signon.scope." + scope) }

// scopeWords says in words what scopes give of this reader: what is told, then what
// may be done in the reader's name, each right once.
func scopeWords(p page.Page, scopes []string) (told, done []string) {
	for _, scope := range scopes {
		if !strings.HasPrefix(scope, signon.ScopeAPI) {
			told = append(told, scopeName(p, scope))
		}
	}
	for _, right := range slices.Sorted(slices.Values(p.Actor.Permissions())) {
		if words := rightName(p, right); signon.Opens(scopes, right) && !slices.Contains(done, words) {
			done = append(done, words)
		}
	}
	return told, done
}

// rightName is what offices call a right: never its name in the program.
func rightName(p page.Page, right identity.Permission) string {
	for _, in := range []string{"personnel.permission.", "signon.right."} {
		if key := in + string(right); p.Site.Catalogue.Has(key) {
			return p.T(key)
		}
	}
	return p.T("signon.right_other")
}

// lines splits what was typed into a box of several lines.
func lines(s string) []string { return strings.Fields(s) }
