// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"io"
	"net/url"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/dossiers"
)

var errLater = errors.New("being written")

// JobReceipt makes the receipt of an accepted dossier. Its body is the ID.
const JobReceipt jobs.Kind = "dossiers.receipt"

// StartDraft begins a draft of the actor.
func (s *Service) StartDraft(ctx context.Context, actor identity.Actor, in NewDraft) (Draft, error) {
	return Draft{}, errLater
}

// GetDraft returns a draft of the actor, on whatever device it was begun.
func (s *Service) GetDraft(ctx context.Context, actor identity.Actor, id dossiers.ID) (Draft, error) {
	return Draft{}, errLater
}

// ListDrafts returns the actor's drafts, the newest first.
func (s *Service) ListDrafts(ctx context.Context, actor identity.Actor, after string) (Page[DraftItem], error) {
	return Page[DraftItem]{}, errLater
}

// DiscardDraft throws a draft away, with its files.
func (s *Service) DiscardDraft(ctx context.Context, actor identity.Actor, id dossiers.ID) error {
	return errLater
}

// SaveParties saves for whom the dossier is. What makes no sense is not kept.
func (s *Service) SaveParties(ctx context.Context, actor identity.Actor, id dossiers.ID, p Parties) (Draft, error) {
	return Draft{}, errLater
}

// SaveStep saves the answers to one step as a browser sent them, and says what
// is wrong with them. They are kept all the same; other steps stay as they are.
func (s *Service) SaveStep(ctx context.Context, actor identity.Actor, id dossiers.ID, step string, sent url.Values) (Draft, forms.Result, error) {
	return Draft{}, forms.Result{}, errLater
}

// SaveAnswers saves answers as a program sends them: those that are named, and
// no others.
func (s *Service) SaveAnswers(ctx context.Context, actor identity.Actor, id dossiers.ID, raw []byte) (Draft, forms.Result, error) {
	return Draft{}, forms.Result{}, errLater
}

// Attach adds a file to a paper of a draft.
func (s *Service) Attach(ctx context.Context, actor identity.Actor, id dossiers.ID, paper, name string, content io.Reader) (Attachment, error) {
	return Attachment{}, errLater
}

// HandIn notes at the counter that sheets of a paper were handed over; none
// takes the note back.
func (s *Service) HandIn(ctx context.Context, actor identity.Actor, id dossiers.ID, paper string, h Handed) error {
	return errLater
}

// Detach takes a file away from a draft.
func (s *Service) Detach(ctx context.Context, actor identity.Actor, id dossiers.ID, attachment string) error {
	return errLater
}

// OpenDraftFile opens a file of a draft of the actor. The caller closes it.
func (s *Service) OpenDraftFile(ctx context.Context, actor identity.Actor, id dossiers.ID, attachment string) (io.ReadCloser, files.File, error) {
	return nil, files.File{}, errLater
}

// Check says everything that keeps a draft from being sent, in the order of
// the form: Name is a field's key, "owner.…", or "paper-" with the paper's id.
func (s *Service) Check(ctx context.Context, actor identity.Actor, id dossiers.ID) (Draft, forms.Result, error) {
	return Draft{}, forms.Result{}, errLater
}

// Submit sends a draft. Sent again, it is the same dossier.
func (s *Service) Submit(ctx context.Context, actor identity.Actor, id dossiers.ID) (Submitted, error) {
	return Submitted{}, errLater
}

// File sends a whole dossier in one piece. The same key with the same
// application is the same dossier; with another it is refused.
func (s *Service) File(ctx context.Context, actor identity.Actor, a Application, key string) (Submitted, error) {
	return Submitted{}, errLater
}

// Mine lists what the actor has sent or owns, the newest first.
func (s *Service) Mine(ctx context.Context, actor identity.Actor, after string) (Page[Own], error) {
	return Page[Own]{}, errLater
}

// Withdraw takes a dossier back at the wish of who sent it, as long as no result is signed.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, id dossiers.ID, reason string) error {
	return errLater
}

// Track says where a dossier stands to anybody who has its reference or code.
func (s *Service) Track(ctx context.Context, key string) (Tracking, error) {
	return Tracking{}, errLater
}

// Find implements dossiers.Finder.
func (s *Service) Find(ctx context.Context, actor identity.Actor, id dossiers.ID) (dossiers.Summary, bool, error) {
	return dossiers.Summary{}, false, errLater
}

// FindCode is Find by code or reference, for the scanner at the counter.
func (s *Service) FindCode(ctx context.Context, actor identity.Actor, code string) (dossiers.Summary, bool, error) {
	return dossiers.Summary{}, false, errLater
}

