// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves the register of certificates as JSON.
package api

import (
	"context"
	"net/http"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/modules/certificates"
	"tinhso.vn/internal/modules/certificates/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{svc: s}
	view, manage, own := web.Needs(string(certificates.PermView)), web.Needs(string(certificates.PermManage)), web.Needs(string(certificates.PermOwn))
	opening := web.Operation("POST /api/v1/certificate-imports", "Open a key file or a certificate; its key waits, sealed, for a quarter of an hour", manage, o.open)
	opening.Door = web.Narrow
	return []web.Route{
		web.Operation("GET /api/v1/certificates", "The certificates in scope, sorted by when they run out", view, o.list),
		web.Operation("GET /api/v1/certificates/board", "How many run out soon, have run out, are suspended", view, o.board),
		web.RawOperation("GET /api/v1/certificates/export", "The certificates in scope as a CSV file", view, web.Raw{
			Query: []web.Param{{Name: "state"}, {Name: "kind"}, {Name: "unit"}, {Name: "words"}}, Gives: []string{"text/csv"}, Status: http.StatusOK,
		}, o.export),
		web.Operation("GET /api/v1/certificates/mine", "One's own certificates, the newest first", own, o.mine),
		web.Operation("GET /api/v1/certificates/{certificate}", "A certificate with its history and its uses", view, o.get),
		opening,
		web.Operation("GET /api/v1/certificate-imports/{import}", "What one has opened and not yet given to anybody", manage, o.imported),
		web.Operation("DELETE /api/v1/certificate-imports/{import}", "Forget what one has opened, with its key", manage, o.discard),
		web.Operation("POST /api/v1/certificates", "Say whose an opened certificate is, and take it into the register", manage, o.add),
		web.Operation("POST /api/v1/certificates/{certificate}/suspend", "Take a certificate out of use until it is resumed", manage, o.suspend),
		web.Operation("POST /api/v1/certificates/{certificate}/resume", "Put a suspended certificate back into use", manage, o.resume),
		web.Operation("POST /api/v1/certificates/{certificate}/revoke", "Take a certificate out of use for good", manage, o.revoke).Proved(10 * time.Minute),
	}
}

type operations struct{ svc *core.Service }

type nothing struct{}

// Certificate is a certificate as programs see it.
type Certificate struct {
	ID        string  `json:"id"`
	Name      string  `json:"name" doc:"whom it names"`
	Account   string  `json:"account,omitempty" doc:"the official's; none of a seal"`
	Seal      string  `json:"seal,omitempty" doc:"the agency whose seal it is"`
	Unit      string  `json:"unit"`
	Kind      string  `json:"kind" enum:"soft,remote,local"`
	Provider  string  `json:"provider,omitempty"`
	Reference string  `json:"reference,omitempty"`
	State     string  `json:"state" enum:"active,suspended,revoked,replaced"`
	Simulated bool    `json:"simulated,omitempty" doc:"of a development authority: no legal value"`
	Serial    string  `json:"serial" doc:"hexadecimal"`
	Issuer    string  `json:"issuer"`
	NotBefore db.Time `json:"not_before"`
	NotAfter  db.Time `json:"not_after"`
}

func shown(c keystore.Certificate) Certificate {
	return Certificate{
		ID: c.ID, Name: c.Name, Account: c.Holder.Account, Seal: string(c.Holder.Unit), Unit: string(c.Unit), Kind: string(c.Kind), Provider: c.Provider,
		Reference: c.Reference, State: string(c.State), Simulated: c.Simulated, Serial: c.Serial, Issuer: c.Issuer, NotBefore: c.NotBefore, NotAfter: c.NotAfter,
	}
}

