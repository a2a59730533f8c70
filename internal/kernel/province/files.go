// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package province

import (
	"context"
	"encoding/json"
	"errors"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// ErrNoFiles means that the pack was applied by a program that did not keep
// its files: applying it again keeps them.
var ErrNoFiles = errs.New(errs.NotFound, "province.no_files")

// Lock lets one pack be applied at a time; another waits until the transaction
// ends. SQLite needs none: its writer is alone.
func Lock(ctx context.Context, tx *db.Tx) error {
	if tx.Dialect() != db.Postgres {
		return nil
	}
	_, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(7004)`)
	return err
}

// KeepFiles keeps the files of the pack that was applied, by path, so that it
// can be exported and compared. It comes after Apply.
func KeepFiles(ctx context.Context, tx *db.Tx, files map[string][]byte) (err error) {
	defer errs.Wrap(&err, "keep the files of the pack")

	texts := make(map[string]string, len(files))
	for name, content := range files {
		texts[name] = string(content)
	}
	raw, err := json.Marshal(texts)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE province_settings SET pack_files = $1 WHERE one = 1 AND pack_files <> $1`, string(raw))
	return err
}

// Files returns the files of the pack in force; ErrNotApplied, ErrNoFiles.
func Files(ctx context.Context, q db.Querier) (files map[string][]byte, err error) {
	defer errs.Wrap(&err, "read the files of the pack")

	var raw string
	err = q.QueryRow(ctx, `SELECT pack_files FROM province_settings WHERE one = 1`).Scan(&raw)
	switch {
	case errors.Is(err, db.ErrNoRows):
		return nil, ErrNotApplied
	case err != nil:
		return nil, err
	case raw == "":
		return nil, ErrNoFiles
	}
	var texts map[string]string
	if err := json.Unmarshal([]byte(raw), &texts); err != nil {
		return nil, err
	}
	files = make(map[string][]byte, len(texts))
	for name, text := range texts {
		files[name] = []byte(text)
	}
	return files, nil
}
