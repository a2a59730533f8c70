// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package keystore

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Suspend takes a certificate out of use until it is resumed.
func (r *Register) Suspend(ctx context.Context, tx *db.Tx, scope access.Scope, id, by, reason string) (err error) {
	defer errs.Wrap(&err, "suspend certificate %s", id)
	return r.from(ctx, tx, scope, id, by, reason, Suspended, Active)
}

// Resume puts a suspended certificate back into use. Where the holder has got
// another meanwhile, it is ErrHasOne.
func (r *Register) Resume(ctx context.Context, tx *db.Tx, scope access.Scope, id, by, reason string) (err error) {
	defer errs.Wrap(&err, "resume certificate %s", id)

	c, err := r.Get(ctx, tx, scope, id)
	if err != nil {
		return err
	}
	other, found, err := r.one(ctx, tx, `account_id = $1 AND seal_unit = $2 AND kind = $3 AND state = 'active'`+tx.ForUpdate(),
		c.Holder.Account, string(c.Holder.Unit), string(c.Kind))
	switch {
	case err != nil:
		return err
	case found && other.ID != id:
		return ErrHasOne.With("until", day(other.NotAfter.Time))
	}
	return r.from(ctx, tx, scope, id, by, reason, Active, Suspended)
}

// Revoke takes a certificate out of use for good, and its key with it.
func (r *Register) Revoke(ctx context.Context, tx *db.Tx, scope access.Scope, id, by, reason string) (err error) {
	defer errs.Wrap(&err, "revoke certificate %s", id)
	return r.from(ctx, tx, scope, id, by, reason, Revoked, Active, Suspended)
}

// from turns a certificate in scope into a state that can be reached from some others.
func (r *Register) from(ctx context.Context, tx *db.Tx, scope access.Scope, id, by, reason string, to State, from ...State) error {
	in, args := scope.Where(inScope(), id)
	c, found, err := r.one(ctx, tx, `id = $1 AND `+in+tx.ForUpdate(), args...)
	if err != nil {
		return err
	}
	if !found {
		return ErrNotFound
	}
	if !slices.Contains(from, c.State) {
		return ErrState
	}
	return r.turn(ctx, tx, id, to, by, reason)
}

// turn writes a state and the line of the history. What is out of use for good
// keeps no key: nobody can sign with it, not even by a mistake of ours.
func (r *Register) turn(ctx context.Context, tx *db.Tx, id string, to State, by, reason string) error {
	sql := `UPDATE keystore_certificates SET state = $2 WHERE id = $1`
	if to == Revoked || to == Replaced {
		sql = `UPDATE keystore_certificates SET state = $2, key_sealed = '' WHERE id = $1`
	}
	if _, err := tx.Exec(ctx, sql, id, string(to)); err != nil {
		return err
	}
	what := map[State]string{Active: "resumed", Suspended: "suspended", Revoked: "revoked", Replaced: "replaced"}[to]
	return note(ctx, tx, id, what, by, reason)
}

// Step is a line of a certificate's history.
type Step struct {
	What   string // added, suspended, resumed, revoked, replaced
	Actor  string // account, or program:NAME
	Reason string
	At     db.Time
}

// History returns what became of a certificate, the oldest first: it is short.
func (r *Register) History(ctx context.Context, q db.Querier, id string) ([]Step, error) {
	return db.All(ctx, q, func(r db.Row) (s Step, err error) {
		err = r.Scan(&s.What, &s.Actor, &s.Reason, &s.At)
		return s, err
	}, `SELECT what, actor, reason, at FROM keystore_history WHERE certificate_id = $1 ORDER BY id`, id)
}

// Use is one signature that was made with a certificate's key, or was about to be.
type Use struct {
	ID   string
	Hash string // SHA-256 of what was signed, hexadecimal
	At   db.Time
}

// Uses returns at most limit uses of a certificate, the newest first, before
// the given one ("" for the newest).
func (r *Register) Uses(ctx context.Context, q db.Querier, id, before string, limit int) ([]Use, error) {
	if before == "" {
		before = "~" // after every id
	}
	return db.All(ctx, q, func(r db.Row) (u Use, err error) {
		err = r.Scan(&u.ID, &u.Hash, &u.At)
		return u, err
	}, `SELECT id, hash, at FROM keystore_uses WHERE certificate_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3`, id, before, limit)
}
