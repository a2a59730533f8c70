// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/registers"
)

// The registers of sectors are read on a phone and in two languages: labels are
// short, and whoever may read the register is named.
func TestWordsOfTheSectors(t *testing.T) {
	t.Parallel()
	set, n := load(t, "an-giang"), 0
	for _, r := range set.Registers {
		if !strings.HasPrefix(r.Origin.Pack, "sector/") {
			continue
		}
		n++
		def, problems := registers.Decode(r.Definition)
		if len(problems) > 0 {
			t.Errorf("%s: %v", r.ID, problems)
		}
		if basic, sensitive := def.PersonalFields(); len(basic)+len(sensitive) > 0 && def.Purpose == nil {
			t.Errorf("%s has personal data and does not say what for", r.ID)
		}
		say := func(what string, words i18n.Text, most int, needed bool) {
			t.Helper()
			if needed && words.VI == "" || (words.VI == "") != (words.EN == "") || utf8.RuneCountInString(words.VI) > most || utf8.RuneCountInString(words.EN) > most+10 {
				t.Errorf("%s: %s: %q, %q", r.ID, what, words.VI, words.EN)
			}
			for _, bad := range []string{"!", "bạn ", "Bạn "} {
				if strings.Contains(words.VI+words.EN, bad) {
					t.Errorf("%s: %s: %q has %q", r.ID, what, words.VI, bad)
				}
			}
		}
		say("title", def.Title, 60, true)
		for _, f := range def.Fields {
			say(f.Key, f.Label, 50, true)
			say(f.Key+": hint", f.Hint, 70, false)
			for _, o := range f.Options {
				say(f.Key+": "+o.Value, o.Label, 45, true)
			}
			for _, inner := range f.Fields {
				say(f.Key+": "+inner.Key, inner.Label, 50, true)
			}
		}
		for _, rule := range def.Rules {
			say(rule.Field+": message", rule.Say, 90, true)
		}
		for _, right := range def.Rights {
			say("right "+right.ID, right.Name, 50, true)
		}
		if len(def.Rights) == 0 || len(def.List.Columns) < 2 || len(def.Rules) == 0 && r.ID != "tram-quan-trac" {
			t.Errorf("%s has no rights, no list or no checks", r.ID)
		}
		placed := slices.ContainsFunc(def.Fields, func(f registers.Field) bool { return f.Type == registers.Place || f.Type == registers.Shape })
		if def.Codes == nil && len(def.Reports) == 0 || placed && def.Map == nil {
			t.Errorf("%s has no report, or places and no map", r.ID)
		}
		merges := slices.ContainsFunc(def.Rights, func(right registers.Right) bool { return slices.Contains(right.May, registers.Merge) })
		if def.Duplicates != nil && !merges {
			t.Errorf("%s: nobody may merge what it finds twice", r.ID)
		}
		for _, report := range def.Reports {
			say("report", report.Name, 60, true)
		}
		if r.Verified() || r.Source == "" {
			t.Errorf("%s does not say where its fields come from", r.ID)
		}
	}
	if n < 65 {
		t.Errorf("%d registers of sectors", n)
	}
}
