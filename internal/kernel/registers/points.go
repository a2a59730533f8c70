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
	"tinhso.vn/internal/platform/id"
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
		if f.Type != Reference || !id.Valid(v) { // what is no id is told with all else that is wrong
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

// Called finds what people mean by a text in a field that points elsewhere: a
// code by itself or by the name of its entry, a record that the actor sees by its
// id or by what names it. What is not found comes back as it is.
func (k *Keeper) Called(ctx context.Context, q db.Querier, s Standing, f Field, said string) (string, error) {
	if f.Type == Code {
		return k.codeOf(ctx, q, f, said)
	}
	if id.Valid(said) {
		return said, nil
	}
	other, err := k.Stand(ctx, q, s.Actor, f.Register)
	switch kind := errs.KindOf(err); {
	case err == nil:
	case kind == errs.NotFound, kind == errs.Forbidden, kind == errs.Unauthenticated:
		return said, nil
	default:
		return "", err
	}
	var unique []string
	for _, one := range other.Definition.Visible() {
		unique = append(unique, one.Key)
	}
	by := other.Definition.Naming(unique)
	if len(by) != 1 || by[0].personal() || !other.Reaches(View, by[0].Key) {
		return said, nil
	}
	p, err := k.Find(ctx, q, other, Ask{Where: []Condition{{Field: by[0].Key, Op: Is, Values: []string{said}}}, Limit: 2})
	switch {
	case errs.KindOf(err) == errs.Invalid, err == nil && len(p.Records) != 1:
		return said, nil
	case err != nil:
		return "", err
	}
	return p.Records[0].ID, nil
}

// codeOf returns the code of the entry that is called so, where there is one such.
func (k *Keeper) codeOf(ctx context.Context, q db.Querier, f Field, said string) (string, error) {
	d, err := k.Definition(ctx, q, f.Catalogue)
	if errors.Is(err, ErrUnknown) || err == nil && d.Codes == nil {
		return said, nil
	}
	if err != nil {
		return "", err
	}
	code, name := ident("f_"+d.Codes.Code), ident("f_"+d.Codes.Name)
	found, err := db.All(ctx, q, db.Column[string], `SELECT `+code+` FROM `+ident(d.Table())+` WHERE (`+code+` = $1 OR `+name+` = $1) AND state = $2 ORDER BY CASE WHEN `+code+` = $1 THEN 0 ELSE 1 END LIMIT 2`,
		said, StateActive)
	if err != nil || len(found) == 0 || len(found) > 1 && found[0] != said {
		return said, err
	}
	return found[0], nil
}
