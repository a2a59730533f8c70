// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package blob keeps bytes in a folder under random names. It does not know
// what they are or whose: kernel/files does. A blob is written once, is either
// there completely or not at all, and survives a loss of power once Commit has
// returned.
package blob

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"syscall"
	"time"

	"tinhso.vn/internal/platform/clock"
)

// What can go wrong.
var (
	ErrNoSpace  = errors.New("blob: no space left")
	ErrNotFound = errors.New("blob: not found")
)

// making is the folder in which blobs are written before they have a name.
const making = "making"

// Store is a folder of blobs.
type Store struct {
	root    *os.Root
	dir     string
	reserve int64
	create  func(name string) (file, error) // replaced by tests: disks fail in ways one cannot order
}

type file interface {
	io.Writer
	Sync() error
	Close() error
}

// Open opens the folder, which it makes where it is missing. Nothing is written
// while less than reserve bytes would stay free: a full disk also stops the
// database.
func Open(dir string, reserve int64) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open blobs: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open blobs: %w", err)
	}
	if err := root.MkdirAll(making, 0o700); err != nil {
		return nil, fmt.Errorf("open blobs: %w", err)
	}
	s := &Store{root: root, dir: dir, reserve: reserve}
	s.create = func(name string) (file, error) {
		return root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	}
	return s, nil
}

// Close gives the folder back.
func (s *Store) Close() error { return s.root.Close() }

// Writer writes one blob. Either Commit or Abort ends it.
type Writer struct {
	s        *Store
	name     string
	f        file
	buf      *bufio.Writer
	finished bool // what was written is on the disk
	done     bool
}

// Content is what was written, from the disk.
type Content interface {
	io.Reader
	io.ReaderAt
	io.Closer
}

// Create begins a blob under a random name.
func (s *Store) Create() (*Writer, error) {
	if free, err := s.Free(); err == nil && free < s.reserve {
		return nil, ErrNoSpace
	}
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // never fails since Go 1.24
	name := hex.EncodeToString(raw[:])
	f, err := s.create(path.Join(making, name))
	if err != nil {
		return nil, explain(err)
	}
	return &Writer{s: s, name: name, f: f, buf: bufio.NewWriterSize(f, 1<<16)}, nil
}

// Write implements io.Writer.
func (w *Writer) Write(p []byte) (int, error) {
	n, err := w.buf.Write(p)
	return n, explain(err)
}

// Finish makes what was written durable; the blob has no name yet. After an
// error there is nothing.
func (w *Writer) Finish() error {
	if w.finished {
		return nil
	}
	if err := errors.Join(w.buf.Flush(), w.f.Sync()); err != nil {
		w.Abort()
		return explain(err)
	}
	w.finished = true
	if err := w.f.Close(); err != nil {
		w.done = true
		return w.drop(explain(err))
	}
	return nil
}

// Content opens what Finish wrote, to look at it before it gets a name. The
// caller closes it. It returns the size too.
func (w *Writer) Content() (Content, int64, error) {
	f, err := w.s.root.Open(path.Join(making, w.name))
	if err != nil {
		return nil, 0, explain(err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(explain(err), f.Close())
	}
	return f, info.Size(), nil
}

// Commit makes the blob durable and returns its name. After an error there is
// no blob.
func (w *Writer) Commit() (name string, err error) {
	if err := w.Finish(); err != nil {
		return "", err
	}
	w.done = true
	folder := path.Dir(place(w.name))
	if err := w.s.folder(folder); err != nil {
		return "", w.drop(explain(err))
	}
	if err := w.s.root.Rename(path.Join(making, w.name), place(w.name)); err != nil {
		return "", w.drop(explain(err))
	}
	return w.name, explain(w.s.sync(folder))
}

// drop removes the file of a blob that could not be completed.
func (w *Writer) drop(err error) error {
	return errors.Join(err, w.s.root.Remove(path.Join(making, w.name)))
}

// Abort removes what was written. After Commit it does nothing.
func (w *Writer) Abort() {
	if w.done {
		return
	}
	w.done = true
	if !w.finished {
		_ = w.f.Close() // nobody needs it any more
	}
	_ = w.s.root.Remove(path.Join(making, w.name)) // else the sweeper does
}

// folder makes a folder and its parent durable.
func (s *Store) folder(name string) error {
	if _, err := s.root.Stat(name); err == nil {
		return nil
	}
	if err := s.root.MkdirAll(name, 0o700); err != nil {
		return err
	}
	return errors.Join(s.sync(path.Dir(name)), s.sync("."))
}

func (s *Store) sync(folder string) error {
	d, err := s.root.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// place is where a blob lies: two levels of 256 folders each.
func place(name string) string { return path.Join(name[:2], name[2:4], name) }

func valid(name string) bool { return regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(name) }

// Open reads a blob.
func (s *Store) Open(name string) (io.ReadCloser, error) {
	if !valid(name) {
		return nil, ErrNotFound
	}
	f, err := s.root.Open(place(name))
	if err != nil {
		return nil, explain(err)
	}
	return f, nil
}

// Remove removes a blob; one that is not there is removed.
func (s *Store) Remove(name string) error {
	if !valid(name) {
		return nil
	}
	if err := s.root.Remove(place(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove blob: %w", err)
	}
	return nil
}

// Walk calls f with each blob and how long ago it was written, by the clock of
// the machine. Blobs that were begun and never ended are removed on the way
// once they are older than a day.
func (s *Store) Walk(f func(name string, age time.Duration) error) error {
	now := clock.System{}.Now() // file systems know no other time
	return fs.WalkDir(s.root.FS(), ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // committed or removed in the meantime
		}
		if err != nil {
			return err
		}
		age := now.Sub(info.ModTime())
		if path.Dir(p) == making {
			if age > 24*time.Hour {
				return s.root.Remove(p)
			}
			return nil
		}
		if !valid(path.Base(p)) || place(path.Base(p)) != p {
			return nil // not ours
		}
		return f(path.Base(p), age)
	})
}

// Free returns how many bytes the disk still takes.
func (s *Store) Free() (int64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(s.dir, &st); err != nil {
		return 0, err
	}
	return int64(st.Bavail) * st.Bsize, nil //nolint:gosec // no disk has 2^63 bytes
}

// explain turns what the system says into what a caller can act on.
func explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%w: %w", ErrNoSpace, err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	return fmt.Errorf("blob: %w", err)
}
