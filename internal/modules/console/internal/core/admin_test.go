// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/console"
	"tinhso.vn/internal/modules/console/internal/core"
	"tinhso.vn/internal/platform/db"
)

// A clock that went back by ten minutes is seen by what was written before.
func TestAClockBehindIsSeen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.write(t, func(tx *db.Tx) error { return audit.Record(t.Context(), tx, w.it, eventDone, "x") })
		for _, tt := range []struct {
			back time.Duration
			want core.State
		}{{0, core.Good}, {time.Minute, core.Attention}, {9 * time.Minute, core.Broken}} {
			w.clock.Advance(-tt.back)
			r, err := w.svc.Health(t.Context(), w.it)
			must(t, err)
			if got := states(r)["clock"]; got != tt.want {
				t.Errorf("%v back: %v, want %v", tt.back, got, tt.want)
			}
		}
	})
}

// Every role is told in words: who holds it, and who holds what is kept apart.
func TestRolesAreTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.write(t, func(tx *db.Tx) error {
			if _, err := access.ApplyRoles(ctx, tx, []access.Role{
				{ID: "reads", Name: i18n.Text{VI: "Người đọc"}, Permissions: []identity.Permission{console.PermAudit}, Kinds: []orgs.Kind{orgs.Commune}}, {ID: "runs", Name: i18n.Text{VI: "Vận hành"}}, {ID: "owns"},
			}, []identity.Permission{console.PermAudit}); err != nil {
				return err
			}
			for _, a := range []access.Assignment{
				{Account: w.east.Account, Role: "reads", Unit: "east"},
				{Account: w.west.Account, Role: "reads", Unit: "west", Subtree: true},
				{Account: w.east.Account, Role: "runs", Unit: "east"},
				{Account: w.reader.Account, Role: "owns"},
			} {
				if err := access.Assign(ctx, tx, a); err != nil {
					return err
				}
			}
			_, err := access.ApplyPairs(ctx, tx, []access.Pair{{A: "reads", B: "runs", Why: i18n.Text{VI: "x"}}}) // after they were held
			return err
		})
		all, err := w.svc.ListRoles(ctx, w.auditor)
		must(t, err)
		got := map[access.RoleID]string{}
		for _, r := range all.Rows {
			got[r.ID] = fmt.Sprint(r.Holders, len(r.Apart), len(r.Kinds))
		}
		if want := map[access.RoleID]string{"reads": "2 1 1", "runs": "1 1 0", "owns": "0 0 0"}; !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		f, err := w.svc.GetRole(ctx, w.it, "reads", "")
		must(t, err)
		if len(f.Who) != 2 || f.Who[0].Login != "east" || f.Who[1].Unit.Name.VI != "Xã Tây" || !f.Who[1].Subtree || !slices.Equal(f.Both["runs"], []string{"east"}) {
			t.Errorf("got %+v", f)
		}
		if _, err := w.svc.GetRole(ctx, w.it, "nothing", ""); !errors.Is(err, access.ErrRoleUnknown) {
			t.Errorf("an unknown role: %v", err)
		}
		for _, other := range []identity.Actor{w.east, w.reader, {}} {
			if _, err := w.svc.ListRoles(ctx, other); !errors.Is(err, access.ErrNotAllowed) && !errors.Is(err, access.ErrSignInNeeded) {
				t.Errorf("%s lists roles: %v", other.Login, err)
			}
		}
		o, err := w.svc.Overview(ctx, w.it)
		must(t, err)
		if o.Units != 4 || o.People != 2 || o.Roles != 3 || o.Conflicts != 1 {
			t.Errorf("got %+v", o)
		}
		for words, want := range map[string]string{"đông": "0 2", "NGUOI EA": "1 0", "we": "1 0", "": "0 0", "%": "0 0"} {
			f, err := w.svc.Search(ctx, w.it, core.SearchQuery{Words: words})
			must(t, err)
			if got := fmt.Sprint(len(f.People), len(f.Units)); got != want {
				t.Errorf("%q finds %s, want %s", words, got, want)
			}
		}
	})
}

// played is a process of simulators, in memory.
type played struct {
	up     bool
	faults map[string]string
}

func (p *played) List(context.Context) []core.Simulator {
	one := core.Simulator{ID: "sms", Up: p.up}
	for _, name := range slices.Sorted(maps.Keys(p.faults)) {
		one.Faults = append(one.Faults, core.Fault{Name: name, Value: p.faults[name]})
	}
	return []core.Simulator{one}
}

func (p *played) Order(_ context.Context, _ string, faults map[string]string) error {
	if !p.up {
		return errors.New("silent")
	}
	for name := range p.faults {
		p.faults[name] = faults[name]
	}
	return nil
}

// One fault is switched and the others stay; there is none of it in production.
func TestFaultsAreOrdered(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		if _, err := w.svc.ListSimulators(ctx, w.it); !errors.Is(err, console.ErrNoSimulators) {
			t.Errorf("in production: %v", err)
		}
		if err := w.svc.OrderFault(ctx, w.it, "sms", "fail", "1"); !errors.Is(err, console.ErrNoSimulators) {
			t.Errorf("in production: %v", err)
		}
		p := &played{up: true, faults: map[string]string{"fail": "", "slow": "2s"}}
		svc := core.New(core.Options{DB: w.d, Simulators: p})
		for _, tt := range []struct {
			who                identity.Actor
			system, fault, val string
			want               error
		}{
			{w.auditor, "sms", "fail", "3", access.ErrNotAllowed},
			{w.it, "smtp", "fail", "3", console.ErrNoSimulators},
			{w.it, "sms", "explode", "3", console.ErrNoSimulators},
			{w.it, "sms", "fail", "3", nil},
		} {
			if err := svc.OrderFault(ctx, tt.who, tt.system, tt.fault, tt.val); !errors.Is(err, tt.want) {
				t.Errorf("%+v: %v", tt, err)
			}
		}
		if want := map[string]string{"fail": "3", "slow": "2s"}; !maps.Equal(p.faults, want) {
			t.Errorf("in force: %v", p.faults)
		}
		must(t, svc.OrderFault(ctx, w.it, "sms", "slow", ""))
		if want := map[string]string{"fail": "3", "slow": ""}; !maps.Equal(p.faults, want) {
			t.Errorf("in force: %v", p.faults)
		}
		p.up = false
		if err := svc.OrderFault(ctx, w.it, "sms", "slow", "1s"); !errors.Is(err, console.ErrSilent) {
			t.Errorf("a process that is not there: %v", err)
		}
		if n := w.recorded(t, console.AuditFault); n != 2 {
			t.Errorf("%d records", n)
		}
	})
}
