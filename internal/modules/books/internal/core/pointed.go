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
)

// Pick is something that a field may point to: an entry of a catalogue by its
// code, a record by its id, with what people call it.
type Pick struct{ Value, Name string }

// picksMost is how many are offered to choose from; where there are more, the
// code of the record is typed.
const picksMost = 200

// NameOf returns what an actor may read of something that a field points to: the
// name of an entry of a catalogue, the first two texts of a record. It is empty
// where they may see nothing of it.
func (s *Service) NameOf(ctx context.Context, actor identity.Actor, register, value string) (name string, err error) {
	defer errs.Wrap(&err, "name what a record points to")

	st, err := s.keeper.Stand(ctx, s.db, actor, register)
	if hides(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if st.Definition.Codes == nil {
		if !id.Valid(value) {
			return "", nil
		}
		rec, err := s.keeper.Read(ctx, s.db, st, value, "")
		if hides(err) {
			return "", nil
		}
		return called(st, rec), err
	}
	if !st.Reaches(registers.View, st.Definition.Codes.Code) {
		return "", nil
	}
	found, err := s.keeper.Find(ctx, s.db, st, registers.Ask{Where: []registers.Condition{{Field: st.Definition.Codes.Code, Op: registers.Is, Values: []string{value}}}, Limit: 1})
	if err != nil || len(found.Records) == 0 {
		return "", err
	}
	name, _ = found.Records[0].Values[st.Definition.Codes.Name].(string)
	return name, nil
}

// hides reports whether an error says that the actor sees nothing.
func hides(err error) bool {
	kind := errs.KindOf(err)
	return err != nil && (kind == errs.NotFound || kind == errs.Forbidden || kind == errs.Unauthenticated)
}

// called is what people call a record: its first two texts of one line that are
// not read for a purpose, those of the list before the others.
func called(st registers.Standing, rec registers.Record) string {
	var said []string
	fields := st.Definition.Visible()
	slices.SortStableFunc(fields, func(a, b registers.Field) int {
		listed := func(f registers.Field) int {
			if slices.Contains(st.Definition.List.Columns, f.Key) {
				return 0
			}
			return 1
		}
		return listed(a) - listed(b)
	})
	for _, f := range fields {
		if v, is := rec.Values[f.Key].(string); is && v != "" && f.Type == registers.Line && !f.Withheld() && len(said) < 2 {
			said = append(said, v)
		}
	}
	return strings.Join(said, " – ")
}

// Picks returns what a field may point to, as the actor sees it, in the order of
// the other register; none where there is too much to choose from.
func (s *Service) Picks(ctx context.Context, actor identity.Actor, f registers.Field) (all []Pick, err error) {
	defer errs.Wrap(&err, "list what a field may point to")

	register := f.Register
	if f.Type == registers.Code {
		register = f.Catalogue
	}
	st, err := s.keeper.Stand(ctx, s.db, actor, register)
	if hides(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	ask := Register{Standing: st}.ask(Query{})
	ask.Limit = picksMost
	found, err := s.keeper.Find(ctx, s.db, st, ask)
	if err != nil || found.Next != "" {
		return nil, err
	}
	for _, rec := range found.Records {
		p := Pick{Value: rec.ID, Name: called(st, rec)}
		if codes := st.Definition.Codes; codes != nil && f.Type == registers.Code {
			p.Value, _ = rec.Values[codes.Code].(string)
			p.Name, _ = rec.Values[codes.Name].(string)
		}
		if p.Value != "" && p.Name != "" {
			all = append(all, p)
		}
	}
	return all, nil
}

// Pointed returns the id of the record of another register that somebody means by
// what its unique text says; what finds none stays as it was typed.
func (s *Service) Pointed(ctx context.Context, actor identity.Actor, register, typed string) (record string, err error) {
	defer errs.Wrap(&err, "find what a field points to")

	st, err := s.keeper.Stand(ctx, s.db, actor, register)
	if hides(err) || typed == "" || id.Valid(typed) {
		return typed, nil
	}
	if err != nil {
		return "", err
	}
	for _, f := range st.Definition.Visible() {
		if !f.Unique || f.Type != registers.Line || f.Withheld() || !st.Reaches(registers.View, f.Key) {
			continue
		}
		found, err := s.keeper.Find(ctx, s.db, st, registers.Ask{Where: []registers.Condition{{Field: f.Key, Op: registers.Is, Values: []string{typed}}}, Limit: 1})
		if err != nil {
			return "", err
		}
		if len(found.Records) == 1 {
			return found.Records[0].ID, nil
		}
	}
	return typed, nil
}
