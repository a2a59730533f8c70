// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/errs"
)

// Pick is an entry of a catalogue: its code, and what people call it.
type Pick struct{ Value, Name string }

// picksMost is how many entries are offered to choose from; of longer catalogues
// the code is typed.
const picksMost = 200

// NameOf returns the name of an entry of a catalogue as far as the actor may read
// it; else it is empty.
func (s *Service) NameOf(ctx context.Context, actor identity.Actor, catalogue, code string) (name string, err error) {
	defer errs.Wrap(&err, "name entry %s of catalogue %s", code, catalogue)

	all, _, err := s.entries(ctx, actor, catalogue, func(st registers.Standing, codes registers.Codes) (registers.Ask, bool) {
		return registers.Ask{Where: []registers.Condition{{Field: codes.Code, Op: registers.Is, Values: []string{code}}}, Limit: 1}, st.Reaches(registers.View, codes.Code)
	})
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0].Name, nil
}

// namesMost is how many codes are named by one statement.
const namesMost = 200

// NamesOf is NameOf for many codes: those that have a name, by their codes.
func (s *Service) NamesOf(ctx context.Context, actor identity.Actor, catalogue string, codes []string) (names map[string]string, err error) {
	defer errs.Wrap(&err, "name entries of catalogue %s", catalogue)

	names = map[string]string{}
	for some := range slices.Chunk(codes, namesMost) {
		all, _, err := s.entries(ctx, actor, catalogue, func(st registers.Standing, c registers.Codes) (registers.Ask, bool) {
			return registers.Ask{Where: []registers.Condition{{Field: c.Code, Op: registers.Is, Values: some}}, Limit: namesMost}, st.Reaches(registers.View, c.Code)
		})
		if err != nil {
			return nil, err
		}
		for _, one := range all {
			names[one.Value] = one.Name
		}
	}
	return names, nil
}

// Picks returns the entries of a catalogue that the actor sees, in its order; none
// where there are too many to choose from.
func (s *Service) Picks(ctx context.Context, actor identity.Actor, catalogue string) (all []Pick, err error) {
	defer errs.Wrap(&err, "list catalogue %s", catalogue)

	all, more, err := s.entries(ctx, actor, catalogue, func(st registers.Standing, _ registers.Codes) (registers.Ask, bool) {
		ask := Register{Standing: st}.ask(Query{})
		ask.Limit = picksMost
		return ask, true
	})
	if more {
		return nil, err
	}
	return all, err
}

// entries returns what is asked for of a catalogue, and whether there is more.
func (s *Service) entries(ctx context.Context, actor identity.Actor, catalogue string, ask func(registers.Standing, registers.Codes) (registers.Ask, bool)) (all []Pick, more bool, err error) {
	st, err := s.keeper.Stand(ctx, s.db, actor, catalogue)
	if kind := errs.KindOf(err); kind == errs.NotFound || kind == errs.Forbidden || kind == errs.Unauthenticated {
		return nil, false, nil
	}
	if err != nil || st.Definition.Codes == nil {
		return nil, false, err
	}
	codes := *st.Definition.Codes
	asked, may := ask(st, codes)
	if !may {
		return nil, false, nil
	}
	found, err := s.keeper.Find(ctx, s.db, st, asked)
	for _, rec := range found.Records {
		var one Pick
		one.Value, _ = rec.Values[codes.Code].(string)
		one.Name, _ = rec.Values[codes.Name].(string)
		if one.Value != "" && one.Name != "" {
			all = append(all, one)
		}
	}
	return all, found.Next != "", err
}
