// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps who was asked, and apart from them what was answered.
package store

import (
	"context"
	"embed"
	"errors"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/satisfaction"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables.
func Migrations() db.Migrations { return db.Migrations{Namespace: "satisfaction", Files: files} }

// Store has no state but the keys that seal what people wrote.
type Store struct{ keys *crypt.Keys }

// New returns a store.
func New(k *crypt.Keys) Store { return Store{k} }

const (
	box       = "satisfaction_box"
	followups = "satisfaction_followups"
)

// Sealed names the columns that hold sealed texts.
func Sealed() (all []crypt.Sealed) {
	for _, table := range []string{box, followups} {
		for _, column := range []string{"words_sealed", "contact_sealed"} {
			all = append(all, crypt.Sealed{Table: table, Column: column, Key: []string{"id"}})
		}
	}
	return all
}

func lock(q db.Querier) string {
	if tx, ok := q.(*db.Tx); ok {
		return tx.ForUpdate()
	}
	return ""
}

func found[T any](v T, err error) (T, error) {
	if errors.Is(err, db.ErrNoRows) {
		return v, satisfaction.ErrNotFound
	}
	return v, err
}

func marks(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = "$" + strconv.Itoa(i+1)
	}
	return strings.Join(all, ", ")
}

func packed(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return " " + strings.Join(words, " ") + " "
}

// Asked is a dossier whose people may answer.
type Asked struct {
	Hash, Dossier, Unit, Procedure string
	Until                          string // last day
	Used                           bool
}

const askedColumns = `hash, dossier_id, unit, procedure_id, until_day, used`

// Ask lets the people of a dossier answer; false where they may already, or have.
func (Store) Ask(ctx context.Context, tx *db.Tx, a Asked) (bool, error) {
	n, err := tx.Exec(ctx, `INSERT INTO satisfaction_asked (`+askedColumns+`) VALUES (`+marks(6)+`) ON CONFLICT (dossier_id) DO NOTHING`, a.Hash, a.Dossier, a.Unit, a.Procedure, a.Until, 0)
	return n == 1, err
}

// GetAsked returns who was asked, by the hash of the link; locked in a transaction.
func (Store) GetAsked(ctx context.Context, q db.Querier, hash string) (a Asked, err error) {
	var used int
	err = q.QueryRow(ctx, `SELECT `+askedColumns+` FROM satisfaction_asked WHERE hash = $1`+lock(q), hash).Scan(&a.Hash, &a.Dossier, &a.Unit, &a.Procedure, &a.Until, &used)
	a.Used = used == 1
	return found(a, err)
}

// Use notes that somebody has answered.
func (Store) Use(ctx context.Context, tx *db.Tx, hash string) error {
	_, err := tx.Exec(ctx, `UPDATE satisfaction_asked SET used = 1 WHERE hash = $1`, hash)
	return err
}

// Turn is somebody who was just served at a counter.
type Turn struct {
	Ticket, Unit, Number, Procedure string
	Until                           db.Time
	Used                            bool
}

const turnColumns = `ticket, unit, number, procedure_id, until_at, used`

func scanTurn(r db.Row) (t Turn, err error) {
	var used int
	err = r.Scan(&t.Ticket, &t.Unit, &t.Number, &t.Procedure, &t.Until, &used)
	t.Used = used == 1
	return t, err
}

// AddTurn lets somebody answer at the kiosk for a while. Told again, nothing changes.
func (Store) AddTurn(ctx context.Context, tx *db.Tx, t Turn) error {
	_, err := tx.Exec(ctx, `INSERT INTO satisfaction_turns (`+turnColumns+`) VALUES (`+marks(6)+`) ON CONFLICT (ticket) DO NOTHING`, t.Ticket, t.Unit, t.Number, t.Procedure, t.Until, 0)
	return err
}

// Turns returns at most limit turns of a unit that may answer now, the last first.
func (Store) Turns(ctx context.Context, q db.Querier, unit string, now db.Time, limit int) ([]Turn, error) {
	return db.All(ctx, q, scanTurn, `SELECT `+turnColumns+` FROM satisfaction_turns WHERE unit = $1 AND until_at > $2 AND used = 0 ORDER BY until_at DESC LIMIT $3`, unit, now, limit)
}

// GetTurn returns a turn, locked in a transaction.
func (Store) GetTurn(ctx context.Context, q db.Querier, ticket string) (Turn, error) {
	return found(scanTurn(q.QueryRow(ctx, `SELECT `+turnColumns+` FROM satisfaction_turns WHERE ticket = $1`+lock(q), ticket)))
}

