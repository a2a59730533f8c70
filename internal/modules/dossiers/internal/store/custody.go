// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Custody is a row of dossiers_custody.
type Custody struct {
	Dossier       dossiers.ID
	Account, Name string
	Unit          orgs.ID
	Sheets        int
	Since         db.Time
	To, ToName    string // account, name; empty: it is not on its way
	Handing       string
}

// Custodies says which rows a list holds.
type Custodies string

// The lists of somebody.
const (
	InHand  Custodies = "account = $1 AND to_account = ''"
	Coming  Custodies = "to_account = $1 AND to_account <> ''"
	Leaving Custodies = "account = $1 AND to_account <> ''"
)

const custodyColumns = `c.dossier_id, c.account, c.name, c.unit, c.sheets, c.since, c.to_account, c.to_name, c.handing`

func scanCustody(r db.Row) (c Custody, err error) {
	err = r.Scan(&c.Dossier, &c.Account, &c.Name, &c.Unit, &c.Sheets, &c.Since, &c.To, &c.ToName, &c.Handing)
	return c, err
}

// AddSheets counts the paper that came with a dossier into the hands of who received
// it; nothing where none came, or somebody has it already.
func (Store) AddSheets(ctx context.Context, tx *db.Tx, d Dossier, account, name string) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_custody (dossier_id, account, name, unit, sheets, since, to_account, to_name, handing)
		SELECT $1, $2, $3, $4, SUM(original + copy + certified), $5, '', '', '' FROM dossiers_papers WHERE dossier_id = $1 HAVING SUM(original + copy + certified) > 0
		ON CONFLICT (dossier_id) DO NOTHING`, string(d.ID), account, name, string(d.Received), tx.Now)
	return err
}

// FindCustody returns who has the paper of a dossier, locked in a transaction; false
// where there is none.
func (Store) FindCustody(ctx context.Context, q db.Querier, id dossiers.ID) (c Custody, found bool, err error) {
	lock := ""
	if tx, ok := q.(*db.Tx); ok {
		lock = tx.ForUpdate()
	}
	c, err = scanCustody(q.QueryRow(ctx, `SELECT `+custodyColumns+` FROM dossiers_custody c WHERE c.dossier_id = $1`+lock, string(id)))
	if errors.Is(err, db.ErrNoRows) {
		return c, false, nil
	}
	return c, err == nil, err
}

// Sheaf is the paper of a dossier with what people call that.
type Sheaf struct {
	Custody
	Code string
	Name i18n.Text
	Step i18n.Text // that is open
	Next string    // name of who has that step in hand
	Slip string    // on which it is on its way
}

// ListCustody returns at most limit rows of a list of somebody, after a dossier.
func (Store) ListCustody(ctx context.Context, q db.Querier, of Custodies, account, after string, limit int) ([]Sheaf, error) {
	return db.All(ctx, q, func(r db.Row) (s Sheaf, err error) {
		c := &s.Custody
		err = r.Scan(&c.Dossier, &c.Account, &c.Name, &c.Unit, &c.Sheets, &c.Since, &c.To, &c.ToName, &c.Handing, &s.Code, &s.Name.VI, &s.Name.EN, &s.Step.VI, &s.Step.EN, &s.Next, &s.Slip)
		return s, err
	}, custodyQuery(of), account, after, limit)
}

// ListLeft returns at most limit rows of paper in a unit that is with none of its members, after a dossier.
func (Store) ListLeft(ctx context.Context, q db.Querier, unit orgs.ID, members []string, after string, limit int) ([]Sheaf, error) {
	args, marks := []any{string(unit), after, limit}, make([]string, len(members))
	for i, m := range members {
		args, marks[i] = append(args, m), "$"+strconv.Itoa(i+4)
	}
	of := "unit = $1"
	if len(members) > 0 {
		of += " AND account NOT IN (" + strings.Join(marks, ", ") + ")"
	}
	return db.All(ctx, q, func(r db.Row) (s Sheaf, err error) {
		c := &s.Custody
		err = r.Scan(&c.Dossier, &c.Account, &c.Name, &c.Unit, &c.Sheets, &c.Since, &c.To, &c.ToName, &c.Handing, &s.Code, &s.Name.VI, &s.Name.EN, &s.Step.VI, &s.Step.EN, &s.Next, &s.Slip)
		return s, err
	}, custodyQuery(Custodies(of)), args...)
}

func custodyQuery(of Custodies) string {
	return `SELECT ` + custodyColumns + `, CASE WHEN d.code = '' THEN d.reference ELSE d.code END, d.name_vi, d.name_en, d.step_vi, d.step_en, d.assignee_name,
		COALESCE((SELECT slip FROM dossiers_handings h WHERE h.id = c.handing), '')
		FROM (SELECT * FROM dossiers_custody WHERE ` + string(of) + ` AND dossier_id > $2 ORDER BY dossier_id LIMIT $3) c JOIN dossiers_dossiers d ON d.id = c.dossier_id ORDER BY c.dossier_id`
}

// PutCustody writes a locked row.
func (Store) PutCustody(ctx context.Context, tx *db.Tx, c Custody) error {
	_, err := tx.Exec(ctx, `UPDATE dossiers_custody SET account = $2, name = $3, unit = $4, since = $5, to_account = $6, to_name = $7, handing = $8 WHERE dossier_id = $1`,
		string(c.Dossier), c.Account, c.Name, string(c.Unit), c.Since, c.To, c.ToName, c.Handing)
	return err
}

// Handing is a row of dossiers_handings.
type Handing struct {
	ID, Slip        string
	Dossier         dossiers.ID
	From, FromName  string
	To, ToName      string
	Sheets          int
	State, Words    string
	SentAt, EndedAt db.Time
	Code            string // what people call the dossier
	Name            i18n.Text
}

// The states of a handing.
const (
	HandingOpen     = "open"
	HandingTaken    = "taken"
	HandingDeclined = "declined"
	HandingBack     = "back"
)

// AddHanding adds one that is open.
func (Store) AddHanding(ctx context.Context, tx *db.Tx, h Handing) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_handings (id, slip, dossier_id, from_account, from_name, to_account, to_name, sheets, state, words, sent_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', '', $9)`, h.ID, h.Slip, string(h.Dossier), h.From, h.FromName, h.To, h.ToName, h.Sheets, tx.Now)
	return err
}

