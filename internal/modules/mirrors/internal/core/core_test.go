// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/mirrors"
	"tinhso.vn/internal/modules/mirrors/internal/core"
	"tinhso.vn/internal/modules/mirrors/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// catalogue finds procedures by their own names alone.
type catalogue struct{ *procedurestest.Finder }

func (catalogue) FindByCode(context.Context, string) (procedures.Version, bool, error) {
	return procedures.Version{}, false, nil
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A route that flips leaves open dossiers where they are until somebody decides; then
// they change hands, the other system is told, and what it says counts. Back again the
// owner changes when it lets go.
func TestOpenDossiersChangeHands(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, append(dossierstest.Migrations(), connectors.Migrations(), store.Migrations()), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx, w := t.Context(), dossierstest.New(t, d)
		hub := connectors.New(d, crypt.Ephemeral())
		var heard []string
		s := core.New(core.Deps{
			DB: d, Hub: hub, Dossiers: w.Service, Procedures: catalogue{w.Procedures}, Name: func(_ context.Context, account string) string { return account },
			Ministries: []core.Ministry{{
				Code: "G15", ID: "bo", Name: i18n.Text{VI: "Hệ thống của Bộ"}, Secrets: [][]byte{[]byte("secret")},
				Call: func(_ context.Context, say connectors.Saying) connectors.Answer {
					heard = append(heard, say.Operation)
					return connectors.Answer{Outcome: connectors.OK, Reference: "G15-" + strconv.Itoa(len(heard))}
				},
			}},
		})
		decides := identity.Actor{Account: "decides"}.Grant(mirrors.PermDecide, identity.Place{})
		one, asked := w.Accepted(t), w.Accepted(t)
		if all, err := s.Flips(ctx, decides); err != nil || len(all) != 0 {
			t.Fatalf("nothing flips: %v %v", all, err)
		}
		flip := func(to string) {
			w.Procedures.Add(procedurestest.Version(t, func(v *procedures.Version) { v.Routes = []procedures.Routing{{From: "2020-01-01", Route: to}} }))
		}
		flip(procedures.Ministry("G15"))
		all, err := s.Flips(ctx, decides)
		if err != nil || len(all) != 1 || all[0].Open != 2 || all[0].To != "G15" || !all[0].Begun {
			t.Fatalf("%+v %v", all, err)
		}
		if _, err := s.Flips(ctx, w.Officer); err == nil {
			t.Error("an officer decides")
		}
		f := all[0]
		if err := s.Decide(ctx, decides, f.Procedure, f.Day, core.Wish{Choice: "x", Reason: "y"}); err == nil {
			t.Error("a wish without sense")
		}
		wish := core.Wish{Choice: mirrors.Hand, Reason: "Bộ vận hành hệ thống dùng chung"}
		ok(t, s.Decide(ctx, decides, f.Procedure, f.Day, wish))
		if err := s.Decide(ctx, decides, f.Procedure, f.Day, wish); !errors.Is(err, mirrors.ErrDecided) {
			t.Errorf("two at once: %v", err)
		}
		work := func() {
			t.Helper()
			for did := true; did; {
				did, err = jobs.Work(ctx, d, map[jobs.Kind]jobs.Handler{core.JobHand: s.HandOn, "dossiers.receipt": func(context.Context, []byte) error { return nil }})
				ok(t, err)
			}
			for did := true; did; {
				did, err = hub.Work(ctx)
				ok(t, err)
			}
		}
		work()
		for _, id := range []dossiers.ID{one, asked} {
			if k, err := w.Service.KeptElsewhereOf(ctx, d, id); err != nil || k.Keeper.Code != "G15" {
				t.Errorf("%+v %v", k, err)
			}
		}
		if strings.Join(heard, ", ") != "BanGiaoHoSo, BanGiaoHoSo" {
			t.Errorf("heard %v", heard)
		}
		flip(procedures.Local)
		back, err := s.Flips(ctx, decides)
		if err != nil || len(back) != 1 || back[0].From != "G15" || back[0].Open != 2 {
			t.Fatalf("%+v %v", back, err)
		}
		ok(t, s.Decide(ctx, decides, f.Procedure, back[0].Day, core.Wish{Choice: mirrors.Hand, Reason: wish.Reason, Seen: back[0].Decision.ID}))
		work()
		for _, id := range []dossiers.ID{one, asked} {
			if k, err := w.Service.KeptElsewhereOf(ctx, d, id); err != nil || k.Kept() {
				t.Errorf("it came back: %+v %v", k, err)
			}
			if err := w.Service.Claim(ctx, w.Officer, id, ""); err != nil {
				t.Error(err)
			}
		}
	})
}
