// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Mail is one row of dossiers_mail.
type Mail struct {
	ID                dossiers.ID
	Unit              orgs.ID
	Consignment, Came string // Came: YYYY-MM-DD
	OpenedBy, Opener  string // account, name
	OpenedAt          db.Time
	Letter, LetterBy  string // consignment of the receipt, name of who sent it; empty: nobody has
	LetterAt          db.Time
}

// MailItem is Mail in a list, with what became of it. Without Reference it is a draft.
type MailItem struct {
	Mail
	Reference, Code string
	Name            i18n.Text // of the procedure
	Status          dossiers.Status
}

const mailColumns = `m.id, m.unit, m.consignment, m.came_on, m.opened_by, m.opener, m.opened_at, m.letter, m.letter_by, m.letter_at`

func (m *Mail) into() []any {
	return []any{&m.ID, &m.Unit, &m.Consignment, &m.Came, &m.OpenedBy, &m.Opener, &m.OpenedAt, &m.Letter, &m.LetterBy, &m.LetterAt}
}

// AddMail notes with which consignment the papers of a draft came.
func (Store) AddMail(ctx context.Context, tx *db.Tx, m Mail) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_mail (id, unit, consignment, came_on, opened_by, opener, opened_at, letter, letter_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '', '')`, string(m.ID), string(m.Unit), m.Consignment, m.Came, m.OpenedBy, m.Opener, tx.Now)
	return err
}

// FindMail returns how the papers of a draft or dossier came; false where it was not by
// post. Whoever asks has found it in scope before.
func (Store) FindMail(ctx context.Context, q db.Querier, id dossiers.ID) (m Mail, found bool, err error) {
	err = q.QueryRow(ctx, `SELECT `+mailColumns+` FROM dossiers_mail m WHERE m.id = $1`, string(id)).Scan(m.into()...)
	if errors.Is(err, db.ErrNoRows) {
		return Mail{}, false, nil
	}
	return m, err == nil, err
}

// SetLetter writes with which letter the receipt goes back.
func (Store) SetLetter(ctx context.Context, tx *db.Tx, m Mail) error {
	_, err := tx.Exec(ctx, `UPDATE dossiers_mail SET letter = $2, letter_by = $3, letter_at = $4 WHERE id = $1`, string(m.ID), m.Letter, m.LetterBy, tx.Now)
	return err
}

// DropMail forgets the envelope of a draft that is thrown away.
func (Store) DropMail(ctx context.Context, tx *db.Tx, id dossiers.ID) error {
	_, err := tx.Exec(ctx, `DELETE FROM dossiers_mail WHERE id = $1`, string(id))
	return err
}

// ListMail returns at most limit envelopes that were opened in scope, the newest first,
// before an id ("" for the newest); those of one consignment where it is named.
func (Store) ListMail(ctx context.Context, q db.Querier, sc access.Scope, consignment, before string, limit int) ([]MailItem, error) {
	text, args := mailQuery(sc, consignment, before, limit)
	return db.All(ctx, q, func(r db.Row) (m MailItem, err error) {
		err = r.Scan(append(m.into(), &m.Reference, &m.Code, &m.Name.VI, &m.Name.EN, &m.Status)...)
		return m, err
	}, text, args...)
}

func mailQuery(sc access.Scope, consignment, before string, limit int) (string, []any) {
	if before == "" {
		before = "~" // after every id
	}
	given := []any{before, limit}
	of := ""
	if consignment != "" {
		of, given = ` AND m.consignment = $3 AND m.consignment <> ''`, append(given, consignment)
	}
	where, args := sc.Where(access.Columns{Units: []string{"m.unit"}}, given...)
	return `SELECT ` + mailColumns + `, COALESCE(d.reference, ''), COALESCE(d.code, ''), COALESCE(d.name_vi, r.name_vi, ''), COALESCE(d.name_en, r.name_en, ''), COALESCE(d.status, 0)
		FROM dossiers_mail m LEFT JOIN dossiers_dossiers d ON d.id = m.id LEFT JOIN dossiers_drafts r ON r.id = m.id
		WHERE m.id < $1` + of + ` AND ` + where + ` ORDER BY m.id DESC LIMIT $2`, args
}
