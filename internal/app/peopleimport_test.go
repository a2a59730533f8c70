// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/sheet"
)

// TestWrongRowsOfPeopleAreAFile brings a list of people in of which rows are wrong: nothing is
// done, and who mends it gets every wrong row with its cell and its reason, and nothing else
// about anybody.
func TestWrongRowsOfPeopleAreAFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	var b bytes.Buffer
	out, err := sheet.NewXLSX(&b, "people")
	must(t, err)
	for _, row := range [][]any{
		{"login", "name", "number", "unit", "role", "title"},
		{"cu.mot", "Đặng Thị Quỳnh", "089000000011", "phuong-long-xuyen", "officer", "Chuyên viên"},
		{"cu.hai", "Huỳnh Văn Út", "1234", "phuong-long-xuyen", "officer", "Chuyên viên"},
		{"cu.ba", "Trần Thị Tư", "", "khong-co", "officer", "Chuyên viên"},
		{"cu.tu", "", "", "phuong-long-xuyen", "officer", ""},
	} {
		must(t, out.Write(row...))
	}
	must(t, out.Close())
	day := w.DB.Now().In(clock.Vietnam()).Format(time.DateOnly)
	body, err := json.Marshal(map[string]any{"name": "cu.xlsx", "file": b.Bytes(), "number": "1/QĐ", "date": day, "from": day})
	must(t, err)
	id := ask[struct{ ID string }](t, w, itOfProvince, http.MethodPost, "/api/v1/staff-imports", string(body)).ID
	page := "/nhan-su/nhap/" + id
	pageSays(t, "the preview", w.send(t, itOfProvince, http.MethodGet, page, ""), http.StatusOK, page+"/dong-sai.csv")
	got := w.send(t, itOfProvince, http.MethodGet, page+"/dong-sai.csv", "")
	if got.status != http.StatusOK || strings.Count(got.body, "\n") != 4 || !strings.Contains(got.body, "C3,cu.hai") || !strings.Contains(got.body, "B5,cu.tu") || strings.Contains(got.body, "cu.mot") || strings.Contains(got.body, "1234") {
		t.Errorf("the wrong rows: %d %s", got.status, got.body)
	}
	if got := w.send(t, "motcua.longxuyen", http.MethodGet, page+"/dong-sai.csv", ""); got.status != http.StatusForbidden {
		t.Errorf("for a clerk: %d", got.status)
	}
	if got := w.send(t, itOfProvince, http.MethodPost, "/api/v1/staff-imports/"+id+"/apply", "{}"); got.status != http.StatusConflict {
		t.Errorf("applied: %d", got.status)
	}
}
