// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"bytes"
	"context"
	"errors"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/kernel/signing/local"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Card is the provider of requests that nobody is asked for by us: a program on
// the official's own computer, with a card in it, fetches each document and
// brings it back signed, whole.
const Card = "card"

// CardLimit is how long a person has for all documents of a request.
const CardLimit = 30 * time.Minute

// Gives reports whether a document of the request has a signature that counts:
// after the one approval on a phone, or document by document from a card.
func (q Request) Gives(i Item) bool {
	return i.State == ItemSigned && (q.State == Approved || q.Provider == Card)
}

// ByCard reports whether it is a card that is to sign.
func (q Request) ByCard() bool { return q.Provider == Card }

// Field is the place of the document that is to be signed.
func (i Item) Field() string { return i.field }

// Fetch gives the program of a card the document of its token. That it came is
// recorded.
func (s *Service) Fetch(ctx context.Context, token string) (i Item, document []byte, err error) {
	defer errs.Wrap(&err, "fetch a document for a card")

	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		q, found, err := s.spend(ctx, tx, token, "fetched", maxFetched)
		switch {
		case err != nil:
			return err
		case found.State != ItemWaiting, !q.State.Open():
			return ErrPass
		}
		i = found
		return audit.Record(ctx, tx, actorOf(q), AuditFetched, string(q.ID))
	})
	if err != nil {
		return i, nil, err
	}
	document, err = s.read(ctx, i.Request, i.file)
	return i, document, err
}

// Room is how many bytes the file of a token may have: the document and its
// signature. It does not use the token up.
func (s *Service) Room(ctx context.Context, token string) (int64, error) {
	var request, file string
	err := s.DB.QueryRow(ctx, `SELECT i.request_id, i.file FROM requests_tokens t JOIN requests_items i ON i.id = t.item_id WHERE t.id = $1 AND t.expires_at > $2`,
		hashOf(token), s.DB.Now()).Scan(&request, &file)
	if errors.Is(err, db.ErrNoRows) || (err == nil && file == "") {
		return 0, ErrPass
	}
	if err != nil {
		return 0, err
	}
	f, err := files.Get(ctx, s.DB, files.Subject{Kind: fileKind, ID: request}, files.ID(file))
	return f.Size + local.MaxGrowth, err
}

// Bring takes the file that a card has signed. It must be the document of the
// token with the one signature that was asked for, by the certificate of the
// register; the same file once more changes nothing, another is ErrTwice, and one
// that comes after the end is recorded and not used.
func (s *Service) Bring(ctx context.Context, token string, file []byte) (i Item, err error) {
	defer errs.Wrap(&err, "take what a card has signed")

	var q Request
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		q, i, err = s.spend(ctx, tx, token, "brought", maxBrought)
		return err
	})
	if err != nil {
		return i, err
	}
	if i.State == ItemWaiting && q.State.Open() {
		if i, err = s.judge(ctx, q, i, file); err == nil {
			return i, nil
		}
	} else if q, i, err = s.now(ctx, i); err == nil { // document and request were read one after the other
		err = s.after(ctx, q, i, file)
	}
	if err != nil && !definite(err) && errs.KindOf(err) != errs.TooLarge {
		return i, err
	}
	if err != nil {
		return i, s.declined(ctx, q, i, err)
	}
	return i, nil
}

// judge looks at a file for a document that waits, and keeps it.
func (s *Service) judge(ctx context.Context, q Request, i Item, file []byte) (Item, error) {
	c, err := s.Register.Get(ctx, s.DB, access.All(), q.Certificate)
	if err != nil {
		return i, err
	}
	document, err := s.read(ctx, q.ID, i.file)
	if err != nil {
		return i, err
	}
	wish := local.Wish{Document: document, Field: i.field, Certificate: c}
	if err := wish.Check(file, func(b []byte) (signing.Report, error) { return s.Verify(ctx, b) }, s.DB.Now()); err != nil {
		return i, err
	}
	staged, err := s.receive(ctx, i.Name, file)
	if err != nil {
		return i, err
	}
	taken, err := s.keepWhole(ctx, q, i, c, staged)
	if err != nil {
		return i, err
	}
	if !taken { // another tab was faster
		if q, i, err = s.now(ctx, i); err != nil {
			return i, err
		}
		return i, s.after(ctx, q, i, file)
	}
	i.State = ItemSigned
	return i, nil
}

