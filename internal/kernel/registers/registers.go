// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package registers makes a register (sổ) out of a file: real tables with typed
// columns on both databases, and the rules by which records are written and
// read. It is not a store of documents: what a file does not declare cannot be
// kept.
//
// A new version of a file only adds. What it no longer names is hidden and kept,
// what it makes wider stays exact, and what would lose or refuse a value that is
// already there is refused, with the rows that stand in the way. Plan says all
// of it before Apply does it.
package registers

import (
	"embed"
	"io/fs"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

//go:embed migrations
var files embed.FS

//go:embed locales
var locales embed.FS

// Migrations creates the table of definitions. The tables reg_* of the registers
// themselves are made by Apply.
func Migrations() db.Migrations { return db.Migrations{Namespace: "registers", Files: files} }

// Locales returns what people read about registers: vi.json and en.json.
func Locales() (fs.FS, error) { return fs.Sub(locales, "locales") }

// The permissions of registers. They hold for all registers of a unit.
const (
	PermView identity.Permission = "registers.view"
	PermEdit identity.Permission = "registers.edit"
)

// What the audit log tells of registers. The subject is "<register>/<record>";
// of AuditApplied it is "<register>@<version>".
const (
	AuditApplied   audit.Event = "registers.applied"       // a definition came into force
	AuditCreated   audit.Event = "registers.created"       // a record was added
	AuditChanged   audit.Event = "registers.changed"       // a record was changed
	AuditHidden    audit.Event = "registers.hidden"        // a record was taken out of the register
	AuditProposed  audit.Event = "registers.proposed"      // somebody wants to write; the subject is "<register>/<proposal>"
	AuditAgreed    audit.Event = "registers.agreed"        // another person agreed, and it was written
	AuditDeclined  audit.Event = "registers.refused"       // another person refused it
	AuditWithdrawn audit.Event = "registers.withdrawn"     // its author took it back
	AuditTaken     audit.Event = "registers.exported"      // records left as a file; the subject is the register and how many
	AuditMoved     audit.Event = "registers.moved"         // a record came into another state; the subject ends with the move
	AuditRead      audit.Event = "registers.personal_read" // personal fields of a record were read
	AuditListed    audit.Event = "registers.personal_list" // personal fields of a list were read
	AuditImported  audit.Event = "registers.imported"      // somebody let the right rows of a table in; the subject is "<register>/<import>"
	AuditUndone    audit.Event = "registers.import_undone" // somebody takes them back
	AuditMerged    audit.Event = "registers.merged"        // two records became one; the subject is "<register>/<survivor> <loser>"
	AuditUnmerged  audit.Event = "registers.unmerged"      // and are two again
	AuditApart     audit.Event = "registers.told_apart"    // two records are not the same thing; the subject is "<register>/<first> <second>"
	AuditDestroyed audit.Event = "registers.destroyed"     // its time was over, and two people agreed; the subject is the record
	AuditSuspected audit.Event = "registers.suspected"     // that is no longer said
)

// What is refused, and why.
var (
	ErrUnknown   = errs.New(errs.NotFound, "registers.unknown")            // no such register
	ErrNotFound  = errs.New(errs.NotFound, "registers.not_found")          // no such record, or not for this actor
	ErrChanged   = errs.New(errs.Conflict, "registers.changed_meanwhile")  // args: who (account), when
	ErrDuplicate = errs.New(errs.Conflict, "registers.duplicate")          // somebody was faster with the same key
	ErrRefused   = errs.New(errs.Conflict, "registers.plan_refused")       // the plan holds a refused change
	ErrStale     = errs.New(errs.Conflict, "registers.plan_stale")         // the register is not as the plan saw it
	ErrMistakes  = errs.New(errs.Invalid, "registers.definition_mistakes") // the definition has mistakes: ask Check
	ErrCursor    = errs.New(errs.Malformed, "registers.cursor_unreadable") // the page of a list is none
)

// Keeper keeps the registers. It holds the keys that seal personal identifiers,
// and no state but a memory of what it has read and compiled: which definition is
// in force is read from the database, so that several servers agree.
type Keeper struct {
	keys   *crypt.Keys
	people *identity.Directory // who somebody is, for the rights of owners
	memory *memory             // of texts that were read and compiled
	stands access.Stands       // who may act for whom; nil: nobody for anybody

	glance, few int64 // see weigh
	atOnce      int64 // records that one transaction writes anew; of more it is done piece by piece
}

// Represented tells the keeper who may act for whom, before it is first asked.
func (k *Keeper) Represented(s access.Stands) { k.stands = s }

// NewKeeper returns a keeper.
func NewKeeper(k *crypt.Keys) *Keeper {
	return &Keeper{keys: k, people: identity.NewDirectory(k), memory: &memory{}, glance: glance, few: few, atOnce: maxRewrite}
}
