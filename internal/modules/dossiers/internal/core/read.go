// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// readers returns the scope in which the actor may read dossiers: as an
// official of a unit that takes part, or as who sent or owns them.
func (s *Service) readers(ctx context.Context, q db.Querier, actor identity.Actor) (access.Scope, error) {
	return s.own(ctx, q, actor, access.See, dossiers.PermView, dossiers.PermAccept, dossiers.PermProcess, dossiers.PermSign,
		dossiers.PermIssue, dossiers.PermDeliver, dossiers.PermOwn)
}

// Find implements dossiers.Finder.
func (s *Service) Find(ctx context.Context, actor identity.Actor, id dossiers.ID) (_ dossiers.Summary, ok bool, err error) {
	defer errs.Wrap(&err, "find dossier %s", id)

	scope, err := s.readers(ctx, s.DB, actor)
	if err != nil {
		return dossiers.Summary{}, false, err
	}
	return found(s.store.Get(ctx, s.DB, scope, store.Involved(), id))
}

// FindCode is Find by code or reference, for the scanner at the counter. What a
// scanner reads of a receipt is taken too: the code is one of its fields.
func (s *Service) FindCode(ctx context.Context, actor identity.Actor, code string) (_ dossiers.Summary, ok bool, err error) {
	defer errs.Wrap(&err, "find dossier by code")

	scope, err := s.readers(ctx, s.DB, actor)
	if err != nil {
		return dossiers.Summary{}, false, err
	}
	if fields := strings.Split(code, "|"); len(fields) > 2 {
		code = fields[2] // as papers.Press.Code writes it
	}
	d, err := s.store.FindCode(ctx, s.DB, scope, strings.ToUpper(text.Line(code)))
	if errors.Is(err, dossiers.ErrNotFound) { // an older system may have called it so
		var id dossiers.ID
		if id, err = s.store.Formerly(ctx, s.DB, trackWord(code)); err == nil {
			d, err = s.store.Get(ctx, s.DB, scope, store.Involved(), id)
		}
	}
	return found(d, err)
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
	if _, err := s.readers(ctx, s.DB, actor); err != nil {
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
		scope, err := s.readers(ctx, tx, actor)
		if err != nil {
			return err
		}
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
	if why == access.Own && !isFor(actor, d) {
		return access.ErrPurposeNeeded
	}
	return nil
}

// owns reports whether the actor reads as a citizen.
func owns(actor identity.Actor, d store.Dossier) bool {
	return isFor(actor, d) && !actor.Official()
}

// isFor reports whether a dossier is that of the actor, or of whom the actor
// acts for; what somebody has sent for another counts where no right was used.
func isFor(actor identity.Actor, d store.Dossier) bool {
	if actor.Acts() {
		return actor.For.Person == d.OwnerID
	}
	return actor.Person != "" && (actor.Person == d.OwnerID || actor.Person == d.BringerID)
}

// Get returns a dossier with everything in it. That it was read, by whom and
// why, is recorded before.
func (s *Service) Get(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) (f Full, err error) {
	return s.GetStep(ctx, actor, id, "", why)
}

// GetStep is Get that speaks of one of several open steps; of one that is not
// open any more it speaks as Get does.
func (s *Service) GetStep(ctx context.Context, actor identity.Actor, id dossiers.ID, step dossiers.TaskID, why access.Purpose) (f Full, err error) {
	defer errs.Wrap(&err, "get dossier %s", id)

	d, p, err := s.read(ctx, actor, id, why, dossiers.AuditPersonRead)
	if err != nil {
		return f, err
	}
	if f, err = s.full(ctx, actor, d, p, step); err == nil {
		f.Ticket = s.ticket(actor, id, thumbnails)
	}
	return f, err
}

func (s *Service) full(ctx context.Context, actor identity.Actor, d store.Dossier, p store.Personal, step dossiers.TaskID) (f Full, err error) {
	open, err := s.steps(ctx, s.DB, d)
	if err != nil {
		return f, err
	}
	if len(open) > 0 {
		at, err := s.viewed(ctx, actor, open, step)
		if err != nil {
			return f, err
		}
		d.Focus(open[at])
		open = slices.Delete(open, at, at+1)
	}
	f = Full{
		Summary: d.Summary, Case: d.Case, Finance: d.Finance, Delivery: d.Delivery, ByPost: d.Delivery == dossiers.Posted || d.DeliveryMode == byPost, Sync: d.Sync, Basis: d.Basis, BasisNote: p.BasisNote,
		Original: d.Original, Statutory: d.Statutory, Receipt: d.Code != "", FinishedAt: d.FinishedAt, DeliveredAt: d.DeliveredAt,
		Receiver: p.Receiver, Units: map[orgs.ID]orgs.Unit{},
	}
	if !owns(actor, d) || d.Status == dossiers.Refused || d.Status == dossiers.Withdrawn || d.Status == dossiers.Stopped {
		f.Reason = d.Reason // of a return it is between officials
	}
	if err := json.Unmarshal([]byte(p.Owner), &f.Owner); err != nil {
		return f, err
	}
	if err := json.Unmarshal([]byte(p.Submitter), &f.Submitter); err != nil {
		return f, err
	}
	if s.Restricted != nil && !owns(actor, d) {
		if f.Restricted, err = s.Restricted(ctx, s.DB, d.OwnerID); err != nil {
			return f, err
		}
	}
	if d.Helper != "" {
		f.Helper = s.accountName(ctx, s.DB, d.Helper)
	}
	if d.AcceptedBy != "" {
		f.AcceptedBy = s.accountName(ctx, s.DB, d.AcceptedBy)
	}
	if f.Version, err = s.follows(ctx, d); err != nil {
		return f, err
	}
	filed, err := s.filedUnder(ctx, d)
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
	if f.Annex, err = s.store.GetAnnex(ctx, s.DB, d.ID); err != nil {
		return f, err
	}
	if f.Papers, err = s.attachments(ctx, d.ID); err != nil {
		return f, err
	}
	if f.Timeline, err = s.timeline(ctx, d.ID, !owns(actor, d)); err != nil {
		return f, err
	}
	if f.Supplements, err = s.supplements(ctx, d.ID); err != nil {
		return f, err
	}
	if f.Demands, err = s.demands(ctx, d.ID); err != nil {
		return f, err
	}
	if f.Taken, err = s.lastTaken(ctx, s.DB, d.ID); err != nil {
		return f, err
	}
	if f.Mail, err = s.posted(ctx, s.DB, d.Channel, d.ID); err != nil {
		return f, err
	}
	if owns(actor, d) {
		for i := range f.Supplements {
			f.Supplements[i].Again = "" // between officials
		}
	}
	if d.Keeper.Code != "" {
		if f.Elsewhere, err = s.keptElsewhere(ctx, s.DB, d); err != nil {
			return f, err
		}
	} else if f.Ahead, err = s.ahead(f.Version, d); err != nil {
		return f, err
	}
	units := []orgs.ID{d.Received, d.Authority, d.Handler, d.Helped}
	for _, t := range open {
		units = append(units, t.Unit)
	}
	for _, id := range units {
		if f.Units[id], err = orgs.Get(ctx, s.DB, id); err != nil {
			return f, err
		}
	}
	if err := s.fullStep(ctx, actor, d, open, &f); err != nil {
		return f, err
	}
	if owns(actor, d) {
		return f, nil
	}
	if c, found, err := s.store.FindCustody(ctx, s.DB, d.ID); err != nil {
		return f, err
	} else if found {
		one := s.sheafOf(ctx, store.Sheaf{Custody: c, Code: codeOr(d), Name: d.Name})
		f.Paper = &one
	}
	f.Died, err = s.ownerDied(ctx, actor, d, f.Version)
	return f, err
}

// viewed says which of several open steps an actor is shown: the one that was
// asked for, what is theirs to do, otherwise the first.
func (s *Service) viewed(ctx context.Context, actor identity.Actor, open []store.Task, step dossiers.TaskID) (int, error) {
	if i := slices.IndexFunc(open, func(t store.Task) bool { return t.ID == step }); i >= 0 {
		return i, nil
	}
	var can []store.Task
	for _, t := range open {
		scope, err := access.Require(actor, permission(t.Action))
		if err != nil {
			continue
		}
		sees, err := scope.Sees(ctx, s.DB, t.Unit)
		if err != nil {
			return 0, err
		}
		if sees {
			can = append(can, t)
		}
	}
	if len(can) == 0 {
		return 0, nil
	}
	best, err := s.theirs(ctx, s.DB, actor, can)
	if err != nil && !definite(err) {
		return 0, err
	}
	return slices.IndexFunc(open, func(t store.Task) bool { return t.ID == best.ID }), nil
}

// stepOf is an open step as people see it.
func (s *Service) stepOf(ctx context.Context, actor identity.Actor, t store.Task, citizen bool) (v Step, err error) {
	v = Step{Task: t.ID, ID: t.Step, Name: t.Name, Action: t.Action, Post: t.Post, Unit: t.Unit, Due: t.Due, Mine: t.Assignee != "" && t.Assignee == actor.Account}
	if citizen || t.Assignee == "" {
		return v, nil
	}
	v.Assignee = t.AssigneeName
	deputy, name, err := workflow.Deputy(ctx, s.DB, t.Assignee, s.DB.Now())
	if deputy != "" {
		v.Deputy, v.StandIn = name, deputy == actor.Account
	}
	return v, err
}

// fullStep adds whose turn it is, the result, and what the actor may do now.
// beside are the other steps that are open.
func (s *Service) fullStep(ctx context.Context, actor identity.Actor, d store.Dossier, beside []store.Task, f *Full) error {
	row, drafted, err := s.store.FindResult(ctx, s.DB, d.ID)
	if err != nil {
		return err
	}
	citizen := owns(actor, d)
	mine := store.Task{
		ID: dossiers.TaskID(d.Task), Step: d.Step, Name: d.StepName, Action: d.Action, Post: d.Post, Unit: d.Handler, Due: d.StepDue,
		Assignee: d.Assignee, AssigneeName: d.AssigneeName,
	}
	if f.Step, err = s.stepOf(ctx, actor, mine, citizen); err != nil {
		return err
	}
	f.Step.Drafts, f.Step.Endorses = d.Action == actDraft, endorses(f.Version, d.Step, d.Action)
	for _, t := range beside {
		other, err := s.stepOf(ctx, actor, t, citizen)
		if err != nil {
			return err
		}
		f.Beside = append(f.Beside, other)
	}
	if f.Revocations, err = s.revocations(ctx, actor, d.ID, citizen); err != nil {
		return err
	}
	if running(d) {
		if err := s.fullCase(ctx, d, f); err != nil {
			return err
		}
	}
	if f.Motions, err = s.motions(ctx, actor, d, citizen); err != nil {
		return err
	}
	if !citizen {
		if f.Opinions, err = s.opinionsOf(ctx, s.DB, d.ID); err != nil {
			return err
		}
	}
	if _, err := s.inside(ctx, s.DB, actor, d.ID); err == nil {
		f.Inside = true
		if f.Notes, err = s.notes(ctx, d.ID); err != nil {
			return err
		}
	}
	if drafted && (!citizen || row.State == string(Issued)) {
		r, err := s.result(ctx, f.Version, row)
		if err != nil {
			return err
		}
		f.Result = &r
	}
	f.Can = s.can(ctx, actor, d, *f, row)
	if f.Can.Accept {
		if f.IfAccepted, err = s.ifAccepted(ctx, d); err != nil {
			return err
		}
	}
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

// fullCase adds where the case stands, and what its process leaves to choose.
func (s *Service) fullCase(ctx context.Context, d store.Dossier, f *Full) (err error) {
	if f.Standing, err = workflow.StandsAt(ctx, s.DB, caseOf(d.ID)); err != nil || d.Task == "" {
		return err
	}
	if slices.ContainsFunc(f.Revocations, func(m Revocation) bool { return m.ID == d.Task }) {
		return nil // the step is none of the process
	}
	t, err := workflow.Get(ctx, s.DB, workflow.TaskID(d.Task))
	if err != nil {
		return err
	}
	def, err := s.flow.Definition(ctx, s.DB, t.Flow, t.Version)
	if err != nil {
		return err
	}
	f.Step.Returns = def.Returns(d.Step)
	for _, c := range def.Outcomes(d.Step) {
		f.Step.Choices = append(f.Step.Choices, Choice(c))
	}
	return nil
}

// can says what would not be refused right now.
func (s *Service) can(ctx context.Context, actor identity.Actor, d store.Dossier, f Full, r store.Result) (c Can) {
	has := func(p identity.Permission, cols store.Part) bool {
		scope, err := s.own(ctx, s.DB, actor, access.Send, p)
		if err != nil {
			return false
		}
		_, err = s.store.Get(ctx, s.DB, scope, cols, d.ID)
		return err == nil
	}
	if d.Keeper.Code != "" {
		return c // nothing is typed into a mirror
	}
	if d.Status == dossiers.Submitted {
		c.Accept = has(dossiers.PermAccept, store.Receivers())
		c.Refuse, c.Transfer = c.Accept, c.Accept
	}
	if d.Status == dossiers.Paying {
		c.ShowPaid = has(dossiers.PermOwn, store.Owners()) || has(dossiers.PermAccept, store.Receivers()) || has(dossiers.PermProcess, store.Handlers())
		c.Withdraw = has(dossiers.PermOwn, store.Owners())
		return c
	}
	if d.Status == dossiers.Supplement && len(f.Supplements) > 0 {
		early := d.AcceptedAt.IsZero()
		c.Refuse = early && has(dossiers.PermAccept, store.Receivers())
		c.Supply = has(dossiers.PermOwn, store.Owners()) || has(dossiers.PermAccept, store.Receivers()) || (!early && has(dossiers.PermProcess, store.Handlers()))
		c.Withdraw = has(dossiers.PermOwn, store.Owners())
		return c
	}
	c.Ask = c.Accept && !f.Version.SameDay
	c.Case = len(f.Version.Cases) > 1 && (c.Accept || has(dossiers.PermAccept, caseChangers()) || has(dossiers.PermProcess, caseChangers())) && s.mayChangeCase(ctx, s.DB, d) == nil
	signed := !r.SignedAt.IsZero()
	c.Withdraw = !d.Status.Ended() && d.Status != dossiers.Finished && !signed && has(dossiers.PermOwn, store.Owners())
	within := func(p identity.Permission) bool {
		scope, err := access.Require(actor, p)
		if err != nil || d.Task == "" {
			return false
		}
		sees, err := scope.Sees(ctx, s.DB, d.Handler)
		return err == nil && sees
	}
	waiting := slices.IndexFunc(f.Motions, Motion.Open)
	c.Decide = waiting >= 0 && !f.Motions[waiting].Mine && has(dossiers.PermSign, store.Deciders())
	if open := slices.IndexFunc(f.Revocations, Revocation.Open); open >= 0 {
		c.DecideRevocation = !f.Revocations[open].Mine && has(dossiers.PermSign, store.Authorities())
	} else if decided(d.Status) && r.State == string(Issued) && !slices.ContainsFunc(f.Revocations, func(m Revocation) bool {
		return m.Agreed() && (m.Number == numberText(r) || m.Renew && m.ID == d.Task)
	}) {
		c.Revoke = has(dossiers.PermProcess, store.Authorities()) || has(dossiers.PermSign, store.Authorities()) || has(dossiers.PermIssue, store.Authorities())
	}
	c.Assign = d.Signing == "" && (d.Action != actSign || d.Assignee == "") && within(dossiers.PermAssign)
	if d.Signing != "" || !within(permission(d.Action)) || (d.Assignee != "" && !f.Step.Mine && !f.Step.StandIn) {
		return c
	}
	c.Claim = d.Assignee == ""
	c.Release = d.Assignee != "" && d.Action != actSign
	c.Consult = !decided(d.Status) && slices.Contains([]string{actAppraise, actConsult, actDraft, actSign}, d.Action)
	waits := slices.ContainsFunc(f.Opinions, func(o Opinion) bool { return o.Open() && o.Task == f.Step.Task })
	c.Return = c.Consult && f.Step.Returns && !signed && !waits || decided(d.Status) && d.Action == actSign && !signed
	c.Ask = permission(d.Action) == dossiers.PermProcess && !f.Version.SameDay && !decided(d.Status)
	if !decided(d.Status) && permission(d.Action) == dossiers.PermProcess && waiting < 0 && !d.Status.Ended() {
		c.Stop, c.Transfer, c.Demand = true, true, owed(f.Version, d)
		most := s.Calendar(string(d.Received)).Extensions()
		c.Extend = !d.Due.IsZero() && (most == 0 || extended(f.Motions) < most)
	}
	switch d.Action {
	case actAppraise, actConsult:
		c.Finish = !waits
	case actDraft:
		c.Draft, c.SendToSign = true, r.ID != "" && !waits
	case actSign:
		c.Finish = f.Step.Endorses && !waits
		c.Sign = !f.Step.Endorses && r.State == string(ToSign) && !waits && r.Signer == actor.Account
	case actIssue:
		c.Finish = f.Step.Endorses
		c.Issue = !f.Step.Endorses && signed
	case actDeliver:
		c.Deliver = decided(d.Status)
	}
	return c
}
