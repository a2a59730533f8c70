// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package i18ntest checks the messages of a package in its own test. It is not
// part of the program.
package i18ntest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
)

// Words checks that every code "prefix.…" in the Go files of the current folder
// has a message, and that every message is fit for the people who read it.
func Words(t *testing.T, locales func() (fs.FS, error), prefix string) {
	t.Helper()
	source, err := locales()
	if err != nil {
		t.Fatal(err)
	}
	messages, err := i18n.Load(source)
	if err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`"(` + regexp.QuoteMeta(prefix) + `\.[a-z_]+)"`)
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range codes.FindAllStringSubmatch(string(raw), -1) {
			if !strings.HasSuffix(name, "_test.go") && !messages.Has(m[1]) {
				t.Errorf("%s: %s has no message", name, m[1])
			}
		}
	}
	for _, key := range messages.Keys() {
		if text := messages.Printer(i18n.VI).T(key); strings.Contains(text, "!") || strings.Contains(strings.ToLower(text), "bạn") {
			t.Errorf("%s: %s", key, text)
		}
	}
}