// EndHanding ends one that is open.
func (Store) EndHanding(ctx context.Context, tx *db.Tx, id, state, words string) error {
	_, err := tx.Exec(ctx, `UPDATE dossiers_handings SET state = $2, words = $3, ended_at = $4 WHERE id = $1 AND state = 'open'`, id, state, words, tx.Now)
	return err
}

// maxSlip bounds a slip: no more change hands at once.
const maxSlip = 200

// ListSlip returns what was handed over together.
func (Store) ListSlip(ctx context.Context, q db.Querier, slip string) ([]Handing, error) {
	return db.All(ctx, q, func(r db.Row) (h Handing, err error) {
		err = r.Scan(&h.ID, &h.Slip, &h.Dossier, &h.From, &h.FromName, &h.To, &h.ToName, &h.Sheets, &h.State, &h.Words, &h.SentAt, &h.EndedAt, &h.Code, &h.Name.VI, &h.Name.EN)
		return h, err
	}, `SELECT h.id, h.slip, h.dossier_id, h.from_account, h.from_name, h.to_account, h.to_name, h.sheets, h.state, h.words, h.sent_at, h.ended_at,
		CASE WHEN d.code = '' THEN d.reference ELSE d.code END, d.name_vi, d.name_en
		FROM dossiers_handings h JOIN dossiers_dossiers d ON d.id = h.dossier_id WHERE h.slip = $1 ORDER BY h.id LIMIT $2`, slip, maxSlip)
}
