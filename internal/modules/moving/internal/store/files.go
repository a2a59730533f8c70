// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"slices"
	"strconv"

	"tinhso.vn/internal/platform/db"
)

// Where the content of a file stands.
const (
	Due  = "due"
	Lost = "lost" // it was not there, or not what it should be; the next run looks again
	Kept = "kept"
)

// File is a file that a dossier had in the older system.
type File struct {
	ID, Dossier, Word, Name, Paper string
	Size                           int64
	SHA256, Path                   string
	Wave, State, Here              string // Here is the file that holds its content
	Line                           int    // in the table of files
}

const fileColumns = `id, dossier_id, word, name_sealed, paper, size, sha256, path, wave_id, state, file_id, line`

func (s Store) scanFile(r db.Row) (f File, err error) {
	if err = r.Scan(&f.ID, &f.Dossier, &f.Word, &f.Name, &f.Paper, &f.Size, &f.SHA256, &f.Path, &f.Wave, &f.State, &f.Here, &f.Line); err != nil {
		return f, err
	}
	f.Name, err = s.keys.OpenText("moving_files", "name_sealed", f.ID, f.Name)
	return f, err
}

// PutFiles keeps what files were. Of those that are there, what the dump says now is
// kept where the content has not come.
func (s Store) PutFiles(ctx context.Context, tx *db.Tx, all []File) error {
	of := make([]string, 0, len(all))
	for _, f := range all {
		of = append(of, f.Dossier)
	}
	if len(of) == 0 {
		return nil
	}
	slices.Sort(of)
	in, args := list(slices.Compact(of))
	there, err := db.All(ctx, tx, func(r db.Row) (f File, err error) {
		err = r.Scan(&f.ID, &f.Dossier, &f.Word, &f.Size, &f.SHA256, &f.Path, &f.Wave, &f.State, &f.Line)
		return f, err
	}, `SELECT id, dossier_id, word, size, sha256, path, wave_id, state, line FROM moving_files WHERE dossier_id IN `+in, args...)
	if err != nil {
		return err
	}
	known := map[[2]string]File{}
	for _, f := range there {
		known[[2]string{f.Dossier, f.Word}] = f
	}
	var rows [][]any
	var changed [][]string
	for _, f := range all {
		key := [2]string{f.Dossier, f.Word}
		old, here := known[key]
		known[key] = f
		switch {
		case !here:
			rows = append(rows, []any{f.ID, f.Dossier, f.Word, s.keys.SealText("moving_files", "name_sealed", f.ID, f.Name), f.Paper, f.Size, f.SHA256, f.Path, f.Wave, f.State, "", f.Line})
		case old.State == Kept || old.State == f.State && old.Wave == f.Wave && old.Line == f.Line && old.Path == f.Path && old.Size == f.Size && old.SHA256 == f.SHA256:
		case old.ID != "" && old.ID != f.ID:
			changed = append(changed, []string{old.ID, f.Wave, f.State, f.Path, f.SHA256, strconv.FormatInt(f.Size, 10), strconv.Itoa(f.Line)})
			f.ID = old.ID
			known[key] = f
		}
	}
	if err := tx.InsertAll(ctx, `INSERT INTO moving_files (`+fileColumns+`)`, `ON CONFLICT (dossier_id, word) DO NOTHING`, rows); err != nil {
		return err
	}
	return tx.UpdateAll(ctx, `UPDATE moving_files SET wave_id = v.column2, state = v.column3, path = v.column4, sha256 = v.column5, size = CAST(v.column6 AS BIGINT), line = CAST(v.column7 AS INTEGER)`,
		`moving_files.id = v.column1`, changed)
}

// DropFiles forgets the files of a dossier.
func (Store) DropFiles(ctx context.Context, tx *db.Tx, dossier string) error {
	_, err := tx.Exec(ctx, `DELETE FROM moving_files WHERE dossier_id = $1`, dossier)
	return err
}

const dueFiles = `SELECT ` + fileColumns + ` FROM moving_files WHERE wave_id = $1 AND state = 'due' ORDER BY id LIMIT $2`

// DueFiles returns at most limit files of a wave whose contents are due.
func (s Store) DueFiles(ctx context.Context, q db.Querier, wave string, limit int) ([]File, error) {
	return db.All(ctx, q, s.scanFile, dueFiles, wave, limit)
}

// DueBytes says how much is due of a wave, as the dump states it.
func (Store) DueBytes(ctx context.Context, q db.Querier, wave string) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM moving_files WHERE wave_id = $1 AND state = 'due'`, wave).Scan(&n)
	return n, err
}

// SetFile says where the content of a file stands.
func (Store) SetFile(ctx context.Context, tx *db.Tx, id, state, file string) error {
	_, err := tx.Exec(ctx, `UPDATE moving_files SET state = $2, file_id = $3 WHERE id = $1`, id, state, file)
	return err
}

const filesOf = `SELECT ` + fileColumns + ` FROM moving_files WHERE dossier_id = $1 ORDER BY word LIMIT $2`

// Files returns what files a dossier had.
func (s Store) Files(ctx context.Context, q db.Querier, dossier string, limit int) ([]File, error) {
	return db.All(ctx, q, s.scanFile, filesOf, dossier, limit)
}
