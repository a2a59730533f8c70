// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package processes is what other modules may know of the pages around
// processes: who uses one, who follows a case that was moved, and what can go
// wrong. Cases are moved by kernel/workflow; the work is done in internal/core,
// and nothing outside this folder can import it.
package processes

import (
	"context"
	"strings"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Use is a procedure of today and the process by which it is done.
type Use struct {
	Procedure string // id
	Code      string
	Name      i18n.Text
	Ref       workflow.Ref
	Title     i18n.Text // of the process
}

// Catalogue knows which procedures use which process. What no case has begun
// with yet is known here only.
type Catalogue interface {
	// Uses returns the procedures of today with their processes.
	Uses(ctx context.Context) ([]Use, error)
	// Definition returns the process of a procedure of today; false where none has it.
	Definition(ctx context.Context, of workflow.Ref) (*workflow.Definition, bool, error)
}

// Follower is the owner of what cases are about. Its rows say whose turn it is,
// and must say so in the transaction in which a case is moved.
type Follower interface {
	// Hold locks the subject of a case. It comes before the lock of the case, as
	// everywhere.
	Hold(ctx context.Context, tx *db.Tx, subject string) error
	// Follow brings the subject to where its case stands now. An error that
	// people may see refuses the move of this one case.
	Follow(ctx context.Context, tx *db.Tx, moved workflow.Moved) error
}

// Base is the name of a process without the checksum that tells tables of one
// number apart: "ho-ngheo" of "ho-ngheo@4f21aa0c93de".
func Base(flow string) string {
	base, _, _ := strings.Cut(flow, "@")
	return base
}

// MoveID identifies a move of running cases.
type MoveID string

// ParseMoveID reads an ID that came from outside.
func ParseMoveID(s string) (MoveID, error) {
	if !id.Valid(s) {
		return "", ErrNotFound
	}
	return MoveID(s), nil
}

// MoveState is how far a move is.
type MoveState string

// The states of a move.
const (
	Proposed  MoveState = "proposed"
	Running   MoveState = "running"
	Finished  MoveState = "finished"
	Withdrawn MoveState = "withdrawn" // taken back, or refused by the second person
)

// Hand is who did something and when; zero while nobody has.
type Hand struct {
	Account string
	At      db.Time
}

// Move is the move of the running cases of a version to another one. It begins
// when somebody else than who proposed it has confirmed it.
type Move struct {
	ID       MoveID
	From, To workflow.Ref
	Nodes    map[string]string // where a case stands before and after
	Reason   string            // the decision
	Found    int               // cases when it was proposed
	State    MoveState
	Proposed Hand
	Decided  Hand
	Ended    db.Time
	Next     workflow.ID     // the job goes on behind this case
	Done     map[Outcome]int // how many cases came to which end
}

// All is how many cases the move has dealt with.
func (m Move) All() int { return m.Done[Moved] + m.Done[Over] + m.Done[Refused] }

// Outcome is what a move did to one case.
type Outcome string

// The outcomes.
const (
	Moved   Outcome = "moved"
	Over    Outcome = "over"    // it had ended, or had left the version, meanwhile
	Refused Outcome = "refused" // it stays where it was
)

// Result is the outcome of one case of a move.
type Result struct {
	Case    workflow.ID
	Subject workflow.Subject
	Outcome Outcome
	Why     string // code of the error; empty where it was moved
	Steps   string // the steps the error is about
	At      db.Time
}

// AbsenceID identifies a time in which somebody is away.
type AbsenceID string

// ParseAbsenceID reads an ID that came from outside.
func ParseAbsenceID(s string) (AbsenceID, error) {
	if !id.Valid(s) {
		return "", ErrNotFound
	}
	return AbsenceID(s), nil
}

// Absence is a time in which somebody else does one's work.
type Absence struct {
	ID          AbsenceID
	Account     string
	Deputy      string // account
	Unit        orgs.ID
	From, Until db.Time // until is exclusive
	Reason      string
	Declared    Hand
	Ended       Hand // early; zero where it runs its time
}

// What actors can be allowed to do.
const (
	PermView        identity.Permission = "processes.view"
	PermMove        identity.Permission = "processes.move"         // propose to move running cases
	PermApproveMove identity.Permission = "processes.approve_move" // be the second person
	PermAbsence     identity.Permission = "processes.absence"      // declare one's own absence
	PermAbsenceUnit identity.Permission = "processes.absence_unit" // declare that of people of the unit
	PermRepair      identity.Permission = "processes.repair"       // get stuck cases going
)

// Permissions lists them all.
func Permissions() []identity.Permission {
	return []identity.Permission{PermView, PermMove, PermApproveMove, PermAbsence, PermAbsenceUnit, PermRepair}
}

// What the audit log says.
const (
	AuditMoveProposed  audit.Event = "processes.move_proposed"
	AuditMoveConfirmed audit.Event = "processes.move_confirmed"
	AuditMoveWithdrawn audit.Event = "processes.move_withdrawn"
	AuditMoveFinished  audit.Event = "processes.move_finished"
	AuditAbsence       audit.Event = "processes.absence_declared"
	AuditAbsenceEnded  audit.Event = "processes.absence_ended"
	AuditRetried       audit.Event = "processes.task_retried"
	AuditAnswered      audit.Event = "processes.task_answered" // a service task, by hand
	AuditRung          audit.Event = "processes.timer_rung"
	AuditRoused        audit.Event = "processes.case_roused"
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return []audit.Event{
		AuditMoveProposed, AuditMoveConfirmed, AuditMoveWithdrawn, AuditMoveFinished, AuditAbsence, AuditAbsenceEnded,
		AuditRetried, AuditAnswered, AuditRung, AuditRoused,
	}
}

// What can go wrong.
var (
	ErrNotFound = errs.New(errs.NotFound, "processes.not_found")
	ErrSame     = errs.New(errs.Conflict, "processes.same")          // who proposed cannot confirm
	ErrDecided  = errs.New(errs.Conflict, "processes.decided")       // it was confirmed or taken back already
	ErrOpen     = errs.New(errs.Conflict, "processes.open")          // a move of this version is proposed or going on
	ErrNobody   = errs.New(errs.Conflict, "processes.nobody")        // no case is running on the version
	ErrOther    = errs.New(errs.Invalid, "processes.other")          // to another version of the same process only
	ErrBound    = errs.New(errs.Conflict, "processes.bound")         // cases stand where the map does not lead
	ErrNoOwner  = errs.New(errs.Conflict, "processes.no_owner")      // nobody follows cases of this kind
	ErrNoPost   = errs.New(errs.Invalid, "processes.no_post")        // the person holds no post
	ErrDeputy   = errs.New(errs.Invalid, "processes.deputy")         // does not hold the same post in the same agency
	ErrOverlap  = errs.New(errs.Conflict, "processes.overlap")       // there is an absence in this time already
	ErrAway     = errs.New(errs.Conflict, "processes.deputy_away")   // who is to stand in is away themselves
	ErrChain    = errs.New(errs.Conflict, "processes.chain")         // they stand in for somebody in this time
	ErrEnded    = errs.New(errs.Conflict, "processes.absence_ended") // it is over
)
