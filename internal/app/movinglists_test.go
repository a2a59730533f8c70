// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/moving/movingmod"
	"tinhso.vn/internal/modules/moving/movingtest"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// lists lays the lists of an older system into a folder.
func (w *world) lists(t *testing.T, source string, tables map[string]string) {
	t.Helper()
	folder := filepath.Join(w.Config.Data, "moving", source)
	must(t, os.MkdirAll(folder, 0o700))
	for name, content := range tables {
		must(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
}

const listsMapping = `title: Hệ thống cũ
dates: [dd/MM/yyyy]
units: {DV1: phuong-long-xuyen, DV2: cu-van-phong, DV3: cu-to-mot, DV4: cu-to-gop, DV5: cu-to-gop, DV6: cu-vong-a, DV7: cu-vong-b}
unit_kinds: {Phòng: office, Tổ: office}
procedures: {}
posts: {Chuyên viên: officer, Cán bộ một cửa: clerk}
tables:
  procedures:
    file: thu_tuc.csv
    columns:
      key: {column: Ma}
      code: {column: MaTTHC}
      name: {column: Ten}
      field: {column: LinhVuc}
      level: {column: Cap}
      days: {column: ThoiHan}
      papers: {column: GiayTo}
  units:
    file: don_vi.csv
    columns:
      key: {column: Ma}
      name: {column: Ten, font: tcvn3}
      parent: {column: Tren}
      kind: {column: Loai}
      phone: {column: DienThoai}
  officials:
    file: can_bo.csv
    columns:
      key: {column: Ma}
      name: {column: Ten}
      login: {column: DangNhap}
      number: {column: SoDinhDanh}
      unit: {column: DonVi}
      post: {column: ChucDanh}
`

func why(code string) string { return "lý do " + code }

// rejected reads the one file with rows that were refused.
func rejected(t *testing.T, l movingmod.Listed) string {
	t.Helper()
	if len(l.Files) != 1 {
		t.Fatalf("files with refused rows: %v", l.Files)
	}
	raw, err := os.ReadFile(l.Files[0])
	must(t, err)
	return string(raw)
}

// TestACatalogueComes compares the catalogue of an older system, refuses a row, makes a
// change of the rest, and does nothing the second time.
func TestACatalogueComes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.lists(t, "cu", map[string]string{"mapping.yaml": listsMapping, "thu_tuc.csv": "Ma,MaTTHC,Ten,LinhVuc,Cap,ThoiHan,GiayTo\n" +
			"TT1,1.999901,Cấp giấy phép của hệ thống cũ,Lĩnh vực cũ,Cấp xã,5 ngày làm việc,\"Đơn đề nghị\nGiấy tờ cũ\"\n" +
			"TT2,không phải mã,Thủ tục mã sai,Lĩnh vực cũ,Cấp xã,5 ngày làm việc,\n" +
			"TT1,1.999902,Khóa đã có,Lĩnh vực cũ,Cấp xã,5 ngày làm việc,\n" +
			"TT4,1.999904,H\xff,Lĩnh vực cũ,Cấp xã,5 ngày làm việc,\n"})
		author := w.actor(t, "kiemsoat.tinh")
		moves := w.Parts.Moves
		if _, err := moves.TakeCatalogue(t.Context(), w.actor(t, itOfProvince), "cu", movingmod.CatalogueAsked{}, why); errs.KindOf(err) != errs.KindOf(access.ErrNotAllowed) {
			t.Errorf("province IT compares the catalogue: %v", err)
		}
		o := movingmod.CatalogueAsked{Day: calendar.On(w.DB.Now().Time)}
		seen, err := moves.TakeCatalogue(t.Context(), author, "cu", o, why)
		must(t, err)
		if seen.Rows != 4 || seen.New != 1 || len(seen.Done) != 0 || seen.Reasons["moving.reject.twice"] != 1 || seen.Reasons["moving.reject.letters"] != 1 || seen.Reasons["authoring.cell.code"] != 1 {
			t.Fatalf("looked at: %+v", seen)
		}
		if said := rejected(t, seen); !strings.Contains(said, "\n3,code,không phải mã,lý do authoring.cell.code,TT2,") {
			t.Errorf("the refused rows: %s", said)
		}
		o.Propose = true
		made, err := moves.TakeCatalogue(t.Context(), author, "cu", o, why)
		must(t, err)
		if made.New != 1 || len(made.Done) != 1 || made.Before {
			t.Fatalf("proposed: %+v", made)
		}
		again, err := moves.TakeCatalogue(t.Context(), author, "cu", o, why)
		must(t, err)
		if !again.Before || again.Done[0] != made.Done[0] {
			t.Errorf("again: %+v", again)
		}
		got := w.send(t, author.Login, http.MethodGet, "/api/v1/changes/"+made.Done[0], "")
		if got.status != http.StatusOK || !strings.Contains(got.body, "tt-1-999901") {
			t.Errorf("the change: %d %.600s", got.status, got.body)
		}
		if got := w.send(t, author.Login, http.MethodPost, "/api/v1/moving/sources/cu/catalogue", `{"propose":true,"day":"2026-1"}`); got.status != http.StatusUnprocessableEntity {
			t.Errorf("a day that is none: %d", got.status)
		}
		for login, want := range map[string]int{author.Login: http.StatusOK, itOfProvince: http.StatusForbidden} {
			if got := w.send(t, login, http.MethodPost, "/api/v1/moving/sources/cu/catalogue", `{}`); got.status != want {
				t.Errorf("%s: %d %s", login, got.status, got.body)
			}
		}
		if _, err := moves.TakeCatalogue(t.Context(), author, "khac", o, why); err == nil {
			t.Error("a folder that is not there")
		}
	})
}

