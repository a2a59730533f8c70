// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build system

package crash_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/tests/programtest"
)

// tinhso import officials is killed again and again while a list comes, at moments nobody
// chose. In the end everybody is here once.
func TestKillWhileOfficialsCome(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		killOfficials(t, "")
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		killOfficials(t, programtest.Postgres(t))
	})
}

func killOfficials(t *testing.T, database string) {
	t.Helper()
	const officials = 1500 // two imports
	p := programtest.Start(t, database, programtest.NoLimits, "--year=none")
	p.Stop()
	folder := filepath.Join(p.Data, "moving", "cu")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	var rows strings.Builder
	rows.WriteString("Ma,Ten,DonVi,ChucDanh\n")
	for n := range officials {
		fmt.Fprintf(&rows, "cu.%05d,Cán Bộ Thử %d,DV,CV\n", n, n)
	}
	for name, content := range map[string]string{
		"can_bo.csv": rows.String(),
		"mapping.yaml": "title: Cũ\ndates: [dd/MM/yyyy]\nunits: {DV: phuong-long-xuyen}\nprocedures: {}\nposts: {CV: officer}\ntables:\n  officials:\n    file: can_bo.csv\n" +
			"    columns: {key: {column: Ma}, name: {column: Ten}, unit: {column: DonVi}, post: {column: ChucDanh}}\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := func() *exec.Cmd {
		args := []string{"import", "officials", "cu", "--as", "cntt.tinh", "--data", p.Data, "--decision", "1/QĐ", "--date", "2026-01-05", "--apply"}
		if database != "" {
			args = append(args, "--database", database)
		}
		return exec.CommandContext(t.Context(), programtest.Binary(t), args...)
	}
	cuts := 0
	for wait := time.Second; ; wait = wait * 3 / 2 { // longer each time: it comes to its end on a slow machine too
		c := command()
		killed := time.AfterFunc(wait+chance(t, 500*time.Millisecond), func() { _ = c.Process.Kill() })
		said, err := c.CombinedOutput()
		killed.Stop()
		if err == nil {
			break
		}
		if c.ProcessState.ExitCode() >= 0 { // it ended by itself
			t.Fatalf("%v\n%s", err, said)
		}
		cuts++
	}
	t.Logf("%d kills", cuts)
	said, err := command().CombinedOutput()
	if want := fmt.Sprintf("%d rows: +0 ~0 -0 =%d.", officials, officials); err != nil || !strings.Contains(string(said), want) {
		t.Errorf("want %q, got %v\n%s", want, err, said)
	}
}
