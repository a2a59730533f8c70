// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

const expiring = `id: phep-tam
title: {vi: Sổ phép tạm, en: Short permits}
version: 1
key: [code]
fields:
  - {key: code, label: {vi: Số, en: Number}, type: text, required: true, unique: true}
  - {key: until_day, label: {vi: Hết hạn, en: Until}, type: date}
list: {columns: [code, until_day]}
retention: {after: {years: 5}, from: {field: until_day}, then: destroy, basis: luat-luu-tru-2024}
open_data:
  title: {vi: Phép tạm, en: Short permits}
  about: {vi: Số và hạn của phép., en: Number and last day.}
  licence: CC-BY-4.0
  refreshed: daily
  fields: [code, until_day]
rights:
  - {id: public, name: {vi: Công khai, en: Public}, public: true, may: [view]}
  - {id: desk, name: {vi: Ghi sổ, en: Desk}, roles: [officer], may: [view, add, change, destroy]}
  - {id: lead, name: {vi: Lãnh đạo, en: Lead}, roles: [leader], may: [view, destroy]}
`

// TestARecordPastItsTimeGoesByThePages goes through the pages without JavaScript: a
// record past its time is ticked and proposed, held, let go, decided about by another
// person, gone, and told of. Its register is open data to everybody.
func TestARecordPastItsTimeGoesByThePages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const leader = "lanhdao.longxuyen"
		applied(t, w, expiring)
		enter := func(code, day string) string {
			t.Helper()
			a := w.post(t, officer, "/so/phep-tam/moi", url.Values{"unit": {townWard}, "f-code": {code}, "f-until_day": {day}})
			if a.status != http.StatusSeeOther {
				t.Fatalf("%d %s", a.status, a.body)
			}
			return strings.TrimPrefix(a.header.Get("Location"), "/so/phep-tam/")
		}
		old := enter("=P-1", "02/01/2015")
		enter("P-2", "02/01/2099")
		due := w.send(t, officer, http.MethodGet, "/so/phep-tam/luu-tru", "")
		if due.status != http.StatusOK || !strings.Contains(due.body, "=P-1") || strings.Contains(due.body, ">P-2<") || !strings.Contains(due.body, "5 năm") {
			t.Fatalf("%d %s", due.status, due.body)
		}
		if got := w.send(t, officer, http.MethodGet, "/so/phep-tam", ""); !strings.Contains(got.body, "/so/phep-tam/luu-tru") {
			t.Error("the list of the register does not lead there")
		}
		if a := w.post(t, officer, "/so/phep-tam/luu-tru", url.Values{}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#record"`) {
			t.Errorf("nothing was ticked: %d", a.status)
		}
		hold := "/so/phep-tam/luu-tru/giu/" + old
		if a := w.post(t, officer, hold, url.Values{"reason": {""}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `href="#reason"`) {
			t.Errorf("held without a reason: %d", a.status)
		}
		if a := w.post(t, officer, hold, url.Values{"reason": {"Thanh tra đang xem"}}); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.body)
		}
		ticked := url.Values{"record": {old + ".1"}}
		if got := w.send(t, officer, http.MethodGet, "/so/phep-tam/luu-tru", ""); !strings.Contains(got.body, `value="`+old+`.1"`) {
			t.Error("a record on hold cannot be ticked to learn why")
		}
		if a := w.post(t, officer, "/so/phep-tam/luu-tru", ticked); a.status != http.StatusOK || !strings.Contains(a.body, "Thanh tra đang xem") || !strings.Contains(a.body, "Chưa thực hiện được") {
			t.Errorf("proposed under a hold: %d %s", a.status, a.body)
		}
		lift := regexp.MustCompile(regexp.QuoteMeta(hold) + `/go/[^"]+`).FindString(w.send(t, leader, http.MethodGet, hold, "").body)
		if lift == "" {
			t.Fatal("another person cannot lift the hold")
		}
		if a := w.post(t, officer, lift, url.Values{"reason": {"Xong"}}); a.status != http.StatusForbidden {
			t.Errorf("lifted by who placed it: %d", a.status)
		}
		if a := w.post(t, leader, lift, url.Values{"reason": {"Xong"}}); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.body)
		}
		if a := w.post(t, officer, "/so/phep-tam/luu-tru", ticked); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.body)
		}
		proposal := regexp.MustCompile(`/so/phep-tam/de-nghi/xem/[^"]+`).FindString(w.send(t, leader, http.MethodGet, "/so/phep-tam/de-nghi", "").body)
		if proposal == "" {
			t.Fatal("the leader is shown no proposal")
		}
		if got := w.send(t, leader, http.MethodGet, proposal, ""); got.status != http.StatusOK || !strings.Contains(got.body, "hủy hẳn") {
			t.Errorf("%d %s", got.status, got.body)
		}
		if a := w.post(t, leader, proposal+"/quyet-dinh", url.Values{"outcome": {"yes"}}); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.body)
		}
		if got := w.send(t, officer, http.MethodGet, "/so/phep-tam/"+old, ""); got.status != http.StatusNotFound {
			t.Errorf("the record: %d", got.status)
		}
		if got := w.send(t, leader, http.MethodGet, "/so/phep-tam/luu-tru/da-huy", ""); got.status != http.StatusOK || !strings.Contains(got.body, "=P-1") || !strings.Contains(got.body, "luat-luu-tru-2024") {
			t.Errorf("what stays: %d %s", got.status, got.body)
		}
		if got := w.send(t, leader, http.MethodGet, "/api/v1/registers/phep-tam/destroyed", ""); got.status != http.StatusOK || !strings.Contains(got.body, old) {
			t.Errorf("%d %s", got.status, got.body)
		}
		if got := w.send(t, leader, http.MethodGet, proposal, ""); got.status != http.StatusOK {
			t.Errorf("the proposal afterwards: %d", got.status)
		}
	})
}