// TestUnitsAndOfficialsCome lets units come, and then officials with their posts: what is
// not known, has become one, or would widen a role is refused, and the second time changes
// nothing.
func TestUnitsAndOfficialsCome(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.lists(t, "cu", map[string]string{
			"mapping.yaml": listsMapping,
			"don_vi.csv": "Ma,Ten,Tren,Loai,DienThoai\n" +
				"DV3,Tæ mét,DV2,Tæ,\n" + // its parent stands behind it, its kind is in letters of old
				"DV2,V¨n phßng cò,DV1,Phòng,02963000001\n" +
				"DV1,,,,02963999999\n" +
				"DV4,Gép A,DV1,Phòng,\nDV5,Gép B,DV1,Phòng,\n" +
				"DV6,Vßng A,DV7,Phòng,\nDV7,Vßng B,DV6,Phòng,\n" +
				"DV9,L¹,DV1,Phòng,\n",
			"can_bo.csv": "Ma,Ten,DangNhap,SoDinhDanh,DonVi,ChucDanh\n" +
				"CB1,Đặng Thị Quỳnh,cu.quynh,089000000011,DV2,Chuyên viên\n" +
				"CB1,Đặng Thị Quỳnh,cu.quynh,089000000011,DV3,Cán bộ một cửa\n" +
				"CB2,Huỳnh Văn Út,cu.ut,351234567,DV3,Chuyên viên\n" +
				"CB3,Trần Thị Tư,cu.tu,,DV3,Giám đốc\n" +
				"CB4,Trần Thị Năm,cu.nam,,DV8,Chuyên viên\n" +
				"CB5,Người Sáu,Tên Có Dấu,,DV3,Chuyên viên\n",
		})
		it := w.actor(t, itOfProvince)
		moves := w.Parts.Moves
		o := movingmod.ListAsked{Number: "01/QĐ-UBND", Date: "2026-01-05", From: calendar.On(w.DB.Now().Time).String()}
		if _, err := moves.TakeUnits(t.Context(), w.actor(t, "motcua.longxuyen"), "cu", o, why); errs.KindOf(err) != errs.KindOf(access.ErrNotAllowed) {
			t.Errorf("a clerk enters units: %v", err)
		}
		before := w.send(t, itOfProvince, http.MethodGet, "/api/v1/staff-imports", "").body
		early, err := moves.TakeOfficials(t.Context(), it, "cu", o, why)
		must(t, err)
		if early.New != 0 || early.Reasons["orgs.not_found"] != 3 {
			t.Errorf("officials of units that are not here yet: %+v", early)
		}
		seen, err := moves.TakeUnits(t.Context(), it, "cu", o, why)
		must(t, err)
		want := map[string]int{"moving.reject.unit_kind": 1, "moving.reject.unit_merged": 2, "moving.reject.unit_circle": 2, "moving.reject.unit": 1}
		if !maps.Equal(seen.Reasons, want) || seen.Changed != 1 || seen.New != 1 || len(seen.Done) != 0 {
			t.Fatalf("units looked at: %+v", seen)
		}
		if said := rejected(t, seen); !strings.Contains(said, "cu-to-gop,lý do moving.reject.unit_merged,DV4") {
			t.Errorf("the refused rows: %s", said)
		}
		if now := w.send(t, itOfProvince, http.MethodGet, "/api/v1/staff-imports", "").body; now != before {
			t.Errorf("looking at lists has left something: %s", now)
		}
		// The kind in old letters is mended in the source; the rest stays refused.
		raw := filepath.Join(w.Config.Data, "moving", "cu", "don_vi.csv")
		text, err := os.ReadFile(raw)
		must(t, err)
		must(t, os.WriteFile(raw, []byte(strings.Replace(string(text), "DV2,Tæ,", "DV2,Tổ,", 1)), 0o600))
		const units = "/api/v1/moving/sources/cu/lists/units"
		if got := w.send(t, itOfProvince, http.MethodPost, units, `{"number":"","date":"x","from":"2026-01-01"}`); got.status != http.StatusUnprocessableEntity {
			t.Errorf("no decision: %d %s", got.status, got.body)
		}
		if got := w.send(t, "kiemsoat.tinh", http.MethodPost, units, `{"number":"1","date":"2026-01-05","from":"`+o.From+`"}`); got.status != http.StatusForbidden {
			t.Errorf("who writes procedures enters units: %d", got.status)
		}
		if got := w.send(t, itOfProvince, http.MethodPost, units, `{"number":"1","date":"2026-01-05","from":"`+o.From+`"}`); got.status != http.StatusOK || !strings.Contains(got.body, `"new":2`) {
			t.Errorf("looked at: %d %s", got.status, got.body)
		}
		form := url.Values{"source": {"cu"}, "number": {""}, "date": {"5/1/2026"}, "from": {"hôm nay"}, "do": {"apply"}}
		const units2 = "/chuyen-du-lieu/danh-sach/units"
		if got := w.send(t, itOfProvince, http.MethodGet, units2+"?source=cu", ""); got.status != http.StatusOK || strings.Contains(got.body, `value="apply"`) {
			t.Errorf("the page: %d", got.status)
		}
		for login, want := range map[string]int{itOfProvince: http.StatusUnprocessableEntity, "motcua.longxuyen": http.StatusForbidden} {
			if got := w.post(t, login, units2, form); got.status != want || want == 422 && (!strings.Contains(got.body, `href="#number"`) || !strings.Contains(got.body, `value="5/1/2026"`)) {
				t.Errorf("%s: %d", login, got.status)
			}
		}
		form.Set("number", "01/QĐ")
		form.Set("from", calendar.On(w.DB.Now().Time).At(0).Format("02/01/2006"))
		form.Set("do", "compare")
		pageSays(t, "compared", w.post(t, itOfProvince, units2, form), http.StatusOK, "cu-van-phong", `value="apply"`, "2 mới, 1 thay đổi", "rejected-units-", "Điện thoại: ", "02963999999")
		if got := w.send(t, itOfProvince, http.MethodGet, "/chuyen-du-lieu/danh-sach/procedures?source=cu", ""); got.status != http.StatusNotFound {
			t.Errorf("a list that the page does not have: %d", got.status)
		}
		pageSays(t, "the sources", w.send(t, itOfProvince, http.MethodGet, "/chuyen-du-lieu", ""), http.StatusOK, units2+"?source=cu")
		o.Apply = true
		came, err := moves.TakeUnits(t.Context(), it, "cu", o, why)
		must(t, err)
		if came.New != 2 || came.Changed != 1 || len(came.Done) != 1 {
			t.Fatalf("units: %+v", came)
		}
		u, err := orgs.Get(t.Context(), w.DB, "cu-van-phong")
		if err != nil || u.Name.VI != "Văn phòng cũ" || u.Parent != "phuong-long-xuyen" {
			t.Errorf("the unit: %+v, %v", u, err)
		}
		if is, err := orgs.Get(t.Context(), w.DB, "phuong-long-xuyen"); err != nil || is.Phone != "02963999999" || is.Name.VI == "" || is.Parent == "" || is.Agency() == "" {
			t.Errorf("of a unit that is here only the telephone changes: %+v, %v", is, err)
		}
		if again, err := moves.TakeUnits(t.Context(), it, "cu", o, why); err != nil || again.New+again.Changed != 0 || again.Same != 3 || len(again.Done) != 0 {
			t.Errorf("units again: %+v, %v", again, err)
		}

		people, err := moves.TakeOfficials(t.Context(), it, "cu", o, why)
		must(t, err)
		want = map[string]int{"moving.reject.post": 1, "moving.reject.unit": 1, "moving.reject.login": 1}
		if !maps.Equal(people.Reasons, want) || people.New != 2 || people.Changed != 1 || people.Roles["officer"] != 2 || people.Roles["clerk"] != 1 || len(people.Done) != 1 {
			t.Fatalf("officials: %+v", people)
		}
		account, found, err := w.People.FindAccount(t.Context(), w.DB, "cu.quynh")
		must(t, err)
		held, err := access.ListHoldings(t.Context(), w.DB, account.ID)
		if err != nil || !found || len(held) != 2 || held[0].Kind != access.Main || held[1].Kind != access.Concurrent {
			t.Errorf("posts: %+v, %v", held, err)
		}
		if _, err := w.People.CheckPassword(t.Context(), w.DB, "cu.quynh", ""); err == nil {
			t.Error("an account without a password lets somebody in")
		}
		if again, err := moves.TakeOfficials(t.Context(), it, "cu", o, why); err != nil || again.New+again.Changed != 0 || again.Same != 3 || len(again.Done) != 0 {
			t.Errorf("officials again: %+v, %v", again, err)
		}

		// A later list that gives somebody who is here another role gives it only when asked.
		w.lists(t, "cu", map[string]string{"can_bo.csv": "Ma,Ten,DangNhap,SoDinhDanh,DonVi,ChucDanh\nCB2,Huỳnh Văn Út,cu.ut,,DV2,Cán bộ một cửa\nCB9,Người Khác,cu.quynh,,DV2,Chuyên viên\n"})
		more, err := moves.TakeOfficials(t.Context(), it, "cu", o, why)
		must(t, err)
		if more.Reasons["moving.reject.post_more"] != 1 || more.Reasons["identity.login_taken"] != 1 || more.New+more.Changed != 0 || len(more.Roles) != 0 || len(more.Done) != 0 {
			t.Errorf("a further role: %+v", more)
		}
		o.Existing = true
		if more, err = moves.TakeOfficials(t.Context(), it, "cu", o, why); err != nil || more.Changed != 1 || more.Roles["clerk"] != 1 || len(more.Done) != 1 {
			t.Errorf("a further role that was asked for: %+v, %v", more, err)
		}
	})
}

