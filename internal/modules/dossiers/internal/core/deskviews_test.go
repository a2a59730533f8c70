// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

// at is somebody who works in the ward.
func at(a identity.Actor) identity.Actor {
	a.Unit = dossierstest.Ward
	return a
}

// Every filter leaves what it says, and what nobody could have chosen leaves nothing.
func TestAListIsNarrowed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		held, free, signing := w.Accepted(t), w.Accepted(t), w.ToSign(t)
		ok(t, s.Claim(ctx, w.Officer, held, ""))
		all := must[core.Desk](t)(s.UnitWork(ctx, w.Leader, core.DeskFilter{}, ""))
		code := all.Items[0].Code
		if len(all.Facets.Procedures) != 1 || all.Facets.Procedures[0].Count != 3 || len(all.Facets.Posts) != 2 || all.Facets.Units[0].Value != dossierstest.Ward {
			t.Errorf("it can be narrowed to %+v", all.Facets)
		}
		today := c.Now().Format(time.DateOnly)
		for _, tt := range []struct {
			name string
			f    core.DeskFilter
			want int
		}{
			{"all", core.DeskFilter{}, 3},
			{"procedure", core.DeskFilter{Procedure: "xac-nhan-cu-tru"}, 3},
			{"other procedure", core.DeskFilter{Procedure: "khai-sinh"}, 0},
			{"field", core.DeskFilter{Field: all.Items[0].Field.VI}, 3},
			{"no such field", core.DeskFilter{Field: "Đất đai"}, 0},
			{"unit", core.DeskFilter{Unit: dossierstest.Ward}, 3},
			{"other unit", core.DeskFilter{Unit: dossierstest.Other}, 0},
			{"post", core.DeskFilter{Post: "case_officer"}, 2},
			{"step", core.DeskFilter{Step: "Thẩm định"}, 2},
			{"action", core.DeskFilter{Action: "sign"}, 1},
			{"holder", core.DeskFilter{Holder: w.Officer.Account}, 1},
			{"nobody", core.DeskFilter{Holder: core.Nobody}, 1},
			{"the leader", core.DeskFilter{Holder: w.Leader.Account}, 1},
			{"status", core.DeskFilter{Status: dossiers.Accepted}, 1},
			{"channel", core.DeskFilter{Channel: dossiers.Online}, 3},
			{"counter", core.DeskFilter{Channel: dossiers.Counter}, 0},
			{"basis", core.DeskFilter{Basis: dossiers.Self}, 3},
			{"legal", core.DeskFilter{Basis: dossiers.Legal}, 0},
			{"today", core.DeskFilter{From: today, To: today}, 3},
			{"before", core.DeskFilter{To: "2026-03-01"}, 0},
			{"after", core.DeskFilter{From: "2026-03-03"}, 0},
			{"no day", core.DeskFilter{From: "hôm nay"}, 3},
			{"name", core.DeskFilter{Words: "nguyen van bay"}, 3},
			{"part of a name", core.DeskFilter{Words: "Văn Bảy"}, 3},
			{"another name", core.DeskFilter{Words: "Hồ"}, 0},
			{"code", core.DeskFilter{Words: strings.ToLower(code)}, 1},
			{"everything is no name", core.DeskFilter{Words: "%"}, 3},
			{"waiting", core.DeskFilter{Bucket: core.Waiting}, 0},
		} {
			d := must[core.Desk](t)(s.UnitWork(ctx, w.Leader, tt.f, ""))
			if len(d.Items) != tt.want || tt.f.Bucket == "" && d.Counts.Total() != tt.want {
				t.Errorf("%s: %d rows, %d counted, want %d", tt.name, len(d.Items), d.Counts.Total(), tt.want)
			}
		}
		if _, err := s.UnitWork(ctx, w.Officer, core.DeskFilter{}, ""); err == nil {
			t.Error("an officer sees the work of all")
		}
		_, _ = free, signing
	})
}

// Each order is kept over pages, and no row comes twice or never.
func TestOrdersArePaged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		const n = core.PageSize + 3
		for range n {
			w.Accepted(t)
			c.Advance(time.Second)
		}
		for _, o := range core.Orders() {
			seen, after := []core.Item{}, ""
			for {
				d := must[core.Desk](t)(s.Desk(ctx, w.Officer, core.DeskFilter{Order: o}, after))
				seen = append(seen, d.Items...)
				if after = d.Next; after == "" {
					break
				}
			}
			ids := map[dossiers.ID]bool{}
			for i, item := range seen {
				ids[item.ID] = true
				if i == 0 {
					continue
				}
				before := seen[i-1]
				switch o {
				case core.ByNewest:
					if item.SubmittedAt.After(before.SubmittedAt.Time) {
						t.Errorf("%q: row %d is newer than the one before", o, i)
					}
				case core.ByOldest:
					if item.SubmittedAt.Before(before.SubmittedAt.Time) {
						t.Errorf("%q: row %d is older than the one before", o, i)
					}
				case core.ByDue, core.ByWork:
					if item.Due.Before(before.Due.Time) {
						t.Errorf("%q: row %d is due before the one above", o, i)
					}
				}
			}
			if len(seen) != n || len(ids) != n {
				t.Errorf("%q: %d rows, %d dossiers, want %d", o, len(seen), len(ids), n)
			}
		}
	})
}

