// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// heldRecord is what a legal hold of a record is about; dossiers have holds of
// their own.
func heldRecord(register, record string) files.Subject {
	return files.Subject{Kind: "register_record", ID: register + "/" + record}
}

// DuePage is a page of the records of a register whose time is over.
type DuePage struct {
	registers.Standing
	registers.DuePage

	Held map[string]files.Held // by record: the first legal hold in force
}

// Due returns records whose time is over, for those who may destroy them.
func (s *Service) Due(ctx context.Context, actor identity.Actor, register, after string) (p DuePage, err error) {
	defer errs.Wrap(&err, "list records past their time")

	if p.Standing, err = s.official(ctx, actor, register); err != nil {
		return p, err
	}
	if p.DuePage, err = s.keeper.Due(ctx, s.db, p.Standing, s.db.Now(), text.Line(after), PageSize); err != nil {
		return p, err
	}
	subjects := make([]string, len(p.Items))
	for i, one := range p.Items {
		subjects[i] = heldRecord(p.Definition.ID, one.ID).ID
	}
	held, err := files.HoldsOf(ctx, s.db, heldRecord("", "").Kind, subjects)
	if err != nil {
		return p, err
	}
	p.Held = map[string]files.Held{}
	for i, one := range p.Items {
		if of := held[subjects[i]]; len(of) > 0 {
			p.Held[one.ID] = of[0]
		}
	}
	return p, nil
}

// Asked is what became of one of several records that somebody wants to be destroyed.
type Asked struct {
	Record   string
	Proposal string
	Err      error // nil: it is proposed
}

// ProposeDestruction proposes the destruction of records, each by itself: what is in
// the way of one does not hold up the others. More than 100 are books.ErrTooManyAtOnce.
func (s *Service) ProposeDestruction(ctx context.Context, actor identity.Actor, register string, picked []Picked) (all []Asked, err error) {
	defer errs.Wrap(&err, "propose to destroy records")

	st, err := s.mayDestroy(ctx, actor, register)
	switch {
	case err != nil:
		return nil, err
	case len(picked) == 0:
		return nil, errs.BadInput([]errs.Field{{Name: "record", Code: "books.none_picked"}})
	case len(picked) > decideMost:
		return nil, books.ErrTooManyAtOnce.With("most", decideMost)
	}
	for _, one := range picked {
		made, err := s.ProposeRecord(ctx, actor, st.Definition.ID, Wish{Act: registers.Destroy, Record: one.Record, Seen: one.Seen})
		if err != nil && !definite(err) {
			return all, err
		}
		all = append(all, Asked{Record: one.Record, Proposal: made.ID, Err: err})
	}
	return all, nil
}

func (s *Service) mayDestroy(ctx context.Context, actor identity.Actor, register string) (registers.Standing, error) {
	st, err := s.official(ctx, actor, register)
	switch {
	case err != nil:
	case st.Definition.Retention == nil:
		err = registers.ErrNoRetention
	case !st.Can(registers.Destroy):
		err = access.ErrNotAllowed
	}
	return st, err
}

// GonePage is a page of what stays of records that were destroyed.
type GonePage struct {
	registers.Standing

	Items  []registers.Gone
	Next   string
	Logins map[string]string
}

// Gone returns what stays of records that were destroyed, the latest first.
func (s *Service) Gone(ctx context.Context, actor identity.Actor, register, after string) (p GonePage, err error) {
	defer errs.Wrap(&err, "list destroyed records")

	if p.Standing, err = s.official(ctx, actor, register); err != nil {
		return p, err
	}
	if p.Items, p.Next, err = s.keeper.ListGone(ctx, s.db, p.Standing, text.Line(after), PageSize); err != nil {
		return p, err
	}
	var people []string
	for _, g := range p.Items {
		people = append(people, g.ProposedBy, g.DecidedBy)
	}
	p.Logins, err = s.logins(ctx, people...)
	return p, err
}

// notHeld refuses the destruction of a record that is under a legal hold.
func (s *Service) notHeld(ctx context.Context, tx *db.Tx, p registers.Proposal) error {
	if p.Act != registers.Destroy {
		return nil
	}
	held, err := files.Holds(ctx, tx, heldRecord(p.Register, p.Record))
	if err == nil && len(held) > 0 {
		err = files.ErrHeld
	}
	return err
}

