// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What is written must compile, be formatted, keep the rules of the house and
// pass its tests, on both databases when there is a PostgreSQL.
func TestNewModulePasses(t *testing.T) {
	t.Parallel()
	top := copyOf(t, filepath.Join("..", ".."))
	const name = "fees"
	var said strings.Builder
	if err := write(top, name, &said); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said.String(), "feesmod") || strings.Contains(said.String(), "sample") {
		t.Errorf("it says: %s", said.String())
	}
	if err := write(top, name, io.Discard); err == nil {
		t.Error("a module is written over")
	}

	tool := func(name string, args ...string) string {
		t.Helper()
		return run(t, ".", "go", append([]string{"tool", name}, args...)...)
	}
	module := filepath.Join(top, "internal", "modules", name)
	tool("templ", "generate", "-log-level", "error", "-path", module)
	for odd := range strings.FieldsSeq(tool("gofumpt", "-l", module)) {
		if !strings.HasSuffix(odd, "_templ.go") {
			t.Errorf("%s is not formatted", odd)
		}
	}
	run(t, top, "go", "vet", "./internal/modules/"+name+"/...")
	out := run(t, top, "go", "test", "./internal/modules/"+name+"/...", "./internal/arch/")
	for _, tested := range []string{"/internal/core", "/" + name + "mod"} {
		if !strings.Contains(out, "ok  \ttinhso.vn/internal/modules/"+name+tested) {
			t.Errorf("%s has no test that passes:\n%s", tested, out)
		}
	}
}

func TestNamesAreRefused(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	for _, dir := range []string{"internal/modules/dossiers", "internal/kernel/audit"} {
		if err := os.MkdirAll(filepath.Join(top, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"", "Fees", "x", "1st", "a-b", "a_b", "../x", "types", "sample", "feestest", "feesmod", "dossiers", "audit", "func", "type"} {
		if err := write(top, name, io.Discard); err == nil {
			t.Errorf("%q is accepted", name)
		}
		if left, _ := filepath.Glob(filepath.Join(top, "internal", "modules", name, "*")); name != "" && len(left) > 0 {
			t.Errorf("%q is refused and leaves %s", name, left)
		}
	}
	if err := write(t.TempDir(), "fees", io.Discard); err == nil {
		t.Error("a folder that is not the repository is accepted")
	}
}

// copyOf copies what git knows or would know of the tree, and what web/ was built into.
func copyOf(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	names := strings.Split(run(t, from, "git", "ls-files", "-co", "--exclude-standard"), "\n")
	dist, err := filepath.Glob(filepath.Join(from, "web", "dist", "*"))
	if err != nil || len(dist) == 0 {
		t.Fatal("web/dist is empty: run make web")
	}
	err = filepath.WalkDir(filepath.Join(from, "web", "dist"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(from, path)
		names = append(names, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if name == "" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(from, name))
		if os.IsNotExist(err) {
			continue // removed, not yet committed
		} else if err != nil {
			t.Fatal(err)
		}
		target := filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}
