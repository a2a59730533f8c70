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
)

// measuredStations is the register of stations with what plans ask of it.
func measuredStations() string {
	return strings.Replace(stations, "    rights:\n", `    measures:
      - {id: pumps, name: Trạm bơm, unit: trạm, where: [{field: kind, is: [pump]}], plan: Thủy lợi, targets: [{year: 2030, value: 5}, {year: 2024, value: 1}, {year: 2027, value: 4, source: QĐ 1}]}
      - {id: power, name: Công suất chạy được, unit: kW, of: power, where: [{field: works, is: ["true"]}, {field: unit, is: [east, west]}]}
      - {id: share, name: Tỷ lệ đang chạy, share: true, where: [{field: works, is: ["true"]}]}
      - {id: spent, name: Mức mật cao, unit: đồng, of: cost, where: [{field: secret, is: [high]}], targets: [{year: 2027, value: 800}]}
    rights:
`, 1)
}

// What plans ask for is counted of what one sees, by the fields one sees, beside the
// target of the year.
func TestPlanMeasures(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		d, problems := decode(t, measuredStations())
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		w.write(t, func(tx *db.Tx) error {
			_, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "officer"}, {ID: "leader"}}, nil)
			return err
		})
		w.apply(t, d)
		empty, err := w.keeper.PlanMeasures(t.Context(), w.d, w.stand(t, w.actor, d.ID), 2026)
		ok(t, err)
		if len(empty) > 0 { // who holds no right sees what everybody sees: kinds
			if empty[0].ID != "pumps" || empty[0].Value != 0 {
				t.Errorf("nothing yet: %+v", empty)
			}
		}
		for i, v := range []map[string]any{
			{"kind": "pump", "works": true, "power": "12.5", "cost": 100, "secret": "high"},
			{"kind": "pump", "works": false, "power": "7.5", "secret": "low"},
			{"kind": "gate", "works": true, "power": "2.0", "cost": 300, "secret": "high"},
		} {
			v["name"] = fmt.Sprint("Trạm ", i)
			w.in(t, d.ID, []string{"east", "west", "hamlet"}[i], v)
		}
		said := func(a identity.Actor, year int) (all []string) {
			t.Helper()
			found, err := w.keeper.PlanMeasures(t.Context(), w.d, w.stand(t, a, d.ID), year)
			ok(t, err)
			for _, m := range found {
				goal := "-"
				if m.Goal != nil {
					goal = fmt.Sprint(m.Goal.Year)
				}
				reached, _ := m.Reached()
				all = append(all, fmt.Sprintf("%s=%de-%d of %d, %s %d%%", m.ID, m.Value, m.Scale, m.Of, goal, reached))
			}
			return all
		}
		officer := identity.NewActor("o", "").Grant(d.Permission(d.Rights[0]), identity.Place{Unit: "east", Subtree: true})
		leader := identity.NewActor("l", "").Grant(d.Permission(d.Rights[1]), identity.Place{Unit: "province"})
		for _, tt := range []struct {
			who  identity.Actor
			year int
			want []string
		}{
			{leader, 2026, []string{"pumps=2e-0 of 2, 2024 200%", "power=125e-1 of 1, - 0%", "share=666e-1 of 3, - 0%"}},
			{leader, 2028, []string{"pumps=2e-0 of 2, 2027 50%", "power=125e-1 of 1, - 0%", "share=666e-1 of 3, - 0%"}},
			{leader, 2020, []string{"pumps=2e-0 of 2, 2024 200%", "power=125e-1 of 1, - 0%", "share=666e-1 of 3, - 0%"}},
			{officer, 2027, []string{"pumps=2e-0 of 2, 2027 50%", "power=125e-1 of 1, - 0%", "share=1000e-1 of 2, - 0%", "spent=400e-0 of 2, 2027 50%"}},
			{identity.Actor{}, 2030, []string{"pumps=2e-0 of 2, 2030 40%"}},
		} {
			if got := said(tt.who, tt.year); !slices.Equal(got, tt.want) {
				t.Errorf("%d\n got %q\nwant %q", tt.year, got, tt.want)
			}
		}
	})
}

// What cannot be counted, or would be counted by what is personal, is refused by its line.
func TestWrongMeasures(t *testing.T) {
	t.Parallel()
	for replaced, want := range map[string][2]string{
		"share: true, where: [{field: works, is: [\"true\"]}]": {"share: true, of: cost, against: power", "measure_share"},
		"id: share, ":                          {"id: pumps, ", "measure_id"},
		"id: pumps, ":                          {"id: Bơm, ", "measure_id"},
		"unit: trạm, ":                         {"", "measure_words"},
		"of: power, ":                          {"of: name, ", "measure_of"},
		"of: cost, ":                           {"of: cost, against: power, ", "measure_of"},
		"share: true, where":                   {"share: true, of: cost, where", "measure_share"},
		"field: kind, is: [pump]":              {"field: kind, is: [ship]", "measure_where"},
		"field: works, is: [\"true\"]}, {":     {"field: faith, is: [a]}, {", "measure_where"},
		"field: secret, is: [high]":            {"field: built, is: [\"2024\"]", "measure_where"},
		"{field: unit, is: [east, west]}":      {"{field: unit, is: []}", "measure_where"},
		"{year: 2024, value: 1}":               {"{year: 2030, value: 1}", "measure_target"},
		"{year: 2027, value: 4, source: QĐ 1}": {"{year: 27, value: 4}", "measure_target"},
		"targets: [{year: 2027, value: 800}]":  {"target: 800", "unknown"},
	} {
		_, problems := decode(t, strings.Replace(measuredStations(), replaced, want[0], 1))
		if !slices.ContainsFunc(problems, func(p registers.Problem) bool { return strings.Contains(p.Code, want[1]) && p.Line > 0 }) {
			t.Errorf("%s → %s: %+v", replaced, want[0], problems)
		}
	}
}
