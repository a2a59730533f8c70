// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"go.yaml.in/yaml/v3"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/books"
	"tinhso.vn/internal/modules/books/internal/core"
	"tinhso.vn/internal/modules/books/internal/store"
	"tinhso.vn/internal/platform/blob"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/sheet"
	"tinhso.vn/internal/platform/sheet/sheettest"
)

const quay = `registers:
  - id: loai
    title: Danh mục loại
    version: 1
    fields:
      - {key: code, label: Mã, type: text, required: true, unique: true, max: 20}
      - {key: name, label: Tên, type: text, required: true}
    codes: {code: code, name: name}
  - id: quay
    title: Sổ quầy hàng
    version: 1
    key: [code]
    fields:
      - {key: code, label: Số hiệu, type: text, required: true, max: 20}
      - {key: name, label: Tên quầy, type: text, required: true}
      - {key: area, label: Diện tích, type: decimal(2), measure: m²}
      - {key: fee, label: Phí một năm, type: money}
      - {key: open, label: Đang mở, type: boolean}
      - {key: class, label: Hạng, type: choice, options: [{value: one, label: Hạng 1}, {value: two, label: Hạng 2}]}
      - {key: kind, label: Loại hàng, type: code, catalogue: loai}
      - {key: since, label: Từ ngày, type: date}
      - {key: place, label: Tọa độ, type: point}
      - {key: keeper, label: Người bán, type: person, personal: basic}
      - {key: phone, label: Điện thoại, type: phone}
      - {key: double, label: Gấp đôi, type: money, compute: "fee * 2"}
    list: {columns: [code, name], sort: code}
`

// market is a world where tables are brought.
type market struct {
	*world
}

func markets(t *testing.T, f func(t *testing.T, m market)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{
		orgs.Migrations(), identity.Migrations(), access.Migrations(), audit.Migrations(), registers.Migrations(), files.Migrations(), jobs.Migrations(), store.Migrations(),
	}, func(t *testing.T, d *db.DB, c *dbtest.Clock) { f(t, newMarket(t, d, c)) })
}

func newMarket(t *testing.T, d *db.DB, c *dbtest.Clock) market {
	t.Helper()
	m := market{newWorld(t, d, c)}
	blobs, err := blob.Open(t.TempDir(), 0)
	must(t, err)
	m.svc.With(files.New(blobs, crypt.Ephemeral()), func(_ context.Context, account string) (identity.Actor, error) {
		for _, a := range []identity.Actor{m.east, m.west, m.reader} {
			if a.Account == account {
				return a, nil
			}
		}
		return identity.NewActor(account, ""), nil
	})
	var root struct {
		Registers []yaml.Node `yaml:"registers"`
	}
	must(t, yaml.Unmarshal([]byte(quay), &root))
	for i := range root.Registers {
		def, problems := registers.Decode(&root.Registers[i])
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		m.write(t, func(tx *db.Tx) error {
			plan, err := m.keeper.Plan(t.Context(), tx, def)
			if err != nil {
				return err
			}
			return m.keeper.Apply(t.Context(), tx, identity.Program("apply"), plan)
		})
	}
	_, err = m.svc.CreateRecord(t.Context(), m.east, "loai", "east", map[string]any{"code": "RAU", "name": "Rau quả"})
	must(t, err)
	return m
}

// bring brings a table and has its columns matched as they are proposed.
func (m market) bring(t *testing.T, name string, data []byte, change ...func(*core.Matching)) core.Import {
	t.Helper()
	i, err := m.svc.BringFile(t.Context(), m.east, "quay", name, bytes.NewReader(data))
	must(t, err)
	c, err := m.svc.Sample(t.Context(), m.east, "quay", i.ID)
	must(t, err)
	for _, f := range change {
		f(&c.Proposed)
	}
	must(t, m.svc.MatchColumns(t.Context(), m.east, "quay", i.ID, c.Proposed))
	return m.now(t, i.ID)
}

func (m market) now(t *testing.T, one string) core.Import {
	t.Helper()
	i, err := m.svc.GetImport(t.Context(), m.east, "quay", one)
	must(t, err)
	return i
}

func (m market) decide(t *testing.T, one string) core.Import {
	t.Helper()
	must(t, m.svc.Decide(t.Context(), m.east, "quay", one, true))
	return m.now(t, one)
}