// A view is kept, opens the list, is shared by who gives out the work of the
// unit, and goes for all when it is removed. Words are not kept.
func TestViewsAreKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, _ *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		officer, leader, second := at(w.Officer), at(w.Leader), at(w.Second)
		other := w.OtherLeader
		other.Unit = dossierstest.Other
		look := &core.Look{
			Filter:  core.DeskFilter{Bucket: core.Overdue, Field: "Cư trú", Words: "Nguyễn Văn Bảy", Order: core.ByDue},
			Columns: []core.Column{core.ColLeft, core.ColProcedure, core.ColLeft, "gone"},
		}
		_, err := s.SaveView(ctx, officer, core.Saving{List: core.OwnWork, Name: "  "})
		if errs.KindOf(err) != errs.Invalid {
			t.Errorf("without a name: %v", err)
		}
		_, err = s.SaveView(ctx, w.Citizen, core.Saving{List: core.OwnWork, Name: "x"})
		refused(t, "a citizen", err, access.ErrNotAllowed)
		_, err = s.SaveView(ctx, officer, core.Saving{List: core.OwnWork, Name: "Buổi sáng", Look: look, Share: true})
		refused(t, "an officer shares", err, access.ErrNotAllowed)

		id := must[string](t)(s.SaveView(ctx, officer, core.Saving{List: core.OwnWork, Name: " Buổi  sáng ", Look: look}))
		views := func(a identity.Actor) []core.View { return must[[]core.View](t)(s.ListViews(ctx, a, core.OwnWork)) }
		mine := views(officer)
		if len(mine) != 1 || mine[0].Name != "Buổi sáng" || !mine[0].Own || !mine[0].May || mine[0].First || mine[0].Look.Filter.Words != "" ||
			mine[0].Look.Filter.Field != "Cư trú" || len(mine[0].Look.Columns) != 2 || mine[0].Look.Columns[0] != core.ColLeft {
			t.Errorf("kept: %+v", mine)
		}
		if raw := dossierstest.JSON(t, mine); strings.Contains(raw, "Bảy") || w.Count(t, `SELECT COUNT(*) FROM dossiers_views WHERE look LIKE '%Bảy%'`) != 0 {
			t.Error("a name was kept in a view")
		}
		if got := views(second); len(got) != 0 {
			t.Errorf("a colleague sees %+v", got)
		}
		refused(t, "a colleague removes it", s.RemoveView(ctx, second, id), dossiers.ErrNoView)
		refused(t, "a colleague opens with it", s.OpenWith(ctx, second, core.OwnWork, id), dossiers.ErrNoView)
		_, err = s.SaveView(ctx, leader, core.Saving{ID: id, List: core.OwnWork, Name: "x"})
		refused(t, "the leader changes what is not shared", err, dossiers.ErrNoView)

		shared := must[string](t)(s.SaveView(ctx, leader, core.Saving{List: core.OwnWork, Name: "Chung", Look: look, Share: true}))
		if w.Audited(t, dossiers.AuditViewSaved, shared+" for "+dossierstest.Ward) != 1 {
			t.Error("it is not recorded that it is shared")
		}
		got := views(second)
		if len(got) != 1 || got[0].Unit != dossierstest.Ward || got[0].May || got[0].Own {
			t.Errorf("a colleague sees %+v", got)
		}
		if got := views(other); len(got) != 0 {
			t.Errorf("another ward sees %+v", got)
		}
		refused(t, "another ward removes it", s.RemoveView(ctx, other, shared), dossiers.ErrNoView)
		ok(t, s.OpenWith(ctx, second, core.OwnWork, shared))
		if got := views(second); !got[0].First {
			t.Error("the list does not open with it")
		}
		must[string](t)(s.SaveView(ctx, at(w.Deputy), core.Saving{ID: shared, List: core.OwnWork, Name: "Của lãnh đạo", Share: true}))
		if got := views(second); got[0].Name != "Của lãnh đạo" || got[0].Look.Filter.Field != "Cư trú" {
			t.Errorf("renamed: %+v", got)
		}
		must[string](t)(s.SaveView(ctx, leader, core.Saving{ID: shared, List: core.OwnWork, Name: "Riêng"}))
		if got := views(second); len(got) != 0 || w.Count(t, `SELECT COUNT(*) FROM dossiers_first_views`) != 0 {
			t.Errorf("not shared any more, but seen: %+v", got)
		}
		ok(t, s.OpenWith(ctx, leader, core.OwnWork, shared))
		ok(t, s.OpenWith(ctx, leader, core.OwnWork, ""))
		ok(t, s.OpenWith(ctx, leader, core.OwnWork, shared))
		ok(t, s.RemoveView(ctx, leader, shared))
		refused(t, "again", s.RemoveView(ctx, leader, shared), dossiers.ErrNoView)
		for range 29 {
			must[string](t)(s.SaveView(ctx, officer, core.Saving{List: core.UnitsWork, Name: "x"}))
		}
		_, err = s.SaveView(ctx, officer, core.Saving{List: core.OwnWork, Name: "x"})
		refused(t, "the thirty-first", err, dossiers.ErrTooManyViews)
	})
}
