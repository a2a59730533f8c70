// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps roles and who holds them.
package store

import (
	"context"
	"embed"

	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of access.
func Migrations() db.Migrations { return db.Migrations{Namespace: "access", Files: files} }

// Role is one row of access_roles with its permissions.
type Role struct {
	ID, NameVI, NameEN string
	Permissions        []string
}

// PutRole makes a role what r says.
func PutRole(ctx context.Context, tx *db.Tx, r Role) error {
	if _, err := tx.Exec(ctx, `INSERT INTO access_roles (id, name_vi, name_en) VALUES ($1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET name_vi = excluded.name_vi, name_en = excluded.name_en`, r.ID, r.NameVI, r.NameEN); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM access_role_permissions WHERE role_id = $1`, r.ID); err != nil {
		return err
	}
	for _, p := range r.Permissions {
		if _, err := tx.Exec(ctx, `INSERT INTO access_role_permissions (role_id, permission) VALUES ($1, $2)`, r.ID, p); err != nil {
			return err
		}
	}
	return nil
}

// Roles returns all roles with their permissions.
func Roles(ctx context.Context, q db.Querier) ([]Role, error) {
	type pair struct{ role, vi, en, permission string }
	pairs, err := db.All(ctx, q, func(r db.Row) (p pair, err error) {
		err = r.Scan(&p.role, &p.vi, &p.en, &p.permission)
		return p, err
	}, `SELECT r.id, r.name_vi, r.name_en, COALESCE(p.permission, '') FROM access_roles r
		LEFT JOIN access_role_permissions p ON p.role_id = r.id ORDER BY r.id, p.permission`)
	var roles []Role
	for _, p := range pairs {
		if n := len(roles); n == 0 || roles[n-1].ID != p.role {
			roles = append(roles, Role{ID: p.role, NameVI: p.vi, NameEN: p.en})
		}
		if p.permission != "" {
			last := &roles[len(roles)-1]
			last.Permissions = append(last.Permissions, p.permission)
		}
	}
	return roles, err
}

// Assignment is one row of access_assignments.
type Assignment struct {
	Account, Role, Unit       string
	TitleVI, TitleEN, SignsAs string
	Subtree                   bool
	Until                     db.Time
}

// Assign gives a role to an account.
func Assign(ctx context.Context, tx *db.Tx, a Assignment) error {
	subtree := 0
	if a.Subtree {
		subtree = 1
	}
	_, err := tx.Exec(ctx, `INSERT INTO access_assignments (account_id, role_id, unit_id, subtree, since, until, title_vi, title_en, signs_as)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (account_id, role_id, unit_id)
		DO UPDATE SET subtree = excluded.subtree, until = excluded.until, title_vi = excluded.title_vi,
		title_en = excluded.title_en, signs_as = excluded.signs_as`,
		a.Account, a.Role, a.Unit, subtree, tx.Now, a.Until, a.TitleVI, a.TitleEN, a.SignsAs)
	return err
}

// Grant is a permission at a place.
type Grant struct {
	Permission, Unit string
	Subtree          bool
}

// Grants returns all that an account may do now.
func Grants(ctx context.Context, q db.Querier, account string, now db.Time) ([]Grant, error) {
	return db.All(ctx, q, func(r db.Row) (g Grant, err error) {
		var subtree int
		err = r.Scan(&g.Permission, &g.Unit, &subtree)
		g.Subtree = subtree == 1
		return g, err
	}, `SELECT p.permission, a.unit_id, a.subtree FROM access_assignments a
		JOIN access_role_permissions p ON p.role_id = a.role_id
		WHERE a.account_id = $1 AND (a.until IS NULL OR a.until > $2) ORDER BY a.since, a.unit_id, p.permission`, account, now)
}

// Holder is somebody who holds a role in a unit.
type Holder struct{ Account, Login, Name, Role, Unit string }

// Holders returns at most limit people who hold a role in the unit or, with
// subtree, under it, sorted by name.
func Holders(ctx context.Context, q db.Querier, unit, afterKey, afterAccount string, limit int) ([]Holder, []string, error) {
	var keys []string
	found, err := db.All(ctx, q, func(r db.Row) (h Holder, err error) {
		var key string
		err = r.Scan(&h.Account, &h.Login, &h.Name, &h.Role, &h.Unit, &key)
		keys = append(keys, key)
		return h, err
	}, `SELECT a.account_id, i.login, p.name, a.role_id, a.unit_id, p.name_key FROM access_assignments a
		JOIN identity_accounts i ON i.id = a.account_id JOIN identity_persons p ON p.id = i.person_id
		WHERE a.unit_id IN (SELECT unit_id FROM orgs_tree WHERE ancestor_id = $1)
		AND (p.name_key > $2 OR (p.name_key = $2 AND a.account_id > $3)) ORDER BY p.name_key, a.account_id LIMIT $4`,
		unit, afterKey, afterAccount, limit)
	return found, keys, err
}

// Posts returns the posts that an account holds now, the oldest first.
func Posts(ctx context.Context, q db.Querier, account string, now db.Time) ([]Assignment, error) {
	return db.All(ctx, q, func(r db.Row) (a Assignment, err error) {
		err = r.Scan(&a.Account, &a.Role, &a.Unit, &a.TitleVI, &a.TitleEN, &a.SignsAs)
		return a, err
	}, `SELECT account_id, role_id, unit_id, title_vi, title_en, signs_as FROM access_assignments
		WHERE account_id = $1 AND unit_id <> '' AND (until IS NULL OR until > $2) ORDER BY since, unit_id`, account, now)
}

// Sees reports whether a unit meets a condition on orgs_units.
func Sees(ctx context.Context, q db.Querier, where string, args ...any) (bool, error) {
	found, err := db.All(ctx, q, db.Column[string], `SELECT id FROM orgs_units WHERE id = $1 AND `+where, args...)
	return len(found) == 1, err
}

// Allowed returns at most limit accounts that hold a permission now, wherever,
// the longest first.
func Allowed(ctx context.Context, q db.Querier, permission string, now db.Time, limit int) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT a.account_id FROM access_assignments a
		JOIN access_role_permissions p ON p.role_id = a.role_id AND p.permission = $1
		WHERE a.until IS NULL OR a.until > $2 GROUP BY a.account_id ORDER BY MIN(a.since), a.account_id LIMIT $3`, permission, now, limit)
}
