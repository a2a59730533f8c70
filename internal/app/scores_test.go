// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The pages and operations of scores, for who sees all and for who sees one unit.
func TestScoresOnPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		control, leader, citizen := w.holder(t, "procedure_author"), w.holder(t, "leader"), w.holder(t, "citizen")
		list := w.send(t, control.ID, http.MethodGet, "/cham-diem", "")
		wants(t, "the list", list, http.StatusOK, "Chấm điểm phục vụ", "Tỉnh An Giang", "Chưa chốt", "chưa đối chiếu với văn bản")
		wellMade(t, list)
		for _, path := range []string{"/cham-diem?ky=2026-Q1&sap-xep=cao", "/cham-diem/tinh-an-giang", "/cham-diem/tinh-an-giang/ho-so/late"} {
			page := w.send(t, control.ID, http.MethodGet, path, "")
			wants(t, path, page, http.StatusOK)
			wellMade(t, page)
		}
		wants(t, "its criteria", w.send(t, control.ID, http.MethodGet, "/cham-diem/tinh-an-giang", ""), http.StatusOK, "Chưa có nguồn: ", "bộ chỉ số có 100 điểm")
		wrong := w.send(t, control.ID, http.MethodGet, "/cham-diem?ky=2026-13", "")
		wants(t, "no period", wrong, http.StatusUnprocessableEntity, `href="#ky"`, "2026-13")
		wellMade(t, wrong)
		wants(t, "unknown unit", w.send(t, control.ID, http.MethodGet, "/cham-diem/khong-co", ""), http.StatusNotFound)
		wants(t, "a leader", w.send(t, leader.ID, http.MethodGet, "/cham-diem", ""), http.StatusOK)
		wants(t, "a citizen", w.send(t, citizen.ID, http.MethodGet, "/cham-diem", ""), http.StatusForbidden)
		wants(t, "for everybody, before", w.send(t, "", http.MethodGet, "/cong-khai/diem", ""), http.StatusOK, "Chưa có kỳ nào được chốt")
		wants(t, "a leader freezes", w.post(t, leader.ID, "/cham-diem/chot", url.Values{"ky": {"2026-01"}}), http.StatusForbidden)
		wants(t, "it is frozen", w.post(t, control.ID, "/cham-diem/chot", url.Values{"ky": {"2026-01"}}), http.StatusSeeOther)
		wants(t, "again", w.post(t, control.ID, "/cham-diem/chot", url.Values{"ky": {"2026-01"}}), http.StatusConflict)
		frozen := w.send(t, control.ID, http.MethodGet, "/cham-diem?ky=2026-01", "")
		wants(t, "frozen", frozen, http.StatusOK, "người chốt: "+control.Name, "/cham-diem/tinh-lai?ky=2026-01")
		public := w.send(t, "", http.MethodGet, "/cong-khai/diem", "")
		wants(t, "for everybody", public, http.StatusOK, "Tháng 1/2026", "Tỉnh An Giang")
		wellMade(t, public)
		if strings.Contains(public.body, control.Name) || strings.Contains(public.body, "/cham-diem") {
			t.Error("everybody sees who froze it, or a way to what is behind")
		}
		mistaken := w.send(t, "", http.MethodGet, "/cong-khai/diem?ky=2026-02", "")
		wants(t, "for everybody, a period that is open", mistaken, http.StatusUnprocessableEntity, `href="#ky"`)
		wellMade(t, mistaken)
		wants(t, "for programs", w.send(t, "", http.MethodGet, "/api/v1/public-scores", ""), http.StatusOK, `"periods":["2026-01"]`, `"period":"2026-01"`)
		compared := w.send(t, control.ID, http.MethodGet, "/cham-diem/tinh-lai?ky=2026-01", "")
		wants(t, "worked out again", compared, http.StatusOK, "không có gì khác")
		wellMade(t, compared)
		if table := w.send(t, control.ID, http.MethodGet, "/cham-diem/tai-ve.csv?ky=2026-01", ""); !strings.HasPrefix(table.body, "\ufeffid,") {
			t.Errorf("the CSV: %q", table.body[:min(80, len(table.body))])
		}
		if book := w.send(t, control.ID, http.MethodGet, "/cham-diem/tai-ve.xlsx?ky=2026-01", ""); !strings.HasPrefix(book.body, "PK") {
			t.Error("the XLSX is none")
		}
		for path, want := range map[string]string{
			"/api/v1/scores/2026-01": `"closed_by":"` + control.Name, "/api/v1/scores/2026-01/differences": `"units":[]`,
			"/api/v1/scores/2026/units/tinh-an-giang": `"state":"missing"`, "/api/v1/scores/2026/units/tinh-an-giang/dossiers/late": `"items":[]`,
		} {
			wants(t, path, w.send(t, control.ID, http.MethodGet, path, ""), http.StatusOK, want)
		}
	})
}
