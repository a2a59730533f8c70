// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/platform/db"
)

const trialColumns = `id, change_id, procedure_id, name, body, rev, kept, made_by, made_at, saved_at`

func scanTrial(r db.Row) (t authoring.Trial, err error) {
	var body string
	var kept int
	if err := r.Scan(&t.ID, &t.Change, &t.Procedure, &t.Name, &body, &t.Rev, &kept, &t.Made.Account, &t.Made.At, &t.Saved); err != nil {
		return t, err
	}
	t.Kept = kept == 1
	return t, json.Unmarshal([]byte(body), &t.TrialBody)
}

// GetTrial returns a trial; ErrNoTrial.
func GetTrial(ctx context.Context, q db.Querier, trial authoring.TrialID) (authoring.Trial, error) {
	return getTrial(ctx, q, trial, "")
}

// LockTrial returns a trial that nobody else changes until the transaction ends.
func LockTrial(ctx context.Context, tx *db.Tx, trial authoring.TrialID) (authoring.Trial, error) {
	return getTrial(ctx, tx, trial, tx.ForUpdate())
}

func getTrial(ctx context.Context, q db.Querier, trial authoring.TrialID, lock string) (authoring.Trial, error) {
	t, err := scanTrial(q.QueryRow(ctx, `SELECT `+trialColumns+` FROM authoring_trials WHERE id = $1`+lock, string(trial)))
	if errors.Is(err, db.ErrNoRows) {
		return t, authoring.ErrNoTrial
	}
	return t, err
}

// PutTrial keeps a trial, new or changed.
func PutTrial(ctx context.Context, tx *db.Tx, t authoring.Trial) error {
	body, err := json.Marshal(t.TrialBody)
	if err != nil {
		return err
	}
	kept := 0
	if t.Kept {
		kept = 1
	}
	_, err = tx.Exec(ctx, `INSERT INTO authoring_trials (`+trialColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body, rev = excluded.rev, kept = excluded.kept, saved_at = excluded.saved_at`,
		string(t.ID), string(t.Change), t.Procedure, t.Name, string(body), t.Rev, kept, t.Made.Account, t.Made.At, t.Saved)
	return err
}

// DropTrial forgets a trial.
func DropTrial(ctx context.Context, tx *db.Tx, trial authoring.TrialID) error {
	_, err := tx.Exec(ctx, `DELETE FROM authoring_trials WHERE id = $1`, string(trial))
	return err
}

// ForgetTrials forgets trials that nobody keeps and nobody has touched since.
func ForgetTrials(ctx context.Context, tx *db.Tx, before db.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM authoring_trials WHERE kept = 0 AND saved_at < $1`, before)
	return err
}

// Trials returns the trials that were begun in a change, the newest first, at most limit.
func Trials(ctx context.Context, q db.Querier, change authoring.ID, limit int) ([]authoring.Trial, error) {
	return db.All(ctx, q, scanTrial, `SELECT `+trialColumns+` FROM authoring_trials WHERE change_id = $1 ORDER BY id DESC LIMIT $2`, string(change), limit)
}

// KeptTrials returns the kept trials of a procedure, whichever change they were
// begun in, the oldest first, at most limit.
func KeptTrials(ctx context.Context, q db.Querier, procedure string, limit int) ([]authoring.Trial, error) {
	return db.All(ctx, q, scanTrial, `SELECT `+trialColumns+` FROM authoring_trials WHERE procedure_id = $1 AND kept = 1 ORDER BY id LIMIT $2`, procedure, limit)
}
