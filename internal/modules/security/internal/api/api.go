// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves keys and the security log as JSON. No operation hands out
// a key.
package api

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/vault"
	"tinhso.vn/internal/modules/security"
	"tinhso.vn/internal/modules/security/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{svc: s}
	keys, log := web.Needs(string(security.PermKeys)), web.Needs(string(security.PermLog))
	return []web.Route{
		web.Operation("GET /api/v1/keys", "How the keys are: names, rotation, processes, exports; no key", keys, o.keys),
		web.Operation("POST /api/v1/keys/rotation", "Begin to seal with a new key", keys, o.rotate),
		web.Operation("DELETE /api/v1/keys/{key}", "Retire a key that nothing uses", keys, o.retire),
		web.Operation("POST /api/v1/keys/exports", "Ask for an export of the keys; another person has to agree within 15 minutes", keys, o.ask).Proved(10 * time.Minute),
		web.Operation("POST /api/v1/keys/exports/{export}/confirmation", "Agree to an export that another person has asked for", keys, o.confirm).Proved(10 * time.Minute),
		web.Operation("GET /api/v1/refusals", "The security log, the newest first; reading it is itself recorded", log, o.refusals),
		web.Operation("GET /api/v1/refusals/export", "The newest 20,000 entries of the security log at once", log, o.export).Proved(10 * time.Minute),
	}
}

type operations struct{ svc *core.Service }

type nothing struct{}

type key struct {
	Name   string  `json:"name"`
	Active bool    `json:"active" doc:"it seals; the others open"`
	Since  db.Time `json:"since"`
}

type rotation struct {
	ID         string   `json:"id"`
	To         string   `json:"to" doc:"name of the new key"`
	State      string   `json:"state" enum:"prepared,activated,walking,done"`
	StartedBy  string   `json:"started_by"`
	Started    db.Time  `json:"started"`
	Finished   db.Time  `json:"finished"`
	Done       int64    `json:"done" doc:"texts sealed anew"`
	Total      int64    `json:"total" doc:"texts that were to be sealed anew when the walk began"`
	Unreadable int64    `json:"unreadable" doc:"texts that no key opens; they stay as they are"`
	Behind     []string `json:"behind,omitempty" doc:"processes that have not learned of the key yet"`
}

type export struct {
	ID          string  `json:"id"`
	Reason      string  `json:"reason"`
	AskedBy     string  `json:"asked_by"`
	Asked       db.Time `json:"asked"`
	Ends        db.Time `json:"ends"`
	ConfirmedBy string  `json:"confirmed_by,omitempty"`
	Confirmed   db.Time `json:"confirmed"`
	Used        db.Time `json:"used"`
	Open        bool    `json:"open"`
}

type process struct {
	Server     string  `json:"server"`
	Generation int64   `json:"generation"`
	At         db.Time `json:"at"`
}

type keysOut struct {
	Body struct {
		Provider   string    `json:"provider" enum:"file,environment,socket,"`
		Wrapped    bool      `json:"wrapped"`
		Generation int64     `json:"generation"`
		Keys       []key     `json:"keys"`
		IndexKey   string    `json:"index_key"`
		Rotation   *rotation `json:"rotation,omitempty"`
		Processes  []process `json:"processes"`
		Exports    []export  `json:"exports"`
	}
}

func (o operations) keys(ctx context.Context, _ *nothing) (*keysOut, error) {
	k, err := o.svc.ShowKeys(ctx, identity.From(ctx))
	out := &keysOut{}
	b := &out.Body
	b.Provider, b.Wrapped, b.Generation, b.IndexKey = string(k.Provider), k.Wrapped, k.Generation, k.Index
	b.Keys, b.Processes, b.Exports = []key{}, []process{}, []export{}
	for _, x := range k.Keys {
		b.Keys = append(b.Keys, key{x.Name, x.Active, db.At(x.Since)})
	}
	for _, x := range k.Processes {
		b.Processes = append(b.Processes, process{x.Server, x.Generation, x.At})
	}
	for _, x := range k.Exports {
		b.Exports = append(b.Exports, export{x.ID, x.Reason, x.AskedLogin, x.Asked, x.Ends, x.ConfirmedLogin, x.Confirmed, x.Used, x.Open})
	}
	if k.Rotated {
		b.Rotation = about(k.Rotation)
	}
	return out, err
}

