// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// References are records of another register that a field may point to. Of a
// register of which the actor sees nothing there are none.
type References struct {
	registers.Standing

	Records []registers.Record
}

// The bounds of looking for a record to point to.
const (
	foundMost = 20
	readMost  = 200 // of a register that cannot be searched
)

// FindReferences returns records that a field may point to and that the actor
// sees, found by words of what they see of them.
func (s *Service) FindReferences(ctx context.Context, actor identity.Actor, register, field, words string) (found References, err error) {
	defer errs.Wrap(&err, "find records to point to")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return References{}, err
	}
	f, ok := st.Definition.Field(field)
	if !ok || f.Hidden || f.Type != registers.Reference || !st.Reaches(registers.View, field) {
		return References{}, errs.BadInput([]errs.Field{{Name: field, Code: "registers.value.unknown"}})
	}
	if found.Standing, err = s.keeper.Stand(ctx, s.db, actor, f.Register); unseen(err) {
		return References{}, nil
	} else if err != nil {
		return References{}, err
	}
	if words = text.Line(words); words == "" {
		return found, nil
	}
	asked := false
	for _, other := range found.Fields(registers.View) {
		ask := registers.Ask{Limit: foundMost}
		switch {
		case other.Withheld():
			continue
		case other.Searchable:
			ask.Where = []registers.Condition{{Field: other.Key, Op: registers.Has, Values: []string{words}}}
		case other.Unique && other.Type == registers.Line:
			ask.Where = []registers.Condition{{Field: other.Key, Op: registers.Is, Values: []string{words}}}
		default:
			continue
		}
		asked = asked || other.Searchable
		p, err := s.keeper.Find(ctx, s.db, found.Standing, ask)
		if errs.KindOf(err) == errs.Invalid && err != nil { // words that this field cannot be asked for
			continue
		}
		if err != nil {
			return References{}, err
		}
		found.add(p.Records)
	}
	if asked || len(found.Records) > 0 {
		return found, nil
	}
	return s.readThrough(ctx, found, words)
}

// readThrough looks into the first records of a register that cannot be searched.
func (s *Service) readThrough(ctx context.Context, found References, words string) (References, error) {
	p, err := s.keeper.Find(ctx, s.db, found.Standing, registers.Ask{Limit: readMost})
	if err != nil {
		return References{}, err
	}
	asked := strings.Fields(text.Fold(words))
	found.add(slices.DeleteFunc(p.Records, func(r registers.Record) bool {
		var words []string
		for _, v := range r.Values {
			if one, ok := v.(string); ok {
				words = append(words, text.Fold(one))
			}
		}
		said := strings.Join(words, " ")
		return slices.ContainsFunc(asked, func(word string) bool { return !strings.Contains(said, word) })
	}))
	return found, nil
}

func (r *References) add(some []registers.Record) {
	for _, one := range some {
		if len(r.Records) < foundMost && !slices.ContainsFunc(r.Records, func(x registers.Record) bool { return x.ID == one.ID }) {
			r.Records = append(r.Records, one)
		}
	}
}

// Referred returns the record that a field points to; none where the actor does
// not see it.
func (s *Service) Referred(ctx context.Context, actor identity.Actor, register, record string) (found References, err error) {
	defer errs.Wrap(&err, "read what is pointed to")

	if !id.Valid(record) {
		return References{}, nil
	}
	if found.Standing, err = s.keeper.Stand(ctx, s.db, actor, register); unseen(err) {
		return References{}, nil
	} else if err != nil {
		return References{}, err
	}
	rec, err := s.keeper.Read(ctx, s.db, found.Standing, record, "")
	if unseen(err) {
		return References{}, nil
	}
	if err == nil {
		found.Records = []registers.Record{rec}
	}
	return found, err
}

// Named are records that references point to, by id: those that the actor sees.
type Named map[string]References

// refer returns what the references of some records point to. Each register is
// asked once who the actor is in it.
func (s *Service) refer(ctx context.Context, actor identity.Actor, st registers.Standing, records ...registers.Record) (Named, error) {
	named := Named{}
	for _, f := range st.Fields(registers.View) {
		if f.Type != registers.Reference {
			continue
		}
		other, err := s.keeper.Stand(ctx, s.db, actor, f.Register)
		if unseen(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		var ids []string
		for _, rec := range records {
			if to, _ := rec.Values[f.Key].(string); to != "" {
				ids = append(ids, to)
			}
		}
		found, err := s.keeper.ReadSome(ctx, s.db, other, ids)
		if err != nil {
			return nil, err
		}
		for _, one := range found {
			named[one.ID] = References{Standing: other, Records: []registers.Record{one}}
		}
	}
	return named, nil
}

// unseen reports an error that says: not for this actor.
func unseen(err error) bool {
	kind := errs.KindOf(err)
	return err != nil && (kind == errs.NotFound || kind == errs.Forbidden || kind == errs.Unauthenticated)
}
