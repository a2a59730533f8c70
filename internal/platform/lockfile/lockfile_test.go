// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package lockfile_test

import (
	"errors"
	"path/filepath"
	"testing"

	"tinhso.vn/internal/platform/lockfile"
)

func TestTheSecondIsToldWhoIsFirst(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "lock")
	first, err := lockfile.Take(path, "serve, process 1")
	if err != nil {
		t.Fatal(err)
	}
	_, err = lockfile.Take(path, "apply, process 2")
	if held, ok := errors.AsType[*lockfile.HeldError](err); !ok || held.By != "serve, process 1" {
		t.Fatalf("got %v", err)
	}
	waited := make(chan error, 1)
	go func() {
		second, err := lockfile.Wait(path, "second")
		waited <- errors.Join(err, second.Release())
	}()
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	if err := <-waited; err != nil {
		t.Errorf("after the first let go: %v", err)
	}
	third, err := lockfile.Take(path, "third")
	if err != nil {
		t.Error(err)
	}
	_ = third.Release()
}
