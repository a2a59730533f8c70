// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// Phrase is a row of dossiers_phrases.
type Phrase struct {
	ID           string
	Unit         orgs.ID
	Kind         dossiers.PhraseKind
	Procedure    procedures.ID // empty: every one
	Paper        string        // empty: every one
	Words, Basis string
	Version      int
	By, Name     string // account, name
	At           db.Time
	Replaces     string // id of a phrase of the pack; empty: none
}

const phraseColumns = `id, unit, kind, procedure_id, paper, words, basis, version, changed_by, changer, changed_at, replaces`

func scanPhrase(r db.Row) (p Phrase, err error) {
	err = r.Scan(&p.ID, &p.Unit, &p.Kind, &p.Procedure, &p.Paper, &p.Words, &p.Basis, &p.Version, &p.By, &p.Name, &p.At, &p.Replaces)
	return p, err
}

// Phrases returns at most limit phrases of units, the oldest first.
func (Store) Phrases(ctx context.Context, q db.Querier, units []orgs.ID, limit int) ([]Phrase, error) {
	if len(units) == 0 {
		return nil, nil
	}
	args, marks := make([]any, 0, len(units)+1), make([]string, len(units))
	for i, u := range units {
		args, marks[i] = append(args, string(u)), "$"+strconv.Itoa(i+1)
	}
	args = append(args, limit)
	return db.All(ctx, q, scanPhrase, `SELECT `+phraseColumns+` FROM dossiers_phrases WHERE unit IN (`+strings.Join(marks, ", ")+`) ORDER BY id LIMIT $`+strconv.Itoa(len(args)), args...)
}

// LockPhrase returns one of a scope; ErrNoPhrase where it is out of it.
func (Store) LockPhrase(ctx context.Context, tx *db.Tx, s access.Scope, id string) (Phrase, error) {
	where, args := s.Where(access.Columns{Units: []string{"unit"}}, id)
	p, err := scanPhrase(tx.QueryRow(ctx, `SELECT `+phraseColumns+` FROM dossiers_phrases WHERE id = $1 AND `+where+tx.ForUpdate(), args...))
	if errors.Is(err, db.ErrNoRows) {
		return p, dossiers.ErrNoPhrase
	}
	return p, err
}

// AddPhrase adds one.
func (Store) AddPhrase(ctx context.Context, tx *db.Tx, p Phrase) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_phrases (`+phraseColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $10, $11)`,
		p.ID, string(p.Unit), string(p.Kind), string(p.Procedure), p.Paper, p.Words, p.Basis, p.By, p.Name, tx.Now, p.Replaces)
	return err
}

// ChangePhrase writes what one says; the transaction has locked it.
func (Store) ChangePhrase(ctx context.Context, tx *db.Tx, p Phrase) error {
	_, err := tx.Exec(ctx, `UPDATE dossiers_phrases SET kind = $2, procedure_id = $3, paper = $4, words = $5, basis = $6, version = version + 1, changed_by = $7, changer = $8, changed_at = $9 WHERE id = $1`,
		p.ID, string(p.Kind), string(p.Procedure), p.Paper, p.Words, p.Basis, p.By, p.Name, tx.Now)
	return err
}

// RemovePhrase takes one away.
func (Store) RemovePhrase(ctx context.Context, tx *db.Tx, id string) error {
	_, err := tx.Exec(ctx, `DELETE FROM dossiers_phrases WHERE id = $1`, id)
	return err
}

// PackPhrases returns the phrases of the pack, in its order.
func (Store) PackPhrases(ctx context.Context, q db.Querier, limit int) ([]dossiers.PackPhrase, error) {
	return db.All(ctx, q, func(r db.Row) (p dossiers.PackPhrase, err error) {
		var verified int
		err = r.Scan(&p.ID, &p.Kind, &p.Procedure, &p.Paper, &p.Words, &p.Basis, &verified)
		p.Verified = verified == 1
		return p, err
	}, `SELECT id, kind, procedure_id, paper, words, basis, verified FROM dossiers_pack_phrases ORDER BY place LIMIT $1`, limit)
}

// PutPackPhrases makes those of a pack the province's.
func (Store) PutPackPhrases(ctx context.Context, tx *db.Tx, all []dossiers.PackPhrase) error {
	if _, err := tx.Exec(ctx, `DELETE FROM dossiers_pack_phrases`); err != nil {
		return err
	}
	for i, p := range all {
		verified := 0
		if p.Verified {
			verified = 1
		}
		if _, err := tx.Exec(ctx, `INSERT INTO dossiers_pack_phrases (id, place, kind, procedure_id, paper, words, basis, verified, applied_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			p.ID, i+1, string(p.Kind), string(p.Procedure), p.Paper, p.Words, p.Basis, verified, tx.Now); err != nil {
			return err
		}
	}
	return nil
}
