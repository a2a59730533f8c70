// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves fees and charges as JSON.
package api

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Routes returns the operations.
func Routes(s *core.Service) []web.Route {
	o := operations{s}
	own, collect, account := web.Needs(string(payments.PermOwn)), web.Needs(string(payments.PermCollect)), web.Needs(string(payments.PermAccount))
	both := web.Needs(string(payments.PermCollect), string(payments.PermAccount))
	const one = "/api/v1/payments/orders/{order}"
	return []web.Route{
		web.Operation("GET /api/v1/payments/own/{order}", "What is one's own to pay: lines with their basis, the text of a VietQR code, the receipt", own, o.own),
		web.Operation("GET /api/v1/payments/own", "The id of the newest order of a dossier of one's own; none where it is free", own, o.ownOf),
		web.Operation("POST /api/v1/payments/own/{order}/begin", "Begin to pay over the gateway; its page is in the order a little later", own, o.begin),
		web.Operation("GET /api/v1/payments/orders", "Orders of the actor's units, the newest first; they name nobody", both, o.list),
		web.Operation("POST /api/v1/payments/orders", "Make an order by hand, where the rules do not say the amount exactly", collect, o.make),
		web.Operation("GET "+one, "An order with what happened to it; recorded", both, o.get),
		web.Operation("GET /api/v1/payments/find", "The id of the order with a code, its own or that of its dossier", both, o.find),
		web.Operation("POST "+one+"/take", "Take the money of an order at the counter", collect, o.take),
		web.Operation("POST "+one+"/undo", "Give cash back that is still in the own drawer", collect, o.undo),
		web.Operation("POST "+one+"/reduce", "Take something off, with its basis", account, o.reduce),
		web.Operation("POST "+one+"/cancel", "Cancel an order that nobody has paid", account, o.cancel),
		web.Operation("POST "+one+"/receipt", "Make the receipt of a paid order now", both, o.receipt),
		web.Operation("POST "+one+"/replace-receipt", "Replace a receipt that says something wrong", account, o.replace),
		web.Operation("POST "+one+"/refunds", "Ask that money goes back", both, o.refund),
		web.Operation("POST "+one+"/refunds/{refund}/decide", "Agree that money goes back, or not; not by who has asked", account, o.decide),
		web.Operation("POST "+one+"/refunds/{refund}/finish", "Say with which payment the money went back", both, o.finish),
		web.Operation("GET /api/v1/payments/refunds", "Refunds of the actor's units, the newest first", both, o.refunds),
		web.Operation("GET /api/v1/payments/receipts", "The register of receipts of the actor's units, the newest first; recorded", both, o.receipts),
		web.Operation("GET /api/v1/payments/receipts/{receipt}/check", "What a receipt says, to whoever holds it", web.Public(), o.check),
		web.Operation("GET /api/v1/payments/closings", "Closings of the actor's units, the newest first", both, o.closings),
		web.Operation("GET /api/v1/payments/drawer", "What the actor has taken and not yet closed", collect, o.drawer),
		web.Operation("GET /api/v1/payments/closings/{closing}", "A closing with what is in it", both, o.closing),
		web.Operation("POST /api/v1/payments/closings", "Close the day: what was taken and what was counted", collect, o.close),
		web.Operation("POST /api/v1/payments/closings/{closing}/decide", "Confirm a closing, or have it counted again; not by who has counted", account, o.confirm),
		web.Operation("GET /api/v1/payments/payee", "To which account money of the actor's unit goes, and how its receipts are numbered", account, o.payee),
		web.Operation("POST /api/v1/payments/payee", "State that account and form", account, o.setPayee),
		web.Operation("GET /api/v1/payments/statements", "Statements that were read, the newest first", account, o.statements),
		web.Operation("POST /api/v1/payments/statements", "Read a statement: text with a head and separators, or in the manner of MT940", account, o.reconcile),
		web.Operation("GET /api/v1/payments/statements/{statement}", "A statement with its differences; recorded", account, o.statement),
		web.Operation("POST /api/v1/payments/differences/{difference}/settle", "Settle a difference", account, o.settle),
		web.Operation("GET /api/v1/payments/tax", "What the tax authority was told of receipts, the newest first; it names nobody", account, o.tax),
		web.Operation("GET /api/v1/payments/tax/{told}", "What it was told of a receipt, and what it answered", account, o.told),
		web.Operation("POST /api/v1/payments/tax/{told}/again", "Tell again what the authority has refused", account, o.tellAgain),
		web.Operation("GET /api/v1/payments/shares", "What agencies got of fees in a period, by agency", account, o.shares),
		web.Operation("POST /api/v1/payments/shares", "Share out what was taken at the actor's unit and is closed", account, o.share),
		web.Operation("GET /api/v1/payments/odd", "Money that came over the gateway and does not fit", account, o.odd),
		web.Operation("POST /api/v1/payments/odd/{report}/settle", "Give it to the order that it is for, or say how it was settled", account, o.settleOdd),
		web.Operation("POST /api/v1/payments/odd/find", "Find money that belongs to no unit, by its exact number or text and its amount; it becomes the actor's unit's to settle", account, o.nobodys),
	}
}

