// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
)

// Each aspect counts its own mistakes and names the records, and nothing else.
func TestARegisterIsMeasured(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		file := func(version int, more string) registers.Definition {
			d, problems := decode(t, fmt.Sprintf(`registers:
  - id: cho
    title: Sổ chợ
    version: %d
    fresh_days: 30
    fields:
      - {key: code, label: Số, type: text, unique: true, required: true}
      - {key: name, label: Tên, type: text, required: true}
      - {key: place, label: Nơi, type: text}
      - {key: note, label: Ghi chú, type: text%s}
      - {key: keeper, label: Chủ, type: phone, personal: basic}
    list: {columns: [code, name, place]}
    checks:
      - {field: name, holds: "name != 'Sai'", message: Tên sai}
`, version, more))
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			return d
		}
		first := file(1, "")
		first.Rules = nil
		w.apply(t, first)
		m, err := w.keeper.Measure(t.Context(), w.d, "cho", w.d.Now())
		ok(t, err)
		if m.Score != -1 || m.Looked != 0 {
			t.Errorf("an empty register: %+v", m)
		}
		var ids []string
		for i, values := range []map[string]any{
			{"name": "Một", "place": "Bình Long", "keeper": "0912345678"},
			{"name": "Hai", "place": "Bình Long"},
			{"name": "HAI", "place": "bình long"}, // says the same again
			{"name": "Ba"},                        // not whole
			{"name": "Sai", "place": "Mỹ Đức", "note": "ghi chú dài"},
		} {
			values["code"] = fmt.Sprint("C", i)
			ids = append(ids, w.insert(t, "cho", values).ID)
		}
		gone := w.insert(t, "cho", map[string]any{"code": "C9", "name": "Sai"}).ID
		w.write(t, func(tx *db.Tx) error { return w.keeper.Hide(t.Context(), tx, w.actor, w.all, "cho", gone, 1) })
		w.clock.Advance(31 * 24 * time.Hour)
		ok(t, w.update(t, "cho", ids[0], 1, map[string]any{"place": "Bình Long Đông"}))
		second := file(2, ", max: 300") // with its rule from now on
		w.apply(t, second)
		m, err = w.keeper.Measure(t.Context(), w.d, "cho", w.d.Now())
		ok(t, err)
		for aspect, want := range map[string]struct {
			score   int
			records []string
		}{
			registers.AspectComplete: {14 * 1000 / 15, ids[3:4]}, registers.AspectValid: {800, ids[4:5]},
			registers.AspectFresh: {200, ids[1:]}, registers.AspectUnique: {800, ids[2:3]},
		} {
			if m.By[aspect] != want.score || !slices.Equal(m.Failing[aspect], want.records) || m.Fails[aspect] != int64(len(want.records)) {
				t.Errorf("%s: %d %v, want %d %v", aspect, m.By[aspect], m.Failing[aspect], want.score, want.records)
			}
		}
		if m.Records != 5 || m.Looked != 5 || m.Score != (933+800+200+800)/4 {
			t.Errorf("%+v", m)
		}
		for _, f := range m.Fields {
			want := registers.FieldQuality{Field: f.Field, Expected: 5, Filled: 5}
			switch f.Field {
			case "place":
				want.Filled = 4
			case "name":
				want.Wrong = 1
			}
			if f != want {
				t.Errorf("%+v, want %+v", f, want)
			}
		}
		all, err := w.keeper.Profiles(t.Context(), w.d)
		ok(t, err)
		if len(all) != 1 || all[0].Personal != registers.Basic || all[0].Sharing != "request" || all[0].Refreshed != 30 {
			t.Errorf("%+v", all)
		}
		if _, problems := decode(t, `registers:
  - {id: x, title: X, version: 1, fresh_days: 5000, fields: [{key: a, label: A, type: text}]}`); len(problems) != 1 {
			t.Errorf("%v", problems)
		}
	})
}
