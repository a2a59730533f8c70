// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package dossiers is what other modules may know of dossiers (hồ sơ): how to
// name one, where it stands, what can go wrong, and what is announced when one
// moves. The work is done in internal/core; nothing outside this folder can
// import it.
package dossiers

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/id"
)

// ID identifies a dossier, and before it the draft it comes from. Only ParseID
// and core make one.
type ID string

// ParseID reads an ID that came from outside.
func ParseID(s string) (ID, error) {
	if !id.Valid(s) {
		return "", ErrNotFound
	}
	return ID(s), nil
}

// Status is where a dossier stands as business: TrangThaiHoSo of the national
// system (domain facts A.4). Money, delivery and synchronisation have their own.
type Status int

// The statuses of a dossier.
const (
	Submitted  Status = 1  // mới đăng ký
	Accepted   Status = 2  // được tiếp nhận
	Refused    Status = 3  // không được tiếp nhận
	Processing Status = 4  // đang xử lý
	Supplement Status = 5  // yêu cầu bổ sung giấy tờ
	Paying     Status = 6  // yêu cầu thực hiện nghĩa vụ tài chính
	Withdrawn  Status = 7  // công dân yêu cầu rút hồ sơ
	Stopped    Status = 8  // dừng xử lý
	Finished   Status = 9  // đã xử lý xong
	Delivered  Status = 10 // đã trả kết quả
)

// Key returns the translation key of the status.
func (s Status) Key() string {
	switch s {
	case Submitted:
		return "dossiers.status.submitted"
	case Accepted:
		return "dossiers.status.accepted"
	case Refused:
		return "dossiers.status.refused"
	case Processing:
		return "dossiers.status.processing"
	case Supplement:
		return "dossiers.status.supplement"
	case Paying:
		return "dossiers.status.paying"
	case Withdrawn:
		return "dossiers.status.withdrawn"
	case Stopped:
		return "dossiers.status.stopped"
	case Finished:
		return "dossiers.status.finished"
	case Delivered:
		return "dossiers.status.delivered"
	}
	return "dossiers.status.unknown"
}

// Ended reports whether nobody works on the dossier any more.
func (s Status) Ended() bool {
	return s == Refused || s == Withdrawn || s == Stopped || s == Delivered
}

// Progress is where one of the other three state machines stands.
type Progress string

// The states of money, delivery and synchronisation.
const (
	None Progress = "none"
	Done Progress = "done"
)

// Channel is how a dossier came (KenhThucHien, domain facts A.4).
type Channel int

// The channels.
const (
	Counter Channel = 1 // trực tiếp
	Online  Channel = 2 // trực tuyến
	Post    Channel = 3 // bưu chính công ích
)

// Key returns the translation key of the channel.
func (c Channel) Key() string {
	switch c {
	case Counter:
		return "dossiers.channel.counter"
	case Online:
		return "dossiers.channel.online"
	case Post:
		return "dossiers.channel.post"
	}
	return "dossiers.channel.unknown"
}

// OnPaper reports whether it comes on paper, so that a clerk writes it down: at the
// counter, and in an envelope that the post brings.
func (c Channel) OnPaper() bool { return c == Counter || c == Post }

// Basis is by what right somebody submits for the owner.
type Basis string

// The bases of representation.
const (
	Self       Basis = "self"       // the owner submits
	Parent     Basis = "parent"     // cha, mẹ của người chưa thành niên
	Guardian   Basis = "guardian"   // người giám hộ
	Authorised Basis = "authorised" // theo văn bản ủy quyền
	Legal      Basis = "legal"      // người đại diện theo pháp luật của tổ chức
)

// Summary is what a list shows of a dossier. It holds no personal data.
type Summary struct {
	ID          ID
	Reference   string // given when it was sent
	Code        string // given when it was accepted: mã hồ sơ
	Procedure   procedures.ID
	Name        i18n.Text // of the procedure
	Status      Status
	Channel     Channel
	Received    orgs.ID // the unit that accepts and delivers
	Authority   orgs.ID // the unit that decides
	Handler     orgs.ID // the unit whose turn it is
	SubmittedAt db.Time
	AcceptedAt  db.Time
	Due         db.Time // zero: nobody has stated how long it may take
	Keeper      Host    // whose system owns the status; zero: it is ours
}

// Open is how many dossiers of a procedure are open.
type Open struct {
	Waiting int64 // sent and not yet accepted: they get the rules of the day they are
	InHand  int64 // accepted: they keep the rules of their day
}

// Finder answers questions from other modules.
type Finder interface {
	// Find reports false for a dossier the actor may not see, as for one that
	// does not exist.
	Find(ctx context.Context, actor identity.Actor, id ID) (Summary, bool, error)
}

