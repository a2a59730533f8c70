// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/holdings/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Against what a copy was checked.
const (
	AgainstOriginal  = "original"  // bản chính
	AgainstCertified = "certified" // bản sao chứng thực
)

// How long what a clerk writes may be, in characters.
const (
	MaxNumber = 100
	MaxLine   = 300
	maxHeld   = 200 // papers of one person and one type
)

// Digitising is a file of a dossier as a paper for the vault.
type Digitising struct {
	Dossier   dossiers.ID
	File      string // id
	Type      string
	Number    string
	Issuer    string
	Issued    string // YYYY-MM-DD
	Until     string // the last day; empty where it is perpetual or the type says it
	Perpetual bool
	Checked   string // AgainstOriginal, AgainstCertified
	Summary   string
}

// Incoming is the files of a dossier, with what of them is in the vault.
type Incoming struct {
	dossiers.Incoming
	There map[string]Paper // by the id of the file
}

// ListIncoming returns the files that came with a dossier the actor works on.
// That it was read is recorded.
func (s *Service) ListIncoming(ctx context.Context, actor identity.Actor, dossier dossiers.ID) (in Incoming, err error) {
	defer errs.Wrap(&err, "list what came with dossier %s", dossier)

	if _, err := access.Require(actor, holdings.PermDigitise); err != nil {
		return in, err
	}
	if in.Incoming, err = s.Sheaf.ListIncoming(ctx, actor, dossier); err != nil {
		return in, err
	}
	types, err := s.types(ctx, s.DB)
	if err != nil {
		return in, err
	}
	in.There = map[string]Paper{}
	rows, err := s.store.OfDossier(ctx, s.DB, access.All(), string(dossier), maxMade) // the actor works on it
	if err != nil {
		return in, err
	}
	for _, f := range in.Files {
		i := slices.IndexFunc(rows, func(r store.Paper) bool { return r.SourceKey == intakeKey(f.ID) })
		if i < 0 {
			continue
		}
		if in.There[f.ID], err = s.shown(ctx, s.DB, types, rows[i]); err != nil {
			return in, err
		}
	}
	return in, nil
}

// maxMade bounds how many papers of one dossier are looked through: it has fewer files.
const maxMade = 500

func intakeKey(file string) string { return string(holdings.FromIntake) + ":" + file }

// check tidies what a clerk wrote and says everything that is wrong with it.
func (d *Digitising) check(types map[string]store.Row, today string) (p store.Paper, err error) {
	var a asked
	t, known := types[d.Type]
	if !known || t.Closed {
		a.add("type", "form.choose")
	}
	p.Facts.Number = a.line("number", d.Number, MaxNumber, true)
	p.Facts.Issuer = a.line("issuer", d.Issuer, MaxLine, true)
	issued, dated := a.day("issued", d.Issued, true)
	if dated && issued.Format(time.DateOnly) > today {
		a.add("issued", "holdings.issued_later")
	}
	last, ends := a.day("until", d.Until, false)
	switch {
	case ends && d.Perpetual:
		a.add("until", "holdings.until_and_perpetual")
	case ends && dated && last.Before(issued):
		a.add("until", "holdings.until_before")
	}
	if d.Checked != AgainstOriginal && d.Checked != AgainstCertified {
		a.add("checked", "form.choose")
	}
	p.Facts.Summary = a.line("summary", d.Summary, MaxLine, false)
	if err := a.err(); err != nil {
		return p, err
	}
	p.Type, p.Issued, p.Perpetual, p.Facts.Checked = d.Type, issued.Format(time.DateOnly), d.Perpetual, d.Checked
	switch {
	case ends:
		p.Until = last.Format(time.DateOnly)
	case !d.Perpetual:
		p.Until, p.Perpetual = until(t.Type, issued, nil)
	}
	return p, nil
}

