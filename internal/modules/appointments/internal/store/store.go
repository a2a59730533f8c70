// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps offices with their counters and hours, appointments and
// the tickets of a day.
package store

import (
	"context"
	"embed"
	"errors"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables.
func Migrations() db.Migrations { return db.Migrations{Namespace: "appointments", Files: files} }

// Store has no state but the keys that seal personal data.
type Store struct{ keys *crypt.Keys }

// New returns a store.
func New(k *crypt.Keys) Store { return Store{k} }

// Sealed names the columns that hold sealed texts.
func Sealed() []crypt.Sealed {
	return []crypt.Sealed{
		{Table: bookings, Column: "who_sealed", Key: []string{"id"}},
		{Table: bookings, Column: "phone_sealed", Key: []string{"id"}},
	}
}

func ofUnit() access.Columns { return access.Columns{Units: []string{"unit"}} }

func lock(q db.Querier) string {
	if tx, ok := q.(*db.Tx); ok {
		return tx.ForUpdate()
	}
	return ""
}

func found[T any](v T, err error) (T, error) {
	if errors.Is(err, db.ErrNoRows) {
		return v, appointments.ErrNotFound
	}
	return v, err
}

func marks(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = "$" + strconv.Itoa(i+1)
	}
	return strings.Join(all, ", ")
}

func insert(ctx context.Context, tx *db.Tx, table, columns string, values ...any) error {
	_, err := tx.Exec(ctx, `INSERT INTO `+table+` (`+columns+`) VALUES (`+marks(len(values))+`)`, values...)
	return err
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Office is how an office takes people.
type Office struct {
	Unit              string
	Version           int
	Takes             bool // people can book
	Ahead, Slot, Late int  // days, minutes, minutes
	Kiosk             int
	Name              i18n.Text
	NameKey, Folded   string
	Fields            []string // of procedures; none: all
	By                string
	At                db.Time
}

const officeColumns = `unit, version, takes, ahead, slot, late, kiosk, name_vi, name_en, name_key, name_fold, fields, by_id, at`

func packed(fields []string) string {
	if len(fields) == 0 {
		return ""
	}
	return " " + strings.Join(fields, " ") + " "
}

func scanOffice(r db.Row) (o Office, err error) {
	var fields string
	var takes int
	err = r.Scan(&o.Unit, &o.Version, &takes, &o.Ahead, &o.Slot, &o.Late, &o.Kiosk, &o.Name.VI, &o.Name.EN, &o.NameKey, &o.Folded, &fields, &o.By, &o.At)
	o.Takes, o.Fields = takes == 1, strings.Fields(fields)
	return o, err
}

// FindOffice returns the office of a unit, locked in a transaction; false where there is none.
func (Store) FindOffice(ctx context.Context, q db.Querier, unit string) (o Office, ok bool, err error) {
	o, err = scanOffice(q.QueryRow(ctx, `SELECT `+officeColumns+` FROM appointments_offices WHERE unit = $1`+lock(q), unit))
	if errors.Is(err, db.ErrNoRows) {
		return Office{Unit: unit}, false, nil
	}
	return o, err == nil, err
}

// PutOffice says how an office takes people.
func (Store) PutOffice(ctx context.Context, tx *db.Tx, o Office) error {
	_, err := tx.Exec(ctx, `INSERT INTO appointments_offices (`+officeColumns+`) VALUES (`+marks(14)+`)
		ON CONFLICT (unit) DO UPDATE SET version = appointments_offices.version + 1, takes = $3, ahead = $4, slot = $5, late = $6, kiosk = $7,
		name_vi = $8, name_en = $9, name_key = $10, name_fold = $11, fields = $12, by_id = $13, at = $14`,
		o.Unit, 1, bit(o.Takes), o.Ahead, o.Slot, o.Late, o.Kiosk, o.Name.VI, o.Name.EN, o.NameKey, o.Folded, packed(o.Fields), o.By, o.At)
	return err
}

// OfficeAfter is the office after which a page of them begins.
type OfficeAfter struct{ Key, Unit string }

// ListOffices returns at most limit offices that take appointments for a field
// (empty: whatever it is) and whose name holds some words, by name.
func (Store) ListOffices(ctx context.Context, q db.Querier, field, words string, after OfficeAfter, limit int) ([]Office, error) {
	text, args := officesQuery(field, words, after, limit)
	return db.All(ctx, q, scanOffice, text, args...)
}

func officesQuery(field, words string, after OfficeAfter, limit int) (string, []any) {
	args := []any{after.Key, after.Unit, limit}
	more := ""
	if field != "" {
		args = append(args, "% "+escaped(field)+" %")
		more += ` AND (fields = '' OR fields LIKE $` + strconv.Itoa(len(args)) + ` ESCAPE '\')`
	}
	if words != "" {
		args = append(args, "%"+escaped(words)+"%")
		more += ` AND name_fold LIKE $` + strconv.Itoa(len(args)) + ` ESCAPE '\'`
	}
	return `SELECT ` + officeColumns + ` FROM appointments_offices WHERE takes = 1 AND (name_key, unit) > ($1, $2)` + more + ` ORDER BY name_key, unit LIMIT $3`, args
}

func escaped(s string) string { return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) }

