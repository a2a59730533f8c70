// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

func span(from, to string) Span {
	f, _ := ParseMinute(from)
	u, _ := ParseMinute(to)
	return Span{f, u}
}

// office works 07:00 to 11:30 and 13:30 to 17:00 from Monday to Friday.
func office() Config {
	day := []Span{span("07:00", "11:30"), span("13:30", "17:00")}
	return Config{
		Weeks: []Week{{Basis: "QĐ", Days: map[time.Weekday][]Span{
			time.Monday: day, time.Tuesday: day, time.Wednesday: day, time.Thursday: day, time.Friday: day,
		}}},
		Rules: []Rule{
			{ID: "new-year", Kind: Solar, Month: 1, Day: 1, Basis: "BLLĐ 2019 Đ112"},
			{ID: "tet", Kind: LunarKind, Month: 1, Day: 1, Days: 5, Before: 1, Basis: "BLLĐ 2019 Đ112"},
			{ID: "gio-to", Kind: LunarKind, Month: 3, Day: 10, Basis: "BLLĐ 2019 Đ112"},
			{ID: "30-4", Kind: Solar, Month: 4, Day: 30, Basis: "BLLĐ 2019 Đ112"},
			{ID: "1-5", Kind: Solar, Month: 5, Day: 1, Basis: "BLLĐ 2019 Đ112"},
			{ID: "quoc-khanh", Kind: Solar, Month: 9, Day: 2, Days: 2, Basis: "BLLĐ 2019 Đ112"},
			{ID: "24-11", Kind: Solar, Month: 11, Day: 24, From: Date{2026, time.January, 1}, Basis: "NQ 28/2026/QH16"},
		},
		Arrangements: []Arrangement{{Rule: "tet", Year: 2025, Before: 2, Basis: "TB 2024"}},
	}
}

