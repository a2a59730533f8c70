// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

var _ dossiers.Statistician = (*Service)(nil)

// rungs cuts the days from one to another into the fewest years, months and days:
// a year is read as one row where there is one, and never as 365. Months are the
// longest where years are not wanted.
func rungs(from, to calendar.Date, years bool) (all []store.Rung) {
	add := func(grain, n int) {
		if last := len(all) - 1; last >= 0 && all[last].Grain == grain {
			all[last].To = n
			return
		}
		all = append(all, store.Rung{Grain: grain, From: n, To: n})
	}
	for d := from; !to.Before(d); {
		nextYear, nextMonth := calendar.Date{Year: d.Year + 1, Month: time.January, Day: 1}, calendar.Date{Year: d.Year, Month: d.Month, Day: 1}.AddDays(32)
		nextMonth.Day = 1
		switch {
		case years && d.Month == time.January && d.Day == 1 && !to.Before(nextYear.AddDays(-1)):
			add(store.Years, d.Year)
			d = nextYear
		case d.Day == 1 && !to.Before(nextMonth.AddDays(-1)):
			add(store.Months, d.Year*100+int(d.Month))
			d = nextMonth
		default:
			add(store.Days, number(d))
			d = d.AddDays(1)
		}
	}
	return all
}

// before are the rungs of all days before one.
func before(d calendar.Date) []store.Rung {
	all := []store.Rung{{Grain: store.Years, From: 0, To: d.Year - 1}}
	return append(all, rungs(calendar.Date{Year: d.Year, Month: time.January, Day: 1}, d.AddDays(-1), false)...)
}

// tree is which units there were on a day.
type tree struct {
	parent map[orgs.ID]orgs.ID // of those that were there
	heir   map[orgs.ID]orgs.ID // of those that were not: with whom their work is counted
}

// treeOn reads the units of a day, and where those belong to of which there are figures.
func (s *Service) treeOn(ctx context.Context, d calendar.Date) (t tree, err error) {
	day := d.String()
	t = tree{map[orgs.ID]orgs.ID{}, map[orgs.ID]orgs.ID{}}
	for after := orgs.ID(""); ; {
		page, err := orgs.ListAll(ctx, s.DB, day, after, 1000)
		if err != nil {
			return t, err
		}
		for _, u := range page {
			t.parent[u.ID] = u.Parent
		}
		if len(page) < 1000 {
			break
		}
		after = page[len(page)-1].ID
	}
	counted, err := s.store.CountedUnits(ctx, s.DB)
	if err != nil {
		return t, err
	}
	for _, id := range counted {
		if _, there := t.parent[orgs.ID(id)]; there {
			continue
		}
		above, err := orgs.AboveOn(ctx, s.DB, orgs.ID(id), day) // few: units that have ended
		if err != nil {
			return t, err
		}
		for _, u := range above {
			if _, there := t.parent[u.ID]; there {
				t.heir[orgs.ID(id)] = u.ID
				break
			}
		}
	}
	return t, nil
}

// holder is the unit with which work of a unit is counted on the day.
func (t tree) holder(id orgs.ID) orgs.ID {
	if heir, gone := t.heir[id]; gone {
		return heir
	}
	return id
}

// under are a unit and those below it, with what older ones left to them. A unit
// that was not there on the day is itself.
func (t tree) under(top orgs.ID) []string {
	all := []string{string(top)}
	below := func(id orgs.ID) bool {
		for n := 0; id != "" && n < 20; id, n = t.parent[id], n+1 {
			if id == top {
				return true
			}
		}
		return false
	}
	for id := range t.parent {
		if id != top && below(id) {
			all = append(all, string(id))
		}
	}
	for id, heir := range t.heir {
		if id != top && below(heir) {
			all = append(all, string(id))
		}
	}
	slices.Sort(all)
	return all
}

