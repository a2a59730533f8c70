// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"tinhso.vn/internal/platform/blob"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// What can go wrong.
var (
	ErrNoUpload        = errs.New(errs.NotFound, "files.no_upload")
	ErrOffset          = errs.New(errs.Conflict, "files.offset") // the part belongs elsewhere; ask where to go on
	ErrPartTooLarge    = errs.New(errs.TooLarge, "files.part_too_large")
	ErrIncomplete      = errs.New(errs.Conflict, "files.incomplete")
	ErrTooManyUploads  = errs.New(errs.TooMany, "files.too_many_uploads")
	ErrPartsTooSmall   = errs.New(errs.Invalid, "files.parts_too_small")
	ErrLengthMalformed = errs.New(errs.Invalid, "files.length_wrong")
)

// Limits of uploads.
const (
	maxUploads = 20                 // that one account may have begun
	maxPieces  = 2_000              // of one upload
	uploadAge  = 3 * 24 * time.Hour // after which what was begun is forgotten
)

// Upload is a file that comes in parts. What came is not lost when the line
// breaks: the sender asks how much there is, and goes on from there.
type Upload struct {
	ID       string
	Name     string
	Length   int64 // bytes that will come
	Received int64 // bytes that came
	BegunAt  db.Time
}

// Complete reports whether everything came.
func (u Upload) Complete() bool { return u.Received == u.Length }

