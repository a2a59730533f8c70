// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"maps"
	"os"
	"slices"
	"testing"
	"testing/fstest"
)

// TestReadersAskForWhatIsDescribed keeps readers and shapes together: a field
// that a reader takes and nobody described, or the other way round, fails.
func TestReadersAskForWhatIsDescribed(t *testing.T) {
	t.Parallel()
	b := newBook()
	for _, name := range []string{"an-giang", "hau-giang-2024"} {
		if set, _ := read(os.DirFS("../../../packs"), name, nil, b); set == nil {
			t.Fatalf("no pack %s", name)
		}
	}
	// What the built-in packs have none of.
	extra := fstest.MapFS{
		"p/pack.yaml": {Data: []byte("name: p\ntitle: P\nkind: province\n")},
		"p/units/u.yaml": {Data: []byte("units:\n  - {id: u, name: U, kind: ward, predecessors: [{id: u, kind: keep}]}\n" +
			"divisions:\n  - {id: d, name: D, kind: division, of: [ward], ordinal: 1}\n")},
		"p/legal/l.yaml": {Data: []byte("legal:\n  - {id: l, number: L, issuer: I, kind: law, title: L, mark: found, source: s, relations: [{kind: amends, to: l}]}\n")},
		"p/calendar/c.yaml": {Data: []byte("calendars:\n  - {id: c, title: C, hours: [{days: [mon], from: \"07:00\", to: \"08:00\"}], supplement: {days: 1, count: working}," +
			" rules: [{id: r, name: R, month: 1, day: 1, days: 1}], layouts: [{id: l, rule: r, year: 2026, before: 0, basis: b}], holidays: [{date: 2026-01-01, kind: off, basis: b}]}\n")},
		"p/procedures/p.yaml": {Data: []byte("procedures:\n  - {id: p, name: P, field: F, route: LOCAL, online: none, result_name: R, fee: {amount: 1, source: s, shares: [{to: parent, part: 1, source: s}]}," +
			" durations: {statutory: {days: 1, count: working}, reduced: {hours: 2}}, papers: [{id: a, name: A, original: 1}]}\n" +
			"  - {id: r, name: R, field: F, route: LOCAL, online: none, result_name: R, fee: none, decision: {number: \"1\", signed: 2026-01-01}, pay_before: decision, after_death: {note: N, source: S}," +
			" durations: {statutory: {days: 1, count: working}, online_statutory: {hours: 2}, online_reduced: {hours: 1}}, routes: [{from: 2027-01-01, route: LOCAL}]," +
			" cases: [{id: c, name: C, fee: {amount: 1, source: s, shares: [{to: parent, part: 1, source: s}]}, papers: [{id: a, name: A, original: 1}]," +
			" durations: {statutory: {days: 1, count: working}, reduced: {hours: 2}, online_statutory: {hours: 2}, online_reduced: {hours: 1}}}]}\n" +
			"  - {id: s, name: R, field: F, route: LOCAL, online: none, result_name: R, fee: none, durations: {statutory: {hours: 1}, online_statutory: {days: 1, count: working}, online_reduced: {days: 1, count: working}}," +
			" cases: [{id: c, name: C, fee: {table: t, source: s}, durations: {statutory: {hours: 1}, reduced: {days: 1, count: working}, online_statutory: {days: 1, count: working}, online_reduced: {days: 1, count: working}}}]}\n" +
			"  - {id: q, name: P, field: F, route: LOCAL, online: none, result_name: R, fee: {table: t, source: s}," +
			" durations: {statutory: {hours: 1}, reduced: {days: 2, count: calendar}}}\n")},
		"p/templates/t.yaml": {Data: []byte("templates:\n  - {id: t, title: T, version: 1, number_suffix: S, place: P, heading: H, subject: S, agency_lines: [A], body: [B], signer_lines: [S]," +
			" fields: [{key: k, label: K, type: select, options: [{value: v, label: V}]}]}\n")},
		"p/accounts/a.yaml":   {Data: []byte("accounts:\n  - {id: a, name: A, role: r, password: p, person: {number: \"1\"}}\n")},
		"p/trust/a.yaml":      {Data: []byte("authorities:\n  - {id: a, name: A, uses: [agency], lists: none}\n")},
		"p/forms/f.yaml":      {Data: []byte("forms:\n  - {id: f, title: F, version: 1, steps: [{id: s, title: S, fields: [{key: k, label: K, type: select, options: [{value: v, label: V}]}]}]}\n")},
		"p/catalogues/c.yaml": {Data: []byte("catalogues:\n  - {id: c, title: C, entries: [{id: e, name: E}]}\n")},
	}
	read(extra, "p", nil, b)
	described := map[string][]string{}
	for _, s := range PackFile().All() {
		described[s.Name] = s.Names()
	}
	for _, l := range Lists() {
		for _, s := range l.Item.All() {
			described[s.Name] = s.Names()
			for _, f := range s.Fields {
				if f.VI == "" || f.EN == "" {
					t.Errorf("%s.%s has no words", s.Name, f.Name)
				}
			}
		}
	}
	// These two are read by their own packages, which have such a test each.
	delete(b.asked, "registers")
	delete(b.asked, "decisions")
	for name := range described {
		if name == "registers" || name == "decisions" || len(name) > 9 && (name[:10] == "registers." || name[:10] == "decisions.") {
			delete(described, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(described)) {
		want, got := slices.Sorted(slices.Values(described[name])), slices.Sorted(maps.Keys(b.asked[name]))
		if !slices.Equal(got, want) {
			t.Errorf("%s:\nread      %v\ndescribed %v", name, got, want)
		}
		delete(b.asked, name)
	}
	for name := range b.asked {
		t.Errorf("%s is read and not described", name)
	}
}
