// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package api serves fees and charges as JSON.
package api

import (
	"context"
	"strings"

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
		web.Operation("POST /api/v1/payments/own/{order}/begin", "Begin to pay over the gateway; its page is in the order a little later", own, o.begin),
		web.Operation("GET /api/v1/payments/orders", "Orders of the actor's units, the newest first; they name nobody", both, o.list),
		web.Operation("POST /api/v1/payments/orders", "Make an order by hand, where the rules do not say the amount exactly", collect, o.make),
		web.Operation("GET "+one, "An order with what happened to it; recorded", both, o.get),
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
		web.Operation("POST /api/v1/payments/closings", "Close the day: what was taken and what was counted", collect, o.close),
		web.Operation("POST /api/v1/payments/closings/{closing}/decide", "Confirm a closing, or have it counted again; not by who has counted", account, o.confirm),
		web.Operation("GET /api/v1/payments/payee", "To which account money of the actor's unit goes, and how its receipts are numbered", account, o.payee),
		web.Operation("POST /api/v1/payments/payee", "State that account and form", account, o.setPayee),
		web.Operation("GET /api/v1/payments/statements", "Statements that were read, the newest first", account, o.statements),
		web.Operation("POST /api/v1/payments/statements", "Read a statement: text with a head and separators, or in the manner of MT940", account, o.reconcile),
		web.Operation("GET /api/v1/payments/statements/{statement}", "A statement with its differences; recorded", account, o.statement),
		web.Operation("POST /api/v1/payments/differences/{difference}/settle", "Settle a difference", account, o.settle),
		web.Operation("GET /api/v1/payments/odd", "Money that came over the gateway and does not fit", account, o.odd),
		web.Operation("POST /api/v1/payments/odd/{report}/settle", "Say how it was settled", account, o.settleOdd),
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

// PaymentClosing is the end of a cashier's day.
type PaymentClosing struct {
	ID         string `json:"id"`
	Day        string `json:"day"`
	Cashier    string `json:"cashier" doc:"account"`
	Expected   int64  `json:"expected" doc:"đồng"`
	Counted    int64  `json:"counted" doc:"đồng"`
	Difference string `json:"difference" enum:"none,over,short,error"`
	Reason     string `json:"reason,omitempty"`
	State      string `json:"state" enum:"counted,confirmed,returned"`
}

func (o operations) closings(ctx context.Context, in *pageIn) (*listOut[PaymentClosing], error) {
	all, next, err := o.svc.ListClosings(ctx, identity.From(ctx), in.After)
	return listed(all, next, func(c core.Closing) PaymentClosing {
		return PaymentClosing{c.ID, c.Day, c.Cashier, c.Expected, c.Counted, c.Difference, c.Reason, c.State}
	}), err
}

type closeIn struct {
	Body struct {
		Expected int64  `json:"expected" doc:"đồng, as the cashier reckons"`
		Counted  int64  `json:"counted" doc:"đồng"`
		Kind     string `json:"kind,omitempty" maxLength:"20" doc:"of the difference: over, short, error"`
		Reason   string `json:"reason,omitempty" maxLength:"2000"`
	}
}

func (o operations) close(ctx context.Context, in *closeIn) (*madeOut, error) {
	b := in.Body
	return made(o.svc.Close(ctx, identity.From(ctx), core.Count{Expected: b.Expected, Counted: b.Counted, Kind: b.Kind, Reason: b.Reason}))
}

type confirmIn struct {
	Closing string `path:"closing" maxLength:"100"`
	Body    struct {
		Confirm bool   `json:"confirm"`
		Note    string `json:"note,omitempty" maxLength:"2000"`
	}
}

func (o operations) confirm(ctx context.Context, in *confirmIn) (*nothing, error) {
	return nil, o.svc.DecideClosing(ctx, identity.From(ctx), in.Closing, in.Body.Confirm, in.Body.Note)
}

// PaymentPayee is to whom money of a unit goes.
type PaymentPayee struct {
	Version int    `json:"version" doc:"as it was read; 0: there is none yet"`
	Bank    string `json:"bank" maxLength:"100" doc:"6 digits; empty: money is taken at the counter only"`
	Account string `json:"account" maxLength:"100"`
	Holder  string `json:"holder" maxLength:"800"`
	Form    string `json:"form" maxLength:"100" doc:"of receipts; empty: none are made"`
	Series  string `json:"series" maxLength:"100"`
	Source  string `json:"source" maxLength:"800" doc:"by which decision"`
}

type payeeOut struct{ Body PaymentPayee }

func (o operations) payee(ctx context.Context, _ *struct{}) (*payeeOut, error) {
	p, err := o.svc.GetPayee(ctx, identity.From(ctx))
	return &payeeOut{PaymentPayee{p.Version, p.Bank, p.Account, p.Holder, p.Form, p.Series, p.Source}}, err
}

type payeeIn struct{ Body PaymentPayee }

func (o operations) setPayee(ctx context.Context, in *payeeIn) (*nothing, error) {
	b := in.Body
	return nil, o.svc.SetPayee(ctx, identity.From(ctx), core.Payee{Version: b.Version, Bank: b.Bank, Account: b.Account, Holder: b.Holder, Form: b.Form, Series: b.Series, Source: b.Source})
}

// PaymentStatement is a statement of a bank that was read.
type PaymentStatement struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Lines   int     `json:"lines"`
	Matched int     `json:"matched" doc:"lines that fit"`
	Total   int64   `json:"total" doc:"đồng"`
	ReadAt  db.Time `json:"read_at"`
}

