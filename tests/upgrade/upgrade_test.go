// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build system

package upgrade_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"tinhso.vn/tests/programtest"
)

// small is the most a dump may weigh: there will be hundreds.
const small = 2 << 20

func TestEveryLandingMigrates(t *testing.T) {
	t.Parallel()
	dumps, err := filepath.Glob("dumps/*")
	if err != nil || len(dumps) == 0 {
		t.Fatalf("no dumps (%v): make dump", err)
	}
	for _, dump := range dumps {
		t.Run(filepath.Base(dump), func(t *testing.T) {
			t.Parallel()
			weigh(t, dump)
			t.Run("sqlite", func(t *testing.T) {
				t.Parallel()
				starts(t, unpack(t, filepath.Join(dump, "sqlite.tar.gz")), "")
			})
			t.Run("postgres", func(t *testing.T) {
				t.Parallel()
				database := programtest.Postgres(t)
				load(t, database, filepath.Join(dump, "postgres.sql.gz"))
				starts(t, unpack(t, filepath.Join(dump, "postgres.tar.gz")), database)
			})
		})
	}
}

// starts runs today's program on the data, and its own check of the audit log.
func starts(t *testing.T, data, database string) {
	t.Helper()
	programtest.StartIn(t, data, database)
	args := []string{"verify", "--data", data}
	if database != "" {
		args = append(args, "--database", database)
	}
	if out, err := exec.CommandContext(t.Context(), programtest.Binary(t), args...).CombinedOutput(); err != nil {
		t.Errorf("verify: %v\n%s", err, out)
	}
}

func weigh(t *testing.T, dump string) {
	t.Helper()
	files, err := filepath.Glob(dump + "/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if info, err := os.Stat(name); err != nil || info.Size() > small {
			t.Errorf("%s: %v, %d bytes, more than %d", name, err, info.Size(), small)
		}
	}
}

func unpack(t *testing.T, archive string) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "tar", "-xzf", archive, "-C", dir).CombinedOutput(); err != nil {
		t.Fatalf("tar: %v\n%s", err, out)
	}
	return dir
}

func load(t *testing.T, database, dump string) {
	t.Helper()
	f, err := os.Open(dump)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	sql, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "psql", "--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", "-1", database)
	cmd.Stdin = bytes.NewReader(sql)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("psql: %v\n%s", err, out)
	}
}
