// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// envelope is the CMS of an item that waits for its raw signature.
func (i Item) envelope(q Request) signing.Envelope {
	return signing.Envelope{Cert: q.chain.Cert, Chain: q.chain.Above, Attrs: i.attrs}
}

// accept takes the signatures of an approved request, document by document: each
// is checked against certificate and hash, embedded and kept, or said to be bad.
// A document that has its result is left alone, whoever did it.
func (s *Service) accept(ctx context.Context, q Request, items []Item, a Answer) error {
	by := map[string][]byte{}
	for _, one := range a.Signed {
		if by[one.ID] == nil { // of two answers for one document the first counts
			by[one.ID] = one.Signature
		}
	}
	for _, i := range items {
		if i.State != ItemWaiting {
			continue
		}
		document, err := s.embed(ctx, q, i, by[i.ID])
		switch {
		case err != nil && definite(err):
			if err := s.failed(ctx, q.ID, i.ID, codeOf(err)); err != nil {
				return err
			}
			continue
		case errors.Is(err, ErrStamp):
			if s.DB.Now().After(q.ExpiresAt.Add(grace)) {
				return s.ended(ctx, q.ID, Failed, ErrStamp.Code)
			}
			return s.again(ctx, q, a.Reference)
		case err != nil:
			return err
		}
		if err := s.Trip("embedded"); err != nil {
			return err
		}
		staged, err := s.receive(ctx, i.Name, document)
		if err != nil {
			return err
		}
		if err := s.Trip("staged"); err != nil {
			return err
		}
		if err := s.keep(ctx, q, i.ID, staged); err != nil {
			return err
		}
		if err := s.Trip("kept"); err != nil {
			return err
		}
	}
	return s.approved(ctx, q.ID, a.Reference)
}

// embed returns the signed document.
func (s *Service) embed(ctx context.Context, q Request, i Item, signature []byte) ([]byte, error) {
	if len(signature) == 0 {
		return nil, ErrMissing
	}
	envelope := i.envelope(q)
	if _, err := envelope.Finish(signature, nil); err != nil { // before anybody stamps it
		return nil, ErrSignature.Because(err)
	}
	document, err := s.read(ctx, q.ID, i.file)
	if err != nil {
		return nil, err
	}
	var token []byte
	if s.Stamp != nil {
		sum := sha256.Sum256(signature)
		if token, err = s.Stamp(ctx, sum[:]); err != nil {
			return nil, ErrStamp.Because(err)
		}
		if len(token) > 0 {
			if err := signing.CheckStamp(token, signature); err != nil {
				return nil, ErrStamp.Because(err)
			}
		}
	}
	cms, err := envelope.Finish(signature, token)
	if err != nil {
		return nil, ErrSignature.Because(err)
	}
	prepared := signing.Prepared{Document: document, Hash: i.hash, Start: i.start, End: i.end, Field: i.field}
	out, err := prepared.Embed(cms)
	if errors.Is(err, signing.ErrMismatch) || errors.Is(err, signing.ErrTooLong) || errors.Is(err, signing.ErrSignature) {
		return nil, ErrBroken.Because(err)
	}
	if err == nil && !bytes.Equal(out[:i.start], document[:i.start]) {
		return nil, ErrBroken
	}
	return out, err
}

// failed marks a document whose signature cannot be used.
func (s *Service) failed(ctx context.Context, id ID, item, code string) error {
	return s.item(ctx, id, item, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE requests_items SET state = $2, code = $3 WHERE id = $1 AND state = 'waiting'`, item, string(ItemFailed), code)
		return err
	})
}

// keep gives a document its result, once.
func (s *Service) keep(ctx context.Context, q Request, item string, staged files.Staged) error {
	return s.item(ctx, q.ID, item, func(tx *db.Tx) error {
		f, err := s.Files.Keep(ctx, tx, staged, files.Subject{Kind: fileKind, ID: string(q.ID)}, q.Account)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE requests_items SET state = $2, result = $3 WHERE id = $1 AND state = 'waiting'`, item, string(ItemSigned), string(f.ID))
		return err
	})
}

// item changes a document that still waits, of a request that is open.
func (s *Service) item(ctx context.Context, id ID, item string, change func(tx *db.Tx) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q, err := s.lock(ctx, tx, id)
		if err != nil || !q.State.Open() {
			return err
		}
		var state ItemState
		if err := tx.QueryRow(ctx, `SELECT state FROM requests_items WHERE id = $1`, item).Scan(&state); err != nil || state != ItemWaiting {
			return err
		}
		return change(tx)
	})
}

// approved ends a request whose documents have all been dealt with.
func (s *Service) approved(ctx context.Context, id ID, reference string) (err error) {
	defer errs.Wrap(&err, "end approved request")

	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q, err := s.lock(ctx, tx, id)
		if err != nil || !q.State.Open() {
			return err
		}
		var open int
		if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM requests_items WHERE request_id = $1 AND state = 'waiting'`, string(id)).Scan(&open); err != nil || open > 0 {
			return err // the job of somebody else is at it
		}
		if reference != "" {
			q.reference = reference
		}
		return s.end(ctx, tx, actorOf(q), &q, Approved, "")
	})
}
