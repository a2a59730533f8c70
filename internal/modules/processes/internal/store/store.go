// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps moves of running cases and absences.
package store

import (
	"context"
	"embed"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of processes.
func Migrations() db.Migrations { return db.Migrations{Namespace: "processes", Files: files} }

const moveColumns = `id, from_flow, from_version, to_flow, to_version, nodes, reason, found, state, proposed_by, proposed_at,
	decided_by, decided_at, ended_at, next, moved, over, refused`

func scanMove(r db.Row) (m processes.Move, err error) {
	var nodes string
	var moved, over, refused int
	if err := r.Scan(&m.ID, &m.From.Flow, &m.From.Version, &m.To.Flow, &m.To.Version, &nodes, &m.Reason, &m.Found, &m.State, &m.Proposed.Account,
		&m.Proposed.At, &m.Decided.Account, &m.Decided.At, &m.Ended, &m.Next, &moved, &over, &refused); err != nil {
		return m, err
	}
	m.Done = map[processes.Outcome]int{processes.Moved: moved, processes.Over: over, processes.Refused: refused}
	return m, json.Unmarshal([]byte(nodes), &m.Nodes)
}

// InsertMove adds a move. Where one of the same version is proposed or going
// on, nothing is added and false returned.
func InsertMove(ctx context.Context, tx *db.Tx, m processes.Move) (bool, error) {
	nodes, err := json.Marshal(m.Nodes)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `INSERT INTO processes_moves (id, from_flow, from_version, to_flow, to_version, nodes, reason, found, state,
			proposed_by, proposed_at, decided_by, next)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '')
		ON CONFLICT (from_flow, from_version) WHERE state IN ('proposed', 'running') DO NOTHING`,
		string(m.ID), m.From.Flow, m.From.Version, m.To.Flow, m.To.Version, string(nodes), m.Reason, m.Found, string(m.State), m.Proposed.Account, m.Proposed.At)
	return n == 1, err
}

// GetMove returns a move.
func GetMove(ctx context.Context, q db.Querier, id processes.MoveID) (processes.Move, error) {
	return getMove(ctx, q, id, "")
}

// LockMove is GetMove for a transaction that changes it.
func LockMove(ctx context.Context, tx *db.Tx, id processes.MoveID) (processes.Move, error) {
	return getMove(ctx, tx, id, tx.ForUpdate())
}

func getMove(ctx context.Context, q db.Querier, id processes.MoveID, lock string) (processes.Move, error) {
	m, err := scanMove(q.QueryRow(ctx, `SELECT `+moveColumns+` FROM processes_moves WHERE id = $1`+lock, string(id)))
	if errors.Is(err, db.ErrNoRows) {
		return m, processes.ErrNotFound
	}
	return m, err
}

// FindOpen returns the move of a version that is proposed or going on.
func FindOpen(ctx context.Context, q db.Querier, flow string, version int) ([]processes.Move, error) {
	return db.All(ctx, q, scanMove, `SELECT `+moveColumns+` FROM processes_moves
		WHERE from_flow = $1 AND from_version = $2 AND state IN ('proposed', 'running')`, flow, version)
}

// SaveMove writes what changes of a move that the transaction has locked, but
// for the counts, which AddResult keeps.
func SaveMove(ctx context.Context, tx *db.Tx, m processes.Move) error {
	_, err := tx.Exec(ctx, `UPDATE processes_moves SET state = $2, decided_by = $3, decided_at = $4, ended_at = $5, next = $6 WHERE id = $1`,
		string(m.ID), string(m.State), m.Decided.Account, m.Decided.At, m.Ended, string(m.Next))
	return err
}

const listMoves = `SELECT ` + moveColumns + ` FROM processes_moves WHERE id < $1 ORDER BY id DESC LIMIT $2`

// ListMoves returns at most limit moves, the newest first, before one.
func ListMoves(ctx context.Context, q db.Querier, before processes.MoveID, limit int) ([]processes.Move, error) {
	if before == "" {
		before = "~" // after every id
	}
	return db.All(ctx, q, scanMove, listMoves, string(before), limit)
}

// AddResult keeps what a move did to a case and counts it. A case that has a
// result already keeps it, and false is returned.
func AddResult(ctx context.Context, tx *db.Tx, move processes.MoveID, r processes.Result) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO processes_results (move_id, case_id, subject_kind, subject_id, outcome, why, steps, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (move_id, case_id) DO NOTHING`,
		string(move), string(r.Case), r.Subject.Kind, r.Subject.ID, string(r.Outcome), r.Why, r.Steps, tx.Now)
	if err != nil || n == 0 {
		return false, err
	}
	count := map[processes.Outcome]string{
		processes.Moved:   `UPDATE processes_moves SET moved = moved + 1 WHERE id = $1`,
		processes.Over:    `UPDATE processes_moves SET over = over + 1 WHERE id = $1`,
		processes.Refused: `UPDATE processes_moves SET refused = refused + 1 WHERE id = $1`,
	}[r.Outcome]
	_, err = tx.Exec(ctx, count, string(move))
	return true, err
}

// HasResult reports whether a move has dealt with a case.
func HasResult(ctx context.Context, q db.Querier, move processes.MoveID, c string) (bool, error) {
	found, err := db.All(ctx, q, db.Column[int], `SELECT 1 FROM processes_results WHERE move_id = $1 AND case_id = $2`, string(move), c)
	return len(found) > 0, err
}

const listResults = `SELECT case_id, subject_kind, subject_id, outcome, why, steps, at FROM processes_results
	WHERE move_id = $1 AND case_id > $2 ORDER BY case_id LIMIT $3`

const listResultsOf = `SELECT case_id, subject_kind, subject_id, outcome, why, steps, at FROM processes_results
	WHERE move_id = $1 AND outcome = $4 AND case_id > $2 ORDER BY case_id LIMIT $3`

// ListResults returns at most limit results of a move behind a case; of one
// outcome only, where one is named.
func ListResults(ctx context.Context, q db.Querier, move processes.MoveID, only processes.Outcome, after string, limit int) ([]processes.Result, error) {
	text, args := listResults, []any{string(move), after, limit}
	if only != "" {
		text, args = listResultsOf, append(args, string(only))
	}
	return db.All(ctx, q, func(row db.Row) (r processes.Result, err error) {
		err = row.Scan(&r.Case, &r.Subject.Kind, &r.Subject.ID, &r.Outcome, &r.Why, &r.Steps, &r.At)
		return r, err
	}, text, args...)
}
