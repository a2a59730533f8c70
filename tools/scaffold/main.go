// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Command scaffold writes a new module that compiles and passes its tests:
// make module name=fees. It is a program for developers and no part of tinhso.
//
// The pattern is a real module called sample, in the folder sample beside this
// file; its name is replaced, and that is all.
package main

import (
	"embed"
	"errors"
	"flag"
	"fmt"
	"go/format"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

//go:embed all:sample
var pattern embed.FS

func main() {
	root := flag.String("root", ".", "top of the repository")
	name := flag.String("name", "", "name of the module: short, singular, small letters")
	flag.Parse()
	if err := write(*root, *name, os.Stdout); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var nameRule = regexp.MustCompile(`^[a-z][a-z0-9]{2,19}$`)

// taken reports whether a name means something else in this tree.
func taken(name string) bool {
	return token.IsKeyword(name) || strings.HasSuffix(name, "test") || strings.HasSuffix(name, "mod") || slices.Contains([]string{
		"sample", "internal", "module", "modules", "kernel", "platform", "app", "main", "locales", "site", "api", "core", "store", "jobs",
		"pkg", "src", "common", "util", "utils", "helper", "helpers", "model", "models", "types", "misc", "base", "shared",
	}, name)
}

// write makes internal/modules/NAME and says what to do next.
func write(root, name string, say io.Writer) error {
	switch {
	case !nameRule.MatchString(name):
		return fmt.Errorf("%q is no name for a module: 3 to 20 small letters and digits, beginning with a letter", name)
	case taken(name):
		return fmt.Errorf("the name %q means something else here", name)
	}
	if _, err := os.Stat(filepath.Join(root, "internal", "modules")); err != nil {
		if _, err := os.Stat(filepath.Join(root, "internal", "kernel")); err != nil {
			return fmt.Errorf("%s is not the top of the repository", root)
		}
	}
	for _, floor := range []string{"modules", "kernel", "platform"} {
		if _, err := os.Stat(filepath.Join(root, "internal", floor, name)); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("internal/%s/%s is already there", floor, name)
		}
	}
	to := filepath.Join(root, "internal", "modules", name)
	err := fs.WalkDir(pattern, "sample", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := pattern.ReadFile(path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, strings.TrimSuffix(rename(strings.TrimPrefix(path, "sample/"), name), ".txt"))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		text = []byte(rename(string(text), name))
		if strings.HasSuffix(target, ".go") { // columns and the order of imports depend on the name
			if text, err = format.Source(text); err != nil {
				return err
			}
		}
		return os.WriteFile(target, text, 0o644)
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(say, rename(strings.ReplaceAll(next, "Sample", strings.ToUpper(name[:1])+name[1:]), name))
	return err
}

func rename(s, name string) string { return strings.ReplaceAll(s, "sample", name) }

const next = `internal/modules/sample is written. Three lines make it part of the program, in internal/app/modules.go:

  import      "tinhso.vn/internal/modules/sample/samplemod"
  Parts       Sample module.Module                (and p.Sample in All)
  modules     parts.Sample = samplemod.New(samplemod.Deps{DB: p.DB})

Who may use it is data: give sample.view and sample.add to roles in packs/national/roles.
Then: docs/guides/first-module.md, from "Read it, in this order".
`
