// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

var _ dossiers.Mirrors = (*Service)(nil)

// KindHanded and KindTakenBack are the lines with which the status changed hands.
const (
	KindHanded    = "handed_over"
	KindTakenBack = "taken_back"
)

// Mirror implements dossiers.Mirrors. What a system says of a dossier whose status it
// does not own changes nothing; whoever keeps differences is told so by HeardNot.
func (s *Service) Mirror(ctx context.Context, tx *db.Tx, actor identity.Actor, m dossiers.Mirror) (id dossiers.ID, heard dossiers.Heard, err error) {
	defer errs.Wrap(&err, "mirror a dossier of %s", m.Keeper.Code)

	m.Code, m.Ours = trackWord(m.Code), trackWord(m.Ours)
	known, found, err := s.findMirror(ctx, tx, m)
	if err != nil {
		return "", "", err
	}
	if !found {
		if m.Ours != "" {
			return "", dossiers.HeardNot, nil // they think it was ours, and we never gave it to them
		}
		id, err = s.newMirror(ctx, tx, actor, m)
		return id, dossiers.HeardNew, err
	}
	d, err := s.store.LockAny(ctx, tx, access.All(), store.Involved(), known.Dossier)
	if err != nil {
		return "", "", err
	}
	if d.Keeper.Code != m.Keeper.Code {
		return d.ID, dossiers.HeardNot, nil
	}
	if known, _, err = s.store.MirrorOf(ctx, tx, d.ID); err != nil { // under the lock
		return "", "", err
	}
	if m.Place <= known.Place {
		return d.ID, dossiers.HeardOld, nil
	}
	if known.Born {
		d.Code = m.Code
	}
	return d.ID, dossiers.HeardTaken, s.reflect(ctx, tx, actor, d, known, m)
}

// findMirror finds the dossier that a system speaks of: by its code, or by ours where it
// was given to that system or to another.
func (s *Service) findMirror(ctx context.Context, tx *db.Tx, m dossiers.Mirror) (store.Mirror, bool, error) {
	known, found, err := s.store.FindMirror(ctx, tx, m.Keeper.Code, m.Code)
	if err != nil || found || m.Ours == "" {
		return known, found, err
	}
	d, err := s.store.Track(ctx, tx, m.Ours)
	if errors.Is(err, dossiers.ErrNotFound) {
		return known, false, nil
	}
	if err != nil {
		return known, false, err
	}
	known, found, err = s.store.MirrorOf(ctx, tx, d.ID)
	if err == nil && !found { // it is ours, and always was
		return store.Mirror{Dossier: d.ID}, true, nil
	}
	return known, found, err
}

// newMirror adds a dossier that was never ours.
func (s *Service) newMirror(ctx context.Context, tx *db.Tx, actor identity.Actor, m dossiers.Mirror) (dossiers.ID, error) {
	v, err := s.mirrored(ctx, m)
	if err != nil {
		return "", err
	}
	if _, err := orgs.Get(ctx, tx, m.Unit); err != nil {
		return "", dossiers.ErrMirrorUnit
	}
	taken, err := s.store.TakenCode(ctx, tx, m.Code)
	if err != nil {
		return "", err
	}
	if taken {
		return "", dossiers.ErrMovedCode.With("code", m.Code)
	}
	owner, person := arrivedParty(m.Owner).clean(), ""
	if owner.Number != "" { // so that it is among their dossiers
		if person, err = s.person(ctx, tx, actor, owner); err != nil {
			return "", err
		}
	}
	said, err := json.Marshal(owner)
	if err != nil {
		return "", err
	}
	d := store.Dossier{
		Summary: dossiers.Summary{
			ID: dossiers.ID(newid.At(m.Submitted.Time)), Reference: reference(), Procedure: v.ID, Name: v.Name, Channel: m.Channel, Received: m.Unit, Authority: m.Unit, Handler: m.Unit,
			SubmittedAt: m.Submitted, Keeper: m.Keeper, Status: dossiers.Submitted,
		},
		SHA: v.SHA, FormSHA: v.SHA, Basis: dossiers.Self, OwnerName: owner.Name, OwnerID: person, SubmitterID: person, BringerID: person, Helped: m.Unit, FiledBy: actor.Account,
		Finance: dossiers.None, Delivery: dossiers.None, Sync: dossiers.None,
	}
	if err := at(tx, m.Submitted, func() error {
		return s.store.Insert(ctx, tx, d, store.Personal{Owner: string(said), Submitter: "{}", Answers: "{}"}, store.Found{Folded: text.Fold(owner.Name), Number: owner.Number, Phone: owner.Phone})
	}); err != nil {
		return "", err
	}
	if err := s.store.Owned(ctx, tx, d.ID, m.Keeper.Code, actor.Account); err != nil {
		return "", err
	}
	d.Code, d.Status = m.Code, 0
	return d.ID, s.reflect(ctx, tx, actor, d, store.Mirror{Dossier: d.ID, Keeper: m.Keeper.Code, Born: true}, m)
}

