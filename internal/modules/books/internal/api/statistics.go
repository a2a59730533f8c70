// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"math"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/web"
)

// counts are the tables of a register.
func (o operations) counts() []web.Route {
	all := web.Public()
	return []web.Route{
		web.Operation("GET /api/v1/registers/{register}/statistics", "Records counted by one field or two, with the sum of a number", all, o.statistics),
		web.Operation("GET /api/v1/registers/{register}/measures", "What plans ask of a register, of the records that the caller sees, beside its targets", all, o.measures),
		web.Operation("GET /api/v1/registers/{register}/statistics/export", "The same of what the caller may take away; it is recorded", all, o.takeStatistics),
	}
}

type statisticsIn struct {
	RecordsIn

	Rows    string `query:"rows" required:"true" maxLength:"60" doc:"a choice, code, yes/no or unit by its key, unit for that of the record, a date with .year, .quarter or .month"`
	Columns string `query:"columns" maxLength:"60" doc:"the second dimension"`
	Of      string `query:"of" maxLength:"60" doc:"a number that is added up"`
	How     string `query:"how" enum:"sum,average," doc:"of what is added up"`
	Against string `query:"against" maxLength:"60" doc:"a second number beside the first, with how=sum and one dimension"`
}

type figure struct {
	Row    string `json:"row" doc:"empty: no value"`
	Column string `json:"column,omitempty"`
	Count  int    `json:"count"`
	Filled int    `json:"filled,omitempty" doc:"records with a value of what is added up"`
	Sum    int64  `json:"sum,omitempty" doc:"of these, times ten to the scale of the field"`
	Beside int64  `json:"beside,omitempty" doc:"the sum of against, scaled likewise"`
	Few    bool   `json:"few,omitempty" doc:"fewer than least: not told"`
}

type statisticsOut struct {
	Body struct {
		Cells []figure `json:"cells"`
		Total figure   `json:"total"`
		Seen  int      `json:"seen" doc:"records that the caller sees, up to 10,000; the table counts those that show its fields"`
		More  bool     `json:"more,omitempty" doc:"there are more than seen"`
		Least int      `json:"least,omitempty" doc:"by personal data: counts are rounded to this, and smaller ones are not told"`
	}
}

func numbers(v core.Statistics) *statisticsOut {
	out := &statisticsOut{}
	t := v.Table
	say := func(row, column string, f registers.Figure) figure {
		return figure{row, column, f.Count, f.Filled, f.Sum, f.Beside, f.Few}
	}
	out.Body.Cells = []figure{}
	for i, row := range t.Rows {
		for j, column := range t.Columns {
			out.Body.Cells = append(out.Body.Cells, say(row, column, t.Cells[i][j]))
		}
	}
	out.Body.Total, out.Body.Seen, out.Body.More, out.Body.Least = say("", "", t.All), v.Count, v.More, t.Least
	return out
}

func (in *statisticsIn) pivot() registers.Pivot {
	return registers.Pivot{Rows: in.Rows, Columns: in.Columns, Of: in.Of, How: in.How, Against: in.Against}
}

func (o operations) statistics(ctx context.Context, in *statisticsIn) (*statisticsOut, error) {
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	v, err := o.svc.Statistics(ctx, identity.From(ctx), in.Register, q, in.pivot())
	return numbers(v), err
}

func (o operations) takeStatistics(ctx context.Context, in *statisticsIn) (*statisticsOut, error) {
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	v, err := o.svc.TakeStatistics(ctx, identity.From(ctx), in.Register, q, in.pivot())
	return numbers(v), err
}

type measuresIn struct {
	Register string `path:"register" maxLength:"60"`
}

// RegisterMeasure is a figure of a register that a plan asks for.
type RegisterMeasure struct {
	ID      string    `json:"id"`
	Name    i18n.Text `json:"name"`
	Unit    i18n.Text `json:"unit"`
	Percent bool      `json:"percent,omitempty" doc:"the value is a percentage; it has no unit then"`
	Plan    string    `json:"plan,omitempty"`
	Value   float64   `json:"value"`
	Records int       `json:"records" doc:"that were looked at"`
	Year    int       `json:"year,omitempty" doc:"of the target"`
	Target  int64     `json:"target,omitempty"`
	Source  string    `json:"source,omitempty" doc:"of the target"`
	Reached *int      `json:"reached,omitempty" doc:"of the target, in percent, rounded down; none without a target"`
}

type measuresOut struct {
	Body struct {
		Items []RegisterMeasure `json:"items"`
	}
}

func (o operations) measures(ctx context.Context, in *measuresIn) (*measuresOut, error) {
	all, err := o.svc.Measures(ctx, identity.From(ctx), in.Register)
	out := &measuresOut{}
	out.Body.Items = []RegisterMeasure{}
	for _, m := range all {
		one := RegisterMeasure{ID: m.ID, Name: m.Name, Unit: m.Unit, Percent: m.Percent(), Plan: m.Plan, Value: float64(m.Value) / math.Pow10(m.Scale), Records: m.Of}
		if m.Goal != nil {
			one.Year, one.Target, one.Source = m.Goal.Year, m.Goal.Value, m.Goal.Source
		}
		if reached, ok := m.Reached(); ok {
			one.Reached = &reached
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	return out, err
}
