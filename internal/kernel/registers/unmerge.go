// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Why a merge cannot be taken back.
var (
	ErrUnmerged      = errs.New(errs.Conflict, "registers.unmerged")        // it was already
	ErrUnmergeGone   = errs.New(errs.Conflict, "registers.unmerge_gone")    // the survivor has left the register, or was merged itself
	ErrUnmergeFields = errs.New(errs.Conflict, "registers.unmerge_changed") // fields that came from the loser were changed since
	ErrUnmergeTaken  = errs.New(errs.Conflict, "registers.unmerge_taken")   // what named one of the two is another's now
)

// Unmerge takes a merge back: the fields that came from the loser become what they
// were, the loser is in the register again, and what the merge has turned refers to
// it again where nobody has changed that since. What the survivor got otherwise
// stays with it. Where a value that came from the loser was changed since, nothing
// is taken back, and the error names the fields.
func (k *Keeper) Unmerge(ctx context.Context, tx *db.Tx, s Standing, merge string) (m Merged, err error) {
	defer errs.Wrap(&err, "undo merge %s", merge)

	d, err := k.forWriting(ctx, tx, s.Definition.ID)
	if err != nil {
		return Merged{}, err
	}
	if d.Version != s.Definition.Version {
		if s, err = k.Stand(ctx, tx, s.Actor, d.ID); err != nil {
			return Merged{}, err
		}
	}
	m, err = scanMerge(tx.QueryRow(ctx, `SELECT `+mergeColumns+` FROM registers_merges m WHERE m.id = $1 AND m.register = $2`+tx.ForUpdate(), merge, d.ID))
	if errors.Is(err, db.ErrNoRows) {
		return Merged{}, ErrNoMerge
	}
	if err != nil {
		return Merged{}, err
	}
	two, err := k.unmergeable(ctx, tx, s, m)
	if err != nil {
		return Merged{}, err
	}
	survivor, loser := two[m.Survivor], two[m.Loser]
	parsed, err := k.wasBefore(ctx, tx, s, d, survivor, m)
	if err != nil {
		return Merged{}, err
	}
	refs, err := db.All(ctx, tx, func(r db.Row) (p struct{ register, record, field string }, err error) {
		err = r.Scan(&p.register, &p.record, &p.field)
		return p, err
	}, `SELECT register, record, field FROM registers_merge_refs WHERE merge_id = $1 ORDER BY register, record, field`, m.ID)
	if err != nil {
		return Merged{}, err
	}
	for _, p := range refs {
		if f, ok := d.Field(p.field); p.register == d.ID && p.record == m.Survivor && ok && !f.Hidden {
			if v := survivor.raw[f.base()]; v == nil || v == m.Survivor { // nobody has said otherwise since
				parsed[p.field] = m.Loser
			}
		}
	}
	if err := k.free(ctx, tx, d, m.Survivor, survivor.loaded, parsed); err != nil {
		return Merged{}, err
	}
	if err := k.put(ctx, tx, s.Actor, d, survivor.loaded, parsed); err != nil {
		return Merged{}, err
	}
	if err := k.comeBack(ctx, tx, s, d, loser.loaded, m); err != nil {
		return Merged{}, err
	}
	for _, p := range refs {
		if p.register != d.ID || p.record != m.Survivor {
			if err := k.turnBack(ctx, tx, s, m, p.register, p.record, p.field); err != nil {
				return Merged{}, err
			}
		}
	}
	m.UndoneBy, m.UndoneAt = s.Actor.Account, tx.Now
	if _, err := tx.Exec(ctx, `UPDATE registers_merges SET undone_by = $2, undone_at = $3 WHERE id = $1`, m.ID, m.UndoneBy, m.UndoneAt); err != nil {
		return Merged{}, err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM registers_twins WHERE register = $1 AND first = $2 AND second = $3`, d.ID, min(m.Survivor, m.Loser), max(m.Survivor, m.Loser)); err != nil {
		return Merged{}, err // it is suspected again as soon as it is looked at
	}
	return m, audit.Record(ctx, tx, s.Actor, AuditUnmerged, d.ID+"/"+m.Survivor+" "+m.Loser)
}

// unmergeable loads and locks both records of a merge in the same order as Merge.
func (k *Keeper) unmergeable(ctx context.Context, tx *db.Tx, s Standing, m Merged) (map[string]held, error) {
	two := map[string]held{}
	for _, one := range []string{min(m.Survivor, m.Loser), max(m.Survivor, m.Loser)} {
		args := []any{one}
		view, args := s.reach(View, nil, args)
		marks, args := s.marks(Merge, args)
		rows, err := db.All(ctx, tx, func(r db.Row) (h held, err error) {
			var which int64
			h.loaded, err = scan(r, s.Definition.Fields, &which)
			h.which = through(which) //nolint:gosec // eight rights at most
			return h, err
		}, `SELECT `+selected(s.Definition, s.Definition.Fields)+`, `+marks+` FROM `+ident(s.Definition.Table())+` WHERE id = $1 AND `+view+tx.ForUpdate(), args...)
		switch {
		case err != nil:
			return nil, err
		case len(rows) == 0:
			return nil, ErrNoMerge
		case rows[0].which == 0:
			return nil, access.ErrNotAllowed
		}
		two[one] = rows[0]
	}
	switch {
	case !m.UndoneAt.IsZero():
		return nil, ErrUnmerged
	case two[m.Survivor].State != StateActive, two[m.Loser].State == StateActive, two[m.Loser].Version != m.Lost:
		return nil, ErrUnmergeGone
	}
	return two, nil
}

// wasBefore are the values of before the merge of the fields that came from the
// loser, if they are still as the merge left them.
func (k *Keeper) wasBefore(ctx context.Context, tx *db.Tx, s Standing, d Definition, survivor held, m Merged) (map[string]any, error) {
	parsed := map[string]any{}
	var taken []string
	for _, key := range m.Taken {
		if f, ok := d.Field(key); ok && !f.Hidden {
			taken = append(taken, key)
		}
	}
	is, err := k.values(d, d.Visible(), survivor.ID, survivor.raw)
	if err != nil {
		return nil, err
	}
	if survivor.Version != m.Survived {
		left, err := k.then(ctx, tx, d, m.Survivor, m.Survived, taken)
		if err != nil {
			return nil, err
		}
		var changed []errs.Field
		for _, key := range taken {
			if f, _ := d.Field(key); !Same(is[key], left[key]) {
				if !s.shows(survivor.which, key) {
					f = Field{}
				}
				changed = append(changed, f.problem("changed_since"))
			}
		}
		if len(changed) > 0 {
			e := *ErrUnmergeFields
			e.Fields = changed
			return nil, &e
		}
	}
	before, err := k.then(ctx, tx, d, m.Survivor, m.Survived-1, taken)
	if err != nil {
		return nil, err
	}
	for _, key := range taken {
		if !Same(is[key], before[key]) {
			parsed[key] = before[key]
		}
	}
	return parsed, nil
}

// free refuses values that name a record and are another's now.
func (k *Keeper) free(ctx context.Context, tx *db.Tx, d Definition, record string, old loaded, parsed map[string]any) error {
	values, err := k.values(d, d.Visible(), old.ID, old.raw)
	if err != nil {
		return err
	}
	maps.Copy(values, parsed)
	var named [][]Field
	for _, f := range d.Visible() {
		if f.Unique && values[f.Key] != nil {
			named = append(named, []Field{f})
		}
	}
	if key, whole := d.keyFields(values, nil); whole {
		named = append(named, key)
	}
	for _, fields := range named {
		if taken, err := k.taken(ctx, tx, d, record, fields, values); err != nil {
			return err
		} else if taken {
			return ErrUnmergeTaken.With("label", fields[0].Label)
		}
	}
	return nil
}

// comeBack puts the loser into the register again, with what named it.
func (k *Keeper) comeBack(ctx context.Context, tx *db.Tx, s Standing, d Definition, old loaded, m Merged) error {
	var keys []string
	for _, f := range d.Visible() {
		if f.Unique || slices.Contains(d.Key, f.Key) {
			keys = append(keys, f.Key)
		}
	}
	named, err := k.then(ctx, tx, d, m.Loser, m.Lost-1, keys)
	if err != nil {
		return err
	}
	if err := k.free(ctx, tx, d, m.Loser, old, named); err != nil {
		return err
	}
	if err := remember(ctx, tx, s.Actor, d, old); err != nil {
		return err
	}
	sets, args := []string{`state = $2`, `version = version + 1`, `updated_at = $3`, `updated_by = $4`}, []any{old.ID, StateActive, tx.Now, s.Actor.Account}
	for _, key := range keys {
		f, _ := d.Field(key)
		columns := append(f.stored(), d.computed(f)...)
		for i, v := range k.bind(d, f, old.ID, named[key]) {
			args = append(args, v)
			sets = append(sets, ident(columns[i].name)+" = $"+strconv.Itoa(len(args)))
		}
	}
	_, err = tx.Exec(ctx, `UPDATE `+ident(d.Table())+` SET `+strings.Join(sets, ", ")+` WHERE id = $1`, args...)
	return duplicate(err)
}

// turnBack makes a reference point to the loser again, unless somebody has changed
// it since or its record has left.
func (k *Keeper) turnBack(ctx context.Context, tx *db.Tx, s Standing, m Merged, register, record, field string) error {
	d, err := k.forWriting(ctx, tx, register)
	if err != nil {
		return err
	}
	f, ok := d.Field(field)
	if !ok || f.Hidden {
		return nil
	}
	rows, err := db.All(ctx, tx, func(r db.Row) (loaded, error) { return scan(r, d.Fields) },
		`SELECT `+selected(d, d.Fields)+` FROM `+ident(d.Table())+` WHERE id = $1 AND state = $2 AND `+ident(f.base())+` = $3`+tx.ForUpdate(), record, StateActive, m.Survivor)
	if err != nil || len(rows) == 0 {
		return err
	}
	return k.put(ctx, tx, s.Actor, d, rows[0], map[string]any{field: m.Loser})
}

// Abreast are two records as somebody sees them who may make one of them.
type Abreast struct {
	First, Second Record
	Fields        []Field // between whose values they choose, in the order of the file
	Kept          int     // fields that they do not choose: the survivor's stay
}

// Beside returns two records that the actor may merge; personal fields for a purpose.
func (k *Keeper) Beside(ctx context.Context, q db.Querier, s Standing, first, second string, why access.Purpose) (b Abreast, err error) {
	defer errs.Wrap(&err, "put two records of register %s beside each other", s.Definition.ID)

	if first == second {
		return Abreast{}, ErrMergeSelf
	}
	which := [2]through{}
	for i, one := range []string{first, second} {
		if which[i], err = s.reached(ctx, q, Merge, one); err != nil {
			return Abreast{}, err
		}
	}
	if b.First, err = k.Read(ctx, q, s, first, why); err != nil {
		return Abreast{}, err
	}
	if b.Second, err = k.Read(ctx, q, s, second, why); err != nil {
		return Abreast{}, err
	}
	for _, f := range s.Definition.Visible() {
		switch {
		case !f.Entered():
		case f.merges() && s.shows(which[0], f.Key) && s.shows(which[1], f.Key):
			b.Fields = append(b.Fields, f)
		default:
			b.Kept++
		}
	}
	return b, nil
}

// ListMerges returns at most limit merges whose survivor the actor may merge, the
// newest first, before the given one ("" for the newest).
func (k *Keeper) ListMerges(ctx context.Context, q db.Querier, s Standing, before string, limit int) (all []Merged, err error) {
	defer errs.Wrap(&err, "list merges of register %s", s.Definition.ID)

	if err := s.mayMerge(); err != nil {
		return nil, err
	}
	if before == "" {
		before = "~" // above every id
	}
	args := []any{s.Definition.ID, before, StateActive}
	reach, args := s.reach(Merge, nil, args)
	args = append(args, min(max(limit, 1), maxLimit))
	return db.All(ctx, q, scanMerge, `SELECT `+mergeColumns+` FROM registers_merges m WHERE m.register = $1 AND m.id < $2
		AND EXISTS (SELECT 1 FROM `+ident(s.Definition.Table())+` WHERE id = m.survivor AND state = $3 AND `+reach+`) ORDER BY m.id DESC LIMIT `+mark(args), args...)
}

// GetMerge returns a merge that the actor may take back, or could.
func (k *Keeper) GetMerge(ctx context.Context, q db.Querier, s Standing, merge string) (m Merged, err error) {
	defer errs.Wrap(&err, "get merge %s", merge)

	m, err = scanMerge(q.QueryRow(ctx, `SELECT `+mergeColumns+` FROM registers_merges m WHERE m.id = $1 AND m.register = $2`, merge, s.Definition.ID))
	if errors.Is(err, db.ErrNoRows) {
		return Merged{}, ErrNoMerge
	}
	if err != nil {
		return Merged{}, err
	}
	if _, err := s.reached(ctx, q, Merge, m.Survivor); errors.Is(err, ErrNotFound) || errors.Is(err, access.ErrNotAllowed) {
		return Merged{}, ErrNoMerge
	} else if err != nil {
		return Merged{}, err
	}
	return m, nil
}

// MergesInto returns the merges that stand by which others became a record, the
// latest first, for those who may merge it.
func (k *Keeper) MergesInto(ctx context.Context, q db.Querier, s Standing, record string) ([]Merged, error) {
	if !s.Can(Merge) {
		return nil, nil
	}
	if _, err := s.reached(ctx, q, Merge, record); err != nil {
		if errors.Is(err, access.ErrNotAllowed) {
			return nil, nil
		}
		return nil, err
	}
	return db.All(ctx, q, scanMerge, `SELECT `+mergeColumns+` FROM registers_merges m WHERE m.register = $1 AND m.survivor = $2 AND m.undone_at IS NULL ORDER BY m.id DESC LIMIT $3`,
		s.Definition.ID, record, pastLimit)
}
