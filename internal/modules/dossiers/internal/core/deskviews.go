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
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// WorkList names one of the two lists of work.
type WorkList string

// The lists of work.
const (
	OwnWork   WorkList = "desk" // what waits for oneself
	UnitsWork WorkList = "unit" // what is open in the units whose work one gives out
)

// Column is a column of a list of work.
type Column string

// The columns; the dossier with its owner always stands first.
const (
	ColProcedure Column = "procedure"
	ColStep      Column = "step"
	ColLeft      Column = "left" // of the time of the step
	ColDue       Column = "due"  // of the dossier
	ColState     Column = "state"
	ColField     Column = "field"
	ColChannel   Column = "channel"
	ColSubmitted Column = "submitted"
	ColHolder    Column = "holder"
	ColUnit      Column = "unit" // whose turn it is
	ColBasis     Column = "basis"
)

// Columns lists them all, as they stand where nobody has chosen others: the
// first five are shown then.
func Columns() []Column {
	return []Column{ColProcedure, ColStep, ColLeft, ColDue, ColState, ColHolder, ColField, ColChannel, ColSubmitted, ColUnit, ColBasis}
}

// UsualColumns are shown where nobody has chosen others.
func UsualColumns() []Column { return Columns()[:5] }

// Look is how a list of work is looked at.
type Look struct {
	Filter  DeskFilter `json:"filter,omitzero"`
	Columns []Column   `json:"columns,omitempty"` // empty: the usual ones
}

// clean keeps what a view may keep: columns that exist, each once, and no words.
func (l Look) clean() Look {
	var columns []Column
	for _, c := range l.Columns {
		if slices.Contains(Columns(), c) && !slices.Contains(columns, c) {
			columns = append(columns, c)
		}
	}
	l.Columns, l.Filter.Words = columns, ""
	return l
}

// View is a look with a name.
type View struct {
	ID    string
	List  WorkList
	Name  string
	Look  Look
	Unit  orgs.ID   // whose people see it too; empty: nobody else
	Of    i18n.Text // the name of the unit
	Own   bool      // the actor has made it
	First bool      // the list opens with it
	May   bool      // the actor may change and remove it
}

// Bounds of views.
const (
	maxViews    = 30 // that one person makes
	maxViewName = 60 // characters
	shownViews  = 100
)

