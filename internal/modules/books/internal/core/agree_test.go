// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"go.yaml.in/yaml/v3"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/blob"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
)

const agreed = `registers:
  - id: gia
    title: Sổ giá
    version: 1
    key: [code]
    fields:
      - {key: code, label: Mã, type: text, required: true, max: 20}
      - {key: price, label: Giá, type: money, required: true}
      - {key: secret, label: Nguồn tin, type: text}
      - {key: phone, label: Điện thoại, type: phone}
    approval: true
    list: {columns: [code, price], sort: code}
    rights:
      - {id: write, name: Ghi, roles: [officer], may: [view, add, change, import]}
      - {id: agree, name: Duyệt, roles: [leader], may: [view, approve], except: [secret]}
`

// office is a register where another person agrees: east and west write, the
// reader agrees in the east.
func office(t *testing.T, m market) (leader identity.Actor) {
	t.Helper()
	var root struct {
		Registers []yaml.Node `yaml:"registers"`
	}
	must(t, yaml.Unmarshal([]byte(agreed), &root))
	d, problems := registers.Decode(&root.Registers[0])
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	m.write(t, func(tx *db.Tx) error {
		if _, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "officer"}, {ID: "leader"}}, nil); err != nil {
			return err
		}
		plan, err := m.keeper.Plan(t.Context(), tx, d)
		if err != nil {
			return err
		}
		return m.keeper.Apply(t.Context(), tx, identity.Program("apply"), plan)
	})
	whole := identity.Place{Unit: "province", Subtree: true}
	m.world.east = m.east.Grant(d.Permission(d.Rights[0]), whole)
	m.world.reader = m.reader.Grant(d.Permission(d.Rights[1]), identity.Place{Unit: "east", Subtree: true})
	blobs, err := blob.Open(t.TempDir(), 0)
	must(t, err)
	m.svc.With(files.New(blobs, crypt.Ephemeral()), func(_ context.Context, account string) (identity.Actor, error) {
		for _, a := range []identity.Actor{m.world.east, m.world.reader} {
			if a.Account == account {
				return a, nil
			}
		}
		return identity.NewActor(account, ""), nil
	})
	return m.world.reader
}

