// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// readers returns the scope in which the actor may read dossiers: as an
// official of a unit that takes part, or as who sent or owns them.
func readers(actor identity.Actor) (access.Scope, error) {
	return access.RequireAny(actor, dossiers.PermView, dossiers.PermAccept, dossiers.PermProcess, dossiers.PermSign,
		dossiers.PermIssue, dossiers.PermDeliver, dossiers.PermOwn)
}

// Find implements dossiers.Finder.
func (s *Service) Find(ctx context.Context, actor identity.Actor, id dossiers.ID) (_ dossiers.Summary, ok bool, err error) {
	defer errs.Wrap(&err, "find dossier %s", id)

	scope, err := readers(actor)
	if err != nil {
		return dossiers.Summary{}, false, err
	}
	return found(s.store.Get(ctx, s.DB, scope, store.Involved(), id))
}

// FindCode is Find by code or reference, for the scanner at the counter. What a
// scanner reads of a receipt is taken too: the code is one of its fields.
func (s *Service) FindCode(ctx context.Context, actor identity.Actor, code string) (_ dossiers.Summary, ok bool, err error) {
	defer errs.Wrap(&err, "find dossier by code")

	scope, err := readers(actor)
	if err != nil {
		return dossiers.Summary{}, false, err
	}
	if fields := strings.Split(code, "|"); len(fields) > 2 {
		code = fields[2] // as papers.Press.Code writes it
	}
	return found(s.store.FindCode(ctx, s.DB, scope, strings.ToUpper(text.Line(code))))
}

func found(d store.Dossier, err error) (dossiers.Summary, bool, error) {
	if errors.Is(err, dossiers.ErrNotFound) {
		return dossiers.Summary{}, false, nil
	}
	return d.Summary, err == nil, err
}

// read returns a dossier with its personal data after it was recorded who read
// it and why.
func (s *Service) read(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose, e audit.Event) (d store.Dossier, p store.Personal, err error) {
	scope, err := readers(actor)
	if err != nil {
		return d, p, err
	}
	if err := why.Check(); err != nil {
		return d, p, err
	}
	var (
		row   store.Dossier
		about store.Personal
	)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.store.Get(ctx, tx, scope, store.Involved(), id)
		if err != nil {
			return err
		}
		if err := honest(actor, r, why); err != nil {
			return err
		}
		a, err := s.store.Personal(ctx, tx, scope, id)
		if err != nil {
			return err
		}
		row, about = r, a
		return audit.RecordReadOf(ctx, tx, actor, e, string(id), r.OwnerID, why)
	})
	if err != nil {
		return d, p, err // nothing leaves when the record failed
	}
	return row, about, nil
}

// honest refuses to read the dossier of others as one's own: who has read it is
// shown to them.
func honest(actor identity.Actor, d store.Dossier, why access.Purpose) error {
	if why == access.Own && (actor.Person == "" || (actor.Person != d.OwnerID && actor.Person != d.SubmitterID)) {
		return access.ErrPurposeNeeded
	}
	return nil
}

// owns reports whether the actor reads as a citizen.
func owns(actor identity.Actor, d store.Dossier) bool {
	return actor.Person != "" && (actor.Person == d.OwnerID || actor.Person == d.SubmitterID) && !actor.Official()
}

// Get returns a dossier with everything in it. That it was read, by whom and
// why, is recorded before.
func (s *Service) Get(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) (f Full, err error) {
	defer errs.Wrap(&err, "get dossier %s", id)

	d, p, err := s.read(ctx, actor, id, why, dossiers.AuditPersonRead)
	if err != nil {
		return f, err
	}
	if f, err = s.full(ctx, actor, d, p); err == nil {
		f.Ticket = s.ticket(actor, id, thumbnails)
	}
	return f, err
}

