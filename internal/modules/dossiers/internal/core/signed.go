// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// JobSigned goes on when a request for signatures has ended.
const JobSigned jobs.Kind = "dossiers.signed"

// RequestEnded does JobSigned, when a request has ended or a card has signed one
// document of it: each dossier that still waits for its signature
// gets it, or is told why not. Done again, it finds nothing that waits.
func (s *Service) RequestEnded(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "go on after a request for signatures")

	var e events.Event
	if err := json.Unmarshal(body, &e); err != nil {
		return err
	}
	var ended requests.Ended
	if err := json.Unmarshal(e.Body, &ended); err != nil {
		return err
	}
	q, err := s.Requests.Get(ctx, s.DB, ended.Request)
	if err != nil || (q.State.Open() && !q.ByCard()) {
		return err
	}
	items, err := s.Requests.Items(ctx, s.DB, q.ID)
	if err != nil {
		return err
	}
	waiting, err := s.store.Signatures(ctx, s.DB, string(q.ID))
	if err != nil {
		return err
	}
	for _, g := range waiting {
		i := itemOf(items, g.Dossier)
		if g.State != store.SignatureOpen || i == nil || (q.State.Open() && !q.Gives(*i)) {
			continue
		}
		if err := s.arrived(ctx, q, *i, g); err != nil {
			return err
		}
	}
	return s.lettersEnded(ctx, q, items)
}

// arrived gives a dossier the signature that has come, or ends the waiting.
func (s *Service) arrived(ctx context.Context, q requests.Request, i requests.Item, g store.Signature) (err error) {
	defer errs.Wrap(&err, "signature of dossier %s", g.Dossier)

	if !q.Gives(i) {
		return s.unused(ctx, g, endCode(q, i), false)
	}
	document, err := s.Requests.Result(ctx, i)
	if err != nil {
		return err
	}
	a := actOf(g.Act)
	if err := s.verify(ctx, document, append(slices.Clone(a.before), a.area)...); err != nil {
		if !definite(err) {
			return err
		}
		return s.unused(ctx, g, codeOf(err), true)
	}
	d, err := s.store.Get(ctx, s.DB, access.All(), store.Involved(), g.Dossier)
	if err != nil {
		return err
	}
	staged, err := s.stage(ctx, a.file+d.Code+".pdf", document)
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error { return s.use(ctx, tx, g, d.SHA, staged) })
	if err != nil && definite(err) {
		return s.unused(ctx, g, codeOf(err), true)
	}
	return err
}

// use finishes the step of a signature that is open, as the person who approved
// it, with the rights that person has at this moment: a delegation that ended
// while the phone was in the hand counts no more.
func (s *Service) use(ctx context.Context, tx *db.Tx, g store.Signature, sha string, staged files.Staged) error {
	a := actOf(g.Act)
	actor, err := s.actor(ctx, tx, g.Account)
	if err != nil {
		return err
	}
	scope, err := access.Require(actor, a.perm)
	if err != nil {
		return err
	}
	d, err := s.store.Lock(ctx, tx, scope, store.Involved(), g.Dossier)
	if err != nil {
		return err
	}
	if open, err := s.store.EndSignature(ctx, tx, g.ID, store.SignatureUsed, ""); err != nil || !open {
		return err // somebody was faster
	}
	if d.Signing != g.ID || d.SHA != sha {
		return dossiers.ErrResultChanged
	}
	d.Signing = ""
	if err := s.hasTurn(ctx, tx, actor, scope, &d, "", a.action); err != nil {
		return err
	}
	return s.signed(ctx, tx, actor, d, g, staged)
}

// actor is an official with the rights of this moment.
func (s *Service) actor(ctx context.Context, q db.Querier, account string) (identity.Actor, error) {
	a, err := s.Directory.GetAccount(ctx, q, account)
	if err != nil {
		return identity.Actor{}, err
	}
	if a.Disabled {
		return identity.Actor{}, access.ErrNotAllowed
	}
	actor := identity.NewActor(a.ID, a.Person)
	actor.Login, actor.Name = a.Login, a.Name
	return access.Load(ctx, q, actor, s.DB.Now())
}

// unused ends the waiting for a signature that does not come, or came in vain.
func (s *Service) unused(ctx context.Context, g store.Signature, code string, came bool) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.store.Lock(ctx, tx, access.All(), store.Involved(), g.Dossier)
		if err != nil {
			return err
		}
		open, err := s.store.EndSignature(ctx, tx, g.ID, store.SignatureUnused, code)
		if err != nil || !open {
			return err
		}
		if d.Signing == g.ID {
			d.Signing = ""
			if err := s.store.Save(ctx, tx, d); err != nil {
				return err
			}
		}
		if !came {
			return nil // the request has its own record
		}
		return audit.Record(ctx, tx, identity.Actor{Account: g.Account}, dossiers.AuditUnused, string(g.Dossier))
	})
}

// endCode says why there is no signature: a code with a text.
func endCode(q requests.Request, i requests.Item) string {
	switch {
	case i.Code != "":
		return i.Code
	case q.Code != "":
		return q.Code
	}
	if q.ByCard() && q.State == requests.Expired {
		return "dossiers.signing.card_expired"
	}
	return "dossiers.signing." + string(q.State)
}

// definite reports whether trying again would change nothing.
func definite(err error) bool {
	switch errs.KindOf(err) {
	case errs.Conflict, errs.Forbidden, errs.NotFound, errs.Invalid, errs.Unauthenticated:
		return true
	case errs.Internal, errs.Malformed, errs.TooLarge, errs.TooMany, errs.Unavailable:
	}
	return false
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Code
	}
	return "internal"
}
