// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Signature is one row of dossiers_signatures: a signature that somebody was
// asked for elsewhere.
type Signature struct {
	ID                 string
	Dossier            dossiers.ID
	Request, Act       string
	Account, Name      string
	Task               string
	Version            int
	Areas              string
	Signer, SignerName string
	State, Code        string
	StartedAt, EndedAt db.Time
}

// The states of a signature.
const (
	SignatureOpen   = "open"
	SignatureUsed   = "used"
	SignatureUnused = "unused"
)

const signatureColumns = `id, dossier_id, request_id, act, account, name, task, version, areas, signer, signer_name, state, code, started_at, ended_at`

func scanSignature(r db.Row) (g Signature, err error) {
	err = r.Scan(&g.ID, &g.Dossier, &g.Request, &g.Act, &g.Account, &g.Name, &g.Task, &g.Version, &g.Areas, &g.Signer, &g.SignerName,
		&g.State, &g.Code, &g.StartedAt, &g.EndedAt)
	return g, err
}

// AddSignature keeps that somebody is asked.
func (Store) AddSignature(ctx context.Context, tx *db.Tx, g Signature) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_signatures (`+signatureColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open', '', $12, $13)`,
		g.ID, string(g.Dossier), g.Request, g.Act, g.Account, g.Name, g.Task, g.Version, g.Areas, g.Signer, g.SignerName, tx.Now, db.Time{})
	return err
}

// EndSignature ends an open one, and reports whether it was.
func (Store) EndSignature(ctx context.Context, tx *db.Tx, id, state, code string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE dossiers_signatures SET state = $2, code = $3, ended_at = $4 WHERE id = $1 AND state = 'open'`, id, state, code, tx.Now)
	return n == 1, err
}

// LastSignature returns the newest signature that was asked for a dossier; false
// where there was none.
func (Store) LastSignature(ctx context.Context, q db.Querier, d dossiers.ID) (Signature, bool, error) {
	g, err := scanSignature(q.QueryRow(ctx, `SELECT `+signatureColumns+` FROM dossiers_signatures WHERE dossier_id = $1 ORDER BY id DESC LIMIT 1`, string(d)))
	if errors.Is(err, db.ErrNoRows) {
		return Signature{}, false, nil
	}
	return g, err == nil, err
}

// Signatures returns those of a request, in the order of their dossiers.
func (Store) Signatures(ctx context.Context, q db.Querier, request string) ([]Signature, error) {
	return db.All(ctx, q, scanSignature, `SELECT `+signatureColumns+` FROM dossiers_signatures WHERE request_id = $1 ORDER BY dossier_id`, request)
}

// CountOpen returns how many signatures of a request are still waited for.
func (Store) CountOpen(ctx context.Context, q db.Querier, request string) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM dossiers_signatures WHERE request_id = $1 AND state = 'open'`, request).Scan(&n)
	return n, err
}
