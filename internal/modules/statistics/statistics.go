// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package statistics is what other modules may know of the statistics of the
// province: layouts of reports and targets as a pack states them, who may see
// figures, what can go wrong. What is counted, package dossiers counts; the rest is
// done in internal/core, and nothing outside this folder can import it.
package statistics

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/errs"
)

// What actors can be allowed to do.
const (
	PermView     identity.Permission = "statistics.view"     // see figures of the own unit
	PermProvince identity.Permission = "statistics.province" // see them of every unit
	PermReport   identity.Permission = "statistics.report"   // make a periodic report
	PermRecount  identity.Permission = "statistics.recount"  // have all figures counted anew
)

// Permissions lists them all.
func Permissions() []identity.Permission {
	return []identity.Permission{PermView, PermProvince, PermReport, PermRecount}
}

// What is written in the audit log.
const (
	AuditReported  audit.Event = "statistics.report_made"
	AuditExported  audit.Event = "statistics.exported" // "boards" or "report ID", and the kind of file
	AuditRecounted audit.Event = "statistics.recounted"
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{AuditReported, AuditExported, AuditRecounted}
}

// Column is a number of a report.
type Column struct {
	ID      string    `json:"id"`
	Group   i18n.Text `json:"group"` // stands above several columns; empty: none
	Title   i18n.Text `json:"title"`
	Formula string    `json:"formula"` // CEL over Variables, whole numbers
}

// Layout is a form of a report as a pack states it. Another content is another version.
type Layout struct {
	ID         string    `json:"id"`
	Version    int       `json:"version"`
	Code       string    `json:"code"` // by which the form is known: II.06a/VPCP/KSTT
	Title      i18n.Text `json:"title"`
	Rows       string    `json:"rows"` // field, unit, procedure: what a row is
	Head       i18n.Text `json:"head"` // of the column of names
	Columns    []Column  `json:"columns"`
	Source     string    `json:"source"`
	Unverified bool      `json:"unverified"`
}

// Variables are what a formula may read, all of the period but opening (before it)
// and closing, closing_late, paused (at its end).
func Variables() []string { return packs.ReportVariables() }

// Indicator is a target that a plan of the province states.
type Indicator struct {
	ID         string    `json:"id"`
	Name       i18n.Text `json:"name"`
	Target     string    `json:"target"` // as the plan writes it
	Unit       string    `json:"unit"`
	Operator   string    `json:"operator"` // =, >, >=, <, <=
	About      string    `json:"about"`    // of whom the plan speaks
	Year       string    `json:"year"`
	Lead       string    `json:"lead"`
	Due        string    `json:"due"`
	Source     string    `json:"source"`
	Unverified bool      `json:"unverified"`
	Measure    string    `json:"measure"` // on_time, online; empty: records do not tell
}

// The measures of indicators, in hundredths.
const (
	MeasureOnTime = "on_time" // solved before or on the day they were due, of all that were solved
	MeasureOnline = "online"  // sent online, of all that were received
)

// What can go wrong.
var (
	ErrNotFound = errs.New(errs.NotFound, "statistics.not_found")
	ErrBehind   = errs.New(errs.Conflict, "statistics.behind") // some changes are not counted yet
	ErrLayout   = errs.New(errs.Invalid, "statistics.layout")
)
