// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Register is a register with what the actor may do with it and how many records
// they can see: Count, or More than that.
type Register struct {
	registers.Standing

	Count int
	More  bool
}

// Registers returns the registers of which the actor may see something: there
// are few. Who may see none gets the reason of the last.
func (s *Service) Registers(ctx context.Context, actor identity.Actor) (all []Register, err error) {
	defer errs.Wrap(&err, "list registers")

	found, err := s.keeper.Standings(ctx, s.db, actor)
	if err != nil {
		return nil, err
	}
	counts, err := s.keeper.Tallies(ctx, s.db, found, countMost)
	if err != nil {
		return nil, err
	}
	for i, st := range found {
		all = append(all, Register{Standing: st, Count: counts[i].N, More: counts[i].More})
	}
	return all, nil
}

// Query says which records of a register are listed, and how.
type Query struct {
	Where []registers.Condition
	By    string // empty: as the file says
	Down  bool
	After string // RecordPage.Next of the page before
}

// RecordPage is a page of the records of a register.
type RecordPage struct {
	Register

	By      string // what the list is sorted by; empty: as they were added
	Records []registers.Record
	Next    string
	Named   Named   // what references point to
	Ending  *Ending // what ends soon, on the first page; nil where the file does not say, or to who does not see it

	Rewriting *registers.Rewriting // how far the records are written anew; nil: they are not
}

// Personal reports whether a field is read for a purpose only.
func Personal(f registers.Field) bool { return f.Withheld() }

// Records returns a page of the records of a register that the actor may see,
// without their personal fields.
func (s *Service) Records(ctx context.Context, actor identity.Actor, register string, q Query) (p RecordPage, err error) {
	defer errs.Wrap(&err, "list records")

	if p.Standing, err = s.keeper.Stand(ctx, s.db, actor, text.Line(register)); err != nil {
		return RecordPage{}, err
	}
	ask := p.ask(q)
	p.By = ask.By
	if len(p.Preparing) > 0 {
		r, found, err := s.keeper.GetRewriting(ctx, s.db, p.Definition.ID)
		if err != nil {
			return p, err
		}
		if found {
			p.Rewriting = &r
		}
	}
	found, err := s.keeper.Find(ctx, s.db, p.Standing, ask)
	if err != nil {
		return p, err
	}
	p.Records, p.Next = found.Records, found.Next
	if p.Count = len(p.Records); p.Next != "" || ask.After != "" { // else the page is all there is
		if p.Count, p.More, err = s.keeper.Tally(ctx, s.db, p.Standing, ask, countMost); err != nil {
			return p, err
		}
	}
	if p.Named, err = s.refer(ctx, actor, p.Standing, p.Records...); err != nil || ask.After != "" {
		return p, err
	}
	p.Ending, err = s.ending(ctx, p.Standing, ask)
	return p, err
}

// ask is what the kernel is asked for a query: in the order of the file where the
// actor may see the field on every record that they see.
func (r Register) ask(q Query) registers.Ask {
	ask := registers.Ask{Where: q.Where, By: text.Line(q.By), Down: q.Down, After: text.Line(q.After), Limit: PageSize}
	if ask.By != "" {
		return ask
	}
	by, ok := r.Definition.Field(r.Definition.List.Sort)
	always := func(h registers.Hold) bool { return !h.Allows(registers.View) || h.Shows(by.Key) }
	if ok && !Personal(by) && !slices.ContainsFunc(r.Holds, func(h registers.Hold) bool { return !always(h) }) {
		ask.By = by.Key
	}
	return ask
}

// RecordView is a record with all that became of it.
type RecordView struct {
	registers.Standing

	Record  registers.Record
	History []registers.Past
	Logins  map[string]string // of the accounts that wrote it; none for who is not an official
	Named   Named             // what references point to
	Awaited int               // proposals about it that wait
	Moves   []registers.Move  // that the actor may try
	Moved   []registers.Moved // that it has made; none for who is not an official

	Merges []registers.Merged // by which others became it; for those who may take them back

	MayCertify   bool // the actor may issue and withdraw its certificates
	Certificates []store.Certificate
}

// Record returns a record that the actor may see, without its personal fields.
func (s *Service) Record(ctx context.Context, actor identity.Actor, register, record string) (v RecordView, err error) {
	defer errs.Wrap(&err, "read a record")

	return s.view(ctx, actor, register, record, func(st registers.Standing) (registers.Record, error) {
		return s.keeper.Read(ctx, s.db, st, record, "")
	})
}

// PersonalRecord returns a record with its personal fields. Who read them and
// why is in the audit log before the answer leaves.
func (s *Service) PersonalRecord(ctx context.Context, actor identity.Actor, why access.Purpose, register, record string) (v RecordView, err error) {
	defer errs.Wrap(&err, "read personal data of a record")

	if err := why.Check(); err != nil {
		return RecordView{}, err
	}
	return s.view(ctx, actor, register, record, func(st registers.Standing) (rec registers.Record, err error) {
		err = s.db.Write(ctx, func(tx *db.Tx) error {
			got, err := s.keeper.Read(ctx, tx, st, record, why)
			rec = got
			return err
		})
		return rec, err
	})
}

func (s *Service) view(ctx context.Context, actor identity.Actor, register, record string, get func(registers.Standing) (registers.Record, error)) (v RecordView, err error) {
	if v.Standing, err = s.keeper.Stand(ctx, s.db, actor, text.Line(register)); err != nil {
		return RecordView{}, err
	}
	if !id.Valid(record) {
		return RecordView{}, registers.ErrNotFound
	}
	if v.Record, err = get(v.Standing); err != nil {
		return RecordView{}, s.became(ctx, v.Standing, record, err)
	}
	if v.Named, err = s.refer(ctx, actor, v.Standing, v.Record); err != nil {
		return RecordView{}, err
	}
	if v.Moves, err = s.keeper.MayMove(ctx, s.db, v.Standing, v.Record); err != nil {
		return RecordView{}, err
	}
	if !actor.Official() { // who changed what is for those who work with the register
		return v, nil
	}
	if v.History, err = s.keeper.Past(ctx, s.db, v.Standing, record); err != nil {
		return RecordView{}, err
	}
	if v.Definition.Approval {
		if v.Awaited, err = s.keeper.Awaited(ctx, s.db, v.Standing, record); err != nil {
			return RecordView{}, err
		}
	}
	if v.Merges, err = s.keeper.MergesInto(ctx, s.db, v.Standing, record); err != nil {
		return RecordView{}, err
	}
	if v.Moved, err = s.keeper.Moves(ctx, s.db, v.Standing, record); err != nil {
		return RecordView{}, err
	}
	writers := []string{v.Record.CreatedBy, v.Record.UpdatedBy}
	for _, p := range v.History {
		writers = append(writers, p.ChangedBy)
	}
	for _, m := range v.Moved {
		writers = append(writers, m.By)
	}
	if v.Logins, err = s.logins(ctx, writers...); err != nil {
		return RecordView{}, err
	}
	return v, s.certified(ctx, &v)
}
