// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/accounts"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Prove notes that the person of a session has given the password again, and
// returns the session's new token; of a program's session the token stays.
func (s *Service) Prove(ctx context.Context, actor identity.Actor, k identity.SessionKind, password string, from identity.Source) (token string, err error) {
	defer errs.Wrap(&err, "prove again")

	if actor.Anonymous() {
		return "", access.ErrSignInNeeded
	}
	if err := s.own(ctx, actor, "password", password, from); err != nil {
		return "", err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if k == identity.API {
			token = ""
			if err := s.people.Prove(ctx, tx, actor.Account, actor.Session); err != nil {
				return err
			}
		} else {
			renewed, err := s.renew(ctx, tx, actor, "")
			if err != nil {
				return err
			}
			token = renewed
		}
		return audit.Record(ctx, tx, actor, accounts.AuditProved, actor.Account)
	})
	return token, err
}

// renew gives the actor's session a new token and asks again what must be done
// first.
func (s *Service) renew(ctx context.Context, tx *db.Tx, actor identity.Actor, w identity.Way) (string, error) {
	account, err := s.people.GetAccount(ctx, tx, actor.Account)
	if err != nil {
		return "", err
	}
	rule, err := s.rule(ctx, tx, actor.Account, tx.Now)
	if err != nil {
		return "", err
	}
	factors, err := s.people.ListFactors(ctx, tx, actor.Account)
	if err != nil {
		return "", err
	}
	must := identity.MustNothing
	switch {
	case rule.Password.Expired(account.PasswordAt, tx.Now) && (w == "" || w.UsesPassword()):
		must = identity.MustPassword
	case rule.NeedsFactor(tx.Now) && !factors.Any():
		must = identity.MustFactor
	}
	return s.people.Renew(ctx, tx, actor.Account, actor.Session, w, must)
}

// own checks the password of somebody who has signed in, as slowly for who
// guesses as signing in. Field names the control it stands in.
func (s *Service) own(ctx context.Context, actor identity.Actor, field, password string, from identity.Source) error {
	switch {
	case strings.TrimSpace(password) == "":
		return errs.BadInput([]errs.Field{{Name: field, Code: "accounts.password_missing"}})
	case len(password) > maxPassword:
		return errs.BadInput([]errs.Field{{Name: field, Code: "accounts.too_long"}})
	}
	account, err := s.people.GetAccount(ctx, s.db, actor.Account)
	if err != nil {
		return err
	}
	_, err = s.check(ctx, Credentials{Login: account.Login, Password: password, From: from})
	if errors.Is(err, identity.ErrWrongPassword) {
		return errs.BadInput([]errs.Field{{Name: field, Code: accounts.ErrWrongNow.Code}})
	}
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := s.people.Arrived(ctx, tx, account, from)
		return err
	})
}
