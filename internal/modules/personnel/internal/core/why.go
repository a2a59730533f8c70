// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// seeing are the permissions that open a dossier of a unit.
func seeing() []identity.Permission {
	return []identity.Permission{"dossiers.view", "dossiers.accept", "dossiers.process", "dossiers.sign", "dossiers.issue", "dossiers.deliver"}
}

// Question asks why somebody may do something.
type Question struct {
	Login      string
	Permission string // empty: see a dossier
	What       string // code of a dossier, or a unit
}

// Chain is one way from a post to what is seen.
type Chain struct {
	Post       Post
	Permission identity.Permission
	Path       []orgs.Unit // from the unit that is asked about up to that of the post
}

// Need is what would be needed: a role, in one of the units.
type Need struct {
	Role  access.Role
	Units []i18n.Text
}

// Answer says why, or what would be needed.
type Answer struct {
	Who    Who
	Case   personnel.Case // of a dossier
	Units  []orgs.Unit    // that are asked about
	Chains []Chain
	Things []access.Thing // single ones: part of the case, emergency
	Needs  []Need         // where there is no way
}

// Why says by which post, role, permission and scope somebody may do something,
// or that nothing allows it. That it was asked is in the log.
func (s *Service) Why(ctx context.Context, actor identity.Actor, q Question) (a Answer, err error) {
	defer errs.Wrap(&err, "why")

	sc, err := scope(actor, personnel.PermView, personnel.PermInspect, personnel.PermAll)
	if err != nil {
		return a, err
	}
	var bad asked
	if q.Login = strings.TrimSpace(q.Login); q.Login == "" {
		bad.add("login", "personnel.missing")
	}
	if q.What = strings.TrimSpace(q.What); q.What == "" {
		bad.add("what", "personnel.missing")
	}
	if err := bad.err(); err != nil {
		return a, err
	}
	of, err := s.account(ctx, s.DB, "login", q.Login)
	if err != nil {
		return a, err
	}
	a.Who = Who{of.ID, of.Login, of.Name}
	asks := seeing()
	if q.Permission != "" {
		asks = []identity.Permission{identity.Permission(q.Permission)}
	}
	units, err := s.about(ctx, &a, q.What)
	if err != nil {
		return a, err
	}
	if err := s.inScope(ctx, s.DB, sc, units...); err != nil {
		return a, err
	}
	held, err := access.ListPostsOf(ctx, s.DB, s.DB.Now(), of.ID)
	if err != nil {
		return a, err
	}
	roles, err := access.ListRoles(ctx, s.DB)
	if err != nil {
		return a, err
	}
	for _, u := range units {
		above, err := orgs.Above(ctx, s.DB, u)
		if err != nil {
			return a, err
		}
		if len(above) > 0 {
			a.Units = append(a.Units, above[0])
		}
		if err := s.chains(ctx, &a, held[of.ID], roles, asks, above); err != nil {
			return a, err
		}
	}
	if a.Case.ID != "" {
		open, err := access.ListOpen(ctx, s.DB, a.Case.ID, s.DB.Now())
		if err != nil {
			return a, err
		}
		for _, t := range open {
			if t.Account == of.ID && slices.Contains(asks, t.Permission) {
				a.Things = append(a.Things, t)
			}
		}
	}
	if len(a.Chains)+len(a.Things) == 0 {
		a.needs(roles, asks)
	}
	return a, s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, actor, personnel.AuditInspected, of.ID)
	})
}

// about returns the units that a code of a dossier, or words for a unit, mean.
func (s *Service) about(ctx context.Context, a *Answer, what string) ([]orgs.ID, error) {
	if s.Cases != nil {
		found, ok, err := s.Cases.FindCase(ctx, s.DB, what)
		if err != nil {
			return nil, err
		}
		if ok {
			a.Case = found
			return found.Units, nil
		}
	}
	unit, err := s.unitOf(ctx, s.DB, "what", what)
	if err != nil {
		return nil, err
	}
	return []orgs.ID{unit}, nil
}

func (s *Service) chains(ctx context.Context, a *Answer, held []access.Holding, roles []access.Role, asks []identity.Permission, above []orgs.Unit) error {
	names := s.naming()
	for _, h := range held {
		at := slices.IndexFunc(above, func(u orgs.Unit) bool { return u.ID == h.Unit })
		if at < 0 || (at > 0 && !h.Subtree) {
			continue
		}
		r := slices.IndexFunc(roles, func(r access.Role) bool { return r.ID == h.Role })
		if r < 0 {
			continue
		}
		p := slices.IndexFunc(asks, func(p identity.Permission) bool { return slices.Contains(roles[r].Permissions, p) })
		if p < 0 {
			continue
		}
		named, err := names.post(ctx, s.DB, h)
		if err != nil {
			return err
		}
		a.Chains = append(a.Chains, Chain{named, asks[p], above[:at+1]})
	}
	return nil
}

