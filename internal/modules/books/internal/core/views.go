// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"slices"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/modules/books/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Filter is one condition of a look.
type Filter struct {
	Field  string       `json:"field"`
	Op     registers.Op `json:"op"`
	Values []string     `json:"values,omitempty"`
}

// Look is how a register is looked at.
type Look struct {
	Where   []Filter `json:"where,omitempty"`
	By      string   `json:"by,omitempty"` // empty: as the file says
	Down    bool     `json:"down,omitempty"`
	Columns []string `json:"columns,omitempty"` // fields; empty: those of the file
}

// seenBy is what of a look holds for somebody: conditions, order and columns by
// fields that they see. Words are not kept, they may name a person. Less says
// that something was left out.
func (l Look) seenBy(st registers.Standing) (kept Look, less bool) {
	field := func(key string) (registers.Field, bool) {
		f, ok := st.Definition.Field(key)
		return f, ok && !f.Hidden && !f.Withheld() && st.Reaches(registers.View, key)
	}
	for _, c := range l.Where {
		f, ok := field(c.Field)
		if c.Field == registers.UnitField {
			ok = true
		}
		if v := st.Definition.Valid; c.Field == registers.ValidKey && v != nil {
			_, ok = field(v.From)
		}
		if !ok || c.Op == registers.Has || f.Type == registers.Line || f.Type == registers.LongText || f.Type == registers.Org {
			less = true
			continue
		}
		kept.Where = append(kept.Where, c)
	}
	if _, ok := field(l.By); ok {
		kept.By = l.By
	} else {
		less = less || l.By != ""
	}
	kept.Down = l.Down
	for _, key := range l.Columns {
		if f, ok := st.Definition.Field(key); ok && !f.Hidden && st.Reaches(registers.View, key) && !slices.Contains(kept.Columns, key) {
			kept.Columns = append(kept.Columns, key)
		}
	}
	return kept, less
}

// View is a look with a name.
type View struct {
	ID       string
	Register string
	Name     string
	Look     Look
	Less     bool      // the look of whoever made it says more than the actor may see
	Unit     orgs.ID   // whose people see it too; empty: nobody else
	Of       i18n.Text // the name of the unit
	Own      bool      // the actor has made it
	First    bool      // the register opens with it
	May      bool      // the actor may change and remove it
}

// Bounds of views.
const (
	maxViews    = 60 // that one person makes, of all registers
	maxViewName = 60 // characters
	shownViews  = 100
)

// ListViews returns the views of a register: the actor's, and those shared in
// the units in which the actor works. Who is no official has none.
func (s *Service) ListViews(ctx context.Context, actor identity.Actor, register string) (all []View, err error) {
	defer errs.Wrap(&err, "list views")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil || !actor.Official() {
		return nil, err
	}
	units := map[orgs.ID]i18n.Text{}
	var ids []orgs.ID
	if actor.Unit != "" {
		above, err := orgs.Above(ctx, s.db, orgs.ID(actor.Unit))
		if err != nil {
			return nil, err
		}
		for _, u := range above {
			ids, units[u.ID] = append(ids, u.ID), u.Name
		}
	}
	rows, err := s.store.ListViews(ctx, s.db, st.Definition.ID, actor.Account, ids, shownViews)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		v := View{
			ID: r.ID, Register: r.Register, Name: r.Name, Unit: r.Unit, Of: units[r.Unit], Own: r.Account == actor.Account,
			First: r.First, May: mayChangeView(st, r),
		}
		var look Look
		if err := json.Unmarshal([]byte(r.Look), &look); err != nil {
			return nil, err
		}
		v.Look, v.Less = look.seenBy(st)
		all = append(all, v)
	}
	return all, nil
}

// MayShare reports whether somebody may share views of a register with their
// unit: those who write in it, or let others write.
func MayShare(st registers.Standing) bool {
	return st.Actor.Official() && st.Actor.Unit != "" && (st.Can(registers.Amend) || st.Can(registers.Approve))
}

// mayChangeView reports whether a view is the actor's, or shared in the unit of
// the actor, who may share there.
func mayChangeView(st registers.Standing, v store.View) bool {
	return v.Account == st.Actor.Account || v.Unit != "" && string(v.Unit) == st.Actor.Unit && MayShare(st)
}

// Saving is what somebody wants to keep of a view.
type Saving struct {
	ID    string // empty: a new one
	Name  string
	Look  *Look // nil: as it is
	Share bool  // with the unit in which the actor works
}

