// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package programtest

import (
	"context"
	"crypto/rand"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Postgres starts a PostgreSQL server for this test, durable as in production
// (fsync on), and returns the URL of an empty database on it. With
// TINHSO_TEST_SQLITE_ONLY=1 it skips the test; a missing server fails it.
func Postgres(t *testing.T) string {
	t.Helper()
	if os.Getenv("TINHSO_TEST_SQLITE_ONLY") == "1" {
		t.Skip("TINHSO_TEST_SQLITE_ONLY=1")
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		t.Fatal("PostgreSQL is missing: run make test, which installs it, or apt-get install postgresql")
	}
	bin := filepath.Dir(found[len(found)-1])

	dir, err := os.MkdirTemp("", "tinhso-postgres-") //nolint:usetesting // short and of the user postgres: a socket's path has a limit
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	secret := rand.Text()
	if err := os.WriteFile(filepath.Join(dir, "password"), []byte(secret), 0o600); err != nil {
		t.Fatal(err)
	}
	own(t, dir)

	data := filepath.Join(dir, "data")
	run(t, bin, "initdb", "-D", data, "-U", "tinhso", "--pwfile="+filepath.Join(dir, "password"),
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
	address := FreeAddress(t)
	_, port, _ := net.SplitHostPort(address)
	run(t, bin, "pg_ctl", "-D", data, "-l", filepath.Join(dir, "log"), "-w", "-t", "60",
		"-o", "-p "+port+" -k "+dir+" -c listen_addresses=127.0.0.1 -c max_connections=100", "start")
	t.Cleanup(func() {
		cmd := as(context.Background(), bin, "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
		_ = cmd.Run()
	})
	return "postgres://tinhso:" + secret + "@" + address + "/postgres?sslmode=disable"
}

// as runs a program of PostgreSQL, which refuses to be root, as the user postgres.
func as(ctx context.Context, bin, name string, args ...string) *exec.Cmd {
	full := append([]string{filepath.Join(bin, name)}, args...)
	if os.Getuid() == 0 {
		full = append([]string{"runuser", "-u", "postgres", "--"}, full...)
	}
	cmd := exec.CommandContext(ctx, full[0], full[1:]...)
	cmd.Dir = "/"
	return cmd
}

func run(t *testing.T, bin, name string, args ...string) {
	t.Helper()
	// To a file and not to a pipe: the server keeps what it inherits.
	out, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	cmd := as(t.Context(), bin, name, args...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(out.Name())
		t.Fatalf("%s: %v\n%s", name, err, strings.TrimSpace(string(said)))
	}
}

// own gives the folder to the user who runs the server.
func own(t *testing.T, dir string) {
	t.Helper()
	if os.Getuid() != 0 {
		return
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	for _, name := range []string{dir, filepath.Join(dir, "password")} {
		if err := os.Chown(name, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
}
