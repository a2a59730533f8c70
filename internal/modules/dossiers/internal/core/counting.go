// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// countedAtOnce is how many lines of changes one transaction takes: others write
// between two of them.
const countedAtOnce = 100

// marked tells who counts that a dossier was changed, and then who asked to be told.
func marked(changed store.Told) store.Told {
	return func(ctx context.Context, tx *db.Tx, ids ...dossiers.ID) error {
		if err := store.MarkCounting(ctx, tx, ids...); err != nil || changed == nil {
			return err
		}
		return changed(ctx, tx, ids...)
	}
}

// oneByOne tells of each dossier by itself.
func oneByOne(changed func(ctx context.Context, tx *db.Tx, id dossiers.ID) error) store.Told {
	if changed == nil {
		return nil
	}
	return func(ctx context.Context, tx *db.Tx, ids ...dossiers.ID) error {
		for _, id := range ids {
			if err := changed(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	}
}

// CountFigures counts anew some of the dossiers that were changed: what each has
// added to the figures is taken out, and what it adds now is put in. It may run
// again, and on several servers; one counts at a time.
func (s *Service) CountFigures(ctx context.Context) (more bool, err error) {
	defer errs.Wrap(&err, "count figures")

	if n, err := s.store.CountChanged(ctx, s.DB); err != nil || n == 0 {
		return false, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.store.LockCounter(ctx, tx); err != nil {
			return err
		}
		var ids []string
		if ids, more, err = s.store.TakeChanged(ctx, tx, countedAtOnce); err != nil || len(ids) == 0 {
			return err
		}
		return s.count(ctx, tx, ids)
	})
	return more && err == nil, err
}

func (s *Service) count(ctx context.Context, tx *db.Tx, ids []string) error {
	rows, err := s.store.Many(ctx, tx, ids)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(d store.Dossier) bool { return d.Keeper.Code != "" }) // counted as what it is: MirrorFigures
	pauses, err := s.store.PausesOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	before, err := s.store.Facts(ctx, tx, ids)
	if err != nil {
		return err
	}
	var ledger store.Balance
	for _, f := range before {
		ledger.Take(f)
	}
	for id := range before {
		if !slices.ContainsFunc(rows, func(d store.Dossier) bool { return d.ID == id }) { // it went back to where it came from, or to another system
			if err := s.store.DropFact(ctx, tx, id); err != nil {
				return err
			}
		}
	}
	versions := s.versions(ctx)
	for _, d := range rows {
		v := versions(d.Procedure, d.SHA)
		f := factOf(d, pauses[d.ID], v.Field.VI)
		if f.Outcome == dossiers.MeasureLate {
			f.LateBy = int64(s.Calendar(f.Unit).Between(d.Due.Time, d.FinishedAt.Time) / time.Minute)
		}
		if f.Accepted > 0 && f.Ended > 0 && d.Status >= dossiers.Finished {
			took, err := s.took(ctx, tx, d, v, f.Ended)
			if err != nil {
				return err
			}
			for i, t := range took {
				took[i].LateBy = f.LateBy
				f.Steps, f.Worked, f.Over = f.Steps+1, f.Worked+t.Minutes, f.Over+t.Over
				if t.Late {
					f.StepsLate++
				}
			}
			if err := s.store.PutTook(ctx, tx, d.ID, took); err != nil {
				return err
			}
		}
		ledger.Put(f)
		if err := s.store.PutFact(ctx, tx, f); err != nil {
			return err
		}
	}
	return ledger.Save(ctx, tx)
}

// versions returns the versions that dossiers keep, each read once; one that is
// gone says nothing.
func (s *Service) versions(ctx context.Context) func(procedures.ID, string) procedures.Version {
	known := map[string]procedures.Version{}
	return func(id procedures.ID, sha string) procedures.Version {
		v, ok := known[sha]
		if !ok {
			v, _ = s.Procedures.GetVersion(ctx, id, sha)
			known[sha] = v
		}
		return v
	}
}

