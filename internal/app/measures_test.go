// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/page"
)

// TestAPlanAsksARegister reads what the plan of the province asks of the register of
// digital teams, as everybody and on the page, before and after a team is there.
func TestAPlanAsksARegister(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		type measure struct {
			ID      string
			Percent bool
			Value   float64
			Year    int
			Target  int64
			Reached *int
		}
		of := func() (all []measure) {
			t.Helper()
			return ask[struct{ Items []measure }](t, w, "", http.MethodGet, "/api/v1/registers/to-cong-nghe-so/measures", "").Items
		}
		before := of()
		if len(before) != 3 || before[0].ID != "so-to" || before[0].Target != 1035 || before[0].Reached == nil || !before[2].Percent || before[2].Reached != nil {
			t.Fatalf("%+v", before)
		}
		const team = `{"unit":"phuong-long-xuyen","values":{"code":"T-1","name":"Tổ thử","commune":"phuong-long-xuyen","founded_on":"2026-01-05","members":8,"trained":6,"active":true}}`
		if got := w.send(t, "congdongso.longxuyen", http.MethodPost, "/api/v1/registers/to-cong-nghe-so/records", team); got.status/100 != 2 {
			t.Fatalf("a team: %d %s", got.status, got.body)
		}
		after := of()
		if after[0].Value != before[0].Value+1 || after[1].Value != before[1].Value+6 || before[2].Value == 0 && after[2].Value != 75 {
			t.Errorf("%+v, before %+v", after, before)
		}
		for language, want := range map[string][]string{"vi": {"Chỉ tiêu của kế hoạch", "1.035 tổ, đến hết năm 2024", "An Giang trước sáp nhập"}, "en": {"Measures of plans", "1,035 teams by the end of 2024"}} {
			got := w.send(t, "", http.MethodGet, "/so/to-cong-nghe-so/thong-ke", "", "Cookie", "tinhso_lang="+language)
			for _, one := range want {
				if !strings.Contains(got.body, one) {
					t.Errorf("the page in %s does not say %q: %d", language, one, got.status)
				}
			}
		}
		if got := w.send(t, "", http.MethodGet, "/api/v1/registers/khong-co/measures", ""); got.status != http.StatusNotFound {
			t.Errorf("a register that there is not: %d", got.status)
		}
	})
}

// TestADatabaseSaysWhoseItIs reads the catalogue of databases as an official and as a
// program: what the file of a register says stands there, and what is derived is called so.
func TestADatabaseSaysWhoseItIs(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		type database struct {
			Sharing, Refreshed, Class string
			Declared                  bool
			Owner, Collected, Purpose struct{ VI, EN string }
		}
		const who = "cntt.tinh"
		said := ask[database](t, w, who, http.MethodGet, "/api/v1/databases/vung-trong", "")
		if said.Sharing != "open" || !said.Declared || said.Refreshed != "irregular" || said.Class != "personal" || said.Owner.VI != "Sở Nông nghiệp và Môi trường" || said.Purpose.EN == "" {
			t.Errorf("%+v", said)
		}
		if derived := ask[database](t, w, who, http.MethodGet, "/api/v1/databases/duong-bo", ""); derived.Declared || derived.Sharing == "" || derived.Owner.VI != "" {
			t.Errorf("%+v", derived)
		}
		for path, want := range map[string]map[string][]string{
			"/co-so-du-lieu/vung-trong": {"vi": {"Sở Nông nghiệp và Môi trường", "Khi có thay đổi", "Dữ liệu mở", "Mục đích xử lý dữ liệu cá nhân"}, "en": {"Department of Agriculture and Environment", "When something changes", "From applications and inspections"}},
			"/co-so-du-lieu/duong-bo":   {"vi": {"(suy từ quyền xem)"}, "en": {"(as rights say)"}},
		} {
			for language, all := range want {
				got := w.send(t, who, http.MethodGet, path, "", "Cookie", page.SessionCookie+"="+w.token(t, who, identity.Browser)+"; tinhso_lang="+language)
				for _, one := range all {
					if !strings.Contains(got.body, one) {
						t.Errorf("%s in %s does not say %q: %d", path, language, one, got.status)
					}
				}
			}
		}
	})
}
