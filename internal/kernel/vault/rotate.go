// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package vault

import (
	"context"
	"errors"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// State is how far a rotation is.
type State string

// The states, in their order. A key seals only when every process can open what
// it seals, and the walk begins only when no process seals with another.
const (
	Prepared  State = "prepared"  // the new key is in the ring; processes learn of it
	Activated State = "activated" // it seals; processes learn of that
	Walking   State = "walking"   // what was sealed before is sealed anew
	Done      State = "done"
)

// Rotation is one change of the key.
type Rotation struct {
	ID, To, StartedBy, Place string
	State                    State
	Started, Finished        db.Time
	Sealing                  db.Time // since when every process seals with it
	Done, Total              int64
	Unreadable               int64    // texts that no key of the ring opens
	Behind                   []string // processes that are waited for
	after                    string
}

const rotationColumns = `id, to_key, state, started_by, started_at, sealing_at, place, after_key, done, total, unreadable, finished_at`

func scanRotation(r db.Row) (o Rotation, err error) {
	err = r.Scan(&o.ID, &o.To, &o.State, &o.StartedBy, &o.Started, &o.Sealing, &o.Place, &o.after, &o.Done, &o.Total, &o.Unreadable, &o.Finished)
	return o, err
}

// Last returns the newest rotation; false where there was none.
func (v *Vault) Last(ctx context.Context, q db.Querier) (o Rotation, ok bool, err error) {
	found, err := db.All(ctx, q, scanRotation, `SELECT `+rotationColumns+` FROM vault_rotations ORDER BY id DESC LIMIT 1`)
	if err != nil || len(found) == 0 {
		return Rotation{}, false, err
	}
	o = found[0]
	if o.State == Prepared || o.State == Activated {
		o.Behind, err = v.behind(ctx, q)
	}
	return o, true, err
}

// Prepare makes the key for a rotation, outside any transaction: Begin starts it.
func (v *Vault) Prepare() (key string, err error) { return v.keys.Prepare(v.db.Now().Time) }

// Begin begins a rotation to a prepared key. What remains is done by Step, in
// whatever process runs.
func (v *Vault) Begin(ctx context.Context, tx *db.Tx, actor identity.Actor, key string) (o Rotation, err error) {
	defer errs.Wrap(&err, "begin the rotation of keys")

	o = Rotation{ID: id.New(), To: key, State: Prepared, StartedBy: actor.Account, Started: tx.Now}
	var open int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM vault_rotations WHERE finished_at IS NULL`).Scan(&open); err != nil {
		return Rotation{}, err
	}
	if open > 0 {
		return Rotation{}, ErrRunning
	}
	_, err = tx.Exec(ctx, `INSERT INTO vault_rotations (id, to_key, state, started_by, started_at, place, after_key, done, total, unreadable, server, until, running)
		VALUES ($1, $2, $3, $4, $5, '', '', 0, 0, 0, '', $6, 1)`, o.ID, o.To, string(o.State), o.StartedBy, o.Started, tx.Now)
	if db.IsDuplicate(err) {
		err = ErrRunning
	}
	return o, err
}

// Step does a piece of the rotation that is under way, if there is one and no
// other process has it in hand. It may be killed anywhere and is called again:
// every piece is done once. More reports whether there is more to do now.
func (v *Vault) Step(ctx context.Context, server string) (more bool, err error) {
	defer errs.Wrap(&err, "rotate keys")

	var open int
	if err := v.db.QueryRow(ctx, `SELECT COUNT(*) FROM vault_rotations WHERE finished_at IS NULL`).Scan(&open); err != nil || open == 0 {
		return false, err
	}
	var mine int64
	if err := v.db.Write(ctx, func(tx *db.Tx) error {
		mine, err = tx.Exec(ctx, `UPDATE vault_rotations SET server = $1, until = $2 WHERE finished_at IS NULL AND (server = $1 OR until <= $3)`,
			server, db.At(tx.Now.Add(lease)), tx.Now)
		return err
	}); err != nil || mine == 0 {
		return false, err
	}
	if err := v.Beat(ctx, server); err != nil { // and knows the newest ring itself
		return false, err
	}
	o, ok, err := v.Last(ctx, v.db)
	if err != nil || !ok || o.State == Done || len(o.Behind) > 0 {
		return false, err
	}
	switch o.State {
	case Prepared:
		if v.keys.Active() != o.To {
			if err := v.keys.Activate(o.To); err != nil {
				return false, err
			}
		}
		return true, v.set(ctx, o, `state = 'activated'`)
	case Activated:
		total, err := v.Stale(ctx, v.db)
		if err != nil {
			return false, err
		}
		return true, v.db.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE vault_rotations SET state = 'walking', sealing_at = $2, total = $3 WHERE id = $1 AND state = 'activated'`, o.ID, tx.Now, total)
			return err
		})
	case Walking:
		return v.walk(ctx, o)
	case Done:
	}
	return false, nil
}

func (v *Vault) set(ctx context.Context, o Rotation, what string, args ...any) error {
	return v.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE vault_rotations SET `+what+` WHERE id = $1`, append([]any{o.ID}, args...)...)
		return err
	})
}

// Retirable returns nil where a key can be retired, and otherwise why not.
func (v *Vault) Retirable(ctx context.Context, key string) (err error) {
	defer errs.Wrap(&err, "retire key %s", key)

	if _, err := v.keys.Reload(); err != nil {
		return err
	}
	o, ok, err := v.Last(ctx, v.db)
	switch {
	case err != nil:
		return err
	case ok && o.State != Done:
		return ErrRunning
	}
	behind, err := v.behind(ctx, v.db)
	if err != nil {
		return err
	}
	if len(behind) > 0 {
		return ErrBehind.With("servers", strings.Join(behind, ", "))
	}
	n, err := v.Count(ctx, v.db, key)
	if err != nil {
		return err
	}
	if n > 0 {
		return ErrInUse.With("key", key).With("count", n)
	}
	if ok {
		if left := grace - v.db.Now().Sub(o.Sealing.Time); left > 0 {
			return ErrTooEarly.With("minutes", int(left.Minutes())+1)
		}
	}
	return nil
}

// Retire removes a key from the ring, if nothing in the database is sealed with
// it and no process can seal with it any more.
func (v *Vault) Retire(ctx context.Context, key string) error {
	if err := v.Retirable(ctx, key); err != nil {
		return err
	}
	return v.keys.Retire(key)
}

// UseIndex puts the index key in force by which the hashes of this database were
// computed. A database that says nothing uses the first.
func UseIndex(ctx context.Context, q db.Querier, keys interface{ UseIndex(name string) error }) error {
	var name string
	err := q.QueryRow(ctx, `SELECT value FROM vault_state WHERE name = 'index'`).Scan(&name)
	if errors.Is(err, db.ErrNoRows) {
		return keys.UseIndex("")
	}
	if err != nil {
		return err
	}
	return keys.UseIndex(name)
}
