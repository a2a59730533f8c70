// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/rand"
	"slices"
	"strconv"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/kernel/sequence"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/modules/books/internal/store"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/text"
)

// Issued is a certificate as it was issued, and whether it was withdrawn.
type Issued = store.Certificate

// Press is what papers are printed with.
type Press struct {
	Fonts   pdf.Fonts
	Mark    string // printed across each page of a demonstration
	Address string // of this installation, for QR codes
}

// Press returns what prints a paper now.
func (s *Service) Press() papers.Press {
	return papers.Press{Fonts: s.Paper.Fonts, Made: s.db.Now().Time, Zone: clock.Vietnam(), Mark: s.Paper.Mark}
}

// Address is where a path of this installation is reached from outside.
func (s *Service) Address(path string) string { return s.Paper.Address + path }

// Standings of a certificate.
const (
	CertificateHolds     = "holds"
	CertificateWithdrawn = "withdrawn" // by who may issue it
	CertificateChanged   = "changed"   // what it says is no longer so in the register
	CertificateGone      = "gone"      // the record was taken out of the register
)

// Certificate is a certificate as somebody may see it.
type Certificate struct {
	store.Certificate

	Definition registers.Definition // what the register is called, and its fields
	Print      registers.Print
	State      string
	Shown      []registers.Field // of the fields it certifies, those that the reader sees
	Record     registers.Record  // with these; empty where the reader does not see the record
	Named      Named             // what its references point to
	Login      string            // of who issued it; for those who may withdraw it
	May        bool              // the reader may print and withdraw it
}

// maxWhy bounds why a certificate is withdrawn, in characters.
const maxWhy = 500

// shownCertificates is how many certificates of a record are listed.
const shownCertificates = 20

// IssueCertificate gives a record a certificate of its register, with a number
// of its year and a code by which everybody checks it.
func (s *Service) IssueCertificate(ctx context.Context, actor identity.Actor, register, record, paper string) (code string, err error) {
	defer errs.Wrap(&err, "issue a certificate")

	st, err := s.official(ctx, actor, register)
	if err != nil {
		return "", err
	}
	p, ok := st.Definition.Print(text.Line(paper))
	if !ok || !p.Certificate {
		return "", books.ErrNoPrint
	}
	if _, ok := st.Printed(p); !ok {
		return "", access.ErrNotAllowed
	}
	if !id.Valid(record) {
		return "", registers.ErrNotFound
	}
	made := rand.Text()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.keeper.MayCertify(ctx, tx, st, record); err != nil {
			return err
		}
		rec, err := s.keeper.Read(ctx, tx, st, record, "")
		if err != nil {
			return err
		}
		if state, _ := rec.Values[registers.LifeKey].(string); !p.Open(state) {
			return books.ErrNotYet
		}
		year := tx.Now.In(clock.Vietnam()).Year()
		n, err := sequence.Next(ctx, tx, "certificates "+st.Definition.ID+" "+p.ID, strconv.Itoa(year))
		if err != nil {
			return err
		}
		if err := s.store.AddCertificate(ctx, tx, store.Certificate{
			Code: made, Register: st.Definition.ID, Print: p.ID, Number: n, Year: year, Record: record, Version: rec.Version, Fields: p.Fields,
			Unit: rec.Unit, Account: actor.Account,
		}); err != nil {
			return err
		}
		code = made
		return audit.Record(ctx, tx, actor, books.AuditCertified, st.Definition.ID+"/"+record+" "+p.ID+" "+strconv.FormatInt(n, 10)+"/"+strconv.Itoa(year))
	})
	return code, err
}

// GetCertificate says whether a certificate still holds, to whoever has its
// code, with the fields that the reader sees of the record.
func (s *Service) GetCertificate(ctx context.Context, actor identity.Actor, register, code string) (c Certificate, err error) {
	defer errs.Wrap(&err, "check a certificate")

	return s.certificate(ctx, s.db, actor, text.Line(register), text.Line(code), "")
}

func (s *Service) certificate(ctx context.Context, q db.Querier, actor identity.Actor, register, code string, why access.Purpose) (c Certificate, err error) {
	if c.Certificate, err = s.store.GetCertificate(ctx, q, register, code); err != nil {
		return c, err
	}
	if c.Definition, err = s.keeper.Definition(ctx, q, register); err != nil {
		return c, err
	}
	c.Print, _ = c.Definition.Print(c.Certificate.Print) // one that is no more has no name
	held, err := s.keeper.Holds(ctx, q, register, c.Certificate.Record, c.Version, c.Fields)
	if err != nil {
		return c, err
	}
	switch {
	case c.Ended != nil:
		c.State = CertificateWithdrawn
	case !held.There:
		c.State = CertificateGone
	case !held.Same:
		c.State = CertificateChanged
	default:
		c.State = CertificateHolds
	}
	st, err := s.keeper.Stand(ctx, q, actor, register)
	if kind := errs.KindOf(err); kind == errs.Forbidden || kind == errs.Unauthenticated {
		return c, nil // that it holds may be known to everybody, what it says not
	}
	if err != nil {
		return c, err
	}
	return c, s.say(ctx, q, st, &c, why)
}

