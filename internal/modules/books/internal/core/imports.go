// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
)

// MaxImport is how many bytes a table may have that somebody brings.
const MaxImport = 256 << 20

// How long an import that nobody went on with is kept, and the rows that were wrong.
const (
	forgetAfter = 7 * 24 * time.Hour
	notesAfter  = 90 * 24 * time.Hour
)

// fileKind is what the file of an import belongs to.
const fileKind = "registers_import"

// Import is a table that somebody brings into a register, as the actor may see it.
type Import struct {
	registers.Standing
	registers.Batch

	Way      sheet.Way
	Matching Matching
	Own      bool   // the actor brought it
	By       string // login of who brought it
	Undoer   string // login of who took it back
	Agreer   string // login of who agreed to it, or refused it
}

// May reports whether the actor may do something with it now: match, decide,
// stop, resume, undo, look (at its rows).
func (i Import) May(what string) bool {
	in := func(states ...registers.ImportState) bool { return slices.Contains(states, i.State) }
	switch what {
	case "match":
		return i.Own && in(registers.Matching, registers.Checking, registers.Checked) && i.File != ""
	case "decide":
		return i.Own && in(registers.Checked)
	case "drop":
		return i.Own && in(registers.Matching, registers.Checking, registers.Checked, registers.Proposed)
	case "agree":
		return !i.Own && i.MayAgree() && in(registers.Proposed)
	case "stop":
		return i.Own && in(registers.Running)
	case "resume":
		return i.Own && in(registers.Stopped)
	case "undo":
		return in(registers.Done, registers.Stopped) && i.Fresh+i.Batch.Changed > 0 && i.MayUndo() == nil
	case "look":
		return i.Own
	}
	return false
}

// Moving reports whether it goes on by itself.
func (i Import) Moving() bool {
	return i.State == registers.Checking || i.State == registers.Running || i.State == registers.Undoing
}

func (s *Service) imported(st registers.Standing, b registers.Batch) (i Import, err error) {
	i = Import{Standing: st, Batch: b, Own: b.Author == st.Actor.Account}
	if b.Way != "" {
		err = json.Unmarshal([]byte(b.Way), &i.Way)
	}
	if b.Matched != "" {
		err = errors.Join(err, json.Unmarshal([]byte(b.Matched), &i.Matching))
	}
	return i, err
}

// GetImport returns an import that the actor may see.
func (s *Service) GetImport(ctx context.Context, actor identity.Actor, register, one string) (i Import, err error) {
	defer errs.Wrap(&err, "get an import")

	st, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
	if err != nil {
		return Import{}, err
	}
	if !id.Valid(one) {
		return Import{}, registers.ErrNoImport
	}
	b, err := registers.GetImport(ctx, s.db, st, one)
	if err != nil {
		return Import{}, err
	}
	if i, err = s.imported(st, b); err != nil {
		return Import{}, err
	}
	logins, err := s.logins(ctx, b.Author, b.UndoneBy, b.AgreedBy)
	i.By, i.Undoer, i.Agreer = logins[b.Author], logins[b.UndoneBy], logins[b.AgreedBy]
	return i, err
}

// ImportPage is a page of the imports of a register.
type ImportPage struct {
	registers.Standing

	Items []Import
	Next  string
}

// Imports returns the imports of a register that the actor may see, the newest first.
func (s *Service) Imports(ctx context.Context, actor identity.Actor, register, before string) (p ImportPage, err error) {
	defer errs.Wrap(&err, "list imports")

	if p.Standing, err = s.keeper.Stand(ctx, s.db, actor, text.Line(register)); err != nil {
		return ImportPage{}, err
	}
	found, err := registers.ListImports(ctx, s.db, p.Standing, text.Line(before), PageSize+1)
	if err != nil {
		return ImportPage{}, err
	}
	if len(found) > PageSize {
		found = found[:PageSize]
		p.Next = found[PageSize-1].ID
	}
	var accounts []string
	for _, b := range found {
		accounts = append(accounts, b.Author, b.UndoneBy)
	}
	logins, err := s.logins(ctx, accounts...)
	if err != nil {
		return ImportPage{}, err
	}
	for _, b := range found {
		i, err := s.imported(p.Standing, b)
		if err != nil {
			return ImportPage{}, err
		}
		i.By, i.Undoer = logins[b.Author], logins[b.UndoneBy]
		p.Items = append(p.Items, i)
	}
	return p, nil
}

// MayImport reports why the actor may not bring a table into a register; nil:
// they may.
func (s *Service) MayImport(ctx context.Context, actor identity.Actor, register string) (st registers.Standing, err error) {
	defer errs.Wrap(&err, "prepare an import")

	if st, err = s.keeper.Stand(ctx, s.db, actor, text.Line(register)); err != nil {
		return st, err
	}
	_, err = s.keeper.Bulk(st, nil)
	return st, err
}

