// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"log/slog"

	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// Party is a person or an organisation as a dossier names it: personal data.
type Party struct {
	Kind    identity.PersonKind `json:"kind"`
	Name    string              `json:"name"`
	Number  string              `json:"number,omitempty"` // personal number or tax code
	Phone   string              `json:"phone,omitempty"`
	Email   string              `json:"email,omitempty"`
	Address string              `json:"address,omitempty"`
	Born    string              `json:"born,omitempty"`   // 1985-06-12, or the part of it that is known
	Sex     string              `json:"sex,omitempty"`    // male, female
	Source  Source              `json:"source,omitempty"` // where all this was taken from
}

// Source is where personal data that nobody typed come from.
type Source string

// The sources; none means typed.
const (
	FromAccount Source = "account" // the person record behind the account
	FromCard    Source = "card"    // the code of an identity card, scanned at the counter
	FromParties Source = "parties" // typed before, as the owner or the submitter
)

// LogValue keeps the person out of logs.
func (Party) LogValue() slog.Value { return slog.StringValue("[party]") }

// Parties says for whom a dossier is and who brings it. On the web the
// submitter is always the person who is signed in.
type Parties struct {
	Basis     dossiers.Basis `json:"basis"`
	BasisNote string         `json:"basis_note,omitempty"` // the paper that gives the right: "Văn bản ủy quyền số …"
	Owner     Party          `json:"owner"`
	Submitter Party          `json:"submitter,omitzero"` // at the counter, when it is not the owner
}

// NewDraft is what a draft begins with.
type NewDraft struct {
	Procedure procedures.ID
	Unit      orgs.ID // where it is sent; for a clerk empty means the own unit
	Case      string  // of the procedure; empty: not chosen yet
	Mail      *Mail   // the envelope in which the papers came; nil: none
}

// Attachment is a paper that was added to a draft or a dossier: a file, or
// sheets handed over at the counter.
type Attachment struct {
	ID        string
	Paper     string    // id of procedures.Paper
	File      *FileInfo // nil: on paper
	Original  int
	Copy      int
	Certified int
	AddedAt   db.Time
	Vault     string // the paper of the vault it is a copy of; empty: it was brought
	VaultSHA  string // of the version that was taken, hex
}

// FileInfo is what is known about a file.
type FileInfo struct {
	ID      files.ID
	Name    string
	Type    files.Type
	Size    int64
	SHA256  string // hex
	AddedAt db.Time
	Shown   files.Shown // in the papers of a draft or a dossier
	Erased  db.Time     // zero while it is there; then there is no name any more
}

// Draft is a dossier that was not sent yet.
type Draft struct {
	ID        dossiers.ID
	Procedure procedures.Version // the rules of its case
	Case      string             // of the procedure; empty: it has none, or none is chosen yet
	Unit      orgs.Unit
	Was       *orgs.Unit // the unit to which it was to go before that was merged into Unit; nil: it was not
	Channel   dossiers.Channel
	Parties   Parties
	Answers   forms.Answers
	Papers    []Attachment
	Mail      *Posted // the envelope in which the papers came; nil: none
	Version   int
	SavedAt   db.Time
	KeptUntil db.Time // the last day, at its beginning; zero: for ever
	Form      *forms.Form
	World     forms.World
	Clashes   []forms.Clash     // answers that another device changed meanwhile
	Focus     string            // the input to go to after rows were changed
	known     forms.Known       // of the parties
	sources   map[string]Source // by the names of known
}

// DraftItem is a line of a list of drafts. It holds no answers.
type DraftItem struct {
	ID      dossiers.ID
	Name    i18n.Text
	Unit    i18n.Text
	SavedAt db.Time

	KeptUntil db.Time // as in Draft
	Channel   dossiers.Channel
}

// Handed is how many sheets of a paper were handed over at the counter.
type Handed struct{ Original, Copy, Certified int }

// Submitted is what somebody who sent a dossier is told.
type Submitted struct {
	ID        dossiers.ID
	Reference string
	At        db.Time
}

// Application is a whole dossier in one piece, as programs send it. Draft
// names one that holds its files; then everything else that is given replaces
// what the draft says.
type Application struct {
	Draft     dossiers.ID
	Procedure procedures.ID
	Case      string `json:",omitempty"` // of the procedure, where it has cases
	Unit      orgs.ID
	Parties   *Parties
	Answers   []byte // JSON
	Handed    map[string]Handed
	Mail      *Mail `json:",omitempty"` // the envelope in which it came; nil: none. A draft says so itself
}

// Bucket says how much of the time is left.
type Bucket string

