// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Release gives a step that the actor, or somebody for whom the actor stands
// in, has in hand back to everybody of its post.
func (s *Service) Release(ctx context.Context, actor identity.Actor, id dossiers.ID, step dossiers.TaskID) (err error) {
	defer errs.Wrap(&err, "release a step of dossier %s", id)

	p, actions, err := s.duty(ctx, actor, id, step)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.turn(ctx, tx, actor, p, id, step, actions...)
		switch {
		case err != nil:
			return err
		case d.Assignee == "":
			return dossiers.ErrNotHeld
		case d.Action == actSign:
			return dossiers.ErrSignerNamed.With("who", d.AssigneeName)
		}
		again, err := s.holdAgain(ctx, tx, d, d.Task, "", "")
		if err == nil && !again {
			err = s.flow.Release(ctx, tx, actor, workflow.TaskID(d.Task))
		}
		if err != nil {
			return err
		}
		if err := s.follow(ctx, tx, &d); err != nil {
			return err
		}
		if err := s.store.Save(ctx, tx, d); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditGivenUp, string(id))
	})
}

// maxHandOver is how many steps change hands in one go.
const maxHandOver = 200

// Reassign puts open steps of the actor's units into the hands of a colleague,
// each by itself: what cannot be done is told and stops nothing.
func (s *Service) Reassign(ctx context.Context, actor identity.Actor, steps []dossiers.TaskID, to, why string) (all []dossiers.HandedOver, err error) {
	defer errs.Wrap(&err, "reassign %d steps", len(steps))

	scope, err := access.Require(actor, dossiers.PermAssign)
	if err != nil {
		return nil, err
	}
	if why, err = reason(why); err != nil {
		return nil, err
	}
	if len(steps) == 0 || len(steps) > maxHandOver {
		return nil, dossiers.ErrTooManySteps.With("max", maxHandOver)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		all, err = s.handOver(ctx, tx, actor, scope, steps, to, why)
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// Giver hands over what another has in hand. That they may, another module has
// asked: this is no use case of people.
type Giver identity.Actor

// PassOn is HandOver of dossiers.Hands.
func (s *Service) PassOn(ctx context.Context, tx *db.Tx, g Giver, ids []dossiers.TaskID, toAccount, why string) (all []dossiers.HandedOver, err error) {
	defer errs.Wrap(&err, "hand %d steps over", len(ids))

	if why, err = reason(why); err != nil {
		return nil, err
	}
	return s.handOver(ctx, tx, identity.Actor(g), access.All(), ids, toAccount, why)
}

// handOver puts the steps whose units are in scope into other hands. Dossiers
// are locked in the order of their ids.
func (s *Service) handOver(ctx context.Context, tx *db.Tx, actor identity.Actor, scope access.Scope, ids []dossiers.TaskID, to, why string) ([]dossiers.HandedOver, error) {
	all := make([]dossiers.HandedOver, len(ids))
	order := make([]int, len(ids))
	for i, id := range ids {
		all[i].Task, order[i] = id, i
		of, err := s.store.DossierOf(ctx, tx, id)
		if err != nil && !errors.Is(err, dossiers.ErrNotFound) {
			return nil, err
		}
		all[i].Dossier, all[i].Err = of, err
	}
	slices.SortStableFunc(order, func(a, b int) int { return compareIDs(all[a].Dossier, all[b].Dossier) })
	taker, err := s.actor(ctx, tx, to)
	if err != nil {
		return nil, dossiers.ErrNoColleague.Because(err)
	}
	for _, i := range order {
		if all[i].Err != nil {
			continue
		}
		if err := s.handOne(ctx, tx, actor, scope, all[i], taker, why); err != nil {
			if !definite(err) {
				return nil, fmt.Errorf("step %s: %w", all[i].Task, err)
			}
			all[i].Err = err
		}
	}
	return all, nil
}

func (s *Service) handOne(ctx context.Context, tx *db.Tx, actor identity.Actor, scope access.Scope, h dossiers.HandedOver, taker identity.Actor, why string) error {
	d, err := s.store.Lock(ctx, tx, access.All(), store.Involved(), h.Dossier)
	if err != nil {
		return err
	}
	open, err := s.steps(ctx, tx, d)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(open, func(t store.Task) bool { return t.ID == h.Task })
	if i < 0 {
		return dossiers.ErrNotFound
	}
	d.Focus(open[i])
	sees, err := scope.Sees(ctx, tx, d.Handler)
	switch {
	case err != nil:
		return err
	case !sees:
		return dossiers.ErrNotFound
	case d.Signing != "":
		return s.waitsFor(ctx, tx, d)
	case d.Action == actSign && d.Assignee != "":
		return dossiers.ErrSignerNamed.With("who", d.AssigneeName)
	}
	if err := mayDo(ctx, tx, taker, open[i]); err != nil {
		return err
	}
	again, err := s.holdAgain(ctx, tx, d, string(h.Task), taker.Account, taker.Name)
	if err == nil && !again {
		err = s.flow.Reassign(ctx, tx, actor, workflow.TaskID(h.Task), taker.Account, taker.Name, why)
	}
	if err != nil {
		return err
	}
	if err := s.tellOfficial(ctx, tx, actor, d, dossiers.NoticeAssigned, string(h.Task)+"/"+strconv.FormatInt(tx.Now.UnixMicro(), 10), taker.Account, d.StepDue); err != nil {
		return err
	}
	if err := s.follow(ctx, tx, &d); err != nil {
		return err
	}
	if err := s.store.Save(ctx, tx, d); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditReassigned, string(d.ID)+" to "+taker.Account)
}

// mayDo refuses an official who has no right to do a step in its unit.
func mayDo(ctx context.Context, q db.Querier, a identity.Actor, t store.Task) error {
	scope, err := access.Require(a, permission(t.Action))
	if err != nil {
		return dossiers.ErrNoColleague
	}
	sees, err := scope.Sees(ctx, q, t.Unit)
	if err == nil && !sees {
		return dossiers.ErrNoColleague
	}
	return err
}

// Colleague is an official who may do a step.
type Colleague struct {
	Account, Name string
	Deputy        string // name of who stands in, while the colleague is away
}

// ListColleagues returns those who may do an open step in its unit, sorted by
// given name, for who may put it into their hands.
func (s *Service) ListColleagues(ctx context.Context, actor identity.Actor, step dossiers.TaskID) (all []Colleague, err error) {
	defer errs.Wrap(&err, "list colleagues for step %s", step)

	t, err := s.assignable(ctx, actor, step)
	if err != nil {
		return nil, err
	}
	holders, err := s.allowedIn(ctx, t.Unit, permission(t.Action))
	if err != nil {
		return nil, err
	}
	for _, h := range holders {
		if h.Account != t.Assignee && !slices.ContainsFunc(all, func(c Colleague) bool { return c.Account == h.Account }) {
			_, deputy, err := workflow.Deputy(ctx, s.DB, h.Account, s.DB.Now())
			if err != nil {
				return nil, err
			}
			all = append(all, Colleague{h.Account, h.Name, deputy})
		}
	}
	return all, nil
}

// assignable is an open step in a unit of which the actor may give out the work.
func (s *Service) assignable(ctx context.Context, actor identity.Actor, step dossiers.TaskID) (t store.Task, err error) {
	scope, err := access.Require(actor, dossiers.PermAssign)
	if err != nil {
		return t, err
	}
	id, err := s.store.DossierOf(ctx, s.DB, step)
	if err != nil {
		return t, err
	}
	open, err := s.store.Tasks(ctx, s.DB, id)
	if err != nil {
		return t, err
	}
	i := slices.IndexFunc(open, func(t store.Task) bool { return t.ID == step })
	if i < 0 {
		return t, dossiers.ErrNotFound
	}
	sees, err := scope.Sees(ctx, s.DB, open[i].Unit)
	if err == nil && !sees {
		err = dossiers.ErrNotFound
	}
	return open[i], err
}

// allowedIn returns the people of a unit, and of the units under it, whose role
// holds a permission.
func (s *Service) allowedIn(ctx context.Context, unit orgs.ID, p identity.Permission) (all []access.Holder, err error) {
	roles, err := access.ListRoles(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	holders, err := access.ListHolders(ctx, s.DB, unit, access.Holder{}, maxHolders)
	if err != nil {
		return nil, err
	}
	for _, h := range holders {
		if h.Unit == unit && slices.ContainsFunc(roles, func(r access.Role) bool { return r.ID == h.Role && slices.Contains(r.Permissions, p) }) {
			all = append(all, h)
		}
	}
	return all, nil
}

// ListHeld implements dossiers.Hands.
func (s *Service) ListHeld(ctx context.Context, q db.Querier, account string, unit orgs.ID, after string, limit int) (found []dossiers.Held, next string, err error) {
	defer errs.Wrap(&err, "list what %s has in hand", account)

	from, err := key(after)
	if err != nil {
		return nil, "", err
	}
	rows, err := s.store.ListHeld(ctx, q, account, unit, from, limit+1)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > limit {
		rows = rows[:limit]
		next = cursor(rows[limit-1].WorkDue, dossiers.ID(rows[limit-1].Task))
	}
	for _, d := range rows {
		found = append(found, dossiers.Held{
			Task: dossiers.TaskID(d.Task), Dossier: d.ID, Code: codeOr(d), Name: d.Name, Step: d.StepName, Action: d.Action, Unit: d.Handler, Due: d.StepDue,
		})
	}
	return found, next, nil
}
