// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/core/mapping"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/platform/errs"
)

// ListAsked is how units or officials of an older system are to come.
type ListAsked struct {
	Apply        bool   // not only looked at
	Number, Date string // of the decision on which it rests
	From         string // the first day on which it counts, YYYY-MM-DD
	Existing     bool   // officials who are here already get further posts as well
}

// TakeUnits compares the units of an older system with those here and, where it is to be
// done, enters them as the page of lists does. Which unit of ours an old one is, the
// mapping says, as it does for dossiers. What the list does not say of a unit that is
// here stays.
func (s *Service) TakeUnits(ctx context.Context, actor identity.Actor, source string, o ListAsked, words func(code string) string) (_ Listed, err error) {
	defer errs.Wrap(&err, "take the units of %s", source)

	if _, err := access.Everywhere(actor, personnel.PermAll); err != nil {
		return Listed{}, err
	}
	g, err := s.gather(ctx, source, mapping.Units)
	if err != nil {
		return Listed{}, err
	}
	u := &units{gathered: g, here: map[string]orgs.Unit{}, day: o.From}
	g.keep(u.translate)
	u.alone()
	if err := u.compare(ctx, s); err != nil {
		return Listed{}, err
	}
	u.parentsFirst()
	if err := s.tried(ctx, actor, g, o, unitHeads(), func(row listRow, line personnel.ListLine) {
		g.effect(row, line.What, line.Subject, row.of[mapping.Name])
		if line.What == "changed" {
			g.Effects[len(g.Effects)-1].Changes = u.changes(row)
		}
	}); err != nil {
		return Listed{}, err
	}
	return s.bring(ctx, actor, source, g, o, unitHeads(), maxList, words)
}

// unitHeads are the columns of units, as lists of units call them.
func unitHeads() []string {
	return []string{"id", mapping.Parent, mapping.Kind, mapping.Name, mapping.Short, mapping.Code, mapping.Address, mapping.Phone}
}

type units struct {
	*gathered
	here map[string]orgs.Unit // those of the list that are here
	day  string
}

// translate turns what a row says into our words; false: it is refused.
func (u *units) translate(row listRow) bool {
	key, parent, kind := row.of[mapping.Key], row.of[mapping.Parent], row.of[mapping.Kind]
	ours, known := u.m.Units[key]
	if !known {
		u.refuse(row, mapping.Key, "moving.reject.unit", short(key))
		return false
	}
	row.of["id"] = ours
	above, known := u.m.Units[parent]
	if !known && parent != "" {
		u.refuse(row, mapping.Parent, "moving.reject.unit", short(parent))
		return false
	}
	row.of[mapping.Parent] = above
	to, known := u.m.UnitKinds[kind]
	if !known && kind != "" {
		u.refuse(row, mapping.Kind, "moving.reject.unit_kind", short(kind))
		return false
	}
	row.of[mapping.Kind] = to
	return true
}

// alone refuses the rows of units that have become one here: none of them says what the one is.
func (u *units) alone() {
	n := map[string]int{}
	for _, r := range u.rows {
		n[r.of["id"]]++
	}
	u.keep(func(r listRow) bool {
		if n[r.of["id"]] > 1 {
			u.refuse(r, mapping.Key, "moving.reject.unit_merged", r.of["id"])
		}
		return n[r.of["id"]] == 1
	})
}

// compare fills in what the list does not say of units that are here, and refuses those
// that have ended.
func (u *units) compare(ctx context.Context, s *Service) error {
	var failed error
	u.keep(func(r listRow) bool {
		if failed != nil {
			return true
		}
		is, err := orgs.Get(ctx, s.DB, orgs.ID(r.of["id"]))
		switch {
		case errors.Is(err, orgs.ErrNotFound):
			return true
		case err != nil:
			failed = err
			return true
		case is.ValidTo != "" && is.ValidTo < u.day:
			_, to, err := orgs.ListTies(ctx, s.DB, is.ID)
			failed = err
			next := make([]string, 0, len(to))
			for _, t := range to {
				next = append(next, string(t.Unit))
			}
			u.refuse(r, mapping.Key, "moving.reject.unit_ended", short(strings.Join(next, ", ")))
			return false
		}
		u.here[r.of["id"]] = is
		for _, one := range unitSaid(is) {
			if r.of[one.head] == "" {
				r.of[one.head] = one.said
			}
		}
		return true
	})
	return failed
}

type headed struct{ head, said string }

// unitSaid is what a unit says, by the columns of lists.
func unitSaid(u orgs.Unit) []headed {
	return []headed{
		{mapping.Name, u.Name.VI}, {mapping.Parent, string(u.Parent)}, {mapping.Kind, string(u.Kind)}, {mapping.Short, u.Short}, {mapping.Code, u.Agency()}, {mapping.Address, u.Address}, {mapping.Phone, u.Phone},
	}
}

