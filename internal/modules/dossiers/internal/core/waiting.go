// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Signing is what became of a wish to sign: done, or waiting for an approval.
type Signing struct {
	Request string // of signatures; empty: it is done
}

// SigningState is a request for signatures as who was asked sees it.
type SigningState struct {
	Request   string
	State     requests.State
	Code      string // why it failed: the code of an error
	Act       string // initial, sign, seal
	Compare   string // figures that the phone shows too
	ByCard    bool   // the actor's own computer signs
	CreatedAt db.Time
	ExpiresAt db.Time
	Items     []SigningItem
}

// Settled reports whether nothing is going to change any more.
func (v SigningState) Settled() bool {
	for _, i := range v.Items {
		if i.State == store.SignatureOpen {
			return false
		}
	}
	return !v.State.Open()
}

// ToSign reports whether a card is still to sign something.
func (v SigningState) ToSign() bool {
	return v.State.Open() && slices.ContainsFunc(v.Items, func(i SigningItem) bool { return i.State == SignatureOpen && !i.Came })
}

// itemOf finds a dossier among the documents of a request.
func itemOf(items []requests.Item, d dossiers.ID) *requests.Item {
	i := slices.IndexFunc(items, func(i requests.Item) bool { return i.Kind == subjectKind && i.Subject == string(d) })
	if i < 0 {
		return nil
	}
	return &items[i]
}

// The states of a SigningItem.
const (
	SignatureOpen   = store.SignatureOpen   // it is waited for
	SignatureUsed   = store.SignatureUsed   // the dossier has gone on
	SignatureUnused = store.SignatureUnused // it did not come, or came in vain
)

// SigningItem is one dossier of a request.
type SigningItem struct {
	ID     dossiers.ID
	Letter string // of the dossier, where that is signed; empty: its result is
	Code   string // of the dossier
	Name   i18n.Text
	State  string // SignatureOpen and so on
	Came   bool   // the card has signed it, and it is being finished
	Why    string // the code of why it was not used
}

// WaitingFor says whom a dossier waits for.
type WaitingFor struct {
	Request string
	Act     string
	Who     string
	Mine    bool
	Since   db.Time
}

// signers of any kind.
func mayBeAsked(actor identity.Actor) error {
	_, err := access.RequireAny(actor, dossiers.PermSign, dossiers.PermProcess, dossiers.PermIssue)
	return err
}

// requestOf returns a request of the actor.
func (s *Service) requestOf(ctx context.Context, q db.Querier, actor identity.Actor, request string) (requests.Request, error) {
	if s.Requests == nil {
		return requests.Request{}, dossiers.ErrNoRequest
	}
	found, err := s.Requests.Get(ctx, q, requests.ID(request))
	if errors.Is(err, requests.ErrNotFound) || (err == nil && found.Account != actor.Account) {
		return requests.Request{}, dossiers.ErrNoRequest
	}
	return found, err
}

// GetSigning returns what the actor was asked to approve, and how far it is.
func (s *Service) GetSigning(ctx context.Context, actor identity.Actor, request string) (v SigningState, err error) {
	defer errs.Wrap(&err, "get request for signatures %s", request)

	if err := mayBeAsked(actor); err != nil {
		return v, err
	}
	q, err := s.requestOf(ctx, s.DB, actor, request)
	if err != nil {
		return v, err
	}
	all, err := s.store.Signatures(ctx, s.DB, request)
	if err != nil {
		return v, err
	}
	items, err := s.Requests.Items(ctx, s.DB, q.ID)
	if err != nil {
		return v, err
	}
	v = SigningState{ByCard: q.ByCard(), Request: request, State: q.State, Code: q.Code, Compare: q.Compare, CreatedAt: q.CreatedAt, ExpiresAt: q.ExpiresAt}
	for _, g := range all {
		d, err := s.store.Get(ctx, s.DB, access.All(), store.Involved(), g.Dossier) // nothing of it but code and procedure
		if err != nil {
			return v, err
		}
		v.Act = g.Act
		one := SigningItem{ID: d.ID, Code: d.Code, Name: d.Name, State: g.State, Why: g.Code}
		if i := itemOf(items, g.Dossier); i != nil && g.State == SignatureOpen {
			one.Came, one.Why = i.State == requests.ItemSigned, i.Code
		}
		v.Items = append(v.Items, one)
	}
	letters, act, err := s.letterItems(ctx, q, items)
	if act != "" {
		v.Act = act
	}
	v.Items = append(v.Items, letters...)
	return v, err
}