// A table is one proposal: nothing is written before another person agrees, who
// sees of it what their rights show, and what is out of their reach stays out.
func TestATableIsAgreedToAsAWhole(t *testing.T) {
	t.Parallel()
	markets(t, func(t *testing.T, m market) {
		ctx := t.Context()
		leader := office(t, m)
		bring := func(rows string) core.Import {
			i, err := m.svc.BringFile(ctx, m.east, "gia", "gia.csv", bytes.NewReader([]byte("Mã,Giá,Nguồn tin,Điện thoại,Đơn vị\n"+rows)))
			must(t, err)
			c, err := m.svc.Sample(ctx, m.east, "gia", i.ID)
			must(t, err)
			must(t, m.svc.MatchColumns(ctx, m.east, "gia", i.ID, c.Proposed))
			i, err = m.svc.GetImport(ctx, m.east, "gia", i.ID)
			must(t, err)
			return i
		}
		count := func() int64 { return m.count(t, `SELECT COUNT(*) FROM reg_gia WHERE state = 'active'`) }
		i := bring("A,100,kín,0909123456,Xã Đông\nB,200,kín,,Xã Đông\nW,300,,,Xã Tây\nsai,chữ,,,Xã Đông\n")
		if i.Fresh != 3 || i.Wrong != 1 {
			t.Fatalf("%+v", i.Batch)
		}
		must(t, m.svc.Decide(ctx, m.east, "gia", i.ID, true))
		if count() != 0 || m.recorded(t, registers.AuditProposed) != 1 {
			t.Errorf("%d records are written before anybody agreed", count())
		}
		if err := m.svc.AgreeImport(ctx, m.east, "gia", i.ID, true, ""); !errors.Is(err, registers.ErrOwn) {
			t.Errorf("agreed to the own table: %v", err)
		}
		if err := m.svc.AgreeImport(ctx, leader, "gia", i.ID, false, " "); !errors.Is(err, registers.ErrNoReason) {
			t.Errorf("refused without a reason: %v", err)
		}
		if _, err := m.svc.ImportRows(ctx, leader, "gia", i.ID, registers.NoteWrong, -1); !errors.Is(err, books.ErrNotAuthor) {
			t.Errorf("reads the cells of wrong rows: %v", err)
		}
		sample, err := m.svc.ImportRows(ctx, leader, "gia", i.ID, registers.NoteNew, -1)
		must(t, err)
		if len(sample.Items) != 3 || sample.Items[2].Why != core.KeptOutside {
			t.Fatalf("%+v", sample.Items)
		}
		for _, row := range sample.Items {
			if row.Cells != nil {
				t.Error("cells of the file are shown")
			}
			for _, d := range row.Changes {
				if d.Field.Key == "secret" || d.Field.Key == "phone" && (!d.Masked || d.To != nil) {
					t.Errorf("shows %s: %v", d.Field.Key, d.To)
				}
			}
		}
		must(t, m.svc.AgreeImport(ctx, leader, "gia", i.ID, true, ""))
		if i, err = m.svc.GetImport(ctx, leader, "gia", i.ID); err != nil || i.State != registers.Done || i.Fresh != 2 || i.Wrong != 2 || i.Agreer != "reader" || count() != 2 {
			t.Errorf("%v %+v, %d records", err, i.Batch, count())
		}
		if n := m.count(t, `SELECT COUNT(*) FROM reg_gia WHERE created_by = $1`, m.east.Account); n != 2 {
			t.Errorf("%d are their author's", n)
		}
		for event, want := range map[audit.Event]int64{registers.AuditAgreed: 1, registers.AuditImported: 0, registers.AuditCreated: 1} { // the entry of the list of codes
			if n := m.recorded(t, event); n != want {
				t.Errorf("%s: %d times", event, n)
			}
		}
		if err := m.svc.UndoImport(ctx, m.east, "gia", i.ID); !errors.Is(err, registers.ErrImportState) {
			t.Errorf("its author takes back what another agreed to: %v", err)
		}
		must(t, m.svc.UndoImport(ctx, leader, "gia", i.ID))
		if count() != 0 {
			t.Errorf("%d records are left", count())
		}
		refused := bring("C,100,,,Xã Đông\n")
		must(t, m.svc.Decide(ctx, m.east, "gia", refused.ID, true))
		must(t, m.svc.AgreeImport(ctx, leader, "gia", refused.ID, false, "Chưa có căn cứ"))
		refused, err = m.svc.GetImport(ctx, m.east, "gia", refused.ID)
		must(t, err)
		if refused.State != registers.Dropped || refused.Words != "Chưa có căn cứ" || refused.File != "" || count() != 0 {
			t.Errorf("%+v", refused.Batch)
		}
		if err := m.svc.AgreeImport(ctx, leader, "gia", refused.ID, true, ""); !errors.Is(err, registers.ErrImportState) {
			t.Errorf("agreed to what was refused: %v", err)
		}
	})
}

// What others refer to by now stays when a table is taken back, and it is said by whom.
func TestWhatIsReferredToStays(t *testing.T) {
	t.Parallel()
	markets(t, func(t *testing.T, m market) {
		ctx := t.Context()
		kinds := []byte("Mã,Tên\nCA,Cá\nTHIT,Thịt\n")
		i, err := m.svc.BringFile(ctx, m.east, "loai", "loai.csv", bytes.NewReader(kinds))
		must(t, err)
		c, err := m.svc.Sample(ctx, m.east, "loai", i.ID)
		must(t, err)
		c.Proposed.Unit = "east"
		must(t, m.svc.MatchColumns(ctx, m.east, "loai", i.ID, c.Proposed))
		must(t, m.svc.Decide(ctx, m.east, "loai", i.ID, true))
		stall, err := m.svc.CreateRecord(ctx, m.east, "quay", "east", map[string]any{"code": "Q9", "name": "Chín", "kind": "CA"})
		must(t, err)
		must(t, m.svc.UndoImport(ctx, m.east, "loai", i.ID))
		rows, err := m.svc.ImportRows(ctx, m.east, "loai", i.ID, registers.NoteKept, -1)
		must(t, err)
		if len(rows.Items) != 1 || rows.Items[0].N != 1 || rows.Items[0].Why != registers.KeptRefer || rows.Items[0].By.VI != "Sổ quầy hàng" || rows.Items[0].Refs != 1 || rows.Undone != 1 {
			t.Errorf("%+v", rows)
		}
		must(t, m.svc.HideRecord(ctx, m.east, "quay", stall.ID, 1))
		if n := m.count(t, `SELECT COUNT(*) FROM reg_loai WHERE f_code = 'CA' AND state = 'active'`); n != 1 {
			t.Error("it is gone")
		}
	})
}
