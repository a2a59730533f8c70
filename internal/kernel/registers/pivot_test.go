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

// table writes a table in one line: "pump[2024=1 2025=2]=3 …".
func table(t registers.Table) string {
	var lines []string
	figure := func(f registers.Figure) string {
		said := fmt.Sprint(f.Count)
		if f.Few {
			said = fmt.Sprint("<", t.Least)
		}
		if t.Pivot.Of != "" {
			said += fmt.Sprintf("(%d:%d)", f.Filled, f.Sum)
		}
		return said
	}
	for i, r := range t.Rows {
		line := r
		if t.Pivot.Columns != "" {
			var cells []string
			for j, c := range t.Columns {
				cells = append(cells, c+"="+figure(t.Cells[i][j]))
			}
			line += "[" + strings.Join(cells, " ") + "]"
		}
		lines = append(lines, line+"="+figure(t.ByRow[i]))
	}
	return strings.Join(append(lines, "all="+figure(t.All)), " ")
}

// A table counts what a list shows, by every kind of field and period, and
// nobody counts by what they do not see.
func TestTables(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		d, people := newStations(t, w)
		for i, v := range []map[string]any{
			{"kind": "pump", "works": true, "power": "12.5", "cost": 100, "built": "2024-02", "secret": "high", "owner": "east"},
			{"kind": "pump", "works": false, "power": "7.5", "built": "2024-12-30", "secret": "low", "owner": "west"},
			{"kind": "gate", "works": true, "cost": 300, "built": "2025", "secret": "high"},
			{"kind": "lock", "built": "2024-10-01"},
			{"cost": 50},
		} {
			v["name"] = fmt.Sprint("Trạm ", i)
			w.in(t, d.ID, []string{"east", "west", "hamlet"}[i%3], v)
		}
		for _, tt := range []struct {
			who  string
			ask  registers.Ask
			by   registers.Pivot
			want string
		}{
			{"leader", registers.Ask{}, registers.Pivot{Rows: "kind"}, "pump=2 gate=1 lock=1 =1 all=5"},
			{"leader", registers.Ask{}, registers.Pivot{Rows: "works"}, "true=2 false=1 =2 all=5"},
			{"leader", registers.Ask{}, registers.Pivot{Rows: "unit"}, "east=2 hamlet=1 west=2 all=5"},
			{"leader", registers.Ask{}, registers.Pivot{Rows: "owner"}, "east=1 west=1 =3 all=5"},
			{"leader", registers.Ask{}, registers.Pivot{Rows: "built.year"}, "2024=3 2025=1 =1 all=5"},
			{"leader", registers.Ask{}, registers.Pivot{Rows: "built.quarter"}, "2024-Q1=1 2024-Q4=2 =2 all=5"},
			{"leader", registers.Ask{}, registers.Pivot{Rows: "built.month"}, "2024-02=1 2024-10=1 2024-12=1 =2 all=5"},
			{"leader", registers.Ask{}, registers.Pivot{Rows: "kind", Columns: "works", Of: "power", How: "sum"}, "pump[true=1(1:125) false=1(1:75) =0(0:0)]=2(2:200) gate[true=1(0:0) false=0(0:0) =0(0:0)]=1(0:0) lock[true=0(0:0) false=0(0:0) =1(0:0)]=1(0:0) [true=0(0:0) false=0(0:0) =1(0:0)]=1(0:0) all=5(2:200)"},
			{"leader", registers.Ask{Where: []registers.Condition{{Field: "kind", Op: registers.Is, Values: []string{"pump", "gate"}}}}, registers.Pivot{Rows: "unit", Of: "cost", How: "average"}, "east=1(1:100) hamlet=1(1:300) west=1(0:0) all=3(2:400)"},
			// What is secret is counted where it is shown: in the east.
			{"officer", registers.Ask{}, registers.Pivot{Rows: "secret"}, "high=2 =1 all=3"},
			{"officer", registers.Ask{}, registers.Pivot{Rows: "kind"}, "pump=2 gate=1 lock=1 =1 all=5"},
			{"officer", registers.Ask{}, registers.Pivot{Rows: "kind", Of: "cost", How: "sum"}, "pump=1(1:100) gate=1(1:300) lock=1(0:0) all=3(2:400)"},
			{"nobody", registers.Ask{}, registers.Pivot{Rows: "kind"}, "pump=2 gate=1 lock=1 =1 all=5"},
			{"leader", registers.Ask{}, registers.Pivot{Rows: "secret"}, "form.invalid [rows registers.value.unknown]"},
			{"nobody", registers.Ask{}, registers.Pivot{Rows: "works"}, "form.invalid [rows registers.value.unknown]"},
			{"nobody", registers.Ask{}, registers.Pivot{Rows: "kind", Of: "cost", How: "sum"}, "form.invalid [of registers.value.unknown]"},
			{"leader", registers.Ask{}, registers.Pivot{Rows: "kind", Columns: "kind"}, "form.invalid [columns registers.value.twice]"},
			{"leader", registers.Ask{}, registers.Pivot{Rows: "built"}, "form.invalid [rows registers.value.unknown]"},
			{"leader", registers.Ask{}, registers.Pivot{Rows: "built.day"}, "form.invalid [rows registers.value.unknown]"},
			{"leader", registers.Ask{}, registers.Pivot{Rows: "uses"}, "form.invalid [rows registers.value.unknown]"},
			{"leader", registers.Ask{}, registers.Pivot{Rows: "name"}, "form.invalid [rows registers.value.unknown]"},
			{"leader", registers.Ask{}, registers.Pivot{Rows: "kind", Of: "power", How: "greatest"}, "form.invalid [of registers.value.unknown]"},
		} {
			got, err := w.keeper.Tabulate(t.Context(), w.d, w.stand(t, people[tt.who], d.ID), tt.ask, tt.by)
			said := table(got)
			if err != nil {
				said = err.Error()[strings.LastIndex(err.Error(), ": ")+2:]
			}
			if said != tt.want {
				t.Errorf("%s counts by %+v\n got %s\nwant %s", tt.who, tt.by, said, tt.want)
			}
		}
		for who, want := range map[string]string{
			"leader": "unit kind works owner built.year built.quarter built.month faith", "officer": "unit kind works owner built.year built.quarter built.month faith secret", "nobody": "unit kind",
		} {
			if got := strings.Join(w.stand(t, people[who], d.ID).Dimensions(), " "); got != want {
				t.Errorf("%s is offered %s", who, got)
			}
		}
	})
}