// Counter is where people are served.
type Counter struct {
	ID, Unit string
	Number   int
	Name     string
	Fields   []string // of procedures; none: all
	Used     bool
}

const counterColumns = `id, unit, number, name, fields, used`

func scanCounter(r db.Row) (c Counter, err error) {
	var fields string
	var used int
	err = r.Scan(&c.ID, &c.Unit, &c.Number, &c.Name, &fields, &used)
	c.Fields, c.Used = strings.Fields(fields), used == 1
	return c, err
}

// ListCounters returns the counters of a unit, by number, and those that are gone too where all is true.
func (Store) ListCounters(ctx context.Context, q db.Querier, unit string, all bool) ([]Counter, error) {
	more := " AND used = 1"
	if all {
		more = ""
	}
	return db.All(ctx, q, scanCounter, `SELECT `+counterColumns+` FROM appointments_counters WHERE unit = $1`+more+` ORDER BY number, id LIMIT 200`, unit)
}

// GetCounter returns a counter in scope that is used.
func (Store) GetCounter(ctx context.Context, q db.Querier, scope access.Scope, id string) (Counter, error) {
	in, args := scope.Where(ofUnit(), id)
	return found(scanCounter(q.QueryRow(ctx, `SELECT `+counterColumns+` FROM appointments_counters WHERE id = $1 AND used = 1 AND `+in, args...)))
}

// PutCounter adds a counter, or changes it.
func (Store) PutCounter(ctx context.Context, tx *db.Tx, c Counter) error {
	_, err := tx.Exec(ctx, `INSERT INTO appointments_counters (`+counterColumns+`) VALUES (`+marks(6)+`)
		ON CONFLICT (id) DO UPDATE SET number = $3, name = $4, fields = $5, used = $6`, c.ID, c.Unit, c.Number, c.Name, packed(c.Fields), bit(c.Used))
	return err
}

// Hours is a time of the week in which people can come.
type Hours struct {
	ID, Unit string
	Weekday  int // 0 is Sunday
	From, To calendar.Minute
	Places   int  // in one slot
	Outside  bool // also when the office does not work, but never on a holiday
}

const hoursColumns = `id, unit, weekday, from_min, to_min, places, outside`

// ListHours returns the hours of a unit, day by day from Monday.
func (Store) ListHours(ctx context.Context, q db.Querier, unit string) ([]Hours, error) {
	return db.All(ctx, q, func(r db.Row) (h Hours, err error) {
		var outside int
		err = r.Scan(&h.ID, &h.Unit, &h.Weekday, &h.From, &h.To, &h.Places, &outside)
		h.Outside = outside == 1
		return h, err
	}, `SELECT `+hoursColumns+` FROM appointments_hours WHERE unit = $1 ORDER BY (weekday + 6) % 7, from_min, id LIMIT 200`, unit)
}

// AddHours adds hours.
func (Store) AddHours(ctx context.Context, tx *db.Tx, h Hours) error {
	return insert(ctx, tx, "appointments_hours", hoursColumns, h.ID, h.Unit, h.Weekday, int(h.From), int(h.To), h.Places, bit(h.Outside))
}

// DropHours takes hours of a unit away; false where there were none.
func (Store) DropHours(ctx context.Context, tx *db.Tx, unit, id string) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM appointments_hours WHERE unit = $1 AND id = $2`, unit, id)
	return n == 1, err
}

// Closed is a day on which an office takes nobody.
type Closed struct {
	Unit, Day, Reason, By string
	At                    db.Time
}

// ListClosed returns the closed days of a unit in a period.
func (Store) ListClosed(ctx context.Context, q db.Querier, unit, from, to string) ([]Closed, error) {
	return db.All(ctx, q, func(r db.Row) (c Closed, err error) {
		return c, r.Scan(&c.Unit, &c.Day, &c.Reason, &c.By, &c.At)
	}, `SELECT unit, day, reason, by_id, at FROM appointments_closed WHERE unit = $1 AND day >= $2 AND day <= $3 ORDER BY day LIMIT 400`, unit, from, to)
}

// Close closes a day; false where it is closed.
func (Store) Close(ctx context.Context, tx *db.Tx, c Closed) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO appointments_closed (unit, day, reason, by_id, at) VALUES (`+marks(5)+`) ON CONFLICT (unit, day) DO NOTHING`,
		c.Unit, c.Day, c.Reason, c.By, c.At)
	return n == 1, err
}

// Reopen opens a day again; false where it was not closed.
func (Store) Reopen(ctx context.Context, tx *db.Tx, unit, day string) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM appointments_closed WHERE unit = $1 AND day = $2`, unit, day)
	return n == 1, err
}
