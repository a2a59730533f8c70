// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
)

// stretch is how many rows are compared before it is written how far it has come.
const stretch = 250

// errUnidentified says that rows do not tell which procedure they are about: then
// nothing ends because it is not in the table.
const errUnidentified = "authoring.table_unidentified"

func (m TableMatching) check(width int) (fields []errs.Field) {
	add := func(name, code string) { fields = append(fields, errs.Field{Name: name, Code: code}) }
	if len(m.Fields) != width || len(m.missing()) > 0 {
		add("columns", "authoring.table_columns")
	}
	seen := map[string]bool{}
	for _, f := range m.Fields {
		known := slices.ContainsFunc(TableFields(), func(t TableField) bool { return t.Name == f })
		if f != "" && (!known || seen[f]) {
			add("columns", "authoring.table_columns_twice")
		}
		seen[f] = true
	}
	for _, day := range []struct{ name, value string }{{"signed", m.Signed}, {"effective", m.Effective}} {
		if d, err := calendar.ParseDate(day.value); day.value != "" && (err != nil || d.IsZero()) {
			add(day.name, "authoring.day")
		}
	}
	if m.Decision != "" && m.Signed == "" && m.column("signed") < 0 && m.column("decision") < 0 {
		add("signed", "authoring.day")
	}
	if len([]rune(m.Decision))+len([]rune(m.Issuer)) > maxWords {
		add("decision", "authoring.long")
	}
	return fields
}

