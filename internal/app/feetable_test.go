// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestAFeeTableOfOnesOwn gives a procedure a table of its fee, which is without a
// mistake before anybody has changed it, and leads to it again.
func TestAFeeTableOfOnesOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.begin(t, "Thủ tục có phí")
		added := p.fill(author, "/them", "/them", url.Values{"name": {"Xác nhận thử phí"}})
		procedure := strings.TrimPrefix(added.header.Get("Location"), p.base)
		made := w.post(t, author, p.base+procedure+"/bang-phi", nil)
		table := made.header.Get("Location")
		if made.status != http.StatusSeeOther || !strings.HasSuffix(table, "/bang-quyet-dinh/phi-xac-nhan-thu-phi") {
			t.Fatalf("%d %s", made.status, table)
		}
		shown := w.send(t, author, http.MethodGet, table, "")
		if shown.status != http.StatusOK || !strings.Contains(shown.body, "trực tuyến") {
			t.Errorf("the table: %d", shown.status)
		}
		fee := p.get(author, procedure+"/phi")
		if !strings.Contains(fee, table) || strings.Contains(fee, "Lập bảng tính phí mới") {
			t.Error("the fee does not lead to its table")
		}
		check := p.get(author, "/kiem-tra-truoc")
		for _, wrong := range []string{"procedure.fee_table", "decisions.", "chưa dùng được"} {
			if strings.Contains(check, wrong) {
				t.Errorf("the check says %s", wrong)
			}
		}
		if again := w.post(t, author, p.base+procedure+"/bang-phi", nil); again.header.Get("Location") != table {
			t.Errorf("again: %d", again.status)
		}
		if a := w.post(t, approver, p.base+procedure+"/bang-phi", nil); a.status != http.StatusForbidden {
			t.Errorf("who only approves: %d", a.status)
		}
	})
}
