// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Station is one step on the way of a result that replaces another.
type Station struct {
	Step   string    `json:"step"`
	Name   i18n.Text `json:"name"`
	Action string    `json:"action"`
	Post   string    `json:"post"`
	Unit   orgs.ID   `json:"unit"`
}

// Revocation is a row of dossiers_revocations. Reason and Words are sealed in the
// database. Whoever reads it has found the dossier in scope before.
type Revocation struct {
	ID                          string
	Dossier                     dossiers.ID
	State                       dossiers.MotionState
	Renew                       bool
	Days                        int
	Reason, Decision            string
	AskedBy, Asker, AskerPerson string // account, name, person
	AskedAt                     db.Time
	Words, EndedBy, Ender       string // words, account, name
	EndedAt                     db.Time
	File, SHA, Number, Signer   string
	IssuedAt                    db.Time
	Unit                        orgs.ID
	Path                        []Station
	Stage                       int
	Due                         db.Time
	Assignee, AssigneeName      string
	NewSHA, NewNumber           string
	ReplacedAt                  db.Time
}

// Task is the open step of the result that replaces the one that was taken back.
func (r Revocation) Task() Task {
	at := r.Path[r.Stage]
	return Task{
		ID: dossiers.TaskID(r.ID), Step: at.Step, Name: at.Name, Action: at.Action, Post: at.Post, Unit: at.Unit, Due: r.Due,
		Assignee: r.Assignee, AssigneeName: r.AssigneeName, WorkDue: r.Due,
	}
}

const (
	revocationsTable  = "dossiers_revocations"
	revocationColumns = `m.id, m.dossier_id, m.state, m.renew, m.days, m.reason_sealed, m.decision, m.asked_by, m.asker, m.asker_person, m.asked_at, m.words_sealed,
	m.ended_by, m.ender, m.ended_at, m.file_id, m.file_sha, m.number, m.signer, m.issued_at, m.unit, m.path, m.stage, m.stage_due, m.assignee, m.assignee_name,
	m.new_sha, m.new_number, m.replaced_at`
)

func (s Store) scanRevocation(r db.Row) (m Revocation, err error) {
	var renew int
	var path string
	if err = r.Scan(&m.ID, &m.Dossier, &m.State, &renew, &m.Days, &m.Reason, &m.Decision, &m.AskedBy, &m.Asker, &m.AskerPerson, &m.AskedAt, &m.Words,
		&m.EndedBy, &m.Ender, &m.EndedAt, &m.File, &m.SHA, &m.Number, &m.Signer, &m.IssuedAt, &m.Unit, &path, &m.Stage, &m.Due, &m.Assignee, &m.AssigneeName,
		&m.NewSHA, &m.NewNumber, &m.ReplacedAt); err != nil {
		return m, err
	}
	m.Renew = renew == 1
	if m.Reason, err = s.keys.OpenText(revocationsTable, "reason_sealed", m.ID, m.Reason); err != nil {
		return m, err
	}
	if m.Words, err = s.keys.OpenText(revocationsTable, "words_sealed", m.ID, m.Words); err != nil {
		return m, err
	}
	return m, json.Unmarshal([]byte(path), &m.Path)
}