// UseTurn notes that somebody has answered.
func (Store) UseTurn(ctx context.Context, tx *db.Tx, ticket string) error {
	_, err := tx.Exec(ctx, `UPDATE satisfaction_turns SET used = 1 WHERE ticket = $1`, ticket)
	return err
}

// DropTurns forgets turns that are over.
func (Store) DropTurns(ctx context.Context, tx *db.Tx, now db.Time) error {
	_, err := tx.Exec(ctx, `DELETE FROM satisfaction_turns WHERE until_at <= $1`, now)
	return err
}

// Answer is what somebody said, in the box or taken out of it.
type Answer struct {
	ID, Month, Unit, Procedure, Channel string
	Score                               int
	Reasons                             []string
	Words, Contact                      string // in the box only
}

const boxColumns = `id, month, unit, procedure_id, channel, score, reasons, words_sealed, contact_sealed`

// Put puts an answer into the box, or replaces what was added to it.
func (s Store) Put(ctx context.Context, tx *db.Tx, a Answer) error {
	_, err := tx.Exec(ctx, `INSERT INTO satisfaction_box (`+boxColumns+`) VALUES (`+marks(9)+`)
		ON CONFLICT (id) DO UPDATE SET reasons = $7, words_sealed = $8, contact_sealed = $9`,
		a.ID, a.Month, a.Unit, a.Procedure, a.Channel, a.Score, packed(a.Reasons), s.keys.SealText(box, "words_sealed", a.ID, a.Words), s.keys.SealText(box, "contact_sealed", a.ID, a.Contact))
	return err
}

func (s Store) scanBox(r db.Row) (a Answer, err error) {
	var reasons string
	if err = r.Scan(&a.ID, &a.Month, &a.Unit, &a.Procedure, &a.Channel, &a.Score, &reasons, &a.Words, &a.Contact); err != nil {
		return a, err
	}
	a.Reasons = strings.Fields(reasons)
	if a.Words, err = s.keys.OpenText(box, "words_sealed", a.ID, a.Words); err != nil {
		return a, err
	}
	a.Contact, err = s.keys.OpenText(box, "contact_sealed", a.ID, a.Contact)
	return a, err
}

// Boxed returns an answer that is in the box, locked in a transaction.
func (s Store) Boxed(ctx context.Context, q db.Querier, id string) (Answer, error) {
	return found(s.scanBox(q.QueryRow(ctx, `SELECT `+boxColumns+` FROM satisfaction_box WHERE id = $1`+lock(q), id)))
}

