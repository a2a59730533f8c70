// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package blob keeps bytes under random names: in a folder, or elsewhere
// (blob/bucket). It does not know what they are or whose: kernel/files does. A
// blob is written once, is either there completely or not at all, and survives a
// loss of power once Commit has returned.
package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// What can go wrong.
var (
	ErrNoSpace     = errors.New("blob: no space left")
	ErrNotFound    = errors.New("blob: not found")
	ErrUnavailable = errors.New("blob: the store does not answer") // or not as it should
)

// Store keeps blobs.
type Store interface {
	// Create begins a blob under a random name; ctx lives until the writer ends.
	Create(ctx context.Context) (Writer, error)
	// Place writes a blob that has its name already: one that moves here.
	Place(ctx context.Context, name string, content Content, size int64) error
	// Open opens a blob and returns its size; ctx lives until it is closed.
	Open(ctx context.Context, name string) (Content, int64, error)
	// Remove removes a blob; one that is not there is removed.
	Remove(ctx context.Context, name string) error
	// Walk calls f with each blob. What was begun and never ended is removed on
	// the way once it is older than a day.
	Walk(ctx context.Context, f func(Entry) error) error
	// Free returns how many bytes the disk of this machine still takes.
	Free() (int64, error)
	// Check writes a small blob, reads it and removes it again.
	Check(ctx context.Context) error
	Close() error
}

// Writer writes one blob. Either Commit or Abort ends it.
type Writer interface {
	io.Writer
	// Finish makes what was written durable where it will be kept. After an error
	// there is nothing.
	Finish() error
	// Content opens what Finish wrote, to look at it before it counts. The caller
	// closes it. What is read in order comes from where it is kept.
	Content() (Content, int64, error)
	// Commit finishes the blob and returns its name. After an error there is no
	// blob.
	Commit() (name string, err error)
	// Abort removes what was written. After Commit it does nothing.
	Abort()
}

// Content is what was written. One goroutine uses it.
type Content interface {
	io.Reader
	io.ReaderAt
	io.Closer
}

// Entry is a blob as Walk finds it.
type Entry struct {
	Name string
	Size int64         // bytes
	Age  time.Duration // since it was written
}

// abandoned is how old something is that was begun and never ended.
const abandoned = 24 * time.Hour

// NewName returns a random name.
func NewName() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // never fails since Go 1.24
	return hex.EncodeToString(raw[:])
}

// Valid reports whether a name can be that of a blob.
func Valid(name string) bool { return len(name) == 32 && strings.Trim(name, "0123456789abcdef") == "" }

// Probe writes a small blob, reads it and removes it again: Check of any store.
func Probe(ctx context.Context, s Store) (err error) {
	w, err := s.Create(ctx)
	if err != nil {
		return err
	}
	defer w.Abort()
	want := []byte("tinhso: can this be written and read?")
	if _, err := w.Write(want); err != nil {
		return err
	}
	if err := w.Finish(); err != nil {
		return err
	}
	r, _, err := w.Content()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	got, err := io.ReadAll(r)
	if err == nil && !bytes.Equal(got, want) {
		err = fmt.Errorf("%w: it returns something else than it was given", ErrUnavailable)
	}
	return err
}
