// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package site

import (
	"context"
	"io"
	"net/url"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/modules/procedures"
)

// Service is what the pages ask of the core.
type Service interface {
	drafting
	sent
	office
	casework
	motions
	wording
	lettering
	mailing
	revoking
	ledgers
	mirrored
	opinions
	looks
	calls
	transfers
	phrases
	ruling
	DemandPayment(ctx context.Context, actor identity.Actor, id dossiers.ID, n core.Notice) error
	ShowPayment(ctx context.Context, actor identity.Actor, id dossiers.ID, in core.Payment) error
	ListPaper(ctx context.Context, actor identity.Actor, of core.PaperList, after string) (core.Page[core.Sheaf], error)
	ListPaperPeople(ctx context.Context, actor identity.Actor) ([]core.Colleague, error)
	HandPaper(ctx context.Context, actor identity.Actor, ids []dossiers.ID, to string) (string, []core.Outcome, error)
	ListPaperLeft(ctx context.Context, actor identity.Actor, after string) (core.Page[core.Sheaf], error)
	MovePaperLeft(ctx context.Context, actor identity.Actor, ids []dossiers.ID, to string) (string, []core.Outcome, error)
	TakePaper(ctx context.Context, actor identity.Actor, ids []dossiers.ID) ([]core.Outcome, error)
	DeclinePaper(ctx context.Context, actor identity.Actor, ids []dossiers.ID, words string) ([]core.Outcome, error)
	TakePaperBack(ctx context.Context, actor identity.Actor, ids []dossiers.ID) ([]core.Outcome, error)
	PaperSlip(ctx context.Context, actor identity.Actor, slip string) ([]byte, error)
	Succeed(ctx context.Context, actor identity.Actor, id dossiers.ID, in core.Succession) error
}

// ruling is who gets the steps that become open.
type ruling interface {
	ListRules(ctx context.Context, actor identity.Actor) (core.RuleBook, error)
	SaveRule(ctx context.Context, actor identity.Actor, r core.Rule) (string, error)
	RemoveRule(ctx context.Context, actor identity.Actor, rule string) error
	TryRule(ctx context.Context, actor identity.Actor, r core.Rule) ([]core.Tried, error)
	ListRuleHistory(ctx context.Context, actor identity.Actor, unit orgs.ID, after string) (core.Page[core.Rule], error)
	ListUnfound(ctx context.Context, actor identity.Actor, after string) (core.Page[core.Unfound], error)
}

// phrases are what units ask of people again and again.
type phrases interface {
	ListPhrases(ctx context.Context, actor identity.Actor) ([]core.Phrase, error)
	SavePhrase(ctx context.Context, actor identity.Actor, p core.Phrase) (string, error)
	RemovePhrase(ctx context.Context, actor identity.Actor, phrase string) error
}

// transfers are dossiers on their way to the unit that decides.
type transfers interface {
	Transfer(ctx context.Context, actor identity.Actor, id dossiers.ID, w core.TransferWish) (string, error)
	ListDeciders(ctx context.Context, v procedures.Version, without orgs.ID) ([]orgs.Unit, error)
	ListTransfers(ctx context.Context, actor identity.Actor, incoming bool, after string) (core.Page[core.Transferred], error)
	CountTransfers(ctx context.Context, actor identity.Actor) (int64, error)
	GetTransfer(ctx context.Context, actor identity.Actor, transfer string) (core.TransferPage, error)
	ReceiveTransfer(ctx context.Context, actor identity.Actor, transfer string) (dossiers.ID, error)
	SendTransferBack(ctx context.Context, actor identity.Actor, transfer, words string) error
	DropTransfer(ctx context.Context, actor identity.Actor, transfer string) error
	TransferSlip(ctx context.Context, actor identity.Actor, transfer string) ([]byte, error)
}

type calls interface {
	AnswerCall(ctx context.Context, actor identity.Actor, code, proof string) (core.Call, error)
	CounterForm(ctx context.Context, id procedures.ID) (core.CounterForm, error)
	TakeIn(ctx context.Context, actor identity.Actor, in core.TakenIn) (core.Taken, error)
	SendCall(ctx context.Context, actor identity.Actor, code, proof string) error
}

