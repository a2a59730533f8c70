// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Letter is a row of dossiers_letters.
type Letter struct {
	ID                  string
	Dossier             dossiers.ID
	Form                dossiers.TemplateKind
	State               dossiers.LetterState
	Version             int
	Signer, SignerName  string
	File, SHA, Areas    string
	Agency, DocType     string
	Year                int
	Number              int64
	Notation            string
	NumberedAt          db.Time
	ChangedBy, Changer  string
	ChangedAt, IssuedAt db.Time
}

// Result is what signatures and numbers ask of a document.
func (l Letter) Result() Result {
	return Result{Dossier: l.Dossier, Areas: l.Areas, Number: l.Number, Notation: l.Notation, NumberedAt: l.NumberedAt}
}

const letterColumns = `l.id, l.dossier_id, l.form, l.state, l.version, l.signer, l.signer_name, l.file_id, l.file_sha, l.areas, l.agency, l.doc_type, l.year, l.number, l.notation,
	l.numbered_at, l.changed_by, l.changer, l.changed_at, l.issued_at`

func scanLetter(r db.Row) (l Letter, err error) {
	err = r.Scan(&l.ID, &l.Dossier, &l.Form, &l.State, &l.Version, &l.Signer, &l.SignerName, &l.File, &l.SHA, &l.Areas, &l.Agency, &l.DocType, &l.Year, &l.Number, &l.Notation,
		&l.NumberedAt, &l.ChangedBy, &l.Changer, &l.ChangedAt, &l.IssuedAt)
	return l, err
}

// AddLetter adds one that waits for its initial.
func (Store) AddLetter(ctx context.Context, tx *db.Tx, l Letter) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_letters (id, dossier_id, form, state, version, signer, signer_name, file_id, file_sha, areas, agency, doc_type, year, number, notation,
		changed_by, changer, changed_at) VALUES ($1, $2, $3, 'drafted', 1, $4, $5, '', '', '', '', $6, 0, 0, '', $7, $8, $9)`,
		l.ID, string(l.Dossier), string(l.Form), l.Signer, l.SignerName, l.DocType, l.ChangedBy, l.Changer, tx.Now)
	return err
}

// FindLetter returns the letter of a motion; false where there is none. The caller
// has found the dossier in scope.
func (s Store) FindLetter(ctx context.Context, q db.Querier, id string) (Letter, bool, error) {
	return s.letter(ctx, q, id, "")
}

// LockLetter is FindLetter for a transaction that decides on it.
func (s Store) LockLetter(ctx context.Context, tx *db.Tx, id string) (Letter, bool, error) {
	return s.letter(ctx, tx, id, tx.ForUpdate())
}

func (Store) letter(ctx context.Context, q db.Querier, id, lock string) (Letter, bool, error) {
	l, err := scanLetter(q.QueryRow(ctx, `SELECT `+letterColumns+` FROM dossiers_letters l WHERE l.id = $1`+lock, id))
	if errors.Is(err, db.ErrNoRows) {
		return l, false, nil
	}
	return l, err == nil, err
}

// PutLetter changes one that the transaction has locked; its version counts up.
func (Store) PutLetter(ctx context.Context, tx *db.Tx, l Letter) error {
	_, err := tx.Exec(ctx, `UPDATE dossiers_letters SET state = $2, version = version + 1, file_id = $3, file_sha = $4, areas = $5, agency = $6, year = $7, number = $8, notation = $9,
		numbered_at = $10, changed_by = $11, changer = $12, changed_at = $13, issued_at = $14 WHERE id = $1`,
		l.ID, string(l.State), l.File, l.SHA, l.Areas, l.Agency, l.Year, l.Number, l.Notation, l.NumberedAt, l.ChangedBy, l.Changer, tx.Now, l.IssuedAt)
	return err
}

// Letters returns those of a dossier.
func (Store) Letters(ctx context.Context, q db.Querier, d dossiers.ID) ([]Letter, error) {
	return db.All(ctx, q, scanLetter, `SELECT `+letterColumns+` FROM dossiers_letters l WHERE l.dossier_id = $1 ORDER BY l.id`, string(d))
}

// LetterWaits is whose letters wait: of a scope for an act, those to sign for an
// account alone.
type LetterWaits struct {
	Initial, Sign, Issue bool
	Account              string
}

func openLettersQuery(sc access.Scope, w LetterWaits, after string, limit int) (string, []any) {
	flag := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	where, args := sc.Where(deciding(), after, limit, w.Account, flag(w.Initial), flag(w.Sign), flag(w.Issue))
	return `SELECT ` + letterColumns + ` FROM dossiers_letters l JOIN dossiers_dossiers d ON d.id = l.dossier_id WHERE l.state <> 'issued' AND l.id > $1
		AND (l.state = 'drafted' AND $4 = 1 OR l.state = 'to_sign' AND $5 = 1 AND l.signer = $3 OR l.state = 'signed' AND $6 = 1) AND ` + where + ` ORDER BY l.id LIMIT $2`, args
}

// ListOpenLetters returns at most limit letters that wait, the oldest first, after
// an id.
func (Store) ListOpenLetters(ctx context.Context, q db.Querier, sc access.Scope, w LetterWaits, after string, limit int) ([]Letter, error) {
	text, args := openLettersQuery(sc, w, after, limit)
	return db.All(ctx, q, scanLetter, text, args...)
}

// FindIssuedLetter returns what is public of the letter with the file that has this
// SHA-256, and the unit that has issued it; false where none has.
func (Store) FindIssuedLetter(ctx context.Context, q db.Querier, sha string) (r Result, unit orgs.ID, ok bool, err error) {
	err = q.QueryRow(ctx, `SELECT l.number, l.notation, l.issued_at, d.authority_unit FROM dossiers_letters l JOIN dossiers_dossiers d ON d.id = l.dossier_id
		WHERE l.file_sha = $1 AND l.state = 'issued' LIMIT 1`, sha).Scan(&r.Number, &r.Notation, &r.IssuedAt, &unit)
	if errors.Is(err, db.ErrNoRows) {
		return Result{}, "", false, nil
	}
	return r, unit, err == nil, err
}
