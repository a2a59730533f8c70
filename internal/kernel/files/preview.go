// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/preview"
)

// Previewer makes pictures of the pages of a file. After an error of package
// preview what it gave is good; after another one it is asked again later.
type Previewer interface {
	Run(ctx context.Context, kind string, content io.Reader, each func(preview.Picture) error) (pages int, err error)
}

// ErrNoPicture means that there is no picture of that page.
var ErrNoPicture = errs.New(errs.NotFound, "files.no_picture")

// Showing is how far the pictures of a file are.
type Showing string

// The states. A file of a kind that cannot be shown has none.
const (
	Unshown Showing = ""        // nobody asked for pictures
	Waiting Showing = "waiting" // they are being made
	Made    Showing = "made"
	Failed  Showing = "failed" // there is nothing to see, for a reason
)

// Shown is what can be seen of a file.
type Shown struct {
	State  Showing
	Reason string // code of a text: why nothing can be seen, or not all; empty where all can
	Pages  int    // of the file
	Made   int    // of which there is a picture: the first ones
}

// Picture is the picture of a page, a JPEG.
type Picture struct {
	Width, Height int   // pixels
	Size          int64 // bytes
}

const (
	showLease    = 10 * time.Minute // longer than any preview takes
	showAttempts = 3
)

// ask puts a file into the queue of those that are shown, if it can be.
func (s *Store) ask(ctx context.Context, tx *db.Tx, f File) error {
	if s.with.Previewer == nil || !preview.Shows(string(f.Type)) {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO files_shown (file_id, state, reason, pages, made, attempt, due_at) VALUES ($1, $2, '', 0, 0, 0, $3)
		ON CONFLICT (file_id) DO NOTHING`, string(f.ID), string(Waiting), tx.Now)
	return err
}

// Show asks for the pictures of a file that was kept before there were any.
// Asked again it changes nothing.
func (s *Store) Show(ctx context.Context, tx *db.Tx, owner Subject, fileID ID) (err error) {
	defer errs.Wrap(&err, "show file %s", fileID)
	f, err := Get(ctx, tx, owner, fileID)
	if err != nil || !f.Erased.IsZero() {
		return err
	}
	return s.ask(ctx, tx, f)
}

// GetShown returns what can be seen of a file; nothing for one that nobody
// asked about.
func GetShown(ctx context.Context, q db.Querier, fileID ID) (sh Shown, err error) {
	defer errs.Wrap(&err, "what is shown of %s", fileID)
	err = q.QueryRow(ctx, `SELECT state, reason, pages, made FROM files_shown WHERE file_id = $1`, string(fileID)).
		Scan(&sh.State, &sh.Reason, &sh.Pages, &sh.Made)
	if errors.Is(err, db.ErrNoRows) {
		return Shown{}, nil
	}
	return sh, err
}

// OpenPicture returns the picture of a page of a file of a subject, a JPEG; page
// 0 is the thumbnail. The caller closes it.
func (s *Store) OpenPicture(ctx context.Context, q db.Querier, owner Subject, fileID ID, page int) (content io.ReadCloser, p Picture, err error) {
	defer errs.Wrap(&err, "open page %d of file %s", page, fileID)
	f, err := Get(ctx, q, owner, fileID)
	if err != nil {
		return nil, Picture{}, err
	}
	if err := f.Gone(); err != nil {
		return nil, Picture{}, err
	}
	var name, sealed, sha string
	err = q.QueryRow(ctx, `SELECT width, height, size, sha256, blob, sealed_key FROM files_pictures WHERE file_id = $1 AND page = $2`, string(fileID), page).
		Scan(&p.Width, &p.Height, &p.Size, &sha, &name, &sealed)
	if errors.Is(err, db.ErrNoRows) {
		return nil, Picture{}, ErrNoPicture
	}
	if err != nil {
		return nil, Picture{}, err
	}
	key, err := s.keys.OpenText("files_pictures", "sealed_key", pictureRow(fileID, page), sealed)
	if err != nil {
		return nil, Picture{}, ErrDamaged.Because(err)
	}
	content, err = s.read(ctx, name, []byte(key), sha)
	return content, p, err
}

func pictureRow(f ID, page int) string { return fmt.Sprintf("%s/%d", f, page) }

// toShow is a file whose turn it is.
type toShow struct {
	file    ID
	owner   Subject
	attempt int
}

// ShowNext makes the pictures of one file that waits and reports whether there
// was one. It takes seconds, and is meant to be called by one goroutine of each
// server: several never take the same file. A file that cannot be shown is no
// error; it gets a reason.
func (s *Store) ShowNext(ctx context.Context, d *db.DB) (did bool, err error) {
	defer errs.Wrap(&err, "show the next file")
	if s.with.Previewer == nil {
		return false, nil
	}
	var due int
	if err := d.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM files_shown WHERE state = 'waiting' AND due_at <= $1 LIMIT 1) AS due`, d.Now()).Scan(&due); err != nil || due == 0 {
		return false, err // one cheap read, so that an idle server does not write
	}
	next, found, err := s.claim(ctx, d)
	if err != nil || !found {
		return false, err
	}
	pictures, pages, why := s.draw(ctx, d, next)
	if why != nil && reason(why) == "" {
		if next.attempt < showAttempts {
			return true, why // its lease ends, and somebody tries again
		}
		why = errors.Join(why, preview.ErrFailed)
	}
	return true, d.Write(ctx, func(tx *db.Tx) error { return s.keepPictures(ctx, tx, next, pictures, max(pages, 0), why) })
}