type drafting interface {
	CalledNow(ctx context.Context, address string, l i18n.Lang) ([]forms.Candidate, error)
	ListUnits(ctx context.Context) ([]orgs.Unit, error)
	StartDraft(ctx context.Context, actor identity.Actor, in core.NewDraft) (core.Draft, error)
	GetDraft(ctx context.Context, actor identity.Actor, id dossiers.ID) (core.Draft, error)
	ListDrafts(ctx context.Context, actor identity.Actor, after string) (core.Page[core.DraftItem], error)
	DiscardDraft(ctx context.Context, actor identity.Actor, id dossiers.ID) error
	SaveParties(ctx context.Context, actor identity.Actor, id dossiers.ID, p core.Parties) (core.Draft, error)
	ChooseCase(ctx context.Context, actor identity.Actor, id dossiers.ID, chosen string) (core.Draft, error)
	SaveStep(ctx context.Context, actor identity.Actor, id dossiers.ID, step string, sent url.Values) (core.Draft, forms.Result, error)
	Attach(ctx context.Context, actor identity.Actor, id dossiers.ID, paper, name string, content io.Reader) (core.Attachment, error)
	Largest() int64
	StartUpload(ctx context.Context, actor identity.Actor, name string, length int64) (core.UploadState, error)
	GetUpload(ctx context.Context, actor identity.Actor, upload string) (files.Upload, error)
	AppendUpload(ctx context.Context, actor identity.Actor, upload string, start int64, content io.Reader) (core.UploadState, error)
	DropUpload(ctx context.Context, actor identity.Actor, upload string) error
	AttachUpload(ctx context.Context, actor identity.Actor, id dossiers.ID, paper, upload string) (core.Attachment, error)
	OpenDraftPicture(ctx context.Context, actor identity.Actor, id dossiers.ID, attachment string, page int) (io.ReadCloser, files.Picture, error)
	ListHoldings(ctx context.Context, actor identity.Actor, id dossiers.ID) ([]core.Offer, error)
	ListAtQuay(ctx context.Context, actor identity.Actor, in core.AtQuay) ([]core.Offer, error)
	ListMissingHoldings(ctx context.Context, actor identity.Actor, id dossiers.ID, present bool) ([]core.Offer, error)
	TakeMissingHolding(ctx context.Context, actor identity.Actor, id dossiers.ID, paper, holding string, present bool) (core.Attachment, error)
	DropMissingHolding(ctx context.Context, actor identity.Actor, id dossiers.ID, attachment string) error
	TakeHolding(ctx context.Context, actor identity.Actor, id dossiers.ID, paper, holding string) (core.Attachment, error)
	HandIn(ctx context.Context, actor identity.Actor, id dossiers.ID, paper string, h core.Handed) error
	Detach(ctx context.Context, actor identity.Actor, id dossiers.ID, attachment string) error
	OpenDraftFile(ctx context.Context, actor identity.Actor, id dossiers.ID, attachment string) (files.Content, files.File, error)
	PrintDraft(ctx context.Context, actor identity.Actor, id dossiers.ID) ([]byte, error)
	Check(ctx context.Context, actor identity.Actor, id dossiers.ID) (core.Draft, forms.Result, error)
	Submit(ctx context.Context, actor identity.Actor, id dossiers.ID) (core.Submitted, error)
}

