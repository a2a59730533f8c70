// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"strconv"
	"strings"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// LetterSignature is one row of dossiers_letter_signatures: a signature on a letter that
// somebody was asked for elsewhere. Its states are those of a Signature.
type LetterSignature struct {
	ID, Letter         string
	Dossier            dossiers.ID
	Request, Act       string
	Account, Name      string
	Version            int
	Areas, State, Code string
	StartedAt, EndedAt db.Time
}

const letterSignatureColumns = `id, letter_id, dossier_id, request_id, act, account, name, version, areas, state, code, started_at, ended_at`

func scanLetterSignature(r db.Row) (g LetterSignature, err error) {
	err = r.Scan(&g.ID, &g.Letter, &g.Dossier, &g.Request, &g.Act, &g.Account, &g.Name, &g.Version, &g.Areas, &g.State, &g.Code, &g.StartedAt, &g.EndedAt)
	return g, err
}

// AddLetterSignature keeps that somebody is asked; of a letter one is open at most.
func (Store) AddLetterSignature(ctx context.Context, tx *db.Tx, g LetterSignature) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_letter_signatures (`+letterSignatureColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', '', $10, $11)`,
		g.ID, g.Letter, string(g.Dossier), g.Request, g.Act, g.Account, g.Name, g.Version, g.Areas, tx.Now, db.Time{})
	return err
}

// EndLetterSignature ends an open one, and reports whether it was.
func (Store) EndLetterSignature(ctx context.Context, tx *db.Tx, id, state, code string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE dossiers_letter_signatures SET state = $2, code = $3, ended_at = $4 WHERE id = $1 AND state = 'open'`, id, state, code, tx.Now)
	return n == 1, err
}

// LetterSignatures returns those of a request.
func (Store) LetterSignatures(ctx context.Context, q db.Querier, request string) ([]LetterSignature, error) {
	return db.All(ctx, q, scanLetterSignature, `SELECT `+letterSignatureColumns+` FROM dossiers_letter_signatures WHERE request_id = $1 ORDER BY id`, request)
}

// OpenLetterSignatures returns what some letters wait for, by letter.
func (Store) OpenLetterSignatures(ctx context.Context, q db.Querier, letters ...string) (map[string]LetterSignature, error) {
	found := map[string]LetterSignature{}
	if len(letters) == 0 {
		return found, nil
	}
	args := make([]any, len(letters))
	for i, l := range letters {
		args[i] = l
	}
	all, err := db.All(ctx, q, scanLetterSignature, `SELECT `+letterSignatureColumns+` FROM dossiers_letter_signatures WHERE state = 'open' AND letter_id IN (`+placeholders(len(letters))+`)`, args...)
	for _, g := range all {
		found[g.Letter] = g
	}
	return found, err
}

func placeholders(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = "$" + strconv.Itoa(i+1)
	}
	return strings.Join(all, ", ")
}
