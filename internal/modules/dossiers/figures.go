// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossiers

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// Count is what was counted of dossiers between two days. It counts, and names nobody.
type Count struct {
	Received  [4]int64 // by channel, accepted in these days; [0] is nothing
	Early     int64    // ended before the day on which they were due
	OnTime    int64    // ended on that day, in time
	Late      int64
	Undated   int64 // ended, and nobody had stated how long they may take
	Withdrawn int64
	Stopped   int64
	Refused   int64 // before they were accepted: they are not among the received
	Asked     int64 // how often people were asked for a supplement, and the clock stopped
	Answered  int64 // how often it went on
	Lapsed    int64 // were due, and open
	Settled   int64 // ended after they had lapsed
	Steps     int64 // of dossiers that ended with a result
	StepsLate int64
	Worked    int64 // working minutes of these steps
	Over      int64 // of that, minutes past what the steps may take
}

// In is how many were accepted.
func (c Count) In() int64 { return c.Received[Counter] + c.Received[Online] + c.Received[Post] }

// Out is how many ended after they had been accepted.
func (c Count) Out() int64 {
	return c.Early + c.OnTime + c.Late + c.Undated + c.Withdrawn + c.Stopped
}

// Solved is how many ended with a result.
func (c Count) Solved() int64 { return c.Early + c.OnTime + c.Late + c.Undated }

// Add adds what was counted elsewhere, or on other days.
func (c *Count) Add(n Count) {
	for i := range c.Received {
		c.Received[i] += n.Received[i]
	}
	c.Early, c.OnTime, c.Late, c.Undated = c.Early+n.Early, c.OnTime+n.OnTime, c.Late+n.Late, c.Undated+n.Undated
	c.Withdrawn, c.Stopped, c.Refused = c.Withdrawn+n.Withdrawn, c.Stopped+n.Stopped, c.Refused+n.Refused
	c.Asked, c.Answered, c.Lapsed, c.Settled = c.Asked+n.Asked, c.Answered+n.Answered, c.Lapsed+n.Lapsed, c.Settled+n.Settled
	c.Steps, c.StepsLate, c.Worked, c.Over = c.Steps+n.Steps, c.StepsLate+n.StepsLate, c.Worked+n.Worked, c.Over+n.Over
}

// Figure is a row of a table of figures. Opening + In - Out is always Closing.
type Figure struct {
	Key  string    // by what was asked: a unit, a field in Vietnamese, a procedure, a month (2026-11); empty: all
	Name i18n.Text // of a field or a procedure
	Count
	Opening     int64 // open when the first day began: từ kỳ trước
	Closing     int64 // open when the last day ended, or now
	ClosingLate int64 // of these, past the day they were due
	Paused      int64 // of these, those whose clock stands
}

// Dimension is by what figures are told apart.
type Dimension string

// The dimensions.
const (
	ByNothing   Dimension = ""
	ByUnit      Dimension = "unit" // that was there on the last day: what an older one left is counted with its successor
	ByField     Dimension = "field"
	ByProcedure Dimension = "procedure"
	ByMonth     Dimension = "month"
)

// Ask says what is counted. Empty parts narrow nothing; what a scope does not hold
// is not counted.
type Ask struct {
	From, To  calendar.Date // both belong to it; To is never later than today
	Unit      orgs.ID       // with those under it on the last day
	Field     string        // in Vietnamese
	Procedure procedures.ID
	Channel   Channel
}

// Measure is something of a Figure that can be opened dossier by dossier.
type Measure string

// The measures. Those of what is open speak of now.
const (
	MeasureReceived  Measure = "received"
	MeasureEarly     Measure = "early"
	MeasureOnTime    Measure = "on_time"
	MeasureLate      Measure = "late"
	MeasureUndated   Measure = "undated"
	MeasureWithdrawn Measure = "withdrawn"
	MeasureStopped   Measure = "stopped"
	MeasureRefused   Measure = "refused"
	MeasureOpen      Measure = "open"
	MeasureOpenLate  Measure = "open_late"
	MeasurePaused    Measure = "paused"
)

