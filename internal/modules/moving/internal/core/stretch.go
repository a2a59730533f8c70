// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"tinhso.vn/internal/kernel/identity"
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
	done     []doneRow
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
	for s.n < atOnce(stage) && rows.Next() {
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
				if g.needs(key) {
					s.persons = append(s.persons, store.Party{ID: newID(), Word: key, Named: string(text)})
				}
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
		case mapping.Done:
			d, no := doneOf(rows, g.m, now)
			if wrong = no; wrong == nil {
				s.done = append(s.done, d)
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
	f.File = store.File{Line: rows.Line(), ID: newID(), Word: c.need(mapping.Key), Name: c.need(mapping.Name), Paper: c.get(mapping.Paper), SHA256: strings.ToLower(c.get(mapping.SHA256)), Path: c.get(mapping.Path)}
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
	for tries := 0; ; {
		var bad *rowError
		err := g.move(ctx, n, func(tx *db.Tx, r *Run) error {
			bad = nil
			r.Line, r.Done = last, r.Done+s.n
			if err := g.may(ctx, tx, r.By); err != nil {
				return err
			}
			if err := g.store.PutParties(ctx, tx, g.wave.Source, r.ID, s.persons); err != nil {
				return err
			}
			refused, err := g.takeAll(ctx, tx, r, s.dossiers)
			if err != nil {
				return err
			}
			if err := g.putDone(ctx, tx, r, s.done); err != nil {
				return err
			}
			if err := g.putFiles(ctx, tx, r, s.files); err != nil {
				return err
			}
			refused = append(slices.Clone(s.rejected), refused...)
			for i := range refused {
				refused[i].Run = r.ID
			}
			r.Rejected += len(refused)
			return g.store.AddRejects(ctx, tx, refused)
		})
		switch {
		case errors.As(err, &bad):
			s.dossiers = slices.DeleteFunc(s.dossiers, func(l legacy) bool { return l.Line == bad.line })
			s.rejected = append(s.rejected, g.reject(mapping.Dossiers, bad.line, &refusal{mapping.Key, bad.code, ""}))
		case errors.Is(err, identity.ErrNumberTaken) && tries < maxTries: // somebody else has just brought the same person
			tries++
		default:
			return err
		}
	}
}

// maxTries is how often a stretch begins anew because a person came meanwhile.
const maxTries = 3

// rowError is about a row that cannot be taken for a reason that only the transaction knows.
type rowError struct {
	line int
	code string
}

func (b *rowError) Error() string { return b.code }

// arrival is a dossier on its way, with its row.
type arrival struct {
	legacy
	row store.Row
	was store.Row // where it was here: it is taken anew
}

// takeAll takes dossiers over; rows that stand twice in the dump, or name persons whom it
// does not have, are returned.
func (g *going) takeAll(ctx context.Context, tx *db.Tx, r *Run, all []legacy) (refused []Reject, err error) {
	if len(all) == 0 {
		return nil, nil
	}
	words := make([]string, 0, len(all))
	for _, l := range all {
		words = append(words, l.Word)
	}
	there, err := g.store.FindRows(ctx, tx, g.wave.Source, unique(words))
	if err != nil {
		return nil, err
	}
	parties, err := g.parties(ctx, tx, all, there)
	if err != nil {
		return nil, err
	}
	var met, put []store.Row
	var come []arrival
	for _, l := range all {
		old, known := there[l.Word]
		row := store.Row{Source: g.wave.Source, Word: l.Word, Sum: l.Sum, Unit: string(l.Unit), Wave: g.wave.ID, Run: r.ID, Line: l.Line, Dossier: old.Dossier}
		switch {
		case !g.mine[string(l.Unit)]:
			r.Outside++
			continue
		case known && old.Run == r.ID && old.Line != l.Line:
			refused = append(refused, g.reject(mapping.Dossiers, l.Line, &refusal{mapping.Key, "moving.reject.twice", ""}))
			continue
		case known && old.Sum == l.Sum:
			r.Same++
			row.Unit, row.Wave = old.Unit, old.Wave
			met = append(met, row)
		case parties[l.OwnerKey].Named == "":
			refused = append(refused, g.reject(mapping.Dossiers, l.Line, &refusal{mapping.Owner, errNoPerson, ""}))
			continue
		case parties[l.SubmitterKey].Named == "":
			refused = append(refused, g.reject(mapping.Dossiers, l.Line, &refusal{mapping.Submitter, errNoPerson, ""}))
			continue
		default:
			come = append(come, arrival{l, row, old})
		}
		there[l.Word] = row
	}
	kept, come, err := g.leave(ctx, tx, r, come)
	if err != nil {
		return nil, err
	}
	taken, err := g.take(ctx, tx, come, parties)
	if err != nil {
		return nil, err
	}
	put = append(kept, taken...)
	slices.SortFunc(put, func(a, b store.Row) int { return strings.Compare(a.Word, b.Word) }) // rows are locked in one order
	return refused, errors.Join(g.store.PutRows(ctx, tx, put), g.store.MeetRows(ctx, tx, met))
}

// unique sorts words and leaves each once.
func unique(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}

// parties loads the persons of those dossiers that are new or changed.
func (g *going) parties(ctx context.Context, tx *db.Tx, all []legacy, there map[string]store.Row) (map[string]store.Party, error) {
	var keys []string
	for _, l := range all {
		if old, known := there[l.Word]; g.mine[string(l.Unit)] && (!known || old.Sum != l.Sum) {
			keys = append(keys, l.OwnerKey, l.SubmitterKey)
		}
	}
	return g.store.FindParties(ctx, tx, g.wave.Source, unique(keys))
}

// leave gives dossiers back that come anew; those on which somebody has worked here are
// kept as they are.
func (g *going) leave(ctx context.Context, tx *db.Tx, r *Run, come []arrival) (kept []store.Row, rest []arrival, err error) {
	rest = come[:0]
	for _, a := range come {
		if a.was.Dossier == "" {
			r.Added++
			rest = append(rest, a)
			continue
		}
		since, err := g.Dossiers.DoneSince(ctx, tx, dossiers.ID(a.row.Dossier))
		if err != nil {
			return nil, nil, err
		}
		if since.Changed {
			r.Kept++
			a.row.Sum, a.row.Unit, a.row.Wave = a.was.Sum, a.was.Unit, a.was.Wave
			kept = append(kept, a.row)
			continue
		}
		if err := g.Dossiers.GiveBack(ctx, tx, g.actor, dossiers.ID(a.row.Dossier)); err != nil {
			return nil, nil, err
		}
		if err := g.store.DropFiles(ctx, tx, a.row.Dossier); err != nil { // they come anew
			return nil, nil, err
		}
		r.Changed++
		a.ID = dossiers.ID(a.row.Dossier)
		rest = append(rest, a)
	}
	return kept, rest, nil
}

// take takes dossiers over and returns their rows.
func (g *going) take(ctx context.Context, tx *db.Tx, come []arrival, parties map[string]store.Party) ([]store.Row, error) {
	if len(come) == 0 {
		return nil, nil
	}
	persons, err := g.persons(ctx, tx, come, parties)
	if err != nil {
		return nil, err
	}
	all := make([]dossiers.FromElsewhere, len(come))
	for i := range come {
		l := &come[i]
		owner, submitter := persons[l.OwnerKey], persons[l.SubmitterKey]
		l.OwnerID, l.Owner, l.SubmitterID, l.Submitter = owner.id, owner.Named, submitter.id, submitter.Named
		all[i] = l.FromElsewhere
	}
	ids, err := g.Dossiers.TakeOver(ctx, tx, g.actor, all)
	if not, ok := errors.AsType[*dossiers.NotTakenError](err); ok {
		if e, ok := errors.AsType[*errs.Error](not.Why); ok && e.Kind != errs.Internal && e.Kind != errs.Unavailable {
			code := e.Code
			if len(e.Fields) > 0 {
				code = e.Fields[0].Code // of all that is wrong the first
			}
			return nil, &rowError{come[not.At].Line, code}
		}
	}
	if err != nil {
		return nil, err
	}
	rows := make([]store.Row, len(come))
	for i, a := range come {
		rows[i] = a.row
		rows[i].Dossier = string(ids[i])
	}
	return rows, nil
}

// somebody is who a person of the dump is here.
type somebody struct {
	dossiers.Named
	id string
}

// persons returns who the persons of dossiers are here, by what the dump calls them.
func (g *going) persons(ctx context.Context, tx *db.Tx, come []arrival, parties map[string]store.Party) (map[string]somebody, error) {
	all := map[string]somebody{}
	var fresh []string
	var named []dossiers.Named
	for _, a := range come {
		for _, key := range []string{a.OwnerKey, a.SubmitterKey} {
			if _, done := all[key]; done {
				continue
			}
			p, who := parties[key], somebody{}
			if err := json.Unmarshal([]byte(p.Named), &who.Named); err != nil {
				return nil, err
			}
			if who.id = p.Person; who.id == "" {
				fresh, named = append(fresh, key), append(named, who.Named)
			}
			all[key] = who
		}
	}
	if len(fresh) == 0 {
		return all, nil
	}
	ids, err := g.Dossiers.MovePersons(ctx, tx, g.actor, named)
	if err != nil {
		return nil, err
	}
	noted := map[string]string{}
	for i, key := range fresh {
		who := all[key]
		who.id = ids[i]
		all[key], noted[parties[key].ID] = who, ids[i]
	}
	return all, g.store.SetPersons(ctx, tx, noted)
}

// errNoPerson means that the dump has no such person.
const errNoPerson = "moving.reject.no_person"

func (g *going) putFiles(ctx context.Context, tx *db.Tx, r *Run, all []fileRow) error {
	words := make([]string, 0, len(all))
	for _, f := range all {
		words = append(words, f.of)
	}
	there, err := g.store.FindRows(ctx, tx, g.wave.Source, unique(words))
	if err != nil {
		return err
	}
	var here []store.File
	for _, f := range all {
		row, known := there[f.of]
		if !known || row.Wave != g.wave.ID {
			r.Outside++
			continue
		}
		f.Dossier, f.Wave = row.Dossier, g.wave.ID
		if g.m.HasContents() {
			f.State = store.Due
		}
		here = append(here, f.File)
	}
	r.Files += len(here)
	return g.store.PutFiles(ctx, tx, here)
}
