// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package volume

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// sums are the numbers of a row of dossiers_figures, in the order of numbers.
type sums [16]int64

const numbers = `received, early, on_time, late, undated, withdrawn, stopped, refused, asked, answered, lapsed, settled, steps, steps_late, worked, over_by`

// The places in sums.
const (
	received = iota
	early
	onTime
	late
	undated
	withdrawn
	stopped
	refused
	asked
	answered
	lapsed
	settled
	stepsDone
	stepsLate
	worked
	overBy
)

// figureKey is a row of dossiers_figures.
type figureKey struct {
	level, at              int64
	unit, field, procedure string
	channel                int64
}

// addUp adds a fact to the figures by the rules of docs/adr/0071. It is written a second
// time here so that the bench need not wait for the program; a recount by the program
// says whether it is right.
func addUp(all map[figureKey]*sums, f line) {
	add := func(on int64, of ...[2]int64) {
		if on == 0 {
			return
		}
		u, fd, p, ch := f.text("unit"), f.text("field"), f.text("procedure_id"), f.number("channel")
		for grain, at := range map[int64]int64{1: on, 2: on / 100, 3: on / 10000} {
			for _, k := range []figureKey{{10 * grain, at, "", fd, p, ch}, {10*grain + 1, at, u, "", "", ch}, {10*grain + 2, at, u, fd, p, ch}} {
				s := all[k]
				if s == nil {
					s = &sums{}
					all[k] = s
				}
				for _, one := range of {
					s[one[0]] += one[1]
				}
			}
		}
	}
	ended, outcome := f.number("ended"), f.text("outcome")
	if f.number("accepted") == 0 {
		if outcome == "refused" {
			add(ended, [2]int64{refused, 1})
		}
		return
	}
	add(f.number("accepted"), [2]int64{received, 1})
	for p := range strings.FieldsSeq(f.text("pauses")) {
		from, to, _ := strings.Cut(p, "-")
		n, _ := strconv.ParseInt(from, 10, 64)
		add(n, [2]int64{asked, 1})
		n, _ = strconv.ParseInt(to, 10, 64)
		add(n, [2]int64{answered, 1})
	}
	add(f.number("lapsed"), [2]int64{lapsed, 1})
	how, known := map[string]int64{"early": early, "on_time": onTime, "late": late, "undated": undated, "withdrawn": withdrawn}[outcome]
	if !known {
		how = stopped
	}
	end := [][2]int64{{how, 1}, {stepsDone, f.number("steps")}, {stepsLate, f.number("steps_late")}, {worked, f.number("worked")}, {overBy, f.number("over_by")}}
	if f.number("lapsed") > 0 {
		end = append(end, [2]int64{settled, 1})
	}
	add(ended, end...)
}

// finish writes what belongs to all dossiers together: figures, the last numbers given,
// and that the search is to be built anew.
func finish(ctx context.Context, d *sql.DB, database string, n counters) (err error) {
	figures := map[figureKey]*sums{}
	if err := eachFact(ctx, d, func(f line) { addUp(figures, f) }); err != nil {
		return err
	}
	tx, err := d.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	exec := func(text string, args ...any) {
		if err == nil {
			_, err = tx.ExecContext(ctx, text, args...)
		}
	}
	exec(`DELETE FROM dossiers_figures`)
	exec(`DELETE FROM sequence_counters`)
	exec(`UPDATE search_state SET built_with = '', building = '', building_with = ''`)
	for k, last := range n {
		exec(`INSERT INTO sequence_counters (name, period, last) VALUES ($1, $2, $3)`, k[0], k[1], last)
	}
	if err := errors.Join(err, tx.Commit()); err != nil {
		return err
	}
	columns := append([]string{"level", "at", "unit", "field", "procedure_id", "channel"}, strings.Split(numbers, ", ")...)
	out := newSink(ctx, database, d)
	for _, k := range slices.SortedFunc(maps.Keys(figures), func(a, b figureKey) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }) {
		if *figures[k] == (sums{}) {
			continue
		}
		row := []any{k.level, k.at, k.unit, k.field, k.procedure, k.channel}
		for _, v := range figures[k] {
			row = append(row, v)
		}
		out.add("dossiers_figures", columns, row)
	}
	if err := out.close(); err != nil {
		return err
	}
	if db.IsPostgres(database) { // what autovacuum does within minutes
		_, err = d.ExecContext(ctx, `VACUUM ANALYZE`)
	}
	return err
}

// eachFact reads what the figures hold of each dossier.
func eachFact(ctx context.Context, d *sql.DB, do func(line)) error {
	rows, err := d.QueryContext(ctx, `SELECT unit, field, procedure_id, channel, accepted, ended, outcome, lapsed, pauses, steps, steps_late, worked, over_by FROM dossiers_facts`)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	for rows.Next() {
		l := line{"dossiers_facts", columns, make([]any, len(columns))}
		to := make([]any, len(columns))
		for i := range to {
			to[i] = &l.cells[i]
		}
		if err := rows.Scan(to...); err != nil {
			return err
		}
		do(l)
	}
	return rows.Err()
}
