// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/modules/personnel/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

const viewCase identity.Permission = "dossiers.view"

// desk is work in hand, kept in memory.
type desk struct {
	held map[string]string // piece → account
	unit map[string]orgs.ID
	stay map[string]bool // pieces that cannot be handed over
}

func (d *desk) ListHeld(_ context.Context, _ db.Querier, account string, _ orgs.ID, after string, limit int) (found []personnel.Held, next string, err error) {
	var ids []string
	for id, a := range d.held {
		if a == account && id > after {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	if len(ids) > limit {
		ids = ids[:limit]
		next = ids[limit-1]
	}
	for _, id := range ids {
		found = append(found, personnel.Held{ID: id, Unit: d.unit[id]})
	}
	return found, next, nil
}

func (d *desk) HandOver(_ context.Context, _ *db.Tx, _ identity.Actor, ids []string, to, _ string) (out []personnel.HandedOver, err error) {
	for _, id := range ids {
		one := personnel.HandedOver{ID: id}
		if d.stay[id] {
			one.Err = errs.New(errs.Conflict, "x.stays")
		} else {
			d.held[id] = to
		}
		out = append(out, one)
	}
	return out, nil
}

// cases are dossiers, kept in memory.
type cases map[string]personnel.Case

func (c cases) FindCase(_ context.Context, _ db.Querier, code string) (personnel.Case, bool, error) {
	found, ok := c[code]
	return found, ok, nil
}

type world struct {
	t      *testing.T
	db     *db.DB
	clock  *dbtest.Clock
	people *identity.Directory
	svc    *core.Service
	desk   *desk
	ids    map[string]string // login → account
}

func migrations() []db.Migrations {
	return []db.Migrations{orgs.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(), store.Migrations()}
}

// each makes a province: tinh → phuong-a (with mot-cua), phuong-b, so-x.
func each(t *testing.T, f func(w *world)) {
	t.Helper()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		t.Helper()
		f(newWorld(t, d, c))
	})
}

func newWorld(t *testing.T, d *db.DB, c *dbtest.Clock) *world {
	t.Helper()
	keys := crypt.Ephemeral()
	w := &world{t: t, db: d, clock: c, people: identity.NewDirectory(keys), ids: map[string]string{}, desk: &desk{map[string]string{}, map[string]orgs.ID{}, map[string]bool{}}}
	w.svc = core.New(core.Deps{
		DB: d, Keys: keys, People: w.people, Hands: w.desk, Cases: cases{"HS-1": {ID: "d1", Code: "HS-1", Units: []orgs.ID{"phuong-a"}, Owner: "phuong-a", Person: "owner"}},
	})
	ctx := t.Context()
	w.write(func(tx *db.Tx) error {
		var units []orgs.Unit
		for _, u := range [][3]string{{"tinh", "", "province"}, {"phuong-a", "tinh", "ward"}, {"mot-cua", "phuong-a", "one_stop"}, {"phuong-b", "tinh", "ward"}, {"so-x", "tinh", "department"}} {
			units = append(units, orgs.Unit{ID: orgs.ID(u[0]), Parent: orgs.ID(u[1]), Kind: orgs.Kind(u[2]), Name: i18n.Text{VI: u[0]}, ValidFrom: "2025-07-01"})
		}
		if _, err := orgs.Apply(ctx, tx, units); err != nil {
			return err
		}
		known := append(personnel.Permissions(), viewCase)
		if _, err := access.ApplyRoles(ctx, tx, []access.Role{
			{ID: "officer", Permissions: []identity.Permission{viewCase, personnel.PermEmergency, personnel.PermDuty}},
			{ID: "leader", Permissions: []identity.Permission{
				viewCase, personnel.PermView, personnel.PermHandOver, personnel.PermRequest, personnel.PermApprove, personnel.PermReview, personnel.PermEmergency,
				personnel.PermDuty, personnel.PermDutyPlan,
			}},
			{ID: "admin", Permissions: []identity.Permission{personnel.PermView, personnel.PermMove, personnel.PermHandOver, personnel.PermRequest}},
			{ID: "it", Permissions: []identity.Permission{personnel.PermAll, personnel.PermView, personnel.PermMove, personnel.PermApprove, personnel.PermRequest, personnel.PermHandOver}},
			{ID: "auditor", Permissions: []identity.Permission{personnel.PermInspect}},
		}, known); err != nil {
			return err
		}
		if _, err := w.svc.ApplyDutyKinds(ctx, tx, []personnel.DutyKind{{ID: "truc-lanh-dao", Name: i18n.Text{VI: "Trực lãnh đạo"}}, {ID: "truc-co-quan", Name: i18n.Text{VI: "Trực cơ quan"}}}); err != nil {
			return err
		}
		_, err := access.ApplyPairs(ctx, tx, []access.Pair{{A: "auditor", B: "officer", Why: i18n.Text{VI: "x"}}})
		return err
	})
	for _, p := range [][3]string{
		{"an", "officer", "phuong-a"},
		{"binh", "officer", "phuong-a"},
		{"sep-a", "leader", "phuong-a"},
		{"qt-a", "admin", "phuong-a"},
		{"cuc", "officer", "phuong-b"},
		{"sep-b", "leader", "phuong-b"},
		{"cntt", "it", "so-x"},
		{"cntt2", "it", "so-x"},
		{"kiem", "auditor", "so-x"},
	} {
		w.account(p[0])
		w.write(func(tx *db.Tx) error {
			return access.Assign(ctx, tx, access.Assignment{Account: w.ids[p[0]], Role: access.RoleID(p[1]), Unit: orgs.ID(p[2]), Subtree: true, Title: i18n.Text{VI: "Chuyên viên"}})
		})
	}
	return w
}

