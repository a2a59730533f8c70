// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/yaml"
)

const openFile = `id: giu-xe
title: Điểm giữ xe
version: 1
fields:
  - {key: code, label: Số, type: text, required: true, unique: true}
  - {key: places, label: Số chỗ, type: integer}
  - {key: inner, label: Nội bộ, type: text}
  - {key: spot, label: Vị trí, type: point}
list: {columns: [code], sort: code, sorts: [places]}
life:
  states:
    - {id: draft, name: Nháp, kind: draft}
    - {id: open, name: Đang mở, kind: live}
    - {id: closed, name: Đóng, kind: ended}
  moves:
    - {id: start, name: Mở, from: [draft], to: open, may: [desk]}
    - {id: stop, name: Đóng, from: [open], to: closed, may: [desk]}
open_data:
  title: {vi: Điểm giữ xe, en: Parking}
  about: {vi: Nơi giữ xe., en: Where to park.}
  licence: CC-BY-4.0
  refreshed: daily
  fields: [code, spot]
  where:
    - {field: life, op: is, values: [open, closed]}
rights:
  - {id: desk, name: Ghi, roles: [officer], may: [view, add, change]}
  - {id: public, name: Công khai, public: true, may: [view], except: [inner], states: [open]}
`

// A dataset has the fields and records that the file says, and never more than
// everybody sees, whoever asks; its tag changes when the register does.
func TestADatasetIsWhatEverybodySees(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		var node yaml.Node
		must(t, yaml.Unmarshal([]byte(openFile), &node))
		def, problems := registers.Decode(&node)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		w.write(t, func(tx *db.Tx) error {
			if _, err := access.ApplyRoles(ctx, tx, []access.Role{{ID: "officer"}}, nil); err != nil {
				return err
			}
			plan, err := w.keeper.Plan(ctx, tx, def)
			if err != nil {
				return err
			}
			return w.keeper.Apply(ctx, tx, identity.Program("apply"), plan)
		})
		desk := w.east.Grant("registers.giu_xe.desk", identity.Place{Unit: "east", Subtree: true})
		for i, moves := range [][]string{{}, {"start"}, {"start", "stop"}} {
			r, err := w.svc.CreateRecord(ctx, desk, "giu-xe", "east", map[string]any{"code": fmt.Sprintf("X-%d", i), "places": 5, "inner": "kín", "spot": "10.38, 105.43"})
			must(t, err)
			st, err := w.keeper.Stand(ctx, w.d, desk, "giu-xe")
			must(t, err)
			for n, move := range moves {
				w.write(t, func(tx *db.Tx) error {
					_, err := w.keeper.Move(ctx, tx, st, r.ID, int64(n+1), move, "", nil)
					return err
				})
			}
		}
		all, err := w.svc.Datasets(ctx)
		if err != nil || len(all) != 1 || all[0].Definition.ID != "giu-xe" || !all[0].Placed() {
			t.Fatalf("%+v %v", all, err)
		}
		d, err := w.svc.Dataset(ctx, "giu-xe")
		must(t, err)
		var keys []string
		for _, f := range d.Fields() {
			keys = append(keys, f.Key)
		}
		if !slices.Equal(keys, []string{"code", "spot"}) || d.Count != 1 {
			t.Errorf("%v %d", keys, d.Count)
		}
		_, taken, err := w.svc.Publish(ctx, "giu-xe")
		must(t, err)
		var said []string
		must(t, taken.Each(ctx, func(r registers.Record) error {
			said = append(said, fmt.Sprintf("%v %d %d", r.Values["code"], len(r.Values), len(r.Withheld)))
			return nil
		}))
		if !slices.Equal(said, []string{"X-1 2 0"}) {
			t.Errorf("published: %v", said)
		}
		var places strings.Builder
		must(t, taken.WriteGeoJSON(ctx, &places, taken.Places()[0], func(v map[string]any) map[string]any { return v }))
		if said := places.String(); !strings.Contains(said, `"code":"X-1"`) || !strings.Contains(said, "105.43") || strings.Contains(said, "kín") {
			t.Errorf("on a map: %s", said)
		}
		order := func() string {
			t.Helper()
			_, err := w.keeper.OrderFeed(ctx, w.d)
			must(t, err)
			d, err := w.svc.Dataset(ctx, "giu-xe")
			must(t, err)
			if d.Changed.IsZero() {
				t.Error("nobody knows when it changed")
			}
			return d.Tag
		}
		before := order()
		if order() != before {
			t.Error("the tag changed by itself")
		}
		_, err = w.svc.CreateRecord(ctx, desk, "giu-xe", "east", map[string]any{"code": "X-9"})
		must(t, err)
		if order() == before {
			t.Error("the tag does not know of a change")
		}
		if _, err := w.svc.Dataset(ctx, "cho"); !errors.Is(err, books.ErrNoDataset) {
			t.Errorf("a register that publishes nothing: %v", err)
		}
	})
}
