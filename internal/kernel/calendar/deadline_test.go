// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package calendar

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// at reads 2026-04-29 10:00 in Viet Nam.
func at(t *testing.T, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02 15:04", s, Zone())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestDue(t *testing.T) {
	t.Parallel()
	c := calendar(t, office())
	for _, v := range []struct {
		received string
		n        int
		unit     Unit
		want     string
	}{
		{"2026-04-29 10:00", 3, WorkingDay, "2026-05-06 10:00"},
		{"2026-04-29 10:00", 24, WorkingHour, "2026-05-06 10:00"},
		{"2026-04-24 16:30", 1, WorkingDay, "2026-04-28 16:30"},
		{"2026-11-23 09:00", 2, WorkingDay, "2026-11-26 09:00"},
		{"2026-06-01 12:00", 4, WorkingHour, "2026-06-02 07:30"},

		{"2026-06-01 06:10", 4, WorkingHour, "2026-06-01 11:00"},
		{"2026-06-01 10:00", 2, WorkingHour, "2026-06-01 14:00"},
		{"2026-06-01 13:30", 3, WorkingHour, "2026-06-01 16:30"},
		{"2026-06-01 16:00", 1, WorkingHour, "2026-06-01 17:00"},
		{"2026-06-01 17:00", 1, WorkingDay, "2026-06-02 17:00"},
		{"2026-06-01 17:01", 1, WorkingDay, "2026-06-03 07:00"},
		{"2026-06-05 16:00", 12, WorkingHour, "2026-06-09 10:00"},
		{"2026-06-06 09:00", 1, WorkingDay, "2026-06-09 07:00"},

		{"2026-06-01 10:00", 5, CalendarDay, "2026-06-08 10:00"},
		{"2026-06-01 10:00", 3, CalendarDay, "2026-06-04 10:00"},
		{"2026-02-10 10:00", 7, CalendarDay, "2026-02-23 10:00"},

		{"2026-06-01 15:00", 0, SameDay, "2026-06-01 17:00"},
		{"2026-06-01 15:01", 0, SameDay, "2026-06-02 17:00"},
		{"2026-06-05 15:01", 0, SameDay, "2026-06-08 17:00"},
		{"2026-06-07 08:00", 0, SameDay, "2026-06-08 17:00"},
	} {
		got, err := c.Due(at(t, v.received), Duration{v.n, v.unit})
		if err != nil || !got.Equal(at(t, v.want)) {
			t.Errorf("%s + %d %s = %v, %v, want %s", v.received, v.n, v.unit, got, err, v.want)
		}
	}
	for _, bad := range []Duration{{-1, WorkingDay}, {1, "week"}, {maxAmount + 1, WorkingHour}} {
		if got, err := c.Due(at(t, "2026-06-01 10:00"), bad); !errors.Is(err, ErrBadDuration) {
			t.Errorf("Due(%v) = %v, %v", bad, got, err)
		}
		if bad.OK() {
			t.Errorf("%v is OK", bad)
		}
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	c := calendar(t, office())
	d, err := c.Deadline(Term{
		Received:  at(t, "2026-06-01 10:00"),
		Statutory: Duration{10, WorkingDay},
		Reduced:   Duration{5, WorkingDay},
		Adjustments: []Adjustment{
			// Wednesday to Thursday: a day more.
			{Change: Suspended, From: at(t, "2026-06-03 09:00"), Until: at(t, "2026-06-04 09:00"), Reason: "supplement", Basis: "NĐ"},
			// At the same time money was waited for, one hour longer.
			{Change: Suspended, From: at(t, "2026-06-03 15:00"), Until: at(t, "2026-06-04 10:00"), Reason: "payment", Basis: "NĐ"},
			{Change: Extended, By: Duration{3, WorkingDay}, Reason: "extension", Basis: "mẫu 04"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]struct {
		got  time.Time
		want string
	}{
		"original":   {d.Original, "2026-06-08 10:00"},
		"supplement": {d.Applied[0].After, "2026-06-09 10:00"},
		"payment":    {d.Applied[1].After, "2026-06-09 11:00"},
		"due":        {d.Due, "2026-06-12 11:00"},
		"statutory":  {d.Statutory, "2026-06-19 11:00"},
	} {
		if !v.got.Equal(at(t, v.want)) {
			t.Errorf("%s = %v, want %s", name, v.got, v.want)
		}
	}
	if d.Stopped {
		t.Error("nothing is waited for any more")
	}
	// Received back on a Saturday: Friday 16:00 and a day is Saturday, so Monday.
	open, err := c.Deadline(Term{
		Received: at(t, "2026-06-04 16:00"), Statutory: Duration{1, WorkingDay}, Reduced: Duration{30, WorkingDay},
		Adjustments: []Adjustment{
			{Change: Suspended, From: at(t, "2026-06-05 10:00"), Until: at(t, "2026-06-06 10:00")},
			{Change: Suspended, From: at(t, "2026-06-08 10:00")},
		},
	})
	if err != nil || !open.Stopped || !open.Due.Equal(at(t, "2026-06-08 16:00")) {
		t.Errorf("%+v, %v", open, err)
	}
	for _, bad := range []Adjustment{{Change: "forgotten"}, {Change: Extended, By: Duration{Unit: SameDay}}, {Change: Extended}} {
		if _, err := c.Deadline(Term{Received: at(t, "2026-06-01 10:00"), Statutory: Duration{1, WorkingDay}, Adjustments: []Adjustment{bad}}); !errors.Is(err, ErrBadDuration) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

func TestLeft(t *testing.T) {
	t.Parallel()
	conf := office()
	conf.Weeks[0].Days[time.Saturday] = []Span{span("07:00", "11:00")}
	for _, v := range []struct {
		c        *Calendar
		now, due string
		want     Left
	}{
		{calendar(t, office()), "2026-11-23 09:00", "2026-11-26 09:00", Left{Days: 2}},
		{calendar(t, office()), "2026-06-01 10:00", "2026-06-01 14:10", Left{Hours: 2, Minutes: 10}},
		{calendar(t, office()), "2026-06-01 15:20", "2026-06-01 17:00", Left{Hours: 1, Minutes: 40}},
		{calendar(t, office()), "2026-06-02 08:00", "2026-06-01 15:00", Left{Late: true, Hours: 3}},
		{calendar(t, office()), "2026-06-01 12:00", "2026-06-01 12:10", Left{}},
		{calendar(t, conf), "2026-06-05 10:00", "2026-06-08 10:00", Left{Days: 2}},
	} {
		got, err := v.c.Left(at(t, v.now), at(t, v.due))
		if err != nil || got != v.want {
			t.Errorf("from %s to %s: %+v, %v, want %+v", v.now, v.due, got, err, v.want)
		}
	}
}

func TestAnOfficeThatNeverWorks(t *testing.T) {
	t.Parallel()
	conf := office()
	for m := 1; m <= 12; m++ {
		for day := 1; day <= 29; day += 14 {
			conf.Rules = append(conf.Rules, Rule{ID: "strike", Kind: Solar, Month: m, Day: min(day, 28), Days: 15, Basis: "x"})
		}
	}
	c := calendar(t, conf)
	for _, unit := range []Unit{WorkingHour, WorkingDay, CalendarDay, SameDay} {
		if got, err := c.Due(at(t, "2026-06-01 10:00"), Duration{1, unit}); !errors.Is(err, ErrNoWork) {
			t.Errorf("%s: %v, %v", unit, got, err)
		}
	}
}

// anOffice draws working hours that are as odd as offices have them.
func anOffice(t *rapid.T) *Calendar {
	conf := office()
	conf.Weeks[0].Days = map[time.Weekday][]Span{}
	for day := time.Sunday; day <= time.Saturday; day++ {
		var spans []Span
		from := Minute(rapid.IntRange(0, 14).Draw(t, "opens") * 60)
		for range rapid.IntRange(0, 2).Draw(t, "spans") {
			to := from + Minute(rapid.IntRange(1, 10).Draw(t, "halves")*30)
			spans = append(spans, Span{from, to})
			from = to + Minute(rapid.IntRange(1, 4).Draw(t, "pause")*30)
			if from > 18*60 {
				break
			}
		}
		conf.Weeks[0].Days[day] = spans
	}
	if len(conf.Check()) > 0 {
		t.Skip("never works")
	}
	c, err := New(conf)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func anInstant(t *rapid.T, name string) time.Time {
	return time.Date(2026, 1, 1, 0, rapid.IntRange(0, 3*365*24*60).Draw(t, name), 0, 0, Zone())
}

func must(t *rapid.T, c *Calendar, from time.Time, d Duration) time.Time {
	due, err := c.Due(from, d)
	if err != nil {
		t.Fatal(err)
	}
	return due
}

func TestMoreWorkIsNeverDueEarlier(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, from := anOffice(t), anInstant(t, "received")
		unit := rapid.SampledFrom([]Unit{WorkingHour, WorkingDay, CalendarDay}).Draw(t, "unit")
		n := rapid.IntRange(0, 60).Draw(t, "amount")
		less, more := must(t, c, from, Duration{n, unit}), must(t, c, from, Duration{n + 1, unit})
		if more.Before(less) {
			t.Fatalf("%d %s due %v, %d due %v", n, unit, less, n+1, more)
		}
		if !c.Worked(less) || less.Before(from) {
			t.Fatalf("%d %s from %v due %v, when nobody works", n, unit, from, less)
		}
		if same := must(t, c, from, Duration{Unit: SameDay}); !c.Worked(same) || same.Before(from) {
			t.Fatalf("same day from %v due %v", from, same)
		}
	})
}

func TestASuspensionNeverShortens(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, from := anOffice(t), anInstant(t, "received")
		term := Term{Received: from, Statutory: Duration{rapid.IntRange(1, 30).Draw(t, "days"), WorkingDay}}
		plain, err := c.Deadline(term)
		if err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 3).Draw(t, "suspensions") {
			stop := from.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "stop")) * time.Minute)
			term.Adjustments = append(term.Adjustments, Adjustment{
				Change: Suspended, From: stop,
				Until: stop.Add(time.Duration(rapid.IntRange(-10, 9000).Draw(t, "wait")) * time.Minute),
			})
		}
		longer, err := c.Deadline(term)
		if err != nil {
			t.Fatal(err)
		}
		if longer.Due.Before(plain.Due) || !c.Worked(longer.Due) {
			t.Fatalf("due %v, after suspension %v", plain.Due, longer.Due)
		}
		last := plain.Due
		for _, a := range longer.Applied {
			if a.After.Before(a.Before) || !a.Before.Equal(last) {
				t.Fatalf("%+v does not follow %v", a, last)
			}
			last = a.After
		}
	})
}

