// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
)

// Either is two stores of which the first takes what is new. What lies in the
// other is found as well, so that blobs can move while people work.
type Either struct {
	First Store
	Other Store
}

var _ Store = Either{}

// Create implements Store.
func (e Either) Create(ctx context.Context) (Writer, error) { return e.First.Create(ctx) }

// Place implements Store.
func (e Either) Place(ctx context.Context, name string, content Content, size int64) error {
	return e.First.Place(ctx, name, content, size)
}

// Open implements Store.
func (e Either) Open(ctx context.Context, name string) (Content, int64, error) {
	c, size, err := e.First.Open(ctx, name)
	if !errors.Is(err, ErrNotFound) {
		return c, size, err
	}
	if c, size, err = e.Other.Open(ctx, name); !errors.Is(err, ErrNotFound) {
		return c, size, err
	}
	return e.First.Open(ctx, name) // it may just have moved
}

// Remove implements Store.
func (e Either) Remove(ctx context.Context, name string) error {
	return errors.Join(e.Other.Remove(ctx, name), e.First.Remove(ctx, name))
}

// Walk implements Store. A blob that is moving may come twice.
func (e Either) Walk(ctx context.Context, f func(Entry) error) error {
	return errors.Join(e.First.Walk(ctx, f), e.Other.Walk(ctx, f))
}

// Free implements Store.
func (e Either) Free() (int64, error) { return e.First.Free() }

// Check implements Store.
func (e Either) Check(ctx context.Context) error { return e.First.Check(ctx) }

// Close implements Store.
func (e Either) Close() error { return errors.Join(e.First.Close(), e.Other.Close()) }

// Moved is how far Move has come.
type Moved struct {
	Blobs int
	Bytes int64
}

// Move brings everything from one store to the other: each blob is written,
// read back, compared, and only then removed where it was. Cut off, it goes on
// where it was when it is called again. Each moved blob is reported.
func Move(ctx context.Context, from, to Store, report func(Moved)) (m Moved, err error) {
	err = from.Walk(ctx, func(e Entry) error {
		if err := move(ctx, from, to, e.Name); err != nil && !errors.Is(err, errGone) {
			return fmt.Errorf("move %s: %w", e.Name, err)
		}
		m.Blobs++
		m.Bytes += e.Size
		report(m)
		return nil
	})
	return m, err
}

// errGone means that somebody removed the blob in the meantime.
var errGone = errors.New("gone")

func move(ctx context.Context, from, to Store, name string) (err error) {
	in, size, err := from.Open(ctx, name)
	if errors.Is(err, ErrNotFound) {
		return errGone
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	there, err := same(ctx, to, name, in, size)
	if err != nil {
		return err
	}
	if !there {
		if err := to.Place(ctx, name, in, size); err != nil {
			return err
		}
		if there, err = same(ctx, to, name, in, size); err == nil && !there {
			err = fmt.Errorf("%w: it returns something else than it was given", ErrUnavailable)
		}
		if err != nil {
			return err
		}
	}
	return from.Remove(ctx, name)
}

// same reports whether the store has the blob, with the content of in.
func same(ctx context.Context, s Store, name string, in io.ReaderAt, size int64) (ok bool, err error) {
	there, has, err := s.Open(ctx, name)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, there.Close()) }()
	if has != size {
		return false, nil
	}
	want, err := digest(io.NewSectionReader(in, 0, size))
	if err != nil {
		return false, err
	}
	got, err := digest(there)
	return got == want, err
}

func digest(r io.Reader) (sum [sha256.Size]byte, err error) {
	h := sha256.New()
	_, err = io.Copy(h, r)
	return [sha256.Size]byte(h.Sum(nil)), err
}