func (w *world) account(login string) string {
	w.t.Helper()
	ctx := w.t.Context()
	w.write(func(tx *db.Tx) error {
		person, err := w.people.SavePerson(ctx, tx, identity.Person{Kind: identity.Individual, Name: "Nguyễn Văn " + login})
		if err != nil {
			return err
		}
		w.ids[login], err = w.people.SaveAccount(ctx, tx, identity.Account{Person: person, Login: login}, "")
		return err
	})
	return w.ids[login]
}

func (w *world) write(f func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(w.t.Context(), f); err != nil {
		w.t.Fatal(err)
	}
}

// as is what somebody may do at this moment.
func (w *world) as(login string) identity.Actor {
	w.t.Helper()
	a, err := access.Load(w.t.Context(), w.db, identity.NewActor(w.ids[login], "p-"+login), w.db.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	a.Login = login
	return a
}

// sees reports whether somebody sees dossiers of a unit at this moment.
func (w *world) sees(login string, unit orgs.ID) bool {
	w.t.Helper()
	sc, err := access.Require(w.as(login), viewCase)
	if err != nil {
		return false
	}
	ok, err := sc.Sees(w.t.Context(), w.db, unit)
	if err != nil {
		w.t.Fatal(err)
	}
	return ok
}

// hand puts n pieces of work into the hands of somebody.
func (w *world) hand(login string, unit orgs.ID, n int) {
	for i := range n {
		id := fmt.Sprintf("%s-%03d", login, i)
		w.desk.held[id], w.desk.unit[id] = w.ids[login], unit
	}
}

func (w *world) tick() {
	w.t.Helper()
	if _, err := w.svc.Tick(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) events(e audit.Event) int {
	w.t.Helper()
	found, err := audit.List(w.t.Context(), w.db, audit.Filter{Event: e}, "", 500)
	if err != nil {
		w.t.Fatal(err)
	}
	return len(found)
}

// phone gives somebody a phone.
func (w *world) phone(login, number string) {
	w.t.Helper()
	ctx := w.t.Context()
	w.write(func(tx *db.Tx) error {
		a, err := w.people.GetAccount(ctx, tx, w.ids[login])
		if err != nil {
			return err
		}
		p, err := w.people.GetPerson(ctx, tx, a.Person)
		if err != nil {
			return err
		}
		p.Phone = number
		_, err = w.people.SavePerson(ctx, tx, p)
		return err
	})
}