// What actors can be allowed to do.
const (
	PermSubmit  identity.Permission = "dossiers.submit"
	PermOwn     identity.Permission = "dossiers.own"
	PermAccept  identity.Permission = "dossiers.accept"
	PermView    identity.Permission = "dossiers.view"
	PermProcess identity.Permission = "dossiers.process"
	PermSign    identity.Permission = "dossiers.sign"
	PermIssue   identity.Permission = "dossiers.issue"
	PermDeliver identity.Permission = "dossiers.deliver"
	PermHold    identity.Permission = "dossiers.hold"    // put a legal hold
	PermRelease identity.Permission = "dossiers.release" // lift one that somebody else has put
	PermAdvise  identity.Permission = "dossiers.advise"  // answer when an opinion is asked for
	PermAssign  identity.Permission = "dossiers.assign"  // put the work of a unit into other hands
	PermAnswer  identity.Permission = "dossiers.answer"  // answer the telephone: say where the dossier of a caller stands
)

// Permissions lists them all.
func Permissions() []identity.Permission {
	return []identity.Permission{PermSubmit, PermOwn, PermAccept, PermView, PermProcess, PermSign, PermIssue, PermDeliver, PermHold, PermRelease, PermAdvise, PermAssign, PermAnswer, PermTemplates, PermTemplatesApprove}
}

// What is written in the audit trail. Drafts are not: nobody has acted yet.
const (
	AuditSubmitted   audit.Event = "dossiers.submitted"
	AuditAccepted    audit.Event = "dossiers.accepted"
	AuditRefused     audit.Event = "dossiers.refused"
	AuditClaimed     audit.Event = "dossiers.claimed"
	AuditCaseChanged audit.Event = "dossiers.case_changed" // "ID to CASE"
	AuditStepDone    audit.Event = "dossiers.step_done"
	AuditDrafted     audit.Event = "dossiers.drafted"
	AuditSentToSign  audit.Event = "dossiers.sent_to_sign"
	AuditInitialled  audit.Event = "dossiers.initialled"
	AuditUnused      audit.Event = "dossiers.signature_unused" // it came, and nothing waited for it any more
	AuditReturned    audit.Event = "dossiers.returned"
	AuditSigned      audit.Event = "dossiers.signed"
	AuditNumbered    audit.Event = "dossiers.numbered"
	AuditIssued      audit.Event = "dossiers.issued"
	AuditDelivered   audit.Event = "dossiers.delivered"
	AuditWithdrawn   audit.Event = "dossiers.withdrawn"
	AuditReceiptMade audit.Event = "dossiers.receipt_made"
	AuditFileRead    audit.Event = "dossiers.file_read"
	AuditPersonRead  audit.Event = "dossiers.person_read"
	AuditReceiptRead audit.Event = "dossiers.receipt_read"
	AuditAsked       audit.Event = "dossiers.supplement_asked"
	AuditAdded       audit.Event = "dossiers.supplement_paper_added"
	AuditSupplied    audit.Event = "dossiers.supplemented"
	AuditPaying      audit.Event = "dossiers.waits_for_money"
	AuditPaid        audit.Event = "dossiers.money_came"
	AuditHeld        audit.Event = "dossiers.held"
	AuditReleased    audit.Event = "dossiers.released"
	AuditErased      audit.Event = "dossiers.files_erased" // by a rule of retention
	AuditStoodIn     audit.Event = "dossiers.stood_in"     // what follows was done in place of somebody away: "ID for ACCOUNT"
	AuditGivenUp     audit.Event = "dossiers.given_up"     // a step that was in somebody's hands is anybody's again
	AuditReassigned  audit.Event = "dossiers.reassigned"   // by a superior: "ID to ACCOUNT"
	AuditOpinion     audit.Event = "dossiers.opinion_asked"
	AuditAnswered    audit.Event = "dossiers.opinion_given"
	AuditUnanswered  audit.Event = "dossiers.opinion_closed" // nobody answered, and whoever asked goes on
	AuditViewSaved   audit.Event = "dossiers.view_saved"     // how a list is looked at; it says for which unit, where it is shared
	AuditViewRemoved audit.Event = "dossiers.view_removed"
	AuditReminded    audit.Event = "dossiers.reminded" // "ID to ACCOUNT"
	AuditNoted       audit.Event = "dossiers.note_added"
	AuditExported    audit.Event = "dossiers.exported" // a list as a file: "LIST N rows"
	// Of the telephone: who was told where a dossier stands, what was sent after it, and, by the account, who asked with codes or numbers that are none.
	AuditCallAnswered audit.Event = "dossiers.call_answered"
	AuditCallSent     audit.Event = "dossiers.call_sent"
	AuditCallUnknown  audit.Event = "dossiers.call_unknown"
	// Of motions: a later day or a stop is asked for, decided, or not wanted any more.
	AuditMotion   audit.Event = "dossiers.motion_made" // "ID extend"
	AuditExtended audit.Event = "dossiers.extended"
	AuditStopped  audit.Event = "dossiers.stopped"
	AuditDeclined audit.Event = "dossiers.motion_declined"
	AuditDropped  audit.Event = "dossiers.motion_dropped"
	// AuditPresent says that a person whose vault is opened at a counter stands there; the subject is the dossier, or the page it comes of.
	AuditPresent audit.Event = "dossiers.owner_present"
	// Of dossiers that go to the unit which is to decide them.
	AuditTransfer     audit.Event = "dossiers.transfer_sent" // "ID to UNIT"
	AuditTransferred  audit.Event = "dossiers.transferred"   // "ID from UNIT"
	AuditTransferBack audit.Event = "dossiers.transfer_returned"
	AuditTransferDrop audit.Event = "dossiers.transfer_dropped"
	// Of results that turned out wrong. What was taken back and what replaces it are named by their hashes.
	AuditRevocation         audit.Event = "dossiers.revocation_asked"
	AuditRevocationDeclined audit.Event = "dossiers.revocation_declined"
	AuditRevocationDropped  audit.Event = "dossiers.revocation_dropped"
	AuditRevoked            audit.Event = "dossiers.result_revoked"  // "ID sha256:HEX"
	AuditReplaced           audit.Event = "dossiers.result_replaced" // "ID sha256:HEX"
	AuditPhraseSaved        audit.Event = "dossiers.phrase_saved"
	AuditPhraseRemoved      audit.Event = "dossiers.phrase_removed"
	// AuditFileReceived names the file and the hash of its content: "ID sha256:HEX".
	AuditFileReceived audit.Event = "dossiers.file_received"
	// Of dossiers that come from an older system, or go back to it.
	AuditMovedIn   audit.Event = "dossiers.moved_in"
	AuditGivenBack audit.Event = "dossiers.given_back"
)

