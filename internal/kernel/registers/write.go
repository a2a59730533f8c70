// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"errors"
	"maps"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Enter adds a record of a unit within reach of a right to add, with fields that
// such a right shows. All that is wrong is told at once. Without a unit it is about
// the actor, where a right of owners allows that.
func (k *Keeper) Enter(ctx context.Context, tx *db.Tx, s Standing, unit string, values map[string]any) (rec Record, err error) {
	defer errs.Wrap(&err, "enter in register %s", s.Definition.ID)

	if unit == "" && s.Owners() != nil && !s.Definition.Approval {
		return k.enterOwn(ctx, tx, s, values)
	}
	n, err := k.entered(ctx, tx, s, unit, values)
	if err != nil {
		return Record{}, err
	}
	_, _, err = k.add(ctx, tx, s.Actor, n.definition, n.Record, nil)
	return n.Record, err
}

// EnterSeen is Enter that returns the record as Read would: what the actor sees of
// it, without personal fields.
func (k *Keeper) EnterSeen(ctx context.Context, tx *db.Tx, s Standing, unit string, values map[string]any) (rec Record, err error) {
	defer errs.Wrap(&err, "enter in register %s", s.Definition.ID)

	if unit == "" && s.Owners() != nil {
		if rec, err = k.Enter(ctx, tx, s, unit, values); err != nil {
			return Record{}, err
		}
		return k.Read(ctx, tx, s, rec.ID, "")
	}
	n, err := k.entered(ctx, tx, s, unit, values)
	if err != nil {
		return Record{}, err
	}
	if n.definition.Version != s.Definition.Version { // another came into force since
		if _, _, err := k.add(ctx, tx, s.Actor, n.definition, n.Record, nil); err != nil {
			return Record{}, err
		}
		return k.Read(ctx, tx, s, n.ID, "")
	}
	raw, which, err := k.add(ctx, tx, s.Actor, n.definition, n.Record, &s)
	if err != nil {
		return Record{}, err
	}
	if which == 0 {
		return Record{}, ErrNotFound
	}
	seen, err := k.seen(s, []loaded{{Record: n.Record, raw: raw, which: which}}, false)
	if err != nil {
		return Record{}, err
	}
	return seen[0], nil
}

// newcomer is a record that may be added.
type newcomer struct {
	Record
	definition Definition // in force, and kept so until the transaction ends
}

// entered checks a record that is to be added, as Enter says.
func (k *Keeper) entered(ctx context.Context, tx *db.Tx, s Standing, unit string, values map[string]any) (newcomer, error) {
	switch {
	case s.Definition.Approval:
		return newcomer{}, ErrApproval
	case !s.Can(Add):
		return newcomer{}, access.ErrNotAllowed
	}
	if err := lock(ctx, tx, s.Definition, false); err != nil {
		return newcomer{}, err
	}
	w, err := k.weighNew(ctx, tx, s, s.Definition, unit, values)
	if err == nil && w.version != int64(s.Definition.Version) { // another came into force since
		var d Definition
		if d, err = k.Definition(ctx, tx, s.Definition.ID); err == nil {
			w, err = k.weighNew(ctx, tx, s, d, unit, values)
		}
	}
	if err != nil {
		return newcomer{}, err
	}
	if w.which == 0 {
		return newcomer{}, errs.BadInput([]errs.Field{{Name: "unit", Code: "registers.value.unit"}})
	}
	if err := s.foreign(w.which, values); err != nil {
		return newcomer{}, err
	}
	if err := k.mayPoint(ctx, tx, s, values); err != nil {
		return newcomer{}, err
	}
	if err := k.unlike(ctx, tx, s, "", values); err != nil {
		return newcomer{}, err
	}
	w.Warnings, err = w.rules.judged(w.Values, w.problems)
	return newcomer{w.Record, w.rules.Definition}, err
}

// weighedNew is a record that is to be added, with what is wrong with it.
type weighedNew struct {
	Record
	rules    ruled
	problems []errs.Field
	version  int64   // of the definition in force
	which    through // the rights by which it can be added in its unit
}

// weighNew looks at a record that is to be added by a definition. What it asks the
// database is one statement, but for what a field points to and numbers in a row.
func (k *Keeper) weighNew(ctx context.Context, tx *db.Tx, s Standing, d Definition, unit string, values map[string]any) (w weighedNew, err error) {
	w.Record = Record{
		ID: id.New(), Unit: unit, Version: 1, State: StateActive,
		Created: tx.Now, Updated: tx.Now, CreatedBy: s.Actor.Account, UpdatedBy: s.Actor.Account,
	}
	w.Values, w.problems = d.parse(values, nil)
	d.born(w.Values)
	a := &asking{}
	version := a.put(`(SELECT COALESCE(MAX(version), 0) FROM registers_definitions WHERE id = ` + a.mark(d.ID) + `)`)
	marks, args := s.entering(a.args)
	a.args = args
	which := a.put(`COALESCE((SELECT ` + marks + ` FROM orgs_units WHERE id = ` + a.mark(unit) + `), 0)`)
	told := func() {
		w.version, w.which = *version, through(*which) //nolint:gosec // eight rights at most
	}
	if len(d.serials(w.Values)) > 0 { // a number is not given before it is known that this is the definition
		if err := a.ask(ctx, tx); err != nil {
			return w, err
		}
		if told(); w.version != int64(d.Version) || w.which == 0 {
			return w, nil
		}
		if err := k.numbered(ctx, tx, d, w.Values); err != nil {
			return w, err
		}
		a = &asking{}
	}
	if w.rules, w.problems, err = k.compare(ctx, tx, d, w.ID, w.Values, w.Values, w.problems, a); err != nil {
		return w, err
	}
	told()
	return w, nil
}

