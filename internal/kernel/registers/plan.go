// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Kind says what a change does.
type Kind string

// The kinds of changes. None but Refused loses or refuses a value that is there.
const (
	CreateTable Kind = "create_table"
	AddField    Kind = "add_field"
	HideField   Kind = "hide_field"
	ShowField   Kind = "show_field"
	WidenField  Kind = "widen_field"
	AddIndex    Kind = "add_index"
	DropIndex   Kind = "drop_index"
	Relabel     Kind = "relabel"
	Refused     Kind = "refused"
)

// Change is one step from the register that is to the one a file declares.
type Change struct {
	Kind     Kind
	Field    string    // its key; empty where it is about the register
	Label    i18n.Text // of the field, or the title of the register
	Aspect   string    // what of the field: max, scale, type, options, required, unique, …
	From, To string
	SQL      []string // none where nothing but the rules changes
	Reason   string   // why it is refused: a translation key
	Rows     []string // ids of some records that stand in the way
	RowCount int64    // how many there are; for a change, how many are rewritten
}

// Plan is what applying a definition would do. It holds no values of records.
type Plan struct {
	Register string
	Title    i18n.Text
	From, To int   // versions; From is 0 for a new register
	Rows     int64 // records that are there
	Changes  []Change

	done bool       // this very definition is in force already
	file Definition // as it was asked for
	def  Definition // as it would be in force
	old  Definition
	sum  string
	fill []Field // whose columns of searching and sorting are made anew

	remake bool // the computed fields of all records are made anew
}

// Nothing reports whether the definition is in force already.
func (p Plan) Nothing() bool { return p.done && len(p.Changes) == 0 }

// Refusals returns the changes that keep the plan from being applied.
func (p Plan) Refusals() []Change {
	return slices.DeleteFunc(slices.Clone(p.Changes), func(c Change) bool { return c.Kind != Refused })
}