// prepare reads what an Ask needs to become a query.
func (s *Service) prepare(ctx context.Context, scope access.Scope, a *dossiers.Ask, units bool) (n store.Narrow, t tree, err error) {
	today := calendar.On(s.DB.Now().Time)
	if a.To.IsZero() || today.Before(a.To) {
		a.To = today
	}
	if a.From.IsZero() || a.To.Before(a.From) {
		a.From = a.To
	}
	n = store.Narrow{Scope: scope, Field: a.Field, Procedure: string(a.Procedure), Channel: a.Channel}
	if !units && a.Unit == "" {
		return n, t, nil
	}
	if t, err = s.treeOn(ctx, a.To); err == nil && a.Unit != "" {
		n.Units = t.under(a.Unit)
	}
	return n, t, err
}

// Tally implements dossiers.Statistician.
func (s *Service) Tally(ctx context.Context, scope access.Scope, a dossiers.Ask, by dossiers.Dimension) (all []dossiers.Figure, err error) {
	defer errs.Wrap(&err, "tally dossiers")

	n, t, err := s.prepare(ctx, scope, &a, by == dossiers.ByUnit)
	if err != nil {
		return nil, err
	}
	old, err := s.store.Sums(ctx, s.DB, n, withoutMonth(by), before(a.From))
	if err != nil {
		return nil, err
	}
	fresh, err := s.store.Sums(ctx, s.DB, n, by, rungs(a.From, a.To, by != dossiers.ByMonth))
	if err != nil {
		return nil, err
	}
	rows := map[string]*tallied{}
	row := func(m store.Sum) *tallied {
		key := m.Key
		if by == dossiers.ByUnit {
			key = string(t.holder(orgs.ID(key)))
		}
		if rows[key] == nil {
			rows[key] = &tallied{Figure: dossiers.Figure{Key: key}, sample: procedures.ID(m.Procedure)}
		}
		return rows[key]
	}
	for _, m := range fresh {
		row(m).Add(m.Count)
	}
	if by == dossiers.ByMonth {
		return s.months(ctx, n, a, rows, old)
	}
	for _, m := range old {
		row(m).old.Add(m.Count)
	}
	for _, r := range rows {
		r.close(r.old)
	}
	if err := s.openNow(ctx, n, a, by, t, rows); err != nil {
		return nil, err
	}
	names := s.keyNames(ctx, by)
	for _, r := range rows {
		r.Name = names(r.Key, r.sample)
		if (r.old != dossiers.Count{} && r.Opening != 0) || r.Count != (dossiers.Count{}) {
			all = append(all, r.Figure)
		}
	}
	return all, nil
}

// tallied is a figure that is being added up.
type tallied struct {
	dossiers.Figure
	old    dossiers.Count // of all days before
	sample procedures.ID
}

// close works out what was open, from what was counted on all days before.
func (r *tallied) close(old dossiers.Count) {
	r.Opening = old.In() - old.Out()
	r.Closing = r.Opening + r.In() - r.Out()
	r.ClosingLate = old.Lapsed - old.Settled + r.Lapsed - r.Settled
	r.Paused = old.Asked - old.Answered + r.Asked - r.Answered
}

func withoutMonth(by dossiers.Dimension) dossiers.Dimension {
	if by == dossiers.ByMonth {
		return dossiers.ByNothing
	}
	return by
}

// months lets each month begin with what the one before left; one in which nothing
// happened is there too.
func (s *Service) months(ctx context.Context, n store.Narrow, a dossiers.Ask, rows map[string]*tallied, old []store.Sum) (all []dossiers.Figure, err error) {
	var sum dossiers.Count
	for _, m := range old {
		sum.Add(m.Count)
	}
	last := tallied{}
	for d := (calendar.Date{Year: a.From.Year, Month: a.From.Month, Day: 1}); !a.To.Before(d); {
		key := strconv.Itoa(d.Year*100 + int(d.Month))
		r := rows[key]
		if r == nil {
			r = &tallied{}
		}
		r.Key = d.String()[:len("2026-11")]
		r.close(sum)
		sum.Add(r.Count)
		all = append(all, r.Figure)
		last = *r
		d = d.AddDays(32)
		d.Day = 1
	}
	if len(all) > 0 {
		one := map[string]*tallied{"": &last}
		if err := s.openNow(ctx, n, a, dossiers.ByNothing, tree{}, one); err != nil {
			return nil, err
		}
		all[len(all)-1] = last.Figure
	}
	return all, nil
}

