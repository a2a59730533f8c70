// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// Facet is how many open steps of a desk are about a procedure in a unit for a post.
type Facet struct {
	Procedure procedures.ID
	Name      i18n.Text
	Unit      orgs.ID
	Post      string
	Count     int
}

// Facets returns at most limit of what a desk can be narrowed to, the most first.
func (Store) Facets(ctx context.Context, q db.Querier, w Work, limit int) ([]Facet, error) {
	text, args := facetsQuery(w, limit)
	return db.All(ctx, q, func(r db.Row) (f Facet, err error) {
		err = r.Scan(&f.Procedure, &f.Name.VI, &f.Name.EN, &f.Unit, &f.Post, &f.Count)
		return f, err
	}, text, args...)
}

func facetsQuery(w Work, limit int) (string, []any) {
	where, args := w.where([]any{limit})
	return `SELECT d.procedure_id, MAX(d.name_vi), MAX(d.name_en), t.unit, t.post, COUNT(*)
		FROM dossiers_tasks t JOIN dossiers_dossiers d ON d.id = t.dossier_id WHERE ` + where + `
		GROUP BY d.procedure_id, t.unit, t.post ORDER BY COUNT(*) DESC, d.procedure_id, t.unit, t.post LIMIT $1`, args
}

// Load is how many open steps of a name somebody has in hand, by what is left
// of their time: due before each of three moments, and waiting for a supplement.
type Load struct {
	Unit          orgs.ID
	Account, Name string // of who has them; empty: nobody
	Step          i18n.Text
	Counts
}

// Loads returns at most limit rows that say who has how much of which step.
func (Store) Loads(ctx context.Context, q db.Querier, w Work, first, second, third int64, limit int) ([]Load, error) {
	text, args := loadsQuery(w, first, second, third, limit)
	return db.All(ctx, q, func(r db.Row) (l Load, err error) {
		err = r.Scan(&l.Unit, &l.Account, &l.Name, &l.Step.VI, &l.Step.EN, &l.First, &l.Second, &l.Third, &l.Waiting, &l.All)
		return l, err
	}, text, args...)
}

func loadsQuery(w Work, first, second, third int64, limit int) (string, []any) {
	where, args := w.where([]any{first, second, third, limit})
	return `SELECT t.unit, t.assignee, MAX(t.assignee_name), t.step_vi, MAX(t.step_en),
		SUM(CASE WHEN d.status NOT IN (5, 6) AND t.work_due < $1 THEN 1 ELSE 0 END), SUM(CASE WHEN d.status NOT IN (5, 6) AND t.work_due < $2 THEN 1 ELSE 0 END),
		SUM(CASE WHEN d.status NOT IN (5, 6) AND t.work_due < $3 THEN 1 ELSE 0 END), SUM(CASE WHEN d.status IN (5, 6) THEN 1 ELSE 0 END), COUNT(*)
		FROM dossiers_tasks t JOIN dossiers_dossiers d ON d.id = t.dossier_id WHERE ` + where + `
		GROUP BY t.unit, t.assignee, t.step_vi ORDER BY t.unit, t.assignee, t.step_vi LIMIT $4`, args
}
