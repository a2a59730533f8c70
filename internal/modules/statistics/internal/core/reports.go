// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/statistics"
	"tinhso.vn/internal/modules/statistics/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Report is a report as it was made, with the layout of that day.
type Report struct {
	store.Report

	Form     statistics.Layout
	UnitName i18n.Text // empty: the province
}

// Change is a cell of a report that would be another today.
type Change struct {
	Row    i18n.Text
	Column i18n.Text
	Was    int64
	Is     int64
}

// NewReport is what a report is made of.
type NewReport struct {
	Layout   string
	Unit     orgs.ID // empty: the own unit, or the province for those who see it
	From, To string
}

// ListLayouts returns the forms in which a report can be made.
func (s *Service) ListLayouts(ctx context.Context, actor identity.Actor) (_ []statistics.Layout, err error) {
	defer errs.Wrap(&err, "list layouts")

	if _, err := scope(actor, statistics.PermView); err != nil {
		return nil, err
	}
	return s.store.Layouts(ctx, s.DB)
}

// MakeReport counts a period by a form and keeps the numbers for good: what was known
// at this moment, and who says so. The days have to be over, or today.
func (s *Service) MakeReport(ctx context.Context, actor identity.Actor, n NewReport) (r Report, err error) {
	defer errs.Wrap(&err, "make a report")

	sc, err := scope(actor, statistics.PermReport)
	if err != nil {
		return r, err
	}
	form, a, err := s.checkReport(ctx, actor, sc, n)
	if err != nil {
		return r, err
	}
	for more := true; more; { // what was done before this moment is in it
		if more, err = s.Counter.CountFigures(ctx); err != nil {
			return r, err
		}
	}
	rows, err := s.fill(ctx, sc, a, form)
	if err != nil {
		return r, err
	}
	r.Form = form
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r.Report, err = s.store.AddReport(ctx, tx, store.Report{
			ID: id.New(), Layout: form.ID, Version: form.Version, Unit: string(a.Unit), From: a.From.String(), To: a.To.String(), MadeBy: actor.Account, Maker: actor.Name, Rows: rows,
		})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, statistics.AuditReported, r.ID)
	})
	return r, err
}

// checkReport looks at everything that was typed at once.
func (s *Service) checkReport(ctx context.Context, actor identity.Actor, sc access.Scope, n NewReport) (form statistics.Layout, a dossiers.Ask, err error) {
	var wrong []errs.Field
	forms, err := s.store.Layouts(ctx, s.DB)
	if err != nil {
		return form, a, err
	}
	at := slices.IndexFunc(forms, func(l statistics.Layout) bool { return l.ID == n.Layout })
	if at < 0 {
		wrong = append(wrong, errs.Field{Name: "layout", Code: "statistics.layout_unknown"})
	} else {
		form = forms[at]
	}
	if n.Unit == "" {
		if _, err := access.Everywhere(actor, statistics.PermProvince); err != nil {
			n.Unit = orgs.ID(actor.Unit)
		}
	}
	if n.Unit != "" {
		held, err := s.holds(ctx, sc, n.Unit)
		if err != nil {
			return form, a, err
		}
		if _, err := orgs.Get(ctx, s.DB, n.Unit); err != nil || !held { // another's does not exist
			wrong = append(wrong, errs.Field{Name: "unit", Code: "statistics.unit_unknown"})
		}
	}
	today := calendar.On(s.DB.Now().Time)
	day := func(name, typed string) (d calendar.Date) {
		if d, err = calendar.ParseDate(typed); err != nil || d.IsZero() {
			wrong = append(wrong, errs.Field{Name: name, Code: "statistics.no_date"})
		}
		return d
	}
	a = dossiers.Ask{From: day("from", n.From), To: day("to", n.To), Unit: n.Unit}
	switch {
	case a.From.IsZero() || a.To.IsZero():
	case a.To.Before(a.From):
		wrong = append(wrong, errs.Field{Name: "to", Code: "statistics.backwards"})
	case today.Before(a.To):
		wrong = append(wrong, errs.Field{Name: "to", Code: "statistics.not_over"})
	case a.To.Year-a.From.Year > 20:
		wrong = append(wrong, errs.Field{Name: "from", Code: "statistics.too_long"})
	}
	return form, a, errs.BadInput(wrong)
}

