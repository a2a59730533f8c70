// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package payments is what other modules may know of fees and charges (phí, lệ
// phí) that people pay for dossiers: rights, states, events, errors. The work is
// done in internal/core. No number of a card ever comes here: people pay at a
// counter, from their bank, or on the page of a gateway.
package payments

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// What actors can be allowed to do.
const (
	PermOwn     identity.Permission = "payments.own"     // see and pay what is one's own to pay
	PermCollect identity.Permission = "payments.collect" // take money at a counter, close the day, ask for refunds
	PermAccount identity.Permission = "payments.account" // confirm closings, decide refunds, reduce, cancel, reconcile
)

// Permissions lists them all.
func Permissions() []identity.Permission {
	return []identity.Permission{PermOwn, PermCollect, PermAccount}
}

// What is written in the audit log. The subject is the order, unless it says otherwise.
const (
	AuditOrdered    audit.Event = "payments.ordered"
	AuditReduced    audit.Event = "payments.reduced"
	AuditCancelled  audit.Event = "payments.cancelled"
	AuditLooked     audit.Event = "payments.looked"
	AuditBegun      audit.Event = "payments.gateway_begun"
	AuditReported   audit.Event = "payments.reported"      // money came: "ORDER outcome"
	AuditSettled    audit.Event = "payments.settled"       // what came and did not fit was settled; the subject is the report, or the difference
	AuditClaimed    audit.Event = "payments.money_claimed" // money of nobody; the report
	AuditTaken      audit.Event = "payments.cash_taken"
	AuditUndone     audit.Event = "payments.cash_undone"
	AuditClosed     audit.Event = "payments.day_closed"    // the closing
	AuditConfirmed  audit.Event = "payments.day_confirmed" // the closing
	AuditReturned   audit.Event = "payments.day_returned"  // the closing
	AuditReceipt    audit.Event = "payments.receipt_issued"
	AuditRevoked    audit.Event = "payments.receipt_cancelled"
	AuditReplaced   audit.Event = "payments.receipt_replaced"
	AuditRefund     audit.Event = "payments.refund_asked"
	AuditApproved   audit.Event = "payments.refund_approved"
	AuditDeclined   audit.Event = "payments.refund_declined"
	AuditRefunded   audit.Event = "payments.refund_done"
	AuditPayee      audit.Event = "payments.payee_changed"        // the unit
	AuditReconciled audit.Event = "payments.statement_reconciled" // the statement
	AuditExported   audit.Event = "payments.exported"
	AuditTaxTaken   audit.Event = "payments.tax_taken"   // the tax authority has taken a receipt, or its end
	AuditTaxRefused audit.Event = "payments.tax_refused" // or has not
	AuditTaxAgain   audit.Event = "payments.tax_told_again"
	AuditShared     audit.Event = "payments.shared" // what was taken was shared out: "UNIT DAY"
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{
		AuditOrdered, AuditReduced, AuditCancelled, AuditLooked, AuditBegun, AuditReported, AuditSettled, AuditClaimed, AuditTaken, AuditUndone, AuditClosed, AuditConfirmed, AuditReturned,
		AuditReceipt, AuditRevoked, AuditReplaced, AuditRefund, AuditApproved, AuditDeclined, AuditRefunded, AuditPayee, AuditReconciled, AuditExported,
		AuditTaxTaken, AuditTaxRefused, AuditTaxAgain, AuditShared,
	}
}

// TaxPartner is how the tax authority is called among the connections.
const TaxPartner = "co-quan-thue"

// EventMovedV1 is announced when an order changes its state, with a Moved.
const EventMovedV1 events.Name = "payments.moved.v1"

// Moved is the body of EventMovedV1. Where the order stands is asked, not told:
// events may come late, twice and in another order.
type Moved struct {
	Order   string      `json:"order"`
	Dossier dossiers.ID `json:"dossier"`
}

// State is where an order stands.
type State string

// The states of an order.
const (
	Waiting   State = "waiting"
	Paid      State = "paid"
	Cancelled State = "cancelled"
	Refunding State = "refunding"
	Refunded  State = "refunded"
)

// Change is one way from a state to another; what is not listed does not happen.
type Change struct {
	From, To State
	By       string // the use case, in internal/core
}