// TestOpenDataIsForEverybody reads the datasets of the registers without signing in.
func TestOpenDataIsForEverybody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		applied(t, w, expiring)
		if a := w.post(t, officer, "/so/phep-tam/moi", url.Values{"unit": {townWard}, "f-code": {"=1+1"}, "f-until_day": {"02/01/2099"}}); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.body)
		}
		for path, words := range map[string][]string{
			"/du-lieu-mo/so":                             {"Phép tạm", "/du-lieu-mo/so/phep-tam"},
			"/du-lieu-mo/so/phep-tam":                    {"CC-BY-4.0", "until_day", "Hết hạn", "format=csv"},
			"/api/v1/open-data":                          {`"license":"CC-BY-4.0"`, `"accrualPeriodicity":"daily"`, `"distribution"`, "text/csv"},
			"/api/v1/open-data/phep-tam":                 {`"records":1`, `"until_day"`},
			"/api/v1/open-data/phep-tam/data":            {`"=1+1"`, "2099-01-02"},
			"/api/v1/open-data/phep-tam/data?format=csv": {"'=1+1", "2099-01-02", "code"},
		} {
			got := w.send(t, "", http.MethodGet, path, "")
			if got.status != http.StatusOK {
				t.Errorf("%s: %d %s", path, got.status, got.body)
			}
			for _, word := range words {
				if !strings.Contains(got.body, word) {
					t.Errorf("%s does not say %q: %s", path, word, got.body)
				}
			}
		}
		for path, status := range map[string]int{
			"/api/v1/open-data/phep-tam/data?format=geojson": http.StatusUnprocessableEntity, "/api/v1/open-data/phep-tam/data?format=exe": http.StatusUnprocessableEntity,
			"/api/v1/open-data/yeu-cau-doc/data": http.StatusNotFound, "/du-lieu-mo/so/yeu-cau-doc": http.StatusNotFound,
		} {
			if got := w.send(t, "", http.MethodGet, path, ""); got.status != status {
				t.Errorf("%s: %d, want %d", path, got.status, status)
			}
		}
		got := w.send(t, "", http.MethodGet, "/api/v1/open-data/phep-tam/data", "")
		tag := got.header.Get("ETag")
		if again := w.send(t, "", http.MethodGet, "/api/v1/open-data/phep-tam/data", "", "If-None-Match", tag); tag == "" || again.status != http.StatusNotModified || again.body != "" {
			t.Errorf("asked again with %q: %d", tag, again.status)
		}
	})
}
