// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package orgs

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Position is a post that a unit has, whoever holds it.
type Position struct {
	ID                 string
	Unit               ID
	Title              i18n.Text
	SignsAs            string
	Role               string // that comes with it; kernel/access gives it
	Subtree            bool   // the role holds in the units below too
	Seats              int
	ValidFrom, ValidTo string // YYYY-MM-DD
}

// ErrNoPosition means that there is no such position.
var ErrNoPosition = errs.New(errs.NotFound, "orgs.no_position")

// AddPosition adds a position by a decision and returns its id.
func AddPosition(ctx context.Context, tx *db.Tx, p Position, d Decision) (string, error) {
	if _, err := Get(ctx, tx, p.Unit); err != nil {
		return "", err
	}
	p.ID = id.New()
	return p.ID, store.PutPosition(ctx, tx, store.Position{
		ID: p.ID, Unit: string(p.Unit), TitleVI: p.Title.VI, TitleEN: p.Title.EN, SignsAs: p.SignsAs, Role: p.Role, Subtree: p.Subtree, Seats: p.Seats,
		ValidFrom: d.From, Decision: d.Number, DecidedOn: d.Date, By: d.By, At: tx.Now,
	})
}

// GetPosition returns a position; ErrNoPosition where there is none.
func GetPosition(ctx context.Context, q db.Querier, position string) (Position, error) {
	row, err := store.GetPosition(ctx, q, position)
	if errors.Is(err, db.ErrNoRows) {
		return Position{}, ErrNoPosition
	}
	return fromPosition(row), err
}

// ListPositions returns the positions of a unit: some dozens at most.
func ListPositions(ctx context.Context, q db.Querier, unit ID) ([]Position, error) {
	rows, err := store.Positions(ctx, q, string(unit))
	all := make([]Position, len(rows))
	for i, r := range rows {
		all[i] = fromPosition(r)
	}
	return all, err
}

func fromPosition(r store.Position) Position {
	return Position{
		ID: r.ID, Unit: ID(r.Unit), Title: i18n.Text{VI: r.TitleVI, EN: r.TitleEN}, SignsAs: r.SignsAs, Role: r.Role, Subtree: r.Subtree, Seats: r.Seats,
		ValidFrom: r.ValidFrom, ValidTo: r.ValidTo,
	}
}
