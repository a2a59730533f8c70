// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// Version is one row of orgs_versions.
type Version struct {
	Unit
	From, To, Decision, DecidedOn, EnteredBy string
	EnteredAt                                db.Time
	Applied                                  bool
	Children                                 int // valid units right under it, where they were asked for
}

const versionColumns = `v.unit_id, v.parent_id, v.kind, v.name_vi, v.name_en, v.agency_vi, v.agency_en, v.short, v.name_folded, v.sort_key, v.code,
	v.provisional_code, v.area_code, v.valid_from, v.valid_to, v.address, v.phone, v.verified, v.from_day, v.to_day, v.decision, v.decided_on,
	v.entered_by, v.entered_at, v.applied`

// on is the condition of versions of alias that say what a unit was on day $n, if it was there.
func on(alias string, n int) string {
	return strings.NewReplacer("v.", alias+".", "$n", fmt.Sprintf("$%d", n)).Replace(
		`v.from_day <= $n AND (v.to_day = '' OR v.to_day >= $n) AND v.valid_from <= $n AND (v.valid_to = '' OR v.valid_to >= $n)`)
}

func (v *Version) dest(verified, applied *int) []any {
	return []any{
		&v.ID, &v.Parent, &v.Kind, &v.NameVI, &v.NameEN, &v.AgencyVI, &v.AgencyEN, &v.Short, &v.Folded, &v.SortKey, &v.Code,
		&v.ProvisionalCode, &v.AreaCode, &v.ValidFrom, &v.ValidTo, &v.Address, &v.Phone, verified, &v.From, &v.To, &v.Decision, &v.DecidedOn,
		&v.EnteredBy, &v.EnteredAt, applied,
	}
}

func scanVersion(r db.Row) (v Version, err error) {
	var verified, applied int
	err = r.Scan(v.dest(&verified, &applied)...)
	v.Verified, v.Applied = verified == 1, applied == 1
	return v, err
}

