// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

// LongestShift is how long a shift may be. Queries rest on it: what goes on now
// began no earlier than this.
const LongestShift = 8 * 24 * time.Hour

const shiftsTable = "personnel_duty_shifts"

// SealPhone seals the phone of a shift; none stays none.
func SealPhone(k *crypt.Keys, shift, phone string) string {
	if phone == "" {
		return ""
	}
	return k.SealText(shiftsTable, "phone_sealed", shift, phone)
}

// OpenPhone opens what SealPhone made.
func OpenPhone(k *crypt.Keys, shift, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	return k.OpenText(shiftsTable, "phone_sealed", shift, sealed)
}

// DutyKind is one row of personnel_duty_kinds.
type DutyKind struct {
	ID   string
	Name i18n.Text
	Used bool
}

// DutyKinds returns all kinds: there are few.
func DutyKinds(ctx context.Context, q db.Querier) ([]DutyKind, error) {
	return db.All(ctx, q, func(r db.Row) (k DutyKind, err error) {
		var used int
		err = r.Scan(&k.ID, &k.Name.VI, &k.Name.EN, &used)
		k.Used = used == 1
		return k, err
	}, `SELECT id, name_vi, name_en, used FROM personnel_duty_kinds ORDER BY place, id`)
}

// PutDutyKind keeps a kind at its place.
func PutDutyKind(ctx context.Context, tx *db.Tx, k DutyKind, place int) error {
	_, err := tx.Exec(ctx, `INSERT INTO personnel_duty_kinds (id, name_vi, name_en, place, used) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET name_vi = excluded.name_vi, name_en = excluded.name_en, place = excluded.place, used = excluded.used`,
		k.ID, k.Name.VI, k.Name.EN, place, number(k.Used))
	return err
}

// Shift is one row of personnel_duty_shifts.
type Shift struct {
	ID, Unit, Kind, Account string
	Since, Until            db.Time
	Phone, Note             string // the phone sealed
	EnteredBy               string
	EnteredAt               db.Time
	ChangedBy               string
	ChangedAt               db.Time
	RemovedBy               string
	RemovedAt               db.Time
}

const shiftColumns = `id, unit_id, kind, account_id, since, until, phone_sealed, note, entered_by, entered_at, changed_by, changed_at, removed_by, removed_at`

func scanShift(r db.Row) (s Shift, err error) {
	err = r.Scan(&s.ID, &s.Unit, &s.Kind, &s.Account, &s.Since, &s.Until, &s.Phone, &s.Note, &s.EnteredBy, &s.EnteredAt, &s.ChangedBy, &s.ChangedAt, &s.RemovedBy, &s.RemovedAt)
	return s, err
}

