// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"encoding/json"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/accounts"
	"tinhso.vn/internal/modules/accounts/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// fresh is how new a proof must be to change what protects an account.
const fresh = 10 * time.Minute

// safetyRoutes are the operations on one's own account, and on others' for those
// who look after them.
func (o operations) safetyRoutes() []web.Route {
	in, secure := web.SignedIn(), web.Needs(string(accounts.PermSecure), string(accounts.PermSecureAll))
	proved := func(r web.Route) web.Route { r.Fresh = fresh; return r }
	narrow := func(r web.Route) web.Route { r.Door = web.Narrow; return r }
	return []web.Route{
		narrow(web.Operation("POST /api/v1/sessions/current/proof", "Prove again who is there, for acts that want a fresh proof", in, o.prove)),
		narrow(web.Operation("POST /api/v1/sessions/current/proof/passkey", "The same by a passkey: the session of a browser goes on under the token returned", in, o.proveKey)),
		web.Operation("GET /api/v1/sessions", "Where this account is signed in", in, o.sessions),
		web.Operation("GET /api/v1/sessions/current/remaining", "After how many seconds the session locks; 0: never", in, o.remaining),
		web.Operation("POST /api/v1/sessions/current/use", "Go on working: the session locks later", in, o.stay),
		web.Operation("DELETE /api/v1/sessions/others", "End all other sessions", in, o.endOthers),
		web.Operation("DELETE /api/v1/sessions/{session}", "End one session", in, o.endSession),
		web.Operation("GET /api/v1/sign-ins", "The sign-in log of this account", in, o.signIns),
		web.Operation("POST /api/v1/sign-ins/known", "Say that sign-ins from new devices are known", in, o.known),
		web.Operation("GET /api/v1/me/safety", "How this account is protected", in, o.safety),
		narrow(web.Operation("PUT /api/v1/me/password", "Change the password; all other sessions end", in, o.password)),
		proved(web.Operation("POST /api/v1/me/authenticator", "A secret for an authenticator", in, o.beginTOTP)),
		proved(narrow(web.Operation("PUT /api/v1/me/authenticator", "Confirm the authenticator by its first code", in, o.confirmTOTP))),
		proved(web.Operation("DELETE /api/v1/me/authenticator", "Remove the authenticator", in, o.removeTOTP)),
		proved(web.Operation("POST /api/v1/me/recovery-codes", "New recovery codes, shown once", in, o.makeCodes)),
		proved(web.Operation("POST /api/v1/me/passkeys/options", "What an authenticator is asked for a new passkey", in, o.beginKey)),
		proved(web.Operation("POST /api/v1/me/passkeys", "Keep the passkey that answered", in, o.addKey)),
		web.Operation("PUT /api/v1/me/passkeys/{key}/name", "Rename a passkey", in, o.nameKey),
		proved(web.Operation("DELETE /api/v1/me/passkeys/{key}", "Remove a passkey; for a day it can come back", in, o.removeKey)),
		proved(web.Operation("POST /api/v1/me/passkeys/{key}/restore", "Take a removal back", in, o.restoreKey)),
		web.Operation("GET /api/v1/recoveries", "Requests to let officials in again", secure, o.recoveries),
		proved(web.Operation("POST /api/v1/recoveries", "Ask that an official be let in again", secure, o.askRecovery)),
		proved(web.Operation("POST /api/v1/recoveries/{request}/approve", "Approve the request of somebody else; the code is shown once", secure, o.approve)),
		web.Operation("POST /api/v1/recoveries/{request}/withdraw", "Withdraw a request", secure, o.withdraw),
		proved(web.Operation("DELETE /api/v1/accounts/{login}/sessions", "End all sessions of an official", secure, o.endSessionsOf)),
	}
}

func from(ctx context.Context, agent string) identity.Source {
	return identity.Source{Network: web.ClientFrom(ctx).String(), Agent: web.Browser(agent)}
}

type passwordIn struct {
	Agent string `header:"User-Agent" maxLength:"1000"`
	Body  struct {
		Password string `json:"password" maxLength:"200"`
	}
}

func (o operations) prove(ctx context.Context, in *passwordIn) (*nothing, error) {
	_, err := o.svc.Prove(ctx, identity.From(ctx), identity.API, in.Body.Password, from(ctx, in.Agent))
	return nil, err
}

type keyProofIn struct {
	Agent string `header:"User-Agent" maxLength:"1000"`
	Body  struct {
		Step   string          `json:"step" maxLength:"100"`
		Answer json.RawMessage `json:"answer"`
	}
}

