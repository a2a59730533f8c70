// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/personnel"
	"tinhso.vn/internal/modules/personnel/internal/core"
)

// book makes a file with sheets of rows.
func book(t *testing.T, sheets map[string][][]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	for name, rows := range sheets {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, r := range rows {
			if err := f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &r); err != nil {
				t.Fatal(err)
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAnImport(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		units := [][]string{{"id", "parent", "kind", "name", "code"}, {"phuong-c", "tinh", "ward", "Phường C", "000.00.77.H30"}, {"phuong-c.mot-cua", "phuong-c", "one_stop", "Một cửa", ""}, {"phuong-b", "tinh", "ward", "Phường Bê", ""}}
		people := [][]string{{"login", "name", "number", "unit", "role", "title"}, {"moi", "Lê Thị Mới", "089000000001", "phuong-c", "officer", "Chuyên viên"}, {"an", "Nguyễn Văn an", "", "phuong-c", "leader", "Chủ tịch"}, {"binh", "Nguyễn Văn binh", "", "phuong-a", "officer", ""}}
		file := core.File{Name: "ds.xlsx", Number: "3/QĐ", Date: "2026-03-01", From: "2026-03-02"}
		bad := file
		bad.Content = book(w.t, map[string][][]string{
			"units":  {{"id", "parent", "kind", "name", "code"}, {"Phường", "tinh", "ward", "x", ""}, {"phuong-d", "khong-co", "ward", "D", ""}, {"phuong-a", "mot-cua", "ward", "A", ""}, {"phuong-e", "tinh", "ward", "E", "H30.0"}},
			"people": {{"login", "name", "number", "unit", "role", "title"}, {"an", "Người Khác", "", "phuong-a", "officer", ""}, {"x", "X", "12", "phuong-a", "officer", ""}, {"kiem", "Nguyễn Văn kiem", "", "phuong-a", "officer", ""}, {"y", "Y", "", "phuong-a", "vua", ""}},
		})
		id, err := w.svc.ReadImport(ctx, w.as("cntt"), bad)
		if err != nil {
			w.t.Fatal(err)
		}
		seen, err := w.svc.PreviewImport(ctx, w.as("cntt"), id)
		if err != nil || seen.Wrong != 8 {
			w.t.Fatalf("all mistakes at once: %d, %v", seen.Wrong, err)
		}
		cells := ""
		for _, l := range seen.Lines {
			cells += l.Cell + " "
		}
		if cells != "A2 B3 B4 E5 A2 C3 E4 E5 " {
			w.t.Errorf("cells: %s", cells)
		}
		if err := w.svc.ApplyImport(ctx, w.as("cntt"), id); !errors.Is(err, core.ErrWrongRows) {
			w.t.Errorf("applied: %v", err)
		}
		if _, err := w.svc.ReadImport(ctx, w.as("sep-a"), bad); !errors.Is(err, access.ErrNotAllowed) {
			w.t.Errorf("a leader: %v", err)
		}
		file.Content = book(w.t, map[string][][]string{"units": units, "people": people})
		before := w.rights()
		if id, err = w.svc.ReadImport(ctx, w.as("cntt"), file); err != nil {
			w.t.Fatal(err)
		}
		seen, err = w.svc.PreviewImport(ctx, w.as("cntt"), id)
		if err != nil || seen.Wrong != 0 || seen.Added != 3 || seen.Changed != 2 {
			w.t.Fatalf("%+v, %v", seen, err)
		}
		if _, err := orgs.Get(ctx, w.db, "phuong-c"); err == nil {
			w.t.Fatal("the preview did something")
		}
		if err := w.svc.ApplyImport(ctx, w.as("cntt"), id); err != nil {
			w.t.Fatal(err)
		}
		if u, err := orgs.Get(ctx, w.db, "phuong-c"); err != nil || u.Code != "H30.77" {
			w.t.Errorf("%+v, %v", u, err)
		}
		if !w.sees("an", "phuong-c") {
			w.t.Error("the new post gives nothing")
		}
		if err := w.svc.UndoImport(ctx, w.as("cntt"), id); err != nil {
			w.t.Fatal(err)
		}
		if _, err := orgs.Get(ctx, w.db, "phuong-c"); err == nil {
			w.t.Error("the unit is still there")
		}
		if u, err := orgs.Get(ctx, w.db, "phuong-b"); err != nil || u.Name.VI != "phuong-b" {
			w.t.Errorf("the name is still the new one: %+v, %v", u, err)
		}
		after := w.rights()
		for r := range after {
			if !before[r] {
				w.t.Errorf("left behind: %+v", r)
			}
		}
		if id, err = w.svc.ReadImport(ctx, w.as("cntt"), file); err != nil {
			w.t.Fatal(err)
		}
		if err := w.svc.ApplyImport(ctx, w.as("cntt"), id); err != nil {
			w.t.Fatalf("the same again after the undoing: %v", err)
		}
		if _, err := w.svc.EnterMove(ctx, w.as("cntt2"), core.Decision{Login: "moi", Kind: core.Concurrent, Number: "1", Date: "2026-03-02", From: "2026-03-02", Unit: "so-x", Role: "leader", Title: "x"}); err != nil {
			w.t.Fatal(err)
		}
		if err := w.svc.UndoImport(ctx, w.as("cntt"), id); !errors.Is(err, personnel.ErrBuilt) {
			w.t.Errorf("something rests on it: %v", err)
		}
		w.clock.Advance(24 * time.Hour)
		if err := w.svc.UndoImport(ctx, w.as("cntt"), id); !errors.Is(err, personnel.ErrLate) {
			w.t.Errorf("a day later: %v", err)
		}
	})
}

// What an older system leaves of units and people: decomposed letters, blanks, empty rows,
// rows that stand twice. It comes in once, however many press at the same time, and
// brought again it changes nothing.
func TestAnImportOfDirtAndTwice(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := w.t.Context()
		file := core.File{Name: "cũ.xlsx", Number: "4/QĐ", Date: "2026-03-01", From: "2026-03-02", Content: book(w.t, map[string][][]string{
			"units": {{" ID ", "parent", "kind", "name", "code"}, {"phuong-c ", "tinh", "ward", norm.NFD.String("Phường Cồn Én") + "  ", ""}, {"", "", "", "", ""}, {"phuong-c.mot-cua", "phuong-c", "one_stop", "Một cửa", ""}},
			"people": {
				{"login", "name", "number", "unit", "role", "title"},
				{"cu.mot", norm.NFD.String("Đặng Thị Quỳnh"), "089000000011", "phuong-c", "officer", "Chuyên viên"},
				{"", "", "", "", "", ""},
				{" cu.hai", "Huỳnh  Văn Út ", "089000000012", "phuong-c.mot-cua", "officer", "Chuyên viên"},
				{"cu.mot", "Đặng Thị Quỳnh", "089000000011", "phuong-c", "officer", "Chuyên viên"},
			},
		})}
		id, err := w.svc.ReadImport(ctx, w.as("cntt"), file)
		if err != nil {
			w.t.Fatal(err)
		}
		seen, err := w.svc.PreviewImport(ctx, w.as("cntt"), id)
		if err != nil || seen.Wrong != 0 || seen.Added != 4 {
			w.t.Fatalf("%+v, %v", seen, err)
		}
		var all sync.WaitGroup
		results := make([]error, 3)
		for i := range results {
			all.Go(func() { results[i] = w.svc.ApplyImport(ctx, w.as("cntt"), id) })
		}
		all.Wait()
		done := 0
		for _, err := range results {
			if err == nil {
				done++
			} else if !errors.Is(err, personnel.ErrDecided) {
				w.t.Error(err)
			}
		}
		if u, err := orgs.Get(ctx, w.db, "phuong-c"); done != 1 || err != nil || u.Name.VI != "Phường Cồn Én" {
			w.t.Errorf("%d applied; %+v, %v", done, u, err)
		}
		if id, err = w.svc.ReadImport(ctx, w.as("cntt"), file); err != nil {
			w.t.Fatal(err)
		}
		if seen, err = w.svc.PreviewImport(ctx, w.as("cntt"), id); err != nil || seen.Wrong+seen.Added+seen.Changed != 0 || len(seen.Lines) != 5 {
			w.t.Errorf("brought again: %+v, %v", seen, err)
		}
		rights := w.rights()
		if err := w.svc.ApplyImport(ctx, w.as("cntt"), id); err != nil || !maps.Equal(rights, w.rights()) {
			w.t.Errorf("applied again, rights have changed: %v", err)
		}
	})
}
