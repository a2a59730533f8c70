// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package scores is what other modules may know of the scores of units (chấm
// điểm): the sets of criteria, who may see what, what can go wrong. The work is
// done in internal/core; nothing outside this folder can import it.
package scores

import (
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/errs"
)

// Path is where the pages begin; PublicPath is the page for everybody.
const (
	Path       = "/cham-diem"
	PublicPath = "/cong-khai/diem"
)

// What actors can be allowed to do.
const (
	PermView  identity.Permission = "scores.view"  // of the own unit and those under it
	PermAll   identity.Permission = "scores.all"   // of every unit
	PermClose identity.Permission = "scores.close" // freeze a period
)

// AuditClosed says which period was frozen.
const AuditClosed audit.Event = "scores.closed"

// Set is a set of criteria (bộ chỉ số), data of a pack, as long as it is valid.
// Days are YYYY-MM-DD; empty: always.
type Set struct {
	ID         string    `json:"id"`
	Name       i18n.Text `json:"name"`
	Basis      string    `json:"basis"` // id of kernel/law
	Source     string    `json:"source,omitempty"`
	Unverified bool      `json:"unverified,omitempty"`
	ValidFrom  string    `json:"valid_from,omitempty"`
	ValidTo    string    `json:"valid_to,omitempty"`
	Groups     []Group   `json:"groups"`
}

// Group is criteria that belong together.
type Group struct {
	ID       string      `json:"id"`
	Name     i18n.Text   `json:"name"`
	Criteria []Criterion `json:"criteria"`
}

// Criterion gives points for a ratio of counts. One with Missing has no source
// here, and is not counted.
type Criterion struct {
	ID     string    `json:"id"`
	Name   i18n.Text `json:"name"`
	Points int64     `json:"points"` // at most
	Count  []string  `json:"count,omitempty"`
	Of     []string  `json:"of,omitempty"`
	FullAt int64     `json:"full_at"` // percent from which all points are given
	// Empty says what it gives where there is nothing to count: EmptyZero; empty: it is
	// not counted. Where nothing else of a unit is counted, it is not either.
	Empty   string    `json:"empty,omitempty"`
	Missing i18n.Text `json:"missing,omitzero"`
	Note    i18n.Text `json:"note,omitzero"`
}

// The counts of the catalogue; the others are the measures of dossiers.
const (
	CountProcedures = "procedures"        // of the unit's authority
	CountOnline     = "procedures_online" // of these, those that can be filed online, in part or whole
	CountServices   = "services"          // of these, those that are received here
	CountUsed       = "services_used"     // of these, those of which something came online in the period
)

// The counts of decisions that announce procedures, signed in the period. They
// are the province's: the unit at the top has them.
const (
	CountAnnounced       = "announced"           // all of them
	CountAnnouncedInTime = "announced_in_time"   // signed early enough before they take effect
	CountPublic          = "made_public"         // those that are public here, or had to be by now
	CountPublicInTime    = "made_public_in_time" // of these, those that were public by their day
)

// EmptyZero gives no points, of all, where there is nothing to count.
const EmptyZero = "zero"

// The counts of money and of what people say. Those of money are dossiers of the unit
// that takes it; those of answers are nobody's.
const (
	CountDue       = "money_due"    // dossiers of which something was to be paid, ordered in the period
	CountPaid      = "money_online" // of these, those that were paid on a payment platform or the national portal
	CountFee       = "procedures_fee"
	CountFeeOnline = "procedures_fee_online" // of these, those that can be filed and paid online
	CountAnswers   = "answers"
	CountSatisfied = "satisfied"
)

// Points are what a criterion of so many points gives for count of of, in hundredths,
// rounded half upwards; all are given from fullAt percent on. of is positive.
func Points(points, count, of, fullAt int64) int64 {
	return min(points*100, Half(points*100*100*count, of*fullAt))
}

// Half divides and rounds half upwards; both are positive.
func Half(a, b int64) int64 { return (2*a + b) / (2 * b) }

// What can go wrong.
var (
	ErrPeriod  = errs.New(errs.Invalid, "scores.period")
	ErrUnknown = errs.New(errs.NotFound, "scores.unknown")    // no such unit in the period, or out of scope
	ErrNotOver = errs.New(errs.Conflict, "scores.not_over")   // the period still runs
	ErrClosed  = errs.New(errs.Conflict, "scores.is_closed")  // it is frozen already
	ErrOpen    = errs.New(errs.Conflict, "scores.not_closed") // it is not frozen
	ErrNoSet   = errs.New(errs.Conflict, "scores.no_set")     // no set is valid then
)
