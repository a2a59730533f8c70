// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
)

func TestARosterFromAFile(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		w.enter(w.shift("an", "2026-03-10T17:00", "2026-03-11T07:00"))
		read := func(rows [][]string) string {
			w.t.Helper()
			head := []string{"Ngày", "Từ giờ", "Đến giờ", "Loại trực", "Tài khoản", "Họ và tên", "Điện thoại", "Ghi chú", "Đến ngày"}
			id, err := w.svc.ReadRoster(ctx, w.as("sep-a"), "phuong-a", "truc.xlsx", book(w.t, map[string][][]string{"Truc": append([][]string{head}, rows...)}))
			if err != nil {
				w.t.Fatal(err)
			}
			return id
		}
		bad := read([][]string{
			{"31/02/2026", "17 giờ", "25:00", "Trực đêm", "ai-do"},
			{"12/03/2026", "7:30", "11:30", "trực cơ quan", "an", "Người Khác"},
			{"10/03/2026", "18:00", "20:00", "truc-co-quan", "an"},
			{"13/03/2026", "07h30", "17h", "Trực lãnh đạo", "", "Nguyễn Văn sep-a", "gọi 113"},
			{"13/03/2026", "07:30", "17:00", "Trực lãnh đạo", "sep-b"},
			{"13/03/2026", "07:30", "17:00", "Trực lãnh đạo", "", "Không Có"},
			{"14/03/2026", "07:30", "17:00", "Trực lãnh đạo", "binh"},
			{"14/03/2026", "16:00", "18:00", "Trực cơ quan", "binh"},
		})
		f, err := w.svc.PreviewRoster(ctx, w.as("sep-a"), bad)
		if err != nil {
			w.t.Fatal(err)
		}
		cells := ""
		for _, l := range f.Lines {
			if l.Problem != nil {
				cells += l.Cell + " "
			}
		}
		if cells != "A2 C2 D2 E2 F3 E4 G5 E6 F7 E9 " || f.Wrong != 7 {
			w.t.Errorf("every mistake by its cell: %s (%d rows)", cells, f.Wrong)
		}
		if err := w.svc.ApplyRoster(ctx, w.as("sep-a"), bad); !errors.Is(err, core.ErrWrongRows) {
			w.t.Errorf("applied: %v", err)
		}
		if got := w.onDuty("sep-a", "2026-03-14T08:00"); len(got) != 0 {
			w.t.Errorf("half of it was applied: %v", got)
		}
		if _, err := w.svc.PreviewRoster(ctx, w.as("sep-b"), bad); !errors.Is(err, personnel.ErrNotFound) {
			w.t.Errorf("another leader sees the file: %v", err)
		}
		if err := w.svc.DiscardRoster(ctx, w.as("sep-a"), bad); err != nil {
			w.t.Error(err)
		}
		good := read([][]string{
			{"10/03/2026", "17:00", "07:00", "Trực cơ quan", "an"}, // is there
			{"13/03/2026", "07h30", "17 giờ 00", "Trực lãnh đạo", "", "Nguyễn Văn sep-a", "02963 852 576", "Phòng họp"},
			{"14/3/2026", "7:00", "7:00", "Trực cơ quan", "binh", "", "", "", "16/3/2026"},
		})
		if f, err = w.svc.PreviewRoster(ctx, w.as("sep-a"), good); err != nil || f.Wrong != 0 || f.Added != 2 || f.Changed != 0 {
			w.t.Fatalf("%+v, %v", f, err)
		}
		if err := w.svc.ApplyRoster(ctx, w.as("sep-a"), good); err != nil {
			w.t.Fatal(err)
		}
		if err := w.svc.ApplyRoster(ctx, w.as("sep-a"), good); !errors.Is(err, personnel.ErrDecided) {
			w.t.Errorf("twice: %v", err)
		}
		for at, want := range map[string]string{"2026-03-13T16:59": "sep-a", "2026-03-15T23:00": "binh", "2026-03-16T07:00": ""} {
			if got := strings.Join(w.onDuty("sep-a", at), " "); got != want {
				w.t.Errorf("at %s: %q, want %q", at, got, want)
			}
		}
		if w.events(personnel.AuditDutyImported) != 1 {
			w.t.Error("the log does not tell of it")
		}

		// What is written out is read in again as the same.
		var out bytes.Buffer
		if err := w.svc.ExportRoster(ctx, w.as("an"), "phuong-a", "2026-03", &out); err != nil {
			w.t.Fatal(err)
		}
		if tables, err := sheet.Read(out.Bytes()); err != nil || len(tables) != 1 || len(tables[0].Rows) != 4 || tables[0].At(2, 7) != "02963 852 576" {
			w.t.Errorf("the export: %+v, %v", tables, err)
		}
		again, err := w.svc.ReadRoster(ctx, w.as("sep-a"), "phuong-a", "lich-truc.xlsx", out.Bytes())
		if err != nil {
			w.t.Fatal(err)
		}
		if f, err := w.svc.PreviewRoster(ctx, w.as("sep-a"), again); err != nil || f.Wrong+f.Added+f.Changed != 0 || len(f.Lines) != 3 {
			w.t.Errorf("the same again: %+v, %v", f, err)
		}
		if err := w.svc.ExportRoster(ctx, w.as("sep-b"), "phuong-a", "2026-03", &out); errs.KindOf(err) != errs.NotFound {
			w.t.Errorf("another leader takes it along: %v", err)
		}
		for _, content := range [][]byte{[]byte("a,b\n1,2\n"), []byte("\xd0\xcf\x11\xe0"), []byte("day,from,to,kind,login\n")} {
			if _, err := w.svc.ReadRoster(ctx, w.as("sep-a"), "phuong-a", "x", content); errs.KindOf(err) != errs.Invalid {
				w.t.Errorf("%q is read: %v", content, err)
			}
		}
		if _, err := w.svc.ReadRoster(ctx, w.as("an"), "phuong-a", "x", out.Bytes()); !errors.Is(err, access.ErrNotAllowed) {
			w.t.Errorf("an officer: %v", err)
		}
	})
}

