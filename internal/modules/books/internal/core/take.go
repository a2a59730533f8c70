// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Book is a register with what a page of it offers.
type Book struct {
	Register

	Units []orgs.Unit // that a filter may name; none where no field does
}

// Book returns a register as the actor may use it. It reads no record.
func (s *Service) Book(ctx context.Context, actor identity.Actor, register string) (b Book, err error) {
	defer errs.Wrap(&err, "open a register")

	if b.Standing, err = s.keeper.Stand(ctx, s.db, actor, text.Line(register)); err != nil {
		return Book{}, err
	}
	if slices.ContainsFunc(b.Fields(registers.View), func(f registers.Field) bool { return f.Type == registers.Unit }) {
		b.Units, err = s.units(ctx)
	}
	return b, err
}

// takeMost is how far the records that leave are counted.
const takeMost = 1_000_000

// Taken are records that leave as a file. They are read as they are written: of
// however many, a page is in memory.
type Taken struct {
	registers.Standing

	Count int  // records, or more than that
	More  bool // there are more than can be in one sheet

	svc  *Service
	ask  registers.Ask
	only []registers.Field // of a dataset: what is published; nil: what the right to export shows
}

// Fields are those that the file has.
func (t Taken) Fields() []registers.Field {
	if t.only != nil {
		return slices.Clone(t.only) // callers cut it down
	}
	return slices.DeleteFunc(t.Standing.Fields(registers.Export), func(f registers.Field) bool { return f.Withheld() && t.ask.Purpose == "" })
}

// Take returns all records that the actor may export, with the fields that this
// right shows and none that is personal. That they leave is in the audit log.
func (s *Service) Take(ctx context.Context, actor identity.Actor, register string, q Query) (t Taken, err error) {
	defer errs.Wrap(&err, "take records away")

	return s.take(ctx, actor, register, q, "")
}

// TakePersonal is Take with the personal fields that the right shows, for a
// purpose. Each record is in the audit log before it leaves.
func (s *Service) TakePersonal(ctx context.Context, actor identity.Actor, why access.Purpose, register string, q Query) (t Taken, err error) {
	defer errs.Wrap(&err, "take personal data away")

	if err := why.Check(); err != nil {
		return Taken{}, err
	}
	return s.take(ctx, actor, register, q, why)
}

func (s *Service) take(ctx context.Context, actor identity.Actor, register string, q Query, why access.Purpose) (t Taken, err error) {
	t.svc = s
	if t.Standing, err = s.keeper.Stand(ctx, s.db, actor, text.Line(register)); err != nil {
		return Taken{}, err
	}
	if !t.Can(registers.Export) {
		return Taken{}, access.ErrNotAllowed
	}
	t.ask = Register{Standing: t.Standing}.ask(q)
	t.ask.Act, t.ask.After, t.ask.Limit, t.ask.Purpose = registers.Export, "", 200, why
	if t.Count, t.More, err = s.keeper.Tally(ctx, s.db, t.Standing, t.ask, takeMost); err != nil {
		return Taken{}, err
	}
	return t, s.db.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordRead(ctx, tx, actor, registers.AuditTaken, t.Definition.ID+" "+strconv.Itoa(t.Count), why)
	})
}

// Each hands every record to use, in the order that was asked for.
func (t Taken) Each(ctx context.Context, use func(registers.Record) error) error {
	ask := t.ask
	for {
		p, err := t.page(ctx, ask)
		if err != nil {
			return err
		}
		for _, r := range p.Records {
			if t.only != nil {
				maps.DeleteFunc(r.Values, func(key string, _ any) bool {
					return !slices.ContainsFunc(t.only, func(f registers.Field) bool { return f.Key == key })
				})
				r.Withheld = nil // everybody knows that there are others
			}
			if err := use(r); err != nil {
				return err
			}
		}
		if ask.After = p.Next; p.Next == "" {
			return nil
		}
	}
}

func (t Taken) page(ctx context.Context, ask registers.Ask) (p registers.Page, err error) {
	if ask.Purpose == "" {
		return t.svc.keeper.Find(ctx, t.svc.db, t.Standing, ask)
	}
	err = t.svc.db.Write(ctx, func(tx *db.Tx) error {
		found, err := t.svc.keeper.Find(ctx, tx, t.Standing, ask)
		p = found
		return err
	})
	return p, err
}
