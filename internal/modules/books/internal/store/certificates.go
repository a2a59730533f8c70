// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/db"
)

// Certificate is a row of books_certificates.
type Certificate struct {
	Code, Register, Print string
	Number                int64 // of its year
	Year                  int
	Record                string
	Version               int64    // of the record, when it was issued
	Fields                []string // those that it certifies
	Unit, Account         string   // of who issued it
	Issued                db.Time
	Ended                 *db.Time // when it was withdrawn; nil: it was not
	EndedBy, EndedWhy     string
}

const certificateColumns = `code, register, print, number, year, record, version, fields, unit, account, issued_at, ended_at, ended_by, ended_why`

func scanCertificate(r db.Row) (c Certificate, err error) {
	var fields string
	if err := r.Scan(&c.Code, &c.Register, &c.Print, &c.Number, &c.Year, &c.Record, &c.Version, &fields, &c.Unit, &c.Account, &c.Issued, &c.Ended, &c.EndedBy, &c.EndedWhy); err != nil {
		return c, err
	}
	return c, json.Unmarshal([]byte(fields), &c.Fields)
}

// AddCertificate adds a certificate.
func (Store) AddCertificate(ctx context.Context, tx *db.Tx, c Certificate) error {
	fields, err := json.Marshal(c.Fields)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO books_certificates (`+certificateColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, '', '')`,
		c.Code, c.Register, c.Print, c.Number, c.Year, c.Record, c.Version, string(fields), c.Unit, c.Account, tx.Now)
	return err
}

// GetCertificate returns a certificate of a register; ErrNoCertificate where there is none.
func (Store) GetCertificate(ctx context.Context, q db.Querier, register, code string) (Certificate, error) {
	c, err := scanCertificate(q.QueryRow(ctx, `SELECT `+certificateColumns+` FROM books_certificates WHERE code = $1 AND register = $2`, code, register))
	if errors.Is(err, db.ErrNoRows) {
		return c, books.ErrNoCertificate
	}
	return c, err
}

// CertificatesOf returns at most limit certificates of a record, the latest first.
func (Store) CertificatesOf(ctx context.Context, q db.Querier, register, record string, limit int) ([]Certificate, error) {
	return db.All(ctx, q, scanCertificate, `SELECT `+certificateColumns+` FROM books_certificates WHERE register = $1 AND record = $2
		ORDER BY issued_at DESC, code LIMIT $3`, register, record, limit)
}

// EndCertificate notes that a certificate was withdrawn; ErrWithdrawn where it
// was already.
func (Store) EndCertificate(ctx context.Context, tx *db.Tx, code, account, why string) error {
	n, err := tx.Exec(ctx, `UPDATE books_certificates SET ended_at = $2, ended_by = $3, ended_why = $4 WHERE code = $1 AND ended_at IS NULL`, code, tx.Now, account, why)
	if err == nil && n == 0 {
		err = books.ErrWithdrawn
	}
	return err
}
