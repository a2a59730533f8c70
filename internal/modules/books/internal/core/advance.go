// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"hash/maphash"
	"maps"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
)

// An import is moved on by whoever has the time: the request that began it for a
// moment, so that a small table is done when its page comes, and a job for the
// rest. Each stretch of rows is one transaction with the place it reached, so
// that nothing is doubled and nothing is half.
const (
	patience  = 3 * time.Second  // of a request
	stint     = 60 * time.Second // of one run of a job; its lease is longer
	stretch   = 500              // rows
	maxShown  = 2_000            // rows whose differences and warnings are kept to be looked at
	actGo     = "go"
	actForget = "forget" // nobody went on with it
	actNotes  = "notes"  // the rows that were wrong have had their time
)

// job is what is enqueued.
type job struct {
	Import string `json:"import"`
	Act    string `json:"act"`
}

// errMoved means that somebody else has moved the import on.
var errMoved = errors.New("the import was moved on by somebody else")

// Work does a job of imports.
func (s *Service) Work(ctx context.Context, body []byte) error {
	var j job
	if err := json.Unmarshal(body, &j); err != nil {
		return err
	}
	var b registers.Batch
	if err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		b, err = registers.LockImport(ctx, tx, j.Import)
		return err
	}); err != nil {
		return err
	}
	switch j.Act {
	case actForget:
		if b.State == registers.Matching || b.State == registers.Checking || b.State == registers.Checked {
			return s.drop(ctx, b.ID, nil)
		}
		if b.State == registers.Proposed && !s.db.Now().Before(b.Begun.Add(undecidedAfter)) {
			return s.drop(ctx, b.ID, nil)
		}
		return nil
	case actNotes:
		return s.db.Write(ctx, func(tx *db.Tx) error { return registers.ForgetNotes(ctx, tx, b.ID, "") })
	}
	return s.Advance(ctx, j.Import, stint)
}

// Advance moves an import on for at most a time, and leaves the rest to a job.
// It is the program's own: whoever calls it has asked for the rights of its author.
func (s *Service) Advance(ctx context.Context, one string, budget time.Duration) (err error) {
	defer errs.Wrap(&err, "move import %s on", one)

	until := s.db.Now().Add(budget)
	var b registers.Batch
	if err := s.db.Write(ctx, func(tx *db.Tx) error {
		now, err := registers.LockImport(ctx, tx, one)
		b = now
		return err
	}); err != nil {
		return err
	}
	switch b.State { //nolint:exhaustive // the others wait for a person
	case registers.Checking, registers.Running:
		err = s.rows(ctx, b, until)
	case registers.Undoing:
		err = s.back(ctx, b, until)
	}
	switch {
	case errors.Is(err, errMoved):
		return nil
	case err == nil || errs.KindOf(err) == errs.Internal || errs.KindOf(err) == errs.Unavailable:
		return err
	}
	return s.fail(ctx, b, err) // what a person has to see: rights that ended, a file that is broken
}

// fail stops an import and says why.
func (s *Service) fail(ctx context.Context, was registers.Batch, why error) error {
	return s.move(ctx, was.ID, func(_ *db.Tx, b *registers.Batch) error {
		if b.State != was.State {
			return nil
		}
		e, ok := errors.AsType[*errs.Error](why)
		if !ok {
			return why
		}
		b.Failure = e.Code
		switch b.State { //nolint:exhaustive // only these move
		case registers.Checking:
			b.State = registers.Matching
		case registers.Running:
			b.State = registers.Stopped
		case registers.Undoing:
			b.State = registers.Done
		}
		return nil
	})
}

// pass is one going through the rows of a table.
type pass struct {
	s     *Service
	batch registers.Batch
	st    registers.Standing
	by    registers.Standing // who agreed; where nobody need, nothing
	m     Matching
	cells *cells
	lines []registers.Entry
	texts map[int64][]Cell
	wrong map[int64][]Problem
	seen  map[uint64]int64 // by what names a record: the row that named it first
	seed  maphash.Seed
	last  int64
	rows  int64
}

