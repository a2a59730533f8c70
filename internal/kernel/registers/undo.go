// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Why an undoing leaves a record as it is.
const (
	KeptChanged = "changed"  // somebody has changed it since, or taken it out
	KeptReach   = "reach"    // it lies where the actor may not import
	KeptTaken   = "taken"    // what it was is another record's now
	KeptRefer   = "referred" // other records point to it
)

// wrote is a record that an import wrote, and the version it wrote.
type wrote struct {
	n, version int64
	record     string
}

// Undo takes back what an import wrote, from the given row of its file on, as
// many records as limit. A record that is still as the import left it becomes
// what it was; one that the import added leaves the register, and what named it
// is free again. Others stay, and a note says why. It returns the last row, and
// whether that was all.
func (k *Keeper) Undo(ctx context.Context, tx *db.Tx, s Standing, i Batch, limit int) (_ Batch, all bool, err error) {
	defer errs.Wrap(&err, "undo import %s", i.ID)

	d, err := k.forWriting(ctx, tx, i.Register)
	if err != nil {
		return i, false, err
	}
	if d.Version != s.Definition.Version {
		return i, false, errOther
	}
	rows, err := db.All(ctx, tx, func(r db.Row) (w wrote, err error) {
		err = r.Scan(&w.n, &w.record, &w.version)
		return w, err
	}, `SELECT n, record, version FROM registers_import_rows WHERE import_id = $1 AND n > $2 ORDER BY n LIMIT $3`, i.ID, i.Place, limit)
	if err != nil {
		return i, false, err
	}
	now, err := k.now(ctx, tx, s, rows)
	if err != nil {
		return i, false, err
	}
	referred, err := k.referred(ctx, tx, s.Definition, i.ID, rows, now)
	if err != nil {
		return i, false, err
	}
	var notes []Note
	for _, w := range rows {
		why, err := k.back(ctx, tx, s, w, now[w.record], referred[w.record])
		if err != nil {
			return i, false, err
		}
		if i.Place = w.n; why == "" {
			i.Undone++
			continue
		}
		i.Kept++
		raw, err := json.Marshal(Kept{Why: why, By: referred[w.record].By, N: referred[w.record].N})
		if err != nil {
			return i, false, err
		}
		notes = append(notes, Note{Kind: NoteKept, N: w.n, Record: w.record, Text: raw})
	}
	return i, len(rows) < limit, k.AddNotes(ctx, tx, i.ID, notes)
}

// Kept says why an undoing left a record as it is.
type Kept struct {
	Why string `json:"why"`
	By  string `json:"by,omitempty"` // of KeptRefer: a register whose records point to it
	N   int64  `json:"n,omitempty"`  // how many do, of all registers
}

// referred finds records that an import added and that others point to by now. What
// the same import has added and nobody has changed does not count: it leaves too.
func (k *Keeper) referred(ctx context.Context, tx *db.Tx, d Definition, batch string, rows []wrote, now map[string]standing) (map[string]Kept, error) {
	found, named := map[string]Kept{}, map[string]string{} // what points to it: its id, or its code
	for _, w := range rows {
		if one := now[w.record]; w.version == 1 && one.Version == 1 && one.State == StateActive {
			named[w.record] = w.record
			if d.Codes != nil {
				code, _ := one.raw["f_"+d.Codes.Code].(string)
				named[code] = w.record
			}
		}
	}
	pointing, err := k.pointers(ctx, tx, d.ID)
	if err != nil || len(pointing) == 0 {
		return found, err
	}
	for some := range slices.Chunk(slices.Sorted(maps.Keys(named)), maxAsked) {
		args := []any{StateActive, batch}
		marks := make([]string, len(some))
		for j, one := range some {
			args = append(args, one)
			marks[j] = mark(args)
		}
		for _, p := range pointing {
			column := ident("f_" + p.field)
			type counted struct {
				to string
				n  int64
			}
			all, err := db.All(ctx, tx, func(r db.Row) (c counted, err error) {
				err = r.Scan(&c.to, &c.n)
				return c, err
			}, `SELECT `+column+`, COUNT(*) FROM `+ident(Definition{ID: p.register}.Table())+` t WHERE state = $1 AND `+column+` IN (`+strings.Join(marks, ", ")+`)
				AND NOT (version = 1 AND EXISTS (SELECT 1 FROM registers_import_rows w WHERE w.import_id = $2 AND w.record = t.id AND w.version = 1)) GROUP BY `+column, args...)
			if err != nil {
				return nil, err
			}
			for _, c := range all {
				one := found[named[c.to]]
				if one.N += c.n; one.By == "" {
					one.By = p.register
				}
				found[named[c.to]] = one
			}
		}
	}
	return found, nil
}

