// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// StateCount is how many records of a list stand in a state; Count is -1 where too
// many are found to be counted by field.
type StateCount struct {
	State registers.LifeState
	Count int
}

// States returns the states of a register with how many records the list would
// have in each, whatever state it is held to: counted are the facets of q. Who does
// not see where records stand gets none.
func (s *Service) States(ctx context.Context, actor identity.Actor, st registers.Standing, q Query, counted registers.Facets) (all []StateCount, err error) {
	defer errs.Wrap(&err, "count records by state")

	if st.Definition.Life == nil || !st.Reaches(registers.View, registers.LifeKey) {
		return nil, nil
	}
	held := func(c registers.Condition) bool { return c.Field == registers.LifeKey }
	if slices.ContainsFunc(q.Where, held) {
		q.Where = slices.DeleteFunc(slices.Clone(q.Where), held)
		if counted, err = s.Facets(ctx, actor, st.Definition.ID, q); err != nil {
			return nil, err
		}
	}
	for _, state := range st.Definition.Life.States {
		one := StateCount{State: state}
		if i := slices.IndexFunc(counted.Fields[registers.LifeKey], func(f registers.Facet) bool { return f.Value == state.ID }); i >= 0 {
			one.Count = counted.Fields[registers.LifeKey][i].Count
		} else if counted.More {
			one.Count = -1
		}
		all = append(all, one)
	}
	return all, nil
}

// MoveView is a record with a move that it may make.
type MoveView struct {
	RecordView

	Move   registers.Move
	Fields []registers.Field // that the move asks for and the actor sees
}

// Move returns a record with one of the moves that it may make.
func (s *Service) Move(ctx context.Context, actor identity.Actor, register, record, move string) (v MoveView, err error) {
	defer errs.Wrap(&err, "prepare a move")

	if v.RecordView, err = s.Record(ctx, actor, register, record); err != nil {
		return MoveView{}, err
	}
	i := slices.IndexFunc(v.Moves, func(m registers.Move) bool { return m.ID == move })
	if i < 0 {
		if slices.ContainsFunc(movesOf(v.Definition), func(m registers.Move) bool { return m.ID == move }) {
			return v, access.ErrNotAllowed
		}
		return MoveView{}, registers.ErrNoMove
	}
	v.Move = v.Moves[i]
	for _, f := range v.RecordView.Fields(registers.View) {
		if slices.Contains(v.Move.Asks, f.Key) {
			v.Fields = append(v.Fields, f)
		}
	}
	return v, nil
}

func movesOf(d registers.Definition) []registers.Move {
	if d.Life == nil {
		return nil
	}
	return d.Life.Moves
}

// MoveRecord brings a record to another state, if it is still at the version that
// the actor has seen.
func (s *Service) MoveRecord(ctx context.Context, actor identity.Actor, register, record string, seen int64, move, reason string, values map[string]any) (version int64, err error) {
	defer errs.Wrap(&err, "move a record")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return 0, err
	}
	if !id.Valid(record) {
		return 0, registers.ErrNotFound
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		now, err := s.keeper.Move(ctx, tx, st, record, seen, move, text.NFC(reason), values)
		version = now
		return err
	})
	return version, s.named(ctx, err)
}
