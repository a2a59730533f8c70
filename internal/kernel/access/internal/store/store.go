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
	Permissions, Kinds []string
}

// PutRole makes a role what r says.
func PutRole(ctx context.Context, tx *db.Tx, r Role) error {
	if _, err := tx.Exec(ctx, `INSERT INTO access_roles (id, name_vi, name_en) VALUES ($1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET name_vi = excluded.name_vi, name_en = excluded.name_en`, r.ID, r.NameVI, r.NameEN); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM access_role_permissions WHERE role_id = $1 AND granted_by = ''`, r.ID); err != nil {
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
		LEFT JOIN access_role_permissions p ON p.role_id = r.id AND p.granted_by = '' ORDER BY r.id, p.permission`)
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
	for i := range roles {
		if err == nil {
			roles[i].Kinds, err = Kinds(ctx, q, roles[i].ID)
		}
	}
	return roles, err
}

// Grant is what a holding gives at a place, or somebody may do with a single thing.
type Grant struct {
	Permissions, Unit string // permissions with a space between them
	Subtree           bool
	Object            string // the single thing; empty: it is a holding
}

// Grants returns all that an account may do now. Every request asks it: what a role
// may is one text, so that a holding is one row.
func Grants(ctx context.Context, q db.Querier, account string, now db.Time) ([]Grant, error) {
	return db.All(ctx, q, func(r db.Row) (g Grant, err error) {
		var subtree, rank int
		var since db.Time
		err = r.Scan(&g.Permissions, &g.Unit, &subtree, &g.Object, &rank, &since)
		g.Subtree = subtree == 1
		return g, err
	}, `SELECT COALESCE((SELECT string_agg(p.permission, ' ') FROM access_role_permissions p WHERE p.role_id = h.role_id), ''), h.unit_id, h.subtree, '',
			CASE h.kind WHEN 'main' THEN 0 ELSE 1 END, h.since FROM access_holdings h WHERE h.account_id = $1 AND `+inForce(2)+`
		UNION ALL SELECT o.permission, '', 0, o.object_id, 2, o.since FROM access_objects o WHERE o.account_id = $1 AND o.since <= $2
			AND (o.until IS NULL OR o.until > $2) ORDER BY 5, 6, 2, 4`, account, now)
}

// Holder is somebody who holds a role in a unit.
type Holder struct{ Account, Login, Name, Role, Unit string }

// Holders returns at most limit people who hold a role in the unit or, with
// subtree, under it, sorted by name.
func Holders(ctx context.Context, q db.Querier, unit string, now db.Time, afterKey, afterAccount string, limit int) ([]Holder, []string, error) {
	var keys []string
	found, err := db.All(ctx, q, func(r db.Row) (h Holder, err error) {
		var key string
		err = r.Scan(&h.Account, &h.Login, &h.Name, &h.Role, &h.Unit, &key)
		keys = append(keys, key)
		return h, err
	}, `SELECT h.account_id, i.login, p.name, h.role_id, h.unit_id, p.name_key FROM access_holdings h
		JOIN identity_accounts i ON i.id = h.account_id JOIN identity_persons p ON p.id = i.person_id
		WHERE h.unit_id IN (SELECT unit_id FROM orgs_tree WHERE ancestor_id = $1) AND `+inForce(5)+`
		AND (p.name_key > $2 OR (p.name_key = $2 AND h.account_id > $3)) ORDER BY p.name_key, h.account_id LIMIT $4`,
		unit, afterKey, afterAccount, limit, now)
	return found, keys, err
}

// Posts returns the posts that an account holds now, the main one first, then the oldest.
func Posts(ctx context.Context, q db.Querier, account string, now db.Time) ([]Holding, error) {
	return db.All(ctx, q, scanHolding, `SELECT `+holdingColumns+` FROM access_holdings h
		WHERE h.account_id = $1 AND h.unit_id <> '' AND `+inForce(2)+` ORDER BY CASE h.kind WHEN 'main' THEN 0 ELSE 1 END, h.since, h.unit_id`, account, now)
}

// Sees reports whether a unit meets a condition on orgs_units.
func Sees(ctx context.Context, q db.Querier, where string, args ...any) (bool, error) {
	found, err := db.All(ctx, q, db.Column[string], `SELECT id FROM orgs_units WHERE id = $1 AND `+where, args...)
	return len(found) == 1, err
}

// Allowed returns at most limit accounts that hold a permission now, wherever,
// the longest first.
func Allowed(ctx context.Context, q db.Querier, permission string, now db.Time, limit int) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT h.account_id FROM access_holdings h
		JOIN access_role_permissions p ON p.role_id = h.role_id AND p.permission = $1
		WHERE `+inForce(2)+` GROUP BY h.account_id ORDER BY MIN(h.since), h.account_id LIMIT $3`, permission, now, limit)
}

// Under returns at most limit units under one, and itself.
func Under(ctx context.Context, q db.Querier, unit string, limit int) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT unit_id FROM orgs_tree WHERE ancestor_id = $1 LIMIT $2`, unit, limit)
}
