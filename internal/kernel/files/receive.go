// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"

	"tinhso.vn/internal/platform/blob"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/errs"
)

// Store receives and gives back files.
type Store struct {
	blobs blob.Store
	keys  *crypt.Keys
	with  Options
}

// Options is what differs between installations.
type Options struct {
	Scanner   Scanner // nil: nobody looks for viruses
	Quota     Quota
	Previewer Previewer // nil: nothing is shown
}

// Scanner looks for viruses. It reads r to its end, and returns the name of what
// it found, or an error where it cannot tell.
type Scanner interface {
	Scan(ctx context.Context, r io.Reader) (found string, err error)
}

// New returns a store over blobs; keys seal the key of each file.
// Its quotas are DefaultQuota.
func New(blobs blob.Store, keys *crypt.Keys) *Store {
	return &Store{blobs, keys, Options{Quota: DefaultQuota()}}
}

// With returns the store with other options.
func (s *Store) With(o Options) *Store { return &Store{s.blobs, s.keys, o} }

// Meta says what is expected.
type Meta struct {
	Name   string // as the sender calls it
	Allow  []Type
	Limit  int64    // bytes
	Permit []Active // what PDFs may do; it is told in Staged and refused otherwise
	Own    bool     // made by this program: neither changed nor inspected, and no quota counts it
	Moved  bool     // comes from an older system: inspected like others, and no quota counts it
	Raw    bool     // of whatever type, read by this program alone: a table in an old encoding; viruses are looked for
}

// Staged is a file that was received and belongs to nobody yet. It is kept by
// Keep, or swept after a day.
type Staged struct {
	Name    string
	Type    Type
	Size    int64  // of what is kept
	SHA256  string // of what is kept, hex
	Removed Removed
	Active  []Active // in a PDF, as permitted
	Pages   int      // of a PDF, those of earlier revisions included; 0 for others

	blob  string
	key   []byte
	own   bool
	moved bool
}

// Receive streams r to the disk, in constant memory, and looks at it: pictures
// lose what they tell besides the picture, PDFs and documents that do things
// are refused. Then it is read back from the disk, so that what is acknowledged
// is known to open with its key and to have its hash; a virus scanner reads
// along. Only then it gets a name. It stands outside any transaction. After an
// error nothing is left.
func (s *Store) Receive(ctx context.Context, r io.Reader, m Meta) (st Staged, err error) {
	defer errs.Wrap(&err, "receive file")

	out, err := s.blobs.Create(ctx)
	if err != nil {
		return Staged{}, space(err)
	}
	defer out.Abort()
	st = Staged{Name: CleanName(m.Name), key: blob.NewKey(), own: m.Own, moved: m.Moved}
	look := &pdfScanner{}
	if err := s.write(ctx, out, r, m, &st, look); err != nil {
		return Staged{}, err
	}
	if err := out.Finish(); err != nil {
		return Staged{}, space(err)
	}
	if err := s.reread(ctx, out, m, &st, look); err != nil {
		return Staged{}, err
	}
	if st.blob, err = out.Commit(); err != nil {
		return Staged{}, space(err)
	}
	return st, nil
}

