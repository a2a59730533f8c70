// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Longest is how many days a role is lent at most.
const Longest = 184

// The states of a request.
const (
	Asked   = "asked"
	Granted = "granted"
	Refused = "refused"
	Revoked = "revoked"
)

// Request asks that somebody holds a role beside the post, for a time.
type Request struct {
	Login       string
	Role, Unit  string
	Subtree     bool
	From, Until string // days, YYYY-MM-DD; Until is the last
	Reason      string
}

func (r *Request) check(today string) error {
	var a asked
	if r.Login == "" {
		a.add("login", "personnel.missing")
	}
	if r.Role == "" {
		a.add("role", "form.choose")
	}
	if r.Unit == "" {
		a.add("unit", "personnel.missing")
	}
	a.day("from", r.From)
	a.day("until", r.Until)
	from, err1 := time.Parse(time.DateOnly, r.From)
	until, err2 := time.Parse(time.DateOnly, r.Until)
	if err1 == nil && err2 == nil {
		switch {
		case r.From < today:
			a.add("from", "personnel.past")
		case until.Before(from):
			a.add("until", "personnel.period")
		case until.Sub(from) > Longest*24*time.Hour:
			a.fields = append(a.fields, errs.Field{Name: "until", Code: "personnel.too_far", Args: map[string]any{"days": Longest}})
		}
	}
	r.Reason = a.words("reason", r.Reason)
	return a.err()
}

// holding is what the request would give.
func (r Request) holding(account string, unit orgs.ID) (h access.Holding, err error) {
	h = access.Holding{Account: account, Role: access.RoleID(r.Role), Unit: unit, Subtree: r.Subtree, Kind: access.Grant, Reason: r.Reason}
	if h.Since, err = orgs.Start(r.From); err != nil {
		return h, err
	}
	last, err := time.Parse(time.DateOnly, r.Until)
	if err != nil {
		return h, err
	}
	h.Until, err = orgs.Start(last.AddDate(0, 0, 1).Format(time.DateOnly))
	return h, err
}

// RequestGrant asks for a role. What could never be given is refused at once.
func (s *Service) RequestGrant(ctx context.Context, actor identity.Actor, r Request) (grant string, err error) {
	defer errs.Wrap(&err, "request a role")

	sc, err := scope(actor, personnel.PermRequest, personnel.PermAll)
	if err != nil {
		return "", err
	}
	if err := r.check(s.today()); err != nil {
		return "", err
	}
	var unit orgs.ID
	var of identity.Account
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if unit, err = s.unitOf(ctx, tx, "unit", r.Unit); err != nil {
			return err
		}
		if err := s.inScope(ctx, tx, sc, unit); err != nil {
			return err
		}
		if of, err = s.account(ctx, tx, "login", r.Login); err != nil {
			return err
		}
		h, err := r.holding(of.ID, unit)
		if err != nil {
			return err
		}
		if _, err := access.Give(ctx, tx, h); err != nil {
			return err
		}
		return errPreview // it would be possible, and is not decided
	})
	if !errors.Is(err, errPreview) {
		return "", err
	}
	grant = id.New()
	return grant, s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := store.PutGrant(ctx, tx, store.Grant{
			ID: grant, Account: of.ID, Role: r.Role, Unit: string(unit), Subtree: r.Subtree, From: r.From, Until: r.Until, Reason: r.Reason, By: actor.Account, At: tx.Now, State: Asked,
		}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, personnel.AuditAsked, of.ID)
	})
}

// DecideGrant gives or refuses what was asked for. Neither who asked nor who
// shall hold it decides.
func (s *Service) DecideGrant(ctx context.Context, actor identity.Actor, grant string, give bool, words string) (err error) {
	defer errs.Wrap(&err, "decide request %s", grant)

	return s.decide(ctx, actor, grant, words, !give, func(tx *db.Tx, g *store.Grant) error {
		switch {
		case g.State != Asked:
			return personnel.ErrDecided
		case g.By == actor.Account:
			return personnel.ErrSame
		case !give:
			g.State = Refused
			return audit.Record(ctx, tx, actor, personnel.AuditRefused, g.Account)
		}
		r := Request{Role: g.Role, Subtree: g.Subtree, From: g.From, Until: g.Until, Reason: g.Reason}
		h, err := r.holding(g.Account, orgs.ID(g.Unit))
		if err != nil {
			return err
		}
		if h.Since.Before(tx.Now.Time) {
			h.Since = tx.Now
		}
		h.EnteredBy = actor.Account
		if g.Holding, err = access.Give(ctx, tx, h); err != nil {
			return err
		}
		g.State = Granted
		return audit.Record(ctx, tx, actor, personnel.AuditGranted, g.Account)
	})
}

// RevokeGrant takes a role back before its end.
func (s *Service) RevokeGrant(ctx context.Context, actor identity.Actor, grant, words string) (err error) {
	defer errs.Wrap(&err, "revoke role %s", grant)

	return s.decide(ctx, actor, grant, words, true, func(tx *db.Tx, g *store.Grant) error {
		if g.State != Granted {
			return personnel.ErrDecided
		}
		if err := access.End(ctx, tx, g.Holding, tx.Now, actor.Account, ""); err != nil {
			return err
		}
		g.State = Revoked
		return audit.Record(ctx, tx, actor, personnel.AuditRevoked, g.Account)
	})
}

