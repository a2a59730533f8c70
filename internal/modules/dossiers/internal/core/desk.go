// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Desk lists what waits for the actor after acceptance, the most urgent first
// where the filter says nothing else, with how many wait in each bucket.
func (s *Service) Desk(ctx context.Context, actor identity.Actor, f DeskFilter, after string) (desk Desk, err error) {
	defer errs.Wrap(&err, "desk")

	base, err := s.onDesk(ctx, actor)
	if err != nil {
		return desk, err
	}
	return s.listWork(ctx, actor, base, f, after, "desk")
}

// UnitWork lists the open steps of the units whose work the actor gives out,
// whoever has them in hand, the most urgent first where the filter says nothing
// else.
func (s *Service) UnitWork(ctx context.Context, actor identity.Actor, f DeskFilter, after string) (desk Desk, err error) {
	defer errs.Wrap(&err, "work of units")

	base, err := s.ofUnits(actor)
	if err != nil {
		return desk, err
	}
	return s.listWork(ctx, actor, base, f, after, "unit work")
}

// onDesk is all that waits for the actor.
func (s *Service) onDesk(ctx context.Context, actor identity.Actor) (w store.Work, err error) {
	places, err := seats(actor)
	if err != nil {
		return w, err
	}
	hands, err := s.hands(ctx, actor)
	return store.Work{Seats: places, Accounts: hands}, err
}

// ofUnits is all that is open in the units whose work the actor gives out.
func (s *Service) ofUnits(actor identity.Actor) (store.Work, error) {
	scope, err := access.Require(actor, dossiers.PermAssign)
	if err != nil {
		return store.Work{}, err
	}
	seat := store.Seat{Scope: scope}
	for _, duty := range duties() {
		seat.Actions = append(seat.Actions, duty.actions...)
	}
	return store.Work{Seats: []store.Seat{seat}, Anybody: true}, nil
}

// listWork is a page of a list of work, its buckets, and what it can be narrowed to.
func (s *Service) listWork(ctx context.Context, actor identity.Actor, base store.Work, f DeskFilter, after, list string) (desk Desk, err error) {
	work, err := s.narrowed(ctx, base, f, &desk.Facets)
	if err != nil {
		return desk, err
	}
	from, err := key(after)
	if err != nil {
		return desk, err
	}
	if after == "" {
		from = work.Order.Begin()
	}
	l := s.limits(actor)
	c, err := s.store.CountWork(ctx, s.DB, work, l.now.UnixMicro(), l.today.UnixMicro(), l.soon.UnixMicro())
	if err != nil {
		return desk, err
	}
	desk.Counts = countsOf(c)
	if !base.Anybody {
		own := work
		own.Mine = true
		if c, err = s.store.CountWork(ctx, s.DB, own, 0, 0, 0); err != nil {
			return desk, err
		}
		desk.Taken = c.All
	}
	rows, err := s.store.ListWork(ctx, s.DB, l.only(work, f.Bucket), from, PageSize+1)
	if err != nil {
		return desk, err
	}
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		last := work.Order.At(rows[PageSize-1])
		desk.Next = cursor(db.Time{Time: time.UnixMicro(last.At)}, dossiers.ID(last.ID))
	}
	desk.Items = s.workItems(ctx, actor, rows, l)
	for i, item := range desk.Items {
		desk.Items[i].StandIn = !base.Anybody && item.Holder != "" && !item.Mine
	}
	if err := s.markDead(ctx, rows, desk.Items); err != nil {
		return desk, err
	}
	return desk, s.recordList(ctx, actor, list, rows)
}

func countsOf(c store.Counts) Counts {
	return Counts{Overdue: c.First, Today: c.Second - c.First, Soon: c.Third - c.Second, Waiting: c.Waiting, Other: c.All - c.Third - c.Waiting}
}

// limits are the ends of the buckets.
type limits struct{ now, today, soon time.Time }

// only keeps the work of one bucket; an empty one keeps all.
func (l limits) only(work store.Work, b Bucket) store.Work {
	now, today, soon := l.now.UnixMicro(), l.today.UnixMicro(), l.soon.UnixMicro()
	work.Goes = b != "" && b != Waiting
	switch b {
	case Overdue:
		work.Due = store.Span{To: now}
	case Today:
		work.Due = store.Span{From: now, To: today}
	case Soon:
		work.Due = store.Span{From: today, To: soon}
	case Other:
		work.Due = store.Span{From: soon}
	case Waiting:
		work.Stands = true
	}
	return work
}

func (s *Service) workItems(ctx context.Context, actor identity.Actor, rows []store.Dossier, l limits) (items []Item) {
	fields := s.fields(ctx)
	for _, d := range rows {
		mine := d.Assignee != "" && d.Assignee == actor.Account
		items = append(items, Item{
			Summary: d.Summary, Owner: d.OwnerName, Task: dossiers.TaskID(d.Task), Step: d.StepName, Action: d.Action, StepDue: d.StepDue,
			Assignee: d.AssigneeName, Holder: d.Assignee, Mine: mine, Post: d.Post, Field: fields(d.Procedure), Basis: d.Basis,
			Bucket: bucket(d, l.now, l.today, l.soon), Signing: d.Signing != "",
		})
	}
	return items
}

// UnitNames returns a function that names units, each read once.
func (s *Service) UnitNames(ctx context.Context) func(orgs.ID) i18n.Text { return s.unitNames(ctx) }
