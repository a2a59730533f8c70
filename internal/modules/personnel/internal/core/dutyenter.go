// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"regexp"
	"slices"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// NewShift is a shift as somebody enters it.
type NewShift struct {
	Unit, Kind, Login string
	From, To          string // each a Minute; To is when it ends
	Phone, Note       string
}

// phoneShape is a number that can be called: 02963 852 576, +84 296 3852576.
func phoneShape(s string) bool { return regexp.MustCompile(`^\+?[0-9][0-9 .]{2,18}$`).MatchString(s) }

// shape checks what can be known of a shift without looking anywhere.
func (n *NewShift) shape(a *asked) (since, until db.Time) {
	if n.Kind == "" {
		a.add("kind", "form.choose")
	}
	if n.Login = text.Line(n.Login); n.Login == "" {
		a.add("login", "personnel.missing")
	}
	wrong := len(a.fields)
	since, until = a.minute("from", n.From), a.minute("to", n.To)
	if len(a.fields) == wrong {
		switch {
		case !until.After(since.Time):
			a.add("to", "personnel.period")
		case until.Sub(since.Time) > store.LongestShift:
			a.fields = append(a.fields, errs.Field{Name: "to", Code: "personnel.duty.long", Args: map[string]any{"days": int(store.LongestShift.Hours() / 24)}})
		}
	}
	if n.Phone = text.Line(n.Phone); n.Phone != "" && !phoneShape(n.Phone) {
		a.add("phone", "personnel.duty.phone")
	}
	if n.Note = text.Line(n.Note); utf8.RuneCountInString(n.Note) > MaxWords {
		a.fields = append(a.fields, errs.Field{Name: "note", Code: "personnel.too_long", Args: map[string]any{"max": MaxWords}})
	}
	return since, until
}

// EnterShift puts somebody on duty. Who has no post in the unit then, or is on
// duty already, is refused; who is absent is flagged on the plan.
func (s *Service) EnterShift(ctx context.Context, actor identity.Actor, n NewShift) (shift string, err error) {
	defer errs.Wrap(&err, "enter a shift")

	sc, err := plans(actor)
	if err != nil {
		return "", err
	}
	var a asked
	if n.Unit == "" {
		a.add("unit", "personnel.missing")
	}
	since, until := n.shape(&a)
	if err := a.err(); err != nil {
		return "", err
	}
	shift = id.New()
	return shift, s.DB.Write(ctx, func(tx *db.Tx) error {
		unit, err := s.unitOf(ctx, tx, "unit", n.Unit)
		if err != nil {
			return err
		}
		if err := s.inScope(ctx, tx, sc, unit); err != nil {
			return err
		}
		row := store.Shift{ID: shift, Unit: string(unit), Since: since, Until: until, EnteredBy: actor.Account, EnteredAt: tx.Now}
		if err := s.fillShift(ctx, tx, sc, s.placing(tx), &row, n); err != nil {
			return err
		}
		if err := store.PutShift(ctx, tx, row); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, personnel.AuditDutyEntered, row.Account)
	})
}

// fillShift checks the truth of a shift and writes it into its row.
func (s *Service) fillShift(ctx context.Context, tx *db.Tx, sc access.Scope, posts *placing, row *store.Shift, n NewShift) error {
	if !row.Until.After(tx.Now.Time) {
		return errs.BadInput([]errs.Field{{Name: "to", Code: "personnel.past"}})
	}
	if n.Kind != row.Kind {
		kinds, err := store.DutyKinds(ctx, tx)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(kinds, func(k store.DutyKind) bool { return k.ID == n.Kind && k.Used }) {
			return errs.BadInput([]errs.Field{{Name: "kind", Code: "form.choose"}})
		}
	}
	who, err := s.account(ctx, tx, "login", n.Login)
	if err != nil {
		return err
	}
	if err := store.HoldPerson(ctx, tx, who.ID); err != nil {
		return err
	}
	_, there, err := posts.post(ctx, who.ID, orgs.ID(row.Unit), row.Since)
	if err != nil {
		return err
	}
	if !there || who.Disabled {
		return errs.BadInput([]errs.Field{{Name: "login", Code: "personnel.duty.no_post", Args: map[string]any{"name": who.Name}}})
	}
	row.Kind, row.Account, row.Note, row.Phone = n.Kind, who.ID, n.Note, store.SealPhone(s.Keys, row.ID, n.Phone)
	return s.alone(ctx, tx, sc, *row, who.Name)
}

