// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Result is one row of dossiers_results. Fields is JSON, sealed in the database.
type Result struct {
	ID                              string
	Dossier                         dossiers.ID
	State                           string
	Version                         int
	Fields                          string
	DraftedBy, Drafter              string
	Document, DocumentSHA, Areas    string
	Signer, SignerName              string
	SignedFile, SignedSHA           string
	SignedAt                        db.Time
	Agency, DocType                 string
	Year                            int
	Number                          int64
	Notation                        string
	NumberedAt                      db.Time
	IssuedFile, IssuedSHA, IssuedBy string
	IssuedAt                        db.Time
}

const (
	resultsTable  = "dossiers_results"
	resultColumns = `id, dossier_id, state, version, fields_sealed, drafted_by, drafter, document, document_sha, areas, signer, signer_name,
	signed_file, signed_sha, signed_at, agency, doc_type, year, number, notation, numbered_at, issued_file, issued_sha, issued_by, issued_at`
)

// FindResult returns the newest result of a dossier, which the caller has found in
// scope; false where nothing was drafted. Those before it were taken back.
func (s Store) FindResult(ctx context.Context, q db.Querier, d dossiers.ID) (Result, bool, error) {
	return s.result(ctx, q, d, "")
}

// LockResult is FindResult for a transaction that decides on it.
func (s Store) LockResult(ctx context.Context, tx *db.Tx, d dossiers.ID) (Result, bool, error) {
	return s.result(ctx, tx, d, tx.ForUpdate())
}

func (s Store) result(ctx context.Context, q db.Querier, d dossiers.ID, lock string) (r Result, ok bool, err error) {
	var sealed string
	err = q.QueryRow(ctx, `SELECT `+resultColumns+` FROM dossiers_results WHERE dossier_id = $1 ORDER BY id DESC LIMIT 1`+lock, string(d)).Scan(
		&r.ID, &r.Dossier, &r.State, &r.Version, &sealed, &r.DraftedBy, &r.Drafter, &r.Document, &r.DocumentSHA, &r.Areas, &r.Signer, &r.SignerName,
		&r.SignedFile, &r.SignedSHA, &r.SignedAt, &r.Agency, &r.DocType, &r.Year, &r.Number, &r.Notation, &r.NumberedAt,
		&r.IssuedFile, &r.IssuedSHA, &r.IssuedBy, &r.IssuedAt)
	if errors.Is(err, db.ErrNoRows) {
		return Result{}, false, nil
	}
	if err != nil {
		return Result{}, false, err
	}
	r.Fields, err = s.keys.OpenText(resultsTable, "fields_sealed", r.ID, sealed)
	return r, err == nil, err
}

// PutResult adds a result, or changes the one of that id; its version counts up.
func (s Store) PutResult(ctx context.Context, tx *db.Tx, r Result) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_results (`+resultColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
		ON CONFLICT (id) DO UPDATE SET state = excluded.state, version = dossiers_results.version + 1, fields_sealed = excluded.fields_sealed,
		drafted_by = excluded.drafted_by, drafter = excluded.drafter, document = excluded.document, document_sha = excluded.document_sha,
		areas = excluded.areas, signer = excluded.signer, signer_name = excluded.signer_name, signed_file = excluded.signed_file,
		signed_sha = excluded.signed_sha, signed_at = excluded.signed_at, agency = excluded.agency, doc_type = excluded.doc_type,
		year = excluded.year, number = excluded.number, notation = excluded.notation, numbered_at = excluded.numbered_at,
		issued_file = excluded.issued_file, issued_sha = excluded.issued_sha, issued_by = excluded.issued_by, issued_at = excluded.issued_at`,
		r.ID, string(r.Dossier), r.State, max(r.Version, 1), s.keys.SealText(resultsTable, "fields_sealed", r.ID, r.Fields), r.DraftedBy, r.Drafter,
		r.Document, r.DocumentSHA, r.Areas, r.Signer, r.SignerName, r.SignedFile, r.SignedSHA, r.SignedAt, r.Agency, r.DocType, r.Year,
		r.Number, r.Notation, r.NumberedAt, r.IssuedFile, r.IssuedSHA, r.IssuedBy, r.IssuedAt)
	return err
}

// FindIssued returns what is public of the result with the file that has this
// SHA-256, and the unit that decided; false where none has.
func (s Store) FindIssued(ctx context.Context, q db.Querier, sha string) (r Result, unit orgs.ID, ok bool, err error) {
	if sha == "" {
		return r, "", false, nil
	}
	err = q.QueryRow(ctx, issuedQuery, sha).Scan(&r.Number, &r.Notation, &r.IssuedAt, &unit)
	if errors.Is(err, db.ErrNoRows) {
		return Result{}, "", false, nil
	}
	return r, unit, err == nil, err
}

const issuedQuery = `SELECT r.number, r.notation, r.issued_at, d.authority_unit FROM dossiers_results r JOIN dossiers_dossiers d ON d.id = r.dossier_id
	WHERE r.issued_sha = $1 AND r.issued_sha <> '' LIMIT 1`
