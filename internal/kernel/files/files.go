// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package files keeps what people hand in and what offices make: papers,
// pictures, results. It does not decide who may see a file: a file belongs to a
// subject, and the owner of the subject asks its own scope first.
//
// The blob is written first, the row in the caller's transaction second, and
// what was written for nothing is swept third.
package files

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"tinhso.vn/internal/platform/blob"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

//go:embed migrations
var migrations embed.FS

// Migrations creates the table of this package.
func Migrations() db.Migrations { return db.Migrations{Namespace: "files", Files: migrations} }

// What can go wrong.
var (
	ErrNotFound     = errs.New(errs.NotFound, "files.not_found")
	ErrTypeMismatch = errs.New(errs.Invalid, "files.type_mismatch") // the content is not what the name says
	ErrTypeRefused  = errs.New(errs.Invalid, "files.type_refused")  // nobody asked for such a file
	ErrEmpty        = errs.New(errs.Invalid, "files.empty")
	ErrTooLarge     = errs.New(errs.TooLarge, "files.too_large")
	ErrInterrupted  = errs.New(errs.Unavailable, "files.interrupted") // the sender stopped
	ErrNoSpace      = errs.New(errs.Unavailable, "files.no_space")
	ErrStore        = errs.New(errs.Unavailable, "files.store_unavailable") // the store does not answer
	ErrDamaged      = errs.New(errs.Internal, "files.damaged")              // what is read is not what was kept
	ErrErased       = errs.New(errs.NotFound, "files.erased")               // date
	ErrNotStored    = errs.New(errs.Unavailable, "files.not_stored")        // what was written reads differently

	ErrPictureFormat   = errs.New(errs.Invalid, "files.picture_format") // WebP, HEIC, AVIF
	ErrPictureBroken   = errs.New(errs.Invalid, "files.picture_broken")
	ErrPictureTooLarge = errs.New(errs.Invalid, "files.picture_too_large") // in pixels
	ErrPictureBomb     = errs.New(errs.Invalid, "files.picture_bomb")
	ErrPDFBroken       = errs.New(errs.Invalid, "files.pdf_broken")
	ErrPDFEncrypted    = errs.New(errs.Invalid, "files.pdf_encrypted")
	ErrPDFActive       = errs.New(errs.Invalid, "files.pdf_active") // argument what: Active
	ErrPDFPages        = errs.New(errs.Invalid, "files.pdf_pages")
	ErrPDFBomb         = errs.New(errs.Invalid, "files.pdf_bomb")
	ErrDocumentBroken  = errs.New(errs.Invalid, "files.document_broken")
	ErrMacro           = errs.New(errs.Invalid, "files.macro")
	ErrBomb            = errs.New(errs.Invalid, "files.bomb") // an archive that grows without measure
	ErrInfected        = errs.New(errs.Invalid, "files.infected")
	ErrNotScanned      = errs.New(errs.Unavailable, "files.not_scanned") // the virus scanner does not answer
)

// ID names a file.
type ID string

// Subject is what a file belongs to.
type Subject struct{ Kind, ID string }

// File is what is known about a file.
type File struct {
	ID      ID
	Subject Subject
	Name    string
	Type    Type
	Size    int64
	SHA256  string // of the content, hex
	AddedBy string // account
	AddedAt db.Time
	Erased  db.Time // zero while it is there
}

