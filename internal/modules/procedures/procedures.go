// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package procedures is what other modules may know of administrative
// procedures: their versions as the packs describe them. The work is done in
// internal/core; nothing outside this folder can import it.
package procedures

import (
	"context"

	"tinhso.vn/internal/kernel/decisions"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/errs"
)

// ID names a procedure: the slug by which the pack knows it.
type ID string

// Version is a procedure as it was from one day to another: immutable, known by
// the checksum of all it says. A dossier keeps the version of the day it was accepted.
type Version struct {
	ID         ID        `json:"id"`
	SHA        string    `json:"-"` // SHA-256 of the rest
	Code       string    `json:"code,omitempty"`
	Verified   bool      `json:"verified"`
	Source     string    `json:"source,omitempty"`
	Name       i18n.Text `json:"name"`
	Field      i18n.Text `json:"field"`
	ResultName i18n.Text `json:"result_name"`
	ResultType string    `json:"result_type,omitempty"` // what the result is in the vault
	Conditions i18n.Text `json:"conditions"`
	Steps      i18n.Text `json:"steps"` // how it is done, in the words of the catalogue

	Levels        []string    `json:"levels"`
	Authority     []orgs.Kind `json:"authority"`                // kinds of unit that decide
	AuthorityUnit orgs.ID     `json:"authority_unit,omitempty"` // the one unit that decides, where the province names it
	Audience      []string    `json:"audience"`                 // individual, organisation
	Route         string      `json:"route"`                    // LOCAL, MINISTRY:<code>
	Online        string      `json:"online"`                   // full, partial, none

	Statutory Duration `json:"statutory"`
	Reduced   Duration `json:"reduced"`
	SameDay   bool     `json:"same_day"`
	Fee       Fee      `json:"fee"`
	Papers    []Paper  `json:"papers"`

	Form     forms.Definition `json:"form"`
	Flow     Flow             `json:"flow"`
	Template Template         `json:"template"`

	LegalBases []string `json:"legal_bases"` // ids of kernel/law
	Keywords   []string `json:"keywords"`
	LifeEvents []string `json:"life_events"`
	ValidFrom  string   `json:"valid_from"` // YYYY-MM-DD; empty: always
	ValidTo    string   `json:"valid_to"`

	// What most versions do not say leaves no trace in their text: the checksum of
	// such a version is what it was.
	Decision        *Deciding `json:"decision,omitempty"`        // by which it was made known
	Cases           []Case    `json:"cases,omitempty"`           // one of which a dossier chooses
	OnlineStatutory Duration  `json:"online_statutory,omitzero"` // for what comes online, where that differs
	OnlineReduced   Duration  `json:"online_reduced,omitzero"`
	Where           i18n.Text `json:"-"`                       // of Route, where On has been asked
	Routes          []Routing `json:"routes,omitempty"`        // from a day on; before: Route
	Paperless       bool      `json:"paperless,omitempty"`     // done without paper (A10)
	BoundaryFree    bool      `json:"boundary_free,omitempty"` // received anywhere in the province
	// AfterDeath says what becomes of a dossier whose owner has died. Nil: nobody has stated
	// it, and heirs take over or it is stopped.
	AfterDeath *AfterDeath `json:"after_death,omitempty"`
	// FinancialDuty says that a dossier waits until money of another agency is paid, the tax of
	// a transfer of land. Nil: it waits for none.
	FinancialDuty *FinancialDuty `json:"financial_duty,omitempty"`
}

// FinancialDuty is the rule by which a dossier waits for money that another agency demands.
type FinancialDuty struct {
	Issuer   i18n.Text `json:"issuer"`          // who demands it, as its notices are headed
	Legal    string    `json:"legal,omitempty"` // id of kernel/law
	Note     i18n.Text `json:"note"`            // the rule, in words
	Source   string    `json:"source,omitempty"`
	Verified bool      `json:"verified"`
}

// What becomes of a dossier whose owner has died, by the rule of its procedure.
const (
	DeathGoesOn = ""      // it may go on as it is, or with an heir
	DeathHeirs  = "heirs" // an heir takes over, or it is stopped
	DeathEnds   = "ends"  // it is stopped: what was asked for was for this person alone
)