func (s *Service) full(ctx context.Context, actor identity.Actor, d store.Dossier, p store.Personal) (f Full, err error) {
	f = Full{
		Summary: d.Summary, Finance: d.Finance, Delivery: d.Delivery, Sync: d.Sync, Basis: d.Basis, BasisNote: p.BasisNote,
		Original: d.Original, Statutory: d.Statutory, Receipt: d.Code != "", FinishedAt: d.FinishedAt, DeliveredAt: d.DeliveredAt,
		Receiver: p.Receiver, Units: map[orgs.ID]orgs.Unit{},
	}
	if !owns(actor, d) || d.Status == dossiers.Refused || d.Status == dossiers.Withdrawn {
		f.Reason = d.Reason // of a return it is between officials
	}
	if err := json.Unmarshal([]byte(p.Owner), &f.Owner); err != nil {
		return f, err
	}
	if err := json.Unmarshal([]byte(p.Submitter), &f.Submitter); err != nil {
		return f, err
	}
	if d.Helper != "" {
		f.Helper = s.accountName(ctx, s.DB, d.Helper)
	}
	if d.AcceptedBy != "" {
		f.AcceptedBy = s.accountName(ctx, s.DB, d.AcceptedBy)
	}
	if f.Version, err = s.version(ctx, d.Procedure, d.SHA); err != nil {
		return f, err
	}
	filed, err := s.version(ctx, d.Procedure, d.FormSHA)
	if err != nil {
		return f, err
	}
	if f.Form, err = s.forms.get(filed); err != nil {
		return f, err
	}
	if f.World, err = s.world(ctx); err != nil {
		return f, err
	}
	if f.Answers, err = f.Form.DecodeJSON([]byte(p.Answers)); err != nil {
		return f, err
	}
	if f.Papers, err = s.attachments(ctx, d.ID); err != nil {
		return f, err
	}
	if f.Timeline, err = s.timeline(ctx, d.ID); err != nil {
		return f, err
	}
	if f.Supplements, err = s.supplements(ctx, d.ID); err != nil {
		return f, err
	}
	if f.Ahead, err = s.ahead(f.Version, d); err != nil {
		return f, err
	}
	for _, id := range []orgs.ID{d.Received, d.Authority, d.Handler, d.Helped} {
		if f.Units[id], err = orgs.Get(ctx, s.DB, id); err != nil {
			return f, err
		}
	}
	if err := s.fullStep(ctx, actor, d, &f); err != nil {
		return f, err
	}
	return f, nil
}

// fullStep adds whose turn it is, the result, and what the actor may do now.
func (s *Service) fullStep(ctx context.Context, actor identity.Actor, d store.Dossier, f *Full) error {
	row, drafted, err := s.store.FindResult(ctx, s.DB, d.ID)
	if err != nil {
		return err
	}
	f.Step = Step{
		ID: d.Step, Name: d.StepName, Action: d.Action, Post: d.Post, Unit: d.Handler, Due: d.StepDue,
		Mine: d.Assignee != "" && d.Assignee == actor.Account, Drafts: d.Action == actDraft, Endorses: endorses(f.Version, d.Step, d.Action),
	}
	for _, step := range f.Version.Flow.Steps {
		for _, next := range f.Version.Flow.Steps {
			if step.ID == d.Step && len(step.Next) > 1 && slices.Contains(step.Next, next.ID) {
				f.Step.Choices = append(f.Step.Choices, Choice{next.ID, next.Name})
			}
		}
	}
	citizen := owns(actor, d)
	if !citizen {
		f.Step.Assignee = d.AssigneeName
	}
	if drafted && (!citizen || row.State == string(Issued)) {
		r, err := s.result(ctx, f.Version, row)
		if err != nil {
			return err
		}
		f.Result = &r
	}
	f.Can = s.can(ctx, actor, d, *f, row)
	if citizen {
		return nil
	}
	g, asked, err := s.store.LastSignature(ctx, s.DB, d.ID)
	switch {
	case err != nil || !asked:
	case g.ID == d.Signing:
		f.Waits = &WaitingFor{Request: g.Request, Act: g.Act, Who: g.Name, Mine: g.Account == actor.Account, Since: g.StartedAt}
	case g.State == store.SignatureUnused && g.Task == d.Task:
		f.Unsigned = g.Code
	}
	return err
}