func calendar(t *testing.T, c Config) *Calendar {
	t.Helper()
	cal, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

func offDays(c *Calendar, year int) (all []string) {
	for _, d := range c.Holidays(year) {
		if !d.Works() && d.Date.Weekday() != time.Saturday && d.Date.Weekday() != time.Sunday {
			all = append(all, d.Date.String()[5:])
		}
	}
	return all
}

func TestHolidays(t *testing.T) {
	t.Parallel()
	c := calendar(t, office())
	for year, want := range map[int]string{
		2025: "01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 09-02 09-03",
		2026: "01-01 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 09-02 09-03 11-24",
		// Saturday 1 May is made up for on Monday 3 May, Tết (Friday to
		// Tuesday) on Wednesday and Thursday.
		2027: "01-01 02-05 02-08 02-09 02-10 02-11 04-16 04-30 05-03 09-02 09-03 11-24",
	} {
		if got := strings.Join(offDays(c, year), " "); got != want {
			t.Errorf("%d:\n got %s\nwant %s", year, got, want)
		}
	}
	if d := c.Day(Date{2026, time.April, 27}); d.Cause != ByCompensation || d.Rule != "gio-to" || d.Basis == "" {
		t.Errorf("27/4/2026 = %+v", d)
	}
	if d := c.Day(Date{2025, time.January, 27}); d.Basis != "TB 2024" {
		t.Errorf("the day before Tết 2025 stands on %q", d.Basis)
	}
}

// Saturday 22/8/2026 is worked in exchange for Monday 31/8/2026, and a holiday
// can be taken back.
func TestOverrides(t *testing.T) {
	t.Parallel()
	conf := office()
	conf.Overrides = []Override{
		{Date: Date{2026, time.August, 31}, Kind: Off, Basis: "TB"},
		{Date: Date{2026, time.August, 22}, Kind: Work, Basis: "TB"},
		{Date: Date{2026, time.September, 3}, Kind: Work, Spans: []Span{span("08:00", "10:00")}, Basis: "TB"},
		{Date: Date{2026, time.April, 27}, Kind: Work, Basis: "TB"},
	}
	c := calendar(t, conf)
	if d := c.Day(Date{2026, time.August, 31}); d.Works() || d.Cause != ByOverride {
		t.Errorf("31/8 = %+v", d)
	}
	if d := c.Day(Date{2026, time.August, 22}); worked(d.Spans) != 8*60 {
		t.Errorf("22/8 = %+v", d)
	}
	if d := c.Day(Date{2026, time.September, 3}); worked(d.Spans) != 2*60 {
		t.Errorf("3/9 = %+v", d)
	}
	if d := c.Day(Date{2026, time.April, 28}); d.Works() {
		t.Error("27/4 is worked, so the compensation for 26/4 must move to 28/4")
	}
}

// Lists of a year write out what the rules give too: nothing is given twice.
func TestACompensationThatIsWrittenOut(t *testing.T) {
	t.Parallel()
	conf := office()
	conf.Overrides = []Override{
		{Date: Date{2026, time.April, 26}, Kind: Off, Basis: "BLLĐ 2019 Đ112"},
		{Date: Date{2026, time.April, 27}, Kind: Off, Basis: "TB"},
	}
	c := calendar(t, conf)
	if c.Day(Date{2026, time.April, 27}).Works() || !c.Day(Date{2026, time.April, 28}).Works() {
		t.Error("Giỗ Tổ 2026 is made up for on 27/4, and only then")
	}
}

// In summer the office opens earlier; a commune works on Saturday morning too,
// so a holiday on Saturday gives no compensation.
func TestWeeksOfSeasonAndUnit(t *testing.T) {
	t.Parallel()
	conf := office()
	summer := conf.Weeks[0]
	summer.From, summer.To = Date{2026, time.June, 1}, Date{2026, time.August, 31}
	summer.Days = map[time.Weekday][]Span{time.Monday: {span("06:30", "10:30")}}
	conf.Weeks = append(conf.Weeks, summer)
	c := calendar(t, conf)
	if got := c.Day(Date{2026, time.June, 1}).Spans; !slices.Equal(got, []Span{span("06:30", "10:30")}) {
		t.Errorf("1/6 = %v", got)
	}
	if c.Day(Date{2026, time.June, 2}).Works() || !c.Day(Date{2026, time.September, 1}).Works() {
		t.Error("the week of the season is not kept to its period")
	}
	saturday := office().Weeks
	saturday[0].Days[time.Saturday] = []Span{span("07:00", "11:00")}
	unit := calendar(t, office().Merge(Config{Weeks: saturday}))
	if !unit.Day(Date{2027, time.May, 3}).Works() {
		t.Error("1/5/2027 was no day of rest here, and is made up for all the same")
	}
}

func TestCheckFindsAllMistakes(t *testing.T) {
	t.Parallel()
	conf := Config{
		Weeks: []Week{{
			From: Date{2026, time.May, 1}, To: Date{2026, time.April, 1},
			Days: map[time.Weekday][]Span{9: nil, time.Monday: {span("08:00", "07:00")}},
		}, {}},
		Rules: []Rule{
			{Kind: "sun", Month: 1, Day: 1},
			{ID: "x", Kind: Solar, Month: 2, Day: 30, Days: 99, Before: -1, Basis: "b"},
		},
		Arrangements: []Arrangement{{Rule: "y", Year: 2026}, {Rule: "x", Year: 2026, Before: 100, Basis: "b"}},
		Overrides: []Override{
			{Date: Date{2026, time.February, 30}, Kind: "MAYBE"},
			{Date: Date{2026, time.May, 5}, Kind: Off, Spans: []Span{span("07:00", "08:00")}, Basis: "b"},
			{Date: Date{2026, time.May, 5}, Kind: Off, Basis: "b"},
		},
		SameDayCut: -1,
	}
	var got []string
	for _, p := range conf.Check() {
		got = append(got, p.Path+" "+p.Code)
	}
	want := []string{
		"weeks[0].to calendar.bad_period", "weeks[0].days[1] calendar.bad_hours", "weeks[0].days[9] calendar.bad_weekday",
		"weeks[1].days calendar.never_works",
		"rules[0].id calendar.no_id", "rules[0].kind calendar.bad_kind", "rules[0].basis calendar.no_basis",
		"rules[1].day calendar.bad_day", "rules[1].days calendar.bad_length", "rules[1].before calendar.bad_before",
		"arrangements[0].rule calendar.unknown_rule", "arrangements[0].basis calendar.no_basis", "arrangements[1].before calendar.bad_before",
		"overrides[0].date calendar.bad_day", "overrides[0].kind calendar.bad_kind", "overrides[0].basis calendar.no_basis",
		"overrides[1].spans calendar.bad_hours", "overrides[2].date calendar.twice",
		"same_day_cut calendar.bad_hours",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if _, err := New(conf); err == nil || !strings.Contains(err.Error(), "rules[1].day") {
		t.Errorf("New = %v", err)
	}
	if p := office().Check(); len(p) > 0 {
		t.Errorf("a good calendar has %v", p)
	}
}

func TestDataIsWrittenAsPeopleDo(t *testing.T) {
	t.Parallel()
	var conf Config
	err := json.Unmarshal([]byte(`{"weeks":[{"days":{"1":[{"from":"07:30","to":"11:30"}]}}],
		"rules":[{"id":"24-11","kind":"solar","month":11,"day":24,"from":"2026-01-01","basis":"NQ"}],"same_day_cut":"15:00"}`), &conf)
	if err != nil {
		t.Fatal(err)
	}
	if conf.Weeks[0].Days[time.Monday][0] != span("07:30", "11:30") || conf.Rules[0].From != (Date{2026, time.January, 1}) || conf.SameDayCut != 15*60 {
		t.Errorf("%+v", conf)
	}
	for _, bad := range []string{"7:30", "25:00", "12:60", "24:01", "ab:cd"} {
		if m, err := ParseMinute(bad); err == nil {
			t.Errorf("ParseMinute(%q) = %v", bad, m)
		}
	}
	for _, bad := range []string{"2026-02-30", "1/2/2026"} {
		if d, err := ParseDate(bad); err == nil {
			t.Errorf("ParseDate(%q) = %v", bad, d)
		}
	}
}
