// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

// TransferState is how far a dossier has come that goes to the unit which is to
// decide it.
type TransferState string

// The states of a transfer.
const (
	TransferOpen     TransferState = "open"     // the other unit has not received it
	TransferAccepted TransferState = "accepted" // it is theirs
	TransferReturned TransferState = "returned" // they sent it back, with the words why
	TransferDropped  TransferState = "dropped"  // whoever sent it has taken it back
)
