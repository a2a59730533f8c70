// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package blob

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"syscall"

	"tinhso.vn/internal/platform/clock"
)

// making is the folder in which blobs are written before they have a name.
const making = "making"

// Folder is a store in a folder of this machine.
type Folder struct {
	root    *os.Root
	dir     string
	reserve int64
	hasty   bool                            // nothing waits for the disk
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
func Open(dir string, reserve int64) (*Folder, error) {
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
	s := &Folder{root: root, dir: dir, reserve: reserve}
	s.create = func(name string) (file, error) {
		return root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	}
	return s, nil
}

// OpenUnsafe opens a folder that does not wait for the disk: after a power cut
// blobs may be missing or half. It is for what can be made again.
func OpenUnsafe(dir string, reserve int64) (*Folder, error) {
	s, err := Open(dir, reserve)
	if err != nil {
		return nil, err
	}
	s.hasty = true
	durable := s.create
	s.create = func(name string) (file, error) {
		f, err := durable(name)
		return unsynced{f}, err
	}
	return s, nil
}

// unsynced is a file that is not waited for.
type unsynced struct{ file }

// Sync implements file.
func (unsynced) Sync() error { return nil }

// Close gives the folder back.
func (s *Folder) Close() error { return s.root.Close() }

type fileWriter struct {
	s        *Folder
	name     string
	f        file
	buf      *bufio.Writer
	finished bool // what was written is on the disk
	done     bool
}

// Create implements Store.
func (s *Folder) Create(context.Context) (Writer, error) { return s.begin(NewName()) }

func (s *Folder) begin(name string) (Writer, error) {
	if free, err := s.Free(); err == nil && free < s.reserve {
		return nil, ErrNoSpace
	}
	f, err := s.create(path.Join(making, name))
	if err != nil {
		return nil, explain(err)
	}
	return &fileWriter{s: s, name: name, f: f, buf: bufio.NewWriterSize(f, 1<<16)}, nil
}

// Write implements io.Writer.
func (w *fileWriter) Write(p []byte) (int, error) {
	n, err := w.buf.Write(p)
	return n, explain(err)
}

// Finish implements Writer.
func (w *fileWriter) Finish() error {
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

// Content implements Writer.
func (w *fileWriter) Content() (Content, int64, error) { return w.s.open(path.Join(making, w.name)) }

func (s *Folder) open(p string) (Content, int64, error) {
	f, err := s.root.Open(p)
	if err != nil {
		return nil, 0, explain(err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(explain(err), f.Close())
	}
	return f, info.Size(), nil
}

// Commit implements Writer.
func (w *fileWriter) Commit() (name string, err error) {
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
func (w *fileWriter) drop(err error) error {
	return errors.Join(err, w.s.root.Remove(path.Join(making, w.name)))
}

// Abort implements Writer.
func (w *fileWriter) Abort() {
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
func (s *Folder) folder(name string) error {
	if _, err := s.root.Stat(name); err == nil {
		return nil
	}
	if err := s.root.MkdirAll(name, 0o700); err != nil {
		return err
	}
	return errors.Join(s.sync(path.Dir(name)), s.sync("."))
}

func (s *Folder) sync(folder string) error {
	if s.hasty {
		return nil
	}
	d, err := s.root.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// place is where a blob lies: two levels of 256 folders each.
func place(name string) string { return path.Join(name[:2], name[2:4], name) }

// Place implements Store.
func (s *Folder) Place(_ context.Context, name string, content Content, size int64) error {
	if !Valid(name) {
		return ErrNotFound
	}
	if err := s.root.Remove(path.Join(making, name)); err != nil && !errors.Is(err, fs.ErrNotExist) { // of an earlier attempt
		return explain(err)
	}
	w, err := s.begin(name)
	if err != nil {
		return err
	}
	defer w.Abort()
	if _, err := io.Copy(w, io.NewSectionReader(content, 0, size)); err != nil {
		return err
	}
	_, err = w.Commit()
	return err
}

// Open implements Store.
func (s *Folder) Open(_ context.Context, name string) (Content, int64, error) {
	if !Valid(name) {
		return nil, 0, ErrNotFound
	}
	return s.open(place(name))
}

// Remove implements Store.
func (s *Folder) Remove(_ context.Context, name string) error {
	if !Valid(name) {
		return nil
	}
	if err := s.root.Remove(place(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove blob: %w", err)
	}
	return nil
}

// Walk implements Store; ages are by the clock of the machine.
func (s *Folder) Walk(ctx context.Context, f func(Entry) error) error {
	now := clock.System{}.Now() // file systems know no other time
	return fs.WalkDir(s.root.FS(), ".", func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if err := ctx.Err(); err != nil {
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
			if age > abandoned {
				return s.root.Remove(p)
			}
			return nil
		}
		if !Valid(path.Base(p)) || place(path.Base(p)) != p {
			return nil // not ours
		}
		return f(Entry{path.Base(p), info.Size(), age})
	})
}

// Free returns how many bytes the disk still takes.
func (s *Folder) Free() (int64, error) {
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

// Check implements Store.
func (s *Folder) Check(ctx context.Context) error { return Probe(ctx, s) }