// Paper is what a document is called among those of a request.
func (i SigningItem) Paper() string {
	if i.Letter != "" {
		return i.Letter
	}
	return string(i.ID)
}

// CancelSigning takes back what the actor was asked to approve: the dossiers can
// be worked on again, and an answer that comes all the same is not used.
func (s *Service) CancelSigning(ctx context.Context, actor identity.Actor, request string) (err error) {
	defer errs.Wrap(&err, "cancel request for signatures %s", request)

	if err := mayBeAsked(actor); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q, err := s.requestOf(ctx, tx, actor, request)
		if err != nil {
			return err
		}
		items, err := s.Requests.Items(ctx, tx, q.ID)
		if err != nil {
			return err
		}
		all, err := s.store.Signatures(ctx, tx, request)
		if err != nil {
			return err
		}
		for _, g := range all {
			if i := itemOf(items, g.Dossier); i != nil && q.Gives(*i) {
				continue // a card has signed it: it goes its way
			}
			d, err := s.store.Lock(ctx, tx, access.All(), store.Involved(), g.Dossier)
			if err != nil {
				return err
			}
			if err := s.stopWaiting(ctx, tx, &d, g, "dossiers.signing.cancelled"); err != nil {
				return err
			}
			if err := s.store.Save(ctx, tx, d); err != nil {
				return err
			}
		}
		letters, err := s.store.LetterSignatures(ctx, tx, request)
		if err != nil {
			return err
		}
		for _, g := range letters {
			if i := letterItem(items, g.Letter); i != nil && q.Gives(*i) {
				continue
			}
			if _, err := s.store.EndLetterSignature(ctx, tx, g.ID, store.SignatureUnused, "dossiers.signing.cancelled"); err != nil {
				return err
			}
		}
		return s.Requests.Cancel(ctx, tx, actor, requests.ID(request)) // refused when it has been answered: nothing of this happened
	})
}

// stopWaiting ends the waiting of a locked dossier, which the caller saves.
func (s *Service) stopWaiting(ctx context.Context, tx *db.Tx, d *store.Dossier, g store.Signature, code string) error {
	if _, err := s.store.EndSignature(ctx, tx, g.ID, store.SignatureUnused, code); err != nil {
		return err
	}
	if d.Signing == g.ID {
		d.Signing = ""
	}
	return nil
}

// nobodyWaits ends the waiting of a dossier that is taken back, and the request
// where it was its last.
func (s *Service) nobodyWaits(ctx context.Context, tx *db.Tx, actor identity.Actor, d *store.Dossier) error {
	if d.Signing == "" {
		return nil
	}
	g, found, err := s.store.LastSignature(ctx, tx, d.ID)
	if err != nil || !found {
		return err
	}
	if err := s.stopWaiting(ctx, tx, d, g, "dossiers.signing.withdrawn"); err != nil {
		return err
	}
	left, err := s.store.CountOpen(ctx, tx, g.Request)
	if err != nil || left > 0 {
		return err
	}
	if err := s.Requests.Cancel(ctx, tx, actor, requests.ID(g.Request)); err != nil && !errors.Is(err, requests.ErrEnded) {
		return err
	}
	return nil
}

// waitsFor says who is asked for a signature.
func (s *Service) waitsFor(ctx context.Context, q db.Querier, d store.Dossier) error {
	g, _, err := s.store.LastSignature(ctx, q, d.ID)
	if err != nil {
		return err
	}
	return dossiers.ErrSigning.With("who", g.Name)
}
