// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Entry is a record as one row of a table brings it.
type Entry struct {
	N      int64          // the place of the row in its table
	Unit   string         // of a new record; of one that is there it may be empty
	Values map[string]any // as Enter takes them; fields that are not named stay as they are
	Wrong  []errs.Field   // what was found wrong before the register was asked
}

// Verdict says what a line is to its register.
type Verdict string

// The verdicts.
const (
	IsNew     Verdict = "new"
	IsChanged Verdict = "changed" // the key names a record that differs
	IsSame    Verdict = "same"
	IsWrong   Verdict = "wrong"
)

// Weighed is a line with what the register says of it.
type Weighed struct {
	Entry

	Verdict  Verdict
	Problems []errs.Field
	Warnings []Warning
	Record   string         // that the key names, or that was written
	Version  int64          // that was written
	Changes  []string       // keys of fields that differ, in the order of the file
	Old      map[string]any // what they were; personal fields are left out

	parsed, merged map[string]any
	old            *loaded
}

// Bulk weighs and writes many records by the rules and rights of one. It
// remembers what it has asked of the database, so that it is made for one
// transaction, or for one look without any.
type Bulk struct {
	keeper *Keeper
	s      Standing
	rules  ruled
	key    []Field
	units  map[string]door
	points map[string]bool
}

// door is what the actor may do for a unit.
type door struct {
	add, bring through
}

// maxAsked bounds what one statement asks for: SQLite nests conditions no deeper.
const maxAsked = 200

// Bulk returns what weighs and writes lines of the named fields. The actor needs
// a right to import beside those to add and to change.
func (k *Keeper) Bulk(s Standing, fields []string) (*Bulk, error) {
	switch {
	case s.Definition.Approval:
		return nil, ErrImportApproval
	case !s.Can(Import), !s.Can(Add) && !s.Can(Amend):
		return nil, access.ErrNotAllowed
	}
	rules, err := s.Definition.compile()
	return &Bulk{
		keeper: k, s: s, rules: rules, key: s.Definition.Naming(fields), units: map[string]door{}, points: map[string]bool{},
	}, err
}

// Naming returns the fields by which lines with the given fields name a record
// that is there: the key of the register, or the first unique field; none where
// the lines have neither.
func (d Definition) Naming(fields []string) (key []Field) {
	for _, one := range d.Key {
		f, ok := d.Field(one)
		if !ok || !slices.Contains(fields, one) {
			key = nil
			break
		}
		key = append(key, f)
	}
	if len(key) > 0 {
		return key
	}
	for _, f := range d.Visible() {
		if f.Unique && f.Compute == "" && slices.Contains(fields, f.Key) {
			return []Field{f}
		}
	}
	return nil
}

// Name is what no two lines of a table may share.
type Name struct {
	Field string // at which it is told
	Text  string // not to be shown
}

// Names returns what names the record of a line, the same for the same record:
// its key, and each unique value.
func (b *Bulk) Names(e Entry) (all []Name) {
	d := b.s.Definition
	one := func(fields []Field) {
		var parts []string
		for _, f := range fields {
			v, code := f.parse(e.Values[f.Key])
			if v == nil || code != "" {
				return
			}
			parts = append(parts, fmt.Sprint(b.keeper.exact(f, v)))
		}
		if len(fields) > 0 {
			all = append(all, Name{fields[0].Key, fields[0].Key + "\x00" + strings.Join(parts, "\x00")})
		}
	}
	one(b.key)
	if key, whole := d.keyFields(e.Values, nil); whole && (len(b.key) != len(key) || b.key[0].Key != key[0].Key) {
		one(key)
	}
	for _, f := range d.Visible() {
		if f.Unique && f.Compute == "" && (len(b.key) != 1 || b.key[0].Key != f.Key) {
			one([]Field{f})
		}
	}
	return all
}

// New is what a field of the record would be.
func (w *Weighed) New(key string) any { return w.merged[key] }

// Weigh says of each line what it is to the register, and all that is wrong with
// it. Records that are there are locked where q is a transaction.
func (b *Bulk) Weigh(ctx context.Context, q db.Querier, lines []Entry) (all []*Weighed, err error) {
	defer errs.Wrap(&err, "weigh lines for register %s", b.s.Definition.ID)

	all = make([]*Weighed, len(lines))
	for i, l := range lines {
		all[i] = &Weighed{Entry: l, Problems: slices.Clone(l.Wrong)}
	}
	if err := b.match(ctx, q, all); err != nil {
		return nil, err
	}
	for _, w := range all {
		if err := b.parse(ctx, q, w); err != nil {
			return nil, err
		}
	}
	if err := b.unique(ctx, q, all); err != nil {
		return nil, err
	}
	for _, w := range all {
		b.judge(w)
	}
	return all, nil
}

