// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/modules/books/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	newid "tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Picked is a record that somebody has chosen, at the version they have seen.
type Picked struct {
	Record string
	Seen   int64
}

// Alike is a change of one field in many records.
type Alike struct {
	Field   string
	Value   any // as the register takes it; nil takes the value away
	Reason  string
	Records []Picked
	All     *Query // instead of Records: all that it finds
}

// Outcome is what becomes of one of many records.
type Outcome string

// The outcomes.
const (
	Changes Outcome = "changed"
	Stays   Outcome = "same" // it has the value already
	Refuses Outcome = "refused"
)

// Became is what becomes, or would become, of one of many records.
type Became struct {
	ID      string
	Record  registers.Record // as the actor sees it; empty where they do not
	Outcome Outcome
	Version int64 // after the change
	Err     error // why it was refused
}

// Bounds of changes of many records.
const (
	// ManyMost is how many records are changed at once.
	ManyMost     = 500
	maxReason    = 500 // characters
	shownBatches = 50
)

// PlanMany says of each record what a change would do, by doing it and taking
// it back before anybody sees it.
func (s *Service) PlanMany(ctx context.Context, actor identity.Actor, register string, in Alike) (all []Became, err error) {
	defer errs.Wrap(&err, "plan to change many records")

	st, picked, err := s.ready(ctx, actor, register, &in)
	if err != nil {
		return nil, err
	}
	return s.each(ctx, st, in, picked, func(one Picked) (int64, error) {
		err := s.db.Write(ctx, func(tx *db.Tx) error {
			if _, err := s.keeper.Amend(ctx, tx, st, one.Record, one.Seen, map[string]any{in.Field: in.Value}); err != nil {
				return err
			}
			return errTried
		})
		if errors.Is(err, errTried) {
			return one.Seen, nil
		}
		return 0, err
	})
}

var errTried = errors.New("it was only tried")

// ChangeMany changes one field of many records, each by itself: what cannot be
// changed is told and stops nothing. The batch is what UndoMany takes back.
func (s *Service) ChangeMany(ctx context.Context, actor identity.Actor, register string, in Alike) (batch string, all []Became, err error) {
	defer errs.Wrap(&err, "change many records")

	st, picked, err := s.ready(ctx, actor, register, &in)
	if err != nil {
		return "", nil, err
	}
	in.Reason = text.Line(in.Reason)
	if n := utf8.RuneCountInString(in.Reason); n == 0 {
		return "", nil, errs.BadInput([]errs.Field{{Name: "reason", Code: "form.required"}})
	} else if n > maxReason {
		return "", nil, errs.BadInput([]errs.Field{{Name: "reason", Code: "form.too_long", Args: map[string]any{"max": maxReason, "over": n - maxReason}}})
	}
	batch = newid.New()
	if err := s.db.Write(ctx, func(tx *db.Tx) error {
		b := store.Batch{ID: batch, Register: st.Definition.ID, Account: actor.Account, Field: in.Field, Reason: in.Reason}
		if err := s.store.AddBatch(ctx, tx, b); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, books.AuditMany, st.Definition.ID+"/"+batch)
	}); err != nil {
		return "", nil, err
	}
	all, err = s.each(ctx, st, in, picked, func(one Picked) (version int64, err error) {
		err = s.db.Write(ctx, func(tx *db.Tx) error {
			now, err := s.keeper.Amend(ctx, tx, st, one.Record, one.Seen, map[string]any{in.Field: in.Value})
			if err != nil {
				return err
			}
			version = now
			return s.store.AddBatchRow(ctx, tx, batch, store.BatchRow{Record: one.Record, Version: now})
		})
		return version, err
	})
	return batch, all, err
}

// ready checks a change before any record is looked at, makes its value what
// the register keeps, and returns the records it is about.
func (s *Service) ready(ctx context.Context, actor identity.Actor, register string, in *Alike) (st registers.Standing, picked []Picked, err error) {
	if st, err = s.official(ctx, actor, register); err != nil {
		return st, nil, err
	}
	if !st.Can(registers.Amend) {
		return st, nil, access.ErrNotAllowed
	}
	if st.Definition.Approval {
		return st, nil, registers.ErrApproval
	}
	fields := st.Alike()
	i := slices.IndexFunc(fields, func(f registers.Field) bool { return f.Key == in.Field })
	if i < 0 {
		return st, nil, errs.BadInput([]errs.Field{{Name: "field", Code: "form.choose"}})
	}
	if in.Value, err = fields[i].Value(in.Value); err != nil {
		return st, nil, err
	}
	picked = in.Records
	if in.All != nil {
		if picked, err = s.found(ctx, st, *in.All); err != nil {
			return st, nil, err
		}
	}
	switch {
	case len(picked) == 0:
		return st, nil, errs.BadInput([]errs.Field{{Name: "records", Code: "books.none_picked"}})
	case len(picked) > ManyMost:
		return st, nil, books.ErrTooManyPicked.With("max", ManyMost)
	}
	return st, picked, nil
}

