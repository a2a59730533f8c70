// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/platform/db"
)

// Lock lets one transaction at a time declare an absence: two people must not
// stand in for each other.
func Lock(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE processes_lock SET n = n + 1 WHERE one = 1`)
	return err
}

const absenceColumns = `id, account, deputy, unit_id, from_at, until_at, reason, declared_by, declared_at, ended_by, ended_at`

func scanAbsence(r db.Row) (a processes.Absence, err error) {
	err = r.Scan(&a.ID, &a.Account, &a.Deputy, &a.Unit, &a.From, &a.Until, &a.Reason, &a.Declared.Account, &a.Declared.At, &a.Ended.Account, &a.Ended.At)
	return a, err
}

// PutAbsence keeps an absence that the engine knows.
func PutAbsence(ctx context.Context, tx *db.Tx, a processes.Absence) error {
	_, err := tx.Exec(ctx, `INSERT INTO processes_absences (`+absenceColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10)`,
		string(a.ID), a.Account, a.Deputy, string(a.Unit), a.From, a.Until, a.Reason, a.Declared.Account, a.Declared.At, db.Time{})
	return err
}

// LockAbsence returns an absence for a transaction that changes it.
func LockAbsence(ctx context.Context, tx *db.Tx, id processes.AbsenceID) (processes.Absence, error) {
	a, err := scanAbsence(tx.QueryRow(ctx, `SELECT `+absenceColumns+` FROM processes_absences WHERE id = $1`+tx.ForUpdate(), string(id)))
	if errors.Is(err, db.ErrNoRows) {
		return a, processes.ErrNotFound
	}
	return a, err
}

// EndAbsence notes that an absence ended early.
func EndAbsence(ctx context.Context, tx *db.Tx, id processes.AbsenceID, account string) error {
	_, err := tx.Exec(ctx, `UPDATE processes_absences SET ended_by = $2, ended_at = $3 WHERE id = $1`, string(id), account, tx.Now)
	return err
}

// When says which absences are listed.
type When string

// The times of absences.
const (
	Now    When = "now"
	Coming When = "coming"
	Past   When = "past"
)

// Key is a place in a list of absences, the latest first. The zero Key is its beginning.
type Key struct {
	From db.Time
	ID   processes.AbsenceID
}

// ListAbsences returns at most limit absences before a key, the latest first:
// those of people in scope, and those in which the account is away or stands in.
func ListAbsences(ctx context.Context, q db.Querier, s access.Scope, account string, w When, now db.Time, before Key, limit int) ([]processes.Absence, error) {
	text, args := absencesQuery(s, account, w, now, before, limit)
	return db.All(ctx, q, scanAbsence, text, args...)
}

// absencesQuery reads the first few absences of each kind in the order of its
// index and merges them.
func absencesQuery(s access.Scope, account string, w When, now db.Time, before Key, limit int) (string, []any) {
	from, id := int64(1<<62), "~"
	if before.ID != "" {
		from, id = before.From.UnixMicro(), string(before.ID)
	}
	args := []any{from, id, limit, now, account}
	in, args := s.Where(access.Columns{Units: []string{"unit_id"}}, args...)
	when := map[When]string{
		Now:    `from_at <= $4 AND until_at > $4 AND ended_at IS NULL`,
		Coming: `from_at > $4 AND ended_at IS NULL`,
		Past:   `(until_at <= $4 OR ended_at IS NOT NULL)`,
	}[w]
	var piles []string
	for _, where := range []string{`account = $5`, `deputy = $5`, in} {
		if where == "(1 = 0)" {
			continue
		}
		piles = append(piles, fmt.Sprintf(`SELECT * FROM (SELECT %s FROM processes_absences WHERE %s AND %s AND (from_at, id) < ($1, $2)
			ORDER BY from_at DESC, id DESC LIMIT $3) p`, absenceColumns, where, when))
	}
	return `SELECT ` + absenceColumns + ` FROM (` + strings.Join(piles, " UNION ") + `) m ORDER BY from_at DESC, id DESC LIMIT $3`, args
}

// AwayOf returns the absences of some accounts, not ended, that have a moment of
// a time (until is exclusive) in common, the first first.
func AwayOf(ctx context.Context, q db.Querier, from, until db.Time, accounts ...string) ([]processes.Absence, error) {
	if len(accounts) == 0 {
		return nil, nil
	}
	text, args := awayQuery(from, until, accounts)
	return db.All(ctx, q, scanAbsence, text, args...)
}

func awayQuery(from, until db.Time, accounts []string) (string, []any) {
	args, marks := []any{from, until}, make([]string, len(accounts))
	for i, a := range accounts {
		args = append(args, a)
		marks[i] = fmt.Sprintf("$%d", len(args))
	}
	return `SELECT ` + absenceColumns + ` FROM processes_absences WHERE account IN (` + strings.Join(marks, ", ") + `)
		AND from_at < $2 AND until_at > $1 AND ended_at IS NULL ORDER BY account, from_at, id`, args
}
