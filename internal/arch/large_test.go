// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package arch_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mostBytes is more than any file of the repository needs; the description of the
// API is the largest.
const mostBytes = 4 << 20

// What a program has left behind is nothing to keep: the database, the keys and the
// files of a demonstration once were committed with the bench that had made them.
func TestNothingThatRanIsKept(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(filepath.Join(root, ".git")); os.IsNotExist(err) {
		t.Skip("a copy of the sources, as the scaffold's test makes one: nothing is committed in it")
	}
	out, err := exec.CommandContext(t.Context(), "git", "-C", root, "ls-files", "-z").Output()
	if err != nil {
		t.Fatal(err)
	}
	names := strings.Split(strings.TrimRight(string(out), "\x00"), "\x00")
	if len(names) < 1000 {
		t.Fatalf("only %d files", len(names))
	}
	for _, name := range names {
		switch info, err := os.Lstat(filepath.Join(root, name)); {
		case os.IsNotExist(err): // deleted, and not committed yet
		case err != nil:
			t.Error(err)
		default:
			if wrong := left(name, info); wrong != "" {
				t.Errorf("%s: %s", name, wrong)
			}
		}
	}
}

func left(name string, info fs.FileInfo) string {
	switch filepath.Ext(name) {
	case ".db", ".db-wal", ".db-shm", ".test", ".prof":
		return "a program left it behind"
	}
	if info.Size() > mostBytes {
		return "larger than 4 MB"
	}
	return ""
}