// found picks all that a query finds.
func (s *Service) found(ctx context.Context, st registers.Standing, q Query) (all []Picked, err error) {
	ask := Register{Standing: st}.ask(q)
	ask.After, ask.Limit = "", 200
	for len(all) <= ManyMost {
		p, err := s.keeper.Find(ctx, s.db, st, ask)
		if err != nil {
			return nil, err
		}
		for _, r := range p.Records {
			all = append(all, Picked{r.ID, r.Version})
		}
		if ask.After = p.Next; p.Next == "" {
			break
		}
	}
	return all, nil
}

// each does something with every record that has not the value already.
func (s *Service) each(ctx context.Context, st registers.Standing, in Alike, picked []Picked, do func(Picked) (int64, error)) (all []Became, err error) {
	done := map[string]bool{}
	for _, one := range picked {
		if err := ctx.Err(); err != nil {
			return all, fmt.Errorf("stopped after %d: %w", len(all), err)
		}
		if done[one.Record] {
			continue
		}
		done[one.Record] = true
		became := Became{ID: one.Record, Outcome: Changes}
		switch became.Record, became.Err = s.keeper.Read(ctx, s.db, st, one.Record, ""); {
		case became.Err != nil:
		case registers.Same(became.Record.Values[in.Field], in.Value) && became.Record.Version == one.Seen:
			became.Outcome = Stays
		default:
			became.Version, became.Err = do(one)
		}
		if became.Err = s.named(ctx, became.Err); became.Err != nil {
			if !definite(became.Err) {
				return all, became.Err
			}
			became.Outcome = Refuses
		}
		all = append(all, became)
	}
	return all, nil
}

// definite reports whether an error is an answer about one record, and not a
// fault that the next would meet as well.
func definite(err error) bool {
	switch errs.KindOf(err) {
	case errs.NotFound, errs.Forbidden, errs.Conflict, errs.Invalid:
		return true
	case errs.Internal, errs.Malformed, errs.Unauthenticated, errs.TooLarge, errs.TooMany, errs.Unavailable:
	}
	return false
}

// Batch is a change of many records that was made.
type Batch struct {
	store.Batch

	Logins map[string]string
	Done   []store.BatchRow
	Open   int // rows that can still be taken back
}

// Batches returns the latest changes of many records of a register, for those
// who may make them.
func (s *Service) Batches(ctx context.Context, actor identity.Actor, register string) (all []Batch, err error) {
	defer errs.Wrap(&err, "list changes of many records")

	st, err := s.mayMany(ctx, actor, register)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.ListBatches(ctx, s.db, st.Definition.ID, shownBatches)
	if err != nil {
		return nil, err
	}
	for _, b := range rows {
		one := Batch{Batch: b}
		if one.Logins, err = s.logins(ctx, b.Account, b.UndoneBy); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func (s *Service) mayMany(ctx context.Context, actor identity.Actor, register string) (registers.Standing, error) {
	st, err := s.official(ctx, actor, register)
	if err == nil && !st.Can(registers.Amend) {
		err = access.ErrNotAllowed
	}
	return st, err
}

// GetBatch returns a change of many records, with those records.
func (s *Service) GetBatch(ctx context.Context, actor identity.Actor, register, batch string) (b Batch, err error) {
	defer errs.Wrap(&err, "get change %s of many records", batch)

	st, err := s.mayMany(ctx, actor, register)
	if err != nil {
		return b, err
	}
	if b.Batch, err = s.store.GetBatch(ctx, s.db, st.Definition.ID, batch); err != nil {
		return b, err
	}
	if b.Done, err = s.store.BatchRows(ctx, s.db, batch); err != nil {
		return b, err
	}
	for _, r := range b.Done {
		if r.Undone == nil {
			b.Open++
		}
	}
	b.Rows = len(b.Done)
	b.Logins, err = s.logins(ctx, b.Account, b.UndoneBy)
	return b, err
}

// UndoMany gives each record that a batch has changed, and that nobody has
// changed since, its value of before as a new version.
func (s *Service) UndoMany(ctx context.Context, actor identity.Actor, register, batch string) (all []Became, err error) {
	defer errs.Wrap(&err, "undo change %s of many records", batch)

	b, err := s.GetBatch(ctx, actor, register, batch)
	if err != nil {
		return nil, err
	}
	st, err := s.mayMany(ctx, actor, register)
	if err != nil {
		return nil, err
	}
	if err := s.db.Write(ctx, func(tx *db.Tx) error {
		if err := s.store.UndoneBatch(ctx, tx, batch, actor.Account); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, books.AuditManyUndone, st.Definition.ID+"/"+batch)
	}); err != nil {
		return nil, err
	}
	var open []Picked
	for _, r := range b.Done {
		if r.Undone == nil {
			open = append(open, Picked{r.Record, r.Version})
		}
	}
	return s.each(ctx, st, Alike{Field: b.Field, Value: unlike{}}, open, func(one Picked) (version int64, err error) {
		err = s.db.Write(ctx, func(tx *db.Tx) error {
			now, err := s.keeper.Restore(ctx, tx, st, one.Record, one.Seen, one.Seen-1, []string{b.Field})
			if err != nil {
				return err
			}
			version = now
			return s.store.UndoneRow(ctx, tx, batch, one.Record, now)
		})
		return version, err
	})
}

// unlike is the same as no value: what is undone is never left as it is.
type unlike struct{ Nothing bool }
