// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps the units in the database.
package store

import (
	"context"
	"embed"

	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of units.
func Migrations() db.Migrations { return db.Migrations{Namespace: "orgs", Files: files} }

// Unit is one row of orgs_units.
type Unit struct {
	ID, Parent, Kind, NameVI, NameEN, Folded, SortKey   string
	AgencyVI, AgencyEN, Short                           string
	Code, ProvisionalCode, AreaCode, ValidFrom, ValidTo string
	Address, Phone                                      string
	Verified                                            bool
}

const columns = `id, COALESCE(parent_id, ''), kind, name_vi, name_en, agency_vi, agency_en, short, name_folded, sort_key, code,
	provisional_code, area_code, valid_from, valid_to, address, phone, verified`

func scan(r db.Row) (u Unit, err error) {
	var verified int
	err = r.Scan(&u.ID, &u.Parent, &u.Kind, &u.NameVI, &u.NameEN, &u.AgencyVI, &u.AgencyEN, &u.Short, &u.Folded, &u.SortKey, &u.Code, &u.ProvisionalCode,
		&u.AreaCode, &u.ValidFrom, &u.ValidTo, &u.Address, &u.Phone, &verified)
	u.Verified = verified == 1
	return u, err
}

// Put adds or changes a unit.
func Put(ctx context.Context, tx *db.Tx, u Unit) error {
	verified := 0
	if u.Verified {
		verified = 1
	}
	_, err := tx.Exec(ctx, `INSERT INTO orgs_units (id, parent_id, kind, name_vi, name_en, name_folded, sort_key, code,
		provisional_code, area_code, valid_from, valid_to, address, phone, verified, agency_vi, agency_en, short)
		VALUES ($1, NULLIF($2, ''), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
		ON CONFLICT (id) DO UPDATE SET parent_id = excluded.parent_id, kind = excluded.kind, name_vi = excluded.name_vi,
		name_en = excluded.name_en, name_folded = excluded.name_folded, sort_key = excluded.sort_key, code = excluded.code,
		provisional_code = excluded.provisional_code, area_code = excluded.area_code, valid_from = excluded.valid_from,
		valid_to = excluded.valid_to, address = excluded.address, phone = excluded.phone, verified = excluded.verified,
		agency_vi = excluded.agency_vi, agency_en = excluded.agency_en, short = excluded.short`,
		u.ID, u.Parent, u.Kind, u.NameVI, u.NameEN, u.Folded, u.SortKey, u.Code, u.ProvisionalCode, u.AreaCode,
		u.ValidFrom, u.ValidTo, u.Address, u.Phone, verified, u.AgencyVI, u.AgencyEN, u.Short)
	return err
}

// Rebuild makes orgs_tree anew from the parents.
func Rebuild(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, `DELETE FROM orgs_tree`); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `WITH RECURSIVE up (ancestor_id, unit_id) AS (
			SELECT id, id FROM orgs_units
			UNION ALL
			SELECT u.parent_id, up.unit_id FROM up JOIN orgs_units u ON u.id = up.ancestor_id WHERE u.parent_id IS NOT NULL
		) INSERT INTO orgs_tree (ancestor_id, unit_id) SELECT ancestor_id, unit_id FROM up`)
	return err
}

// Link notes that a unit came from another.
func Link(ctx context.Context, tx *db.Tx, predecessor, successor, kind string) error {
	_, err := tx.Exec(ctx, `INSERT INTO orgs_lineage (predecessor_id, successor_id, kind) VALUES ($1, $2, $3)
		ON CONFLICT (predecessor_id, successor_id) DO UPDATE SET kind = excluded.kind`, predecessor, successor, kind)
	return err
}

// All returns every unit, parents before children only by chance.
func All(ctx context.Context, q db.Querier) ([]Unit, error) {
	return db.All(ctx, q, scan, `SELECT `+columns+` FROM orgs_units ORDER BY id`)
}

// Get returns one unit; db.ErrNoRows where there is none.
func Get(ctx context.Context, q db.Querier, id string) (Unit, error) {
	return scan(q.QueryRow(ctx, `SELECT `+columns+` FROM orgs_units WHERE id = $1`, id))
}

// Children returns at most limit units right under parent ("" for the roots),
// sorted by name, after the given key.
func Children(ctx context.Context, q db.Querier, parent, afterKey, afterID string, limit int) ([]Unit, error) {
	if parent == "" {
		return db.All(ctx, q, scan, `SELECT `+columns+` FROM orgs_units WHERE parent_id IS NULL
			AND (sort_key > $1 OR (sort_key = $1 AND id > $2)) ORDER BY sort_key, id LIMIT $3`, afterKey, afterID, limit)
	}
	return db.All(ctx, q, scan, `SELECT `+columns+` FROM orgs_units WHERE parent_id = $1
		AND (sort_key > $2 OR (sort_key = $2 AND id > $3)) ORDER BY sort_key, id LIMIT $4`, parent, afterKey, afterID, limit)
}

// OfKind returns at most limit units of a kind that are valid on a day, sorted by name.
func OfKind(ctx context.Context, q db.Querier, kind, day string, limit int) ([]Unit, error) {
	return db.All(ctx, q, scan, `SELECT `+columns+` FROM orgs_units WHERE kind = $1
		AND valid_from <= $2 AND (valid_to = '' OR valid_to >= $2) ORDER BY sort_key, id LIMIT $3`, kind, day, limit)
}

// Named is what lists of units show of one.
type Named struct{ ID, Kind, NameVI, NameEN, AreaCode string }

// NamedOf returns at most limit units of three kinds that are valid on a day, sorted by name.
func NamedOf(ctx context.Context, q db.Querier, kinds [3]string, day string, limit int) ([]Named, error) {
	return db.All(ctx, q, func(r db.Row) (n Named, err error) {
		err = r.Scan(&n.ID, &n.Kind, &n.NameVI, &n.NameEN, &n.AreaCode)
		return n, err
	}, namedOf, kinds[0], kinds[1], kinds[2], day, limit)
}

const namedOf = `SELECT id, kind, name_vi, name_en, area_code FROM orgs_units WHERE kind IN ($1, $2, $3)
	AND valid_from <= $4 AND (valid_to = '' OR valid_to >= $4) ORDER BY sort_key, id LIMIT $5`

// Under returns the first unit of a kind right under parent that is valid on a day.
func Under(ctx context.Context, q db.Querier, parent, kind, day string) ([]Unit, error) {
	return db.All(ctx, q, scan, `SELECT `+columns+` FROM orgs_units WHERE parent_id = $1 AND kind = $2
		AND valid_from <= $3 AND (valid_to = '' OR valid_to >= $3) ORDER BY sort_key, id LIMIT 1`, parent, kind, day)
}

// Above returns the unit and the units above it, the nearest first.
func Above(ctx context.Context, q db.Querier, id string) ([]Unit, error) {
	return db.All(ctx, q, scan, `WITH RECURSIVE up (uid, depth) AS (
			SELECT $1, 0
			UNION ALL
			SELECT u.parent_id, up.depth + 1 FROM up JOIN orgs_units u ON u.id = up.uid WHERE u.parent_id IS NOT NULL AND up.depth < 20
		) SELECT `+columns+` FROM up JOIN orgs_units ON id = uid ORDER BY depth`, id)
}
