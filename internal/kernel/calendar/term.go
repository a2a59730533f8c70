// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package calendar

import "time"

// Change says what an Adjustment does.
type Change string

// The changes of an Adjustment.
const (
	Suspended Change = "suspended" // the clock stood still from From to Until
	Extended  Change = "extended"  // By was added to the deadline
)

// Adjustment is one change of a deadline, kept with its reason. An incident in
// the platform and waiting for a signer are no reasons to suspend; that is for
// the caller to know.
type Adjustment struct {
	Change Change    `json:"change"`
	From   time.Time `json:"from,omitzero"`
	Until  time.Time `json:"until,omitzero"` // zero while it still stands still
	By     Duration  `json:"by,omitzero"`
	Reason string    `json:"reason"` // "supplement", "payment", "other_system"
	Basis  string    `json:"basis"`
}

// Term is what a deadline is computed from.
type Term struct {
	Received    time.Time
	Statutory   Duration // what the law gives
	Reduced     Duration // what the province promised; its zero value means nothing shorter
	Adjustments []Adjustment
}

// Applied is an adjustment with what it did to the deadline promised.
type Applied struct {
	Adjustment
	Before time.Time `json:"before"`
	After  time.Time `json:"after"`
}

// Deadline is when a case is due, with the way there.
type Deadline struct {
	Original  time.Time // as promised at acceptance
	Statutory time.Time // the end of the statutory duration, adjusted
	Due       time.Time // what was promised, adjusted: the earlier of both where there is a reduced duration
	Stopped   bool      // the clock stands still now; Due moves on when it runs again
	Applied   []Applied
}

// Deadline computes when a case is due. Adjustments are applied in the order
// given, to the statutory and to the promised deadline alike.
func (c *Calendar) Deadline(t Term) (Deadline, error) {
	statutory, err := c.Due(t.Received, t.Statutory)
	if err != nil {
		return Deadline{}, err
	}
	due := statutory
	if t.Reduced != (Duration{}) {
		reduced, err := c.Due(t.Received, t.Reduced)
		if err != nil {
			return Deadline{}, err
		}
		if reduced.Before(due) {
			due = reduced
		}
	}
	d := Deadline{Original: due}
	var waited time.Time // up to here, so that two reasons at once count once
	for _, a := range t.Adjustments {
		switch {
		case a.Change == Suspended && a.Until.IsZero():
			d.Stopped = true
			continue
		case a.Change == Suspended && a.From.Before(waited):
			a.From = waited
		}
		before := due
		if due, err = c.adjust(due, a); err != nil {
			return Deadline{}, err
		}
		if statutory, err = c.adjust(statutory, a); err != nil {
			return Deadline{}, err
		}
		d.Applied = append(d.Applied, Applied{Adjustment: a, Before: before, After: due})
		if a.Until.After(waited) {
			waited = a.Until
		}
	}
	d.Due, d.Statutory = due, statutory
	return d, nil
}

// Later returns a deadline after the clock stood still for some time, worked or
// not: it is moved by that time and rolled forward, so that waiting over a day
// leaves the office the hours it had.
func (c *Calendar) Later(due time.Time, waited time.Duration) (time.Time, error) {
	return c.roll(due.Add(max(0, waited)))
}

// adjust moves a deadline.
func (c *Calendar) adjust(due time.Time, a Adjustment) (time.Time, error) {
	switch a.Change {
	case Suspended:
		return c.Later(due, a.Until.Sub(a.From))
	case Extended:
		if !a.By.OK() || a.By.Unit == SameDay {
			return time.Time{}, ErrBadDuration
		}
		return c.Due(due, a.By)
	}
	return time.Time{}, ErrBadDuration
}