// parentsFirst puts units behind those they stand under; those in a circle are refused.
func (u *units) parentsFirst() {
	waits := map[string]bool{}
	for _, r := range u.rows {
		waits[r.of["id"]] = true
	}
	var sorted []listRow
	for left := u.rows; len(left) > 0; {
		var later []listRow
		placed := map[string]bool{}
		for _, r := range left {
			if waits[r.of[mapping.Parent]] {
				later = append(later, r)
				continue
			}
			sorted, placed[r.of["id"]] = append(sorted, r), true
		}
		for id := range placed {
			delete(waits, id)
		}
		if len(later) == len(left) {
			for _, r := range later {
				u.refuse(r, mapping.Parent, "moving.reject.unit_circle", r.of[mapping.Parent])
			}
			break
		}
		left = later
	}
	u.rows = sorted
}

// changes says what a row changes of a unit that is here.
func (u *units) changes(r listRow) (all []FieldChange) {
	for _, one := range unitSaid(u.here[r.of["id"]]) {
		if now := r.of[one.head]; now != one.said {
			all = append(all, FieldChange{one.head, one.said, now})
		}
	}
	return all
}

// mostTries is how often a list is tried again without the rows that were wrong: a unit
// whose parent is wrong is wrong in the next.
const mostTries = 20

// tried looks at what each row would do, by the use case that does it, and refuses those
// that are wrong, until none is.
func (s *Service) tried(ctx context.Context, actor identity.Actor, g *gathered, o ListAsked, heads []string, tell func(row listRow, line personnel.ListLine)) error {
	for range mostTries {
		if len(g.rows) == 0 {
			return nil
		}
		lines, err := s.tryOnce(ctx, actor, g, o, heads)
		if err != nil {
			return err
		}
		wrong := map[int]personnel.ListLine{}
		for _, l := range lines {
			if row := g.rows[l.Row-1]; l.What == "wrong" {
				wrong[row.line] = l
			}
		}
		if len(wrong) == 0 {
			for _, l := range lines {
				tell(g.rows[l.Row-1], l)
			}
			return nil
		}
		g.keep(func(r listRow) bool {
			l, is := wrong[r.line]
			if is {
				problem, _ := errors.AsType[*errs.Error](l.Problem)
				g.refuse(r, fieldOf(l.Cell, heads), problem.Code, "")
			}
			return !is
		})
	}
	return moving.ErrLeft
}

func (s *Service) tryOnce(ctx context.Context, actor identity.Actor, g *gathered, o ListAsked, heads []string) ([]personnel.ListLine, error) {
	f, err := g.file("", o, heads, g.rows)
	if err != nil {
		return nil, err
	}
	return s.Lists.TryList(ctx, actor, f)
}

// fieldOf is the column of a cell such as B7.
func fieldOf(cell string, heads []string) string {
	if cell == "" || int(cell[0]-'A') >= len(heads) {
		return mapping.Key
	}
	return heads[cell[0]-'A']
}

// file is rows of a list as the use case of lists reads them.
func (g *gathered) file(name string, o ListAsked, heads []string, rows []listRow) (personnel.ListFile, error) {
	kind := "units"
	if g.Table == mapping.Officials {
		kind = "people"
	}
	content, err := sheetOf(kind, heads, rows)
	return personnel.ListFile{Name: name, Content: content, Number: o.Number, Date: o.Date, From: o.From}, err
}

// bring does what was looked at, some rows at once: cut off between two, the next time
// finds those that came the same.
func (s *Service) bring(ctx context.Context, actor identity.Actor, source string, g *gathered, o ListAsked, heads []string, atOnce int, words func(code string) string) (Listed, error) {
	if !o.Apply || g.New+g.Changed == 0 {
		return s.end(g, words)
	}
	for left := g.rows; len(left) > 0; {
		n := min(atOnce, len(left))
		for n < len(left) && heads[0] == mapping.Login && left[n].of[mapping.Login] == left[n-1].of[mapping.Login] { // the posts of one come together
			n++
		}
		some := left[:n]
		left = left[n:]
		if !slices.ContainsFunc(some, func(r listRow) bool {
			return slices.ContainsFunc(g.Effects, func(e Effect) bool { return e.Line == r.line })
		}) {
			continue
		}
		name, err := g.nameOf(source, o, some)
		if err != nil {
			return Listed{}, err
		}
		f, err := g.file(name, o, heads, some)
		if err != nil {
			return Listed{}, err
		}
		id, err := s.Lists.BringList(ctx, actor, f)
		if err != nil {
			return g.Listed, err
		}
		g.Done = append(g.Done, id)
	}
	return s.end(g, words)
}
