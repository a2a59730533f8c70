// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package registers_test

import (
	"fmt"
	"os"
	"testing"

	"go.yaml.in/yaml/v3"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// world is a province of two communes, one with a hamlet's office under it.
type world struct {
	d              *db.DB
	clock          *dbtest.Clock
	keeper         *registers.Keeper
	actor          identity.Actor
	all, east, sub access.Scope // everything; the commune "east" alone; "east" with what is under it
}

func migrations() []db.Migrations {
	return []db.Migrations{orgs.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(), registers.Migrations()}
}

func each(t *testing.T, f func(t *testing.T, w world)) {
	t.Helper()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) { f(t, newWorld(t, d, c)) })
}

func newWorld(t *testing.T, d *db.DB, c *dbtest.Clock) world {
	t.Helper()
	w := world{d: d, clock: c, keeper: registers.NewKeeper(crypt.Ephemeral())}
	w.write(t, func(tx *db.Tx) error {
		_, err := orgs.Apply(t.Context(), tx, []orgs.Unit{
			{ID: "province", Kind: orgs.Province, Name: i18n.Text{VI: "Tỉnh"}},
			{ID: "east", Parent: "province", Kind: orgs.Commune, Name: i18n.Text{VI: "Xã Đông"}},
			{ID: "west", Parent: "province", Kind: orgs.Commune, Name: i18n.Text{VI: "Xã Tây"}},
			{ID: "hamlet", Parent: "east", Kind: "office", Name: i18n.Text{VI: "Ấp Một"}},
		})
		return err
	})
	w.actor = identity.NewActor("clerk", "p1")
	scope := func(at identity.Place) access.Scope {
		s, err := access.Require(w.actor.Grant(registers.PermEdit, at), registers.PermEdit)
		ok(t, err)
		return s
	}
	w.all = access.All()
	w.east = scope(identity.Place{Unit: "east"})
	w.sub = scope(identity.Place{Unit: "east", Subtree: true})
	return w
}

func (w world) write(t *testing.T, f func(tx *db.Tx) error) {
	t.Helper()
	ok(t, w.d.Write(t.Context(), f))
}

func (w world) plan(t *testing.T, def registers.Definition) registers.Plan {
	t.Helper()
	p, err := w.keeper.Plan(t.Context(), w.d, def)
	ok(t, err)
	return p
}

func (w world) apply(t *testing.T, def registers.Definition) registers.Plan {
	t.Helper()
	p := w.plan(t, def)
	w.write(t, func(tx *db.Tx) error { return w.keeper.Apply(t.Context(), tx, w.actor, p) })
	return p
}

func (w world) insert(t *testing.T, register string, values map[string]any) (rec registers.Record) {
	t.Helper()
	w.write(t, func(tx *db.Tx) (err error) {
		rec, err = w.keeper.Insert(t.Context(), tx, w.actor, w.all, register, "east", values)
		return err
	})
	return rec
}

func (w world) update(t *testing.T, register, id string, seen int64, values map[string]any) error {
	t.Helper()
	return w.d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := w.keeper.Update(t.Context(), tx, w.actor, w.all, register, id, seen, values)
		return err
	})
}

// personal reads a record with everything in it.
func (w world) personal(t *testing.T, register, id string) (rec registers.Record) {
	t.Helper()
	w.write(t, func(tx *db.Tx) (err error) {
		rec, err = w.keeper.GetPersonal(t.Context(), tx, w.actor, w.all, access.Handling, register, id)
		return err
	})
	return rec
}

func (w world) count(t *testing.T, query string, args ...any) (n int64) {
	t.Helper()
	ok(t, w.d.QueryRow(t.Context(), query, args...).Scan(&n))
	return n
}

// file decodes a register of testdata.
func file(t *testing.T, name string) registers.Definition {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	ok(t, err)
	def, problems := decode(t, string(raw))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return def
}

// decode reads the first register of a file.
func decode(t *testing.T, text string) (registers.Definition, []registers.Problem) {
	t.Helper()
	var root struct {
		Registers []yaml.Node `yaml:"registers"`
	}
	ok(t, yaml.Unmarshal([]byte(text), &root))
	return registers.Decode(&root.Registers[0])
}

// def makes a definition of one line per field.
func def(t *testing.T, id string, version int, rest string, fields ...string) registers.Definition {
	t.Helper()
	text := fmt.Sprintf("registers:\n  - id: %s\n    title: Sổ\n    version: %d\n    fields:\n", id, version)
	for _, f := range fields {
		text += "      - {label: Nhãn, " + f + "}\n"
	}
	d, problems := decode(t, text+"    "+rest+"\n")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return d
}

func printer(t *testing.T, l i18n.Lang) i18n.Printer {
	t.Helper()
	source, err := registers.Locales()
	ok(t, err)
	c, err := i18n.Load(source)
	ok(t, err)
	return c.Printer(l)
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// decodeAll reads all registers of a file.
func decodeAll(t *testing.T, text string) (all []registers.Definition) {
	t.Helper()
	var root struct {
		Registers []yaml.Node `yaml:"registers"`
	}
	ok(t, yaml.Unmarshal([]byte(text), &root))
	for i := range root.Registers {
		d, problems := registers.Decode(&root.Registers[i])
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		all = append(all, d)
	}
	return all
}
