// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/moving/internal/core/dump"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/modules/moving/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// stretch are the rows of one transaction.
type stretch struct {
	n        int
	persons  []store.Party
	dossiers []legacy
	files    []fileRow
	rejected []Reject
}

// fileRow is a file of the dump; of is the code of its dossier.
type fileRow struct {
	store.File
	of string
}

// read gathers the next rows behind a line.
func (g *going) read(rows *dump.Rows, stage string, after int) (s stretch, last int, err error) {
	now := g.DB.Now().Time
	for s.n < atOnce && rows.Next() {
		line := rows.Line()
		if line <= after {
			continue
		}
		s.n, last = s.n+1, line
		var wrong *refusal
		switch stage {
		case mapping.Persons:
			key, named, no := party(rows, g.m)
			if wrong = no; wrong == nil {
				text, err := json.Marshal(named)
				if err != nil {
					return s, last, err
				}
				s.persons = append(s.persons, store.Party{ID: newID(), Word: key, Named: string(text)})
			}
		case mapping.Dossiers:
			l, no := dossierRow(rows, g.m, now)
			if wrong = no; wrong == nil {
				s.dossiers = append(s.dossiers, l)
			}
		case mapping.Files:
			f, no := fileOf(rows, g.m)
			if wrong = no; wrong == nil {
				s.files = append(s.files, f)
			}
		}
		if wrong != nil {
			s.rejected = append(s.rejected, g.reject(stage, line, wrong))
		}
	}
	return s, last, rows.Err()
}

// reject names the column of the dump for a field of the mapping.
func (g *going) reject(stage string, line int, r *refusal) Reject {
	return Reject{Stage: stage, Line: line, Field: g.m.Tables[stage].Columns[r.Field].Name, Code: r.Code, Said: r.Said}
}

func fileOf(rows *dump.Rows, m mapping.File) (f fileRow, wrong *refusal) {
	c := &cells{rows: rows, table: m.Tables[mapping.Files]}
	f.of = word(c.need(mapping.Dossier))
	f.File = store.File{ID: newID(), Word: c.need(mapping.Key), Name: c.need(mapping.Name), Paper: c.get(mapping.Paper), SHA256: c.get(mapping.SHA256), Path: c.get(mapping.Path)}
	if size := c.get(mapping.Size); size != "" {
		n, err := strconv.ParseInt(digits(size), 10, 64)
		if err != nil || n < 0 {
			c.refuse(mapping.Size, "moving.reject.size", "")
		}
		f.Size = n
	}
	return f, c.wrong
}

// write writes a stretch in one transaction. A row that turns out there to be one that
// cannot be taken makes it begin anew without that row: nothing of it stays.
func (g *going) write(ctx context.Context, n *Run, s stretch, last int) error {
	for {
		var bad *rowError
		err := g.move(ctx, n, func(tx *db.Tx, r *Run) error {
			bad = nil
			r.Line, r.Done = last, r.Done+s.n
			if err := g.may(ctx, tx, r.By); err != nil {
				return err
			}
			for _, p := range s.persons {
				if err := g.store.PutParty(ctx, tx, g.wave.Source, r.ID, p); err != nil {
					return err
				}
			}
			doubled, err := g.takeAll(ctx, tx, r, s.dossiers)
			if err != nil {
				return err
			}
			if err := g.putFiles(ctx, tx, r, s.files); err != nil {
				return err
			}
			for _, j := range append(slices.Clone(s.rejected), doubled...) {
				j.Run = r.ID
				if err := g.store.AddReject(ctx, tx, j); err != nil {
					return err
				}
				r.Rejected++
			}
			return nil
		})
		if !errors.As(err, &bad) {
			return err
		}
		s.dossiers = slices.DeleteFunc(s.dossiers, func(l legacy) bool { return l.Line == bad.line })
		s.rejected = append(s.rejected, g.reject(mapping.Dossiers, bad.line, &refusal{mapping.Key, bad.code, ""}))
	}
}

// rowError is about a row that cannot be taken for a reason that only the transaction knows.
type rowError struct {
	line int
	code string
}

func (b *rowError) Error() string { return b.code }