// Get returns a dossier with everything in it. That it was read, by whom and
// why, is recorded before.
func (s *Service) Get(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) (Full, error) {
	return Full{}, errLater
}

// OpenFile opens a file of a dossier, likewise recorded. The caller closes it.
func (s *Service) OpenFile(ctx context.Context, actor identity.Actor, id dossiers.ID, file files.ID, why access.Purpose) (io.ReadCloser, files.File, error) {
	return nil, files.File{}, errLater
}

// Receipt opens the receipt (mẫu 01) of an accepted dossier, and makes it where
// the job has not. The caller closes it.
func (s *Service) Receipt(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) (io.ReadCloser, files.File, error) {
	return nil, files.File{}, errLater
}

// ResultFile opens the newest document of the result; those outside the office get it
// only when it is issued. The caller closes it.
func (s *Service) ResultFile(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) (io.ReadCloser, files.File, error) {
	return nil, files.File{}, errLater
}

// Inbox lists what waits to be accepted in the actor's units, the oldest first.
func (s *Service) Inbox(ctx context.Context, actor identity.Actor, after string) (Page[Item], error) {
	return Page[Item]{}, errLater
}

// Desk lists what waits for the actor after acceptance, the most urgent first.
func (s *Service) Desk(ctx context.Context, actor identity.Actor, f DeskFilter, after string) (Desk, error) {
	return Desk{}, errLater
}

// Accept accepts a dossier: it gets its code, the clock starts and the process begins.
func (s *Service) Accept(ctx context.Context, actor identity.Actor, id dossiers.ID) (AcceptedInfo, error) {
	return AcceptedInfo{}, errLater
}

// Refuse refuses a dossier that was not accepted, with the reason in words.
func (s *Service) Refuse(ctx context.Context, actor identity.Actor, id dossiers.ID, reason string) error {
	return errLater
}

// RefusalSlip returns the slip (mẫu 03) of a refused dossier as PDF.
func (s *Service) RefusalSlip(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) ([]byte, error) {
	return nil, errLater
}

// Claim takes the open step of a dossier into the actor's hands.
func (s *Service) Claim(ctx context.Context, actor identity.Actor, id dossiers.ID) error {
	return errLater
}

// Finish ends a step that has no document of its own (appraise, consult) and hands the
// dossier on. Choice is needed only where the table leaves one.
func (s *Service) Finish(ctx context.Context, actor identity.Actor, id dossiers.ID, note, choice string) error {
	return errLater
}

// SaveResultDraft saves what the officer writes into the result.
func (s *Service) SaveResultDraft(ctx context.Context, actor identity.Actor, id dossiers.ID, fields map[string]string) (Result, error) {
	return Result{}, errLater
}

// PreviewResult draws the result as it would be sent to sign: a PDF marked as a draft.
func (s *Service) PreviewResult(ctx context.Context, actor identity.Actor, id dossiers.ID) ([]byte, error) {
	return nil, errLater
}

// ListSigners returns the officials who may be asked to sign this dossier.
func (s *Service) ListSigners(ctx context.Context, actor identity.Actor, id dossiers.ID) ([]SignerChoice, error) {
	return nil, errLater
}

// SendToSign makes the document and hands it to who is to sign; empty means the only one there is.
func (s *Service) SendToSign(ctx context.Context, actor identity.Actor, id dossiers.ID, signer string) error {
	return errLater
}

// Return gives a dossier back to who drafted it, with the words why.
func (s *Service) Return(ctx context.Context, actor identity.Actor, id dossiers.ID, reason string) error {
	return errLater
}

// Sign signs the document with the actor's own key.
func (s *Service) Sign(ctx context.Context, actor identity.Actor, id dossiers.ID) error {
	return errLater
}

// SignMany signs several, each by itself.
func (s *Service) SignMany(ctx context.Context, actor identity.Actor, ids []dossiers.ID) ([]Outcome, error) {
	return nil, errLater
}

// Issue numbers, dates and seals the signed document.
func (s *Service) Issue(ctx context.Context, actor identity.Actor, id dossiers.ID) (IssuedInfo, error) {
	return IssuedInfo{}, errLater
}

// Deliver hands the result over. That it is late never stands in the way.
func (s *Service) Deliver(ctx context.Context, actor identity.Actor, id dossiers.ID, h Handover) error {
	return errLater
}

// MakeReceipt does JobReceipt. Done again, it does nothing.
func (s *Service) MakeReceipt(ctx context.Context, body []byte) error { return errLater }
