// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/docx"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// How long words of officials may be, in characters.
const (
	minReason = 10
	maxReason = 2000
)

// reason checks words that somebody has to be able to act on.
func reason(words string) (string, error) {
	words = text.NFC(words)
	n := utf8.RuneCountInString(words)
	switch {
	case n < minReason:
		return "", dossiers.ErrReasonNeeded.With("min", minReason)
	case n > maxReason:
		return "", errs.BadInput([]errs.Field{{Name: "reason", Code: "form.too_long", Args: map[string]any{"max": maxReason, "over": n - maxReason}}})
	}
	return words, nil
}

// Refuse refuses a dossier that was not accepted, with the reason in words.
func (s *Service) Refuse(ctx context.Context, actor identity.Actor, id dossiers.ID, words string) (err error) {
	defer errs.Wrap(&err, "refuse dossier %s", id)

	scope, err := access.Require(actor, dossiers.PermAccept)
	if err != nil {
		return err
	}
	if words, err = reason(words); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.store.Lock(ctx, tx, scope, store.Receivers(), id)
		if err != nil {
			return err
		}
		if err := s.waits(ctx, tx, d); err != nil && !errors.Is(err, dossiers.ErrWaiting) { // what was asked for may never come
			return err
		}
		if err := s.endSupplement(ctx, tx, actor, id); err != nil {
			return err
		}
		d.Status, d.Reason, d.AcceptedBy, d.FinishedAt = dossiers.Refused, words, actor.Account, tx.Now
		if err := s.store.Save(ctx, tx, d); err != nil {
			return err
		}
		if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindRefused, Status: d.Status, Unit: d.Received}); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, d, dossiers.NoticeRefused, ""); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditRefused, string(id))
	})
}

// RefusalSlip returns the slip (mẫu 03) of a refused dossier as PDF. It is
// drawn from what is stored, the same each time.
func (s *Service) RefusalSlip(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) (_ []byte, err error) {
	defer errs.Wrap(&err, "refusal slip of dossier %s", id)

	d, p, err := s.read(ctx, actor, id, why, dossiers.AuditReceiptRead)
	if err != nil {
		return nil, err
	}
	if d.Status != dossiers.Refused {
		return nil, dossiers.ErrNoReceipt
	}
	about, err := s.about(ctx, d, p)
	if err != nil {
		return nil, err
	}
	about.Code = d.Reference
	if paper, found, err := s.byTemplate(ctx, dossiers.ForRefused, d, p, d.FinishedAt.Time, docx.Values{Texts: map[string]string{
		"tu_choi.ly_do": d.Reason, "can_bo.ten": s.accountName(ctx, s.DB, d.AcceptedBy),
	}}); err != nil || found {
		return paper.PDF, err
	}
	paper, err := s.press(d.FinishedAt.Time).Refusal(papers.Refusal{
		Dossier: about, Reasons: []string{d.Reason}, Signer: s.accountName(ctx, s.DB, d.AcceptedBy), On: d.FinishedAt.Time,
	})
	return paper.PDF, err
}

// Withdraw takes a dossier back at the wish of who sent it, as long as no
// result is signed.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, id dossiers.ID, words string) (err error) {
	defer errs.Wrap(&err, "withdraw dossier %s", id)

	if _, err := access.Require(actor, dossiers.PermOwn); err != nil {
		return err
	}
	if words, err = reason(words); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		scope, err := s.own(ctx, tx, actor, access.Send, dossiers.PermOwn)
		if err != nil {
			return err
		}
		d, err := s.store.Lock(ctx, tx, scope, store.Owners(), id)
		if err != nil {
			return err
		}
		r, drafted, err := s.store.LockResult(ctx, tx, id)
		if err != nil {
			return err
		}
		if d.Status.Ended() || d.Status == dossiers.Finished || (drafted && !r.SignedAt.IsZero()) {
			return dossiers.ErrTooLate
		}
		if err := s.nobodyDecides(ctx, tx, actor, id); err != nil {
			return err
		}
		if err := s.end(ctx, tx, actor, &d, dossiers.Withdrawn, words, "withdrawn"); err != nil {
			return err
		}
		if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindWithdrawn, Status: d.Status, Unit: d.Received}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditWithdrawn, string(id))
	})
}
