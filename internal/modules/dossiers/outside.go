// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"context"
	"log/slog"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// Line is a line of the public timeline of a dossier.
type Line struct {
	ID     string // later lines have greater ones
	At     db.Time
	Kind   string // submitted, accepted, working, step, supplement, issued, delivered, …
	Status Status // after it
	Step   i18n.Text
	Unit   orgs.ID
}

// Named is a person or an organisation of a dossier, for systems outside: personal data.
type Named struct {
	Kind                       identity.PersonKind
	Name, Number, Phone, Email string
	Address, Born, Sex         string
	Verified                   bool // they had signed in
}

// LogValue keeps the person out of logs.
func (Named) LogValue() slog.Value { return slog.StringValue("[named]") }

// SentPaper is a paper of a dossier as systems outside are told of it.
type SentPaper struct {
	ID, Paper, Name string
	Vault           bool // taken from the vault
	File            bool // it is a file, not only sheets
}

// SentSupplement is a demand for what is missing, without its words: they may name people.
type SentSupplement struct {
	ID             string
	Asked, Ended   db.Time // Ended is zero while it is waited for
	OldDue, NewDue db.Time
}

// Record is what systems outside are told of a dossier.
type Record struct {
	Summary
	ProcedureCode       string // national; empty: none is known
	Field               i18n.Text
	Owner, Submitter    Named // Submitter is zero where the owner submits
	Reason              string
	Finished, Delivered db.Time
	DeliveryMode        string // paper, electronic
	Papers              []SentPaper
	Supplements         []SentSupplement
	Result, ResultFile  string // number and file of what was issued; empty: nothing was
}

// Outward tells adapters about dossiers. Who may be told, and that they were, is the
// caller's to decide and to record.
type Outward interface {
	// Timeline returns the public lines of a dossier after one, the oldest first.
	Timeline(ctx context.Context, q db.Querier, id ID, after string) ([]Line, error)
	// RecordOf returns a dossier; ErrNotFound where there is none.
	RecordOf(ctx context.Context, q db.Querier, id ID) (Record, error)
	// ListAccepted returns at most limit dossiers with a code that were accepted in a
	// period, after an id.
	ListAccepted(ctx context.Context, q db.Querier, from, to db.Time, after ID, limit int) ([]Summary, error)
}

// ArrivedFile is a file that came with a dossier from outside. Nothing about it is believed.
type ArrivedFile struct {
	Paper, Name string
	Content     []byte
}

// Arrived is a dossier that a system outside brings.
type Arrived struct {
	Key       string // of the dossier there: brought twice, it is one dossier
	Procedure procedures.ID
	Case      string
	Unit      orgs.ID // that shall receive it
	Basis     Basis
	BasisNote string
	Owner     Named
	Submitter Named
	Answers   []byte // JSON of the form
	Files     []ArrivedFile
}

// Inward takes dossiers that systems outside bring. Who may bring one is the caller's to decide.
type Inward interface {
	// TakeArrived makes a dossier of what came, filed online, as if its submitter had
	// filed it here: the same rules for answers, papers and files. Input that makes no
	// sense is refused with every problem of it. The same key again is the same dossier.
	TakeArrived(ctx context.Context, actor identity.Actor, in Arrived) (id ID, reference string, err error)
}
