// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// A register is looked through once from its first record to its last, and then
// follows its own feed: each record that changes is compared again. A stretch is
// one transaction with the place that was reached; several servers may look, and
// nothing stays in memory but a stretch.
const (
	lookAll     = "all"
	lookChanges = "changes"
	lookStretch = 100
)

const lookWaits = `SELECT l.register FROM registers_twin_looks l LEFT JOIN registers_feeds f ON f.register = l.register
	WHERE l.state = 'all' OR l.feed < COALESCE(f.last_place, 0) ORDER BY l.register LIMIT 1`

// relook begins anew where the rules of a register are other ones.
func (k *Keeper) relook(ctx context.Context, tx *db.Tx, d Definition) error {
	var rules string
	err := tx.QueryRow(ctx, `SELECT rules FROM registers_twin_looks WHERE register = $1`, d.ID).Scan(&rules)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return err
	}
	switch {
	case d.Duplicates == nil:
		for _, table := range []string{"registers_twin_looks", "registers_twin_keys"} {
			if _, err := tx.Exec(ctx, `DELETE FROM `+ident(table)+` WHERE register = $1`, d.ID); err != nil {
				return err
			}
		}
		return k.unsuspect(ctx, tx, d)
	case rules == k.likenesses(d):
		return nil
	}
	return k.restart(ctx, tx, d)
}

// unsuspect forgets the pairs that nobody has said anything of.
func (k *Keeper) unsuspect(ctx context.Context, tx *db.Tx, d Definition) error {
	_, err := tx.Exec(ctx, `DELETE FROM registers_twins WHERE register = $1 AND state = $2`, d.ID, string(PairOpen))
	return err
}

