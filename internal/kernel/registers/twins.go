// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Suspect is a record that may be the same thing as another.
type Suspect struct {
	Record Record    // as the reader sees it, without personal fields
	Rule   i18n.Text // by which it was found
	Blocks bool      // the file refuses another one like it

	personal bool // it was found by a personal field
}

// Suspects are those that somebody may be told of.
type Suspects struct {
	Found     []Suspect
	Elsewhere bool // there is one that they do not see, and the file lets it be told
	Blocks    bool // so that the record is refused
}

// The bounds of looking for duplicates.
const (
	maxKeys    = 200 // of one record and rule
	maxTwins   = 20  // others that are kept of one record and rule
	maxAlike   = 400 // others with the same key that are looked at
	maxSuspect = 10  // that are told at entry
)

// sum is the same for rules that compare the same: of other rules, or with another
// key of indexes, nothing that is kept is found.
func (l Likeness) sum(d Definition, key string) string {
	h := sha256.New()
	for _, m := range l.Fields {
		f, _ := d.Field(m.Field)
		raw, _ := json.Marshal([]any{m.Field, m.as(), m.Within, f.Type, key}) // texts and numbers
		_, _ = h.Write(raw)                                                   // a hash takes everything
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// rules is the checksum of all rules of a register.
func (k *Keeper) likenesses(d Definition) string {
	if d.Duplicates == nil {
		return ""
	}
	h := sha256.New()
	for _, l := range d.Duplicates.Rules {
		_, _ = h.Write([]byte(l.sum(d, k.keys.IndexKey()))) // a hash takes everything
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// hashed are keys as they are kept: nobody reads a name or a number in them.
func (k *Keeper) hashed(d Definition, l Likeness, keys []string) []string {
	sum := l.sum(d, k.keys.IndexKey())
	all := make([]string, 0, len(keys))
	for _, one := range keys[:min(len(keys), maxKeys)] {
		all = append(all, k.keys.Index("registers duplicates", d.ID+"\x00"+sum+one))
	}
	return all
}

// kept is a record with its values as they are kept.
type subject struct {
	record string
	values map[string]any
}

// enlist keeps the keys of records that were just written, in the same transaction.
func (k *Keeper) enlist(ctx context.Context, tx *db.Tx, d Definition, all ...subject) error {
	if d.Duplicates == nil {
		return nil
	}
	type pair struct{ key, record string }
	var pairs []pair
	for some := range slices.Chunk(all, maxAsked) {
		args := []any{d.ID}
		marks := make([]string, len(some))
		for i, one := range some {
			args = append(args, one.record)
			marks[i] = mark(args)
			keys := map[string]bool{}
			for _, l := range d.Duplicates.Rules {
				for _, key := range k.hashed(d, l, l.stored(d, one.values)) {
					keys[key] = true
				}
			}
			for key := range maps.Keys(keys) {
				pairs = append(pairs, pair{key, one.record})
			}
		}
		if _, err := tx.Exec(ctx, `DELETE FROM registers_twin_keys WHERE register = $1 AND record IN (`+strings.Join(marks, ", ")+`)`, args...); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(pairs, maxAsked) {
		args := []any{d.ID}
		rows := make([]string, len(some))
		for i, one := range some {
			args = append(args, one.key, one.record)
			n := len(args)
			rows[i] = "($1, $" + strconv.Itoa(n-1) + ", $" + strconv.Itoa(n) + ")"
		}
		if _, err := tx.Exec(ctx, `INSERT INTO registers_twin_keys (register, key, record) VALUES `+strings.Join(rows, ", ")+` ON CONFLICT DO NOTHING`, args...); err != nil { // a look writes them as well
			return err
		}
	}
	return nil
}

// twin is a record that matches another under a rule.
type twin struct {
	loaded

	rule Likeness
}

const twinQuery = `SELECT DISTINCT k.record FROM registers_twin_keys k WHERE k.register = $1 AND k.record <> $2 AND k.key IN (`

// twinsOf are the records of a register that match one under a rule, whoever may
// see them, up to most of each rule; more says that there are others. Hidden ones
// match nothing.
func (k *Keeper) twinsOf(ctx context.Context, q db.Querier, d Definition, one subject, most int) (all []twin, more bool, err error) {
	if d.Duplicates == nil {
		return nil, false, nil
	}
	for _, l := range d.Duplicates.Rules {
		keys := k.hashed(d, l, l.asked(d, one.values))
		if len(keys) == 0 {
			continue
		}
		args := []any{d.ID, one.record}
		marks := make([]string, len(keys))
		for i, key := range keys {
			args = append(args, key)
			marks[i] = mark(args)
		}
		args = append(args, maxAlike+1)
		found, err := db.All(ctx, q, db.Column[string], twinQuery+strings.Join(marks, ", ")+`) ORDER BY k.record LIMIT `+mark(args), args...)
		if err != nil {
			return nil, false, err
		}
		more = more || len(found) > maxAlike
		n := 0
		for some := range slices.Chunk(found[:min(len(found), maxAlike)], maxAsked) {
			if n > most {
				break
			}
			near, err := k.verify(ctx, q, d, l, one, some)
			if err != nil {
				return nil, false, err
			}
			for _, t := range near {
				if n++; n > most {
					more = true
					break
				}
				all = append(all, t)
			}
		}
	}
	return all, more, nil
}

// verify reads records with the same key and leaves those that match.
func (k *Keeper) verify(ctx context.Context, q db.Querier, d Definition, l Likeness, one subject, records []string) (all []twin, err error) {
	var fields []Field
	for _, key := range l.keys() {
		if f, _ := d.Field(key); !slices.ContainsFunc(fields, func(x Field) bool { return x.Key == key }) {
			fields = append(fields, f)
		}
	}
	args := []any{StateActive}
	marks := make([]string, len(records))
	for i, r := range records {
		args = append(args, r)
		marks[i] = mark(args)
	}
	rows, err := db.All(ctx, q, func(r db.Row) (loaded, error) { return scan(r, fields) },
		`SELECT `+selected(d, fields)+` FROM `+ident(d.Table())+` WHERE state = $1 AND id IN (`+strings.Join(marks, ", ")+`) ORDER BY id`, args...)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		values, err := k.values(d, fields, row.ID, row.raw)
		if err != nil {
			return nil, err
		}
		if l.matches(one.values, values) {
			all = append(all, twin{row, l})
		}
	}
	return all, nil
}

// Duplicates returns the records that may be the same thing as one that somebody
// enters (record is empty then) or changes: those that they see, by rules whose
// fields their rights show on both. A record that is found by a personal field is
// recorded as read.
func (k *Keeper) Duplicates(ctx context.Context, tx *db.Tx, s Standing, record string, values map[string]any) (found Suspects, err error) {
	defer errs.Wrap(&err, "find duplicates in register %s", s.Definition.ID)

	if s.Definition.Duplicates == nil {
		return found, nil
	}
	err = k.steadily(ctx, tx, s, func(s Standing) error {
		in, err := k.meant(ctx, tx, s, record, values)
		if err != nil {
			return err
		}
		found, err = k.suspects(ctx, tx, s, in)
		return err
	})
	if err != nil {
		return Suspects{}, err
	}
	for _, one := range found.Found {
		if one.personal {
			if err := audit.RecordRead(ctx, tx, s.Actor, AuditRead, s.Definition.ID+"/"+one.Record.ID, access.Handling); err != nil {
				return Suspects{}, err
			}
		}
	}
	return found, nil
}

// meant is a record as it would be.
type meant struct {
	subject

	own     func(string) bool // the rights show the field: what is hidden of a record tells nothing of others
	changed func(string) bool // it is not as it was
}

func (k *Keeper) meant(ctx context.Context, q db.Querier, s Standing, record string, values map[string]any) (in meant, err error) {
	if record == "" {
		if !s.Can(Add) {
			return in, access.ErrNotAllowed
		}
		in.values, _ = s.Definition.parse(values, nil) // what makes no sense is told elsewhere
		in.own = func(key string) bool { return s.Reaches(Add, key) }
		in.changed = func(string) bool { return true }
		return in, nil
	}
	which, err := s.reached(ctx, q, Amend, record)
	if err != nil {
		return in, err
	}
	old, err := k.present(ctx, q, s.Definition, record)
	if err != nil {
		return in, err
	}
	was, err := k.values(s.Definition, s.Definition.Visible(), record, old.raw)
	if err != nil {
		return in, err
	}
	_, merged, _, err := k.merged(s.Definition, old, values)
	in.subject = subject{record, merged}
	in.own = func(key string) bool { return s.shows(which, key) }
	in.changed = func(key string) bool { return !Same(was[key], merged[key]) }
	return in, err
}

// present loads an active record.
func (k *Keeper) present(ctx context.Context, q db.Querier, d Definition, record string) (loaded, error) {
	rows, err := db.All(ctx, q, func(r db.Row) (loaded, error) { return scan(r, d.Fields) },
		`SELECT `+selected(d, d.Fields)+` FROM `+ident(d.Table())+` WHERE id = $1 AND state = $2`, record, StateActive)
	if err == nil && len(rows) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return loaded{}, err
	}
	return rows[0], nil
}

// suspects are the twins of a record that the actor may be told of.
func (k *Keeper) suspects(ctx context.Context, q db.Querier, s Standing, in meant) (found Suspects, err error) {
	twins, _, err := k.twinsOf(ctx, q, s.Definition, in.subject, maxTwins)
	if err != nil || len(twins) == 0 {
		return found, err
	}
	args := []any{StateActive}
	marks := make([]string, len(twins))
	for i, t := range twins {
		args = append(args, t.ID)
		marks[i] = mark(args)
	}
	rows, err := k.rows(ctx, q, s, View, false, `''`, []string{`state = $1`, `id IN (` + strings.Join(marks, ", ") + `)`}, args, ``, nil)
	if err != nil {
		return found, err
	}
	seen, err := k.seen(s, rows, false)
	if err != nil {
		return found, err
	}
	for _, t := range twins {
		keys := t.rule.keys()
		if slices.ContainsFunc(keys, func(key string) bool { return !in.own(key) }) || !slices.ContainsFunc(keys, in.changed) {
			continue
		}
		i := slices.IndexFunc(rows, func(l loaded) bool { return l.ID == t.ID })
		if i < 0 || slices.ContainsFunc(keys, func(key string) bool { return !s.shows(rows[i].which, key) }) {
			if s.Definition.Duplicates.Elsewhere {
				found.Elsewhere, found.Blocks = true, found.Blocks || t.rule.Blocks
			}
			continue
		}
		found.Blocks = found.Blocks || t.rule.Blocks
		if again := slices.IndexFunc(found.Found, func(x Suspect) bool { return x.Record.ID == t.ID }); again >= 0 {
			found.Found[again].Blocks = found.Found[again].Blocks || t.rule.Blocks
		} else if len(found.Found) < maxSuspect {
			found.Found = append(found.Found, Suspect{Record: seen[i], Rule: t.rule.Name, Blocks: t.rule.Blocks, personal: t.rule.personal(s.Definition)})
		}
	}
	return found, nil
}

// personal reports whether a rule compares personal fields.
func (l Likeness) personal(d Definition) bool {
	return slices.ContainsFunc(l.keys(), func(key string) bool { f, _ := d.Field(key); return f.personal() })
}

// unlike refuses a record that the file does not let in beside one that is there.
func (k *Keeper) unlike(ctx context.Context, tx *db.Tx, s Standing, record string, values map[string]any) error {
	if !s.Definition.Duplicates.blocks() {
		return nil
	}
	found, err := k.Duplicates(ctx, tx, s, record, values)
	if err != nil || !found.Blocks {
		return err
	}
	return errs.BadInput([]errs.Field{s.Definition.doubled()})
}

// blocks reports whether the file refuses some duplicates.
func (d *Duplicates) blocks() bool {
	return d != nil && slices.ContainsFunc(d.Rules, func(l Likeness) bool { return l.Blocks })
}

// doubled is the problem of a record that the file does not let in: at the first
// field of the first rule that blocks.
func (d Definition) doubled() errs.Field {
	i := slices.IndexFunc(d.Duplicates.Rules, func(l Likeness) bool { return l.Blocks })
	f, _ := d.Field(d.Duplicates.Rules[i].Fields[0].Field)
	return f.problem("duplicate")
}

// doubles tells lines of a table that may be in the register already: those that
// the file refuses are wrong, the others warn. Personal fields only refuse.
func (b *Bulk) doubles(ctx context.Context, q db.Querier, all []*Weighed) error {
	d := b.s.Definition
	if d.Duplicates == nil {
		return nil
	}
	there, err := b.shared(ctx, q, all)
	if err != nil {
		return err
	}
	for _, w := range all {
		if len(w.Problems) > 0 || !there[w] {
			continue
		}
		in := meant{subject: subject{w.Record, w.merged}, own: func(key string) bool { return b.s.Reaches(Import, key) }, changed: func(string) bool { return true }}
		if w.old != nil {
			was, err := b.keeper.values(d, d.Visible(), w.old.ID, w.old.raw)
			if err != nil {
				return err
			}
			in.changed = func(key string) bool { return !Same(was[key], w.merged[key]) }
		}
		found, err := b.keeper.suspects(ctx, q, b.s, in)
		if err != nil {
			return err
		}
		if found.Blocks {
			w.add(d.doubled())
			continue
		}
		for _, one := range found.Found {
			if !one.personal && !slices.ContainsFunc(w.Warnings, func(x Warning) bool { return x.Say == one.Rule }) {
				w.Warnings = append(w.Warnings, Warning{Say: one.Rule})
			}
		}
	}
	return nil
}

// shared are the lines of which some key is another record's: of most there is none.
func (b *Bulk) shared(ctx context.Context, q db.Querier, all []*Weighed) (map[*Weighed]bool, error) {
	d, of := b.s.Definition, map[string][]*Weighed{}
	for _, w := range all {
		for _, l := range d.Duplicates.Rules {
			for _, key := range b.keeper.hashed(d, l, l.asked(d, w.merged)) {
				of[key] = append(of[key], w)
			}
		}
	}
	there := map[*Weighed]bool{}
	for some := range slices.Chunk(slices.Sorted(maps.Keys(of)), maxAsked) {
		args := []any{d.ID}
		marks := make([]string, len(some))
		for i, key := range some {
			args = append(args, key)
			marks[i] = mark(args)
		}
		found, err := db.All(ctx, q, db.Column[string], `SELECT DISTINCT key FROM registers_twin_keys WHERE register = $1 AND key IN (`+strings.Join(marks, ", ")+`)`, args...)
		if err != nil {
			return nil, err
		}
		for _, key := range found {
			for _, w := range of[key] {
				there[w] = true
			}
		}
	}
	return there, nil
}
