// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/modules/systems"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

const hooksTable = "systems_hooks"

// Sealed names the columns of this module that hold sealed texts.
func Sealed() []crypt.Sealed {
	return []crypt.Sealed{
		{Table: hooksTable, Column: "secret", Key: []string{"id"}},
		{Table: hooksTable, Column: "secret_old", Key: []string{"id"}},
	}
}

// Secrets are what signs the messages of a subscription: the one in force, and
// for a while the one before.
type Secrets struct{ Now, Old string }

const hookColumns = `id, system_id, register, url, state, after_place, place, attempt, due_at, error, old_until, made_by, made_at`

func scanHook(r db.Row) (h systems.Hook, err error) {
	var until *db.Time
	err = r.Scan(&h.ID, &h.System, &h.Register, &h.URL, &h.State, &h.After, &h.Place, &h.Attempt, &h.Due, &h.Error, &until, &h.Made.Account, &h.Made.At)
	if until != nil {
		h.OldUntil = *until
	}
	return h, err
}

// AddHook keeps a new subscription with its secret.
func AddHook(ctx context.Context, tx *db.Tx, k *crypt.Keys, h systems.Hook, secret string) error {
	_, err := tx.Exec(ctx, `INSERT INTO systems_hooks (`+hookColumns+`, secret, secret_old)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, $11, $12, $13, '')`,
		h.ID, string(h.System), h.Register, h.URL, string(h.State), h.After, h.Place, h.Attempt, h.Due, h.Error, h.Made.Account, h.Made.At,
		k.SealText(hooksTable, "secret", h.ID, secret))
	return err
}

// PutHook keeps where a subscription stands.
func PutHook(ctx context.Context, tx *db.Tx, h systems.Hook) error {
	_, err := tx.Exec(ctx, `UPDATE systems_hooks SET state = $2, after_place = $3, place = $4, attempt = $5, due_at = $6, error = $7 WHERE id = $1`,
		h.ID, string(h.State), h.After, h.Place, h.Attempt, h.Due, h.Error)
	return err
}

// DropHook forgets a subscription and what was sent.
func DropHook(ctx context.Context, tx *db.Tx, hook string) error {
	_, err := tx.Exec(ctx, `DELETE FROM systems_deliveries WHERE hook_id = $1`, hook)
	_, failed := tx.Exec(ctx, `DELETE FROM systems_hooks WHERE id = $1`, hook)
	return errors.Join(err, failed)
}

// GetHook returns a subscription of a system; ErrHookUnknown where there is none.
func GetHook(ctx context.Context, q db.Querier, id systems.ID, hook string) (systems.Hook, error) {
	return getHook(ctx, q, id, hook, "")
}

// LockHook returns one and holds it until the transaction ends.
func LockHook(ctx context.Context, tx *db.Tx, id systems.ID, hook string) (systems.Hook, error) {
	return getHook(ctx, tx, id, hook, tx.ForUpdate())
}

func getHook(ctx context.Context, q db.Querier, id systems.ID, hook, lock string) (systems.Hook, error) {
	h, err := scanHook(q.QueryRow(ctx, `SELECT `+hookColumns+` FROM systems_hooks WHERE id = $1 AND system_id = $2`+lock, hook, string(id)))
	if errors.Is(err, db.ErrNoRows) {
		return h, systems.ErrHookUnknown
	}
	return h, err
}

// Hooks returns the subscriptions of a system: there are few.
func Hooks(ctx context.Context, q db.Querier, id systems.ID, limit int) ([]systems.Hook, error) {
	return db.All(ctx, q, scanHook, `SELECT `+hookColumns+` FROM systems_hooks WHERE system_id = $1 ORDER BY id LIMIT $2`, string(id), limit)
}

// Behind is a register of which some system may be due to be told.
type Behind struct {
	Register string
	Place    int64 // the least that one of the subscriptions that are due has reached
}

