// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps linked dossiers, their legs and what happened to them.
package store

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/lifeevents"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables.
func Migrations() db.Migrations { return db.Migrations{Namespace: "lifeevents", Files: files} }

const (
	legs        = "lifeevents_legs"
	wordsColumn = "words_sealed"
	mendColumn  = "mended_sealed"
	givenColumn = "given_sealed"
)

// Sealed names the columns that hold sealed texts.
func Sealed() []crypt.Sealed {
	return []crypt.Sealed{
		{Table: legs, Column: wordsColumn, Key: []string{"id"}},
		{Table: legs, Column: mendColumn, Key: []string{"id"}},
		{Table: legs, Column: givenColumn, Key: []string{"id"}},
	}
}

// Store has no state but the keys that seal personal data.
type Store struct{ keys *crypt.Keys }

// New returns a store.
func New(k *crypt.Keys) Store { return Store{k} }

// columnsOf decide whose bundle it is: of the unit, of the owner and of who brought it.
func columnsOf() access.Columns {
	return access.Columns{Units: []string{"unit"}, Persons: []string{"owner_id", "bringer_id"}, Owner: "owner_id", Kind: "procedure_id"}
}

func lock(q db.Querier) string {
	if tx, ok := q.(*db.Tx); ok {
		return tx.ForUpdate()
	}
	return ""
}

// Bundle is a linked dossier.
type Bundle struct {
	Dossier, Code, Procedure string
	Definition               lifeevents.Definition
	Unit, Owner, Bringer     string
	Number                   string
	State                    lifeevents.Standing
	Made, Ended              db.Time
}

const bundleColumns = `id, code, procedure_id, definition, unit, owner_id, bringer_id, number, state, made_at, ended_at`

func scanBundle(r db.Row) (b Bundle, err error) {
	var body string
	var ended *db.Time
	if err = r.Scan(&b.Dossier, &b.Code, &b.Procedure, &body, &b.Unit, &b.Owner, &b.Bringer, &b.Number, &b.State, &b.Made, &ended); err != nil {
		if errors.Is(err, db.ErrNoRows) {
			err = lifeevents.ErrNotFound
		}
		return b, err
	}
	if ended != nil {
		b.Ended = *ended
	}
	return b, json.Unmarshal([]byte(body), &b.Definition)
}

// PutDefinitions makes the bundles those of a pack and returns how many differ.
func PutDefinitions(ctx context.Context, tx *db.Tx, all []lifeevents.Definition) (changed int, err error) {
	before := map[string]string{}
	if _, err := db.All(ctx, tx, func(r db.Row) (id string, err error) {
		var body string
		err = r.Scan(&id, &body)
		before[id] = body
		return id, err
	}, `SELECT id, body FROM lifeevents_definitions`); err != nil {
		return 0, err
	}
	for _, d := range all {
		body, err := json.Marshal(d)
		if err != nil {
			return 0, err
		}
		old, there := before[d.ID]
		delete(before, d.ID)
		if there && old == string(body) {
			continue
		}
		changed++
		if _, err := tx.Exec(ctx, `INSERT INTO lifeevents_definitions (id, procedure, body) VALUES ($1, $2, $3)
			ON CONFLICT (id) DO UPDATE SET procedure = excluded.procedure, body = excluded.body`, d.ID, d.Procedure, string(body)); err != nil {
			return 0, err
		}
	}
	for id := range before {
		changed++
		if _, err := tx.Exec(ctx, `DELETE FROM lifeevents_definitions WHERE id = $1`, id); err != nil {
			return 0, err
		}
	}
	return changed, nil
}

// FindDefinition returns the bundle of a procedure; false where it has none.
func FindDefinition(ctx context.Context, q db.Querier, procedure string) (d lifeevents.Definition, found bool, err error) {
	var body string
	err = q.QueryRow(ctx, `SELECT body FROM lifeevents_definitions WHERE procedure = $1 ORDER BY id LIMIT 1`, procedure).Scan(&body)
	if errors.Is(err, db.ErrNoRows) {
		return d, false, nil
	}
	if err != nil {
		return d, false, err
	}
	return d, true, json.Unmarshal([]byte(body), &d)
}

// IsLinked reports whether a dossier is one of a bundle.
func IsLinked(ctx context.Context, q db.Querier, dossier string) (bool, error) {
	all, err := db.All(ctx, q, db.Column[string], `SELECT id FROM lifeevents_bundles WHERE id = $1`, dossier)
	return len(all) > 0, err
}