// AddRevocation adds one that waits for a leader.
func (s Store) AddRevocation(ctx context.Context, tx *db.Tx, m Revocation) error {
	renew := 0
	if m.Renew {
		renew = 1
	}
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_revocations (id, dossier_id, state, renew, days, reason_sealed, decision, asked_by, asker, asker_person, asked_at,
		words_sealed, ended_by, ender, file_id, file_sha, number, signer, issued_at, unit, path, stage, assignee, assignee_name, new_sha, new_number)
		VALUES ($1, $2, 'open', $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '', $12, $13, $14, $15, $16, $17, '[]', -1, '', '', '', '')`,
		m.ID, string(m.Dossier), renew, m.Days, s.keys.SealText(revocationsTable, "reason_sealed", m.ID, m.Reason), m.Decision, m.AskedBy, m.Asker, m.AskerPerson, tx.Now,
		s.keys.SealText(revocationsTable, "words_sealed", m.ID, ""), m.File, m.SHA, m.Number, m.Signer, m.IssuedAt, string(m.Unit))
	return err
}

// SaveRevocation writes what may change of one whose dossier is locked.
func (s Store) SaveRevocation(ctx context.Context, tx *db.Tx, m Revocation) error {
	path, err := json.Marshal(m.Path)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE dossiers_revocations SET state = $2, words_sealed = $3, ended_by = $4, ender = $5, ended_at = $6, path = $7, stage = $8, stage_due = $9,
		assignee = $10, assignee_name = $11, new_sha = $12, new_number = $13, replaced_at = $14 WHERE id = $1`,
		m.ID, string(m.State), s.keys.SealText(revocationsTable, "words_sealed", m.ID, m.Words), m.EndedBy, m.Ender, m.EndedAt, string(path), m.Stage, m.Due,
		m.Assignee, m.AssigneeName, m.NewSHA, m.NewNumber, m.ReplacedAt)
	return err
}

// Revocations returns those of a dossier, the oldest first: few.
func (s Store) Revocations(ctx context.Context, q db.Querier, d dossiers.ID) ([]Revocation, error) {
	return db.All(ctx, q, s.scanRevocation, `SELECT `+revocationColumns+` FROM dossiers_revocations m WHERE m.dossier_id = $1 ORDER BY m.id`, string(d))
}

// Renewing returns the one for which a new result is being made; false where none is.
func (s Store) Renewing(ctx context.Context, q db.Querier, d dossiers.ID) (Revocation, bool, error) {
	m, err := s.scanRevocation(q.QueryRow(ctx, `SELECT `+revocationColumns+` FROM dossiers_revocations m WHERE m.dossier_id = $1 AND m.stage >= 0`, string(d)))
	if errors.Is(err, db.ErrNoRows) {
		return Revocation{}, false, nil
	}
	return m, err == nil, err
}

// FindRevoked returns the one by which the file with this SHA-256 was taken back;
// false where it was not.
func (s Store) FindRevoked(ctx context.Context, q db.Querier, sha string) (Revocation, bool, error) {
	if sha == "" {
		return Revocation{}, false, nil
	}
	m, err := s.scanRevocation(q.QueryRow(ctx, revokedQuery, sha))
	if errors.Is(err, db.ErrNoRows) {
		return Revocation{}, false, nil
	}
	return m, err == nil, err
}

const revokedQuery = `SELECT ` + revocationColumns + ` FROM dossiers_revocations m WHERE m.file_sha = $1 AND m.state = 'agreed' LIMIT 1`

// ListOpenRevocations returns at most limit that wait for a leader of a scope, the
// oldest first, after a key.
func (s Store) ListOpenRevocations(ctx context.Context, q db.Querier, sc access.Scope, after Key, limit int) ([]Revocation, error) {
	text, args := openRevocations(sc, after, limit)
	return db.All(ctx, q, s.scanRevocation, text, args...)
}

func openRevocations(sc access.Scope, after Key, limit int) (string, []any) {
	where, args := sc.Where(deciders(), after.At, after.ID, limit)
	return `SELECT ` + revocationColumns + ` FROM dossiers_revocations m
		WHERE m.state = 'open' AND (m.asked_at, m.id) > ($1, $2) AND ` + where + ` ORDER BY m.asked_at, m.id LIMIT $3`, args
}

// deciders names the units that have issued what is to be taken back.
func deciders() access.Columns { return access.Columns{Units: []string{"m.unit"}} }

// CountOpenRevocations counts them, but those of an account not.
func (Store) CountOpenRevocations(ctx context.Context, q db.Querier, sc access.Scope, account string) (n int64, err error) {
	where, args := sc.Where(deciders(), account)
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM dossiers_revocations m
		WHERE m.state = 'open' AND m.asked_by <> $1 AND `+where, args...).Scan(&n)
	return n, err
}
