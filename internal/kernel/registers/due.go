// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// What can go wrong with records whose time is over.
var (
	ErrNoRetention = errs.New(errs.NotFound, "registers.no_retention")     // the file does not say how long
	ErrNotDue      = errs.New(errs.Conflict, "registers.not_due")          // the time is not over
	ErrAsked       = errs.New(errs.Conflict, "registers.already_proposed") // its destruction waits for another person
	ErrPointedAt   = errs.New(errs.Conflict, "registers.pointed_at")       // args: register, whose records point to it
	ErrToArchive   = errs.New(errs.Conflict, "registers.to_archive")       // it goes to the archive, and is not destroyed
)

// Due is a record whose time is over, without its personal fields.
type Due struct {
	Record

	Began string // the day from which its time counts, 2026-11-21
	Asked bool   // its destruction waits for another person
}

// DuePage is a page of them, the oldest first; by state, as they were added.
type DuePage struct {
	Items []Due
	Next  string
}

// Due returns records whose time is over and that the actor may destroy or hand to
// the archive. Those that were taken out of the register are among them: they are
// kept as well.
func (k *Keeper) Due(ctx context.Context, q db.Querier, s Standing, now db.Time, after string, limit int) (p DuePage, err error) {
	defer errs.Wrap(&err, "records of %s whose time is over", s.Definition.ID)

	d := s.Definition
	if d.Retention == nil {
		return DuePage{}, ErrNoRetention
	}
	if !s.Can(Destroy) {
		return DuePage{}, access.ErrNotAllowed
	}
	if limit < 1 || limit > maxLimit {
		limit = defaultLimit
	}
	began, conds, args := d.over(d.Retention.before(now.Time))
	order := ` ORDER BY id`
	if d.Retention.Field != "" {
		order = ` ORDER BY ` + began + `, id`
	}
	if after != "" {
		from, err := decode(after)
		if err != nil || from.By != "due" {
			return DuePage{}, ErrCursor.Because(err)
		}
		args = append(args, from.ID)
		cond := `id > ` + mark(args)
		if d.Retention.Field != "" {
			args = append(args, from.Sort)
			cond = `(` + began + `, id) > (` + mark(args) + `, $` + strconv.Itoa(len(args)-1) + `)`
		}
		conds = append(conds, cond)
	}
	rows, err := k.rows(ctx, q, s, Destroy, false, `CAST(`+began+` AS TEXT)`, conds, args, order, &limit)
	if err != nil {
		return DuePage{}, err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		if p.Next, err = (cursor{By: "due", Sort: last.sort, ID: last.ID}).encode(); err != nil {
			return DuePage{}, err
		}
	}
	records, err := k.seen(s, rows, false)
	if err != nil {
		return DuePage{}, err
	}
	asked, err := k.asked(ctx, q, d.ID, records)
	if err != nil {
		return DuePage{}, err
	}
	for i, r := range records {
		p.Items = append(p.Items, Due{Record: r, Began: d.Retention.day(rows[i].sort), Asked: asked[r.ID]})
	}
	return p, nil
}

// over is where the time of a record begins, as a column, and what holds a query to
// records whose time began before a moment.
func (d Definition) over(before db.Time) (began string, conds []string, args []any) {
	v := d.Retention
	if v.Field != "" {
		f, _ := d.Field(v.Field) // Check has seen it
		return ident(f.exact()), []string{ident(f.exact()) + ` < $1`}, []any{before.In(clock.Vietnam()).Format("2006-01-02")}
	}
	began = `COALESCE((SELECT MAX(m.moved_at) FROM registers_moves m WHERE m.register = $1 AND m.record = ` + ident(d.Table()) + `.id AND m.to_state = $2), ` +
		ident(d.Table()) + `.created_at)`
	return began, []string{ident("f_"+LifeKey) + ` = $2`, began + ` < $3`}, []any{d.ID, v.State, before}
}

// day is the day on which the time of a record began, of what over has found.
func (v Retention) day(sort string) string {
	if v.Field != "" {
		return sort
	}
	n, err := strconv.ParseInt(sort, 10, 64)
	if err != nil {
		return ""
	}
	return time.UnixMicro(n).In(clock.Vietnam()).Format("2006-01-02")
}