// BringFile keeps a table that the actor brings and finds out how it is to be
// read. It is streamed: nothing of it stays in memory.
func (s *Service) BringFile(ctx context.Context, actor identity.Actor, register, name string, content io.Reader) (i Import, err error) {
	defer errs.Wrap(&err, "bring a table")

	st, err := s.MayImport(ctx, actor, register)
	if err != nil {
		return Import{}, err
	}
	staged, err := s.files.Receive(ctx, content, files.Meta{Name: name, Limit: MaxImport, Raw: true})
	if err != nil {
		return Import{}, err
	}
	var b registers.Batch
	if err := s.db.Write(ctx, func(tx *db.Tx) error {
		begun, err := s.keeper.BeginImport(ctx, tx, st, registers.Batch{Name: staged.Name})
		if err != nil {
			return err
		}
		f, err := s.files.Keep(ctx, tx, staged, files.Subject{Kind: fileKind, ID: begun.ID}, actor.Account)
		if err != nil {
			return err
		}
		begun.File = string(f.ID)
		b = begun
		return errors.Join(registers.SaveImport(ctx, tx, begun), jobs.EnqueueAt(ctx, tx, books.JobImport, job{begun.ID, actForget}, db.At(tx.Now.Add(forgetAfter))))
	}); err != nil {
		return Import{}, err
	}
	way, _, err := s.look(ctx, b)
	if err != nil {
		return Import{}, errors.Join(err, s.drop(ctx, b.ID, err))
	}
	raw, err := json.Marshal(way)
	if err != nil {
		return Import{}, err
	}
	if err := s.move(ctx, b.ID, func(_ *db.Tx, b *registers.Batch) error {
		b.Way = string(raw)
		return nil
	}); err != nil {
		return Import{}, err
	}
	return s.GetImport(ctx, actor, register, b.ID)
}

// move changes an import as it is now, in a transaction of its own.
func (s *Service) move(ctx context.Context, one string, change func(*db.Tx, *registers.Batch) error) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		b, err := registers.LockImport(ctx, tx, one)
		if err != nil {
			return err
		}
		if err := change(tx, &b); err != nil {
			return err
		}
		return registers.SaveImport(ctx, tx, b)
	})
}

// drop ends an import of which nothing was written, and its file.
func (s *Service) drop(ctx context.Context, one string, why error) error {
	return s.move(ctx, one, func(tx *db.Tx, b *registers.Batch) error {
		b.State, b.Ended = registers.Dropped, tx.Now
		if e, ok := errors.AsType[*errs.Error](why); ok {
			b.Failure = e.Code
		}
		return errors.Join(registers.ForgetNotes(ctx, tx, one, ""), s.erase(ctx, tx, b))
	})
}

func (s *Service) erase(ctx context.Context, tx *db.Tx, b *registers.Batch) error {
	if b.File == "" {
		return nil
	}
	file := files.ID(b.File)
	b.File = ""
	return files.Erase(ctx, tx, files.Subject{Kind: fileKind, ID: b.ID}, file)
}

// content opens the table of an import.
func (s *Service) content(ctx context.Context, b registers.Batch) (at io.ReaderAt, size int64, done func(), err error) {
	if b.File == "" {
		return nil, 0, nil, books.ErrFileGone
	}
	content, f, err := s.files.Open(ctx, s.db, files.Subject{Kind: fileKind, ID: b.ID}, files.ID(b.File))
	if err != nil {
		return nil, 0, nil, err
	}
	part, err := content.Part(0, f.Size)
	at, ok := part.(io.ReaderAt)
	if err != nil || !ok {
		return nil, 0, nil, errors.Join(err, content.Close())
	}
	return at, f.Size, func() { _ = content.Close() }, nil // it was only read
}

func (s *Service) look(ctx context.Context, b registers.Batch) (w sheet.Way, sheets []string, err error) {
	at, size, done, err := s.content(ctx, b)
	if err != nil {
		return w, nil, err
	}
	defer done()
	w, sheets, err = sheet.Look(at, size)
	return w, sheets, said(err)
}

// said turns what is wrong with a file into what people are told.
func said(err error) error {
	for fault, told := range map[error]*errs.Error{
		sheet.ErrOld: books.ErrFileOld, sheet.ErrTooLarge: books.ErrFileTooLarge, sheet.ErrNotText: books.ErrFileNotText,
		sheet.ErrUnread: books.ErrFileUnread, sheet.ErrSheet: books.ErrFileUnread,
	} {
		if errors.Is(err, fault) {
			return told.Because(err)
		}
	}
	return err
}