type listIn struct {
	State string `query:"state" maxLength:"20" doc:"active, expired, suspended, revoked or replaced"`
	Kind  string `query:"kind" maxLength:"20" doc:"soft, remote or local"`
	Unit  string `query:"unit" maxLength:"100" doc:"and the units under it"`
	Days  int    `query:"days" doc:"active, and runs out within so many days"`
	Words string `query:"words" maxLength:"200" doc:"in the name, or the beginning of the serial number"`
	After string `query:"after" maxLength:"100" doc:"next of the page before"`
}

type listOut struct {
	Body struct {
		Items []Certificate `json:"items"`
		Next  string        `json:"next,omitempty" doc:"send it as after"`
	}
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut, error) {
	found, err := o.svc.List(ctx, identity.From(ctx), core.Query(*in))
	out := &listOut{}
	out.Body.Items, out.Body.Next = []Certificate{}, found.Next
	for _, c := range found.Certificates {
		out.Body.Items = append(out.Body.Items, shown(c))
	}
	return out, err
}

type boardOut struct {
	Body struct {
		Active    int64 `json:"active"`
		Expired   int64 `json:"expired"`
		Suspended int64 `json:"suspended"`
		Within1   int64 `json:"within_1" doc:"run out within a day"`
		Within7   int64 `json:"within_7"`
		Within30  int64 `json:"within_30"`
		Within60  int64 `json:"within_60"`
	}
}

func (o operations) board(ctx context.Context, _ *nothing) (*boardOut, error) {
	b, err := o.svc.CountBoard(ctx, identity.From(ctx))
	out := &boardOut{}
	out.Body.Active, out.Body.Expired, out.Body.Suspended = b.Active, b.Expired, b.Suspended
	out.Body.Within1, out.Body.Within7, out.Body.Within30, out.Body.Within60 = b.In1, b.In7, b.In30, b.In60
	return out, err
}

func (o operations) export(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Cache-Control", "private, no-store")
	q := core.Query{State: r.FormValue("state"), Kind: r.FormValue("kind"), Unit: r.FormValue("unit"), Words: r.FormValue("words")}
	return o.svc.Export(r.Context(), identity.From(r.Context()), q, w)
}

type step struct {
	At     db.Time `json:"at"`
	What   string  `json:"what" enum:"added,suspended,resumed,revoked,replaced"`
	Actor  string  `json:"actor"`
	Reason string  `json:"reason,omitempty"`
}

type use struct {
	At   db.Time `json:"at"`
	Hash string  `json:"hash" doc:"SHA-256 of what was signed, hexadecimal"`
}

type detail struct {
	Certificate

	History []step `json:"history"`
	Uses    []use  `json:"uses" doc:"the newest first"`
	Next    string `json:"next,omitempty" doc:"send it as before"`
}

func shownDetail(d core.Detail) detail {
	out := detail{Certificate: shown(d.Certificate), History: []step{}, Uses: []use{}, Next: d.Next}
	for _, h := range d.History {
		out.History = append(out.History, step{h.At, h.What, h.Actor, h.Reason})
	}
	for _, u := range d.Uses {
		out.Uses = append(out.Uses, use{u.At, u.Hash})
	}
	return out
}

type mineOut struct {
	Body struct {
		Items []detail `json:"items"`
	}
}

func (o operations) mine(ctx context.Context, _ *nothing) (*mineOut, error) {
	all, err := o.svc.Mine(ctx, identity.From(ctx))
	out := &mineOut{}
	out.Body.Items = []detail{}
	for _, d := range all {
		out.Body.Items = append(out.Body.Items, shownDetail(d))
	}
	return out, err
}

type getIn struct {
	Certificate string `path:"certificate" maxLength:"100"`
	Before      string `query:"before" maxLength:"100" doc:"next of the page before, of the uses"`
}

type getOut struct{ Body detail }

func (o operations) get(ctx context.Context, in *getIn) (*getOut, error) {
	d, err := o.svc.Get(ctx, identity.From(ctx), in.Certificate, in.Before)
	if err != nil {
		return nil, err
	}
	return &getOut{shownDetail(d)}, nil
}