type sent interface {
	Mine(ctx context.Context, actor identity.Actor, after string) (core.Page[core.Own], error)
	Withdraw(ctx context.Context, actor identity.Actor, id dossiers.ID, reason string) error
	ListReadings(ctx context.Context, actor identity.Actor, id dossiers.ID, after string) (core.Page[core.Reading], error)
	Track(ctx context.Context, key string) (core.Tracking, error)
	TrackOwn(ctx context.Context, key, phone string) (core.Tracking, error)
	Get(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) (core.Full, error)
	OpenFile(ctx context.Context, actor identity.Actor, id dossiers.ID, file files.ID, why access.Purpose) (files.Content, files.File, error)
	ViewFile(ctx context.Context, actor identity.Actor, id dossiers.ID, file files.ID, why access.Purpose) (core.FileView, error)
	OpenPicture(ctx context.Context, actor identity.Actor, id dossiers.ID, file files.ID, page int, ticket string, why access.Purpose) (io.ReadCloser, files.Picture, error)
	Receipt(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) (files.Content, files.File, error)
	ReceiptOn(ctx context.Context, actor identity.Actor, id dossiers.ID, sheet core.Sheet, why access.Purpose) ([]byte, error)
	ResultFile(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) (files.Content, files.File, error)
	RefusalSlip(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) ([]byte, error)
}

type office interface {
	ListHolds(ctx context.Context, actor identity.Actor, before string) (core.Page[core.HeldDossier], error)
	PlaceHold(ctx context.Context, actor identity.Actor, code, reason string) (core.HeldDossier, error)
	LiftHold(ctx context.Context, actor identity.Actor, dossier dossiers.ID, hold, reason string) error
	Inbox(ctx context.Context, actor identity.Actor, after string) (core.Page[core.Item], error)
	Desk(ctx context.Context, actor identity.Actor, f core.DeskFilter, after string) (core.Desk, error)
	CountDesk(ctx context.Context, actor identity.Actor) (int64, error)
	CountInbox(ctx context.Context, actor identity.Actor) (int64, error)
	TimeLeft(unit orgs.ID, now, due time.Time) (calendar.Left, error)
	Find(ctx context.Context, actor identity.Actor, id dossiers.ID) (dossiers.Summary, bool, error)
	FindCode(ctx context.Context, actor identity.Actor, code string) (dossiers.Summary, bool, error)
}

// motions are what officers ask leaders for.
type motions interface {
	Move(ctx context.Context, actor identity.Actor, id dossiers.ID, w core.Wish) (string, error)
	DropMotion(ctx context.Context, actor identity.Actor, id dossiers.ID, motion string) error
	DecideMotion(ctx context.Context, actor identity.Actor, id dossiers.ID, motion string, v core.Verdict) error
	ListMotions(ctx context.Context, actor identity.Actor, after string) (core.Page[core.MotionItem], error)
	CountMotions(ctx context.Context, actor identity.Actor) (int64, error)
	ApologySlip(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) ([]byte, error)
	StopSlip(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) ([]byte, error)
	ControlSlip(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) ([]byte, error)
}

