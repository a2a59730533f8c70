// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"maps"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/persons"
	"tinhso.vn/internal/modules/persons/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Side is one thing of which two persons have the same or not.
type Side struct {
	What     string // name, number, born, phone, email, accounts
	From, To string
	Same     bool
}

// bothRead records that two persons were read beside each other.
func (s *Service) bothRead(ctx context.Context, tx *db.Tx, actor identity.Actor, from, to string) error {
	for _, one := range []string{from, to} {
		if err := audit.RecordReadOf(ctx, tx, actor, persons.AuditRead, one, one, access.Handling); err != nil {
			return err
		}
	}
	return nil
}

// GetMerge returns a merge with the two persons beside each other; that they were
// read is recorded.
func (s *Service) GetMerge(ctx context.Context, actor identity.Actor, merge string) (m Merge, err error) {
	defer errs.Wrap(&err, "get merge %s", merge)

	if _, err := access.RequireAny(actor, persons.PermMerge, persons.PermConfirm); err != nil {
		return m, err
	}
	row, err := s.store.GetMerge(ctx, s.DB, merge)
	if err != nil {
		return m, err
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.bothRead(ctx, tx, actor, row.From, row.To) }); err != nil {
		return m, err
	}
	if m, err = s.merge(ctx, actor, row); err != nil {
		return m, err
	}
	if m.Sides, err = s.sides(ctx, row.From, row.To); err != nil {
		return m, err
	}
	if row.State == MergeDone {
		built, err := s.built(ctx, s.DB, row)
		if err != nil {
			return m, err
		}
		m.Built = counted(built)
	}
	m.Events, err = s.events(ctx, merge)
	return m, err
}

// sides says in what two persons are the same.
func (s *Service) sides(ctx context.Context, from, to string) (all []Side, err error) {
	var two [2]map[string]string
	names := []string{"name", "number", "born", "phone", "email", "accounts"}
	for i, one := range []string{from, to} {
		p, err := s.People.GetPerson(ctx, s.DB, one)
		if err != nil {
			return nil, err
		}
		ids, err := s.People.ListAccounts(ctx, s.DB, one)
		if err != nil {
			return nil, err
		}
		var logins []string
		for _, a := range ids {
			row, err := s.People.GetAccount(ctx, s.DB, a)
			if err != nil {
				return nil, err
			}
			logins = append(logins, row.Login)
		}
		two[i] = map[string]string{"name": p.Name, "number": p.Number, "born": p.Born, "phone": p.Phone, "email": p.Email, "accounts": strings.Join(logins, ", ")}
	}
	for _, what := range names {
		all = append(all, Side{What: what, From: two[0][what], To: two[1][what], Same: two[0][what] == two[1][what]})
	}
	return all, nil
}

// built returns what points to the one who stayed and neither was moved by the
// merge nor stood there before it. Merges of before this was kept know nothing.
func (s *Service) built(ctx context.Context, q db.Querier, m store.Merge) (since []persons.Pointer, err error) {
	if !m.Stood {
		return nil, nil
	}
	stood, err := s.store.StoodAt(ctx, q, m.ID)
	if err != nil {
		return nil, err
	}
	moved, err := s.store.MovedBy(ctx, q, m.ID)
	if err != nil {
		return nil, err
	}
	known := map[store.Moved]bool{}
	for _, one := range append(stood, moved...) {
		known[one] = true
	}
	all, names := s.holders()
	for _, name := range names {
		things, err := all[name].Pointers(ctx, q, m.To)
		if err != nil {
			return nil, err
		}
		for _, p := range things {
			if !known[store.Moved{Holder: name, Pointer: p}] {
				since = append(since, p)
			}
		}
	}
	return since, nil
}

func counted(all []persons.Pointer) (things []Things) {
	counts := map[string]int{}
	for _, p := range all {
		counts[p.Kind]++
	}
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		things = append(things, Things{kind, counts[kind]})
	}
	return things
}
