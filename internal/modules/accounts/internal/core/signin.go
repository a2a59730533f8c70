// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/accounts"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// maxPassword keeps people from sending a book to be hashed.
const maxPassword = 200

// Credentials are what a person signs in with.
type Credentials struct{ Login, Password string }

// Check reports every problem at once, in the order of the form.
func (c Credentials) Check() (fields []errs.Field) {
	for _, f := range []struct {
		name, value string
		max         int
	}{{"login", c.Login, 100}, {"password", c.Password, maxPassword}} {
		switch {
		case strings.TrimSpace(f.value) == "":
			fields = append(fields, errs.Field{Name: f.name, Code: "accounts." + f.name + "_missing"})
		case len(f.value) > f.max:
			fields = append(fields, errs.Field{Name: f.name, Code: "accounts.too_long"})
		}
	}
	return fields
}

// Session is what SignIn returns: the token opens the account until Ends.
type Session struct {
	Token string
	Ends  db.Time
	Actor identity.Actor
}

// SignIn starts a session. The password is checked before the transaction: it
// takes long on purpose.
func (s *Service) SignIn(ctx context.Context, c Credentials, k identity.SessionKind) (_ Session, err error) {
	defer errs.Wrap(&err, "sign in")

	if err := errs.BadInput(c.Check()); err != nil {
		return Session{}, err
	}
	account, err := s.people.CheckPassword(ctx, s.db, c.Login, c.Password)
	if err != nil {
		return Session{}, err
	}
	actor, err := access.Load(ctx, s.db, identity.NewActor(account.ID, account.Person), s.db.Now())
	if err != nil {
		return Session{}, err
	}
	actor.Login, actor.Name = account.Login, account.Name
	started := Session{Actor: actor}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		token, ends, err := s.people.StartSession(ctx, tx, account.ID, k)
		if err != nil {
			return err
		}
		started.Token, started.Ends = token, ends
		return audit.Record(ctx, tx, actor, accounts.AuditSignedIn, account.ID)
	})
	return started, err
}

// SignOut ends the actor's session. Nobody signed in is no error: the wish is fulfilled.
func (s *Service) SignOut(ctx context.Context, actor identity.Actor) (err error) {
	defer errs.Wrap(&err, "sign out")

	if actor.Anonymous() {
		return nil
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		ended, err := s.people.EndSession(ctx, tx, actor.Account, actor.Session)
		if err != nil || !ended {
			return err
		}
		return audit.Record(ctx, tx, actor, accounts.AuditSignedOut, actor.Account)
	})
}
