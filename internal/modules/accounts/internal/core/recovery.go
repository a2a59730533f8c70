// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strings"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/accounts"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Request is a request to let somebody in again, with names.
type Request struct {
	identity.Recovery
	Login, Name, Asker, Approver string
	State                        identity.RecoveryState
	Mine                         bool // the actor asked for it, or it is about the actor: others approve
}

// AskRecovery asks that an official who lost everything be let in again. Another
// person approves.
func (s *Service) AskRecovery(ctx context.Context, actor identity.Actor, login, reason string) (request string, err error) {
	defer errs.Wrap(&err, "ask for a recovery")

	var fields []errs.Field
	switch n := len([]rune(strings.TrimSpace(reason))); {
	case n == 0:
		fields = append(fields, errs.Field{Name: "reason", Code: "accounts.reason_missing"})
	case n > 300:
		fields = append(fields, errs.Field{Name: "reason", Code: "accounts.too_long"})
	}
	account, err := s.official(ctx, actor, login, fields)
	if err != nil {
		return "", err
	}
	if account.ID == actor.Account {
		return "", accounts.ErrOneself
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		asked, err := s.people.AskRecovery(ctx, tx, account.ID, actor.Account, reason)
		if err != nil {
			return err
		}
		request = asked
		return audit.Record(ctx, tx, actor, accounts.AuditRecoveryAsked, account.ID)
	})
	return request, err
}

// ApproveRecovery approves a request of somebody else and returns the code: it is
// shown once, and handed over in person. The owner is told.
func (s *Service) ApproveRecovery(ctx context.Context, actor identity.Actor, request string) (code string, err error) {
	defer errs.Wrap(&err, "approve a recovery")

	err = s.inScope(ctx, actor, request, func(tx *db.Tx, r identity.Recovery) error {
		made, err := s.people.ApproveRecovery(ctx, tx, request, actor.Account)
		if err != nil {
			return err
		}
		account, err := s.people.GetAccount(ctx, tx, r.Account)
		if err != nil {
			return err
		}
		if err := s.tell(ctx, tx, account, accounts.NoticeRecovery); err != nil {
			return err
		}
		code = made
		return audit.Record(ctx, tx, actor, accounts.AuditRecoveryApproved, r.Account)
	})
	return code, err
}

// WithdrawRecovery ends a request that has not been used.
func (s *Service) WithdrawRecovery(ctx context.Context, actor identity.Actor, request string) (err error) {
	defer errs.Wrap(&err, "withdraw a recovery")

	return s.inScope(ctx, actor, request, func(tx *db.Tx, r identity.Recovery) error {
		if err := s.people.WithdrawRecovery(ctx, tx, request); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, accounts.AuditRecoveryWithdrawn, r.Account)
	})
}

// inScope does something about a request for an account that the actor looks after.
func (s *Service) inScope(ctx context.Context, actor identity.Actor, request string, do func(tx *db.Tx, r identity.Recovery) error) error {
	scope, err := keeps(actor)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		r, err := s.people.GetRecovery(ctx, tx, request)
		if err != nil {
			return err
		}
		if err := s.looksAfter(ctx, scope, r.Account); err != nil {
			return identity.ErrRecoveryUnknown
		}
		return do(tx, r)
	})
}

// Recoveries returns the requests about accounts that the actor looks after,
// before the given one, the newest first, and where the next page begins.
func (s *Service) Recoveries(ctx context.Context, actor identity.Actor, before string) (found []Request, next string, err error) {
	defer errs.Wrap(&err, "list recoveries")

	scope, err := keeps(actor)
	if err != nil {
		return nil, "", err
	}
	rows, err := s.people.ListRecoveries(ctx, s.db, before, PageSize)
	if err != nil {
		return nil, "", err
	}
	if len(rows) == PageSize {
		next = rows[len(rows)-1].ID
	}
	for _, r := range rows {
		if s.looksAfter(ctx, scope, r.Account) != nil {
			continue
		}
		one := Request{Recovery: r, State: r.State(s.db.Now()), Mine: r.AskedBy == actor.Account || r.Account == actor.Account}
		for _, who := range []struct {
			account string
			login   *string
			name    *string
		}{{r.Account, &one.Login, &one.Name}, {r.AskedBy, nil, &one.Asker}, {r.ApprovedBy, nil, &one.Approver}} {
			if who.account == "" {
				continue
			}
			a, err := s.people.GetAccount(ctx, s.db, who.account)
			if err != nil {
				return nil, "", err
			}
			*who.name = a.Name
			if who.login != nil {
				*who.login = a.Login
			}
		}
		found = append(found, one)
	}
	return found, next, nil
}

// Recover lets somebody in again with the code that two others let them have: a
// new password is set, every second factor and every session is gone.
func (s *Service) Recover(ctx context.Context, login, code string, n NewPassword) (err error) {
	defer errs.Wrap(&err, "recover an account")

	fields := n.Check()
	if strings.TrimSpace(login) == "" {
		fields = append([]errs.Field{{Name: "login", Code: "accounts.login_missing"}}, fields...)
	}
	if err := errs.BadInput(append(codeFields(code), fields...)); err != nil {
		return err
	}
	var account identity.Account
	if err := s.db.Write(ctx, func(tx *db.Tx) error { // wrong codes are slowed as wrong passwords are
		_, err := s.people.Attempt(ctx, tx, login, n.From)
		return err
	}); err != nil {
		return err
	}
	account, found, err := s.people.FindAccount(ctx, s.db, login)
	if err != nil {
		return err
	}
	wrong := errs.BadInput([]errs.Field{{Name: "code", Code: identity.ErrRecoveryCode.Code}})
	if !found || account.Disabled {
		return wrong
	}
	used := false
	if err := s.db.Write(ctx, func(tx *db.Tx) error {
		ok, err := s.people.CheckRecovery(ctx, tx, account.ID, code)
		used = ok
		return err
	}); err != nil {
		return err
	}
	if !used { // before the password is judged: who has no code learns nothing
		return wrong
	}
	hash, rule, err := s.judge(ctx, account, "new", n.New)
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		ok, err := s.people.UseRecovery(ctx, tx, account.ID, code)
		used = ok
		if err != nil || !ok {
			return err
		}
		if err := s.people.SetPassword(ctx, tx, account.ID, hash, rule.Password.History); err != nil {
			return err
		}
		if err := s.people.ForgetFactors(ctx, tx, account.ID); err != nil {
			return err
		}
		if err := s.people.ForgetDevices(ctx, tx, account.ID); err != nil {
			return err
		}
		if err := s.people.EndAllSessions(ctx, tx, account.ID); err != nil {
			return err
		}
		if err := s.people.LogSignIn(ctx, tx, identity.SignIn{Account: account.ID, Way: identity.ByTwo, Result: identity.Recovered}, n.From); err != nil {
			return err
		}
		actor := identity.NewActor(account.ID, account.Person)
		return audit.Record(ctx, tx, actor, accounts.AuditRecovered, account.ID)
	})
	if err == nil && !used {
		err = wrong
	}
	return err
}