func statementOf(s core.Statement) PaymentStatement {
	return PaymentStatement{s.ID, s.Name, s.Lines, s.Matched, s.Total, s.At}
}

func (o operations) statements(ctx context.Context, in *pageIn) (*listOut[PaymentStatement], error) {
	all, next, err := o.svc.ListStatements(ctx, identity.From(ctx), in.After)
	return listed(all, next, statementOf), err
}

type reconcileIn struct {
	Body struct {
		Name    string `json:"name" maxLength:"400"`
		Content string `json:"content" maxLength:"900000" doc:"the file as text; a larger one is sent by the page"`
	}
}

func (o operations) reconcile(ctx context.Context, in *reconcileIn) (*madeOut, error) {
	return made(o.svc.Reconcile(ctx, identity.From(ctx), in.Body.Name, strings.NewReader(in.Body.Content)))
}

type differenceBody struct {
	ID     string `json:"id"`
	Line   int    `json:"line" doc:"of the statement; 0: it is on our side alone"`
	Kind   string `json:"kind" enum:"unknown,other_amount,twice,ended,missing"`
	Amount int64  `json:"amount" doc:"đồng"`
	Text   string `json:"text" doc:"of the transfer"`
	Order  string `json:"order,omitempty"`
	Open   bool   `json:"open"`
	Action string `json:"action,omitempty" doc:"booked, returned, explained"`
	Note   string `json:"note,omitempty"`
}

type statementIn struct {
	Statement string `path:"statement" maxLength:"100"`
	After     string `query:"after" maxLength:"100"`
}

type statementOut struct {
	Body struct {
		PaymentStatement

		Open        int              `json:"open" doc:"differences that nobody has settled"`
		Differences []differenceBody `json:"differences"`
		Next        string           `json:"next,omitempty"`
	}
}

func (o operations) statement(ctx context.Context, in *statementIn) (*statementOut, error) {
	sh, err := o.svc.GetStatement(ctx, identity.From(ctx), in.Statement, in.After)
	if err != nil {
		return nil, err
	}
	out := &statementOut{}
	out.Body.PaymentStatement, out.Body.Open, out.Body.Differences, out.Body.Next = statementOf(sh.Statement), sh.Open, []differenceBody{}, sh.Next
	for _, d := range sh.Differences {
		out.Body.Differences = append(out.Body.Differences, differenceBody{d.ID, d.Line, d.Kind, d.Amount, d.Said, d.Order, d.Open, d.Action, d.Note})
	}
	return out, nil
}

type settleIn struct {
	Difference string `path:"difference" maxLength:"100"`
	Body       struct {
		Action string `json:"action" maxLength:"20" doc:"booked, returned, explained"`
		Order  string `json:"order,omitempty" maxLength:"100" doc:"code of the order that the money is for"`
		Note   string `json:"note,omitempty" maxLength:"2000"`
	}
}

func (o operations) settle(ctx context.Context, in *settleIn) (*nothing, error) {
	return nil, o.svc.Settle(ctx, identity.From(ctx), in.Difference, core.Settling(in.Body))
}

// PaymentOdd is money that came and does not fit.
type PaymentOdd struct {
	ID      string  `json:"id"`
	Try     string  `json:"reference" doc:"as the gateway has named it"`
	Order   string  `json:"order,omitempty"`
	Amount  int64   `json:"amount" doc:"đồng"`
	Outcome string  `json:"outcome" enum:"other_amount,twice,ended,unknown"`
	At      db.Time `json:"at"`
}

func (o operations) odd(ctx context.Context, in *pageIn) (*listOut[PaymentOdd], error) {
	all, next, err := o.svc.ListOdd(ctx, identity.From(ctx), in.After)
	return listed(all, next, func(r core.Report) PaymentOdd {
		return PaymentOdd{r.ID, r.Try, r.Order, r.Amount, r.Outcome, r.At}
	}), err
}

type oddIn struct {
	Report string `path:"report" maxLength:"100"`
	Body   struct {
		Note string `json:"note" maxLength:"2000"`
	}
}

func (o operations) settleOdd(ctx context.Context, in *oddIn) (*nothing, error) {
	return nil, o.svc.SettleOdd(ctx, identity.From(ctx), in.Report, in.Body.Note)
}
