// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package authoring

import (
	"context"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/db"
)

// ClockRule is how long a decision may take to become public: data with a citation.
type ClockRule struct {
	Code  string    `yaml:"code"` // PUBLISH_ON_TIME, PUBLIC_UPDATE_ON_TIME
	Days  int       `yaml:"days"` // working days
	Most  int       `yaml:"most"` // points
	From  string    `yaml:"from"` // YYYY-MM-DD, in force from
	To    string    `yaml:"to"`   // last day; empty: no end
	Basis string    `yaml:"basis"`
	Text  i18n.Text `yaml:"-"`
}

// Deadline is how a decision stands under one rule.
type Deadline struct {
	Code string
	Due  calendar.Date // last day
	Done calendar.Date // when it happened; zero: not yet
	Late bool          // it happened later, or has not and is due
}

// Decision is a deciding decision (quyết định công bố) on the clock.
type Decision struct {
	Number, Issuer    string
	Signed, Effective calendar.Date
	Procedures        int64
	Public            db.Time // when the last of its procedures became public; zero: not all are
	Waits             int64   // procedures in changes that are not published
	Change            ID      // one of these changes
	Deadlines         []Deadline
}

// Ratio is one score of QĐ 766/QĐ-TTg, group 1.
type Ratio struct {
	Code         string
	OnTime, All  int64
	Points, Most float64 // Most where there is nothing to count
}

// Publication are the decisions signed in a time with what they score.
type Publication struct {
	From, To  calendar.Date
	Decisions []Decision // the newest first
	Ratios    []Ratio
}

// Clock measures how fast decisions become public, for a board of scores.
type Clock interface {
	// Publication returns the decisions that were signed from one day to another.
	Publication(ctx context.Context, from, to calendar.Date) (Publication, error)
}
