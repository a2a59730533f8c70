// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package once remembers calls of programs by the idempotency keys they came
// with: whoever repeats a call, because the line broke before the answer came,
// gets the answer of the first time instead of a second effect. Answers are kept
// for a day. A call that a power cut has interrupted is not made again: nobody
// knows how far it came, and the caller is told so.
package once

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"time"

	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/web"
)

//go:embed migrations
var files embed.FS

// Migrations creates the table of this package.
func Migrations() db.Migrations { return db.Migrations{Namespace: "once", Files: files} }

const table = "once_calls"

// Sealed names the columns of this package that hold sealed texts.
func Sealed() []crypt.Sealed {
	return []crypt.Sealed{{Table: table, Column: "answer_sealed", Key: []string{"id"}}}
}

const (
	// Kept is how long an answer is given again.
	Kept = 24 * time.Hour
	// running is how long a call without an answer may still be at work.
	running = 2 * time.Minute
)

// What is refused.
var (
	ErrUsed        = errs.New(errs.Conflict, "web.once_used")        // the key came before with another call
	ErrRunning     = errs.New(errs.Conflict, "web.once_running")     // the first call is still at work
	ErrInterrupted = errs.New(errs.Conflict, "web.once_interrupted") // nobody knows how far the first call came
	ErrLarge       = errs.New(errs.Conflict, "web.once_large")       // it was done; its answer was too large to keep
)

// Calls remembers calls. It implements web.Calls.
type Calls struct {
	db   *db.DB
	keys *crypt.Keys
}

// New returns the memory of calls.
func New(d *db.DB, k *crypt.Keys) *Calls { return &Calls{d, k} }

// row is a call that came.
type row struct {
	id, sum, kind, sealed string
	begun                 db.Time
	status                int
}

// Begin implements web.Calls. ErrUsed, ErrRunning, ErrInterrupted and ErrLarge
// say why there is no answer to give again.
func (c *Calls) Begin(ctx context.Context, caller, key, sum string) (call string, first web.Answer, err error) {
	defer errs.Wrap(&err, "note a call with a key")

	mine, hash := id.New(), hashed(key)
	var found row
	err = c.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM once_calls WHERE account = $1 AND key_hash = $2 AND begun_at < $3`,
			caller, hash, db.At(tx.Now.Add(-Kept))); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO once_calls (id, account, key_hash, sum, begun_at, status, kind, answer_sealed)
			VALUES ($1, $2, $3, $4, $5, 0, '', '') ON CONFLICT (account, key_hash) DO NOTHING`, mine, caller, hash, sum, tx.Now); err != nil {
			return err
		}
		now := row{}
		err := tx.QueryRow(ctx, `SELECT id, sum, kind, answer_sealed, begun_at, status FROM once_calls WHERE account = $1 AND key_hash = $2`,
			caller, hash).Scan(&now.id, &now.sum, &now.kind, &now.sealed, &now.begun, &now.status)
		found = now
		return err
	})
	switch {
	case err != nil:
		return "", web.Answer{}, err
	case found.id == mine:
		return mine, web.Answer{}, nil
	case found.sum != sum:
		return "", web.Answer{}, ErrUsed
	case found.status == 0 && c.db.Now().Sub(found.begun.Time) < running:
		return "", web.Answer{}, ErrRunning
	case found.status == 0:
		return "", web.Answer{}, ErrInterrupted
	case found.sealed == "":
		return "", web.Answer{}, ErrLarge.With("status", found.status)
	}
	body, err := c.keys.OpenText(table, "answer_sealed", found.id, found.sealed)
	return "", web.Answer{Status: found.status, Kind: found.kind, Body: []byte(body)}, err
}

// End implements web.Calls.
func (c *Calls) End(ctx context.Context, call string, a web.Answer) (err error) {
	defer errs.Wrap(&err, "keep the answer of a call with a key")

	return c.db.Write(ctx, func(tx *db.Tx) error {
		if a.Status == 0 {
			_, err := tx.Exec(ctx, `DELETE FROM once_calls WHERE id = $1`, call)
			return err
		}
		sealed := ""
		if a.Body != nil {
			sealed = c.keys.SealText(table, "answer_sealed", call, string(a.Body))
		}
		_, err := tx.Exec(ctx, `UPDATE once_calls SET status = $2, kind = $3, answer_sealed = $4 WHERE id = $1`, call, a.Status, a.Kind, sealed)
		return err
	})
}

// Sweep forgets calls of more than a day ago, and returns how many.
func Sweep(ctx context.Context, tx *db.Tx) (int64, error) {
	return tx.Exec(ctx, `DELETE FROM once_calls WHERE begun_at < $1`, db.At(tx.Now.Add(-Kept)))
}

func hashed(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}
