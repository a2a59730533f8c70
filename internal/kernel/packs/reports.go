// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import "tinhso.vn/internal/platform/cel"

// ReportLayout is a form of a periodic report: what its rows are, and by which
// formula each number comes about. Another content is another version.
type ReportLayout struct {
	Item
	Version int
	Code    string // by which the form is known
	Title   Text
	Head    Text   // of the column of names
	Rows    string // field, unit, procedure
	Columns []ReportColumn
}

// ReportColumn is a number of a report.
type ReportColumn struct {
	ID      string
	Group   Text // stands above several columns
	Title   Text
	Formula string // CEL over ReportVariables, whole numbers
}

// Indicator is a target that a plan states.
type Indicator struct {
	Item
	Name     Text
	Target   string
	Unit     string
	Operator string // =, >, >=, <, <=
	About    string // of whom the plan speaks
	Year     string // or years: 2024-2025; empty: the plan states none
	Lead     string
	Due      string
	Measure  string // on_time, online; empty: records do not tell
}

// ReportVariables are what a formula of a report may read: numbers of dossiers of
// the period, but opening (before it) and closing, closing_late, paused (at its end).
func ReportVariables() []string {
	return []string{
		"opening", "counter", "online", "post", "received", "early", "on_time", "late", "undated", "solved", "withdrawn", "stopped", "refused", "ended",
		"asked", "closing", "closing_late", "paused",
	}
}

func readReportLayout(r *record) ReportLayout {
	l := ReportLayout{
		Item: r.item(), Version: r.integer("version", required), Code: r.str("code", required), Title: r.text("title", required), Head: r.text("head", required),
		Rows: r.oneOf("rows", required, "field", "unit", "procedure"),
	}
	vars := map[string]cel.Type{}
	for _, name := range ReportVariables() {
		vars[name] = cel.Int
	}
	env, err := cel.NewEnv(vars)
	if err != nil {
		r.problem("columns", "report.formula", err.Error())
		return l
	}
	for _, c := range r.subs("columns", required) {
		one := ReportColumn{ID: c.str("id", required), Group: c.text("group"), Title: c.text("title", required), Formula: c.str("formula", required)}
		if _, err := env.Compile(one.Formula, cel.Int); err != nil {
			c.problem("formula", "report.formula", one.Formula)
		}
		c.done()
		l.Columns = append(l.Columns, one)
	}
	if l.Source == "" {
		r.problem("source", "mark.no_source")
	}
	return l
}

func readIndicator(r *record) Indicator {
	i := Indicator{
		Item: r.item(), Name: r.text("name", required), Target: r.str("target", required), Unit: r.str("unit", required),
		Operator: r.oneOf("operator", required, "=", ">", ">=", "<", "<="), About: r.str("about"), Year: r.str("year"),
		Lead: r.str("lead"), Due: r.str("due"),
	}
	if r.has("measure") {
		i.Measure = r.oneOf("measure", required, "on_time", "online")
	}
	if i.Source == "" {
		r.problem("source", "mark.no_source")
	}
	return i
}
