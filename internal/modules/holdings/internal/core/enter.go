// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/holdings/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// JobEnter puts a result that was issued into the vault of its owner.
const JobEnter jobs.Kind = "holdings.enter"

// MaxFile bounds the file of a paper, in bytes.
const MaxFile = 64 << 20

// allowed are the types of files a paper may have.
func allowed() []files.Type { return []files.Type{files.PDF, files.PNG, files.JPEG, files.DOCX} }

// Enter does JobEnter. Done again, after a crash or because the event came twice,
// it finds the paper there.
func (s *Service) Enter(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "enter a result into the vault")

	var e events.Event
	if err := json.Unmarshal(body, &e); err != nil {
		return err
	}
	var moved dossiers.Moved
	if err := json.Unmarshal(e.Body, &moved); err != nil {
		return err
	}
	return s.enter(ctx, moved.Dossier)
}

func (s *Service) enter(ctx context.Context, dossier dossiers.ID) (err error) {
	r, content, found, err := s.Sheaf.OpenIssued(ctx, dossier)
	if err != nil || !found {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	key := resultKey(r.SHA256)
	if _, there, err := s.store.FindSource(ctx, s.DB, key); err != nil || there {
		return err
	}
	types, err := s.types(ctx, s.DB)
	if err != nil {
		return err
	}
	kind := r.Type
	if _, known := types[kind]; !known {
		kind = holdings.OtherResult
	}
	day := r.At.In(calendar.Zone())
	p := store.Paper{
		ID: id.New(), Owner: r.Owner, Type: kind, Procedure: string(r.Procedure), Issuer: string(r.Unit), Issued: calendar.On(r.At.Time).String(),
		Facts:  store.Facts{Number: r.Number, Issuer: r.Issuer, Summary: r.Name.VI, Officer: r.Signer},
		Source: holdings.FromResult, SourceKey: key, Dossier: string(dossier), Unit: string(r.Unit),
	}
	p.Until, p.Perpetual = until(typeOf(types, kind), day, r.Fields)
	then := func(*db.Tx) error { return nil }
	if r.Replaces != "" {
		older, there, err := s.store.FindSource(ctx, s.DB, resultKey(r.Replaces))
		if err != nil {
			return err
		}
		if there {
			p.Replaces = older.ID
			then = func(tx *db.Tx) error { return s.store.Succeed(ctx, tx, older.ID, p.ID) }
		}
	}
	err = s.add(ctx, identity.Program("holdings.enter"), p, r.FileName, content, holdings.AuditEntered, then)
	if errors.Is(err, holdings.ErrThere) { // another worker was faster
		return nil
	}
	return err
}

// resultKey is by which a result that was issued here is known.
func resultKey(sha string) string { return string(holdings.FromResult) + ":" + sha }

// JobTakenBack ends a result that its office has taken back.
const JobTakenBack jobs.Kind = "holdings.taken_back"

// takenBack is why such a paper counts no more; the reason of the office stands in
// the dossier.
const takenBack = "Cơ quan ban hành đã thu hồi kết quả"

// TakenBack does JobTakenBack. Done again, or for a result that is not in the vault,
// it does nothing: what was taken back is not entered any more.
func (s *Service) TakenBack(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "end a result that was taken back")

	var e events.Event
	if err := json.Unmarshal(body, &e); err != nil {
		return err
	}
	var gone dossiers.ResultRevoked
	if err := json.Unmarshal(e.Body, &gone); err != nil {
		return err
	}
	p, there, err := s.store.FindSource(ctx, s.DB, resultKey(gone.SHA256))
	if err != nil || !there {
		return err
	}
	program := identity.Program(string(JobTakenBack))
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.store.End(ctx, tx, p.ID, holdings.Revoked, program.Account, takenBack, ""); err != nil {
			return err
		}
		return audit.RecordReadOf(ctx, tx, program, holdings.AuditRevoked, p.ID, p.Owner, "")
	})
	if errors.Is(err, holdings.ErrOver) {
		return nil
	}
	return err
}

// add keeps a paper with its file; then is done in the same transaction. A paper
// that was made from the same thing is there already: nothing is added.
func (s *Service) add(ctx context.Context, actor identity.Actor, p store.Paper, name string, content io.Reader, e audit.Event, then func(*db.Tx) error) error {
	document, err := io.ReadAll(io.LimitReader(content, MaxFile+1))
	if err != nil {
		return err
	}
	st, err := s.Files.Receive(ctx, bytes.NewReader(document), files.Meta{Name: name, Allow: allowed(), Limit: MaxFile, Own: true})
	if err != nil {
		return err
	}
	p.SHA, p.By = st.SHA256, actor.Account
	if p.Signed, err = s.signed(ctx, st.Type, document); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		owner, err := s.settled(ctx, tx, p.Owner)
		if err != nil {
			return err
		}
		f, err := s.Files.Keep(ctx, tx, st, subject(p.ID), actor.Account)
		if err != nil {
			return err
		}
		p.Owner, p.File = owner, string(f.ID)
		added, err := s.store.Add(ctx, tx, p)
		if err != nil {
			return err
		}
		if !added {
			return holdings.ErrThere // the file goes with the transaction
		}
		if err := s.Files.Show(ctx, tx, subject(p.ID), f.ID); err != nil {
			return err
		}
		if then != nil {
			if err := then(tx); err != nil {
				return err
			}
		}
		return audit.RecordReadOf(ctx, tx, actor, e, p.ID, p.Owner, access.Purpose(""))
	})
}

// settled returns who a person was found to be, and keeps it so until the end of
// the transaction.
func (s *Service) settled(ctx context.Context, tx *db.Tx, person string) (string, error) {
	p, err := s.People.LockPerson(ctx, tx, person)
	for err == nil && p.Merged != "" {
		p, err = s.People.LockPerson(ctx, tx, p.Merged)
	}
	return p.ID, err
}

// signed says what the signatures of a document are worth; what is no PDF has none.
func (s *Service) signed(ctx context.Context, t files.Type, document []byte) (holdings.Signed, error) {
	if t != files.PDF || s.Signatures == nil {
		return holdings.Unsigned, nil
	}
	report, err := s.Signatures(ctx, document)
	switch {
	case err != nil && !definite(err):
		return "", err
	case err != nil, len(report.Signatures) == 0:
		return holdings.Unsigned, nil //nolint:nilerr // what cannot be read as a signed document has no signature
	case report.Valid():
		return holdings.SignedOK, nil
	}
	return holdings.SignedBad, nil
}
