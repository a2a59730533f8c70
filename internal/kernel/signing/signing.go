// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package signing signs PDF documents in two phases and checks signatures.
//
// Prepare writes a revision with a free place and gives the hash; the hash
// leaves, a person approves on a phone, a card or a key file answers; Embed
// puts the answer into the place. Each revision is appended, so that earlier
// signatures stay valid. The profile is PAdES (ETSI EN 319 142-1): B-B, B-T with
// a time stamp, B-LT with AddEvidence, B-LTA with a time stamp over the document.
//
// The package is pure: no database, no network, no clock. It does not decide
// who may sign, and it never asks twice for one signature: what was prepared
// is kept by the caller and embedded as often as the answer is lost.
package signing

import (
	"time"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf"
)

// Errors of signing; those of reading a file are pdfread's.
var (
	ErrField      = errs.New(errs.Invalid, "signing.field")          // no such field, or of another kind
	ErrSigned     = errs.New(errs.Conflict, "signing.signed")        // the field has a signature
	ErrFilled     = errs.New(errs.Conflict, "signing.filled")        // the field has a value
	ErrLocked     = errs.New(errs.Conflict, "signing.locked")        // an earlier signature allows no such change
	ErrPage       = errs.New(errs.Invalid, "signing.page")           // no such page
	ErrAppearance = errs.New(errs.Internal, "signing.appearance")    // not a document of one page
	ErrTooLong    = errs.New(errs.Internal, "signing.too_long")      // the signature does not fit its place
	ErrMismatch   = errs.New(errs.Conflict, "signing.mismatch")      // the answer belongs to another document
	ErrSignature  = errs.New(errs.Invalid, "signing.signature")      // the answer is not the certificate's signature
	ErrKey        = errs.New(errs.Invalid, "signing.key")            // a key or certificate that cannot be used
	ErrMany       = errs.New(errs.Invalid, "signing.many")           // more signatures than are checked
	ErrActive     = errs.New(errs.Invalid, "signing.active")         // scripts and the like: what is signed could look otherwise
	ErrTime       = errs.New(errs.Unavailable, "signing.time_stamp") // the time stamp does not fit
)

// FieldKind is what a field is for.
type FieldKind uint8

// The kinds of fields.
const (
	TextField FieldKind = iota
	SignatureField
)

// Field is a place of a document that a later revision fills.
type Field struct {
	Name string // without "."
	Kind FieldKind
	Rect pdf.Rect
	Hint string // what a reader shows as its name
}

// Fill is the value of a text field and how it looks: a document of one page
// as large as the field.
type Fill struct {
	Value      string
	Appearance []byte
}

// Request is one signature.
type Request struct {
	Field      string          // a free signature field; a new one when Rect is given
	Rect       *pdf.Rect       // only for a new field; zero width is invisible
	Appearance []byte          // document of one page, stretched to the field; nil is invisible
	Fill       map[string]Fill // text fields that this revision fills
	At         time.Time       // said by the signer, /M
	Name       string
	Reason     string
	Location   string
	Certify    bool // the first signature allows only filling in and signing
	Space      int  // bytes kept for the CMS, 0 for 16384
}

// Prepared is a document waiting for its signature. Its fields are exported so
// that it can be kept between the two phases.
type Prepared struct {
	Document []byte // with an empty place
	Hash     []byte // SHA-256 of the signed bytes
	Start    int    // of the place, its "<"
	End      int    // after its ">"
	Field    string
}
