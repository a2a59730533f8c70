// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Apply does what a plan says, all of it or nothing. Applied again, or by
// another server at the same time, it changes nothing. A plan with refusals is
// ErrRefused; one that no longer fits what is there is ErrStale: plan again.
func (k *Keeper) Apply(ctx context.Context, tx *db.Tx, actor identity.Actor, p Plan) (err error) {
	defer errs.Wrap(&err, "apply register %s", p.Register)

	if err := lock(ctx, tx, p.def, true); err != nil {
		return err
	}
	now, err := k.Plan(ctx, tx, p.file) // nobody else changes the register from here on
	if err != nil {
		return err
	}
	switch {
	case now.Nothing():
		return nil
	case len(p.Refusals()) > 0 || len(now.Refusals()) > 0:
		return ErrRefused.With("register", p.Register)
	case now.fingerprint() != p.fingerprint():
		return ErrStale.With("register", p.Register)
	}
	for _, c := range now.Changes {
		for _, statement := range c.SQL {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return fmt.Errorf("%s %s: %w", c.Kind, c.Field, err)
			}
		}
	}
	next := now.def.follow(now.old, tx.Now.In(clock.Vietnam()).Format("2006-01-02"))
	later, err := k.rewrite(ctx, tx, next, now)
	if err != nil {
		return fmt.Errorf("write records anew: %w", err)
	}
	if !later && now.Rows <= k.atOnce { // of more of them, FillWords brings in the words piece by piece
		for more := true; more; {
			if more, err = fillWords(ctx, tx, next); err != nil {
				return fmt.Errorf("fill the index of words: %w", err)
			}
		}
	}
	if now.done { // the file is the same: only what stands beside the records has changed
		return audit.Record(ctx, tx, actor, AuditApplied, next.ID+"@"+strconv.Itoa(next.Version))
	}
	raw, err := json.Marshal(next)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO registers_definitions (id, version, table_name, sha256, definition, applied_at)
		VALUES ($1, $2, $3, $4, $5, $6)`, next.ID, next.Version, next.Table(), now.sum, string(raw), tx.Now); err != nil {
		return err
	}
	if err := access.GiveRoles(ctx, tx, "register:"+next.ID, "registers."+next.slug()+".", next.Grants()); err != nil {
		return err
	}
	if err := note(ctx, tx, next.ID, "", int64(next.Version)); err != nil {
		return err
	}
	if err := k.relook(ctx, tx, next); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, AuditApplied, next.ID+"@"+strconv.Itoa(next.Version))
}

// lock keeps a register's definition as it is until the transaction ends. Those
// who write records share the lock; who applies a definition has it alone: a
// decimal must not be written at the old scale after the column was rescaled.
// SQLite needs none: its writer is alone.
func lock(ctx context.Context, tx *db.Tx, d Definition, alone bool) error {
	if tx.Dialect() != db.Postgres {
		return nil
	}
	statement := `SELECT pg_advisory_xact_lock_shared($1, $2)`
	if alone {
		statement = `SELECT pg_advisory_xact_lock($1, $2)`
	}
	number := int32(crc32.ChecksumIEEE([]byte(d.Table()))) //nolint:gosec // any 32 bits will do
	_, err := tx.Exec(ctx, statement, lockSpace, number)
	return err
}

// lockSpace keeps our locks apart from others of the database.
const lockSpace = int32(7003)

// batch is how many records are rewritten at a time.
const batch = 500

// refill makes the computed columns of a field anew in the next records, and
// returns the last of them and how many there were.
func refill(ctx context.Context, tx *db.Tx, d Definition, f Field, after string) (last string, n int, err error) {
	cols := d.computed(f)
	sets := make([]string, len(cols))
	for i, c := range cols {
		sets[i] = ident(c.name) + ` = $` + strconv.Itoa(i+2)
	}
	table := ident(d.Table())
	update := `UPDATE ` + table + ` SET ` + strings.Join(sets, ", ") + ` WHERE id = $1`
	type pair struct {
		id  string
		raw map[string]any
	}
	rows, err := db.All(ctx, tx, func(r db.Row) (p pair, err error) {
		cells := newCells([]Field{f})
		err = r.Scan(append([]any{&p.id}, cells.dest...)...)
		p.raw = cells.raw()
		return p, err
	}, `SELECT id, `+ident(f.base())+` FROM `+table+` WHERE id > $1 ORDER BY id LIMIT $2`+tx.ForUpdate(), after, batch)
	if err != nil {
		return "", 0, err
	}
	for _, p := range rows {
		args := []any{p.id}
		for _, c := range cols {
			args = append(args, compute(f, c, p.raw[f.base()]))
		}
		if after = p.id; len(cols) == 0 {
			continue // it is neither searched nor sorted by any more
		}
		if _, err := tx.Exec(ctx, update, args...); err != nil {
			return "", 0, err
		}
	}
	return after, len(rows), nil
}
