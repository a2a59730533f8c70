// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

var _ dossiers.Mover = (*Service)(nil)

// KindMoved is the line with which a dossier came from an older system; the lines
// before it are what was done there.
const KindMoved = "moved"

// supplementDays is how long people have who were asked for something elsewhere, from
// the day on which the dossier came: nobody can say how much of it had passed.
const supplementDays = 10

// MovePerson implements dossiers.Mover.
func (s *Service) MovePerson(ctx context.Context, tx *db.Tx, actor identity.Actor, n dossiers.Named) (_ string, err error) {
	defer errs.Wrap(&err, "move a person in")

	p := arrivedParty(n).clean()
	if p.Number == "" { // older systems did not ask; nobody is taken for somebody
		return s.Directory.SavePerson(ctx, tx, identity.Person{Kind: p.Kind, Name: p.Name, Phone: p.Phone, Email: p.Email, Born: p.Born})
	}
	return s.person(ctx, tx, actor, p)
}

// at lets a piece of a transaction happen at another moment: what came from elsewhere
// was done when it was done.
func at(tx *db.Tx, when db.Time, do func() error) error {
	now := tx.Now
	tx.Now = when
	defer func() { tx.Now = now }()
	return do()
}

// TakeOver implements dossiers.Mover. It writes with what Submit, Accept and the
// others write with, each at its moment.
func (s *Service) TakeOver(ctx context.Context, tx *db.Tx, actor identity.Actor, in dossiers.FromElsewhere) (_ dossiers.ID, err error) {
	defer errs.Wrap(&err, "take a dossier over")

	return s.quiet.takeOver(ctx, tx, actor, in)
}

func (s *Service) takeOver(ctx context.Context, tx *db.Tx, actor identity.Actor, in dossiers.FromElsewhere) (dossiers.ID, error) {
	v, err := s.Procedures.Get(ctx, in.Procedure)
	if err != nil {
		return "", err
	}
	v = v.For("", way(in.Channel))
	d, p, f, err := s.elsewhere(ctx, tx, v, in)
	if err != nil {
		return "", err
	}
	if in.Status != dossiers.Submitted {
		taken, err := s.store.TakenCode(ctx, tx, in.Code)
		if err != nil {
			return "", err
		}
		if taken {
			return "", dossiers.ErrMovedCode.With("code", in.Code)
		}
	}
	d.FiledBy = actor.Account
	if err := at(tx, in.Submitted, func() error {
		if err := s.store.Insert(ctx, tx, d, p, f); err != nil {
			return err
		}
		return s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindSubmitted, Status: dossiers.Submitted, Unit: d.Received})
	}); err != nil {
		return "", err
	}
	d.Version = 1
	if err := s.lived(ctx, tx, &d, in); err != nil {
		return "", err
	}
	if running(d) {
		if err := s.settleIn(ctx, tx, actor, &d, v, in); err != nil {
			return "", err
		}
	}
	if in.Status != dossiers.Submitted {
		if err := s.store.SaveAsItStood(ctx, tx, d); err != nil {
			return "", err
		}
	}
	if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindMoved, Status: d.Status, Unit: d.Received}); err != nil {
		return "", err
	}
	if err := s.store.AddMoved(ctx, tx, d.ID, actor.Account, formerly(in)); err != nil {
		return "", err
	}
	return d.ID, audit.Record(ctx, tx, actor, dossiers.AuditMovedIn, string(d.ID))
}

// formerly are the words by which a dossier is found besides its code.
func formerly(in dossiers.FromElsewhere) (words []string) {
	all := in.Formerly
	if in.Status == dossiers.Submitted {
		all = append([]string{in.Code}, all...)
	}
	for _, w := range all {
		if w = trackWord(w); w != "" && (w != in.Code || in.Status == dossiers.Submitted) {
			words = append(words, w)
		}
	}
	return words
}

