// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package volume

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/platform/crypt"
)

// how a cell is copied.
type how uint8

const (
	asIs how = iota
	moment
	day     // a number: 20261122
	date    // 2026-11-22
	pauses  // "20261101-20261105 20261120-"
	words   // text with ids and names in it
	sealing // the same, sealed
	numberIndex
	phoneIndex
	resultNumber
	resultYear
	fresh // an id of nothing
)

// piece is a part of a text: itself, or the value of a variable.
type piece struct {
	text string
	of   int // -1: text
}

// step copies a cell.
type step struct {
	how    how
	n      int64
	pieces []piece
	column string // to which it is bound
}

// plan copies a line.
type plan struct {
	line  line
	steps []step
	row   []piece // to which what is sealed is bound
}

// The variables of a shape stand behind its ids and its hashes.
const (
	varCode = iota
	varReference
	varOwner
	varName
	varFolded
	varNumber
	varPhone
	vars
)

func (s *shape) at(v int) int { return len(s.ids) + len(s.hashes) + v }

// prepare works out how each cell of a shape is copied.
func (s *shape) prepare(keys *crypt.Keys) error {
	var find []named
	for i, one := range s.ids {
		find = append(find, named{one, i})
	}
	for i, one := range s.hashes {
		find = append(find, named{one, len(s.ids) + i})
	}
	d := s.lines[0]
	for v, one := range map[int]string{
		varCode: d.text("code"), varReference: d.text("reference"), varOwner: s.owner.id, varName: s.owner.name, varNumber: s.owner.number, varPhone: s.owner.phone,
	} {
		if one != "" {
			find = append(find, named{one, s.at(v)})
		}
	}
	slices.SortFunc(find, func(a, b named) int { return len(b.text) - len(a.text) })
	for _, l := range s.lines {
		p := plan{line: l, row: split(l.text("id"), find)}
		if l.table == "files_pictures" {
			p.row = split(l.text("file_id")+"/"+strconv.FormatInt(l.number("page"), 10), find)
		}
		for i, c := range l.cells {
			st, err := s.step(keys, find, l, l.columns[i], c)
			if err != nil {
				return err
			}
			p.steps = append(p.steps, st)
		}
		s.plans = append(s.plans, p)
	}
	return nil
}

func (s *shape) step(keys *crypt.Keys, find []named, l line, column string, c any) (st step, err error) {
	if n, ok := c.(int64); ok {
		switch {
		case isTime(n):
			return step{how: moment, n: n}, nil
		case n > 2000_01_01 && n < 2100_01_01 && strings.HasPrefix(l.table, "dossiers_"):
			return step{how: day, n: n}, nil
		case l.table == "dossiers_results" && column == "year" && n > 0:
			return step{how: resultYear, n: l.number("numbered_at")}, nil
		case l.table == "dossiers_results" && column == "number" && n > 0:
			return step{how: resultNumber, n: n}, nil
		}
		return step{n: n}, nil
	}
	said, ok := c.(string)
	switch {
	case !ok || said == "":
		return st, nil
	case sealedAs(column) != "":
		row := l.text("id")
		if l.table == "files_pictures" {
			row = l.text("file_id") + "/" + strconv.FormatInt(l.number("page"), 10)
		}
		plain, err := keys.OpenText(l.table, sealedAs(column), row, said)
		if err != nil {
			return st, fmt.Errorf("%s.%s: %w", l.table, column, err)
		}
		return step{how: sealing, pieces: split(plain, find), column: sealedAs(column)}, nil
	case column == "owner_number_index":
		return step{how: numberIndex}, nil
	case column == "owner_phone_index":
		return step{how: phoneIndex}, nil
	case column == "owner_folded":
		return step{how: words, pieces: []piece{{of: s.at(varFolded)}}}, nil
	case l.table == "dossiers_requests" && column == "key":
		return step{how: fresh}, nil
	case l.table == "dossiers_facts" && column == "pauses":
		return step{how: pauses, pieces: []piece{{text: said, of: -1}}}, nil
	}
	if _, err := time.Parse(time.DateOnly, said); err == nil && strings.HasSuffix(column, "_on") {
		return step{how: date, pieces: []piece{{text: said, of: -1}}}, nil
	}
	if p := split(said, find); len(p) > 1 || p[0].of >= 0 {
		return step{how: words, pieces: p}, nil
	}
	return st, nil
}