// erased erases the files of a record that was destroyed in this transaction. Holds
// are looked for now: who places one waits for the lock of the record, or had it.
func (s *Service) erased(ctx context.Context, tx *db.Tx, st registers.Standing, p registers.Proposal) error {
	if p.Act != registers.Destroy {
		return nil
	}
	if err := s.notHeld(ctx, tx, p); err != nil {
		return err
	}
	for _, f := range st.Definition.Fields {
		if f.Type != registers.Files {
			continue
		}
		owner := ownerOf(p.Register, p.Record, f.Key)
		for after := files.ID(""); ; {
			all, err := files.List(ctx, tx, owner, after, maxPapers)
			if err != nil {
				return err
			}
			for _, one := range all {
				if err := files.Erase(ctx, tx, owner, one.ID); err != nil {
					return err
				}
				after = one.ID
			}
			if len(all) < maxPapers {
				break
			}
		}
	}
	return nil
}

// HeldView is a record with its legal holds.
type HeldView struct {
	registers.Standing

	Record string
	Holds  []files.Held
	Logins map[string]string
}

// Holds returns the legal holds of a record, for those who may destroy it.
func (s *Service) Holds(ctx context.Context, actor identity.Actor, register, record string) (v HeldView, err error) {
	defer errs.Wrap(&err, "holds of record %s", record)

	if v.Standing, err = s.secured(ctx, actor, register, record, func(*db.Tx) error { return nil }); err != nil {
		return v, err
	}
	v.Record = record
	if v.Holds, err = files.Holds(ctx, s.db, heldRecord(v.Definition.ID, record)); err != nil {
		return v, err
	}
	var people []string
	for _, h := range v.Holds {
		people = append(people, h.PlacedBy)
	}
	v.Logins, err = s.logins(ctx, people...)
	return v, err
}

// PlaceHold keeps a record from being destroyed: a court, an inspection needs it.
func (s *Service) PlaceHold(ctx context.Context, actor identity.Actor, register, record, reason string) (hold string, err error) {
	defer errs.Wrap(&err, "hold record %s", record)

	if reason, err = holdReason(reason); err != nil {
		return "", err
	}
	_, err = s.secured(ctx, actor, register, record, func(tx *db.Tx) error {
		h, err := files.Hold(ctx, tx, heldRecord(text.Line(register), record), reason, actor.Account)
		if err != nil {
			return err
		}
		hold = h.ID
		return audit.Record(ctx, tx, actor, books.AuditHeld, text.Line(register)+"/"+record)
	})
	return hold, err
}

// LiftHold ends a legal hold of a record, for a reason. Who placed it does not.
func (s *Service) LiftHold(ctx context.Context, actor identity.Actor, register, record, hold, reason string) (err error) {
	defer errs.Wrap(&err, "lift a hold of record %s", record)

	if reason, err = holdReason(reason); err != nil {
		return err
	}
	_, err = s.secured(ctx, actor, register, record, func(tx *db.Tx) error {
		subject := heldRecord(text.Line(register), record)
		all, err := files.Holds(ctx, tx, subject)
		if err != nil {
			return err
		}
		for _, h := range all {
			if h.ID == hold && h.PlacedBy == actor.Account {
				return books.ErrSameHolder
			}
		}
		if err := files.Lift(ctx, tx, subject, hold, reason, actor.Account); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, books.AuditReleased, text.Line(register)+"/"+record)
	})
	return err
}

// secured does something with a record that the actor may destroy, under its lock.
func (s *Service) secured(ctx context.Context, actor identity.Actor, register, record string, do func(*db.Tx) error) (st registers.Standing, err error) {
	if st, err = s.mayDestroy(ctx, actor, register); err != nil {
		return st, err
	}
	if !id.Valid(record) {
		return st, registers.ErrNotFound
	}
	return st, s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.keeper.Secure(ctx, tx, st, record); err != nil {
			return err
		}
		return do(tx)
	})
}

func holdReason(reason string) (string, error) {
	reason = text.Line(reason)
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return "", errs.BadInput([]errs.Field{{Name: "reason", Code: "form.required"}})
	case n > maxReason:
		return "", errs.BadInput([]errs.Field{{Name: "reason", Code: "form.too_long", Args: map[string]any{"max": maxReason, "over": n - maxReason}}})
	}
	return reason, nil
}
