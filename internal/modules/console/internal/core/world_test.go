// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"path/filepath"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/province"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/console"
	"tinhso.vn/internal/modules/console/internal/core"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// world is an installation with two communes and a register of markets.
type world struct {
	d     *db.DB
	clock *dbtest.Clock
	svc   *core.Service
	free  int64

	it, auditor, east, west, reader identity.Actor
}

const eventDone audit.Event = "test.done"

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{
		province.Migrations(), orgs.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(),
		jobs.Migrations(), files.Migrations(), events.Migrations(), registers.Migrations(),
	}, func(t *testing.T, d *db.DB, c *dbtest.Clock) { f(t, newWorld(t, d, c)) })
}

func newWorld(t *testing.T, d *db.DB, c *dbtest.Clock) *world {
	t.Helper()
	ctx := t.Context()
	keys := crypt.Ephemeral()
	people := identity.NewDirectory(keys)
	w := &world{d: d, clock: c, free: 1 << 40}
	w.svc = core.New(core.Options{
		DB: d, People: people, Version: "1.2.3", Free: func() (int64, error) { return w.free, nil },
		Events: []audit.Event{eventDone, console.AuditRead, console.AuditJobRetried, registers.AuditCreated, registers.AuditRead},
	})
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
		week := calendar.Week{Days: map[time.Weekday][]calendar.Span{time.Monday: {{From: 7 * 60, To: 17 * 60}}}}
		if _, err := province.Apply(ctx, tx, province.Settings{
			Pack: "a", Fingerprint: "1", Name: i18n.Text{VI: "Tỉnh A"}, Calendar: calendar.Config{Weeks: []calendar.Week{week}},
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
		return audit.Record(ctx, tx, identity.Program("apply"), registers.AuditApplied, "cho@1")
	}))
	whole := identity.Place{Unit: "province", Subtree: true}
	w.it = w.it.Grant(console.PermOperate, whole)
	w.auditor = w.auditor.Grant(console.PermAudit, whole)
	w.reader = w.reader.Grant(registers.PermView, whole)
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

// seal makes everything in the log provable.
func (w *world) seal(t *testing.T) {
	t.Helper()
	signer, err := audit.LoadSigner(filepath.Join(t.TempDir(), "audit.key"))
	must(t, err)
	for more := true; more; {
		_, more, err = audit.Sequence(t.Context(), w.d, "test", signer)
		must(t, err)
	}
}
