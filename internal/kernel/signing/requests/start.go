// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
)

// Document is one document to be signed. Kind, Subject and Step say to its owner
// which it is; a step of a subject has one open request at most.
type Document struct {
	Kind, Subject, Step string
	Name                string // of the file, shown on the phone: no personal data
	Prepared            signing.Prepared
}

// Staged is a document that was written to the disk and belongs to no request yet.
type Staged struct {
	Document Document
	attrs    []byte
	file     files.Staged
}

// Stage keeps a prepared document, outside any transaction.
func (s *Service) Stage(ctx context.Context, c keystore.Certificate, d Document) (st Staged, err error) {
	defer errs.Wrap(&err, "stage %s for a signature", d.Name)

	if c.Kind == keystore.Local { // it signs the file, not a hash
		sum := sha256.Sum256(d.Prepared.Document)
		d.Prepared.Hash = sum[:]
		st = Staged{Document: d}
		st.file, err = s.receive(ctx, d.Name, d.Prepared.Document)
		return st, err
	}
	e, err := signing.NewEnvelope(d.Prepared.Hash, c.Cert, c.Chain)
	if err != nil {
		return st, err
	}
	st = Staged{Document: d, attrs: e.Attrs}
	st.file, err = s.receive(ctx, d.Name, d.Prepared.Document)
	return st, err
}

func (s *Service) receive(ctx context.Context, name string, document []byte) (files.Staged, error) {
	return s.Files.Receive(ctx, bytes.NewReader(document), files.Meta{Name: name, Allow: []files.Type{files.PDF}, Limit: maxDocument, Own: true})
}

// Start asks the actor to approve the staged documents, in the caller's
// transaction: after the commit a job goes to the provider. User is whose phone
// is asked, as the provider knows them. A document whose step has an open request
// is ErrOpen; a certificate that is not in force ErrCertificate or ErrNotYet. Where
// the certificate is one of a card nobody is asked: its program comes with a Pass.
func (s *Service) Start(ctx context.Context, tx *db.Tx, actor identity.Actor, c keystore.Certificate, user string, all []Staged) (q Request, err error) {
	defer errs.Wrap(&err, "request signatures of %d documents", len(all))

	if len(all) == 0 || len(all) > MaxItems {
		return q, ErrMany.With("max", MaxItems)
	}
	if err := s.fit(c, tx.Now); err != nil {
		return q, err
	}
	figures, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return q, err
	}
	q = Request{
		ID: ID(newid.New()), Provider: c.Provider, Certificate: c.ID, Serial: c.Serial, Account: actor.Account, Unit: actor.Unit,
		Compare: fmt.Sprintf("%06d", figures), State: Created, CreatedAt: tx.Now, ExpiresAt: db.At(tx.Now.Add(s.Limit)),
		user: user, chain: chain{Cert: c.Cert.Raw},
	}
	if c.Kind == keystore.Local {
		s.whole(&q, actor)
	}
	for _, above := range c.Chain {
		q.chain.Above = append(q.chain.Above, above.Raw)
	}
	if err := s.insert(ctx, tx, q); err != nil {
		return Request{}, err
	}
	for place, st := range all {
		f, err := s.Files.Keep(ctx, tx, st.file, files.Subject{Kind: fileKind, ID: string(q.ID)}, actor.Account)
		if err != nil {
			return Request{}, err
		}
		d := st.Document
		if err := insertItem(ctx, tx, Item{
			ID: newid.New(), Request: q.ID, place: place, Kind: d.Kind, Subject: d.Subject, Step: d.Step, Name: d.Name, file: string(f.ID),
			hash: d.Prepared.Hash, start: d.Prepared.Start, end: d.Prepared.End, field: d.Prepared.Field, attrs: st.attrs,
		}); err != nil {
			return Request{}, err
		}
	}
	if err := audit.Record(ctx, tx, actor, AuditRequested, string(q.ID)); err != nil {
		return Request{}, err
	}
	if q.Provider == Card {
		return q, jobs.EnqueueAt(ctx, tx, JobAsk, tick{Request: q.ID}, q.ExpiresAt)
	}
	return q, jobs.Enqueue(ctx, tx, JobAsk, tick{Request: q.ID})
}

// fit refuses a certificate that could not sign now.
func (s *Service) fit(c keystore.Certificate, now db.Time) error {
	switch {
	case c.Kind != keystore.Local && s.Providers[c.Provider] == nil:
		return ErrProvider.With("provider", c.Provider)
	case c.Cert == nil || c.State != keystore.Active || now.After(c.Cert.NotAfter):
		return ErrCertificate
	case now.Before(c.Cert.NotBefore): // or our clock is behind
		return ErrNotYet.With("from", day(c.Cert.NotBefore))
	}
	return nil
}

func day(t time.Time) string { return t.In(clock.Vietnam()).Format("02/01/2006 15:04") }

// Cancel ends a request that is open; its answer, should one come, is recorded
// and not used.
func (s *Service) Cancel(ctx context.Context, tx *db.Tx, actor identity.Actor, id ID) (err error) {
	defer errs.Wrap(&err, "cancel signature request %s", id)

	q, err := s.lock(ctx, tx, id)
	if err != nil {
		return err
	}
	if !q.State.Open() {
		return ErrEnded
	}
	return s.end(ctx, tx, actor, &q, Cancelled, "")
}

// Wake lets the provider be asked about a request now: somebody who says that
// there is news is not believed more than that. An id that nobody knows does
// nothing.
func (s *Service) Wake(ctx context.Context, provider string, id ID) (err error) {
	defer errs.Wrap(&err, "wake signature request")

	return s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE requests_requests SET tick = tick + 1, next_at = $3
			WHERE id = $1 AND provider = $2 AND late = '' AND state NOT IN ('created', 'approved', 'refused', 'failed')`, string(id), provider, tx.Now)
		if err != nil || n == 0 {
			return err
		}
		return s.enqueue(ctx, tx, id, tx.Now)
	})
}

// enqueue adds the job that may go on with a request whose tick was just counted.
func (s *Service) enqueue(ctx context.Context, tx *db.Tx, id ID, due db.Time) error {
	var n int64
	if err := tx.QueryRow(ctx, `SELECT tick FROM requests_requests WHERE id = $1`, string(id)).Scan(&n); err != nil {
		return err
	}
	return jobs.EnqueueAt(ctx, tx, JobAsk, tick{Request: id, Tick: n}, due)
}

// Result returns the signed document of an item.
func (s *Service) Result(ctx context.Context, i Item) ([]byte, error) {
	if i.State != ItemSigned {
		return nil, ErrNotFound
	}
	return s.read(ctx, i.Request, i.result)
}

// Hash is the SHA-256 of the bytes that an item's signature covers, hexadecimal.
func (i Item) Hash() string { return hex.EncodeToString(i.hash) }
