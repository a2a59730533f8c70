// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
)

// SampleRow is a row of the beginning of a table.
type SampleRow struct {
	At    int64 // its place, from 0
	Cells []sheet.Value
}

// Columns is what the page needs on which columns become fields.
type Columns struct {
	Import

	Sheets   []string
	Rows     []SampleRow // the first of the table
	Targets  []Target
	Proposed Matching
	Own      []orgs.Unit
	Missing  []registers.Field // required ones without a column
	Known    bool              // the proposal is what was said of the same headings before
}

// Sample returns the beginning of a table and proposes which column is which field.
func (s *Service) Sample(ctx context.Context, actor identity.Actor, register, one string) (c Columns, err error) {
	defer errs.Wrap(&err, "look at a table")

	if c.Import, err = s.GetImport(ctx, actor, register, one); err != nil {
		return Columns{}, err
	}
	if !c.Import.Own {
		return Columns{}, books.ErrNotAuthor
	}
	at, size, done, err := s.content(ctx, c.Batch)
	if err != nil {
		return Columns{}, err
	}
	defer done()
	if c.Way.XLSX {
		if _, c.Sheets, err = sheet.Look(at, size); err != nil {
			return Columns{}, said(err)
		}
	}
	rows, err := sheet.Open(at, size, c.Way)
	if err != nil {
		return Columns{}, said(err)
	}
	for len(c.Rows) < 30 && rows.Read() {
		c.Rows = append(c.Rows, SampleRow{int64(rows.At()), slices.Clone(rows.Row())})
	}
	if err := rows.Err(); err != nil {
		return Columns{}, said(err)
	}
	if c.Own, err = s.own(ctx, c.Standing); err != nil && !errors.Is(err, books.ErrNoUnit) {
		return Columns{}, err
	}
	c.Targets = Targets(c.Standing)
	if err := s.proposed(ctx, &c); err != nil {
		return Columns{}, err
	}
	for _, f := range c.Fields(registers.Add) {
		if f.Required && f.Type != registers.Files && c.Proposed.column(f.Key) < 0 { // files come by no column
			c.Missing = append(c.Missing, f)
		}
	}
	return c, nil
}

// proposed fills in the proposal: what the author has said, what was said of the
// same headings before, or what the headings say themselves.
func (s *Service) proposed(ctx context.Context, c *Columns) error {
	if len(c.Matching.Fields) > 0 {
		c.Proposed = c.Matching
		return nil
	}
	if len(c.Rows) == 0 {
		return nil
	}
	heading := headingRow(c.Rows[:min(len(c.Rows), 20)], c.Targets)
	if c.Matching.Heading > 0 {
		if i := slices.IndexFunc(c.Rows, func(r SampleRow) bool { return r.At == c.Matching.Heading-1 }); i >= 0 {
			heading = i
		}
	}
	m := Matching{Heading: c.Rows[heading].At, Headings: headings(c.Rows[heading].Cells), Unit: c.Actor.Unit}
	if !slices.ContainsFunc(c.Own, func(u orgs.Unit) bool { return string(u.ID) == m.Unit }) {
		m.Unit = ""
		if len(c.Own) == 1 {
			m.Unit = string(c.Own[0].ID)
		}
	}
	known, err := registers.KnownColumns(ctx, s.db, c.Register, headingsSum(m.Headings))
	if err != nil {
		return err
	}
	var before Matching
	if known != "" && json.Unmarshal([]byte(known), &before) == nil && len(before.Fields) == len(m.Headings) {
		c.Known = true
		m.Fields, m.Swap = before.Fields, before.Swap
		for i, target := range m.Fields {
			if target != unitTarget && !slices.ContainsFunc(c.Targets, func(t Target) bool { return t.Name == target }) {
				m.Fields[i] = ""
			}
		}
	} else {
		m.Fields = propose(m.Headings, c.Targets)
	}
	c.Proposed = m
	return nil
}

func headings(cells []sheet.Value) []string {
	all := make([]string, len(cells))
	for i, v := range cells {
		all[i] = text.Line(v.Text)
	}
	return all
}

// ReadAgain reads the table of an import in another way: another encoding,
// separator, sheet, or row of headings (from 1; 0: it is found out).
func (s *Service) ReadAgain(ctx context.Context, actor identity.Actor, register, one string, w sheet.Way, heading int64) (err error) {
	defer errs.Wrap(&err, "read a table in another way")

	i, err := s.GetImport(ctx, actor, register, one)
	if err != nil {
		return err
	}
	if !i.May("match") {
		return registers.ErrImportState
	}
	w.XLSX = i.Way.XLSX
	if w.Comma == 0 && !w.XLSX {
		w.Comma = i.Way.Comma
	}
	if !slices.Contains(sheet.Encodings(), w.Encoding) {
		w.Encoding = i.Way.Encoding
	}
	at, size, done, err := s.content(ctx, i.Batch)
	if err != nil {
		return err
	}
	defer done()
	rows, err := sheet.Open(at, size, w)
	if err != nil {
		return said(err)
	}
	rows.Read()
	if err := rows.Err(); err != nil {
		return said(err)
	}
	raw, err := json.Marshal(w)
	if err != nil {
		return err
	}
	m, err := json.Marshal(Matching{Heading: heading})
	if err != nil {
		return err
	}
	return s.move(ctx, one, func(tx *db.Tx, b *registers.Batch) error {
		b.State, b.Way, b.Matched, b.Failure = registers.Matching, string(raw), string(m), ""
		return registers.ForgetNotes(ctx, tx, one, "")
	})
}

// MatchColumns says which column is which field, and has every row looked at.
func (s *Service) MatchColumns(ctx context.Context, actor identity.Actor, register, one string, m Matching) (err error) {
	defer errs.Wrap(&err, "match the columns of a table")

	c, err := s.Sample(ctx, actor, register, one)
	if err != nil {
		return err
	}
	if !c.May("match") {
		return registers.ErrImportState
	}
	m.Heading, m.Headings = c.Proposed.Heading, c.Proposed.Headings
	m.Unit = text.Line(m.Unit)
	for i, target := range m.Fields {
		if target != "" && target != unitTarget && !slices.ContainsFunc(c.Targets, func(t Target) bool { return t.Name == target }) {
			m.Fields[i] = ""
			continue
		}
		if target != "" && slices.Contains(m.Fields[:i], target) {
			return books.ErrColumnTwice.With("column", m.heading(i))
		}
	}
	if len(m.Fields) > len(m.Headings) || len(m.keys()) == 0 {
		return books.ErrColumns
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if err := s.move(ctx, one, func(tx *db.Tx, b *registers.Batch) error {
		b.State, b.Matched, b.Failure = registers.Checking, string(raw), ""
		restart(b)
		return errors.Join(registers.ForgetNotes(ctx, tx, one, ""), registers.RememberColumns(ctx, tx, b.Register, headingsSum(m.Headings), string(raw)),
			jobs.EnqueueAt(ctx, tx, books.JobImport, job{one, actGo}, db.At(tx.Now.Add(patience))))
	}); err != nil {
		return err
	}
	return s.Advance(ctx, one, patience)
}