// rows checks or writes the rows of a table from where it stopped.
func (s *Service) rows(ctx context.Context, b registers.Batch, until time.Time) error {
	actor, err := s.rights(ctx, b.Author)
	if err != nil {
		return err
	}
	st, err := s.keeper.Stand(ctx, s.db, actor, b.Register)
	if err != nil {
		return err
	}
	i, err := s.imported(st, b)
	if err != nil {
		return err
	}
	p := &pass{s: s, batch: b, st: st, m: i.Matching, seen: map[uint64]int64{}, seed: maphash.MakeSeed()}
	if st.Definition.Approval && b.State == registers.Running {
		if p.by, err = s.agreer(ctx, b); err != nil {
			return err
		}
	}
	if p.cells, err = s.cells(ctx, st, p.m); err != nil {
		return err
	}
	names, err := s.keeper.Bulk(st, p.m.keys())
	if err != nil {
		return err
	}
	at, size, done, err := s.content(ctx, b)
	if err != nil {
		return err
	}
	defer done()
	rows, err := sheet.Open(at, size, i.Way)
	if err != nil {
		return said(err)
	}
	p.empty()
	for rows.Read() {
		n := int64(rows.At())
		if n <= p.m.Heading {
			continue
		}
		if p.rows++; b.State == registers.Checking {
			p.batch.Total = p.rows
		}
		if err := p.take(ctx, names, n, rows.Row()); err != nil {
			return err
		}
		if len(p.lines) < stretch {
			continue
		}
		if err := p.flush(ctx); err != nil {
			return err
		}
		if !s.db.Now().Before(until) || ctx.Err() != nil {
			return s.later(ctx, b.ID)
		}
	}
	if err := rows.Err(); err != nil {
		return said(err)
	}
	if err := p.flush(ctx); err != nil {
		return err
	}
	return p.end(ctx)
}

// later leaves the rest to a job.
func (s *Service) later(ctx context.Context, one string) error {
	return s.db.Write(ctx, func(tx *db.Tx) error { return jobs.Enqueue(ctx, tx, books.JobImport, job{one, actGo}) })
}

func (p *pass) empty() {
	p.lines, p.texts, p.wrong = nil, map[int64][]Cell{}, map[int64][]Problem{}
}

// take reads a row. Rows up to the place that was reached are only remembered:
// a later one must not name the same record.
func (p *pass) take(ctx context.Context, names *registers.Bulk, n int64, row []sheet.Value) error {
	e, problems, err := p.cells.entry(ctx, n, row)
	if err != nil {
		return err
	}
	for _, name := range names.Names(e) {
		sum := maphash.String(p.seed, name.Text)
		if first, twice := p.seen[sum]; twice {
			problems = append(problems, Problem{Column: p.m.column(name.Field), Field: name.Field, Code: "books.import.twice", Args: map[string]any{"row": first + 1}})
		} else {
			p.seen[sum] = n
		}
	}
	if n <= p.batch.Place {
		return nil
	}
	for _, one := range problems {
		e.Wrong = append(e.Wrong, errs.Field{Name: one.Field, Code: one.Code})
	}
	texts := make([]Cell, len(row))
	for i, v := range row {
		texts[i] = Cell{v.Text, v.Kind}
	}
	p.lines, p.texts[n], p.wrong[n], p.last = append(p.lines, e), texts, problems, n
	return nil
}

// flush weighs what was read, and writes it where that was decided.
func (p *pass) flush(ctx context.Context) error {
	if len(p.lines) == 0 {
		return nil
	}
	err := p.write(ctx, p.lines)
	if errors.Is(err, registers.ErrDuplicate) { // somebody was faster: one by one it is told which
		for _, one := range p.lines {
			err = p.write(ctx, []registers.Entry{one})
			if errors.Is(err, registers.ErrDuplicate) {
				one.Wrong = append(one.Wrong, errs.Field{Code: registers.ErrDuplicate.Code})
				err = p.write(ctx, []registers.Entry{one})
			}
			if err != nil {
				return err
			}
		}
	}
	if err != nil {
		return err
	}
	p.empty()
	return nil
}

func (p *pass) write(ctx context.Context, lines []registers.Entry) error {
	var looked []*registers.Weighed
	if p.batch.State == registers.Checking { // a look needs no transaction
		names, err := p.s.keeper.Bulk(p.st, p.m.keys())
		if err != nil {
			return err
		}
		if looked, err = names.Weigh(ctx, p.s.db, lines); err != nil {
			return err
		}
	}
	var next registers.Batch
	if err := p.s.db.Write(ctx, func(tx *db.Tx) error {
		b, err := registers.LockImport(ctx, tx, p.batch.ID)
		if err != nil {
			return err
		}
		if b.State != p.batch.State || b.Place != p.batch.Place {
			return errMoved
		}
		all := looked
		if b.State == registers.Running {
			bulk, err := p.s.keeper.Bulk(p.st, p.m.keys())
			if err != nil {
				return err
			}
			if p.st.Definition.Approval {
				bulk.Agreed(p.by)
			}
			if all, err = bulk.Weigh(ctx, tx, lines); err != nil {
				return err
			}
			if err := errors.Join(bulk.Write(ctx, tx, all), registers.Wrote(ctx, tx, b.ID, all)); err != nil {
				return err
			}
		}
		notes, err := p.count(&b, all)
		if err != nil {
			return err
		}
		b.Place = lines[len(lines)-1].N
		if b.State == registers.Checking {
			b.Total = p.batch.Total
		}
		next = b
		return errors.Join(p.s.keeper.AddNotes(ctx, tx, b.ID, notes), registers.SaveImport(ctx, tx, b))
	}); err != nil {
		return err
	}
	total := p.batch.Total
	p.batch = next
	p.batch.Total = max(total, next.Total)
	return nil
}

