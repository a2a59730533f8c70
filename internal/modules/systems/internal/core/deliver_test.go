// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/systems"
	"tinhso.vn/internal/modules/systems/internal/core"
	"tinhso.vn/internal/modules/systems/internal/store"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// hall is a province with one register and one system that is told of it.
type hall struct {
	d      *db.DB
	svc    *core.Service
	keeper *registers.Keeper
	boss   identity.Actor
	sys    systems.ID
	hook   core.MadeHook
}

// newHall returns a hall whose messages send takes.
func newHall(t *testing.T, d *db.DB, send func(context.Context, string, []byte, map[string]string) (int, error)) hall {
	t.Helper()
	ctx, keys := t.Context(), crypt.Ephemeral()
	people, keeper := identity.NewDirectory(keys), registers.NewKeeper(keys)
	svc := core.New(core.Deps{DB: d, People: people, Keys: keys, Keeper: keeper, Send: send})
	book := registers.Definition{
		ID: "cho", Title: i18n.Text{VI: "Sổ chợ"}, Version: 1, Fields: []registers.Field{{Key: "name", Label: i18n.Text{VI: "Tên"}, Type: registers.Line}},
		Rights: []registers.Right{{ID: "look", Name: i18n.Text{VI: "Xem"}, Roles: []access.RoleID{"machine"}, May: []registers.Act{registers.View}}},
	}
	whole := identity.Place{Unit: "province", Subtree: true}
	boss := identity.NewActor("boss", "").Grant(systems.PermManage, whole).Grant(systems.PermConfirm, whole)
	second := identity.NewActor("second", "").Grant(systems.PermConfirm, whole)
	must(t, d.Write(ctx, func(tx *db.Tx) error {
		if _, err := orgs.Apply(ctx, tx, []orgs.Unit{{ID: "province", Kind: orgs.Province, Name: i18n.Text{VI: "Tỉnh"}}}); err != nil {
			return err
		}
		if _, err := access.ApplyRoles(ctx, tx, []access.Role{{ID: "machine", Name: i18n.Text{VI: "Máy"}}}, nil); err != nil {
			return err
		}
		if _, err := svc.ApplyRoles(ctx, tx, []string{"machine"}); err != nil {
			return err
		}
		plan, err := keeper.Plan(ctx, tx, book)
		if err != nil {
			return err
		}
		return keeper.Apply(ctx, tx, identity.Program("apply"), plan)
	}))
	sys, err := svc.Propose(ctx, boss, core.Words{Name: "A", Owner: "B", Contact: "C", Purpose: "D"}, core.Wish{
		Role: "machine", Unit: "province", Subtree: true, PerMinute: 60, Until: db.At(d.Now().AddDate(1, 0, 0)),
	})
	must(t, err)
	must(t, svc.Confirm(ctx, second, sys, 1))
	hook, err := svc.Subscribe(ctx, boss, sys, "cho", "https://a.example/nhan")
	must(t, err)
	return hall{d: d, svc: svc, keeper: keeper, boss: boss, sys: sys, hook: hook}
}

// add writes n records and gives their changes a place in the feed.
func (h hall) add(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		must(t, h.d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := h.keeper.Insert(t.Context(), tx, identity.Program("w"), access.All(), "cho", "province", map[string]any{"name": fmt.Sprint(i)})
			return err
		}))
	}
	_, err := h.keeper.OrderFeed(t.Context(), h.d)
	must(t, err)
}

func migrations() []db.Migrations {
	return []db.Migrations{orgs.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(), registers.Migrations(), store.Migrations()}
}

