// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// See notes that a list of an account has shown dossiers on a day (20261121):
// one statement for all, and nothing is written for those seen that day before.
func (Store) See(ctx context.Context, tx *db.Tx, account, unit string, day int, shown []dossiers.ID) error {
	if len(shown) == 0 {
		return nil
	}
	slices.Sort(shown) // two pages of the same account lock in the same order
	args, rows := []any{account, unit, tx.Now, day}, make([]string, 0, len(shown))
	for _, id := range slices.Compact(shown) {
		args = append(args, string(id))
		rows = append(rows, fmt.Sprintf("($%d, $1, $2, $3, $3, $4, 1)", len(args)))
	}
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_seen (dossier, account, unit, first_at, last_at, day, days) VALUES `+strings.Join(rows, ", ")+`
		ON CONFLICT (dossier, account) DO UPDATE SET unit = excluded.unit, last_at = excluded.last_at, day = excluded.day, days = dossiers_seen.days + 1
		WHERE dossiers_seen.day <> excluded.day`, args...)
	return err
}

// Sightings returns at most limit rows about dossiers in scope, the one seen
// last first, after a key; those of the account itself are left out.
func (Store) Sightings(ctx context.Context, q db.Querier, s access.Scope, not string, after Key, limit int) ([]dossiers.Sighting, error) {
	query, args := sightingsQuery(s, not, after, limit)
	return db.All(ctx, q, func(r db.Row) (v dossiers.Sighting, err error) {
		err = r.Scan(&v.Dossier, &v.Code, &v.Account, &v.Unit, &v.First, &v.Last, &v.Days)
		return v, err
	}, query, args...)
}

// sightingsQuery begins with the few dossiers of a person.
func sightingsQuery(s access.Scope, not string, after Key, limit int) (string, []any) {
	if after == (Key{}) {
		after = Key{At: math.MaxInt64, ID: "~"}
	}
	in, args := Owners().Where(s, after.At, after.ID, not, limit)
	return `SELECT s.dossier, COALESCE(NULLIF(d.code, ''), d.reference), s.account, s.unit, s.first_at, s.last_at, s.days
		FROM dossiers_dossiers d JOIN dossiers_seen s ON s.dossier = d.id
		WHERE ` + in + ` AND (s.last_at, s.dossier || ' ' || s.account) < ($1, $2) AND s.account <> $3
		ORDER BY s.last_at DESC, s.dossier || ' ' || s.account DESC LIMIT $4`, args
}

// Codes returns what people call the dossiers with these ids.
func (Store) Codes(ctx context.Context, q db.Querier, ids []string) (map[string]string, error) {
	codes := map[string]string{}
	for part := range slices.Chunk(ids, 500) {
		args, marks := make([]any, len(part)), make([]string, len(part))
		for i, id := range part {
			args[i], marks[i] = id, fmt.Sprintf("$%d", i+1)
		}
		if _, err := db.All(ctx, q, func(r db.Row) (struct{}, error) {
			var id, code string
			err := r.Scan(&id, &code)
			codes[id] = code
			return struct{}{}, err
		}, `SELECT id, COALESCE(NULLIF(code, ''), reference) FROM dossiers_dossiers WHERE id IN (`+strings.Join(marks, ", ")+`)`, args...); err != nil {
			return nil, err
		}
	}
	return codes, nil
}