type tokenOut struct {
	Body struct {
		Token string `json:"token,omitempty" doc:"the session goes on under this token"`
	}
}

func (o operations) proveKey(ctx context.Context, in *keyProofIn) (*tokenOut, error) {
	token, err := o.svc.ProvePasskey(ctx, identity.From(ctx), in.Body.Step, in.Body.Answer, from(ctx, in.Agent))
	out := &tokenOut{}
	out.Body.Token = token
	return out, err
}

type session struct {
	ID      string  `json:"id"`
	Kind    string  `json:"kind"`
	Way     string  `json:"way"`
	Device  string  `json:"device,omitempty"`
	Address string  `json:"address,omitempty"`
	Started db.Time `json:"started"`
	Ends    db.Time `json:"ends"`
	Seen    db.Time `json:"seen"`
	Current bool    `json:"current"`
}

type sessionsOut struct {
	Body struct {
		Items []session `json:"items"`
	}
}

func (o operations) sessions(ctx context.Context, _ *nothing) (*sessionsOut, error) {
	actor := identity.From(ctx)
	found, err := o.svc.Sessions(ctx, actor)
	out := &sessionsOut{}
	out.Body.Items = []session{}
	for _, s := range found {
		out.Body.Items = append(out.Body.Items, session{
			ID: s.ID, Kind: string(s.Kind), Way: string(s.Way), Device: s.Device, Address: s.Address, Started: s.Started, Ends: s.Ends, Seen: s.Seen,
			Current: s.ID == actor.Session,
		})
	}
	return out, err
}

type remainingOut struct {
	Body struct {
		Seconds int `json:"seconds"`
	}
}

func (o operations) remaining(ctx context.Context, _ *nothing) (*remainingOut, error) {
	seconds, err := o.svc.Remaining(ctx, identity.From(ctx))
	out := &remainingOut{}
	out.Body.Seconds = seconds
	return out, err
}

func (o operations) stay(ctx context.Context, _ *nothing) (*nothing, error) {
	return nil, o.svc.Stay(ctx, identity.From(ctx))
}

type endedOut struct {
	Body struct {
		Ended int `json:"ended"`
	}
}

func ended(n int, err error) (*endedOut, error) {
	out := &endedOut{}
	out.Body.Ended = n
	return out, err
}

func (o operations) endOthers(ctx context.Context, _ *nothing) (*endedOut, error) {
	return ended(o.svc.EndOthers(ctx, identity.From(ctx)))
}

type sessionIn struct {
	Session string `path:"session" maxLength:"100"`
}

func (o operations) endSession(ctx context.Context, in *sessionIn) (*nothing, error) {
	return nil, o.svc.EndSession(ctx, identity.From(ctx), in.Session)
}

type loginIn struct {
	Login string `path:"login" maxLength:"100"`
}

func (o operations) endSessionsOf(ctx context.Context, in *loginIn) (*endedOut, error) {
	return ended(o.svc.EndSessionsOf(ctx, identity.From(ctx), in.Login))
}

type signInsIn struct {
	Before string `query:"before" maxLength:"100" doc:"id of the last line of the page before"`
}

type signedIn struct {
	ID        string  `json:"id"`
	At        db.Time `json:"at"`
	Way       string  `json:"way"`
	Result    string  `json:"result"`
	Device    string  `json:"device,omitempty"`
	Address   string  `json:"address,omitempty"`
	NewDevice bool    `json:"new_device"`
}

type signInsOut struct {
	Body struct {
		Items []signedIn `json:"items"`
		Next  string     `json:"next,omitempty" doc:"send it as before"`
	}
}

func (o operations) signIns(ctx context.Context, in *signInsIn) (*signInsOut, error) {
	found, err := o.svc.SignIns(ctx, identity.From(ctx), in.Before)
	out := &signInsOut{}
	out.Body.Items = []signedIn{}
	for _, s := range found {
		out.Body.Items = append(out.Body.Items, signedIn{s.ID, s.At, string(s.Way), string(s.Result), s.Device, s.Address, s.Unknown})
	}
	if len(found) == core.PageSize {
		out.Body.Next = found[len(found)-1].ID
	}
	return out, err
}

type knownIn struct {
	Body struct {
		UpTo string `json:"up_to" maxLength:"100" doc:"id of a line; it and those before are known"`
	}
}

func (o operations) known(ctx context.Context, in *knownIn) (*nothing, error) {
	return nil, o.svc.KnowDevices(ctx, identity.From(ctx), in.Body.UpTo)
}
