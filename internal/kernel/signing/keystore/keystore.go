// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package keystore is the register of certificates: who signs with what, until
// when, and where the key is. It does not sign documents, and it keeps no key
// that a card or a service of somebody else keeps. Who may do what with it is
// asked by its callers.
package keystore

import (
	"crypto/x509"
	"embed"
	"io/fs"
	"log/slog"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

//go:embed migrations
var migrations embed.FS

// Migrations creates the tables of this package.
func Migrations() db.Migrations { return db.Migrations{Namespace: "keystore", Files: migrations} }

//go:embed locales
var locales embed.FS

// Locales holds the messages of this package: vi.json and en.json.
func Locales() (fs.FS, error) { return fs.Sub(locales, "locales") }

// Kind says where a key is, and so how a signature is asked for.
type Kind string

// The kinds of keys.
const (
	Soft   Kind = "soft"   // here, in a file: of a development, or imported (PKCS#12)
	Remote Kind = "remote" // at a service that asks the owner's phone (SmartCA-shaped)
	Local  Kind = "local"  // on a card at the owner's computer, reached through a local service (VGCA-shaped)
)

// State is where a certificate stands.
type State string

// The states of a certificate.
const (
	Active    State = "active"
	Suspended State = "suspended"
	Revoked   State = "revoked"
	Replaced  State = "replaced" // another took its place
)

// Holder is whom a certificate names: an official's account, or a unit, whose seal it is. One is set.
type Holder struct {
	Account string
	Unit    orgs.ID
}

// Certificate is one row of the register. What has run out is not active, whatever its State says.
type Certificate struct {
	ID        string
	Holder    Holder
	Unit      orgs.ID // where the official works, or whose seal it is
	Name      string  // whom it names, as it is written in it
	Kind      Kind
	Provider  string // name of the service of a Remote key, empty for others
	Reference string // what the service calls the key, such as a credential id
	State     State
	Simulated bool   // of a development authority: it signs nothing of legal value
	Serial    string // hexadecimal
	Issuer    string // its name
	Cert      *x509.Certificate
	Chain     []*x509.Certificate // issuer first
	NotBefore db.Time
	NotAfter  db.Time
	Added     db.Time

	keySealed string
}

// LogValue keeps the holder out of logs.
func (c Certificate) LogValue() slog.Value { return slog.StringValue(c.ID) }

// Usable reports whether signatures can be made with it at a time.
func (c Certificate) Usable(at db.Time) bool { return c.State == Active && !c.Outside(at) }

// Outside reports whether a time lies outside the certificate's own.
func (c Certificate) Outside(at db.Time) bool {
	return at.Before(c.NotBefore.Time) || at.After(c.NotAfter.Time)
}

// What can go wrong.
var (
	ErrNotFound    = errs.New(errs.NotFound, "keystore.not_found")
	ErrNone        = errs.New(errs.Conflict, "keystore.none")               // the holder has no certificate
	ErrSuspended   = errs.New(errs.Conflict, "keystore.suspended")          // the holder's is suspended
	ErrRevoked     = errs.New(errs.Conflict, "keystore.revoked")            // the holder's is revoked
	ErrRunOut      = errs.New(errs.Conflict, "keystore.run_out")            // the holder's has run out
	ErrElsewhere   = errs.New(errs.Conflict, "keystore.elsewhere")          // its key is on a card or at a service
	ErrExpired     = errs.New(errs.Invalid, "keystore.expired")             // it has run out: it is not taken in
	ErrNotYet      = errs.New(errs.Invalid, "keystore.not_yet")             // it is not valid yet
	ErrUsage       = errs.New(errs.Invalid, "keystore.usage")               // not made for signing
	ErrAuthority   = errs.New(errs.Invalid, "keystore.authority")           // the certificate of an authority
	ErrWeak        = errs.New(errs.Invalid, "keystore.weak")                // a key that is too short, or of another kind
	ErrTaken       = errs.New(errs.Conflict, "keystore.taken")              // the certificate is in the register
	ErrHasOne      = errs.New(errs.Conflict, "keystore.has_one")            // the holder has an active one of this kind
	ErrState       = errs.New(errs.Conflict, "keystore.state")              // its state does not allow that
	ErrUnreadable  = errs.New(errs.Invalid, "keystore.unreadable")          // no certificate
	ErrBare        = errs.New(errs.Invalid, "keystore.bare_key")            // a key that nothing protects
	ErrTooLarge    = errs.New(errs.TooLarge, "keystore.too_large")          // no file of a key is that large
	ErrImportOver  = errs.New(errs.NotFound, "keystore.import_over")        // the import has been swept, or is somebody else's
	ErrKeyMissing  = errs.New(errs.Conflict, "keystore.key_missing")        // Soft needs a key
	ErrKeyUnwanted = errs.New(errs.Conflict, "keystore.key_unwanted")       // Remote and Local keep theirs
	ErrReference   = errs.New(errs.Invalid, "keystore.reference_missing")   // Remote needs provider and reference
	ErrCursor      = errs.New(errs.Malformed, "keystore.cursor_unreadable") // not a page of the list
)

// Register is the register of certificates.
type Register struct{ keys *crypt.Keys }

// NewRegister returns the register, whose keys are sealed with k.
func NewRegister(k *crypt.Keys) *Register { return &Register{keys: k} }