// takeAll takes dossiers over; those that stand twice in the dump are returned.
func (g *going) takeAll(ctx context.Context, tx *db.Tx, r *Run, all []legacy) (doubled []Reject, err error) {
	words, keys := make([]string, 0, len(all)), []string{}
	for _, l := range all {
		words = append(words, l.Word)
		if g.mine[string(l.Unit)] {
			keys = append(keys, l.OwnerKey, l.SubmitterKey)
		}
	}
	there, err := g.store.FindRows(ctx, tx, g.wave.Source, unique(words))
	if err != nil {
		return nil, err
	}
	parties, err := g.store.FindParties(ctx, tx, g.wave.Source, unique(keys))
	if err != nil {
		return nil, err
	}
	for _, l := range all {
		old, known := there[l.Word]
		switch {
		case !g.mine[string(l.Unit)]:
			r.Outside++
			continue
		case known && old.Run == r.ID && old.Line != l.Line:
			doubled = append(doubled, g.reject(mapping.Dossiers, l.Line, &refusal{mapping.Key, "moving.reject.twice", ""}))
			continue
		case known && old.Sum == l.Sum:
			r.Same++
			old.Run, old.Line = r.ID, l.Line
		default:
			taken, err := g.take(ctx, tx, r, l, old, parties)
			if err != nil {
				return nil, err
			}
			old = taken
		}
		if err := g.store.PutRow(ctx, tx, old); err != nil {
			return nil, err
		}
		there[l.Word] = old
	}
	return doubled, nil
}

// unique sorts words and leaves each once: rows are locked in one order.
func unique(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}

// take takes one dossier over, anew where the dump says something else than last time
// and nobody has worked on it here.
func (g *going) take(ctx context.Context, tx *db.Tx, r *Run, l legacy, old store.Row, parties map[string]store.Party) (store.Row, error) {
	row := store.Row{Source: g.wave.Source, Word: l.Word, Sum: l.Sum, Unit: string(l.Unit), Wave: g.wave.ID, Run: r.ID, Line: l.Line, Dossier: old.Dossier}
	if old.Dossier != "" {
		since, err := g.Dossiers.DoneSince(ctx, tx, dossiers.ID(old.Dossier))
		if err != nil {
			return row, err
		}
		if since.Changed {
			r.Kept++
			row.Sum, row.Unit, row.Wave = old.Sum, old.Unit, old.Wave
			return row, nil
		}
		if err := g.Dossiers.GiveBack(ctx, tx, g.actor, dossiers.ID(old.Dossier)); err != nil {
			return row, err
		}
		r.Changed++
		l.ID = dossiers.ID(old.Dossier)
	} else {
		r.Added++
	}
	var err error
	if l.OwnerID, l.Owner, err = g.person(ctx, tx, parties, l.OwnerKey); err == nil {
		l.SubmitterID, l.Submitter, err = g.person(ctx, tx, parties, l.SubmitterKey)
	}
	var id dossiers.ID
	if err == nil {
		id, err = g.Dossiers.TakeOver(ctx, tx, g.actor, l.FromElsewhere)
	}
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind != errs.Internal && e.Kind != errs.Unavailable {
		code := e.Code
		if len(e.Fields) > 0 {
			code = e.Fields[0].Code // of all that is wrong the first
		}
		return row, &rowError{l.Line, code}
	}
	row.Dossier = string(id)
	return row, err
}

// person returns who a person of the dump is here.
func (g *going) person(ctx context.Context, tx *db.Tx, parties map[string]store.Party, key string) (id string, n dossiers.Named, err error) {
	p, known := parties[key]
	if !known || p.Named == "" {
		return "", n, errNoPerson
	}
	if err := json.Unmarshal([]byte(p.Named), &n); err != nil {
		return "", n, err
	}
	if p.Person != "" {
		return p.Person, n, nil
	}
	if p.Person, err = g.Dossiers.MovePerson(ctx, tx, g.actor, n); err != nil {
		return "", n, err
	}
	parties[key] = p
	return p.Person, n, g.store.SetPerson(ctx, tx, p.ID, p.Person)
}

// errNoPerson means that the dump has no such person.
var errNoPerson = errs.New(errs.Invalid, "moving.reject.no_person")

func (g *going) putFiles(ctx context.Context, tx *db.Tx, r *Run, all []fileRow) error {
	words := make([]string, 0, len(all))
	for _, f := range all {
		words = append(words, f.of)
	}
	there, err := g.store.FindRows(ctx, tx, g.wave.Source, unique(words))
	if err != nil {
		return err
	}
	for _, f := range all {
		row, here := there[f.of]
		if !here || row.Wave != g.wave.ID {
			r.Outside++
			continue
		}
		f.Dossier = row.Dossier
		if err := g.store.PutFile(ctx, tx, f.File); err != nil {
			return err
		}
		r.Files++
	}
	return nil
}
