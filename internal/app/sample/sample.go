// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package sample makes up what stands in the registers of a demonstration: rows
// that hold the checks of their registers, at places that exist, of people and
// firms that do not. It writes nothing: internal/app enters the rows as the
// officials would. The same seed makes the same rows.
package sample

import (
	"fmt"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/kernel/registers"
)

// Values are those of one record, by the keys of fields.
type Values map[string]any

// Unit is the key under which Values say whose record it is, where that is not
// the unit of whoever enters it.
const Unit = "@unit"

// Steps is the key under which Values say how the record moved on: []Step.
const Steps = "@steps"

// Step is one move of a record, by whoever holds the role.
type Step struct {
	Move   string
	Role   access.RoleID // empty: that of the book
	Other  bool          // by another holder of the role than who entered the record, as where the register wants it
	Reason string
	Values map[string]any
}

// Take removes what says how a row is entered from its values: its unit, which is
// empty where it is that of whoever enters it, and its steps.
func (v Values) Take() (unit string, steps []Step) {
	unit, _ = v[Unit].(string)
	steps, _ = v[Steps].([]Step)
	delete(v, Unit)
	delete(v, Steps)
	return unit, steps
}

// ByAnother reports whether somebody else makes a step than who entered the record.
func (s Step) ByAnother(d registers.Definition) bool {
	return s.Other || d.Life != nil && slices.ContainsFunc(d.Life.Moves, func(m registers.Move) bool { return m.ID == s.Move && m.Other })
}

// Book is what a demonstration has of one register.
type Book struct {
	Register string
	Role     access.RoleID // whoever holds it enters the rows, for the unit in which they hold it
	Rows     int
	Row      func(m *Maker) Values
}

// Place is a commune of the province.
type Place struct {
	Unit string // its id
	Name string // "Phường Long Xuyên"
	Code string // of the list of administrative units; empty: none is known

	Lat, Lon float64 // both 0: not known
}

// World is where the rows are to be at home.
type World struct {
	Today  time.Time
	Places []Place             // communes, in the order of the pack
	Units  []string            // departments and other offices
	Made   map[string][]string // ids of what was entered already, by register

	person int            // how many people were made up
	funded map[int]funded // projects, by their row
	open   map[int]bool   // files of the archive that everybody may see, by their row
}

// NewWorld returns the world of a province on a day. Where tells the point of a
// commune by its code.
func NewWorld(set *packs.Set, today time.Time, where func(code string) (lat, lon float64)) *World {
	w := &World{Today: today, Made: map[string][]string{}, funded: map[int]funded{}, open: map[int]bool{}}
	for _, u := range set.UnitsOn(packs.Date(today.Format("2006-01-02"))) {
		switch u.Kind { //nolint:exhaustive // no other kind of unit is a place or has an owner
		case packs.KindCommune, packs.KindWard, packs.KindTownship, packs.KindSpecialZone:
			p := Place{Unit: u.ID, Name: u.Name.VI, Code: u.AreaCode}
			p.Lat, p.Lon = where(u.AreaCode)
			w.Places = append(w.Places, p)
		case packs.KindDepartment:
			w.Units = append(w.Units, u.ID)
		}
	}
	return w
}

// Books returns what is made up, a register after those its rows point to.
func Books() []Book {
	return slices.Concat(homeAffairs(), economy(), land(), people(), digital())
}

// Of returns the rows of a book, all of them.
func (w *World) Of(b Book) []Values {
	if b.Rows == 0 || len(w.Places) == 0 || len(w.Units) == 0 {
		return nil
	}
	rows := make([]Values, 0, b.Rows)
	for n := range b.Rows {
		if v := b.Row(&Maker{n: n, w: w, d: throw(b.Register, fmt.Sprint(n))}); v != nil { // nil: none for what it would point to
			rows = append(rows, v)
		}
	}
	return rows
}

// Maker makes the values of one row.
type Maker struct {
	n int // of the row, from 0
	w *World
	d *dice
}

func (m *Maker) serial(form string) string { return fmt.Sprintf(form, m.n+1) }

// of returns one of some words, by chance; next one after the other.
func (m *Maker) of(words ...string) string   { return words[m.d.under(len(words))] }
func (m *Maker) next(words ...string) string { return words[m.n%len(words)] }

func (m *Maker) yes(share float64) bool { return m.d.part() < share }

func (m *Maker) whole(from, to int) int64 { return int64(from + m.d.under(to-from+1)) }

// money is a round sum.
func (m *Maker) money(from, to, round int64) int64 {
	return (from + int64(m.d.part()*float64(to-from))) / round * round
}

func (m *Maker) number(from, to float64, digits int) string {
	return fmt.Sprintf("%.*f", digits, from+(to-from)*m.d.part())
}

// ago is a day some days before today.
func (m *Maker) ago(from, to int) time.Time {
	return m.w.Today.AddDate(0, 0, -int(m.whole(min(from, to), max(from, to))))
}

// later is a day some days after another, today at the latest; ahead may lie in the future.
func (m *Maker) later(day time.Time, from, to int) time.Time {
	if d := m.ahead(day, from, to); d.Before(m.w.Today) {
		return d
	}
	return m.w.Today
}

func (m *Maker) ahead(day time.Time, from, to int) time.Time {
	return day.AddDate(0, 0, int(m.whole(from, to)))
}

func day(t time.Time) string   { return t.Format("2006-01-02") }
func month(t time.Time) string { return t.Format("2006-01") }

// place is one commune after the other; anywhere one by chance.
func (m *Maker) place() Place    { return m.w.Places[m.n%len(m.w.Places)] }
func (m *Maker) anywhere() Place { return m.w.Places[m.d.under(len(m.w.Places))] }

func (m *Maker) unit() string { return m.w.Units[m.d.under(len(m.w.Units))] }

// near is a point within two kilometres or so; nil where the place has none.
func (m *Maker) near(p Place) any {
	if p.Lat == 0 {
		return nil
	}
	off := func() float64 { return (m.d.part() - 0.5) * 0.03 }
	return registers.Point{Lat: int64((p.Lat + off()) * 1e6), Lon: int64((p.Lon + off()) * 1e6)}
}

// made is a record that was entered before; nil where there is none. The n-th is
// one after the other.
func (m *Maker) made(register string) any {
	all := m.w.Made[register]
	if len(all) == 0 {
		return nil
	}
	return all[m.d.under(len(all))]
}

func (m *Maker) nth(register string, n int) any {
	all := m.w.Made[register]
	if len(all) == 0 {
		return nil
	}
	return all[n%len(all)]
}

// moved says through which moves a record has come.
func moved(v Values, steps ...Step) Values {
	v[Steps] = steps
	return v
}

// when leaves a value out where it is not so.
func when(is bool, v any) any {
	if is {
		return v
	}
	return nil
}
