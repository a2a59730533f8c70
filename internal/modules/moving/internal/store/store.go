// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps waves, runs, rows that came and comparisons.
package store

import (
	"context"
	"embed"
	"errors"
	"strconv"
	"strings"

	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this module.
func Migrations() db.Migrations { return db.Migrations{Namespace: "moving", Files: files} }

// Sealed says where sealed texts are kept.
func Sealed() []crypt.Sealed {
	return []crypt.Sealed{
		{Table: "moving_parties", Column: "named_sealed", Key: []string{"id"}},
		{Table: "moving_files", Column: "name_sealed", Key: []string{"id"}},
	}
}

// Store has no state but the keys.
type Store struct{ keys *crypt.Keys }

// New returns a store.
func New(k *crypt.Keys) Store { return Store{k} }

func orNotFound(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return moving.ErrNotFound
	}
	return err
}

// Wave is a set of units that come over together.
type Wave struct {
	ID, Name, Source string
	Hours            int
	State            moving.State
	PlannedBy        string
	PlannedAt        db.Time
	AcceptedBy, Note string
	AcceptedAt       db.Time
}

const waveColumns = `id, name, source, hours, state, planned_by, planned_at, accepted_by, accepted_at, note`

func scanWave(r db.Row) (w Wave, err error) {
	err = r.Scan(&w.ID, &w.Name, &w.Source, &w.Hours, &w.State, &w.PlannedBy, &w.PlannedAt, &w.AcceptedBy, &w.AcceptedAt, &w.Note)
	return w, err
}

// AddWave adds a wave with its units; db.IsDuplicate where one of them is in another.
func (Store) AddWave(ctx context.Context, tx *db.Tx, w Wave, units []string) error {
	if _, err := tx.Exec(ctx, `INSERT INTO moving_waves (`+waveColumns+`) VALUES ($1, $2, $3, $4, 'planned', $5, $6, '', $7, '')`,
		w.ID, w.Name, w.Source, w.Hours, w.PlannedBy, tx.Now, db.Time{}); err != nil {
		return err
	}
	for _, u := range units {
		if _, err := tx.Exec(ctx, `INSERT INTO moving_units (wave_id, unit, state, came, went, stayed, moved_at, back_by, back_at) VALUES ($1, $2, 'planned', 0, 0, 0, $3, '', $3)`,
			w.ID, u, db.Time{}); err != nil {
			return err
		}
	}
	return nil
}

const listWaves = `SELECT ` + waveColumns + ` FROM moving_waves WHERE id < $1 ORDER BY id DESC LIMIT $2`

// last is after every id.
const last = "g"

// ListWaves returns at most limit waves, the newest first, before an id.
func (Store) ListWaves(ctx context.Context, q db.Querier, before string, limit int) ([]Wave, error) {
	if before == "" {
		before = last
	}
	return db.All(ctx, q, scanWave, listWaves, before, limit)
}

// GetWave returns a wave, locked in a transaction.
func (Store) GetWave(ctx context.Context, q db.Querier, id string) (Wave, error) {
	lock := ""
	if tx, ok := q.(*db.Tx); ok {
		lock = tx.ForUpdate()
	}
	w, err := scanWave(q.QueryRow(ctx, `SELECT `+waveColumns+` FROM moving_waves WHERE id = $1`+lock, id))
	return w, orNotFound(err)
}

// SetWave changes where a wave stands.
func (Store) SetWave(ctx context.Context, tx *db.Tx, id string, s moving.State) error {
	_, err := tx.Exec(ctx, `UPDATE moving_waves SET state = $2 WHERE id = $1`, id, string(s))
	return err
}

// Accept notes who accepted a wave, and what they had to say.
func (Store) Accept(ctx context.Context, tx *db.Tx, id, account, note string) error {
	_, err := tx.Exec(ctx, `UPDATE moving_waves SET state = 'accepted', accepted_by = $2, accepted_at = $3, note = $4 WHERE id = $1`, id, account, tx.Now, note)
	return err
}

// Unit is a unit of a wave.
type Unit struct {
	Wave, Unit         string
	State              moving.State
	Came, Went, Stayed int
	MovedAt            db.Time
	BackBy             string
	BackAt             db.Time
}

const unitColumns = `wave_id, unit, state, came, went, stayed, moved_at, back_by, back_at`

func scanUnit(r db.Row) (u Unit, err error) {
	err = r.Scan(&u.Wave, &u.Unit, &u.State, &u.Came, &u.Went, &u.Stayed, &u.MovedAt, &u.BackBy, &u.BackAt)
	return u, err
}

// Units returns the units of a wave; a province has some hundred.
func (Store) Units(ctx context.Context, q db.Querier, wave string) ([]Unit, error) {
	return db.All(ctx, q, scanUnit, `SELECT `+unitColumns+` FROM moving_units WHERE wave_id = $1 ORDER BY unit`, wave)
}

// GetUnit returns a unit of a wave, locked in a transaction.
func (Store) GetUnit(ctx context.Context, q db.Querier, wave, unit string) (Unit, error) {
	lock := ""
	if tx, ok := q.(*db.Tx); ok {
		lock = tx.ForUpdate()
	}
	u, err := scanUnit(q.QueryRow(ctx, `SELECT `+unitColumns+` FROM moving_units WHERE wave_id = $1 AND unit = $2`+lock, wave, unit))
	return u, orNotFound(err)
}

// SaveUnit writes what may change of a unit.
func (Store) SaveUnit(ctx context.Context, tx *db.Tx, u Unit) error {
	_, err := tx.Exec(ctx, `UPDATE moving_units SET state = $3, came = $4, went = $5, stayed = $6, moved_at = $7, back_by = $8, back_at = $9 WHERE wave_id = $1 AND unit = $2`,
		u.Wave, u.Unit, string(u.State), u.Came, u.Went, u.Stayed, u.MovedAt, u.BackBy, u.BackAt)
	return err
}

// CountUnit counts what is here of each unit of a wave.
func (Store) CountUnit(ctx context.Context, tx *db.Tx, wave string) error {
	_, err := tx.Exec(ctx, `UPDATE moving_units SET came = (SELECT COUNT(*) FROM moving_rows r WHERE r.wave_id = moving_units.wave_id AND r.unit = moving_units.unit),
		moved_at = $2, state = 'moved' WHERE wave_id = $1 AND state IN ('planned', 'moved')`, wave, tx.Now)
	return err
}

// TakenBy returns the name of the wave in which a unit is.
func (Store) TakenBy(ctx context.Context, q db.Querier, unit string) (name string, err error) {
	err = q.QueryRow(ctx, `SELECT w.name FROM moving_units u JOIN moving_waves w ON w.id = u.wave_id WHERE u.unit = $1 AND u.state <> 'back'`, unit).Scan(&name)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return name, err
}

// list writes ($2, $3, …) for values behind the arguments that are there.
func list(values []string, before ...any) (string, []any) {
	var b strings.Builder
	args := before
	b.WriteByte('(')
	for i, v := range db.Padded(values) {
		if i > 0 {
			b.WriteByte(',')
		}
		args = append(args, v)
		b.WriteString("$" + strconv.Itoa(len(args)))
	}
	b.WriteByte(')')
	return b.String(), args
}
