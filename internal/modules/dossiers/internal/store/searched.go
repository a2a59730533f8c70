// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// ListIDs returns at most limit dossiers after one, whoever asks: for the search.
func (Store) ListIDs(ctx context.Context, q db.Querier, after string, limit int) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT id FROM dossiers_dossiers WHERE id > $1 ORDER BY id LIMIT $2`, after, limit)
}

// CountAll returns how many dossiers there are.
func (Store) CountAll(ctx context.Context, q db.Querier) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM dossiers_dossiers`).Scan(&n)
	return n, err
}

func list(ids []string) (string, []any) {
	in, args := make([]string, len(ids)), make([]any, len(ids))
	for i, id := range ids {
		in[i], args[i] = fmt.Sprintf("$%d", i+1), id
	}
	return "(" + strings.Join(in, ", ") + ")", args
}

// Many returns dossiers by their ids, without what is sealed, whoever asks.
func (Store) Many(ctx context.Context, q db.Querier, ids []string) ([]Dossier, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	in, args := list(ids)
	return db.All(ctx, q, scan, `SELECT `+columns+` FROM dossiers_dossiers WHERE id IN `+in, args...)
}

// TurnsOf returns the units whose turn it is, of each dossier.
func (Store) TurnsOf(ctx context.Context, q db.Querier, ids []string) (map[dossiers.ID][]orgs.ID, error) {
	units := map[dossiers.ID][]orgs.ID{}
	if len(ids) == 0 {
		return units, nil
	}
	in, args := list(ids)
	_, err := db.All(ctx, q, func(r db.Row) (id dossiers.ID, err error) {
		var unit orgs.ID
		err = r.Scan(&id, &unit)
		units[id] = append(units[id], unit)
		return id, err
	}, `SELECT dossier_id, unit FROM dossiers_tasks WHERE dossier_id IN `+in+` ORDER BY dossier_id, id`, args...)
	return units, err
}
