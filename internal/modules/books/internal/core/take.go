// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"strconv"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
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

// takeMost is how many records leave in one file.
const takeMost = 20_000

// Taken are records that leave as a file.
type Taken struct {
	registers.Standing

	Records []registers.Record
}

// Fields are those that the file has.
func (t Taken) Fields() []registers.Field {
	return slices.DeleteFunc(t.Standing.Fields(registers.Export), registers.Field.Withheld)
}

// Take returns all records that the actor may export, with the fields that this
// right shows and none that is personal. That they left is in the audit log. More
// than can be in one file are books.ErrTooMany.
func (s *Service) Take(ctx context.Context, actor identity.Actor, register string, q Query) (t Taken, err error) {
	defer errs.Wrap(&err, "take records away")

	if t.Standing, err = s.keeper.Stand(ctx, s.db, actor, text.Line(register)); err != nil {
		return Taken{}, err
	}
	if !t.Can(registers.Export) {
		return Taken{}, access.ErrNotAllowed
	}
	ask := Register{Standing: t.Standing}.ask(q)
	ask.Act, ask.After, ask.Limit = registers.Export, "", 200
	if n, more, err := s.keeper.Tally(ctx, s.db, t.Standing, ask, takeMost); err != nil {
		return Taken{}, err
	} else if more {
		return Taken{}, books.ErrTooMany.With("most", n)
	}
	for {
		p, err := s.keeper.Find(ctx, s.db, t.Standing, ask)
		if err != nil {
			return Taken{}, err
		}
		t.Records = append(t.Records, p.Records...)
		if ask.After = p.Next; p.Next == "" {
			break
		}
	}
	return t, s.db.Write(ctx, func(tx *db.Tx) error {
		return audit.Record(ctx, tx, actor, registers.AuditTaken, t.Definition.ID+" "+strconv.Itoa(len(t.Records)))
	})
}
