// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

// compiled is a schema as a library of others reads it.
func compiled(t *testing.T, schema map[string]any) func(values map[string]any) error {
	t.Helper()
	read := func(v any) any {
		raw, err := json.Marshal(v)
		ok(t, err)
		out, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		ok(t, err)
		return out
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	ok(t, c.AddResource("record.json", read(schema)))
	s, err := c.Compile("record.json")
	ok(t, err)
	return func(values map[string]any) error { return s.Validate(read(values)) }
}

var everyType = []string{
	"key: line, type: text, required: true, max: 30", "key: coded, type: text, pattern: 'A\\d{3}'", "key: long, type: longtext", "key: whole, type: integer, max: 90",
	"key: part, type: decimal(2)", "key: paid, type: money", "key: day, type: date", "key: some, type: date_partial", "key: yes, type: boolean",
	"key: one, type: choice, options: [{value: a, label: A}, {value: b, label: B}]", "key: many, type: choices, options: [{value: a, label: A}, {value: b, label: B}]",
	"key: place, type: point", "key: body, type: organisation", "key: human, type: person, personal: basic", "key: number, type: person_number, personal: basic",
	"key: call, type: phone, personal: basic", "key: mail, type: email, personal: basic", "key: where, type: address", "key: shape, type: shape",
	"key: rows, type: group, fields: [{key: a, label: A, type: text, required: true}, {key: n, label: N, type: integer}]", "key: made, type: integer, compute: 'whole + 1'",
}

// What a register gives and takes is what its schema says.
func TestRecordsAreAsTheSchemaSays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		w.apply(t, def(t, "moi-kieu", 1, "", everyType...))
		me := identity.NewActor("o", "").Grant(registers.PermEdit, identity.Place{Unit: "province", Subtree: true})
		s, err := w.keeper.Stand(t.Context(), w.d, me, "moi-kieu")
		ok(t, err)
		values, whole := s.Example()
		if !whole {
			t.Fatalf("no whole example: %v", values)
		}
		takes, gives := compiled(t, s.Schema(registers.Add, i18n.VI)), compiled(t, s.Schema(registers.View, i18n.VI))
		ok(t, takes(values))
		values["coded"], values["where"] = "A123", map[string]any{"commune": "30307", "line": "Số 1"}
		var rec registers.Record
		w.write(t, func(tx *db.Tx) (err error) {
			rec, err = w.keeper.Enter(t.Context(), tx, s, "east", values)
			return err
		})
		read, err := w.keeper.Read(t.Context(), w.d, s, rec.ID, "")
		ok(t, err)
		if err := gives(registers.Plain(read.Values)); err != nil {
			t.Error(err)
		}
		if want := len(everyType) - 4; len(read.Values) != want {
			t.Errorf("%d values, want %d: %v", len(read.Values), want, read.Values)
		}
		// What the schema refuses, the register refuses, and the other way round.
		for key, wrong := range map[string]any{
			"line": "0123456789012345678901234567890", "coded": "B123", "whole": 91, "part": "1.234", "day": "21/11/2026", "some": "2026-1-1", "yes": "maybe", "one": "c",
			"many": []string{"c"}, "place": "91.5, x", "body": map[string]any{"names": "A"}, "number": "12", "where": map[string]any{"commune": "3"},
			"shape": map[string]any{"type": "Point"}, "rows": []any{map[string]any{"n": 1}}, "made": 1, "other": "x", "mail": "x",
		} {
			bad := maps.Clone(values)
			bad[key] = wrong
			if takes(bad) == nil {
				t.Errorf("the schema takes %s: %v", key, wrong)
			}
			if err := w.d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := w.keeper.Enter(t.Context(), tx, s, "east", bad)
				return err
			}); err == nil {
				t.Errorf("the register takes %s: %v", key, wrong)
			}
		}
		delete(values, "line")
		if takes(values) == nil {
			t.Error("the schema needs no line")
		}
	})
}

// A schema names no field that the rights do not show.
func TestASchemaShowsWhatTheRightsShow(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		r := newRights(t, w)
		for who, want := range map[string][]string{"officer": {"keeper", "name", "note", "second", "weight"}, "leader": {"name", "second", "weight"}, "nobody": {"name"}} {
			s, err := r.keeper.Stand(t.Context(), r.d, r.people[who], "cho-nuoi")
			ok(t, err)
			properties, _ := s.Schema(registers.View, i18n.EN)["properties"].(map[string]any)
			if got := slices.Sorted(maps.Keys(properties)); !slices.Equal(got, want) {
				t.Errorf("%s is told of %v", who, got)
			}
		}
	})
}