// The buckets of a desk, the most urgent first.
const (
	Overdue Bucket = "overdue"
	Today   Bucket = "today"
	Soon    Bucket = "soon" // within two working days
	Waiting Bucket = "waiting"
	Other   Bucket = "other"
)

// Item is a line of a list of dossiers for those who work on them. Owner is
// personal data: that the page was read is recorded.
type Item struct {
	dossiers.Summary
	Owner    string
	Task     dossiers.TaskID // the open step; empty while it waits to be accepted
	Step     i18n.Text
	Action   string // accept, appraise, consult, draft, sign, issue, deliver; empty when it is over
	StepDue  db.Time
	Assignee string // name of who has it in hands; empty: nobody
	Mine     bool
	StandIn  bool   // the assignee is away, and the actor stands in
	Holder   string // account of the assignee
	Post     string
	Field    i18n.Text // of the procedure
	Basis    dossiers.Basis
	Bucket   Bucket
	Signing  bool   // somebody is asked for a signature
	Died     string // the day on which the owner died, YYYY-MM-DD; empty: they live, as far as is known
}

// Counts is how many dossiers wait on a desk.
type Counts struct{ Overdue, Today, Soon, Waiting, Other int }

// Total returns all of them.
func (c Counts) Total() int { return c.Overdue + c.Today + c.Soon + c.Waiting + c.Other }

// Desk is what waits for an official.
type Desk struct {
	Page[Item]
	Counts Counts
	Taken  int // of these, how many are in the actor's own hands; the others nobody has taken. Of a desk alone
	Facets Facets
}

// Own is a line of what a citizen has sent.
type Own struct {
	dossiers.Summary
	Unit     i18n.Text // that received it
	Overdue  bool
	DaysLeft int // working days until it is due; 0 on the day itself
}

// Full is a dossier with everything in it: personal data.
type Full struct {
	dossiers.Summary
	Version     procedures.Version     // the rules of its case
	Elsewhere   dossiers.KeptElsewhere // whose system owns the status; zero: it is ours
	Case        string                 // of the procedure; empty: it has none
	Finance     dossiers.Progress
	Delivery    dossiers.Progress
	ByPost      bool // the post has brought its result, or is about to
	Sync        dossiers.Progress
	Basis       dossiers.Basis
	BasisNote   string
	Owner       Party
	Submitter   Party
	Helper      string     // name of the clerk who filled it in; empty: nobody did
	Paper       *Sheaf     // who has its paper in hand; nil: none came, or nobody in the office asks
	Mail        *Posted    // the envelope in which the papers came; nil: none
	Died        *OwnerDied // the owner has died since it was sent; nil: not, or nobody in the office asks
	Restricted  db.Time    // since when data of the owner is to be left alone; zero: it is not, or it is their own page
	Answers     forms.Answers
	Form        *forms.Form
	World       forms.World
	Papers      []Attachment
	Units       map[orgs.ID]orgs.Unit // those the summary names
	AcceptedBy  string                // name
	Original    db.Time               // due as promised at acceptance
	Statutory   db.Time               // due by law
	Reason      string                // of a refusal, a withdrawal or a return
	Step        Step                  // the one that is the actor's; otherwise the first that is open
	Beside      []Step                // what else is open at the same time
	Standing    []string              // nodes of the process at which the case stands, for its picture
	Notes       []Note                // of colleagues, the newest first; never for who the dossier is about
	Inside      bool                  // the actor may write one
	Opinions    []Opinion             // the oldest first; not for those outside the office
	Supplements []Supplement          // the oldest first; the last may still be open
	Demands     []Demand              // of money, by other agencies; the oldest first, the last may still be open
	Motions     []Motion              // the oldest first; its owner sees what was agreed to
	Revocations []Revocation          // of results; the oldest first; its owner sees what was agreed to
	Annex       []dossiers.Noted      // what it said in an older system for which there is no field here
	Timeline    []Event
	Ahead       []Ahead
	Result      *Result
	IfAccepted  db.Time // due if it was accepted now; for who may accept it, and zero where no time is stated
	Receipt     bool    // can be had
	FinishedAt  db.Time
	DeliveredAt db.Time
	Receiver    string     // who took the result
	Taken       *Collected // by what right, on paper; nil: nobody has said
	Can         Can
	Waits       *WaitingFor // for a signature; nil: it does not
	Unsigned    string      // why the last signature that was asked for in this step is not there: a code; empty: nothing was asked for
	Ticket      string      // for the thumbnails of its files: that they are seen is part of this reading
}

