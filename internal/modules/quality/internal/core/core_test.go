// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/quality"
	"tinhso.vn/internal/modules/quality/internal/core"
	"tinhso.vn/internal/modules/quality/internal/store"
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

const file = `
id: cho
title: Sổ chợ
version: 1
fields:
  - {key: code, label: Số, type: text, unique: true, required: true}
  - {key: name, label: Tên, type: text, required: true}
  - {key: note, label: Ghi chú, type: text}
list: {columns: [code, name, note]}
rights:
  - {id: keep, name: Ghi, roles: [officer], may: [view, add, change, hide], except: [note]}
`

// The catalogue lists our registers by their files and measures them once a day; who
// may see the numbers sees fields and records only as the register's rights say.
func TestTheCatalogueShowsNoMoreThanRegistersDo(t *testing.T) {
	t.Parallel()
	all := []db.Migrations{orgs.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(), registers.Migrations(), store.Migrations()}
	dbtest.Each(t, all, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx, k := t.Context(), registers.NewKeeper(crypt.Ephemeral())
		var root yaml.Node
		must(t, yaml.Unmarshal([]byte(file), &root))
		def, problems := registers.Decode(&root)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		write := func(f func(tx *db.Tx) error) { t.Helper(); must(t, d.Write(ctx, f)) }
		write(func(tx *db.Tx) error {
			if _, err := orgs.Apply(ctx, tx, []orgs.Unit{
				{ID: "east", Kind: orgs.Commune, Name: i18n.Text{VI: "Đông"}}, {ID: "west", Kind: orgs.Commune, Name: i18n.Text{VI: "Tây"}},
			}); err != nil {
				return err
			}
			_, err := access.ApplyRoles(ctx, tx, []access.Role{{ID: "officer"}}, nil)
			return err
		})
		p, err := k.Plan(ctx, d, def)
		must(t, err)
		write(func(tx *db.Tx) error { return k.Apply(ctx, tx, identity.Program("t"), p) })
		var ids []string
		for i, unit := range []string{"east", "west", "east"} {
			write(func(tx *db.Tx) error {
				rec, err := k.Insert(ctx, tx, identity.Program("t"), access.All(), "cho", unit, map[string]any{"code": fmt.Sprint("C", i), "name": fmt.Sprint("Chợ ", i)})
				ids = append(ids, rec.ID)
				return err
			})
		}
		svc := core.New(d, k, func(context.Context, string) ([]quality.Follower, error) {
			return []quality.Follower{{Register: "cho", System: "Cổng", Sent: 3}, {Register: "other", System: "Khác"}}, nil
		})
		for n, want := range []bool{true, false} {
			if more, err := svc.Tick(ctx); more != want || err != nil {
				t.Errorf("tick %d: %t %v", n, more, err)
			}
		}
		viewer := identity.NewActor("v", "").Grant(quality.PermView, identity.Place{Unit: "east"})
		both := viewer.Grant(def.Permission(def.Rights[0]), identity.Place{Unit: "east"})
		reader := identity.NewActor("r", "").Grant(def.Permission(def.Rights[0]), identity.Place{Unit: "east"})
		if _, err := svc.Databases(ctx, reader); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("without the right: %v", err)
		}
		if _, err := svc.Database(ctx, reader, "cho"); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("without the right: %v", err)
		}
		if _, err := svc.FailingRecords(ctx, reader, "cho", registers.AspectComplete); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("without the right: %v", err)
		}
		list, err := svc.Databases(ctx, viewer)
		must(t, err)
		if len(list.Own) != 1 || !list.Own[0].Measured || list.Own[0].Score.Records != 3 || len(list.Outside) != 0 {
			t.Errorf("%+v", list)
		}
		one, err := svc.Database(ctx, viewer, "cho")
		must(t, err)
		if one.Sees || len(one.Fields) != 0 || one.Fails[registers.AspectComplete] != 3 || len(one.Followers) != 1 || len(one.Trend) != 1 {
			t.Errorf("who sees nothing of the register: %+v", one)
		}
		if _, err := svc.FailingRecords(ctx, viewer, "cho", registers.AspectComplete); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("records for who sees none: %v", err)
		}
		if one, err = svc.Database(ctx, both, "cho"); err != nil || len(one.Fields) != 2 || one.Fields[1].Field != "name" {
			t.Errorf("a field that is not shown is named: %+v %v", one.Fields, err)
		}
		f, err := svc.FailingRecords(ctx, both, "cho", registers.AspectComplete)
		must(t, err)
		var seen []string
		for _, r := range f.Records {
			seen = append(seen, r.ID)
		}
		if want := []string{ids[0], ids[2]}; !slices.Equal(seen, want) {
			t.Errorf("failing records %v, want %v", seen, want)
		}
		if _, err := svc.FailingRecords(ctx, both, "cho", "nonsense"); !errors.Is(err, quality.ErrUnknown) {
			t.Errorf("%v", err)
		}
		if _, err := svc.Database(ctx, both, "khong-co"); !errors.Is(err, quality.ErrUnknown) {
			t.Errorf("%v", err)
		}
		// Another month, another line; exports are counted in theirs.
		write(func(tx *db.Tx) error {
			return audit.Record(ctx, tx, identity.Program("t"), registers.AuditTaken, "cho 3")
		})
		if one, err = svc.Database(ctx, both, "cho"); err != nil || one.Exports != 1 {
			t.Errorf("%d exports, %v", one.Exports, err)
		}
		c.Advance(32 * 24 * time.Hour)
		if more, err := svc.Tick(ctx); !more || err != nil {
			t.Errorf("a month later: %t %v", more, err)
		}
		if one, err = svc.Database(ctx, both, "cho"); err != nil || len(one.Trend) != 2 || one.Trend[0].Month <= one.Trend[1].Month || one.Exports != 0 {
			t.Errorf("%+v %v", one.Trend, err)
		}
	})
}
