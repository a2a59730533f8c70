// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/db"
)

// told keeps what people would be told.
type told struct{ all []notify.Notice }

func (t *told) Tell(_ context.Context, _ *db.Tx, n notify.Notice) error {
	t.all = append(t.all, n)
	return nil
}

// agreed applies a register that is written by proposals, and gives roles.
func (w *world) agreed(t *testing.T) (clerk, leader identity.Actor, messages *told) {
	t.Helper()
	ctx := t.Context()
	def := registers.Definition{
		ID: "gia", Title: i18n.Text{VI: "Sổ giá"}, Version: 1, Approval: true,
		Fields: []registers.Field{{Key: "name", Label: i18n.Text{VI: "Mặt hàng"}, Type: registers.Line, Required: true, Unique: true, Max: 100}},
		Rights: []registers.Right{
			{ID: "write", Name: i18n.Text{VI: "Đề nghị"}, Roles: []access.RoleID{"clerk"}, May: []registers.Act{registers.View, registers.Add, registers.Amend, registers.Hide}},
			{ID: "agree", Name: i18n.Text{VI: "Duyệt"}, Roles: []access.RoleID{"head"}, May: []registers.Act{registers.View, registers.Approve}},
		},
	}
	w.write(t, func(tx *db.Tx) error {
		if _, err := access.ApplyRoles(ctx, tx, []access.Role{{ID: "clerk"}, {ID: "head"}}, nil); err != nil {
			return err
		}
		plan, err := w.keeper.Plan(ctx, tx, def)
		if err != nil {
			return err
		}
		if err := w.keeper.Apply(ctx, tx, identity.Program("apply"), plan); err != nil {
			return err
		}
		for role, account := range map[access.RoleID]string{"clerk": w.east.Account, "head": w.reader.Account} {
			if _, err := access.Give(ctx, tx, access.Holding{
				Account: account, Role: role, Unit: orgs.ID("east"), Subtree: true, Kind: access.Main, Decision: "1", DecidedOn: "2026-01-01", EnteredBy: "t",
			}); err != nil {
				return err
			}
		}
		return nil
	})
	load := func(a identity.Actor) identity.Actor {
		loaded, err := access.Load(ctx, w.d, identity.NewActor(a.Account, a.Person), w.d.Now())
		must(t, err)
		loaded.Name = "Người"
		return loaded
	}
	messages = &told{}
	w.svc.Messages = messages
	return load(w.east), load(w.reader), messages
}

// What is proposed is told to who may decide, counted for them, and decided one by
// one: what is in the way of one does not hold up the others.
func TestProposalsAreDecidedOneByOne(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		clerk, leader, messages := w.agreed(t)
		if _, err := w.svc.CreateRecord(ctx, clerk, "gia", "east", map[string]any{"name": "Lúa"}); !errors.Is(err, registers.ErrApproval) {
			t.Errorf("written at once: %v", err)
		}
		var ids []string
		for _, name := range []string{"Lúa", "Ngô", "Lúa"} {
			p, err := w.svc.ProposeRecord(ctx, clerk, "gia", core.Wish{Act: registers.Add, Unit: "east", Values: map[string]any{"name": name}})
			must(t, err)
			ids = append(ids, p.ID)
		}
		if len(messages.all) != 3 || messages.all[0].Event != books.NoticeProposed || messages.all[0].To.Account != leader.Account ||
			messages.all[0].Link != "/so/gia/de-nghi/xem/"+ids[0] {
			t.Errorf("told %+v", messages.all)
		}
		if n, err := w.svc.CountWaiting(ctx, leader); err != nil || n != 3 {
			t.Errorf("%d wait for the leader, %v", n, err)
		}
		if n, err := w.svc.CountWaiting(ctx, clerk); err != nil || n != 0 {
			t.Errorf("%d wait for the clerk, %v", n, err)
		}
		if _, err := w.svc.DecideProposal(ctx, clerk, "gia", ids[0], true, ""); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("the clerk decides: %v", err)
		}
		messages.all = nil
		done, err := w.svc.DecideProposals(ctx, leader, "gia", append(ids, ids[0], "x"), true, "")
		must(t, err)
		said := ""
		for _, d := range done {
			if d.Err != nil {
				said += fmt.Sprintf("%v;", fields(d.Err))
				continue
			}
			said += d.State + ";"
		}
		if want := "agreed;agreed;[name registers.value.taken];[];"; said != want {
			t.Errorf("got %s, want %s", said, want)
		}
		if len(messages.all) != 2 || messages.all[0].To.Account != clerk.Account || messages.all[0].Event != books.NoticeDecided {
			t.Errorf("told %+v", messages.all)
		}
		p, err := w.svc.Proposals(ctx, leader, "gia", registers.ForMe, "")
		if err != nil || len(p.Proposals) != 1 || p.Counts[registers.ForMe] != 1 || p.Counts[registers.Settled] != 2 || p.Logins[p.Proposals[0].By] != "east" {
			t.Errorf("left: %+v, %v", p.Counts, err)
		}
		if _, err := w.svc.ProposeRecord(ctx, clerk, "gia", core.Wish{Act: registers.Amend, Record: done[0].Record, Seen: 1}); !errors.Is(err, books.ErrNothing) {
			t.Errorf("proposed nothing: %v", err)
		}
		if _, err := w.svc.ProposeRecord(ctx, clerk, "gia", core.Wish{Act: registers.Approve, Record: done[0].Record, Seen: 1}); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("proposed to approve: %v", err)
		}
		_, err = w.svc.ProposeRecord(ctx, clerk, "gia", core.Wish{Act: registers.Amend, Record: done[0].Record, Seen: 1, Values: map[string]any{"name": "Lúa gạo"}})
		must(t, err)
		v, err := w.svc.Record(ctx, leader, "gia", done[0].Record)
		if err != nil || v.Awaited != 1 {
			t.Errorf("%d proposals are marked on the record, %v", v.Awaited, err)
		}
		must(t, w.svc.WithdrawProposal(ctx, clerk, "gia", ids[2]))
		if err := w.svc.WithdrawProposal(ctx, clerk, "gia", ids[2]); !errors.Is(err, registers.ErrDecided) {
			t.Errorf("withdrawn twice: %v", err)
		}
		if err := w.svc.WithdrawProposal(ctx, leader, "gia", strings.Repeat("x", 36)); !errors.Is(err, registers.ErrNoneSuch) {
			t.Errorf("withdrew nothing: %v", err)
		}
		if _, err := w.svc.DecideProposals(ctx, leader, "gia", make([]string, 101), true, ""); !errors.Is(err, books.ErrTooManyAtOnce) {
			t.Errorf("too many: %v", err)
		}
	})
}