// HooksBehind returns the registers of the subscriptions that are due; whether
// there is news, the registers know.
func HooksBehind(ctx context.Context, q db.Querier, now db.Time) ([]Behind, error) {
	return db.All(ctx, q, func(r db.Row) (b Behind, err error) {
		err = r.Scan(&b.Register, &b.Place)
		return b, err
	}, `SELECT register, MIN(place) FROM systems_hooks WHERE state = 'active' AND due_at <= $1 GROUP BY register ORDER BY register`, now)
}

// DueHook returns the subscription of a register that has waited longest and has
// not come to the end of the register's feed.
func DueHook(ctx context.Context, q db.Querier, register string, end int64, now db.Time) (h systems.Hook, found bool, err error) {
	all, err := db.All(ctx, q, scanHook, `SELECT `+hookColumns+` FROM systems_hooks WHERE state = 'active' AND due_at <= $1 AND register = $2 AND place < $3
		ORDER BY due_at, id LIMIT 1`, now, register, end)
	if err != nil || len(all) == 0 {
		return h, false, err
	}
	return all[0], true, nil
}

// HookSecrets returns what signs the messages of a subscription.
func HookSecrets(ctx context.Context, q db.Querier, k *crypt.Keys, hook string) (s Secrets, err error) {
	if err := q.QueryRow(ctx, `SELECT secret, secret_old FROM systems_hooks WHERE id = $1`, hook).Scan(&s.Now, &s.Old); err != nil {
		return s, err
	}
	if s.Old != "" {
		if s.Old, err = k.OpenText(hooksTable, "secret_old", hook, s.Old); err != nil {
			return s, err
		}
	}
	s.Now, err = k.OpenText(hooksTable, "secret", hook, s.Now)
	return s, err
}

// ChangeSecret puts a new secret in force; the one before signs as well until a time.
func ChangeSecret(ctx context.Context, tx *db.Tx, k *crypt.Keys, hook, secret, old string, until db.Time) error {
	_, err := tx.Exec(ctx, `UPDATE systems_hooks SET secret = $2, secret_old = $3, old_until = $4 WHERE id = $1`,
		hook, k.SealText(hooksTable, "secret", hook, secret), k.SealText(hooksTable, "secret_old", hook, old), until)
	return err
}

// PutDelivery keeps what became of a message: attempts add up.
func PutDelivery(ctx context.Context, tx *db.Tx, d systems.Delivery) error {
	arrived := 0
	if d.Arrived {
		arrived = 1
	}
	_, err := tx.Exec(ctx, `INSERT INTO systems_deliveries (hook_id, place, kind, record, arrived, attempts, status, error, first_at, last_at, took)
		VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, $8, $9)
		ON CONFLICT (hook_id, place) DO UPDATE SET kind = excluded.kind, arrived = excluded.arrived, attempts = systems_deliveries.attempts + 1,
		status = excluded.status, error = excluded.error, last_at = excluded.last_at, took = excluded.took`,
		d.Hook, d.Place, d.Kind, d.Record, arrived, d.Status, d.Error, d.Last, d.Took)
	return err
}

// DeliveriesSQL lists messages: of a subscription, before a place, at most so many.
const DeliveriesSQL = `SELECT hook_id, place, kind, record, arrived, attempts, status, error, first_at, last_at, took FROM systems_deliveries
	WHERE hook_id = $1 AND place < $2 ORDER BY place DESC LIMIT $3`

// Deliveries returns the last messages of a subscription, the latest first, before a place.
func Deliveries(ctx context.Context, q db.Querier, hook string, before int64, limit int) ([]systems.Delivery, error) {
	return db.All(ctx, q, func(r db.Row) (d systems.Delivery, err error) {
		var arrived int
		err = r.Scan(&d.Hook, &d.Place, &d.Kind, &d.Record, &arrived, &d.Attempts, &d.Status, &d.Error, &d.First, &d.Last, &d.Took)
		d.Arrived = arrived == 1
		return d, err
	}, DeliveriesSQL, hook, before, limit)
}

// ForgetDeliveries forgets messages that were last sent before a time.
func ForgetDeliveries(ctx context.Context, tx *db.Tx, before db.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM systems_deliveries WHERE last_at < $1`, before)
	return err
}
