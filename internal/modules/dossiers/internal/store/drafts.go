// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// Draft is one row of dossiers_drafts. Parties and Answers are JSON, sealed in
// the database.
type Draft struct {
	ID                       dossiers.ID
	Account, Person          string
	Desk, Unit               orgs.ID
	Procedure                procedures.ID
	SHA                      string
	Case                     string // of the procedure; empty: none is chosen
	NameVI, NameEN           string
	Channel                  dossiers.Channel
	Parties, Answers         string
	Version                  int
	SavedAt                  db.Time
	partiesSealed, ansSealed string
}

const (
	draftsTable  = "dossiers_drafts"
	draftColumns = `id, account, person_id, desk, procedure_id, procedure_sha, name_vi, name_en, unit, channel, parties_sealed, answers_sealed, version, saved_at, case_id`
)

func scanDraft(r db.Row) (d Draft, err error) {
	err = r.Scan(&d.ID, &d.Account, &d.Person, &d.Desk, &d.Procedure, &d.SHA, &d.NameVI, &d.NameEN, &d.Unit, &d.Channel,
		&d.partiesSealed, &d.ansSealed, &d.Version, &d.SavedAt, &d.Case)
	return d, err
}

// drafts belong to a person, and at the counter to the clerk's unit as well.
func draftScope() access.Columns {
	return access.Columns{Units: []string{"desk"}, Persons: []string{"person_id"}, Owner: "person_id", Kind: "procedure_id"}
}

// GetDraft returns a draft of a person; ErrDraftNotFound where there is none.
func (s Store) GetDraft(ctx context.Context, q db.Querier, scope access.Scope, person string, id dossiers.ID) (Draft, error) {
	return s.draft(ctx, q, scope, person, id, "")
}

// LockDraft is GetDraft for a transaction that changes it.
func (s Store) LockDraft(ctx context.Context, tx *db.Tx, scope access.Scope, person string, id dossiers.ID) (Draft, error) {
	return s.draft(ctx, tx, scope, person, id, tx.ForUpdate())
}

func (s Store) draft(ctx context.Context, q db.Querier, scope access.Scope, person string, id dossiers.ID, lock string) (Draft, error) {
	in, args := scope.Where(draftScope(), string(id), person)
	d, err := scanDraft(q.QueryRow(ctx, `SELECT `+draftColumns+` FROM dossiers_drafts WHERE id = $1 AND person_id = $2 AND `+in+lock, args...))
	if errors.Is(err, db.ErrNoRows) {
		return Draft{}, dossiers.ErrDraftNotFound
	}
	if err != nil {
		return Draft{}, err
	}
	if d.Parties, err = s.keys.OpenText(draftsTable, "parties_sealed", string(d.ID), d.partiesSealed); err != nil {
		return Draft{}, err
	}
	d.Answers, err = s.keys.OpenText(draftsTable, "answers_sealed", string(d.ID), d.ansSealed)
	return d, err
}

// ListDrafts returns at most limit drafts of a person, the newest first, begun
// before the given one ("" for the newest). They are not opened.
func (Store) ListDrafts(ctx context.Context, q db.Querier, scope access.Scope, person, before string, limit int) ([]Draft, error) {
	if before == "" {
		before = "~" // after every id
	}
	in, args := scope.Where(draftScope(), person, before, limit)
	return db.All(ctx, q, scanDraft, `SELECT `+draftColumns+` FROM dossiers_drafts
		WHERE person_id = $1 AND id < $2 AND `+in+` ORDER BY id DESC LIMIT $3`, args...)
}

// InsertDraft adds a draft.
func (s Store) InsertDraft(ctx context.Context, tx *db.Tx, d Draft) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_drafts (`+draftColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		string(d.ID), d.Account, d.Person, string(d.Desk), string(d.Procedure), d.SHA, d.NameVI, d.NameEN, string(d.Unit), int(d.Channel),
		s.keys.SealText(draftsTable, "parties_sealed", string(d.ID), d.Parties),
		s.keys.SealText(draftsTable, "answers_sealed", string(d.ID), d.Answers), 1, tx.Now, d.Case)
	return err
}

// SaveDraft writes what may change of a draft that the transaction has locked.
func (s Store) SaveDraft(ctx context.Context, tx *db.Tx, d Draft) error {
	_, err := tx.Exec(ctx, `UPDATE dossiers_drafts SET parties_sealed = $2, answers_sealed = $3, unit = $4, version = version + 1, saved_at = $5, case_id = $6 WHERE id = $1`,
		string(d.ID), s.keys.SealText(draftsTable, "parties_sealed", string(d.ID), d.Parties),
		s.keys.SealText(draftsTable, "answers_sealed", string(d.ID), d.Answers), string(d.Unit), tx.Now, d.Case)
	return err
}

// DeleteDraft removes a draft.
func (Store) DeleteDraft(ctx context.Context, tx *db.Tx, id dossiers.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM dossiers_drafts WHERE id = $1`, string(id))
	return err
}
