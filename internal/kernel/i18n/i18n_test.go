// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package i18n_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"tinhso.vn/internal/kernel/i18n"
)

func locale(vi, en string) fs.FS {
	return fstest.MapFS{"vi.json": {Data: []byte(vi)}, "en.json": {Data: []byte(en)}}
}

func TestMessages(t *testing.T) {
	t.Parallel()
	c, err := i18n.Load(locale(`{"a.left": "Còn {n} hồ sơ của {unit}"}`, `{"a.left": "{n} dossiers left of {unit}"}`))
	if err != nil {
		t.Fatal(err)
	}
	unit := i18n.Text{VI: "Phường Long Xuyên", EN: "Long Xuyen ward"}
	if got := c.Printer(i18n.VI).T("a.left", "n", 1204, "unit", unit); got != "Còn 1.204 hồ sơ của Phường Long Xuyên" {
		t.Errorf("got %q", got)
	}
	if got := c.Printer(i18n.EN).Named("a.left", map[string]any{"n": 1204, "unit": unit}); got != "1,204 dossiers left of Long Xuyen ward" {
		t.Errorf("got %q", got)
	}
	if got := c.Printer(i18n.VI).T("a.none"); got != "a.none" {
		t.Errorf("got %q", got)
	}
	for want, source := range map[string][]fs.FS{
		"has no English":    {locale(`{"a": "x"}`, `{}`)},
		"has no Vietnamese": {locale(`{}`, `{"a": "x"}`)},
		"said twice":        {locale(`{"a": "x"}`, `{"a": "x"}`), locale(`{"a": "x"}`, `{"a": "x"}`)},
	} {
		if _, err := i18n.Load(source...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func TestHowThingsAreWritten(t *testing.T) {
	t.Parallel()
	c, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	vi, en := c.Printer(i18n.VI), c.Printer(i18n.EN)
	at := time.Date(2026, time.February, 4, 19, 5, 0, 0, time.UTC) // the next day in Vietnam
	for got, want := range map[string]string{
		vi.Date(at):            "05/02/2026",
		vi.DateTime(at):        "05/02/2026, 2 giờ 05",
		en.Time(at):            "02:05",
		vi.LongDate(at):        "ngày 05 tháng 02 năm 2026",
		vi.Weekday(at):         "Thứ Năm, 05/02/2026",
		vi.Number(-1234567):    "-1.234.567",
		en.Number(1000):        "1,000",
		vi.Decimal(1234.5, 2):  "1.234,5",
		en.Decimal(1234.56, 1): "1,234.6",
		vi.Decimal(-0.004, 2):  "0",
		en.Decimal(-2.25, 2):   "-2.25",
		vi.Decimal(21, 2):      "21",
		vi.Number(999):         "999",
		vi.Money(150000):       "150.000 đồng",
		vi.Size(1468006):       "1,4 MB",
		en.Size(1536):          "1.5 KB",
		vi.Date(time.Time{}):   "",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := vi.LongDate(time.Date(2026, time.November, 21, 3, 0, 0, 0, time.UTC)); got != "ngày 21 tháng 11 năm 2026" {
		t.Errorf("got %q", got)
	}
	if s, l := (i18n.Text{VI: "Sở"}).In(i18n.EN); s != "Sở" || l != i18n.VI {
		t.Errorf("a missing English text is %q in %q", s, l)
	}
}

func TestANumberChoosesTheWord(t *testing.T) {
	t.Parallel()
	c, err := i18n.Load(locale(`{"a.days": "{n} ngày"}`, `{"a.days": "{n} {n|day|days}, {m|one|many}{n|x"}`))
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]string{1: "1 day, many{n|x", 0: "0 days, many{n|x", 1001: "1,001 days, many{n|x"} {
		if got := c.Printer(i18n.EN).T("a.days", "n", n, "m", 2); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	if got := c.Printer(i18n.VI).T("a.days", "n", 1); got != "1 ngày" {
		t.Error(got)
	}
}
