// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/satisfaction"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Cell is a figure: never of fewer than satisfaction.Fewest answers.
type Cell struct {
	ID        string // unit or procedure; empty in Rest
	Name      i18n.Text
	Answers   int64
	Satisfied int64 // scores of satisfaction.Satisfied and more
	Low       int64 // scores of satisfaction.Low and less
	Points    int64 // all scores together
}

func (c *Cell) add(o Cell) {
	c.Answers, c.Satisfied, c.Low, c.Points = c.Answers+o.Answers, c.Satisfied+o.Satisfied, c.Low+o.Low, c.Points+o.Points
}

// Tenths is the mean score in tenths, rounded half up: 43 is 4.3.
func (c Cell) Tenths() int64 {
	if c.Answers == 0 {
		return 0
	}
	return (20*c.Points + c.Answers) / (2 * c.Answers)
}

// Percent is how many of a hundred are satisfied, rounded half up.
func (c Cell) Percent() int64 {
	if c.Answers == 0 {
		return 0
	}
	return (200*c.Satisfied + c.Answers) / (2 * c.Answers)
}

// fold leaves the cells that may be shown, and joins the others in one that may be
// shown too, or in none (Answers is 0). Where the others together are too few, the
// smallest of the shown goes with them: nobody can take the shown from a total and
// find a small one.
func fold(cells []Cell, fewest int64) (shown []Cell, rest Cell) {
	cells = slices.Clone(cells)
	slices.SortFunc(cells, func(a, b Cell) int { // the largest first
		if a.Answers != b.Answers {
			return int(b.Answers - a.Answers)
		}
		return cmpText(a.ID, b.ID)
	})
	keep := len(cells)
	for keep > 0 && (cells[keep-1].Answers < fewest || rest.Answers > 0 && rest.Answers < fewest) {
		keep--
		rest.add(cells[keep])
	}
	if rest.Answers < fewest {
		rest = Cell{}
	}
	return cells[:keep], rest
}

// Report is what people said in a month.
type Report struct {
	Month  string
	Unit   string // of Cells by procedure; empty: Cells are by unit
	Name   i18n.Text
	Cells  []Cell
	Rest   Cell // all others together; without answers there are none, or too few
	Hidden bool // the unit has too few answers to show anything of it
	All    bool // the actor sees all units
}

// units returns the figures of all units in a month, as they may be shown.
func (s *Service) units(ctx context.Context, month string) ([]Cell, Cell, error) {
	groups, err := s.store.CountUnits(ctx, s.DB, month)
	if err != nil {
		return nil, Cell{}, err
	}
	var cells []Cell
	for _, g := range groups {
		cells = counted(cells, g.Unit, g.Score, g.N)
	}
	shown, rest := fold(cells, satisfaction.Fewest)
	return shown, rest, nil
}

// counted adds answers of a score to the cell with an id; cells come sorted by it.
func counted(cells []Cell, id string, score int, n int64) []Cell {
	if len(cells) == 0 || cells[len(cells)-1].ID != id {
		cells = append(cells, Cell{ID: id})
	}
	one := Cell{Answers: n, Points: int64(score) * n}
	if score >= satisfaction.Satisfied {
		one.Satisfied = n
	}
	if score <= satisfaction.Low {
		one.Low = n
	}
	cells[len(cells)-1].add(one)
	return cells
}

// GetReport returns what people said in a month (empty: this one) of the actor's
// units, or of one of them by procedure.
func (s *Service) GetReport(ctx context.Context, actor identity.Actor, month, unit string) (r Report, err error) {
	defer errs.Wrap(&err, "report what people said")

	scope, err := access.Everywhere(actor, satisfaction.PermProvince)
	if r.All = err == nil; !r.All {
		if scope, err = access.Require(actor, satisfaction.PermFollow); err != nil {
			return r, err
		}
	}
	if r.Month = month; month == "" {
		r.Month = monthOf(s.DB.Now())
	} else if _, err := time.Parse("2006-01", month); err != nil {
		return r, errs.BadInput([]errs.Field{{Name: "month", Code: "satisfaction.bad_month"}})
	}
	shown, rest, err := s.units(ctx, r.Month)
	if err != nil {
		return r, err
	}
	seen, err := s.store.UnitsIn(ctx, s.DB, scope, r.Month)
	if err != nil {
		return r, err
	}
	if unit == "" {
		for _, c := range shown {
			if slices.Contains(seen, c.ID) {
				r.Cells = append(r.Cells, c)
			}
		}
		if r.All { // who sees a part could take it from the rest
			r.Rest = rest
		}
		return r, s.nameUnits(ctx, r.Cells)
	}
	u, err := orgs.Get(ctx, s.DB, orgs.ID(unit))
	if err != nil {
		return r, err
	}
	r.Unit, r.Name = unit, u.Authority()
	if !slices.Contains(seen, unit) {
		if !r.All {
			return r, satisfaction.ErrNotFound
		}
		r.Hidden = true
		return r, nil
	}
	// A unit that is folded into the rest stays so on its own page.
	if r.Hidden = !slices.ContainsFunc(shown, func(c Cell) bool { return c.ID == unit }); r.Hidden {
		return r, nil
	}
	groups, err := s.store.CountProcedures(ctx, s.DB, r.Month, unit)
	if err != nil {
		return r, err
	}
	var cells []Cell
	for _, g := range groups {
		cells = counted(cells, g.Procedure, g.Score, g.N)
	}
	r.Cells, r.Rest = fold(cells, satisfaction.Fewest)
	for i := range r.Cells {
		if r.Cells[i].Name, err = s.procedure(ctx, r.Cells[i].ID); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (s *Service) nameUnits(ctx context.Context, cells []Cell) error {
	all, err := orgs.ListAll(ctx, s.DB, orgs.Day(s.DB.Now()), "", 5000)
	if err != nil {
		return err
	}
	names := map[string]i18n.Text{}
	for _, u := range all {
		names[string(u.ID)] = u.Authority()
	}
	for i := range cells {
		if cells[i].Name = names[cells[i].ID]; cells[i].Name.VI == "" {
			cells[i].Name.VI = cells[i].ID
		}
	}
	return nil
}

// ExportReport is GetReport for a file; that it was taken is recorded.
func (s *Service) ExportReport(ctx context.Context, actor identity.Actor, month, unit string) (r Report, err error) {
	if r, err = s.GetReport(ctx, actor, month, unit); err != nil {
		return r, err
	}
	return r, s.DB.Write(ctx, func(tx *db.Tx) error { return audit.Record(ctx, tx, actor, satisfaction.AuditExported, r.Month) })
}

// Rated is how many have answered about a unit, and how many of them are satisfied.
type Rated struct{ Answers, Satisfied int64 }

// Ratings returns the figures of units in the months of a period (YYYY-MM-DD) for
// scores: only those that may be shown.
func (s *Service) Ratings(ctx context.Context, from, to string) (map[orgs.ID]Rated, error) {
	first, err := calendar.ParseDate(from)
	if err != nil {
		return nil, err
	}
	rated := map[orgs.ID]Rated{}
	for d := first; d.String() <= to; {
		shown, _, err := s.units(ctx, d.String()[:7])
		if err != nil {
			return nil, err
		}
		for _, c := range shown {
			r := rated[orgs.ID(c.ID)]
			rated[orgs.ID(c.ID)] = Rated{r.Answers + c.Answers, r.Satisfied + c.Satisfied}
		}
		d = calendar.Date{Year: d.Year, Month: d.Month, Day: 1}.AddDays(31)
		d.Day = 1
	}
	return rated, nil
}
