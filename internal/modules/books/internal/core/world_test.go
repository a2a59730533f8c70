// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/kernel/sequence"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/modules/books/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// world is an installation with two communes and a register of markets.
type world struct {
	keeper *registers.Keeper
	d      *db.DB
	clock  *dbtest.Clock
	svc    *core.Service

	it, auditor, east, west, reader identity.Actor
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{
		orgs.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(), registers.Migrations(), sequence.Migrations(), store.Migrations(),
	}, func(t *testing.T, d *db.DB, c *dbtest.Clock) { f(t, newWorld(t, d, c)) })
}

func newWorld(t *testing.T, d *db.DB, c *dbtest.Clock) *world {
	t.Helper()
	ctx := t.Context()
	keys := crypt.Ephemeral()
	people, keeper := identity.NewDirectory(keys), registers.NewKeeper(keys)
	w := &world{d: d, clock: c, keeper: keeper}
	w.svc = core.New(d, people, keeper)
	w.svc.Paper = core.Press{Address: "https://example.vn"}
	book := registers.Definition{
		ID: "cho", Title: i18n.Text{VI: "Sổ chợ"}, Version: 1,
		Fields: []registers.Field{
			{Key: "code", Label: i18n.Text{VI: "Số hiệu"}, Type: registers.Line, Required: true, Unique: true, Max: 20},
			{Key: "name", Label: i18n.Text{VI: "Tên chợ"}, Type: registers.Line, Required: true, Max: 100},
			{Key: "keeper", Label: i18n.Text{VI: "Người trông coi"}, Type: registers.Line, Max: 100, Personal: registers.Basic},
		},
		List: registers.List{Columns: []string{"code", "name"}, Sort: "code"},
	}
	accounts := map[string]*identity.Actor{"it": &w.it, "auditor": &w.auditor, "east": &w.east, "west": &w.west, "reader": &w.reader}
	must(t, d.Write(ctx, func(tx *db.Tx) error {
		if _, err := orgs.Apply(ctx, tx, []orgs.Unit{
			{ID: "province", Kind: orgs.Province, Name: i18n.Text{VI: "Tỉnh"}},
			{ID: "east", Parent: "province", Kind: orgs.Commune, Name: i18n.Text{VI: "Xã Đông"}},
			{ID: "west", Parent: "province", Kind: orgs.Commune, Name: i18n.Text{VI: "Xã Tây"}},
			{ID: "shop", Parent: "east", Kind: orgs.OneStop, Name: i18n.Text{VI: "Một cửa Xã Đông"}},
		}); err != nil {
			return err
		}
		for login, actor := range accounts {
			person, err := people.SavePerson(ctx, tx, identity.Person{Kind: identity.Individual, Name: "Người " + login})
			if err != nil {
				return err
			}
			account, err := people.SaveAccount(ctx, tx, identity.Account{Person: person, Login: login}, "")
			if err != nil {
				return err
			}
			*actor = identity.NewActor(account, person)
		}
		plan, err := keeper.Plan(ctx, tx, book)
		if err != nil {
			return err
		}
		return keeper.Apply(ctx, tx, identity.Program("apply"), plan)
	}))
	whole := identity.Place{Unit: "province", Subtree: true}
	w.reader = w.reader.Grant(registers.PermView, whole)
	w.reader.Unit = "province"
	for actor, unit := range map[*identity.Actor]string{&w.east: "east", &w.west: "west"} {
		at := identity.Place{Unit: unit, Subtree: true}
		*actor = actor.Grant(registers.PermView, at).Grant(registers.PermEdit, at)
		actor.Unit = unit
	}
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) write(t *testing.T, f func(tx *db.Tx) error) {
	t.Helper()
	must(t, w.d.Write(t.Context(), f))
}

func (w *world) count(t *testing.T, query string, args ...any) (n int64) {
	t.Helper()
	must(t, w.d.QueryRow(t.Context(), query, args...).Scan(&n))
	return n
}

func (w *world) recorded(t *testing.T, e audit.Event) int64 {
	t.Helper()
	return w.count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1`, string(e))
}
