// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"net/http"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/refusals"
	"tinhso.vn/internal/platform/web"
)

// nowhere answers for addresses that nobody serves: 405 with the methods that are
// served there, and 404 where none is.
func nowhere(mux *http.ServeMux, api bool) web.Route {
	return web.Route{API: api, Access: web.Public(), Handle: func(w http.ResponseWriter, r *http.Request) error {
		var served []string
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
			if method == r.Method {
				continue
			}
			other := r.Clone(r.Context())
			other.Method = method
			if _, pattern := mux.Handler(other); pattern != "/" && pattern != "" {
				served = append(served, method)
			}
		}
		if len(served) == 0 {
			return web.ErrNoSuchPage
		}
		w.Header().Set("Allow", strings.Join(served, ", "))
		return web.ErrWrongVerb
	}}
}

// refused tells the security log of what a caller was refused. Signing in tells
// it itself.
func (p *Program) refused(r *http.Request, route web.Route, problem *web.ProblemError) {
	if p.Refusals == nil {
		return
	}
	actor := identity.From(r.Context())
	e := refusals.Refusal{Account: actor.Account, Route: route.Pattern, Object: objectOf(route, r), Address: web.ClientFrom(r.Context())}
	switch {
	case problem.Code == access.ErrNotAllowed.Code:
		e.Kind, e.Permission = refusals.NotAllowed, strings.Join(route.Access.Permissions(), " ")
	case problem.Code == access.ErrSignInNeeded.Code && (route.API || r.Method != http.MethodGet): // a page sends people to sign in
		e.Kind = refusals.SignInNeeded
	case problem.Code == web.ErrCrossSite.Code:
		e.Kind = refusals.CrossSite
	case problem.Code == web.ErrTooOften.Code:
		e.Kind = refusals.TooOften
	case problem.Status == http.StatusNotFound && !actor.Anonymous() && strings.Contains(route.Pattern, "{"): // perhaps somebody else's
		e.Kind = refusals.NotFound
	case problem.Status == http.StatusForbidden:
		e.Kind, e.Permission = refusals.NotAllowed, problem.Code
	default:
		return
	}
	p.Refusals.Refuse(e)
}

// objectOf returns the ids in the address of a request. What is no id is left
// out: people type all sorts of things.
func objectOf(route web.Route, r *http.Request) string {
	var ids []string
	for part := range strings.SplitSeq(route.Pattern, "{") {
		name, _, ok := strings.Cut(part, "}")
		if !ok || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz") != "" {
			continue
		}
		if value := r.PathValue(name); isID(value) {
			ids = append(ids, name+"="+value)
		}
	}
	return strings.Join(ids, " ")
}

// isID reports whether a value can be an id: every request asks.
func isID(value string) bool {
	odd := func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '.' && r != '_' && r != '-'
	}
	return value != "" && len(value) <= 64 && !strings.ContainsFunc(value, odd)
}
