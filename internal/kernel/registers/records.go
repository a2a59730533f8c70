// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Insert adds a record of a unit and returns it. The unit must be in scope.
// What is wrong with the values is told all at once, in the order of the fields.
func (k *Keeper) Insert(ctx context.Context, tx *db.Tx, actor identity.Actor, scope access.Scope, register, unit string, values map[string]any) (rec Record, err error) {
	defer errs.Wrap(&err, "insert into register %s", register)

	d, err := k.forWriting(ctx, tx, register)
	if err != nil {
		return Record{}, err
	}
	rec = Record{
		ID: id.New(), Unit: unit, Version: 1, State: StateActive,
		Created: tx.Now, Updated: tx.Now, CreatedBy: actor.Account, UpdatedBy: actor.Account,
	}
	parsed, problems := d.parse(values, nil)
	d.born(parsed)
	if known, err := unitInScope(ctx, tx, scope, unit); err != nil {
		return Record{}, err
	} else if !known {
		problems = append([]errs.Field{{Name: "unit", Code: "registers.value.unit"}}, problems...)
	}
	if err := k.numbered(ctx, tx, d, parsed); err != nil {
		return Record{}, err
	}
	if rec.Warnings, err = k.judge(ctx, tx, d, rec.ID, parsed, parsed, problems); err != nil {
		return Record{}, err
	}
	rec.Values = parsed
	_, _, err = k.add(ctx, tx, actor, d, rec, nil)
	return rec, err
}

// add writes a new record, and that it was added. For a standing in the same
// definition it returns the columns as they are kept and which rights to see reach
// the record, so that nobody has to read it again.
func (k *Keeper) add(ctx context.Context, tx *db.Tx, actor identity.Actor, d Definition, rec Record, s *Standing) (raw map[string]any, which through, err error) {
	names, args := k.row(d, rec, tx.Now, rec.Values)
	marks := make([]string, len(args))
	for i := range marks {
		marks[i] = "$" + strconv.Itoa(i+1)
	}
	statement := `INSERT INTO ` + ident(d.Table()) + ` (` + idents(names) + `) VALUES (` + strings.Join(marks, ", ") + `)`
	if s == nil {
		_, err = tx.Exec(ctx, statement, args...)
	} else {
		var sum int64
		reach, all := s.marks(View, slices.Clip(args))
		err = tx.QueryRow(ctx, statement+` RETURNING `+reach, all...).Scan(&sum)
		which = through(sum) //nolint:gosec // eight rights at most
	}
	if err != nil {
		return nil, 0, duplicate(err)
	}
	raw = map[string]any{}
	for i, name := range names {
		if args[i] != nil {
			raw[name] = args[i]
		}
	}
	if err := k.enlist(ctx, tx, d, subject{rec.ID, rec.Values}); err != nil {
		return nil, 0, err
	}
	if err := note(ctx, tx, d.ID, rec.ID, rec.Version); err != nil {
		return nil, 0, err
	}
	return raw, which, audit.Record(ctx, tx, actor, AuditCreated, d.ID+"/"+rec.ID)
}

// Update changes the fields that values names (nil takes a value away) of the
// record that is still at the version the actor has seen; else ErrChanged says
// who changed it and when. It returns the new version.
func (k *Keeper) Update(ctx context.Context, tx *db.Tx, actor identity.Actor, scope access.Scope, register, record string, seen int64, values map[string]any) (version int64, err error) {
	defer errs.Wrap(&err, "change record %s of register %s", record, register)

	d, err := k.forWriting(ctx, tx, register)
	if err != nil {
		return 0, err
	}
	old, err := k.take(ctx, tx, scope, d, record, seen)
	if err != nil {
		return 0, err
	}
	parsed, merged, problems, err := k.merged(d, old, values)
	if err != nil {
		return 0, err
	}
	closed, err := k.locked(d, old, parsed)
	if err != nil {
		return 0, err
	}
	if _, err = k.judge(ctx, tx, d, record, parsed, merged, append(problems, closed...)); err != nil {
		return 0, err
	}
	if err := k.put(ctx, tx, actor, d, old, parsed); err != nil {
		return 0, err
	}
	return old.Version + 1, audit.Record(ctx, tx, actor, AuditChanged, register+"/"+record)
}

// put keeps what a record was and writes the fields that parsed names.
func (k *Keeper) put(ctx context.Context, tx *db.Tx, actor identity.Actor, d Definition, old loaded, parsed map[string]any) error {
	if err := remember(ctx, tx, actor, d, old); err != nil {
		return err
	}
	sets, args := []string{`version = version + 1`, `updated_at = $2`, `updated_by = $3`}, []any{old.ID, tx.Now, actor.Account}
	for _, f := range d.Visible() {
		v, named := parsed[f.Key]
		if !named {
			continue
		}
		args = append(args, k.bind(d, f, old.ID, v)...)
		for _, c := range append(f.stored(), d.computed(f)...) {
			sets = append(sets, ident(c.name)+" = $"+strconv.Itoa(3+len(sets)-2))
		}
	}
	_, err := tx.Exec(ctx, `UPDATE `+ident(d.Table())+` SET `+strings.Join(sets, ", ")+` WHERE id = $1`, args...)
	if err != nil || d.Duplicates == nil {
		return duplicate(err)
	}
	values, err := k.values(d, d.Visible(), old.ID, old.raw)
	if err != nil {
		return err
	}
	maps.Copy(values, parsed)
	return k.enlist(ctx, tx, d, subject{old.ID, values})
}