// openNow says of figures that go up to today what is late at this moment: something
// that is due this afternoon is not.
func (s *Service) openNow(ctx context.Context, n store.Narrow, a dossiers.Ask, by dossiers.Dimension, t tree, rows map[string]*tallied) error {
	if a.To != calendar.On(s.DB.Now().Time) {
		return nil
	}
	open, err := s.store.Standings(ctx, s.DB, n, by, s.DB.Now().UnixMicro())
	if err != nil {
		return err
	}
	for _, r := range rows {
		r.ClosingLate, r.Paused = 0, 0
	}
	for _, c := range open {
		key := c.Key
		if by == dossiers.ByUnit {
			key = string(t.holder(orgs.ID(key)))
		}
		if r := rows[key]; r != nil {
			r.ClosingLate, r.Paused = r.ClosingLate+c.Late, r.Paused+c.Paused
		}
	}
	return nil
}

// moments are the ends of the buckets of a board, in the working time of the province.
func (s *Service) moments() store.Moments {
	l := limitsOf(s.Calendar(""), s.DB.Now().Time)
	return store.Moments{Now: l.now.UnixMicro(), Today: l.today.UnixMicro(), Soon: l.soon.UnixMicro()}
}

// keyNames says what a key is called; a unit is named by who shows it.
func (s *Service) keyNames(ctx context.Context, by dossiers.Dimension) func(key string, sample procedures.ID) i18n.Text {
	fields := s.fields(ctx)
	return func(key string, sample procedures.ID) i18n.Text {
		switch by {
		case dossiers.ByField:
			if name := fields(sample); name.VI == key {
				return name
			}
			return i18n.Text{VI: key}
		case dossiers.ByProcedure:
			if v, err := s.Procedures.Get(ctx, procedures.ID(key)); err == nil {
				return v.Name
			}
			return i18n.Text{VI: key}
		case dossiers.ByNothing, dossiers.ByUnit, dossiers.ByMonth:
		}
		return i18n.Text{}
	}
}

// FigureKeys implements dossiers.Statistician.
func (s *Service) FigureKeys(ctx context.Context, scope access.Scope, a dossiers.Ask, by dossiers.Dimension) (all []dossiers.Figure, err error) {
	defer errs.Wrap(&err, "keys of figures")

	only := dossiers.Ask{From: a.From, To: a.To, Unit: a.Unit}
	switch by {
	case dossiers.ByProcedure:
		only.Field = a.Field
	case dossiers.ByUnit:
		only.Unit = ""
	case dossiers.ByNothing, dossiers.ByField, dossiers.ByMonth:
	}
	n, t, err := s.prepare(ctx, scope, &only, by == dossiers.ByUnit)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.Keys(ctx, s.DB, n, by)
	if err != nil {
		return nil, err
	}
	names, seen := s.keyNames(ctx, by), map[string]bool{}
	for _, r := range rows {
		if by == dossiers.ByUnit {
			r.Key = string(t.holder(orgs.ID(r.Key)))
		}
		if !seen[r.Key] {
			seen[r.Key] = true
			all = append(all, dossiers.Figure{Key: r.Key, Name: names(r.Key, procedures.ID(r.Procedure))})
		}
	}
	return all, nil
}

