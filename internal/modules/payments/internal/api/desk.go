// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/payments/internal/core"
	"tinhso.vn/internal/platform/db"
)

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
	return listed(all, next, closingOf), err
}

// PaymentTaking is cash that was taken.
type PaymentTaking struct {
	Order  string  `json:"order"`
	At     db.Time `json:"at"`
	Amount int64   `json:"amount" doc:"đồng"`
	Undone string  `json:"undone,omitempty" doc:"why it was given back"`
}

func takings(all []core.Taking) []PaymentTaking {
	out := make([]PaymentTaking, len(all))
	for i, t := range all {
		out[i] = PaymentTaking{t.Order, t.At, t.Amount, t.Why}
	}
	return out
}

type drawerOut struct {
	Body struct {
		Expected int64           `json:"expected" doc:"đồng"`
		Takings  []PaymentTaking `json:"takings"`
	}
}

func (o operations) drawer(ctx context.Context, _ *struct{}) (*drawerOut, error) {
	d, err := o.svc.OpenDrawer(ctx, identity.From(ctx))
	out := &drawerOut{}
	out.Body.Expected, out.Body.Takings = d.Expected, takings(d.Takings)
	return out, err
}

type closingIn struct {
	Closing string `path:"closing" maxLength:"100"`
}

// PaymentGap is one reason why a drawer held another sum than it should.
type PaymentGap struct {
	Direction string `json:"direction" maxLength:"20" doc:"over, short"`
	Cause     string `json:"cause" maxLength:"20" doc:"change, entry, unfit, later, unclear"`
	Amount    int64  `json:"amount" doc:"đồng, more than 0"`
	Reason    string `json:"reason" maxLength:"2000"`
}

type closingOut struct {
	Body struct {
		PaymentClosing

		Differences []PaymentGap    `json:"differences"`
		Takings     []PaymentTaking `json:"takings"`
	}
}

func closingOf(c core.Closing) PaymentClosing {
	return PaymentClosing{c.ID, c.Day, c.Cashier, c.Expected, c.Counted, c.Difference, c.Reason, c.State}
}

func (o operations) closing(ctx context.Context, in *closingIn) (*closingOut, error) {
	d, err := o.svc.GetClosing(ctx, identity.From(ctx), in.Closing)
	out := &closingOut{}
	out.Body.PaymentClosing, out.Body.Takings, out.Body.Differences = closingOf(d.Closing), takings(d.All), []PaymentGap{}
	for _, g := range d.Gaps {
		out.Body.Differences = append(out.Body.Differences, PaymentGap(g))
	}
	return out, err
}

type closeIn struct {
	Body struct {
		Expected int64  `json:"expected" doc:"đồng, as the cashier reckons"`
		Counted  int64  `json:"counted" doc:"đồng"`
		Kind     string `json:"kind,omitempty" maxLength:"20" doc:"where all of it is one difference: over, short, error"`
		Reason   string `json:"reason,omitempty" maxLength:"2000"`

		Differences []PaymentGap `json:"differences,omitempty" maxItems:"10" doc:"each by itself; together they are counted less expected"`
	}
}

func (o operations) close(ctx context.Context, in *closeIn) (*madeOut, error) {
	b := in.Body
	c := core.Count{Expected: b.Expected, Counted: b.Counted, Kind: b.Kind, Reason: b.Reason}
	for _, g := range b.Differences {
		c.Gaps = append(c.Gaps, core.Gap(g))
	}
	return made(o.svc.Close(ctx, identity.From(ctx), c))
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
	Done    int     `json:"done" doc:"lines that were read"`
	Ended   bool    `json:"ended" doc:"false: it is being read, or was broken off; the same file again is read on"`
}

func statementOf(s core.Statement) PaymentStatement {
	return PaymentStatement{s.ID, s.Name, s.Lines, s.Matched, s.Total, s.At, s.Done, !s.Ended.IsZero()}
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
		Note  string `json:"note" maxLength:"2000"`
		Order string `json:"order,omitempty" maxLength:"100" doc:"code of the order that the money is for; empty: it is settled with words"`
	}
}

func (o operations) settleOdd(ctx context.Context, in *oddIn) (*nothing, error) {
	if in.Body.Order != "" {
		return nil, o.svc.Assign(ctx, identity.From(ctx), in.Report, in.Body.Order, in.Body.Note)
	}
	return nil, o.svc.SettleOdd(ctx, identity.From(ctx), in.Report, in.Body.Note)
}

type nobodysIn struct {
	Body struct {
		Reference string `json:"reference" maxLength:"400" doc:"number or text of the payment"`
		Amount    int64  `json:"amount" doc:"đồng"`
	}
}

func (o operations) nobodys(ctx context.Context, in *nobodysIn) (*madeOut, error) {
	return made(o.svc.FindNobodys(ctx, identity.From(ctx), in.Body.Reference, in.Body.Amount))
}