// Subscriptions without news stand in nobody's way, however many wait longer: of a
// register where nothing happens, and of one that they have read to its end.
func TestIdleSubscriptionsStandInNobodysWay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx, sent := t.Context(), 0
		h := newHall(t, d, func(context.Context, string, []byte, map[string]string) (int, error) {
			sent++
			return http.StatusOK, nil
		})
		for i := range 150 {
			register, place := "yen", int64(0)
			if i%2 == 0 {
				register, place = "cho", 2 // the record that is added below
			}
			must(t, d.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(ctx, `INSERT INTO systems_hooks (id, system_id, register, url, secret, secret_old, old_until, state, after_place, place, attempt, due_at, error, made_by, made_at)
					SELECT $1, system_id, $2, url, secret, secret_old, old_until, state, after_place, $3, attempt, due_at - 1000, error, made_by, made_at FROM systems_hooks WHERE id = $4`,
					fmt.Sprintf("idle-%03d", i), register, place, h.hook.ID)
				return err
			}))
		}
		if did, err := h.svc.Deliver(ctx); err != nil || did {
			t.Errorf("nothing has happened: %v, %v", did, err)
		}
		h.add(t, 1)
		for i, want := range []bool{true, false} {
			if did, err := h.svc.Deliver(ctx); err != nil || did != want {
				t.Errorf("%d: %v, %v", i, did, err)
			}
		}
		if sent != 1 {
			t.Errorf("sent %d times", sent)
		}
	})
}

// A message is tried ten times, later and later, then the subscription stands still
// until somebody lets it go on, where it stood.
func TestAMessageIsTriedTenTimes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx, status, sent := t.Context(), http.StatusInternalServerError, 0
		w := newHall(t, d, func(context.Context, string, []byte, map[string]string) (int, error) {
			sent++
			return status, nil
		})
		svc, boss, sys, hook := w.svc, w.boss, w.sys, w.hook
		w.add(t, 2)
		deliver := func() bool {
			t.Helper()
			did, err := svc.Deliver(ctx)
			must(t, err)
			return did
		}
		pauses := []time.Duration{}
		for range core.MaxSends {
			if !deliver() || deliver() {
				t.Fatalf("sent %d times", sent)
			}
			h, err := svc.Hook(ctx, boss, sys, hook.ID, 0)
			must(t, err)
			pauses = append(pauses, h.Due.Sub(d.Now().Time))
			c.Advance(h.Due.Sub(d.Now().Time))
		}
		for i := range pauses[1:] {
			if pauses[i+1] < pauses[i] {
				t.Errorf("pauses %v", pauses)
			}
		}
		h, err := svc.Hook(ctx, boss, sys, hook.ID, 0)
		must(t, err)
		if h.State != systems.HookDead || len(h.Deliveries) != 1 || h.Deliveries[0].Attempts != core.MaxSends || h.Deliveries[0].Status != 500 || sent != core.MaxSends {
			t.Errorf("after %d: %+v", sent, h)
		}
		c.Advance(72 * time.Hour)
		if deliver() {
			t.Error("a dead one was sent")
		}
		status = http.StatusOK
		must(t, svc.StartHook(ctx, boss, sys, hook.ID))
		for i, want := range []bool{true, true, false} {
			if deliver() != want {
				t.Errorf("it does not go on where it stood: %d", i)
			}
		}
		if h, err = svc.Hook(ctx, boss, sys, hook.ID, 0); err != nil || h.Place != hook.Place+2 || !h.Deliveries[0].Arrived || h.Error != "" {
			t.Errorf("after it went on: %+v, %v", h, err)
		}
		if err := svc.StartHook(ctx, boss, sys, hook.ID); !errors.Is(err, systems.ErrHookState) {
			t.Errorf("started twice: %v", err)
		}
		if err := svc.StopHook(ctx, identity.NewActor("x", ""), sys, hook.ID); err == nil {
			t.Error("somebody stopped it")
		}
	})
}

// A system that a program proposed, as of the demonstration, is opened like the others.
func TestASystemOfAProgramIsOpened(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		h := newHall(t, d, nil)
		place := identity.Place{Unit: "province", Subtree: true}
		id, err := h.svc.Propose(t.Context(), identity.Program("demo.it").Grant(systems.PermManage, place), core.Words{Name: "A", Owner: "B", Contact: "C", Purpose: "D"}, core.Wish{
			Role: "machine", Unit: "province", PerMinute: 60, Until: db.At(d.Now().AddDate(0, 6, 0)),
		})
		must(t, err)
		if got, err := h.svc.Get(t.Context(), h.boss, id); err != nil || got.Names["program:demo.it"] != "" {
			t.Errorf("%v %v", got.Names, err)
		}
	})
}
