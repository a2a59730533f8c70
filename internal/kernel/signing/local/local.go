// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package local judges what comes back from a signing service on an official's
// own computer, which has a card in it and signs whole files: the document that
// was sent, one revision more, and in it nothing but the signature that was
// asked for. It does not speak to that service, and decides nothing about who
// may sign.
package local

import (
	"embed"
	"fmt"
	"io/fs"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

//go:embed locales
var locales embed.FS

// Locales holds the messages of this package: vi.json and en.json.
func Locales() (fs.FS, error) { return fs.Sub(locales, "locales") }

// MaxGrowth is how many bytes a signature may add: its appearance is part of it.
const MaxGrowth = 256 << 10

// Verify checks the signatures of a document against those who are believed, now.
type Verify func(document []byte) (signing.Report, error)

// Why a signed file is refused.
var (
	ErrOther      = errs.New(errs.Conflict, "local.other")      // another document, or more than one revision
	ErrUnsigned   = errs.New(errs.Conflict, "local.unsigned")   // no new signature
	ErrField      = errs.New(errs.Conflict, "local.field")      // a signature at another place
	ErrChanged    = errs.New(errs.Conflict, "local.changed")    // more was changed than signing needs
	ErrStranger   = errs.New(errs.Conflict, "local.stranger")   // not the certificate of this official
	ErrSignature  = errs.New(errs.Conflict, "local.signature")  // a signature that is not good
	ErrTooLarge   = errs.New(errs.TooLarge, "local.too_large")  // grown more than a signature does
	ErrUnreadable = errs.New(errs.Invalid, "local.unreadable")  // no document
	ErrKind       = errs.New(errs.Conflict, "local.not_a_card") // the certificate is not one of a card
)

// Wish is what was asked for.
type Wish struct {
	Document    []byte // as it was sent
	Field       string // the free place that is to be signed
	Certificate keystore.Certificate
}

// Check reports why a file is not the document of the wish with the signature
// that was asked for, at a time; nil when it is.
func (w Wish) Check(file []byte, verify Verify, at db.Time) (err error) {
	defer errs.Wrap(&err, "what the card has signed")

	switch {
	case w.Certificate.Kind != keystore.Local:
		return ErrKind
	case !w.Certificate.Usable(at):
		return ErrStranger
	case len(file) > len(w.Document)+MaxGrowth:
		return ErrTooLarge.With("max", MaxGrowth>>10)
	}
	before, err := verify(w.Document)
	if err != nil {
		return err
	}
	done, err := signing.Compare(w.Document, file)
	if err != nil {
		return refused(err)
	}
	after, err := verify(file)
	if err != nil {
		return refused(err)
	}
	if len(after.Signatures) == len(before.Signatures) {
		return ErrUnsigned
	}
	if after.Revisions != before.Revisions+1 || len(after.Signatures) != len(before.Signatures)+1 {
		return ErrOther.Because(fmt.Errorf("%d revisions, there were %d", after.Revisions, before.Revisions))
	}
	s := after.Signatures[len(after.Signatures)-1]
	switch {
	case s.Field != w.Field:
		return ErrField
	case s.Cert == nil || !s.Cert.Equal(w.Certificate.Cert):
		return ErrStranger
	case !s.Valid() || !s.Whole || !after.Valid():
		return ErrSignature.Because(fmt.Errorf("problems %v", s.Problems))
	case s.Claimed.Sub(at.Time).Abs() > clockDrift:
		return ErrSignature.Because(fmt.Errorf("says that it was made at %v", s.Claimed))
	}
	for _, c := range done {
		if c.Kind != signing.ChangeSigned || c.Field != w.Field {
			return ErrChanged.Because(fmt.Errorf("%s of %q, object %d", c.Kind, c.Field, c.Object))
		}
	}
	return nil
}

// clockDrift is how far the clock of the official's computer may be off.
const clockDrift = time.Hour

func refused(err error) error {
	if errs.KindOf(err) == errs.Internal {
		return ErrUnreadable.Because(err)
	}
	return ErrOther.Because(err)
}