func (k *Keeper) restart(ctx context.Context, tx *db.Tx, d Definition) error {
	_, last, err := feedEnds(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO registers_twin_looks (register, rules, state, place, feed, looked, wide, begun_at, ended_at) VALUES ($1, $2, $3, '', $4, 0, 0, $5, $6)
		ON CONFLICT (register) DO UPDATE SET rules = excluded.rules, state = excluded.state, place = '', feed = excluded.feed, looked = 0, wide = 0, begun_at = excluded.begun_at, ended_at = excluded.ended_at`,
		d.ID, k.likenesses(d), lookAll, last, tx.Now, nil)
	if err != nil {
		return err
	}
	return k.unsuspect(ctx, tx, d)
}

// SeekDuplicates looks through one stretch of one register, and reports whether
// there is more to look through. Several servers may call it.
func (k *Keeper) SeekDuplicates(ctx context.Context, d *db.DB) (more bool, err error) {
	defer errs.Wrap(&err, "seek duplicates")

	waiting, err := db.All(ctx, d, db.Column[string], lookWaits)
	if err != nil || len(waiting) == 0 {
		return false, err // an idle server does not write
	}
	err = d.Write(ctx, func(tx *db.Tx) error { return k.seek(ctx, tx, waiting[0]) })
	return err == nil, err
}

func (k *Keeper) seek(ctx context.Context, tx *db.Tx, register string) error {
	d, err := k.forWriting(ctx, tx, register)
	if err != nil {
		return err
	}
	var rules, state, place string
	var feed int64
	err = tx.QueryRow(ctx, `SELECT rules, state, place, feed FROM registers_twin_looks WHERE register = $1`+tx.ForUpdate(), register).Scan(&rules, &state, &place, &feed)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	gone, last, err := feedEnds(ctx, tx, register)
	switch {
	case err != nil:
		return err
	case d.Duplicates == nil:
		return k.relook(ctx, tx, d)
	case rules != k.likenesses(d), feed < gone: // another key of indexes; or nobody was there for too long
		return k.restart(ctx, tx, d)
	case state == lookAll:
		return k.through(ctx, tx, d, place)
	}
	return k.along(ctx, tx, d, feed, last)
}

// through looks at the next records of the whole register.
func (k *Keeper) through(ctx context.Context, tx *db.Tx, d Definition, place string) error {
	rows, err := k.subjects(ctx, tx, d, `id > $2 ORDER BY id LIMIT $3`, place, lookStretch)
	if err != nil {
		return err
	}
	wide, err := k.pair(ctx, tx, d, rows)
	if err != nil {
		return err
	}
	state, ended := lookAll, any(nil)
	if len(rows) > 0 {
		place = rows[len(rows)-1].record
	}
	if len(rows) < lookStretch {
		state, ended = lookChanges, tx.Now
	}
	_, err = tx.Exec(ctx, `UPDATE registers_twin_looks SET state = $2, place = $3, looked = looked + $4, wide = wide + $5, ended_at = $6 WHERE register = $1`,
		d.ID, state, place, len(rows), wide, ended)
	return err
}

// along looks at the records that have changed since.
func (k *Keeper) along(ctx context.Context, tx *db.Tx, d Definition, feed, last int64) error {
	type step struct {
		place   int64
		record  string
		version int64
		at      db.Time
	}
	steps, err := db.All(ctx, tx, func(r db.Row) (s step, err error) {
		err = r.Scan(&s.place, &s.record, &s.version, &s.at)
		return s, err
	}, feedNext, d.ID, feed, lookStretch)
	if err != nil {
		return err
	}
	args, marks := []any{}, []string{}
	done := map[string]bool{}
	for _, s := range steps {
		feed = s.place
		if s.record == "" || done[s.record] {
			continue
		}
		done[s.record] = true
		args = append(args, s.record)
		marks = append(marks, "$"+number(len(args)+1))
	}
	if len(steps) == 0 {
		feed = last
	}
	if len(args) > 0 {
		for _, side := range []string{"first", "second"} {
			if _, err := tx.Exec(ctx, `DELETE FROM registers_twins WHERE register = $1 AND state = 'open' AND `+ident(side)+` IN (`+strings.Join(marks, ", ")+`)`, append([]any{d.ID}, args...)...); err != nil {
				return err
			}
		}
		rows, err := k.subjects(ctx, tx, d, `id IN (`+strings.Join(marks, ", ")+`) ORDER BY id`, args...)
		if err != nil {
			return err
		}
		if _, err := k.pair(ctx, tx, d, rows); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `UPDATE registers_twin_looks SET feed = $2 WHERE register = $1`, d.ID, feed)
	return err
}

// subjects reads active records with what the rules compare.
func (k *Keeper) subjects(ctx context.Context, q db.Querier, d Definition, cond string, args ...any) (all []subject, err error) {
	var fields []Field
	for _, f := range d.Visible() {
		if slices.ContainsFunc(d.Duplicates.Rules, func(l Likeness) bool { return slices.Contains(l.keys(), f.Key) }) {
			fields = append(fields, f)
		}
	}
	rows, err := db.All(ctx, q, func(r db.Row) (loaded, error) { return scan(r, fields) },
		`SELECT `+selected(d, fields)+` FROM `+ident(d.Table())+` WHERE state = $1 AND `+cond, append([]any{StateActive}, args...)...)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		values, err := k.values(d, fields, row.ID, row.raw)
		if err != nil {
			return nil, err
		}
		all = append(all, subject{row.ID, values})
	}
	return all, nil
}

// pair keeps the keys of records and the others that they match; wide is how many
// match more than are kept.
func (k *Keeper) pair(ctx context.Context, tx *db.Tx, d Definition, all []subject) (wide int, err error) {
	if err := k.enlist(ctx, tx, d, all...); err != nil {
		return 0, err
	}
	for _, one := range all {
		twins, more, err := k.twinsOf(ctx, tx, d, one, maxTwins)
		if err != nil {
			return 0, err
		}
		if more {
			wide++
		}
		rules := map[string]string{}
		for _, t := range twins {
			rules[t.ID] += " " + t.rule.sum(d, k.keys.IndexKey()) + " "
		}
		for _, other := range slices.Sorted(maps.Keys(rules)) {
			if _, err := tx.Exec(ctx, `INSERT INTO registers_twins (register, first, second, rules, state, decided_by) VALUES ($1, $2, $3, $4, $5, '')
				ON CONFLICT (register, first, second) DO UPDATE SET rules = excluded.rules WHERE registers_twins.state <> $6`,
				d.ID, min(one.record, other), max(one.record, other), rules[other], string(PairOpen), string(pairMerged)); err != nil {
				return 0, err
			}
		}
	}
	return wide, nil
}
