// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/forms"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
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

// MovePersons implements dossiers.Mover. Most of them are added at once; who has the
// number of another name is looked at one by one.
func (s *Service) MovePersons(ctx context.Context, tx *db.Tx, actor identity.Actor, all []dossiers.Named) (ids []string, err error) {
	defer errs.Wrap(&err, "move persons in")

	parties := make([]Party, len(all))
	numbers := make(map[identity.PersonKind][]string)
	for i, n := range all {
		parties[i] = arrivedParty(n).clean()
		if p := parties[i]; p.Number != "" {
			numbers[p.Kind] = append(numbers[p.Kind], p.Number)
		}
	}
	known := make(map[identity.PersonKind]map[string]identity.Person)
	for kind, of := range numbers {
		slices.Sort(of)
		if known[kind], err = s.Directory.FindByNumbers(ctx, tx, kind, slices.Compact(of)); err != nil {
			return nil, err
		}
	}
	type number struct {
		kind   identity.PersonKind
		number string
	}
	var added []identity.Person
	var at, later []int // of those who are added, and of those who are looked at
	ids, fresh := make([]string, len(all)), map[number]bool{}
	for i, p := range parties {
		there, ok := known[p.Kind][p.Number]
		switch {
		case p.Number != "" && ok && (text.Fold(there.Name) == text.Fold(p.Name) || s.Claims == nil || p.Kind != identity.Individual):
			ids[i] = there.ID
		case p.Number != "" && (ok || fresh[number{p.Kind, p.Number}]):
			later = append(later, i)
		default: // older systems did not ask for a number: nobody is taken for somebody
			fresh[number{p.Kind, p.Number}] = true
			added, at = append(added, identity.Person{Kind: p.Kind, Name: p.Name, Number: p.Number, Phone: p.Phone, Email: p.Email, Born: p.Born}), append(at, i)
		}
	}
	made, err := s.Directory.AddPersons(ctx, tx, added)
	if err != nil {
		return nil, err
	}
	for n, i := range at {
		ids[i] = made[n]
	}
	for _, i := range later {
		if ids[i], err = s.person(ctx, tx, actor, parties[i]); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// at lets a piece of a transaction happen at another moment: what came from elsewhere
// was done when it was done.
func at(tx *db.Tx, when db.Time, do func() error) error {
	now := tx.Now
	tx.Now = when
	defer func() { tx.Now = now }()
	return do()
}

// TakeOver implements dossiers.Mover. Open dossiers are written with what Submit,
// Accept and the others write with, each at its moment; those that ended elsewhere are
// written as they stood there.
func (s *Service) TakeOver(ctx context.Context, tx *db.Tx, actor identity.Actor, all []dossiers.FromElsewhere) (_ []dossiers.ID, err error) {
	defer errs.Wrap(&err, "take dossiers over")

	return s.quiet.takeOver(ctx, tx, actor, all)
}

// taking is what is found out once for all dossiers of one call.
type taking struct {
	*Service
	actor       identity.Actor
	taken       map[string]bool // codes that dossiers here have
	versions    map[versionOf]procedures.Version
	authorities map[authorityOf]orgs.ID
	whole       []store.Whole
	annexes     []store.Annex
	world       *forms.World // of who answers; nil: nobody has yet
}

type versionOf struct {
	procedure procedures.ID
	channel   dossiers.Channel
}

type authorityOf struct {
	procedure procedures.ID
	unit      orgs.ID
}

func (s *Service) takeOver(ctx context.Context, tx *db.Tx, actor identity.Actor, all []dossiers.FromElsewhere) (ids []dossiers.ID, err error) {
	t := &taking{Service: s, actor: actor, versions: map[versionOf]procedures.Version{}, authorities: map[authorityOf]orgs.ID{}}
	var codes []string
	for _, in := range all {
		if in.Status != dossiers.Submitted {
			codes = append(codes, in.Code)
		}
	}
	if t.taken, err = s.store.TakenCodes(ctx, tx, codes); err != nil {
		return nil, err
	}
	words := make([]string, 0, len(all))
	for i, in := range all {
		id, err := t.take(ctx, tx, in)
		if err != nil {
			return nil, &dossiers.NotTakenError{At: i, Why: err}
		}
		ids, words = append(ids, id), append(words, string(id))
	}
	if err := s.store.InsertWhole(ctx, tx, actor.Account, t.whole); err != nil {
		return nil, err
	}
	if err := s.store.AddAnnexes(ctx, tx, t.annexes); err != nil {
		return nil, err
	}
	return ids, audit.RecordAll(ctx, tx, actor, dossiers.AuditMovedIn, words)
}

// take takes one dossier over; one that has ended is written with the others.
func (t *taking) take(ctx context.Context, tx *db.Tx, in dossiers.FromElsewhere) (dossiers.ID, error) {
	key := versionOf{in.Procedure, in.Channel}
	v, known := t.versions[key]
	if !known {
		found, err := t.Procedures.Get(ctx, in.Procedure)
		if err != nil {
			return "", err
		}
		v = found.For("", way(in.Channel))
		t.versions[key] = v
	}
	if in.Status != dossiers.Submitted {
		if t.taken[in.Code] {
			return "", dossiers.ErrMovedCode.With("code", in.Code)
		}
		t.taken[in.Code] = true
	}
	d, p, f, err := t.elsewhere(ctx, tx, v, in)
	if err != nil {
		return "", err
	}
	d.FiledBy = t.actor.Account
	if p.Answers, err = t.answers(ctx, v, d.ID, in); err != nil {
		return "", err
	}
	sent := d
	lines := lived(&d, in)
	if !running(d) {
		lines = append(lines, store.Event{At: tx.Now, Kind: KindMoved, Status: d.Status, Unit: d.Received})
		d.Version = 1
		t.whole = append(t.whole, store.Whole{Dossier: d, Personal: p, Found: f, Lines: lines, Formerly: formerly(in)})
		return d.ID, nil
	}
	if err := at(tx, in.Submitted, func() error { return t.store.Insert(ctx, tx, sent, p, f) }); err != nil {
		return "", err
	}
	for _, line := range lines {
		if err := at(tx, line.At, func() error { return t.store.AddEvent(ctx, tx, d.ID, line) }); err != nil {
			return "", err
		}
	}
	d.Version = 1
	if err := t.settleIn(ctx, tx, t.actor, &d, v, in); err != nil {
		return "", err
	}
	if err := t.store.SaveAsItStood(ctx, tx, d); err != nil {
		return "", err
	}
	if err := t.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindMoved, Status: d.Status, Unit: d.Received}); err != nil {
		return "", err
	}
	return d.ID, t.store.AddMoved(ctx, tx, d.ID, t.actor.Account, formerly(in))
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
func (t *taking) elsewhere(ctx context.Context, tx *db.Tx, v procedures.Version, in dossiers.FromElsewhere) (d store.Dossier, p store.Personal, f store.Found, err error) {
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
	key := authorityOf{v.ID, in.Unit}
	found, known := t.authorities[key]
	if d.Authority = found; !known {
		d.Authority, err = authority(ctx, tx, v, in.Unit)
		if errors.Is(err, dossiers.ErrNoAuthority) {
			d.Authority, err = in.Unit, nil // the unit of then decided
		}
		t.authorities[key] = d.Authority
	}
	d.Handler = in.Unit
	d.WorkDue = in.Submitted
	return d, p, store.Found{Folded: text.Fold(owner.Name), Number: owner.Number, Phone: owner.Phone}, err
}

// lived brings a dossier to where it stood elsewhere and returns the lines of what was
// done there, each with its moment.
func lived(d *store.Dossier, in dossiers.FromElsewhere) (lines []store.Event) {
	line := func(kind string, status dossiers.Status, when db.Time) {
		if !when.IsZero() {
			lines = append(lines, store.Event{At: when, Kind: kind, Status: status, Unit: d.Received})
		}
	}
	line(KindSubmitted, dossiers.Submitted, in.Submitted)
	d.Status, d.Reason = in.Status, text.Line(in.Reason)
	if in.Status == dossiers.Submitted {
		return lines
	}
	d.Code = in.Code
	if !in.Accepted.IsZero() && in.Status != dossiers.Refused {
		d.AcceptedAt, d.Due, d.Original, d.Statutory = in.Accepted, in.Due, in.Due, in.Due
		if !in.Due.IsZero() {
			d.WorkDue = in.Due
		}
		line(KindAccepted, dossiers.Accepted, in.Accepted)
	}
	switch in.Status {
	case dossiers.Refused:
		d.FinishedAt = in.Finished
		line(KindRefused, in.Status, in.Finished)
	case dossiers.Withdrawn:
		d.FinishedAt = in.Finished
		line(KindWithdrawn, in.Status, in.Finished)
	case dossiers.Stopped:
		d.FinishedAt = in.Finished
		line(KindStopped, in.Status, in.Finished)
	case dossiers.Supplement:
		line(KindAsked, in.Status, in.Asked)
	case dossiers.Finished:
		d.FinishedAt = in.Finished
		line(KindIssued, in.Status, in.Finished)
	case dossiers.Delivered:
		d.FinishedAt, d.DeliveredAt, d.Delivery, d.DeliveryMode = in.Finished, in.Delivered, dossiers.Done, "paper"
		line(KindIssued, dossiers.Finished, in.Finished)
		line(KindDelivered, in.Status, in.Delivered)
	case dossiers.Submitted, dossiers.Accepted, dossiers.Processing, dossiers.Paying:
	}
	return lines
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
	moved, err := s.store.MovedFiles(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, f := range moved {
		if err := files.Erase(ctx, tx, subject(id), files.ID(f)); err != nil {
			return err
		}
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
