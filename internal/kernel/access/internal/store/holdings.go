// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// Holding is one row of access_holdings.
type Holding struct {
	ID, Account, Role, Unit                      string
	Subtree                                      bool
	Kind, Position, TitleVI, TitleEN, SignsAs    string
	Since, Until, Suspended                      db.Time
	Decision, DecidedOn, Reason, From, EnteredBy string
	EnteredAt                                    db.Time
	EndedBy                                      string
	EndedAt                                      db.Time
	EndDecision                                  string
}

const holdingColumns = `h.id, h.account_id, h.role_id, h.unit_id, h.subtree, h.kind, h.position_id, h.title_vi, h.title_en, h.signs_as, h.since, h.until,
	h.suspended_at, h.decision, h.decided_on, h.reason, h.from_id, h.entered_by, h.entered_at, h.ended_by, h.ended_at, h.end_decision`

// inForce is the condition of a holding that gives something at $n.
func inForce(n int) string {
	return fmt.Sprintf("h.since <= $%d AND (h.until IS NULL OR h.until > $%d) AND h.suspended_at IS NULL", n, n)
}

func (h *Holding) dest(subtree *int) []any {
	return []any{
		&h.ID, &h.Account, &h.Role, &h.Unit, subtree, &h.Kind, &h.Position, &h.TitleVI, &h.TitleEN, &h.SignsAs, &h.Since, &h.Until, &h.Suspended,
		&h.Decision, &h.DecidedOn, &h.Reason, &h.From, &h.EnteredBy, &h.EnteredAt, &h.EndedBy, &h.EndedAt, &h.EndDecision,
	}
}

