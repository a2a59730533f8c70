// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tinhso.vn/internal/app"
)

const asCommand = "GUIDE_RUNS_AS_COMMAND"

// TestBeTheCommand is the program itself, for the shell of TestTheGuideOfANewPack.
func TestBeTheCommand(t *testing.T) { //nolint:paralleltest // it ends the process
	if os.Getenv(asCommand) == "" {
		t.Skip("only as a command of the guide")
	}
	os.Exit(app.Run(t.Context(), flag.Args(), "guide", os.Stdin, os.Stdout, os.Stderr))
}

// TestTheGuideOfANewPack does what docs/guides/new-pack.md says, in an empty
// folder, and looks for what it shows.
func TestTheGuideOfANewPack(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/guides/new-pack.md")
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder, bin := t.TempDir(), t.TempDir()
	shim := "#!/bin/sh\n" + asCommand + "=1 exec '" + self + "' -test.run='^TestBeTheCommand$' -- \"$@\"\n"
	if err := os.WriteFile(filepath.Join(bin, "tinhso"), []byte(shim), 0o700); err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```(sh|text)\n(.*?)```").FindAllStringSubmatch(string(guide), -1)
	commands, lines, said := 0, 0, ""
	for _, block := range blocks {
		if block[1] == "text" {
			for line := range strings.Lines(block[2]) {
				lines++
				if !strings.Contains(said, strings.TrimSpace(line)) {
					t.Errorf("the guide shows %q, said was:\n%s", strings.TrimSpace(line), said)
				}
			}
			continue
		}
		commands++
		shell := exec.CommandContext(t.Context(), "sh", "-e", "-c", block[2])
		shell.Dir = folder
		shell.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
		out, err := shell.CombinedOutput()
		if err != nil {
			t.Fatalf("%s\n%v\n%s", block[2], err, out)
		}
		said = string(out)
	}
	if commands < 8 || lines < 15 {
		t.Errorf("%d blocks of commands, %d lines to be shown: the guide has lost its blocks", commands, lines)
	}
}
