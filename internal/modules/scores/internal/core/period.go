// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/scores"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
)

// Period is a month, a quarter or a year in Vietnam.
type Period struct {
	Year, Month, Months int // Month is the first of Months
}

// ParsePeriod reads 2026-11, 2026-Q4 or 2026.
func ParsePeriod(s string) (Period, error) {
	part := regexp.MustCompile(`^(20\d\d)(?:-(0[1-9]|1[0-2])|-Q([1-4]))?$`).FindStringSubmatch(s)
	if part == nil {
		return Period{}, scores.ErrPeriod
	}
	p := Period{Month: 1, Months: 12}
	p.Year, _ = strconv.Atoi(part[1])
	switch {
	case part[2] != "":
		p.Month, _ = strconv.Atoi(part[2])
		p.Months = 1
	case part[3] != "":
		quarter, _ := strconv.Atoi(part[3])
		p.Month, p.Months = quarter*3-2, 3
	}
	return p, nil
}

// MonthOf is the month of a moment.
func MonthOf(at db.Time) Period {
	in := at.In(clock.Vietnam())
	return Period{in.Year(), int(in.Month()), 1}
}

func (p Period) String() string {
	switch p.Months {
	case 1:
		return fmt.Sprintf("%04d-%02d", p.Year, p.Month)
	case 3:
		return fmt.Sprintf("%04d-Q%d", p.Year, p.Quarter())
	}
	return strconv.Itoa(p.Year)
}

// Quarter is the number of the quarter it begins in.
func (p Period) Quarter() int { return (p.Month + 2) / 3 }

// From is its first moment.
func (p Period) From() db.Time {
	return db.At(time.Date(p.Year, time.Month(p.Month), 1, 0, 0, 0, 0, clock.Vietnam()))
}

// To is the first moment after it.
func (p Period) To() db.Time { return p.after(1).From() }

// Before is the period of the same length before it.
func (p Period) Before() Period { return p.after(-1) }

func (p Period) after(n int) Period {
	at := time.Date(p.Year, time.Month(p.Month+n*p.Months), 1, 0, 0, 0, 0, time.UTC)
	return Period{at.Year(), int(at.Month()), p.Months}
}

func (p Period) firstDay() string { return orgs.Day(p.From()) }

func (p Period) lastDay() string { return orgs.Day(db.At(p.To().Add(-time.Second))) }

// Choices are the periods to choose from, the newest first: twelve months, four
// quarters, two years.
func Choices(now db.Time) (all []Period) {
	month := MonthOf(now)
	quarter := Period{month.Year, (month.Month+2)/3*3 - 2, 3}
	for i := range 12 {
		all = append(all, month.after(-i))
	}
	for i := range 4 {
		all = append(all, quarter.after(-i))
	}
	return append(all, Period{month.Year, 1, 12}, Period{month.Year - 1, 1, 12})
}