// strange are the values of fields that the rights do not show.
func (b *Bulk) strange(values map[string]any, act, bring through) (problems []errs.Field) {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if _, known := b.s.Definition.Field(key); known && (!b.s.shows(act, key) || !b.s.shows(bring, key)) {
			problems = append(problems, errs.Field{Name: key, Code: "registers.value.unknown"})
		}
	}
	return problems
}

// parse gives the values of a line their form, and asks for what they name.
func (b *Bulk) parse(ctx context.Context, q db.Querier, w *Weighed) (err error) {
	d := b.s.Definition
	var problems []errs.Field
	switch {
	case w.old != nil:
		w.parsed, w.merged, problems, err = b.keeper.merged(d, *w.old, w.Values)
		if err != nil {
			return err
		}
		closed, err := b.keeper.locked(d, *w.old, w.parsed)
		if err != nil {
			return err
		}
		problems = append(problems, closed...)
		if w.Unit != "" && w.Unit != w.old.Unit {
			problems = append(problems, errs.Field{Name: "unit", Code: "registers.value.unit_moved"})
		}
	case len(w.Problems) > len(w.Wrong): // it names a record that is not theirs
		w.parsed, problems = d.parse(w.Values, nil)
		w.merged = w.parsed
	default:
		w.parsed, problems = d.parse(w.Values, nil)
		d.born(w.parsed)
		w.merged = w.parsed
		at, err := b.entry(ctx, q, w.Unit)
		if err != nil {
			return err
		}
		if at.add == 0 || at.bring == 0 {
			w.Problems = append(w.Problems, errs.Field{Name: "unit", Code: "registers.value.unit"})
		} else {
			w.Problems = append(w.Problems, b.strange(w.Values, at.add, at.bring)...)
		}
	}
	w.add(problems...)
	for _, f := range d.Visible() {
		v, _ := w.parsed[f.Key].(string)
		if v == "" || f.Type != Unit && f.Type != Code && f.Type != Reference || w.wrong(f.Key) {
			continue
		}
		there, err := b.pointed(ctx, q, f, v)
		if err != nil {
			return err
		}
		if !there {
			w.add(f.problem(string(f.Type)))
		}
	}
	return nil
}

// wrong reports whether something is already wrong with a field.
func (w *Weighed) wrong(key string) bool {
	return slices.ContainsFunc(w.Problems, func(p errs.Field) bool { return p.Name == key })
}

// add adds problems of fields of which none is known yet.
func (w *Weighed) add(problems ...errs.Field) {
	for _, p := range problems {
		if !w.wrong(p.Name) {
			w.Problems = append(w.Problems, p)
		}
	}
}

// entry is what the actor may do for a unit, asked once.
func (b *Bulk) entry(ctx context.Context, q db.Querier, unit string) (door, error) {
	if at, ok := b.units[unit]; ok {
		return at, nil
	}
	at := door{}
	for i, h := range b.s.Holds {
		if h.Owner != "" || !h.Allows(Add) && !h.Allows(Import) {
			continue
		}
		sees, err := h.Scope.Sees(ctx, q, orgs.ID(unit))
		if err != nil {
			return door{}, err
		}
		if sees && h.Allows(Add) {
			at.add |= 1 << i
		}
		if sees && h.Allows(Import) {
			at.bring |= 1 << i
		}
	}
	if len(b.units) < 10_000 {
		b.units[unit] = at
	}
	return at, nil
}

// pointed reports whether what a value names is there and, of a record, whether
// the actor may see it; asked once.
func (b *Bulk) pointed(ctx context.Context, q db.Querier, f Field, v string) (there bool, err error) {
	name := f.Key + "\x00" + v
	if there, ok := b.points[name]; ok {
		return there, nil
	}
	if f.Type == Unit {
		there, err = unitInScope(ctx, q, access.All(), v)
	} else if there, err = b.keeper.pointed(ctx, q, now(q), f, v); err == nil && there && f.Type == Reference {
		there, err = b.keeper.maySee(ctx, q, b.s, f, v)
	}
	if err == nil && len(b.points) < 50_000 {
		b.points[name] = there
	}
	return there, err
}