// CompareTable reads every row of a table as m says and reports what it would
// do, before anything of the catalogue is written. Compared again, the report is
// made anew.
func (s *Service) CompareTable(ctx context.Context, actor identity.Actor, table authoring.TableID, m TableMatching) (err error) {
	defer errs.Wrap(&err, "compare table %s", table)

	c, err := s.Columns(ctx, actor, table)
	if err != nil {
		return err
	}
	m.Heading, m.Headings = c.Proposed.Heading, c.Proposed.Headings
	m.Decision, m.Issuer = text.Line(m.Decision), text.Line(m.Issuer)
	if err := errs.BadInput(m.check(len(m.Headings))); err != nil {
		return err
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if err := s.changeTable(ctx, actor, table, func(tx *db.Tx, t *authoring.Table) error {
		t.State, t.Matched, t.Place, t.Report, t.Failure = authoring.TableBrought, string(raw), 0, authoring.Report{}, ""
		if err := store.KnowColumns(ctx, tx, m.sum(), string(raw)); err != nil {
			return err
		}
		return store.DropRows(ctx, tx, table)
	}); err != nil {
		return err
	}
	var some []authoring.TableRow
	place := 0
	keep := func(at int, report authoring.Report, end func(*authoring.Table)) error {
		rows := some
		some = nil
		return s.changeTable(ctx, actor, table, func(tx *db.Tx, t *authoring.Table) error {
			if t.Matched != string(raw) || t.Place != place || t.State != authoring.TableBrought {
				return authoring.ErrTableState // another tab compares it
			}
			if t.Place, t.Report = at, report; end != nil {
				end(t)
			}
			return store.AddRows(ctx, tx, table, rows)
		})
	}
	g, err := s.InForce(ctx)
	if err != nil {
		return err
	}
	report, last, unidentified, err := s.walk(ctx, c.Table, m, g, func(row madeRow, report authoring.Report) error {
		if row.Kind != "" {
			some = append(some, row.TableRow)
		}
		if len(some) < stretch {
			return nil
		}
		err := keep(row.N, report, nil)
		place = row.N
		return err
	})
	if err != nil {
		return err
	}
	return keep(last, report, func(t *authoring.Table) {
		if t.State = authoring.TableCompared; unidentified {
			t.Failure = errUnidentified
		}
	})
}

// CompareHeaded compares a table whose headings are the names of fields.
func (s *Service) CompareHeaded(ctx context.Context, actor identity.Actor, table authoring.TableID, said authoring.TableSaid) (err error) {
	c, err := s.Columns(ctx, actor, table)
	if err != nil {
		return err
	}
	m := c.Proposed
	m.Fields = slices.Clone(m.Headings)
	m.Decision, m.Issuer, m.Signed, m.Effective, m.Whole = said.Decision, said.Issuer, said.Signed, said.Effective, said.Whole
	return s.CompareTable(ctx, actor, table, m)
}

// walk reads the rows of a table one by one and says of each what it would do;
// then of each procedure that is not in it, where the table is all there is.
func (s *Service) walk(ctx context.Context, t authoring.Table, m TableMatching, g *Ground, each func(madeRow, authoring.Report) error) (report authoring.Report, last int, unidentified bool, err error) {
	at, size, done, err := s.tableContent(ctx, t)
	if err != nil {
		return report, 0, false, err
	}
	defer done()
	var way sheet.Way
	if err := json.Unmarshal([]byte(t.Way), &way); err != nil {
		return report, 0, false, err
	}
	rows, err := sheet.Open(at, size, way)
	if err != nil {
		return report, 0, false, unread(err)
	}
	r := newReader(m, t.Name, g.Set, s.Today().String())
	say := func(row madeRow) error {
		report.Count(row.Kind)
		return each(row, report)
	}
	for rows.Read() {
		if last = rows.At(); last <= m.Heading {
			continue
		}
		row, ok := r.read(last, rows.Row())
		if !ok {
			continue
		}
		if report.Total >= maxTableRows {
			return report, last, false, authoring.ErrTableLarge
		}
		unidentified = unidentified || row.Kind == authoring.RowWrong && row.Item == ""
		if err := say(row); err != nil {
			return report, last, false, err
		}
		if err := ctx.Err(); err != nil {
			return report, last, false, err
		}
	}
	if err := rows.Err(); err != nil {
		return report, last, false, unread(err)
	}
	if !m.Whole || unidentified {
		return report, last, unidentified && m.Whole, nil
	}
	for _, p := range g.Set.Procedures {
		_, there := r.seen[p.ID]
		if there || p.Code == "" || !r.fields[text.Fold(p.Field.VI)] {
			continue
		}
		last++
		w := &work{reader: r, of: map[string]cell{}, id: p.ID, doc: NewDoc(), before: NewDoc()}
		w.base, _ = g.Set.ItemText("procedures", p.ID)
		if w.doc, err = ReadDoc(p.ID, w.base); err != nil {
			return report, last, false, err
		}
		if w.before, err = ReadDoc(p.ID, w.base); err != nil {
			return report, last, false, err
		}
		if w.end(w.lastDay()); w.nothing {
			continue
		}
		row := madeRow{TableRow: authoring.TableRow{N: last, Kind: authoring.RowEnded, Item: p.ID, Name: p.Name.VI}, whole: w.whole, base: w.base}
		row.Fields, _ = packs.DiffItem(string(authoring.Procedures), p.ID, w.base, w.whole) // both can be read
		if err := say(row); err != nil {
			return report, last, false, err
		}
	}
	return report, last, false, nil
}

// HandBack writes the wrong rows of a table as a file, each with its reasons, to
// be mended and brought again. Said says a reason in words.
func (s *Service) HandBack(ctx context.Context, actor identity.Actor, table authoring.TableID, out io.Writer, said func(authoring.CellProblem) string) (err error) {
	defer errs.Wrap(&err, "hand back rows of table %s", table)

	t, err := s.Table(ctx, actor, table)
	if err != nil {
		return err
	}
	var m TableMatching
	if t.Matched == "" || json.Unmarshal([]byte(t.Matched), &m) != nil {
		return authoring.ErrTableState
	}
	w, err := sheet.NewCSV(out, true)
	if err != nil {
		return err
	}
	head := make([]any, 0, len(m.Headings)+1)
	for _, h := range m.Headings {
		head = append(head, h)
	}
	if err := w.Write(append(head, "Lý do")...); err != nil {
		return err
	}
	for after := -1; ; {
		rows, err := store.Rows(ctx, s.DB, table, authoring.RowWrong, after, rowsRead)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return w.Close()
		}
		for _, row := range rows {
			cells := make([]any, 0, len(row.Row)+1)
			for _, c := range row.Row {
				cells = append(cells, sheet.Harmless(c))
			}
			var why []string
			for _, c := range row.Cells {
				if !c.Warns {
					why = append(why, said(c))
				}
			}
			if err := w.Write(append(cells, strings.Join(why, "; "))...); err != nil {
				return err
			}
		}
		after = rows[len(rows)-1].N
	}
}