// mirrored is the procedure of a dossier of another system. It is refused where the
// procedure did not belong to that system on the day on which the dossier was sent.
func (s *Service) mirrored(ctx context.Context, m dossiers.Mirror) (v procedures.Version, err error) {
	today, err := s.Procedures.Get(ctx, m.Procedure)
	if errors.Is(err, procedures.ErrNotFound) {
		return v, dossiers.ErrMirrorUnit
	}
	if err != nil {
		return v, err
	}
	if v, err = s.Procedures.GetVersion(ctx, today.ID, today.SHA); err != nil {
		return v, err
	}
	if r := v.RouteOn(calendar.On(m.Submitted.Time).String()); r.Route != procedures.Ministry(m.Keeper.Code) {
		return v, dossiers.ErrMirrorRoute.With("who", m.Keeper.Name)
	}
	return v, nil
}

// reflect writes where a dossier stands in its system, with a line of the timeline
// where the status is another.
func (s *Service) reflect(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier, known store.Mirror, m dossiers.Mirror) error {
	before := d.Status
	d.Status, d.AcceptedAt, d.Due, d.FinishedAt, d.DeliveredAt = m.Status, m.Accepted, m.Due, m.Finished, m.Delivered
	d.WorkDue = m.Submitted
	if !m.Due.IsZero() {
		d.WorkDue = m.Due
	}
	d.Delivery = dossiers.None
	if m.Status == dossiers.Delivered {
		d.Delivery = dossiers.Done
	}
	if err := s.store.SaveMirror(ctx, tx, m.Keeper.Code, d); err != nil {
		return err
	}
	known.Keeper, known.Code, known.Place, known.Result = m.Keeper.Code, m.Code, m.Place, text.Line(m.Result)
	if link, ok := linkOf(m.Link); ok {
		known.Link = link
	}
	if err := s.store.PutMirror(ctx, tx, known); err != nil {
		return err
	}
	if before != m.Status {
		if err := s.store.AddEvent(ctx, tx, d.ID, store.Event{Kind: kindOf(m.Status), Status: m.Status, Unit: d.Received}); err != nil {
			return err
		}
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditMirrored, string(d.ID)+" "+m.Keeper.Code)
}

// kindOf is the line of the timeline with which a dossier comes to a status.
func kindOf(st dossiers.Status) string {
	switch st {
	case dossiers.Submitted:
		return KindSubmitted
	case dossiers.Accepted:
		return KindAccepted
	case dossiers.Refused:
		return KindRefused
	case dossiers.Processing:
		return KindWorking
	case dossiers.Supplement:
		return KindAsked
	case dossiers.Paying:
		return KindPaying
	case dossiers.Withdrawn:
		return KindWithdrawn
	case dossiers.Stopped:
		return KindStopped
	case dossiers.Finished:
		return KindIssued
	case dossiers.Delivered:
		return KindDelivered
	}
	return KindStep
}

