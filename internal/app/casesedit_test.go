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

// TestCasesOfAProcedureAreWrittenByThePages divides a procedure into cases without
// JavaScript: one with a fee, a time and papers of its own, and the decision that
// announces it; a second person approves, and people see it.
func TestCasesOfAProcedureAreWrittenByThePages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		const id, at = "dang-ky-khai-tu", "/thu-tuc/dang-ky-khai-tu"
		p := w.begin(t, "Chia trường hợp khai tử")
		if body := p.get(author, at+"/truong-hop"); !strings.Contains(body, "Chưa chia trường hợp") {
			t.Error("there are cases before there are any")
		}
		p.fill(author, at+"/truong-hop/moi", at+"/truong-hop/moi", url.Values{"case_name": {"Mất trong vòng 15 ngày"}, "case_name_en": {"Within 15 days"}})
		p.fill(author, at+"/truong-hop/moi", at+"/truong-hop/moi", url.Values{
			"case_name": {"Đăng ký quá hạn"}, "case_name_en": {"Registered late"}, "fee_kind": {"amount"}, "amount": {"8.000"}, "fee_source": {"Nghị quyết mẫu"}, "fee_status": {"unverified"},
			"statutory_days": {"3"}, "statutory_count": {"working"}, "statutory_source": {"Quyết định mẫu"}, "statutory_status": {"unverified"},
		})
		late := at + "/truong-hop/dang-ky-qua-han"
		if body := p.get(author, at+"/truong-hop"); !strings.Contains(body, "Đăng ký quá hạn") || !strings.Contains(body, "phí riêng") || !strings.Contains(body, "theo phần chung") {
			t.Errorf("the cases are not told apart: %s", body)
		}
		if a := p.fill(author, late, late, url.Values{"do": {"own_papers"}}); !strings.HasSuffix(a.header.Get("Location"), late+"/giay-to") {
			t.Errorf("led to %s", a.header.Get("Location"))
		}
		p.fill(author, late+"/giay-to/moi", late+"/giay-to/moi", url.Values{"paper_name": {"Giấy giải trình nộp muộn"}, "paper_name_en": {"Why it is late"}, "original": {"1"}, "paper_status": {"unverified"}, "paper_source": {"Quyết định mẫu"}})
		if strings.Contains(p.get(author, at+"/giay-to"), "Giấy giải trình nộp muộn") {
			t.Error("a paper of a case is one of the procedure")
		}
		if body := p.get(author, late+"/giay-to"); !strings.Contains(body, "Giấy giải trình nộp muộn") || !strings.Contains(body, "Thành phần hồ sơ – Đăng ký quá hạn") {
			t.Error("the paper is not the case's")
		}
		p.fill(author, at+"/truong-hop", late, url.Values{"do": {"up"}})
		if body := p.get(author, at+"/truong-hop"); strings.Index(body, "Đăng ký quá hạn") > strings.Index(body, "Mất trong vòng 15 ngày") {
			t.Error("it did not move up")
		}
		free := at + "/truong-hop/mat-trong-vong-15-ngay"
		p.fill(author, free, free, url.Values{"case_name": {"Mất trong vòng 15 ngày, đăng ký ngay"}, "case_name_en": {"Within 15 days"}, "fee_kind": {"none"}})
		if body := p.get(author, free); !strings.Contains(body, "Mất trong vòng 15 ngày, đăng ký ngay") || !regexp.MustCompile(`value="none"[^>]*checked`).MatchString(body) {
			t.Error("a case that is free is not kept as free")
		}
		if a := w.post(t, author, p.base+free, url.Values{"do": {"remove"}, "item_rev": {"1"}}); a.status != http.StatusSeeOther || !strings.Contains(p.get(author, at+"/truong-hop"), "Mất trong vòng 15 ngày") {
			t.Errorf("the last case taken away in an old tab: %d", a.status)
		}
		p.fill(author, at+"/quyet-dinh", at+"/quyet-dinh", url.Values{"decision_number": {"88/QĐ-UBND"}, "decision_signed": {w.day()}, "decision_issuer": {"UBND tỉnh"}, "decision_issuer_en": {"The province"}})
		if a := w.send(t, author, http.MethodGet, p.base+at+"/truong-hop/khong-co", ""); a.status != http.StatusNotFound {
			t.Errorf("a case that is not there: %d", a.status)
		}
		if a := w.post(t, author, p.base+late, url.Values{"case_name": {"Khác"}, "item_rev": {"1"}}); a.status != http.StatusConflict && a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="Khác"`) {
			t.Errorf("what was not seen: %d", a.status)
		}
		if body := p.get(author, "/kiem-tra-truoc"); strings.Contains(body, "Chưa đạt") {
			t.Fatalf("the check list is not clear: %s", body)
		}
		p.fill(author, "/kiem-tra-truoc", "/trinh", url.Values{})
		p.fill(approver, "/duyet", "/duyet", url.Values{})
		a := w.send(t, "", http.MethodGet, "/thu-tuc/"+id, "")
		for _, words := range []string{"Đăng ký quá hạn", "Giấy giải trình nộp muộn", "8.000 đồng"} {
			if !strings.Contains(a.body, words) {
				t.Errorf("people do not see %q", words)
			}
		}
	})
}