type casework interface {
	AskSupplement(ctx context.Context, actor identity.Actor, id dossiers.ID, a core.Ask) error
	PreviewSupplement(ctx context.Context, actor identity.Actor, id dossiers.ID, a core.Ask) ([]byte, error)
	SupplementDays(unit orgs.ID) int
	AttachSupplement(ctx context.Context, actor identity.Actor, id dossiers.ID, paper, name string, content io.Reader) (core.Attachment, error)
	SupplyMissing(ctx context.Context, actor identity.Actor, id dossiers.ID, in core.Supply) error
	SupplementSlip(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) ([]byte, error)
	ChangeCase(ctx context.Context, actor identity.Actor, id dossiers.ID, chosen, reason string) error
	Accept(ctx context.Context, actor identity.Actor, id dossiers.ID) (core.AcceptedInfo, error)
	Refuse(ctx context.Context, actor identity.Actor, id dossiers.ID, reason string) error
	GetStep(ctx context.Context, actor identity.Actor, id dossiers.ID, step dossiers.TaskID, why access.Purpose) (core.Full, error)
	Claim(ctx context.Context, actor identity.Actor, id dossiers.ID, step dossiers.TaskID) error
	UnitWork(ctx context.Context, actor identity.Actor, f core.DeskFilter, after string) (core.Desk, error)
	Release(ctx context.Context, actor identity.Actor, id dossiers.ID, step dossiers.TaskID) error
	Reassign(ctx context.Context, actor identity.Actor, steps []dossiers.TaskID, to, reason string) ([]dossiers.HandedOver, error)
	ListColleagues(ctx context.Context, actor identity.Actor, step dossiers.TaskID) ([]core.Colleague, error)
	Finish(ctx context.Context, actor identity.Actor, id dossiers.ID, done core.Done) error
	SaveResultDraft(ctx context.Context, actor identity.Actor, id dossiers.ID, fields map[string]string) (core.Result, error)
	PreviewResult(ctx context.Context, actor identity.Actor, id dossiers.ID) ([]byte, error)
	ListSigners(ctx context.Context, actor identity.Actor, id dossiers.ID) ([]core.SignerChoice, error)
	SendToSign(ctx context.Context, actor identity.Actor, id dossiers.ID, signer string) (core.Signing, error)
	Return(ctx context.Context, actor identity.Actor, id dossiers.ID, step dossiers.TaskID, reason string) error
	Sign(ctx context.Context, actor identity.Actor, id dossiers.ID) (core.Signing, error)
	SignMany(ctx context.Context, actor identity.Actor, ids []dossiers.ID) (core.Signing, []core.Outcome, error)
	GetSigning(ctx context.Context, actor identity.Actor, request string) (core.SigningState, error)
	StartCard(ctx context.Context, actor identity.Actor, request string) ([]core.CardPaper, error)
	HandInCard(ctx context.Context, actor identity.Actor, request, token string, file []byte) error
	CancelSigning(ctx context.Context, actor identity.Actor, request string) error
	Issue(ctx context.Context, actor identity.Actor, id dossiers.ID) (core.IssuedInfo, error)
	Deliver(ctx context.Context, actor identity.Actor, id dossiers.ID, h core.Handover) error
}

type opinions interface {
	ListConsultable(ctx context.Context, actor identity.Actor) ([]orgs.Unit, error)
	Consult(ctx context.Context, actor identity.Actor, id dossiers.ID, c core.Consultation) ([]string, error)
	CloseOpinion(ctx context.Context, actor identity.Actor, opinion, reason string) error
	ListAsked(ctx context.Context, actor identity.Actor, after string) (core.Page[core.AskedItem], error)
	CountAsked(ctx context.Context, actor identity.Actor) (int64, error)
	GetAsked(ctx context.Context, actor identity.Actor, opinion string) (core.AskedCase, error)
	AnswerOpinion(ctx context.Context, actor identity.Actor, opinion string, a core.Advice) error
	OpenOpinionFile(ctx context.Context, actor identity.Actor, opinion string, why access.Purpose) (files.Content, files.File, error)
}

type looks interface {
	Board(ctx context.Context, actor identity.Actor) (core.Board, error)
	ExportWork(ctx context.Context, actor identity.Actor, list core.WorkList, f core.DeskFilter) ([]core.Item, error)
	AddNote(ctx context.Context, actor identity.Actor, id dossiers.ID, words string, mentions []string) error
	ListMentionable(ctx context.Context, actor identity.Actor, id dossiers.ID) ([]core.Colleague, error)
	PlanMany(ctx context.Context, actor identity.Actor, act core.Act, steps []dossiers.TaskID) ([]core.Planned, error)
	DoMany(ctx context.Context, actor identity.Actor, act core.Act, steps []dossiers.TaskID, note string) ([]dossiers.HandedOver, error)
	ListViews(ctx context.Context, actor identity.Actor, list core.WorkList) ([]core.View, error)
	SaveView(ctx context.Context, actor identity.Actor, in core.Saving) (string, error)
	RemoveView(ctx context.Context, actor identity.Actor, id string) error
	OpenWith(ctx context.Context, actor identity.Actor, list core.WorkList, view string) error
	UnitNames(ctx context.Context) func(orgs.ID) i18n.Text
}

// Catalogue finds procedures by the words of people; without words it offers
// those that are asked for most.
type Catalogue interface {
	Offer(ctx context.Context, question string, limit int) ([]procedures.Version, error)
}
