// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/scores"
	shipped "tinhso.vn/packs"
)

// The set of the national pack.
func national(t *testing.T) scores.Set {
	t.Helper()
	set, err := packs.Load(shipped.Files, "national")
	if err != nil {
		t.Fatal(err)
	}
	from := set.Scores[0]
	out := scores.Set{ID: from.ID, Name: i18n.Text(from.Name), ValidFrom: string(from.Valid.From)}
	for _, g := range from.Groups {
		group := scores.Group{ID: g.ID}
		for _, c := range g.Criteria {
			group.Criteria = append(group.Criteria, scores.Criterion{ID: c.ID, Points: int64(c.Points), Count: c.Count, Of: c.Of, FullAt: int64(c.FullAt), Empty: c.Empty, Missing: i18n.Text(c.Missing)})
		}
		out.Groups = append(out.Groups, group)
	}
	return out
}

// The code gives what the spreadsheet gives that was made by hand before it.
func TestTheWorkedExample(t *testing.T) {
	t.Parallel()
	set := national(t)
	f, err := excelize.OpenFile("testdata/766.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	name := f.GetSheetName(0)
	rows, err := f.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	for column := 'E'; column <= 'G'; column++ {
		value := func(row int) float64 {
			text, err := f.CalcCellValue(name, string(column)+strconv.Itoa(row+1), excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			if text == "" {
				return -1
			}
			n, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		counts, want := map[string]int64{}, map[string]float64{}
		for i, row := range rows {
			if len(row) == 0 || i < 4 {
				continue
			}
			if slices.Contains(packs.ScoreCounts(), row[0]) {
				counts[row[0]] = int64(value(i))
			} else {
				want[row[0]] = value(i)
			}
		}
		got, compared := workOut(set, counts), 0
		for _, g := range got.Groups {
			for _, c := range g.Criteria {
				if c.State == Missing {
					continue
				}
				compared++
				points := float64(c.Points) / 100
				if c.State == Empty {
					points = -1
				}
				if hand, there := want[c.Criterion.ID]; !there || math.Abs(hand-points) > 1e-9 {
					t.Errorf("%c %s: %v, by hand %v", column, c.Criterion.ID, points, hand)
				}
			}
		}
		if compared != 12 || math.Abs(max(want["diem"], 0)-float64(got.Points)/100) > 1e-9 || want["tren"] != float64(got.Of) || got.Max != 100 {
			t.Errorf("%c: %d criteria, %d of %d (%d); by hand %v of %v", column, compared, got.Points, got.Of, got.Max, want["diem"], want["tren"])
		}
	}
}

// What a pack may name is what is counted.
func TestEveryCountHasASource(t *testing.T) {
	t.Parallel()
	known := []string{
		scores.CountProcedures, scores.CountOnline, scores.CountServices, scores.CountUsed, scores.CountAnnounced, scores.CountAnnouncedInTime, scores.CountPublic, scores.CountPublicInTime,
		scores.CountDue, scores.CountPaid, scores.CountFee, scores.CountFeeOnline, scores.CountAnswers, scores.CountSatisfied,
	}
	for _, m := range dossiers.ScoreMeasures() {
		known = append(known, string(m))
	}
	named := packs.ScoreCounts()
	slices.Sort(known)
	slices.Sort(named)
	if !slices.Equal(known, named) {
		t.Errorf("counted %v, named %v", known, named)
	}
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][3]string{
		"2026-01": {"2025-12", "2026-01-01", "2026-01-31"}, "2026-Q1": {"2025-Q4", "2026-01-01", "2026-03-31"}, "2026": {"2025", "2026-01-01", "2026-12-31"},
	} {
		p, err := ParsePeriod(text)
		if got := [3]string{p.Before().String(), p.firstDay(), p.lastDay()}; err != nil || p.String() != text || got != want {
			t.Errorf("%s: %v %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "2026-13", "2026-Q5", "1999", "2026-1", "x"} {
		if _, err := ParsePeriod(text); err == nil {
			t.Errorf("%q is a period", text)
		}
	}
}
