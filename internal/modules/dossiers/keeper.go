// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/db"
)

// Kept is a kind of things that are kept for a time.
type Kept string

// The kinds. Results that were issued are none of them: they stay.
const (
	KeptDrafts    Kept = "draft"           // never sent, since they were saved
	KeptClosed    Kept = "closed_files"    // papers of dossiers refused, withdrawn or stopped, since then
	KeptDelivered Kept = "delivered_files" // papers of dossiers whose result was delivered, since then
)

// Due is how much is past its time.
type Due struct {
	Count  int     // drafts, or dossiers that keep papers
	Bytes  int64   // of their files
	Held   int     // of Count: somebody has put a legal hold
	Oldest db.Time // when its time began; zero where there is none
}

// DueDossier is a dossier whose papers are past their time. It names nobody.
type DueDossier struct {
	ID    ID
	Code  string // code, or the reference where there is none
	Name  i18n.Text
	Ended db.Time
	Files int
	Bytes int64
	Holds []string // why it stays: the reasons of the holds in force
}

// Erasure is a run of a rule: it erases what ended before a moment.
type Erasure struct {
	Run    string
	Kept   Kept
	Before db.Time
	After  string // next of the batch before; empty at the beginning
}

// Erased is what a run has erased so far.
type Erased struct {
	Dossiers, Files int
	Bytes           int64
}

// Keeper knows what is past its time, and erases it. Who may ask is the caller's
// to decide.
type Keeper interface {
	// CountDue counts what ended before a moment.
	CountDue(ctx context.Context, k Kept, before db.Time) (Due, error)
	// ListDue returns at most limit dossiers, the oldest first; next is given
	// back to go on, and empty at the end.
	ListDue(ctx context.Context, k Kept, before db.Time, after string, limit int) (found []DueDossier, next string, err error)
	// EraseDue erases the papers of at most limit dossiers, each in its own
	// transaction with its record in the log. One that is held is stepped over.
	// It may run again: what is erased is not erased twice. next is empty at the end.
	EraseDue(ctx context.Context, e Erasure, limit int) (next string, held int, err error)
	// CountErased says what a run has erased.
	CountErased(ctx context.Context, run string) (Erased, error)
	// ForgetDrafts forgets at most limit drafts that were saved last before a
	// moment, with their files, and says how many; next as above.
	ForgetDrafts(ctx context.Context, before db.Time, after string, limit int) (forgotten int, next string, err error)
}
