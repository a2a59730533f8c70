// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package decisions_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/errs"
)

// copies is the fee for certifying a copy: 2,000 đồng for each of two pages,
// 1,000 for each further one, at most 200,000; free for those who need not pay.
func copies() decisions.Decision {
	return decisions.Decision{
		ID: "chung-thuc", Title: i18n.Text{VI: "Phí chứng thực bản sao"}, Version: 3, Legal: "tt-226-2016-btc", Hit: decisions.First,
		Inputs: []decisions.Column{
			{Key: "free", Label: i18n.Text{VI: "Được miễn"}, Type: decisions.YesNo},
			{Key: "pages", Label: i18n.Text{VI: "Số trang"}, Type: decisions.Number, Least: new(int64(1))},
		},
		Outputs: []decisions.Column{{Key: "fee", Label: i18n.Text{VI: "Mức thu"}, Type: decisions.Money}},
		Rows: []decisions.Row{
			{When: []string{"có", "-"}, Then: []string{"0"}, Legal: "nd-mien"},
			{When: []string{"", "1..2"}, Then: []string{"= 2000 * pages"}},
			{When: []string{"", "> 2"}, Then: []string{"= 4000 + 1000 * (pages - 2)"}},
		},
		Bounds: []decisions.Bound{{Output: "fee", Most: new(int64(200_000))}},
		Cases: []decisions.Case{
			{Name: "ba trang", Given: map[string]string{"free": "không", "pages": "3"}, Want: map[string]string{"fee": "5.000 đồng"}},
			{Name: "rất dài", Given: map[string]string{"free": "không", "pages": "1.000"}, Want: map[string]string{"fee": "200000"}},
		},
	}
}

