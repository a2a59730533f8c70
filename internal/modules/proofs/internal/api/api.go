// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api gives checks and proofs to programs.
package api

import (
	"context"
	"net/http"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/modules/proofs/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Uploads take documents out of requests; pages and operations share them.
type Uploads struct {
	One  func(w http.ResponseWriter, r *http.Request) (proofs.Report, error)
	Many func(w http.ResponseWriter, r *http.Request, each func(name string, rep proofs.Report, err error)) error
	// Paper prints a report in the language of the request, signed.
	Paper func(r *http.Request, rep proofs.Report, text string) ([]byte, error)
	// Explain puts a problem into the language of the request.
	Explain func(r *http.Request, p *web.ProblemError)
}

type operations struct {
	svc     *core.Service
	uploads Uploads
}

// Routes returns the operations.
func Routes(svc *core.Service, uploads Uploads, maxBody int64) []web.Route {
	o := operations{svc, uploads}
	check := web.Operation("POST /api/v1/log/receipt-checks", "Check a receipt of the audit log", web.Public(), o.checkReceipt)
	check.Door = web.Narrow
	return append(append(trustRoutes(o), verifications(o, maxBody)...), []web.Route{
		web.Operation("GET /api/v1/log/checkpoint", "Get a signed checkpoint of the audit log, the newest unless a size is given", web.Public(), o.checkpoint),
		web.Operation("GET /api/v1/log/consistency", "Prove that the audit log only grew between two sizes (RFC 6962 2.1.2)", web.Public(), o.consistency),
		web.Operation("GET /api/v1/log/acts", "List what the account has done, the newest first", web.SignedIn(), o.acts),
		web.Operation("GET /api/v1/log/receipts/{record}", "Get the receipt of an act of the account (RFC 6962 2.1.1)", web.SignedIn(), o.receipt),
		check,
	}...)
}

type checkpointIn struct {
	Size int64 `query:"size" minimum:"0" doc:"Records under it; 0 for the newest"`
}

type checkpointOut struct {
	Body struct {
		Size int64   `json:"size"`
		At   db.Time `json:"at"`
		Note string  `json:"note" doc:"The signed note: origin, size, root hash (SHA-256, base64), an empty line, signature (Ed25519)"`
		Key  string  `json:"key" doc:"The public key. Keep your own copy: who could rewrite the log could hand out another key"`
	}
}

func (o operations) checkpoint(ctx context.Context, in *checkpointIn) (*checkpointOut, error) {
	c, err := o.svc.Checkpoint(ctx, in.Size)
	out := &checkpointOut{}
	out.Body.Size, out.Body.At, out.Body.Note, out.Body.Key = c.Size, c.At, c.Note, o.svc.PublicKey()
	return out, err
}

type consistencyIn struct {
	From int64 `query:"from" required:"true" minimum:"1" doc:"Size of the checkpoint that you have kept"`
	To   int64 `query:"to" minimum:"0" doc:"Size of a newer checkpoint; 0 for the newest"`
}

type consistencyOut struct{ Body audit.Consistency }

func (o operations) consistency(ctx context.Context, in *consistencyIn) (*consistencyOut, error) {
	p, err := o.svc.Consistency(ctx, in.From, in.To)
	return &consistencyOut{p}, err
}

type actsIn struct {
	Before string `query:"before" maxLength:"100" doc:"Id of the last act of the page before"`
}

type act struct {
	Record  string  `json:"record"`
	At      db.Time `json:"at"`
	Event   string  `json:"event"`
	Subject string  `json:"subject"`
	Sealed  bool    `json:"sealed" doc:"Whether there is a receipt already"`
}

type actsOut struct {
	Body struct {
		Items []act  `json:"items"`
		Next  string `json:"next,omitempty" doc:"Send it as before"`
	}
}

func (o operations) acts(ctx context.Context, in *actsIn) (*actsOut, error) {
	found, more, err := o.svc.Acts(ctx, identity.From(ctx), in.Before)
	out := &actsOut{}
	out.Body.Items = []act{}
	for _, e := range found {
		out.Body.Items = append(out.Body.Items, act{e.ID, db.At(e.At), string(e.Event), e.Subject, e.Leaf >= 0})
	}
	if more {
		out.Body.Next = found[len(found)-1].ID
	}
	return out, err
}

type receiptIn struct {
	Record string `path:"record" maxLength:"100"`
}

type receiptOut struct{ Body audit.Receipt }

func (o operations) receipt(ctx context.Context, in *receiptIn) (*receiptOut, error) {
	r, err := o.svc.Receipt(ctx, identity.From(ctx), in.Record)
	return &receiptOut{r}, err
}

type checkIn struct {
	Body struct {
		Receipt string `json:"receipt" maxLength:"100000" doc:"The receipt, as JSON in a text"`
		Key     string `json:"key,omitempty" maxLength:"300" doc:"The public key that you have kept; ours unless given"`
	}
}

type checkOut struct {
	Body struct {
		Record  string  `json:"record"`
		At      db.Time `json:"at"`
		Event   string  `json:"event"`
		Subject string  `json:"subject"`
		Leaf    int64   `json:"leaf"`
		Size    int64   `json:"size"`
	}
}

func (o operations) checkReceipt(_ context.Context, in *checkIn) (*checkOut, error) {
	c, err := o.svc.CheckReceipt([]byte(in.Body.Receipt), in.Body.Key)
	out := &checkOut{}
	e := c.Record
	out.Body.Record, out.Body.At, out.Body.Event, out.Body.Subject, out.Body.Leaf, out.Body.Size = e.ID, db.At(e.At), string(e.Event), e.Subject, e.Leaf, c.Size
	return out, err
}