func (m market) rows(t *testing.T, one string, kind registers.NoteKind) []core.ImportRow {
	t.Helper()
	r, err := m.svc.ImportRows(t.Context(), m.east, "quay", one, kind, -1)
	must(t, err)
	return r.Items
}

// record is the record with a code.
func (m market) record(t *testing.T, code string) map[string]any {
	t.Helper()
	st, err := m.keeper.Stand(t.Context(), m.d, m.east, "quay")
	must(t, err)
	var values map[string]any
	m.write(t, func(tx *db.Tx) error {
		p, err := m.keeper.Find(t.Context(), tx, st, registers.Ask{Where: []registers.Condition{{Field: "code", Op: registers.Is, Values: []string{code}}}, Purpose: access.Handling})
		if err == nil && len(p.Records) == 1 {
			values = p.Records[0].Values
		}
		return err
	})
	return values
}

const table = "Danh sách quầy hàng năm 2026;;;;;;;;;\r\n" +
	"Số hiệu;Tên quầy;Diện tích (m²);Phí một năm;Đang mở;Hạng;Loại hàng;Từ ngày;Tọa độ;Người bán;Đơn vị\r\n" +
	"Q1;Quầy Mường Khương;1.234,5;150.000 đồng;có;Hạng 1;Rau quả;21/11/2026;10.386200, 105.435100;Nguyễn Văn Bé;Xã Đông\r\n" +
	"Q2;\"Quầy; số hai\";12;;không;two;RAU;5/2/2026;;;\r\n"

func TestTablesOfEveryEncodingComeIn(t *testing.T) {
	t.Parallel()
	markets(t, func(t *testing.T, m market) {
		for n, e := range append(sheet.Encodings(), "marked") {
			text := strings.NewReplacer("Q1", fmt.Sprint("A", n), "Q2", fmt.Sprint("B", n)).Replace(table)
			data := sheettest.Encode(t, text, e)
			if e == "marked" {
				data = append([]byte("\xef\xbb\xbf"), text...)
			}
			i := m.bring(t, "quầy.csv", data)
			if i.State != registers.Checked || i.Fresh != 2 || i.Wrong != 0 || i.Total != 2 {
				t.Fatalf("%s: %+v %+v", e, i.Batch, m.rows(t, i.ID, registers.NoteWrong))
			}
			if m.record(t, fmt.Sprint("A", n)) != nil {
				t.Fatalf("%s: it was written before anybody decided", e)
			}
			if i = m.decide(t, i.ID); i.State != registers.Done || i.Fresh != 2 || i.File != "" {
				t.Fatalf("%s: %+v", e, i.Batch)
			}
			want := map[string]any{
				"code": fmt.Sprint("A", n), "name": "Quầy Mường Khương", "area": "1234.5", "fee": int64(150_000), "open": true, "class": "one", "kind": "RAU",
				"since": "2026-11-21", "place": registers.Point{Lat: 10_386_200, Lon: 105_435_100}, "keeper": registers.Human{Name: "Nguyễn Văn Bé"}, "double": int64(300_000),
			}
			if got := m.record(t, fmt.Sprint("A", n)); !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %v", e, got)
			}
			if got := m.record(t, fmt.Sprint("B", n)); got["name"] != "Quầy; số hai" || got["open"] != false || got["since"] != "2026-02-05" {
				t.Errorf("%s: %v", e, got)
			}
		}
		if n := m.recorded(t, registers.AuditImported); n != int64(len(sheet.Encodings())+1) {
			t.Errorf("%d acts are recorded", n)
		}
		if n := m.recorded(t, registers.AuditCreated); n != 1 { // the entry of the list of codes
			t.Errorf("%d single records are in the audit log", n-1)
		}
	})
}