// AddBundle adds a bundle with its legs and reports whether it was new.
func (s Store) AddBundle(ctx context.Context, tx *db.Tx, b Bundle, all []Leg) (bool, error) {
	body, err := json.Marshal(b.Definition)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(ctx, `INSERT INTO lifeevents_bundles (`+bundleColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL) ON CONFLICT (id) DO NOTHING`,
		b.Dossier, b.Code, b.Procedure, string(body), b.Unit, b.Owner, b.Bringer, b.Number, string(b.State), tx.Now)
	if err != nil || n == 0 {
		return false, err
	}
	for i, l := range all {
		if _, err := tx.Exec(ctx, `INSERT INTO lifeevents_legs (id, dossier_id, leg, place, version, state, attempt, message, reference, why, reason, words_sealed, mended_sealed, given_sealed, asked)
			VALUES ($1, $2, $3, $4, 1, $5, 0, '', '', '', '', '', '', '', 0)`, id.New(), b.Dossier, l.Leg, i+1, string(l.State)); err != nil {
			return false, err
		}
	}
	return true, nil
}

// Get returns a bundle in scope, locked in a transaction.
func (Store) Get(ctx context.Context, q db.Querier, scope access.Scope, dossier string) (Bundle, error) {
	in, args := scope.Where(columnsOf(), dossier)
	return scanBundle(q.QueryRow(ctx, `SELECT `+bundleColumns+` FROM lifeevents_bundles WHERE id = $1 AND `+in+lock(q), args...))
}

// PutBundle keeps where a bundle stands.
func (Store) PutBundle(ctx context.Context, tx *db.Tx, b Bundle) error {
	var ended *db.Time
	if !b.Ended.IsZero() {
		ended = &b.Ended
	}
	_, err := tx.Exec(ctx, `UPDATE lifeevents_bundles SET number = $2, state = $3, ended_at = $4, owner_id = $5, bringer_id = $6 WHERE id = $1`, b.Dossier, b.Number, string(b.State), ended, b.Owner, b.Bringer)
	return err
}

// listQuery lists the bundles of units in a state, the newest first.
func listQuery(scope access.Scope, state lifeevents.Standing, before string, limit int) (string, []any) {
	if before == "" {
		before = "~" // after every id
	}
	in, args := scope.Where(access.Columns{Units: []string{"unit"}}, before, limit, string(state))
	return `SELECT ` + bundleColumns + ` FROM lifeevents_bundles WHERE id < $1 AND state = $3 AND ` + in + ` ORDER BY id DESC LIMIT $2`, args
}

// List returns at most limit bundles of units in a state, the newest first, before one.
func (Store) List(ctx context.Context, q db.Querier, scope access.Scope, state lifeevents.Standing, before string, limit int) ([]Bundle, error) {
	text, args := listQuery(scope, state, before, limit)
	return db.All(ctx, q, scanBundle, text, args...)
}

// CountStuck counts what waits for a clerk, up to 100.
func (Store) CountStuck(ctx context.Context, q db.Querier, scope access.Scope) (n int64, err error) {
	in, args := scope.Where(access.Columns{Units: []string{"unit"}}, string(lifeevents.NeedsClerk))
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM lifeevents_bundles WHERE state = $1 AND `+in+` LIMIT 100) AS stuck`, args...).Scan(&n)
	return n, err
}

// Leg is where a leg stands.
type Leg struct {
	ID, Dossier, Leg  string
	Place, Version    int
	State             lifeevents.State
	Attempt           int
	Message           string
	Reference         string
	Why               lifeevents.Why
	Reason            string
	Words             string            // what the partner said: it may name people
	Mended, Given     map[string]string // personal data
	Asked             int
	Begun, Due, Ended db.Time
}

const legColumns = `id, dossier_id, leg, place, version, state, attempt, message, reference, why, reason, words_sealed, mended_sealed, given_sealed, asked, begun_at, due_at, ended_at`

func (s Store) scanLeg(r db.Row) (l Leg, err error) {
	var words, mended, given string
	var begun, due, ended *db.Time
	if err = r.Scan(&l.ID, &l.Dossier, &l.Leg, &l.Place, &l.Version, &l.State, &l.Attempt, &l.Message, &l.Reference, &l.Why, &l.Reason, &words, &mended, &given, &l.Asked, &begun, &due, &ended); err != nil {
		return l, err
	}
	for from, to := range map[**db.Time]*db.Time{&begun: &l.Begun, &due: &l.Due, &ended: &l.Ended} {
		if *from != nil {
			*to = **from
		}
	}
	if l.Words, err = s.keys.OpenText(legs, wordsColumn, l.ID, words); err != nil {
		return l, err
	}
	for _, one := range []struct {
		column, sealed string
		to             *map[string]string
	}{{mendColumn, mended, &l.Mended}, {givenColumn, given, &l.Given}} {
		*one.to = map[string]string{}
		if one.sealed == "" {
			continue
		}
		body, err := s.keys.OpenText(legs, one.column, l.ID, one.sealed)
		if err != nil {
			return l, err
		}
		if err := json.Unmarshal([]byte(body), one.to); err != nil {
			return l, err
		}
	}
	return l, nil
}