type operations struct{ svc *core.Service }

type nothing struct{}

// PaymentOrderIn names an order.
type PaymentOrderIn struct {
	Order string `path:"order" maxLength:"100"`
}

// PaymentOrder is what somebody is to pay for a dossier. It names nobody.
type PaymentOrder struct {
	ID          string  `json:"id"`
	Code        string  `json:"code" doc:"what people write into a transfer"`
	Version     int     `json:"version"`
	Dossier     string  `json:"dossier"`
	DossierCode string  `json:"dossier_code"`
	Unit        string  `json:"unit"`
	State       string  `json:"state" enum:"waiting,paid,cancelled,refunding,refunded"`
	Amount      int64   `json:"amount" doc:"đồng"`
	Refunded    int64   `json:"refunded" doc:"đồng"`
	Way         string  `json:"way,omitempty" doc:"cash, transfer, gateway"`
	MadeAt      db.Time `json:"made_at"`
	PaidAt      db.Time `json:"paid_at"`
}

func order(o core.Order) PaymentOrder {
	return PaymentOrder{o.ID, o.Code, o.Version, o.Dossier, o.DossierCode, o.Unit, string(o.State), o.Amount, o.Refunded, o.Way, o.At, o.PaidAt}
}

type lineBody struct {
	Kind   string `json:"kind" enum:"fee,reduction"`
	Name   string `json:"name"`
	Amount int64  `json:"amount" doc:"đồng; negative for a reduction"`
	Basis  string `json:"basis,omitempty"`
}

// PaymentReceipt is a receipt.
type PaymentReceipt struct {
	ID     string  `json:"id"`
	Form   string  `json:"form"`
	Series string  `json:"series"`
	Number string  `json:"number"`
	Amount int64   `json:"amount" doc:"đồng"`
	State  string  `json:"state" enum:"numbered,issued,cancelled,replaced"`
	Sealed bool    `json:"sealed" doc:"with the seal of the agency"`
	MadeAt db.Time `json:"made_at"`
	Payer  string  `json:"payer,omitempty"`
}

func receiptOf(p core.Receipt) PaymentReceipt {
	return PaymentReceipt{p.ID, p.Form, p.Series, core.ReceiptNumber(p), p.Amount, p.State, p.Signed, p.At, p.Payer}
}

// PaymentRefund is money that somebody wants back.
type PaymentRefund struct {
	ID      string  `json:"id"`
	Order   string  `json:"order"`
	Amount  int64   `json:"amount" doc:"đồng"`
	Reason  string  `json:"reason"`
	State   string  `json:"state" enum:"asked,approved,declined,done"`
	AskedAt db.Time `json:"asked_at"`
}

func refundOf(f core.Refund) PaymentRefund {
	return PaymentRefund{f.ID, f.Order, f.Amount, f.Reason, f.State, f.AskedAt}
}

type viewBody struct {
	PaymentOrder

	Payer   string          `json:"payer"`
	Lines   []lineBody      `json:"lines"`
	VietQR  string          `json:"vietqr,omitempty" doc:"the text of a code; none where the unit has no account, or nothing is to be paid"`
	Purpose string          `json:"purpose" doc:"text of the transfer"`
	PayAt   string          `json:"pay_at,omitempty" doc:"page of the gateway"`
	Receipt *PaymentReceipt `json:"receipt,omitempty"`
	Refunds []PaymentRefund `json:"refunds"`
	Odd     bool            `json:"odd" doc:"money came that does not fit"`
}

