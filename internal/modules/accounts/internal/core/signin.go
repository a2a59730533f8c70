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
	Code            string // of programs: an authenticator's or a recovery code
	Held            string // token of the session the browser has, perhaps locked
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

// Session is what signing in returns: the token opens the account until Ends.
type Session struct {
	Token string
	Ends  db.Time
	Must  identity.Must
	Actor identity.Actor
	// Device is what the browser keeps, so that strangers who guess elsewhere do
	// not slow this one down.
	Device string
	// Step is what goes on where a code is still to come; then there is no Token.
	Step string
}

// SignIn starts a session, or where the account has a second factor the step in
// which it is asked for. A locked session of the same account goes on. The
// password is checked before the transaction: it takes long on purpose.
func (s *Service) SignIn(ctx context.Context, c Credentials, k identity.SessionKind) (_ Session, err error) {
	defer errs.Wrap(&err, "sign in")

	if err := errs.BadInput(c.Check()); err != nil {
		return Session{}, err
	}
	account, err := s.check(ctx, c)
	if err != nil {
		return Session{}, err
	}
	factors, err := s.people.ListFactors(ctx, s.db, account.ID)
	if err != nil {
		return Session{}, err
	}
	held, err := s.held(ctx, c.Held, account.ID)
	if err != nil {
		return Session{}, err
	}
	switch {
	case held.ID != "" && held.Locked(s.db.Now()):
		return s.unlock(ctx, account, held, "", c.From)
	case factors.Any() && k == identity.API:
		return s.byCode(ctx, account, c)
	case factors.Any():
		started := Session{}
		err := s.db.Write(ctx, func(tx *db.Tx) error {
			token, err := s.people.BeginStep(ctx, tx, identity.StepCode, account.ID, "")
			started.Step = token
			return err
		})
		return started, err
	}
	return s.begin(ctx, account, arriving{kind: k, way: identity.ByPassword, from: c.From, held: held.ID})
}

// check looks at name and password, slowly for who guesses, and makes the hash
// anew where it has become cheap.
func (s *Service) check(ctx context.Context, c Credentials) (identity.Account, error) {
	var attempt identity.Attempt
	if err := s.db.Write(ctx, func(tx *db.Tx) error {
		counted, err := s.people.Attempt(ctx, tx, c.Login, c.From)
		attempt = counted
		return err
	}); err != nil {
		return identity.Account{}, s.refused(ctx, err, attempt, c)
	}
	if err := s.wait(ctx, attempt.Pause); err != nil {
		return identity.Account{}, err
	}
	account, err := s.people.CheckAttempt(ctx, s.db, attempt, c.Login, c.Password)
	if err != nil {
		return identity.Account{}, s.refused(ctx, err, attempt, c)
	}
	if !account.Cheap {
		return account, nil
	}
	again, err := s.people.Hash(ctx, c.Password)
	if err != nil {
		return identity.Account{}, err
	}
	return account, s.db.Write(ctx, func(tx *db.Tx) error { return s.people.HashAgain(ctx, tx, account, again) })
}

// held returns the session that a browser has, where it is of that account.
func (s *Service) held(ctx context.Context, token, account string) (identity.Session, error) {
	_, held, ok, err := s.people.OpenSession(ctx, s.db, token, identity.Browser, s.db.Now())
	if err != nil || !ok || held.Account != account {
		return identity.Session{}, err
	}
	return held, nil
}

// arriving is how somebody comes in.
type arriving struct {
	kind identity.SessionKind
	way  identity.Way
	from identity.Source
	held string // session of the same browser, which ends
	do   func(tx *db.Tx) error
}

