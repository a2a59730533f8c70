// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	_ "embed"
	"math"
	"slices"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

//go:embed general/clock.yaml
var clockText []byte

// The codes of the rules of the clock: signed early enough, public in time.
const (
	PublishOnTime = "PUBLISH_ON_TIME"
	UpdateOnTime  = "PUBLIC_UPDATE_ON_TIME"
)

// ClockRules returns the rules with their citations.
func ClockRules() (all []authoring.ClockRule, err error) {
	defer errs.Wrap(&err, "read the rules of the clock")
	return all, yaml.Strict(clockText, &all)
}

// maxDecisions is how many decisions are looked at.
const maxDecisions = 2000

var _ authoring.Clock = (*Service)(nil)

// ShowPublication is Publication for who writes or approves.
func (s *Service) ShowPublication(ctx context.Context, actor identity.Actor, from, to calendar.Date) (p authoring.Publication, err error) {
	if err := mayRead(actor); err != nil {
		return p, err
	}
	return s.Publication(ctx, from, to)
}

// Publication implements authoring.Clock: what was applied when, and what waits
// in changes, is all it looks at.
func (s *Service) Publication(ctx context.Context, from, to calendar.Date) (p authoring.Publication, err error) {
	defer errs.Wrap(&err, "decisions from %s to %s", from, to)

	p.From, p.To = from, to
	rules, err := ClockRules()
	if err != nil {
		return p, err
	}
	byKey := map[string]*authoring.Decision{}
	if s.Published != nil {
		found, err := s.Published(ctx, from.String(), to.String(), maxDecisions)
		if err != nil {
			return p, err
		}
		for _, f := range found {
			d := &authoring.Decision{Number: f.Number, Issuer: f.Issuer, Procedures: f.Procedures, Public: f.Last}
			if d.Signed, err = calendar.ParseDate(f.Signed); err != nil {
				return p, err
			}
			if d.Effective, err = calendar.ParseDate(f.Effective); err != nil {
				return p, err
			}
			byKey[f.Signed+" "+f.Number] = d
		}
	}
	if err := s.waiting(ctx, from, to, byKey); err != nil {
		return p, err
	}
	today := s.Today()
	for _, d := range byKey {
		for _, rule := range rules {
			if d.Signed.String() < rule.From || rule.To != "" && d.Signed.String() > rule.To {
				continue
			}
			d.Deadlines = append(d.Deadlines, s.deadline(*d, rule, today))
		}
		p.Decisions = append(p.Decisions, *d)
	}
	slices.SortFunc(p.Decisions, func(a, b authoring.Decision) int {
		return cmp.Or(cmp.Compare(b.Signed.String(), a.Signed.String()), cmp.Compare(a.Number, b.Number))
	})
	for _, rule := range rules {
		p.Ratios = append(p.Ratios, ratio(rule, p.Decisions))
	}
	return p, nil
}

// waiting adds the decisions of changes that are not published: they are known
// here and not public yet.
func (s *Service) waiting(ctx context.Context, from, to calendar.Date, byKey map[string]*authoring.Decision) error {
	written, err := store.WrittenAbout(ctx, s.DB, authoring.Procedures, "decision:", maxWaiting)
	if err != nil {
		return err
	}
	for _, w := range written {
		doc, err := ReadDoc(w.Item, w.Whole)
		if err != nil {
			continue // a mistake that its editor shows
		}
		was, _ := ReadDoc(w.Item, w.Base) // what is new has none
		said := doc.Sub("decision")
		number, day := said.Str("number"), said.Str("signed")
		if number == "" || was.Sub("decision").Str("number") == number && was.Sub("decision").Str("signed") == day {
			continue
		}
		signed, err := calendar.ParseDate(day)
		if err != nil || signed.Before(from) || to.Before(signed) {
			continue
		}
		d := byKey[day+" "+number]
		if d == nil {
			d = &authoring.Decision{Number: number, Issuer: said.Words("issuer").VI, Signed: signed, Effective: signed}
			if effective, err := calendar.ParseDate(said.Str("effective")); err == nil && !effective.IsZero() {
				d.Effective = effective
			}
			byKey[day+" "+number] = d
		}
		d.Waits++
		d.Change = w.Change
	}
	return nil
}

// maxWaiting is how many procedures of open changes are looked at: a whole catalogue
// that comes in is one change.
const maxWaiting = 5000

func (s *Service) deadline(d authoring.Decision, rule authoring.ClockRule, today calendar.Date) authoring.Deadline {
	out := authoring.Deadline{Code: rule.Code}
	if rule.Code == PublishOnTime {
		out.Due, out.Done = s.workingDays(d.Effective, -rule.Days), d.Signed
		out.Late = out.Due.Before(out.Done)
		return out
	}
	out.Due = s.workingDays(d.Signed, rule.Days)
	if d.Waits == 0 && !d.Public.IsZero() {
		out.Done = calendar.On(d.Public.Time)
		out.Late = out.Due.Before(out.Done)
		return out
	}
	out.Late = out.Due.Before(today)
	return out
}

// workingDays is the n-th working day after a day, or before it.
func (s *Service) workingDays(day calendar.Date, n int) calendar.Date {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	cal := s.Calendar("")
	for i := 0; n > 0 && i < 1000; i++ {
		if day = day.AddDays(step); cal == nil || cal.Day(day).Works() {
			n--
		}
	}
	return day
}

// ratio is what decisions score under a rule; where there are none, all of it.
// A decision that is not public and not due yet does not count.
func ratio(rule authoring.ClockRule, all []authoring.Decision) authoring.Ratio {
	r := authoring.Ratio{Code: rule.Code, Most: float64(rule.Most), Points: float64(rule.Most)}
	for _, d := range all {
		for _, one := range d.Deadlines {
			if one.Code != rule.Code || one.Done.IsZero() && !one.Late {
				continue
			}
			r.All++
			if !one.Late {
				r.OnTime++
			}
		}
	}
	if r.All > 0 {
		r.Points = math.Round(r.Most*float64(r.OnTime)/float64(r.All)*100) / 100
	}
	return r
}

// Passed returns the published changes that touched a procedure, the newest
// first, for its history.
func (s *Service) Passed(ctx context.Context, procedure string) (all []authoring.Since, err error) {
	defer errs.Wrap(&err, "changes of procedure %s", procedure)

	changes, err := store.Passed(ctx, s.DB, authoring.Procedures, procedure, historyLength)
	for _, c := range changes {
		all = append(all, authoring.Since{Change: c.ID, Title: c.Title, Basis: c.Basis, By: c.Created, Passed: c.Decided, At: c.Published})
	}
	return all, err
}