func (s *Store) claim(ctx context.Context, d *db.DB) (t toShow, found bool, err error) {
	err = d.Write(ctx, func(tx *db.Tx) error {
		var c toShow
		err := tx.QueryRow(ctx, `SELECT file_id, attempt FROM files_shown WHERE state = 'waiting' AND due_at <= $1 ORDER BY due_at, file_id LIMIT 1`+tx.Dialect().Pick("", " FOR UPDATE SKIP LOCKED"), tx.Now).
			Scan(&c.file, &c.attempt)
		if errors.Is(err, db.ErrNoRows) {
			t, found = toShow{}, false
			return nil
		}
		if err != nil {
			return err
		}
		c.attempt++
		if _, err := tx.Exec(ctx, `UPDATE files_shown SET attempt = $2, due_at = $3 WHERE file_id = $1`, string(c.file), c.attempt, db.At(tx.Now.Add(showLease))); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, `SELECT subject_kind, subject_id FROM files_files WHERE id = $1`, string(c.file)).Scan(&c.owner.Kind, &c.owner.ID); err != nil {
			return err
		}
		t, found = c, true
		return nil
	})
	return t, found, err
}

// drawn is a picture that lies in the store and belongs to nothing yet.
type drawn struct {
	Staged
	page, width, height int
}

// draw makes the pictures. An error without a reason is worth trying again.
func (s *Store) draw(ctx context.Context, d *db.DB, t toShow) (all []drawn, pages int, why error) {
	content, f, err := s.Open(ctx, d, t.owner, t.file)
	switch {
	case errors.Is(err, ErrErased), errors.Is(err, ErrNotFound):
		return nil, 0, nil
	case err != nil:
		return nil, 0, err
	}
	defer func() { _ = content.Close() }() // it was only read
	if f.Size > preview.MaxContent {
		return nil, 0, preview.ErrTooLarge
	}
	pages, why = s.with.Previewer.Run(ctx, string(f.Type), content, func(p preview.Picture) error {
		st, err := s.Receive(ctx, bytes.NewReader(p.JPEG), Meta{Name: "p.jpg", Allow: []Type{JPEG}, Limit: int64(len(p.JPEG)), Own: true})
		if err != nil {
			return err
		}
		all = append(all, drawn{st, p.Page, p.Width, p.Height})
		return nil
	})
	if why != nil && reason(why) == "" {
		return nil, 0, why
	}
	return all, pages, why
}

// reason is the text that says why a file cannot be shown; empty for a fault that
// is not the file's.
func reason(err error) string {
	switch {
	case errors.Is(err, preview.ErrTooLarge):
		return "files.shown.too_large"
	case errors.Is(err, preview.ErrEncrypted):
		return "files.shown.encrypted"
	case errors.Is(err, preview.ErrBroken), errors.Is(err, preview.ErrNoKind):
		return "files.shown.broken"
	case errors.Is(err, preview.ErrExhausted):
		return "files.shown.exhausted"
	case errors.Is(err, preview.ErrFailed):
		return "files.shown.failed"
	}
	return ""
}

// keepPictures writes what was made, unless the file was erased meanwhile.
func (s *Store) keepPictures(ctx context.Context, tx *db.Tx, t toShow, all []drawn, pages int, why error) error {
	var there int
	err := tx.QueryRow(ctx, `SELECT 1 FROM files_files WHERE id = $1 AND erased_at IS NULL`+tx.ForUpdate(), string(t.file)).Scan(&there)
	if errors.Is(err, db.ErrNoRows) {
		return forgetPictures(ctx, tx, t.file)
	}
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM files_pictures WHERE file_id = $1`, string(t.file)); err != nil {
		return err
	}
	made := 0
	for _, p := range all {
		key := s.keys.SealText("files_pictures", "sealed_key", pictureRow(t.file, p.page), string(p.key))
		if _, err := tx.Exec(ctx, `INSERT INTO files_pictures (file_id, page, width, height, size, sha256, blob, sealed_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			string(t.file), p.page, p.width, p.height, p.Size, p.SHA256, p.blob, key); err != nil {
			return err
		}
		made = max(made, p.page)
	}
	state := Made
	if made == 0 {
		state = Failed
	}
	_, err = tx.Exec(ctx, `UPDATE files_shown SET state = $2, reason = $3, pages = $4, made = $5 WHERE file_id = $1`,
		string(t.file), string(state), reason(why), max(pages, made), made)
	return err
}

// forgetPictures takes the pictures away with their file. Their keys go at once,
// what lies in the store is swept.
func forgetPictures(ctx context.Context, tx *db.Tx, f ID) error {
	if _, err := tx.Exec(ctx, `DELETE FROM files_pictures WHERE file_id = $1`, string(f)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `DELETE FROM files_shown WHERE file_id = $1`, string(f))
	return err
}