// AfterDeath is the rule for a dossier whose owner has died.
type AfterDeath struct {
	Outcome  string    `json:"outcome,omitempty"`
	Legal    string    `json:"legal,omitempty"` // id of kernel/law
	Note     i18n.Text `json:"note"`            // the article, in words
	Source   string    `json:"source,omitempty"`
	Verified bool      `json:"verified"`
}

// Duration is how long an office may take; Amount 0 means that nobody has stated it.
type Duration struct {
	Amount   int    `json:"amount"`
	Unit     string `json:"unit"` // days, hours
	Working  bool   `json:"working"`
	Verified bool   `json:"verified"`
}

// Fee is what a procedure costs.
type Fee struct {
	Kind     string    `json:"kind"`   // none, amount, table, unverified: nobody has stated it
	Amount   int64     `json:"amount"` // đồng
	Per      i18n.Text `json:"per"`
	Note     i18n.Text `json:"note"`
	Legal    string    `json:"legal,omitempty"` // id of kernel/law
	Verified bool      `json:"verified"`

	Table  *decisions.Decision `json:"table,omitempty"`  // works the fee out; its first output is the amount
	Before string              `json:"before,omitempty"` // BeforeDecision: nothing is decided until it is paid; empty: nothing waits for it
	Shares []Share             `json:"shares,omitempty"` // what others get of it than who takes it
}

// Share is the part of a fee that another agency gets. Who takes the fee keeps what is left.
type Share struct {
	To    string `json:"to"`              // authority, parent, province, or unit:ID
	Part  int64  `json:"part"`            // of 10,000
	Legal string `json:"legal,omitempty"` // id of kernel/law
	From  string `json:"from,omitempty"`  // first day of acceptance, YYYY-MM-DD; empty: always
	Until string `json:"until,omitempty"` // last day; empty: still
}

// BeforeDecision is the Before of a fee without which nothing is decided.
const BeforeDecision = "decision"

// Paper is one paper that people bring.
type Paper struct {
	ID        string    `json:"id"`
	Name      i18n.Text `json:"name"`
	Note      i18n.Text `json:"note"`
	Required  bool      `json:"required"`
	Type      string    `json:"type,omitempty"`    // of the vault: one that is there already need not be brought
	ByForm    bool      `json:"by_form,omitempty"` // it is the form itself: who fills that in need not bring it
	Original  int       `json:"original"`          // how many originals
	Copy      int       `json:"copy"`
	Certified int       `json:"certified"`
	Verified  bool      `json:"verified"`
}

// Flow is the internal process: a table of steps, or a drawing with its steps
// listed beside it.
type Flow struct {
	ID      string    `json:"id"`
	Version int       `json:"version"`
	Title   i18n.Text `json:"title"`
	// LegalBases are the documents that issued it: ids of kernel/law.
	LegalBases []string `json:"legal_bases,omitempty"`
	Steps      []Step   `json:"steps"`
	BPMN       string   `json:"bpmn,omitempty"` // the drawing, as its file came; it is what runs
}

// Step is one row of a flow.
type Step struct {
	ID      string    `json:"id"`
	Name    i18n.Text `json:"name"`
	Post    string    `json:"post"` // a role
	Unit    string    `json:"unit"` // received, authority, parent, a kind of unit, unit:ID or form.KEY: what the form says there
	Hours   int       `json:"hours"`
	Product i18n.Text `json:"product"`
	Action  string    `json:"action"` // accept, appraise, draft, consult, sign, issue, deliver
	Next    []string  `json:"next"`
	Back    string    `json:"back"`
	With    []string  `json:"with,omitempty"` // units that all do it at the same time, as in Unit
}