// RowNote is what is kept of a row that is wrong, changes a record, or warns.
type RowNote struct {
	Cells    []Cell              `json:"cells"`
	Problems []Problem           `json:"problems,omitempty"`
	Warnings []registers.Warning `json:"warnings,omitempty"`
}

// Cell is a cell as it was read.
type Cell struct {
	Text string     `json:"t"`
	Kind sheet.Kind `json:"k,omitempty"`
}

// count counts what was weighed and says what there is to say of it.
func (p *pass) count(b *registers.Batch, all []*registers.Weighed) (notes []registers.Note, err error) {
	add := func(kind registers.NoteKind, w *registers.Weighed, n RowNote) {
		n.Cells = p.texts[w.N]
		raw, failed := json.Marshal(n)
		err = errors.Join(err, failed)
		notes = append(notes, registers.Note{Kind: kind, N: w.N, Record: w.Record, Text: raw})
	}
	for _, w := range all {
		switch w.Verdict {
		case registers.IsNew:
			if b.Fresh++; b.Fresh <= sampleNew && b.State == registers.Checking {
				add(registers.NoteNew, w, RowNote{})
			}
		case registers.IsChanged:
			if b.Changed++; b.Changed <= maxShown && b.State == registers.Checking {
				add(registers.NoteChanged, w, RowNote{})
			}
		case registers.IsSame:
			b.Same++
		case registers.IsWrong:
			b.Wrong++
			add(registers.NoteWrong, w, RowNote{Problems: p.problems(w)})
		}
		if len(w.Warnings) > 0 && w.Verdict != registers.IsWrong {
			if b.Warned++; b.Warned <= maxShown {
				add(registers.NoteWarned, w, RowNote{Warnings: w.Warnings})
			}
		}
	}
	return notes, err
}

// problems says by column what is wrong with a row: what was found in its cells
// says more than what the register makes of it.
func (p *pass) problems(w *registers.Weighed) []Problem {
	all := slices.Clone(p.wrong[w.N])
	for _, one := range w.Problems {
		if slices.ContainsFunc(all, func(x Problem) bool { return x.Field == one.Name && x.Code == one.Code }) {
			continue
		}
		column := p.m.column(one.Name)
		if one.Name == unitTarget {
			column = slices.Index(p.m.Fields, unitTarget)
		}
		args := maps.Clone(one.Args)
		delete(args, "label")
		all = append(all, Problem{Column: column, Field: one.Name, Code: one.Code, Args: args})
	}
	return all
}

// end closes what was gone through.
func (p *pass) end(ctx context.Context) error {
	return p.s.move(ctx, p.batch.ID, func(tx *db.Tx, b *registers.Batch) error {
		if b.State != p.batch.State || b.Place != p.batch.Place {
			return errMoved
		}
		if b.State == registers.Checking {
			b.State, b.Total = registers.Checked, p.rows
			return nil
		}
		b.State, b.Ended, b.Total = registers.Done, tx.Now, p.rows
		return errors.Join(p.s.erase(ctx, tx, b), jobs.EnqueueAt(ctx, tx, books.JobImport, job{b.ID, actNotes}, db.At(tx.Now.Add(notesAfter))))
	})
}

// back takes back what an import wrote, from where it stopped.
func (s *Service) back(ctx context.Context, b registers.Batch, until time.Time) error {
	actor, err := s.rights(ctx, b.UndoneBy)
	if err != nil {
		return err
	}
	st, err := s.keeper.Stand(ctx, s.db, actor, b.Register)
	if err != nil {
		return err
	}
	for {
		done := false
		if err := s.move(ctx, b.ID, func(tx *db.Tx, now *registers.Batch) error {
			if now.State != registers.Undoing {
				return errMoved
			}
			moved, all, err := s.keeper.Undo(ctx, tx, st, *now, stretch)
			if err != nil {
				return err
			}
			if *now = moved; all {
				now.State, now.Ended = registers.Undone, tx.Now
			}
			done = all
			return nil
		}); err != nil {
			return err
		}
		if done {
			return nil
		}
		if !s.db.Now().Before(until) || ctx.Err() != nil {
			return s.later(ctx, b.ID)
		}
	}
}
