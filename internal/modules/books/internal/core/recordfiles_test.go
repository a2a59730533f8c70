// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"io"
	"slices"
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

const papersFile = `id: giay
title: Giấy phép nuôi chó
version: 1
fields:
  - {key: code, label: Số, type: text, required: true}
  - {key: scan, label: Bản chụp, type: file, max: 2}
  - {key: inner, label: Nội bộ, type: file}
  - {key: health, label: Sổ tiêm, type: file, personal: basic}
rights:
  - {id: desk, name: Cấp, roles: [officer], may: [view, add, change]}
  - {id: see, name: Xem, roles: [leader], may: [view], only: [code, scan]}
`

// picture is a PNG of so many dots.
func picture(t *testing.T, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, n, n))))
	return b.Bytes()
}

// TestFilesOfARecordFollowItsRights adds, lists, opens and removes files; who does
// not see the field finds none of them by any door, and versions keep theirs.
func TestFilesOfARecordFollowItsRights(t *testing.T) {
	t.Parallel()
	markets(t, func(t *testing.T, m market) {
		var node yaml.Node
		must(t, yaml.Unmarshal([]byte(papersFile), &node))
		def, problems := registers.Decode(&node)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		m.write(t, func(tx *db.Tx) error {
			if _, err := access.ApplyRoles(t.Context(), tx, []access.Role{{ID: "officer"}, {ID: "leader"}}, nil); err != nil {
				return err
			}
			plan, err := m.keeper.Plan(t.Context(), tx, def)
			if err != nil {
				return err
			}
			return m.keeper.Apply(t.Context(), tx, identity.Program("apply"), plan)
		})
		ctx := t.Context()
		desk := m.east.Grant("registers.giay.desk", identity.Place{Unit: "east", Subtree: true})
		reader := m.reader.Grant("registers.giay.see", identity.Place{Unit: "province", Subtree: true})
		stranger := m.west.Grant("registers.giay.desk", identity.Place{Unit: "west", Subtree: true})
		made := func() string {
			t.Helper()
			r, err := m.svc.CreateRecord(ctx, desk, "giay", "east", map[string]any{"code": "1"})
			must(t, err)
			return r.ID
		}
		one, two := made(), made()
		add := func(record, field string, n int) files.File {
			t.Helper()
			f, err := m.svc.AddRecordFile(ctx, desk, "giay", record, field, "anh.png", bytes.NewReader(picture(t, n)))
			must(t, err)
			return f.File
		}
		first, second, hidden, health := add(one, "scan", 3), add(one, "scan", 4), add(one, "inner", 5), add(one, "health", 6)
		list := func(who identity.Actor, why access.Purpose, field string) core.Papers {
			t.Helper()
			v, err := m.svc.RecordFiles(ctx, who, why, "giay", one, field)
			must(t, err)
			return v
		}
		if v := list(desk, "", "scan"); len(v.Now) != 2 || v.Now[0].ID != first.ID || !v.Change {
			t.Errorf("%+v", v.Now)
		}
		if v := list(reader, "", "scan"); len(v.Now) != 2 || v.Change {
			t.Errorf("who only sees: %+v", v)
		}
		if v := list(desk, "", "health"); !v.Withheld || len(v.Now) != 0 {
			t.Errorf("personal files without a purpose: %+v", v)
		}
		before := m.recorded(t, registers.AuditRead)
		if v := list(desk, "handling", "health"); len(v.Now) != 1 || m.recorded(t, registers.AuditRead) != before+1 {
			t.Errorf("personal files for a purpose: %+v, %d on the log", v.Now, m.recorded(t, registers.AuditRead)-before)
		}
		content, f, err := m.svc.OpenRecordFile(ctx, reader, "", "giay", one, "scan", string(first.ID))
		must(t, err)
		raw, err := io.ReadAll(content)
		must(t, errors.Join(err, content.Close()))
		if int64(len(raw)) != f.Size || f.Name != "anh.png" {
			t.Errorf("%d bytes of %+v", len(raw), f)
		}
		for name, c := range map[string]struct {
			who           identity.Actor
			why           access.Purpose
			record, field string
			file          files.ID
			want          error
		}{
			"another field":       {reader, "", one, "inner", hidden.ID, registers.ErrNotFound},
			"by another's field":  {reader, "", one, "scan", hidden.ID, files.ErrNotFound},
			"by another's record": {desk, "", two, "scan", first.ID, files.ErrNotFound},
			"another unit":        {stranger, "", one, "scan", first.ID, registers.ErrNotFound},
			"without a purpose":   {desk, "", one, "health", health.ID, access.ErrPurposeNeeded},
			"no field of files":   {desk, "", one, "code", first.ID, registers.ErrNotFound},
		} {
			if _, _, err := m.svc.OpenRecordFile(ctx, c.who, c.why, "giay", c.record, c.field, string(c.file)); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := m.svc.AddRecordFile(ctx, reader, "giay", one, "scan", "a.png", bytes.NewReader(picture(t, 2))); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("who only sees adds: %v", err)
		}
		if _, err := m.svc.AddRecordFile(ctx, desk, "giay", one, "scan", "a.png", bytes.NewReader(picture(t, 2))); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a third of two: %v", err)
		}
		if _, err := m.svc.AddRecordFile(ctx, desk, "giay", two, "scan", "a.png", bytes.NewReader([]byte("MZ\x90\x00 a program"))); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a program: %v", err)
		}
		stolen := map[string]any{"scan": []any{map[string]any{"id": string(first.ID), "name": "x.png"}}}
		if _, err := m.svc.ChangeRecord(ctx, desk, "giay", two, 1, stolen); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a record takes the file of another: %v", err)
		}
		if _, err := m.svc.CreateRecord(ctx, desk, "giay", "east", map[string]any{"code": "3", "scan": stolen["scan"]}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a new record takes the file of another: %v", err)
		}
		must(t, m.svc.RemoveRecordFile(ctx, desk, "giay", one, "scan", string(second.ID)))
		if err := m.svc.RemoveRecordFile(ctx, desk, "giay", one, "scan", string(second.ID)); !errors.Is(err, files.ErrNotFound) {
			t.Errorf("removed twice: %v", err)
		}
		v := list(desk, "", "scan")
		if len(v.Now) != 1 || !slices.ContainsFunc(v.Former, func(p core.Paper) bool { return p.ID == second.ID && p.Version > 0 }) {
			t.Errorf("now %+v, former %+v", v.Now, v.Former)
		}
		if _, _, err := m.svc.OpenRecordFile(ctx, reader, "", "giay", one, "scan", string(second.ID)); err != nil {
			t.Errorf("a file of an earlier version: %v", err)
		}
	})
}