func view(v core.View) viewBody {
	out := viewBody{PaymentOrder: order(v.Order), Payer: v.Payer, Lines: []lineBody{}, VietQR: v.QR, Purpose: v.Purpose, Refunds: []PaymentRefund{}, Odd: v.Odd}
	for _, l := range v.Lines {
		out.Lines = append(out.Lines, lineBody{l.Kind, l.Name, l.Amount, l.Basis})
	}
	if v.Try != nil && v.Try.State == core.TryOpen {
		out.PayAt = v.Try.Address
	}
	if v.Receipt != nil {
		r := receiptOf(*v.Receipt)
		out.Receipt = &r
	}
	for _, f := range v.Refunds {
		out.Refunds = append(out.Refunds, refundOf(f))
	}
	return out
}

type viewOut struct{ Body viewBody }

func (o operations) own(ctx context.Context, in *PaymentOrderIn) (*viewOut, error) {
	v, err := o.svc.Own(ctx, identity.From(ctx), in.Order)
	if err != nil {
		return nil, err
	}
	return &viewOut{view(v)}, nil
}

type ownOfIn struct {
	Dossier string `query:"dossier" maxLength:"100"`
}

func (o operations) ownOf(ctx context.Context, in *ownOfIn) (*madeOut, error) {
	return made(o.svc.OwnOf(ctx, identity.From(ctx), in.Dossier))
}

type findIn struct {
	Code string `query:"code" maxLength:"100"`
}

func (o operations) find(ctx context.Context, in *findIn) (*madeOut, error) {
	return made(o.svc.Find(ctx, identity.From(ctx), in.Code))
}

func (o operations) begin(ctx context.Context, in *PaymentOrderIn) (*nothing, error) {
	return nil, o.svc.Begin(ctx, identity.From(ctx), in.Order)
}

func (o operations) get(ctx context.Context, in *PaymentOrderIn) (*viewOut, error) {
	d, err := o.svc.Get(ctx, identity.From(ctx), in.Order)
	if err != nil {
		return nil, err
	}
	return &viewOut{view(d.View)}, nil
}

type listIn struct {
	State string `query:"state" enum:"waiting,paid,cancelled,refunding,refunded"`
	After string `query:"after" maxLength:"100"`
}

type pageIn struct {
	After string `query:"after" maxLength:"100"`
}

type listOut[T any] struct {
	Body struct {
		Items []T    `json:"items"`
		Next  string `json:"next,omitempty"`
	}
}

func listed[T, B any](all []T, next string, body func(T) B) *listOut[B] {
	out := &listOut[B]{}
	out.Body.Items, out.Body.Next = make([]B, 0, len(all)), next
	for _, one := range all {
		out.Body.Items = append(out.Body.Items, body(one))
	}
	return out
}

func (o operations) list(ctx context.Context, in *listIn) (*listOut[PaymentOrder], error) {
	all, next, err := o.svc.List(ctx, identity.From(ctx), payments.State(in.State), in.After)
	return listed(all, next, order), err
}

type makeIn struct {
	Body struct {
		Dossier string `json:"dossier" maxLength:"100" doc:"code of an accepted dossier"`
		Name    string `json:"name" maxLength:"800"`
		Amount  int64  `json:"amount" doc:"đồng"`
		Basis   string `json:"basis" maxLength:"800"`
	}
}

type madeOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func made(id string, err error) (*madeOut, error) {
	out := &madeOut{}
	out.Body.ID = id
	return out, err
}

func (o operations) make(ctx context.Context, in *makeIn) (*madeOut, error) {
	return made(o.svc.Order(ctx, identity.From(ctx), core.NewOrder(in.Body)))
}

type takeIn struct {
	PaymentOrderIn

	Body struct {
		Amount int64 `json:"amount" doc:"đồng, as it was read"`
	}
}

func (o operations) take(ctx context.Context, in *takeIn) (*nothing, error) {
	return nil, o.svc.Take(ctx, identity.From(ctx), in.Order, in.Body.Amount)
}

type reasonIn struct {
	PaymentOrderIn

	Body struct {
		Reason string `json:"reason" maxLength:"2000"`
	}
}

