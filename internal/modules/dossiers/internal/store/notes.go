// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"encoding/json"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Note is a row of dossiers_notes.
type Note struct {
	ID            string
	Dossier       dossiers.ID
	Account, Name string // of who wrote it
	Unit          orgs.ID
	Words         string
	Mentions      []string // names
	WrittenAt     db.Time
}

const notesTable = "dossiers_notes"

// AddNote adds a note.
func (s Store) AddNote(ctx context.Context, tx *db.Tx, n Note) error {
	mentions, err := json.Marshal(n.Mentions)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO dossiers_notes (id, dossier_id, account, name, unit, words_sealed, mentions, written_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		n.ID, string(n.Dossier), n.Account, n.Name, string(n.Unit), s.keys.SealText(notesTable, "words_sealed", n.ID, n.Words), string(mentions), tx.Now)
	return err
}

// Notes returns at most limit notes about a dossier, the newest first.
func (s Store) Notes(ctx context.Context, q db.Querier, id dossiers.ID, limit int) ([]Note, error) {
	return db.All(ctx, q, func(r db.Row) (n Note, err error) {
		var mentions string
		if err = r.Scan(&n.ID, &n.Dossier, &n.Account, &n.Name, &n.Unit, &n.Words, &mentions, &n.WrittenAt); err != nil {
			return n, err
		}
		if err = json.Unmarshal([]byte(mentions), &n.Mentions); err != nil {
			return n, err
		}
		n.Words, err = s.keys.OpenText(notesTable, "words_sealed", n.ID, n.Words)
		return n, err
	}, `SELECT id, dossier_id, account, name, unit, words_sealed, mentions, written_at FROM dossiers_notes WHERE dossier_id = $1 ORDER BY id DESC LIMIT $2`, string(id), limit)
}

// EraseNotes removes what colleagues wrote about a dossier.
func (Store) EraseNotes(ctx context.Context, tx *db.Tx, id dossiers.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM dossiers_notes WHERE dossier_id = $1`, string(id))
	return err
}
