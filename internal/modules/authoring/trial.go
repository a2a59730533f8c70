// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package authoring

import (
	"encoding/json"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/workflow/rehearsal"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// TrialID identifies a trial.
type TrialID string

// ParseTrialID reads a TrialID that came from outside.
func ParseTrialID(s string) (TrialID, error) {
	if !id.Valid(s) {
		return "", ErrNoTrial
	}
	return TrialID(s), nil
}

// Trial is a made-up case with which a procedure is tried before it is in
// force. It is the list of what was chosen: each look at it does all of it again.
type Trial struct {
	ID        TrialID
	Change    ID     // in which it was begun
	Procedure string // id in the pack
	Name      string // of a kept one
	Rev       int    // grows with everything that is done to it
	Kept      bool   // it is a test of the procedure, in this change and later ones
	Made      Hand
	Saved     db.Time
	TrialBody
}

// TrialBody is what was chosen in a trial.
type TrialBody struct {
	Place   string            `json:"place"`   // id of the unit that receives
	Channel string            `json:"channel"` // online, counter
	At      time.Time         `json:"at"`      // when it is accepted
	Answers json.RawMessage   `json:"answers"` // of the form
	Fields  map[string]string `json:"fields,omitempty"`
	Acts    []rehearsal.Act   `json:"acts,omitempty"`
	Expect  Expect            `json:"expect,omitzero"`
}

// Expect is what a kept trial is to come to; what is empty is not looked at.
type Expect struct {
	Fee     *int64   `json:"fee,omitempty"`     // đồng
	Due     string   `json:"due,omitempty"`     // 2026-11-24T10:00, in Vietnam
	Last    string   `json:"last,omitempty"`    // id of the step that was done last
	Refused []string `json:"refused,omitempty"` // inputs that the form refuses
}

// Difference is something that came out otherwise than expected.
type Difference struct {
	What string `json:"what"` // fee, due, last, refused, broken
	Want string `json:"want"`
	Got  string `json:"got"`
}

// Outcome is how a kept trial went.
type Outcome struct {
	Trial     TrialID      `json:"trial"`
	Procedure string       `json:"procedure"`
	Name      string       `json:"name"`
	Wrong     []Difference `json:"wrong,omitempty"` // none: as expected
}

// OK reports whether all came out as expected.
func (o Outcome) OK() bool { return len(o.Wrong) == 0 }

// What the audit log says of trials. Trying is not in it; what counts later is.
const (
	AuditTrialKept    audit.Event = "authoring.trial_kept"
	AuditTrialDropped audit.Event = "authoring.trial_dropped"
)

// What can go wrong with trials.
var (
	ErrNoTrial   = errs.New(errs.NotFound, "authoring.trial_none")
	ErrTrialMany = errs.New(errs.Conflict, "authoring.trial_many")     // enough of them
	ErrTrialSeen = errs.New(errs.Conflict, "authoring.trial_seen")     // somebody did something meanwhile
	ErrTrialNot  = errs.New(errs.Conflict, "authoring.trial_not_yet")  // the procedure cannot be tried yet; with why
	ErrTrialStep = errs.New(errs.NotFound, "authoring.trial_no_step")  // the form asks no such page
	ErrTrialEmp  = errs.New(errs.Invalid, "authoring.trial_nothing")   // nothing is expected: no test
	ErrTrialPlan = errs.New(errs.Conflict, "authoring.trial_not_sent") // the form refuses the answers: no case begins
)