// By personal data small numbers are not told, and no difference between those
// that are tells them.
func TestSmallNumbersAreNotTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w world) {
		d, people := newStations(t, w)
		for i := range 33 {
			faith := "a"
			if i >= 28 {
				faith = "b"
			}
			if i >= 30 {
				faith = ""
			}
			w.in(t, d.ID, []string{"east", "west"}[i/20], map[string]any{"name": fmt.Sprint("Trạm ", i), "faith": faith, "cost": 10, "kind": "pump"})
		}
		s := w.stand(t, people["leader"], d.ID)
		for _, tt := range []struct {
			by   registers.Pivot
			want string
		}{
			{registers.Pivot{Rows: "faith"}, "a=30 b=<5 c=<5 =<5 all=35"},
			{registers.Pivot{Rows: "faith", Columns: "unit"}, "a[east=20 west=10]=30 b[east=<5 west=<5]=<5 c[east=<5 west=<5]=<5 [east=<5 west=<5]=<5 all=35"},
			{registers.Pivot{Rows: "faith", Of: "cost", How: "sum"}, "a=30(28:280) b=<5(0:0) c=<5(0:0) =<5(0:0) all=35(33:330)"},
			{registers.Pivot{Rows: "unit"}, "east=20 west=13 all=33"},
		} {
			got, err := w.keeper.Tabulate(t.Context(), w.d, s, registers.Ask{}, tt.by)
			ok(t, err)
			if table(got) != tt.want {
				t.Errorf("by %+v\n got %s\nwant %s", tt.by, table(got), tt.want)
			}
		}
	})
}

// The tables that a file declares are checked like everything else in it, and
// shown to those who see all they are about.
func TestReportsOfAFile(t *testing.T) {
	t.Parallel()
	const reports = "small_cells: 10\n    reports:\n" +
		"      - {name: Theo loại, rows: kind}\n      - {name: Theo mức, rows: secret, columns: unit}\n      - {name: Vốn theo năm, rows: built.year, of: cost, how: sum, chart: lines}\n    "
	text := strings.Replace(stations, "    rights:", "    "+reports+"rights:", 1)
	d, problems := decode(t, text)
	if len(problems) > 0 || len(d.Reports) != 3 || d.Least != 10 {
		t.Fatal(d.Reports, problems)
	}
	for bad, want := range map[string]string{
		"rows: kind}": "", "rows: name}": "report_by name", "rows: built}": "report_by built", "rows: kind, columns: kind}": "report_by kind", "rows: kind, of: name, how: sum}": "report_of name",
		"rows: kind, of: cost}": "report_of cost", "rows: kind, how: sum}": "report_of ", "rows: kind, chart: pie}": "report_chart pie", "rows: kind, colour: red}": "unknown colour", "columns: kind}": "report_by ",
	} {
		_, problems := decode(t, strings.Replace(text, "rows: kind}", bad, 1))
		var said []string
		for _, p := range problems {
			said = append(said, strings.TrimPrefix(p.Code, "registers.definition.")+" "+p.Value)
		}
		if got := strings.Join(said, "; "); got != want {
			t.Errorf("%s: %q, want %q", bad, got, want)
		}
	}
	for _, n := range []string{"1", "-1", "101"} {
		if _, problems := decode(t, strings.Replace(text, "small_cells: 10", "small_cells: "+n, 1)); len(problems) != 1 || !strings.HasSuffix(problems[0].Code, "small_cells") {
			t.Errorf("%s: %v", n, problems)
		}
	}
	each(t, func(t *testing.T, w world) {
		_, people := newStations(t, w)
		next := d
		next.Version = 2
		if p := w.apply(t, next); !slices.ContainsFunc(p.Changes, func(c registers.Change) bool { return c.Aspect == "reports" && c.To == "3" }) {
			t.Errorf("the plan says %+v", p.Changes)
		}
		back := next
		back.Version, back.Least = 3, 3
		if p := w.plan(t, back); !slices.ContainsFunc(p.Changes, func(c registers.Change) bool { return c.Kind == registers.WidenField && c.Aspect == "small_cells" }) {
			t.Errorf("smaller numbers are told without a word: %+v", p.Changes)
		}
		for who, want := range map[string]int{"officer": 3, "leader": 2, "nobody": 1} {
			if got := w.stand(t, people[who], d.ID).Reports(); len(got) != want {
				t.Errorf("%s is shown %+v", who, got)
			}
		}
	})
}
