// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/kernel/sequence"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

// A shelf that the public sees, and requests about what stands on it: those of
// readers, who add them about themselves, and those that the desk enters.
const (
	shelfFile = `
id: shelf
title: Giá sách
version: 1
fields:
  - {key: code, label: Mã, type: text, required: true, unique: true}
rights:
  - {id: public, name: Mọi người, public: true, may: [view]}
  - {id: desk, name: Quầy, roles: [clerk], may: [view, add]}
`
	askFile = `
id: ask
title: Yêu cầu
version: 1
home: book
fields:
  - {key: code, label: Số, type: text, unique: true, serial: "YC-{year}-{number}"}
  - {key: reader, label: Độc giả, type: person, personal: basic, required: true}
  - {key: book, label: Sách, type: reference, register: shelf, required: true}
  - {key: words, label: Mục đích, type: text, required: true, max: 100}
  - {key: answer, label: Trả lời, type: text, max: 100}
  - {key: wanted, label: Cần, type: integer}
  - {key: got, label: Được, type: integer}
  - key: way
    label: Cách
    type: choice
    options: [{value: room, label: Phòng đọc}, {value: copy, label: Sao}]
life:
  states:
    - {id: asked, name: Mới gửi, kind: draft}
    - {id: served, name: Đã phục vụ, kind: live, locked: true}
  moves:
    - {id: serve, name: Phục vụ, from: [asked], to: served, may: [desk]}
prints:
  - {id: slip, name: Phiếu, certificate: true, fields: [words], states: [served]}
reports:
  - {name: Cần và được, rows: way, of: wanted, how: sum, against: got}
rights:
  - {id: own, name: Của mình, owner: reader, may: [view, add], except: [code, answer, got]}
  - {id: desk, name: Quầy, roles: [clerk], may: [view, add, change]}
`
)

// one reads a register that stands by itself.
func one(t *testing.T, file string) (registers.Definition, []registers.Problem) {
	t.Helper()
	return decode(t, "registers:\n  -"+strings.ReplaceAll(file, "\n", "\n    "))
}

// wrongAt reports whether an error tells of a field.
func wrongAt(err error, field string) bool {
	e, is := errors.AsType[*errs.Error](err)
	return is && slices.ContainsFunc(e.Fields, func(f errs.Field) bool { return f.Name == field })
}

// reading is the world of these two registers: a book of the commune "east", a reader
// and another person, and the desk.
type reading struct {
	world

	book          string
	reader, other identity.Actor
	desk          identity.Actor
}

func eachReading(t *testing.T, f func(t *testing.T, w reading)) {
	t.Helper()
	dbtest.Each(t, append(migrations(), sequence.Migrations()), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := reading{world: newWorld(t, d, c)}
		w.write(t, func(tx *db.Tx) error {
			_, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "clerk"}}, nil)
			return err
		})
		keys := crypt.Ephemeral()
		w.keeper = registers.NewKeeper(keys)
		for _, file := range []string{shelfFile, askFile} {
			d, problems := one(t, file)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			w.apply(t, d)
		}
		w.book = w.insert(t, "shelf", map[string]any{"code": "S1"}).ID
		people := identity.NewDirectory(keys)
		person := func(name, number string) identity.Actor {
			var id string
			w.write(t, func(tx *db.Tx) (err error) {
				id, err = people.SavePerson(t.Context(), tx, identity.Person{Kind: identity.Individual, Name: name, Number: number, Born: "1998-07-07"})
				return err
			})
			return identity.NewActor("account-"+number, id)
		}
		w.reader, w.other = person("Tăng Ngọc Ánh", "089198000098"), person("Trần Văn Khác", "089098000097")
		w.desk = identity.NewActor("desk", "")
		for _, id := range []string{"shelf", "ask"} {
			w.desk = w.desk.Grant(identity.Permission("registers."+id+".desk"), identity.Place{Unit: "east", Subtree: true})
		}
		f(t, w)
	})
}

func (w reading) enter(t *testing.T, a identity.Actor, unit string, values map[string]any) (rec registers.Record, err error) {
	t.Helper()
	st, err := w.keeper.Stand(t.Context(), w.d, a, "ask")
	ok(t, err)
	return rec, w.d.Write(t.Context(), func(tx *db.Tx) (err error) {
		rec, err = w.keeper.Enter(t.Context(), tx, st, unit, values)
		return err
	})
}

