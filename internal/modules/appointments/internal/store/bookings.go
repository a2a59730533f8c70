// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/appointments"
	"tinhso.vn/internal/platform/db"
)

const bookings = "appointments_bookings"

// Taken returns how many places of each slot from one moment to another are taken.
func (Store) Taken(ctx context.Context, q db.Querier, unit string, from, to db.Time) (map[int64]int, error) {
	type slot struct {
		at db.Time
		n  int
	}
	all, err := db.All(ctx, q, func(r db.Row) (s slot, err error) { return s, r.Scan(&s.at, &s.n) },
		`SELECT starts_at, taken FROM appointments_slots WHERE unit = $1 AND starts_at >= $2 AND starts_at < $3`, unit, from, to)
	taken := make(map[int64]int, len(all))
	for _, s := range all {
		taken[s.at.UnixMicro()] = s.n
	}
	return taken, err
}

// TakePlace takes a place of a slot that has so many; false where all are taken.
// It is one statement, so that of two who want the last place one gets it.
func (Store) TakePlace(ctx context.Context, tx *db.Tx, unit string, at db.Time, places int) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO appointments_slots (unit, starts_at, taken) VALUES ($1, $2, 1)
		ON CONFLICT (unit, starts_at) DO UPDATE SET taken = appointments_slots.taken + 1 WHERE appointments_slots.taken < $3`, unit, at, places)
	return n == 1, err
}

// LeavePlace gives a place back.
func (Store) LeavePlace(ctx context.Context, tx *db.Tx, unit string, at db.Time) error {
	_, err := tx.Exec(ctx, `UPDATE appointments_slots SET taken = taken - 1 WHERE unit = $1 AND starts_at = $2 AND taken > 0`, unit, at)
	return err
}

// Booking is an appointment.
type Booking struct {
	ID, Code, Unit string
	Procedure      string    // empty: something else
	About          i18n.Text // name of the procedure
	Field          string
	Day            string
	At             db.Time
	Who, Phone     string // personal data; empty: erased
	PhoneIndex     string
	Account        string
	State          appointments.State
	Moves          int
	Made           db.Time
	was            appointments.State
}

const bookingColumns = `id, code, unit, procedure_id, name_vi, name_en, field, day, starts_at, who_sealed, phone_sealed, phone_index, account, state, moves, made_at`

func (s Store) scanBooking(r db.Row) (b Booking, err error) {
	if err = r.Scan(&b.ID, &b.Code, &b.Unit, &b.Procedure, &b.About.VI, &b.About.EN, &b.Field, &b.Day, &b.At, &b.Who, &b.Phone, &b.PhoneIndex, &b.Account, &b.State, &b.Moves, &b.Made); err != nil {
		return b, err
	}
	b.was = b.State
	if b.Who, err = s.keys.OpenText(bookings, "who_sealed", b.ID, b.Who); err != nil {
		return b, err
	}
	b.Phone, err = s.keys.OpenText(bookings, "phone_sealed", b.ID, b.Phone)
	return b, err
}

// AddBooking adds an appointment.
func (s Store) AddBooking(ctx context.Context, tx *db.Tx, b Booking) error {
	return insert(ctx, tx, bookings, bookingColumns, b.ID, b.Code, b.Unit, b.Procedure, b.About.VI, b.About.EN, b.Field, b.Day, b.At,
		s.keys.SealText(bookings, "who_sealed", b.ID, b.Who), s.keys.SealText(bookings, "phone_sealed", b.ID, b.Phone), b.PhoneIndex, b.Account, string(b.State), b.Moves, b.Made)
}

// PutBooking changes one that was locked. What no way leads to is a mistake of ours.
func (Store) PutBooking(ctx context.Context, tx *db.Tx, b Booking) error {
	if !b.was.MayBecome(b.State) {
		return fmt.Errorf("no way leads from %q to %q of an appointment", b.was, b.State)
	}
	_, err := tx.Exec(ctx, `UPDATE appointments_bookings SET state = $2, day = $3, starts_at = $4, moves = $5 WHERE id = $1`, b.ID, string(b.State), b.Day, b.At, b.Moves)
	return err
}

// ByCode returns the appointment with a code, locked in a transaction.
func (s Store) ByCode(ctx context.Context, q db.Querier, code string) (Booking, error) {
	return found(s.scanBooking(q.QueryRow(ctx, `SELECT `+bookingColumns+` FROM appointments_bookings WHERE code = $1`+lock(q), code)))
}

// GetBooking returns an appointment in scope, locked in a transaction.
func (s Store) GetBooking(ctx context.Context, q db.Querier, scope access.Scope, id string) (Booking, error) {
	in, args := scope.Where(ofUnit(), id)
	return found(s.scanBooking(q.QueryRow(ctx, `SELECT `+bookingColumns+` FROM appointments_bookings WHERE id = $1 AND `+in+lock(q), args...)))
}

// HasOpen reports whether a telephone has an open appointment at a unit.
func (Store) HasOpen(ctx context.Context, q db.Querier, unit, index string) (bool, error) {
	var n int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM appointments_bookings WHERE unit = $1 AND phone_index = $2 AND state IN ('booked', 'displaced')`, unit, index).Scan(&n)
	return n > 0, err
}

// BookingAfter is the appointment after which a page begins.
type BookingAfter struct {
	At db.Time
	ID string
}

// ListDay returns at most limit appointments of a unit on a day, by time.
func (s Store) ListDay(ctx context.Context, q db.Querier, unit, day string, after BookingAfter, limit int) ([]Booking, error) {
	return db.All(ctx, q, s.scanBooking, dayQuery, unit, day, max(0, after.At.UnixMicro()), after.ID, limit)
}

const dayQuery = `SELECT ` + bookingColumns + ` FROM appointments_bookings WHERE unit = $1 AND day = $2 AND (starts_at, id) > ($3, $4) ORDER BY starts_at, id LIMIT $5`

// Displace makes the open appointments of a day such as need another time, at most
// limit of them, and returns them.
func (s Store) Displace(ctx context.Context, tx *db.Tx, unit, day string, limit int) ([]Booking, error) {
	all, err := db.All(ctx, tx, s.scanBooking, `SELECT `+bookingColumns+` FROM appointments_bookings WHERE unit = $1 AND day = $2 AND state = 'booked' ORDER BY starts_at, id LIMIT $3`+tx.ForUpdate(), unit, day, limit)
	for i := range all {
		if err != nil {
			return nil, err
		}
		all[i].State = appointments.Displaced
		if err = s.PutBooking(ctx, tx, all[i]); err == nil {
			err = s.LeavePlace(ctx, tx, unit, all[i].At)
		}
	}
	return all, err
}

// EraseOld takes name and telephone out of at most limit appointments before a day,
// and returns of how many.
func (Store) EraseOld(ctx context.Context, tx *db.Tx, day string, limit int) (int64, error) {
	return tx.Exec(ctx, eraseQuery, day, limit)
}

const eraseQuery = `UPDATE appointments_bookings SET who_sealed = '', phone_sealed = '', phone_index = '', account = '',
	state = CASE WHEN state IN ('booked', 'displaced') THEN 'missed' ELSE state END
	WHERE id IN (SELECT id FROM appointments_bookings WHERE phone_index <> '' AND day < $1 ORDER BY day, id LIMIT $2)`
