// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Motion is a row of dossiers_motions. Reason and Words are sealed in the database.
// Whoever reads it has found the dossier in scope before.
type Motion struct {
	ID                          string
	Dossier                     dossiers.ID
	Kind                        dossiers.MotionKind
	Days                        int
	Money                       dossiers.Money
	Reason, Basis               string
	AskedBy, Asker, AskerPerson string // account, name, person
	AskedAt                     db.Time
	State                       dossiers.MotionState
	OldDue, NewDue              db.Time
	Words, EndedBy, Ender       string // words, account, name
	EndedAt                     db.Time
}

const (
	motionsTable  = "dossiers_motions"
	motionColumns = `m.id, m.dossier_id, m.kind, m.days, m.money, m.reason_sealed, m.basis, m.asked_by, m.asker, m.asker_person, m.asked_at, m.state, m.old_due, m.new_due,
	m.words_sealed, m.ended_by, m.ender, m.ended_at`
)

func (s Store) scanMotion(r db.Row) (m Motion, err error) {
	if err = r.Scan(&m.ID, &m.Dossier, &m.Kind, &m.Days, &m.Money, &m.Reason, &m.Basis, &m.AskedBy, &m.Asker, &m.AskerPerson, &m.AskedAt, &m.State, &m.OldDue, &m.NewDue,
		&m.Words, &m.EndedBy, &m.Ender, &m.EndedAt); err != nil {
		return m, err
	}
	if m.Reason, err = s.keys.OpenText(motionsTable, "reason_sealed", m.ID, m.Reason); err != nil {
		return m, err
	}
	m.Words, err = s.keys.OpenText(motionsTable, "words_sealed", m.ID, m.Words)
	return m, err
}

// AddMotion adds one that is open.
func (s Store) AddMotion(ctx context.Context, tx *db.Tx, m Motion) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_motions (id, dossier_id, kind, days, money, reason_sealed, basis, asked_by, asker, asker_person, asked_at, state, old_due,
		words_sealed, ended_by, ender) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open', $12, $13, '', '')`,
		m.ID, string(m.Dossier), string(m.Kind), m.Days, string(m.Money), s.keys.SealText(motionsTable, "reason_sealed", m.ID, m.Reason), m.Basis,
		m.AskedBy, m.Asker, m.AskerPerson, tx.Now, m.OldDue, s.keys.SealText(motionsTable, "words_sealed", m.ID, ""))
	return err
}

// EndMotion ends an open one and reports false where it was not open.
func (s Store) EndMotion(ctx context.Context, tx *db.Tx, m Motion) (ended bool, err error) {
	n, err := tx.Exec(ctx, `UPDATE dossiers_motions SET state = $2, old_due = $3, new_due = $4, words_sealed = $5, ended_by = $6, ender = $7, ended_at = $8
		WHERE id = $1 AND state = 'open'`,
		m.ID, string(m.State), m.OldDue, m.NewDue, s.keys.SealText(motionsTable, "words_sealed", m.ID, m.Words), m.EndedBy, m.Ender, tx.Now)
	return n == 1, err
}

// Motions returns those about a dossier, the oldest first; one is open at a time,
// and rules bound how many there are.
func (s Store) Motions(ctx context.Context, q db.Querier, d dossiers.ID) ([]Motion, error) {
	return db.All(ctx, q, s.scanMotion, `SELECT `+motionColumns+` FROM dossiers_motions m WHERE m.dossier_id = $1 ORDER BY m.id`, string(d))
}

// Deciders are those who decide over a dossier: where it is worked on, and where its
// result is signed.
func Deciders() Part {
	return Part{Columns: access.Columns{Units: []string{"authority_unit", "handler_unit"}}}
}

// Authorities are those who have decided: where the result is signed.
func Authorities() Part {
	return Part{Columns: access.Columns{Units: []string{"authority_unit"}}}
}

// deciding names the units over whose dossiers motions are decided, in a join.
func deciding() access.Columns {
	return access.Columns{Units: []string{"d.authority_unit", "d.handler_unit"}}
}

const openMotions = ` FROM dossiers_motions m JOIN dossiers_dossiers d ON d.id = m.dossier_id WHERE m.state = 'open' AND d.status IN (2, 4, 5, 6) AND `

// ListOpenMotions returns at most limit open motions of a scope, the oldest first,
// after a key.
func (s Store) ListOpenMotions(ctx context.Context, q db.Querier, sc access.Scope, after Key, limit int) ([]Motion, error) {
	where, args := sc.Where(deciding(), after.At, after.ID, limit)
	return db.All(ctx, q, s.scanMotion, `SELECT `+motionColumns+openMotions+`(m.asked_at, m.id) > ($1, $2) AND `+where+` ORDER BY m.asked_at, m.id LIMIT $3`, args...)
}

// CountOpenMotions counts them, but those of an account not: nobody decides their own.
func (Store) CountOpenMotions(ctx context.Context, q db.Querier, sc access.Scope, account string) (n int64, err error) {
	where, args := sc.Where(deciding(), account)
	err = q.QueryRow(ctx, `SELECT COUNT(*)`+openMotions+`m.asked_by <> $1 AND `+where, args...).Scan(&n)
	return n, err
}

// Some returns the dossiers of a page of motions, as far as they are in scope.
func (s Store) Some(ctx context.Context, q db.Querier, sc access.Scope, c Part, of []Motion) (map[dossiers.ID]Dossier, error) {
	ids := make([]dossiers.ID, len(of))
	for i, m := range of {
		ids[i] = m.Dossier
	}
	return s.ByID(ctx, q, sc, c, ids)
}

// ByID returns some dossiers, as far as they are in scope.
func (Store) ByID(ctx context.Context, q db.Querier, sc access.Scope, c Part, of []dossiers.ID) (map[dossiers.ID]Dossier, error) {
	if len(of) == 0 {
		return nil, nil //nolint:nilnil // of nothing there is nothing
	}
	ids, marks := make([]any, len(of)), make([]string, len(of))
	for i, id := range of {
		ids[i], marks[i] = string(id), "$"+strconv.Itoa(i+1)
	}
	in, args := c.Where(sc, ids...)
	all, err := db.All(ctx, q, scan, `SELECT `+columns+` FROM dossiers_dossiers WHERE id IN (`+strings.Join(marks, ", ")+`) AND `+in, args...)
	found := make(map[dossiers.ID]Dossier, len(all))
	for _, d := range all {
		found[d.ID] = d
	}
	return found, err
}
