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
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

const agreedPapers = `id: giay
title: Giấy phép
version: 1
approval: true
fields:
  - {key: code, label: Số, type: text, required: true}
  - {key: scan, label: Bản chụp, type: file, max: 3}
rights:
  - {id: desk, name: Cấp, roles: [officer], may: [view, add, change]}
  - {id: agree, name: Duyệt, roles: [leader], may: [view, approve]}
  - {id: see, name: Xem, roles: [auditor], may: [view]}
`

// TestFilesAreProposedWhereAnotherMustAgree adds files where another person must
// agree: two of them are one proposal, only who may know of it sees them, they are
// the record's when it is agreed to and gone when it is not.
func TestFilesAreProposedWhereAnotherMustAgree(t *testing.T) {
	t.Parallel()
	markets(t, func(t *testing.T, m market) {
		var node yaml.Node
		must(t, yaml.Unmarshal([]byte(agreedPapers), &node))
		def, problems := registers.Decode(&node)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		m.write(t, func(tx *db.Tx) error {
			if _, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "officer"}, {ID: "leader"}, {ID: "auditor"}}, nil); err != nil {
				return err
			}
			plan, err := m.keeper.Plan(t.Context(), tx, def)
			if err != nil {
				return err
			}
			if err := m.keeper.Apply(t.Context(), tx, identity.Program("apply"), plan); err != nil {
				return err
			}
			_, err = access.Give(t.Context(), tx, access.Holding{
				Account: m.east.Account, Role: "officer", Unit: "east", Subtree: true, Kind: access.Main, Decision: "1", DecidedOn: "2026-01-01", EnteredBy: "t",
			})
			return err
		})
		ctx := t.Context()
		messages := &told{}
		m.svc.Messages = messages
		desk, err := access.Load(ctx, m.d, identity.NewActor(m.east.Account, m.east.Person), m.d.Now())
		must(t, err)
		leader := m.reader.Grant("registers.giay.agree", identity.Place{Unit: "province", Subtree: true})
		looker := m.west.Grant("registers.giay.see", identity.Place{Unit: "province", Subtree: true})
		p, err := m.svc.ProposeRecord(ctx, desk, "giay", core.Wish{Act: registers.Add, Unit: "east", Values: map[string]any{"code": "1"}})
		must(t, err)
		p, err = m.svc.DecideProposal(ctx, leader, "giay", p.ID, true, "")
		must(t, err)
		record := p.Record
		messages.all = nil
		add := func(n int) files.File {
			t.Helper()
			f, err := m.svc.AddRecordFile(ctx, desk, "giay", record, "scan", "anh.png", bytes.NewReader(picture(t, n)))
			must(t, err)
			if f.Proposal == "" {
				t.Error("a proposed file does not say so")
			}
			return f.File
		}
		list := func(who identity.Actor) core.Papers {
			t.Helper()
			v, err := m.svc.RecordFiles(ctx, who, "", "giay", record, "scan")
			must(t, err)
			return v
		}
		opens := func(who identity.Actor, f files.File) bool {
			t.Helper()
			content, _, err := m.svc.OpenRecordFile(ctx, who, "", "giay", record, "scan", string(f.ID))
			if err == nil {
				must(t, content.Close())
			} else if !errors.Is(err, files.ErrNotFound) {
				t.Error(err)
			}
			return err == nil
		}
		first, second := add(3), add(4)
		v := list(leader)
		if len(v.Now) != 0 || len(v.Proposed) != 2 || v.Proposed[0].Proposal == "" || v.Proposed[0].Proposal != v.Proposed[1].Proposal {
			t.Fatalf("now %+v, proposed %+v", v.Now, v.Proposed)
		}
		if len(messages.all) != 0 { // nobody holds the post that decides
			t.Errorf("told %+v", messages.all)
		}
		if !opens(leader, first) || !opens(desk, second) || opens(looker, first) || len(list(looker).Proposed) != 0 {
			t.Error("who may decide and the author see what is proposed, nobody else")
		}
		if _, err := m.svc.AddRecordFile(ctx, desk, "giay", record, "scan", "a.png", bytes.NewReader(picture(t, 5))); err != nil {
			t.Error(err)
		}
		if _, err := m.svc.AddRecordFile(ctx, desk, "giay", record, "scan", "a.png", bytes.NewReader(picture(t, 6))); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a fourth of three: %v", err)
		}
		_, err = m.svc.DecideProposal(ctx, leader, "giay", v.Proposed[0].Proposal, true, "")
		must(t, err)
		if v := list(looker); len(v.Now) != 3 || len(v.Proposed) != 0 || !opens(looker, first) {
			t.Errorf("agreed: %+v", v)
		}
		must(t, m.svc.RemoveRecordFile(ctx, desk, "giay", record, "scan", string(first.ID)))
		if v := list(looker); len(v.Now) != 3 {
			t.Errorf("removed before anybody agreed: %+v", v.Now)
		}
		waiting, err := m.svc.Proposals(ctx, leader, "giay", registers.ForMe, "")
		must(t, err)
		_, err = m.svc.DecideProposal(ctx, leader, "giay", waiting.ProposalPage.Proposals[0].ID, false, "Còn dùng")
		must(t, err)
		if !opens(looker, first) {
			t.Error("a file of the record went with a proposal that was refused")
		}
		must(t, m.svc.RemoveRecordFile(ctx, desk, "giay", record, "scan", string(second.ID)))
		refused := add(7)
		v = list(desk)
		if len(v.Proposed) != 1 || v.Proposed[0].ID != refused.ID {
			t.Fatalf("%+v", v.Proposed)
		}
		must(t, m.svc.WithdrawProposal(ctx, desk, "giay", v.Proposed[0].Proposal))
		if opens(desk, refused) || opens(leader, refused) {
			t.Error("a file of a proposal that was withdrawn is there")
		}
		stolen := map[string]any{"scan": []any{map[string]any{"id": string(refused.ID), "name": "x.png"}}}
		if _, err := m.svc.ProposeRecord(ctx, desk, "giay", core.Wish{Act: registers.Add, Unit: "east", Values: map[string]any{"code": "2", "scan": stolen["scan"]}}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a proposal takes the file of another record: %v", err)
		}
	})
}
