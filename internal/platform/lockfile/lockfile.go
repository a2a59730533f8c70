// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package lockfile keeps two processes of one machine from doing the same thing
// at the same time: whoever holds the file says who it is, and a crash lets go
// of it. It is not a lease between machines: those are rows of the database.
package lockfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// HeldError says who holds a lock, in the words the holder left in the file.
type HeldError struct{ By string }

// Error implements error.
func (e *HeldError) Error() string { return "held by " + e.By }

// Lock is a file that is held.
type Lock struct{ file *os.File }

// Take takes the lock at path at once or returns a *HeldError. Who is left in
// the file for those who come later.
func Take(path, who string) (*Lock, error) { return take(path, who, syscall.LOCK_EX|syscall.LOCK_NB) }

// Wait is Take that waits until the lock is free.
func Wait(path, who string) (*Lock, error) { return take(path, who, syscall.LOCK_EX) }

func take(path, who string, how int) (*Lock, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // beside data that the operator named
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	for {
		err = syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		said, _ := io.ReadAll(io.LimitReader(f, 500))
		_ = f.Close()
		return nil, &HeldError{By: strings.TrimSpace(string(said))}
	}
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if err := f.Truncate(0); err == nil {
		_, err = f.WriteAt([]byte(who+"\n"), 0)
		if err != nil {
			_ = f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
	}
	return &Lock{file: f}, nil
}

// Release lets go. The file stays: removing it would let two hold it.
func (l *Lock) Release() error {
	if l == nil {
		return nil
	}
	return l.file.Close()
}