func about(o vault.Rotation) *rotation {
	return &rotation{o.ID, o.To, string(o.State), o.StartedBy, o.Started, o.Finished, o.Done, o.Total, o.Unreadable, o.Behind}
}

type rotationOut struct{ Body *rotation }

func (o operations) rotate(ctx context.Context, _ *nothing) (*rotationOut, error) {
	begun, err := o.svc.Rotate(ctx, identity.From(ctx))
	return &rotationOut{about(begun)}, err
}

type keyIn struct {
	Key string `path:"key" maxLength:"100"`
}

func (o operations) retire(ctx context.Context, in *keyIn) (*nothing, error) {
	return nil, o.svc.Retire(ctx, identity.From(ctx), in.Key)
}

type askIn struct {
	Body struct {
		Reason string `json:"reason" maxLength:"500"`
	}
}

type askOut struct {
	Body struct {
		ID   string  `json:"id"`
		Ends db.Time `json:"ends"`
	}
}

func (o operations) ask(ctx context.Context, in *askIn) (*askOut, error) {
	e, err := o.svc.AskExport(ctx, identity.From(ctx), in.Body.Reason)
	out := &askOut{}
	out.Body.ID, out.Body.Ends = e.ID, e.Ends
	return out, err
}

type exportIn struct {
	Export string `path:"export" maxLength:"100"`
}

func (o operations) confirm(ctx context.Context, in *exportIn) (*nothing, error) {
	return nil, o.svc.ConfirmExport(ctx, identity.From(ctx), in.Export)
}

type refusalsIn struct {
	Kind    string `query:"kind" maxLength:"50"`
	Login   string `query:"login" maxLength:"100"`
	Address string `query:"address" maxLength:"100" doc:"keyed hash of the address"`
	Before  string `query:"before" maxLength:"100" doc:"next of the page before"`
}

type refusal struct {
	ID         string  `json:"id"`
	At         db.Time `json:"at"`
	Until      db.Time `json:"until" doc:"of the last, where one entry tells of many"`
	Kind       string  `json:"kind"`
	Account    string  `json:"account,omitempty"`
	Who        string  `json:"login,omitempty"`
	Tried      string  `json:"tried,omitempty" doc:"keyed hash of the user name that was tried"`
	Permission string  `json:"permission,omitempty"`
	Route      string  `json:"route,omitempty"`
	Object     string  `json:"object,omitempty"`
	Network    string  `json:"network,omitempty"`
	Address    string  `json:"address,omitempty" doc:"keyed hash of the whole address"`
	Count      int64   `json:"count"`
}

type refusalsOut struct {
	Body struct {
		Items []refusal `json:"items"`
		Next  string    `json:"next,omitempty" doc:"send it as before"`
	}
}

func items(found []core.Refusal) []refusal {
	all := []refusal{}
	for _, e := range found {
		all = append(all, refusal{
			ID: e.ID, At: e.At, Until: e.Until, Kind: string(e.Kind), Account: e.Account, Who: e.Who, Tried: e.Login, Permission: e.Permission,
			Route: e.Route, Object: e.Object, Network: e.Network, Address: e.Address, Count: e.Count,
		})
	}
	return all
}

func (o operations) refusals(ctx context.Context, in *refusalsIn) (*refusalsOut, error) {
	found, err := o.svc.Refusals(ctx, identity.From(ctx), core.RefusalQuery(*in))
	out := &refusalsOut{}
	out.Body.Items, out.Body.Next = items(found.Entries), found.Next
	return out, err
}

func (o operations) export(ctx context.Context, in *refusalsIn) (*refusalsOut, error) {
	found, err := o.svc.ExportRefusals(ctx, identity.From(ctx), core.RefusalQuery(*in))
	out := &refusalsOut{}
	out.Body.Items = items(found)
	return out, err
}
