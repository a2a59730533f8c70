// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"fmt"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/registers"
)

const first = `registers:
  - id: lui
    title: Sổ
    version: 1
    fields:
      - {key: name, label: Tên, type: text, required: true, max: 20}
      - {key: kind, label: Loại, type: choice, options: [{value: a, label: A}, {value: b, label: B}]}
      - {key: area, label: Diện tích, type: decimal(1)}
      - {key: old, label: Cũ, type: text, searchable: true}
      - {key: must, label: Phải có, type: integer, required: true}
    list: {columns: [name, old], sort: old}
`

const second = `registers:
  - id: lui
    title: Sổ mới
    version: 2
    fields:
      - {key: name, label: Họ tên, type: text, required: true, max: 200}
      - {key: kind, label: Loại, type: choice, options: [{value: a, label: A}, {value: b, label: B}, {value: c, label: C}]}
      - {key: area, label: Diện tích, type: decimal(3)}
      - {key: must, label: Phải có, type: integer}
      - {key: fresh, label: Mới, type: text, required: true, unique: true, max: 50}
    list: {columns: [name, fresh], sort: name}
`

// Forward, written, back, written, forward again: whatever was written stays.
func TestGoingBackOneVersion(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		read := func(text string) registers.Definition {
			d, problems := decode(t, text)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			return d
		}
		one, two := read(first), read(second)
		changes := func(p registers.Plan) string {
			var all []string
			for _, c := range p.Changes {
				all = append(all, strings.Trim(fmt.Sprint(c.Kind, ":", c.Field, ".", c.Aspect), ".:"))
			}
			return strings.Join(all, " ")
		}
		w.apply(t, one)
		a := w.insert(t, "lui", map[string]any{"name": "Một", "kind": "b", "area": "1.5", "old": "cũ", "must": 1})
		w.apply(t, two)
		long := strings.Repeat("dài ", 12)
		b := w.insert(t, "lui", map[string]any{"name": long, "kind": "c", "area": "2.125", "fresh": "F"})
		ok(t, w.update(t, "lui", a.ID, 1, map[string]any{"fresh": "A"}))
		p := w.plan(t, one)
		if len(p.Refusals()) > 0 {
			t.Fatal(p.Refusals())
		}
		for _, kind := range []string{"relabel:.back", "show_field:old", "hide_field:fresh", "relabel:must.stays"} {
			if !strings.Contains(changes(p), kind) {
				t.Errorf("the plan does not tell %s: %s", kind, changes(p))
			}
		}
		p = w.apply(t, one)
		if p.From != 2 || p.To != 3 {
			t.Errorf("from %d to %d", p.From, p.To)
		}
		d, err := w.keeper.Definition(t.Context(), w.d, "lui")
		ok(t, err)
		if d.Version != 3 || d.FileVersion() != 1 || d.Title.VI != "Sổ" {
			t.Errorf("%d %d %s", d.Version, d.FileVersion(), d.Title.VI)
		}
		if !w.plan(t, one).Nothing() {
			t.Error("applied again it changes something")
		}
		if got := fmt.Sprint(w.personal(t, "lui", a.ID).Values); got != "map[area:1.5 kind:b must:1 name:Một old:cũ]" {
			t.Errorf("back: %s", got)
		}
		if got := fmt.Sprint(w.personal(t, "lui", b.ID).Values); got != "map[area:2.125 kind:c name:"+strings.TrimSpace(long)+"]" {
			t.Errorf("what the later version let in: %s", got)
		}
		c := w.insert(t, "lui", map[string]any{"name": "Ba", "kind": "a", "area": "0.001", "old": "ba", "must": 3})
		ok(t, w.update(t, "lui", b.ID, 1, map[string]any{"old": "hai"}))
		p = w.apply(t, two) // the field that must be there comes back, though the third record lacks it
		if p.To != 4 {
			t.Errorf("to %d", p.To)
		}
		for id, want := range map[string]string{
			a.ID: "map[area:1.5 fresh:A kind:b must:1 name:Một]", b.ID: "map[area:2.125 fresh:F kind:c name:" + strings.TrimSpace(long) + "]", c.ID: "map[area:0.001 kind:a must:3 name:Ba]",
		} {
			if got := fmt.Sprint(w.personal(t, "lui", id).Values); got != want {
				t.Errorf("forward again: %s, want %s", got, want)
			}
		}
		third := read(strings.Replace(second, "version: 2", "version: 3", 1))
		third.Fields = append(third.Fields, func() registers.Field { f, _ := one.Field("old"); return f }())
		w.apply(t, third) // a number that is not above the 4 of the register is one of a new file
		if got := fmt.Sprint(w.personal(t, "lui", b.ID).Values); !strings.Contains(got, "old:hai") {
			t.Errorf("what was written while back: %s", got)
		}
		past, err := w.keeper.History(t.Context(), w.d, w.all, "lui", b.ID)
		ok(t, err)
		if len(past) != 1 || past[0].Values["fresh"] != nil || past[0].Values["area"] != "2.125" {
			t.Errorf("%+v", past)
		}
		other := read(strings.Replace(first, "title: Sổ", "title: Sổ khác", 1)) // version 1, and nobody has seen it
		if p := w.plan(t, other); len(p.Refusals()) != 1 || p.Refusals()[0].Reason != "registers.reason.older_version" {
			t.Errorf("an unknown older file: %+v", p.Refusals())
		}
	})
}
