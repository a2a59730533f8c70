// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

// Register is a register with how many of its records the actor can see.
type Register struct {
	Definition registers.Definition
	Count      int64
}

// Registers returns all registers: there are few.
func (s *Service) Registers(ctx context.Context, actor identity.Actor) (all []Register, err error) {
	defer errs.Wrap(&err, "list registers")

	scope, err := access.Require(actor, registers.PermView)
	if err != nil {
		return nil, err
	}
	ids, err := s.keeper.Registers(ctx, s.db)
	if err != nil {
		return nil, err
	}
	for _, register := range ids {
		d, err := s.plain(ctx, s.db, register)
		if errors.Is(err, registers.ErrUnknown) {
			continue
		}
		if err != nil {
			return nil, err
		}
		n, err := s.keeper.Count(ctx, s.db, scope, register)
		if err != nil {
			return nil, err
		}
		all = append(all, Register{d, n})
	}
	return all, nil
}

// plain returns a register that these pages can show: they know units, not the
// rights of a file, and values of one line.
func (s *Service) plain(ctx context.Context, q db.Querier, register string) (registers.Definition, error) {
	d, err := s.keeper.Definition(ctx, q, text.Line(register))
	if err == nil && !d.Plain() {
		return registers.Definition{}, registers.ErrUnknown.With("register", d.ID)
	}
	return d, err
}

// RecordQuery says which records of a register are listed.
type RecordQuery struct {
	Field, Value string // find the record whose unique field has this value
	After        string // RecordPage.Next of the page before
}

// RecordPage is a page of the records of a register.
type RecordPage struct {
	Register
	Records []registers.Record
	Next    string
}

// SearchFields returns the fields by which the records of a register can be found.
func SearchFields(d registers.Definition) (fields []registers.Field) {
	for _, f := range d.Visible() {
		if f.Unique && !Personal(f) {
			fields = append(fields, f)
		}
	}
	return fields
}

// Personal reports whether a field is read for a purpose only.
func Personal(f registers.Field) bool {
	return f.Personal != "" && f.Personal != registers.None || f.Type == registers.Number || f.Type == registers.Phone
}

// Records returns a page of the records of a register that are in scope,
// without their personal fields.
func (s *Service) Records(ctx context.Context, actor identity.Actor, register string, q RecordQuery) (p RecordPage, err error) {
	defer errs.Wrap(&err, "list records")

	scope, err := access.Require(actor, registers.PermView)
	if err != nil {
		return RecordPage{}, err
	}
	if p.Definition, err = s.plain(ctx, s.db, register); err != nil {
		return RecordPage{}, err
	}
	if p.Count, err = s.keeper.Count(ctx, s.db, scope, p.Definition.ID); err != nil {
		return RecordPage{}, err
	}
	query := registers.Query{After: text.Line(q.After), Limit: PageSize}
	if by, ok := p.Definition.Field(p.Definition.List.Sort); ok && !Personal(by) {
		query.Order = registers.Sorted
	}
	if q.Value = text.Line(q.Value); q.Value != "" {
		query.Equal = map[string]any{text.Line(q.Field): q.Value}
	}
	found, err := s.keeper.List(ctx, s.db, scope, p.Definition.ID, query)
	p.Records, p.Next = found.Records, found.Next
	return p, err
}

// RecordView is a record with all that became of it.
type RecordView struct {
	Definition registers.Definition
	Record     registers.Record
	History    []registers.Past
	Logins     map[string]string // of the accounts that wrote it
}

// Record returns a record that is in scope, without its personal fields.
func (s *Service) Record(ctx context.Context, actor identity.Actor, register, record string) (v RecordView, err error) {
	defer errs.Wrap(&err, "read a record")

	scope, err := access.Require(actor, registers.PermView)
	if err != nil {
		return RecordView{}, err
	}
	return s.view(ctx, scope, register, record, func(d registers.Definition) (registers.Record, error) {
		return s.keeper.Get(ctx, s.db, scope, d.ID, record)
	})
}

// PersonalRecord returns a record with its personal fields. Who read them and
// why is in the audit log before the answer leaves.
func (s *Service) PersonalRecord(ctx context.Context, actor identity.Actor, why access.Purpose, register, record string) (v RecordView, err error) {
	defer errs.Wrap(&err, "read personal data of a record")

	scope, err := access.Require(actor, registers.PermView)
	if err != nil {
		return RecordView{}, err
	}
	return s.view(ctx, scope, register, record, func(d registers.Definition) (rec registers.Record, err error) {
		err = s.db.Write(ctx, func(tx *db.Tx) error {
			got, err := s.keeper.GetPersonal(ctx, tx, actor, scope, why, d.ID, record)
			rec = got
			return err
		})
		return rec, err
	})
}

func (s *Service) view(ctx context.Context, scope access.Scope, register, record string, get func(registers.Definition) (registers.Record, error)) (v RecordView, err error) {
	if !id.Valid(record) {
		return RecordView{}, registers.ErrNotFound
	}
	if v.Definition, err = s.plain(ctx, s.db, register); err != nil {
		return RecordView{}, err
	}
	if v.Record, err = get(v.Definition); err != nil {
		return RecordView{}, err
	}
	if v.History, err = s.keeper.History(ctx, s.db, scope, v.Definition.ID, record); err != nil {
		return RecordView{}, err
	}
	writers := []string{v.Record.CreatedBy, v.Record.UpdatedBy}
	for _, p := range v.History {
		writers = append(writers, p.ChangedBy)
	}
	v.Logins, err = s.logins(ctx, writers...)
	return v, err
}