// PutShift keeps a shift, new or changed.
func PutShift(ctx context.Context, tx *db.Tx, s Shift) error {
	_, err := tx.Exec(ctx, `INSERT INTO personnel_duty_shifts (`+shiftColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, account_id = excluded.account_id, since = excluded.since, until = excluded.until,
		phone_sealed = excluded.phone_sealed, note = excluded.note, changed_by = excluded.changed_by, changed_at = excluded.changed_at,
		removed_by = excluded.removed_by, removed_at = excluded.removed_at`,
		s.ID, s.Unit, s.Kind, s.Account, s.Since, s.Until, s.Phone, s.Note, s.EnteredBy, s.EnteredAt, s.ChangedBy, s.ChangedAt, s.RemovedBy, s.RemovedAt)
	return err
}

// GetShift returns a shift that was not removed, in scope or of an account
// (empty: of none); lock keeps it for the transaction.
func GetShift(ctx context.Context, q db.Querier, scope access.Scope, account, id, lock string) (Shift, error) {
	in, args := scope.Where(byUnit(), id, account)
	s, err := scanShift(q.QueryRow(ctx, `SELECT `+shiftColumns+` FROM personnel_duty_shifts WHERE id = $1 AND removed_at IS NULL AND (account_id = $2 OR `+in+`)`+lock, args...))
	return s, orNotFound(err)
}

// ShiftKey is where a list of shifts goes on.
type ShiftKey struct {
	Unit  string
	Since db.Time
	ID    string
}

// begun is the moment of a key; that of none comes before all.
func (k ShiftKey) begun() int64 {
	if k.Since.IsZero() {
		return 0
	}
	return k.Since.UnixMicro()
}

// earliest is when the first shift that meets a moment can have begun.
func earliest(at db.Time) db.Time { return db.At(at.Add(-LongestShift)) }

// OnDuty returns at most limit shifts that go on at a moment and are in every one
// of the scopes, unit by unit, after the given one.
func OnDuty(ctx context.Context, q db.Querier, at db.Time, after ShiftKey, limit int, scopes ...access.Scope) ([]Shift, error) {
	text, args := onDutyQuery(at, after, limit, scopes...)
	return db.All(ctx, q, scanShift, text, args...)
}

func onDutyQuery(at db.Time, after ShiftKey, limit int, scopes ...access.Scope) (string, []any) {
	args, only := []any{at, earliest(at), after.Unit, after.begun(), after.ID, limit}, ""
	for _, s := range scopes {
		var in string
		in, args = s.Where(byUnit(), args...)
		only += ` AND ` + in
	}
	return `SELECT ` + shiftColumns + ` FROM personnel_duty_shifts WHERE removed_at IS NULL AND since <= $1 AND since > $2 AND until > $1
		AND (unit_id > $3 OR (unit_id = $3 AND (since > $4 OR (since = $4 AND id > $5))))` + only + ` ORDER BY unit_id, since, id LIMIT $6`, args
}

// OnDutyIn returns the accounts with a shift in a unit that goes on at a moment.
func OnDutyIn(ctx context.Context, q db.Querier, unit orgs.ID, at db.Time) ([]string, error) {
	return db.All(ctx, q, db.Column[string], onDutyIn, at, earliest(at), string(unit))
}

const onDutyIn = `SELECT DISTINCT account_id FROM personnel_duty_shifts WHERE unit_id = $3 AND removed_at IS NULL AND since <= $1 AND since > $2 AND until > $1 ORDER BY account_id`

// Roster returns at most limit shifts of one unit that have a moment of a time in
// common, the first first, after the given one.
func Roster(ctx context.Context, q db.Querier, unit string, from, until db.Time, after ShiftKey, limit int) ([]Shift, error) {
	text, args := rosterQuery(unit, from, until, after, limit)
	return db.All(ctx, q, scanShift, text, args...)
}

func rosterQuery(unit string, from, until db.Time, after ShiftKey, limit int) (string, []any) {
	return `SELECT ` + shiftColumns + ` FROM personnel_duty_shifts WHERE removed_at IS NULL AND unit_id = $1 AND since > $2 AND since < $3 AND until > $4
		AND (since > $5 OR (since = $5 AND id > $6)) ORDER BY since, id LIMIT $7`, []any{unit, earliest(from), until, from, after.begun(), after.ID, limit}
}

// ShiftsOf returns at most limit shifts of an account that have a moment of a time
// in common, wherever they are, the first first, after the given one.
func ShiftsOf(ctx context.Context, q db.Querier, account string, from, until db.Time, after ShiftKey, limit int) ([]Shift, error) {
	text, args := shiftsOfQuery(account, from, until, after, limit)
	return db.All(ctx, q, scanShift, text, args...)
}

func shiftsOfQuery(account string, from, until db.Time, after ShiftKey, limit int) (string, []any) {
	return `SELECT ` + shiftColumns + ` FROM personnel_duty_shifts WHERE removed_at IS NULL AND account_id = $1 AND since > $2 AND since < $3 AND until > $4
		AND (since > $5 OR (since = $5 AND id > $6)) ORDER BY since, id LIMIT $7`, []any{account, earliest(from), until, from, after.begun(), after.ID, limit}
}

// HoldPerson keeps others from comparing shifts of an account until the end of
// the transaction. Who holds several takes them in order.
func HoldPerson(ctx context.Context, tx *db.Tx, account string) error {
	_, err := tx.Exec(ctx, `INSERT INTO personnel_duty_people (account_id) VALUES ($1) ON CONFLICT (account_id) DO UPDATE SET account_id = excluded.account_id`, account)
	return err
}
