// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/console"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Overview is what the start page of administration shows: how the installation
// is, and how much there is of what is looked after.
type Overview struct {
	Report
	Units, People int64 // of today
	Roles         int
	Conflicts     int // people who hold two roles that nobody may hold together
}

// maxConflicts is how many people with two such roles are counted.
const maxConflicts = 100

// Overview counts what administrators look after.
func (s *Service) Overview(ctx context.Context, actor identity.Actor) (o Overview, err error) {
	defer errs.Wrap(&err, "look at the whole")

	if o.Report, err = s.Health(ctx, actor); err != nil {
		return o, err
	}
	now := s.db.Now()
	if o.Units, err = orgs.Count(ctx, s.db, orgs.Day(now)); err != nil {
		return o, err
	}
	if o.People, err = access.CountPeople(ctx, s.db, now); err != nil {
		return o, err
	}
	roles, err := access.ListRoles(ctx, s.db)
	if err != nil {
		return o, err
	}
	o.Roles = len(roles)
	pairs, err := access.ListPairs(ctx, s.db)
	if err != nil {
		return o, err
	}
	for _, p := range pairs {
		both, err := access.ListBoth(ctx, s.db, p, now, maxConflicts)
		if err != nil {
			return o, err
		}
		o.Conflicts += len(both)
	}
	return o, nil
}

// Found is what a search over people and units has found, a page of each.
type Found struct {
	Words      string
	People     []access.Colleague
	MorePeople string // given back as AfterPerson to go on; empty at the end
	Units      []orgs.Unit
	MoreUnits  string // given back as AfterUnit
}

// SearchQuery is what is looked for: a part of a name (marks do not matter), the
// beginning of a login, or of the code of a unit.
type SearchQuery struct {
	Words, AfterPerson, AfterUnit string
}

// searchSize is how many a search shows of each kind.
const searchSize = 25

// Search looks for people with a post and for units of today, in the whole province.
func (s *Service) Search(ctx context.Context, actor identity.Actor, q SearchQuery) (f Found, err error) {
	defer errs.Wrap(&err, "search people and units")

	if _, err := access.RequireAny(actor, console.PermOperate, console.PermAudit); err != nil {
		return f, err
	}
	if f.Words = text.Line(strings.NewReplacer("%", "", "_", "").Replace(q.Words)); f.Words == "" { // nobody writes patterns
		return f, nil
	}
	now := s.db.Now()
	if q.AfterUnit == "" {
		key, account, _ := strings.Cut(q.AfterPerson, "|")
		if f.People, err = access.ListPeople(ctx, s.db, access.All(), "", text.Fold(f.Words), now, access.Colleague{Key: key, Account: account}, searchSize+1); err != nil {
			return f, err
		}
		if len(f.People) > searchSize {
			f.People = f.People[:searchSize]
			last := f.People[searchSize-1]
			f.MorePeople = last.Key + "|" + last.Account
		}
	}
	if q.AfterPerson != "" {
		return f, nil
	}
	from := orgs.Page{}
	if q.AfterUnit != "" {
		u, err := orgs.Get(ctx, s.db, orgs.ID(q.AfterUnit))
		if err != nil {
			return f, err
		}
		from = orgs.After(u)
	}
	code := f.Words
	if parsed, err := orgs.ParseCode(f.Words); err == nil {
		code = parsed
	}
	if f.Units, err = orgs.Search(ctx, s.db, code, orgs.Day(now), from, searchSize+1); err != nil {
		return f, err
	}
	if len(f.Units) > searchSize {
		f.Units = f.Units[:searchSize]
		f.MoreUnits = string(f.Units[searchSize-1].ID)
	}
	return f, nil
}
