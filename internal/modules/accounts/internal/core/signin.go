// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/refusals"
	"tinhso.vn/internal/modules/accounts"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// maxPassword keeps people from sending a book to be hashed.
const maxPassword = 200

// Credentials are what a person signs in with.
type Credentials struct {
	Login, Password string
	From            identity.Source
}

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
	// Device is what the browser keeps, so that strangers who guess elsewhere do
	// not slow this one down.
	Device string
}

// SignIn starts a session. The password is checked before the transaction: it
// takes long on purpose.
func (s *Service) SignIn(ctx context.Context, c Credentials, k identity.SessionKind) (_ Session, err error) {
	defer errs.Wrap(&err, "sign in")

	if err := errs.BadInput(c.Check()); err != nil {
		return Session{}, err
	}
	var attempt identity.Attempt
	if err := s.db.Write(ctx, func(tx *db.Tx) error {
		counted, err := s.people.Attempt(ctx, tx, c.Login, c.From)
		attempt = counted
		return err
	}); err != nil {
		return Session{}, s.refused(err, c)
	}
	if err := s.wait(ctx, attempt.Pause); err != nil {
		return Session{}, err
	}
	account, err := s.people.CheckPassword(ctx, s.db, c.Login, c.Password)
	if err != nil {
		return Session{}, s.refused(err, c)
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
		device, err := s.people.Succeeded(ctx, tx, attempt, account.ID, c.From)
		if err != nil {
			return err
		}
		started.Token, started.Ends, started.Device = token, ends, device
		return audit.Record(ctx, tx, actor, accounts.AuditSignedIn, account.ID)
	})
	return started, err
}

// refused tells the security log of an attempt that failed, and returns why.
func (s *Service) refused(err error, c Credentials) error {
	kind := refusals.WrongSignIn
	switch {
	case errors.Is(err, identity.ErrWait):
		kind = refusals.SlowedSignIn
	case !errors.Is(err, identity.ErrWrongPassword):
		return err
	}
	if s.log != nil {
		address, _ := netip.ParseAddr(c.From.Network) // not valid is an answer too
		s.log.Refuse(refusals.Refusal{Kind: kind, Login: strings.ToLower(strings.TrimSpace(c.Login)), Address: address})
	}
	return err
}

// wait lets an attempt wait for its answer.
func (s *Service) wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
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