// alone refuses a shift while which the person is on duty already, but for the
// shifts named. Where that is, is said to who may see it.
func (s *Service) alone(ctx context.Context, tx *db.Tx, sc access.Scope, row store.Shift, name string, but ...string) error {
	others, err := store.ShiftsOf(ctx, tx, row.Account, row.Since, row.Until, store.ShiftKey{}, len(but)+2)
	if err != nil {
		return err
	}
	for _, o := range others {
		if o.ID == row.ID || slices.Contains(but, o.ID) {
			continue
		}
		sees, err := sc.Sees(ctx, tx, orgs.ID(o.Unit))
		if err != nil {
			return err
		}
		if !sees {
			return personnel.ErrElsewhere.With("name", name).With("since", o.Since.Time).With("until", o.Until.Time)
		}
		unit, err := unitName(ctx, tx, orgs.ID(o.Unit))
		if err != nil {
			return err
		}
		return personnel.ErrTwoPlaces.With("name", name).With("unit", unit.VI).With("since", o.Since.Time).With("until", o.Until.Time)
	}
	return nil
}

// change locks a shift that is not over, lets something happen to it and keeps it.
func (s *Service) change(ctx context.Context, actor identity.Actor, shift string, e audit.Event, do func(tx *db.Tx, sc access.Scope, row *store.Shift) error) error {
	sc, err := plans(actor)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		row, err := store.GetShift(ctx, tx, sc, "", shift, tx.ForUpdate())
		if err != nil {
			return err
		}
		if !row.Until.After(tx.Now.Time) {
			return personnel.ErrShiftOver
		}
		if err := do(tx, sc, &row); err != nil {
			return err
		}
		if err := s.dropSwaps(ctx, tx, row.ID); err != nil {
			return err
		}
		if err := store.PutShift(ctx, tx, row); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, e, row.Account)
	})
}

// ChangeShift enters a shift anew; it stays in its unit. Of one that has begun
// only the end, the phone and the note can change.
func (s *Service) ChangeShift(ctx context.Context, actor identity.Actor, shift string, n NewShift) (err error) {
	defer errs.Wrap(&err, "change shift %s", shift)

	var a asked
	since, until := n.shape(&a)
	if _, err := plans(actor); err != nil {
		return err
	}
	if err := a.err(); err != nil {
		return err
	}
	return s.change(ctx, actor, shift, personnel.AuditDutyChanged, func(tx *db.Tx, sc access.Scope, row *store.Shift) error {
		old := *row
		row.Since, row.Until, row.ChangedBy, row.ChangedAt = since, until, actor.Account, tx.Now
		if err := s.fillShift(ctx, tx, sc, s.placing(tx), row, n); err != nil {
			return err
		}
		begun := !old.Since.After(tx.Now.Time)
		if begun && (row.Account != old.Account || row.Kind != old.Kind || !row.Since.Equal(old.Since.Time)) {
			return personnel.ErrBegun
		}
		return nil
	})
}

// RemoveShift takes a shift that has not begun off the plan.
func (s *Service) RemoveShift(ctx context.Context, actor identity.Actor, shift string) (err error) {
	defer errs.Wrap(&err, "remove shift %s", shift)

	return s.change(ctx, actor, shift, personnel.AuditDutyRemoved, func(tx *db.Tx, _ access.Scope, row *store.Shift) error {
		if !row.Since.After(tx.Now.Time) {
			return personnel.ErrBegun
		}
		row.RemovedBy, row.RemovedAt = actor.Account, tx.Now
		return nil
	})
}
