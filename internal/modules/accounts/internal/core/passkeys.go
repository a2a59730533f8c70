// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"net/netip"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/refusals"
	"tinhso.vn/internal/modules/accounts"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/passkey"
	"tinhso.vn/internal/platform/text"
)

// Asked is what a browser's authenticator is asked, and the step in which its
// answer is taken, once.
type Asked struct {
	Options []byte // JSON, as WebAuthn has it
	Step    string
}

// AskPasskey asks for a proof by any passkey of this site.
func (s *Service) AskPasskey(ctx context.Context) (a Asked, err error) {
	defer errs.Wrap(&err, "ask for a passkey")

	if s.Passkeys == nil {
		return a, accounts.ErrNoPasskeys
	}
	options, state, err := s.Passkeys.Ask()
	if err != nil {
		return a, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		step, err := s.people.BeginStep(ctx, tx, identity.StepPasskey, "", state)
		a = Asked{options, step}
		return err
	})
	return a, err
}

// SignInPasskey starts a session for whoever holds a passkey, without a password;
// a locked session of the same account goes on.
func (s *Service) SignInPasskey(ctx context.Context, step string, answer []byte, from identity.Source, held string) (_ Session, err error) {
	defer errs.Wrap(&err, "sign in with a passkey")

	key, account, err := s.answered(ctx, step, answer, from)
	if err != nil {
		return Session{}, err
	}
	before, err := s.held(ctx, held, account.ID)
	if err != nil {
		return Session{}, err
	}
	if before.ID != "" && before.Locked(s.db.Now()) {
		if err := s.db.Write(ctx, func(tx *db.Tx) error { return s.people.UsedPasskey(ctx, tx, key.ID, key.Data) }); err != nil {
			return Session{}, err
		}
		return s.unlock(ctx, account, before, identity.ByPasskey, from)
	}
	return s.begin(ctx, account, arriving{kind: identity.Browser, way: identity.ByPasskey, from: from, held: before.ID, do: func(tx *db.Tx) error {
		return s.people.UsedPasskey(ctx, tx, key.ID, key.Data)
	}})
}

// ProvePasskey is Prove by a passkey of the actor.
func (s *Service) ProvePasskey(ctx context.Context, actor identity.Actor, step string, answer []byte, from identity.Source) (token string, err error) {
	defer errs.Wrap(&err, "prove again by a passkey")

	if actor.Anonymous() {
		return "", access.ErrSignInNeeded
	}
	key, account, err := s.answered(ctx, step, answer, from)
	if err != nil {
		return "", err
	}
	if account.ID != actor.Account {
		return "", passkey.ErrRefused
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.people.UsedPasskey(ctx, tx, key.ID, key.Data); err != nil {
			return err
		}
		renewed, err := s.renew(ctx, tx, actor, "")
		if err != nil {
			return err
		}
		token = renewed
		return audit.Record(ctx, tx, actor, accounts.AuditProved, actor.Account)
	})
	return token, err
}

// answered checks an answer and returns whose key it was, as it is to be kept
// from now on. The step is taken first: an answer sent again finds none.
func (s *Service) answered(ctx context.Context, step string, answer []byte, from identity.Source) (key identity.Passkey, account identity.Account, err error) {
	if s.Passkeys == nil {
		return key, account, accounts.ErrNoPasskeys
	}
	under, err := s.take(ctx, identity.StepPasskey, step)
	if err != nil {
		return key, account, err
	}
	_, data, err := s.Passkeys.Answered(under.Data, answer, func(id string) (passkey.Owner, error) {
		found, err := s.people.FindPasskey(ctx, s.db, id)
		if err != nil {
			return passkey.Owner{}, err
		}
		key = found
		if account, err = s.people.GetAccount(ctx, s.db, key.Account); err != nil {
			return passkey.Owner{}, err
		}
		return passkey.Owner{ID: account.ID, Login: account.Login, Name: account.Name, Keys: []string{key.Data}}, nil
	})
	if errors.Is(err, identity.ErrPasskeyUnknown) || err == nil && account.Disabled {
		err = passkey.ErrRefused
	}
	if err != nil {
		return key, account, s.refusedKey(ctx, err, account, from)
	}
	key.Data = data
	return key, account, nil
}

// refusedKey tells of a passkey that was not taken.
func (s *Service) refusedKey(ctx context.Context, why error, account identity.Account, from identity.Source) error {
	if s.log != nil {
		address, _ := netip.ParseAddr(from.Network) // not valid is an answer too
		s.log.Refuse(refusals.Refusal{Kind: refusals.WrongSignIn, Account: account.ID, Login: account.Login, Address: address})
	}
	if account.ID == "" {
		return why
	}
	if err := s.db.Write(ctx, func(tx *db.Tx) error {
		return s.people.LogSignIn(ctx, tx, identity.SignIn{Account: account.ID, Way: identity.ByPasskey, Result: identity.Wrong}, from)
	}); err != nil {
		return err
	}
	return why
}

