// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
)

// ImportRow is what there is to say of a row of a table.
type ImportRow struct {
	RowNote

	N       int64  // its place in the file, from 0
	Record  string // that it is about; empty: a new one
	Changes []Difference
	Why     string    // an undoing left the record as it is: registers.Kept…
	By      i18n.Text // of registers.KeptRefer: a register that points to it; none where the reader sees nothing of that
	Refs    int64     // how many records point to it
}

// Difference is a field that a row changes.
type Difference struct {
	Field    registers.Field
	From, To any
	Masked   bool // it is personal: neither is shown
}

// Rows are a page of rows of an import.
type Rows struct {
	Import

	Items []ImportRow
	Next  int64 // send it as after; -1: this is the last page
}

// ImportRows returns the rows of an import that are wrong, would change a record,
// warn, or were kept by an undoing, after a row of the file (-1 for the first).
// They are for who brought the table; what an undoing kept is for who sees the import.
func (s *Service) ImportRows(ctx context.Context, actor identity.Actor, register, one string, kind registers.NoteKind, after int64) (r Rows, err error) {
	defer errs.Wrap(&err, "read rows of an import")

	if r.Import, err = s.GetImport(ctx, actor, register, one); err != nil {
		return Rows{}, err
	}
	if !r.May("look") && kind != registers.NoteKept && (!r.May("agree") || kind == registers.NoteWrong) {
		return Rows{}, books.ErrNotAuthor
	}
	notes, err := s.keeper.ListNotes(ctx, s.db, one, kind, after, PageSize+1)
	if err != nil {
		return Rows{}, err
	}
	if r.Next = -1; len(notes) > PageSize {
		notes = notes[:PageSize]
		r.Next = notes[PageSize-1].N
	}
	for _, n := range notes {
		row := ImportRow{N: n.N, Record: n.Record}
		if kind == registers.NoteKept {
			var kept registers.Kept
			err = json.Unmarshal(n.Text, &kept)
			row.Why, row.Refs = kept.Why, kept.N
			if kept.By != "" && err == nil {
				row.By, err = s.titleOf(ctx, actor, kept.By)
			}
		} else {
			err = json.Unmarshal(n.Text, &row.RowNote)
		}
		if err != nil {
			return Rows{}, err
		}
		r.Items = append(r.Items, row)
	}
	if kind == registers.NoteChanged || kind == registers.NoteNew || !r.Own && kind == registers.NoteWarned {
		return r, s.differ(ctx, &r)
	}
	return r, nil
}

// titleOf is the title of a register of which the actor sees something.
func (s *Service) titleOf(ctx context.Context, actor identity.Actor, register string) (i18n.Text, error) {
	st, err := s.keeper.Stand(ctx, s.db, actor, register)
	if unseen(err) {
		return i18n.Text{}, nil
	}
	return st.Definition.Title, err
}

// differ says what rows change, as the register is now.
func (s *Service) differ(ctx context.Context, r *Rows) error {
	author := r.Standing
	if !r.Own {
		actor, err := s.rights(ctx, r.Author)
		if err != nil {
			return err
		}
		if author, err = s.keeper.Stand(ctx, s.db, actor, r.Register); err != nil {
			return err
		}
	}
	read, err := s.cells(ctx, author, r.Matching)
	if err != nil {
		return err
	}
	entries := make([]registers.Entry, len(r.Items))
	for i, row := range r.Items {
		values := make([]sheet.Value, len(row.Cells))
		for j, c := range row.Cells {
			values[j] = sheet.Value{Text: c.Text, Kind: c.Kind}
		}
		if entries[i], _, err = read.entry(ctx, row.N, values); err != nil {
			return err
		}
	}
	bulk, err := s.keeper.Bulk(author, r.Matching.keys())
	if err != nil {
		return err
	}
	if !r.Own {
		bulk.Agreed(r.Standing)
	}
	weighed, err := bulk.Weigh(ctx, s.db, entries)
	if err != nil {
		return err
	}
	for i, w := range weighed {
		keys := w.Changes
		if w.Verdict == registers.IsNew {
			keys = slices.DeleteFunc(slices.Sorted(maps.Keys(w.Values)), func(key string) bool { return w.New(key) == nil })
		}
		if !r.Own { // the cells may hold what their reader does not see
			r.Items[i].Cells = nil
			if w.Verdict == registers.IsWrong {
				r.Items[i].Why = KeptOutside
			}
		}
		for _, key := range keys {
			if !r.Own && !r.Reaches(registers.View, key) {
				continue
			}
			f, _ := r.Definition.Field(key) // the register has named it
			d := Difference{Field: f, From: w.Old[key], To: w.New(key), Masked: Personal(f)}
			if d.Masked {
				d.From, d.To = nil, nil
			}
			r.Items[i].Changes = append(r.Items[i].Changes, d)
		}
	}
	return nil
}

// Rejected hands every row of an import that was not let in to each, in the order
// of the file: for the file that goes back to whoever has to mend them.
func (s *Service) Rejected(ctx context.Context, actor identity.Actor, register, one string, each func(ImportRow) error) (err error) {
	defer errs.Wrap(&err, "hand rejected rows back")

	for after := int64(-1); ; {
		r, err := s.ImportRows(ctx, actor, register, one, registers.NoteWrong, after)
		if err != nil {
			return err
		}
		for _, row := range r.Items {
			if err := each(row); err != nil {
				return err
			}
		}
		if after = r.Next; after < 0 {
			return nil
		}
	}
}
