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

// Sessions returns the actor's sessions that have not ended, the newest first.
func (s *Service) Sessions(ctx context.Context, actor identity.Actor) (_ []identity.Session, err error) {
	defer errs.Wrap(&err, "list sessions")

	if actor.Anonymous() {
		return nil, access.ErrSignInNeeded
	}
	return s.people.ListSessions(ctx, s.db, actor.Account, s.db.Now())
}

// EndSession ends one of the actor's sessions. One that has ended is no error.
func (s *Service) EndSession(ctx context.Context, actor identity.Actor, session string) (err error) {
	defer errs.Wrap(&err, "end a session")

	if actor.Anonymous() {
		return access.ErrSignInNeeded
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		ended, err := s.people.EndSession(ctx, tx, actor.Account, session)
		if err != nil || !ended {
			return err
		}
		return audit.Record(ctx, tx, actor, accounts.AuditSessionsEnded, actor.Account)
	})
}

// EndOthers ends all of the actor's sessions but this one.
func (s *Service) EndOthers(ctx context.Context, actor identity.Actor) (n int, err error) {
	defer errs.Wrap(&err, "end other sessions")

	if actor.Anonymous() {
		return 0, access.ErrSignInNeeded
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		ended, err := s.people.EndOthers(ctx, tx, actor.Account, actor.Session, identity.EndedByOwner)
		if err != nil {
			return err
		}
		n = ended
		return audit.Record(ctx, tx, actor, accounts.AuditSessionsEnded, actor.Account)
	})
	return n, err
}

// Remaining is how long the session of a request stays open by itself, in whole
// seconds; it does not count as use. Zero: it never locks.
func (s *Service) Remaining(ctx context.Context, actor identity.Actor) (seconds int, err error) {
	defer errs.Wrap(&err, "look at a session")

	if actor.Anonymous() {
		return 0, access.ErrSignInNeeded
	}
	all, err := s.people.ListSessions(ctx, s.db, actor.Account, s.db.Now())
	for _, one := range all {
		if one.ID == actor.Session && one.Idle > 0 {
			return max(1, int((one.Idle - s.db.Now().Sub(one.Seen.Time)).Seconds())), nil
		}
	}
	return 0, err
}

// SignIns returns at most PageSize lines of the actor's sign-in log before the
// given one, the newest first.
func (s *Service) SignIns(ctx context.Context, actor identity.Actor, before string) (_ []identity.SignIn, err error) {
	defer errs.Wrap(&err, "list sign-ins")

	if actor.Anonymous() {
		return nil, access.ErrSignInNeeded
	}
	return s.people.ListSignIns(ctx, s.db, actor.Account, before, PageSize)
}

// KnowDevices notes that the actor knows the sign-ins from new devices up to one.
func (s *Service) KnowDevices(ctx context.Context, actor identity.Actor, upTo string) (err error) {
	defer errs.Wrap(&err, "know devices")

	if actor.Anonymous() {
		return access.ErrSignInNeeded
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return s.people.KnowDevices(ctx, tx, actor.Account, upTo) })
}

// EndSessionsOf ends every session of an official in the actor's scope, known by
// login.
func (s *Service) EndSessionsOf(ctx context.Context, actor identity.Actor, login string) (n int, err error) {
	defer errs.Wrap(&err, "end sessions of somebody")

	account, err := s.official(ctx, actor, login, nil)
	if err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		ended, err := s.people.EndOthers(ctx, tx, account.ID, "", identity.EndedByAdmin)
		if err != nil {
			return err
		}
		n = ended
		return audit.Record(ctx, tx, actor, accounts.AuditSessionsEnded, account.ID)
	})
	return n, err
}

// official returns the account of a login, if the actor looks after it: every
// post it holds is in the actor's scope. Whom that does not fit is not there.
func (s *Service) official(ctx context.Context, actor identity.Actor, login string, more []errs.Field) (identity.Account, error) {
	scope, err := keeps(actor)
	if err != nil {
		return identity.Account{}, err
	}
	if strings.TrimSpace(login) == "" {
		more = append([]errs.Field{{Name: "login", Code: "accounts.login_missing"}}, more...)
	}
	if err := errs.BadInput(more); err != nil {
		return identity.Account{}, err
	}
	account, found, err := s.people.FindAccount(ctx, s.db, login)
	if err != nil {
		return account, err
	}
	if !found {
		return account, accounts.ErrNotOfficial
	}
	return account, s.looksAfter(ctx, scope, account.ID)
}

// keeps returns the scope in which the actor looks after accounts.
func keeps(actor identity.Actor) (access.Scope, error) {
	if actor.May(accounts.PermSecureAll) {
		return access.Everywhere(actor, accounts.PermSecureAll)
	}
	return access.Require(actor, accounts.PermSecure)
}

func (s *Service) looksAfter(ctx context.Context, scope access.Scope, account string) error {
	posts, err := access.ListPosts(ctx, s.db, account, s.db.Now())
	if err != nil {
		return err
	}
	if len(posts) == 0 {
		return accounts.ErrNotOfficial
	}
	for _, p := range posts {
		if sees, err := scope.Sees(ctx, s.db, p.Unit); err != nil || !sees {
			if err == nil {
				err = accounts.ErrNotOfficial
			}
			return err
		}
	}
	return nil
}

// Locked returns the account whose session a browser has that is locked; the zero
// Account where there is none. The page that unlocks greets by name.
func (s *Service) Locked(ctx context.Context, token string) (identity.Account, error) {
	account, session, ok, err := s.people.OpenSession(ctx, s.db, token, identity.Browser, s.db.Now())
	if err != nil || !ok || !session.Locked(s.db.Now()) {
		return identity.Account{}, err
	}
	return account, nil
}

// Stay notes that the actor goes on working: the session locks later.
func (s *Service) Stay(ctx context.Context, actor identity.Actor) (err error) {
	defer errs.Wrap(&err, "stay")

	if actor.Anonymous() {
		return access.ErrSignInNeeded
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return s.people.Touch(ctx, tx, actor.Session) })
}
