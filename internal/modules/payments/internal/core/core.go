// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the rules of fees and charges: one file per use case. It
// knows no HTTP, no SQL and no pages.
package core

import (
	"context"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/payments/gateway"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/fetch"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/text"
)

// The jobs.
const (
	JobOrder   jobs.Kind = "payments.order"   // a dossier was accepted
	JobEnded   jobs.Kind = "payments.ended"   // a dossier ended without a result
	JobFollow  jobs.Kind = "payments.follow"  // an order moved: the dossier follows
	JobReceipt jobs.Kind = "payments.receipt" // money came: a receipt is made
	JobBegin   jobs.Kind = "payments.begin"   // the gateway is told of a payment
	JobAsk     jobs.Kind = "payments.ask"     // the gateway is asked what became of one
	JobShare   jobs.Kind = "payments.share"   // a day was closed: what was taken is shared out
)

// Deps is everything the use cases need, by name.
type Deps struct {
	DB       *db.DB
	Keys     *crypt.Keys
	Files    *files.Store
	Dossiers dossiers.Biller
	Stands   access.Stands
	Gateway  gateway.Gateway // nil: nobody pays on the page of a gateway
	// Record writes a call of the gateway down, has it taken and answers the same call
	// again without; nil: calls are not written down.
	Record  func(ctx context.Context, key string, body []byte, take func(context.Context) (dossier, reference string, err error)) error
	Bank    string // address of the simulated bank of a demonstration; empty: none
	Seal    func(ctx context.Context, unit orgs.ID) (signing.Signer, error)
	Stamp   signing.Stamper // nil: signatures without time stamp
	Name    func(ctx context.Context, account string) string
	Cited   func(ctx context.Context, legal string) string // how people cite a document of kernel/law
	Fonts   pdf.Fonts
	Hub     *connectors.Hub // nil: nobody outside is told of receipts
	Tax     Tax
	Mark    string // printed on each receipt; papers.Simulated in a demonstration
	Address string // of this installation
}

// Service runs the use cases.
type Service struct {
	Deps
	store  store.Store
	client *fetch.Client
}

// New returns a service, and declares the tax authority to the hub.
func New(d Deps) *Service {
	s := &Service{Deps: d, store: store.New(d.Keys)}
	if s.TaxOn() {
		s.declareTax()
	}
	return s
}

// PageSize is how much a list shows.
const PageSize = 30

const (
	maxLine   = 200
	maxReason = 500
	maxDong   = 9_999_999_999 // of one order; more is a mistake of typing
)

type (
	// Order is what somebody is to pay.
	Order = store.Order
	// Line is what an order is for.
	Line = store.Line
	// Entry is what happened to an order.
	Entry = store.Entry
	// Receipt is a receipt.
	Receipt = store.Receipt
	// Refund is money that somebody wants back.
	Refund = store.Refund
	// Closing is the end of a cashier's day.
	Closing = store.Closing
	// Taking is cash that was taken.
	Taking = store.Taking
	// Report is news about money.
	Report = store.Report
	// Payee is to whom money of a unit goes.
	Payee = store.Payee
	// Try is a payment over a gateway.
	Try = store.Try
)

// The states that pages tell apart.
const (
	TryAsked   = store.TryAsked
	TryOpen    = store.TryOpen
	TryFailed  = store.TryFailed
	TryExpired = store.TryExpired

	ReceiptNumbered  = store.Numbered
	ReceiptIssued    = store.Issued
	ReceiptCancelled = store.Cancelled
	ReceiptReplaced  = store.Replaced

	RefundAsked    = store.RefundAsked
	RefundApproved = store.RefundApproved
)

// Program acts where no person does.
func program() identity.Actor { return identity.Actor{Account: "program:payments"} }

// own is the scope of a citizen: what is their own to pay, or of whom they act for.
func (s *Service) own(ctx context.Context, q db.Querier, actor identity.Actor, act access.Act) (access.Scope, error) {
	sc, err := access.Require(actor, payments.PermOwn)
	if err != nil || !actor.Acts() {
		return sc, err
	}
	rights, err := s.Stands.Standing(ctx, q, actor, act)
	return sc.For(rights...), err
}

// office is the scope of an official.
func office(actor identity.Actor) (access.Scope, error) {
	return access.RequireAny(actor, payments.PermCollect, payments.PermAccount)
}

// unitOf is the unit at which an official works.
func unitOf(actor identity.Actor) (string, error) {
	if actor.Unit == "" {
		return "", payments.ErrNoUnit
	}
	return actor.Unit, nil
}

func zoned(t time.Time) time.Time { return t.In(calendar.Zone()) }

// today is the day in Vietnam, YYYY-MM-DD.
func today(t db.Time) string { return zoned(t.Time).Format(time.DateOnly) }

func (s *Service) record(ctx context.Context, actor identity.Actor, e audit.Event, subject string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error { return audit.Record(ctx, tx, actor, e, subject) })
}

// asked collects what is wrong with an input.
type asked struct{ fields []errs.Field }

func (a *asked) add(name, code string) {
	a.fields = append(a.fields, errs.Field{Name: name, Code: code})
}

func (a *asked) err() error { return errs.BadInput(a.fields) }

// line checks a text of one line and returns it tidied.
func (a *asked) line(name, value string, most int, needed bool) string {
	value = text.Line(value)
	switch n := utf8.RuneCountInString(value); {
	case n == 0 && needed:
		a.add(name, "form.required")
	case n > most:
		a.fields = append(a.fields, errs.Field{Name: name, Code: "form.too_long", Args: map[string]any{"max": most, "over": n - most}})
	}
	return value
}

// amount checks a sum of money.
func (a *asked) amount(n int64) {
	if n <= 0 || n > maxDong {
		a.add("amount", "payments.bad_amount")
	}
}

// cut ends a list at its page.
func cut[T any](all []T, id func(T) string) (page []T, next string) {
	if len(all) > PageSize {
		all = all[:PageSize]
		next = id(all[PageSize-1])
	}
	return all, next
}
