// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/yaml"
)

// register applies a file in which roles have rights.
func (m market) register(t *testing.T, file string, roles ...access.RoleID) {
	t.Helper()
	var node yaml.Node
	must(t, yaml.Unmarshal([]byte(file), &node))
	def, problems := registers.Decode(&node)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	m.write(t, func(tx *db.Tx) error {
		var all []access.Role
		for _, one := range roles {
			all = append(all, access.Role{ID: one})
		}
		if _, err := access.ApplyRoles(t.Context(), tx, all, nil); err != nil {
			return err
		}
		plan, err := m.keeper.Plan(t.Context(), tx, def)
		if err != nil {
			return err
		}
		return m.keeper.Apply(t.Context(), tx, identity.Program("apply"), plan)
	})
}

func (m market) upload(t *testing.T, who identity.Actor, register, field string, n int) files.File {
	t.Helper()
	f, err := m.svc.UploadFile(t.Context(), who, register, field, "anh.png", bytes.NewReader(picture(t, n)))
	must(t, err)
	return f
}

// ids are uploads as a program names them.
func ids(all ...files.File) []any {
	named := make([]any, len(all))
	for i, f := range all {
		named[i] = map[string]any{"id": string(f.ID)}
	}
	return named
}

// TestFilesComeWithANewRecord uploads files for a record that is not there yet: it
// has them from its first version, nobody else may use them, what is wrong elsewhere
// loses none, and what nobody used is swept.
func TestFilesComeWithANewRecord(t *testing.T) {
	t.Parallel()
	markets(t, func(t *testing.T, m market) {
		m.register(t, papersFile, "officer", "leader")
		ctx := t.Context()
		desk := m.east.Grant("registers.giay.desk", identity.Place{Unit: "east", Subtree: true})
		other := m.west.Grant("registers.giay.desk", identity.Place{Unit: "province", Subtree: true})
		reader := m.reader.Grant("registers.giay.see", identity.Place{Unit: "province", Subtree: true})
		first, second, health := m.upload(t, desk, "giay", "scan", 3), m.upload(t, desk, "giay", "scan", 4), m.upload(t, desk, "giay", "health", 5)
		values := map[string]any{"scan": ids(first, second), "health": ids(health)}
		if _, err := m.svc.CreateRecord(ctx, desk, "giay", "east", values); errs.KindOf(err) != errs.Invalid {
			t.Fatalf("a record without its number: %v", err)
		}
		if kept, err := m.svc.Uploads(ctx, desk, "giay", []string{string(second.ID), string(first.ID), "x"}); err != nil || len(kept) != 2 || kept[0].ID != second.ID || kept[0].Field != "scan" {
			t.Fatalf("what was wrong elsewhere lost files: %+v %v", kept, err)
		}
		for name, c := range map[string]struct {
			who    identity.Actor
			values map[string]any
		}{
			"another's":       {other, map[string]any{"code": "1", "scan": ids(first)}},
			"another field's": {desk, map[string]any{"code": "1", "inner": ids(first)}},
			"twice":           {desk, map[string]any{"code": "1", "scan": ids(first, first)}},
			"too many":        {desk, map[string]any{"code": "1", "scan": ids(first, second, m.upload(t, desk, "giay", "scan", 6))}},
		} {
			if _, err := m.svc.CreateRecord(ctx, c.who, "giay", "east", c.values); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		// A record is taking it in this moment: it waits no more, and that is no error.
		leaving := m.upload(t, desk, "giay", "scan", 7)
		here, there := files.Subject{Kind: "register_upload", ID: "giay/scan/" + desk.Account}, files.Subject{Kind: "elsewhere", ID: "1"}
		m.write(t, func(tx *db.Tx) error { return files.Give(ctx, tx, here, leaving.ID, there) })
		if kept, err := m.svc.Uploads(ctx, desk, "giay", []string{string(leaving.ID), string(first.ID)}); err != nil || len(kept) != 1 || kept[0].ID != first.ID {
			t.Errorf("beside a file that is leaving: %+v %v", kept, err)
		}
		m.write(t, func(tx *db.Tx) error { return files.Give(ctx, tx, there, leaving.ID, here) })
		values["code"] = "1"
		made, err := m.svc.CreateRecord(ctx, desk, "giay", "east", values)
		must(t, err)
		if all, _ := made.Values["scan"].([]registers.File); made.Version != 1 || len(all) != 2 || all[0].ID != string(first.ID) || all[0].Name != "anh.png" {
			t.Errorf("%+v", made)
		}
		content, _, err := m.svc.OpenRecordFile(ctx, reader, "", "giay", made.ID, "scan", string(second.ID))
		must(t, err)
		raw, err := io.ReadAll(content)
		must(t, errors.Join(err, content.Close()))
		if !bytes.Equal(raw, picture(t, 4)) {
			t.Error("another content")
		}
		if v, err := m.svc.RecordFiles(ctx, desk, "handling", "giay", made.ID, "health"); err != nil || len(v.Now) != 1 {
			t.Errorf("the personal file: %+v %v", v.Now, err)
		}
		if _, err := m.svc.CreateRecord(ctx, desk, "giay", "east", map[string]any{"code": "2", "scan": ids(first)}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a file of another record: %v", err)
		}
		if n := m.count(t, `SELECT bytes FROM files_usage WHERE kind = 'subject:register_file' AND owner = $1`, "giay/"+made.ID+"/scan"); n != first.Size+second.Size {
			t.Errorf("%d bytes are counted for the record", n)
		}
		for name, c := range map[string]struct {
			who   identity.Actor
			field string
			raw   []byte
			want  errs.Kind
		}{
			"who may not add":   {reader, "scan", picture(t, 2), errs.Forbidden},
			"nobody":            {identity.Actor{}, "scan", picture(t, 2), errs.Unauthenticated},
			"no field of files": {desk, "code", picture(t, 2), errs.NotFound},
			"a program":         {desk, "scan", []byte("MZ\x90\x00 a program"), errs.Invalid},
		} {
			if _, err := m.svc.UploadFile(ctx, c.who, "giay", c.field, "a.png", bytes.NewReader(c.raw)); errs.KindOf(err) != c.want {
				t.Errorf("%s: %v", name, err)
			}
		}

		// Two records at once: one has it.
		shared := m.upload(t, desk, "giay", "scan", 7)
		var wg sync.WaitGroup
		outcome := make([]error, 2)
		for i := range outcome {
			wg.Go(func() {
				_, outcome[i] = m.svc.CreateRecord(ctx, desk, "giay", "east", map[string]any{"code": "3", "scan": ids(shared)})
			})
		}
		wg.Wait()
		if (outcome[0] == nil) == (outcome[1] == nil) || errs.KindOf(errors.Join(outcome...)) != errs.Invalid {
			t.Errorf("two records with one file: %v", outcome)
		}

		// What is taken out, and what nobody used for a day, is gone.
		dropped, left := m.upload(t, desk, "giay", "scan", 8), m.upload(t, desk, "giay", "inner", 9)
		if err := m.svc.DropUpload(ctx, other, "giay", "scan", string(dropped.ID)); !errors.Is(err, files.ErrNotFound) {
			t.Errorf("another takes it out: %v", err)
		}
		must(t, m.svc.DropUpload(ctx, desk, "giay", "scan", string(dropped.ID)))
		must(t, core.SweepUploads(ctx, m.d))
		if kept, err := m.svc.Uploads(ctx, desk, "giay", []string{string(left.ID)}); err != nil || len(kept) != 1 {
			t.Errorf("swept too early: %v %v", kept, err)
		}
		m.clock.Advance(core.UploadsKept + time.Minute)
		must(t, core.SweepUploads(ctx, m.d))
		if n := m.count(t, `SELECT COUNT(*) FROM books_uploads`); n != 0 {
			t.Errorf("%d uploads are left over", n)
		}
		if n := m.count(t, `SELECT COUNT(*) FROM files_files WHERE subject_kind = 'register_upload' AND erased_at IS NULL`); n != 0 {
			t.Errorf("%d files are left over", n)
		}
		if _, _, err := m.svc.OpenRecordFile(ctx, reader, "", "giay", made.ID, "scan", string(first.ID)); err != nil {
			t.Errorf("a file of a record was swept: %v", err)
		}
	})
}

// TestFilesComeWithAProposal proposes new records with files: who decides reads them
// before, the record has them when it is agreed to, and they are gone when it is not.
func TestFilesComeWithAProposal(t *testing.T) {
	t.Parallel()
	markets(t, func(t *testing.T, m market) {
		m.register(t, agreedPapers, "officer", "leader", "auditor")
		ctx := t.Context()
		m.write(t, func(tx *db.Tx) error {
			_, err := access.Give(ctx, tx, access.Holding{
				Account: m.east.Account, Role: "officer", Unit: "east", Subtree: true, Kind: access.Main, Decision: "1", DecidedOn: "2026-01-01", EnteredBy: "t",
			})
			return err
		})
		desk, err := access.Load(ctx, m.d, identity.NewActor(m.east.Account, m.east.Person), m.d.Now())
		must(t, err)
		leader := m.reader.Grant("registers.giay.agree", identity.Place{Unit: "province", Subtree: true})
		looker := m.west.Grant("registers.giay.see", identity.Place{Unit: "province", Subtree: true})
		propose := func(n int) (registers.Proposal, files.File) {
			t.Helper()
			f := m.upload(t, desk, "giay", "scan", n)
			p, err := m.svc.ProposeRecord(ctx, desk, "giay", core.Wish{Act: registers.Add, Unit: "east", Values: map[string]any{"code": "1", "scan": ids(f)}})
			must(t, err)
			return p, f
		}
		opens := func(who identity.Actor, p registers.Proposal, f files.File) error {
			t.Helper()
			content, _, err := m.svc.OpenProposedFile(ctx, who, "", "giay", p.ID, "scan", string(f.ID))
			if err == nil {
				must(t, content.Close())
			}
			return err
		}
		p, f := propose(3)
		if err := errors.Join(opens(leader, p, f), opens(desk, p, f)); err != nil {
			t.Errorf("who decides and the author: %v", err)
		}
		if err := opens(looker, p, f); errs.KindOf(err) != errs.NotFound {
			t.Errorf("who only sees records: %v", err)
		}
		if _, err := m.svc.ProposeRecord(ctx, desk, "giay", core.Wish{Act: registers.Add, Unit: "east", Values: map[string]any{"code": "2", "scan": ids(f)}}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a second proposal with the same file: %v", err)
		}
		m.clock.Advance(core.UploadsKept + time.Minute)
		must(t, core.SweepUploads(ctx, m.d))
		done, err := m.svc.DecideProposal(ctx, leader, "giay", p.ID, true, "")
		must(t, err)
		content, _, err := m.svc.OpenRecordFile(ctx, looker, "", "giay", done.Record, "scan", string(f.ID))
		must(t, err)
		must(t, content.Close())
		if err := opens(leader, p, f); !errors.Is(err, files.ErrNotFound) {
			t.Errorf("by the proposal afterwards: %v", err)
		}
		refused, hers := propose(4)
		_, err = m.svc.DecideProposal(ctx, leader, "giay", refused.ID, false, "Thiếu")
		must(t, err)
		withdrawn, his := propose(5)
		must(t, m.svc.WithdrawProposal(ctx, desk, "giay", withdrawn.ID))
		for _, one := range []files.File{hers, his} {
			if n := m.count(t, `SELECT COUNT(*) FROM files_files WHERE id = $1 AND erased_at IS NULL`, string(one.ID)); n != 0 {
				t.Error("a file of a proposal that was not agreed to is there")
			}
		}
	})
}