// fingerprint tells plans apart that would do something else.
func (p Plan) fingerprint() string {
	h := sha256.New()
	_, _ = fmt.Fprintln(h, p.Register, p.From, p.To, p.sum) // a hash does not fail
	for _, c := range p.Changes {
		_, _ = fmt.Fprintln(h, c.Kind, c.Field, c.Aspect, c.From, c.To, strings.Join(c.SQL, ";"))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// maxRewrite bounds the records that one transaction rewrites.
const maxRewrite = 100_000

// inForce is a definition as it is kept.
type inForce struct {
	def Definition
	sum string
}

// load returns the definition in force; db.ErrNoRows where there is none.
func load(ctx context.Context, q db.Querier, register string) (inForce, error) {
	var one inForce
	var raw string
	var err error
	if one.sum, raw, err = kept(ctx, q, register); err != nil {
		return inForce{}, err
	}
	return one, json.Unmarshal([]byte(raw), &one.def)
}

// kept returns the checksum and the JSON of the definition in force.
func kept(ctx context.Context, q db.Querier, register string) (sum, raw string, err error) {
	err = q.QueryRow(ctx, `SELECT sha256, definition FROM registers_definitions WHERE id = $1
		ORDER BY version DESC LIMIT 1`, register).Scan(&sum, &raw)
	return sum, raw, err
}

// Definition returns the definition in force, with its hidden fields.
func (k *Keeper) Definition(ctx context.Context, q db.Querier, register string) (Definition, error) {
	_, raw, err := kept(ctx, q, register)
	switch {
	case errors.Is(err, db.ErrNoRows):
		return Definition{}, ErrUnknown.With("register", register)
	case err != nil:
		return Definition{}, err
	}
	return k.memory.definition(raw)
}

// Registers returns the ids of all registers, sorted.
func (k *Keeper) Registers(ctx context.Context, q db.Querier) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT DISTINCT id FROM registers_definitions ORDER BY id`)
}

// Plan compares a definition with the one in force and with the actual tables. It
// changes nothing. What cannot be done is in the plan, as refused; an error
// means that no plan could be made.
func (k *Keeper) Plan(ctx context.Context, q db.Querier, def Definition) (p Plan, err error) {
	defer errs.Wrap(&err, "plan register %s", def.ID)

	if problems := def.Check(); len(problems) > 0 {
		return Plan{}, mistakes(problems)
	}
	for range 3 {
		if p, err = plan(ctx, q, def); err != nil {
			return Plan{}, err
		}
		// Outside a transaction another server may have applied a version between
		// two of the reads: such a plan would see columns nobody had declared.
		now, err := load(ctx, q, def.ID)
		if err != nil && !errors.Is(err, db.ErrNoRows) {
			return Plan{}, err
		}
		if now.def.Version == p.From {
			return p, nil
		}
	}
	return Plan{}, db.ErrUnavailable
}

func plan(ctx context.Context, q db.Querier, def Definition) (p Plan, err error) {
	p = Plan{Register: def.ID, Title: def.Title, To: def.Version, file: def, def: def}
	if p.sum, err = def.sum(); err != nil {
		return Plan{}, err
	}
	stored, err := load(ctx, q, def.ID)
	found := !errors.Is(err, db.ErrNoRows)
	if found && err != nil {
		return Plan{}, err
	}
	actual, err := realColumns(ctx, q, def.Table())
	if err != nil {
		return Plan{}, err
	}
	if !found {
		return p, p.create(ctx, q, actual)
	}
	p.old, p.From = stored.def, stored.def.Version
	if err := q.QueryRow(ctx, `SELECT COUNT(*) FROM `+ident(def.Table())).Scan(&p.Rows); err != nil && len(actual) > 0 {
		return Plan{}, err
	}
	if gone := missing(p.old.columns(), actual); len(gone) > 0 {
		p.refuse(Field{}, "table", "registers.reason.drift", strings.Join(gone, ", "), "")
		return p, nil
	}
	file := p.old.FileVersion()
	switch {
	case def.Version == file && p.sum == stored.sum:
		p.done = true
		err = p.words(ctx, q)
	case def.Version == file:
		p.refuse(Field{}, "version", "registers.reason.same_version", fmt.Sprint(file), fmt.Sprint(def.Version))
	case def.Version > p.From:
		err = p.compare(ctx, q, actual)
	default:
		reason, err := p.goBack(ctx, q)
		if err != nil {
			return Plan{}, err
		}
		if reason != "" {
			p.refuse(Field{}, "version", reason, fmt.Sprint(file), fmt.Sprint(def.Version))
			return p, nil
		}
		if problems := p.def.Check(); len(problems) > 0 { // what stays wide does not fit the earlier file
			p.refuse(Field{}, "version", "registers.reason.back", problems[0].Field, fmt.Sprint(def.Version))
			return p, nil
		}
		return p, p.compare(ctx, q, actual)
	}
	return p, err
}

func mistakes(problems []Problem) error {
	fields := make([]errs.Field, len(problems))
	for i, p := range problems {
		fields[i] = errs.Field{Name: p.Field, Code: p.Code, Args: map[string]any{"value": p.Value}}
	}
	e := *ErrMistakes
	e.Fields = fields
	return &e
}

func (p *Plan) create(ctx context.Context, q db.Querier, actual map[string]string) error {
	var other string
	err := q.QueryRow(ctx, `SELECT id FROM registers_definitions WHERE table_name = $1 LIMIT 1`, p.def.Table()).Scan(&other)
	switch {
	case err == nil:
		p.refuse(Field{}, "table", "registers.reason.table_of_other", other, p.def.ID)
	case !errors.Is(err, db.ErrNoRows):
		return err
	case len(actual) > 0:
		p.refuse(Field{}, "table", "registers.reason.table_exists", "", p.def.Table())
	default:
		p.add(Change{
			Kind: CreateTable, Label: p.Title, To: fmt.Sprint(len(p.def.Visible())),
			SQL: p.def.create(q.Dialect()),
		})
	}
	return nil
}

// add appends a change. Steps of one index are one change.
func (p *Plan) add(c Change) {
	for i, x := range p.Changes {
		if (c.Kind == AddIndex || c.Kind == DropIndex) && x.Kind == c.Kind && x.Field == c.Field && x.Aspect == c.Aspect {
			p.Changes[i].SQL = append(x.SQL, c.SQL...)
			return
		}
	}
	p.Changes = append(p.Changes, c)
}

func (p *Plan) refuse(f Field, aspect, reason, from, to string) *Change {
	label := f.Label
	if f.Key == "" {
		label = p.Title
	}
	p.add(Change{Kind: Refused, Field: f.Key, Label: label, Aspect: aspect, From: from, To: to, Reason: reason})
	return &p.Changes[len(p.Changes)-1]
}
