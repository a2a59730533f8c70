// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package persons

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// The kinds of what is kept about somebody here.
const (
	HeldRight     = "right"     // to act for another, or of another to act for oneself
	HeldHousehold = "household" // being a member
	HeldClaim     = "claim"     // a number with which two came
)

// Held is one thing that is kept about a person, for the person's own eyes. Of
// others it has names alone.
type Held struct {
	Kind    string
	ID      string
	Role    string // agent, represented; the relation in a household; holder, claimant
	Other   string // the name of the other party of a right
	Basis   Basis  // of a right
	Reason  string // of a guardianship: minor, incapacity
	Paper   string // number of the paper of a right
	State   string // of a right or a claim
	Address string // of a household
	Since   db.Time
	Until   db.Time // zero: no end is known
}

// Archive hands over what is kept about somebody.
type Archive interface {
	// ExportPerson calls each for every thing. Who calls decides who may ask.
	ExportPerson(ctx context.Context, person string, each func(Held) error) error
}