// named is a text that stands for a variable.
type named struct {
	text string
	of   int
}

// split finds the variables in a text, the longest first.
func split(s string, find []named) []piece {
	all := []piece{{s, -1}}
	for _, f := range find {
		for i := 0; i < len(all); i++ {
			if all[i].of >= 0 {
				continue
			}
			before, after, found := strings.Cut(all[i].text, f.text)
			if !found {
				continue
			}
			parts := []piece{{of: f.of}}
			if before != "" {
				parts = slices.Insert(parts, 0, piece{before, -1})
			}
			if after != "" {
				parts = append(parts, piece{after, -1})
			}
			all = slices.Replace(all, i, i+1, parts...)
		}
	}
	return all
}

// copying is one copy of a shape.
type copying struct {
	*shape
	weeks  int
	values []string // of its variables
	person *person
	number int64 // of its result
	fresh  func() string
	keys   *crypt.Keys
}

func (c *copying) write(pieces []piece) string {
	if len(pieces) == 1 {
		if pieces[0].of >= 0 {
			return c.values[pieces[0].of]
		}
		return pieces[0].text
	}
	var b strings.Builder
	for _, p := range pieces {
		if p.of >= 0 {
			b.WriteString(c.values[p.of])
		} else {
			b.WriteString(p.text)
		}
	}
	return b.String()
}

const week = int64(7 * 24 * time.Hour / time.Microsecond)

func (c *copying) moved(micro int64) int64 { return micro + int64(c.weeks)*week }

// on moves a day that is a number.
func (c *copying) on(n int64) int64 {
	d := calendar.Date{Year: int(n / 10000), Month: time.Month(n / 100 % 100), Day: int(n % 100)}.AddDays(7 * c.weeks)
	return int64(d.Year)*10000 + int64(d.Month)*100 + int64(d.Day)
}

// cells are those of the copy of a line.
func (c *copying) cells(p plan) []any {
	all, row := make([]any, len(p.steps)), ""
	for i, st := range p.steps {
		switch st.how {
		case asIs:
			all[i] = p.line.cells[i]
		case moment:
			all[i] = c.moved(st.n)
		case day:
			all[i] = c.on(st.n)
		case date:
			d, _ := calendar.ParseDate(st.pieces[0].text)
			all[i] = d.AddDays(7 * c.weeks).String()
		case pauses:
			all[i] = c.pauses(st.pieces[0].text)
		case words:
			all[i] = c.write(st.pieces)
		case sealing:
			if row == "" {
				row = c.write(p.row)
			}
			all[i] = c.keys.SealText(p.line.table, st.column, row, c.write(st.pieces))
		case numberIndex:
			all[i] = c.person.numberIndex
		case phoneIndex:
			all[i] = c.person.phoneIndex
		case resultNumber:
			all[i] = c.number
		case resultYear:
			all[i] = int64(time.UnixMicro(c.moved(st.n)).In(calendar.Zone()).Year())
		case fresh:
			all[i] = c.fresh()
		}
	}
	return all
}

// pauses moves the days between which people were asked for something.
func (c *copying) pauses(s string) string {
	var all []string
	for one := range strings.FieldsSeq(s) {
		from, to, _ := strings.Cut(one, "-")
		for _, part := range []*string{&from, &to} {
			if n, err := strconv.ParseInt(*part, 10, 64); err == nil {
				*part = strconv.FormatInt(c.on(n), 10)
			}
		}
		all = append(all, from+"-"+to)
	}
	return strings.Join(all, " ")
}
