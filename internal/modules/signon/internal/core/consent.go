// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Agreements returns what the actor has agreed to give clients, after the given one.
func (s *Service) Agreements(ctx context.Context, actor identity.Actor, after string) (_ []signon.Agreement, next string, err error) {
	defer errs.Wrap(&err, "list agreements")

	if actor.Anonymous() {
		return nil, "", access.ErrSignInNeeded
	}
	found, err := s.store.Consents(ctx, s.DB, actor.Account, after, s.DB.Now(), PageSize+1)
	if len(found) > PageSize {
		found = found[:PageSize]
		next = found[PageSize-1].Client
	}
	return found, next, err
}

// Withdraw takes back what the actor has agreed to: the client's tokens end at
// once, and it is told that the session there is over.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, client string) (err error) {
	defer errs.Wrap(&err, "withdraw from %s", client)

	if actor.Anonymous() {
		return access.ErrSignInNeeded
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		there, err := s.store.DropConsent(ctx, tx, actor.Account, client)
		if err != nil {
			return err
		}
		ended, err := s.store.EndClient(ctx, tx, client, actor.Account)
		if err != nil {
			return err
		}
		if !there && ended == 0 {
			return signon.ErrClient
		}
		if err := s.tell(ctx, tx, client, actor.Account, ""); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, signon.AuditWithdrawn, client)
	})
}