func TestARosterIsCopied(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		n := w.shift("an", "2026-03-03T17:00", "2026-03-04T07:00") // a Tuesday
		n.Phone = "0911111111"
		w.enter(n)
		w.enter(w.shift("binh", "2026-03-08T07:00", "2026-03-08T17:00"))  // the Sunday
		w.enter(w.shift("sep-a", "2026-03-09T07:00", "2026-03-09T17:00")) // the next Monday: of the week that is filled
		taken := w.enter(w.shift("binh", "2026-03-15T12:00", "2026-03-15T13:00"))
		done, err := w.svc.CopyRoster(ctx, w.as("sep-a"), core.Copy{Unit: "phuong-a", Week: "2026-03-12"})
		if err != nil || done.Done != 1 || len(done.Left) != 1 || !errors.Is(done.Left[0].Why, personnel.ErrTwoPlaces) || done.Left[0].Who.Login != "binh" {
			w.t.Fatalf("%+v, %v", done, err)
		}
		r, err := w.svc.GetRoster(ctx, w.as("sep-a"), "phuong-a", "2026-03", "")
		if err != nil {
			w.t.Fatal(err)
		}
		plan := ""
		for _, i := range r.Items {
			plan += fmt.Sprintf("%s %s, ", i.Who.Login, i.Since.In(time.FixedZone("", 7*3600)).Format("2 15:04"))
		}
		if plan != "an 3 17:00, binh 8 07:00, sep-a 9 07:00, an 10 17:00, binh 15 12:00, " || r.Items[3].Phone != "0911111111" {
			w.t.Errorf("the plan: %s", plan)
		}
		if err := w.svc.RemoveShift(ctx, w.as("sep-a"), taken); err != nil {
			w.t.Fatal(err)
		}
		if done, err = w.svc.CopyRoster(ctx, w.as("sep-a"), core.Copy{Unit: "phuong-a", Month: "2026-04"}); err != nil || done.Done != 3 || len(done.Left) != 0 {
			w.t.Fatalf("a month: %+v, %v", done, err)
		}
		// Four weeks later, each on its weekday: what began on 3 March would begin in March.
		if r, err = w.svc.GetRoster(ctx, w.as("sep-a"), "phuong-a", "2026-04", ""); err != nil {
			w.t.Fatal(err)
		}
		plan = ""
		for _, i := range r.Items {
			plan += fmt.Sprintf("%s %s, ", i.Who.Login, i.Since.In(time.FixedZone("", 7*3600)).Format("Mon 2"))
		}
		if plan != "binh Sun 5, sep-a Mon 6, an Tue 7, " {
			w.t.Errorf("April: %s", plan)
		}
		if _, err := w.svc.CopyRoster(ctx, w.as("sep-a"), core.Copy{Unit: "phuong-b", Week: "2026-03-12"}); errs.KindOf(err) != errs.NotFound {
			w.t.Errorf("another unit: %v", err)
		}
		if _, err := w.svc.CopyRoster(ctx, w.as("an"), core.Copy{Unit: "phuong-a", Week: "2026-03-12"}); !errors.Is(err, access.ErrNotAllowed) {
			w.t.Errorf("an officer: %v", err)
		}
		if w.events(personnel.AuditDutyCopied) != 2 {
			w.t.Error("the log does not tell of it")
		}
	})
}
