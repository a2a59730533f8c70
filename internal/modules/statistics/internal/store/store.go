// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps layouts, targets and the reports that were made.
package store

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/statistics"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this module.
func Migrations() db.Migrations { return db.Migrations{Namespace: "statistics", Files: files} }

// Store has no state: the caller says on which DB or Tx a method works.
type Store struct{}

// Layouts returns the layouts that the pack states now: of each its highest version.
func (Store) Layouts(ctx context.Context, q db.Querier) ([]statistics.Layout, error) {
	return db.All(ctx, q, body[statistics.Layout], `SELECT body FROM statistics_layouts l WHERE place >= 0
		AND version = (SELECT MAX(version) FROM statistics_layouts o WHERE o.id = l.id) ORDER BY place, id`)
}

// Layout returns a version of a layout.
func (Store) Layout(ctx context.Context, q db.Querier, id string, version int) (statistics.Layout, error) {
	l, err := body[statistics.Layout](q.QueryRow(ctx, `SELECT body FROM statistics_layouts WHERE id = $1 AND version = $2`, id, version))
	if errors.Is(err, db.ErrNoRows) {
		return l, statistics.ErrNotFound
	}
	return l, err
}

func body[T any](r db.Row) (v T, err error) {
	var text string
	if err = r.Scan(&text); err != nil {
		return v, err
	}
	return v, json.Unmarshal([]byte(text), &v)
}

// PutLayouts makes these the layouts of the pack, and reports how many changed. A
// version that is there with another content is an error: what was reported by it
// would mean something else.
func (s Store) PutLayouts(ctx context.Context, tx *db.Tx, all []statistics.Layout) (changed int, err error) {
	if _, err := tx.Exec(ctx, `UPDATE statistics_layouts SET place = -1`); err != nil {
		return 0, err
	}
	for i, l := range all {
		text, err := json.Marshal(l)
		if err != nil {
			return 0, err
		}
		old, err := s.Layout(ctx, tx, l.ID, l.Version)
		switch {
		case errors.Is(err, statistics.ErrNotFound):
			changed++
			_, err = tx.Exec(ctx, `INSERT INTO statistics_layouts (id, version, place, body) VALUES ($1, $2, $3, $4)`, l.ID, l.Version, i, string(text))
		case err == nil:
			if was, _ := json.Marshal(old); string(was) != string(text) {
				return 0, statistics.ErrLayout.With("layout", l.ID)
			}
			_, err = tx.Exec(ctx, `UPDATE statistics_layouts SET place = $3 WHERE id = $1 AND version = $2`, l.ID, l.Version, i)
		}
		if err != nil {
			return 0, err
		}
	}
	return changed, nil
}

// Indicators returns the targets of the province.
func (Store) Indicators(ctx context.Context, q db.Querier) ([]statistics.Indicator, error) {
	return db.All(ctx, q, body[statistics.Indicator], `SELECT body FROM statistics_indicators ORDER BY place, id`)
}

// PutIndicators makes these the targets, and reports how many changed.
func (s Store) PutIndicators(ctx context.Context, tx *db.Tx, all []statistics.Indicator) (changed int, err error) {
	old, err := s.Indicators(ctx, tx)
	if err != nil {
		return 0, err
	}
	was := map[string]statistics.Indicator{}
	for _, i := range old {
		was[i.ID] = i
	}
	if _, err := tx.Exec(ctx, `DELETE FROM statistics_indicators`); err != nil {
		return 0, err
	}
	for n, i := range all {
		if was[i.ID] != i {
			changed++
		}
		delete(was, i.ID)
		text, err := json.Marshal(i)
		if err != nil {
			return 0, err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO statistics_indicators (id, place, body) VALUES ($1, $2, $3)`, i.ID, n, string(text)); err != nil {
			return 0, err
		}
	}
	return changed + len(was), nil
}

// Row is a row of a report that was made.
type Row struct {
	Key    string    `json:"key"` // empty: the sum of all
	Name   i18n.Text `json:"name"`
	Values []int64   `json:"values"`
}

// Report is a report as it was made.
type Report struct {
	ID, Layout string
	Version    int
	Unit       string
	From, To   string
	MadeAt     db.Time
	MadeBy     string
	Maker      string
	SHA256     string
	Rows       []Row // not in lists
}

const reportColumns = `id, layout, version, unit, from_day, to_day, made_at, made_by, maker, sha256`

func scanReport(more ...any) func(r db.Row) (Report, error) {
	return func(r db.Row) (p Report, err error) {
		err = r.Scan(append([]any{&p.ID, &p.Layout, &p.Version, &p.Unit, &p.From, &p.To, &p.MadeAt, &p.MadeBy, &p.Maker, &p.SHA256}, more...)...)
		return p, err
	}
}

// AddReport keeps a report for good and returns it with the hash of its rows.
func (Store) AddReport(ctx context.Context, tx *db.Tx, p Report) (Report, error) {
	text, err := json.Marshal(p.Rows)
	if err != nil {
		return p, err
	}
	sum := sha256.Sum256(text)
	p.SHA256, p.MadeAt = hex.EncodeToString(sum[:]), tx.Now
	_, err = tx.Exec(ctx, `INSERT INTO statistics_reports (`+reportColumns+`, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		p.ID, p.Layout, p.Version, p.Unit, p.From, p.To, p.MadeAt, p.MadeBy, p.Maker, p.SHA256, string(text))
	return p, err
}

func reportsQuery(s access.Scope, before string, limit int) (string, []any) {
	if before == "" {
		before = "~" // after every id
	}
	in, args := s.Where(access.Columns{Units: []string{"unit"}}, before, limit)
	return `SELECT ` + reportColumns + ` FROM statistics_reports WHERE id < $1 AND ` + in + ` ORDER BY id DESC LIMIT $2`, args
}

// ListReports returns at most limit reports, the newest first, before a key.
func (Store) ListReports(ctx context.Context, q db.Querier, s access.Scope, before string, limit int) ([]Report, error) {
	text, args := reportsQuery(s, before, limit)
	return db.All(ctx, q, scanReport(), text, args...)
}

// GetReport returns a report; ErrNotFound where it is out of scope.
func (Store) GetReport(ctx context.Context, q db.Querier, s access.Scope, id string) (Report, error) {
	in, args := s.Where(access.Columns{Units: []string{"unit"}}, id)
	var text string
	p, err := scanReport(&text)(q.QueryRow(ctx, `SELECT `+reportColumns+`, body FROM statistics_reports WHERE id = $1 AND `+in, args...))
	if errors.Is(err, db.ErrNoRows) {
		return p, statistics.ErrNotFound
	}
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal([]byte(text), &p.Rows)
}
