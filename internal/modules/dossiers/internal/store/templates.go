// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// Template is a row of dossiers_templates.
type Template struct {
	ID                                   string
	Kind                                 dossiers.TemplateKind
	Procedure                            procedures.ID // empty: every one
	Version                              int
	File, SHA, FileName, Note            string
	State                                dossiers.TemplateState
	ValidFrom                            db.Time
	UploadedBy, Uploader, UploaderPerson string // account, name, person
	UploadedAt                           db.Time
	DecidedBy, Decider                   string // account, name
	DecidedAt                            db.Time
	Words                                string
	EndedAt                              db.Time
}

const templateColumns = `id, kind, procedure_id, version, file_id, file_sha, file_name, note, state, valid_from, uploaded_by, uploader, uploader_person, uploaded_at,
	decided_by, decider, decided_at, words, ended_at`

func scanTemplate(r db.Row) (t Template, err error) {
	err = r.Scan(&t.ID, &t.Kind, &t.Procedure, &t.Version, &t.File, &t.SHA, &t.FileName, &t.Note, &t.State, &t.ValidFrom, &t.UploadedBy, &t.Uploader, &t.UploaderPerson,
		&t.UploadedAt, &t.DecidedBy, &t.Decider, &t.DecidedAt, &t.Words, &t.EndedAt)
	return t, err
}

// ListTemplates returns at most limit versions, the newest first, before an id;
// empty is from the newest on.
func (Store) ListTemplates(ctx context.Context, q db.Querier, before string, limit int) ([]Template, error) {
	if before == "" {
		before = "~" // behind every id
	}
	return db.All(ctx, q, scanTemplate, listTemplatesQuery, before, limit)
}

const listTemplatesQuery = `SELECT ` + templateColumns + ` FROM dossiers_templates WHERE id < $1 ORDER BY id DESC LIMIT $2`

// GetTemplate returns one version; ErrNoTemplate.
func (s Store) GetTemplate(ctx context.Context, q db.Querier, id string) (Template, error) {
	return s.template(ctx, q, id, "")
}

// LockTemplate is GetTemplate for a transaction that decides on it.
func (s Store) LockTemplate(ctx context.Context, tx *db.Tx, id string) (Template, error) {
	return s.template(ctx, tx, id, tx.ForUpdate())
}

func (Store) template(ctx context.Context, q db.Querier, id, lock string) (Template, error) {
	t, err := scanTemplate(q.QueryRow(ctx, `SELECT `+templateColumns+` FROM dossiers_templates WHERE id = $1`+lock, id))
	if errors.Is(err, db.ErrNoRows) {
		return t, dossiers.ErrNoTemplate
	}
	return t, err
}

// AddTemplate adds a version that waits; its number follows the last one. Of two
// who add at once one gets an error that IsDuplicate.
func (Store) AddTemplate(ctx context.Context, tx *db.Tx, t Template) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_templates (id, kind, procedure_id, version, file_id, file_sha, file_name, note, state, valid_from, uploaded_by, uploader,
		uploader_person, uploaded_at, decided_by, decider, words)
		SELECT $1, $2, $3, COALESCE(MAX(version), 0) + 1, $4, $5, $6, $7, 'waiting', CAST($8 AS BIGINT), $9, $10, $11, CAST($12 AS BIGINT), '', '', '' FROM dossiers_templates WHERE kind = $2 AND procedure_id = $3`,
		t.ID, string(t.Kind), string(t.Procedure), t.File, t.SHA, t.FileName, t.Note, t.ValidFrom, t.UploadedBy, t.Uploader, t.UploaderPerson, tx.Now)
	return err
}

// DecideTemplate writes what was decided about a locked version.
func (Store) DecideTemplate(ctx context.Context, tx *db.Tx, t Template) error {
	_, err := tx.Exec(ctx, `UPDATE dossiers_templates SET state = $2, valid_from = $3, decided_by = $4, decider = $5, decided_at = $6, words = $7, ended_at = $8 WHERE id = $1`,
		t.ID, string(t.State), t.ValidFrom, t.DecidedBy, t.Decider, t.DecidedAt, t.Words, t.EndedAt)
	return err
}

const templateOfQuery = `SELECT ` + templateColumns + ` FROM dossiers_templates WHERE kind = $1 AND procedure_id = $2 AND valid_from <= $3 AND decided_at IS NOT NULL
	AND decided_at <= $3 AND state IN ('approved', 'ended') ORDER BY valid_from DESC, id DESC LIMIT 1`

// FindTemplate returns the version by which something is written at a moment: that
// of the procedure, otherwise that of all. False where there was none.
func (Store) FindTemplate(ctx context.Context, q db.Querier, k dossiers.TemplateKind, p procedures.ID, at db.Time) (Template, bool, error) {
	for _, of := range []procedures.ID{p, ""} {
		t, err := scanTemplate(q.QueryRow(ctx, templateOfQuery, string(k), string(of), at))
		switch {
		case err == nil && (t.EndedAt.IsZero() || t.EndedAt.After(at.Time)):
			return t, true, nil
		case err == nil, errors.Is(err, db.ErrNoRows):
		default:
			return t, false, err
		}
	}
	return Template{}, false, nil
}

// Words is a row of dossiers_words: how a result is written in Word.
type Words struct {
	Result         string
	Dossier        dossiers.ID
	Template       string // empty: none was there when it was begun
	File, FileName string // as an officer has changed it
	By, Name       string // account, name
	At             db.Time
}

// FindWords returns how a result is written; false where nobody has begun it yet.
func (Store) FindWords(ctx context.Context, q db.Querier, result string) (w Words, found bool, err error) {
	err = q.QueryRow(ctx, `SELECT result_id, dossier_id, template_id, file_id, file_name, added_by, adder, added_at FROM dossiers_words WHERE result_id = $1`, result).
		Scan(&w.Result, &w.Dossier, &w.Template, &w.File, &w.FileName, &w.By, &w.Name, &w.At)
	if errors.Is(err, db.ErrNoRows) {
		return w, false, nil
	}
	return w, err == nil, err
}

// PutWords writes how a result is written.
func (Store) PutWords(ctx context.Context, tx *db.Tx, w Words) error {
	_, err := tx.Exec(ctx, `INSERT INTO dossiers_words (result_id, dossier_id, template_id, file_id, file_name, added_by, adder, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (result_id) DO UPDATE SET file_id = excluded.file_id, file_name = excluded.file_name, added_by = excluded.added_by, adder = excluded.adder, added_at = excluded.added_at`,
		w.Result, string(w.Dossier), w.Template, w.File, w.FileName, w.By, w.Name, w.At)
	return err
}

// WordFiles returns the documents of Word that belong to a dossier.
func (Store) WordFiles(ctx context.Context, q db.Querier, d dossiers.ID) ([]string, error) {
	return db.All(ctx, q, func(r db.Row) (file string, err error) {
		err = r.Scan(&file)
		return file, err
	}, `SELECT file_id FROM dossiers_words WHERE dossier_id = $1 AND file_id <> ''`, string(d))
}