// now is the time of a transaction, or of a look without one.
func now(q db.Querier) db.Time {
	switch q := q.(type) {
	case *db.Tx:
		return q.Now
	case *db.DB:
		return q.Now()
	}
	return db.Time{}
}

// judge says what a line is, once all that is wrong with its values is known.
func (b *Bulk) judge(w *Weighed) {
	if len(w.Problems) == 0 {
		var problems []errs.Field
		problems, w.Warnings = b.rules.held(w.merged)
		w.Problems = append(w.Problems, problems...)
	}
	switch {
	case len(w.Problems) > 0:
		w.Verdict = IsWrong
	case w.old == nil:
		w.Verdict = IsNew
	default:
		w.Verdict = IsSame
		w.compare(b)
	}
}

// compare finds the fields that differ. Personal ones are not compared: whether
// they differ would tell what they are.
func (w *Weighed) compare(b *Bulk) {
	d := b.s.Definition
	w.Old = map[string]any{}
	for _, f := range d.Visible() {
		v, named := w.parsed[f.Key]
		if !named {
			continue
		}
		if f.personal() {
			if f.Compute == "" {
				w.Changes = append(w.Changes, f.Key)
			}
			continue
		}
		old, err := value(b.keeper.keys, d, f, w.old.ID, w.old.raw)
		if err != nil || !Same(old, v) {
			w.Changes, w.Old[f.Key] = append(w.Changes, f.Key), old
		}
	}
	if len(w.Changes) > 0 {
		w.Verdict = IsChanged
	}
}

// Write writes the lines that are new or changed, and sets their Record and
// Version. They were weighed in the same transaction. Nothing is written in the
// audit log: the batch is one act.
func (b *Bulk) Write(ctx context.Context, tx *db.Tx, all []*Weighed) (err error) {
	defer errs.Wrap(&err, "write lines to register %s", b.s.Definition.ID)

	d, err := b.keeper.forWriting(ctx, tx, b.s.Definition.ID)
	if err != nil {
		return err
	}
	if d.Version != b.s.Definition.Version {
		return errOther
	}
	var fresh []*Weighed
	for _, w := range all {
		switch w.Verdict {
		case IsNew:
			w.Record, w.Version = id.New(), 1
			fresh = append(fresh, w)
		case IsChanged:
			if err := b.keeper.put(ctx, tx, b.s.Actor, d, *w.old, w.parsed); err != nil {
				return err
			}
			w.Version = w.old.Version + 1
		case IsSame, IsWrong:
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	width := len(d.columns()) + 8
	for some := range slices.Chunk(fresh, max(1, 500/width)) { // SQLite looks for each parameter among all of them
		if err := b.insert(ctx, tx, d, some); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bulk) insert(ctx context.Context, tx *db.Tx, d Definition, some []*Weighed) error {
	var names []string
	var args []any
	rows := make([]string, len(some))
	for i, w := range some {
		rec := Record{ID: w.Record, Unit: w.Unit, Version: 1, State: StateActive, CreatedBy: b.s.Actor.Account, UpdatedBy: b.s.Actor.Account}
		var row []any
		names, row = b.keeper.row(d, rec, tx.Now, w.parsed)
		marks := make([]string, len(row))
		for j := range row {
			marks[j] = "$" + strconv.Itoa(len(args)+j+1)
		}
		args = append(args, row...)
		rows[i] = "(" + strings.Join(marks, ", ") + ")"
	}
	if _, err := tx.Exec(ctx, `INSERT INTO `+ident(d.Table())+` (`+idents(names)+`) VALUES `+strings.Join(rows, ", "), args...); err != nil {
		return duplicate(err)
	}
	added := make([]string, len(some))
	for i, w := range some {
		added[i] = w.Record
	}
	return noteNew(ctx, tx, d.ID, added)
}

// row returns the columns of a new record and what they hold.
func (k *Keeper) row(d Definition, rec Record, now db.Time, parsed map[string]any) (names []string, args []any) {
	names = []string{"id", "unit_id", "version", "state", "created_at", "updated_at", "created_by", "updated_by"}
	args = []any{rec.ID, rec.Unit, rec.Version, rec.State, now, now, rec.CreatedBy, rec.UpdatedBy}
	for _, f := range d.Visible() {
		for _, c := range append(f.stored(), d.computed(f)...) {
			names = append(names, c.name)
		}
		args = append(args, k.bind(d, f, rec.ID, parsed[f.Key])...)
	}
	return names, args
}