func (a *Answer) needs(roles []access.Role, asks []identity.Permission) {
	for _, r := range roles {
		if !slices.ContainsFunc(asks, func(p identity.Permission) bool { return slices.Contains(r.Permissions, p) }) {
			continue
		}
		n := Need{Role: r}
		for _, u := range a.Units {
			n.Units = append(n.Units, u.Name)
		}
		a.Needs = append(a.Needs, n)
	}
}

// Viewer is somebody who may see a dossier, and why.
type Viewer struct {
	Who        Who
	Post       Post
	Permission identity.Permission
	Why        access.Reason // of a single thing; empty: by post
	Until      db.Time
}

// Viewers are those who may see a dossier, and those who have.
type Viewers struct {
	Case personnel.Case
	May  Page[Viewer]
	Have []Seen
}

// Seen is a reading.
type Seen struct {
	Who     Who
	Unit    i18n.Text
	At      db.Time
	Event   audit.Event
	Purpose access.Purpose
}

// WhoSees returns who may see a dossier, sorted by given name, and the last
// readings of it. That it was asked is in the log.
func (s *Service) WhoSees(ctx context.Context, actor identity.Actor, code, after string) (v Viewers, err error) {
	defer errs.Wrap(&err, "who sees a dossier")

	sc, err := scope(actor, personnel.PermView, personnel.PermInspect)
	if err != nil {
		return v, err
	}
	if code = strings.TrimSpace(code); code == "" {
		return v, errs.BadInput([]errs.Field{{Name: "code", Code: "personnel.missing"}})
	}
	found := false
	if s.Cases != nil {
		if v.Case, found, err = s.Cases.FindCase(ctx, s.DB, code); err != nil {
			return v, err
		}
	}
	if found {
		if found, err = sc.Sees(ctx, s.DB, v.Case.Owner); err != nil {
			return v, err
		}
	}
	if !found {
		v.Case = personnel.Case{}
		return v, errs.BadInput([]errs.Field{{Name: "code", Code: "personnel.case_unknown"}})
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error { return audit.Record(ctx, tx, actor, personnel.AuditInspected, v.Case.ID) }); err != nil {
		return v, err
	}
	if v.May, err = s.viewers(ctx, v.Case, after); err != nil {
		return v, err
	}
	v.Have, err = s.seen(ctx, v.Case.ID)
	return v, err
}

func (s *Service) viewers(ctx context.Context, c personnel.Case, after string) (p Page[Viewer], err error) {
	if after == "" { // single things stand before all others
		open, err := access.ListOpen(ctx, s.DB, c.ID, s.DB.Now())
		if err != nil {
			return p, err
		}
		for _, t := range open {
			who, err := s.who(ctx, s.DB, t.Account)
			if err != nil {
				return p, err
			}
			p.Items = append(p.Items, Viewer{Who: who, Permission: t.Permission, Why: t.Why, Until: t.Until})
		}
	}
	key, id, _ := strings.Cut(after, "|")
	rows, err := access.ListReach(ctx, s.DB, c.Units, seeing(), s.DB.Now(), access.Reacher{Key: key, Holding: access.Holding{ID: id}}, PageSize+1)
	if err != nil {
		return p, err
	}
	part := cut(rows, PageSize, func(r access.Reacher) string { return r.Key + "|" + r.ID })
	p.Next = part.Next
	names := s.naming()
	for _, r := range part.Items {
		named, err := names.post(ctx, s.DB, r.Holding)
		if err != nil {
			return p, err
		}
		p.Items = append(p.Items, Viewer{Who: Who{r.Account, r.Login, r.Name}, Post: named, Permission: r.Permission})
	}
	return p, nil
}

func (s *Service) seen(ctx context.Context, dossier string) (all []Seen, err error) {
	entries, err := audit.List(ctx, s.DB, audit.Filter{Subject: dossier, Readers: true}, "", PageSize)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		one := Seen{At: db.At(e.At), Event: e.Event, Purpose: access.Purpose(e.Purpose)}
		if one.Who, err = s.who(ctx, s.DB, e.Actor); err != nil {
			return nil, err
		}
		if e.Unit != "" {
			if one.Unit, err = unitName(ctx, s.DB, orgs.ID(e.Unit)); err != nil {
				return nil, err
			}
		}
		all = append(all, one)
	}
	return all, nil
}