// TestANationalCodeSaysWhichProcedure looks at dossiers of an old procedure that the
// mapping does not name: its code in the table of procedures does, unless it stands there
// with two.
func TestANationalCodeSaysWhichProcedure(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		m := newMoves(t, w, 10)
		m.dump(movingtest.Options{Dossiers: 80, Clean: true})
		path := filepath.Join(m.folder, "mapping.yaml")
		text, err := os.ReadFile(path)
		must(t, err)
		said := strings.Replace(string(text), "  TT00: chung-thuc-ban-sao\n", "", 1)
		must(t, os.WriteFile(path, []byte(said), 0o600))
		table := func(rows string) {
			w.lists(t, "cu", map[string]string{"thu_tuc.csv": "MaThuTuc,TenThuTuc,MaTTHC\n" + rows})
		}
		table("TT00,Chứng thực bản sao,2.000815.H01\n")
		look := func() movingmod.Looked {
			t.Helper()
			l, err := w.Parts.Moves.LookAt(t.Context(), "cu")
			must(t, err)
			return l
		}
		without := look()
		if without.Reasons["moving.reject.procedure"] == 0 {
			t.Fatalf("no code is named: %+v", without)
		}
		must(t, os.WriteFile(path, []byte(strings.Replace(said, "name: {column: TenThuTuc}", "name: {column: TenThuTuc}\n      code: {column: MaTTHC}", 1)), 0o600))
		if l := look(); len(l.Reasons) != 0 {
			t.Errorf("by its code: %+v", l)
		}
		if r := m.run(m.plan(m.units...)); r.Rejected != 0 || r.Added == 0 {
			t.Errorf("moved in: %+v", r)
		}
		table("TT00,Chứng thực bản sao,2.000815\nTT00,Chứng thực chữ ký,2.000884\n")
		if l := look(); l.Reasons["moving.reject.procedure"] != without.Reasons["moving.reject.procedure"] {
			t.Errorf("with two codes: %+v", l)
		}
	})
}

