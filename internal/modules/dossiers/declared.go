// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"context"
	"log/slog"

	"tinhso.vn/internal/platform/db"
)

// Said is one answer of a declaration: personal data.
type Said struct {
	Label string // of the question, in Vietnamese
	Value string // as it is kept: a word of a list, a day as YYYY-MM-DD; of what has parts, its words
	Words string // for people, in Vietnamese
}

// LogValue keeps the answer out of logs.
func (Said) LogValue() slog.Value { return slog.StringValue("[said]") }

// Declaration is what a dossier declares and what it ended with, for those who carry
// it on to systems outside or compare it with them: personal data.
type Declaration struct {
	Summary
	Owner            Named
	OwnerID, Bringer string          // persons
	Answers          map[string]Said // by key of the form; what is not asked is missing
	Number           string          // of the result that was issued and counts; empty: there is none
	IssuedAt         db.Time
	Result           map[string]string // what the officer wrote into it
	Revoked          bool              // it was issued once, and counts no more
}

// LogValue keeps the declaration out of logs.
func (d Declaration) LogValue() slog.Value { return slog.StringValue(string(d.ID)) }

// Declarer tells what was declared. Who may be told, and that they were, is the
// caller's to decide and to record.
type Declarer interface {
	// DeclarationOf returns what a dossier declares; ErrNotFound where there is none.
	DeclarationOf(ctx context.Context, q db.Querier, id ID) (Declaration, error)
}
