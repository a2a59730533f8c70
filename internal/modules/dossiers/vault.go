// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"context"
	"io"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// Wanted is what a draft asks of the vault: papers of some types, of whom the
// dossier is for, for this procedure and for nothing else.
type Wanted struct {
	Dossier   ID // of the draft
	Procedure procedures.ID
	Owner     string // person
	Types     []string
	Unit      orgs.ID // that receives it
}

// Holding is a paper of the vault that may serve in a dossier: personal data.
type Holding struct {
	ID        string
	Type      string
	Name      i18n.Text // of the type
	Number    string
	Issuer    string
	Issued    string // YYYY-MM-DD
	Until     string // the last day, YYYY-MM-DD; empty: none is known
	Perpetual bool
	SHA256    string // of the file, hex
	FileName  string
	Why       error // *errs.Error why it cannot be used; nil: it can
}

// Vault keeps papers of people. Whoever asks has found the draft in scope before;
// what an official is shown is recorded by the vault before it is returned.
type Vault interface {
	// ListFor returns what the owner has of the types, the newest first.
	ListFor(ctx context.Context, actor identity.Actor, w Wanted) ([]Holding, error)
	// OpenFor opens a paper that can be used; the caller closes it.
	OpenFor(ctx context.Context, actor identity.Actor, w Wanted, holding string) (io.ReadCloser, Holding, error)
	// Use notes that a draft holds a copy of it; noted twice it is noted once.
	Use(ctx context.Context, tx *db.Tx, actor identity.Actor, w Wanted, paper, holding, sha string) error
	// Unuse takes the note back, unless the dossier was sent.
	Unuse(ctx context.Context, tx *db.Tx, dossier ID, paper, holding string) error
	// Check says why a paper that a draft holds cannot be sent any more; in a
	// transaction what it says holds until the end.
	Check(ctx context.Context, q db.Querier, w Wanted, holding, sha string) error
	// Confirm is Check for a dossier that is being sent, and records the use.
	Confirm(ctx context.Context, tx *db.Tx, actor identity.Actor, w Wanted, paper, holding, sha string) error
}

// IssuedResult is a document that was issued, for who keeps it for its owner.
type IssuedResult struct {
	Dossier   ID
	Code      string
	Owner     string // person
	Procedure procedures.ID
	Type      string            // of paper; empty: the procedure names none
	Name      i18n.Text         // of the result
	Number    string            // as it is written: "12/GXN-UBND"
	Subject   string            // trích yếu
	Fields    map[string]string // what the officer wrote
	Unit      orgs.ID           // that issued it
	Issuer    string
	Signer    string
	At        db.Time
	FileName  string
	SHA256    string // of the document, hex
	Replaces  string // SHA-256 of the one that was taken back for it, hex; empty: none was
}

// Incoming is the files that came with a dossier, for who puts one into the vault.
type Incoming struct {
	Dossier   ID
	Code      string
	Accepted  bool
	Owner     string // person
	OwnerName string // personal data
	Procedure procedures.Version
	Files     []IncomingFile
}

// IncomingFile is one of them.
type IncomingFile struct {
	ID     string
	Name   string
	Paper  procedures.Paper
	SHA256 string
	Vault  string // it was taken from there; empty: it was brought
}

// Sheaf opens documents of dossiers for the vault.
type Sheaf interface {
	// OpenIssued opens what was issued; false where nothing was. It is for the
	// program: nobody's reading is recorded. The caller closes it.
	OpenIssued(ctx context.Context, id ID) (IssuedResult, io.ReadCloser, bool, error)
	// ListIncoming lists the files of a dossier that the actor sees; recorded.
	ListIncoming(ctx context.Context, actor identity.Actor, id ID) (Incoming, error)
	// OpenIncoming opens one of them; recorded. The caller closes it.
	OpenIncoming(ctx context.Context, actor identity.Actor, id ID, file string) (content io.ReadCloser, name string, err error)
}