// TestAUnitThatHasEndedIsNamed lets units come of which one has been merged into another
// here: the row is refused and names the successor, and nothing is written.
func TestAUnitThatHasEndedIsNamed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		today := calendar.On(w.DB.Now().Time)
		day := orgs.Decision{Number: "1/QĐ", Date: "2026-01-05", From: today.String(), By: w.actor(t, itOfProvince).Account}
		earlier := day
		earlier.From = today.AddDays(-30).String()
		must(t, w.DB.Write(t.Context(), func(tx *db.Tx) error {
			for _, id := range []orgs.ID{"cu-to-truoc", "cu-to-sau"} {
				if err := orgs.Create(t.Context(), tx, orgs.Unit{ID: id, Parent: "phuong-long-xuyen", Kind: "office", Name: i18n.Text{VI: string(id)}}, earlier); err != nil {
					return err
				}
			}
			return orgs.Merge(t.Context(), tx, []orgs.ID{"cu-to-truoc"}, "cu-to-sau", day)
		}))
		w.lists(t, "cu", map[string]string{
			"mapping.yaml": strings.Replace(listsMapping, "units: {", "units: {DV0: cu-to-truoc, ", 1), "don_vi.csv": "Ma,Ten,Tren,Loai,DienThoai\nDV0,Tæ cò,DV1,Phòng,\n",
		})
		o := movingmod.ListAsked{Apply: true, Number: "2/QĐ", Date: "2026-01-06", From: today.String()}
		l, err := w.Parts.Moves.TakeUnits(t.Context(), w.actor(t, itOfProvince), "cu", o, why)
		must(t, err)
		if l.Reasons["moving.reject.unit_ended"] != 1 || len(l.Done) != 0 {
			t.Errorf("%+v", l)
		}
		if said := rejected(t, l); !strings.Contains(said, "cu-to-sau") {
			t.Errorf("the successor is not named: %s", said)
		}
	})
}
