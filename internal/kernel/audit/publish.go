// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tinhso.vn/internal/platform/errs"
)

// Publisher takes checkpoints to a place that those who keep the database
// cannot reach. The same checkpoint may come twice.
type Publisher interface {
	Publish(ctx context.Context, c Checkpoint) error
}

// FilePublisher appends checkpoints to a file or, when its path ends with a
// slash or is a folder, to a file for each day in it. The place should be on
// another machine, or a medium that is written once.
type FilePublisher struct{ Path string }

// maxNote bounds what is read back of a file to see its last checkpoint.
const maxNote = 4 << 10

// Publish implements Publisher. It returns when the checkpoint is on the disk.
func (p FilePublisher) Publish(_ context.Context, c Checkpoint) (err error) {
	defer errs.Wrap(&err, "publish the checkpoint of %d records", c.Size)

	path := p.Path
	if info, err := os.Stat(path); strings.HasSuffix(path, "/") || (err == nil && info.IsDir()) {
		path = filepath.Join(path, c.At.UTC().Format("2006-01-02")+".txt")
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o640) //nolint:gosec // the operator named it in the configuration
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	last, err := tail(f)
	if err != nil || last == c.Note {
		return err
	}
	text := c.Note
	if last != "" {
		text = "\n" + text
	}
	if _, err := f.WriteString(text); err != nil {
		return err
	}
	return f.Sync()
}

// tail returns the last checkpoint of a file; what is left of one that was cut
// short is text like any other.
func tail(f *os.File) (string, error) {
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	from := max(0, info.Size()-maxNote)
	text, err := io.ReadAll(io.NewSectionReader(f, from, maxNote))
	if err != nil {
		return "", err
	}
	notes := notesOf(string(text))
	if len(notes) == 0 {
		return "", nil
	}
	return notes[len(notes)-1], nil
}