// AuditEvents lists them all.
func AuditEvents() []audit.Event {
	return append([]audit.Event{
		AuditSubmitted, AuditAccepted, AuditRefused, AuditClaimed, AuditStepDone, AuditDrafted, AuditSentToSign, AuditReturned,
		AuditSigned, AuditNumbered, AuditIssued, AuditDelivered, AuditWithdrawn, AuditReceiptMade, AuditFileRead, AuditPersonRead, AuditReceiptRead,
		AuditAsked, AuditAdded, AuditSupplied, AuditPaying, AuditPaid, AuditCaseChanged, AuditInitialled, AuditUnused, AuditFileReceived, AuditHeld, AuditReleased, AuditErased,
		AuditStoodIn, AuditGivenUp, AuditReassigned, AuditOpinion, AuditAnswered, AuditUnanswered, AuditViewSaved, AuditViewRemoved, AuditReminded, AuditNoted, AuditExported,
		AuditCallAnswered, AuditCallSent, AuditCallUnknown, AuditMotion, AuditExtended, AuditStopped, AuditDeclined, AuditDropped,
		AuditPresent, AuditTransfer, AuditTransferred, AuditTransferBack, AuditTransferDrop, AuditPhraseSaved, AuditPhraseRemoved,
		AuditRevocation, AuditRevocationDeclined, AuditRevocationDropped, AuditRevoked, AuditReplaced,
		AuditRuleSaved, AuditRuleRemoved, AuditRuled, AuditRuledNobody, AuditGoesOn, AuditHeir,
		AuditMovedIn, AuditGivenBack, AuditDemanded, AuditPaidShown, AuditPaperLeft, AuditPaperGiven, AuditPaperTaken, AuditPaperDeclined, AuditPaperBack,
	}, slices.Concat(templateEvents(), letterEvents(), postEvents(), mailEvents(), []audit.Event{AuditMirrored, AuditHandedOver, AuditTakenBack})...)
}

// Sighting is how often the lists of an official have shown a dossier with the
// name of its owner.
type Sighting struct {
	Dossier     ID
	Code        string // what people call it
	Account     string
	Unit        orgs.ID // where the official worked the last time
	First, Last db.Time // Last is the first look of the last day
	Days        int     // on how many days
}

// Watch answers, for those who may ask about a scope, whose eyes fell on dossiers.
type Watch interface {
	// ListOwned returns at most limit dossiers that the persons of the scope
	// have sent or own, the newest first.
	ListOwned(ctx context.Context, scope access.Scope, limit int) ([]Summary, error)
	// ListSightings returns at most limit sightings of them, the last first,
	// but those of the account not; next is given back to go on.
	ListSightings(ctx context.Context, scope access.Scope, not, after string, limit int) (found []Sighting, next string, err error)
	// Codes returns what people call dossiers; other ids are left out. Codes
	// name nobody.
	Codes(ctx context.Context, q db.Querier, ids []string) (map[string]string, error)
}
