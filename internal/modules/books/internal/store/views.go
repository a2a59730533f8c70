// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/db"
)

// View is a row of books_views.
type View struct {
	ID, Register, Account string
	Unit                  orgs.ID // whose people see it too; empty: nobody else
	Name, Look            string  // Look is JSON
	SavedAt               db.Time
	First                 bool // the register opens with it, for who asks
}

const viewColumns = `v.id, v.register, v.account, v.unit, v.name, v.look, v.saved_at`

func scanView(r db.Row) (v View, err error) {
	err = r.Scan(&v.ID, &v.Register, &v.Account, &v.Unit, &v.Name, &v.Look, &v.SavedAt)
	return v, err
}

// ListViews returns at most limit views of a register: those of an account, and what
// units share, the oldest first.
func (Store) ListViews(ctx context.Context, q db.Querier, register, account string, units []orgs.ID, limit int) ([]View, error) {
	text, args := viewsQuery(register, account, units, limit)
	return db.All(ctx, q, func(r db.Row) (v View, err error) {
		err = r.Scan(&v.ID, &v.Register, &v.Account, &v.Unit, &v.Name, &v.Look, &v.SavedAt, &v.First)
		return v, err
	}, text, args...)
}

func viewsQuery(register, account string, units []orgs.ID, limit int) (string, []any) {
	args := []any{register, account, limit}
	where := "v.account = $2"
	if len(units) > 0 {
		marks := make([]string, len(units))
		for i, u := range units {
			args = append(args, string(u))
			marks[i] = fmt.Sprintf("$%d", len(args))
		}
		where = "(" + where + " OR (v.unit <> '' AND v.unit IN (" + strings.Join(marks, ", ") + ")))"
	}
	return `SELECT ` + viewColumns + `, f.view_id IS NOT NULL FROM books_views v
		LEFT JOIN books_first_views f ON f.view_id = v.id AND f.account = $2 AND f.register = v.register
		WHERE v.register = $1 AND ` + where + ` ORDER BY v.id LIMIT $3`, args
}

// CountViews counts the views that an account has made.
func (Store) CountViews(ctx context.Context, q db.Querier, account string) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM books_views WHERE account = $1`, account).Scan(&n)
	return n, err
}

// LockView returns a view and keeps others from changing it; ErrNoView where
// there is none.
func (Store) LockView(ctx context.Context, tx *db.Tx, id string) (View, error) {
	v, err := scanView(tx.QueryRow(ctx, `SELECT `+viewColumns+` FROM books_views v WHERE v.id = $1`+tx.ForUpdate(), id))
	if errors.Is(err, db.ErrNoRows) {
		return v, books.ErrNoView
	}
	return v, err
}

// PutView adds a view, or changes the unit, the name and the look of one.
func (Store) PutView(ctx context.Context, tx *db.Tx, v View) error {
	_, err := tx.Exec(ctx, `INSERT INTO books_views (id, register, account, unit, name, look, saved_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET unit = excluded.unit, name = excluded.name, look = excluded.look, saved_at = excluded.saved_at`,
		v.ID, v.Register, v.Account, string(v.Unit), v.Name, v.Look, tx.Now)
	return err
}

// DropView removes a view; nobody's register opens with it any more.
func (Store) DropView(ctx context.Context, tx *db.Tx, id string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM books_first_views WHERE view_id = $1`, id); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM books_views WHERE id = $1`, id)
	return err
}

// OpenWith makes a register of an account open with a view; an empty one: with none.
func (Store) OpenWith(ctx context.Context, tx *db.Tx, account, register, view string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM books_first_views WHERE account = $1 AND register = $2`, account, register); err != nil || view == "" {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO books_first_views (account, register, view_id) VALUES ($1, $2, $3)`, account, register, view)
	return err
}

// LeaveAlone lets nobody but an account open a register with a view: it is not shared any more.
func (Store) LeaveAlone(ctx context.Context, tx *db.Tx, view, account string) error {
	_, err := tx.Exec(ctx, `DELETE FROM books_first_views WHERE view_id = $1 AND account <> $2`, view, account)
	return err
}
