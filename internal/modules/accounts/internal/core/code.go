// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"net/netip"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/refusals"
	"tinhso.vn/internal/modules/accounts"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// SignInCode goes on with a sign-in whose password was right: the code of an
// authenticator, or a recovery code. Five wrong ones, and it begins anew.
func (s *Service) SignInCode(ctx context.Context, step, code string, from identity.Source, held string) (_ Session, err error) {
	defer errs.Wrap(&err, "sign in with a code")

	under, err := s.people.GetStep(ctx, s.db, identity.StepCode, step, s.db.Now())
	if err != nil {
		return Session{}, err
	}
	account, err := s.people.GetAccount(ctx, s.db, under.Account)
	if err != nil {
		return Session{}, err
	}
	if account.Disabled {
		return Session{}, identity.ErrStepGone
	}
	way, err := s.try(ctx, account, code, from, func(tx *db.Tx) error { return s.people.TryStep(ctx, tx, step) })
	if err != nil {
		return Session{}, err
	}
	before, err := s.held(ctx, held, account.ID)
	if err != nil {
		return Session{}, err
	}
	return s.begin(ctx, account, arriving{kind: identity.Browser, way: way, from: from, held: before.ID, do: func(tx *db.Tx) error {
		return s.people.TakeStep(ctx, tx, step)
	}})
}

// byCode is how a program signs in to an account with a second factor.
func (s *Service) byCode(ctx context.Context, account identity.Account, c Credentials) (Session, error) {
	if strings.TrimSpace(c.Code) == "" {
		return Session{}, accounts.ErrCodeNeeded
	}
	way, err := s.try(ctx, account, c.Code, c.From, func(*db.Tx) error { return nil })
	if err != nil {
		return Session{}, err
	}
	return s.begin(ctx, account, arriving{kind: identity.API, way: way, from: c.From})
}

// try looks at a code in a transaction of its own: what is wrong is counted and
// on record, also when the answer is no.
func (s *Service) try(ctx context.Context, account identity.Account, code string, from identity.Source, count func(tx *db.Tx) error) (way identity.Way, err error) {
	var refused *errs.Error
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		refused, way = nil, identity.ByTOTP
		if err := errs.BadInput(codeFields(code)); err != nil {
			return err
		}
		if len(strings.Join(strings.Fields(code), "")) > len("123456") {
			way = identity.ByRecovery
			ok, err := s.people.UseRecoveryCode(ctx, tx, account.ID, code)
			if err != nil {
				return err
			}
			if ok {
				return s.tell(ctx, tx, account, accounts.NoticeRecoveryCode)
			}
			refused = identity.ErrWrongCode
		} else if refused, err = s.people.CheckTOTP(ctx, tx, account.ID, code, true); err != nil || refused == nil {
			return err
		}
		if err := count(tx); err != nil {
			return err
		}
		return s.people.LogSignIn(ctx, tx, identity.SignIn{Account: account.ID, Way: way, Result: identity.Wrong}, from)
	})
	if err != nil {
		return "", err
	}
	if refused != nil {
		if s.log != nil {
			address, _ := netip.ParseAddr(from.Network) // as above
			s.log.Refuse(refusals.Refusal{Kind: refusals.WrongSignIn, Account: account.ID, Login: account.Login, Address: address})
		}
		return "", errs.BadInput([]errs.Field{{Name: "code", Code: refused.Code, Args: refused.Args}})
	}
	return way, nil
}

func codeFields(code string) (fields []errs.Field) {
	switch code = strings.TrimSpace(code); {
	case code == "":
		fields = append(fields, errs.Field{Name: "code", Code: "accounts.code_missing"})
	case len(code) > 60:
		fields = append(fields, errs.Field{Name: "code", Code: "accounts.too_long"})
	}
	return fields
}