// elsewhere is the row of a dossier as it was sent.
func (s *Service) elsewhere(ctx context.Context, tx *db.Tx, v procedures.Version, in dossiers.FromElsewhere) (d store.Dossier, p store.Personal, f store.Found, err error) {
	owner, submitter := arrivedParty(in.Owner).clean(), arrivedParty(in.Submitter).clean()
	said, err := json.Marshal(owner)
	if err != nil {
		return d, p, f, err
	}
	p = store.Personal{Owner: string(said), Submitter: "{}", Answers: "{}"}
	basis := dossiers.Self
	if in.SubmitterID != in.OwnerID {
		basis = dossiers.Authorised
		if said, err = json.Marshal(submitter); err != nil {
			return d, p, f, err
		}
		p.Submitter = string(said)
	}
	id := in.ID
	if id == "" {
		id = dossiers.ID(newid.At(in.Submitted.Time))
	}
	d = store.Dossier{
		Summary: dossiers.Summary{ID: id, Reference: reference(), Procedure: v.ID, Name: v.Name, Channel: in.Channel, Received: in.Unit, SubmittedAt: in.Submitted},
		SHA:     v.SHA, FormSHA: v.SHA, Basis: basis, OwnerName: owner.Name, OwnerID: in.OwnerID, SubmitterID: in.SubmitterID, BringerID: in.SubmitterID, Helped: in.Unit,
		Finance: dossiers.None, Delivery: dossiers.None, Sync: dossiers.None,
	}
	d.Authority, err = authority(ctx, tx, v, in.Unit)
	if errors.Is(err, dossiers.ErrNoAuthority) {
		d.Authority, err = in.Unit, nil // the unit of then decided
	}
	d.Handler = in.Unit
	d.WorkDue = in.Submitted
	return d, p, store.Found{Folded: text.Fold(owner.Name), Number: owner.Number, Phone: owner.Phone}, err
}

// lived writes down what was done elsewhere, each line at its moment.
func (s *Service) lived(ctx context.Context, tx *db.Tx, d *store.Dossier, in dossiers.FromElsewhere) error {
	line := func(kind string, status dossiers.Status, when db.Time) error {
		if when.IsZero() {
			return nil
		}
		return at(tx, when, func() error {
			return s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: kind, Status: status, Unit: d.Received})
		})
	}
	d.Status, d.Reason = in.Status, text.Line(in.Reason)
	if in.Status == dossiers.Submitted {
		return nil
	}
	d.Code = in.Code
	var all []error
	if !in.Accepted.IsZero() && in.Status != dossiers.Refused {
		d.AcceptedAt, d.Due, d.Original, d.Statutory = in.Accepted, in.Due, in.Due, in.Due
		if !in.Due.IsZero() {
			d.WorkDue = in.Due
		}
		all = append(all, line(KindAccepted, dossiers.Accepted, in.Accepted))
	}
	switch in.Status {
	case dossiers.Refused:
		d.FinishedAt = in.Finished
		all = append(all, line(KindRefused, in.Status, in.Finished))
	case dossiers.Withdrawn:
		d.FinishedAt = in.Finished
		all = append(all, line(KindWithdrawn, in.Status, in.Finished))
	case dossiers.Stopped:
		d.FinishedAt = in.Finished
		all = append(all, line(KindStopped, in.Status, in.Finished))
	case dossiers.Supplement:
		all = append(all, line(KindAsked, in.Status, in.Asked))
	case dossiers.Finished:
		d.FinishedAt = in.Finished
		all = append(all, line(KindIssued, in.Status, in.Finished))
	case dossiers.Delivered:
		d.FinishedAt, d.DeliveredAt, d.Delivery, d.DeliveryMode = in.Finished, in.Delivered, dossiers.Done, "paper"
		all = append(all, line(KindIssued, dossiers.Finished, in.Finished), line(KindDelivered, in.Status, in.Delivered))
	case dossiers.Submitted, dossiers.Accepted, dossiers.Processing, dossiers.Paying:
	}
	return errors.Join(all...)
}

// settleIn begins the case of an open dossier and puts it on the desk where it lies. The
// steps get their time from now; the day that was promised stays.
func (s *Service) settleIn(ctx context.Context, tx *db.Tx, actor identity.Actor, d *store.Dossier, v procedures.Version, in dossiers.FromElsewhere) error {
	if len(v.Flow.Steps) == 0 && v.Flow.BPMN == "" {
		return dossiers.ErrMovedProcess
	}
	def, err := definition(v)
	if err != nil {
		return err
	}
	if err := s.begin(ctx, tx, actor, d, v, def); err != nil {
		return err
	}
	step := in.Step
	if in.Status == dossiers.Finished { // what is left is to hand it over
		step = ""
		for _, n := range def.Model().Users() {
			if _, action := def.Named(n.ID); action == actDeliver {
				step = n.ID
			}
		}
		if step == "" {
			return dossiers.ErrMovedStep.With("step", actDeliver)
		}
	}
	if step != "" && step != d.Step {
		if err := s.placeAt(ctx, tx, actor, d, def, step); err != nil {
			return err
		}
	}
	if d.Task == "" {
		return dossiers.ErrMovedStep.With("step", step)
	}
	if in.Status != dossiers.Supplement {
		return nil
	}
	until, err := s.Calendar(string(d.Received)).Due(tx.Now.Time, calendar.Duration{Amount: supplementDays, Unit: calendar.WorkingDay})
	if err != nil {
		return err
	}
	what := text.Line(in.AskedFor)
	if what == "" {
		what = "Theo yêu cầu đã gửi trước khi chuyển hệ thống"
	}
	items, err := json.Marshal([]Missing{{What: what, Why: what}})
	if err != nil {
		return err
	}
	return at(tx, in.Asked, func() error {
		if err := s.store.AddSupplement(ctx, tx, store.Supplement{
			ID: newid.New(), Dossier: d.ID, Status: dossiers.Processing, Items: string(items), Days: supplementDays, Until: db.At(until), AskedBy: actor.Account, OldDue: d.Due,
		}); err != nil {
			return err
		}
		return s.flow.Pause(ctx, tx, actor, caseOf(d.ID), "supplement")
	})
}