// Template is the layout of the result (NĐ 30/2020/NĐ-CP). {name} in a text is
// filled from the dossier, {form.key} from the form, and the keys of Fields by
// the officer who drafts.
type Template struct {
	ID           string          `json:"id"`
	Version      int             `json:"version"`
	Title        i18n.Text       `json:"title"`
	DocType      string          `json:"doc_type"`
	AgencyLines  []string        `json:"agency_lines"`
	NumberSuffix string          `json:"number_suffix"`
	Place        string          `json:"place"`
	Heading      []string        `json:"heading"`
	Subject      string          `json:"subject"`   // trích yếu
	Authority    string          `json:"authority"` // who decides, above the bases; empty for most kinds
	Resolves     string          `json:"resolves"`  // QUYẾT ĐỊNH: between the bases and the body
	Fields       []TemplateField `json:"fields"`
	LegalBases   []string        `json:"legal_bases"`
	Body         []string        `json:"body"`
	SignerLines  []string        `json:"signer_lines"`
	Recipients   []string        `json:"recipients"`
}

// TemplateField is one thing the officer writes into a result.
type TemplateField struct {
	Key      string    `json:"key"`
	Label    i18n.Text `json:"label"`
	Type     string    `json:"type"`
	Required bool      `json:"required"`
	Options  []Option  `json:"options,omitempty"`
}

// Option is one answer to choose.
type Option struct {
	Value string    `json:"value"`
	Label i18n.Text `json:"label"`
}

// What applying a pack does to a procedure.
const (
	Added   ChangeKind = "added"   // it was not there, or was closed
	Changed ChangeKind = "changed" // a new version; the old one stays readable
	Closed  ChangeKind = "closed"  // it left the pack: no longer listed
)

// ChangeKind says what happened to a procedure.
type ChangeKind string

// Change is what applying a pack did to one procedure.
type Change struct {
	ID   ID
	Kind ChangeKind
}

// Figures are what the home page says of the work of the province. What is
// zero is not shown: a figure that nobody has counted is no figure.
type Figures struct {
	Decided     int64 // results of the last thirty days
	OnTime      int64 // of these, those that came before or on the day they were due
	Open        int64 // dossiers in hand today
	MedianHours int64 // working hours from acceptance to result, of Decided
	Popular     []ID  // procedures with the most results among Decided, the most common before the others
}

// Doors are the pages of other modules that the pages of this one lead to.
// An empty path is a door that is not there, and is not shown.
type Doors struct {
	File  string // before the id of the procedure: "/nop-ho-so/"
	Track string // where people ask for their dossier: "/tra-cuu"
	Mine  string // dossiers and results of the person signed in: "/ho-so"
	Law   string // before the id of a legal document: "/van-ban-phap-luat/"
	Map   string // before the name of a place, where offices are drawn: "/ban-do?gan="
	Help  string // where people read how to do it, or ask: "/tro-giup"
	Book  string // where people make an appointment: "/dat-lich"
	// National is the address of the National Public Service Portal.
	National string
}

// Citation is a procedure of today that rests on a legal document.
type Citation struct {
	ID    ID
	Name  i18n.Text
	Legal string // id of kernel/law
	Part  Part   // what of the procedure rests on it
}

// Part is what of a procedure rests on a legal document.
type Part string

// The parts of a Citation.
const (
	Itself  Part = ""     // the procedure as such
	ItsFee  Part = "fee"  // what it costs
	ItsForm Part = "form" // what people fill in
	ItsFlow Part = "flow" // the table of steps
)

// Offerer offers procedures to choose from.
type Offerer interface {
	// Offer returns at most limit procedures of today that a question finds;
	// without a question, the first ones by name.
	Offer(ctx context.Context, question string, limit int) ([]Version, error)
}

// Coded finds procedures by the codes of the national catalogue.
type Coded interface {
	// FindByCode returns the procedure of today with a national code, received where it
	// is today; false where there is none.
	FindByCode(ctx context.Context, code string) (Version, bool, error)
}

// Finder answers questions from other modules. Versions are shared by all who
// ask: nobody changes one.
type Finder interface {
	// Get returns the version that is valid today; ErrNotFound where there is none.
	Get(ctx context.Context, id ID) (Version, error)
	// GetVersion returns a version whatever the day; ErrNotFound where there is none.
	GetVersion(ctx context.Context, id ID, sha string) (Version, error)
}

// ErrFee means that the fee cannot be worked out from the answers.
var ErrFee = errs.New(errs.Conflict, "procedures.fee")

// ErrNotFound means that there is no such procedure, or none that is valid today.
var ErrNotFound = errs.New(errs.NotFound, "procedures.not_found")
