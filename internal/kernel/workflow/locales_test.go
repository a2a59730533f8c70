// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package workflow

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
)

// Every code in this package has a message, and every message is said in words
// fit for the people who read it.
func TestEveryCodeHasAMessage(t *testing.T) {
	t.Parallel()
	source, err := Locales()
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
	codes := regexp.MustCompile(`"(workflow\.[a-z_]+)"`)
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
