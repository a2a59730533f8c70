// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

// Use is a dossier that a paper served.
type Use struct {
	ID, Paper, Dossier, Procedure, Part, SHA, Unit, By string
	At, Sent                                           db.Time // Sent is zero while it is a draft
}

const useColumns = `id, paper_id, dossier_id, procedure_id, paper, file_sha, unit, used_by, used_at, sent_at`

// AddUse notes a use, once.
func (Store) AddUse(ctx context.Context, tx *db.Tx, u Use) error {
	_, err := tx.Exec(ctx, `INSERT INTO holdings_uses (`+useColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (dossier_id, paper, paper_id) DO NOTHING`,
		id.New(), u.Paper, u.Dossier, u.Procedure, u.Part, u.SHA, u.Unit, u.By, tx.Now, db.Time{})
	return err
}

// SendUse notes that the dossier was sent; false where it was noted before, or no use was.
func (Store) SendUse(ctx context.Context, tx *db.Tx, dossier, part, paper string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE holdings_uses SET sent_at = $4 WHERE dossier_id = $1 AND paper = $2 AND paper_id = $3 AND sent_at IS NULL`, dossier, part, paper, tx.Now)
	return n == 1, err
}

// DropUse takes the note of a draft back.
func (Store) DropUse(ctx context.Context, tx *db.Tx, dossier, part, paper string) error {
	_, err := tx.Exec(ctx, `DELETE FROM holdings_uses WHERE dossier_id = $1 AND paper = $2 AND paper_id = $3 AND sent_at IS NULL`, dossier, part, paper)
	return err
}

// Uses returns at most limit dossiers that were sent with a paper, the newest first.
func (Store) Uses(ctx context.Context, q db.Querier, paper string, limit int) ([]Use, error) {
	return db.All(ctx, q, func(r db.Row) (u Use, err error) {
		err = r.Scan(&u.ID, &u.Paper, &u.Dossier, &u.Procedure, &u.Part, &u.SHA, &u.Unit, &u.By, &u.At, &u.Sent)
		return u, err
	}, usesOf, paper, limit)
}

const usesOf = `SELECT ` + useColumns + ` FROM holdings_uses WHERE paper_id = $1 AND sent_at IS NOT NULL ORDER BY id DESC LIMIT $2`

// Figures counts, from a moment and before another, in the units of a scope.
type Figures struct {
	Entered   int // results that came into the vault
	Digitised int // papers that came in from files of dossiers and cabinets
	Reused    int // papers that dossiers took from the vault
	Dossiers  int // with one at least
}

// Figures counts them.
func (Store) Figures(ctx context.Context, q db.Querier, scope access.Scope, from, to db.Time) (f Figures, err error) {
	in, args := scope.Where(Made(), from, to)
	count := func(cond string) string {
		return fmt.Sprintf(`SELECT COUNT(*) FROM holdings_papers WHERE made_at >= $1 AND made_at < $2 AND %s AND %s`, cond, in)
	}
	if err := q.QueryRow(ctx, count(`source = '`+string(holdings.FromResult)+`'`), args...).Scan(&f.Entered); err != nil {
		return f, err
	}
	if err := q.QueryRow(ctx, count(`source <> '`+string(holdings.FromResult)+`'`), args...).Scan(&f.Digitised); err != nil {
		return f, err
	}
	err = q.QueryRow(ctx, `SELECT COUNT(*), COUNT(DISTINCT dossier_id) FROM holdings_uses WHERE sent_at >= $1 AND sent_at < $2 AND `+in, args...).Scan(&f.Reused, &f.Dossiers)
	return f, err
}
