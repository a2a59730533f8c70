// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/statistics"
	"tinhso.vn/internal/modules/statistics/internal/core"
	"tinhso.vn/internal/platform/db"
)

type processIn struct {
	Asked

	Step  string `query:"step" maxLength:"100" doc:"of a what-if"`
	Hours int    `query:"hours" minimum:"0" maximum:"2000" doc:"working hours that the step would take at most"`
}

// StatisticsStep is how long a step took, in working minutes.
type StatisticsStep struct {
	Step     string    `json:"step"`
	Name     i18n.Text `json:"name"`
	Allowed  int       `json:"allowed_minutes"`
	Times    int64     `json:"times"`
	Late     int64     `json:"late"`
	Median   int64     `json:"median_minutes"`
	P90      int64     `json:"p90_minutes"`
	Over     int64     `json:"over_minutes"`
	WouldNot int64     `json:"would_be_in_time" doc:"late dossiers that the what-if would have brought in time"`
}

// StatisticsLoss is how much time the steps of a procedure lost.
type StatisticsLoss struct {
	Procedure string    `json:"procedure"`
	Name      i18n.Text `json:"name"`
	Steps     int64     `json:"steps"`
	Late      int64     `json:"late"`
	Worked    int64     `json:"worked_minutes"`
	Over      int64     `json:"over_minutes"`
}

type processOut struct {
	Body struct {
		Procedures []StatisticsLoss `json:"procedures,omitempty" doc:"without a procedure"`
		Dossiers   int64            `json:"dossiers"`
		Late       int64            `json:"late"`
		Partly     bool             `json:"partly" doc:"only the latest steps were measured"`
		Steps      []StatisticsStep `json:"steps"`
	}
}

func (o operations) process(ctx context.Context, in *processIn) (*processOut, error) {
	a, err := o.svc.Analyse(ctx, identity.From(ctx), in.filter(), in.Step, in.Hours)
	if err != nil {
		return nil, err
	}
	out := &processOut{}
	out.Body.Dossiers, out.Body.Late, out.Body.Partly, out.Body.Steps = a.Process.Dossiers, a.Process.Late, a.Process.Partly, []StatisticsStep{}
	for _, f := range a.Procedures {
		out.Body.Procedures = append(out.Body.Procedures, StatisticsLoss{f.Key, f.Name, f.Steps, f.StepsLate, f.Worked, f.Over})
	}
	for _, s := range a.Process.Steps {
		out.Body.Steps = append(out.Body.Steps, StatisticsStep(s))
	}
	return out, nil
}

// StatisticsTarget is a target beside what was counted.
type StatisticsTarget struct {
	ID       string    `json:"id"`
	Name     i18n.Text `json:"name"`
	Target   string    `json:"target"`
	Unit     string    `json:"unit"`
	Operator string    `json:"operator"`
	About    string    `json:"about"`
	Year     string    `json:"year"`
	Lead     string    `json:"lead"`
	Source   string    `json:"source"`
	Actual   *float64  `json:"actual,omitempty" doc:"in hundredths; absent where records do not tell"`
	Met      *bool     `json:"met,omitempty"`
}

type targetsOut struct {
	Body struct {
		Targets []StatisticsTarget `json:"targets"`
	}
}

func (o operations) targets(ctx context.Context, in *Asked) (*targetsOut, error) {
	all, _, err := o.svc.Targets(ctx, identity.From(ctx), in.filter())
	if err != nil {
		return nil, err
	}
	out := &targetsOut{}
	out.Body.Targets = []StatisticsTarget{}
	for _, t := range all {
		one := StatisticsTarget{ID: t.ID, Name: t.Name, Target: t.Target, Unit: t.Unit, Operator: t.Operator, About: t.About, Year: t.Year, Lead: t.Lead, Source: t.Source}
		if t.Known {
			one.Actual, one.Met = &t.Actual, &t.Met
		}
		out.Body.Targets = append(out.Body.Targets, one)
	}
	return out, nil
}

func (o operations) recount(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, o.svc.Recount(ctx, identity.From(ctx))
}

// PeriodicReport is a report that was made.
type PeriodicReport struct {
	ID      string    `json:"id"`
	Layout  string    `json:"layout"`
	Version int       `json:"version"`
	Code    string    `json:"code"`
	Title   i18n.Text `json:"title"`
	Unit    string    `json:"unit" doc:"empty: the province"`
	From    string    `json:"from" format:"date"`
	To      string    `json:"to" format:"date"`
	MadeAt  db.Time   `json:"made_at" doc:"the cut-off"`
	Maker   string    `json:"maker"`
	SHA256  string    `json:"sha256" doc:"of its rows"`
}

