// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"strings"

	"tinhso.vn/internal/modules/privacy"
	"tinhso.vn/internal/platform/db"
)

const purposeColumns = `id, name_vi, name_en, text_vi, text_en, consent, basis, reads, subjects_vi, subjects_en, holders, recipients_vi, recipients_en,
	kept_vi, kept_en, retention, version, agreed_vi, agreed_en, source, unverified`

// Purposes returns the register, in its order: there are few.
func (Store) Purposes(ctx context.Context, q db.Querier) ([]privacy.Purpose, error) {
	all, err := db.All(ctx, q, func(r db.Row) (p privacy.Purpose, err error) {
		var basis, reads, holders string
		err = r.Scan(&p.ID, &p.Name.VI, &p.Name.EN, &p.Text.VI, &p.Text.EN, &p.Consent, &basis, &reads, &p.Subjects.VI, &p.Subjects.EN, &holders,
			&p.Recipients.VI, &p.Recipients.EN, &p.Kept.VI, &p.Kept.EN, &p.Retention, &p.Version, &p.Agreed.VI, &p.Agreed.EN, &p.Source, &p.Unverified)
		p.Basis, p.Reads, p.Holders = strings.Fields(basis), strings.Fields(reads), strings.Fields(holders)
		return p, err
	}, `SELECT `+purposeColumns+` FROM privacy_purposes ORDER BY place`)
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, p := range all {
		at[p.ID] = i
	}
	_, err = db.All(ctx, q, func(r db.Row) (_ struct{}, err error) {
		var purpose string
		var c privacy.Category
		err = r.Scan(&purpose, &c.Sensitive, &c.Name.VI, &c.Name.EN)
		if i, known := at[purpose]; known {
			all[i].Data = append(all[i].Data, c)
		}
		return struct{}{}, err
	}, `SELECT purpose, sensitive, name_vi, name_en FROM privacy_purpose_data ORDER BY purpose, place`)
	return all, err
}

// PutPurpose keeps a purpose at a place of the register, new or changed.
func (s Store) PutPurpose(ctx context.Context, tx *db.Tx, place int, p privacy.Purpose) error {
	if err := s.DropPurpose(ctx, tx, p.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO privacy_purposes (`+purposeColumns+`, place)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
		p.ID, p.Name.VI, p.Name.EN, p.Text.VI, p.Text.EN, number(p.Consent), strings.Join(p.Basis, " "), strings.Join(p.Reads, " "), p.Subjects.VI, p.Subjects.EN,
		strings.Join(p.Holders, " "), p.Recipients.VI, p.Recipients.EN, p.Kept.VI, p.Kept.EN, p.Retention, p.Version, p.Agreed.VI, p.Agreed.EN, p.Source,
		number(p.Unverified), place); err != nil {
		return err
	}
	for i, c := range p.Data {
		if _, err := tx.Exec(ctx, `INSERT INTO privacy_purpose_data (purpose, place, sensitive, name_vi, name_en) VALUES ($1, $2, $3, $4, $5)`,
			p.ID, i, number(c.Sensitive), c.Name.VI, c.Name.EN); err != nil {
			return err
		}
	}
	return nil
}

// MovePurpose puts a purpose that has not changed at another place.
func (Store) MovePurpose(ctx context.Context, tx *db.Tx, id string, place int) error {
	_, err := tx.Exec(ctx, `UPDATE privacy_purposes SET place = $2 WHERE id = $1`, id, place)
	return err
}

// DropPurpose removes a purpose from the register; what people agreed to stays.
func (Store) DropPurpose(ctx context.Context, tx *db.Tx, id string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM privacy_purpose_data WHERE purpose = $1`, id); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM privacy_purposes WHERE id = $1`, id)
	return err
}

const termColumns = `what, id, name_vi, name_en, amount, unit, extend_amount, extend_unit, basis, citation_vi, citation_en, source, unverified`

// Terms returns the terms in force: one for each thing.
func (Store) Terms(ctx context.Context, q db.Querier) ([]privacy.Term, error) {
	return db.All(ctx, q, func(r db.Row) (t privacy.Term, err error) {
		err = r.Scan(&t.What, &t.ID, &t.Name.VI, &t.Name.EN, &t.Within.Amount, &t.Within.Unit, &t.Extend.Amount, &t.Extend.Unit, &t.Basis,
			&t.Citation.VI, &t.Citation.EN, &t.Source, &t.Unverified)
		return t, err
	}, `SELECT `+termColumns+` FROM privacy_terms ORDER BY what`)
}

// PutTerm keeps a term, new or changed.
func (s Store) PutTerm(ctx context.Context, tx *db.Tx, t privacy.Term) error {
	if err := s.DropTerm(ctx, tx, t.What); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `INSERT INTO privacy_terms (`+termColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		t.What, t.ID, t.Name.VI, t.Name.EN, t.Within.Amount, t.Within.Unit, t.Extend.Amount, t.Extend.Unit, t.Basis, t.Citation.VI, t.Citation.EN,
		t.Source, number(t.Unverified))
	return err
}

// DropTerm removes a term; requests keep the one they were filed under.
func (Store) DropTerm(ctx context.Context, tx *db.Tx, what string) error {
	_, err := tx.Exec(ctx, `DELETE FROM privacy_terms WHERE what = $1`, what)
	return err
}
