// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps what the portal knows of dossiers, and what came from it.
package store

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/modules/nationalportal"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this module.
func Migrations() db.Migrations { return db.Migrations{Namespace: "nationalportal", Files: files} }

// Known is what the portal was told of a dossier.
type Known struct {
	Dossier, Code, Line string
	Status              int
	Saying              int64
}

// Lock returns what the portal was told of a dossier and holds it until the transaction ends.
func Lock(ctx context.Context, tx *db.Tx, dossier string) (k Known, err error) {
	if _, err := tx.Exec(ctx, `INSERT INTO nationalportal_dossiers (dossier_id, code, line, status, saying) VALUES ($1, '', '', 0, 0) ON CONFLICT (dossier_id) DO NOTHING`, dossier); err != nil {
		return k, err
	}
	err = tx.QueryRow(ctx, `SELECT dossier_id, code, line, status, saying FROM nationalportal_dossiers WHERE dossier_id = $1`+tx.ForUpdate(), dossier).
		Scan(&k.Dossier, &k.Code, &k.Line, &k.Status, &k.Saying)
	return k, err
}

// Put keeps what the portal was told.
func Put(ctx context.Context, tx *db.Tx, k Known) error {
	_, err := tx.Exec(ctx, `UPDATE nationalportal_dossiers SET code = $2, line = $3, status = $4, saying = $5 WHERE dossier_id = $1`, k.Dossier, k.Code, k.Line, k.Status, k.Saying)
	return err
}

// Codes returns the codes by which the portal knows those of some dossiers that came from it.
func Codes(ctx context.Context, q db.Querier, dossiers []string) (map[string]string, error) {
	codes := map[string]string{}
	for some := range slices.Chunk(dossiers, perQuery) {
		marks, args := make([]string, len(some)), make([]any, len(some))
		for i, d := range some {
			marks[i], args[i] = "$"+strconv.Itoa(i+1), d
		}
		if _, err := db.All(ctx, q, func(r db.Row) (dossier string, err error) {
			var code string
			if err = r.Scan(&dossier, &code); err == nil {
				codes[dossier] = code
			}
			return dossier, err
		}, `SELECT dossier_id, code FROM nationalportal_dossiers WHERE dossier_id IN (`+strings.Join(marks, ", ")+`) AND code <> ''`, args...); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// perQuery is how many dossiers are named in one statement.
const perQuery = 500

// FindSQL finds the dossier that the portal knows by a code.
const FindSQL = `SELECT dossier_id FROM nationalportal_dossiers WHERE code = $1 AND code <> ''`

// Find returns the dossier that the portal knows by a code; empty where it has none.
func Find(ctx context.Context, q db.Querier, code string) (dossier string, err error) {
	err = q.QueryRow(ctx, FindSQL, code).Scan(&dossier)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return dossier, err
}

const columns = `code, seq, procedure, unit, taken, dossier, reference, problems, files, times, at`

// Listed is an arrival with its place in the list.
type Listed struct {
	nationalportal.Arrival
	Seq string
}

func scan(r db.Row) (l Listed, err error) {
	var taken int
	var problems string
	if err = r.Scan(&l.Code, &l.Seq, &l.Procedure, &l.Unit, &taken, &l.Dossier, &l.Reference, &problems, &l.Files, &l.Times, &l.At); err != nil {
		return l, err
	}
	l.Taken = taken == 1
	return l, json.Unmarshal([]byte(problems), &l.Problems)
}

// PutArrival keeps what became of a dossier that came; one of the same code is replaced.
func PutArrival(ctx context.Context, tx *db.Tx, a nationalportal.Arrival) error {
	problems, err := json.Marshal(a.Problems)
	if err != nil {
		return err
	}
	taken := 0
	if a.Taken {
		taken = 1
	}
	_, err = tx.Exec(ctx, `INSERT INTO nationalportal_arrivals (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10)
		ON CONFLICT (code) DO UPDATE SET seq = excluded.seq, procedure = excluded.procedure, unit = excluded.unit, taken = excluded.taken, dossier = excluded.dossier,
		reference = excluded.reference, problems = excluded.problems, files = excluded.files, times = nationalportal_arrivals.times + 1, at = excluded.at`,
		a.Code, id.New(), a.Procedure, a.Unit, taken, a.Dossier, a.Reference, string(problems), a.Files, tx.Now)
	return err
}

// ArrivalsSQL lists what came, the newest first, before a place.
const ArrivalsSQL = `SELECT ` + columns + ` FROM nationalportal_arrivals WHERE taken = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3`

// Arrivals returns at most limit dossiers that came and were taken, or were refused.
func Arrivals(ctx context.Context, q db.Querier, taken bool, before string, limit int) ([]Listed, error) {
	of := 0
	if taken {
		of = 1
	}
	if before == "" {
		before = "~"
	}
	return db.All(ctx, q, scan, ArrivalsSQL, of, before, limit)
}

// Arrival returns one by its code; false where none came.
func Arrival(ctx context.Context, q db.Querier, code string) (Listed, bool, error) {
	l, err := scan(q.QueryRow(ctx, `SELECT `+columns+` FROM nationalportal_arrivals WHERE code = $1`, code))
	if errors.Is(err, db.ErrNoRows) {
		return l, false, nil
	}
	return l, err == nil, err
}