func TestEveryMistakeIsToldByItsCell(t *testing.T) {
	t.Parallel()
	markets(t, func(t *testing.T, m market) {
		head := "Số hiệu,Tên quầy,Diện tích,Phí một năm,Đang mở,Hạng,Loại hàng,Từ ngày,Tọa độ,Điện thoại,Đơn vị\n"
		rows := "Q1,Một,\"1,234\",,,,,,,,\n" + // 2: three digits behind the comma
			"Q2,Hai,,\"1.000,5\",,,,,,,\n" + // 3
			"Q3,Ba,,,có lẽ,,,,,,\n" + // 4
			"Q4,Bốn,,,,Hạng 3,,,,,\n" + // 5
			"Q5,Năm,,,,,Vàng bạc,,,,\n" + // 6
			"Q6,Sáu,,,,,,11/21/2026,,,\n" + // 7: month first
			"Q7,Bảy,,,,,,,\"105.435100, 10.386200\",,\n" + // 8: swapped
			"Q8,Tám,,,,,,,,12,\n" + // 9
			"Q9,Chín,,,,,,,,,Xã Tây\n" + // 10: out of scope
			"Q10,,,,,,,,,,\n" + // 11: required
			"Q1,Trùng,,,,,,,,,\n" + // 12: twice
			"Q12,Đúng,,,,,,,,,Xã Đông\n"
		i := m.bring(t, "x.csv", []byte(head+rows))
		if i.Fresh != 1 || i.Wrong != 11 {
			t.Errorf("%+v", i.Batch)
		}
		want := []string{
			"C2 registers.value.decimal ", "D3 registers.value.integer 1000", "E4 registers.value.boolean ", "F5 registers.value.choice ", "G6 registers.value.code ",
			"H7 registers.value.date 21/11/2026", "I8 books.import.swapped 10.386200, 105.435100", "J9 registers.value.phone ", "K10 registers.value.unit ", "B11 registers.value.required ",
			"A12 books.import.twice ",
		}
		var got []string
		for _, row := range m.rows(t, i.ID, registers.NoteWrong) {
			for _, p := range row.Problems {
				got = append(got, fmt.Sprintf("%s %s %s", sheet.Cell(int(row.N), p.Column), p.Code, p.Right))
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s", strings.Join(got, "\n"))
		}
		var back []string
		must(t, m.svc.Rejected(t.Context(), m.east, "quay", i.ID, func(r core.ImportRow) error {
			back = append(back, r.Cells[0].Text)
			return nil
		}))
		if len(back) != 11 || back[9] != "Q10" {
			t.Errorf("%q goes back", back)
		}
		// The author says that longitude comes first, once asked.
		c, err := m.svc.Sample(t.Context(), m.east, "quay", i.ID)
		must(t, err)
		c.Proposed.Swap = []string{"place"}
		must(t, m.svc.MatchColumns(t.Context(), m.east, "quay", i.ID, c.Proposed))
		if i = m.now(t, i.ID); i.Fresh != 2 || i.Wrong != 10 {
			t.Errorf("with places turned: %+v", i.Batch)
		}
		if i = m.decide(t, i.ID); i.Fresh != 2 || i.Wrong != 10 || m.record(t, "Q7")["place"] != (registers.Point{Lat: 10_386_200, Lon: 105_435_100}) {
			t.Errorf("%+v", i.Batch)
		}
		if n := m.count(t, `SELECT COUNT(*) FROM reg_quay`); n != 2 {
			t.Errorf("%d records", n)
		}
		// The same headings are matched as before.
		again, err := m.svc.BringFile(t.Context(), m.east, "quay", "y.csv", strings.NewReader(head+"Q20,x,,,,,,,,,\n"))
		must(t, err)
		if c, err = m.svc.Sample(t.Context(), m.east, "quay", again.ID); err != nil || !c.Known || !slices.Equal(c.Proposed.Swap, []string{"place"}) {
			t.Errorf("%+v %v", c.Proposed, err)
		}
		for who, a := range map[string]identity.Actor{"west": m.west, "reader": m.reader} {
			if _, err := m.svc.ImportRows(t.Context(), a, "quay", i.ID, registers.NoteWrong, -1); err == nil {
				t.Errorf("%s reads the rows of another", who)
			}
		}
		if _, err := m.svc.BringFile(t.Context(), m.reader, "quay", "x.csv", strings.NewReader(head)); !errors.Is(err, access.ErrNotAllowed) {
			t.Errorf("who may only read brings a table: %v", err)
		}
	})
}

func TestABookFromAnOfficeComesIn(t *testing.T) {
	t.Parallel()
	markets(t, func(t *testing.T, m market) {
		f := excelize.NewFile()
		defer func() { _ = f.Close() }()
		day, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		must(t, err)
		for _, err := range []error{
			f.SetCellValue("Sheet1", "A1", "DANH SÁCH"), f.MergeCell("Sheet1", "A1", "F1"),
			f.SetSheetRow("Sheet1", "A3", &[]any{"Đơn vị", "Số hiệu", "Tên quầy", "Diện tích", "Từ ngày", "Điện thoại", "Kinh độ", "Vĩ độ"}),
			f.SetSheetRow("Sheet1", "A4", &[]any{"Xã Đông", "Q1", "Một", 123.456, 46347, 909123456, 105.4351, 10.3862}), f.SetCellStyle("Sheet1", "E4", "E4", day),
			f.MergeCell("Sheet1", "A4", "A5"), f.SetSheetRow("Sheet1", "B5", &[]any{"Q2", "Hai", 123.45, "21/11/2026", "0909 123 456"}),
		} {
			must(t, err)
		}
		var out bytes.Buffer
		must(t, f.Write(&out))
		i := m.bring(t, "quầy.xlsx", out.Bytes())
		if i.Fresh != 1 || i.Wrong != 1 {
			t.Fatalf("%+v %+v", i.Batch, i.Matching)
		}
		wrong := m.rows(t, i.ID, registers.NoteWrong)[0]
		if wrong.N != 3 || len(wrong.Problems) != 2 || wrong.Problems[0].Code != "books.import.zero_lost" || wrong.Problems[0].Right != "0909123456" || wrong.Problems[1].Code != "registers.value.decimal" {
			t.Errorf("%+v", wrong.Problems)
		}
		m.decide(t, i.ID)
		if got := m.record(t, "Q2"); got["since"] != "2026-11-21" || got["area"] != "123.45" || got["phone"] != "0909123456" {
			t.Errorf("%v", got)
		}
		for name, tt := range map[string]struct {
			data string
			want error
		}{
			"old": {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", books.ErrFileOld}, "cut": {"PK\x03\x04xxxxxxx", books.ErrFileUnread}, "zeros": {"a\x00b,c", books.ErrFileNotText}, "nothing": {"", files.ErrEmpty},
		} {
			if _, err := m.svc.BringFile(t.Context(), m.east, "quay", "x.xlsx", strings.NewReader(tt.data)); !errors.Is(err, tt.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := m.count(t, `SELECT COUNT(*) FROM files_files WHERE erased_at IS NULL`); n != 0 {
			t.Errorf("%d files are kept", n)
		}
	})
}

func TestAnImportIsUndone(t *testing.T) {
	t.Parallel()
	markets(t, func(t *testing.T, m market) {
		ctx := t.Context()
		head := "Số hiệu,Tên quầy,Phí một năm,Điện thoại\n"
		first := m.bring(t, "a.csv", []byte(head+"Q1,Một,1,0909123456\nQ2,Hai,2,\nQ3,Ba,3,\n"))
		m.decide(t, first.ID)
		second := m.bring(t, "b.csv", []byte(head+"Q1,Mốt,1,0909999999\nQ2,Hai,2,\nQ4,Bốn,4,\nQ3,Ba ba,3,\n"))
		if second.Fresh != 1 || second.Batch.Changed != 2 || second.Same != 1 {
			t.Errorf("%+v", second.Batch)
		}
		changes := m.rows(t, second.ID, registers.NoteChanged)
		if len(changes) != 2 || len(changes[0].Changes) != 2 || changes[0].Changes[0].From != "Một" || changes[0].Changes[0].To != "Mốt" || !changes[0].Changes[1].Masked || changes[0].Changes[1].To != nil {
			t.Errorf("%+v", changes)
		}
		m.decide(t, second.ID)
		must(t, func() error { // somebody changes one since
			p, err := m.svc.Records(ctx, m.east, "quay", core.Query{Where: []registers.Condition{{Field: "code", Op: registers.Is, Values: []string{"Q3"}}}})
			if err != nil {
				return err
			}
			_, err = m.svc.ChangeRecord(ctx, m.east, "quay", p.Records[0].ID, p.Records[0].Version, map[string]any{"fee": 9})
			return err
		}())
		if err := m.svc.UndoImport(ctx, m.west, "quay", second.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("the west takes back what the east brought: %v", err)
		}
		must(t, m.svc.UndoImport(ctx, m.east, "quay", second.ID))
		if i := m.now(t, second.ID); i.State != registers.Undone || i.Undone != 2 || i.Kept != 1 || i.Undoer != "east" {
			t.Errorf("%+v %s", i.Batch, i.Undoer)
		}
		if kept := m.rows(t, second.ID, registers.NoteKept); len(kept) != 1 || kept[0].N != 4 || kept[0].Why != registers.KeptChanged {
			t.Errorf("%+v", kept)
		}
		if q1, q4 := m.record(t, "Q1"), m.record(t, "Q4"); q1["name"] != "Một" || q1["phone"] != "0909123456" || q4 != nil || m.record(t, "Q3")["name"] != "Ba ba" {
			t.Errorf("%v %v", q1, q4)
		}
		if m.recorded(t, registers.AuditUndone) != 1 {
			t.Error("the undoing is not recorded")
		}
		if err := m.svc.UndoImport(ctx, m.east, "quay", second.ID); !errors.Is(err, registers.ErrImportState) {
			t.Errorf("taken back twice: %v", err)
		}
	})
}

func TestRecordsLeaveAsTheyAreRead(t *testing.T) {
	t.Parallel()
	markets(t, func(t *testing.T, m market) {
		ctx := t.Context()
		i := m.bring(t, "x.csv", []byte("Số hiệu,Tên quầy,Tọa độ,Người bán\nQ1,Một,\"10.5, 105.25\",Trần Văn Bé\nQ2,Hai,,\n"))
		m.decide(t, i.ID)
		big, err := m.svc.BringFile(ctx, m.east, "quay", "big.csv", lines(450))
		must(t, err)
		c, err := m.svc.Sample(ctx, m.east, "quay", big.ID)
		must(t, err)
		must(t, m.svc.MatchColumns(ctx, m.east, "quay", big.ID, c.Proposed))
		m.decide(t, big.ID)
		taken, err := m.svc.Take(ctx, m.east, "quay", core.Query{})
		must(t, err)
		n, last := 0, ""
		must(t, taken.Each(ctx, func(r registers.Record) error {
			code := fmt.Sprint(r.Values["code"])
			if r.Values["keeper"] != nil || code <= last {
				t.Errorf("%s after %s: %v", code, last, r.Values)
			}
			n, last = n+1, code
			return nil
		}))
		if n != 452 || taken.Count != 452 || m.recorded(t, registers.AuditTaken) != 1 {
			t.Errorf("%d of %d records left", n, taken.Count)
		}
		one := core.Query{Where: []registers.Condition{{Field: "code", Op: registers.Is, Values: []string{"Q1", "Q2"}}}}
		if _, err := m.svc.TakePersonal(ctx, m.east, "for fun", "quay", one); errs.KindOf(err) != errs.Invalid {
			t.Errorf("without a purpose: %v", err)
		}
		personal, err := m.svc.TakePersonal(ctx, m.east, access.Handling, "quay", one)
		must(t, err)
		must(t, personal.Each(ctx, func(r registers.Record) error {
			if r.Values["code"] == "Q1" && r.Values["keeper"] != (registers.Human{Name: "Trần Văn Bé"}) {
				t.Errorf("%v", r.Values)
			}
			return nil
		}))
		if m.recorded(t, registers.AuditRead) != 2 {
			t.Error("the readings are not recorded")
		}
		if taken, err = m.svc.Take(ctx, m.east, "quay", one); err != nil || len(taken.Places()) != 1 {
			t.Fatal(err)
		}
		var out bytes.Buffer
		must(t, taken.WriteGeoJSON(ctx, &out, taken.Places()[0], func(v map[string]any) map[string]any { return map[string]any{"code": v["code"]} }))
		want := `"geometry":{"coordinates":[105.25,10.5],"type":"Point"},`
		if s := out.String(); !strings.Contains(s, want) || !strings.Contains(s, `"geometry":null`) || !strings.HasPrefix(s, `{"type":"FeatureCollection","features":[`) {
			t.Errorf("%s", s)
		}
	})
}