func table(t *testing.T, d decisions.Decision) *decisions.Table {
	t.Helper()
	made, err := decisions.New(d)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestItSaysWhatAndWhy(t *testing.T) {
	t.Parallel()
	made := table(t, copies())
	for _, tt := range []struct {
		free  bool
		pages int64
		fee   int64
		rows  []int
		steps []decisions.Step
	}{
		{true, 90, 0, []int{0}, []decisions.Step{decisions.Stated}},
		{false, 1, 2000, []int{1}, []decisions.Step{decisions.Computed}},
		{false, 2, 4000, []int{1}, []decisions.Step{decisions.Computed}},
		{false, 5, 7000, []int{2}, []decisions.Step{decisions.Computed}},
		{false, 5000, 200_000, []int{2}, []decisions.Step{decisions.Computed, decisions.Lowered}},
	} {
		r, err := made.Decide(map[string]any{"free": tt.free, "pages": tt.pages})
		if err != nil || r.Out["fee"] != tt.fee || !slices.Equal(r.Rows, tt.rows) || r.Version != 3 || len(r.Why) != len(tt.steps) {
			t.Errorf("%+v: %+v %v", tt, r, err)
			continue
		}
		for i, s := range tt.steps {
			if r.Why[i].Step != s {
				t.Errorf("%+v: step %d is %s", tt, i, r.Why[i].Step)
			}
		}
	}
	r, err := made.Decide(map[string]any{"free": false, "pages": int64(5)})
	if err != nil || r.Why[0].Formula != "4000 + 1000 * (pages - 2)" || r.Sum(r.Why[0].Formula) != "4000 + 1000 × (5 - 2)" || r.Why[0].Legal != "tt-226-2016-btc" {
		t.Errorf("%+v %v", r.Why, err)
	}
	if r, err := made.Decide(map[string]any{"free": true, "pages": int64(5)}); err != nil || r.Why[0].Legal != "nd-mien" {
		t.Errorf("%+v %v", r.Why, err)
	}
	for name, given := range map[string]map[string]any{
		"nothing": {}, "a page too few": {"free": false, "pages": int64(0)}, "another type": {"free": "no", "pages": int64(1)},
		"an int": {"free": false, "pages": 1},
	} {
		if _, err := made.Decide(given); !errors.Is(err, decisions.ErrGiven) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := made.Decide(map[string]any{"free": false, "pages": int64(math.MaxInt64)}); !errors.Is(err, decisions.ErrAnswer) {
		t.Errorf("an overflow: %v", err)
	}
}

// codes are the mistakes found, with where they are.
func codes(fields []errs.Field) (all []string) {
	for _, f := range fields {
		all = append(all, f.Name+": "+strings.TrimPrefix(f.Code, "decisions."))
	}
	return all
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(d *decisions.Decision)
		want   []string
	}{
		"nothing":             {func(*decisions.Decision) {}, nil},
		"a gap":               {func(d *decisions.Decision) { d.Rows[2].When[1] = "> 3"; d.Cases = nil }, []string{"rows: gap"}},
		"an overlap":          {func(d *decisions.Decision) { d.Hit = decisions.Unique; d.Rows[0].When[1] = "> 2"; d.Cases = nil }, []string{"rows: overlap"}},
		"a formula":           {func(d *decisions.Decision) { d.Rows[1].Then[0] = "= 2000 * trang" }, []string{"rows[1].then[0]: formula"}},
		"a loop":              {func(d *decisions.Decision) { d.Rows[1].When[1] = "= [1,2].all(x, x > pages)" }, []string{"rows[1].when[1]: formula"}},
		"a text":              {func(d *decisions.Decision) { d.Rows[1].When[1] = "nhiều" }, []string{"rows[1].when[1]: cell"}},
		"turned ends":         {func(d *decisions.Decision) { d.Rows[1].When[1] = "2..1" }, []string{"rows[1].when[1]: cell"}},
		"half a page":         {func(d *decisions.Decision) { d.Rows[1].When[1] = "1.5" }, []string{"rows[1].when[1]: cell"}},
		"a cell too many":     {func(d *decisions.Decision) { d.Rows[1].Then = []string{"1", "2"} }, []string{"rows[1]: cells"}},
		"one name twice":      {func(d *decisions.Decision) { d.Outputs[0].Key = "pages" }, []string{"outputs[0].key: key", "bounds[0].output: bound_output"}},
		"a reserved word":     {func(d *decisions.Decision) { d.Inputs[0].Key = "in" }, []string{"inputs[0].key: key"}},
		"no rows":             {func(d *decisions.Decision) { d.Rows = nil }, []string{"rows: rows"}},
		"an unknown hit":      {func(d *decisions.Decision) { d.Hit = "last" }, []string{"hit: hit"}},
		"no options":          {func(d *decisions.Decision) { d.Inputs[0].Type = decisions.Choice }, []string{"inputs[0].options: options"}},
		"a sum of texts":      {func(d *decisions.Decision) { d.Hit, d.Outputs[0].Type, d.Bounds = decisions.Sum, decisions.Text, nil }, []string{"outputs[0].type: sum"}},
		"rounding to nothing": {func(d *decisions.Decision) { d.Bounds[0].RoundTo = 100 }, []string{"bounds[0].round_to: round"}},
		"a wrong case":        {func(d *decisions.Decision) { d.Cases[0].Want["fee"] = "6000" }, []string{"cases[0]: case_wrong"}},
		"a case of nothing":   {func(d *decisions.Decision) { d.Cases[0].Want = nil }, []string{"cases[0]: case_given"}},
		"a division by zero":  {func(d *decisions.Decision) { d.Rows[1].Then[0] = "= 2000 / (pages - 1)"; d.Cases = nil }, []string{"rows: no_answer_for"}},
	} {
		d := copies()
		tt.change(&d)
		if got := codes(decisions.Check(d)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	d := copies()
	d.Rows[2].When[1] = "> 3"
	d.Cases = nil
	if f := decisions.Check(d); f[0].Args["given"] != "Được miễn = không; Số trang = 3" {
		t.Errorf("%v", f[0].Args)
	}
}

func TestCells(t *testing.T) {
	t.Parallel()
	kinds := decisions.Column{Key: "kind", Label: i18n.Text{VI: "Loại"}, Type: decisions.Choice, Options: []decisions.Option{
		{Value: "a", Label: i18n.Text{VI: "Nhà ở"}}, {Value: "b", Label: i18n.Text{VI: "Xưởng"}}, {Value: "c", Label: i18n.Text{VI: "Kho"}},
	}}
	number := decisions.Column{Key: "n", Label: i18n.Text{VI: "n"}, Type: decisions.Number, Least: new(int64(-5))}
	for _, tt := range []struct {
		c        decisions.Column
		cell     string
		yes, not []any
	}{
		{number, "5", []any{int64(5)}, []any{int64(4), int64(6)}},
		{number, "= 5", []any{int64(5)}, []any{int64(4)}},
		{number, "≤ 1.000", []any{int64(1000), int64(-5)}, []any{int64(1001)}},
		{number, "<1.000.000 đồng", []any{int64(999_999)}, []any{int64(1_000_000)}},
		{number, ">= -2", []any{int64(-2)}, []any{int64(-3)}},
		{number, "2..5", []any{int64(2), int64(5)}, []any{int64(1), int64(6)}},
		{number, "(2..5]", []any{int64(3), int64(5)}, []any{int64(2)}},
		{number, "[2..5)", []any{int64(2)}, []any{int64(5)}},
		{number, "1, 3, 7..9", []any{int64(1), int64(3), int64(8)}, []any{int64(2), int64(10)}},
		{number, "không(1, 3)", []any{int64(2)}, []any{int64(1), int64(3)}},
		{number, "= n > 2 && n < 4", []any{int64(3)}, []any{int64(2), int64(4)}},
		{kinds, "nha o; xưởng", []any{"a", "b"}, []any{"c"}},
		{kinds, "not(a)", []any{"b"}, []any{"a"}},
		{decisions.Column{Key: "t", Label: i18n.Text{VI: "t"}, Type: decisions.Text}, `"Rạch Giá, An Giang", Long Xuyên`, []any{"rach gia, an giang", "Long Xuyên"}, []any{"Rạch Giá"}},
		{decisions.Column{Key: "y", Label: i18n.Text{VI: "y"}, Type: decisions.YesNo}, "Có", []any{true}, []any{false}},
	} {
		d := decisions.Decision{
			ID: "d", Title: i18n.Text{VI: "d"}, Hit: decisions.First, Inputs: []decisions.Column{tt.c},
			Outputs: []decisions.Column{{Key: "out", Label: i18n.Text{VI: "out"}, Type: decisions.YesNo}},
			Rows:    []decisions.Row{{When: []string{tt.cell}, Then: []string{"có"}}, {When: []string{"-"}, Then: []string{"không"}}},
		}
		made := table(t, d)
		for _, want := range []bool{true, false} {
			values := tt.yes
			if !want {
				values = tt.not
			}
			for _, v := range values {
				r, err := made.Decide(map[string]any{tt.c.Key: v})
				if err != nil || r.Out["out"] != want {
					t.Errorf("%q of %v: %v %v", tt.cell, v, r.Out, err)
				}
			}
		}
	}
}

func TestSumsAndRounding(t *testing.T) {
	t.Parallel()
	d := decisions.Decision{
		ID: "d", Title: i18n.Text{VI: "d"}, Hit: decisions.Sum,
		Inputs:  []decisions.Column{{Key: "n", Label: i18n.Text{VI: "n"}, Type: decisions.Number}},
		Outputs: []decisions.Column{{Key: "fee", Label: i18n.Text{VI: "fee"}, Type: decisions.Money}},
		Rows:    []decisions.Row{{When: []string{"-"}, Then: []string{"= n"}}, {When: []string{"> 100"}, Then: []string{"50"}}},
	}
	for _, tt := range []struct {
		mode    decisions.Mode
		n, want int64
	}{
		{decisions.Up, 101, 200}, {decisions.Down, 101, 100}, {decisions.Nearest, 101, 200}, {decisions.Nearest, 49, 0}, {decisions.Nearest, 50, 100}, {decisions.Up, 100, 100},
	} {
		d.Bounds = []decisions.Bound{{Output: "fee", RoundTo: 100, Mode: tt.mode}}
		r, err := table(t, d).Decide(map[string]any{"n": tt.n})
		if err != nil || r.Out["fee"] != tt.want {
			t.Errorf("%s of %d: %+v %v", tt.mode, tt.n, r, err)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.Int64Range(0, 1_000_000).Draw(rt, "n")
		step := rapid.Int64Range(2, 5000).Draw(rt, "to")
		mode := rapid.SampledFrom([]decisions.Mode{decisions.Up, decisions.Down, decisions.Nearest}).Draw(rt, "mode")
		d.Bounds = []decisions.Bound{{Output: "fee", RoundTo: step, Mode: mode}}
		exact := n
		if n > 100 {
			exact += 50
		}
		r, err := table(t, d).Decide(map[string]any{"n": n})
		got, _ := r.Out["fee"].(int64)
		if err != nil || got%step != 0 || (mode == decisions.Up && (got < exact || got-exact >= step)) ||
			(mode == decisions.Down && (got > exact || exact-got >= step)) || (mode == decisions.Nearest && max(got-exact, exact-got)*2 > step) {
			rt.Fatalf("%s of %d to %d is %d: %v", mode, exact, step, got, err)
		}
	})
}

// TestNoValueIsLeftUndecided tries any values on a table that New let through.
func TestNoValueIsLeftUndecided(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		d := copies()
		d.Hit, d.Cases = decisions.Unique, nil
		a, b := rapid.Int64Range(1, 30).Draw(rt, "a"), rapid.Int64Range(1, 30).Draw(rt, "b")
		op := rapid.SampledFrom([]string{">", ">="}).Draw(rt, "op")
		d.Rows = []decisions.Row{
			{When: []string{"có", "-"}, Then: []string{"0"}},
			{When: []string{"không", "<= " + itoa(a)}, Then: []string{"1"}},
			{When: []string{"không", op + " " + itoa(b)}, Then: []string{"2"}},
		}
		made, err := decisions.New(d)
		exact := (op == ">" && a == b) || (op == ">=" && b == a+1)
		if (err == nil) != exact {
			rt.Fatalf("<= %d and %s %d: %v", a, op, b, err)
		}
		if err != nil {
			return
		}
		pages := rapid.Int64Range(1, 100).Draw(rt, "pages")
		if _, err := made.Decide(map[string]any{"free": rapid.Bool().Draw(rt, "free"), "pages": pages}); err != nil {
			rt.Fatalf("%d pages: %v", pages, err)
		}
	})
}

func itoa(n int64) string {
	digits := ""
	for ; n > 0; n /= 10 {
		digits = string(rune('0'+n%10)) + digits
	}
	return digits
}

func TestASheetComesBack(t *testing.T) {
	t.Parallel()
	d := copies()
	back, wrong := d.ReadSheet(d.Sheet())
	if len(wrong) > 0 || len(back.Rows) != 3 || back.Rows[2].Then[0] != d.Rows[2].Then[0] || back.Rows[0].Legal != "nd-mien" || len(back.Cases) != 2 || back.Cases[1].Want["fee"] != "200000" {
		t.Errorf("%+v %v", back, wrong)
	}
	// as offices send it: other order, stray spaces, blank lines
	back, wrong = d.ReadSheet([][]string{
		{}, {" thì  MỨC THU", "", "Số trang ", "nếu được miễn", "ghi chú"}, {" ", ""}, {"0", "", "-", " Có "}, {"= 2000 * pages", "", "≥ 1", "", "mỗi trang"},
	})
	if len(wrong) > 0 || len(back.Rows) != 2 || back.Rows[1].When[1] != "≥ 1" || back.Rows[1].Note.VI != "mỗi trang" {
		t.Errorf("%+v %v", back, wrong)
	}
	for name, tt := range map[string]struct {
		cells [][]string
		want  []string
	}{
		"nothing":        {[][]string{{""}, {" "}}, []string{"A1: sheet_empty"}},
		"a strange head": {[][]string{{"Nếu được miễn", "Nếu số trang", "Thì mức thu", "Màu"}}, []string{"D1: sheet_head"}},
		"a head lacks":   {[][]string{{"Nếu được miễn", "Thì mức thu"}}, []string{"A1: sheet_lacks"}},
		"a head twice":   {[][]string{{"Nếu được miễn", "Số trang", "Nếu số trang", "Thì mức thu"}}, []string{"C1: sheet_twice"}},
		"a bad cell":     {[][]string{{"Thì mức thu", "Số trang", "Được miễn"}, {"0", "nhiều", ""}, {"= 1 +", "", ""}}, []string{"B2: cell", "A3: formula"}},
	} {
		if _, wrong := d.ReadSheet(tt.cells); !slices.Equal(codes(wrong), tt.want) {
			t.Errorf("%s: %q", name, codes(wrong))
		}
	}
	if got := decisions.CellName(9, 27); got != "AB10" {
		t.Error(got)
	}
}
