// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
)

// MaxTable is how many bytes a catalogue may have; maxTableRows how many rows.
const (
	MaxTable     = 32 << 20
	maxTableRows = 20_000
)

// tableKind is what the file of a table belongs to.
const tableKind = "authoring_table"

// TableSample is a row of the beginning of a table.
type TableSample struct {
	At    int
	Cells []sheet.Value
}

// TableColumns is what the page needs on which columns are what.
type TableColumns struct {
	authoring.Table

	Way      sheet.Way
	Sheets   []string
	Rows     []TableSample
	Proposed TableMatching
	Known    bool // it is what was said of the same headings before
}

// BringTable keeps a catalogue that somebody brings and finds out how it is to
// be read. It is streamed: nothing of it stays in memory.
func (s *Service) BringTable(ctx context.Context, actor identity.Actor, name string, content io.Reader) (_ authoring.TableID, err error) {
	defer errs.Wrap(&err, "bring a catalogue")

	if _, err := access.Everywhere(actor, authoring.PermEdit); err != nil {
		return "", err
	}
	staged, err := s.Files.Receive(ctx, content, files.Meta{Name: name, Limit: MaxTable, Raw: true})
	if err != nil {
		return "", err
	}
	t := authoring.Table{ID: authoring.TableID(id.New()), Name: staged.Name, State: authoring.TableBrought}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		f, err := s.Files.Keep(ctx, tx, staged, files.Subject{Kind: tableKind, ID: string(t.ID)}, actor.Account)
		if err != nil {
			return err
		}
		t.File, t.Brought = string(f.ID), authoring.Hand{Account: actor.Account, At: tx.Now}
		if err := store.PutTable(ctx, tx, t); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, authoring.AuditTableBrought, string(t.ID))
	}); err != nil {
		return "", err
	}
	way, err := s.lookAt(ctx, t)
	if err != nil {
		return "", errors.Join(err, s.dropTable(ctx, actor, t.ID))
	}
	raw, err := json.Marshal(way)
	if err != nil {
		return "", err
	}
	return t.ID, s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := store.LockTable(ctx, tx, t.ID)
		if err != nil {
			return err
		}
		now.Way = string(raw)
		return store.PutTable(ctx, tx, now)
	})
}

func (s *Service) lookAt(ctx context.Context, t authoring.Table) (w sheet.Way, err error) {
	at, size, done, err := s.tableContent(ctx, t)
	if err != nil {
		return w, err
	}
	defer done()
	w, _, err = sheet.Look(at, size)
	return w, unread(err)
}

// unread turns what is wrong with a file into what people are told.
func unread(err error) error {
	switch {
	case errors.Is(err, sheet.ErrTooLarge):
		return authoring.ErrTableLarge.Because(err)
	case errors.Is(err, sheet.ErrOld), errors.Is(err, sheet.ErrNotText), errors.Is(err, sheet.ErrUnread), errors.Is(err, sheet.ErrSheet):
		return authoring.ErrTableFile.Because(err)
	}
	return err
}

