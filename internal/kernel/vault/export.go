// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package vault

import (
	"context"
	"errors"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// ExportTime is within which time an export has to be agreed to and done.
const ExportTime = 15 * time.Minute

// Export is somebody's wish that the keys leave the machine.
type Export struct {
	ID, Reason, AskedBy, AskedPerson, ConfirmedBy string
	Asked, Ends, Confirmed, Used                  db.Time
}

// Open reports whether it can still be agreed to or done.
func (e Export) Open(now db.Time) bool { return e.Used.IsZero() && now.Before(e.Ends.Time) }

const exportColumns = `id, reason, asked_by, asked_person, asked_at, ends_at, confirmed_by, confirmed_at, used_at`

func scanExport(r db.Row) (e Export, err error) {
	err = r.Scan(&e.ID, &e.Reason, &e.AskedBy, &e.AskedPerson, &e.Asked, &e.Ends, &e.ConfirmedBy, &e.Confirmed, &e.Used)
	return e, err
}

// AskExport writes down that an actor wants the keys exported. Who may is the
// caller's to decide, and to record.
func (v *Vault) AskExport(ctx context.Context, tx *db.Tx, actor identity.Actor, reason string) (Export, error) {
	reason = text.Line(reason)
	if reason == "" || len(reason) > 500 {
		return Export{}, ErrNoReason
	}
	e := Export{
		ID: id.New(), Reason: reason, AskedBy: actor.Account, AskedPerson: actor.Person, Asked: tx.Now, Ends: db.At(tx.Now.Add(ExportTime)),
	}
	_, err := tx.Exec(ctx, `INSERT INTO vault_exports (id, reason, asked_by, asked_person, asked_at, ends_at, confirmed_by) VALUES ($1, $2, $3, $4, $5, $6, '')`,
		e.ID, e.Reason, e.AskedBy, e.AskedPerson, e.Asked, e.Ends)
	return e, err
}

// ConfirmExport writes down that an actor agrees: another person than the one
// who asked, in time.
func (v *Vault) ConfirmExport(ctx context.Context, tx *db.Tx, actor identity.Actor, export string) error {
	e, err := v.lockExport(ctx, tx, export)
	switch {
	case err != nil:
		return err
	case e.AskedBy == actor.Account || e.AskedPerson == actor.Person || actor.Person == "":
		return ErrSamePerson
	case e.ConfirmedBy != "":
		return nil
	}
	_, err = tx.Exec(ctx, `UPDATE vault_exports SET confirmed_by = $2, confirmed_at = $3 WHERE id = $1`, export, actor.Account, tx.Now)
	return err
}

// UseExport marks an export that was agreed to as done: it is done once.
func (v *Vault) UseExport(ctx context.Context, tx *db.Tx, export string) (Export, error) {
	e, err := v.lockExport(ctx, tx, export)
	switch {
	case err != nil:
		return Export{}, err
	case e.ConfirmedBy == "":
		return Export{}, ErrUnagreed
	}
	_, err = tx.Exec(ctx, `UPDATE vault_exports SET used_at = $2 WHERE id = $1`, export, tx.Now)
	return e, err
}

func (v *Vault) lockExport(ctx context.Context, tx *db.Tx, export string) (Export, error) {
	e, err := scanExport(tx.QueryRow(ctx, `SELECT `+exportColumns+` FROM vault_exports WHERE id = $1`+tx.ForUpdate(), export))
	switch {
	case errors.Is(err, db.ErrNoRows):
		return Export{}, ErrNoExport
	case err != nil:
		return Export{}, err
	case !e.Used.IsZero():
		return Export{}, ErrUsed
	case !e.Open(tx.Now):
		return Export{}, ErrExpired
	}
	return e, nil
}

// Exports returns at most limit exports, the newest first, before one ("" for
// the newest).
func (v *Vault) Exports(ctx context.Context, q db.Querier, before string, limit int) ([]Export, error) {
	if before == "" {
		before = "~" // after every id
	}
	return db.All(ctx, q, scanExport, `SELECT `+exportColumns+` FROM vault_exports WHERE id < $1 ORDER BY id DESC LIMIT $2`, before, limit)
}