// maxLink is longer than any address that a system has given.
const maxLink = 500

// linkOf takes an address to which people may be led: https, and nothing that signs in.
func linkOf(address string) (string, bool) {
	u, err := url.Parse(address)
	if err != nil || address == "" || len(address) > maxLink || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return "", false
	}
	return u.String(), true
}

// keptElsewhere says where people see a dossier whose status is not ours.
func (s *Service) keptElsewhere(ctx context.Context, q db.Querier, d store.Dossier) (k dossiers.KeptElsewhere, err error) {
	if d.Keeper.Code == "" {
		return k, nil
	}
	m, _, err := s.store.MirrorOf(ctx, q, d.ID)
	if err != nil {
		return k, err
	}
	all, err := s.store.Ownerships(ctx, q, d.ID)
	k = dossiers.KeptElsewhere{Keeper: d.Keeper, Code: m.Code, Link: m.Link, Result: m.Result, Said: m.Said, Born: m.Born}
	if len(all) > 0 {
		k.Since = all[len(all)-1].From
	}
	return k, err
}

// KeptElsewhereOf implements dossiers.Mirrors.
func (s *Service) KeptElsewhereOf(ctx context.Context, q db.Querier, id dossiers.ID) (_ dossiers.KeptElsewhere, err error) {
	defer errs.Wrap(&err, "who keeps dossier %s", id)

	d, err := s.store.Get(ctx, q, access.All(), store.Involved(), id)
	if err != nil {
		return dossiers.KeptElsewhere{}, err
	}
	return s.keptElsewhere(ctx, q, d)
}

// MirrorsSaid implements dossiers.Mirrors.
func (s *Service) MirrorsSaid(ctx context.Context, q db.Querier, keeper string, from, to db.Time, after dossiers.ID, limit int) (_ []dossiers.MirrorSaid, err error) {
	defer errs.Wrap(&err, "mirrors of %s", keeper)

	return s.store.SaidBy(ctx, q, keeper, from, to, after, limit)
}

// MirrorItem is a line of the list of dossiers whose status is not ours.
type MirrorItem struct {
	dossiers.Summary
	Owner string // personal data
	Late  bool
}

// ListMirrors lists the dossiers of the actor's units whose status is owned by the
// system of another agency, the newest first. That names were shown is recorded.
func (s *Service) ListMirrors(ctx context.Context, actor identity.Actor, keeper, before string) (page Page[MirrorItem], err error) {
	defer errs.Wrap(&err, "list mirrors")

	scope, err := access.RequireAny(actor, office()...)
	if err != nil {
		return page, err
	}
	rows, err := s.store.ListKept(ctx, s.DB, scope, text.Line(keeper), text.Line(before), PageSize+1)
	if err != nil {
		return page, err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		page.Next = string(rows[PageSize-1].ID)
	}
	now := s.DB.Now()
	for _, d := range rows {
		page.Items = append(page.Items, MirrorItem{Summary: d.Summary, Owner: d.OwnerName, Late: late(d, now)})
	}
	return page, s.recordList(ctx, actor, "mirrors", rows)
}

// MirrorFigures implements dossiers.MirrorCounter.
func (s *Service) MirrorFigures(ctx context.Context, scope access.Scope, a dossiers.Ask) (_ []dossiers.MirrorFigure, err error) {
	defer errs.Wrap(&err, "count mirrors")

	if a.Field != "" {
		return nil, nil // rows do not say the field: nothing is better than too much
	}
	n, _, err := s.prepare(ctx, scope, &a, a.Unit != "")
	if err != nil {
		return nil, err
	}
	from, to := db.At(a.From.At(0)), db.At(a.To.AddDays(1).At(0))
	return s.store.KeptFigures(ctx, s.DB, n, from, to, s.DB.Now())
}
