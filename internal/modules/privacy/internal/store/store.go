// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package store keeps purposes, consents, requests, archives and breaches.
package store

import (
	"context"
	"embed"
	"errors"

	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of privacy.
func Migrations() db.Migrations { return db.Migrations{Namespace: "privacy", Files: files} }

// Store reads and writes; its keys open what is sealed.
type Store struct{ keys *crypt.Keys }

// New returns a store.
func New(k *crypt.Keys) Store { return Store{k} }

// The tables with sealed columns.
const (
	requestsTable = "privacy_requests"
	stepsTable    = "privacy_steps"
	breachesTable = "privacy_breaches"
	logTable      = "privacy_breach_log"
)

// Sealed names the columns of this module that hold sealed texts.
func Sealed() (all []crypt.Sealed) {
	for _, t := range []struct {
		table   string
		columns []string
	}{
		{requestsTable, []string{"words_sealed", "reason_sealed"}},
		{stepsTable, []string{"words_sealed"}},
		{breachesTable, []string{"title_sealed", "description_sealed", "data_sealed", "measures_sealed", "lessons_sealed"}},
		{logTable, []string{"words_sealed"}},
	} {
		for _, c := range t.columns {
			all = append(all, crypt.Sealed{Table: t.table, Column: c, Key: []string{"id"}})
		}
	}
	return all
}

// number writes a truth as the databases keep it.
func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// latest is a key after every id.
const latest = "~"

func upTo(before string) string {
	if before == "" {
		return latest
	}
	return before
}

func orNotFound(err error) error {
	if errors.Is(err, db.ErrNoRows) {
		return privacy.ErrNotFound
	}
	return err
}

// opened puts what is sealed in its place.
type opened struct {
	column, sealed string
	to             *string
}

func (s Store) open(table, row string, all ...opened) (err error) {
	for _, o := range all {
		if *o.to, err = s.keys.OpenText(table, o.column, row, o.sealed); err != nil {
			return err
		}
	}
	return nil
}

// Restrict notes that data of a person is to be left alone.
func (Store) Restrict(ctx context.Context, tx *db.Tx, id, person, request string) error {
	_, err := tx.Exec(ctx, `INSERT INTO privacy_restrictions (id, person_id, request, since, lifted_by) VALUES ($1, $2, $3, $4, '')`, id, person, request, tx.Now)
	return err
}

// Restricted returns since when data of a person is restricted; zero: it is not.
func (Store) Restricted(ctx context.Context, q db.Querier, person string) (since db.Time, err error) {
	err = q.QueryRow(ctx, `SELECT MIN(since) FROM privacy_restrictions WHERE person_id = $1 AND lifted_at IS NULL`, person).Scan(&since)
	return since, err
}

// Lift ends the restrictions of a person and says how many there were.
func (Store) Lift(ctx context.Context, tx *db.Tx, person, by string) (int64, error) {
	return tx.Exec(ctx, `UPDATE privacy_restrictions SET lifted_at = $2, lifted_by = $3 WHERE person_id = $1 AND lifted_at IS NULL`, person, tx.Now, by)
}
