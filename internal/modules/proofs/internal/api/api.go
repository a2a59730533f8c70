// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api gives checks and proofs to programs.
package api

import (
	"context"
	"encoding/json"
	"net/http"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/modules/proofs/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Upload takes the document out of a request; pages and operations share it.
type Upload func(w http.ResponseWriter, r *http.Request) (proofs.Report, error)

type operations struct {
	svc    *core.Service
	upload Upload
}

// Routes returns the operations.
func Routes(svc *core.Service, upload Upload, maxBody int64) []web.Route {
	o := operations{svc, upload}
	check := web.Operation("POST /api/v1/log/receipt-checks", "Check a receipt of the audit log", web.Public(), o.checkReceipt)
	check.Door = web.Narrow
	verify := web.RawOperation("POST /api/v1/verifications", "Check who signed a file, and whether that still holds", web.Public(), web.Raw{
		Takes: []string{"multipart/form-data", "application/pdf"}, Gives: []string{"application/json"}, JSON: proofs.Report{}, Status: http.StatusOK,
	}, o.verify)
	verify.Door, verify.MaxBody = web.Narrow, maxBody
	return []web.Route{
		verify,
		web.Operation("GET /api/v1/log/checkpoint", "Get a signed checkpoint of the audit log, the newest unless a size is given", web.Public(), o.checkpoint),
		web.Operation("GET /api/v1/log/consistency", "Prove that the audit log only grew between two sizes (RFC 6962 2.1.2)", web.Public(), o.consistency),
		web.Operation("GET /api/v1/log/acts", "List what the account has done, the newest first", web.SignedIn(), o.acts),
		web.Operation("GET /api/v1/log/receipts/{record}", "Get the receipt of an act of the account (RFC 6962 2.1.1)", web.SignedIn(), o.receipt),
		check,
	}
}

// verify takes a PDF as the body itself, or as a file of a multipart form.
func (o operations) verify(w http.ResponseWriter, r *http.Request) error {
	rep, err := o.upload(w, r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(rep) // the caller has gone: nobody to tell
	return nil
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