func scanCounted(r db.Row) (v Version, err error) {
	var verified, applied int
	err = r.Scan(append(v.dest(&verified, &applied), &v.Children)...)
	v.Verified, v.Applied = verified == 1, applied == 1
	return v, err
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// PutVersion keeps a version, new or changed.
func PutVersion(ctx context.Context, tx *db.Tx, v Version) error {
	_, err := tx.Exec(ctx, `INSERT INTO orgs_versions (unit_id, parent_id, kind, name_vi, name_en, agency_vi, agency_en, short, name_folded, sort_key, code,
		provisional_code, area_code, valid_from, valid_to, address, phone, verified, from_day, to_day, decision, decided_on, entered_by, entered_at, applied)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
		ON CONFLICT (unit_id, from_day) DO UPDATE SET parent_id = excluded.parent_id, kind = excluded.kind, name_vi = excluded.name_vi, name_en = excluded.name_en,
		agency_vi = excluded.agency_vi, agency_en = excluded.agency_en, short = excluded.short, name_folded = excluded.name_folded, sort_key = excluded.sort_key,
		code = excluded.code, provisional_code = excluded.provisional_code, area_code = excluded.area_code, valid_from = excluded.valid_from,
		valid_to = excluded.valid_to, address = excluded.address, phone = excluded.phone, verified = excluded.verified, to_day = excluded.to_day, applied = excluded.applied`,
		v.ID, v.Parent, v.Kind, v.NameVI, v.NameEN, v.AgencyVI, v.AgencyEN, v.Short, v.Folded, v.SortKey, v.Code,
		v.ProvisionalCode, v.AreaCode, v.ValidFrom, v.ValidTo, v.Address, v.Phone, number(v.Verified), v.From, v.To, v.Decision, v.DecidedOn,
		v.EnteredBy, v.EnteredAt, number(v.Applied))
	return err
}

// Versions returns all versions of a unit, the oldest first.
func Versions(ctx context.Context, q db.Querier, unit string) ([]Version, error) {
	return db.All(ctx, q, scanVersion, `SELECT `+versionColumns+` FROM orgs_versions v WHERE v.unit_id = $1 ORDER BY v.from_day`, unit)
}

// Decided returns the units of which a person has entered something.
func Decided(ctx context.Context, q db.Querier) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT DISTINCT v.unit_id FROM orgs_versions v WHERE v.entered_by <> ''`)
}

// Waiting returns the versions whose day has come and that are not applied, in their order.
func Waiting(ctx context.Context, q db.Querier, day string) ([]Version, error) {
	return db.All(ctx, q, scanVersion, `SELECT `+versionColumns+` FROM orgs_versions v WHERE v.applied = 0 AND v.from_day <= $1 ORDER BY v.from_day, v.unit_id`, day)
}

// OnDay returns what a unit was on a day, if it was there.
func OnDay(ctx context.Context, q db.Querier, unit, day string) ([]Version, error) {
	return db.All(ctx, q, scanVersion, `SELECT `+versionColumns+` FROM orgs_versions v WHERE v.unit_id = $1 AND `+on("v", 2), unit, day)
}

// SaidOn returns the version that speaks of a day, whether the unit was there or not.
func SaidOn(ctx context.Context, q db.Querier, unit, day string) ([]Version, error) {
	return db.All(ctx, q, scanVersion, `SELECT `+versionColumns+` FROM orgs_versions v WHERE v.unit_id = $1 AND v.from_day <= $2 AND (v.to_day = '' OR v.to_day >= $2)`, unit, day)
}

// ChildrenOn returns at most limit units right under parent on a day, sorted by
// name, each with how many are right under it.
func ChildrenOn(ctx context.Context, q db.Querier, parent, day, afterKey, afterID string, limit int) ([]Version, error) {
	text, args := childrenQuery(parent, day, afterKey, afterID, limit)
	return db.All(ctx, q, scanCounted, text, args...)
}

func childrenQuery(parent, day, afterKey, afterID string, limit int) (string, []any) {
	return `SELECT ` + versionColumns + `, (SELECT COUNT(*) FROM orgs_versions c WHERE c.parent_id = v.unit_id AND ` + on("c", 2) + `)
		FROM orgs_versions v WHERE v.parent_id = $1 AND ` + on("v", 2) + `
		AND (v.sort_key > $3 OR (v.sort_key = $3 AND v.unit_id > $4)) ORDER BY v.sort_key, v.unit_id LIMIT $5`, []any{parent, day, afterKey, afterID, limit}
}

// Search returns at most limit units of a day by a part of the folded name, the
// short name or the beginning of a code, sorted by name.
func Search(ctx context.Context, q db.Querier, folded, plain, day, afterKey, afterID string, limit int) ([]Version, error) {
	return db.All(ctx, q, scanVersion, `SELECT `+versionColumns+` FROM orgs_versions v WHERE (v.name_folded LIKE $1 OR LOWER(v.short) = LOWER($2)
		OR v.code LIKE $3 OR v.provisional_code LIKE $3 OR v.area_code = $2) AND `+on("v", 4)+`
		AND (v.sort_key > $5 OR (v.sort_key = $5 AND v.unit_id > $6)) ORDER BY v.sort_key, v.unit_id LIMIT $7`,
		"%"+folded+"%", plain, plain+"%", day, afterKey, afterID, limit)
}

// EveryOn returns at most limit units of a day by id, after the given one.
func EveryOn(ctx context.Context, q db.Querier, day, after string, limit int) ([]Version, error) {
	return db.All(ctx, q, scanVersion, `SELECT `+versionColumns+` FROM orgs_versions v WHERE v.unit_id > $1 AND `+on("v", 2)+` ORDER BY v.unit_id LIMIT $3`, after, day, limit)
}

// Tie is one row of orgs_lineage with the name of the other unit.
type Tie struct{ Unit, NameVI, NameEN, Kind, Day, Decision string }

func scanTie(r db.Row) (t Tie, err error) {
	err = r.Scan(&t.Unit, &t.NameVI, &t.NameEN, &t.Kind, &t.Day, &t.Decision)
	return t, err
}

// Predecessors returns what a unit came from.
func Predecessors(ctx context.Context, q db.Querier, unit string) ([]Tie, error) {
	return db.All(ctx, q, scanTie, `SELECT u.id, u.name_vi, u.name_en, l.kind, l.day, l.decision FROM orgs_lineage l JOIN orgs_units u ON u.id = l.predecessor_id
		WHERE l.successor_id = $1 ORDER BY u.sort_key, u.id`, unit)
}

// Successors returns what became of a unit.
func Successors(ctx context.Context, q db.Querier, unit string) ([]Tie, error) {
	return db.All(ctx, q, scanTie, `SELECT u.id, u.name_vi, u.name_en, l.kind, l.day, l.decision FROM orgs_lineage l JOIN orgs_units u ON u.id = l.successor_id
		WHERE l.predecessor_id = $1 ORDER BY u.sort_key, u.id`, unit)
}

// LinkOn notes since when and by what a unit came from another.
func LinkOn(ctx context.Context, tx *db.Tx, predecessor, successor, kind, day, decision string) error {
	_, err := tx.Exec(ctx, `INSERT INTO orgs_lineage (predecessor_id, successor_id, kind, day, decision) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (predecessor_id, successor_id) DO UPDATE SET kind = excluded.kind, day = excluded.day, decision = excluded.decision`,
		predecessor, successor, kind, day, decision)
	return err
}

// Remove takes away units that were never real, with their versions. Others that name them refuse it.
func Remove(ctx context.Context, tx *db.Tx, unit string) error {
	for _, text := range []string{
		`DELETE FROM orgs_tree WHERE unit_id = $1 OR ancestor_id = $1`, `DELETE FROM orgs_lineage WHERE successor_id = $1`,
		`DELETE FROM orgs_positions WHERE unit_id = $1`, `DELETE FROM orgs_versions WHERE unit_id = $1`, `DELETE FROM orgs_units WHERE id = $1`,
	} {
		if _, err := tx.Exec(ctx, text, unit); err != nil {
			return err
		}
	}
	return nil
}

// Lock lets one transaction at a time change the tree.
func Lock(ctx context.Context, tx *db.Tx) error {
	_, err := db.All(ctx, tx, db.Column[string], `SELECT id FROM orgs_units WHERE parent_id IS NULL ORDER BY id`+tx.ForUpdate())
	return err
}

// Position is one row of orgs_positions.
type Position struct {
	ID, Unit, TitleVI, TitleEN, SignsAs, Role   string
	Subtree                                     bool
	Seats                                       int
	ValidFrom, ValidTo, Decision, DecidedOn, By string
	At                                          db.Time
}

const positionColumns = `id, unit_id, title_vi, title_en, signs_as, role, subtree, seats, valid_from, valid_to, decision, decided_on, entered_by, entered_at`

func scanPosition(r db.Row) (p Position, err error) {
	var subtree int
	err = r.Scan(&p.ID, &p.Unit, &p.TitleVI, &p.TitleEN, &p.SignsAs, &p.Role, &subtree, &p.Seats, &p.ValidFrom, &p.ValidTo, &p.Decision, &p.DecidedOn, &p.By, &p.At)
	p.Subtree = subtree == 1
	return p, err
}

// PutPosition keeps a position, new or changed.
func PutPosition(ctx context.Context, tx *db.Tx, p Position) error {
	_, err := tx.Exec(ctx, `INSERT INTO orgs_positions (`+positionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (id) DO UPDATE SET seats = excluded.seats, valid_to = excluded.valid_to`,
		p.ID, p.Unit, p.TitleVI, p.TitleEN, p.SignsAs, p.Role, number(p.Subtree), p.Seats, p.ValidFrom, p.ValidTo, p.Decision, p.DecidedOn, p.By, p.At)
	return err
}

// GetPosition returns a position; db.ErrNoRows where there is none.
func GetPosition(ctx context.Context, q db.Querier, id string) (Position, error) {
	return scanPosition(q.QueryRow(ctx, `SELECT `+positionColumns+` FROM orgs_positions WHERE id = $1`, id))
}

// Positions returns the positions of a unit, the oldest first.
func Positions(ctx context.Context, q db.Querier, unit string) ([]Position, error) {
	return db.All(ctx, q, scanPosition, `SELECT `+positionColumns+` FROM orgs_positions WHERE unit_id = $1 ORDER BY id`, unit)
}

// DropVersion takes a version away.
func DropVersion(ctx context.Context, tx *db.Tx, unit, from string) error {
	_, err := tx.Exec(ctx, `DELETE FROM orgs_versions WHERE unit_id = $1 AND from_day = $2`, unit, from)
	return err
}

// CountOn counts the units of a day.
func CountOn(ctx context.Context, q db.Querier, day string) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM orgs_versions v WHERE `+on("v", 1), day).Scan(&n)
	return n, err
}