// Begin begins an upload of an account.
func Begin(ctx context.Context, tx *db.Tx, account, name string, length, limit int64) (u Upload, err error) {
	defer errs.Wrap(&err, "begin upload")
	switch {
	case account == "":
		return Upload{}, errors.New("an upload needs an account")
	case length < 0:
		return Upload{}, ErrLengthMalformed
	case length == 0:
		return Upload{}, ErrEmpty
	case length > limit:
		return Upload{}, ErrTooLarge.With("mb", limit>>20)
	}
	var begun int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM files_uploads WHERE account = $1`, account).Scan(&begun); err != nil {
		return Upload{}, err
	}
	if begun >= maxUploads {
		return Upload{}, ErrTooManyUploads.With("max", maxUploads)
	}
	u = Upload{ID: id.New(), Name: CleanName(name), Length: length, BegunAt: tx.Now}
	_, err = tx.Exec(ctx, `INSERT INTO files_uploads (id, account, name, length, received, begun_at) VALUES ($1, $2, $3, $4, 0, $5)`,
		u.ID, account, u.Name, u.Length, u.BegunAt)
	return u, err
}

// GetUpload returns an upload of the account.
func GetUpload(ctx context.Context, q db.Querier, account, upload string) (Upload, error) {
	return getUpload(ctx, q, account, upload, "")
}

func getUpload(ctx context.Context, q db.Querier, account, upload, lock string) (u Upload, err error) {
	defer errs.Wrap(&err, "get upload %s", upload)
	err = q.QueryRow(ctx, `SELECT id, name, length, received, begun_at FROM files_uploads WHERE id = $1 AND account = $2`+lock, upload, account).
		Scan(&u.ID, &u.Name, &u.Length, &u.Received, &u.BegunAt)
	if errors.Is(err, db.ErrNoRows) {
		return Upload{}, ErrNoUpload
	}
	return u, err
}

// Part is a part that lies on the disk and belongs to no upload yet.
type Part struct {
	Size   int64
	SHA256 string

	blob string
	key  []byte
}

// ReceivePart streams a part of at most limit bytes to the disk, outside any
// transaction. Where the sender stops in the middle, what came counts: that is
// what uploads in parts are for.
func (s *Store) ReceivePart(ctx context.Context, r io.Reader, limit int64) (p Part, err error) {
	defer errs.Wrap(&err, "receive part")
	ctx = context.WithoutCancel(ctx)
	out, err := s.blobs.Create(ctx)
	if err != nil {
		return Part{}, space(err)
	}
	defer out.Abort()
	p = Part{key: blob.NewKey()}
	seal, err := blob.Seal(out, p.key)
	if err != nil {
		return Part{}, err
	}
	sum := sha256.New()
	in := &source{ctx: ctx, r: io.LimitReader(r, limit+1)}
	p.Size, err = io.Copy(io.MultiWriter(sum, seal), in)
	switch {
	case p.Size > limit:
		return Part{}, ErrPartTooLarge
	case p.Size == 0 && in.err != nil:
		return Part{}, ErrInterrupted.Because(in.err)
	case err != nil && in.err == nil:
		return Part{}, space(err)
	}
	if err := seal.Close(); err != nil {
		return Part{}, space(err)
	}
	p.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if p.blob, err = out.Commit(); err != nil {
		return Part{}, space(err)
	}
	return p, nil
}

// AddPart puts a part behind what came before, in the caller's transaction. A
// part that belongs elsewhere is refused; two at once never both count.
func (s *Store) AddPart(ctx context.Context, tx *db.Tx, account, upload string, start int64, p Part) (u Upload, err error) {
	defer errs.Wrap(&err, "add part to upload %s", upload)
	if u, err = getUpload(ctx, tx, account, upload, tx.ForUpdate()); err != nil {
		return Upload{}, err
	}
	switch {
	case start != u.Received:
		return Upload{}, ErrOffset.With("received", u.Received)
	case p.Size > u.Length-u.Received:
		return Upload{}, ErrPartTooLarge
	case p.Size == 0:
		return u, nil
	}
	var pieces int
	if err := tx.QueryRow(ctx, `SELECT COUNT(*) FROM files_parts WHERE upload_id = $1`, upload).Scan(&pieces); err != nil {
		return Upload{}, err
	}
	if pieces >= maxPieces {
		return Upload{}, ErrPartsTooSmall
	}
	key := s.keys.SealText("files_parts", "sealed_key", partRow(upload, start), string(p.key))
	if _, err := tx.Exec(ctx, `INSERT INTO files_parts (upload_id, start, size, sha256, blob, sealed_key) VALUES ($1, $2, $3, $4, $5, $6)`,
		upload, start, p.Size, p.SHA256, p.blob, key); err != nil {
		return Upload{}, err
	}
	u.Received += p.Size
	_, err = tx.Exec(ctx, `UPDATE files_uploads SET received = $2 WHERE id = $1`, upload, u.Received)
	return u, err
}

func partRow(upload string, start int64) string { return fmt.Sprintf("%s/%d", upload, start) }

// OpenUpload returns everything that came, in order; each part is compared with
// its hash. Receive takes it from here.
func (s *Store) OpenUpload(ctx context.Context, q db.Querier, account, upload string) (content io.ReadCloser, u Upload, err error) {
	defer errs.Wrap(&err, "open upload %s", upload)
	if u, err = GetUpload(ctx, q, account, upload); err != nil {
		return nil, Upload{}, err
	}
	if !u.Complete() {
		return nil, Upload{}, ErrIncomplete.With("received", u.Received).With("length", u.Length)
	}
	rows, err := db.All(ctx, q, func(r db.Row) (p storedPart, err error) {
		err = r.Scan(&p.start, &p.blob, &p.sealed, &p.sha)
		return p, err
	}, `SELECT start, blob, sealed_key, sha256 FROM files_parts WHERE upload_id = $1 ORDER BY start`, upload)
	if err != nil {
		return nil, Upload{}, err
	}
	return &parts{ctx: ctx, s: s, upload: upload, rest: rows}, u, nil
}

// Receipt returns the hash of everything that came, read back from the disk:
// the sender compares it with its own before throwing the original away.
func (s *Store) Receipt(ctx context.Context, q db.Querier, account, upload string) (sha string, err error) {
	content, _, err := s.OpenUpload(ctx, q, account, upload)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, content)
	if err = errors.Join(err, content.Close()); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

type storedPart struct {
	start             int64
	blob, sealed, sha string
}

// parts reads one part after the other, each opened when its turn comes.
type parts struct {
	ctx    context.Context //nolint:containedctx // it lives until it is closed
	s      *Store
	upload string
	rest   []storedPart
	now    io.ReadCloser
}

// Read implements io.Reader.
func (p *parts) Read(b []byte) (int, error) {
	for {
		if p.now == nil {
			if len(p.rest) == 0 {
				return 0, io.EOF
			}
			next := p.rest[0]
			key, err := p.s.keys.OpenText("files_parts", "sealed_key", partRow(p.upload, next.start), next.sealed)
			if err != nil {
				return 0, ErrDamaged.Because(err)
			}
			if p.now, err = p.s.read(p.ctx, next.blob, []byte(key), next.sha); err != nil {
				p.now = nil
				return 0, err
			}
			p.rest = p.rest[1:]
		}
		n, err := p.now.Read(b)
		if !errors.Is(err, io.EOF) {
			return n, err
		}
		err = p.Close()
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// Close implements io.Closer.
func (p *parts) Close() error {
	if p.now == nil {
		return nil
	}
	now := p.now
	p.now = nil
	return now.Close()
}

// DropUpload forgets an upload: it was received as a file, or nobody wants it.
// Its keys go at once, what lies on the disk is swept.
func DropUpload(ctx context.Context, tx *db.Tx, account, upload string) (err error) {
	defer errs.Wrap(&err, "drop upload %s", upload)
	if _, err := tx.Exec(ctx, `DELETE FROM files_parts WHERE upload_id IN (SELECT id FROM files_uploads WHERE id = $1 AND account = $2)`, upload, account); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `DELETE FROM files_uploads WHERE id = $1 AND account = $2`, upload, account)
	if err == nil && n == 0 {
		return ErrNoUpload
	}
	return err
}

// ForgetUploads forgets what was begun long ago and never attached. It is meant
// to run daily.
func ForgetUploads(ctx context.Context, tx *db.Tx) (err error) {
	defer errs.Wrap(&err, "forget uploads")
	before := db.At(tx.Now.Add(-uploadAge))
	if _, err := tx.Exec(ctx, `DELETE FROM files_parts WHERE upload_id IN (SELECT id FROM files_uploads WHERE begun_at < $1)`, before); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `DELETE FROM files_uploads WHERE begun_at < $1`, before)
	return err
}
