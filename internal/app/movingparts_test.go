// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"tinhso.vn/internal/platform/db"
)

// TestAPartOfAFieldComesAlong moves in open dossiers whose process goes to the commune of
// an address: who said it by its parts comes, who said nothing, or a commune that there is
// not, is refused by the row.
func TestAPartOfAFieldComesAlong(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		m := newMoves(t, w, 10)
		for name, text := range map[string]string{
			"cong_dan.csv": "Ma,Ten\nCD1,Nguyễn Thị Thử\n",
			"ho_so.csv": "So,ThuTuc,DonVi,TrangThai,Nop,Chu,Xa,Nha,Vung\n" +
				"VT-1,TT,SO,Mở,01/02/2026 08:00:00,CD1,xa-an-phu,\"Ấp 1\",Vùng một\n" +
				"VT-2,TT,SO,Mở,01/02/2026 08:00:00,CD1,,,Vùng hai\n" +
				"VT-3,TT,SO,Mở,01/02/2026 08:00:00,CD1,xa-khong-co,\"Ấp 3\",Vùng ba\n",
			"mapping.yaml": `title: Thử
dates: ["dd/MM/yyyy HH:mm:ss"]
units: {SO: so-nong-nghiep-moi-truong}
procedures: {TT: ma-so-vung-trong}
statuses: {Mở: 4}
answers: {TT.Xa: area_place.commune, TT.Nha: area_place.detail, TT.Vung: area_name}
tables:
  persons:
    file: cong_dan.csv
    columns: {key: {column: Ma}, name: {column: Ten}}
  dossiers:
    file: ho_so.csv
    columns: {key: {column: So}, procedure: {column: ThuTuc}, unit: {column: DonVi}, status: {column: TrangThai}, submitted: {column: Nop}, owner: {column: Chu}}
`,
		} {
			if err := os.WriteFile(filepath.Join(m.folder, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		r := m.run(m.plan("so-nong-nghiep-moi-truong"))
		if r.Added != 1 || r.Rejected != 2 {
			t.Fatalf("%+v", r)
		}
		id, err := db.All(t.Context(), m.DB, db.Column[string], `SELECT id FROM dossiers_dossiers WHERE code = 'VT-1'`)
		if err != nil || len(id) != 1 {
			t.Fatalf("%v %v", id, err)
		}
		d := ask[struct{ Answers map[string]any }](t, m.world, "chuyenvien.sonongnghiep", http.MethodGet, "/api/v1/dossiers/"+id[0]+"?purpose=handling", "")
		place, _ := d.Answers["area_place"].(map[string]any)
		if place["commune"] != "xa-an-phu" || place["detail"] != "Ấp 1" || d.Answers["area_name"] != "Vùng một" {
			t.Errorf("%+v", d.Answers)
		}
	})
}
