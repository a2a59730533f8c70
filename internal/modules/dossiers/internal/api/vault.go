// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/errs"
)

type vaultPaper struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	Name      i18n.Text `json:"name" doc:"of the type"`
	Number    string    `json:"number"`
	Issuer    string    `json:"issuer"`
	Issued    string    `json:"issued,omitempty"`
	Until     string    `json:"until,omitempty" doc:"the last day"`
	Perpetual bool      `json:"perpetual,omitempty"`
	SHA256    string    `json:"sha256"`
	Why       string    `json:"why,omitempty" doc:"a code: why it cannot be taken"`
}

type vaultOffer struct {
	Paper string       `json:"paper" doc:"of the procedure"`
	Items []vaultPaper `json:"items"`
}

type offersOut struct {
	Body struct {
		Items []vaultOffer `json:"items"`
	}
}

func (o operations) listHoldings(ctx context.Context, in *One) (*offersOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return toOffers(o.svc.ListHoldings(ctx, identity.From(ctx), id))
}

func toOffers(all []core.Offer, err error) (*offersOut, error) {
	out := &offersOut{}
	out.Body.Items = []vaultOffer{}
	for _, offer := range all {
		v := vaultOffer{Paper: offer.Paper}
		for _, h := range offer.Holdings {
			p := vaultPaper{ID: h.ID, Type: h.Type, Name: h.Name, Number: h.Number, Issuer: h.Issuer, Issued: h.Issued, Until: h.Until, Perpetual: h.Perpetual, SHA256: h.SHA256}
			if e, ok := errors.AsType[*errs.Error](h.Why); ok {
				p.Why = e.Code
			}
			v.Items = append(v.Items, p)
		}
		out.Body.Items = append(out.Body.Items, v)
	}
	return out, err
}

type takeHoldingIn struct {
	One
	Paper string `path:"paper" maxLength:"100"`
	Body  struct {
		Holding string `json:"holding" maxLength:"100" doc:"the paper of the vault"`
	}
}

type heldOut struct{ Body dossierPaper }

func (o operations) takeHolding(ctx context.Context, in *takeHoldingIn) (*heldOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	a, err := o.svc.TakeHolding(ctx, identity.From(ctx), id, in.Paper, in.Body.Holding)
	return &heldOut{Body: toAttachment(a)}, err
}

type atQuayIn struct {
	Procedure string `path:"procedure" maxLength:"100"`
	Body      struct {
		Key     string `json:"key" maxLength:"100" doc:"the Idempotency-Key under which the dossier will be taken in"`
		Name    string `json:"name" maxLength:"400"`
		Number  string `json:"number" maxLength:"40"`
		Kind    string `json:"kind,omitempty" enum:"individual,organisation" doc:"empty: individual"`
		Present bool   `json:"present" doc:"the person stands at the counter and agrees"`
	}
}

func (o operations) listAtQuay(ctx context.Context, in *atQuayIn) (*offersOut, error) {
	owner := core.Party{Kind: identity.PersonKind(in.Body.Kind), Name: in.Body.Name, Number: in.Body.Number}
	if owner.Kind == "" {
		owner.Kind = identity.Individual
	}
	return toOffers(o.svc.ListAtQuay(ctx, identity.From(ctx), core.AtQuay{Key: in.Body.Key, Procedure: procedures.ID(in.Procedure), Owner: owner, Present: in.Body.Present}))
}

type missingIn struct {
	One
	Present bool `query:"present" doc:"the person stands at the counter and agrees; for officials"`
}

func (o operations) listMissing(ctx context.Context, in *missingIn) (*offersOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return toOffers(o.svc.ListMissingHoldings(ctx, identity.From(ctx), id, in.Present))
}

type takeMissingIn struct {
	One
	Paper string `path:"paper" maxLength:"100"`
	Body  struct {
		Holding string `json:"holding" maxLength:"100" doc:"the paper of the vault"`
		Present bool   `json:"present,omitempty" doc:"the person stands at the counter and agrees; for officials"`
	}
}

func (o operations) takeMissing(ctx context.Context, in *takeMissingIn) (*heldOut, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	a, err := o.svc.TakeMissingHolding(ctx, identity.From(ctx), id, in.Paper, in.Body.Holding, in.Body.Present)
	return &heldOut{Body: toAttachment(a)}, err
}

type dropMissingIn struct {
	One
	Attachment string `path:"attachment" maxLength:"36"`
}

func (o operations) dropMissing(ctx context.Context, in *dropMissingIn) (*nothing, error) {
	id, err := dossiers.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	return nil, o.svc.DropMissingHolding(ctx, identity.From(ctx), id, in.Attachment)
}
