// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/core/dump"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/text"
)

// Listed is what a list of the older system (procedures, units, officials) would do
// here, or did.
type Listed struct {
	Table                     string
	Rows                      int
	New, Changed, Ended, Same int
	Effects                   []Effect       // what is new, changes or ends
	Reasons                   map[string]int // why rows are refused
	Roles                     map[string]int // posts that would be given, by role
	Files                     []string       // that were written, with the refused rows
	Done                      []string       // the change, or the imports, by which it came
	Before                    bool           // it came before, and waits there
}

// Effect is what a row would do.
type Effect struct {
	Line    int
	What    string // new, changed, ended
	Subject string // procedure, unit or login
	Words   string // its name
	Changes []FieldChange
}

// FieldChange is what a field of a unit says before and after.
type FieldChange struct{ Field, From, To string }

// listRow is a row of a list: what it says by field.
type listRow struct {
	line int
	of   map[string]string
}

// gathered are the rows of a list on their way.
type gathered struct {
	Listed
	m       mapping.File
	folder  string
	table   mapping.Table
	rows    []listRow
	rejects []Reject
	asked   bool
	now     time.Time
}

// maxList is how many rows a list may have.
const maxList = 20_000

// gather reads the rows of a list. One that is asked for over the interface is kept
// until it came, so that it goes on where it was cut off.
func (s *Service) gather(ctx context.Context, source, table string) (*gathered, error) {
	m, folder, err := s.openAny(source)
	if err != nil {
		return nil, err
	}
	t, there := m.Tables[table]
	if !there {
		return nil, moving.ErrNoTable.With("table", table)
	}
	g := &gathered{Listed: Listed{Table: table, Reasons: map[string]int{}}, m: m, folder: folder, asked: t.Path != "", now: s.DB.Now().Time}
	if g.asked {
		if t, err = s.askFor(ctx, folder, m, table); err != nil {
			return nil, err
		}
	}
	g.table = t
	rows, err := dump.Open(folder, t)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	seen := map[string]bool{}
	for rows.Next() {
		if g.Rows++; g.Rows > maxList {
			return nil, moving.ErrTable.With("file", t.File).With("why", "> "+strconv.Itoa(maxList))
		}
		row, broken := listRow{line: rows.Line(), of: map[string]string{}}, ""
		for field := range t.Columns {
			said, err := rows.Text(field)
			if err != nil {
				broken = field
			}
			if !manyLines(field) {
				said = text.Line(said)
			}
			row.of[field] = said
		}
		key := row.of[mapping.Key]
		switch {
		case broken != "":
			g.refuse(row, broken, "moving.reject.letters", "")
		case key == "":
			g.refuse(row, mapping.Key, "moving.reject.empty", "")
		case seen[key] && table != mapping.Officials: // an official may have several posts
			g.refuse(row, mapping.Key, "moving.reject.twice", short(key))
		default:
			g.rows = append(g.rows, row)
		}
		seen[key] = true
	}
	return g, errors.Join(rows.Err(), ctx.Err())
}

// manyLines reports whether the lines of a field mean something.
func manyLines(field string) bool {
	return slices.Contains([]string{"papers", "conditions", "steps", "bases", "fee"}, field)
}

// askFor asks the older system for one table.
func (s *Service) askFor(ctx context.Context, folder string, m mapping.File, table string) (mapping.Table, error) {
	owner := "list-" + table
	at := filepath.Join(folder, told, owner)
	if info, err := os.Stat(at); err == nil && info.ModTime().Before(s.DB.Now().Add(-staleAfter)) {
		if err := os.RemoveAll(at); err != nil {
			return mapping.Table{}, err
		}
	}
	m.Tables = map[string]mapping.Table{table: m.Tables[table]}
	for {
		told, more, err := s.asked(ctx, folder, m, owner, s.DB.Now().Add(time.Hour))
		if err != nil || !more {
			return told.Tables[table], err
		}
	}
}

func (g *gathered) refuse(row listRow, field, code, said string) {
	g.rejects = append(g.rejects, Reject{Stage: g.Table, Line: row.line, Field: field, Code: code, Said: said})
	g.Reasons[code]++
}

// keep drops the rows that a look has refused.
func (g *gathered) keep(taken func(row listRow) bool) {
	g.rows = slices.DeleteFunc(g.rows, func(r listRow) bool { return !taken(r) })
}

func (g *gathered) effect(row listRow, what, subject, words string) {
	switch what {
	case "new":
		g.New++
	case "changed":
		g.Changed++
	case "ended":
		g.Ended++
	default:
		g.Same++
		return
	}
	g.Effects = append(g.Effects, Effect{Line: row.line, What: what, Subject: subject, Words: words})
}

// end writes the refused rows beside the list, and forgets what the older system told
// where the list came or was only looked at.
func (s *Service) end(g *gathered, words func(code string) string) (Listed, error) {
	slices.SortStableFunc(g.Effects, func(a, b Effect) int { return a.Line - b.Line })
	slices.SortStableFunc(g.rejects, func(a, b Reject) int { return a.Line - b.Line })
	if len(g.rejects) > 0 {
		path := filepath.Join(g.folder, "rejected-"+g.Table+"-"+g.now.Format("20060102-150405")+".csv")
		all := g.rejects
		some := func(int) ([]Reject, error) {
			these := all[:min(len(all), rejectsAtOnce)]
			all = all[len(these):]
			return these, nil
		}
		if err := rejectFile(g.folder, path, g.table, some, words); err != nil {
			return g.Listed, err
		}
		g.Files = append(g.Files, path)
	}
	if !g.asked {
		return g.Listed, nil
	}
	return g.Listed, s.forget(g.folder, "list-"+g.Table)
}

// sheetOf writes rows as a sheet with these columns.
func sheetOf(name string, columns []string, rows []listRow) ([]byte, error) {
	var b bytes.Buffer
	out, err := sheet.NewXLSX(&b, name)
	if err != nil {
		return nil, err
	}
	cells := func(of func(c string) string) error {
		row := make([]any, len(columns))
		for i, c := range columns {
			row[i] = of(c)
		}
		return out.Write(row...)
	}
	if err := cells(func(c string) string { return c }); err != nil {
		return nil, err
	}
	for _, r := range rows {
		if err := cells(func(c string) string { return r.of[c] }); err != nil {
			return nil, err
		}
	}
	err = out.Close()
	return b.Bytes(), err
}

// nameOf names what a list came to: the same list has the same name.
func (g *gathered) nameOf(source string, said any, rows []listRow) (string, error) {
	all := make([]map[string]string, len(rows))
	for i, r := range rows {
		all[i] = r.of
	}
	raw, err := json.Marshal([]any{said, all})
	sum := sha256.Sum256(raw)
	return source + "-" + g.Table + "-" + hex.EncodeToString(sum[:6]) + ".xlsx", err
}