func (s *Service) decide(ctx context.Context, actor identity.Actor, grant, words string, needed bool, do func(*db.Tx, *store.Grant) error) error {
	sc, err := scope(actor, personnel.PermApprove, personnel.PermAll)
	if err != nil {
		return err
	}
	var a asked
	if needed || words != "" {
		words = a.words("words", words)
	}
	if err := a.err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		g, err := store.GetGrant(ctx, tx, sc, grant)
		if err != nil {
			return err
		}
		if g.Account == actor.Account {
			return personnel.ErrOwn
		}
		if err := do(tx, &g); err != nil {
			return err
		}
		g.DecidedBy, g.DecidedAt, g.Words = actor.Account, tx.Now, words
		return store.PutGrant(ctx, tx, g)
	})
}

// Lent is a request as lists show it.
type Lent struct {
	ID, State, Reason, Words, From, Until string
	Who, By, Decider                      Who
	Role, Unit                            i18n.Text
	Subtree                               bool
	Asked, Decided                        db.Time
	MayDecide                             bool
}

// ListGrants returns requests in scope, the newest first. State narrows them.
func (s *Service) ListGrants(ctx context.Context, actor identity.Actor, state, before string) (p Page[Lent], err error) {
	defer errs.Wrap(&err, "list requests")

	sc, err := s.grantScope(actor)
	if err != nil {
		return p, err
	}
	if !slices.Contains([]string{"", Asked, Granted, Refused, Revoked}, state) {
		return p, errs.BadInput([]errs.Field{{Name: "state", Code: "form.choose"}})
	}
	rows, err := store.Grants(ctx, s.DB, sc, state, before, PageSize+1)
	if err != nil {
		return p, err
	}
	part := cut(rows, PageSize, func(g store.Grant) string { return g.ID })
	p.Next = part.Next
	decides := actor.May(personnel.PermApprove) || actor.May(personnel.PermAll)
	names := s.naming()
	for _, g := range part.Items {
		one := Lent{
			ID: g.ID, State: g.State, Reason: g.Reason, Words: g.Words, From: g.From, Until: g.Until, Subtree: g.Subtree, Asked: g.At, Decided: g.DecidedAt,
			MayDecide: decides && g.Account != actor.Account && (g.State == Granted || (g.State == Asked && g.By != actor.Account)),
		}
		for _, w := range []struct {
			id string
			to *Who
		}{{g.Account, &one.Who}, {g.By, &one.By}, {g.DecidedBy, &one.Decider}} {
			if *w.to, err = s.who(ctx, s.DB, w.id); err != nil {
				return p, err
			}
		}
		named, err := names.post(ctx, s.DB, access.Holding{Role: access.RoleID(g.Role), Unit: orgs.ID(g.Unit)})
		if err != nil {
			return p, err
		}
		one.Role, one.Unit = named.RoleName, named.UnitName
		p.Items = append(p.Items, one)
	}
	return p, nil
}

func (s *Service) grantScope(actor identity.Actor) (access.Scope, error) {
	for _, wide := range []identity.Permission{personnel.PermAll, personnel.PermInspect} {
		if actor.May(wide) {
			return access.Everywhere(actor, wide)
		}
	}
	return access.RequireAny(actor, personnel.PermRequest, personnel.PermApprove)
}

// CountGrants is the number beside the menu: requests that wait for the actor.
func (s *Service) CountGrants(ctx context.Context, actor identity.Actor) (int64, error) {
	if !actor.May(personnel.PermApprove) && !actor.May(personnel.PermAll) {
		return 0, nil
	}
	sc, err := scope(actor, personnel.PermApprove, personnel.PermAll)
	if err != nil {
		return 0, err
	}
	return store.CountAsked(ctx, s.DB, sc, actor.Account)
}

// Clash is somebody who holds two roles that nobody may hold together.
type Clash struct {
	Who  Who
	A, B i18n.Text
	Why  i18n.Text
}

// ListClashes shows what was there before a pair was declared.
func (s *Service) ListClashes(ctx context.Context, actor identity.Actor) (all []Clash, err error) {
	defer errs.Wrap(&err, "list clashes of roles")

	if _, err := scope(actor, personnel.PermInspect, personnel.PermAll); err != nil {
		return nil, err
	}
	pairs, err := access.ListPairs(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	for _, pair := range pairs {
		accounts, err := access.ListBoth(ctx, s.DB, pair, s.DB.Now(), PageSize)
		if err != nil {
			return nil, err
		}
		for _, account := range accounts {
			c := Clash{Why: pair.Why}
			if c.Who, err = s.who(ctx, s.DB, account); err != nil {
				return nil, err
			}
			if c.A, err = roleName(ctx, s.DB, pair.A); err != nil {
				return nil, err
			}
			if c.B, err = roleName(ctx, s.DB, pair.B); err != nil {
				return nil, err
			}
			all = append(all, c)
		}
	}
	return all, nil
}

// GrantRoles returns the roles that can be lent: those of officials.
func (s *Service) GrantRoles(ctx context.Context, actor identity.Actor) ([]access.Role, error) {
	if _, err := scope(actor, personnel.PermRequest, personnel.PermAll); err != nil {
		return nil, err
	}
	return s.officialRoles(ctx)
}

// officialRoles leaves out the roles of people outside the offices.
func (s *Service) officialRoles(ctx context.Context) ([]access.Role, error) {
	all, err := access.ListRoles(ctx, s.DB)
	return slices.DeleteFunc(all, func(r access.Role) bool { return slices.Contains(r.Permissions, "dossiers.own") }), err
}
