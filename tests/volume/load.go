// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package volume

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/platform/crypt"
)

// Options say what is loaded, and where.
type Options struct {
	Database string // a postgres:// URL, or the path of a SQLite file; no program runs on it
	Keys     *crypt.Keys
	Calendar *calendar.Calendar
	Shapes   []string // ids of the dossiers that are multiplied
	Dossiers int      // to add
	Until    time.Time
	Seed     uint64
}

// years is over which time before now dossiers are spread.
const years = 3

// oneOpen is of how many dossiers one is open: about those of nine days of work in
// three years.
const oneOpen = 90

// Loaded says what was written.
type Loaded struct {
	Shapes, Open, Persons int
	Rows                  int64
	Kinds                 []string    // procedure, channel and state of the shapes, each once
	Pairs                 [][2]string // some dossiers with a copy of each
	Took                  time.Duration
}

// String says it in one line.
func (l Loaded) String() string {
	return fmt.Sprintf("%d rows and %d persons from %d shapes of %d kinds in %s; %d are open", l.Rows, l.Persons, l.Shapes, len(l.Kinds), l.Took.Round(time.Second), l.Open)
}

// place is where and when a copy stands.
type place struct {
	shape *shape
	weeks int
	at    int64
}

// Load adds dossiers. It may run again on what it has loaded.
func Load(ctx context.Context, o Options) (done Loaded, err error) {
	began := time.Now()
	d, err := open(o.Database)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	shapes, err := readShapes(ctx, d, o.Keys, o.Shapes)
	if err != nil {
		return done, err
	}
	if err := forgotten(ctx, d, o.Database, shapes); err != nil {
		return done, err
	}
	template, err := personTemplate(ctx, d, o.Keys)
	if err != nil {
		return done, err
	}
	r := rand.New(rand.NewPCG(o.Seed, 81))
	places, err := spread(shapes, o, r)
	if err != nil {
		return done, err
	}
	kinds := map[string]bool{}
	for _, s := range shapes {
		if err := s.prepare(o.Keys); err != nil {
			return done, err
		}
		kinds[fmt.Sprint(s.lines[0].text("procedure_id"), s.lines[0].number("channel"), s.lines[0].number("status"), s.lines[0].text("step"))] = true
	}
	counters, err := readCounters(ctx, d)
	if err != nil {
		return done, err
	}
	out := newSink(ctx, o.Database, d)
	people := crowd{r: r, keys: o.Keys, line: template, size: max(1, o.Dossiers/3), out: out}
	for i, p := range places {
		if i%1000 == 0 && (out.failed() != nil || ctx.Err() != nil) {
			break
		}
		if !p.shape.ended {
			done.Open++
		}
		one := p.shape.copy(p, r, &people, counters, o.Keys)
		if i%max(1, len(places)/200) == 0 {
			done.Pairs = append(done.Pairs, [2]string{p.shape.ids[0], one.values[0]})
		}
		for _, plan := range p.shape.plans {
			out.add(plan.line.table, plan.line.columns, one.cells(plan))
		}
	}
	if err := errors.Join(out.close(), ctx.Err()); err != nil {
		return done, err
	}
	done.Shapes, done.Persons, done.Rows = len(shapes), len(people.known), out.rows
	for k := range kinds {
		done.Kinds = append(done.Kinds, k)
	}
	slices.Sort(done.Kinds)
	if err := finish(ctx, d, o.Database, counters); err != nil {
		return done, err
	}
	done.Took = time.Since(began)
	return done, nil
}

// spread chooses which shape stands where, in the order in which they came in: so that
// rows are written where those before them ended.
func spread(shapes []*shape, o Options, r *rand.Rand) (all []place, err error) {
	from := o.Until.AddDate(-years, 0, 0)
	special := specials(o.Calendar, calendar.On(from).AddDays(-400), calendar.On(o.Until).AddDays(800))
	var open, closed []*shape
	weeks := map[*shape][]int{}
	for _, s := range shapes {
		weeks[s] = s.weeks(special, from, o.Until)
		switch {
		case !s.ended:
			open = append(open, s)
		case len(weeks[s]) > 1:
			closed = append(closed, s)
		}
	}
	if len(closed) == 0 || len(open) == 0 {
		return nil, fmt.Errorf("of %d shapes %d are closed and can be moved, %d are open", len(shapes), len(closed), len(open))
	}
	for i := range o.Dossiers {
		from := closed
		if i%oneOpen == 0 {
			from = open
		}
		s := from[r.IntN(len(from))]
		w := weeks[s][r.IntN(len(weeks[s]))]
		all = append(all, place{s, w, s.submitted + int64(w)*week})
	}
	slices.SortFunc(all, func(a, b place) int {
		if a.at < b.at {
			return -1
		}
		return 1
	})
	return all, nil
}

// copy makes the variables of a copy.
func (s *shape) copy(p place, r *rand.Rand, people *crowd, n counters, keys *crypt.Keys) *copying {
	d := s.lines[0]
	c := &copying{shape: s, weeks: p.weeks, values: make([]string, s.at(vars)), keys: keys, fresh: func() string { return newID(p.at/1000, 0, r) }}
	zero := milliOf(s.ids[0])
	for i, old := range s.ids {
		c.values[i] = newID(p.at/1000+milliOf(old)-zero, orderOf(old), r)
	}
	var sum [32]byte
	for i := range s.hashes {
		for j := range sum {
			sum[j] = byte(r.Uint32())
		}
		c.values[len(s.ids)+i] = hex.EncodeToString(sum[:])
	}
	c.person = people.pick(s.owner.kind, p.at)
	c.values[s.at(varReference)] = reference(r)
	c.values[s.at(varOwner)], c.values[s.at(varName)], c.values[s.at(varFolded)] = c.person.id, c.person.name, c.person.folded
	c.values[s.at(varNumber)], c.values[s.at(varPhone)] = c.person.number, c.person.phone
	if s.owner.phone == "" {
		cp := *c.person
		cp.phoneIndex, c.person = "", &cp
	}
	if s.owner.number == "" {
		cp := *c.person
		cp.numberIndex, c.person = "", &cp
	}
	if code := d.text("code"); code != "" {
		agency, _, _ := strings.Cut(code, "-")
		day := time.UnixMicro(c.moved(d.number("accepted_at"))).In(calendar.Zone()).Format("060102")
		c.values[s.at(varCode)] = fmt.Sprintf("%s-%s-%04d", agency, day, n.next("dossiers "+agency, day))
	}
	for _, l := range s.lines {
		if l.table == "dossiers_results" && l.number("number") > 0 {
			year := time.UnixMicro(c.moved(l.number("numbered_at"))).In(calendar.Zone()).Format("2006")
			c.number = n.next("documents "+l.text("agency")+" "+l.text("doc_type"), year)
		}
	}
	return c
}

// counters are the last numbers that were given.
type counters map[[2]string]int64

func (c counters) next(name, period string) int64 {
	c[[2]string{name, period}]++
	return c[[2]string{name, period}]
}

func readCounters(ctx context.Context, d *sql.DB) (counters, error) {
	lines, err := readAll(ctx, d, "sequence_counters")
	all := counters{}
	for _, l := range lines {
		all[[2]string{l.text("name"), l.text("period")}] = l.number("last")
	}
	return all, err
}
