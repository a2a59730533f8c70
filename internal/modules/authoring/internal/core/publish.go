// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packcheck"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/province"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// publishing is the body of JobPublish.
type publishing struct {
	Change authoring.ID `json:"change"`
}

// maxTries is how often the ground may move under a change while it is published.
const maxTries = 5

var errMoved = errors.New("the pack in force has changed meanwhile")

// Publish is the job of JobPublish.
func (s *Service) Publish(ctx context.Context, body []byte) error {
	var p publishing
	if err := json.Unmarshal(body, &p); err != nil {
		return err
	}
	return s.publish(ctx, p.Change)
}

// publish makes an approved change true, once: all of it in one transaction, or
// nothing, and then the change goes back with the reasons. Reading and checking
// come before the transaction; that nothing moved meanwhile is seen in it.
func (s *Service) publish(ctx context.Context, change authoring.ID) (err error) {
	defer errs.Wrap(&err, "publish change %s", change)

	for range maxTries {
		if err = s.publishOnce(ctx, change); !errors.Is(err, errMoved) {
			return err
		}
	}
	return err
}

func (s *Service) publishOnce(ctx context.Context, change authoring.ID) error {
	c, err := store.Get(ctx, s.DB, change)
	if err != nil {
		return err
	}
	if c.State != authoring.Approved {
		return nil // done, or taken back
	}
	g, err := s.inForce(ctx, s.DB)
	if err != nil {
		return err
	}
	items, err := store.Items(ctx, s.DB, change)
	if err != nil {
		return err
	}
	next, problems, err := s.next(g, items)
	if err != nil {
		return err
	}
	refused, err := s.refused(ctx, s.DB, items)
	if err != nil {
		return err
	}
	problems = append(problems, refused...)
	program := identity.Program("authoring")
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.Lock(ctx, tx); err != nil {
			return err
		}
		settings, err := province.Get(ctx, tx)
		if err != nil {
			return err
		}
		now, err := store.Lock(ctx, tx, change)
		switch {
		case err != nil:
			return err
		case settings.Fingerprint != g.Print || now.Rev != c.Rev && now.State == authoring.Approved:
			return errMoved
		case now.State != authoring.Approved, calendar.On(tx.Now.Time).Before(now.Day):
			return nil // of an approval that was taken back: each has a job of its own
		}
		e := authoring.Event{What: "refused", Hand: authoring.Hand{Account: program.Account, At: tx.Now}}
		event := authoring.AuditRefused
		now.Rev, now.Changed = now.Rev+1, tx.Now
		if len(problems) > 0 {
			now.State, now.Problems = authoring.Returned, problems[:min(len(problems), maxProblems)]
		} else {
			if err := s.Apply(ctx, tx, next); err != nil {
				return err
			}
			now.State, now.Published = authoring.Published, tx.Now
			e.What, event = string(authoring.Published), authoring.AuditPublished
		}
		if err := store.Put(ctx, tx, now); err != nil {
			return err
		}
		if err := store.Note(ctx, tx, change, e); err != nil {
			return err
		}
		return audit.Record(ctx, tx, program, event, string(change))
	})
}

// maxProblems is how many mistakes are kept with a change that was refused.
const maxProblems = 100

// next returns what would be in force with items in the local layer, and every
// reason why it cannot be.
func (s *Service) next(g *Ground, items []authoring.Item) (*packs.Set, []packs.Problem, error) {
	problems := moved(g, items)
	_, wrong, err := s.with(g, items)
	if err != nil || len(problems)+len(wrong) > 0 {
		return nil, append(problems, wrong...), err
	}
	bare := packs.WithoutLayer(g.files)
	fsys, err := packs.FromFiles(bare)
	if err != nil {
		return nil, nil, err
	}
	under, err := packs.Load(fsys, g.Pack)
	if err != nil {
		return nil, nil, err
	}
	layered, err := packs.LayerItems(under, g.files)
	if err != nil {
		return nil, nil, err
	}
	for _, item := range items {
		d := draftOf(item)
		layered = slices.DeleteFunc(layered, func(o packs.Draft) bool { return o.List == d.List && o.ID == d.ID })
		layered = append(layered, d)
	}
	layer, err := packs.Layer(under, layered)
	if err != nil {
		return nil, nil, err
	}
	maps.Copy(bare, layer)
	if fsys, err = packs.FromFiles(bare); err != nil {
		return nil, nil, err
	}
	set, wrong, err := packcheck.Check(fsys, packs.Top(bare, g.Pack))
	return set, wrong, err
}

// moved names the items that are no longer in force as they were when the
// change took them up.
func moved(g *Ground, items []authoring.Item) (problems []packs.Problem) {
	for _, i := range items {
		now, there := g.Set.ItemText(string(i.List), i.ID)
		if there == i.New() || there && !packs.SameItem(i.ID, i.Base, now) {
			m := packs.Mistake(packs.Origin{File: draftOf(i).File(), Line: 1}, i.ID, "item.moved", i.ID)
			m.List = string(i.List)
			problems = append(problems, m)
		}
	}
	return problems
}

// TakeOver carries what a change makes of an item over to what is in force now:
// the fields that the change has touched stay, the others become those of today.
func (s *Service) TakeOver(ctx context.Context, actor identity.Actor, change authoring.ID, list authoring.List, id string) (err error) {
	defer errs.Wrap(&err, "take over %s %s of change %s", list, id, change)

	return s.write(ctx, actor, change, func(tx *db.Tx, _ *authoring.Change) error {
		i, there, err := store.FindItem(ctx, tx, change, list, id)
		if err != nil {
			return err
		}
		if !there {
			return authoring.ErrNoItem
		}
		g, err := s.inForce(ctx, tx)
		if err != nil {
			return err
		}
		now, there := g.Set.ItemText(string(list), id)
		switch {
		case !there && i.Gone():
			return store.DropItem(ctx, tx, change, list, id)
		case there && !i.New() && !i.Gone():
			if i.Whole, err = packs.Rebase(id, i.Base, i.Whole, now); err != nil {
				return err
			}
		}
		i.Base, i.Rev, i.Saved = now, i.Rev+1, authoring.Hand{Account: actor.Account, At: tx.Now}
		return store.PutItem(ctx, tx, change, i)
	})
}
