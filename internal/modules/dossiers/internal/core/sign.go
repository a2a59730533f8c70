// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"fmt"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/appearance"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Sign signs the document with the actor's own key: it is read and signed
// first, outside any transaction, and kept only if it is still the one that
// waits for this signature.
func (s *Service) Sign(ctx context.Context, actor identity.Actor, id dossiers.ID) (err error) {
	defer errs.Wrap(&err, "sign result of dossier %s", id)

	before, err := s.look(ctx, actor, dossiers.PermSign, id, actSign)
	if err != nil {
		return err
	}
	r, found, err := s.store.FindResult(ctx, s.DB, id)
	if err != nil {
		return err
	}
	if !found || r.State != string(ToSign) {
		if !r.SignedAt.IsZero() { // in this very moment
			return s.passed(ctx, s.DB, before, []string{actSign})
		}
		return dossiers.ErrNothingDrafted
	}
	if r.Signer != actor.Account {
		return dossiers.ErrOtherSigner.With("who", r.SignerName)
	}
	v, err := s.version(ctx, before.Procedure, before.SHA)
	if err != nil {
		return err
	}
	signed, err := s.signDocument(ctx, actor, before, r)
	if err != nil {
		return err
	}
	staged, err := s.stage(ctx, "da-ky-"+before.Code+".pdf", signed)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.turn(ctx, tx, actor, dossiers.PermSign, id, actSign)
		if err != nil {
			return err
		}
		now, _, err := s.store.LockResult(ctx, tx, id)
		if err != nil {
			return err
		}
		if d.Task != before.Task || now.Version != r.Version || now.DocumentSHA != r.DocumentSHA {
			return dossiers.ErrResultChanged
		}
		f, err := s.Files.Keep(ctx, tx, staged, subject(id), actor.Account)
		if err != nil {
			return err
		}
		now.State, now.SignedFile, now.SignedSHA, now.SignedAt = string(Signed), string(f.ID), f.SHA256, tx.Now
		if err := s.store.PutResult(ctx, tx, now); err != nil {
			return err
		}
		if err := s.advance(ctx, tx, actor, &d, v, "", ""); err != nil {
			return err
		}
		if err := s.store.Save(ctx, tx, d); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditSigned, string(id))
	})
}

// signDocument returns the document with the signature of the actor.
func (s *Service) signDocument(ctx context.Context, actor identity.Actor, d store.Dossier, r store.Result) ([]byte, error) {
	document, sha, err := s.bytesOf(ctx, d.ID, r.Document)
	if err != nil {
		return nil, err
	}
	if sha != r.DocumentSHA {
		return nil, dossiers.ErrFileChanged
	}
	key, err := s.Signers.PersonSigner(ctx, actor.Account)
	if err != nil {
		return nil, err
	}
	place, err := rect(r, papers.AreaSignature)
	if err != nil {
		return nil, err
	}
	at := s.DB.Now().In(zone())
	hand, err := appearance.Signature(s.Fonts.Italic, r.SignerName, place.W/mm, place.H/mm)
	if err != nil {
		return nil, err
	}
	look, err := appearance.Page(s.Fonts, place, at, hand, s.lines(r.SignerName, at))
	if err != nil {
		return nil, err
	}
	return signing.Sign(ctx, document, signing.Request{
		Field: string(papers.AreaSignature), Appearance: look, At: at, Name: r.SignerName, Reason: "Ký ban hành", Certify: true,
	}, key, nil)
}

// lines is the small text in a signature.
func (s *Service) lines(name string, at time.Time) []string {
	lines := []string{"Người ký: " + name, "Thời gian ký: " + at.Format("02/01/2006 15:04:05 -07:00")}
	if s.Mark != "" {
		lines = append(lines, s.Mark)
	}
	return lines
}

// maxSign is how many are signed in one go.
const maxSign = 100

// SignMany signs several, each by itself: what fails is told and stops nothing.
func (s *Service) SignMany(ctx context.Context, actor identity.Actor, ids []dossiers.ID) (all []Outcome, err error) {
	defer errs.Wrap(&err, "sign %d results", len(ids))

	if _, err := access.Require(actor, dossiers.PermSign); err != nil {
		return nil, err
	}
	if len(ids) > maxSign {
		return nil, dossiers.ErrTooManyAtOnce.With("max", maxSign)
	}
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return all, fmt.Errorf("stopped after %d: %w", len(all), err)
		}
		all = append(all, Outcome{ID: id, Err: s.Sign(ctx, actor, id)})
	}
	return all, nil
}