func (o operations) undo(ctx context.Context, in *reasonIn) (*nothing, error) {
	return nil, o.svc.Undo(ctx, identity.From(ctx), in.Order, in.Body.Reason)
}

func (o operations) cancel(ctx context.Context, in *reasonIn) (*nothing, error) {
	return nil, o.svc.Cancel(ctx, identity.From(ctx), in.Order, in.Body.Reason)
}

func (o operations) replace(ctx context.Context, in *reasonIn) (*nothing, error) {
	return nil, o.svc.ReplaceReceipt(ctx, identity.From(ctx), in.Order, in.Body.Reason)
}

func (o operations) receipt(ctx context.Context, in *PaymentOrderIn) (*nothing, error) {
	return nil, o.svc.IssueReceipt(ctx, identity.From(ctx), in.Order)
}

type reduceIn struct {
	PaymentOrderIn

	Body struct {
		Version int    `json:"version" doc:"of the order, as it was read"`
		Name    string `json:"name" maxLength:"800"`
		Amount  int64  `json:"amount" doc:"đồng that are taken off"`
		Basis   string `json:"basis" maxLength:"800"`
	}
}

func (o operations) reduce(ctx context.Context, in *reduceIn) (*nothing, error) {
	return nil, o.svc.Reduce(ctx, identity.From(ctx), in.Order, core.Reduction(in.Body))
}

type refundIn struct {
	PaymentOrderIn

	Body struct {
		Amount int64  `json:"amount" doc:"đồng"`
		Reason string `json:"reason" maxLength:"2000"`
		Basis  string `json:"basis" maxLength:"800"`
	}
}

func (o operations) refund(ctx context.Context, in *refundIn) (*madeOut, error) {
	return made(o.svc.AskRefund(ctx, identity.From(ctx), in.Order, core.NewRefund(in.Body)))
}

// PaymentRefundIn names a refund of an order.
type PaymentRefundIn struct {
	PaymentOrderIn

	Refund string `path:"refund" maxLength:"100"`
}

type decideIn struct {
	PaymentRefundIn

	Body struct {
		Agree bool   `json:"agree"`
		Note  string `json:"note,omitempty" maxLength:"2000"`
	}
}

func (o operations) decide(ctx context.Context, in *decideIn) (*nothing, error) {
	return nil, o.svc.DecideRefund(ctx, identity.From(ctx), in.Order, in.Refund, in.Body.Agree, in.Body.Note)
}

type finishIn struct {
	PaymentRefundIn

	Body struct {
		Ref string `json:"ref" maxLength:"800" doc:"number of the payment order"`
	}
}

func (o operations) finish(ctx context.Context, in *finishIn) (*nothing, error) {
	return nil, o.svc.FinishRefund(ctx, identity.From(ctx), in.Order, in.Refund, in.Body.Ref)
}

func (o operations) refunds(ctx context.Context, in *pageIn) (*listOut[PaymentRefund], error) {
	all, next, err := o.svc.ListRefunds(ctx, identity.From(ctx), in.After)
	return listed(all, next, refundOf), err
}

func (o operations) receipts(ctx context.Context, in *pageIn) (*listOut[PaymentReceipt], error) {
	all, next, err := o.svc.ListReceipts(ctx, identity.From(ctx), in.After)
	return listed(all, next, receiptOf), err
}

type checkIn struct {
	Receipt string `path:"receipt" maxLength:"100"`
}

type checkOut struct {
	Body struct {
		Agency string  `json:"agency"`
		Form   string  `json:"form"`
		Series string  `json:"series"`
		Number string  `json:"number"`
		Amount int64   `json:"amount" doc:"đồng"`
		State  string  `json:"state" enum:"numbered,issued,cancelled,replaced"`
		Sealed bool    `json:"sealed"`
		MadeAt db.Time `json:"made_at"`
	}
}

func (o operations) check(ctx context.Context, in *checkIn) (*checkOut, error) {
	c, err := o.svc.CheckReceipt(ctx, in.Receipt)
	out := &checkOut{}
	b := &out.Body
	b.Agency, b.Form, b.Series, b.Number, b.Amount, b.State, b.Sealed, b.MadeAt = c.Agency, c.Form, c.Series, c.Number, c.Amount, c.State, c.Signed, c.At
	return out, err
}
