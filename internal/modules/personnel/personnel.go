// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package personnel is what other modules may know of who works where: posts,
// transfers, roles that are lent, reviews of rights and emergencies. Units are
// kernel/orgs, rights kernel/access; the work is done in internal/core.
package personnel

import (
	"context"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// What actors can be allowed to do. View, Move, HandOver, Request, Approve and
// Review hold in units; All and Inspect are about the whole installation.
const (
	PermView      identity.Permission = "personnel.view"
	PermMove      identity.Permission = "personnel.move" // enter decisions about people
	PermAll       identity.Permission = "personnel.all"  // units and people of the whole province
	PermHandOver  identity.Permission = "personnel.hand_over"
	PermRequest   identity.Permission = "personnel.request"
	PermApprove   identity.Permission = "personnel.approve"
	PermReview    identity.Permission = "personnel.review"
	PermInspect   identity.Permission = "personnel.inspect" // why anybody sees anything; judge emergencies
	PermEmergency identity.Permission = "personnel.emergency"
)

// Permissions lists them all.
func Permissions() []identity.Permission {
	return []identity.Permission{PermView, PermMove, PermAll, PermHandOver, PermRequest, PermApprove, PermReview, PermInspect, PermEmergency, PermDuty, PermDutyPlan}
}

// Held is an open piece of work that somebody has in hand. It names no citizen.
type Held struct {
	ID      string // of the step
	Dossier string
	Code    string    // what people call it
	Name    i18n.Text // of the procedure
	Step    i18n.Text
	Unit    orgs.ID
	Due     db.Time
}

// HandedOver is what became of one of many pieces of work.
type HandedOver struct {
	ID  string
	Err error // an *errs.Error; nil: it is in the hands of the other
}

// Hands puts the work of one official into the hands of another. Who may ask is
// decided here.
type Hands interface {
	// ListHeld returns at most limit pieces that an account has in hand in a unit
	// (empty: in all), the most urgent first; next is given back to go on.
	ListHeld(ctx context.Context, q db.Querier, account string, unit orgs.ID, after string, limit int) (found []Held, next string, err error)
	// HandOver answers for each piece by itself; what cannot be handed over stays.
	HandOver(ctx context.Context, tx *db.Tx, actor identity.Actor, ids []string, to, reason string) ([]HandedOver, error)
}

// Case is a dossier as far as its rights go. It names nobody.
type Case struct {
	ID, Code string
	Units    []orgs.ID // that take part in it
	Owner    orgs.ID   // whose leader hears of an emergency
	Person   string    // id of whom it is about
}

// Cases finds dossiers whoever asks: that one is there is told only to those who
// may look at rights, or who answer for opening it.
type Cases interface {
	FindCase(ctx context.Context, q db.Querier, codeOrID string) (Case, bool, error)
}

// Absences is the one list of who is away, wherever it was entered. Who may
// declare and end one is decided there.
type Absences interface {
	// ListAbsences returns the absences of accounts, not ended, that have a moment
	// of a time (until is exclusive) in common, those of each the first first.
	ListAbsences(ctx context.Context, q db.Querier, from, until db.Time, accounts ...string) ([]Absence, error)
	// ListDeputies returns those who can stand in for somebody, by given name.
	ListDeputies(ctx context.Context, actor identity.Actor, account string) ([]Deputy, error)
	// Declare notes that somebody is away and returns the id.
	Declare(ctx context.Context, actor identity.Actor, d NewAbsence) (string, error)
	// End ends an absence before its time.
	End(ctx context.Context, actor identity.Actor, absence string) error
}

// Absence is a time in which somebody is away.
type Absence struct {
	ID, Account  string
	From, To     string  // days, YYYY-MM-DD
	Since, Until db.Time // until is exclusive
	Reason       string
	Deputy       string // name
}

// Deputy is somebody who can stand in.
type Deputy struct{ Account, Name string }

// NewAbsence is an absence that somebody declares: whole days, both inside it.
type NewAbsence struct {
	Account, Deputy  string
	From, To, Reason string // days, YYYY-MM-DD
}

// ListFile is a list of units and people that is brought in, with the decision it rests on.
type ListFile struct {
	Name         string
	Content      []byte // CSV or XLSX with the sheets units and people
	Number, Date string
	From         string // the first day on which it counts
}

// ListLine is what a row of a list would do, or did, or what is wrong with one of its cells.
type ListLine struct {
	Row         int    // in its sheet, from 0
	Sheet, Cell string // units, people; "A7"
	What        string // new, changed, same, wrong
	Subject     string // unit or login
	Problem     error  // of wrong: an *errs.Error
}

// Lists brings units and people in at once.
type Lists interface {
	// TryList says what each row would do, with all mistakes at once. It writes nothing.
	TryList(ctx context.Context, actor identity.Actor, f ListFile) ([]ListLine, error)
	// BringList does all of it, or nothing where a row is wrong, and returns the import,
	// which can be taken back on its day. A list of the same name that was read and not
	// applied, because who did was cut off, is gone on with.
	BringList(ctx context.Context, actor identity.Actor, f ListFile) (imported string, err error)
}

// What is written in the audit log. The subject is the account or the unit, but
// for a campaign and an import, where it is that, and an emergency, where it is
// the dossier.
const (
	AuditMoved      audit.Event = "personnel.decision_entered"
	AuditWithdrawn  audit.Event = "personnel.decision_withdrawn"
	AuditHandedOver audit.Event = "personnel.work_handed_over"
	AuditEnded      audit.Event = "personnel.rights_ended" // a post came to its end
	AuditAsked      audit.Event = "personnel.role_requested"
	AuditGranted    audit.Event = "personnel.role_granted"
	AuditRefused    audit.Event = "personnel.role_refused"
	AuditRevoked    audit.Event = "personnel.role_revoked"
	AuditInspected  audit.Event = "personnel.rights_inspected"
	AuditCampaign   audit.Event = "personnel.review_opened"
	AuditReviewed   audit.Event = "personnel.right_reviewed"
	AuditClosed     audit.Event = "personnel.review_closed"
	AuditSuspended  audit.Event = "personnel.right_suspended"
	AuditResumed    audit.Event = "personnel.right_resumed"
	AuditEmergency  audit.Event = "personnel.emergency_opened"
	AuditJudged     audit.Event = "personnel.emergency_judged"
	AuditUnit       audit.Event = "personnel.unit_changed"
	AuditPosition   audit.Event = "personnel.position_added"
	AuditImported   audit.Event = "personnel.imported"
	AuditUndone     audit.Event = "personnel.import_undone"
	AuditDisabled   audit.Event = "personnel.account_disabled" // its owner has left, or nobody uses it
	AuditEnabled    audit.Event = "personnel.account_enabled"
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return append([]audit.Event{
		AuditMoved, AuditWithdrawn, AuditHandedOver, AuditEnded, AuditAsked, AuditGranted, AuditRefused, AuditRevoked, AuditInspected, AuditCampaign,
		AuditReviewed, AuditClosed, AuditSuspended, AuditResumed, AuditEmergency, AuditJudged, AuditUnit, AuditPosition, AuditImported, AuditUndone,
		AuditDisabled, AuditEnabled,
	}, dutyEvents()...)
}

// What can go wrong.
var (
	ErrNobody   = errs.New(errs.NotFound, "personnel.nobody")    // no such person in scope
	ErrNotFound = errs.New(errs.NotFound, "personnel.not_found") // no such decision, request, campaign
	ErrOwn      = errs.New(errs.Conflict, "personnel.own")       // nobody decides about the own rights
	ErrSame     = errs.New(errs.Conflict, "personnel.same")      // who requested does not approve
	ErrDecided  = errs.New(errs.Conflict, "personnel.decided")   // already
	ErrNoPost   = errs.New(errs.Conflict, "personnel.no_post")   // there is no main post to leave
	ErrOpen     = errs.New(errs.Conflict, "personnel.open")      // a campaign is going on
	ErrOver     = errs.New(errs.Conflict, "personnel.over")      // the campaign is over
	ErrSees     = errs.New(errs.Conflict, "personnel.sees")      // the dossier is in scope: no emergency is needed
	ErrBuilt    = errs.New(errs.Conflict, "personnel.built")     // something rests on what was imported
	ErrLeft     = errs.New(errs.Conflict, "personnel.left")      // who has left comes back with a decision
	ErrLate     = errs.New(errs.Conflict, "personnel.late")      // an import is undone on its day
)

// What officials are told of.
const (
	NoticeEmergency = "work.emergency"
	NoticeReview    = "work.review"
)

// Notices lists them with what each knows.
func Notices() []notify.Kind {
	return []notify.Kind{
		{Event: NoticeEmergency, Variables: []string{"code", "at"}},
		{Event: NoticeReview, Variables: []string{"day"}},
		{Event: NoticeSwap, Variables: []string{"name", "at"}},
		{Event: NoticeAnswer, Variables: []string{"name", "at", "answer"}},
	}
}
