// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

const (
	annexesTable = "dossiers_annexes"
	earlierTable = "dossiers_earlier"
)

// FindMovedFile returns the file of a dossier that came from elsewhere with a content.
func (Store) FindMovedFile(ctx context.Context, q db.Querier, d dossiers.ID, sha string) (file string, err error) {
	err = q.QueryRow(ctx, `SELECT file_id FROM dossiers_moved_files WHERE dossier_id = $1 AND sha256 = $2`, string(d), sha).Scan(&file)
	if errors.Is(err, db.ErrNoRows) {
		return "", nil
	}
	return file, err
}

// AddMovedFile notes that a file came from elsewhere.
func (Store) AddMovedFile(ctx context.Context, tx *db.Tx, d dossiers.ID, file, sha string) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_moved_files (file_id, dossier_id, sha256) VALUES ($1, $2, $3)`, file, string(d), sha)
	return err
}

// MovedFiles returns the files of a dossier that came from elsewhere.
func (Store) MovedFiles(ctx context.Context, q db.Querier, d dossiers.ID) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT file_id FROM dossiers_moved_files WHERE dossier_id = $1 ORDER BY file_id`, string(d))
}

// Annex is what dossiers said elsewhere for which there is no field here.
type Annex struct {
	Dossier dossiers.ID
	Said    []dossiers.Noted
}

// AddAnnexes keeps annexes.
func (s Store) AddAnnexes(ctx context.Context, tx *db.Tx, all []Annex) error {
	rows := make([][]any, len(all))
	for i, a := range all {
		said, err := json.Marshal(a.Said)
		if err != nil {
			return err
		}
		rows[i] = []any{string(a.Dossier), s.keys.SealText(annexesTable, "said_sealed", string(a.Dossier), string(said))}
	}
	return tx.InsertAll(ctx, `INSERT INTO dossiers_annexes (id, said_sealed)`, "", rows)
}

// GetAnnex returns the annex of a dossier; whoever reads it has found the dossier in scope.
func (s Store) GetAnnex(ctx context.Context, q db.Querier, d dossiers.ID) (all []dossiers.Noted, err error) {
	var sealed string
	err = q.QueryRow(ctx, `SELECT said_sealed FROM dossiers_annexes WHERE id = $1`, string(d)).Scan(&sealed)
	if errors.Is(err, db.ErrNoRows) {
		return nil, nil
	}
	if err == nil {
		sealed, err = s.keys.OpenText(annexesTable, "said_sealed", string(d), sealed)
	}
	if err != nil {
		return nil, err
	}
	return all, json.Unmarshal([]byte(sealed), &all)
}

// PutEarlier keeps steps that were done elsewhere; those that are there stay.
func (s Store) PutEarlier(ctx context.Context, tx *db.Tx, all []dossiers.DoneElsewhere) error {
	rows := make([][]any, len(all))
	for i, e := range all {
		said, err := json.Marshal(e.Deed)
		if err != nil {
			return err
		}
		row := id.New()
		rows[i] = []any{row, string(e.Dossier), e.Word, e.At, s.keys.SealText(earlierTable, "said_sealed", row, string(said))}
	}
	return tx.InsertAll(ctx, `INSERT INTO dossiers_earlier (id, dossier_id, word, at, said_sealed)`, `ON CONFLICT (dossier_id, word) DO NOTHING`, rows)
}

// earlierOf is bounded: no step of a dossier is missing, but no page has room for more.
const earlierOf = `SELECT id, dossier_id, word, at, said_sealed FROM dossiers_earlier WHERE dossier_id = $1 ORDER BY at, id LIMIT 500`

// Earlier returns the steps of a dossier that were done elsewhere, the oldest first.
func (s Store) Earlier(ctx context.Context, q db.Querier, d dossiers.ID) ([]dossiers.DoneElsewhere, error) {
	return db.All(ctx, q, func(r db.Row) (e dossiers.DoneElsewhere, err error) {
		var row, sealed string
		if err = r.Scan(&row, &e.Dossier, &e.Word, &e.At, &sealed); err != nil {
			return e, err
		}
		if sealed, err = s.keys.OpenText(earlierTable, "said_sealed", row, sealed); err != nil {
			return e, err
		}
		return e, json.Unmarshal([]byte(sealed), &e.Deed)
	}, earlierOf, string(d))
}