// Keep gives a staged file to a subject, in the caller's transaction, in which
// the quotas are counted too.
func (s *Store) Keep(ctx context.Context, tx *db.Tx, st Staged, owner Subject, account string) (f File, err error) {
	defer errs.Wrap(&err, "keep file")
	if st.blob == "" || owner.Kind == "" || owner.ID == "" {
		return File{}, errors.New("a file needs content and an owner")
	}
	f = File{
		ID: ID(id.New()), Subject: owner, Name: st.Name, Type: st.Type, Size: st.Size, SHA256: st.SHA256, AddedBy: account, AddedAt: tx.Now,
	}
	key := s.keys.SealText("files_files", "sealed_key", string(f.ID), string(st.key))
	counted := 0
	if !st.own && !st.moved {
		if err := s.spend(ctx, tx, st.Size, owner, account); err != nil {
			return File{}, err
		}
		counted = 1
	}
	_, err = tx.Exec(ctx, `INSERT INTO files_files (id, subject_kind, subject_id, name, type, size, sha256, blob, sealed_key, added_by, added_at, counted)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		string(f.ID), owner.Kind, owner.ID, f.Name, string(f.Type), f.Size, f.SHA256, st.blob, key, account, f.AddedAt, counted)
	if err == nil && !st.own {
		err = s.ask(ctx, tx, f)
	}
	if err != nil {
		return File{}, err
	}
	return f, nil
}

const columns = `id, subject_kind, subject_id, name, type, size, sha256, added_by, added_at, erased_at`

func fields(f *File) []any {
	return []any{&f.ID, &f.Subject.Kind, &f.Subject.ID, &f.Name, &f.Type, &f.Size, &f.SHA256, &f.AddedBy, &f.AddedAt, &f.Erased}
}

// Get returns what is known about a file of a subject. A file of another
// subject does not exist: whoever may see the subject asks for its files.
func Get(ctx context.Context, q db.Querier, owner Subject, fileID ID) (f File, err error) {
	defer errs.Wrap(&err, "get file %s", fileID)
	err = q.QueryRow(ctx, `SELECT `+columns+` FROM files_files WHERE id = $1 AND subject_kind = $2 AND subject_id = $3`,
		string(fileID), owner.Kind, owner.ID).Scan(fields(&f)...)
	if errors.Is(err, db.ErrNoRows) {
		return File{}, ErrNotFound
	}
	return f, err
}

// List returns the files of a subject in the order in which they came; at most
// limit of them after a given one.
func List(ctx context.Context, q db.Querier, owner Subject, after ID, limit int) (all []File, err error) {
	defer errs.Wrap(&err, "list files")
	return db.All(ctx, q, func(r db.Row) (f File, err error) {
		err = r.Scan(fields(&f)...)
		return f, err
	}, `SELECT `+columns+` FROM files_files WHERE subject_kind = $1 AND subject_id = $2 AND id > $3 AND erased_at IS NULL
		ORDER BY id LIMIT $4`, owner.Kind, owner.ID, string(after), limit)
}

// Open returns the content of a file of a subject. Reading it fails where what
// is on the disk is not what was kept; the last bytes are given out only with
// the hash found right.
func (s *Store) Open(ctx context.Context, q db.Querier, owner Subject, fileID ID) (content Content, f File, err error) {
	defer errs.Wrap(&err, "open file %s", fileID)
	var name, sealed string
	err = q.QueryRow(ctx, `SELECT `+columns+`, blob, sealed_key FROM files_files WHERE id = $1 AND subject_kind = $2 AND subject_id = $3`,
		string(fileID), owner.Kind, owner.ID).Scan(append(fields(&f), &name, &sealed)...)
	switch {
	case errors.Is(err, db.ErrNoRows):
		return nil, File{}, ErrNotFound
	case err != nil:
		return nil, File{}, err
	case !f.Erased.IsZero():
		return nil, File{}, f.Gone()
	}
	key, err := s.keys.OpenText("files_files", "sealed_key", string(f.ID), sealed)
	if err != nil {
		return nil, File{}, ErrDamaged.Because(err)
	}
	r, err := s.read(ctx, name, []byte(key), f.SHA256)
	if err != nil {
		return nil, File{}, err
	}
	return r, f, nil
}

func (s *Store) read(ctx context.Context, name string, key []byte, want string) (Content, error) {
	raw, size, err := s.blobs.Open(ctx, name)
	if err != nil {
		return nil, damaged(err)
	}
	plain, err := blob.Unseal(raw, key)
	if err != nil {
		return nil, errors.Join(ErrDamaged.Because(err), raw.Close())
	}
	return &verified{plain: plain, raw: raw, size: size, key: key, sum: sha256.New(), want: want}, nil
}

// Content is what a file holds. Read to its end it is compared with the hash that
// was kept. One goroutine uses it.
type Content interface {
	io.ReadCloser
	// Part returns length bytes from an offset instead; each stretch of 64 KB is
	// known to be what was kept there before any of it is given out.
	Part(from, length int64) (io.Reader, error)
}

// verified compares what is read with the hash that was kept.
type verified struct {
	plain io.Reader
	raw   blob.Content
	size  int64 // of raw
	key   []byte
	sum   hash.Hash
	want  string
}

func (v *verified) Read(p []byte) (int, error) {
	n, err := v.plain.Read(p)
	_, _ = v.sum.Write(p[:n]) // a hash does not fail
	switch {
	case errors.Is(err, io.EOF) && hex.EncodeToString(v.sum.Sum(nil)) != v.want:
		return 0, ErrDamaged.Because(errors.New("another hash than the one kept"))
	case errors.Is(err, blob.ErrTampered), errors.Is(err, blob.ErrUnavailable):
		return 0, damaged(err)
	}
	return n, err
}

// Part implements Content.
func (v *verified) Part(from, length int64) (io.Reader, error) {
	at, err := blob.UnsealAt(v.raw, v.size, v.key)
	if err != nil {
		return nil, damaged(err)
	}
	return io.NewSectionReader(at, from, length), nil
}

// damaged says of what could not be read whether it may be read later.
func damaged(err error) error {
	if errors.Is(err, blob.ErrUnavailable) {
		return ErrStore.Because(err)
	}
	return ErrDamaged.Because(err)
}

// Close implements io.Closer.
func (v *verified) Close() error { return v.raw.Close() }

// sweepAge is how old a blob without a row must be to be removed: no request
// takes so long between Receive and the end of its transaction.
const sweepAge = 24 * time.Hour

// Sweep removes blobs that no row names and returns how many. It is meant to
// run daily.
func (s *Store) Sweep(ctx context.Context, q db.Querier) (removed int, err error) {
	defer errs.Wrap(&err, "sweep files")
	err = s.blobs.Walk(ctx, func(e blob.Entry) error {
		if e.Age < sweepAge {
			return nil
		}
		name := e.Name
		var n int
		if err := q.QueryRow(ctx, `SELECT (SELECT COUNT(*) FROM files_files WHERE blob = $1) + (SELECT COUNT(*) FROM files_parts WHERE blob = $1)
			+ (SELECT COUNT(*) FROM files_pictures WHERE blob = $1)`, name).Scan(&n); err != nil {
			return fmt.Errorf("look for %s: %w", name, err)
		}
		if n > 0 {
			return nil
		}
		removed++
		return s.blobs.Remove(ctx, name)
	})
	return removed, err
}
