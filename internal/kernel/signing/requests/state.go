// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package requests

import "slices"

// State is where a request stands.
type State string

// The states of a request. Sent means that the provider may have heard of it;
// Waiting that it has.
const (
	Created   State = "created"
	Sent      State = "sent"
	Waiting   State = "waiting"
	Approved  State = "approved"
	Refused   State = "refused"
	Expired   State = "expired"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// ItemState is where one document of a request stands.
type ItemState string

// The states of a document.
const (
	ItemWaiting   ItemState = "waiting"
	ItemSigned    ItemState = "signed"
	ItemRefused   ItemState = "refused"
	ItemExpired   ItemState = "expired"
	ItemFailed    ItemState = "failed"
	ItemCancelled ItemState = "cancelled"
)

// Open reports whether an answer is still used.
func (s State) Open() bool { return s == Created || s == Sent || s == Waiting }

// may reports whether a request in state s can go to state to. What has ended
// stays as it ended.
func (s State) may(to State) bool {
	var next []State
	switch s {
	case Created:
		next = []State{Sent, Expired, Failed, Cancelled}
	case Sent:
		next = []State{Waiting, Approved, Refused, Expired, Failed, Cancelled}
	case Waiting:
		next = []State{Approved, Refused, Expired, Failed, Cancelled}
	case Approved, Refused, Expired, Failed, Cancelled:
	}
	return slices.Contains(next, to)
}

// items is what becomes of the documents that still wait when a request ends.
func (s State) items() ItemState {
	switch s {
	case Refused:
		return ItemRefused
	case Expired:
		return ItemExpired
	case Cancelled:
		return ItemCancelled
	case Created, Sent, Waiting, Approved, Failed:
	}
	return ItemFailed
}
