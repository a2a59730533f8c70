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

// NewPassword is what somebody types to change a password.
type NewPassword struct {
	Old, New, Again string
	From            identity.Source
}

// Check reports every problem of shape at once, in the order of the form.
func (n NewPassword) Check() (fields []errs.Field) {
	switch {
	case n.New == "":
		fields = append(fields, errs.Field{Name: "new", Code: "accounts.password_missing"})
	case len(n.New) > maxPassword:
		fields = append(fields, errs.Field{Name: "new", Code: "accounts.too_long"})
	case n.New != n.Again:
		fields = append(fields, errs.Field{Name: "again", Code: "accounts.password_differs"})
	}
	return fields
}

// PasswordChange is what changing a password gives back.
type PasswordChange struct {
	Token    string // of the session it was changed in, which goes on
	Strength identity.Strength
	Ended    int // sessions elsewhere
}

// ChangePassword gives the actor a new password. All other sessions end, and no
// other device is known any more.
func (s *Service) ChangePassword(ctx context.Context, actor identity.Actor, n NewPassword) (c PasswordChange, err error) {
	defer errs.Wrap(&err, "change a password")

	if actor.Anonymous() {
		return c, access.ErrSignInNeeded
	}
	if err := errs.BadInput(n.Check()); err != nil {
		return c, err
	}
	if err := s.own(ctx, actor, "old", n.Old, n.From); err != nil {
		return c, err
	}
	account, err := s.people.GetAccount(ctx, s.db, actor.Account)
	if err != nil {
		return c, err
	}
	hash, rule, err := s.judge(ctx, account, "new", n.New)
	if err != nil {
		return c, err
	}
	c.Strength = identity.StrengthOf(n.New, account.Login, account.Name, s.Issuer)
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.people.SetPassword(ctx, tx, account.ID, hash, rule.Password.History); err != nil {
			return err
		}
		if err := s.people.ForgetDevices(ctx, tx, account.ID); err != nil {
			return err
		}
		ended, err := s.people.EndOthers(ctx, tx, account.ID, actor.Session, identity.EndedByPassword)
		if err != nil {
			return err
		}
		token := ""
		if actor.Session != "" {
			if token, err = s.renew(ctx, tx, actor, ""); err != nil {
				return err
			}
		}
		c.Token, c.Ended = token, ended
		return audit.Record(ctx, tx, actor, accounts.AuditPasswordChanged, account.ID)
	})
	return c, err
}

// judge refuses a password that the rule of the account does not let pass, and
// returns the hash of one that it does. Slow on purpose.
func (s *Service) judge(ctx context.Context, account identity.Account, field, password string) (hash string, rule identity.Rule, err error) {
	if rule, err = s.rule(ctx, s.db, account.ID, s.db.Now()); err != nil {
		return "", rule, err
	}
	factors, err := s.people.ListFactors(ctx, s.db, account.ID)
	if err != nil {
		return "", rule, err
	}
	person, err := s.people.GetPerson(ctx, s.db, account.Person)
	if err != nil {
		return "", rule, err
	}
	wrong := rule.Password.CheckPasswordRule(field, password, factors.Any(), account.Login, person.Name, person.Phone, person.Number, s.Issuer)
	if err := errs.BadInput(wrong); err != nil {
		return "", rule, err
	}
	used, err := s.people.PasswordUsed(ctx, s.db, account.ID, password, rule.Password.History)
	if err != nil {
		return "", rule, err
	}
	if used {
		return "", rule, errs.BadInput([]errs.Field{{Name: field, Code: "accounts.password_used", Args: map[string]any{"history": max(1, rule.Password.History)}}})
	}
	hash, err = s.people.Hash(ctx, password)
	return hash, rule, err
}
