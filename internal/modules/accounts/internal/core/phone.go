// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"net/netip"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/refusals"
	"tinhso.vn/internal/modules/accounts"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// PhoneAsk is who wants a code sent to the phone.
type PhoneAsk struct {
	Login, Phone string
	From         identity.Source
}

// Check reports every problem at once.
func (a PhoneAsk) Check() (fields []errs.Field) {
	for _, f := range []struct {
		name, value string
		max         int
	}{{"login", a.Login, 100}, {"phone", a.Phone, 30}} {
		switch {
		case strings.TrimSpace(f.value) == "":
			fields = append(fields, errs.Field{Name: f.name, Code: "accounts." + f.name + "_missing"})
		case len(f.value) > f.max:
			fields = append(fields, errs.Field{Name: f.name, Code: "accounts.too_long"})
		}
	}
	return fields
}

// AskPhone sends a code to the phone of an account whose rule lets it be recovered
// so, and returns what goes on. The answer is the same whether there is such an
// account, whether this is its phone, and whether a code was sent.
func (s *Service) AskPhone(ctx context.Context, a PhoneAsk) (step string, err error) {
	defer errs.Wrap(&err, "ask for a code by phone")

	if err := errs.BadInput(a.Check()); err != nil {
		return "", err
	}
	if err := s.db.Write(ctx, func(tx *db.Tx) error { // guesses at phones are slowed as those at passwords
		_, err := s.people.Attempt(ctx, tx, a.Login, a.From)
		return err
	}); err != nil {
		return "", err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		account, phone, err := s.byPhone(ctx, tx, a)
		if err != nil {
			return err
		}
		token, code, err := s.people.BeginPhone(ctx, tx, account.ID)
		if err != nil || account.ID == "" {
			step = token
			return err
		}
		step = token
		if err := s.Messages.SMS(ctx, tx, account.ID, phone, strings.Replace(phoneSMS, "000000", code, 1)); err != nil {
			return err
		}
		return audit.Record(ctx, tx, identity.NewActor(account.ID, account.Person), accounts.AuditPhoneAsked, account.ID)
	})
	return step, err
}

const (
	phoneSMS = "Ma dat lai mat khau cua Ong/Ba: 000000. Hieu luc 10 phut. Khong dua ma nay cho bat ky ai, ke ca can bo."
)

// byPhone returns the account that may be sent a code, and its number; the zero
// account where there is none.
func (s *Service) byPhone(ctx context.Context, tx *db.Tx, a PhoneAsk) (account identity.Account, phone string, err error) {
	found, ok, err := s.people.FindAccount(ctx, tx, a.Login)
	if err != nil || !ok || found.Disabled || !found.HasPassword() || s.Messages == nil {
		return account, "", err
	}
	person, err := s.people.GetPerson(ctx, tx, found.Person)
	if err != nil || !identity.SamePhone(person.Phone, a.Phone) {
		return account, "", err
	}
	rule, err := s.phoneRule(ctx, tx, found)
	if err != nil || rule == identity.PhoneRefused {
		return account, "", err
	}
	may, err := s.people.MayCode(ctx, tx, found.ID)
	if err != nil || !may {
		return account, "", err
	}
	return found, person.Phone, nil
}

// phoneRule is what holds for an account: never the phone alone for who works in a
// unit, nor where the owner has set up something better.
func (s *Service) phoneRule(ctx context.Context, q db.Querier, account identity.Account) (identity.PhoneRule, error) {
	rule, err := s.rule(ctx, q, account.ID, s.db.Now())
	if err != nil || rule.Phone != identity.PhoneAlone {
		return rule.Phone, err
	}
	factors, err := s.people.ListFactors(ctx, q, account.ID)
	if err != nil {
		return "", err
	}
	actor, err := access.Load(ctx, q, identity.NewActor(account.ID, account.Person), s.db.Now())
	if err != nil {
		return "", err
	}
	if factors.Any() || actor.Official() {
		return identity.PhoneProof, nil
	}
	return identity.PhoneAlone, nil
}