// asked says of which records the destruction waits for another person.
func (k *Keeper) asked(ctx context.Context, q db.Querier, register string, records []Record) (map[string]bool, error) {
	all := map[string]bool{}
	if len(records) == 0 {
		return all, nil
	}
	args, marks := []any{register, Waiting, string(Destroy)}, make([]string, len(records))
	for i, r := range records {
		args = append(args, r.ID)
		marks[i] = mark(args)
	}
	found, err := db.All(ctx, q, db.Column[string], `SELECT record FROM registers_proposals WHERE register = $1 AND state = $2 AND act = $3 AND record IN (`+strings.Join(marks, ", ")+`)`, args...)
	for _, one := range found {
		all[one] = true
	}
	return all, err
}

// expired checks that a record may be destroyed now: it is within reach of the right
// to do so, at the version that was seen, and its time is over. It locks it and
// returns it with all its columns.
func (k *Keeper) expired(ctx context.Context, tx *db.Tx, s Standing, record string, seen int64) (old loaded, began string, err error) {
	d := s.Definition
	switch {
	case d.Retention == nil:
		return old, "", ErrNoRetention
	case d.Retention.Then == Archived:
		return old, "", ErrToArchive
	case !s.Can(Destroy):
		return old, "", access.ErrNotAllowed
	}
	column, conds, args := d.over(d.Retention.before(tx.Now.Time))
	isOver := strings.Join(conds, ` AND `)
	args = append(args, record)
	where := `id = ` + mark(args)
	reach, args := s.reach(Destroy, nil, args)
	var over int
	var sort *string
	old, err = scan(tx.QueryRow(ctx, `SELECT `+selected(d, d.Fields)+`, CASE WHEN `+isOver+` THEN 1 ELSE 0 END, CAST(`+column+` AS TEXT) FROM `+ident(d.Table())+
		` WHERE `+where+` AND `+reach+tx.ForUpdate(), args...), d.Fields, &over, &sort)
	switch {
	case errors.Is(err, db.ErrNoRows):
		return old, "", ErrNotFound
	case err != nil:
		return old, "", err
	case old.Version != seen:
		return old, "", ErrChanged.With("who", old.UpdatedBy).With("when", old.Updated)
	case over == 0 || sort == nil:
		return old, "", ErrNotDue
	}
	return old, d.Retention.day(*sort), k.unpointed(ctx, tx, d, old)
}

// unpointed refuses a record to which others still point, in whatever register.
func (k *Keeper) unpointed(ctx context.Context, tx *db.Tx, d Definition, old loaded) error {
	pointing, err := k.pointers(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	for _, p := range pointing {
		other, err := k.Definition(ctx, tx, p.register)
		if err != nil {
			return err
		}
		f, _ := other.Field(p.field)
		var n int
		if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM `+ident(other.Table())+` WHERE `+ident(f.base())+` = $1 AND state = $2 AND id <> $1 LIMIT 1) pointing`,
			old.ID, StateActive).Scan(&n); err != nil {
			return err
		}
		if n > 0 {
			return ErrPointedAt.With("register", other.Title)
		}
	}
	return nil
}

// Secure locks a record that the actor may destroy, whatever its time, and returns
// its unit: what is said of it in the same transaction, a legal hold, is seen by who
// destroys it.
func (k *Keeper) Secure(ctx context.Context, tx *db.Tx, s Standing, record string) (unit string, err error) {
	defer errs.Wrap(&err, "secure record %s of register %s", record, s.Definition.ID)

	if !s.Can(Destroy) {
		return "", access.ErrNotAllowed
	}
	reach, args := s.reach(Destroy, nil, []any{record})
	err = tx.QueryRow(ctx, `SELECT unit_id FROM `+ident(s.Definition.Table())+` WHERE id = $1 AND `+reach+tx.ForUpdate(), args...).Scan(&unit)
	if errors.Is(err, db.ErrNoRows) {
		err = ErrNotFound
	}
	return unit, err
}
