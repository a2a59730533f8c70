// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves sessions and units as JSON.
package api

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/accounts"
	"tinhso.vn/internal/modules/accounts/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{svc: s}
	units := web.Needs(string(accounts.PermUnits), string(accounts.PermPeople))
	signIn := web.Operation("POST /api/v1/sessions", "Sign in: a bearer token for a user name and a password", web.Public(), o.signIn)
	signIn.Door = web.Crowd
	return append(append(o.safetyRoutes(), o.phoneRoutes()...), []web.Route{
		signIn,
		web.Operation("DELETE /api/v1/sessions/current", "Sign out: end the session of this token", web.SignedIn(), o.signOut),
		web.Operation("GET /api/v1/me", "Who is signed in, and what it may do", web.SignedIn(), o.me),
		web.Operation("GET /api/v1/units", "The units right under a unit, by name", units, o.units),
		web.Operation("GET /api/v1/units/{unit}/people", "Who works in a unit and under it, by given name", web.Needs(string(accounts.PermPeople)), o.people),
	}...)
}

type operations struct{ svc *core.Service }

type signInIn struct {
	Agent string `header:"User-Agent" maxLength:"1000"`
	Body  struct {
		Login    string `json:"login" maxLength:"100"`
		Password string `json:"password" maxLength:"200"`
		Code     string `json:"code,omitempty" maxLength:"60" doc:"of an authenticator, or a recovery code: for accounts with a second factor"`
	}
}

type signInOut struct {
	Body struct {
		Token string  `json:"token" doc:"send it as Authorization: Bearer TOKEN"`
		Ends  db.Time `json:"ends"`
	}
}

func (o operations) signIn(ctx context.Context, in *signInIn) (*signInOut, error) {
	session, err := o.svc.SignIn(ctx, core.Credentials{
		Login: in.Body.Login, Password: in.Body.Password, Code: in.Body.Code, From: from(ctx, in.Agent),
	}, identity.API)
	out := &signInOut{}
	out.Body.Token, out.Body.Ends = session.Token, session.Ends
	return out, err
}

type nothing struct{}

func (o operations) signOut(ctx context.Context, _ *nothing) (*nothing, error) {
	return nil, o.svc.SignOut(ctx, identity.From(ctx))
}

type meOut struct {
	Body struct {
		Account     string   `json:"account"`
		Login       string   `json:"login"`
		Name        string   `json:"name"`
		Unit        string   `json:"unit,omitempty"`
		Permissions []string `json:"permissions"`
	}
}

func (o operations) me(ctx context.Context, _ *nothing) (*meOut, error) {
	actor := identity.From(ctx)
	out := &meOut{}
	out.Body.Account, out.Body.Login, out.Body.Name, out.Body.Unit = actor.Account, actor.Login, actor.Name, actor.Unit
	out.Body.Permissions = []string{}
	for _, p := range actor.Permissions() {
		out.Body.Permissions = append(out.Body.Permissions, string(p))
	}
	return out, nil
}

type unitsIn struct {
	Under string `query:"under" maxLength:"100" doc:"id of a unit; empty for the province"`
	After string `query:"after" maxLength:"100" doc:"id of the last unit of the page before"`
}

type unit struct {
	ID              string `json:"id"`
	Kind            string `json:"kind"`
	NameVI          string `json:"name_vi"`
	NameEN          string `json:"name_en,omitempty"`
	Code            string `json:"code,omitempty"`
	ProvisionalCode string `json:"provisional_code,omitempty"`
	AreaCode        string `json:"area_code,omitempty"`
	Verified        bool   `json:"verified"`
	ValidFrom       string `json:"valid_from,omitempty"`
	ValidTo         string `json:"valid_to,omitempty"`
}

type unitsOut struct {
	Body struct {
		Items []unit `json:"items"`
		Next  string `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) units(ctx context.Context, in *unitsIn) (*unitsOut, error) {
	found, err := o.svc.Units(ctx, identity.From(ctx), orgs.ID(in.Under), orgs.ID(in.After))
	out := &unitsOut{}
	out.Body.Items = []unit{}
	for _, u := range found.Units {
		out.Body.Items = append(out.Body.Items, unit{
			ID: string(u.ID), Kind: string(u.Kind), NameVI: u.Name.VI, NameEN: u.Name.EN, Code: u.Code,
			ProvisionalCode: u.ProvisionalCode, AreaCode: u.AreaCode, Verified: u.Verified, ValidFrom: u.ValidFrom, ValidTo: u.ValidTo,
		})
	}
	if found.More {
		out.Body.Next = string(found.Units[len(found.Units)-1].ID)
	}
	return out, err
}

type peopleIn struct {
	Unit    string `path:"unit" maxLength:"100"`
	After   string `query:"after" maxLength:"400"`
	Account string `query:"account" maxLength:"100"`
}

type person struct {
	Account string `json:"account"`
	Login   string `json:"login"`
	Name    string `json:"name"`
	Role    string `json:"role"`
	Unit    string `json:"unit"`
}

type peopleOut struct {
	Body struct {
		Items []person `json:"items"`
		After string   `json:"after,omitempty" doc:"for the next page, with account"`
	}
}

func (o operations) people(ctx context.Context, in *peopleIn) (*peopleOut, error) {
	found, err := o.svc.People(ctx, identity.From(ctx), orgs.ID(in.Unit), access.Holder{Key: in.After, Account: in.Account})
	out := &peopleOut{}
	out.Body.Items = []person{}
	for _, h := range found {
		out.Body.Items = append(out.Body.Items, person{Account: h.Account, Login: h.Login, Name: h.Name, Role: string(h.Role), Unit: string(h.Unit)})
	}
	if len(found) == core.PageSize {
		out.Body.After = found[len(found)-1].Key
	}
	return out, err
}
