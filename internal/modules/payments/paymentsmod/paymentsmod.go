// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package paymentsmod wires fees and charges. Only internal/app imports it; it
// holds no rules.
package paymentsmod

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/module"
	"tinhso.vn/internal/kernel/payments/gateway"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/api"
	"tinhso.vn/internal/modules/payments/internal/core"
	"tinhso.vn/internal/modules/payments/internal/site"
	"tinhso.vn/internal/modules/payments/internal/store"
	"tinhso.vn/internal/modules/payments/locales"
	"tinhso.vn/internal/platform/db"
)

// Deps is everything the module needs, by name and without defaults.
type Deps = core.Deps

// Tax is where the tax authority takes receipts.
type Tax = core.Tax

// Gateway is a platform on which people pay.
type Gateway = gateway.Gateway

// Said is what a platform is told.
type Said = gateway.Said

// The operations of a platform, and its answer to who asks for what it does not know.
const (
	OpBegin = gateway.OpBegin
	OpLook  = gateway.OpLook
	OpCall  = gateway.OpCall
)

// PermAccount is held by who keeps the books of a unit.
const PermAccount = payments.PermAccount

// ErrUnknownPayment means that the platform knows no such payment.
var ErrUnknownPayment = gateway.ErrUnknown

// Payee is to whom money of a unit goes.
type Payee = core.Payee

// Ask is a payment that begins.
type Ask = gateway.Ask

// Options is how a platform is reached.
type Options = gateway.Options

// NewGateway returns a platform, or what is wrong with its options.
func NewGateway(o Options) (Gateway, error) { return gateway.New(o) }

// Order is what somebody is to pay.
type Order = core.Order

// Receipt is a receipt.
type Receipt = core.Receipt

// Pointer is an order that points to a person, and by what.
type Pointer = payments.Pointer

// ReceiptNumber writes the number of a receipt.
func ReceiptNumber(r Receipt) string { return core.ReceiptNumber(r) }

// Offers is what the program uses of payments.
type Offers interface {
	payments.Notices
	payments.Scoring
	// Pointers and Repoint give orders to another person, when two are found to be one.
	Pointers(ctx context.Context, q db.Querier, person string) ([]Pointer, error)
	Repoint(ctx context.Context, tx *db.Tx, p Pointer, from, to string) (bool, error)
	// ExportPerson hands over what somebody had to pay, for who may ask: the caller decides.
	ExportPerson(ctx context.Context, person string, each func(Order, *Receipt) error) error
	// GetPayee and SetPayee state to whom money of the actor's unit goes.
	GetPayee(ctx context.Context, actor identity.Actor) (Payee, error)
	SetPayee(ctx context.Context, actor identity.Actor, in Payee) error
}

// New returns the module and what it offers.
func New(d Deps) (module.Module, Offers) {
	svc := core.New(d)
	return module.Module{
		Name: "payments", Migrations: store.Migrations(), Permissions: payments.Permissions(), AuditEvents: payments.AuditEvents(),
		Routes: slices.Concat(site.Routes(svc), api.Routes(svc)), Menu: site.Menu(), Locales: locales.Files, Sealed: store.Sealed(),
		Jobs: map[jobs.Kind]jobs.Handler{
			core.JobOrder: svc.MakeOrder, core.JobEnded: svc.FollowEnd, core.JobFollow: svc.Follow, core.JobReceipt: svc.MakeReceipt, core.JobBegin: svc.BeginTry, core.JobAsk: svc.AskTry,
			core.JobShare: svc.ShareJob,
		},
		Consumes: map[events.Name]jobs.Kind{dossiers.EventAcceptedV1: core.JobOrder, dossiers.EventEndedV1: core.JobEnded, payments.EventMovedV1: core.JobFollow},
	}, svc
}