// Amend changes a record within reach of a right to change, as Update does, in
// fields that such a right shows.
func (k *Keeper) Amend(ctx context.Context, tx *db.Tx, s Standing, record string, seen int64, values map[string]any) (version int64, err error) {
	defer errs.Wrap(&err, "amend record %s of register %s", record, s.Definition.ID)

	if s.Definition.Approval {
		return 0, ErrApproval
	}
	which, err := s.reached(ctx, tx, Amend, record)
	if err != nil {
		return 0, err
	}
	if err := s.foreign(which, values); err != nil {
		return 0, err
	}
	if err := k.mayPoint(ctx, tx, s, values); err != nil {
		return 0, err
	}
	if err := k.unlike(ctx, tx, s, record, values); err != nil {
		return 0, err
	}
	return k.Update(ctx, tx, s.Actor, access.All(), s.Definition.ID, record, seen, values)
}

// TakeOut hides a record within reach of a right to hide it.
func (k *Keeper) TakeOut(ctx context.Context, tx *db.Tx, s Standing, record string, seen int64) (err error) {
	defer errs.Wrap(&err, "take record %s out of register %s", record, s.Definition.ID)

	if s.Definition.Approval {
		return ErrApproval
	}
	if _, err := s.reached(ctx, tx, Hide, record); err != nil {
		return err
	}
	return k.Hide(ctx, tx, s.Actor, access.All(), s.Definition.ID, record, seen)
}

// reached returns which rights for act reach a record. What the actor does not
// see is ErrNotFound; what they see and may not touch is access.ErrNotAllowed.
func (s Standing) reached(ctx context.Context, q db.Querier, act Act, record string) (through, error) {
	args := []any{record, StateActive}
	reach, args := s.reach(View, nil, args)
	marks, args := s.marks(act, args)
	var which int64
	err := q.QueryRow(ctx, `SELECT `+marks+` FROM `+ident(s.Definition.Table())+` WHERE id = $1 AND state = $2 AND `+reach, args...).Scan(&which)
	switch {
	case errors.Is(err, db.ErrNoRows):
		return 0, ErrNotFound
	case err == nil && which == 0:
		return 0, access.ErrNotAllowed
	}
	return through(which), err //nolint:gosec // eight rights at most
}

// foreign refuses values of fields that the rights do not show. They are unknown
// to whoever writes, as to whoever reads.
func (s Standing) foreign(which through, values map[string]any) error {
	var problems []errs.Field
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if _, known := s.Definition.Field(key); known && !s.shows(which, key) {
			problems = append(problems, errs.Field{Name: key, Code: "registers.value.unknown"})
		}
	}
	return errs.BadInput(problems)
}

// Past returns what a record was, the latest first, with the fields that the
// rights which reach it now show. Personal fields are left out.
func (k *Keeper) Past(ctx context.Context, q db.Querier, s Standing, record string) (past []Past, err error) {
	defer errs.Wrap(&err, "past of record %s of register %s", record, s.Definition.ID)

	which, err := s.reached(ctx, q, View, record)
	if err != nil {
		return nil, err
	}
	if past, err = k.History(ctx, q, access.All(), s.Definition.ID, record); err != nil {
		return nil, err
	}
	for i := range past {
		maps.DeleteFunc(past[i].Values, func(key string, _ any) bool { return !s.shows(which, key) })
		past[i].Withheld = slices.DeleteFunc(past[i].Withheld, func(key string) bool { return !s.shows(which, key) })
	}
	return past, nil
}

// Why returns the rights of the actor that reach a record: why they see it.
func (k *Keeper) Why(ctx context.Context, q db.Querier, s Standing, record string) (holds []Hold, err error) {
	defer errs.Wrap(&err, "why record %s of register %s is seen", record, s.Definition.ID)

	which, err := s.reached(ctx, q, View, record)
	if err != nil {
		return nil, err
	}
	for i, h := range s.Holds {
		if which&(1<<i) != 0 {
			holds = append(holds, h)
		}
	}
	return holds, nil
}

// Where returns where the actor holds a right of roles; none for owners and the public.
func (s Standing) Where(h Hold) []identity.Place {
	if h.Owner != "" || h.Public {
		return nil
	}
	at, _ := s.Actor.Places(s.Definition.permission(h.Right))
	return at
}
