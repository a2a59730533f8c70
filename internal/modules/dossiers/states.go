// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import "slices"

// Change is one way from a status to another. What is not listed does not happen:
// the store refuses to write it.
type Change struct {
	From, To Status
	By       string // the use case, in internal/core
}

// Changes are the ways of the business status. No way leads to Finished but the
// issuing of a document that was signed, and that a dossier is late closes none.
func Changes() []Change {
	return []Change{
		{Submitted, Accepted, "Accept"},
		{Submitted, Refused, "Refuse"},
		{Submitted, Supplement, "AskSupplement"},
		{Submitted, Withdrawn, "Withdraw"},
		{Accepted, Processing, "Claim, Finish, SaveResultDraft, Consult"},
		{Accepted, Supplement, "AskSupplement"},
		{Accepted, Paying, "DemandPayment"},
		{Accepted, Withdrawn, "Withdraw"},
		{Accepted, Stopped, "DecideMotion"},
		{Accepted, Paying, "FollowFinance"},
		{Processing, Accepted, "ReceiveTransfer"},
		{Processing, Supplement, "AskSupplement"},
		{Processing, Paying, "DemandPayment"},
		{Processing, Withdrawn, "Withdraw"},
		{Processing, Stopped, "DecideMotion"},
		{Processing, Finished, "Issue"},
		{Processing, Paying, "FollowFinance"},
		{Paying, Accepted, "FollowFinance"},
		{Paying, Processing, "FollowFinance"},
		{Paying, Withdrawn, "Withdraw"},
		{Paying, Stopped, "DecideMotion"},
		{Supplement, Submitted, "SupplyMissing"},
		{Supplement, Accepted, "SupplyMissing"},
		{Supplement, Processing, "SupplyMissing"},
		{Supplement, Refused, "Refuse"},
		{Supplement, Withdrawn, "Withdraw"},
		{Supplement, Stopped, "DecideMotion"},
		{Paying, Processing, "ShowPayment"},
		{Paying, Withdrawn, "Withdraw"},
		{Paying, Stopped, "DecideMotion"},
		{Finished, Delivered, "Deliver"},
	}
}

// MayBecome reports whether a dossier of one status can have the other next.
func (s Status) MayBecome(to Status) bool {
	return slices.ContainsFunc(Changes(), func(c Change) bool { return c.From == s && c.To == to })
}

// Machine is one of the three that go beside the business status.
type Machine string

// The machines.
const (
	Finance  Machine = "finance"
	Delivery Machine = "delivery"
	Sync     Machine = "sync"
)

// Move is one way of such a machine.
type Move struct {
	Machine  Machine
	From, To Progress
	By       string // the use case, in internal/core
}

// Moves are their ways. Synchronisation has none yet: it stays None.
func Moves() []Move {
	return []Move{
		{Finance, None, Waiting, "FollowFinance"},
		{Finance, Waiting, None, "FollowFinance"},
		{Finance, Waiting, Paid, "FollowFinance"},
		{Finance, Paid, Waiting, "FollowFinance"},
		{Finance, Paid, Refunding, "FollowFinance"},
		{Finance, Refunding, Paid, "FollowFinance"},
		{Finance, Refunding, Refunded, "FollowFinance"},
		{Finance, Refunded, Waiting, "FollowFinance"},
		{Delivery, None, Done, "Deliver"},
		{Delivery, None, Posted, "Hand"},
		{Delivery, Posted, None, "CameBack"},
		{Delivery, Posted, Done, "Arrived"},
	}
}

// MayMove reports whether a machine can go from one state to the other.
func (m Machine) MayMove(from, to Progress) bool {
	return slices.ContainsFunc(Moves(), func(v Move) bool { return v.Machine == m && v.From == from && v.To == to })
}
