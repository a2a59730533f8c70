// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Paper is one row of dossiers_papers. Whoever reads it has found the draft or
// the dossier in scope before.
type Paper struct {
	ID, Paper, File           string
	Dossier                   dossiers.ID
	Original, Copy, Certified int
	AddedBy                   string
	AddedAt                   db.Time
	Vault, VaultSHA           string // of the vault, whose copy the file is
}

const paperColumns = `id, dossier_id, paper, file_id, original, copy, certified, added_by, added_at, vault, vault_sha`

func scanPaper(r db.Row) (p Paper, err error) {
	err = r.Scan(&p.ID, &p.Dossier, &p.Paper, &p.File, &p.Original, &p.Copy, &p.Certified, &p.AddedBy, &p.AddedAt, &p.Vault, &p.VaultSHA)
	return p, err
}

// Papers returns the papers of a draft or dossier in the order they came; their
// number is bounded when they are added.
func (Store) Papers(ctx context.Context, q db.Querier, id dossiers.ID) ([]Paper, error) {
	return db.All(ctx, q, scanPaper, `SELECT `+paperColumns+` FROM dossiers_papers WHERE dossier_id = $1 ORDER BY id`, string(id))
}

// GetPaper returns one paper of a draft or dossier.
func (Store) GetPaper(ctx context.Context, q db.Querier, id dossiers.ID, paper string) (Paper, error) {
	p, err := scanPaper(q.QueryRow(ctx, `SELECT `+paperColumns+` FROM dossiers_papers WHERE dossier_id = $1 AND id = $2`, string(id), paper))
	if errors.Is(err, db.ErrNoRows) {
		return Paper{}, dossiers.ErrNoPaper
	}
	return p, err
}

// PaperOfFile returns the paper that a file is.
func (Store) PaperOfFile(ctx context.Context, q db.Querier, id dossiers.ID, file string) (Paper, error) {
	p, err := scanPaper(q.QueryRow(ctx, `SELECT `+paperColumns+` FROM dossiers_papers WHERE dossier_id = $1 AND file_id = $2 AND file_id <> ''`, string(id), file))
	if errors.Is(err, db.ErrNoRows) {
		return Paper{}, dossiers.ErrNoPaper
	}
	return p, err
}

// AddPaper adds a paper; sheets handed over replace what was noted of them.
func (Store) AddPaper(ctx context.Context, tx *db.Tx, p Paper) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_papers (`+paperColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (dossier_id, paper) WHERE file_id = '' DO UPDATE SET original = excluded.original, copy = excluded.copy, certified = excluded.certified`,
		p.ID, string(p.Dossier), p.Paper, p.File, p.Original, p.Copy, p.Certified, p.AddedBy, tx.Now, p.Vault, p.VaultSHA)
	return err
}

// RemovePaper takes a paper away.
func (Store) RemovePaper(ctx context.Context, tx *db.Tx, id dossiers.ID, paper string) error {
	_, err := tx.Exec(ctx, `DELETE FROM dossiers_papers WHERE dossier_id = $1 AND id = $2`, string(id), paper)
	return err
}

// RemoveHanded takes the note of sheets of a paper away.
func (Store) RemoveHanded(ctx context.Context, tx *db.Tx, id dossiers.ID, paper string) error {
	_, err := tx.Exec(ctx, `DELETE FROM dossiers_papers WHERE dossier_id = $1 AND paper = $2 AND file_id = ''`, string(id), paper)
	return err
}
