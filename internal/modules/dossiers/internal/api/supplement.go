// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

type dossierMissing struct {
	Paper string `json:"paper,omitempty" maxLength:"100" doc:"id of a paper of the procedure; nothing for something else"`
	What  string `json:"what,omitempty" maxLength:"2000" doc:"in words; not needed for a paper"`
	Why   string `json:"why" maxLength:"2000"`
	Basis string `json:"basis,omitempty" maxLength:"2000" doc:"the rule that asks for it"`
}

type askBody struct {
	Missing []dossierMissing `json:"missing" doc:"everything at once"`
	Days    int              `json:"days,omitempty" doc:"working days to answer; nothing means what the province gives"`
	Again   bool             `json:"again,omitempty" doc:"confirms that it is not the first request, which makes the dossier count as late"`
	Reason  string           `json:"again_reason,omitempty" maxLength:"8000" doc:"why it was not asked for the first time; needed then"`
}

func (b askBody) core() core.Ask {
	a := core.Ask{Days: b.Days, Again: b.Again, Reason: b.Reason}
	for _, m := range b.Missing {
		a.Missing = append(a.Missing, core.Missing(m))
	}
	return a
}

type askIn struct {
	One
	Body askBody
}

func (o operations) askSupplement(ctx context.Context, in *askIn) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.AskSupplement(ctx, identity.From(ctx), id, in.Body.core())
}

// maxAsk bounds the body of a preview.
const maxAsk = 1 << 20

func (o operations) previewSupplement(w http.ResponseWriter, r *http.Request) error {
	id, err := dossiers.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	var body askBody
	d := json.NewDecoder(io.LimitReader(r.Body, maxAsk))
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil {
		return web.ErrMalformed.Because(err)
	}
	slip, err := o.svc.PreviewSupplement(r.Context(), identity.From(r.Context()), id, body.core())
	if err != nil {
		return err
	}
	return sendPDF(w, slip)
}

func (o operations) supplementSlip(w http.ResponseWriter, r *http.Request) error {
	id, err := dossiers.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	slip, err := o.svc.SupplementSlip(r.Context(), identity.From(r.Context()), id, why(r))
	if err != nil {
		return err
	}
	return sendPDF(w, slip)
}

func sendPDF(w http.ResponseWriter, slip []byte) error {
	headers(w, "phieu-bo-sung.pdf", "application/pdf", int64(len(slip)))
	_, err := w.Write(slip) //nolint:gosec // a PDF, with its type, and nothing is guessed
	return err
}

func (o operations) attachSupplement(w http.ResponseWriter, r *http.Request) error {
	id, err := dossiers.ParseID(r.PathValue("id"))
	if err != nil {
		return err
	}
	name, content, err := upload(r)
	if err != nil {
		return err
	}
	a, err := o.svc.AttachSupplement(r.Context(), identity.From(r.Context()), id, r.PathValue("paper"), name, content)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(toAttachment(a)) // the caller has gone: nobody to tell
	return nil
}

type sheetsIn struct {
	Original  int `json:"original,omitempty"`
	Copy      int `json:"copy,omitempty"`
	Certified int `json:"certified,omitempty"`
}

type supplyIn struct {
	One
	Body struct {
		Message string              `json:"message,omitempty" maxLength:"8000"`
		Handed  map[string]sheetsIn `json:"handed,omitempty" doc:"sheets by paper; at the counter"`
	}
}

func (o operations) supply(ctx context.Context, in *supplyIn) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	what := core.Supply{Message: in.Body.Message, Handed: map[string]core.Handed{}}
	for paper, n := range in.Body.Handed {
		what.Handed[paper] = core.Handed(n)
	}
	return nil, o.svc.SupplyMissing(ctx, identity.From(ctx), id, what)
}

type dossierSupplement struct {
	Missing []dossierMissing `json:"missing"`
	Until   db.Time          `json:"until"`
	By      string           `json:"by"`
	AskedAt db.Time          `json:"asked_at"`
	Answer  string           `json:"answer,omitempty"`
	EndedAt db.Time          `json:"ended_at" doc:"nothing while people are still asked"`
	OldDue  db.Time          `json:"old_due"`
	NewDue  db.Time          `json:"new_due"`
	Basis   string           `json:"basis,omitempty"`
	Again   string           `json:"again_reason,omitempty" doc:"of one that is not the first; for the office"`
}

func supplements(list []core.Supplement) []dossierSupplement {
	all := make([]dossierSupplement, len(list))
	for i, u := range list {
		all[i] = dossierSupplement{Until: u.Until, By: u.By, AskedAt: u.AskedAt, Answer: u.Answer, EndedAt: u.EndedAt, OldDue: u.OldDue, NewDue: u.NewDue, Basis: u.Basis, Again: u.Again}
		for _, m := range u.Missing {
			all[i].Missing = append(all[i].Missing, dossierMissing(m))
		}
	}
	return all
}
