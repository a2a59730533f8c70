// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"errors"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/modules/books/internal/core"
)

// Tables and counts by value hold what the list holds; a table leaves only by
// who may export, and that is recorded. A register without a map has none.
func TestCountsOfARegister(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		keeper, reader := wells(t, w)
		dig(t, w, keeper, 7)
		ctx := t.Context()
		q := core.Query{Where: []registers.Condition{{Field: "kind", Op: registers.Is, Values: []string{"a"}}}}
		by := registers.Pivot{Rows: "kind", Columns: registers.UnitField, Of: "depth", How: registers.Sum}
		v, err := w.svc.Statistics(ctx, reader, "gieng", core.Query{}, by)
		if err != nil || v.Table.All.Count != 7 || v.Count != 7 || v.Table.All.Sum != 21 || len(v.Table.Rows) != 2 || len(v.Table.Columns) != 2 {
			t.Errorf("counted %+v, %v", v.Table, err)
		}
		if v, err = w.svc.Statistics(ctx, keeper, "gieng", q, by); err != nil || v.Table.All.Count != 3 || len(v.Table.Columns) != 1 {
			t.Errorf("of kind a in the east %+v, %v", v.Table, err)
		}
		f, err := w.svc.Facets(ctx, keeper, "gieng", core.Query{})
		if err != nil || f.Found != 4 || len(f.Fields["kind"]) != 2 || len(f.Fields["secret"]) != 0 || f.Fields["kind"][0] != (registers.Facet{Value: "a", Count: 3}) {
			t.Errorf("facets %+v, %v", f, err)
		}
		if _, err := w.svc.TakeStatistics(ctx, reader, "gieng", q, by); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("a reader takes a table away: %v", err)
		}
		_, err = w.svc.TakeStatistics(ctx, keeper, "gieng", q, by)
		must(t, err)
		if n := w.recorded(t, registers.AuditTaken); n != 1 {
			t.Errorf("%d tables left", n)
		}
		if _, err := w.svc.Map(ctx, keeper, "gieng", q, registers.World()); !errors.Is(err, books.ErrNoMap) {
			t.Errorf("a map of wells: %v", err)
		}
	})
}
