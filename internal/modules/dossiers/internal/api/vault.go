// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
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
	all, err := o.svc.ListHoldings(ctx, identity.From(ctx), id)
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
