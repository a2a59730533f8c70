// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/platform/db"
)

// The states of a ticket.
const (
	Waiting = "waiting"
	Called  = "called"
	Served  = "done"
	Absent  = "missed"
)

// Ticket is a number of a day. It names nobody.
type Ticket struct {
	ID, Unit, Day string
	Number        int
	Booking       string // empty: came without an appointment
	Kept          bool   // has an appointment and came in time
	Procedure     string
	Field         string
	State         string
	Came          db.Time
	Turn          db.Time // from when the wait counts
	Counter       string  // that has called it
	Calls         int
	First         db.Time // of the first call
	Last          db.Time // of the last one
	Ended         db.Time
}

const ticketColumns = `id, unit, day, number, booking_id, kept, procedure_id, field, state, came_at, turn_at, counter_id, calls, first_at, called_at, ended_at`

func scanTicket(r db.Row) (t Ticket, err error) {
	var kept int
	err = r.Scan(&t.ID, &t.Unit, &t.Day, &t.Number, &t.Booking, &kept, &t.Procedure, &t.Field, &t.State, &t.Came, &t.Turn, &t.Counter, &t.Calls, &t.First, &t.Last, &t.Ended)
	t.Kept = kept == 1
	return t, err
}

// AddTicket gives the next number of the day. The caller holds the office.
func (Store) AddTicket(ctx context.Context, tx *db.Tx, t Ticket) (Ticket, error) {
	if err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(number), 0) + 1 FROM appointments_tickets WHERE unit = $1 AND day = $2`, t.Unit, t.Day).Scan(&t.Number); err != nil {
		return t, err
	}
	t.State = Waiting
	return t, insert(ctx, tx, "appointments_tickets", ticketColumns, t.ID, t.Unit, t.Day, t.Number, t.Booking, bit(t.Kept), t.Procedure, t.Field, t.State, t.Came, t.Turn, "", 0, t.First, t.Last, t.Ended)
}

// PutTicket changes a ticket. The caller holds the office.
func (Store) PutTicket(ctx context.Context, tx *db.Tx, t Ticket) error {
	_, err := tx.Exec(ctx, `UPDATE appointments_tickets SET kept = $2, state = $3, turn_at = $4, counter_id = $5, calls = $6, first_at = $7, called_at = $8, ended_at = $9 WHERE id = $1`,
		t.ID, bit(t.Kept), t.State, t.Turn, t.Counter, t.Calls, t.First, t.Last, t.Ended)
	return err
}

// GetTicket returns a ticket, locked in a transaction.
func (Store) GetTicket(ctx context.Context, q db.Querier, id string) (Ticket, error) {
	return found(scanTicket(q.QueryRow(ctx, `SELECT `+ticketColumns+` FROM appointments_tickets WHERE id = $1`+lock(q), id)))
}

// TicketOf returns the ticket of an appointment; false where it has none.
func (Store) TicketOf(ctx context.Context, q db.Querier, booking string) (t Ticket, ok bool, err error) {
	t, err = scanTicket(q.QueryRow(ctx, `SELECT `+ticketColumns+` FROM appointments_tickets WHERE booking_id = $1 AND booking_id <> '' ORDER BY id DESC LIMIT 1`, booking))
	if errors.Is(err, db.ErrNoRows) {
		return t, false, nil
	}
	return t, err == nil, err
}

// mostWaiting is how many tickets of a state one hall shows or sorts: more people
// do not fit into it.
const mostWaiting = 1000

// Waits returns the tickets of a day that wait, in no order.
func (Store) Waits(ctx context.Context, q db.Querier, unit, day string) ([]Ticket, error) {
	return db.All(ctx, q, scanTicket, stateQuery, unit, day, Waiting, mostWaiting)
}

// InState returns at most limit tickets of a day in a state, the last called first.
func (Store) InState(ctx context.Context, q db.Querier, unit, day, state string, limit int) ([]Ticket, error) {
	return db.All(ctx, q, scanTicket, stateQuery, unit, day, state, limit)
}

const stateQuery = `SELECT ` + ticketColumns + ` FROM appointments_tickets WHERE unit = $1 AND day = $2 AND state = $3 ORDER BY called_at DESC LIMIT $4`

// LastCalled returns the last tickets of a day that were called, whatever became of them.
func (s Store) LastCalled(ctx context.Context, q db.Querier, unit, day string, limit int) ([]Ticket, error) {
	return db.All(ctx, q, scanTicket, lastQuery, unit, day, limit)
}

const lastQuery = `SELECT ` + ticketColumns + ` FROM appointments_tickets WHERE unit = $1 AND day = $2 AND state IN ('called', 'done', 'missed') ORDER BY first_at DESC LIMIT $3`

// AtCounter returns the ticket that a counter has called and not finished; false where there is none.
func (Store) AtCounter(ctx context.Context, q db.Querier, counter string) (t Ticket, ok bool, err error) {
	t, err = scanTicket(q.QueryRow(ctx, `SELECT `+ticketColumns+` FROM appointments_tickets WHERE counter_id = $1 AND state = 'called' ORDER BY id DESC LIMIT 1`, counter))
	if errors.Is(err, db.ErrNoRows) {
		return t, false, nil
	}
	return t, err == nil, err
}

// Wait is how long somebody has waited.
type Wait struct {
	Turn, First db.Time
	Kept        bool
	Absent      bool
}

// ListWaits returns the waits of a unit from one day to another, at most limit.
func (Store) ListWaits(ctx context.Context, q db.Querier, unit, from, to string, limit int) ([]Wait, error) {
	return db.All(ctx, q, func(r db.Row) (w Wait, err error) {
		var kept int
		var state string
		err = r.Scan(&w.Turn, &w.First, &kept, &state)
		w.Kept, w.Absent = kept == 1, state == Absent
		return w, err
	}, waitsQuery, unit, from, to, limit)
}

const waitsQuery = `SELECT turn_at, first_at, kept, state FROM appointments_tickets WHERE unit = $1 AND day >= $2 AND day <= $3 AND first_at IS NOT NULL ORDER BY day DESC LIMIT $4`

// CountMissed returns how many appointments of a unit in a period there were, and how many nobody came to.
func (Store) CountMissed(ctx context.Context, q db.Querier, unit, from, to string) (all, missed int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*), COALESCE(SUM(CASE WHEN state = 'missed' THEN 1 ELSE 0 END), 0) FROM appointments_bookings
		WHERE unit = $1 AND day >= $2 AND day <= $3 AND state IN ('arrived', 'done', 'missed')`, unit, from, to).Scan(&all, &missed)
	return all, missed, err
}