// say adds what the reader sees of the record.
func (s *Service) say(ctx context.Context, q db.Querier, st registers.Standing, c *Certificate, why access.Purpose) (err error) {
	c.Record, err = s.keeper.Read(ctx, q, st, c.Certificate.Record, why)
	if errs.KindOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	for _, key := range c.Fields {
		if f, ok := c.Definition.Field(key); ok && c.Record.Values[key] != nil {
			c.Shown = append(c.Shown, f)
		}
	}
	if c.Named, err = s.refer(ctx, st.Actor, st, c.Record); err != nil {
		return err
	}
	err = s.keeper.MayCertify(ctx, q, st, c.Certificate.Record)
	if c.May = err == nil && st.Actor.Official(); !c.May {
		if kind := errs.KindOf(err); kind == errs.Forbidden || kind == errs.NotFound {
			err = nil
		}
		return err
	}
	logins, err := s.logins(ctx, c.Account, c.EndedBy)
	c.Login = logins[c.Account]
	return err
}

// ReadCertificate returns a certificate that still holds with all that it says,
// for those who may issue it. That personal fields were read is recorded.
func (s *Service) ReadCertificate(ctx context.Context, actor identity.Actor, register, code string) (c Certificate, err error) {
	defer errs.Wrap(&err, "read a certificate")

	err = s.db.Write(ctx, func(tx *db.Tx) error {
		got, err := s.certificate(ctx, tx, actor, text.Line(register), text.Line(code), access.Handling)
		switch {
		case err != nil:
			return err
		case !got.May:
			return access.ErrNotAllowed
		case got.State != CertificateHolds:
			return books.ErrNotHeld
		}
		c = got
		return nil
	})
	return c, err
}

// WithdrawCertificate ends a certificate; whoever checks it is told the day, and
// not why.
func (s *Service) WithdrawCertificate(ctx context.Context, actor identity.Actor, register, code, why string) (err error) {
	defer errs.Wrap(&err, "withdraw a certificate")

	st, err := s.official(ctx, actor, register)
	if err != nil {
		return err
	}
	why = text.Line(why)
	if n := utf8.RuneCountInString(why); n == 0 {
		return errs.BadInput([]errs.Field{{Name: "reason", Code: "form.required"}})
	} else if n > maxWhy {
		return errs.BadInput([]errs.Field{{Name: "reason", Code: "form.too_long", Args: map[string]any{"max": maxWhy, "over": n - maxWhy}}})
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		c, err := s.store.GetCertificate(ctx, tx, st.Definition.ID, text.Line(code))
		if err != nil {
			return err
		}
		if err := s.keeper.MayCertify(ctx, tx, st, c.Record); err != nil {
			return err
		}
		if err := s.store.EndCertificate(ctx, tx, c.Code, actor.Account, why); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, books.AuditCertificateEnded, st.Definition.ID+"/"+c.Record+" "+c.Print+" "+strconv.FormatInt(c.Number, 10)+"/"+strconv.Itoa(c.Year))
	})
}

// ListCertificates returns the certificates of a record, the latest first, for
// those who may issue them.
func (s *Service) ListCertificates(ctx context.Context, actor identity.Actor, register, record string) (all []store.Certificate, err error) {
	defer errs.Wrap(&err, "list certificates of a record")

	st, err := s.official(ctx, actor, register)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.MayCertify(ctx, s.db, st, record); err != nil {
		return nil, err
	}
	return s.store.CertificatesOf(ctx, s.db, st.Definition.ID, record, shownCertificates)
}

// certified adds the certificates of a record, for those who may issue them.
func (s *Service) certified(ctx context.Context, v *RecordView) error {
	if !slices.ContainsFunc(v.Definition.Prints, func(p registers.Print) bool { return p.Certificate }) {
		return nil
	}
	err := s.keeper.MayCertify(ctx, s.db, v.Standing, v.Record.ID)
	if kind := errs.KindOf(err); kind == errs.Forbidden || kind == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	v.MayCertify = true
	v.Certificates, err = s.store.CertificatesOf(ctx, s.db, v.Definition.ID, v.Record.ID, shownCertificates)
	return err
}