// Clocks implements dossiers.Statistician.
func (s *Service) Clocks(ctx context.Context, scope access.Scope, a dossiers.Ask, by dossiers.Dimension) (all []dossiers.Clock, err error) {
	defer errs.Wrap(&err, "count what is open")

	n, t, err := s.prepare(ctx, scope, &a, by == dossiers.ByUnit)
	if err != nil {
		return nil, err
	}
	if by == dossiers.ByNothing || by == dossiers.ByMonth {
		c, err := s.store.Now(ctx, s.DB, n, s.moments())
		return []dossiers.Clock{c}, err
	}
	rows, samples, err := s.store.Clocks(ctx, s.DB, n, by, s.moments())
	if err != nil {
		return nil, err
	}
	names, at := s.keyNames(ctx, by), map[string]int{}
	for i, c := range rows {
		if by == dossiers.ByUnit {
			c.Key = string(t.holder(orgs.ID(c.Key)))
		}
		c.Name = names(c.Key, procedures.ID(samples[i]))
		if j, there := at[c.Key]; there {
			all[j].Add(c)
			continue
		}
		at[c.Key] = len(all)
		all = append(all, c)
	}
	return all, nil
}

// maxStepLoads is from how many rows a board is added up.
const maxStepLoads = 5000

// StepLoads implements dossiers.Statistician.
func (s *Service) StepLoads(ctx context.Context, scope access.Scope, a dossiers.Ask) (steps, people []dossiers.StepLoad, err error) {
	defer errs.Wrap(&err, "count open steps")

	n, _, err := s.prepare(ctx, scope, &a, false)
	if err != nil {
		return nil, nil, err
	}
	rows, err := s.store.StepLoads(ctx, s.DB, n, s.moments(), maxStepLoads)
	if err != nil {
		return nil, nil, err
	}
	byStep, byWho := map[string]*dossiers.StepLoad{}, map[string]*dossiers.StepLoad{}
	for _, r := range rows {
		if byStep[r.Step.VI] == nil {
			byStep[r.Step.VI] = &dossiers.StepLoad{Step: r.Step}
		}
		byStep[r.Step.VI].Clock.Add(r.Clock)
		who := r.Account
		if who == "" {
			who = Nobody
		}
		if byWho[who] == nil {
			byWho[who] = &dossiers.StepLoad{Account: who, Who: r.Who}
		}
		byWho[who].Clock.Add(r.Clock)
	}
	sorted := func(m map[string]*dossiers.StepLoad) (all []dossiers.StepLoad) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			all = append(all, *m[key])
		}
		slices.SortStableFunc(all, func(a, b dossiers.StepLoad) int {
			return cmp.Or(cmp.Compare(b.Overdue, a.Overdue), cmp.Compare(b.Today, a.Today), cmp.Compare(b.Total(), a.Total()))
		})
		return all
	}
	return sorted(byStep), sorted(byWho), nil
}

// ListCounted implements dossiers.Statistician.
func (s *Service) ListCounted(ctx context.Context, scope access.Scope, a dossiers.Ask, m dossiers.Measure, after string, limit int) (found []dossiers.Counted, next string, err error) {
	defer errs.Wrap(&err, "list dossiers behind a figure")

	if !slices.Contains(dossiers.Measures(), m) {
		return nil, "", dossiers.ErrNotFound
	}
	from, err := key(after)
	if err != nil {
		return nil, "", err
	}
	from.At = max(from.At, -1) // days are small numbers
	n, _, err := s.prepare(ctx, scope, &a, false)
	if err != nil {
		return nil, "", err
	}
	rows, keys, err := s.store.ListCounted(ctx, s.DB, n, store.Behind{
		Measure: m, From: number(a.From), To: number(a.To), Now: s.DB.Now().UnixMicro(), After: from, Limit: limit + 1,
	})
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = cursor(db.Time{Time: time.UnixMicro(keys[limit-1].At)}, rows[limit-1].ID)
	}
	return rows, next, nil
}