// Digitise puts a file of an accepted dossier into the vault of its owner, as a
// paper that the actor has checked against the original. What was put there with
// the same number is replaced; what was issued here is not.
func (s *Service) Digitise(ctx context.Context, actor identity.Actor, d Digitising) (made string, err error) {
	defer errs.Wrap(&err, "digitise a file of dossier %s", d.Dossier)

	if _, err := access.Require(actor, holdings.PermDigitise); err != nil {
		return "", err
	}
	in, err := s.Sheaf.ListIncoming(ctx, actor, d.Dossier)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(in.Files, func(f dossiers.IncomingFile) bool { return f.ID == d.File })
	switch {
	case i < 0:
		return "", holdings.ErrNotFound
	case !in.Accepted:
		return "", holdings.ErrNotTaken
	case in.Files[i].Vault != "":
		return "", holdings.ErrThere
	}
	types, err := s.types(ctx, s.DB)
	if err != nil {
		return "", err
	}
	p, err := d.check(types, calendar.On(s.DB.Now().Time).String())
	if err != nil {
		return "", err
	}
	p.ID, p.Owner, p.Procedure, p.Dossier, p.Unit = id.New(), in.Owner, string(in.Procedure.ID), string(d.Dossier), actor.Unit
	p.Source, p.SourceKey, p.Facts.Officer = holdings.FromIntake, intakeKey(d.File), actor.Name
	content, name, err := s.Sheaf.OpenIncoming(ctx, actor, d.Dossier, d.File)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	before, err := s.same(ctx, s.DB, p)
	if err != nil {
		return "", err
	}
	p.Replaces = before.ID
	err = s.add(ctx, actor, p, name, content, holdings.AuditDigitised, func(tx *db.Tx) error { return s.replace(ctx, tx, actor, p) })
	if err != nil {
		return "", err
	}
	return p.ID, nil
}

// same returns the valid paper of the same owner, type and number; ErrThere where
// it was issued here: then a copy adds nothing.
func (s *Service) same(ctx context.Context, q db.Querier, p store.Paper) (store.Paper, error) {
	rows, err := s.store.OfOwner(ctx, q, access.All(), p.Owner, p.Type, maxHeld)
	if err != nil {
		return store.Paper{}, err
	}
	for _, r := range rows {
		if r.ID == p.ID || r.State != holdings.Valid || text.Fold(r.Facts.Number) != text.Fold(p.Facts.Number) {
			continue
		}
		if r.Source == holdings.FromResult {
			return r, holdings.ErrThere
		}
		return r, nil
	}
	return store.Paper{}, nil
}

// replace ends what a new paper replaces.
func (s *Service) replace(ctx context.Context, tx *db.Tx, actor identity.Actor, p store.Paper) error {
	if p.Replaces == "" {
		return nil
	}
	if err := s.store.End(ctx, tx, p.Replaces, holdings.Replaced, actor.Account, "", p.ID); err != nil {
		return err
	}
	return audit.RecordReadOf(ctx, tx, actor, holdings.AuditReplaced, p.Replaces, p.Owner, "")
}

// MaxReason is how many characters a reason may have.
const MaxReason = 500

// Revoke says that a paper which the actor's unit issued or digitised counts no
// more. Its file stays as it is.
func (s *Service) Revoke(ctx context.Context, actor identity.Actor, paper, reason string) (err error) {
	defer errs.Wrap(&err, "revoke paper %s", paper)

	if _, err := access.Require(actor, holdings.PermRevoke); err != nil {
		return err
	}
	var a asked
	reason = a.line("reason", reason, MaxReason, true)
	if err := a.err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		scope, err := access.Require(actor, holdings.PermRevoke)
		if err != nil {
			return err
		}
		p, err := s.store.Lock(ctx, tx, scope, store.Made(), paper)
		if err != nil {
			return err
		}
		if p.State != holdings.Valid {
			return holdings.ErrOver
		}
		if err := s.store.End(ctx, tx, paper, holdings.Revoked, actor.Account, reason, ""); err != nil {
			return err
		}
		return audit.RecordReadOf(ctx, tx, actor, holdings.AuditRevoked, paper, p.Owner, "")
	})
}

// Figures are what the columns of decision 766 need, of a time and the units of
// the actor.
type Figures = store.Figures

// CountFigures counts what was entered, digitised and reused from a day to
// another, both included (YYYY-MM-DD).
func (s *Service) CountFigures(ctx context.Context, actor identity.Actor, from, to string) (f Figures, err error) {
	defer errs.Wrap(&err, "count figures of the vault")

	scope, err := access.RequireAny(actor, holdings.PermRevoke, holdings.PermDigitise)
	if err != nil {
		return f, err
	}
	var a asked
	first, ok := a.day("from", from, true)
	last, also := a.day("to", to, true)
	if ok && also && last.Before(first) {
		a.add("to", "holdings.until_before")
	}
	if err := a.err(); err != nil {
		return f, err
	}
	start := func(day time.Time) db.Time {
		return db.At(time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, calendar.Zone()))
	}
	return s.store.Figures(ctx, s.DB, scope, start(first), start(last.AddDate(0, 0, 1)))
}
