// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestSignInRules(t *testing.T) {
	t.Parallel()
	load := func(rules string) (*Set, []string) {
		fsys := fstest.MapFS{
			"n/pack.yaml":    {Data: []byte("name: n\ntitle: N\nkind: national\ntime_zone: Asia/Ho_Chi_Minh\n")},
			"n/roles/r.yaml": {Data: []byte("roles:\n  - {id: clerk, name: C}\n")},
			"n/sign-in.yaml": {Data: []byte("sign_in:\n" + rules)},
		}
		set, problems := read(fsys, "n", nil, newBook())
		var codes []string
		for _, p := range problems {
			if strings.HasSuffix(p.File, "sign-in.yaml") {
				codes = append(codes, p.Code)
			}
		}
		return set, codes
	}
	set, codes := load(`
  - {id: a, name: A, source: S, second_factor: offered, hours: 12, password: {min: 14, min_with_factor: 8, classes: 4}}
  - {id: b, name: B, source: S, status: unverified, roles: [clerk], second_factor: required, required_from: 2027-06-01, idle_minutes: 15}
`)
	if len(codes) != 0 || len(set.SignIn) != 2 || set.SignIn[0].MinWithFactor != 8 || set.SignIn[1].RequiredFrom != "2027-06-01" || set.SignIn[1].IdleMinutes != 15 {
		t.Fatalf("%v, %+v", codes, set.SignIn)
	}
	for rule, want := range map[string]string{
		`{id: a, name: A, source: S, password: {min: 7}}`:                                "sign_in.password",
		`{id: a, name: A, source: S, password: {passes: 1}}`:                             "sign_in.cost",
		`{id: a, name: A, source: S, password: {memory_mib: 18}}`:                        "sign_in.cost",
		`{id: a, name: A, source: S, password: {memory_mib: 512}}`:                       "sign_in.cost",
		`{id: a, name: A, source: S, password: {min_with_factor: 4}}`:                    "sign_in.password",
		`{id: a, name: A, source: S, password: {classes: 5}}`:                            "sign_in.password",
		`{id: a, name: A, source: S, second_factor: offered, required_from: 2027-06-01}`: "sign_in.required_from",
		`{id: a, name: A, source: S, second_factor: always}`:                             "value.choice",
		`{id: a, name: A}`:                                          "sign_in.source",
		`{id: a, name: A, source: S, roles: [king]}`:                "sign_in.role",
		`{id: a, name: A, source: S, unused_days: 7, warn_days: 7}`: "sign_in.warn_days",
		`{id: a, name: A, source: S, hours: -1}`:                    "value.integer",
	} {
		if _, codes := load("  - " + rule + "\n"); !slices.Contains(codes, want) {
			t.Errorf("%s: %v, want %s", rule, codes, want)
		}
	}
}