// placeAt moves the one open step of a case that has just begun to where it was elsewhere.
func (s *Service) placeAt(ctx context.Context, tx *db.Tx, actor identity.Actor, d *store.Dossier, def *workflow.Definition, step string) error {
	open, err := workflow.Of(ctx, tx, caseOf(d.ID))
	if err != nil {
		return err
	}
	if len(open) != 1 {
		return dossiers.ErrMovedStep.With("step", step) // several units at once: nobody can say which of them is meant
	}
	ref := workflow.Ref{Flow: def.Table().ID, Version: def.Table().Version}
	if _, err := s.flow.MoveCase(ctx, tx, actor, workflow.Move{From: ref, To: ref, Nodes: map[string]string{open[0].Step: step}, Reason: KindMoved}, open[0].Case); err != nil {
		if errors.Is(err, workflow.ErrUnmapped) {
			return dossiers.ErrMovedStep.With("step", step)
		}
		return err
	}
	return s.follow(ctx, tx, d)
}

// DoneSince implements dossiers.Mover.
func (s *Service) DoneSince(ctx context.Context, q db.Querier, id dossiers.ID) (_ dossiers.Since, err error) {
	defer errs.Wrap(&err, "what was done since with dossier %s", id)

	done, err := s.store.DoneSince(ctx, q, id)
	if err != nil {
		return dossiers.Since{}, err
	}
	since := dossiers.Since{Changed: done.Changed}
	held, err := files.Holds(ctx, q, subject(id))
	switch {
	case err != nil:
		return since, err
	case len(held) > 0:
		since.Stays = "dossiers.moved_stays.held"
	case done.Numbered:
		since.Stays = "dossiers.moved_stays.numbered"
	case done.Money:
		since.Stays = "dossiers.moved_stays.money"
	case done.Filed:
		since.Stays = "dossiers.moved_stays.filed"
	case done.Worked:
		since.Stays = "dossiers.moved_stays.worked"
	}
	since.Changed = since.Changed || since.Stays != ""
	return since, nil
}

// GiveBack implements dossiers.Mover.
func (s *Service) GiveBack(ctx context.Context, tx *db.Tx, actor identity.Actor, id dossiers.ID) (err error) {
	defer errs.Wrap(&err, "give dossier %s back", id)

	since, err := s.DoneSince(ctx, tx, id)
	if err != nil {
		return err
	}
	if since.Stays != "" {
		return dossiers.ErrMovedStays.With("why", since.Stays)
	}
	if err := workflow.Forget(ctx, tx, caseOf(id)); err != nil {
		return err
	}
	if err := s.quiet.store.Forget(ctx, tx, id); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditGivenBack, string(id))
}

// Stand implements dossiers.Mover.
func (s *Service) Stand(ctx context.Context, q db.Querier, ids []dossiers.ID) (_ map[dossiers.ID]dossiers.Standing, err error) {
	defer errs.Wrap(&err, "where dossiers stand")

	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = string(id)
	}
	rows, err := s.store.Many(ctx, q, words)
	all := map[dossiers.ID]dossiers.Standing{}
	for _, d := range rows {
		all[d.ID] = dossiers.Standing{
			ID: d.ID, Code: d.Code, Procedure: d.Procedure, Unit: d.Received, Channel: d.Channel, Status: d.Status,
			Submitted: d.SubmittedAt, Accepted: d.AcceptedAt, Due: d.Due, Done: d.FinishedAt, Task: d.Task != "",
		}
	}
	return all, err
}

// trackWord is a code as people type it or an old QR code says it.
func trackWord(w string) string { return strings.ToUpper(strings.ReplaceAll(text.Line(w), " ", "")) }
