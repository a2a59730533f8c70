// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps the trust list: authorities and their lists of revoked
// certificates.
package store

import (
	"context"
	"crypto/x509"
	"embed"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"tinhso.vn/internal/modules/proofs"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this module.
func Migrations() db.Migrations { return db.Migrations{Namespace: "proofs", Files: files} }

const columns = `a.id, a.fingerprint, a.certificate, a.uses, a.status, a.simulated, a.source, a.valid_from, a.valid_to, a.lists, a.list_url,
	a.proposed_by, a.proposer, a.proposed_at, a.decided_by, a.decided_at, a.withdrawn_from, a.withdrawn_why, a.withdrawn_note, a.withdrawn_by, a.withdrawn_at,
	COALESCE(l.number, ''), l.from_at, l.next_at, COALESCE(l.entries, 0), l.loaded_at, COALESCE(l.loaded_by, ''), COALESCE(l.error, '')`

const selection = `SELECT ` + columns + ` FROM proofs_authorities a LEFT JOIN proofs_lists l ON l.authority_id = a.id `

func scan(r db.Row) (a proofs.Authority, err error) {
	var certificate, uses string
	var simulated int
	if err := r.Scan(&a.ID, &a.Fingerprint, &certificate, &uses, &a.Status, &simulated, &a.Source, &a.ValidFrom, &a.ValidTo, &a.Lists, &a.ListURL,
		&a.ProposedBy, &a.Proposer, &a.ProposedAt, &a.DecidedBy, &a.DecidedAt, &a.Withdrawn.From, &a.Withdrawn.Why, &a.Withdrawn.Note, &a.Withdrawn.By, &a.Withdrawn.At,
		&a.Revoked.Number, &a.Revoked.From, &a.Revoked.Next, &a.Revoked.Entries, &a.Revoked.LoadedAt, &a.Revoked.LoadedBy, &a.Revoked.Error); err != nil {
		return a, err
	}
	a.Simulated = simulated == 1
	for use := range strings.FieldsSeq(uses) {
		a.Uses = append(a.Uses, proofs.Use(use))
	}
	block, _ := pem.Decode([]byte(certificate))
	if block == nil {
		return a, fmt.Errorf("authority %s: no certificate", a.ID)
	}
	a.Cert, err = x509.ParseCertificate(block.Bytes)
	return a, err
}

// Get returns an authority, or proofs.ErrNoAuthority.
func Get(ctx context.Context, q db.Querier, id string) (proofs.Authority, error) {
	return get(ctx, q, id)
}

// Lock is Get for a transaction that decides on it.
func Lock(ctx context.Context, tx *db.Tx, id string) (proofs.Authority, error) {
	if tx.ForUpdate() != "" {
		var one string
		err := tx.QueryRow(ctx, `SELECT id FROM proofs_authorities WHERE id = $1`+tx.ForUpdate(), id).Scan(&one)
		if errors.Is(err, db.ErrNoRows) {
			return proofs.Authority{}, proofs.ErrNoAuthority
		}
		if err != nil {
			return proofs.Authority{}, err
		}
	}
	return get(ctx, tx, id)
}

func get(ctx context.Context, q db.Querier, id string) (proofs.Authority, error) {
	a, err := scan(q.QueryRow(ctx, selection+`WHERE a.id = $1`, id))
	if errors.Is(err, db.ErrNoRows) {
		return a, proofs.ErrNoAuthority
	}
	return a, err
}

// List returns authorities in the order in which they were proposed, after the
// one with the given id ("" for the first).
func List(ctx context.Context, q db.Querier, after string, limit int) ([]proofs.Authority, error) {
	return db.All(ctx, q, scan, selection+`WHERE a.id > $1 ORDER BY a.id LIMIT $2`, after, limit)
}

// Believed returns all that is or was on the list.
func Believed(ctx context.Context, q db.Querier) ([]proofs.Authority, error) {
	return db.All(ctx, q, scan, selection+`WHERE a.status IN ('listed', 'withdrawn') ORDER BY a.id`)
}

// Known reports whether a certificate was ever proposed, whatever became of it.
func Known(ctx context.Context, q db.Querier, fingerprint string) (bool, error) {
	var n int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM proofs_authorities WHERE fingerprint = $1`, fingerprint).Scan(&n)
	return n > 0, err
}

// Waiting counts the proposals.
func Waiting(ctx context.Context, q db.Querier) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM proofs_authorities WHERE status = 'proposed'`).Scan(&n)
	return n, err
}