// CountBox counts what is in the box.
func (Store) CountBox(ctx context.Context, q db.Querier) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM satisfaction_box`).Scan(&n)
	return n, err
}

// Empty takes everything out of the box, by its ids, which are by chance.
func (s Store) Empty(ctx context.Context, tx *db.Tx) (all []Answer, err error) {
	if all, err = db.All(ctx, tx, s.scanBox, `SELECT `+boxColumns+` FROM satisfaction_box ORDER BY id`+tx.ForUpdate()); err != nil {
		return nil, err
	}
	for _, a := range all {
		if _, err := tx.Exec(ctx, `DELETE FROM satisfaction_box WHERE id = $1`, a.ID); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Keep keeps an answer for the figures.
func (Store) Keep(ctx context.Context, tx *db.Tx, a Answer) error {
	_, err := tx.Exec(ctx, `INSERT INTO satisfaction_answers (id, month, unit, procedure_id, channel, score, reasons) VALUES (`+marks(7)+`)`,
		a.ID, a.Month, a.Unit, a.Procedure, a.Channel, a.Score, packed(a.Reasons))
	return err
}

// Group is how many answers there are of one kind.
type Group struct {
	Unit, Procedure string
	Score           int
	N               int64
}

// CountUnits counts the answers of a month by unit and score.
func (Store) CountUnits(ctx context.Context, q db.Querier, month string) ([]Group, error) {
	return db.All(ctx, q, func(r db.Row) (g Group, err error) { return g, r.Scan(&g.Unit, &g.Score, &g.N) }, unitsQuery, month)
}

const unitsQuery = `SELECT unit, score, COUNT(*) FROM satisfaction_answers WHERE month = $1 GROUP BY unit, score ORDER BY unit, score LIMIT 20000`

// CountProcedures counts the answers of a unit in a month by procedure and score.
func (Store) CountProcedures(ctx context.Context, q db.Querier, month, unit string) ([]Group, error) {
	return db.All(ctx, q, func(r db.Row) (g Group, err error) { return g, r.Scan(&g.Procedure, &g.Score, &g.N) }, proceduresQuery, month, unit)
}

const proceduresQuery = `SELECT procedure_id, score, COUNT(*) FROM satisfaction_answers WHERE month = $1 AND unit = $2 GROUP BY procedure_id, score ORDER BY procedure_id, score LIMIT 20000`

// CountAll counts the answers of a month by unit, procedure and score.
func (Store) CountAll(ctx context.Context, q db.Querier, month string) ([]Group, error) {
	return db.All(ctx, q, func(r db.Row) (g Group, err error) { return g, r.Scan(&g.Unit, &g.Procedure, &g.Score, &g.N) }, allQuery, month)
}

const allQuery = `SELECT unit, procedure_id, score, COUNT(*) FROM satisfaction_answers WHERE month = $1 GROUP BY unit, procedure_id, score ORDER BY unit, procedure_id, score LIMIT 200000`

// UnitsIn returns which of some units are in a scope.
func (Store) UnitsIn(ctx context.Context, q db.Querier, scope access.Scope, month string) ([]string, error) {
	in, args := scope.Where(access.Columns{Units: []string{"unit"}}, month)
	return db.All(ctx, q, db.Column[string], `SELECT DISTINCT unit FROM satisfaction_answers WHERE month = $1 AND `+in, args...)
}

// FollowUp is a low score that the leader of a unit answers for.
type FollowUp struct {
	ID, Unit, Month string
	Score           int
	Reasons         []string
	Words, Contact  string
	State, Answer   string
	By              string
	At              db.Time
}

// The states of a follow-up.
const (
	Open     = "open"
	Answered = "answered"
	Closed   = "closed"
)

const followColumns = `id, unit, month, score, reasons, words_sealed, contact_sealed, state, answer, by_id, at`

func (s Store) scanFollow(r db.Row) (f FollowUp, err error) {
	var reasons string
	if err = r.Scan(&f.ID, &f.Unit, &f.Month, &f.Score, &reasons, &f.Words, &f.Contact, &f.State, &f.Answer, &f.By, &f.At); err != nil {
		return f, err
	}
	f.Reasons = strings.Fields(reasons)
	if f.Words, err = s.keys.OpenText(followups, "words_sealed", f.ID, f.Words); err != nil {
		return f, err
	}
	f.Contact, err = s.keys.OpenText(followups, "contact_sealed", f.ID, f.Contact)
	return f, err
}

// PutFollow adds a follow-up, or changes it.
func (s Store) PutFollow(ctx context.Context, tx *db.Tx, f FollowUp) error {
	_, err := tx.Exec(ctx, `INSERT INTO satisfaction_followups (`+followColumns+`) VALUES (`+marks(11)+`)
		ON CONFLICT (id) DO UPDATE SET contact_sealed = $7, state = $8, answer = $9, by_id = $10, at = $11`,
		f.ID, f.Unit, f.Month, f.Score, packed(f.Reasons), s.keys.SealText(followups, "words_sealed", f.ID, f.Words), s.keys.SealText(followups, "contact_sealed", f.ID, f.Contact),
		f.State, f.Answer, f.By, f.At)
	return err
}

func ofUnit() access.Columns { return access.Columns{Units: []string{"unit"}} }

// GetFollow returns a follow-up in scope, locked in a transaction.
func (s Store) GetFollow(ctx context.Context, q db.Querier, scope access.Scope, id string) (FollowUp, error) {
	in, args := scope.Where(ofUnit(), id)
	return found(s.scanFollow(q.QueryRow(ctx, `SELECT `+followColumns+` FROM satisfaction_followups WHERE id = $1 AND `+in+lock(q), args...)))
}

// FollowAfter is the follow-up after which a page begins.
type FollowAfter struct{ Month, ID string }

// ListFollow returns at most limit follow-ups in scope in a state, the newest months first.
func (s Store) ListFollow(ctx context.Context, q db.Querier, scope access.Scope, state string, after FollowAfter, limit int) ([]FollowUp, error) {
	text, args := followQuery(scope, state, after, limit)
	return db.All(ctx, q, s.scanFollow, text, args...)
}

func followQuery(scope access.Scope, state string, after FollowAfter, limit int) (string, []any) {
	if after.Month == "" {
		after = FollowAfter{"~", "~"} // after every month
	}
	in, args := scope.Where(ofUnit(), state, after.Month, after.ID, limit)
	return `SELECT ` + followColumns + ` FROM satisfaction_followups WHERE state = $1 AND (month, id) < ($2, $3) AND ` + in + ` ORDER BY month DESC, id DESC LIMIT $4`, args
}
