// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Duplicates returns the records that may be the same thing as one that the actor
// enters (record is empty then) or changes.
func (s *Service) Duplicates(ctx context.Context, actor identity.Actor, register, record string, values map[string]any) (found registers.Suspects, err error) {
	defer errs.Wrap(&err, "find duplicates")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil || st.Definition.Duplicates == nil {
		return found, err
	}
	if record != "" && !id.Valid(record) {
		return found, registers.ErrNotFound
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		told, err := s.keeper.Duplicates(ctx, tx, st, record, values)
		found = told
		return err
	})
	return found, err
}

// PairPage is a page of records of a register that may be the same thing.
type PairPage struct {
	registers.Standing
	registers.PairPage

	State  registers.PairState
	Look   registers.Look
	Logins map[string]string
}

// Pairs returns a page of those that the actor may merge or tell apart.
func (s *Service) Pairs(ctx context.Context, actor identity.Actor, register string, state registers.PairState, after string) (p PairPage, err error) {
	defer errs.Wrap(&err, "list duplicates")

	if p.State = registers.PairOpen; state == registers.PairDifferent {
		p.State = state
	}
	if p.Standing, err = s.keeper.Stand(ctx, s.db, actor, text.Line(register)); err != nil {
		return PairPage{}, err
	}
	if p.PairPage, err = s.keeper.ListPairs(ctx, s.db, p.Standing, p.State, text.Line(after), PageSize); err != nil {
		return PairPage{}, err
	}
	if p.Look, err = s.keeper.DuplicateLook(ctx, s.db, p.Standing); err != nil {
		return PairPage{}, err
	}
	var accounts []string
	for _, one := range p.Pairs {
		accounts = append(accounts, one.By)
	}
	p.Logins, err = s.logins(ctx, accounts...)
	return p, err
}

// LookAgain lets a register be looked through for duplicates from its first record.
func (s *Service) LookAgain(ctx context.Context, actor identity.Actor, register string) (err error) {
	defer errs.Wrap(&err, "look for duplicates again")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return s.keeper.LookAgain(ctx, tx, st) })
}

// BesideView is two records that the actor may make one of.
type BesideView struct {
	registers.Standing
	registers.Abreast

	Named Named // what references point to
}

// Beside returns two records beside each other, without their personal fields.
func (s *Service) Beside(ctx context.Context, actor identity.Actor, register, first, second string) (v BesideView, err error) {
	defer errs.Wrap(&err, "compare two records")

	return s.beside(ctx, actor, register, first, second, func(st registers.Standing) (registers.Abreast, error) {
		return s.keeper.Beside(ctx, s.db, st, first, second, "")
	})
}

// PersonalBeside is Beside with personal fields. Who read them and why is in the
// audit log before the answer leaves.
func (s *Service) PersonalBeside(ctx context.Context, actor identity.Actor, why access.Purpose, register, first, second string) (v BesideView, err error) {
	defer errs.Wrap(&err, "compare two records with personal data")

	if err := why.Check(); err != nil {
		return BesideView{}, err
	}
	return s.beside(ctx, actor, register, first, second, func(st registers.Standing) (b registers.Abreast, err error) {
		err = s.db.Write(ctx, func(tx *db.Tx) error {
			got, err := s.keeper.Beside(ctx, tx, st, first, second, why)
			b = got
			return err
		})
		return b, err
	})
}

func (s *Service) beside(ctx context.Context, actor identity.Actor, register, first, second string, get func(registers.Standing) (registers.Abreast, error)) (v BesideView, err error) {
	if v.Standing, err = s.keeper.Stand(ctx, s.db, actor, text.Line(register)); err != nil {
		return BesideView{}, err
	}
	if !id.Valid(first) || !id.Valid(second) {
		return BesideView{}, registers.ErrNotFound
	}
	if v.Abreast, err = get(v.Standing); err != nil {
		return BesideView{}, err
	}
	v.Named, err = s.refer(ctx, actor, v.Standing, v.First, v.Second)
	return v, err
}

// TellApart keeps that two records are not the same thing, or that this is no
// longer said.
func (s *Service) TellApart(ctx context.Context, actor identity.Actor, register, first, second string, different bool) (err error) {
	defer errs.Wrap(&err, "tell two records apart")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return err
	}
	if !id.Valid(first) || !id.Valid(second) {
		return registers.ErrNotFound
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return s.keeper.TellApart(ctx, tx, st, first, second, different) })
}

