// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"context"
	"io"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/db"
)

// Exported is what is kept about one person in one dossier or draft. Of another
// person in it nothing is said but by what right one acts for the other.
type Exported struct {
	ID     ID
	Draft  bool
	Code   string // or the reference; of a draft none
	Name   i18n.Text
	Status Status // zero of a draft
	Role   string // owner, submitter, self
	At     db.Time
	Facts  []ExportedFact // what was said about the person, and answered
}

// ExportedFact is one of them.
type ExportedFact struct {
	Label i18n.Text
	Value string
}

// Bound is a dossier whose papers may not be deleted on request.
type Bound struct {
	Code  string
	Kept  Kept     // by which rule; empty while somebody works on it
	Began db.Time  // when the time of the rule began
	Holds []string // reasons of the holds in force
}

// Subject hands over and deletes what is kept about one person. Who may ask is
// the caller's to decide.
type Subject interface {
	// ExportPerson hands over records and then files, one after the other.
	ExportPerson(ctx context.Context, person string, record func(Exported) error, file func(name string, content io.Reader) error) error
	// ListBound lists at most limit dossiers of a person.
	ListBound(ctx context.Context, q db.Querier, person string, limit int) ([]Bound, error)
	// ForgetPerson deletes what was never sent, in the caller's transaction, and
	// says how many drafts. A draft that is held stays.
	ForgetPerson(ctx context.Context, tx *db.Tx, person string) (forgotten int, err error)
}