// Measures lists them all.
func Measures() []Measure {
	return []Measure{
		MeasureReceived, MeasureEarly, MeasureOnTime, MeasureLate, MeasureUndated, MeasureWithdrawn, MeasureStopped, MeasureRefused,
		MeasureOpen, MeasureOpenLate, MeasurePaused,
	}
}

// Counted is a dossier behind a figure. It names nobody.
type Counted struct {
	ID        ID
	Code      string // or the reference of one that was never accepted
	Name      i18n.Text
	Unit      orgs.ID
	Field     string
	Procedure procedures.ID
	Channel   Channel
	Status    Status
	Accepted  db.Time
	Due       db.Time
	Ended     db.Time
	Outcome   string
}

// Clock is what is open by how much time is left.
type Clock struct {
	Key     string
	Name    i18n.Text
	Overdue int64
	Today   int64
	Soon    int64 // at most two working days are left
	Waiting int64 // its clock stands
	Other   int64
}

// Total is how many are open.
func (c Clock) Total() int64 { return c.Overdue + c.Today + c.Soon + c.Waiting + c.Other }

// Add adds what is open elsewhere.
func (c *Clock) Add(n Clock) {
	c.Overdue, c.Today, c.Soon, c.Waiting, c.Other = c.Overdue+n.Overdue, c.Today+n.Today, c.Soon+n.Soon, c.Waiting+n.Waiting, c.Other+n.Other
}

// StepLoad is what is open of a step, or in the hands of somebody.
type StepLoad struct {
	Account string // empty for a step; Nobody's are under "-"
	Who     string // name of an official
	Step    i18n.Text
	Clock
}

// StepTime is how long a step of a procedure took, in working minutes.
type StepTime struct {
	Step     string
	Name     i18n.Text
	Allowed  int // minutes that the process says today; 0: it does not say
	Times    int64
	Late     int64
	Median   int64
	P90      int64
	Over     int64 // all minutes past what the step may take
	WouldNot int64 // of a what-if: late dossiers that would have been in time
}

// Process is how long the steps of a procedure took for dossiers that ended between
// two days.
type Process struct {
	Dossiers int64
	Late     int64
	Partly   bool // there are more; these are the latest
	Steps    []StepTime
}

// WhatIf is a step that takes no longer than so many working minutes.
type WhatIf struct {
	Step    string
	Minutes int64
}

// Statistician counts dossiers. Who may ask, and about what, is the caller's to
// decide: it gives the scope.
type Statistician interface {
	MirrorCounter
	// Figures returns a row for each key, in no order.
	Tally(ctx context.Context, s access.Scope, a Ask, by Dimension) ([]Figure, error)
	// FigureKeys returns what there are figures of in scope, whatever the period: of Ask
	// only the unit counts, and for procedures the field. Figures hold no numbers.
	FigureKeys(ctx context.Context, s access.Scope, a Ask, by Dimension) ([]Figure, error)
	// Clocks counts what is open now by unit, field or procedure.
	Clocks(ctx context.Context, s access.Scope, a Ask, by Dimension) ([]Clock, error)
	// StepLoads counts what is open now by step and by who has it in hand.
	StepLoads(ctx context.Context, s access.Scope, a Ask) (steps, people []StepLoad, err error)
	// ListCounted returns at most limit dossiers behind a figure; next is given
	// back to go on, and empty at the end.
	ListCounted(ctx context.Context, s access.Scope, a Ask, m Measure, after string, limit int) (found []Counted, next string, err error)
	// StepTimes measures the steps of a procedure; a what-if, where there is one,
	// says of each step what it would have changed.
	StepTimes(ctx context.Context, s access.Scope, a Ask, w WhatIf) (Process, error)
	// FiguresBehind is how many changes have not been counted yet.
	FiguresBehind(ctx context.Context) (int64, error)
	// CountFigures counts some of what has changed, and reports whether there is more.
	CountFigures(ctx context.Context) (more bool, err error)
	// RecountFigures forgets all figures, and has every dossier counted anew.
	RecountFigures(ctx context.Context, tx *db.Tx) error
}
