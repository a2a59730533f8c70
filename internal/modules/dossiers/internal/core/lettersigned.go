// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
)

// letterKind is what requests know letters by.
const letterKind = "letter"

// letterLater asks for a signature on a letter by a key elsewhere.
func (s *Service) letterLater(ctx context.Context, actor identity.Actor, k pen, what LetterAct, l store.Letter, w wish) (done Signing, err error) {
	prepared, name := forCard(w), "cho-ky-"+letterFile(l, w.d) // people see it where they sign by hand
	if k.remote.Kind != keystore.Local {
		name = letterFile(l, w.d)
		if prepared, err = signing.Prepare(w.base, w.request); err != nil {
			return done, err
		}
	}
	staged, err := s.Requests.Stage(ctx, k.remote, requests.Document{Kind: letterKind, Subject: l.ID, Step: w.name, Name: name, Prepared: prepared})
	if err != nil {
		return done, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		now, _, err := s.store.LockLetter(ctx, tx, l.ID)
		if err != nil {
			return err
		}
		if now.Version != l.Version {
			return letterOver(now)
		}
		if err := s.letterFree(ctx, tx, l.ID); err != nil {
			return err
		}
		q, err := s.Requests.Start(ctx, tx, actor, k.remote, k.user, []requests.Staged{staged})
		if err != nil {
			return err
		}
		done = Signing{Request: string(q.ID)}
		return s.store.AddLetterSignature(ctx, tx, store.LetterSignature{
			ID: newid.New(), Letter: l.ID, Dossier: l.Dossier, Request: string(q.ID), Act: string(what), Account: actor.Account, Name: actor.Name, Version: l.Version, Areas: l.Areas,
		})
	})
	return done, err
}

// letterItem finds a letter among the documents of a request.
func letterItem(items []requests.Item, letter string) *requests.Item {
	i := slices.IndexFunc(items, func(i requests.Item) bool { return i.Kind == letterKind && i.Subject == letter })
	if i < 0 {
		return nil
	}
	return &items[i]
}

// lettersEnded gives letters the signatures of a request that have come, or ends the waiting.
func (s *Service) lettersEnded(ctx context.Context, q requests.Request, items []requests.Item) error {
	waiting, err := s.store.LetterSignatures(ctx, s.DB, string(q.ID))
	if err != nil {
		return err
	}
	for _, g := range waiting {
		i := letterItem(items, g.Letter)
		if g.State != store.SignatureOpen || i == nil || (q.State.Open() && !q.Gives(*i)) {
			continue
		}
		if err := s.letterArrived(ctx, q, *i, g); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) letterArrived(ctx context.Context, q requests.Request, i requests.Item, g store.LetterSignature) (err error) {
	defer errs.Wrap(&err, "signature of letter %s", g.Letter)

	if !q.Gives(i) {
		return s.letterUnused(ctx, g, endCode(q, i), false)
	}
	document, err := s.Requests.Result(ctx, i)
	if err != nil {
		return err
	}
	step, _, _, _, _ := letterStep(LetterAct(g.Act)) //nolint:dogsled // the act alone
	if err := s.verify(ctx, document, append(slices.Clone(step.before), step.area)...); err != nil {
		if !definite(err) {
			return err
		}
		return s.letterUnused(ctx, g, codeOf(err), true)
	}
	d, err := s.store.Get(ctx, s.DB, access.All(), store.Involved(), g.Dossier)
	if err != nil {
		return err
	}
	l, _, err := s.store.FindLetter(ctx, s.DB, g.Letter)
	if err != nil {
		return err
	}
	staged, err := s.stage(ctx, letterFile(l, d), document)
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error { return s.useLetter(ctx, tx, g, step, staged) })
	if err != nil && definite(err) {
		return s.letterUnused(ctx, g, codeOf(err), true)
	}
	return err
}

// useLetter keeps a letter that was signed elsewhere, as who approved it, with the
// rights of this moment.
func (s *Service) useLetter(ctx context.Context, tx *db.Tx, g store.LetterSignature, step act, staged files.Staged) error {
	actor, err := s.actor(ctx, tx, g.Account)
	if err != nil {
		return err
	}
	scope, err := access.Require(actor, step.perm)
	if err != nil {
		return err
	}
	if open, err := s.store.EndLetterSignature(ctx, tx, g.ID, store.SignatureUsed, ""); err != nil || !open {
		return err // somebody was faster
	}
	l, found, err := s.store.FindLetter(ctx, tx, g.Letter)
	if err != nil {
		return err
	}
	if !found || l.Version != g.Version {
		return letterOver(l)
	}
	l.Areas = g.Areas
	return s.keepLetter(ctx, tx, actor, scope, LetterAct(g.Act), l, staged)
}

// letterUnused ends the waiting for a signature that does not come, or came in vain.
func (s *Service) letterUnused(ctx context.Context, g store.LetterSignature, code string, came bool) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		open, err := s.store.EndLetterSignature(ctx, tx, g.ID, store.SignatureUnused, code)
		if err != nil || !open || !came {
			return err
		}
		return audit.Record(ctx, tx, identity.Actor{Account: g.Account}, dossiers.AuditUnused, string(g.Dossier))
	})
}

// letterItems are the letters of a request, as who was asked sees them.
func (s *Service) letterItems(ctx context.Context, q requests.Request, items []requests.Item) (all []SigningItem, act string, err error) {
	waiting, err := s.store.LetterSignatures(ctx, s.DB, string(q.ID))
	if err != nil {
		return nil, "", err
	}
	for _, g := range waiting {
		d, err := s.store.Get(ctx, s.DB, access.All(), store.Involved(), g.Dossier) // nothing of it but code and procedure
		if err != nil {
			return nil, "", err
		}
		step, _, _, _, _ := letterStep(LetterAct(g.Act)) //nolint:dogsled // the act alone
		act = step.name
		one := SigningItem{ID: d.ID, Letter: g.Letter, Code: d.Code, Name: d.Name, State: g.State, Why: g.Code}
		if i := letterItem(items, g.Letter); i != nil && g.State == SignatureOpen {
			one.Came, one.Why = i.State == requests.ItemSigned, i.Code
		}
		all = append(all, one)
	}
	return all, act, nil
}