const rowsRead = 500

// ProposeTable makes of what a table would do a change, which somebody else
// approves. All of it is in force together, on a day. Where the ground has moved
// since the report, it is to be compared again.
func (s *Service) ProposeTable(ctx context.Context, actor identity.Actor, table authoring.TableID, day calendar.Date) (_ authoring.ID, err error) {
	defer errs.Wrap(&err, "propose table %s", table)

	if _, err := access.Everywhere(actor, authoring.PermEdit); err != nil {
		return "", err
	}
	t, err := store.GetTable(ctx, s.DB, table)
	if err != nil {
		return "", err
	}
	if t.State != authoring.TableCompared {
		return "", authoring.ErrTableState
	}
	if t.New+t.Changed+t.Ended == 0 {
		return "", authoring.ErrTableNothing
	}
	var m TableMatching
	if err := json.Unmarshal([]byte(t.Matched), &m); err != nil {
		return "", err
	}
	general := General{Title: "Danh mục nhập từ tệp " + t.Name, Basis: basisOf(m), Day: day}.tidy()
	if err := errs.BadInput(general.check(s.Today())); err != nil {
		return "", err
	}
	g, err := s.InForce(ctx)
	if err != nil {
		return "", err
	}
	items := &batch{has: map[string]bool{}, set: g.Set}
	report, _, _, err := s.walk(ctx, t, m, g, func(row madeRow, _ authoring.Report) error { return items.add(row) })
	if err != nil {
		return "", err
	}
	if report != t.Report {
		return "", authoring.ErrTableState.Because(fmt.Errorf("%+v, and was %+v", report, t.Report))
	}
	added := authoring.ID(id.New())
	return added, s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := store.LockTable(ctx, tx, table)
		if err != nil {
			return err
		}
		if now.State != authoring.TableCompared || now.Matched != t.Matched {
			return authoring.ErrTableState
		}
		if err := create(ctx, tx, actor, authoring.Change{ID: added, Title: general.Title, Basis: general.Basis, Day: general.Day}); err != nil {
			return err
		}
		for i := range items.all {
			items.all[i].Saved = authoring.Hand{Account: actor.Account, At: tx.Now}
		}
		if err := store.PutItems(ctx, tx, added, items.all); err != nil {
			return err
		}
		now.State, now.Change = authoring.TableProposed, added
		if err := s.eraseTable(ctx, tx, &now); err != nil {
			return err
		}
		if err := store.PutTable(ctx, tx, now); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, authoring.AuditTableProposed, string(table)+" in "+string(added))
	})
}

func basisOf(m TableMatching) string {
	if m.Decision == "" {
		return "Các quyết định công bố ghi trong danh mục"
	}
	return "Quyết định công bố số " + m.Decision
}

// batch collects the items of a change.
type batch struct {
	all []authoring.Item
	has map[string]bool
	set *packs.Set
}

func (b *batch) add(row madeRow) error {
	if len(row.whole) == 0 {
		return nil
	}
	b.all = append(b.all, authoring.Item{List: authoring.Procedures, ID: row.Item, Whole: row.whole, Base: row.base, Rev: 1})
	for _, need := range row.needs {
		key := string(need.List) + " " + need.ID
		if b.has[key] {
			continue
		}
		b.has[key] = true
		if _, there := b.set.ItemText(string(need.List), need.ID); there {
			continue
		}
		whole, ok := general(need.List, need.ID)
		if !ok {
			return errors.New("there is no general " + key)
		}
		b.all = append(b.all, authoring.Item{List: need.List, ID: need.ID, Whole: whole, Rev: 1})
	}
	return nil
}