// took measures the steps of a dossier that has ended. Waiting for somebody to
// fetch the result is none of them.
func (s *Service) took(ctx context.Context, q db.Querier, d store.Dossier, v procedures.Version, ended int) (all []store.Took, err error) {
	stays, err := s.flow.StaysOf(ctx, q, workflow.Subject{Kind: subjectKind, ID: string(d.ID)})
	if err != nil {
		return nil, err
	}
	names, hands := map[string]i18n.Text{}, map[string]bool{}
	for _, step := range v.Flow.Steps {
		names[step.ID], hands[step.ID] = step.Name, step.Action == actDeliver
	}
	for _, stay := range stays {
		if hands[stay.Step] || stay.Opened.After(d.FinishedAt.Time) {
			continue
		}
		name, ok := names[stay.Step]
		if !ok {
			name = i18n.Text{VI: stay.Step}
		}
		minutes, over := int64(stay.Took/time.Minute), int64(stay.Over/time.Minute)
		all = append(all, store.Took{
			Task: string(stay.Task), Procedure: string(d.Procedure), Unit: stay.Unit, Decides: decides(d), Step: stay.Step, Name: name, Ended: ended,
			Minutes: minutes, Over: over, Late: stay.Over > 0,
		})
	}
	return all, nil
}

// decides is the unit with which a dossier is counted: that decides, or where
// nobody has found out who, that received it.
func decides(d store.Dossier) string {
	if d.Authority != "" {
		return string(d.Authority)
	}
	return string(d.Received)
}

// factOf says what a dossier adds to the figures.
func factOf(d store.Dossier, pauses []store.Pause, field string) store.Fact {
	f := store.Fact{
		Dossier: d.ID, Unit: decides(d), Field: field, Procedure: string(d.Procedure), Channel: d.Channel,
		Accepted: dayNumber(d.AcceptedAt), Ended: dayNumber(d.FinishedAt), Outcome: outcome(d),
		Paused: d.Status == dossiers.Supplement || d.Status == dossiers.Paying,
	}
	if f.Channel < dossiers.Counter || f.Channel > dossiers.Post { // domain facts A.4: none is the counter
		f.Channel = dossiers.Counter
	}
	if !d.Due.IsZero() {
		f.DueAt = d.Due.UnixMicro()
	}
	for _, p := range pauses {
		if d.AcceptedAt.IsZero() || p.From.Before(d.AcceptedAt.Time) { // no clock ran yet
			continue
		}
		f.Pauses = append(f.Pauses, store.DaySpan{From: dayNumber(p.From), To: dayNumber(p.To)})
	}
	if f.Accepted > 0 && lapses(d, pauses) {
		f.Lapsed = dayNumber(d.Due)
	}
	return f
}

// lapses reports whether a dossier was, is or will be due while it is open. While
// the clock stands nothing falls due.
func lapses(d store.Dossier, pauses []store.Pause) bool {
	if d.Due.IsZero() {
		return false
	}
	until := d.FinishedAt
	if n := len(pauses); n > 0 {
		if last := pauses[n-1]; last.To.IsZero() || !until.IsZero() && !last.To.Before(until.Time) {
			until = last.From
		}
	}
	return until.IsZero() || d.Due.Before(until.Time)
}

func outcome(d store.Dossier) dossiers.Measure {
	switch {
	case d.FinishedAt.IsZero():
		return ""
	case d.Status == dossiers.Refused:
		return dossiers.MeasureRefused
	case d.Status == dossiers.Withdrawn:
		return dossiers.MeasureWithdrawn
	case d.Status == dossiers.Stopped:
		return dossiers.MeasureStopped
	case d.Due.IsZero():
		return dossiers.MeasureUndated
	case d.FinishedAt.After(d.Due.Time):
		return dossiers.MeasureLate
	case dayNumber(d.FinishedAt) < dayNumber(d.Due):
		return dossiers.MeasureEarly
	}
	return dossiers.MeasureOnTime
}

// dayNumber writes the day of a moment in Viet Nam as figures keep it: 20261122.
func dayNumber(t db.Time) int {
	if t.IsZero() {
		return 0
	}
	return number(calendar.On(t.Time))
}

func number(d calendar.Date) int { return d.Year*10000 + int(d.Month)*100 + d.Day }

// RecountFigures forgets all figures; CountFigures brings them back.
func (s *Service) RecountFigures(ctx context.Context, tx *db.Tx) (err error) {
	defer errs.Wrap(&err, "count figures anew")

	if err := s.store.LockCounter(ctx, tx); err != nil {
		return err
	}
	return s.store.ForgetFigures(ctx, tx)
}

// FiguresBehind is how many changes wait to be counted.
func (s *Service) FiguresBehind(ctx context.Context) (int64, error) {
	return s.store.CountChanged(ctx, s.DB)
}
