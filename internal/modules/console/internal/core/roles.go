// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/province"
	"tinhso.vn/internal/modules/console"
	"tinhso.vn/internal/platform/errs"
)

// RoleRow is a role with how many hold it and with what it is kept apart.
type RoleRow struct {
	access.Role
	Holders int64 // people with the role in a unit
	Apart   []access.Pair
}

// Roles is all roles, and where they come from.
type Roles struct {
	Rows  []RoleRow
	Pack  string // they come from
	Names map[access.RoleID]access.Role
}

// ListRoles returns all roles in words: there are few.
func (s *Service) ListRoles(ctx context.Context, actor identity.Actor) (r Roles, err error) {
	defer errs.Wrap(&err, "list roles")

	if _, err := access.RequireAny(actor, console.PermOperate, console.PermAudit); err != nil {
		return r, err
	}
	all, err := access.ListRoles(ctx, s.db)
	if err != nil {
		return r, err
	}
	settings, err := province.Get(ctx, s.db)
	if err != nil {
		return r, err
	}
	counts, err := access.CountRoleHolders(ctx, s.db, s.db.Now())
	if err != nil {
		return r, err
	}
	pairs, err := access.ListPairs(ctx, s.db)
	if err != nil {
		return r, err
	}
	r.Pack, r.Names = settings.Pack, map[access.RoleID]access.Role{}
	for _, one := range all {
		row := RoleRow{Role: one, Holders: counts[one.ID]}
		for _, p := range pairs {
			if p.A == one.ID || p.B == one.ID {
				row.Apart = append(row.Apart, p)
			}
		}
		r.Rows, r.Names[one.ID] = append(r.Rows, row), one
	}
	return r, nil
}

// RoleHolder is somebody who holds a role.
type RoleHolder struct {
	access.Reacher
	Unit orgs.Unit
}

// RoleFile is a role with a page of those who hold it.
type RoleFile struct {
	RoleRow
	Names map[access.RoleID]access.Role
	Pack  string
	Who   []RoleHolder
	Both  map[access.RoleID][]string // logins of who holds this role and the other one
	Next  string                     // given back to go on; empty at the end
}

// GetRole returns a role with who holds it, sorted by given name.
func (s *Service) GetRole(ctx context.Context, actor identity.Actor, role, after string) (f RoleFile, err error) {
	defer errs.Wrap(&err, "read role %s", role)

	all, err := s.ListRoles(ctx, actor)
	if err != nil {
		return f, err
	}
	found := false
	for _, one := range all.Rows {
		if string(one.ID) == role {
			f.RoleRow, found = one, true
		}
	}
	if !found {
		return f, access.ErrRoleUnknown.With("role", role)
	}
	f.Names, f.Pack, f.Both = all.Names, all.Pack, map[access.RoleID][]string{}
	now := s.db.Now()
	key, id, _ := strings.Cut(after, "|")
	rows, err := access.ListRoleHolders(ctx, s.db, f.ID, now, access.Reacher{Key: key, Holding: access.Holding{ID: id}}, PageSize+1)
	if err != nil {
		return f, err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		f.Next = rows[PageSize-1].Key + "|" + rows[PageSize-1].ID
	}
	units := map[orgs.ID]orgs.Unit{}
	for _, h := range rows {
		u, known := units[h.Unit]
		if !known {
			if u, err = orgs.Get(ctx, s.db, h.Unit); err != nil && errs.KindOf(err) != errs.NotFound {
				return f, err
			}
			units[h.Unit] = u
		}
		f.Who = append(f.Who, RoleHolder{h, u})
	}
	for _, p := range f.Apart {
		other := p.A
		if other == f.ID {
			other = p.B
		}
		both, err := access.ListBoth(ctx, s.db, p, now, maxConflicts)
		if err != nil {
			return f, err
		}
		names, err := s.logins(ctx, both...)
		if err != nil {
			return f, err
		}
		for _, account := range both {
			f.Both[other] = append(f.Both[other], names[account])
		}
	}
	return f, nil
}
