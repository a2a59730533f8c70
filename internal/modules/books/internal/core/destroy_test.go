// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"errors"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

const expiringFile = `id: phep
title: Sổ phép
version: 1
key: [code]
fields:
  - {key: code, label: Số, type: text, required: true, unique: true}
  - {key: until_day, label: Hết hạn, type: date}
  - {key: scan, label: Bản chụp, type: file, max: 2}
retention: {after: {years: 5}, from: {field: until_day}, then: destroy, basis: luat}
rights:
  - {id: desk, name: Cấp, roles: [officer], may: [view, add, change, destroy]}
`

// The files of a record go with it, a legal hold keeps both, and who placed a hold
// does not lift it.
func TestADestroyedRecordTakesItsFiles(t *testing.T) {
	t.Parallel()
	markets(t, func(t *testing.T, m market) {
		ctx := t.Context()
		var node yaml.Node
		must(t, yaml.Unmarshal([]byte(expiringFile), &node))
		def, problems := registers.Decode(&node)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		people := []*identity.Actor{&m.east, &m.reader}
		m.write(t, func(tx *db.Tx) error {
			if _, err := access.ApplyRoles(ctx, tx, []access.Role{{ID: "officer"}}, nil); err != nil {
				return err
			}
			plan, err := m.keeper.Plan(ctx, tx, def)
			if err != nil {
				return err
			}
			if err := m.keeper.Apply(ctx, tx, identity.Program("apply"), plan); err != nil {
				return err
			}
			for _, who := range people {
				if _, err := access.Give(ctx, tx, access.Holding{Account: who.Account, Role: "officer", Unit: "east", Subtree: true, Kind: access.Main, Decision: "1", DecidedOn: "2026-01-01", EnteredBy: "t"}); err != nil {
					return err
				}
			}
			return nil
		})
		for _, who := range people {
			now, err := access.Load(ctx, m.d, *who, m.d.Now())
			must(t, err)
			*who = now
		}
		first, second := m.east, m.reader
		made, err := m.svc.CreateRecord(ctx, first, "phep", "east", map[string]any{"code": "P-1", "until_day": "2010-01-01"})
		must(t, err)
		paper, err := m.svc.AddRecordFile(ctx, first, "phep", made.ID, "scan", "anh.png", bytes.NewReader(picture(t, 3)))
		must(t, err)
		picked := []core.Picked{{Record: made.ID, Seen: 2}}

		hold, err := m.svc.PlaceHold(ctx, first, "phep", made.ID, "Tòa án đang xem")
		must(t, err)
		if _, err := m.svc.PlaceHold(ctx, first, "phep", made.ID, " "); errs.KindOf(err) != errs.Invalid {
			t.Errorf("held without a reason: %v", err)
		}
		if due, err := m.svc.Due(ctx, second, "phep", ""); err != nil || len(due.Items) != 1 || due.Held[made.ID].Reason != "Tòa án đang xem" {
			t.Errorf("the hold is not told: %+v %v", due, err)
		}
		if all, err := m.svc.ProposeDestruction(ctx, first, "phep", picked); err != nil || !errors.Is(all[0].Err, files.ErrHeld) {
			t.Errorf("proposed under a hold: %+v %v", all, err)
		}
		if err := m.svc.LiftHold(ctx, first, "phep", made.ID, hold, "Đã xong"); !errors.Is(err, books.ErrSameHolder) {
			t.Errorf("lifted by who placed it: %v", err)
		}
		must(t, m.svc.LiftHold(ctx, second, "phep", made.ID, hold, "Đã xong"))
		if _, err := m.svc.ProposeDestruction(ctx, first, "phep", nil); errs.KindOf(err) != errs.Invalid {
			t.Errorf("nothing was picked: %v", err)
		}
		all, err := m.svc.ProposeDestruction(ctx, first, "phep", picked)
		must(t, err)
		must(t, all[0].Err)
		if n, err := m.svc.CountWaiting(ctx, second); err != nil || n != 1 {
			t.Errorf("the second person is not told: %d %v", n, err)
		}
		if v, err := m.svc.Proposal(ctx, second, "phep", all[0].Proposal); err != nil || !v.MayDecide || v.Stale {
			t.Errorf("what the second person sees: %+v %v", v.ProposalView, err)
		}
		late, err := m.svc.PlaceHold(ctx, first, "phep", made.ID, "Thanh tra") // after it was proposed
		must(t, err)
		if _, err := m.svc.DecideProposal(ctx, second, "phep", all[0].Proposal, true, ""); !errors.Is(err, files.ErrHeld) {
			t.Errorf("destroyed under a hold: %v", err)
		}
		must(t, m.svc.LiftHold(ctx, second, "phep", made.ID, late, "Đã xong"))
		if _, err := m.svc.DecideProposal(ctx, second, "phep", all[0].Proposal, true, ""); err != nil {
			t.Fatal(err)
		}
		if n := m.count(t, `SELECT COUNT(*) FROM files_files WHERE id = $1 AND sealed_key = '' AND name = '' AND erased_at IS NOT NULL`, string(paper.ID)); n != 1 {
			t.Error("the file is still there")
		}
		if _, err := m.svc.Record(ctx, first, "phep", made.ID); !errors.Is(err, registers.ErrNotFound) {
			t.Errorf("the record is still there: %v", err)
		}
		gone, err := m.svc.Gone(ctx, second, "phep", "")
		if err != nil || len(gone.Items) != 1 || gone.Items[0].Called != "P-1" || gone.Logins[gone.Items[0].DecidedBy] == "" {
			t.Errorf("what stays: %+v %v", gone, err)
		}
		if v, err := m.svc.Proposal(ctx, first, "phep", all[0].Proposal); err != nil || v.State != registers.Agreed {
			t.Errorf("the proposal: %+v %v", v.ProposalView, err)
		}
	})
}
