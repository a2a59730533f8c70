// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/platform/db"
)

const breachColumns = `id, code, title_sealed, nature, severity, serious, harm, tell_subjects, system, found_by, description_sealed, data_sealed, subjects,
	measures_sealed, found_at, opened_at, opened_by, responsible, serious_due, authority_due, subjects_due, serious_told, told_at, subjects_told, lessons_sealed,
	closed_at, closed_by, kept_until`

func (s Store) scanBreach(r db.Row) (b privacy.Breach, err error) {
	var title, description, data, measures, lessons string
	if err = r.Scan(&b.ID, &b.Code, &title, &b.Nature, &b.Severity, &b.Serious, &b.Harm, &b.TellSubjects, &b.System, &b.FoundBy, &description, &data, &b.Subjects,
		&measures, &b.FoundAt, &b.Opened, &b.OpenedBy, &b.Responsible, &b.SeriousDue, &b.AuthorityDue, &b.SubjectsDue, &b.SeriousTold, &b.Told, &b.SubjectsTold,
		&lessons, &b.Closed, &b.ClosedBy, &b.KeptUntil); err != nil {
		return b, err
	}
	return b, s.open(breachesTable, b.ID, opened{"title_sealed", title, &b.Title}, opened{"description_sealed", description, &b.Description},
		opened{"data_sealed", data, &b.Data}, opened{"measures_sealed", measures, &b.Measures}, opened{"lessons_sealed", lessons, &b.Lessons})
}

func (s Store) breachValues(b privacy.Breach) []any {
	seal := func(column, value string) string { return s.keys.SealText(breachesTable, column, b.ID, value) }
	return []any{
		b.ID, b.Code, seal("title_sealed", b.Title), b.Nature, b.Severity, number(b.Serious), number(b.Harm), number(b.TellSubjects), b.System, b.FoundBy,
		seal("description_sealed", b.Description), seal("data_sealed", b.Data), b.Subjects, seal("measures_sealed", b.Measures), b.FoundAt, b.Opened, b.OpenedBy,
		b.Responsible, b.SeriousDue, b.AuthorityDue, b.SubjectsDue, b.SeriousTold, b.Told, b.SubjectsTold, seal("lessons_sealed", b.Lessons), b.Closed, b.ClosedBy,
		b.KeptUntil, nextDue(b),
	}
}

// nextDue is the nearest clock as the index keeps it; 0: none runs.
func nextDue(b privacy.Breach) int64 {
	due, _ := b.Next()
	if due.IsZero() {
		return 0
	}
	return due.UnixMicro()
}

// PutBreach keeps a breach, new or changed by a transaction that has locked it.
func (s Store) PutBreach(ctx context.Context, tx *db.Tx, b privacy.Breach) error {
	_, err := tx.Exec(ctx, `INSERT INTO privacy_breaches (`+breachColumns+`, next_due)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)
		ON CONFLICT (id) DO UPDATE SET title_sealed = excluded.title_sealed, nature = excluded.nature, severity = excluded.severity, serious = excluded.serious,
		harm = excluded.harm, tell_subjects = excluded.tell_subjects, system = excluded.system, found_by = excluded.found_by,
		description_sealed = excluded.description_sealed, data_sealed = excluded.data_sealed, subjects = excluded.subjects,
		measures_sealed = excluded.measures_sealed, responsible = excluded.responsible, serious_due = excluded.serious_due, authority_due = excluded.authority_due,
		subjects_due = excluded.subjects_due, serious_told = excluded.serious_told, told_at = excluded.told_at, subjects_told = excluded.subjects_told,
		lessons_sealed = excluded.lessons_sealed, closed_at = excluded.closed_at, closed_by = excluded.closed_by, kept_until = excluded.kept_until,
		next_due = excluded.next_due`, s.breachValues(b)...)
	return err
}

