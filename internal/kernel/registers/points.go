// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Codes says that a register is a shared list of codes: which field is the code,
// which the name, and which days an entry holds from and until (the first day it
// no longer does).
type Codes struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	From  string `json:"from,omitempty"`
	Until string `json:"until,omitempty"`
}

// codes checks what a list of codes says of itself.
func (c *checker) codes(d Definition) {
	if d.Codes == nil {
		return
	}
	wrong := func(key string, ok func(Field) bool, needed bool) {
		f, there := d.Field(key)
		if key == "" && !needed {
			return
		}
		if !there || f.Hidden || !ok(f) {
			c.add(d.line, "", "registers.definition.codes", key)
		}
	}
	wrong(d.Codes.Code, func(f Field) bool { return f.Type == Line && f.Unique && f.Required }, true)
	wrong(d.Codes.Name, func(f Field) bool { return f.Type == Line && f.Required }, true)
	day := func(f Field) bool { return f.Type == Date }
	wrong(d.Codes.From, day, false)
	wrong(d.Codes.Until, day, false)
}

// pointed reports whether what a field points to is there: a code that holds on
// the day of the transaction, a record that was not taken out. What a record has
// already stays readable when it has ended; it cannot be newly chosen.
func (k *Keeper) pointed(ctx context.Context, q db.Querier, now db.Time, f Field, v string) (bool, error) {
	target := f.Register
	if f.Type == Code {
		target = f.Catalogue
	}
	d, err := k.Definition(ctx, q, target)
	if errors.Is(err, ErrUnknown) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if f.Type == Reference {
		var n int
		err := q.QueryRow(ctx, `SELECT COUNT(*) FROM `+ident(d.Table())+` WHERE id = $1 AND state = $2`, v, StateActive).Scan(&n)
		return n > 0, err
	}
	if d.Codes == nil {
		return false, nil
	}
	cond, args := ident("f_"+d.Codes.Code)+` = $1 AND state = $2`, []any{v, StateActive}
	today := now.In(clock.Vietnam()).Format("2006-01-02")
	if key := d.Codes.From; key != "" {
		args = append(args, today)
		cond += ` AND (` + ident("f_"+key) + ` IS NULL OR ` + ident("f_"+key) + ` <= ` + mark(args) + `)`
	}
	if key := d.Codes.Until; key != "" {
		args = append(args, today)
		cond += ` AND (` + ident("f_"+key) + ` IS NULL OR ` + ident("f_"+key) + ` > ` + mark(args) + `)`
	}
	var n int
	err = q.QueryRow(ctx, `SELECT COUNT(*) FROM `+ident(d.Table())+` WHERE `+cond, args...).Scan(&n)
	return n > 0, err
}

// mayPoint refuses references to records that the actor may not see: whoever
// guesses an id learns nothing.
func (k *Keeper) mayPoint(ctx context.Context, tx *db.Tx, s Standing, values map[string]any) error {
	var problems []errs.Field
	for _, f := range s.Definition.Visible() {
		v, _ := values[f.Key].(string)
		if f.Type != Reference || v == "" {
			continue
		}
		sees, err := k.maySee(ctx, tx, s, f, v)
		if err != nil {
			return err
		}
		if !sees {
			problems = append(problems, f.problem("reference"))
		}
	}
	return errs.BadInput(problems)
}

// maySee reports whether the actor sees the record that a reference names.
func (k *Keeper) maySee(ctx context.Context, q db.Querier, s Standing, f Field, v string) (bool, error) {
	other, err := k.Stand(ctx, q, s.Actor, f.Register)
	if err == nil {
		_, err = other.reached(ctx, q, View, v)
	}
	switch kind := errs.KindOf(err); {
	case err == nil:
		return true, nil
	case kind == errs.NotFound, kind == errs.Forbidden, kind == errs.Unauthenticated, errors.Is(err, access.ErrNotAllowed):
		return false, nil
	}
	return false, err
}
