// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/registers"
)

const rates = `registers:
  - id: gia-dat
    title: Bảng giá đất
    version: 1
    fields:
      - {key: name, label: Vị trí, type: text, required: true}
      - {key: since, label: Từ ngày, type: date}
      - {key: over, label: Đến ngày, type: date}
    list: {columns: [name], sort: name}
    valid: {from: since, until: over}
    rights:
      - {id: see, name: Xem, roles: [officer], may: [view]}
      - {id: some, name: Xem tên, roles: [leader], may: [view], except: [over]}
`

// A list is held to what was valid on a day, both ends included, for those who
// see when that is.
func TestWhatWasValidOnADay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		d, problems := decode(t, rates)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		p := newOffice(t, w, d, map[string][]string{"officer": {"officer east"}, "leader": {"leader east"}})
		for _, one := range [][3]string{{"A", "2025-01-01", "2025-12-31"}, {"B", "2026-01-01", ""}, {"C", "", "2025-06-30"}, {"D", "", ""}} {
			values := map[string]any{"name": one[0], "since": one[1], "over": one[2]}
			p.insert(t, "gia-dat", values)
		}
		on := func(who string, op registers.Op, day string) string {
			s, err := p.keeper.Stand(t.Context(), p.d, p.people[who], "gia-dat")
			ok(t, err)
			ask := registers.Ask{By: "name", Where: []registers.Condition{{Field: registers.ValidKey, Op: op, Values: []string{day}}}}
			found, err := p.keeper.Find(t.Context(), p.d, s, ask)
			if err != nil {
				return strings.Join(fields(t, err), " ")
			}
			n, _, err := p.keeper.Tally(t.Context(), p.d, s, ask, 100)
			if err != nil || n != len(found.Records) {
				t.Errorf("%d counted, %d found, %v", n, len(found.Records), err)
			}
			said := ""
			for _, r := range found.Records {
				said += fmt.Sprint(r.Values["name"])
			}
			return said
		}
		for _, tt := range []struct {
			who  string
			op   registers.Op
			day  string
			want string
		}{
			{"officer", registers.On, "2025-01-01", "ACD"},
			{"officer", registers.On, "2024-12-31", "CD"},
			{"officer", registers.On, "2025-06-30", "ACD"},
			{"officer", registers.On, "2025-07-01", "AD"},
			{"officer", registers.On, "2025-12-31", "AD"},
			{"officer", registers.On, "2026-01-01", "BD"},
			{"officer", registers.On, "hôm nay", "valid:date"},
			{"officer", registers.Is, "2026-01-01", "valid:date"},
			{"leader", registers.On, "2026-01-01", "valid:unknown"},
		} {
			if got := on(tt.who, tt.op, tt.day); got != tt.want {
				t.Errorf("%s on %s: %s, want %s", tt.who, tt.day, got, tt.want)
			}
		}
	})
	for _, tt := range [][2]string{{"from: since", "from: name"}, {"from: since", "from: gone"}, {"until: over", "until: since"}, {"{key: name,", "{key: valid,"}} {
		if _, problems := decode(t, strings.Replace(strings.Replace(rates, "columns: [name], sort: name", "columns: [since]", 1), tt[0], tt[1], 1)); !slices.ContainsFunc(problems, func(p registers.Problem) bool {
			return p.Code == "registers.definition.valid" || p.Code == "registers.definition.reserved"
		}) {
			t.Errorf("%v: %+v", tt, problems)
		}
	}
}

// The ends of a filter by day are real days, months or years; anything else is told,
// and is not compared as text.
func TestTheEndsOfAFilterAreDays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		d, problems := decode(t, strings.Replace(rates, "sort: name}", "sort: name, sorts: [since]}", 1))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		p := newOffice(t, w, d, map[string][]string{"officer": {"officer east"}})
		for _, one := range [][2]string{{"A", "2025-02-28"}, {"B", "2026-03-01"}, {"C", ""}} {
			p.insert(t, "gia-dat", map[string]any{"name": one[0], "since": one[1]})
		}
		s, err := p.keeper.Stand(t.Context(), p.d, p.people["officer"], "gia-dat")
		ok(t, err)
		for _, tt := range []struct {
			op        registers.Op
			day, want string
		}{
			{registers.From, "2026-02-28", "B"},
			{registers.To, "2025", "A"},
			{registers.To, "2026-03", "AB"},
			{registers.From, "2026-02-31", "since:date_partial"},
			{registers.From, "31/02/2026", "since:date_partial"},
			{registers.From, "01/01/99999", "since:date_partial"},
			{registers.To, "hôm qua", "since:date_partial"},
		} {
			got := ""
			found, err := p.keeper.Find(t.Context(), p.d, s, registers.Ask{By: "name", Where: []registers.Condition{{Field: "since", Op: tt.op, Values: []string{tt.day}}}})
			if err != nil {
				got = strings.Join(fields(t, err), " ")
			}
			for _, r := range found.Records {
				got += fmt.Sprint(r.Values["name"])
			}
			if got != tt.want {
				t.Errorf("%s %s: %s, want %s", tt.op, tt.day, got, tt.want)
			}
		}
	})
}