// LegsOf returns the legs of dossiers, each in its order: one query for a whole list.
func (s Store) LegsOf(ctx context.Context, q db.Querier, dossiers ...string) (map[string][]Leg, error) {
	out := map[string][]Leg{}
	if len(dossiers) == 0 {
		return out, nil
	}
	marks, args := make([]string, len(dossiers)), make([]any, len(dossiers))
	for i, d := range dossiers {
		marks[i], args[i] = fmt.Sprintf("$%d", i+1), d
	}
	all, err := db.All(ctx, q, s.scanLeg, `SELECT `+legColumns+` FROM lifeevents_legs WHERE dossier_id IN (`+strings.Join(marks, ", ")+`) ORDER BY dossier_id, place`, args...)
	for _, l := range all {
		out[l.Dossier] = append(out[l.Dossier], l)
	}
	return out, err
}

// FindLeg returns a leg by its own id; false where there is none.
func (s Store) FindLeg(ctx context.Context, q db.Querier, legID string) (Leg, bool, error) {
	l, err := s.scanLeg(q.QueryRow(ctx, `SELECT `+legColumns+` FROM lifeevents_legs WHERE id = $1`, legID))
	if errors.Is(err, db.ErrNoRows) {
		return l, false, nil
	}
	return l, err == nil, err
}

// PutLeg keeps where a leg stands, in the transaction that holds its bundle.
func (s Store) PutLeg(ctx context.Context, tx *db.Tx, l Leg) error {
	seal := func(column string, values map[string]string) (string, error) {
		if len(values) == 0 {
			return "", nil
		}
		body, err := json.Marshal(values)
		return s.keys.SealText(legs, column, l.ID, string(body)), err
	}
	mended, err := seal(mendColumn, l.Mended)
	if err != nil {
		return err
	}
	given, err := seal(givenColumn, l.Given)
	if err != nil {
		return err
	}
	orNull := func(t db.Time) *db.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	_, err = tx.Exec(ctx, `UPDATE lifeevents_legs SET version = version + 1, state = $2, attempt = $3, message = $4, reference = $5, why = $6, reason = $7, words_sealed = $8, mended_sealed = $9,
		given_sealed = $10, asked = $11, begun_at = $12, due_at = $13, ended_at = $14 WHERE id = $1`,
		l.ID, string(l.State), l.Attempt, l.Message, l.Reference, string(l.Why), l.Reason, s.keys.SealText(legs, wordsColumn, l.ID, l.Words), mended, given, l.Asked, orNull(l.Begun), orNull(l.Due), orNull(l.Ended))
	return err
}

// SetAsked keeps how often the partner was asked: nothing that people see has changed.
func (Store) SetAsked(ctx context.Context, tx *db.Tx, l Leg) error {
	_, err := tx.Exec(ctx, `UPDATE lifeevents_legs SET asked = $2 WHERE id = $1`, l.ID, l.Asked)
	return err
}

// Entry is one thing that happened.
type Entry struct {
	ID, Dossier, Leg, What, Note, By string
	At                               db.Time
}

// AddEntry writes down what happened.
func (Store) AddEntry(ctx context.Context, tx *db.Tx, e Entry) error {
	_, err := tx.Exec(ctx, `INSERT INTO lifeevents_history (id, dossier_id, leg, what, note, by_account, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`, id.New(), e.Dossier, e.Leg, e.What, e.Note, e.By, tx.Now)
	return err
}

// mostEntries is more than happens to one dossier.
const mostEntries = 500

// Entries returns what happened to a dossier, the oldest first.
func (Store) Entries(ctx context.Context, q db.Querier, dossier string) ([]Entry, error) {
	return db.All(ctx, q, func(r db.Row) (e Entry, err error) {
		err = r.Scan(&e.ID, &e.Dossier, &e.Leg, &e.What, &e.Note, &e.By, &e.At)
		return e, err
	}, `SELECT id, dossier_id, leg, what, note, by_account, at FROM lifeevents_history WHERE dossier_id = $1 ORDER BY id LIMIT $2`, dossier, mostEntries)
}
