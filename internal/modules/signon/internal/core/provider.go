// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/openid"
	"tinhso.vn/internal/kernel/refusals"
	"tinhso.vn/internal/modules/signon"
	"tinhso.vn/internal/platform/db"
)

// decide answers a request that has just come in with a browser: at once where
// its person is signed in and has agreed before, else on a page.
func (s *Service) decide(ctx context.Context, q openid.Request) (openid.Decision, error) {
	actor := identity.From(ctx)
	silent := q.Prompt == "none"
	ask := openid.Decision{Page: AskPage + q.ID}
	if actor.Anonymous() {
		if silent {
			return openid.Decision{Refuse: "login_required"}, nil
		}
		return ask, nil
	}
	d, stale, err := s.decision(ctx, actor, q)
	if err != nil {
		return d, err
	}
	agreed, err := s.store.Consent(ctx, s.DB, actor.Account, q.Client)
	if err != nil {
		return d, err
	}
	needed := !covers(agreed, q.Scopes) || q.Prompt == "consent" || q.Prompt == "select_account"
	switch {
	case silent && stale:
		return openid.Decision{Refuse: "login_required"}, nil
	case silent && needed:
		return openid.Decision{Refuse: "consent_required"}, nil
	case stale || needed:
		return ask, nil
	}
	return d, s.given(ctx, actor, q.Client, nil)
}

// decision is what an actor would grant, and whether it has signed in too long
// ago for the request.
func (s *Service) decision(ctx context.Context, actor identity.Actor, q openid.Request) (d openid.Decision, stale bool, err error) {
	session, err := s.session(ctx, s.DB, actor.Account, actor.Session)
	if err != nil {
		return d, false, err
	}
	fresh := session.Fresh
	if fresh.Before(session.Started.Time) {
		fresh = session.Started
	}
	level, amr := methods(session.Way)
	// What is fresh is fresh for the request, however long its person then thinks.
	asked := s.DB.Now().Add(-q.Age)
	stale = q.Prompt == "login" && fresh.Before(asked.Add(-time.Second))
	if q.MaxAge >= 0 {
		stale = stale || asked.Sub(fresh.Time) > q.MaxAge+time.Second
	}
	return openid.Decision{
		Account: actor.Account, Session: actor.Session, Scopes: s.allowed(actor, q.Scopes), AuthTime: fresh.Time, Level: level, Methods: amr,
	}, stale, nil
}

// allowed leaves out what the actor does not have: who does not work in a unit
// gives none, and nobody gives a permission that they do not hold.
func (s *Service) allowed(actor identity.Actor, asked []string) []string {
	return slices.DeleteFunc(slices.Clone(asked), func(scope string) bool {
		right, ok := strings.CutPrefix(scope, signon.ScopeAPI)
		if !ok {
			return scope == signon.ScopeUnit && !actor.Official()
		}
		return !slices.ContainsFunc(actor.Permissions(), func(p identity.Permission) bool { return signon.Opens([]string{signon.ScopeAPI + right}, p) })
	})
}

// covers reports whether everything that is asked has been agreed to.
func covers(agreed, asked []string) bool {
	return len(agreed) > 0 && !slices.ContainsFunc(asked, func(scope string) bool { return !slices.Contains(agreed, scope) })
}

// given records that data of somebody goes to a client.
func (s *Service) given(ctx context.Context, actor identity.Actor, client string, also func(*db.Tx) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if also != nil {
			if err := also(tx); err != nil {
				return err
			}
		}
		return audit.RecordReadOf(ctx, tx, actor, signon.AuditGiven, client, actor.Person, access.Own)
	})
}

// describe returns what the scopes of a grant tell. An ID token tells of the
// name; the rest is fetched by whoever needs it.
func (s *Service) describe(ctx context.Context, g openid.Granted, userinfo bool) (map[string]any, error) {
	if g.Account == g.Client {
		return nil, nil
	}
	account, err := s.People.GetAccount(ctx, s.DB, g.Account)
	if err != nil {
		return nil, err
	}
	claims := map[string]any{}
	if slices.Contains(g.Scopes, signon.ScopeProfile) {
		claims["name"], claims["preferred_username"] = account.Name, account.Login
	}
	if !userinfo {
		return claims, nil
	}
	if slices.Contains(g.Scopes, signon.ScopeUnit) {
		if err := s.unitClaims(ctx, account.ID, claims); err != nil {
			return nil, err
		}
	}
	if !slices.ContainsFunc(g.Scopes, func(scope string) bool {
		return scope == signon.ScopeEmail || scope == signon.ScopePhone || scope == signon.ScopeNumber
	}) {
		return claims, nil
	}
	person, err := s.People.GetPerson(ctx, s.DB, account.Person)
	if err != nil {
		return nil, err
	}
	for _, c := range []struct{ scope, claim, value string }{
		{signon.ScopeEmail, "email", person.Email}, {signon.ScopePhone, "phone_number", person.Phone}, {signon.ScopeNumber, "personal_number", person.Number},
	} {
		if c.value != "" && slices.Contains(g.Scopes, c.scope) {
			claims[c.claim] = c.value
		}
	}
	// Personal data leaves after it was written down that it does.
	return claims, s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordReadOf(ctx, tx, identity.Program("client "+g.Client), signon.AuditGiven, g.Client, account.Person, access.Own)
	})
}

func (s *Service) unitClaims(ctx context.Context, account string, claims map[string]any) error {
	posts, err := access.ListPosts(ctx, s.DB, account, s.DB.Now())
	if err != nil {
		return err
	}
	for _, p := range posts {
		if p.Unit == "" {
			continue
		}
		name, err := s.Unit(ctx, string(p.Unit))
		if err != nil {
			return err
		}
		claims["unit"], claims["unit_name"] = string(p.Unit), name.VI
		if p.Title.VI != "" {
			claims["title"] = p.Title.VI
		}
		return nil
	}
	return nil
}

var errNoMore = errors.New("the account or its session is over")

// renew refuses new tokens once the account is closed or, but for what outlives
// it, the session is over.
func (s *Service) renew(ctx context.Context, g openid.Granted) error {
	account, err := s.People.GetAccount(ctx, s.DB, g.Account)
	if err != nil {
		return err
	}
	if account.Disabled {
		return errNoMore
	}
	if g.Offline() || g.Session == "" {
		return nil
	}
	session, err := s.session(ctx, s.DB, g.Account, g.Session)
	if err == nil && session.ID == "" {
		return errNoMore
	}
	return err
}

// notice writes incidents into the security log.
func (s *Service) notice(ctx context.Context, what openid.Incident, client, grant string) {
	if s.Log != nil {
		s.Log.Refuse(refusals.Refusal{Kind: refusals.Kind(what), Object: client, Route: grant, Address: network(ctx)})
	}
	if what == openid.WrongSecret {
		return
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, identity.Program("sign-on"), signon.AuditRevoked, client)
	}); err != nil {
		s.Failed(ctx, err)
	}
}
