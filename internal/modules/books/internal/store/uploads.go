// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"strconv"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// Upload is a row of books_uploads.
type Upload struct {
	File, Register, Field, Account string
	At                             db.Time
	Proposal                       string // empty: none
}

const uploadColumns = `file, register, field, account, at, proposal`

func scanUpload(r db.Row) (u Upload, err error) {
	err = r.Scan(&u.File, &u.Register, &u.Field, &u.Account, &u.At, &u.Proposal)
	return u, err
}

// AddUpload notes a file that waits for its record.
func (Store) AddUpload(ctx context.Context, tx *db.Tx, u Upload) error {
	_, err := tx.Exec(ctx, `INSERT INTO books_uploads (`+uploadColumns+`) VALUES ($1, $2, $3, $4, $5, '')`, u.File, u.Register, u.Field, u.Account, tx.Now)
	return err
}

// CountUploads returns how many files of an account wait for a record.
func (Store) CountUploads(ctx context.Context, q db.Querier, account string) (n int, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM books_uploads WHERE account = $1 AND proposal = ''`, account).Scan(&n)
	return n, err
}

// UploadsOf returns those of some files that an account has sent to a register and
// that nothing has taken yet, by the id of the file. Files are few: those of one form.
func (Store) UploadsOf(ctx context.Context, q db.Querier, register, account string, files []string) (map[string]Upload, error) {
	found := map[string]Upload{}
	if len(files) == 0 {
		return found, nil
	}
	args, marks := []any{register, account}, make([]string, len(files))
	for i, f := range files {
		args = append(args, f)
		marks[i] = "$" + strconv.Itoa(len(args))
	}
	all, err := db.All(ctx, q, scanUpload, `SELECT `+uploadColumns+` FROM books_uploads WHERE register = $1 AND account = $2 AND proposal = ''
		AND file IN (`+strings.Join(marks, ", ")+`)`, args...)
	for _, u := range all {
		found[u.File] = u
	}
	return found, err
}

// TakeUpload ends the waiting of a file and reports whether it waited: of two who
// take it, one does.
func (Store) TakeUpload(ctx context.Context, tx *db.Tx, u Upload) (bool, error) {
	n, err := tx.Exec(ctx, `DELETE FROM books_uploads WHERE file = $1 AND register = $2 AND field = $3 AND account = $4 AND proposal = $5`,
		u.File, u.Register, u.Field, u.Account, u.Proposal)
	return n == 1, err
}

// ProposeUpload lets a file wait with a proposal, and reports whether it was free.
func (Store) ProposeUpload(ctx context.Context, tx *db.Tx, u Upload, proposal string) (bool, error) {
	n, err := tx.Exec(ctx, `UPDATE books_uploads SET proposal = $5 WHERE file = $1 AND register = $2 AND field = $3 AND account = $4 AND proposal = ''`,
		u.File, u.Register, u.Field, u.Account, proposal)
	return n == 1, err
}

// UploadsWith returns the files that wait with a proposal.
func (Store) UploadsWith(ctx context.Context, q db.Querier, proposal string) ([]Upload, error) {
	return db.All(ctx, q, scanUpload, `SELECT `+uploadColumns+` FROM books_uploads WHERE proposal = $1 ORDER BY at, file`, proposal)
}

// OldUploads returns at most limit files that nobody has used since a moment.
func (Store) OldUploads(ctx context.Context, q db.Querier, before db.Time, limit int) ([]Upload, error) {
	return db.All(ctx, q, scanUpload, `SELECT `+uploadColumns+` FROM books_uploads WHERE proposal = '' AND at < $1 ORDER BY at, file LIMIT $2`, before, limit)
}
