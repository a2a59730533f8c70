// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package clock

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// ErrBackwards means that a clock was to be put back: what was written down
// already would come from the future.
var ErrBackwards = errors.New("the clock only moves on")

// Kept is a clock that can be moved on. How far it is from the wall clock lies in
// a file: a later start goes on from there, and other processes follow it.
type Kept struct {
	file string
	by   atomic.Int64
	mu   sync.Mutex // of moves
}

// Keep opens the clock of a file. Where there is none yet it shows from, or the
// wall clock if from is zero.
func Keep(file string, from time.Time) (*Kept, error) {
	k := &Kept{file: file}
	by, err := distance(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if !from.IsZero() {
			by = time.Until(from)
		}
		k.by.Store(int64(by))
		return k, k.write(by)
	case err != nil:
		return nil, err
	}
	k.by.Store(int64(by))
	return k, nil
}

// Now implements Clock.
func (k *Kept) Now() time.Time { return time.Now().Add(time.Duration(k.by.Load())) }

// MoveTo moves the clock on to t, from where it runs on; ErrBackwards if that has
// been. The file comes first: nobody sees a time that a later start would not know.
func (k *Kept) MoveTo(t time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if t.Before(k.Now()) {
		return ErrBackwards
	}
	by := time.Until(t)
	if err := k.write(by); err != nil {
		return err
	}
	k.by.Store(int64(by))
	return nil
}

func (k *Kept) write(by time.Duration) error {
	if err := os.MkdirAll(filepath.Dir(k.file), 0o700); err != nil {
		return err
	}
	half := k.file + ".half"
	if err := os.WriteFile(half, []byte(by.String()+"\n"), 0o600); err != nil {
		return fmt.Errorf("keep the clock: %w", err)
	}
	return os.Rename(half, k.file)
}

// Followed is the clock of another process, which keeps it in a file. Without the
// file, and while it cannot be read, it is the wall clock.
type Followed struct{ file string }

// Follow returns the clock that a file keeps; "" is the wall clock.
func Follow(file string) Followed { return Followed{file} }

// Now implements Clock.
func (f Followed) Now() time.Time {
	now := time.Now()
	if f.file == "" {
		return now
	}
	if by, err := distance(f.file); err == nil {
		return now.Add(by)
	}
	return now
}

func distance(file string) (time.Duration, error) {
	raw, err := os.ReadFile(file) //nolint:gosec // the configured file
	if err != nil {
		return 0, err
	}
	by, err := time.ParseDuration(strings.TrimSpace(string(raw)))
	if err != nil {
		return 0, fmt.Errorf("read the clock of %s: %w", file, err)
	}
	return by, nil
}
