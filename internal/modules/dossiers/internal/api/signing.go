// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
)

type signedOut struct {
	Body struct {
		Request string `json:"request,omitempty" doc:"for the approval that is waited for; without it, it is done"`
	}
}

func toSigned(done core.Signing, err error) (*signedOut, error) {
	if err != nil {
		return nil, err
	}
	out := &signedOut{}
	out.Body.Request = done.Request
	return out, nil
}

type signingIn struct {
	Request string `path:"request" maxLength:"100"`
}

type signingItem struct {
	ID    string    `json:"id"`
	Code  string    `json:"dossier"`
	Name  i18n.Text `json:"name"`
	State string    `json:"state" enum:"open,used,unused"`
	Why   string    `json:"code,omitempty" doc:"why the signature was not used"`
}

type signingOut struct {
	Body struct {
		Request   string        `json:"request"`
		State     string        `json:"state" enum:"created,sent,waiting,approved,refused,expired,failed,cancelled"`
		Code      string        `json:"code,omitempty" doc:"why it failed"`
		Act       string        `json:"act" enum:"initial,sign,seal"`
		Compare   string        `json:"compare" doc:"figures that the phone shows too; empty for a card"`
		ByCard    bool          `json:"by_card" doc:"one's own computer signs, see POST /api/v1/signings/{request}/card"`
		CreatedAt db.Time       `json:"created_at"`
		ExpiresAt db.Time       `json:"expires_at"`
		Settled   bool          `json:"settled" doc:"nothing is going to change any more"`
		Items     []signingItem `json:"items"`
	}
}

func (o operations) signing(ctx context.Context, in *signingIn) (*signingOut, error) {
	v, err := o.svc.GetSigning(ctx, identity.From(ctx), in.Request)
	if err != nil {
		return nil, err
	}
	out := &signingOut{}
	b := &out.Body
	b.Request, b.State, b.Code, b.Act, b.Compare = v.Request, string(v.State), v.Code, v.Act, v.Compare
	b.ByCard = v.ByCard
	b.CreatedAt, b.ExpiresAt, b.Settled, b.Items = v.CreatedAt, v.ExpiresAt, v.Settled(), []signingItem{}
	for _, i := range v.Items {
		b.Items = append(b.Items, signingItem{string(i.ID), i.Code, i.Name, i.State, i.Why})
	}
	return out, nil
}

func (o operations) cancelSigning(ctx context.Context, in *signingIn) (*nothing, error) {
	return nil, o.svc.CancelSigning(ctx, identity.From(ctx), in.Request)
}