// GetBreach returns a breach.
func (s Store) GetBreach(ctx context.Context, q db.Querier, id string) (privacy.Breach, error) {
	b, err := s.scanBreach(q.QueryRow(ctx, `SELECT `+breachColumns+` FROM privacy_breaches WHERE id = $1`, id))
	return b, orNotFound(err)
}

// LockBreach is GetBreach for a transaction that changes it.
func (s Store) LockBreach(ctx context.Context, tx *db.Tx, id string) (privacy.Breach, error) {
	b, err := s.scanBreach(tx.QueryRow(ctx, `SELECT `+breachColumns+` FROM privacy_breaches WHERE id = $1`+tx.ForUpdate(), id))
	return b, orNotFound(err)
}

// ListBreaches returns at most limit breaches, the newest first, before one.
func (s Store) ListBreaches(ctx context.Context, q db.Querier, before string, limit int) ([]privacy.Breach, error) {
	query, args := breachesQuery(before, limit)
	return db.All(ctx, q, s.scanBreach, query, args...)
}

func breachesQuery(before string, limit int) (string, []any) {
	return `SELECT ` + breachColumns + ` FROM privacy_breaches WHERE id < $1 ORDER BY id DESC LIMIT $2`, []any{upTo(before), limit}
}

// ClocksOf returns at most limit open breaches of who is responsible whose clock
// runs, the nearest first.
func (s Store) ClocksOf(ctx context.Context, q db.Querier, account string, limit int) ([]privacy.Breach, error) {
	query, args := clocksQuery(account, limit)
	return db.All(ctx, q, s.scanBreach, query, args...)
}

func clocksQuery(account string, limit int) (string, []any) {
	return `SELECT ` + breachColumns + ` FROM privacy_breaches WHERE responsible = $1 AND closed_at IS NULL AND next_due > 0 ORDER BY next_due LIMIT $2`,
		[]any{account, limit}
}

// CountBreaches returns how many breaches are open.
func (Store) CountBreaches(ctx context.Context, q db.Querier) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM privacy_breaches WHERE closed_at IS NULL`).Scan(&n)
	return n, err
}

// Entry is a line of the log of a breach.
type Entry struct {
	ID, Breach, Account, What, Words string
	At                               db.Time
	File, FileName, SHA              string
	Sum                              string // over this line and the sum of the one before
}

// AddEntry adds a line. Nothing changes or removes one.
func (s Store) AddEntry(ctx context.Context, tx *db.Tx, e Entry) error {
	_, err := tx.Exec(ctx, `INSERT INTO privacy_breach_log (id, breach, at, account, what, words_sealed, file_id, file_name, sha, sum)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		e.ID, e.Breach, e.At, e.Account, e.What, s.keys.SealText(logTable, "words_sealed", e.ID, e.Words), e.File, e.FileName, e.SHA, e.Sum)
	return err
}

// Entries returns the log of a breach, in order.
func (s Store) Entries(ctx context.Context, q db.Querier, breach string) ([]Entry, error) {
	return db.All(ctx, q, func(r db.Row) (e Entry, err error) {
		var sealed string
		if err = r.Scan(&e.ID, &e.Breach, &e.At, &e.Account, &e.What, &sealed, &e.File, &e.FileName, &e.SHA, &e.Sum); err != nil {
			return e, err
		}
		return e, s.open(logTable, e.ID, opened{"words_sealed", sealed, &e.Words})
	}, `SELECT id, breach, at, account, what, words_sealed, file_id, file_name, sha, sum FROM privacy_breach_log WHERE breach = $1 ORDER BY id`, breach)
}

// LastSum returns the sum of the last line; empty before the first.
func (Store) LastSum(ctx context.Context, tx *db.Tx, breach string) (string, error) {
	found, err := db.All(ctx, tx, db.Column[string], `SELECT sum FROM privacy_breach_log WHERE breach = $1 ORDER BY id DESC LIMIT 1`, breach)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}
