// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"testing"
)

// The rules of the pack are in force, and shown to those who answer for them.
func TestRetentionOfThePack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		it, records, officer := w.holder(t, "province_it"), w.holder(t, "records"), w.holder(t, "officer")
		for _, who := range []string{it.ID, records.ID} {
			page := w.send(t, who, http.MethodGet, "/van-hanh/luu-tru", "")
			wants(t, "the rules", page, http.StatusOK, "Bản nhập hồ sơ chưa gửi", "90 ngày từ lần lưu cuối", "10 năm từ khi trả kết quả",
				"Không bao giờ xóa", "Chưa đối chiếu nguồn", "Chưa có đợt xóa nào")
			wellMade(t, page)
		}
		rule := "/van-hanh/luu-tru/quy-tac/giay-to-ho-so-da-tra"
		page := w.send(t, it.ID, http.MethodGet, rule, "")
		wants(t, "a rule", page, http.StatusOK, "Không có hồ sơ quá hạn")
		wellMade(t, page)
		page = w.send(t, it.ID, http.MethodPost, rule+"/xoa", "")
		wants(t, "nothing is due", page, http.StatusConflict, "Không có giấy tờ nào để xóa.")
		wellMade(t, page)
		wants(t, "no rule", w.send(t, it.ID, http.MethodGet, "/van-hanh/luu-tru/quy-tac/khong-co", ""), http.StatusNotFound)
		wants(t, "no run", w.send(t, it.ID, http.MethodPost, "/van-hanh/luu-tru/dot/khong-co/xac-nhan", ""), http.StatusNotFound)
		wants(t, "an officer", w.send(t, officer.ID, http.MethodGet, "/van-hanh/luu-tru", ""), http.StatusForbidden)
		wants(t, "an officer erases", w.send(t, officer.ID, http.MethodPost, rule+"/xoa", ""), http.StatusForbidden)
		if n, err := w.Parts.Rules.ForgetDrafts(t.Context()); err != nil || n != 0 {
			t.Errorf("%d drafts forgotten, %v", n, err)
		}
	})
}
