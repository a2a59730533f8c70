// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// ahead lists the steps still to come up to handing the result over, itself
// excluded: that is promised, not expected. Where officials choose the way, the
// steps after the choice are not known and not told. A day is expected only
// while the open step is in time, and never after what was promised.
func (s *Service) ahead(v procedures.Version, d store.Dossier) (all []Ahead, err error) {
	if d.Status.Ended() || d.Status == dossiers.Finished {
		return nil, nil
	}
	steps := map[string]procedures.Step{}
	for _, step := range v.Flow.Steps {
		steps[step.ID] = step
	}
	at, then := d.Step, d.StepDue.Time
	if d.Status == dossiers.Submitted && len(v.Flow.Steps) > 0 && v.Flow.Steps[0].Action == actAccept {
		at = v.Flow.Steps[0].ID
	}
	if now := s.DB.Now().Time; then.Before(now) || stands(d.Status) {
		then = time.Time{}
	}
	for range v.Flow.Steps { // no way is longer than its steps
		next := steps[at].Next
		if len(next) != 1 || steps[next[0]].Action == actDeliver {
			break
		}
		step := steps[next[0]]
		if at = step.ID; step.Hours == 0 {
			then = time.Time{}
		}
		if !then.IsZero() {
			if then, err = s.Calendar(unitOf(d, step)).Due(then, calendar.Duration{Amount: step.Hours, Unit: calendar.WorkingHour}); err != nil {
				return nil, err
			}
		}
		if !d.Due.IsZero() && then.After(d.Due.Time) {
			then = time.Time{}
		}
		all = append(all, Ahead{Step: step.Name, By: db.At(then)})
	}
	return all, nil
}

// unitOf is whose working time counts for a step to come.
func unitOf(d store.Dossier, step procedures.Step) (unit string) {
	if step.Unit == "received" {
		return string(d.Received)
	}
	return string(d.Authority)
}

// stands reports whether the clock stands still.
func stands(s dossiers.Status) bool { return s == dossiers.Supplement || s == dossiers.Paying }