// heading is what a column is called.
func (m Matching) heading(column int) string {
	if column >= 0 && column < len(m.Headings) && m.Headings[column] != "" {
		return m.Headings[column]
	}
	return strings.TrimRight(sheet.Cell(0, max(column, 0)), "1")
}

// restart lets a state of an import begin with the first row.
func restart(b *registers.Batch) {
	b.Place, b.Fresh, b.Changed, b.Same, b.Wrong, b.Warned = -1, 0, 0, 0, 0, 0
}

// Decide lets the right rows in, or none.
func (s *Service) Decide(ctx context.Context, actor identity.Actor, register, one string, in bool) (err error) {
	defer errs.Wrap(&err, "decide about an import")

	i, err := s.GetImport(ctx, actor, register, one)
	if err != nil {
		return err
	}
	if !in {
		if !i.May("drop") {
			return registers.ErrImportState
		}
		return s.drop(ctx, one, nil)
	}
	if !i.May("decide") {
		return registers.ErrImportState
	}
	if i.Fresh+i.Batch.Changed == 0 {
		return books.ErrNothingRight
	}
	if _, err := s.keeper.Bulk(i.Standing, i.Matching.keys()); err != nil {
		return err
	}
	if i.Definition.Approval {
		return s.proposeImport(ctx, actor, i)
	}
	return s.begin(ctx, actor, one, registers.AuditImported, func(tx *db.Tx, b *registers.Batch) error {
		if b.State != registers.Checked {
			return registers.ErrImportState
		}
		b.State, b.Begun = registers.Running, tx.Now
		restart(b)
		return registers.ForgetNotes(ctx, tx, one, "")
	})
}

// begin changes an import so that it goes on by itself, as an act of the actor.
func (s *Service) begin(ctx context.Context, actor identity.Actor, one string, event audit.Event, change func(*db.Tx, *registers.Batch) error) error {
	if err := s.move(ctx, one, func(tx *db.Tx, b *registers.Batch) error {
		if err := change(tx, b); err != nil {
			return err
		}
		b.Failure = ""
		if event != "" {
			if err := audit.Record(ctx, tx, actor, event, b.Register+"/"+b.ID); err != nil {
				return err
			}
		}
		return jobs.EnqueueAt(ctx, tx, books.JobImport, job{one, actGo}, db.At(tx.Now.Add(patience)))
	}); err != nil {
		return err
	}
	return s.Advance(ctx, one, patience)
}

// Stop stops an import that is being written; what was written stays.
func (s *Service) Stop(ctx context.Context, actor identity.Actor, register, one string) (err error) {
	defer errs.Wrap(&err, "stop an import")

	i, err := s.GetImport(ctx, actor, register, one)
	if err != nil {
		return err
	}
	if !i.May("stop") {
		return registers.ErrImportState
	}
	return s.move(ctx, one, func(_ *db.Tx, b *registers.Batch) error {
		if b.State != registers.Running {
			return registers.ErrImportState
		}
		b.State = registers.Stopped
		return nil
	})
}

// Resume goes on with an import that was stopped, behind the last row that was written.
func (s *Service) Resume(ctx context.Context, actor identity.Actor, register, one string) (err error) {
	defer errs.Wrap(&err, "resume an import")

	i, err := s.GetImport(ctx, actor, register, one)
	if err != nil {
		return err
	}
	if !i.May("resume") {
		return registers.ErrImportState
	}
	return s.begin(ctx, actor, one, "", func(_ *db.Tx, b *registers.Batch) error {
		if b.State != registers.Stopped {
			return registers.ErrImportState
		}
		b.State = registers.Running
		return nil
	})
}

// UndoImport takes back what an import wrote, as far as nobody has changed it since.
func (s *Service) UndoImport(ctx context.Context, actor identity.Actor, register, one string) (err error) {
	defer errs.Wrap(&err, "undo an import")

	i, err := s.GetImport(ctx, actor, register, one)
	if err != nil {
		return err
	}
	if !i.May("undo") {
		return registers.ErrImportState
	}
	if err := i.MayUndo(); err != nil {
		return err
	}
	return s.begin(ctx, actor, one, registers.AuditUndone, func(tx *db.Tx, b *registers.Batch) error {
		if b.State != registers.Done && b.State != registers.Stopped {
			return registers.ErrImportState
		}
		b.State, b.UndoneBy, b.Place, b.Undone, b.Kept = registers.Undoing, actor.Account, -1, 0, 0
		return errors.Join(registers.ForgetNotes(ctx, tx, one, registers.NoteKept), s.erase(ctx, tx, b))
	})
}