// ListViews returns the views of a list: the actor's, and those shared in the
// units in which the actor works.
func (s *Service) ListViews(ctx context.Context, actor identity.Actor, list WorkList) (all []View, err error) {
	defer errs.Wrap(&err, "list views")

	if _, err := access.RequireAny(actor, officials()...); err != nil {
		return nil, err
	}
	units, err := s.worksIn(ctx, actor)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.ListViews(ctx, s.DB, string(list), actor.Account, units, shownViews)
	if err != nil {
		return nil, err
	}
	names := s.unitNames(ctx)
	for _, r := range rows {
		v := View{ID: r.ID, List: list, Name: r.Name, Unit: r.Unit, Own: r.Account == actor.Account, First: r.First}
		if err := json.Unmarshal([]byte(r.Look), &v.Look); err != nil {
			return nil, err
		}
		if v.Unit != "" {
			v.Of = names(v.Unit)
		}
		if v.May, err = s.mayChange(ctx, s.DB, actor, r); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

// officials are the rights of those who have a list of work.
func officials() []identity.Permission {
	return []identity.Permission{dossiers.PermView, dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver, dossiers.PermAssign}
}

// worksIn are the units whose shared views somebody sees: the own one, and those above it.
func (s *Service) worksIn(ctx context.Context, actor identity.Actor) (ids []orgs.ID, err error) {
	if actor.Unit == "" {
		return nil, nil
	}
	above, err := orgs.Above(ctx, s.DB, orgs.ID(actor.Unit))
	for _, u := range above {
		ids = append(ids, u.ID)
	}
	return ids, err
}

// mayChange reports whether a view is the actor's, or shared in a unit whose
// work the actor gives out.
func (s *Service) mayChange(ctx context.Context, q db.Querier, actor identity.Actor, v store.View) (bool, error) {
	if v.Account == actor.Account {
		return true, nil
	}
	return s.mayShare(ctx, q, actor, v.Unit)
}

func (s *Service) mayShare(ctx context.Context, q db.Querier, actor identity.Actor, unit orgs.ID) (bool, error) {
	if unit == "" || !actor.May(dossiers.PermAssign) {
		return false, nil
	}
	scope, err := access.Require(actor, dossiers.PermAssign)
	if err != nil {
		return false, err
	}
	return scope.Sees(ctx, q, unit)
}

// Saving is what somebody wants to keep of a view.
type Saving struct {
	ID    string // empty: a new one
	List  WorkList
	Name  string
	Look  *Look // nil: as it is
	Share bool  // with the unit in which the actor works; by who gives out its work
}

func (in Saving) check() (found []errs.Field) {
	switch n := utf8.RuneCountInString(in.Name); {
	case n == 0:
		found = append(found, errs.Field{Name: "name", Code: "form.required"})
	case n > maxViewName:
		found = append(found, errs.Field{Name: "name", Code: "form.too_long", Args: map[string]any{"max": maxViewName, "over": n - maxViewName}})
	}
	if in.List != OwnWork && in.List != UnitsWork {
		found = append(found, errs.Field{Name: "list", Code: "form.choose"})
	}
	return found
}

// SaveView keeps a view, or renames and changes one.
func (s *Service) SaveView(ctx context.Context, actor identity.Actor, in Saving) (id string, err error) {
	defer errs.Wrap(&err, "save a view")

	if _, err := access.RequireAny(actor, officials()...); err != nil {
		return "", err
	}
	in.Name = text.Line(in.Name)
	if found := in.check(); len(found) > 0 {
		return "", errs.BadInput(found)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		v, err := s.viewOf(ctx, tx, actor, in)
		if err != nil {
			return err
		}
		v.Name, id = in.Name, v.ID
		switch {
		case in.Share && v.Unit == "":
			may, err := s.mayShare(ctx, tx, actor, orgs.ID(actor.Unit))
			if err != nil {
				return err
			}
			if !may {
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
		subject := v.ID
		if v.Unit != "" {
			subject += " for " + string(v.Unit)
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditViewSaved, subject)
	})
	return id, err
}

// viewOf is the view that is to be changed, or a new one.
func (s *Service) viewOf(ctx context.Context, tx *db.Tx, actor identity.Actor, in Saving) (v store.View, err error) {
	if in.ID != "" {
		if v, err = s.changeable(ctx, tx, actor, in.ID); err != nil {
			return v, err
		}
	} else {
		n, err := s.store.CountViews(ctx, tx, actor.Account)
		if err != nil {
			return v, err
		}
		if n >= maxViews {
			return v, dossiers.ErrTooManyViews.With("max", maxViews)
		}
		v = store.View{ID: newid.New(), List: string(in.List), Account: actor.Account, Look: "{}"}
	}
	if in.Look == nil {
		return v, nil
	}
	raw, err := json.Marshal(in.Look.clean())
	v.Look = string(raw)
	return v, err
}

// changeable locks a view that the actor may change; what is not theirs is not there.
func (s *Service) changeable(ctx context.Context, tx *db.Tx, actor identity.Actor, id string) (store.View, error) {
	v, err := s.store.LockView(ctx, tx, id)
	if err != nil {
		return v, err
	}
	may, err := s.mayChange(ctx, tx, actor, v)
	if err == nil && !may {
		err = dossiers.ErrNoView
	}
	return v, err
}

// RemoveView removes a view for all who see it.
func (s *Service) RemoveView(ctx context.Context, actor identity.Actor, id string) (err error) {
	defer errs.Wrap(&err, "remove view %s", id)

	if _, err := access.RequireAny(actor, officials()...); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		v, err := s.changeable(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if err := s.store.DropView(ctx, tx, v.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditViewRemoved, v.ID)
	})
}

// OpenWith makes a list of the actor open with a view that the actor sees; an
// empty one: with everything.
func (s *Service) OpenWith(ctx context.Context, actor identity.Actor, list WorkList, view string) (err error) {
	defer errs.Wrap(&err, "open a list with view %s", view)

	all, err := s.ListViews(ctx, actor, list)
	if err != nil {
		return err
	}
	if view != "" && !slices.ContainsFunc(all, func(v View) bool { return v.ID == view }) {
		return dossiers.ErrNoView
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if view != "" {
			if _, err := s.store.LockView(ctx, tx, view); err != nil {
				return err
			}
		}
		if err := s.store.OpenWith(ctx, tx, actor.Account, string(list), view); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, dossiers.AuditViewSaved, view+" first")
	})
}
