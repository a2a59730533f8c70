// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package audit records who did what, so that nobody can change it unseen. It
// is not the log of the program: that one is for operators and may be lost.
//
// A record is written in the transaction of the act it tells of: neither exists
// without the other. It has no number yet, so that acts do not queue for one. A
// single sequencer then makes every record a leaf of a Merkle tree and signs the
// tree's head with a key from outside the database; Verify compares.
package audit

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/json"

	"golang.org/x/mod/sumdb/tlog"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this package.
func Migrations() db.Migrations { return db.Migrations{Namespace: "audit", Files: files} }

// Event names an act: "<module>.<what was done>". Modules declare theirs as constants.
type Event string

// Record writes that the actor did something to the subject, an id and never
// personal data.
func Record(ctx context.Context, tx *db.Tx, a identity.Actor, e Event, subject string) error {
	return RecordRead(ctx, tx, a, e, subject, "")
}

// RecordRead writes that personal data is being read, and why. The answer may
// leave only after the transaction has committed.
func RecordRead(ctx context.Context, tx *db.Tx, a identity.Actor, e Event, subject string, why access.Purpose) error {
	return RecordReadOf(ctx, tx, a, e, subject, "", why)
}

// RecordReadOf is RecordRead that also names the person (an id) whose data it
// is, so that they find the reading however it was come by.
func RecordReadOf(ctx context.Context, tx *db.Tx, a identity.Actor, e Event, subject, person string, why access.Purpose) error {
	_, err := insert(ctx, tx, a, e, subject, person, why)
	return err
}

func insert(ctx context.Context, tx *db.Tx, a identity.Actor, e Event, subject, person string, why access.Purpose) (record string, err error) {
	record = id.New()
	if person == "" {
		person = a.For.Person // who acts for somebody does it to them
	}
	_, err = tx.Exec(ctx, insertHead+`
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		record, tx.Now, a.Account, string(e), subject, a.Unit, string(why), rand.Text(), person)
	return record, err
}

// RecordAll records the same act of the actor on many subjects.
func RecordAll(ctx context.Context, tx *db.Tx, a identity.Actor, e Event, subjects []string) error {
	rows := make([][]any, len(subjects))
	for i, subject := range subjects {
		rows[i] = []any{id.New(), tx.Now, a.Account, string(e), subject, a.Unit, "", rand.Text(), a.For.Person}
	}
	return tx.InsertAll(ctx, insertHead, "", rows)
}

const insertHead = `INSERT INTO audit_records (id, at, actor, event, subject, unit, purpose, salt, about)`

const columns = `id, at, actor, event, subject, unit, purpose, salt, COALESCE(seq, -1), about, erased`

// row is one record. Its JSON is what the tree vouches for; the salt keeps a
// leaf from betraying its record once the law has had the record erased.
type row struct {
	ID, Actor, Event, Subject, Unit, Purpose, Salt string
	At                                             int64
	Seq                                            int64  `json:"-"` // its place is in the tree
	About                                          string `json:",omitempty"`
	Erased                                         string `json:"-"`
}

func scanRow(r db.Row) (rec row, err error) {
	err = r.Scan(&rec.ID, &rec.At, &rec.Actor, &rec.Event, &rec.Subject, &rec.Unit, &rec.Purpose, &rec.Salt, &rec.Seq, &rec.About, &rec.Erased)
	return rec, err
}

func (r row) leaf() (tlog.Hash, error) {
	payload, err := json.Marshal(r)
	return tlog.RecordHash(payload), err
}
