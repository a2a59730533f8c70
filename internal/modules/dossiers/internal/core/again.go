// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// A result that replaces one that was taken back goes its own short way: drafted,
// signed, issued and, where the old one was handed over already, handed over again.
// The case of the dossier does not move meanwhile: what is open is the row of the
// revocation, and everybody sees it as a step like any other.

// renewing returns the revocation for which a new result is being made.
func (s *Service) renewing(ctx context.Context, q db.Querier, d store.Dossier) (store.Revocation, bool, error) {
	if !decided(d.Status) {
		return store.Revocation{}, false, nil
	}
	return s.store.Renewing(ctx, q, d.ID)
}

// wayAgain are the steps of a new result, named as the process names them.
func (s *Service) wayAgain(ctx context.Context, q db.Querier, d store.Dossier) ([]store.Station, error) {
	v, err := s.follows(ctx, d)
	if err != nil {
		return nil, err
	}
	units, err := ruleUnits(ctx, q, v, d.Received, d.Authority, nil)
	if err != nil {
		return nil, err
	}
	steps := v.Flow.Steps
	var way []store.Station
	add := func(action string, unit orgs.ID, name i18n.Text, from []procedures.Step) {
		at := store.Station{Step: action, Name: name, Action: action, Unit: unit}
		if i := slices.IndexFunc(from, func(step procedures.Step) bool { return step.Action == action }); i >= 0 {
			at.Step, at.Name, at.Post = from[i].ID, from[i].Name, from[i].Post
			if u := units[from[i].Unit]; u != "" {
				at.Unit = orgs.ID(u)
			}
		}
		way = append(way, at)
	}
	last := slices.Clone(steps)
	slices.Reverse(last) // what was signed before the last draft was the file as it came
	add(actDraft, d.Authority, i18n.Text{VI: "Soạn kết quả", EN: "Draft the result"}, last)
	rest := following(v, way[0].Step)
	add(actSign, d.Authority, i18n.Text{VI: "Ký", EN: "Sign"}, rest)
	add(actIssue, d.Authority, i18n.Text{VI: "Ban hành", EN: "Issue"}, rest)
	if d.Status == dossiers.Delivered { // otherwise the step of handing over is open still
		add(actDeliver, d.Received, i18n.Text{VI: "Trả kết quả", EN: "Hand over"}, rest)
	}
	return way, nil
}

// nextAgain ends the open step of a new result.
func (s *Service) nextAgain(ctx context.Context, tx *db.Tx, m store.Revocation) error {
	m.Stage, m.Assignee, m.AssigneeName = m.Stage+1, "", ""
	if m.Stage == len(m.Path) {
		m.Stage = -1
	}
	return s.store.SaveRevocation(ctx, tx, m)
}

// holdAgain puts the open step of a new result into somebody's hands, or (empty)
// nobody's; false where the open step is one of the case.
func (s *Service) holdAgain(ctx context.Context, tx *db.Tx, d store.Dossier, task, account, name string) (bool, error) {
	m, found, err := s.renewing(ctx, tx, d)
	if err != nil || !found || m.ID != task {
		return false, err
	}
	m.Assignee, m.AssigneeName = account, name
	return true, s.store.SaveRevocation(ctx, tx, m)
}

// backAgain gives a new result back to who drafts; false as in holdAgain.
func (s *Service) backAgain(ctx context.Context, tx *db.Tx, d store.Dossier) (bool, error) {
	m, found, err := s.renewing(ctx, tx, d)
	if err != nil || !found || m.ID != d.Task {
		return false, err
	}
	if m.Stage == 0 {
		return true, dossiers.ErrTooLate
	}
	m.Stage, m.Assignee, m.AssigneeName = 0, "", ""
	return true, s.store.SaveRevocation(ctx, tx, m)
}

// replaced ends the way of a new result that was sealed just now: it stands in the
// place of the one that was taken back.
func (s *Service) replaced(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier, m store.Revocation) error {
	r, _, err := s.store.LockResult(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	m.NewSHA, m.NewNumber, m.ReplacedAt = r.IssuedSHA, numberText(r), tx.Now
	if err := s.nextAgain(ctx, tx, m); err != nil {
		return err
	}
	if err := s.follow(ctx, tx, &d); err != nil {
		return err
	}
	if err := s.store.Save(ctx, tx, d); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindReplaced, Status: d.Status, Unit: d.Authority}); err != nil {
		return err
	}
	if err := events.Publish(ctx, tx, dossiers.EventIssuedV1, moved(d, tx)); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, d, dossiers.NoticeReplaced, "/"+m.ID); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditReplaced, string(d.ID)+" sha256:"+m.NewSHA)
}

// deliverAgain hands a new result over in the place of one that was handed over
// before. When the dossier was done stays what it was.
func (s *Service) deliverAgain(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier, m store.Revocation, h Handover) error {
	if err := s.nextAgain(ctx, tx, m); err != nil {
		return err
	}
	if err := s.follow(ctx, tx, &d); err != nil {
		return err
	}
	if err := s.store.Save(ctx, tx, d); err != nil {
		return err
	}
	if err := s.taken(ctx, tx, actor, d, h); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: KindDelivered, Status: d.Status, Unit: d.Received}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditDelivered, string(d.ID))
}
