// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestWatchRules(t *testing.T) {
	t.Parallel()
	load := func(rules string) (*Set, []string) {
		fsys := fstest.MapFS{
			"n/pack.yaml":  {Data: []byte("name: n\ntitle: N\nkind: national\ntime_zone: Asia/Ho_Chi_Minh\n")},
			"n/watch.yaml": {Data: []byte("watch:\n" + rules)},
		}
		set, problems := read(fsys, "n", nil, newBook())
		var codes []string
		for _, p := range problems {
			if strings.HasSuffix(p.File, "watch.yaml") {
				codes = append(codes, p.Code)
			}
		}
		return set, codes
	}
	set, codes := load(`
  - {id: a, kind: night, name: Đêm, threshold: 3, minutes: 480, from: "22:30", to: "05:00"}
  - {id: b, kind: many_people, name: Nhiều, threshold: 40, minutes: 60}
`)
	if len(codes) != 0 || len(set.Watch) != 2 || set.Watch[0].From != 22*60+30 || set.Watch[0].To != 5*60 || set.Watch[1].Threshold != 40 || set.Watch[1].Minutes != 60 {
		t.Fatalf("%v, %+v", codes, set.Watch)
	}
	for rule, want := range map[string]string{
		`{id: a, kind: night, name: Đêm, threshold: 3, minutes: 480}`:                                 "watch.night",
		`{id: a, kind: many_people, name: N, threshold: 3, minutes: 480, from: "22:00", to: "05:00"}`: "watch.night",
		`{id: a, kind: many_people, name: N, threshold: 0, minutes: 480}`:                             "watch.never",
		`{id: a, kind: many_people, name: N, threshold: 1, minutes: 0}`:                               "watch.minutes",
		`{id: a, kind: many_people, name: N, threshold: 1, minutes: 20000}`:                           "watch.minutes",
		`{id: a, kind: curious, name: N, threshold: 1, minutes: 60}`:                                  "value.choice",
		`{id: a, kind: night, name: N, threshold: 1, minutes: 60, from: "25:00", to: "05:00"}`:        "value.shape",
		`{id: a, kind: many_people, threshold: 1, minutes: 60}`:                                       "field.required",
		`{id: a, kind: many_people, name: N, threshold: 1, minutes: 60, treshold: 2}`:                 "key.misspelt",
	} {
		if _, codes := load("  - " + rule + "\n"); !slices.Contains(codes, want) {
			t.Errorf("%s: %v, want %s", rule, codes, want)
		}
	}
}
