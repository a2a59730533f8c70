// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Ended is a dossier, or a draft, whose time began at a moment.
type Ended struct {
	ID              dossiers.ID
	Reference, Code string
	Name            i18n.Text
	At              db.Time
	Files           int
}

// due says of a kind where it stands, which rows wait for the end of their
// time, and when that began. The words are those of the indexes.
func due(k dossiers.Kept) (table, where, at string) {
	switch k {
	case dossiers.KeptClosed:
		return "dossiers_dossiers", "erased_at IS NULL AND status IN (3, 7, 8)", "finished_at"
	case dossiers.KeptDelivered:
		return "dossiers_dossiers", "erased_at IS NULL AND status = 10", "delivered_at"
	case dossiers.KeptDrafts:
		return "dossiers_drafts", "id <> ''", "saved_at"
	}
	return "dossiers_dossiers", "id = ''", "submitted_at" // nothing else ends
}

// DueIDs is a query of the ids of what ended before $1.
func DueIDs(k dossiers.Kept) string {
	table, where, at := due(k)
	return `SELECT id FROM ` + table + ` WHERE ` + where + ` AND ` + at + ` < $1`
}

// withPapers leaves out dossiers that keep no file.
func withPapers(k dossiers.Kept) string {
	if k == dossiers.KeptDrafts {
		return ""
	}
	return ` AND EXISTS (SELECT 1 FROM dossiers_papers p WHERE p.dossier_id = dossiers_dossiers.id AND p.file_id <> '')`
}

func countDueQuery(k dossiers.Kept) string {
	table, where, at := due(k)
	return `SELECT COUNT(*), MIN(` + at + `) FROM ` + table + ` WHERE ` + where + ` AND ` + at + ` < $1` + withPapers(k)
}

// CountDue counts what ended before a moment, and says when the first did.
func (Store) CountDue(ctx context.Context, q db.Querier, k dossiers.Kept, before db.Time) (n int, oldest db.Time, err error) {
	err = q.QueryRow(ctx, countDueQuery(k), before).Scan(&n, &oldest)
	return n, oldest, err
}

func listDueQuery(k dossiers.Kept, papers bool) string {
	table, where, at := due(k)
	names := `reference, code, name_vi, name_en`
	if k == dossiers.KeptDrafts {
		names = `'', '', name_vi, name_en`
	}
	only := ""
	if papers {
		only = withPapers(k)
	}
	return `SELECT id, ` + names + `, ` + at + `, (SELECT COUNT(*) FROM dossiers_papers p WHERE p.dossier_id = ` + table + `.id AND p.file_id <> '')
		FROM ` + table + ` WHERE ` + where + ` AND ` + at + ` < $1 AND (` + at + `, id) > ($2, $3)` + only + ` ORDER BY ` + at + `, id LIMIT $4`
}

// ListDue returns at most limit rows that ended before a moment, the oldest
// first, after a key; with papers only those that keep files.
func (Store) ListDue(ctx context.Context, q db.Querier, k dossiers.Kept, before db.Time, after Key, papers bool, limit int) ([]Ended, error) {
	return db.All(ctx, q, func(r db.Row) (e Ended, err error) {
		err = r.Scan(&e.ID, &e.Reference, &e.Code, &e.Name.VI, &e.Name.EN, &e.At, &e.Files)
		return e, err
	}, listDueQuery(k, papers), before, after.At, after.ID, limit)
}

// LockDue locks a row and reports whether it is still past its time.
func (Store) LockDue(ctx context.Context, tx *db.Tx, k dossiers.Kept, id dossiers.ID, before db.Time) (bool, error) {
	table, where, at := due(k)
	var found string
	err := tx.QueryRow(ctx, `SELECT id FROM `+table+` WHERE id = $2 AND `+where+` AND `+at+` < $1`+tx.ForUpdate(), before, string(id)).Scan(&found)
	if errors.Is(err, db.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// MarkErased notes that the papers of a dossier were erased, and by which run.
func (Store) MarkErased(ctx context.Context, tx *db.Tx, id dossiers.ID, run string, files int, bytes int64) error {
	if _, err := tx.Exec(ctx, `UPDATE dossiers_dossiers SET erased_at = $2 WHERE id = $1`, string(id), tx.Now); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_erasures (dossier_id, run, files, bytes, erased_at) VALUES ($1, $2, $3, $4, $5)`,
		string(id), run, files, bytes, tx.Now)
	return err
}

// CountErased says what a run has erased; dossiers without files are not counted.
func (Store) CountErased(ctx context.Context, q db.Querier, run string) (e dossiers.Erased, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*), CAST(COALESCE(SUM(files), 0) AS BIGINT), CAST(COALESCE(SUM(bytes), 0) AS BIGINT)
		FROM dossiers_erasures WHERE run = $1 AND files > 0`, run).Scan(&e.Dossiers, &e.Files, &e.Bytes)
	return e, err
}