func (in Saving) check() (found []errs.Field) {
	switch n := utf8.RuneCountInString(in.Name); {
	case n == 0:
		found = append(found, errs.Field{Name: "name", Code: "form.required"})
	case n > maxViewName:
		found = append(found, errs.Field{Name: "name", Code: "form.too_long", Args: map[string]any{"max": maxViewName, "over": n - maxViewName}})
	}
	return found
}

// official is the standing of an official in a register.
func (s *Service) official(ctx context.Context, actor identity.Actor, register string) (registers.Standing, error) {
	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err == nil && !actor.Official() {
		err = access.ErrNotAllowed
	}
	return st, err
}

// SaveView keeps a view of a register, or renames and changes one.
func (s *Service) SaveView(ctx context.Context, actor identity.Actor, register string, in Saving) (id string, err error) {
	defer errs.Wrap(&err, "save a view")

	st, err := s.official(ctx, actor, register)
	if err != nil {
		return "", err
	}
	in.Name = text.Line(in.Name)
	if found := in.check(); len(found) > 0 {
		return "", errs.BadInput(found)
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		v, err := s.viewOf(ctx, tx, st, in)
		if err != nil {
			return err
		}
		v.Name = in.Name
		switch {
		case in.Share && v.Unit == "":
			if !MayShare(st) {
				return access.ErrNotAllowed
			}
			v.Unit = orgs.ID(actor.Unit)
		case !in.Share && v.Unit != "":
			v.Unit = ""
			if err := s.store.LeaveAlone(ctx, tx, v.ID, v.Account); err != nil {
				return err
			}
		}
		if err := s.store.PutView(ctx, tx, v); err != nil {
			return err
		}
		subject := st.Definition.ID + "/" + v.ID
		if v.Unit != "" {
			subject += " for " + string(v.Unit)
		}
		id = v.ID
		return audit.Record(ctx, tx, actor, books.AuditViewSaved, subject)
	})
	return id, err
}

// viewOf is the view that is to be changed, or a new one.
func (s *Service) viewOf(ctx context.Context, tx *db.Tx, st registers.Standing, in Saving) (v store.View, err error) {
	if in.ID != "" {
		if v, err = s.changeableView(ctx, tx, st, in.ID); err != nil {
			return v, err
		}
	} else {
		n, err := s.store.CountViews(ctx, tx, st.Actor.Account)
		if err != nil {
			return v, err
		}
		if n >= maxViews {
			return v, books.ErrTooManyViews.With("max", maxViews)
		}
		v = store.View{ID: newid.New(), Register: st.Definition.ID, Account: st.Actor.Account, Look: "{}"}
	}
	if in.Look == nil {
		return v, nil
	}
	look, _ := in.Look.seenBy(st)
	raw, err := json.Marshal(look)
	v.Look = string(raw)
	return v, err
}

// changeableView locks a view that the actor may change; what is not theirs is not there.
func (s *Service) changeableView(ctx context.Context, tx *db.Tx, st registers.Standing, id string) (store.View, error) {
	v, err := s.store.LockView(ctx, tx, id)
	if err == nil && (v.Register != st.Definition.ID || !mayChangeView(st, v)) {
		err = books.ErrNoView
	}
	return v, err
}

// RemoveView removes a view for all who see it.
func (s *Service) RemoveView(ctx context.Context, actor identity.Actor, register, id string) (err error) {
	defer errs.Wrap(&err, "remove view %s", id)

	st, err := s.official(ctx, actor, register)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		v, err := s.changeableView(ctx, tx, st, id)
		if err != nil {
			return err
		}
		if err := s.store.DropView(ctx, tx, v.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, books.AuditViewRemoved, v.Register+"/"+v.ID)
	})
}

// OpenWith makes a register open, for the actor, with a view that the actor
// sees; an empty one: with everything.
func (s *Service) OpenWith(ctx context.Context, actor identity.Actor, register, view string) (err error) {
	defer errs.Wrap(&err, "open a register with view %s", view)

	st, err := s.official(ctx, actor, register)
	if err != nil {
		return err
	}
	all, err := s.ListViews(ctx, actor, register)
	if err != nil {
		return err
	}
	if view != "" && !slices.ContainsFunc(all, func(v View) bool { return v.ID == view }) {
		return books.ErrNoView
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if view != "" {
			if _, err := s.store.LockView(ctx, tx, view); err != nil {
				return err
			}
		}
		if err := s.store.OpenWith(ctx, tx, actor.Account, st.Definition.ID, view); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, books.AuditViewSaved, st.Definition.ID+"/"+view+" first")
	})
}