func (s *Service) tableContent(ctx context.Context, t authoring.Table) (at io.ReaderAt, size int64, done func(), err error) {
	if t.File == "" {
		return nil, 0, nil, authoring.ErrTableState
	}
	content, f, err := s.Files.Open(ctx, s.DB, files.Subject{Kind: tableKind, ID: string(t.ID)}, files.ID(t.File))
	if errors.Is(err, files.ErrErased) {
		return nil, 0, nil, authoring.ErrTableState // somebody was faster
	}
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

// Table returns a table.
func (s *Service) Table(ctx context.Context, actor identity.Actor, table authoring.TableID) (t authoring.Table, err error) {
	defer errs.Wrap(&err, "get table %s", table)

	if err := mayRead(actor); err != nil {
		return t, err
	}
	return store.GetTable(ctx, s.DB, table)
}

// TableOf returns the table of which a change was made; false where there is none.
func (s *Service) TableOf(ctx context.Context, actor identity.Actor, change authoring.ID) (t authoring.Table, there bool, err error) {
	defer errs.Wrap(&err, "table of change %s", change)

	if err := mayRead(actor); err != nil {
		return t, false, err
	}
	return store.TableOf(ctx, s.DB, change)
}

// ListTables returns the tables, the newest first, before the given one.
func (s *Service) ListTables(ctx context.Context, actor identity.Actor, before authoring.TableID) (all []authoring.Table, err error) {
	defer errs.Wrap(&err, "list tables")

	if err := mayRead(actor); err != nil {
		return nil, err
	}
	if before == "" {
		before = "~"
	}
	return store.Tables(ctx, s.DB, string(before), PageSize)
}

// sampled is how many rows are shown of the beginning of a table.
const sampled = 25

// Columns returns the beginning of a table and proposes which column is what:
// as was said of it, of the same headings before, or by the headings themselves.
func (s *Service) Columns(ctx context.Context, actor identity.Actor, table authoring.TableID) (c TableColumns, err error) {
	defer errs.Wrap(&err, "columns of table %s", table)

	if _, err := access.Everywhere(actor, authoring.PermEdit); err != nil {
		return c, err
	}
	if c.Table, err = store.GetTable(ctx, s.DB, table); err != nil {
		return c, err
	}
	at, size, done, err := s.tableContent(ctx, c.Table)
	if err != nil {
		return c, err
	}
	defer done()
	if err := json.Unmarshal([]byte(c.Table.Way), &c.Way); err != nil {
		return c, err
	}
	if _, c.Sheets, err = sheet.Look(at, size); err != nil {
		return c, unread(err)
	}
	rows, err := sheet.Open(at, size, c.Way)
	if err != nil {
		return c, unread(err)
	}
	for len(c.Rows) < sampled && rows.Read() {
		c.Rows = append(c.Rows, TableSample{rows.At(), slices.Clone(rows.Row())})
	}
	if err := rows.Err(); err != nil {
		return c, unread(err)
	}
	if c.Matched != "" {
		return c, json.Unmarshal([]byte(c.Matched), &c.Proposed)
	}
	if len(c.Rows) == 0 {
		return c, authoring.ErrTableFile
	}
	head := c.Rows[headingRow(c.Rows)]
	c.Proposed.Heading = head.At
	for _, v := range head.Cells {
		c.Proposed.Headings = append(c.Proposed.Headings, text.Line(v.Text))
	}
	known, err := store.KnownColumns(ctx, s.DB, c.Proposed.sum())
	if err != nil {
		return c, err
	}
	var before TableMatching
	if known != "" && json.Unmarshal([]byte(known), &before) == nil && len(before.Fields) == len(c.Proposed.Headings) {
		c.Known, c.Proposed.Fields, c.Proposed.Whole = true, before.Fields, before.Whole
		return c, nil
	}
	c.Proposed.Fields = proposeFields(c.Proposed.Headings)
	return c, nil
}

// ReadTable says how the file of a table is to be read: its letters, its sheet.
func (s *Service) ReadTable(ctx context.Context, actor identity.Actor, table authoring.TableID, encoding, name string) (err error) {
	defer errs.Wrap(&err, "read table %s in another way", table)

	return s.changeTable(ctx, actor, table, func(_ *db.Tx, t *authoring.Table) error {
		var w sheet.Way
		if err := json.Unmarshal([]byte(t.Way), &w); err != nil {
			return err
		}
		if encoding != "" {
			if !slices.Contains(sheet.Encodings(), sheet.Encoding(encoding)) {
				return authoring.ErrTableFile
			}
			w.Encoding = sheet.Encoding(encoding)
		}
		if name != "" {
			w.Sheet = name
		}
		raw, err := json.Marshal(w)
		t.Way, t.Matched, t.State = string(raw), "", authoring.TableBrought
		return err
	})
}

// changeTable changes a table of which no change was made yet.
func (s *Service) changeTable(ctx context.Context, actor identity.Actor, table authoring.TableID, do func(*db.Tx, *authoring.Table) error) error {
	if _, err := access.Everywhere(actor, authoring.PermEdit); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		t, err := store.LockTable(ctx, tx, table)
		if err != nil {
			return err
		}
		if t.State != authoring.TableBrought && t.State != authoring.TableCompared {
			return authoring.ErrTableState
		}
		if err := do(tx, &t); err != nil {
			return err
		}
		return store.PutTable(ctx, tx, t)
	})
}

// DropTable gives a table up; its file is erased.
func (s *Service) DropTable(ctx context.Context, actor identity.Actor, table authoring.TableID) (err error) {
	defer errs.Wrap(&err, "drop table %s", table)

	return s.dropTable(ctx, actor, table)
}

func (s *Service) dropTable(ctx context.Context, actor identity.Actor, table authoring.TableID) error {
	return s.changeTable(ctx, actor, table, func(tx *db.Tx, t *authoring.Table) error {
		t.State = authoring.TableDropped
		if err := s.eraseTable(ctx, tx, t); err != nil {
			return err
		}
		if err := store.DropRows(ctx, tx, t.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, authoring.AuditTableDropped, string(t.ID))
	})
}

func (s *Service) eraseTable(ctx context.Context, tx *db.Tx, t *authoring.Table) error {
	if t.File == "" {
		return nil
	}
	file := files.ID(t.File)
	t.File = ""
	return files.Erase(ctx, tx, files.Subject{Kind: tableKind, ID: string(t.ID)}, file)
}

// TableRows returns rows of the report of a table behind the n-th (-1: from the first).
func (s *Service) TableRows(ctx context.Context, actor identity.Actor, table authoring.TableID, kind authoring.RowKind, after int) (rows []authoring.TableRow, err error) {
	defer errs.Wrap(&err, "rows of table %s", table)

	if err := mayRead(actor); err != nil {
		return nil, err
	}
	if !slices.Contains(authoring.RowKinds(), kind) {
		return nil, authoring.ErrNoTable
	}
	if _, err := store.GetTable(ctx, s.DB, table); err != nil {
		return nil, err
	}
	return store.Rows(ctx, s.DB, table, kind, after, RowsPage)
}

// RowsPage is how many rows of a report a page holds.
const RowsPage = 50