// PhoneAnswer is what somebody brings back who was sent a code.
type PhoneAnswer struct {
	Code  string
	Proof string // of an authenticator, or a recovery code
	NewPassword
}

// RecoverByPhone sets a new password for who has the code that was sent, and the
// second proof where the rule wants one. Every session ends; second factors stay.
func (s *Service) RecoverByPhone(ctx context.Context, step string, a PhoneAnswer) (err error) {
	defer errs.Wrap(&err, "recover by phone")

	if err := errs.BadInput(append(codeFields(a.Code), a.NewPassword.Check()...)); err != nil {
		return err
	}
	account, err := s.phoneCode(ctx, step, a)
	if err != nil {
		return err
	}
	hash, rule, err := s.judge(ctx, account, "new", a.New)
	if err != nil {
		return err
	}
	if err := s.phoneProof(ctx, account, step, a); err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.people.TakeStep(ctx, tx, step); err != nil {
			return err
		}
		if err := s.people.SetPassword(ctx, tx, account.ID, hash, rule.Password.History); err != nil {
			return err
		}
		if err := s.people.ForgetDevices(ctx, tx, account.ID); err != nil {
			return err
		}
		if err := s.people.EndAllSessions(ctx, tx, account.ID); err != nil {
			return err
		}
		if err := s.people.LogSignIn(ctx, tx, identity.SignIn{Account: account.ID, Way: identity.ByPhone, Result: identity.Recovered, Unknown: true}, a.From); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, account, accounts.NoticePhone); err != nil {
			return err
		}
		return audit.Record(ctx, tx, identity.NewActor(account.ID, account.Person), accounts.AuditPhoneRecovered, account.ID)
	})
}

// phoneCode returns the account whose code this is. Wrong ones are counted and on
// record.
func (s *Service) phoneCode(ctx context.Context, step string, a PhoneAnswer) (account identity.Account, err error) {
	whose, right := "", false
	if err := s.db.Write(ctx, func(tx *db.Tx) error {
		if whose, right, err = s.people.CheckPhone(ctx, tx, step, a.Code); err != nil || right || whose == "" {
			return err
		}
		return s.people.LogSignIn(ctx, tx, identity.SignIn{Account: whose, Way: identity.ByPhone, Result: identity.Wrong}, a.From)
	}); err != nil {
		return account, err
	}
	if !right {
		if s.log != nil {
			address, _ := netip.ParseAddr(a.From.Network) // not valid is an answer too
			s.log.Refuse(refusals.Refusal{Kind: refusals.WrongSignIn, Account: whose, Address: address})
		}
		return account, errs.BadInput([]errs.Field{{Name: "code", Code: identity.ErrWrongCode.Code}})
	}
	if account, err = s.people.GetAccount(ctx, s.db, whose); err == nil && account.Disabled {
		err = identity.ErrStepGone
	}
	return account, err
}

// phoneProof asks for the second proof where the rule wants one.
func (s *Service) phoneProof(ctx context.Context, account identity.Account, step string, a PhoneAnswer) error {
	rule, err := s.phoneRule(ctx, s.db, account)
	switch {
	case err != nil || rule == identity.PhoneAlone:
		return err
	case rule == identity.PhoneRefused: // it has changed in the meantime
		return identity.ErrStepGone
	case strings.TrimSpace(a.Proof) == "":
		return errs.BadInput([]errs.Field{{Name: "proof", Code: "accounts.proof_missing"}})
	}
	_, err = s.try(ctx, account, a.Proof, a.From, func(tx *db.Tx) error { return s.people.TryStep(ctx, tx, step) })
	if wrong, ok := errors.AsType[*errs.Error](err); ok && len(wrong.Fields) == 1 {
		return errs.BadInput([]errs.Field{{Name: "proof", Code: wrong.Fields[0].Code, Args: wrong.Fields[0].Args}})
	}
	return err
}
