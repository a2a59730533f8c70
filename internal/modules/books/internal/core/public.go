// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Visit is the page of one record for visitors.
type Visit struct {
	registers.Standing

	Record registers.Record
	Named  Named // what references point to
	Stands registers.Stands
	Said   bool // the file and the rights say whether the record holds
	Beside []Neighbours
}

// Neighbours are records of another register that point to a record, as far as
// the reader sees them.
type Neighbours struct {
	registers.Standing

	Of      registers.Beside
	Records []registers.Record
	More    bool
}

// besideMost is how many records of another register stand beside one.
const besideMost = 12

// VisitMost is how many records visitors find at once, or are shown before they
// have asked.
const VisitMost = 24

// Visit returns the page of the record that a code names. A register without
// such pages, or of which the reader does not see the code, is books.ErrNoPublic.
func (s *Service) Visit(ctx context.Context, actor identity.Actor, register, code string) (v Visit, err error) {
	defer errs.Wrap(&err, "visit a record")

	if v.Standing, err = s.open(ctx, actor, register); err != nil {
		return Visit{}, err
	}
	found, err := s.called(ctx, v.Standing, code)
	if err != nil {
		return Visit{}, err
	}
	if len(found) == 0 {
		return Visit{}, registers.ErrNotFound
	}
	v.Record = found[0]
	v.Stands, v.Said = v.StandsOn(v.Record, s.today())
	if v.Named, err = s.refer(ctx, actor, v.Standing, v.Record); err != nil {
		return Visit{}, err
	}
	for _, b := range v.Definition.Public.Beside {
		n, err := s.neighbours(ctx, actor, b, v.Record.ID)
		if err != nil {
			return Visit{}, err
		}
		if len(n.Records) > 0 {
			v.Beside = append(v.Beside, n)
		}
	}
	return v, nil
}

func (s *Service) today() string { return s.db.Now().In(clock.Vietnam()).Format("2006-01-02") }

// open is what an actor may see of a register whose records have pages.
func (s *Service) open(ctx context.Context, actor identity.Actor, register string) (registers.Standing, error) {
	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return registers.Standing{}, err
	}
	if v := st.Definition.Public; v == nil || !st.Reaches(registers.View, v.Code) {
		return registers.Standing{}, books.ErrNoPublic
	}
	return st, nil
}

// called finds the record that a code names, as it is written or in capitals.
func (s *Service) called(ctx context.Context, st registers.Standing, code string) ([]registers.Record, error) {
	code = text.Line(code)
	if code == "" {
		return nil, nil
	}
	p, err := s.keeper.Find(ctx, s.db, st, registers.Ask{
		Where: []registers.Condition{{Field: st.Definition.Public.Code, Op: registers.Is, Values: slices.Compact([]string{code, strings.ToUpper(code)})}}, Limit: 1,
	})
	if errs.KindOf(err) == errs.Invalid { // no code can be like this
		err = nil
	}
	return p.Records, err
}

// neighbours are the records that point to one. What the reader does not see is
// not there; a register that cannot be asked so has none.
func (s *Service) neighbours(ctx context.Context, actor identity.Actor, b registers.Beside, record string) (Neighbours, error) {
	other, err := s.keeper.Stand(ctx, s.db, actor, b.Register)
	if unseen(err) {
		return Neighbours{}, nil
	}
	if err != nil {
		return Neighbours{}, err
	}
	p, err := s.keeper.Find(ctx, s.db, other, registers.Ask{Where: []registers.Condition{{Field: b.By, Op: registers.Is, Values: []string{record}}}, Limit: besideMost})
	if err != nil && errs.KindOf(err) == errs.Invalid {
		return Neighbours{}, nil
	}
	return Neighbours{Standing: other, Of: b, Records: p.Records, More: p.Next != ""}, err
}

// Sought is what visitors find of a register.
type Sought struct {
	registers.Standing

	Records []registers.Record
	Stands  []registers.Stands // of each; empty where nothing is said
	More    bool
}

// Seek finds records by what a visitor has typed: by a whole code first, else by
// words. Before anything is typed there are the first of a register whose records
// have places; of others there is nothing.
func (s *Service) Seek(ctx context.Context, actor identity.Actor, register, typed string) (f Sought, err error) {
	defer errs.Wrap(&err, "seek a record")

	if f.Standing, err = s.open(ctx, actor, register); err != nil {
		return Sought{}, err
	}
	typed = text.Line(typed)
	page := f.Definition.Public
	switch {
	case typed != "":
		err = s.seek(ctx, &f, typed)
	case page.Place != "" && f.Reaches(registers.View, page.Place):
		var p registers.Page
		p, err = s.keeper.Find(ctx, s.db, f.Standing, Register{Standing: f.Standing}.ask(Query{}))
		f.Records, f.More = p.Records, p.Next != ""
	}
	if err != nil {
		return Sought{}, err
	}
	if len(f.Records) > VisitMost {
		f.Records, f.More = f.Records[:VisitMost], true
	}
	today := s.today()
	for _, r := range f.Records {
		stands, _ := f.StandsOn(r, today)
		f.Stands = append(f.Stands, stands)
	}
	return f, nil
}

func (s *Service) seek(ctx context.Context, f *Sought, typed string) (err error) {
	if f.Records, err = s.called(ctx, f.Standing, typed); err != nil || len(f.Records) > 0 {
		return err
	}
	for _, key := range f.Definition.Public.Search {
		field, _ := f.Definition.Field(key)
		if !f.Reaches(registers.View, key) {
			continue
		}
		c := registers.Condition{Field: key, Op: registers.Is, Values: []string{typed}}
		if field.Searchable {
			c.Op = registers.Has
		}
		p, err := s.keeper.Find(ctx, s.db, f.Standing, registers.Ask{Where: []registers.Condition{c}, Limit: VisitMost + 1})
		if err != nil && errs.KindOf(err) == errs.Invalid { // words that this field cannot be asked for
			continue
		}
		if err != nil {
			return err
		}
		for _, r := range p.Records {
			if !slices.ContainsFunc(f.Records, func(x registers.Record) bool { return x.ID == r.ID }) {
				f.Records = append(f.Records, r)
			}
		}
	}
	return nil
}

// Doors returns the registers whose records have pages that the actor may open.
func (s *Service) Doors(ctx context.Context, actor identity.Actor) (all []registers.Standing, err error) {
	defer errs.Wrap(&err, "list pages for visitors")

	found, err := s.keeper.Standings(ctx, s.db, actor)
	if errs.KindOf(err) == errs.Forbidden || errs.KindOf(err) == errs.Unauthenticated {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, st := range found {
		if v := st.Definition.Public; v != nil && st.Reaches(registers.View, v.Code) {
			all = append(all, st)
		}
	}
	return all, nil
}
