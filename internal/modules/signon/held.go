// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signon

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
)

// Known is another provider by which an account is known.
type Known struct {
	Source     string
	Made, Last db.Time
}

// Archive hands over what is kept about somebody, for the person's own eyes. Who
// calls decides who may ask.
type Archive interface {
	// Agreements returns what the actor has agreed to give clients, after the given one.
	Agreements(ctx context.Context, actor identity.Actor, after string) (found []Agreement, next string, err error)
	// Known returns the other providers by which an account is known.
	Known(ctx context.Context, account string) ([]Known, error)
	// Said returns the names that other providers have said of a person.
	Said(ctx context.Context, person string) ([]Difference, error)
}
