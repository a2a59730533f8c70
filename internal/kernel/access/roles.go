// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access/internal/store"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// RoleID names a role: the id by which the pack knows it.
type RoleID string

// Role is a set of permissions with a name that offices use.
type Role struct {
	ID          RoleID
	Name        i18n.Text
	Permissions []identity.Permission
	Kinds       []orgs.Kind // of units in which it can be held; none: in all
}

// ApplyRoles makes the roles of a pack the roles of the province and returns
// those that changed. A permission that no module knows is a mistake.
func ApplyRoles(ctx context.Context, tx *db.Tx, roles []Role, known []identity.Permission) (changed []RoleID, err error) {
	defer errs.Wrap(&err, "apply roles")

	existing, err := ListRoles(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, r := range roles {
		slices.Sort(r.Permissions)
		slices.Sort(r.Kinds)
		for _, p := range r.Permissions {
			if !slices.Contains(known, p) {
				return nil, errs.New(errs.Invalid, "access.permission_unknown").With("role", string(r.ID)).With("permission", string(p))
			}
		}
		if slices.ContainsFunc(existing, func(old Role) bool {
			return old.ID == r.ID && old.Name == r.Name && slices.Equal(old.Permissions, r.Permissions) && slices.Equal(old.Kinds, r.Kinds)
		}) {
			continue
		}
		row := store.Role{ID: string(r.ID), NameVI: r.Name.VI, NameEN: r.Name.EN}
		for _, p := range r.Permissions {
			row.Permissions = append(row.Permissions, string(p))
		}
		if err := store.PutRole(ctx, tx, row); err != nil {
			return nil, err
		}
		kinds := make([]string, len(r.Kinds))
		for i, k := range r.Kinds {
			kinds[i] = string(k)
		}
		if err := store.PutKinds(ctx, tx, string(r.ID), kinds); err != nil {
			return nil, err
		}
		changed = append(changed, r.ID)
	}
	return changed, nil
}

// ListRoles returns all roles: there are few.
func ListRoles(ctx context.Context, q db.Querier) ([]Role, error) {
	rows, err := store.Roles(ctx, q)
	roles := make([]Role, len(rows))
	for i, r := range rows {
		roles[i] = Role{ID: RoleID(r.ID), Name: i18n.Text{VI: r.NameVI, EN: r.NameEN}}
		for _, p := range r.Permissions {
			roles[i].Permissions = append(roles[i].Permissions, identity.Permission(p))
		}
		for _, k := range r.Kinds {
			roles[i].Kinds = append(roles[i].Kinds, orgs.Kind(k))
		}
	}
	return roles, err
}

// GetRole returns a role; ErrRoleUnknown where there is none.
func GetRole(ctx context.Context, q db.Querier, id RoleID) (Role, error) {
	roles, err := ListRoles(ctx, q)
	if err != nil {
		return Role{}, err
	}
	for _, r := range roles {
		if r.ID == id {
			return r, nil
		}
	}
	return Role{}, ErrRoleUnknown.With("role", string(id))
}

// Assignment gives a role to an account, in a unit or for what is its own.
type Assignment struct {
	Account string
	Role    RoleID
	Unit    orgs.ID   // empty: for what is one's own
	Subtree bool      // also in all units under it
	Since   db.Time   // zero: from now on
	Until   db.Time   // zero: until it is taken away
	Title   i18n.Text // of the post: "Chuyên viên", "PHÓ CHỦ TỊCH"
	SignsAs string    // the line above the title under a paper: "KT. CHỦ TỊCH"
}

// Assign gives the role from now on, as packs and operators do; Give is what a
// person enters. Given again, it changes Subtree, Until and the title. The first
// post of an account is its main one.
func Assign(ctx context.Context, tx *db.Tx, a Assignment) error {
	held, err := ListHoldings(ctx, tx, a.Account)
	if err != nil {
		return err
	}
	h := Holding{
		ID: id.New(), Account: a.Account, Role: a.Role, Unit: a.Unit, Kind: Main, Since: tx.Now, EnteredAt: tx.Now,
	}
	if !a.Since.IsZero() {
		h.Since = a.Since
	}
	if a.Unit == "" {
		h.Kind = Self
	}
	for _, old := range held {
		if old.Role == a.Role && old.Unit == a.Unit && old.Standing(tx.Now) && old.Kind != Grant && old.Kind != Delegation {
			h = old
			break
		}
		if old.Kind == Main && old.Standing(tx.Now) && a.Unit != "" {
			h.Kind = Concurrent
		}
	}
	h.Subtree, h.Until, h.Title, h.SignsAs = a.Subtree, a.Until, a.Title, a.SignsAs
	return store.Hold(ctx, tx, toRow(h))
}

// Post is what somebody is in a unit.
type Post struct {
	Holding string
	Kind    Kind
	Role    RoleID
	Unit    orgs.ID
	Title   i18n.Text
	SignsAs string
}

// ListPosts returns the posts that an account holds now, the main one first,
// then the oldest.
func ListPosts(ctx context.Context, q db.Querier, account string, now db.Time) ([]Post, error) {
	rows, err := store.Posts(ctx, q, account, now)
	posts := make([]Post, len(rows))
	for i, r := range rows {
		posts[i] = Post{Holding: r.ID, Role: RoleID(r.Role), Unit: orgs.ID(r.Unit), Kind: Kind(r.Kind), Title: i18n.Text{VI: r.TitleVI, EN: r.TitleEN}, SignsAs: r.SignsAs}
	}
	return posts, err
}

// Sees reports whether a unit is in scope.
func (s Scope) Sees(ctx context.Context, q db.Querier, unit orgs.ID) (bool, error) {
	in, args := s.Where(Columns{Units: []string{"id"}}, string(unit))
	return store.Sees(ctx, q, in, args...)
}

// Load gives an actor all the permissions that the account holds now. The unit
// of its main post is the one it works in.
func Load(ctx context.Context, q db.Querier, a identity.Actor, now db.Time) (identity.Actor, error) {
	grants, err := store.Grants(ctx, q, a.Account, now)
	if err != nil {
		return a, err
	}
	var all []identity.Granted
	for _, g := range grants {
		at := identity.Place{Unit: g.Unit, Subtree: g.Subtree}
		if g.Object != "" {
			at = identity.Place{Unit: one + g.Object}
		} else if a.Unit == "" && g.Permissions != "" {
			a.Unit = g.Unit
		}
		for p := range strings.FieldsSeq(g.Permissions) {
			all = append(all, identity.Granted{Permission: identity.Permission(p), At: at})
		}
	}
	return a.GrantAll(all), nil
}

// Holder is somebody who holds a role in a unit.
type Holder struct {
	Account, Login, Name string
	Role                 RoleID
	Unit                 orgs.ID
	Key                  string // where a list goes on after this holder
}

// ListHolders returns at most limit people of a unit and the units under it,
// sorted by given name, after the given holder (the zero Holder for the first).
func ListHolders(ctx context.Context, q db.Querier, unit orgs.ID, after Holder, limit int) ([]Holder, error) {
	rows, keys, err := store.Holders(ctx, q, string(unit), moment(q), after.Key, after.Account, limit)
	holders := make([]Holder, len(rows))
	for i, r := range rows {
		holders[i] = Holder{Account: r.Account, Login: r.Login, Name: r.Name, Role: RoleID(r.Role), Unit: orgs.ID(r.Unit), Key: keys[i]}
	}
	return holders, err
}

// moment is now, on the clock of the database that is read.
func moment(q db.Querier) db.Time {
	switch q := q.(type) {
	case *db.Tx:
		return q.Now
	case *db.DB:
		return q.Now()
	}
	return db.Time{}
}

// ListAllowed returns at most limit accounts that hold a permission now,
// wherever, those who have it longest first: whom to tell.
func ListAllowed(ctx context.Context, q db.Querier, p identity.Permission, now db.Time, limit int) ([]string, error) {
	return store.Allowed(ctx, q, string(p), now, limit)
}