// standing is a record as it is now, and which rights to import reach it.
type standing struct {
	loaded

	bring int64
}

// now loads the records of rows, with the rights to import that reach them.
func (k *Keeper) now(ctx context.Context, tx *db.Tx, s Standing, rows []wrote) (map[string]standing, error) {
	found := map[string]standing{}
	for len(rows) > 0 {
		some := rows[:min(len(rows), maxAsked)]
		rows = rows[len(some):]
		var args []any
		marks := make([]string, len(some))
		for j, w := range some {
			args = append(args, w.record)
			marks[j] = mark(args)
		}
		var bring string
		bring, args = s.marks(s.undoing(), args)
		all, err := db.All(ctx, tx, func(r db.Row) (one standing, err error) {
			one.loaded, err = scan(r, s.Definition.Fields, &one.bring)
			return one, err
		}, `SELECT `+selected(s.Definition, s.Definition.Fields)+`, `+bring+` FROM `+ident(s.Definition.Table())+` WHERE id IN (`+strings.Join(marks, ", ")+`)`+tx.ForUpdate(), args...)
		if err != nil {
			return nil, err
		}
		for _, one := range all {
			found[one.ID] = one
		}
	}
	return found, nil
}

// back makes one record what it was; or says why not.
func (k *Keeper) back(ctx context.Context, tx *db.Tx, s Standing, w wrote, now standing, by Kept) (why string, err error) {
	switch {
	case now.ID == "" || now.State != StateActive || now.Version != w.version:
		return KeptChanged, nil
	case now.bring == 0:
		return KeptReach, nil
	case w.version == 1 && by.N > 0:
		return KeptRefer, nil
	case w.version == 1:
		return "", k.leave(ctx, tx, s, now.loaded)
	}
	d := s.Definition
	before, err := k.before(ctx, tx, d, w)
	if err != nil {
		return "", err
	}
	is, err := k.values(d, d.Visible(), now.ID, now.raw)
	if err != nil {
		return "", err
	}
	parsed := map[string]any{}
	for _, f := range d.Visible() {
		if !Same(is[f.Key], before[f.Key]) {
			parsed[f.Key] = before[f.Key]
		}
	}
	for _, f := range d.Visible() {
		if v := parsed[f.Key]; !f.Unique || v == nil {
			continue
		}
		if taken, err := k.taken(ctx, tx, d, now.ID, []Field{f}, parsed); err != nil || taken {
			return KeptTaken, err
		}
	}
	return "", k.put(ctx, tx, s.Actor, d, now.loaded, parsed)
}

// before returns the values that a record had until the import changed it.
func (k *Keeper) before(ctx context.Context, tx *db.Tx, d Definition, w wrote) (map[string]any, error) {
	var text string
	var version int
	if err := tx.QueryRow(ctx, `SELECT definition, before_json FROM `+ident(d.history())+` WHERE id = $1 AND version = $2`, w.record, w.version-1).Scan(&version, &text); err != nil {
		return nil, err
	}
	then, err := at(ctx, tx, d.ID, version)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.UseNumber()
	raw := map[string]any{}
	if err := dec.Decode(&raw); err != nil {
		return nil, err
	}
	return k.values(then, then.Visible(), w.record, raw)
}

// leave takes a record out that an import added, and gives free what named it:
// the mended table is brought again. What it was stands in its history.
func (k *Keeper) leave(ctx context.Context, tx *db.Tx, s Standing, old loaded) error {
	d := s.Definition
	if err := remember(ctx, tx, s.Actor, d, old); err != nil {
		return err
	}
	sets := `state = $2, version = version + 1, updated_at = $3, updated_by = $4`
	for _, x := range d.indexes() {
		if !x.unique {
			continue
		}
		for _, name := range x.columns {
			if !strings.Contains(sets, ident(name)+" = NULL") {
				sets += ", " + ident(name) + " = NULL"
			}
		}
	}
	_, err := tx.Exec(ctx, `UPDATE `+ident(d.Table())+` SET `+sets+` WHERE id = $1`, old.ID, StateHidden, tx.Now, s.Actor.Account)
	return err
}
