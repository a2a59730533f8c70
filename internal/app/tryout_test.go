// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A procedure is tried by the pages and by the API of the whole program; who
// may not write procedures finds nothing, and no row is left behind.
func TestTryOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		call := func(who, method, path, body string, status int) map[string]any {
			t.Helper()
			got := w.send(t, who, method, path, body)
			if got.status != status {
				t.Fatalf("%s %s as %s: %d %s", method, path, who, got.status, got.body)
			}
			out := map[string]any{}
			_ = json.Unmarshal([]byte(got.body), &out) // some answer nothing
			return out
		}
		day := w.DB.Now().AddDate(0, 0, 7).Format("2006-01-02")
		change, _ := call(author, http.MethodPost, "/api/v1/changes", `{"title":"Sửa chứng thực chữ ký","basis":"QĐ","day":"`+day+`"}`, http.StatusOK)["id"].(string)
		item := "/api/v1/changes/" + change + "/items/procedures/chung-thuc-chu-ky"
		text, err := json.Marshal(call(author, http.MethodGet, item, "", http.StatusOK)["text"])
		if err != nil {
			t.Fatal(err)
		}
		call(author, http.MethodPut, item, `{"text":`+string(text)+`,"rev":0}`, http.StatusOK)
		rows := func() (n int) {
			t.Helper()
			if err := w.DB.QueryRow(t.Context(), `SELECT (SELECT COUNT(*) FROM dossiers_dossiers) + (SELECT COUNT(*) FROM workflow_instances) + (SELECT COUNT(*) FROM workflow_definitions)
				+ (SELECT COUNT(*) FROM jobs_queue) + (SELECT COUNT(*) FROM events_outbox) + (SELECT COUNT(*) FROM sequence_counters)`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		before := rows()

		pages := "/soan-thu-tuc/" + change + "/chay-thu"
		if got := w.send(t, author, http.MethodGet, pages, ""); got.status != http.StatusOK || !strings.Contains(got.body, "Chưa có lần chạy thử nào") || !strings.Contains(got.body, "phuong-long-xuyen") {
			t.Fatalf("%d %s", got.status, got.body)
		}
		form := url.Values{"procedure": {"chung-thuc-chu-ky"}, "place": {"phuong-long-xuyen"}, "channel": {"counter"}, "day": {"2/12/2026"}, "time": {"9 giờ 30"}, "fill": {"1"}}
		for field, bad := range map[string]string{"place": "", "channel": "bồ câu", "day": "hôm qua", "procedure": ""} {
			wrong := url.Values{}
			maps.Copy(wrong, form)
			wrong.Set(field, bad)
			if got := w.post(t, author, pages, wrong); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `href="#`+field+`"`) {
				t.Errorf("%s %q: %d", field, bad, got.status)
			}
		}
		started := w.post(t, author, pages, form)
		one := started.header.Get("Location")
		if started.status != http.StatusSeeOther || !strings.HasPrefix(one, pages+"/") {
			t.Fatalf("%d %s", started.status, started.body)
		}
		got := w.send(t, author, http.MethodGet, one, "")
		for _, want := range []string{"10.000 đồng", "02/12/2026, 17 giờ 00", "Chứng kiến việc ký", "Chuyên viên", "Phường Long Xuyên", "MÔ PHỎNG"} {
			if !strings.Contains(got.body, want) {
				t.Errorf("no %q", want)
			}
		}
		act := func(values url.Values, status int) {
			t.Helper()
			rev := 0
			trial := call(author, http.MethodGet, "/api/v1/changes/"+change+"/trials/"+one[len(pages)+1:], "", http.StatusOK)
			if n, ok := trial["rev"].(float64); ok {
				rev = int(n)
			}
			values.Set("rev", fmt.Sprint(rev))
			if got := w.post(t, author, one+"/viec", values); got.status != status {
				t.Fatalf("%v: %d %s", values, got.status, got.body)
			}
		}
		act(url.Values{"do": {"finish"}, "at": {"tra-ket-qua"}}, http.StatusConflict)
		act(url.Values{"do": {"burn"}}, http.StatusUnprocessableEntity)
		for _, step := range []string{"chung-kien", "ky", "ban-hanh", "tra-ket-qua"} {
			act(url.Values{"do": {"finish"}, "at": {step}}, http.StatusSeeOther)
		}
		if got := w.post(t, author, one+"/viec", url.Values{"do": {"finish"}, "rev": {"x"}}); got.status != http.StatusConflict {
			t.Errorf("no revision: %d", got.status)
		}
		if got := w.send(t, approver, http.MethodGet, one+"/ket-qua.pdf", ""); got.status != http.StatusOK || !strings.HasPrefix(got.body, "%PDF-") {
			t.Errorf("%d %.60s", got.status, got.body)
		}
		if got := w.post(t, author, one+"/giu", url.Values{"name": {""}, "fee": {"mười nghìn"}, "due": {"mai"}}); got.status != http.StatusUnprocessableEntity ||
			!strings.Contains(got.body, "#name") || !strings.Contains(got.body, "#fee") || !strings.Contains(got.body, "#due") {
			t.Errorf("%d", got.status)
		}
		if got := w.post(t, author, one+"/giu", url.Values{"name": {"Một giấy tờ"}, "fee": {"10.000"}, "due": {"02/12/2026 17:00"}, "last": {"tra-ket-qua"}}); got.status != http.StatusSeeOther {
			t.Errorf("%d %s", got.status, got.body)
		}
		if got := w.post(t, approver, one+"/giu", url.Values{"name": {"x"}, "fee": {"0"}}); got.status != http.StatusForbidden {
			t.Errorf("who approves keeps tests: %d", got.status)
		}
		if got := w.send(t, author, http.MethodGet, "/soan-thu-tuc/"+change+"/da-qua/chung-thuc-chu-ky", ""); got.status != http.StatusOK || !strings.Contains(got.body, "Chưa có hồ sơ đã giải quyết xong") {
			t.Errorf("%d %s", got.status, got.body)
		}
		if n := rows(); n != before {
			t.Errorf("%d rows before, %d after", before, n)
		}
		for _, who := range []string{"", "dan.nguyenvanbay", "motcua.longxuyen"} {
			if got := w.send(t, who, http.MethodGet, one, ""); got.status == http.StatusOK {
				t.Errorf("%q reads a trial", who)
			}
		}
		if got := w.post(t, author, one+"/xoa", nil); got.status != http.StatusSeeOther {
			t.Errorf("%d", got.status)
		}
		if got := w.send(t, author, http.MethodGet, one, ""); got.status != http.StatusNotFound {
			t.Errorf("it is still there: %d", got.status)
		}
	})
}
