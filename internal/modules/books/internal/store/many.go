// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/db"
)

// Batch is a row of books_batches.
type Batch struct {
	ID, Register, Account, Field, Reason string
	At                                   db.Time
	UndoneAt                             *db.Time // nil: it stands
	UndoneBy                             string
	Rows                                 int // that were changed; only in lists
}

// BatchRow is a record that a batch has changed.
type BatchRow struct {
	Record  string
	Version int64  // after the change
	Undone  *int64 // after it was taken back; nil: it was not
}

// AddBatch adds a batch without rows.
func (Store) AddBatch(ctx context.Context, tx *db.Tx, b Batch) error {
	_, err := tx.Exec(ctx, `INSERT INTO books_batches (id, register, account, field, reason, at, undone_by) VALUES ($1, $2, $3, $4, $5, $6, '')`,
		b.ID, b.Register, b.Account, b.Field, b.Reason, tx.Now)
	return err
}

// AddBatchRow notes that a record was changed.
func (Store) AddBatchRow(ctx context.Context, tx *db.Tx, batch string, r BatchRow) error {
	_, err := tx.Exec(ctx, `INSERT INTO books_batch_rows (batch_id, record, version) VALUES ($1, $2, $3)`, batch, r.Record, r.Version)
	return err
}

// UndoneRow notes that a change was taken back.
func (Store) UndoneRow(ctx context.Context, tx *db.Tx, batch, record string, version int64) error {
	_, err := tx.Exec(ctx, `UPDATE books_batch_rows SET undone = $3 WHERE batch_id = $1 AND record = $2`, batch, record, version)
	return err
}

// UndoneBatch notes who took a batch back, and when.
func (Store) UndoneBatch(ctx context.Context, tx *db.Tx, batch, account string) error {
	_, err := tx.Exec(ctx, `UPDATE books_batches SET undone_at = $2, undone_by = $3 WHERE id = $1`, batch, tx.Now, account)
	return err
}

const batchColumns = `b.id, b.register, b.account, b.field, b.reason, b.at, b.undone_at, b.undone_by`

func (b *Batch) dest() []any {
	return []any{&b.ID, &b.Register, &b.Account, &b.Field, &b.Reason, &b.At, &b.UndoneAt, &b.UndoneBy}
}

// GetBatch returns a batch of a register; ErrNoBatch where there is none.
func (Store) GetBatch(ctx context.Context, q db.Querier, register, id string) (b Batch, err error) {
	err = q.QueryRow(ctx, `SELECT `+batchColumns+` FROM books_batches b WHERE b.id = $1 AND b.register = $2`, id, register).Scan(b.dest()...)
	if errors.Is(err, db.ErrNoRows) {
		return b, books.ErrNoBatch
	}
	return b, err
}

// ListBatches returns at most limit batches of a register, the latest first.
func (Store) ListBatches(ctx context.Context, q db.Querier, register string, limit int) ([]Batch, error) {
	return db.All(ctx, q, func(r db.Row) (b Batch, err error) {
		err = r.Scan(append(b.dest(), &b.Rows)...)
		return b, err
	}, `SELECT `+batchColumns+`, (SELECT COUNT(*) FROM books_batch_rows r WHERE r.batch_id = b.id) FROM books_batches b
		WHERE b.register = $1 ORDER BY b.id DESC LIMIT $2`, register, limit)
}

// BatchRows returns the records that a batch has changed.
func (Store) BatchRows(ctx context.Context, q db.Querier, batch string) ([]BatchRow, error) {
	return db.All(ctx, q, func(r db.Row) (b BatchRow, err error) {
		err = r.Scan(&b.Record, &b.Version, &b.Undone)
		return b, err
	}, `SELECT record, version, undone FROM books_batch_rows WHERE batch_id = $1 ORDER BY record`, batch)
}
