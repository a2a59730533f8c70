// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package holdings is what other modules may know of the vault of papers (kho
// giấy tờ) of people and organisations: types, papers, rights, errors. The work
// is done in internal/core; keys are kernel/vault, which has nothing to do with it.
package holdings

import (
	"context"
	"io"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/errs"
)

// OtherResult is the type of a result whose procedure names none.
const OtherResult = "ket-qua-khac"

// Validity says how long papers of a type are valid.
type Validity string

// The validities.
const (
	Perpetual Validity = "perpetual"
	Months    Validity = "months" // so many from the day of issue
	Stated    Validity = "stated" // as the paper says
)

// Type is a kind of paper, as the pack describes it.
type Type struct {
	ID         string
	Name       i18n.Text
	Code       string // of the national list of results; empty: nobody has stated it
	Valid      Validity
	Months     int    // of Months
	Field      string // of Stated: the field of a result that says the last day
	Scope      i18n.Text
	Source     string
	Unverified bool
	Outside    string // the law by which the national portal sees it without asking its owner: a legal id; empty: none is known
}

// State is where a paper stands. That it has expired is a matter of the day.
type State string

// The states of a paper.
const (
	Valid    State = "valid"
	Revoked  State = "revoked"
	Replaced State = "replaced" // by a newer version
)

// Source is how a paper came into the vault.
type Source string

// The sources.
const (
	FromResult   Source = "result"   // issued here
	FromIntake   Source = "intake"   // digitised from a file of a dossier
	FromBackfile Source = "backfile" // from an old cabinet
)

// Signed is what the check of the signatures of the file found when it came.
type Signed string

// The findings.
const (
	Unsigned  Signed = "none"
	SignedOK  Signed = "valid"
	SignedBad Signed = "bad" // there is a signature, and something is wrong with it
)

// What actors can be allowed to do. Own is for what is one's own.
const (
	PermOwn      identity.Permission = "holdings.own"      // see and share one's own papers
	PermReuse    identity.Permission = "holdings.reuse"    // look for what a dossier asks for, and tick it
	PermDigitise identity.Permission = "holdings.digitise" // put a paper of a dossier into the vault
	PermRevoke   identity.Permission = "holdings.revoke"   // say that a paper the unit issued or digitised counts no more
	PermOutside  identity.Permission = "holdings.outside"  // of systems outside: see what owners or the law let them see
)

// Permissions lists them all.
func Permissions() []identity.Permission {
	return []identity.Permission{PermOwn, PermReuse, PermDigitise, PermRevoke, PermOutside}
}

// What is written in the audit log. The subject is the paper, or the share; about
// is whose it is.
const (
	AuditEntered   audit.Event = "holdings.entered"   // a result that was issued
	AuditDigitised audit.Event = "holdings.digitised" // from a file of a dossier
	AuditLooked    audit.Event = "holdings.looked"    // an official saw that it is there; the subject is the draft where nothing was
	AuditOpened    audit.Event = "holdings.opened"    // its file was read
	AuditUsed      audit.Event = "holdings.used"      // in a dossier that was sent
	AuditRevoked   audit.Event = "holdings.revoked"
	AuditReplaced  audit.Event = "holdings.replaced"
	AuditShared    audit.Event = "holdings.shared"
	AuditWithdrawn audit.Event = "holdings.share_withdrawn"
	AuditSeen      audit.Event = "holdings.share_seen" // by whoever has the link
	// A system outside was told of it; it asked, and was told of nothing: the subject is its account.
	AuditOutside     audit.Event = "holdings.outside"
	AuditOutsideNone audit.Event = "holdings.outside_none"
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{
		AuditEntered, AuditDigitised, AuditLooked, AuditOpened, AuditUsed, AuditRevoked, AuditReplaced, AuditShared, AuditWithdrawn, AuditSeen, AuditOutside, AuditOutsideNone,
	}
}

// What can go wrong.
var (
	ErrNotFound   = errs.New(errs.NotFound, "holdings.not_found")      // no such paper for the actor
	ErrNoType     = errs.New(errs.NotFound, "holdings.no_type")        // the pack does not know it
	ErrExpired    = errs.New(errs.Conflict, "holdings.expired")        // date
	ErrRevoked    = errs.New(errs.Conflict, "holdings.revoked")        // date
	ErrReplaced   = errs.New(errs.Conflict, "holdings.replaced")       // there is a newer version
	ErrOtherOwner = errs.New(errs.Conflict, "holdings.other_owner")    // it is not of whom the dossier is for
	ErrOtherType  = errs.New(errs.Conflict, "holdings.other_type")     // nobody asked for it
	ErrBadFile    = errs.New(errs.Conflict, "holdings.bad_signature")  // its signature does not hold
	ErrChanged    = errs.New(errs.Conflict, "holdings.changed")        // what is kept is not what was looked at
	ErrThere      = errs.New(errs.Conflict, "holdings.there")          // this file is in the vault already
	ErrNotTaken   = errs.New(errs.Conflict, "holdings.not_accepted")   // the dossier was not accepted
	ErrOver       = errs.New(errs.Conflict, "holdings.over")           // it counts no more already
	ErrNoShare    = errs.New(errs.NotFound, "holdings.no_share")       // no such link, or not any more
	ErrTooMany    = errs.New(errs.Conflict, "holdings.too_many_links") // max
)

// CabinetPaper is a paper from an old cabinet, as it was digitised, checked and sealed.
type CabinetPaper struct {
	Key         string // what it was made from: nothing is made twice
	Type        string
	OwnerName   string
	OwnerNumber string
	Number      string
	Issuer      string
	Issued      string // YYYY-MM-DD
	Against     string // against what it was checked: original, certified
	Officer     string // who sealed it
	Batch       string
	Unit        string
	Name        string // of the file
}

// Backfile takes papers from old cabinets in.
type Backfile interface {
	// ListTypes returns the types that are offered, by name.
	ListTypes(ctx context.Context, actor identity.Actor) ([]Type, error)
	// AddBackfile puts a paper into the vault of its owner, who becomes known with
	// it. Done again it finds the paper there. ErrOtherOwner: the number belongs to
	// another name; ErrThere: it was issued here.
	AddBackfile(ctx context.Context, actor identity.Actor, b CabinetPaper, content io.Reader) (paper string, err error)
}

// Want is what a system outside looks for in a vault.
type Want struct {
	Code   string // of the national list of results, or our name of a type that has none
	Number string // of the paper; empty: any
}

// Given is a paper that a system outside may see.
type Given struct {
	ID       string
	Type     Type
	Number   string
	Issuer   string // the code of the agency, or its name where it has none
	FileName string
	FileType string
	SHA256   string
}

// Outside answers systems outside that look into the vault of somebody: with papers
// that are valid, and only those that the owner agreed to show or that the law lets
// them see without that. Who asks in vain does not learn why: a number that nobody
// has, a consent that was not given and a paper that is not there are one answer.
type Outside interface {
	// ListOutside returns the papers that the owner of a number has of what is wanted.
	ListOutside(ctx context.Context, actor identity.Actor, number string, wants []Want) ([]Given, error)
	// OpenOutside opens one of them. The caller closes it.
	OpenOutside(ctx context.Context, actor identity.Actor, paper string) (Given, io.ReadCloser, error)
}

// Pointer is something of this module that points to a person.
type Pointer struct {
	Kind string // "holding.paper", "holding.share"
	ID   string
}