// Step is whose turn it is.
type Step struct {
	Task     dossiers.TaskID
	ID       string // of the process
	Name     i18n.Text
	Action   string
	Post     string
	Unit     orgs.ID
	Due      db.Time
	Assignee string // name
	Mine     bool
	Deputy   string   // name of who stands in for the assignee today; empty: nobody has to
	StandIn  bool     // that is the actor
	Choices  []Choice // where the table leaves a choice of the next step
	Returns  bool     // it can be given back
	Drafts   bool     // a result is drafted here
	Endorses bool     // signed or passed on without a document of its own
}

// Choice is a step that may follow.
type Choice struct {
	ID   string
	Name i18n.Text
}

// Can says what the actor may do now. The use cases decide again.
type Can struct{ Accept, Refuse, Claim, Finish, Draft, SendToSign, Sign, Return, Issue, Deliver, Withdraw, Ask, Supply, Demand, ShowPaid, Release, Assign, Consult, Extend, Stop, Decide, Case, Revoke, DecideRevocation, Transfer bool }

// Event is one line of the timeline, as the public sees it: no names. What stands
// in By and Rule is seen in the office alone.
type Event struct {
	At     db.Time
	Kind   string // submitted, accepted, working, step, returned, issued, delivered, refused, withdrawn, supplement, supplemented
	Status dossiers.Status
	Step   i18n.Text
	Unit   i18n.Text
	By     string         // name of who got the step by a rule, or of who did it in an older system
	Rule   *Ruled         // of an assignment
	Before *dossiers.Deed // of a line of an older system
}

// Ruled is the rule that has assigned a step, or has found nobody.
type Ruled struct {
	Rule    string
	Version int
	Kind    dossiers.RuleKind
	Kept    bool               // to who had done such a step of the dossier before
	Why     dossiers.WhyNobody // empty: somebody was found
}

// ResultState is how far a result has come.
type ResultState string

// The states of a result.
const (
	Drafted ResultState = "drafted"
	ToSign  ResultState = "to_sign"
	Signed  ResultState = "signed"
	Issued  ResultState = "issued"
)

// Result is the document a dossier ends with.
type Result struct {
	State    ResultState
	Template procedures.Template
	Fields   map[string]string
	Version  int
	Signer   string // name of who is asked to sign, or has signed
	SignedAt db.Time
	Number   string // "12/GXN-UBND"; empty until it is issued
	IssuedAt db.Time
	File     *FileInfo // the newest document; nil while there are fields only
}

// SignerChoice is an official who may be asked to sign.
type SignerChoice struct{ Account, Name, Post string }

// AcceptedInfo is what a clerk is told who accepted a dossier.
type AcceptedInfo struct {
	Code string
	Due  db.Time
}

// IssuedInfo is what a records clerk is told.
type IssuedInfo struct {
	Number  string
	At      db.Time // zero while an approval is waited for
	Request string  // for the seal; empty: it is done
}

// Outcome is what became of one of many.
type Outcome struct {
	ID  dossiers.ID
	Err error // nil: done, or Waiting
	// Waiting: an approval is asked for.
	Waiting bool
}

// Tracking is what anybody with a reference or a code may know. It holds no
// personal data.
type Tracking struct {
	Reference   string // only for who came with it
	Code        string
	Name        i18n.Text
	Status      dossiers.Status
	Delivery    dossiers.Progress
	SubmittedAt db.Time
	AcceptedAt  db.Time
	Due         db.Time
	Overdue     bool
	DaysLeft    int // working days until it is due; 0 on the day itself
	FinishedAt  db.Time
	DaysEarly   int // working days between the result and the day that was promised; 0 on that day, below it was late
	Place       Place
	Steps       []Event         // what has happened
	Ahead       []Ahead         // what is still to come, in order
	Turn        *Event          // the step whose turn it is, without a time; nil: nobody's
	Own         bool            // who asks has shown that it is their dossier
	AskedUntil  db.Time         // for them: the last moment to add what is missing; zero: nothing is
	Revoked     []RevokedResult // results that count no more, the oldest first

	Elsewhere dossiers.KeptElsewhere // whose system says where it stands; zero: we do
}

// Ahead is a step still to come: no names.
type Ahead struct {
	Step i18n.Text
	By   db.Time // when it is expected to be done; zero where nobody can say
}

// RevokedResult is a result that was taken back, as the public may know it.
type RevokedResult struct {
	Number    string
	At        db.Time
	Making    bool   // a new one is being made
	NewNumber string // of what replaces it
}

// Place is where people go.
type Place struct {
	Name    i18n.Text
	Address string
	Phone   string
}
