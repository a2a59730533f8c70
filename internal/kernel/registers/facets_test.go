// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// stations is a register with every kind of field by which records are counted.
const stations = `registers:
  - id: tram
    title: Sổ trạm
    version: 1
    fields:
      - {key: name, label: Tên, type: text, required: true, searchable: true}
      - {key: kind, label: Loại, type: choice, options: [{value: pump, label: Bơm}, {value: gate, label: Cống}, {value: lock, label: Âu}]}
      - {key: uses, label: Dùng cho, type: choices, options: [{value: rice, label: Lúa}, {value: fish, label: Cá}, {value: city, label: Dân sinh}]}
      - {key: works, label: Đang chạy, type: boolean}
      - {key: owner, label: Chủ quản, type: unit}
      - {key: power, label: Công suất, type: decimal(1)}
      - {key: cost, label: Giá trị, type: money}
      - {key: built, label: Xây dựng, type: date_partial}
      - {key: faith, label: Tôn giáo người giữ, type: choice, personal: sensitive, options: [{value: a, label: A}, {value: b, label: B}, {value: c, label: C}]}
      - {key: secret, label: Mức mật, type: choice, options: [{value: low, label: Thấp}, {value: high, label: Cao}]}
      - {key: place, label: Vị trí, type: point}
    list: {columns: [name, kind], sort: name, sorts: [power, built], filters: [kind, owner]}
    map: {place: place, label: name, colour: kind}
    rights:
      - {id: keep, name: Ghi sổ, roles: [officer], may: [view, add, change, hide, export, merge]}
      - {id: look, name: Xem toàn tỉnh, roles: [leader], everywhere: true, may: [view, export], except: [secret]}
      - {id: all, name: Mọi người xem, public: true, may: [view], only: [name, kind, place]}
`

// newStations makes the register, and who works with it.
func newStations(t *testing.T, w world) (registers.Definition, map[string]identity.Actor) {
	t.Helper()
	d, problems := decode(t, stations)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	w.write(t, func(tx *db.Tx) error {
		_, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "officer"}, {ID: "leader"}}, nil)
		return err
	})
	w.apply(t, d)
	return d, map[string]identity.Actor{
		"officer": identity.NewActor("o", "").Grant(d.Permission(d.Rights[0]), identity.Place{Unit: "east", Subtree: true}),
		"leader":  identity.NewActor("l", "").Grant(d.Permission(d.Rights[1]), identity.Place{Unit: "province"}),
		"nobody":  {},
	}
}

func (w world) in(t *testing.T, register, unit string, values map[string]any) (rec registers.Record) {
	t.Helper()
	w.write(t, func(tx *db.Tx) (err error) {
		rec, err = w.keeper.Insert(t.Context(), tx, w.actor, w.all, register, unit, values)
		return err
	})
	return rec
}

func (w world) stand(t *testing.T, a identity.Actor, register string) registers.Standing {
	t.Helper()
	s, err := w.keeper.Stand(t.Context(), w.d, a, register)
	ok(t, err)
	return s
}

// What is counted by a value is what the list returns with that value, for
// everybody: nothing is counted that a list does not show.
func TestFacetsCountWhatTheListReturns(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		d, people := newStations(t, w)
		for i, v := range []map[string]any{
			{"kind": "pump", "uses": "rice,fish", "works": true, "owner": "east", "secret": "high"},
			{"kind": "pump", "uses": "rice", "works": false, "owner": "west", "secret": "low", "faith": "a"},
			{"kind": "gate", "works": true, "secret": "high"},
			{"kind": "lock", "uses": "city"},
			{},
		} {
			v["name"] = fmt.Sprint("Trạm ", i)
			w.in(t, d.ID, []string{"east", "west", "hamlet"}[i%3], v)
		}
		for who, want := range map[string]string{
			"officer": "5 kind:pump=2,gate=1,lock=1 owner:east=1 secret:high=2 unit:east=2,west=2,hamlet=1 uses:city=1,fish=1,rice=1 works:true=2",
			"leader":  "5 kind:pump=2,gate=1,lock=1 owner:east=1,west=1 unit:east=2,west=2,hamlet=1 uses:rice=2,city=1,fish=1 works:true=2,false=1",
			"nobody":  "5 kind:pump=2,gate=1,lock=1 unit:east=2,west=2,hamlet=1",
		} {
			s := w.stand(t, people[who], d.ID)
			for _, ask := range []registers.Ask{{}, {Where: []registers.Condition{{Field: "kind", Op: registers.Is, Values: []string{"pump"}}}}} {
				all, err := w.keeper.Facets(t.Context(), w.d, s, ask, 100)
				ok(t, err)
				if got := said(all); len(ask.Where) == 0 && got != want {
					t.Errorf("%s counts\n %s, want\n %s", who, got, want)
				}
				for field, some := range all.Fields {
					for _, f := range some {
						narrowed := ask
						narrowed.Where = append(slices.Clone(ask.Where), registers.Condition{Field: field, Op: registers.Is, Values: []string{f.Value}})
						p, err := w.keeper.Find(t.Context(), w.d, s, narrowed)
						ok(t, err)
						if len(p.Records) != f.Count {
							t.Errorf("%s counts %d of %s=%s and finds %d", who, f.Count, field, f.Value, len(p.Records))
						}
					}
				}
			}
			few, err := w.keeper.Facets(t.Context(), w.d, s, registers.Ask{}, 2)
			ok(t, err)
			if few.Found != 2 || !few.More || len(few.Fields) > 0 {
				t.Errorf("%s: of too many %+v is counted", who, few)
			}
		}
	})
}

