// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"fmt"
	"testing"

	"go.yaml.in/yaml/v3"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/db"
)

const permits = `id: giay-phep
title: Sổ giấy phép
version: 1
fields:
  - {key: name, label: Tên, type: text, required: true}
  - {key: kind, label: Loại, type: choice, options: [{value: a, label: A}, {value: b, label: B}]}
list: {columns: [name, life], sort: name, filters: [kind]}
rights:
  - {id: write, name: Ghi, roles: [officer], may: [view, add, change]}
  - {id: look, name: Xem, roles: [clerk], may: [view], only: [name, kind]}
life:
  states:
    - {id: draft, name: Dự thảo, kind: draft}
    - {id: live, name: Hiệu lực, kind: live}
    - {id: over, name: Chấm dứt, kind: ended}
  moves:
    - {id: approve, name: Phê duyệt, from: [draft], to: live, may: [write]}
    - {id: finish, name: Chấm dứt, from: [live], to: over, may: [write]}
`

// States are counted as the list would have them, whatever state it is held to,
// and not for who may not see where a record stands.
func TestStatesAreCounted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		var node yaml.Node
		must(t, yaml.Unmarshal([]byte(permits), &node))
		d, problems := registers.Decode(node.Content[0])
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		w.write(t, func(tx *db.Tx) error {
			if _, err := access.ApplyRoles(ctx, tx, []access.Role{{ID: "officer"}, {ID: "clerk"}}, nil); err != nil {
				return err
			}
			plan, err := w.keeper.Plan(ctx, tx, d)
			if err != nil {
				return err
			}
			return w.keeper.Apply(ctx, tx, identity.Program("apply"), plan)
		})
		at := identity.Place{Unit: "east", Subtree: true}
		officer, clerk := w.east.Grant(d.Permission(d.Rights[0]), at), w.east.Grant(d.Permission(d.Rights[1]), at)
		for i := range 5 {
			rec, err := w.svc.CreateRecord(ctx, officer, d.ID, "east", map[string]any{"name": fmt.Sprint(i), "kind": []string{"a", "b"}[i%2]})
			must(t, err)
			if i < 3 {
				_, err = w.svc.MoveRecord(ctx, officer, d.ID, rec.ID, rec.Version, "approve", "", nil)
				must(t, err)
			}
		}
		states := func(actor identity.Actor, q core.Query, counted *registers.Facets) (all []string) {
			t.Helper()
			st, err := w.keeper.Stand(ctx, w.d, actor, d.ID)
			must(t, err)
			f, err := w.svc.Facets(ctx, actor, d.ID, q)
			must(t, err)
			if counted != nil {
				f = *counted
			}
			some, err := w.svc.States(ctx, actor, st, q, f)
			must(t, err)
			for _, s := range some {
				all = append(all, fmt.Sprint(s.State.ID, " ", s.Count))
			}
			return all
		}
		is := func(field, value string) core.Query {
			return core.Query{Where: []registers.Condition{{Field: field, Op: registers.Is, Values: []string{value}}}}
		}
		for _, c := range []struct {
			name string
			got  []string
			want string
		}{
			{"all", states(officer, core.Query{}, nil), "[draft 2 live 3 over 0]"},
			{"held to a kind", states(officer, is("kind", "b"), nil), "[draft 1 live 1 over 0]"},
			{"held to a state", states(officer, is(registers.LifeKey, "live"), nil), "[draft 2 live 3 over 0]"},
			{"too many to count", states(officer, core.Query{}, &registers.Facets{More: true}), "[draft -1 live -1 over -1]"},
			{"who does not see it", states(clerk, core.Query{}, nil), "[]"},
		} {
			if fmt.Sprint(c.got) != c.want {
				t.Errorf("%s: %v, want %s", c.name, c.got, c.want)
			}
		}
	})
}