// Hide takes a record out of the register: nobody finds it any more, and it is
// kept. Its unique values are not given to another.
func (k *Keeper) Hide(ctx context.Context, tx *db.Tx, actor identity.Actor, scope access.Scope, register, record string, seen int64) (err error) {
	defer errs.Wrap(&err, "hide record %s of register %s", record, register)

	d, err := k.forWriting(ctx, tx, register)
	if err != nil {
		return err
	}
	old, err := k.take(ctx, tx, scope, d, record, seen)
	if err != nil {
		return err
	}
	if err := remember(ctx, tx, actor, d, old); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE `+ident(d.Table())+` SET state = $2, version = version + 1, updated_at = $3, updated_by = $4
		WHERE id = $1`, record, StateHidden, tx.Now, actor.Account); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, AuditHidden, register+"/"+record)
}

// forWriting returns the definition in force and keeps it in force until the
// transaction ends.
func (k *Keeper) forWriting(ctx context.Context, tx *db.Tx, register string) (Definition, error) {
	if !validID(register) {
		return Definition{}, ErrUnknown.With("register", register)
	}
	if err := lock(ctx, tx, Definition{ID: register}, false); err != nil {
		return Definition{}, err
	}
	return k.Definition(ctx, tx, register)
}

// take loads a record to change it, with all its columns, hidden fields too.
func (k *Keeper) take(ctx context.Context, tx *db.Tx, scope access.Scope, d Definition, record string, seen int64) (loaded, error) {
	where, args := scope.Where(access.Columns{Units: []string{"unit_id"}}, record, StateActive)
	old, err := scan(tx.QueryRow(ctx, `SELECT `+selected(d, d.Fields)+` FROM `+ident(d.Table())+
		` WHERE id = $1 AND state = $2 AND `+where+tx.ForUpdate(), args...), d.Fields)
	switch {
	case errors.Is(err, db.ErrNoRows):
		return loaded{}, ErrNotFound
	case err != nil:
		return loaded{}, err
	case old.Version != seen:
		return loaded{}, ErrChanged.With("who", old.UpdatedBy).With("when", old.Updated)
	}
	return old, nil
}

// remember keeps what a record was until now. The columns are kept as they are:
// sealed stays sealed, and the definition of the time tells how to read them.
func remember(ctx context.Context, tx *db.Tx, actor identity.Actor, d Definition, old loaded) error {
	raw, err := json.Marshal(old.raw)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO `+ident(d.history())+` (id, version, at, changed_by, definition, state, unit_id, before_json)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, old.ID, old.Version, tx.Now, actor.Account, d.Version, old.State, old.Unit, string(raw)); err != nil {
		return err
	}
	return note(ctx, tx, d.ID, old.ID, old.Version+1)
}

// merged returns the values of a change as they are kept, and what the record
// would be with them.
func (k *Keeper) merged(d Definition, old loaded, values map[string]any) (parsed, merged map[string]any, problems []errs.Field, err error) {
	present, merged := map[string]bool{}, map[string]any{}
	for _, f := range d.Visible() {
		_, present[f.Key] = old.raw[f.presence()]
		if merged[f.Key], err = value(k.keys, d, f, old.ID, old.raw); err != nil {
			return nil, nil, nil, err
		}
	}
	parsed, problems = d.parse(values, present)
	maps.Copy(merged, parsed)
	return parsed, merged, problems, nil
}

// judge makes the computed fields, of parsed and merged alike, and tells all that
// is wrong with a record: what parse has found, what only the database knows, and,
// where each value makes sense, the rules of the register.
func (k *Keeper) judge(ctx context.Context, tx *db.Tx, d Definition, record string, parsed, merged map[string]any, problems []errs.Field) (warnings []Warning, err error) {
	rules, problems, err := k.compare(ctx, tx, d, record, parsed, merged, problems, &asking{})
	if err != nil {
		return nil, err
	}
	return rules.judged(merged, problems)
}

// judged tells what is wrong with a record; where each value makes sense, by the
// rules of the register.
func (r ruled) judged(merged map[string]any, problems []errs.Field) (warnings []Warning, err error) {
	if len(problems) == 0 {
		problems, warnings = r.held(merged)
	}
	return warnings, errs.BadInput(problems)
}

// compare makes the computed fields and adds what only the database knows to the
// problems. What else is to be asked of it is asked in the same statement.
func (k *Keeper) compare(ctx context.Context, tx *db.Tx, d Definition, record string, parsed, merged map[string]any, problems []errs.Field, a *asking) (ruled, []errs.Field, error) {
	rules, err := k.memory.rules(d)
	if err != nil {
		return ruled{}, nil, err
	}
	if len(problems) == 0 {
		rules.made(merged)
		for _, f := range d.Visible() {
			if f.Compute != "" {
				parsed[f.Key] = merged[f.Key]
			}
		}
	}
	problems, err = k.truth(ctx, tx, d, record, parsed, merged, problems, a)
	return rules, problems, err
}

// truth checks what only the database knows: units that are meant, and values
// that another record has. It adds to the problems, which stay in field order.
func (k *Keeper) truth(ctx context.Context, tx *db.Tx, d Definition, record string, parsed, merged map[string]any, problems []errs.Field, a *asking) ([]errs.Field, error) {
	wrong := map[string]errs.Field{}
	for _, p := range problems {
		wrong[p.Name] = p
	}
	type doubt struct {
		field Field
		code  string
		n     *int64
		want  int64 // how many there must be
	}
	var open []doubt
	for _, f := range d.Visible() {
		v := parsed[f.Key]
		if _, already := wrong[f.Key]; already || v == nil {
			continue
		}
		if f.Type == Unit {
			open = append(open, doubt{f, "unit", a.put(`(SELECT COUNT(*) FROM orgs_units WHERE id = ` + a.mark(asString(v)) + `)`), 1})
		}
		if f.Type == Code || f.Type == Reference {
			if there, err := k.pointed(ctx, tx, tx.Now, f, asString(v)); err != nil {
				return nil, err
			} else if !there {
				wrong[f.Key] = f.problem(string(f.Type))
			}
		}
		if f.Unique {
			open = append(open, doubt{f, "taken", k.others(a, d, record, []Field{f}, merged), 0})
		}
	}
	var double *int64
	if key, complete := d.keyFields(merged, wrong); complete {
		double = k.others(a, d, record, key, merged)
	}
	if err := a.ask(ctx, tx); err != nil {
		return nil, err
	}
	for _, one := range open {
		if *one.n != one.want {
			wrong[one.field.Key] = one.field.problem(one.code)
		}
	}
	if key, complete := d.keyFields(merged, wrong); complete && double != nil && *double > 0 {
		for _, f := range key {
			wrong[f.Key] = f.problem("taken")
		}
	}
	return inOrder(d, problems, wrong), nil
}

// keyFields returns the fields of the key, and whether all of them have a value
// that makes sense.
func (d Definition) keyFields(values map[string]any, wrong map[string]errs.Field) (fields []Field, complete bool) {
	for _, key := range d.Key {
		f, _ := d.Field(key) // Check has seen it
		if _, bad := wrong[key]; bad || values[key] == nil {
			return nil, false
		}
		fields = append(fields, f)
	}
	return fields, len(fields) > 0
}

// taken reports whether another record has the values of fields.
func (k *Keeper) taken(ctx context.Context, tx *db.Tx, d Definition, record string, fields []Field, values map[string]any) (bool, error) {
	a := &asking{}
	n := k.others(a, d, record, fields, values)
	err := a.ask(ctx, tx)
	return *n > 0, err
}

// others asks how many other records have the values of fields.
func (k *Keeper) others(a *asking, d Definition, record string, fields []Field, values map[string]any) *int64 {
	conds := []string{`id <> ` + a.mark(record)}
	for _, f := range fields {
		conds = append(conds, ident(f.exact())+" = "+a.mark(k.exact(f, values[f.Key])))
	}
	return a.put(`(SELECT COUNT(*) FROM ` + ident(d.Table()) + ` WHERE ` + strings.Join(conds, " AND ") + `)`)
}

// exact is what stands in the column by which equal values are found.
func (k *Keeper) exact(f Field, v any) any {
	if f.sealed() {
		_, index := f.secret(v)
		if index == "" {
			return nil
		}
		return k.keys.Index(f.domain(), index)
	}
	return f.raw(v)[0]
}

// inOrder puts problems in the order of the form: those of no field first.
func inOrder(d Definition, before []errs.Field, wrong map[string]errs.Field) []errs.Field {
	var all []errs.Field
	for _, p := range before {
		if f, ok := d.Field(p.Name); !ok || f.Hidden {
			all = append(all, p)
		}
	}
	for _, f := range d.Visible() {
		if p, ok := wrong[f.Key]; ok {
			all = append(all, p)
		}
	}
	return all
}

func unitInScope(ctx context.Context, q db.Querier, scope access.Scope, unit string) (bool, error) {
	where, args := scope.Where(access.Columns{Units: []string{"id"}}, unit)
	var n int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM orgs_units WHERE id = $1 AND `+where, args...).Scan(&n)
	return n > 0, err
}

// duplicate tells a key that somebody else took in the same moment.
func duplicate(err error) error {
	if db.IsDuplicate(err) {
		return ErrDuplicate.Because(err)
	}
	return err
}