func said(f registers.Facets) string {
	var parts []string
	for key, some := range f.Fields {
		var values []string
		for _, one := range some {
			values = append(values, fmt.Sprint(one.Value, "=", one.Count))
		}
		parts = append(parts, key+":"+strings.Join(values, ","))
	}
	slices.Sort(parts)
	return fmt.Sprint(f.Found, " ", strings.Join(parts, " "))
}

// manyStations fills the register: 100,000 records of 50 units.
const manyStations = `INSERT INTO reg_tram (id, unit_id, version, state, created_at, updated_at, created_by, updated_by,
	f_name, f_name_folded, f_name_sort, f_kind, f_uses, f_works, f_owner, f_power, f_power_sort, f_built, f_built_sort, f_secret, f_place_lat, f_place_lon)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
SELECT 'r' || CAST(1000000 + i AS TEXT), 'u' || CAST(i % 50 AS TEXT), 1, 'active', 0, 0, '', '',
	'Trạm ' || CAST(i AS TEXT), 'tram ' || CAST(i AS TEXT), 'tram ' || CAST(1000000 + i AS TEXT), CASE WHEN i % 100 = 0 THEN 'lock' WHEN i % 3 = 0 THEN 'gate' ELSE 'pump' END,
	'|rice|', i % 2, 'u' || CAST(i % 50 AS TEXT), i % 1000, CAST(1000000 + i AS TEXT), '2020', '2020', 'low', 10000000 + (i % 300) * 1000, 105000000 + (i / 300) * 1000 FROM n`

// fillMany applies the register and fills it.
func (w world) fillMany(t *testing.T) map[string]identity.Actor {
	t.Helper()
	_, people := newStations(t, w)
	w.write(t, func(tx *db.Tx) error {
		if _, err := tx.Exec(t.Context(), manyStations); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), `ANALYZE`)
		return err
	})
	return people
}

// touches counts the lines of a plan that read the register, and says whether
// one of them reads it without an index.
func touches(d *db.DB, plan []string) (n int, whole bool) {
	for _, line := range plan {
		if strings.Contains(line, d.Dialect().Pick("reg_tram", "on reg_tram")) {
			n++
			whole = whole || strings.Contains(line, d.Dialect().Pick("SCAN reg_tram", "Seq Scan")) && !strings.Contains(line, "INDEX")
		}
	}
	return n, whole
}

// Of 100,000 records all facets are counted by reading the register once: by an
// index where the reader or a filter is held to a part of it, and never more
// than the limit.
func TestFacetsOfALargeRegister(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		people := w.fillMany(t)
		is := func(field, value string) registers.Ask {
			return registers.Ask{Where: []registers.Condition{{Field: field, Op: registers.Is, Values: []string{value}}}}
		}
		for _, tt := range []struct {
			who   string
			ask   registers.Ask
			whole bool // may be read from its beginning, up to the limit
		}{
			{"leader", registers.Ask{}, true}, {"leader", is("kind", "lock"), false}, {"leader", is("unit", "u7"), false}, {"leader", is("owner", "u8"), false},
		} {
			s := w.stand(t, people[tt.who], "tram")
			statement, args, err := w.keeper.Counting(s, tt.ask, 10_000)
			ok(t, err)
			plan := dbtest.Plan(t, w.d, statement, args...)
			n, whole := touches(w.d, plan)
			if w.d.Dialect() == db.Postgres && n == 2 && slices.ContainsFunc(plan, func(l string) bool { return strings.Contains(l, "Bitmap Heap Scan") }) {
				n = 1 // the index, and then the rows
			}
			if n != 1 || whole && !tt.whole {
				t.Errorf("%s %+v reads the register %d times:\n%s", tt.who, tt.ask, n, strings.Join(plan, "\n"))
			}
			all, err := w.keeper.Facets(t.Context(), w.d, s, tt.ask, 10_000)
			ok(t, err)
			if len(tt.ask.Where) == 0 != all.More {
				t.Errorf("%+v finds %d (%v)", tt.ask, all.Found, all.More)
			}
		}
	})
}
