// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// maxWords is how many characters a title, basis or reason may have.
const maxWords = 500

// farthest is how many days ahead a change can be published.
const farthest = 3 * 366

// PageSize is how many changes a page holds at most.
const PageSize = 20

// General is what a person says of a change as a whole.
type General struct {
	Title string
	Basis string
	Day   calendar.Date
}

func (g General) tidy() General {
	g.Title, g.Basis = strings.TrimSpace(text.NFC(g.Title)), strings.TrimSpace(text.NFC(g.Basis))
	return g
}

// check reports every problem at once, in the order of the form.
func (g General) check(today calendar.Date) (fields []errs.Field) {
	add := func(name, code string) { fields = append(fields, errs.Field{Name: name, Code: code}) }
	for _, f := range []struct{ name, value string }{{"title", g.Title}, {"basis", g.Basis}} {
		switch {
		case f.value == "" && f.name == "title":
			add(f.name, "authoring.title")
		case utf8.RuneCountInString(f.value) > maxWords:
			add(f.name, "authoring.long")
		}
	}
	switch {
	case g.Day.IsZero():
		add("day", "authoring.day")
	case g.Day.Before(today):
		add("day", "authoring.past")
	case today.AddDays(farthest).Before(g.Day):
		add("day", "authoring.far")
	}
	return fields
}

// mayRead lets in those who write and those who approve.
func mayRead(actor identity.Actor) error {
	_, err := access.RequireAny(actor, authoring.PermEdit, authoring.PermApprove)
	return err
}

// Today is the day on the clock of the province.
func (s *Service) Today() calendar.Date { return calendar.On(s.DB.Now().Time) }

// Create begins a change.
func (s *Service) Create(ctx context.Context, actor identity.Actor, g General) (_ authoring.ID, err error) {
	defer errs.Wrap(&err, "create a change")

	if _, err := access.Everywhere(actor, authoring.PermEdit); err != nil {
		return "", err
	}
	g = g.tidy()
	if err := errs.BadInput(g.check(s.Today())); err != nil {
		return "", err
	}
	added := authoring.ID(id.New())
	return added, s.DB.Write(ctx, func(tx *db.Tx) error {
		return create(ctx, tx, actor, authoring.Change{ID: added, Title: g.Title, Basis: g.Basis, Day: g.Day})
	})
}

func create(ctx context.Context, tx *db.Tx, actor identity.Actor, c authoring.Change) error {
	c.State, c.Rev, c.Changed = authoring.Draft, 1, tx.Now
	c.Created = authoring.Hand{Account: actor.Account, At: tx.Now}
	if err := store.Put(ctx, tx, c); err != nil {
		return err
	}
	if err := store.Wrote(ctx, tx, c.ID, actor.Account); err != nil {
		return err
	}
	if err := store.Note(ctx, tx, c.ID, authoring.Event{What: "created", Hand: c.Created}); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, authoring.AuditCreated, string(c.ID))
}

// Edit says anew what a change is as a whole. Rev is that which the person saw.
func (s *Service) Edit(ctx context.Context, actor identity.Actor, change authoring.ID, g General, rev int) (err error) {
	defer errs.Wrap(&err, "edit change %s", change)

	g = g.tidy()
	if _, err := access.Everywhere(actor, authoring.PermEdit); err != nil {
		return err
	}
	if err := errs.BadInput(g.check(s.Today())); err != nil {
		return err
	}
	return s.write(ctx, actor, change, func(_ *db.Tx, c *authoring.Change) error {
		if c.Rev != rev && (c.Title != g.Title || c.Basis != g.Basis || c.Day != g.Day) && rev != 0 {
			return authoring.ErrSeen
		}
		c.Title, c.Basis, c.Day = g.Title, g.Basis, g.Day
		return nil
	})
}

// write does something to a change that can still be written.
func (s *Service) write(ctx context.Context, actor identity.Actor, change authoring.ID, do func(*db.Tx, *authoring.Change) error) error {
	if _, err := access.Everywhere(actor, authoring.PermEdit); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := store.Lock(ctx, tx, change)
		if err != nil {
			return err
		}
		if !c.State.Open() {
			return authoring.ErrClosed.With("state", string(c.State))
		}
		if err := do(tx, &c); err != nil {
			return err
		}
		c.Rev, c.Changed = c.Rev+1, tx.Now
		if err := store.Put(ctx, tx, c); err != nil {
			return err
		}
		return store.Wrote(ctx, tx, change, actor.Account)
	})
}

// Get returns a change.
func (s *Service) Get(ctx context.Context, actor identity.Actor, change authoring.ID) (c authoring.Change, err error) {
	defer errs.Wrap(&err, "get change %s", change)

	if err := mayRead(actor); err != nil {
		return c, err
	}
	return store.Get(ctx, s.DB, change)
}

// List returns changes, the newest first, before the given one, in a state or
// in all ("").
func (s *Service) List(ctx context.Context, actor identity.Actor, state authoring.State, before authoring.ID) (all []authoring.Change, err error) {
	defer errs.Wrap(&err, "list changes")

	if err := mayRead(actor); err != nil {
		return nil, err
	}
	if before == "" {
		before = "~"
	}
	return store.List(ctx, s.DB, state, string(before), PageSize)
}

// historyLength is how many lines of its history a change shows.
const historyLength = 100

// History returns what was done to a change, the latest first.
func (s *Service) History(ctx context.Context, actor identity.Actor, change authoring.ID) (all []authoring.Event, err error) {
	defer errs.Wrap(&err, "history of change %s", change)

	if err := mayRead(actor); err != nil {
		return nil, err
	}
	if _, err := store.Get(ctx, s.DB, change); err != nil {
		return nil, fmt.Errorf("the change: %w", err)
	}
	return store.History(ctx, s.DB, change, historyLength)
}

// CountWaiting returns how many changes wait for somebody: to be approved, or,
// returned, to be written again.
func (s *Service) CountWaiting(ctx context.Context, actor identity.Actor) (n int64, err error) {
	defer errs.Wrap(&err, "count changes that wait")

	for permission, state := range map[identity.Permission]authoring.State{authoring.PermApprove: authoring.Submitted, authoring.PermEdit: authoring.Returned} {
		if !actor.May(permission) {
			continue
		}
		some, err := store.Count(ctx, s.DB, state)
		if err != nil {
			return 0, err
		}
		n += some
	}
	return n, nil
}
