// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/accounts"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Safety is what the owner of an account sees of how it is protected.
type Safety struct {
	Factors    identity.Factors
	Rule       identity.Rule
	Required   bool // a second factor is needed today
	PasswordAt db.Time
	New        []identity.SignIn // from devices not seen before
	Passkeys   bool              // this address can have some
	Origin     string            // from which they can be used
}

// Safety returns how the actor's account is protected.
func (s *Service) Safety(ctx context.Context, actor identity.Actor) (v Safety, err error) {
	defer errs.Wrap(&err, "look at an account's safety")

	if actor.Anonymous() {
		return v, access.ErrSignInNeeded
	}
	account, err := s.people.GetAccount(ctx, s.db, actor.Account)
	if err != nil {
		return v, err
	}
	if v.Factors, err = s.people.ListFactors(ctx, s.db, actor.Account); err != nil {
		return v, err
	}
	if v.Rule, err = s.rule(ctx, s.db, actor.Account, s.db.Now()); err != nil {
		return v, err
	}
	v.Required, v.PasswordAt, v.Passkeys = v.Rule.NeedsFactor(s.db.Now()), account.PasswordAt, s.Passkeys != nil
	if v.Passkeys {
		v.Origin = s.Passkeys.Origin()
	}
	v.New, err = s.people.NewDevices(ctx, s.db, actor.Account)
	return v, err
}

// Secret is what an authenticator is to be told.
type Secret struct{ Text, Address string }

// BeginTOTP gives the actor a secret for an authenticator; one that was shown
// and not confirmed is shown again.
func (s *Service) BeginTOTP(ctx context.Context, actor identity.Actor) (_ Secret, err error) {
	defer errs.Wrap(&err, "begin an authenticator")

	if actor.Anonymous() {
		return Secret{}, access.ErrSignInNeeded
	}
	secret, err := s.people.WaitingTOTP(ctx, s.db, actor.Account)
	if err != nil {
		return Secret{}, err
	}
	if secret == "" {
		err = s.db.Write(ctx, func(tx *db.Tx) error {
			made, err := s.people.BeginTOTP(ctx, tx, actor.Account)
			secret = made
			return err
		})
	}
	return Secret{secret, identity.TOTPAddress(s.Issuer, actor.Login, secret)}, err
}

// ConfirmTOTP makes the authenticator count after its first right code.
func (s *Service) ConfirmTOTP(ctx context.Context, actor identity.Actor, code string) (c Changed, err error) {
	defer errs.Wrap(&err, "confirm an authenticator")

	if err := errs.BadInput(codeFields(code)); err != nil {
		return c, err
	}
	return s.changed(ctx, actor, accounts.AuditFactorAdded, identity.ByTOTP, func(tx *db.Tx) (string, error) {
		waiting, err := s.people.WaitingTOTP(ctx, tx, actor.Account)
		if err != nil {
			return "", err
		}
		if waiting == "" {
			return "", identity.ErrStepGone
		}
		refused, err := s.people.CheckTOTP(ctx, tx, actor.Account, code, false)
		if err == nil && refused != nil {
			err = errs.BadInput([]errs.Field{{Name: "code", Code: refused.Code, Args: refused.Args}})
		}
		return "totp", err
	})
}

// RemoveTOTP forgets the actor's authenticator.
func (s *Service) RemoveTOTP(ctx context.Context, actor identity.Actor) (err error) {
	defer errs.Wrap(&err, "remove an authenticator")

	_, err = s.changed(ctx, actor, accounts.AuditFactorRemoved, "", func(tx *db.Tx) (string, error) {
		_, err := s.people.RemoveTOTP(ctx, tx, actor.Account)
		return "totp", err
	})
	return err
}

// MakeCodes gives the actor new recovery codes; those of before count no more.
func (s *Service) MakeCodes(ctx context.Context, actor identity.Actor) (codes []string, err error) {
	defer errs.Wrap(&err, "make recovery codes")

	if actor.Anonymous() {
		return nil, access.ErrSignInNeeded
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		made, err := s.people.MakeRecoveryCodes(ctx, tx, actor.Account)
		if err != nil {
			return err
		}
		codes = made
		return audit.Record(ctx, tx, actor, accounts.AuditCodesMade, actor.Account)
	})
	return codes, err
}

// changed changes the factors of the actor: the first one comes with recovery
// codes, the last one stays where the rule wants one. A session that proved more
// by it (way) goes on under a new token.
func (s *Service) changed(ctx context.Context, actor identity.Actor, e audit.Event, w identity.Way, do func(tx *db.Tx) (string, error)) (c Changed, err error) {
	if actor.Anonymous() {
		return c, access.ErrSignInNeeded
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		now := Changed{}
		before, err := s.people.ListFactors(ctx, tx, actor.Account)
		if err != nil {
			return err
		}
		if now.ID, err = do(tx); err != nil {
			return err
		}
		after, err := s.people.ListFactors(ctx, tx, actor.Account)
		if err != nil {
			return err
		}
		rule, err := s.rule(ctx, tx, actor.Account, tx.Now)
		if err != nil {
			return err
		}
		if before.Any() && !after.Any() && rule.NeedsFactor(tx.Now) {
			return accounts.ErrFactorLast
		}
		if !before.Any() && after.Any() && after.Codes == 0 {
			if now.Codes, err = s.people.MakeRecoveryCodes(ctx, tx, actor.Account); err != nil {
				return err
			}
		}
		if w != "" && actor.Session != "" {
			if now.Token, err = s.renew(ctx, tx, actor, w); err != nil {
				return err
			}
		}
		c = now
		return audit.Record(ctx, tx, actor, e, actor.Account)
	})
	return c, err
}