// now reads a document and its request once more.
func (s *Service) now(ctx context.Context, i Item) (q Request, _ Item, err error) {
	if i, err = scanItem(s.DB.QueryRow(ctx, `SELECT `+itemColumns+` FROM requests_items WHERE id = $1`, i.ID)); err != nil {
		return q, i, err
	}
	q, err = s.Get(ctx, s.DB, i.Request)
	return q, i, err
}

// after answers for a document that waits no more.
func (s *Service) after(ctx context.Context, q Request, i Item, file []byte) error {
	if i.State != ItemSigned {
		return ErrOver
	}
	if i.result == "" {
		return ErrTwice
	}
	has, err := s.read(ctx, q.ID, i.result)
	if err != nil {
		return err
	}
	if !bytes.Equal(has, file) {
		return ErrTwice
	}
	return nil
}

// keepWhole gives a document its result, once, and ends the request with its
// last. It reports whether the document still waited.
func (s *Service) keepWhole(ctx context.Context, q Request, i Item, c keystore.Certificate, staged files.Staged) (taken bool, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		taken = false
		now, err := s.lock(ctx, tx, q.ID)
		if err != nil || !now.State.Open() {
			return err
		}
		if !tx.Now.Before(now.ExpiresAt.Time) {
			return ErrOver
		}
		var state ItemState
		if err := tx.QueryRow(ctx, `SELECT state FROM requests_items WHERE id = $1`, i.ID).Scan(&state); err != nil || state != ItemWaiting {
			return err
		}
		c, err := s.Register.Get(ctx, tx, access.All(), c.ID) // it may have been suspended in this moment
		if err != nil {
			return err
		}
		if !c.Usable(tx.Now) {
			return local.ErrStranger
		}
		f, err := s.Files.Keep(ctx, tx, staged, files.Subject{Kind: fileKind, ID: string(q.ID)}, q.Account)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE requests_items SET state = $2, code = '', result = $3 WHERE id = $1`, i.ID, string(ItemSigned), string(f.ID)); err != nil {
			return err
		}
		if err := audit.Record(ctx, tx, actorOf(q), AuditBrought, string(q.ID)); err != nil {
			return err
		}
		taken = true
		var open int
		if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM requests_items WHERE request_id = $1 AND state = 'waiting'`, string(q.ID)).Scan(&open); err != nil {
			return err
		}
		if open > 0 {
			return events.Publish(ctx, tx, EventSignedV1, Ended{q.ID})
		}
		return s.end(ctx, tx, actorOf(q), &now, Approved, "")
	})
	return taken, err
}

// declined records that a file was refused, and why, where its document still
// waits, and returns the reason.
func (s *Service) declined(ctx context.Context, q Request, i Item, why error) error {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE requests_items SET code = $2 WHERE id = $1 AND state = 'waiting'`, i.ID, codeOf(why)); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actorOf(q), AuditDeclined, string(q.ID))
	})
	if err != nil {
		return err
	}
	return why
}

// over ends a request whose card has not come in time: JobAsk is due then.
func (s *Service) over(ctx context.Context, q Request) error {
	if !q.State.Open() {
		return nil
	}
	if s.DB.Now().Before(q.ExpiresAt.Time) { // woken too early
		return s.DB.Write(ctx, func(tx *db.Tx) error { return s.enqueue(ctx, tx, q.ID, q.ExpiresAt) })
	}
	return s.ended(ctx, q.ID, Expired, "")
}

// whole is a request that a card answers.
func (s *Service) whole(q *Request, actor identity.Actor) {
	q.Provider, q.State, q.Compare = Card, Waiting, ""
	q.ExpiresAt = db.At(q.CreatedAt.Add(CardLimit))
	q.user = actor.Account
}