func TestWhatIsLeftAgrees(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, from := anOffice(t), anInstant(t, "now")
		n := rapid.IntRange(0, 20).Draw(t, "days")
		due := must(t, c, from, Duration{n, WorkingDay})
		left, err := c.Left(from, due)
		if err != nil || left.Days < n || left.Late {
			t.Fatalf("%d days from %v is %v, of which %+v are left (%v)", n, from, due, left, err)
		}
		now := from.Add(time.Duration(rapid.IntRange(0, 9000).Draw(t, "later")) * time.Minute)
		a, b := from, due
		if now.Before(b) && c.Between(a, now)+c.Between(now, b) != c.Between(a, b) {
			t.Fatalf("from %v by %v to %v: the parts are not the whole", a, now, b)
		}
		late, err := c.Left(due.Add(time.Hour*24*40), due)
		if err != nil || !late.Late {
			t.Fatalf("40 days later %+v (%v)", late, err)
		}
	})
}

// Minutes of work are counted as hours are: sixty of them are one, and a day
// of work is eight hours of them.
func TestWorkingMinutes(t *testing.T) {
	t.Parallel()
	c, err := New(Config{Weeks: []Week{{Days: map[time.Weekday][]Span{
		time.Monday: {{From: 7 * 60, To: 11 * 60}, {From: 13 * 60, To: 17 * 60}}, time.Tuesday: {{From: 7 * 60, To: 11 * 60}, {From: 13 * 60, To: 17 * 60}},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, time.March, 2, 10, 30, 0, 0, Zone())
	for _, n := range []int{30, 60, 90, 240, 480, 510, 960} {
		minutes, err := c.Due(start, Duration{n, WorkingMinute})
		if err != nil {
			t.Fatal(err)
		}
		if n%60 == 0 {
			hours, err := c.Due(start, Duration{n / 60, WorkingHour})
			if err != nil || !hours.Equal(minutes) {
				t.Errorf("%d minutes end at %v, as hours at %v, %v", n, minutes, hours, err)
			}
		}
	}
	if due, err := c.Due(start, Duration{90, WorkingMinute}); err != nil || !due.Equal(time.Date(2026, time.March, 2, 14, 0, 0, 0, Zone())) {
		t.Errorf("%v %v", due, err)
	}
}
