// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Key is a place in a list; the zero Key is its beginning.
type Key struct {
	At int64
	ID string
}

// Inbox returns at most limit dossiers that wait to be accepted, the oldest
// first, after a key.
func (Store) Inbox(ctx context.Context, q db.Querier, s access.Scope, after Key, limit int) ([]Dossier, error) {
	query, args := inboxQuery(s, after, limit)
	return db.All(ctx, q, scan, query, args...)
}

func inboxQuery(s access.Scope, after Key, limit int) (string, []any) {
	in, args := s.Where(Receivers(), after.At, after.ID, limit)
	return `SELECT ` + columns + ` FROM dossiers_dossiers WHERE status = 1 AND (submitted_at, id) > ($1, $2) AND ` + in +
		` ORDER BY submitted_at, id LIMIT $3`, args
}

// CountInbox returns how many dossiers wait to be accepted.
func (Store) CountInbox(ctx context.Context, q db.Querier, s access.Scope) (n int64, err error) {
	in, args := s.Where(Receivers())
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM dossiers_dossiers WHERE status = 1 AND `+in, args...).Scan(&n)
	return n, err
}

// Seat is what somebody may do with the dossiers of some units.
type Seat struct {
	Scope   access.Scope
	Actions []string
}

// Span is a stretch of time: From belongs to it, To does not. Zero ends are open.
type Span struct{ From, To int64 }

// Work chooses dossiers of a desk.
type Work struct {
	Seats   []Seat
	Account string
	Mine    bool // only what the account has claimed, otherwise also what nobody has
	Action  string
	Status  dossiers.Status // 0: all
	Not     dossiers.Status // 0: none
	Due     Span            // of work_due
}

func (w Work) where(args []any) (string, []any) {
	bind := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	var seats []string
	for _, seat := range w.Seats {
		var actions []string
		for _, a := range seat.Actions {
			actions = append(actions, bind(a))
		}
		var in string
		in, args = seat.Scope.Where(Handlers(), args...)
		seats = append(seats, "(action IN ("+strings.Join(actions, ", ")+") AND "+in+")")
	}
	if len(seats) == 0 {
		return "1 = 0", args
	}
	conds := []string{"task <> ''", "(" + strings.Join(seats, " OR ") + ")"}
	if w.Mine {
		conds = append(conds, "assignee = "+bind(w.Account))
	} else {
		conds = append(conds, "(assignee = '' OR assignee = "+bind(w.Account)+")")
	}
	if w.Action != "" {
		conds = append(conds, "action = "+bind(w.Action))
	}
	if w.Status != 0 {
		conds = append(conds, "status = "+bind(int(w.Status)))
	}
	if w.Not != 0 {
		conds = append(conds, "status <> "+bind(int(w.Not)))
	}
	if w.Due.From != 0 {
		conds = append(conds, "work_due >= "+bind(w.Due.From))
	}
	if w.Due.To != 0 {
		conds = append(conds, "work_due < "+bind(w.Due.To))
	}
	return strings.Join(conds, " AND "), args
}

// ListWork returns at most limit dossiers of a desk, the most urgent first,
// after a key.
func (Store) ListWork(ctx context.Context, q db.Querier, w Work, after Key, limit int) ([]Dossier, error) {
	query, args := workQuery(w, after, limit)
	return db.All(ctx, q, scan, query, args...)
}

func workQuery(w Work, after Key, limit int) (string, []any) {
	where, args := w.where([]any{after.At, after.ID, limit})
	return `SELECT ` + columns + ` FROM dossiers_dossiers WHERE (work_due, id) > ($1, $2) AND ` + where + ` ORDER BY work_due, id LIMIT $3`, args
}

// Counts is how many dossiers of a desk are due before each of three moments,
// how many wait for a supplement, and how many there are.
type Counts struct{ First, Second, Third, Waiting, All int }

// CountWork counts a desk in one query.
func (Store) CountWork(ctx context.Context, q db.Querier, w Work, first, second, third int64) (c Counts, err error) {
	query, args := countQuery(w, first, second, third)
	err = q.QueryRow(ctx, query, args...).Scan(&c.First, &c.Second, &c.Third, &c.Waiting, &c.All)
	return c, err
}

func countQuery(w Work, first, second, third int64) (string, []any) {
	where, args := w.where([]any{first, second, third})
	return `SELECT COALESCE(SUM(CASE WHEN status <> 5 AND work_due < $1 THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN status <> 5 AND work_due < $2 THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN status <> 5 AND work_due < $3 THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN status = 5 THEN 1 ELSE 0 END), 0), COUNT(*)
		FROM dossiers_dossiers WHERE ` + where, args
}

// Mine returns at most limit dossiers that the person in scope has sent or
// owns, the newest first, before a key ("" for the newest).
func (Store) Mine(ctx context.Context, q db.Querier, s access.Scope, before string, limit int) ([]Dossier, error) {
	query, args := mineQuery(s, before, limit)
	return db.All(ctx, q, scan, query, args...)
}

func mineQuery(s access.Scope, before string, limit int) (string, []any) {
	if before == "" {
		before = "~" // after every id
	}
	in, args := s.Where(Owners(), before, limit)
	return `SELECT ` + columns + ` FROM dossiers_dossiers WHERE id < $1 AND ` + in + ` ORDER BY id DESC LIMIT $2`, args
}