// Standing reports whether a certificate is listed or waits.
func Standing(ctx context.Context, q db.Querier, fingerprint string) (bool, error) {
	var n int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM proofs_authorities WHERE fingerprint = $1 AND status IN ('proposed', 'listed')`, fingerprint).Scan(&n)
	return n > 0, err
}

// Put adds an authority, or changes what may change of the one of that id.
func Put(ctx context.Context, tx *db.Tx, a proofs.Authority) error {
	uses := make([]string, len(a.Uses))
	for i, u := range a.Uses {
		uses[i] = string(u)
	}
	simulated := 0
	if a.Simulated {
		simulated = 1
	}
	_, err := tx.Exec(ctx, `INSERT INTO proofs_authorities (id, fingerprint, certificate, uses, status, simulated, source, valid_from, valid_to, lists, list_url,
		proposed_by, proposer, proposed_at, decided_by, decided_at, withdrawn_from, withdrawn_why, withdrawn_note, withdrawn_by, withdrawn_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
		ON CONFLICT (id) DO UPDATE SET status = excluded.status, decided_by = excluded.decided_by, decided_at = excluded.decided_at,
		withdrawn_from = excluded.withdrawn_from, withdrawn_why = excluded.withdrawn_why, withdrawn_note = excluded.withdrawn_note,
		withdrawn_by = excluded.withdrawn_by, withdrawn_at = excluded.withdrawn_at`,
		a.ID, a.Fingerprint, string(PEM(a.Cert)), strings.Join(uses, " "), string(a.Status), simulated, a.Source, a.ValidFrom, a.ValidTo, string(a.Lists), a.ListURL,
		a.ProposedBy, a.Proposer, a.ProposedAt, a.DecidedBy, a.DecidedAt, a.Withdrawn.From, string(a.Withdrawn.Why), a.Withdrawn.Note, a.Withdrawn.By, a.Withdrawn.At)
	if err != nil {
		return err
	}
	return touch(ctx, tx)
}

// PEM writes a certificate as people exchange it.
func PEM(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

// touch tells every process that what it remembers is old.
func touch(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE proofs_trust SET version = version + 1 WHERE id = 1`)
	return err
}

// Version returns how often the list has changed.
func Version(ctx context.Context, q db.Querier) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT version FROM proofs_trust WHERE id = 1`).Scan(&n)
	return n, err
}

// PutList keeps the newest list of revoked certificates of an authority.
func PutList(ctx context.Context, tx *db.Tx, authority string, der []byte, l proofs.List) error {
	if _, err := tx.Exec(ctx, `INSERT INTO proofs_lists (authority_id, content, number, from_at, next_at, entries, loaded_at, loaded_by, error)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (authority_id) DO UPDATE SET content = excluded.content, number = excluded.number,
		from_at = excluded.from_at, next_at = excluded.next_at, entries = excluded.entries, loaded_at = excluded.loaded_at,
		loaded_by = excluded.loaded_by, error = excluded.error`,
		authority, base64.StdEncoding.EncodeToString(der), l.Number, l.From, l.Next, l.Entries, l.LoadedAt, l.LoadedBy, l.Error); err != nil {
		return err
	}
	return touch(ctx, tx)
}

// Failed keeps why a list could not be fetched; the one that is there stays.
func Failed(ctx context.Context, tx *db.Tx, authority, why string) error {
	_, err := tx.Exec(ctx, `INSERT INTO proofs_lists (authority_id, content, number, entries, loaded_at, loaded_by, error)
		VALUES ($1, '', '', 0, $2, 'address', $3) ON CONFLICT (authority_id) DO UPDATE SET error = excluded.error`, authority, tx.Now, why)
	return err
}

// Lists returns every list of revoked certificates, DER.
func Lists(ctx context.Context, q db.Querier) ([][]byte, error) {
	return db.All(ctx, q, func(r db.Row) ([]byte, error) {
		var text string
		if err := r.Scan(&text); err != nil {
			return nil, err
		}
		return base64.StdEncoding.DecodeString(text)
	}, `SELECT l.content FROM proofs_lists l JOIN proofs_authorities a ON a.id = l.authority_id
		WHERE a.status IN ('listed', 'withdrawn') AND l.content <> '' ORDER BY l.authority_id`)
}

// ListNumber returns the number and the start of the list that is kept.
func ListNumber(ctx context.Context, q db.Querier, authority string) (number string, from db.Time, err error) {
	err = q.QueryRow(ctx, `SELECT number, from_at FROM proofs_lists WHERE authority_id = $1 AND content <> ''`, authority).Scan(&number, &from)
	if errors.Is(err, db.ErrNoRows) {
		return "", db.Time{}, nil
	}
	return number, from, err
}

// Due returns the authorities whose list should be fetched: those that publish
// one at an address, and whose kept one was not fetched since.
func Due(ctx context.Context, q db.Querier, since db.Time) ([]proofs.Authority, error) {
	return db.All(ctx, q, scan, selection+`WHERE a.status = 'listed' AND a.list_url <> '' AND (l.loaded_at IS NULL OR l.loaded_at < $1 OR l.error <> '') ORDER BY a.id`, since)
}
