// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
)

// All mistakes of a file are told at once, each with its line.
func TestMistakesOfAFile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		want       []string // line:code value
	}{
		{"many at once", `registers:
  - id: reg"; DROP TABLE orgs_units; --
    title: Sổ
    version: 0
    fields:
      - {key: a, label: A, type: text, max: 5000}
      - {key: a, label: A, type: number}
      - {key: Select, label: A, type: choice}
      - {key: b, type: text, options: [{value: x, label: X}]}
      - {key: id, label: A, type: text}
      - {key: name_folded, label: A, type: text}
    key: [b]
    list: {columns: [z], sort: y}
`, []string{
			`2:id reg"; DROP TABLE orgs_units; --`, "2:version 0", "6:max 5000", "7:twice a", "7:type number", "8:key Select",
			"8:options choice", "9:label ", "9:options text", "10:reserved id", "11:reserved name_folded", "9:key_field b",
			"2:unknown_field z", "2:unknown_field y",
		}},
		{"shape", `registers:
  - id: a
    title: {vi: Sổ, fr: Livre}
    version: "1"
    unit_scope: false
    fields:
      - {key: a, label: A, type: text, requird: true, max: many, key: b}
      - just words
    list: [a]
`, []string{"3:unknown fr", "4:shape 1", "5:unit_scope false", "7:unknown requird", "7:twice key", "7:shape many", "8:shape just words", "9:shape "}},
		{"types and their rules", `registers:
  - id: a_history
    title: Sổ
    version: 1
    fields:
      - {key: a, label: A, type: longtext, unique: true}
      - {key: b, label: A, type: decimal(9)}
      - {key: c, label: A, type: integer, scale: 2, searchable: true}
      - {key: d, label: A, type: phone, personal: none, max: 3}
      - {key: e, label: A, type: text, personal: secret, max: 600, unique: true}
      - {key: f, label: A, type: choice, options: [{value: x, label: X}, {value: x, label: X}, {value: "a b", label: X}]}
      - {key: g, label: A, type: text, hidden: true}
    list: {columns: [g], sort: f}
`, []string{
			"2:reserved a_history", "6:unique longtext", "7:scale 9", "8:scale 2", "8:searchable integer", "9:personal_identifier phone",
			"9:max_type phone", "10:personal secret", "10:unique text", "11:twice x", "11:option a b", "2:unknown_field g", "2:sort f",
		}},
		{"a cycle", "registers:\n  - &r\n    id: a\n    title: Sổ\n    version: 1\n    fields: [*r]\n", []string{"2:shape 1"}},
		{"nothing", "registers:\n  - ~\n", []string{"2:shape ~"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, problems := decode(t, tt.text)
			var got []string
			for _, p := range problems {
				got = append(got, fmt.Sprintf("%d:%s %s", p.Line, strings.TrimPrefix(p.Code, "registers.definition."), p.Value))
			}
			if tt.name == "a cycle" { // it ends, and something is said
				if len(got) == 0 {
					t.Error("a cycle passed")
				}
				return
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

// Every code of this package has words in both languages.
func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	vi := printer(t, i18n.VI)
	sources, err := filepath.Glob("*.go")
	ok(t, err)
	named := map[string]bool{}
	for _, path := range sources {
		raw, err := os.ReadFile(path)
		ok(t, err)
		for line := range strings.SplitSeq(string(raw), "\n") {
			if strings.Contains(line, "audit.Event") || strings.Contains(line, "identity.Permission") || strings.HasSuffix(path, "_test.go") {
				continue
			}
			for _, m := range regexp.MustCompile(`"(registers\.[a-z_.]+[a-z_])"`).FindAllStringSubmatch(line, -1) {
				named[m[1]] = true
			}
			for _, m := range regexp.MustCompile(`add\("([a-z_]+)", `).FindAllStringSubmatch(line, -1) {
				named["registers.definition."+m[1]] = true
			}
			for _, m := range regexp.MustCompile(`(?:problem\(|nil, )"([a-z_]+)"`).FindAllStringSubmatch(line, -1) {
				named["registers.value."+m[1]] = true
			}
		}
	}
	for key := range named {
		if vi.T(key) == key {
			t.Errorf("%s has no words", key)
		}
	}
	if len(named) < 60 {
		t.Errorf("only %d codes were found", len(named))
	}
}
