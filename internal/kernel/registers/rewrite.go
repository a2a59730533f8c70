// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"errors"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Rewriting is how far the records of a register are written anew after a new
// version of its file.
type Rewriting struct {
	Fields []string // by which nobody filters and sorts until it is over
	Done   int64    // records
	Total  int64
	Began  db.Time

	fill   []string
	remake bool
	after  string
}

// GetRewriting returns what is being written anew in a register; false where nothing is.
func (k *Keeper) GetRewriting(ctx context.Context, q db.Querier, register string) (r Rewriting, found bool, err error) {
	defer errs.Wrap(&err, "rewriting of register %s", register)

	var fields string
	var remake int64
	err = q.QueryRow(ctx, `SELECT fields, remake, after, done, total, began_at FROM registers_rewrites WHERE register = $1`, register).
		Scan(&fields, &remake, &r.after, &r.Done, &r.Total, &r.Began)
	if errors.Is(err, db.ErrNoRows) {
		return Rewriting{}, false, nil
	}
	if err != nil {
		return Rewriting{}, false, err
	}
	d, err := k.Definition(ctx, q, register)
	if err != nil {
		return Rewriting{}, false, err
	}
	r.fill, r.remake = strings.Fields(fields), remake == 1
	r.Fields = d.unready(r.fill, r.remake)
	return r, true, nil
}

// unready are the fields by which nobody filters and sorts while some are made anew.
func (d Definition) unready(fill []string, remake bool) []string {
	all := slices.Clone(fill)
	for _, f := range d.Visible() {
		if remake && f.Compute != "" && !slices.Contains(all, f.Key) {
			all = append(all, f.Key)
		}
	}
	return all
}

// inUse returns the definition in force with its fields that are not ready yet, in
// one question: everybody who comes to a register asks it.
func (k *Keeper) inUse(ctx context.Context, q db.Querier, register string) (d Definition, preparing []string, err error) {
	var raw, fields string
	var remake int64
	err = q.QueryRow(ctx, `SELECT d.definition, COALESCE(w.fields, ''), COALESCE(w.remake, 0) FROM registers_definitions d LEFT JOIN registers_rewrites w ON w.register = d.id
		WHERE d.id = $1 ORDER BY d.version DESC LIMIT 1`, register).Scan(&raw, &fields, &remake)
	if errors.Is(err, db.ErrNoRows) {
		return Definition{}, nil, ErrUnknown.With("register", register)
	}
	if err != nil {
		return Definition{}, nil, err
	}
	if d, err = k.memory.definition(raw); err != nil {
		return Definition{}, nil, err
	}
	return d, d.unready(strings.Fields(fields), remake == 1), nil
}

// rewrite makes anew what the plan says: at once, or of many records later, by
// Rewrite. What an earlier version left to be done is done together with it.
func (k *Keeper) rewrite(ctx context.Context, tx *db.Tx, next Definition, p Plan) (later bool, err error) {
	open, waits, err := k.GetRewriting(ctx, tx, next.ID)
	if err != nil || len(p.fill) == 0 && !p.remake {
		return waits, err
	}
	now := Rewriting{fill: open.fill, remake: p.remake || open.remake}
	for _, f := range p.fill {
		if !slices.Contains(now.fill, f.Key) {
			now.fill = append(now.fill, f.Key)
		}
	}
	if p.Rows > k.atOnce || waits {
		var remake int64
		if now.remake {
			remake = 1
		}
		_, err := tx.Exec(ctx, `INSERT INTO registers_rewrites (register, fields, remake, after, done, total, began_at) VALUES ($1, $2, $3, '', 0, $4, $5)
			ON CONFLICT (register) DO UPDATE SET fields = excluded.fields, remake = excluded.remake, after = '', done = 0, total = excluded.total, began_at = excluded.began_at`,
			next.ID, strings.Join(now.fill, " "), remake, p.Rows, tx.Now)
		return true, err
	}
	for {
		n, err := k.piece(ctx, tx, next, &now)
		if err != nil || n < batch {
			return false, err
		}
	}
}

// piece writes the next records anew and returns how many they were.
func (k *Keeper) piece(ctx context.Context, tx *db.Tx, d Definition, r *Rewriting) (n int, err error) {
	last := r.after
	for _, key := range r.fill {
		f, ok := d.Field(key)
		if !ok {
			continue // a later version has none
		}
		if last, n, err = refill(ctx, tx, d, f, r.after); err != nil {
			return 0, err
		}
	}
	if r.remake {
		if last, n, err = k.remake(ctx, tx, d, r.after); err != nil {
			return 0, err
		}
	}
	r.after, r.Done = last, r.Done+int64(n)
	return n, nil
}

// Rewrite writes some records anew, of the first register that has any left, and
// reports whether there was something to do. A server that stops goes on where it
// was; who writes a record meanwhile writes it as the new version says.
func (k *Keeper) Rewrite(ctx context.Context, d *db.DB) (more bool, err error) {
	defer errs.Wrap(&err, "rewrite records")

	waiting, err := db.All(ctx, d, db.Column[string], `SELECT register FROM registers_rewrites ORDER BY register LIMIT 1`)
	if err != nil || len(waiting) == 0 {
		return false, err // an idle server does not write
	}
	err = d.Write(ctx, func(tx *db.Tx) error {
		def, err := k.Definition(ctx, tx, waiting[0])
		if err != nil {
			return err
		}
		if err := lock(ctx, tx, def, false); err != nil {
			return err
		}
		if def, err = k.Definition(ctx, tx, waiting[0]); err != nil { // as it stays until the end
			return err
		}
		if tx.Dialect() == db.Postgres { // of two servers one goes on
			if _, err := tx.Exec(ctx, `SELECT 1 FROM registers_rewrites WHERE register = $1 FOR UPDATE`, def.ID); err != nil {
				return err
			}
		}
		r, found, err := k.GetRewriting(ctx, tx, def.ID)
		if err != nil || !found {
			return err
		}
		n, err := k.piece(ctx, tx, def, &r)
		if err != nil {
			return err
		}
		if n < batch {
			_, err = tx.Exec(ctx, `DELETE FROM registers_rewrites WHERE register = $1`, def.ID)
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE registers_rewrites SET after = $2, done = $3 WHERE register = $1`, def.ID, r.after, r.Done)
		return err
	})
	return err == nil, err
}