// can says what would not be refused right now.
func (s *Service) can(ctx context.Context, actor identity.Actor, d store.Dossier, f Full, r store.Result) (c Can) {
	has := func(p identity.Permission, cols access.Columns) bool {
		scope, err := access.Require(actor, p)
		if err != nil {
			return false
		}
		_, err = s.store.Get(ctx, s.DB, scope, cols, d.ID)
		return err == nil
	}
	if d.Status == dossiers.Submitted {
		c.Accept = has(dossiers.PermAccept, store.Receivers())
		c.Refuse = c.Accept
	}
	if d.Status == dossiers.Supplement && len(f.Supplements) > 0 {
		early := d.AcceptedAt.IsZero()
		c.Refuse = early && has(dossiers.PermAccept, store.Receivers())
		c.Supply = has(dossiers.PermOwn, store.Owners()) || has(dossiers.PermAccept, store.Receivers()) || (!early && has(dossiers.PermProcess, store.Handlers()))
		c.Withdraw = has(dossiers.PermOwn, store.Owners())
		return c
	}
	c.Ask = c.Accept && !f.Version.SameDay
	signed := !r.SignedAt.IsZero()
	c.Withdraw = !d.Status.Ended() && d.Status != dossiers.Finished && !signed && has(dossiers.PermOwn, store.Owners())
	if d.Signing != "" || d.Task == "" || !has(permission(d.Action), store.Handlers()) || (d.Assignee != "" && d.Assignee != actor.Account) {
		return c
	}
	c.Claim = d.Assignee == ""
	c.Ask = permission(d.Action) == dossiers.PermProcess && !f.Version.SameDay
	switch d.Action {
	case actAppraise, actConsult:
		c.Finish = true
	case actDraft:
		c.Draft, c.SendToSign = true, r.ID != ""
	case actSign:
		c.Return = true
		c.Finish = f.Step.Endorses
		c.Sign = !f.Step.Endorses && r.State == string(ToSign)
	case actIssue:
		c.Finish = f.Step.Endorses
		c.Issue = !f.Step.Endorses && signed
	case actDeliver:
		c.Deliver = d.Status == dossiers.Finished
	}
	return c
}

// timeline returns what the public may see.
func (s *Service) timeline(ctx context.Context, id dossiers.ID) ([]Event, error) {
	rows, err := s.store.Events(ctx, s.DB, id)
	if err != nil {
		return nil, err
	}
	names := s.unitNames(ctx)
	all := make([]Event, len(rows))
	for i, e := range rows {
		all[i] = Event{At: e.At, Kind: e.Kind, Status: e.Status, Step: e.Step, Unit: names(e.Unit)}
	}
	return all, nil
}

// OpenFile opens a file that came with a dossier; that it was read is recorded.
// The caller closes it.
func (s *Service) OpenFile(ctx context.Context, actor identity.Actor, id dossiers.ID, file files.ID, why access.Purpose) (_ files.Content, _ files.File, err error) {
	defer errs.Wrap(&err, "open file of dossier %s", id)

	return s.openRecorded(ctx, actor, id, why, dossiers.AuditFileRead, func(d store.Dossier) (files.ID, error) {
		p, err := s.store.PaperOfFile(ctx, s.DB, d.ID, string(file))
		return files.ID(p.File), err
	})
}

// openRecorded opens the file that which names, after a record was written.
func (s *Service) openRecorded(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose, e audit.Event, which func(store.Dossier) (files.ID, error)) (files.Content, files.File, error) {
	scope, err := readers(actor)
	if err != nil {
		return nil, files.File{}, err
	}
	if err := why.Check(); err != nil {
		return nil, files.File{}, err
	}
	d, err := s.store.Get(ctx, s.DB, scope, store.Involved(), id)
	if err != nil {
		return nil, files.File{}, err
	}
	if err := honest(actor, d, why); err != nil {
		return nil, files.File{}, err
	}
	file, err := which(d)
	if err != nil {
		return nil, files.File{}, err
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordReadOf(ctx, tx, actor, e, string(id), d.OwnerID, why)
	}); err != nil {
		return nil, files.File{}, err
	}
	return s.Files.Open(ctx, s.DB, subject(id), file)
}

// bytesOf reads a document of a dossier whole; documents are small.
func (s *Service) bytesOf(ctx context.Context, id dossiers.ID, file string) (_ []byte, sha string, err error) {
	content, f, err := s.Files.Open(ctx, s.DB, subject(id), files.ID(file))
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	document, err := io.ReadAll(io.LimitReader(content, MaxFile+1))
	return document, f.SHA256, err
}