// Who adds about themselves is the owner, names nobody else and no unit; the record
// belongs to whoever keeps what it is about, and others do not see it.
func TestPeopleAddAboutThemselves(t *testing.T) {
	t.Parallel()
	eachReading(t, func(t *testing.T, w reading) {
		t.Helper()
		st, err := w.keeper.Stand(t.Context(), w.d, w.reader, "ask")
		ok(t, err)
		if !st.AddsOwn() {
			t.Error("a reader adds more than their own")
		}
		rec, err := w.enter(t, w.reader, "", map[string]any{"book": w.book, "words": "Nghiên cứu"})
		ok(t, err)
		if rec.Unit != "east" || rec.Values["code"] != "YC-2026-0001" {
			t.Errorf("the request is of %s, number %v", rec.Unit, rec.Values["code"])
		}
		if h, _ := w.personal(t, "ask", rec.ID).Values["reader"].(registers.Human); h.Name != "Tăng Ngọc Ánh" || h.Number != "089198000098" {
			t.Errorf("the reader is %+v", h)
		}
		for who, n := range map[*identity.Actor]int{&w.reader: 1, &w.other: 0, &w.desk: 1} {
			st, err := w.keeper.Stand(t.Context(), w.d, *who, "ask")
			ok(t, err)
			found, err := w.keeper.Find(t.Context(), w.d, st, registers.Ask{Limit: 10})
			ok(t, err)
			if len(found.Records) != n {
				t.Errorf("%s sees %d requests, want %d", who.Account, len(found.Records), n)
			}
		}
		for field, values := range map[string]map[string]any{
			"reader": {"book": w.book, "words": "x", "reader": registers.Human{Name: "Ai đó", Number: "089098000097"}},
			"answer": {"book": w.book, "words": "x", "answer": "được"},
			"code":   {"book": w.book, "words": "x", "code": "YC-1"},
			"book":   {"words": "x"},
			"words":  {"book": w.book},
		} {
			if _, err := w.enter(t, w.reader, "", values); !wrongAt(err, field) {
				t.Errorf("without or with too much %s: %v", field, err)
			}
		}
		if _, err := w.enter(t, w.reader, "east", map[string]any{"book": w.book, "words": "x"}); !wrongAt(err, "unit") {
			t.Errorf("a reader chooses the unit: %v", err)
		}
		if _, err := w.enter(t, w.desk, "", map[string]any{"book": w.book, "words": "x"}); err == nil {
			t.Error("the desk adds without a unit")
		}
	})
}

// agent says whom somebody may act for: in everything, or in some procedures.
type agent struct {
	person string
	every  bool
}

func (a agent) Standing(_ context.Context, _ db.Querier, actor identity.Actor, _ access.Act) ([]access.Stand, error) {
	if actor.For.Person != a.person {
		return nil, errs.New(errs.NotFound, "persons.no_right")
	}
	return []access.Stand{{Person: a.person, Every: a.every, Kinds: []string{"khai-sinh"}}}, nil
}

// Whoever acts for another is that one in a register only with a right to act in
// everything, at that moment.
func TestAgentsAreOwnersByAWholeRight(t *testing.T) {
	t.Parallel()
	eachReading(t, func(t *testing.T, w reading) {
		t.Helper()
		_, err := w.enter(t, w.reader, "", map[string]any{"book": w.book, "words": "Nghiên cứu"})
		ok(t, err)
		acting := w.other
		acting.For = identity.Behalf{Person: w.reader.Person}
		for _, c := range []struct {
			stands access.Stands
			sees   bool
		}{{nil, false}, {agent{person: w.reader.Person}, false}, {agent{person: "somebody else", every: true}, false}, {agent{person: w.reader.Person, every: true}, true}} {
			w.keeper.Represented(c.stands)
			st, err := w.keeper.Stand(t.Context(), w.d, acting, "ask")
			if (err == nil) != c.sees {
				t.Errorf("%+v: %v", c.stands, err)
			}
			if err != nil {
				continue
			}
			rec, err := w.enter(t, acting, "", map[string]any{"book": w.book, "words": "Thay mặt"})
			ok(t, err)
			if h, _ := w.personal(t, "ask", rec.ID).Values["reader"].(registers.Human); h.Name != "Tăng Ngọc Ánh" {
				t.Errorf("the record is about %s", h.Name)
			}
			w.keeper.Represented(nil) // it ends between the page and the act
			if err := w.d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := w.keeper.Enter(t.Context(), tx, st, "", map[string]any{"book": w.book, "words": "Sau đó"})
				return err
			}); errs.KindOf(err) != errs.Forbidden {
				t.Errorf("without a right any more: %v", err)
			}
		}
	})
}

