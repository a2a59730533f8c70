// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Why two persons look like one, the strongest first.
const (
	SameBorn   = "born"   // the same name and day of birth
	NearNumber = "number" // the same name, and a number that looks mistyped
	SamePhone  = "phone"  // the same phone, and the same or nearly the same name
)

// Two is a pair that was found to be two persons.
const Two = "two"

// Pair is two persons who look like one.
type Pair struct {
	A, B  Found
	Why   string
	State string
}

const (
	pairsAtOnce = 100 // persons that one Tick looks at
	namesakes   = 200 // persons of one name that are compared with a new one
)

// alike says why two individuals look like one; empty: they do not.
func alike(a, b identity.Person) string {
	if a.Kind != b.Kind || a.ID == b.ID || a.Merged != "" || b.Merged != "" {
		return ""
	}
	x, y := text.Fold(a.Name), text.Fold(b.Name)
	if a.Number != "" && b.Number != "" && a.Number != b.Number && !near(a.Number, b.Number) {
		return "" // two numbers that have nothing to do with each other
	}
	switch {
	case x == y && len(a.Born) == len("2026-11-21") && a.Born == b.Born:
		return SameBorn
	case x == y && a.Number != "" && b.Number != "" && near(a.Number, b.Number):
		return NearNumber
	case a.Phone != "" && a.Phone == b.Phone && (x == y || near(x, y)):
		return SamePhone
	}
	return ""
}

// near reports whether one text is the other with one character typed wrong, left
// out or doubled, or two neighbours exchanged.
func near(a, b string) bool {
	x, y := []rune(a), []rune(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) > 1 || a == b {
		return false
	}
	i := 0
	for i < len(x) && x[i] == y[i] {
		i++
	}
	rest := func(r []rune, from int) string { return string(r[min(from, len(r)):]) }
	if len(x) < len(y) {
		return rest(x, i) == rest(y, i+1)
	}
	if rest(x, i+1) == rest(y, i+1) {
		return true
	}
	return i+1 < len(x) && x[i] == y[i+1] && x[i+1] == y[i] && rest(x, i+2) == rest(y, i+2)
}

// Tick looks at persons who are new for others who look like them, and forgets
// choices of long ago. Any number of servers may.
func (s *Service) Tick(ctx context.Context) (more bool, err error) {
	defer errs.Wrap(&err, "look for persons who are there twice")

	after, err := s.store.LastLook(ctx, s.DB)
	if err != nil {
		return false, err
	}
	if fresh, err := s.People.ListPersons(ctx, s.DB, after, 1); err != nil || len(fresh) == 0 {
		return false, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		more = false
		after, err := s.store.Looked(ctx, tx)
		if err != nil {
			return err
		}
		fresh, err := s.People.ListPersons(ctx, tx, after, pairsAtOnce)
		if err != nil || len(fresh) == 0 {
			return err
		}
		for _, p := range fresh {
			if err := s.pair(ctx, tx, p); err != nil {
				return err
			}
		}
		more = len(fresh) == pairsAtOnce
		if err := s.store.ForgetChoices(ctx, tx, db.At(tx.Now.AddDate(0, -1, 0))); err != nil {
			return err
		}
		return s.store.Look(ctx, tx, fresh[len(fresh)-1].ID)
	})
	return more, err
}

func (s *Service) pair(ctx context.Context, tx *db.Tx, p identity.Person) error {
	if p.Kind != identity.Individual {
		return nil
	}
	others, err := s.People.ListNamed(ctx, tx, p.Name, "", namesakes)
	if err != nil {
		return err
	}
	if p.Phone != "" {
		more, err := s.People.ListWithPhone(ctx, tx, p.Phone, "", namesakes)
		if err != nil {
			return err
		}
		others = append(others, more...)
	}
	for _, o := range others {
		if why := alike(p, o); why != "" {
			if err := s.store.AddPair(ctx, tx, store.Pair{A: min(p.ID, o.ID), B: max(p.ID, o.ID), Why: why, State: Open, At: tx.Now}); err != nil {
				return err
			}
		}
	}
	return nil
}

// ListPairs returns pairs that nobody has looked at.
func (s *Service) ListPairs(ctx context.Context, actor identity.Actor, after string) (p Page[Pair], err error) {
	defer errs.Wrap(&err, "list pairs")

	if _, err := access.Require(actor, persons.PermMerge); err != nil {
		return p, err
	}
	a, b, _ := strings.Cut(after, " ")
	rows, err := s.store.OpenPairs(ctx, s.DB, store.Pair{A: a, B: b}, PageSize+1)
	if err != nil {
		return p, err
	}
	part := cut(rows, PageSize, func(x store.Pair) string { return x.A + " " + x.B })
	p.Next = part.Next
	if p.Items, err = s.pairs(ctx, part.Items); err != nil || len(p.Items) == 0 {
		return p, err
	}
	return p, s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordRead(ctx, tx, actor, persons.AuditRead, "pairs", access.Handling)
	})
}

func (s *Service) pairsOf(ctx context.Context, person string) ([]Pair, error) {
	rows, err := s.store.PairsWith(ctx, s.DB, person)
	if err != nil {
		return nil, err
	}
	return s.pairs(ctx, rows)
}

func (s *Service) pairs(ctx context.Context, rows []store.Pair) (all []Pair, err error) {
	for _, r := range rows {
		one := Pair{Why: r.Why, State: r.State}
		for _, side := range []struct {
			id string
			to *Found
		}{{r.A, &one.A}, {r.B, &one.B}} {
			p, err := s.People.GetPerson(ctx, s.DB, side.id)
			if err != nil {
				return nil, err
			}
			if *side.to, err = s.found(ctx, s.DB, p); err != nil {
				return nil, err
			}
		}
		all = append(all, one)
	}
	return all, nil
}

// DismissPair says that two who look like one are two.
func (s *Service) DismissPair(ctx context.Context, actor identity.Actor, a, b string) (err error) {
	defer errs.Wrap(&err, "dismiss pair")

	if _, err := access.Require(actor, persons.PermMerge); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		ok, err := s.store.SetPair(ctx, tx, a, b, Two)
		if err == nil && !ok {
			err = persons.ErrNotFound
		}
		if err != nil {
			return err
		}
		return audit.RecordReadOf(ctx, tx, actor, persons.AuditTwo, a, b, "")
	})
}