func periodic(r core.Report) PeriodicReport {
	return PeriodicReport{r.ID, r.Layout, r.Version, r.Form.Code, r.Form.Title, r.Unit, r.From, r.To, r.MadeAt, r.Maker, r.SHA256}
}

type formsOut struct {
	Body struct {
		Forms []statistics.Layout `json:"forms"`
	}
}

func (o operations) forms(ctx context.Context, _ *struct{}) (*formsOut, error) {
	all, err := o.svc.ListLayouts(ctx, identity.From(ctx))
	out := &formsOut{}
	out.Body.Forms = append([]statistics.Layout{}, all...)
	return out, err
}

type reportsIn struct {
	Before string `query:"before" maxLength:"40"`
}

type reportsOut struct {
	Body struct {
		Reports []PeriodicReport `json:"reports"`
		Next    string           `json:"next,omitempty"`
	}
}

func (o operations) reports(ctx context.Context, in *reportsIn) (*reportsOut, error) {
	all, next, err := o.svc.ListReports(ctx, identity.From(ctx), in.Before)
	if err != nil {
		return nil, err
	}
	out := &reportsOut{}
	out.Body.Reports, out.Body.Next = []PeriodicReport{}, next
	for _, r := range all {
		out.Body.Reports = append(out.Body.Reports, periodic(r))
	}
	return out, nil
}

type makeIn struct {
	Body struct {
		Layout string `json:"layout" maxLength:"100"`
		Unit   string `json:"unit,omitempty" maxLength:"100"`
		From   string `json:"from" format:"date"`
		To     string `json:"to" format:"date"`
	}
}

type makeOut struct{ Body PeriodicReport }

func (o operations) make(ctx context.Context, in *makeIn) (*makeOut, error) {
	r, err := o.svc.MakeReport(ctx, identity.From(ctx), core.NewReport{Layout: in.Body.Layout, Unit: orgs.ID(in.Body.Unit), From: in.Body.From, To: in.Body.To})
	return &makeOut{periodic(r)}, err
}

type reportIn struct {
	Report string `path:"report" maxLength:"40"`
}

// ReportRow is a row of a report; the last is the sum.
type ReportRow struct {
	Key    string           `json:"key"`
	Name   i18n.Text        `json:"name"`
	Values map[string]int64 `json:"values" doc:"by the ids of the form's columns"`
}

// ReportChange is a number that would be another today.
type ReportChange struct {
	Row    i18n.Text `json:"row"`
	Column i18n.Text `json:"column"`
	Was    int64     `json:"was"`
	Is     int64     `json:"is"`
}

type reportOut struct {
	Body struct {
		PeriodicReport

		Rows    []ReportRow    `json:"rows"`
		Changed []ReportChange `json:"changed"`
	}
}

func (o operations) report(ctx context.Context, in *reportIn) (*reportOut, error) {
	r, changed, err := o.svc.GetReport(ctx, identity.From(ctx), in.Report)
	if err != nil {
		return nil, err
	}
	out := &reportOut{}
	out.Body.PeriodicReport, out.Body.Rows, out.Body.Changed = periodic(r), []ReportRow{}, []ReportChange{}
	for _, row := range r.Rows {
		one := ReportRow{Key: row.Key, Name: row.Name, Values: map[string]int64{}}
		for i, c := range r.Form.Columns {
			one.Values[c.ID] = row.Values[i]
		}
		out.Body.Rows = append(out.Body.Rows, one)
	}
	for _, c := range changed {
		out.Body.Changed = append(out.Body.Changed, ReportChange(c))
	}
	return out, nil
}

type lateIn struct {
	Month string `query:"month" pattern:"^[0-9]{4}-[0-9]{2}$" doc:"one of the last thirteen; the present one when absent"`
}

// UnitLateness is how much a unit has solved late in a month.
type UnitLateness struct {
	Unit     string    `json:"unit"`
	Name     i18n.Text `json:"name"`
	Solved   int64     `json:"solved"`
	Late     int64     `json:"late"`
	OpenLate int64     `json:"open_late"`
}

type lateOut struct {
	Body struct {
		Month string         `json:"month"`
		Units []UnitLateness `json:"units"`
	}
}

func (o operations) late(ctx context.Context, in *lateIn) (*lateOut, error) {
	rows, chosen, _, err := o.svc.Late(ctx, in.Month)
	if err != nil {
		return nil, err
	}
	out := &lateOut{}
	out.Body.Month, out.Body.Units = chosen, []UnitLateness{}
	for _, f := range rows {
		out.Body.Units = append(out.Body.Units, UnitLateness{f.Key, f.Name, f.Solved(), f.Late, f.ClosingLate})
	}
	return out, nil
}
