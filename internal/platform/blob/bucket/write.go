// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package bucket

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/minio/minio-go/v7"

	"tinhso.vn/internal/platform/blob"
)

type writer struct {
	ctx   context.Context //nolint:containedctx // it lives until Commit or Abort
	s     *Store
	local blob.Writer // in the spool
	name  string
	put   bool
	done  bool
}

// Create implements blob.Store.
func (s *Store) Create(ctx context.Context) (blob.Writer, error) {
	local, err := s.spool.Create(ctx)
	if err != nil {
		return nil, err
	}
	return &writer{ctx: ctx, s: s, local: local, name: blob.NewName()}, nil
}

// Write implements io.Writer.
func (w *writer) Write(p []byte) (int, error) { return w.local.Write(p) }

// Finish puts what was written, with its size known before: a store must never
// have to guess where a file ends.
func (w *writer) Finish() (err error) {
	if w.put {
		return nil
	}
	defer func() {
		if err != nil {
			w.Abort()
		}
	}()
	if err := w.local.Finish(); err != nil {
		return err
	}
	content, size, err := w.local.Content()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	w.put = true // perhaps: Abort removes it either way
	return w.s.send(w.ctx, w.name, content, size)
}

// Place implements blob.Store.
func (s *Store) Place(ctx context.Context, name string, content blob.Content, size int64) error {
	if !blob.Valid(name) {
		return blob.ErrNotFound
	}
	return s.send(ctx, name, content, size)
}

func (s *Store) send(ctx context.Context, name string, content io.ReaderAt, size int64) error {
	_, err := s.s3.Client.PutObject(ctx, s.o.Bucket, s.key(name), io.NewSectionReader(content, 0, size), size, minio.PutObjectOptions{
		ContentType: "application/octet-stream", NumThreads: 2,
		DisableContentSha256: true, // signatures inside the content end up in the content of some stores; everything is read back
	})
	return explain(err)
}

// Content implements blob.Writer: in order from the bucket, any part from the
// spool, which the caller has by then compared with what came from the bucket.
func (w *writer) Content() (blob.Content, int64, error) {
	local, size, err := w.local.Content()
	if err != nil {
		return nil, 0, err
	}
	return &both{&object{ctx: w.ctx, s: w.s, name: w.name, size: size}, local}, size, nil
}

type both struct {
	*object
	local blob.Content
}

// ReadAt implements io.ReaderAt.
func (b *both) ReadAt(p []byte, off int64) (int, error) { return b.local.ReadAt(p, off) }

// Close implements io.Closer.
func (b *both) Close() error { return errors.Join(b.object.Close(), b.local.Close()) }

// Commit implements blob.Writer. A blob has its name from the moment it was put;
// until a row names it, it is swept.
func (w *writer) Commit() (string, error) {
	if err := w.Finish(); err != nil {
		return "", err
	}
	w.done = true
	w.local.Abort() // it lies in the bucket
	return w.name, nil
}

// removal is how long Abort tries; what it cannot remove is swept.
const removal = 10 * time.Second

// Abort implements blob.Writer.
func (w *writer) Abort() {
	if w.done {
		return
	}
	w.done = true
	w.local.Abort()
	if w.put {
		ctx, stop := context.WithTimeout(context.WithoutCancel(w.ctx), removal)
		defer stop()
		_ = w.s.Remove(ctx, w.name)
	}
}

// object reads a blob of the bucket: in order by one request, which goes on
// where it was cut off, and any part by requests of its own.
type object struct {
	ctx  context.Context //nolint:containedctx // it lives until Close
	s    *Store
	name string
	size int64

	body  io.ReadCloser // of what is read in order
	at    int64
	again int // how often it was taken up

	ahead   []byte // the last part that was asked for
	aheadAt int64
}

// Open implements blob.Store.
func (s *Store) Open(ctx context.Context, name string) (blob.Content, int64, error) {
	if !blob.Valid(name) {
		return nil, 0, blob.ErrNotFound
	}
	info, err := s.s3.StatObject(ctx, s.o.Bucket, s.key(name), minio.StatObjectOptions{})
	if err != nil {
		return nil, 0, explain(err)
	}
	return &object{ctx: ctx, s: s, name: name, size: info.Size}, info.Size, nil
}

func (o *object) get(from, to int64) (io.ReadCloser, error) {
	var with minio.GetObjectOptions
	if err := with.SetRange(from, to-1); err != nil {
		return nil, err
	}
	body, info, _, err := o.s.s3.GetObject(o.ctx, o.s.o.Bucket, o.s.key(o.name), with)
	if err != nil {
		return nil, explain(err)
	}
	if info.Size != to-from {
		return nil, errors.Join(blob.ErrUnavailable, errors.New("the store sends another part than it was asked for"), body.Close())
	}
	return body, nil
}

// Read implements io.Reader.
func (o *object) Read(p []byte) (n int, err error) {
	for {
		if o.at >= o.size {
			return 0, io.EOF
		}
		if o.body == nil {
			if o.body, err = o.get(o.at, o.size); err != nil {
				o.body = nil
				return 0, err
			}
		}
		n, err = o.body.Read(p)
		o.at += int64(n)
		if err == nil || n > 0 {
			return n, nil
		}
		broken := explain(errors.Join(err, o.Close()))
		if o.again++; o.again >= o.s.o.Attempts {
			return 0, broken
		}
	}
}

// window is how much is asked for at once where any part may be wanted.
const window = 1 << 20

// ReadAt implements io.ReaderAt.
func (o *object) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) {
		if off >= o.size || off < 0 {
			return n, io.EOF
		}
		if off < o.aheadAt || off >= o.aheadAt+int64(len(o.ahead)) {
			if err := o.look(off); err != nil {
				return n, err
			}
		}
		k := copy(p[n:], o.ahead[off-o.aheadAt:])
		n, off = n+k, off+int64(k)
	}
	return n, nil
}

func (o *object) look(off int64) (err error) {
	to := min(off+window, o.size)
	for range o.s.o.Attempts {
		var body io.ReadCloser
		if body, err = o.get(off, to); err != nil {
			return err
		}
		o.ahead = append(o.ahead[:0], make([]byte, to-off)...)
		_, err = io.ReadFull(body, o.ahead)
		if err = errors.Join(err, body.Close()); err == nil {
			o.aheadAt = off
			return nil
		}
		o.ahead = o.ahead[:0]
	}
	return explain(err)
}

// Close implements io.Closer.
func (o *object) Close() error {
	if o.body == nil {
		return nil
	}
	body := o.body
	o.body = nil
	return body.Close()
}
