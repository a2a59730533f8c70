// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/payments/internal/core"
	"tinhso.vn/internal/platform/db"
)

// PaymentTaxMessage is what the tax authority was told of a receipt, and what it
// answered. It names nobody.
type PaymentTaxMessage struct {
	ID      string  `json:"id"`
	Receipt string  `json:"receipt"`
	Order   string  `json:"order"`
	Number  string  `json:"number" doc:"form, series and number of the receipt"`
	Act     string  `json:"act" enum:"issue,cancel"`
	State   string  `json:"state" enum:"waiting,taken,refused,again"`
	Code    string  `json:"code,omitempty" doc:"by which the authority knows it"`
	Error   string  `json:"error,omitempty" doc:"code of its refusal"`
	Said    string  `json:"said,omitempty" doc:"the refusal in its words"`
	At      db.Time `json:"at"`
	EndedAt db.Time `json:"ended_at"`
}

func toldOf(t core.Told) PaymentTaxMessage {
	return PaymentTaxMessage{t.ID, t.Receipt, t.Order, core.ToldNumber(t), t.Act, t.State, t.Code, t.Error, t.Said, t.At, t.EndedAt}
}

type taxIn struct {
	State string `query:"state" maxLength:"20" doc:"refused (where none is said), waiting, taken"`
	After string `query:"after" maxLength:"100"`
}

func (o operations) tax(ctx context.Context, in *taxIn) (*listOut[PaymentTaxMessage], error) {
	all, next, err := o.svc.ListTold(ctx, identity.From(ctx), in.State, in.After)
	return listed(all, next, toldOf), err
}

type toldIn struct {
	Told string `path:"told" maxLength:"100"`
}

type toldOut struct{ Body PaymentTaxMessage }

func (o operations) told(ctx context.Context, in *toldIn) (*toldOut, error) {
	t, err := o.svc.GetTold(ctx, identity.From(ctx), in.Told)
	return &toldOut{toldOf(t)}, err
}

func (o operations) tellAgain(ctx context.Context, in *toldIn) (*nothing, error) {
	return nil, o.svc.TellAgain(ctx, identity.From(ctx), in.Told)
}