func (s *Service) take(ctx context.Context, k identity.StepKind, step string) (under identity.Step, err error) {
	if under, err = s.people.GetStep(ctx, s.db, k, step, s.db.Now()); err != nil {
		return under, err
	}
	return under, s.db.Write(ctx, func(tx *db.Tx) error { return s.people.TakeStep(ctx, tx, step) })
}

func (s *Service) owner(ctx context.Context, actor identity.Actor) (passkey.Owner, error) {
	keys, err := s.people.ListPasskeys(ctx, s.db, actor.Account)
	o := passkey.Owner{ID: actor.Account, Login: actor.Login, Name: actor.Name}
	for _, k := range keys {
		if k.Removed.IsZero() {
			o.Keys = append(o.Keys, k.Data)
		}
	}
	return o, err
}

// BeginPasskey asks the actor's authenticator for a new key.
func (s *Service) BeginPasskey(ctx context.Context, actor identity.Actor) (a Asked, err error) {
	defer errs.Wrap(&err, "begin a passkey")

	if actor.Anonymous() {
		return a, access.ErrSignInNeeded
	}
	if s.Passkeys == nil {
		return a, accounts.ErrNoPasskeys
	}
	o, err := s.owner(ctx, actor)
	if err != nil {
		return a, err
	}
	options, state, err := s.Passkeys.Register(o)
	if err != nil {
		return a, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		step, err := s.people.BeginStep(ctx, tx, identity.StepNewPasskey, actor.Account, state)
		a = Asked{options, step}
		return err
	})
	return a, err
}

// Changed is what a change of factors gives back: the session's new token, and
// recovery codes where they were made now.
type Changed struct {
	Token string
	Codes []string
	ID    string
}

// AddPasskey keeps the key that answered BeginPasskey under a name.
func (s *Service) AddPasskey(ctx context.Context, actor identity.Actor, step, name string, answer []byte) (c Changed, err error) {
	defer errs.Wrap(&err, "add a passkey")

	if actor.Anonymous() {
		return c, access.ErrSignInNeeded
	}
	if s.Passkeys == nil {
		return c, accounts.ErrNoPasskeys
	}
	if err := errs.BadInput(nameFields(name)); err != nil {
		return c, err
	}
	under, err := s.take(ctx, identity.StepNewPasskey, step)
	if err != nil {
		return c, err
	}
	if under.Account != actor.Account {
		return c, identity.ErrStepGone
	}
	o, err := s.owner(ctx, actor)
	if err != nil {
		return c, err
	}
	id, key, err := s.Passkeys.Registered(o, under.Data, answer)
	if err != nil {
		return c, err
	}
	return s.changed(ctx, actor, accounts.AuditFactorAdded, identity.ByPasskey, func(tx *db.Tx) (string, error) {
		return s.people.AddPasskey(ctx, tx, identity.Passkey{Account: actor.Account, Credential: id, Name: name, Data: key})
	})
}

func nameFields(name string) (fields []errs.Field) {
	switch n := len([]rune(text.Line(name))); {
	case n == 0:
		fields = append(fields, errs.Field{Name: "name", Code: "accounts.key_name_missing"})
	case n > 60:
		fields = append(fields, errs.Field{Name: "name", Code: "accounts.too_long"})
	}
	return fields
}

// NamePasskey changes the name by which the actor knows a passkey.
func (s *Service) NamePasskey(ctx context.Context, actor identity.Actor, key, name string) (err error) {
	defer errs.Wrap(&err, "name a passkey")

	if actor.Anonymous() {
		return access.ErrSignInNeeded
	}
	if err := errs.BadInput(nameFields(name)); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return s.people.NamePasskey(ctx, tx, actor.Account, key, name) })
}

// RemovePasskey keeps a passkey from opening anything; for a day it can come back.
func (s *Service) RemovePasskey(ctx context.Context, actor identity.Actor, key string) (err error) {
	defer errs.Wrap(&err, "remove a passkey")

	_, err = s.changed(ctx, actor, accounts.AuditFactorRemoved, "", func(tx *db.Tx) (string, error) {
		return key, s.people.RemovePasskey(ctx, tx, actor.Account, key)
	})
	return err
}

// RestorePasskey takes a removal back.
func (s *Service) RestorePasskey(ctx context.Context, actor identity.Actor, key string) (err error) {
	defer errs.Wrap(&err, "restore a passkey")

	_, err = s.changed(ctx, actor, accounts.AuditFactorRestored, "", func(tx *db.Tx) (string, error) {
		return key, s.people.RestorePasskey(ctx, tx, actor.Account, key)
	})
	return err
}