// write is the first half of Receive: from the sender to the disk.
func (s *Store) write(ctx context.Context, out io.Writer, r io.Reader, m Meta, st *Staged, look *pdfScanner) error {
	in := &source{ctx: ctx, r: io.LimitReader(r, m.Limit+1)}
	from := bufio.NewReaderSize(in, 64<<10)
	head, _ := from.Peek(headSize) // an error comes again
	var err error
	if st.Type = Data; !m.Raw {
		st.Type, err = sniff(head)
	}
	if err == nil && len(head) > 0 && st.Type != archiveType && !m.Raw {
		st.Type, err = accept(st.Type, st.Name, m.Allow)
	}
	if err != nil {
		return errors.Join(err, interrupted(in))
	}
	seal, err := blob.Seal(out, st.key)
	if err != nil {
		return err
	}
	sum, size := sha256.New(), &counter{}
	to := io.MultiWriter(sum, size, seal)
	switch {
	case m.Own:
		_, err = io.Copy(to, from)
	case st.Type == JPEG:
		st.Removed, err = scrubJPEG(to, from)
	case st.Type == PNG:
		st.Removed, err = scrubPNG(to, from)
	case st.Type == PDF:
		_, err = io.Copy(io.MultiWriter(to, look), from)
	default:
		_, err = io.Copy(to, from)
	}
	if err == nil || errs.KindOf(err) == errs.Invalid { // what else comes counts too
		_, rest := io.Copy(io.Discard, from)
		err = errors.Join(err, rest)
	}
	switch stopped := interrupted(in); {
	case stopped != nil:
		return stopped
	case in.n > m.Limit:
		return ErrTooLarge.With("mb", m.Limit>>20)
	case in.n == 0:
		return ErrEmpty
	case err != nil:
		return space(err)
	}
	st.Size, st.SHA256 = size.n, hex.EncodeToString(sum.Sum(nil))
	return space(seal.Close())
}

// reread is the second half of Receive: what stands on the disk.
func (s *Store) reread(ctx context.Context, out blob.Writer, m Meta, st *Staged, look *pdfScanner) (err error) {
	raw, size, err := out.Content()
	if err != nil {
		return space(err)
	}
	defer func() { _ = raw.Close() }() // it was only read
	if err := s.compare(ctx, raw, m, *st); err != nil {
		return err
	}
	if m.Own {
		return nil
	}
	at, err := blob.UnsealAt(raw, size, st.key)
	if err != nil {
		return ErrNotStored.Because(err)
	}
	switch st.Type { //nolint:exhaustive // the others have no structure that is read from the disk
	case PDF:
		err = look.finish(at, m.Permit)
		st.Active, st.Pages = look.found, look.pages
	case archiveType:
		o := office{size: st.Size}
		if st.Type, err = o.inspect(at, st.Size, false); errors.Is(err, ErrDocumentBroken) {
			if _, named := accept("", st.Name, m.Allow); errors.Is(named, ErrTypeRefused) {
				err = named // whoever sends an archive is told that none is taken
			}
		}
		if err == nil {
			st.Type, err = accept(st.Type, st.Name, m.Allow)
		}
	}
	return err
}

// compare reads the whole file back, and lets the scanner see it.
func (s *Store) compare(ctx context.Context, raw io.Reader, m Meta, st Staged) error {
	plain, err := blob.Unseal(raw, st.key)
	if err != nil {
		return ErrNotStored.Because(err)
	}
	sum := sha256.New()
	in := io.TeeReader(plain, sum)
	if s.with.Scanner != nil && !m.Own {
		found, err := s.with.Scanner.Scan(ctx, in)
		switch {
		case errors.Is(err, blob.ErrTampered), errors.Is(err, blob.ErrUnavailable):
			return ErrNotStored.Because(err)
		case err != nil:
			return ErrNotScanned.Because(err)
		}
		if found != "" {
			return ErrInfected.With("virus", found)
		}
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return ErrNotStored.Because(err)
	}
	if hex.EncodeToString(sum.Sum(nil)) != st.SHA256 {
		return ErrNotStored.Because(errors.New("another hash than that of what was written"))
	}
	return nil
}

// source counts, remembers that it was the sender who failed, and stops when
// nobody waits any more.
type source struct {
	ctx context.Context //nolint:containedctx // it lives as long as one call of Receive
	r   io.Reader
	n   int64
	err error
}

func (s *source) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		s.err = err
		return 0, err
	}
	n, err := s.r.Read(p)
	s.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

func interrupted(s *source) error {
	if s.err == nil {
		return nil
	}
	return ErrInterrupted.Because(s.err)
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

func space(err error) error {
	if errors.Is(err, blob.ErrNoSpace) {
		return ErrNoSpace.Because(err)
	}
	if errors.Is(err, blob.ErrUnavailable) {
		return ErrStore.Because(err)
	}
	return err
}