// Changes are the ways of an order.
func Changes() []Change {
	return []Change{
		{Waiting, Paid, "Take, settle"},
		{Waiting, Cancelled, "Cancel, Reduce"},
		{Paid, Waiting, "Undo"}, // cash that is still in the drawer
		{Paid, Refunding, "AskRefund"},
		{Refunding, Paid, "DecideRefund, FinishRefund"}, // declined, or a part went back
		{Refunding, Refunded, "FinishRefund"},
	}
}

// MayBecome reports whether an order of one state can have the other next.
func (s State) MayBecome(to State) bool {
	return slices.ContainsFunc(Changes(), func(c Change) bool { return c.From == s && c.To == to })
}

// The ways in which money comes.
const (
	WayCash     = "cash"
	WayTransfer = "transfer"
	WayGateway  = "gateway"
	WayPortal   = "portal" // paid on another portal, which tells us
)

// Notice is what is to be paid for a dossier, for systems outside: no persons.
type Notice struct {
	Code   string
	Name   i18n.Text // of the procedure
	Amount int64
	State  State
	Way    string
	Made   db.Time
	Paid   db.Time // zero: it is not
}

// Outside is money of which a system outside says that it came. Who may say so is
// the caller's to decide.
type Outside struct {
	Source, ID string // who says it, and by what it knows it again
	Order      string // code
	Dossier    dossiers.ID
	Amount     int64
}

// Notices tells adapters what is to be paid, and takes what was paid outside.
type Notices interface {
	// NoticesOf returns the orders of a dossier, the last one first.
	NoticesOf(ctx context.Context, q db.Querier, id dossiers.ID) ([]Notice, error)
	// TakeOutside takes news of money; the same source and id again change nothing. It
	// returns the outcome: paid, again, other_amount, twice, ended, unknown.
	TakeOutside(ctx context.Context, actor identity.Actor, o Outside) (outcome string, err error)
}

// Pointer is an order that points to a person, and by what.
type Pointer struct{ Kind, ID string }

// What can go wrong.
var (
	ErrNotFound   = errs.New(errs.NotFound, "payments.not_found")
	ErrNoUnit     = errs.New(errs.Forbidden, "payments.no_unit")
	ErrPaid       = errs.New(errs.Conflict, "payments.already_paid")
	ErrOver       = errs.New(errs.Conflict, "payments.over")        // the order is cancelled, or its money goes back
	ErrNotPaid    = errs.New(errs.Conflict, "payments.not_paid")    // nothing was paid yet
	ErrNoDossier  = errs.New(errs.Invalid, "payments.no_dossier")   // no accepted dossier has this code
	ErrFree       = errs.New(errs.Conflict, "payments.free")        // the rules ask for nothing
	ErrOrdered    = errs.New(errs.Conflict, "payments.ordered")     // something is to be paid for the dossier already
	ErrDrawer     = errs.New(errs.Conflict, "payments.drawer")      // the cash is counted, or in the drawer of another
	ErrEmpty      = errs.New(errs.Conflict, "payments.empty")       // nothing is in the drawer
	ErrSame       = errs.New(errs.Conflict, "payments.same_person") // a second person decides
	ErrDecided    = errs.New(errs.Conflict, "payments.decided")
	ErrNoForm     = errs.New(errs.Conflict, "payments.no_form") // the unit has no form of receipts yet
	ErrNoReceipt  = errs.New(errs.NotFound, "payments.no_receipt")
	ErrUnready    = errs.New(errs.Conflict, "payments.receipt_unready")
	ErrNoGateway  = errs.New(errs.Conflict, "payments.no_gateway")
	ErrForged     = errs.New(errs.NotFound, "payments.forged") // a call that the gateway has not signed; the door is not there
	ErrStatement  = errs.New(errs.Invalid, "payments.statement")
	ErrAmountLine = errs.New(errs.Invalid, "payments.statement_amount") // with line and said
	ErrBookLine   = errs.New(errs.Invalid, "payments.statement_line")   // with line: of MT940
	ErrLongLines  = errs.New(errs.Invalid, "payments.statement_long")   // with most
	ErrReconciled = errs.New(errs.Conflict, "payments.reconciled")      // this file was read already
	ErrChanged    = errs.New(errs.Conflict, "payments.changed")         // somebody else has changed it
	ErrNoTax      = errs.New(errs.Conflict, "payments.no_tax")          // receipts are not sent to the tax authority here
)