// fill works out the rows of a form, sorted by name, and their sum at the end.
func (s *Service) fill(ctx context.Context, sc access.Scope, a dossiers.Ask, form statistics.Layout) ([]store.Row, error) {
	formulas, err := compile(form)
	if err != nil {
		return nil, err
	}
	figures, err := s.Counter.Tally(ctx, sc, a, dossiers.Dimension(form.Rows))
	if err != nil {
		return nil, err
	}
	names, err := s.units(ctx, a.To)
	if err != nil {
		return nil, err
	}
	for i := range figures {
		f := &figures[i]
		if form.Rows == string(dossiers.ByUnit) {
			f.Name = names(orgs.ID(f.Key))
		}
		if f.Name.VI == "" {
			f.Name.VI = f.Key
		}
	}
	order := text.Collator()
	slices.SortFunc(figures, func(x, y dossiers.Figure) int {
		return cmp.Or(order(x.Name.VI, y.Name.VI), cmp.Compare(x.Key, y.Key))
	})
	rows := make([]store.Row, 0, len(figures)+1)
	for _, f := range append(figures, sumOf(figures, dossiers.Dimension(form.Rows))) {
		row := store.Row{Key: f.Key, Name: f.Name, Values: make([]int64, len(formulas))}
		vars := values(f)
		for i, p := range formulas {
			if row.Values[i], err = p.Number(vars); err != nil {
				return nil, statistics.ErrLayout.With("layout", form.ID+"."+form.Columns[i].ID).Because(err)
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// ListReports lists the reports of the actor's units, the newest first.
func (s *Service) ListReports(ctx context.Context, actor identity.Actor, before string) (all []Report, next string, err error) {
	defer errs.Wrap(&err, "list reports")

	sc, err := scope(actor, statistics.PermView)
	if err != nil {
		return nil, "", err
	}
	rows, err := s.store.ListReports(ctx, s.DB, sc, before, PageSize+1)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		next = rows[PageSize-1].ID
	}
	known := map[string]statistics.Layout{}
	for _, r := range rows {
		key := r.Layout + "/" + strconv.Itoa(r.Version)
		form, ok := known[key]
		if !ok {
			if form, err = s.store.Layout(ctx, s.DB, r.Layout, r.Version); err != nil {
				return nil, "", err
			}
			known[key] = form
		}
		one, err := s.named(ctx, Report{Report: r, Form: form})
		if err != nil {
			return nil, "", err
		}
		all = append(all, one)
	}
	return all, next, nil
}

func (s *Service) named(ctx context.Context, r Report) (Report, error) {
	if r.Unit == "" {
		return r, nil
	}
	u, found, err := orgs.AsOf(ctx, s.DB, orgs.ID(r.Unit), r.To) // as it was called then
	if err == nil && !found {
		u, err = orgs.Get(ctx, s.DB, orgs.ID(r.Unit))
	}
	r.UnitName = u.Name
	return r, err
}

// GetReport returns a report as it was made, and what would be another today.
func (s *Service) GetReport(ctx context.Context, actor identity.Actor, reportID string) (r Report, changed []Change, err error) {
	defer errs.Wrap(&err, "get report")

	sc, err := scope(actor, statistics.PermView)
	if err != nil {
		return r, nil, err
	}
	if r, err = s.get(ctx, sc, reportID); err != nil {
		return r, nil, err
	}
	from, err := calendar.ParseDate(r.From)
	if err != nil {
		return r, nil, err
	}
	to, err := calendar.ParseDate(r.To)
	if err != nil {
		return r, nil, err
	}
	today, err := s.fill(ctx, sc, dossiers.Ask{From: from, To: to, Unit: orgs.ID(r.Unit)}, r.Form)
	return r, differences(r, today), err
}

func (s *Service) get(ctx context.Context, sc access.Scope, reportID string) (r Report, err error) {
	if !id.Valid(reportID) {
		return r, statistics.ErrNotFound
	}
	if r.Report, err = s.store.GetReport(ctx, s.DB, sc, reportID); err != nil {
		return r, err
	}
	if r.Form, err = s.store.Layout(ctx, s.DB, r.Layout, r.Version); err != nil {
		return r, err
	}
	return s.named(ctx, r)
}

// differences compares cell by cell; a row that one of them does not have is zero there.
func differences(r Report, today []store.Row) (all []Change) {
	find := func(rows []store.Row, key string) (store.Row, bool) {
		i := slices.IndexFunc(rows, func(one store.Row) bool { return one.Key == key })
		if i < 0 {
			return store.Row{Values: make([]int64, len(r.Form.Columns))}, false
		}
		return rows[i], true
	}
	compare := func(was, is store.Row, name i18n.Text) {
		for i, c := range r.Form.Columns {
			if was.Values[i] != is.Values[i] {
				all = append(all, Change{Row: name, Column: title(c), Was: was.Values[i], Is: is.Values[i]})
			}
		}
	}
	for _, was := range r.Rows {
		is, _ := find(today, was.Key)
		compare(was, is, was.Name)
	}
	for _, is := range today {
		if was, there := find(r.Rows, is.Key); !there {
			compare(was, is, is.Name)
		}
	}
	return all
}

// title is what a column is called away from its group.
func title(c statistics.Column) i18n.Text {
	if c.Group.VI == "" {
		return c.Title
	}
	t := i18n.Text{VI: c.Group.VI + ": " + c.Title.VI}
	if c.Group.EN != "" && c.Title.EN != "" {
		t.EN = c.Group.EN + ": " + c.Title.EN
	}
	return t
}
