// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"fmt"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

// A list that is held to a common value is read down its order, one that is held to
// a rare one by the index of the value, and both find what comparing finds.
func TestAListIsReadTheShorterWay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		w.apply(t, def(t, "r", 1, "list: {sort: name, filters: [kind, big]}", "key: name, type: text, required: true",
			"key: kind, type: choice, options: [{value: often, label: a}, {value: late, label: b}]", "key: big, type: boolean"))
		for i := range 300 {
			kind := "often"
			if i >= 280 {
				kind = "late" // only behind, by the name
			}
			w.insert(t, "r", map[string]any{"name": fmt.Sprintf("n%03d", i), "kind": kind, "big": i%2 == 0})
		}
		analyze(t, w.d)
		s := w.reader(t, "r")
		near, far := w.keeper.Glancing(100, 1000), w.keeper.Glancing(1_000_000, 1_000_000)
		where := func(all ...string) (ask registers.Ask) {
			ask.By = "name"
			for i := 0; i < len(all); i += 2 {
				ask.Where = append(ask.Where, registers.Condition{Field: all[i], Op: registers.Is, Values: []string{all[i+1]}})
			}
			return ask
		}
		for name, c := range map[string]struct {
			ask   registers.Ask
			order bool
		}{
			"a common value":       {where("kind", "often"), true},
			"two of them":          {where("kind", "often", "big", "true"), false}, // fifty of a hundred are not fifty-one
			"one that stands late": {where("kind", "late"), false},
			"one of everything":    {where("big", "false"), false},
			"all of one unit":      {where("unit", "east", "kind", "often"), true},
		} {
			if got, want := found(t, w, near, s, c.ask), found(t, w, far, s, c.ask); got != want {
				t.Errorf("%s:\n%s\n%s", name, got, want)
			}
			query, args, err := near.DownOrder(t.Context(), w.d, s, c.ask)
			ok(t, err)
			if by := strings.Contains(query, `+"f_`); w.d.Dialect() == db.SQLite && by != c.order {
				t.Errorf("%s: down the order %t\n%s", name, by, query)
			}
			if said := explain(t, w.d, query, args); w.d.Dialect() == db.SQLite && c.order && (strings.Contains(said, "TEMP B-TREE") || !strings.Contains(said, "USING INDEX regx_")) {
				t.Errorf("%s:\n%s", name, said)
			}
		}
	})
}
