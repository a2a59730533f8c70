// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Colleague is somebody in the list, with the posts of now.
type Colleague struct {
	Who
	Posts []Post
}

// PeopleQuery narrows the list of people.
type PeopleQuery struct {
	Unit  string
	Words string // of the name, marks do not matter, or the beginning of a login
	After string // Next of the page before
}

// ListPeople returns people with a post in scope, sorted by given name.
func (s *Service) ListPeople(ctx context.Context, actor identity.Actor, q PeopleQuery) (p Page[Colleague], err error) {
	defer errs.Wrap(&err, "list people")

	sc, err := scope(actor, personnel.PermView, personnel.PermAll, personnel.PermInspect)
	if err != nil {
		return p, err
	}
	key, account, _ := strings.Cut(q.After, "|")
	words := strings.NewReplacer("%", "", "_", "").Replace(text.Fold(text.Line(q.Words)))
	rows, err := access.ListPeople(ctx, s.DB, sc, orgs.ID(q.Unit), words, s.DB.Now(), access.Colleague{Key: key, Account: account}, PageSize+1)
	if err != nil {
		return p, err
	}
	part := cut(rows, PageSize, func(c access.Colleague) string { return c.Key + "|" + c.Account })
	p.Next = part.Next
	accounts := make([]string, len(part.Items))
	for i, c := range part.Items {
		accounts[i] = c.Account
	}
	posts, err := access.ListPostsOf(ctx, s.DB, s.DB.Now(), accounts...)
	if err != nil {
		return p, err
	}
	names := s.naming()
	for _, c := range part.Items {
		one := Colleague{Who: Who{c.Account, c.Login, c.Name}}
		for _, h := range posts[c.Account] {
			named, err := names.post(ctx, s.DB, h)
			if err != nil {
				return p, err
			}
			one.Posts = append(one.Posts, named)
		}
		p.Items = append(p.Items, one)
	}
	return p, nil
}

// Profile is somebody with everything that gives rights.
type Profile struct {
	Who
	Held      []Post // over time, the oldest first
	Now       db.Time
	Roles     []access.Role
	Things    []access.Thing
	OpenWork  int
	Closed    *Closed             // the account cannot be used, or soon; nil where it can
	Absences  []personnel.Absence // that are not over
	Duty      []Shift             // that are not over; none where the actor sees no rosters
	Deputies  []personnel.Deputy  // who could stand in; none: the actor may not declare an absence
	SeesDuty  bool
	MayChange bool
}

// GetPerson returns somebody with posts over time. Who is not in scope is nobody.
func (s *Service) GetPerson(ctx context.Context, actor identity.Actor, account string) (p Profile, err error) {
	defer errs.Wrap(&err, "read a person's posts")

	sc, err := scope(actor, personnel.PermView, personnel.PermAll, personnel.PermInspect)
	if err != nil {
		return p, err
	}
	a, err := s.People.GetAccount(ctx, s.DB, account)
	if errors.Is(err, identity.ErrAccountUnknown) {
		return p, personnel.ErrNobody
	}
	if err != nil {
		return p, err
	}
	p.Who, p.Now = Who{a.ID, a.Login, a.Name}, s.DB.Now()
	held, err := access.ListHoldings(ctx, s.DB, account)
	if err != nil {
		return p, err
	}
	seen := false
	names := s.naming()
	for _, h := range held {
		if h.Unit == "" {
			continue
		}
		if !seen {
			if seen, err = sc.Sees(ctx, s.DB, h.Unit); err != nil {
				return p, err
			}
		}
		named, err := names.post(ctx, s.DB, h)
		if err != nil {
			return p, err
		}
		p.Held = append(p.Held, named)
	}
	if !seen {
		return p, personnel.ErrNobody
	}
	if p.Roles, err = access.ListRoles(ctx, s.DB); err != nil {
		return p, err
	}
	if p.Things, err = access.ListThings(ctx, s.DB, account, p.Now); err != nil {
		return p, err
	}
	work, err := s.held(ctx, s.DB, account, "")
	if err != nil {
		return p, err
	}
	p.OpenWork = len(work)
	if p.Closed, err = s.closure(ctx, actor, account); err != nil {
		return p, err
	}
	if p.Absences, p.Deputies, err = s.absences(ctx, actor, account); err != nil {
		return p, err
	}
	if p.SeesDuty = actor.May(personnel.PermDuty) || actor.May(personnel.PermAll); p.SeesDuty {
		if p.Duty, err = s.seenDutyOf(ctx, actor, account); err != nil {
			return p, err
		}
	}
	p.MayChange = account != actor.Account && (actor.May(personnel.PermMove) || actor.May(personnel.PermAll))
	return p, nil
}

// naming names units and roles, each asked once.
type naming struct {
	s     *Service
	known map[string]Post
}

func (s *Service) naming() *naming { return &naming{s, map[string]Post{}} }

func (n *naming) post(ctx context.Context, q db.Querier, h access.Holding) (Post, error) {
	key := string(h.Unit) + "|" + string(h.Role)
	p, known := n.known[key]
	if !known {
		var err error
		if p, err = n.s.post(ctx, q, h); err != nil {
			return p, err
		}
		n.known[key] = p
	}
	p.Holding = h
	return p, nil
}
