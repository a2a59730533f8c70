// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps sets of criteria and frozen periods.
package store

import (
	"context"
	"embed"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/scores"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this module.
func Migrations() db.Migrations { return db.Migrations{Namespace: "scores", Files: files} }

// ListSets returns the sets of the pack: there are few.
func ListSets(ctx context.Context, q db.Querier) ([]scores.Set, error) {
	return db.All(ctx, q, func(r db.Row) (s scores.Set, err error) {
		var body string
		if err = r.Scan(&body); err != nil {
			return s, err
		}
		err = json.Unmarshal([]byte(body), &s)
		return s, err
	}, `SELECT body FROM scores_sets ORDER BY valid_from DESC, id`)
}

// PutSets makes the sets those of a pack and returns how many differ.
func PutSets(ctx context.Context, tx *db.Tx, sets []scores.Set) (changed int, err error) {
	before := map[string]string{}
	if _, err := db.All(ctx, tx, func(r db.Row) (id string, err error) {
		var body string
		err = r.Scan(&id, &body)
		before[id] = body
		return id, err
	}, `SELECT id, body FROM scores_sets`); err != nil {
		return 0, err
	}
	for _, s := range sets {
		body, err := json.Marshal(s)
		if err != nil {
			return 0, err
		}
		old, there := before[s.ID]
		delete(before, s.ID)
		if there && old == string(body) {
			continue
		}
		changed++
		if _, err := tx.Exec(ctx, `INSERT INTO scores_sets (id, valid_from, valid_to, body) VALUES ($1, $2, $3, $4)
			ON CONFLICT (id) DO UPDATE SET valid_from = excluded.valid_from, valid_to = excluded.valid_to, body = excluded.body`, s.ID, s.ValidFrom, s.ValidTo, string(body)); err != nil {
			return 0, err
		}
	}
	for id := range before {
		changed++
		if _, err := tx.Exec(ctx, `DELETE FROM scores_sets WHERE id = $1`, id); err != nil {
			return 0, err
		}
	}
	return changed, nil
}

// Closing is who froze a period, when, and by which set.
type Closing struct {
	Period    string
	Set       scores.Set
	CutOff    db.Time
	At        db.Time
	By, Named string // account and name
}

// FindClosing returns the closing of a period; false where it is open.
func FindClosing(ctx context.Context, q db.Querier, period string) (c Closing, found bool, err error) {
	var body string
	err = q.QueryRow(ctx, `SELECT period, body, cut_off, closed_at, closed_by, closer FROM scores_closings WHERE period = $1`, period).
		Scan(&c.Period, &body, &c.CutOff, &c.At, &c.By, &c.Named)
	if errors.Is(err, db.ErrNoRows) {
		return c, false, nil
	}
	if err != nil {
		return c, false, err
	}
	return c, true, json.Unmarshal([]byte(body), &c.Set)
}

const closed = `SELECT period FROM scores_closings ORDER BY cut_off DESC, period LIMIT $1`

// ListClosed returns the frozen periods, the newest first, at most limit.
func ListClosed(ctx context.Context, q db.Querier, limit int) ([]string, error) {
	return db.All(ctx, q, func(r db.Row) (period string, err error) { return period, r.Scan(&period) }, closed, limit)
}

// Node is a unit of a period with what was counted of it and of those under it.
type Node struct {
	ID, Parent orgs.ID
	Name       i18n.Text
	Until      string // its last day, where it ended in the period
	Counts     map[string]int64
}

// AddClosing freezes a period and reports whether it was open.
func AddClosing(ctx context.Context, tx *db.Tx, c Closing, nodes []Node) (bool, error) {
	body, err := json.Marshal(c.Set)
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `INSERT INTO scores_closings (period, body, cut_off, closed_at, closed_by, closer) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (period) DO NOTHING`,
		c.Period, string(body), c.CutOff, tx.Now, c.By, c.Named)
	if err != nil {
		return false, err
	}
	if done == 0 {
		return false, nil
	}
	for i, n := range nodes {
		if _, err := tx.Exec(ctx, `INSERT INTO scores_units (period, place, unit, parent, name_vi, name_en, until) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			c.Period, i, string(n.ID), string(n.Parent), n.Name.VI, n.Name.EN, n.Until); err != nil {
			return false, err
		}
		for name, count := range n.Counts {
			if count == 0 {
				continue
			}
			if _, err := tx.Exec(ctx, `INSERT INTO scores_counts (period, unit, name, n) VALUES ($1, $2, $3, $4)`, c.Period, string(n.ID), name, count); err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

const (
	frozenUnits  = `SELECT unit, parent, name_vi, name_en, until FROM scores_units WHERE period = $1 ORDER BY place`
	frozenCounts = `SELECT unit, name, n FROM scores_counts WHERE period = $1`
)

// ListFrozen returns the tree of a frozen period as it was counted.
func ListFrozen(ctx context.Context, q db.Querier, period string) ([]Node, error) {
	nodes, err := db.All(ctx, q, func(r db.Row) (n Node, err error) {
		n.Counts = map[string]int64{}
		err = r.Scan(&n.ID, &n.Parent, &n.Name.VI, &n.Name.EN, &n.Until)
		return n, err
	}, frozenUnits, period)
	if err != nil {
		return nil, err
	}
	at := make(map[orgs.ID]int, len(nodes))
	for i, n := range nodes {
		at[n.ID] = i
	}
	_, err = db.All(ctx, q, func(r db.Row) (unit orgs.ID, err error) {
		var name string
		var count int64
		err = r.Scan(&unit, &name, &count)
		if i, there := at[unit]; there {
			nodes[i].Counts[name] = count
		}
		return unit, err
	}, frozenCounts, period)
	return nodes, err
}