// MergeRecords makes one record of two and returns the merge. Who comes second is
// told what became of the record.
func (s *Service) MergeRecords(ctx context.Context, actor identity.Actor, register string, in registers.Merging) (m registers.Merged, err error) {
	defer errs.Wrap(&err, "merge two records")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return m, err
	}
	if !id.Valid(in.Survivor) || !id.Valid(in.Loser) {
		return m, registers.ErrNotFound
	}
	in.Reason = text.Line(in.Reason)
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		made, err := s.keeper.Merge(ctx, tx, st, in)
		m = made
		return err
	})
	return m, s.named(ctx, err)
}

// UndoMerge makes two records of one again.
func (s *Service) UndoMerge(ctx context.Context, actor identity.Actor, register, merge string) (m registers.Merged, err error) {
	defer errs.Wrap(&err, "undo a merge of records")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return m, err
	}
	if !id.Valid(merge) {
		return m, registers.ErrNoMerge
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		undone, err := s.keeper.Unmerge(ctx, tx, st, merge)
		m = undone
		return err
	})
	return m, err
}

// MergePage is a page of merges of a register.
type MergePage struct {
	registers.Standing

	Items  []MergeItem
	Next   string
	Logins map[string]string
}

// MergeItem is a merge with the record that was kept, as the reader sees it.
type MergeItem struct {
	registers.Merged

	Survivor registers.Record
}

// Merges returns the merges of a register that the actor may take back, the newest first.
func (s *Service) Merges(ctx context.Context, actor identity.Actor, register, before string) (p MergePage, err error) {
	defer errs.Wrap(&err, "list merges of records")

	if p.Standing, err = s.keeper.Stand(ctx, s.db, actor, text.Line(register)); err != nil {
		return MergePage{}, err
	}
	found, err := s.keeper.ListMerges(ctx, s.db, p.Standing, text.Line(before), PageSize+1)
	if err != nil {
		return MergePage{}, err
	}
	if len(found) > PageSize {
		found = found[:PageSize]
		p.Next = found[PageSize-1].ID
	}
	survivors, accounts := make([]string, len(found)), make([]string, 0, 2*len(found))
	for i, m := range found {
		survivors[i] = m.Survivor
	}
	read, err := s.keeper.ReadSome(ctx, s.db, p.Standing, survivors)
	if err != nil {
		return MergePage{}, err
	}
	for _, m := range found {
		i := slices.IndexFunc(read, func(r registers.Record) bool { return r.ID == m.Survivor })
		if i < 0 { // it left between two readings
			continue
		}
		p.Items = append(p.Items, MergeItem{m, read[i]})
		accounts = append(accounts, m.By, m.UndoneBy)
	}
	p.Logins, err = s.logins(ctx, accounts...)
	return p, err
}

// MergeView is a merge with what the page of it needs.
type MergeView struct {
	registers.Standing
	MergeItem

	Logins map[string]string
}

// GetMerge returns a merge that the actor may take back.
func (s *Service) GetMerge(ctx context.Context, actor identity.Actor, register, merge string) (v MergeView, err error) {
	defer errs.Wrap(&err, "get a merge of records")

	if v.Standing, err = s.keeper.Stand(ctx, s.db, actor, text.Line(register)); err != nil {
		return MergeView{}, err
	}
	if !id.Valid(merge) {
		return MergeView{}, registers.ErrNoMerge
	}
	if v.Merged, err = s.keeper.GetMerge(ctx, s.db, v.Standing, merge); err != nil {
		return MergeView{}, err
	}
	if v.Survivor, err = s.keeper.Read(ctx, s.db, v.Standing, v.Merged.Survivor, ""); err != nil {
		return MergeView{}, err
	}
	v.Logins, err = s.logins(ctx, v.By, v.UndoneBy)
	return v, err
}

// became is the error of a record that was merged: it names the one that it is now,
// where the reader sees that.
func (s *Service) became(ctx context.Context, st registers.Standing, record string, err error) error {
	if !errors.Is(err, registers.ErrNotFound) || !id.Valid(record) {
		return err
	}
	into, failed := s.keeper.Into(ctx, s.db, st, record)
	if failed != nil {
		return errors.Join(err, failed)
	}
	if into == "" {
		return err
	}
	return registers.ErrBecame.With("into", into).Because(err)
}