// Numbers follow one another by year, pass over those that were given by hand, and
// none is lost with a record that was not added.
func TestSerialNumbers(t *testing.T) {
	t.Parallel()
	eachReading(t, func(t *testing.T, w reading) {
		t.Helper()
		human := registers.Human{Name: "Lý Văn Tư", Number: "089098000097"}
		add := func(code string) (string, error) {
			values := map[string]any{"book": w.book, "words": "x", "reader": human}
			if code != "" {
				values["code"] = code
			}
			rec, err := w.enter(t, w.desk, "east", values)
			said, _ := rec.Values["code"].(string)
			return said, err
		}
		if _, err := w.enter(t, w.desk, "east", map[string]any{"book": w.book, "reader": human}); err == nil {
			t.Fatal("a request without words was added")
		}
		for _, one := range []struct{ by, is string }{{"", "YC-2026-0001"}, {"YC-2026-0002", "YC-2026-0002"}, {"", "YC-2026-0003"}, {"cũ/7", "cũ/7"}, {"", "YC-2026-0004"}} {
			if is, err := add(one.by); err != nil || is != one.is {
				t.Errorf("%q became %q, %v; want %q", one.by, is, err, one.is)
			}
		}
		if _, err := add("cũ/7"); err == nil {
			t.Error("a number was given twice")
		}
	})
}

// Two sums stand beside each other; a number that the reader does not see does not.
func TestSumsAgainstEachOther(t *testing.T) {
	t.Parallel()
	eachReading(t, func(t *testing.T, w reading) {
		t.Helper()
		human := registers.Human{Name: "Lý Văn Tư", Number: "089098000097"}
		for _, one := range []struct {
			way         string
			wanted, got any
		}{{"room", 10, 4}, {"room", 5, nil}, {"copy", nil, 3}} {
			values := map[string]any{"book": w.book, "words": "x", "reader": human, "way": one.way}
			if one.wanted != nil {
				values["wanted"] = one.wanted
			}
			if one.got != nil {
				values["got"] = one.got
			}
			_, err := w.enter(t, w.desk, "east", values)
			ok(t, err)
		}
		st, err := w.keeper.Stand(t.Context(), w.d, w.desk, "ask")
		ok(t, err)
		if len(st.Reports()) != 1 {
			t.Fatalf("%d reports", len(st.Reports()))
		}
		got, err := w.keeper.Tabulate(t.Context(), w.d, st, registers.Ask{}, st.Reports()[0].Pivot())
		ok(t, err)
		if len(got.ByRow) != 2 || got.ByRow[0].Sum != 15 || got.ByRow[0].Beside != 4 || got.ByRow[1].Sum != 0 || got.ByRow[1].Beside != 3 || got.All.Beside != 7 {
			t.Errorf("%+v %+v", got.ByRow, got.All)
		}
		reader, err := w.keeper.Stand(t.Context(), w.d, w.reader, "ask")
		ok(t, err)
		if len(reader.Reports()) != 0 {
			t.Error("a reader is offered a sum of what they do not see")
		}
		if _, err := w.keeper.Tabulate(t.Context(), w.d, reader, registers.Ask{}, st.Reports()[0].Pivot()); !wrongAt(err, "against") {
			t.Errorf("a reader adds up what they do not see: %v", err)
		}
	})
}

// What the new keys say wrongly is told.
func TestMistakesOfOwnership(t *testing.T) {
	t.Parallel()
	for code, change := range map[string][2]string{
		"serial":         {`serial: "YC-{year}-{number}"`, `serial: "YC-{year}"`},
		"home":           {"home: book", "home: words"},
		"right_home":     {"home: book\n", ""},
		"related":        {"home: book", "home: book\nrelated: [nowhere]"},
		"print_layout":   {"states: [served]}", "states: [served], layout: poster}"},
		"report_against": {"against: got", "against: words"},
		"unknown_state":  {"states: [served]}", "states: [gone]}"},
	} {
		changed := strings.Replace(askFile, change[0], change[1], 1)
		if changed == askFile {
			t.Fatalf("%s: nothing changed", code)
		}
		_, problems := one(t, changed)
		found := false
		for _, p := range problems {
			found = found || p.Code == "registers.definition."+code
		}
		if !found {
			t.Errorf("%s is not told: %v", code, problems)
		}
	}
}
