// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"slices"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/core"
	"tinhso.vn/internal/modules/procedures/locales"
	"tinhso.vn/internal/modules/procedures/procedurestest"
)

func reader(t *testing.T, lang i18n.Lang) page.Page {
	t.Helper()
	messages, err := i18n.Load(locales.Files)
	if err != nil {
		t.Fatal(err)
	}
	return page.Page{Printer: messages.Printer(lang), Site: &page.Site{Catalogue: messages}}
}

func TestAnyUnverified(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*core.Description){
		"nothing":  func(*core.Description) {},
		"whole":    func(d *core.Description) { d.Verified = false },
		"time":     func(d *core.Description) { d.Reduced.Verified = false },
		"fee":      func(d *core.Description) { d.Fee.Verified = false },
		"a paper":  func(d *core.Description) { d.Papers[1].Verified = false },
		"a basis":  func(d *core.Description) { d.Bases[0].Verified = false },
		"no basis": func(d *core.Description) { d.Bases[0].Known = false },
	} {
		d := core.Description{Version: procedurestest.Version(t), Bases: []core.Basis{{Doc: law.Doc{Verified: true}, Known: true}}}
		spoil(&d)
		if got := anyUnverified(d); got != (name != "nothing") {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestFactsAreCountedOnes(t *testing.T) {
	t.Parallel()
	p := reader(t, i18n.VI)
	counts := core.Counts{Total: 2108, Online: []core.Count{{Value: "full", N: 900}, {Value: "none", N: 8}, {Value: "partial", N: 1200}}}
	for _, tt := range []struct {
		counts  core.Counts
		figures procedures.Figures
		want    []string
	}{
		{core.Counts{}, procedures.Figures{}, nil},
		{counts, procedures.Figures{}, []string{"2.108", "2.100"}},
		{counts, procedures.Figures{Decided: 2000, OnTime: 1999, Open: 12, MedianHours: 20}, []string{"99,9 %", "12", "2,5 ngày", "2.108"}},
		{counts, procedures.Figures{Decided: 3, OnTime: 3}, []string{"100 %", "2.108", "2.100"}},
		{counts, procedures.Figures{MedianHours: 8, OnTime: 3}, []string{"2.108", "2.100"}}, // of nothing
	} {
		var got []string
		for _, f := range facts(p, tt.counts, tt.figures) {
			got = append(got, f.Value)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%v: %v, want %v", tt.figures, got, tt.want)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	p := reader(t, i18n.VI)
	v := procedurestest.Version(t)
	for got, want := range map[string]string{
		howLong(p, v): "3 ngày làm việc",
		howLong(p, procedurestest.Version(t, func(v *procedures.Version) { v.Reduced.Amount = 0 })): "5 ngày làm việc",
		howLong(p, procedurestest.Version(t, func(v *procedures.Version) { v.SameDay = true })):     "Trong ngày làm việc",
		howLong(p, procedures.Version{}):                       "Chưa có số liệu đã xác minh",
		fee(p, procedures.Fee{Kind: "amount", Amount: 150000}): "150.000 đồng",
		fee(p, procedures.Fee{Kind: "amount"}):                 "Không thu",
		fee(p, procedures.Fee{Kind: "unverified"}):             "Chưa có số liệu đã xác minh",
		fee(p, v.Fee):   "Không thu",
		authority(p, v): "Ủy ban nhân dân cấp xã",
		copies(p, procedures.Paper{Original: 1, Copy: 2, Certified: 1}): "1 bản chính, 2 bản sao, 1 bản sao có chứng thực",
		hours(p, 4):  "4 giờ làm việc",
		hours(p, 8):  "8 giờ làm việc",
		hours(p, 24): "3 ngày làm việc",
		hours(p, 36): "36 giờ làm việc",
		long(p, procedures.Duration{Amount: 30, Unit: "days"}):                "30 ngày",
		long(p, procedures.Duration{Amount: 6, Unit: "hours", Working: true}): "6 giờ làm việc",
		day("2025-07-01"): "01/07/2025",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestWaysToFile(t *testing.T) {
	t.Parallel()
	p, doors := reader(t, i18n.VI), procedures.Doors{File: "/nop-ho-so/", Track: "/tra-cuu"}
	for name, tt := range map[string]struct {
		doors  procedures.Doors
		change func(*procedures.Version)
		file   bool
		ways   int
	}{
		"online":    {doors, func(*procedures.Version) {}, true, 3},
		"no door":   {procedures.Doors{}, func(*procedures.Version) {}, false, 1},
		"in person": {doors, func(v *procedures.Version) { v.Online = "none" }, false, 2},
		"no form":   {doors, func(v *procedures.Version) { v.Form.Steps = nil }, false, 2},
		"ministry":  {doors, func(v *procedures.Version) { v.Route = "MINISTRY:G01" }, false, 1},
	} {
		v := procedurestest.Version(t, tt.change)
		if got := fileable(tt.doors, v); got != tt.file {
			t.Errorf("%s: %v", name, got)
		}
		if got := ways(p, tt.doors, v); len(got) != tt.ways {
			t.Errorf("%s: %v", name, got)
		}
	}
}
