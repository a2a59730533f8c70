// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/platform/errs"
)

// CatalogueAsked is how the catalogue of an older system is to come.
type CatalogueAsked struct {
	authoring.TableSaid
	Propose bool          // not only looked at
	Day     calendar.Date // from which the change is in force
}

// TakeCatalogue compares the procedures of an older system with those here, as the page
// of catalogues does, and proposes a change of what differs: somebody else approves it.
// The same catalogue again proposes nothing while the change waits.
func (s *Service) TakeCatalogue(ctx context.Context, actor identity.Actor, source string, o CatalogueAsked, words func(code string) string) (_ Listed, err error) {
	defer errs.Wrap(&err, "take the catalogue of %s", source)

	if _, err := access.Everywhere(actor, authoring.PermEdit); err != nil {
		return Listed{}, err
	}
	g, err := s.gather(ctx, source, mapping.Procedures)
	if err != nil {
		return Listed{}, err
	}
	if len(g.rows) == 0 {
		return s.end(g, words)
	}
	var columns []string
	for _, field := range mapping.CatalogueFields() {
		if _, there := g.table.Columns[field]; there {
			columns = append(columns, field)
		}
	}
	for _, r := range g.rows {
		if ours, known := g.m.Units[r.of[mapping.Unit]]; known {
			r.of[mapping.Unit] = ours
		}
		for _, field := range []string{mapping.Signed, mapping.Effective, mapping.Ends} {
			if day, ok := g.table.Columns[field].Date(r.of[field]); ok {
				r.of[field] = day.Format("02/01/2006")
			}
		}
	}
	name, err := g.nameOf(source, o.TableSaid, g.rows)
	if err != nil {
		return Listed{}, err
	}
	table, err := s.brought(ctx, actor, g, name)
	if err != nil {
		return Listed{}, err
	}
	if g.Before {
		return s.end(g, words)
	}
	if table == "" {
		content, err := sheetOf("Danh muc", columns, g.rows)
		if err != nil {
			return Listed{}, err
		}
		if table, err = s.Catalogues.BringTable(ctx, actor, name, bytes.NewReader(content)); err != nil {
			return Listed{}, err
		}
	}
	if err := s.Catalogues.CompareHeaded(ctx, actor, table, o.TableSaid); err != nil {
		return Listed{}, err
	}
	if err := s.report(ctx, actor, g, table); err != nil {
		return Listed{}, err
	}
	if !o.Propose || g.New+g.Changed+g.Ended == 0 {
		if err := s.Catalogues.DropTable(ctx, actor, table); err != nil {
			return Listed{}, err
		}
		return s.end(g, words)
	}
	change, err := s.Catalogues.ProposeTable(ctx, actor, table, o.Day)
	if err != nil {
		return Listed{}, err
	}
	g.Done = []string{string(change)}
	return s.end(g, words)
}

// mostTables is how many tables are looked through for one that came before.
const mostTables = 1000

// brought finds the table of the same list: one that whoever brought it was cut off from
// is gone on with, and one whose change waits came before.
func (s *Service) brought(ctx context.Context, actor identity.Actor, g *gathered, name string) (left authoring.TableID, err error) {
	before, seen := authoring.TableID(""), 0
	for {
		some, err := s.Catalogues.ListTables(ctx, actor, before)
		if err != nil {
			return "", err
		}
		for _, t := range some {
			before = t.ID
			if seen++; t.Name != name {
				continue
			}
			switch t.State {
			case authoring.TableBrought, authoring.TableCompared:
				left = t.ID
			case authoring.TableProposed:
				c, err := s.Catalogues.Get(ctx, actor, t.Change)
				if err != nil {
					return "", err
				}
				if slices.Contains([]authoring.State{authoring.Draft, authoring.Submitted, authoring.Returned, authoring.Approved}, c.State) {
					g.Before, g.Done = true, []string{string(t.Change)}
					return "", nil
				}
			case authoring.TableDropped:
			}
		}
		if len(some) == 0 || seen >= mostTables {
			return left, nil
		}
	}
}

// report reads what a table would do.
func (s *Service) report(ctx context.Context, actor identity.Actor, g *gathered, table authoring.TableID) error {
	t, err := s.Catalogues.Table(ctx, actor, table)
	if err != nil {
		return err
	}
	g.Same = t.Same
	for _, kind := range authoring.RowKinds() {
		for after := -1; ; {
			rows, err := s.Catalogues.TableRows(ctx, actor, table, kind, after)
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				break
			}
			for _, r := range rows {
				after = r.N
				g.tell(r)
			}
		}
	}
	return nil
}

func (g *gathered) tell(r authoring.TableRow) {
	var row listRow // of what is not in the list there is none
	if r.N >= 1 && r.N <= len(g.rows) {
		row = g.rows[r.N-1]
	}
	if r.Kind != authoring.RowWrong {
		g.effect(row, string(r.Kind), r.Item, r.Name)
		return
	}
	at := slices.IndexFunc(r.Cells, func(c authoring.CellProblem) bool { return !c.Warns })
	if at < 0 {
		return
	}
	said := r.Cells[at].Value
	if said == "" {
		said = r.Cells[at].Hint
	}
	g.refuse(row, r.Cells[at].Field, r.Cells[at].Code, short(said))
}
