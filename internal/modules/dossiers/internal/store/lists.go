// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
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
	in, args := Receivers().Where(s, after.At, after.ID, limit)
	return `SELECT ` + columns + ` FROM dossiers_dossiers WHERE status = 1 AND kept_by = '' AND (submitted_at, id) > ($1, $2) AND ` + in +
		` ORDER BY submitted_at, id LIMIT $3`, args
}

// CountInbox returns how many dossiers wait to be accepted.
func (Store) CountInbox(ctx context.Context, q db.Querier, s access.Scope) (n int64, err error) {
	in, args := Receivers().Where(s)
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM dossiers_dossiers WHERE status = 1 AND kept_by = '' AND `+in, args...).Scan(&n)
	return n, err
}

// Seat is what somebody may do with the dossiers of some units.
type Seat struct {
	Scope   access.Scope
	Actions []string
}

// Span is a stretch of time: From belongs to it, To does not. Zero ends are open.
type Span struct{ From, To int64 }

// Work chooses open steps of dossiers for a desk.
type Work struct {
	Seats    []Seat
	Accounts []string // whose hands: the actor's, and those for whom the actor stands in
	Anybody  bool     // whoever has it in hand
	Mine     bool     // only what is in these hands, otherwise also what nobody has
	Action   string
	Status   dossiers.Status // 0: all
	Stands   bool            // only those that wait for their people
	Goes     bool            // only those that do not
	Due      Span            // of work_due

	Procedures []string // nil: all
	Unit, Post string   // of the step
	Step       string   // its Vietnamese name
	Holder     string   // account; Nobody: in nobody's hands
	Channel    dossiers.Channel
	Basis      dossiers.Basis
	Submitted  Span
	Folded     string // part of the folded name of the owner
	Code       string // part of the code or the reference
	Order      Order
}

// Nobody is the Holder of what is in nobody's hands.
const Nobody = "-"

// Order is how a list of work is sorted.
type Order string

// The orders.
const (
	ByWork   Order = ""    // by the deadline of the step
	ByDue    Order = "due" // by what the receipt has promised; what promises nothing comes last
	ByOldest Order = "old" // by when it was sent
	ByNewest Order = "new"
)

// never is after every deadline.
const never = math.MaxInt64

// by returns what a list is sorted by, and in which direction.
func (o Order) by() (column, compare, direction string) {
	switch o {
	case ByDue:
		return "COALESCE(d.due_at, " + strconv.FormatInt(never, 10) + ")", ">", ""
	case ByOldest:
		return "d.submitted_at", ">", ""
	case ByNewest:
		return "d.submitted_at", "<", " DESC"
	case ByWork:
	}
	return "t.work_due", ">", ""
}

// Begin is the place before the first row.
func (o Order) Begin() Key {
	if o == ByNewest {
		return Key{At: math.MaxInt64, ID: "~"}
	}
	return Key{At: math.MinInt64}
}

// At is the place of a row that a list of work has returned.
func (o Order) At(d Dossier) Key {
	at := d.WorkDue
	switch o {
	case ByDue:
		if at = d.Due; at.IsZero() {
			return Key{never, d.Task}
		}
	case ByOldest, ByNewest:
		at = d.SubmittedAt
	case ByWork:
	}
	return Key{at.UnixMicro(), d.Task}
}

func turnUnit() access.Columns { return access.Columns{Units: []string{"t.unit"}} }

// joined makes one seat of those in the same units, so that their index is used.
func joined(seats []Seat) (all []Seat) {
	for _, seat := range seats {
		in, args := seat.Scope.Where(turnUnit())
		i := slices.IndexFunc(all, func(other Seat) bool {
			there, theirs := other.Scope.Where(turnUnit())
			return there == in && slices.Equal(theirs, args)
		})
		if i < 0 {
			all = append(all, Seat{Scope: seat.Scope, Actions: slices.Clone(seat.Actions)})
			continue
		}
		all[i].Actions = append(all[i].Actions, seat.Actions...)
	}
	return all
}

func (w Work) where(args []any) (string, []any) {
	bind := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	var seats []string
	for _, seat := range joined(w.Seats) {
		var actions []string
		for _, a := range seat.Actions {
			actions = append(actions, bind(a))
		}
		var in string
		in, args = seat.Scope.Where(turnUnit(), args...)
		seats = append(seats, "(t.action IN ("+strings.Join(actions, ", ")+") AND "+in+")")
	}
	if len(seats) == 0 || len(w.Accounts) == 0 && !w.Anybody {
		return "1 = 0", args
	}
	hands := []string{}
	if !w.Mine {
		hands = append(hands, "''")
	}
	for _, a := range w.Accounts {
		hands = append(hands, bind(a))
	}
	conds := []string{"(" + strings.Join(seats, " OR ") + ")"}
	if !w.Anybody {
		conds = append(conds, "t.assignee IN ("+strings.Join(hands, ", ")+")")
	}
	if w.Action != "" {
		conds = append(conds, "t.action = "+bind(w.Action))
	}
	if w.Status != 0 {
		conds = append(conds, "d.status = "+bind(int(w.Status)))
	}
	if w.Stands {
		conds = append(conds, "d.status IN (5, 6)")
	}
	if w.Goes {
		conds = append(conds, "d.status NOT IN (5, 6)")
	}
	if w.Due.From != 0 {
		conds = append(conds, "t.work_due >= "+bind(w.Due.From))
	}
	if w.Due.To != 0 {
		conds = append(conds, "t.work_due < "+bind(w.Due.To))
	}
	conds = append(conds, w.narrow(bind)...)
	return strings.Join(conds, " AND "), args
}

// narrow are the conditions that people choose.
func (w Work) narrow(bind func(v any) string) (conds []string) {
	is := func(column, value string) {
		if value != "" {
			conds = append(conds, column+" = "+bind(value))
		}
	}
	if w.Procedures != nil {
		marks := []string{"''"}
		for _, p := range w.Procedures {
			marks = append(marks, bind(p))
		}
		conds = append(conds, "d.procedure_id IN ("+strings.Join(marks, ", ")+")")
	}
	is("t.unit", w.Unit)
	is("t.post", w.Post)
	is("t.step_vi", w.Step)
	is("d.basis", string(w.Basis))
	switch w.Holder {
	case "":
	case Nobody:
		conds = append(conds, "t.assignee = ''")
	default:
		is("t.assignee", w.Holder)
	}
	if w.Channel != 0 {
		conds = append(conds, "d.channel = "+bind(int(w.Channel)))
	}
	if w.Submitted.From != 0 {
		conds = append(conds, "d.submitted_at >= "+bind(w.Submitted.From))
	}
	if w.Submitted.To != 0 {
		conds = append(conds, "d.submitted_at < "+bind(w.Submitted.To))
	}
	var words []string
	if w.Folded != "" {
		words = append(words, "d.owner_folded LIKE "+bind("%"+w.Folded+"%"))
	}
	if w.Code != "" {
		words = append(words, "d.code LIKE "+bind("%"+w.Code+"%"), "d.reference LIKE "+bind("%"+w.Code+"%"))
	}
	if len(words) > 0 {
		conds = append(conds, "("+strings.Join(words, " OR ")+")")
	}
	return conds
}

// ListWork returns at most limit open steps of a desk in their order, after a
// key: each as a dossier that speaks of this step.
func (Store) ListWork(ctx context.Context, q db.Querier, w Work, after Key, limit int) ([]Dossier, error) {
	query, args := workQuery(w, after, limit)
	return db.All(ctx, q, scan, query, args...)
}

func workQuery(w Work, after Key, limit int) (string, []any) {
	where, args := w.where([]any{after.At, after.ID, limit})
	column, compare, direction := w.Order.by()
	return `SELECT ` + turnColumns() + ` FROM dossiers_tasks t JOIN dossiers_dossiers d ON d.id = t.dossier_id
		WHERE (` + column + `, t.id) ` + compare + ` ($1, $2) AND ` + where + ` ORDER BY ` + column + direction + `, t.id` + direction + ` LIMIT $3`, args
}

// Counts is how many open steps of a desk are due before each of three moments,
// how many wait for their people, and how many there are.
type Counts struct{ First, Second, Third, Waiting, All int }

// CountWork counts a desk in one query.
func (Store) CountWork(ctx context.Context, q db.Querier, w Work, first, second, third int64) (c Counts, err error) {
	query, args := countQuery(w, first, second, third)
	err = q.QueryRow(ctx, query, args...).Scan(&c.First, &c.Second, &c.Third, &c.Waiting, &c.All)
	return c, err
}

func countQuery(w Work, first, second, third int64) (string, []any) {
	where, args := w.where([]any{first, second, third})
	return `SELECT COALESCE(SUM(CASE WHEN d.status NOT IN (5, 6) AND t.work_due < $1 THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN d.status NOT IN (5, 6) AND t.work_due < $2 THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN d.status NOT IN (5, 6) AND t.work_due < $3 THEN 1 ELSE 0 END), 0),
		COALESCE(SUM(CASE WHEN d.status IN (5, 6) THEN 1 ELSE 0 END), 0), COUNT(*)
		FROM dossiers_tasks t JOIN dossiers_dossiers d ON d.id = t.dossier_id WHERE ` + where, args
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
	in, args := Owners().Where(s, before, limit)
	return `SELECT ` + columns + ` FROM dossiers_dossiers WHERE id < $1 AND ` + in + ` ORDER BY id DESC LIMIT $2`, args
}
