// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package connectors

import (
	"context"
	"errors"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Entry is what one side knows of one thing. It names nobody.
type Entry struct {
	Code    string // what both sides call it
	Dossier string // ours; empty on the other side
	Says    string // what is compared: a status
}

// Difference is something that the two sides do not know alike.
type Difference struct {
	ID, Run, Partner, Code, Dossier string
	Kind                            string // missing_there, missing_here, differs
	Ours, Theirs                    string
	State                           string // open, sent (we have said it again), explained, gone (they agree now)
	Note, By                        string
	Found, Ended                    db.Time
}

// Run is one comparison.
type Run struct {
	ID, Partner         string
	From, To            db.Time
	Ours, Theirs, Found int64
	By                  string
	Made                db.Time
}

// Compare asks both sides for what they know of a period and keeps the differences.
// One that is open already stays; one on which both agree now is gone.
func (h *Hub) Compare(ctx context.Context, partner, account string, from, to db.Time, then func(tx *db.Tx, r Run) error) (r Run, err error) {
	defer errs.Wrap(&err, "compare with %s", partner)

	p, err := h.Partner(partner)
	if err != nil {
		return r, err
	}
	if p.Compare == nil {
		return r, ErrState
	}
	ours, theirs, err := p.Compare(ctx, from, to) // outside the transaction: it asks
	if err != nil {
		return r, err
	}
	found, agreed := differences(ours, theirs)
	r = Run{ID: id.New(), Partner: partner, From: from, To: to, Ours: int64(len(ours)), Theirs: int64(len(theirs)), Found: int64(len(found)), By: account}
	err = h.db.Write(ctx, func(tx *db.Tx) error {
		r.Made = tx.Now
		if _, err := tx.Exec(ctx, `INSERT INTO connectors_runs (id, partner, from_at, to_at, ours, theirs, found, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			r.ID, partner, from, to, r.Ours, r.Theirs, r.Found, account, tx.Now); err != nil {
			return err
		}
		for _, d := range found {
			if _, err := tx.Exec(ctx, `INSERT INTO connectors_differences (id, run_id, partner, code, dossier, kind, ours, theirs, state, note, by_account, found_at, ended_at)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', '', '', $9, NULL)
				ON CONFLICT (partner, code) WHERE state = 'open' DO UPDATE SET run_id = excluded.run_id, kind = excluded.kind, ours = excluded.ours, theirs = excluded.theirs`,
				id.New(), r.ID, partner, d.Code, d.Dossier, d.Kind, d.Ours, d.Theirs, tx.Now); err != nil {
				return err
			}
		}
		open, err := db.All(ctx, tx, db.Column[string], `SELECT code FROM connectors_differences WHERE partner = $1 AND state = 'open'`, partner)
		if err != nil {
			return err
		}
		for _, code := range open {
			if !agreed[code] {
				continue
			}
			if _, err := tx.Exec(ctx, `UPDATE connectors_differences SET state = 'gone', ended_at = $3 WHERE partner = $1 AND code = $2 AND state = 'open'`, partner, code, tx.Now); err != nil {
				return err
			}
		}
		return then(tx, r)
	})
	return r, err
}

// differences compares two lists by code; agreed are the codes that both know alike.
func differences(ours, theirs []Entry) (found []Difference, agreed map[string]bool) {
	there := make(map[string]Entry, len(theirs))
	for _, e := range theirs {
		there[e.Code] = e
	}
	agreed = map[string]bool{}
	for _, e := range ours {
		other, known := there[e.Code]
		delete(there, e.Code)
		switch {
		case !known:
			found = append(found, Difference{Code: e.Code, Dossier: e.Dossier, Kind: "missing_there", Ours: e.Says})
		case other.Says != e.Says:
			found = append(found, Difference{Code: e.Code, Dossier: e.Dossier, Kind: "differs", Ours: e.Says, Theirs: other.Says})
		default:
			agreed[e.Code] = true
		}
	}
	for _, e := range theirs { // in their order
		if _, left := there[e.Code]; left {
			found = append(found, Difference{Code: e.Code, Kind: "missing_here", Theirs: e.Says})
			delete(there, e.Code)
		}
	}
	return found, agreed
}

const differenceColumns = `id, run_id, partner, code, dossier, kind, ours, theirs, state, note, by_account, found_at, ended_at`

func scanDifference(r db.Row) (d Difference, err error) {
	var ended *db.Time
	err = r.Scan(&d.ID, &d.Run, &d.Partner, &d.Code, &d.Dossier, &d.Kind, &d.Ours, &d.Theirs, &d.State, &d.Note, &d.By, &d.Found, &ended)
	if ended != nil {
		d.Ended = *ended
	}
	return d, err
}

// DifferencesSQL lists the differences of a partner in a state after an id.
const DifferencesSQL = `SELECT ` + differenceColumns + ` FROM connectors_differences WHERE partner = $1 AND state = $2 AND id > $3 ORDER BY id LIMIT $4`

// Differences returns at most limit differences of a partner in a state, after an id.
func Differences(ctx context.Context, q db.Querier, partner, state, after string, limit int) ([]Difference, error) {
	return db.All(ctx, q, scanDifference, DifferencesSQL, partner, state, after, limit)
}

// Runs returns the last comparisons with a partner.
func Runs(ctx context.Context, q db.Querier, partner string, limit int) ([]Run, error) {
	return db.All(ctx, q, func(r db.Row) (x Run, err error) {
		err = r.Scan(&x.ID, &x.Partner, &x.From, &x.To, &x.Ours, &x.Theirs, &x.Found, &x.By, &x.Made)
		return x, err
	}, `SELECT id, partner, from_at, to_at, ours, theirs, found, made_by, made_at FROM connectors_runs WHERE partner = $1 ORDER BY id DESC LIMIT $2`, partner, limit)
}

// Mend says again what we know of a difference.
func (h *Hub) Mend(ctx context.Context, tx *db.Tx, difference, account string) (d Difference, err error) {
	if d, err = lockDifference(ctx, tx, difference); err != nil {
		return d, err
	}
	p, err := h.Partner(d.Partner)
	if err != nil {
		return d, err
	}
	if d.Dossier == "" || p.Again == nil {
		return d, ErrState
	}
	if err := p.Again(ctx, tx, d.Dossier); err != nil {
		return d, err
	}
	return d, endDifference(ctx, tx, d.ID, "sent", "", account)
}

// Explain settles a difference with words.
func (h *Hub) Explain(ctx context.Context, tx *db.Tx, difference, account, note string) (d Difference, err error) {
	if d, err = lockDifference(ctx, tx, difference); err != nil {
		return d, err
	}
	return d, endDifference(ctx, tx, d.ID, "explained", note, account)
}

func lockDifference(ctx context.Context, tx *db.Tx, one string) (Difference, error) {
	d, err := scanDifference(tx.QueryRow(ctx, `SELECT `+differenceColumns+` FROM connectors_differences WHERE id = $1`+tx.ForUpdate(), one))
	switch {
	case errors.Is(err, db.ErrNoRows):
		return d, ErrUnknown
	case err == nil && d.State != "open":
		return d, ErrState
	}
	return d, err
}

func endDifference(ctx context.Context, tx *db.Tx, one, state, note, account string) error {
	_, err := tx.Exec(ctx, `UPDATE connectors_differences SET state = $2, note = $3, by_account = $4, ended_at = $5 WHERE id = $1`, one, state, note, account, tx.Now)
	return err
}

// Differ keeps a difference that nobody has looked for: what a partner said of something
// that is not its own to say. One that is open already is renewed.
func (h *Hub) Differ(ctx context.Context, tx *db.Tx, d Difference) error {
	if _, err := h.Partner(d.Partner); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO connectors_differences (id, run_id, partner, code, dossier, kind, ours, theirs, state, note, by_account, found_at, ended_at)
		VALUES ($1, '', $2, $3, $4, $5, $6, $7, 'open', '', '', $8, NULL)
		ON CONFLICT (partner, code) WHERE state = 'open' DO UPDATE SET kind = excluded.kind, dossier = excluded.dossier, ours = excluded.ours, theirs = excluded.theirs`,
		id.New(), d.Partner, d.Code, d.Dossier, d.Kind, d.Ours, d.Theirs, tx.Now)
	return err
}