func scanHolding(r db.Row) (h Holding, err error) {
	var subtree int
	err = r.Scan(h.dest(&subtree)...)
	h.Subtree = subtree == 1
	return h, err
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Hold keeps a holding, new or changed.
func Hold(ctx context.Context, tx *db.Tx, h Holding) error {
	_, err := tx.Exec(ctx, `INSERT INTO access_holdings (id, account_id, role_id, unit_id, subtree, kind, position_id, title_vi, title_en, signs_as, since, until,
		suspended_at, decision, decided_on, reason, from_id, entered_by, entered_at, ended_by, ended_at, end_decision)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
		ON CONFLICT (id) DO UPDATE SET subtree = excluded.subtree, title_vi = excluded.title_vi, title_en = excluded.title_en, signs_as = excluded.signs_as,
		until = excluded.until, suspended_at = excluded.suspended_at, ended_by = excluded.ended_by, ended_at = excluded.ended_at, end_decision = excluded.end_decision`,
		h.ID, h.Account, h.Role, h.Unit, number(h.Subtree), h.Kind, h.Position, h.TitleVI, h.TitleEN, h.SignsAs, h.Since, h.Until, h.Suspended,
		h.Decision, h.DecidedOn, h.Reason, h.From, h.EnteredBy, h.EnteredAt, h.EndedBy, h.EndedAt, h.EndDecision)
	return err
}

// GetHolding returns a holding and keeps it for the transaction; db.ErrNoRows where there is none.
func GetHolding(ctx context.Context, q db.Querier, id string) (Holding, error) {
	return scanHolding(q.QueryRow(ctx, `SELECT `+holdingColumns+` FROM access_holdings h WHERE h.id = $1`, id))
}

// LockAccount lets one transaction at a time decide about an account's holdings.
func LockAccount(ctx context.Context, tx *db.Tx, account string) error {
	_, err := db.All(ctx, tx, db.Column[string], `SELECT h.id FROM access_holdings h WHERE h.account_id = $1`+tx.ForUpdate(), account)
	return err
}

// HoldingsOf returns everything an account has held, holds or will hold, the oldest first.
func HoldingsOf(ctx context.Context, q db.Querier, account string) ([]Holding, error) {
	return db.All(ctx, q, scanHolding, `SELECT `+holdingColumns+` FROM access_holdings h WHERE h.account_id = $1 ORDER BY h.since, h.id`, account)
}

// DelegatedFrom returns what was delegated from a holding.
func DelegatedFrom(ctx context.Context, q db.Querier, id string) ([]Holding, error) {
	return db.All(ctx, q, scanHolding, `SELECT `+holdingColumns+` FROM access_holdings h WHERE h.from_id = $1 ORDER BY h.since, h.id`, id)
}

// OnPosition returns who holds a position at any moment of a period.
func OnPosition(ctx context.Context, q db.Querier, position string, from, to db.Time) ([]Holding, error) {
	return db.All(ctx, q, scanHolding, `SELECT `+holdingColumns+` FROM access_holdings h WHERE h.position_id = $1 AND h.position_id <> ''
		AND (h.until IS NULL OR h.until > $2) AND ($3 = 0 OR h.since < $4) ORDER BY h.since, h.id`, position, from, number(!to.IsZero()), to)
}

// InUnits returns at most limit holdings of some units that are not over at a
// moment, by unit, account and id, after the given one.
func InUnits(ctx context.Context, q db.Querier, now db.Time, after string, limit int, units ...string) ([]Holding, error) {
	if len(units) == 0 {
		return nil, nil
	}
	args := []any{now, after, limit}
	marks := make([]string, len(units))
	for i, u := range units {
		args = append(args, u)
		marks[i] = fmt.Sprintf("$%d", len(args))
	}
	return db.All(ctx, q, scanHolding, `SELECT `+holdingColumns+` FROM access_holdings h WHERE h.unit_id IN (`+strings.Join(marks, ", ")+`)
		AND (h.until IS NULL OR h.until > $1) AND h.id > $2 ORDER BY h.id LIMIT $3`, args...)
}

// AllStanding returns at most limit holdings in units that are in force, by id, after the given one.
func AllStanding(ctx context.Context, q db.Querier, now db.Time, after string, limit int) ([]Holding, error) {
	return db.All(ctx, q, scanHolding, `SELECT `+holdingColumns+` FROM access_holdings h WHERE `+inForce(1)+` AND h.unit_id <> '' AND h.id > $2 ORDER BY h.id LIMIT $3`, now, after, limit)
}

// Over returns the accounts of which a holding ended in a period: after from, not after to.
func Over(ctx context.Context, q db.Querier, from, to db.Time, limit int) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT DISTINCT h.account_id FROM access_holdings h WHERE h.until IS NOT NULL AND h.until > $1 AND h.until <= $2 ORDER BY h.account_id LIMIT $3`, from, to, limit)
}

// Pair is two roles that nobody may hold together, the smaller id first.
type Pair struct{ A, B, WhyVI, WhyEN string }

// PutPairs makes the pairs those of the province.
func PutPairs(ctx context.Context, tx *db.Tx, pairs []Pair) error {
	if _, err := tx.Exec(ctx, `DELETE FROM access_role_pairs`); err != nil {
		return err
	}
	for _, p := range pairs {
		if _, err := tx.Exec(ctx, `INSERT INTO access_role_pairs (role_a, role_b, why_vi, why_en) VALUES ($1, $2, $3, $4)`, p.A, p.B, p.WhyVI, p.WhyEN); err != nil {
			return err
		}
	}
	return nil
}

// Pairs returns all pairs: there are few.
func Pairs(ctx context.Context, q db.Querier) ([]Pair, error) {
	return db.All(ctx, q, func(r db.Row) (p Pair, err error) {
		err = r.Scan(&p.A, &p.B, &p.WhyVI, &p.WhyEN)
		return p, err
	}, `SELECT role_a, role_b, why_vi, why_en FROM access_role_pairs ORDER BY role_a, role_b`)
}

// Both returns the accounts that hold two roles at a moment.
func Both(ctx context.Context, q db.Querier, a, b string, now db.Time, limit int) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT DISTINCT h.account_id FROM access_holdings h WHERE h.role_id = $1 AND `+inForce(3)+`
		AND EXISTS (SELECT 1 FROM access_holdings o WHERE o.account_id = h.account_id AND o.role_id = $2 AND o.since <= $3
		AND (o.until IS NULL OR o.until > $3) AND o.suspended_at IS NULL) ORDER BY h.account_id LIMIT $4`, a, b, now, limit)
}

// PutKinds says in which kinds of units a role can be held.
func PutKinds(ctx context.Context, tx *db.Tx, role string, kinds []string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM access_role_kinds WHERE role_id = $1`, role); err != nil {
		return err
	}
	for _, k := range kinds {
		if _, err := tx.Exec(ctx, `INSERT INTO access_role_kinds (role_id, kind) VALUES ($1, $2)`, role, k); err != nil {
			return err
		}
	}
	return nil
}

// Kinds returns the kinds of units of a role; none: all.
func Kinds(ctx context.Context, q db.Querier, role string) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT kind FROM access_role_kinds WHERE role_id = $1 ORDER BY kind`, role)
}