// begin starts a session for somebody who has proved everything.
func (s *Service) begin(ctx context.Context, account identity.Account, a arriving) (Session, error) {
	actor, err := s.actor(ctx, account)
	if err != nil {
		return Session{}, err
	}
	started := Session{Actor: actor}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if a.do != nil {
			if err := a.do(tx); err != nil {
				return err
			}
		}
		now := started
		rule, err := s.rule(ctx, tx, account.ID, tx.Now)
		if err != nil {
			return err
		}
		factors, err := s.people.ListFactors(ctx, tx, account.ID)
		if err != nil {
			return err
		}
		known, first, err := s.people.KnowsDevice(ctx, tx, account.ID, a.from)
		if err != nil {
			return err
		}
		if now.Device, err = s.people.Arrived(ctx, tx, account, a.from); err != nil {
			return err
		}
		o := rule.Opening(a.kind, a.way, a.from)
		switch {
		case a.way.UsesPassword() && rule.Password.Expired(account.PasswordAt, tx.Now):
			o.Must = identity.MustPassword
		case rule.NeedsFactor(tx.Now) && !factors.Any():
			o.Must = identity.MustFactor
		}
		if o.Must != identity.MustNothing && a.kind == identity.API {
			return accounts.ErrFactorNeeded
		}
		if a.held != "" {
			if _, err := s.people.EndSession(ctx, tx, account.ID, a.held); err != nil {
				return err
			}
		}
		token, session, err := s.people.Start(ctx, tx, account.ID, o)
		if err != nil {
			return err
		}
		now.Token, now.Ends, now.Must = token, session.Ends, session.Must
		unknown := a.kind == identity.Browser && !known && !first
		line := identity.SignIn{Account: account.ID, Way: a.way, Result: identity.SignedIn, Unknown: unknown}
		if err := s.people.LogSignIn(ctx, tx, line, a.from); err != nil {
			return err
		}
		if unknown {
			if err := s.tell(ctx, tx, account, newDeviceSMS); err != nil {
				return err
			}
		}
		started = now
		return audit.Record(ctx, tx, actor, accounts.AuditSignedIn, account.ID)
	})
	return started, err
}

// unlock lets a locked session go on under a new token. The second factor was
// given when it began.
func (s *Service) unlock(ctx context.Context, account identity.Account, held identity.Session, w identity.Way, from identity.Source) (Session, error) {
	actor, err := s.actor(ctx, account)
	if err != nil {
		return Session{}, err
	}
	opened := Session{Actor: actor, Ends: held.Ends, Must: held.Must}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		device, err := s.people.Arrived(ctx, tx, account, from)
		if err != nil {
			return err
		}
		token, err := s.people.Renew(ctx, tx, account.ID, held.ID, w, held.Must)
		if err != nil {
			return err
		}
		opened.Token, opened.Device = token, device
		way := held.Way
		if w != "" {
			way = w
		}
		return s.people.LogSignIn(ctx, tx, identity.SignIn{Account: account.ID, Way: way, Result: identity.Unlocked}, from)
	})
	return opened, err
}

func (s *Service) actor(ctx context.Context, account identity.Account) (identity.Actor, error) {
	actor, err := access.Load(ctx, s.db, identity.NewActor(account.ID, account.Person), s.db.Now())
	actor.Login, actor.Name = account.Login, account.Name
	return actor, err
}

// newDeviceSMS is sent to the owner, without marks and without data.
const newDeviceSMS = "Tai khoan cua Ong/Ba vua dang nhap tu mot thiet bi moi. Neu khong phai Ong/Ba, hay doi mat khau hoac bao quan tri don vi."

// tell tells the owner of an account something by a short message, where there
// is a number and a gateway.
func (s *Service) tell(ctx context.Context, tx *db.Tx, account identity.Account, words string) error {
	if s.Messages == nil {
		return nil
	}
	person, err := s.people.GetPerson(ctx, tx, account.Person)
	if err != nil {
		return err
	}
	return s.Messages.SMS(ctx, tx, account.ID, person.Phone, words)
}

// refused tells the security log, and the owner's, of an attempt that failed, and
// returns why.
func (s *Service) refused(ctx context.Context, err error, of identity.Attempt, c Credentials) error {
	kind, result := refusals.WrongSignIn, identity.Wrong
	switch {
	case errors.Is(err, identity.ErrWait):
		kind, result = refusals.SlowedSignIn, identity.Slowed
	case !errors.Is(err, identity.ErrWrongPassword):
		return err
	}
	if s.log != nil {
		address, _ := netip.ParseAddr(c.From.Network) // not valid is an answer too
		s.log.Refuse(refusals.Refusal{Kind: kind, Login: strings.ToLower(strings.TrimSpace(c.Login)), Address: address})
	}
	if result == identity.Slowed { // a flood of these would fill the owner's log
		return err
	}
	if failed := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.people.Failed(ctx, tx, of, c.From); err != nil {
			return err
		}
		account, found, err := s.people.FindAccount(ctx, tx, c.Login)
		if err != nil || !found {
			return err
		}
		return s.people.LogSignIn(ctx, tx, identity.SignIn{Account: account.ID, Way: identity.ByPassword, Result: result}, c.From)
	}); failed != nil {
		return failed
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
