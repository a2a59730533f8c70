// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access/accesstest"
)

// heaviest is how large a page of administration may be, before it is packed.
const heaviest = 200_000

// With 3,500 units and 8,000 people every page of administration stays small and
// answers at once, and what is looked for is found.
func TestAdministrationOfAWholeProvince(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	if err := accesstest.Province(t.Context(), w.DB, w.People, "officer", accesstest.Units, accesstest.People); err != nil {
		t.Fatal(err)
	}
	unit := string(accesstest.UnitOf(0))
	for _, tt := range []struct{ path, want string }{
		{"/quan-tri", "Cần chú ý"},
		{"/quan-tri/tim?tim=" + url.QueryEscape("tai.00042"), "tai.00042"},
		{"/quan-tri/tim?tim=" + url.QueryEscape("dang van phuc"), "Trang sau"},
		{"/quan-tri/tim?tim=H99.17", "xã Thử Tải"},
		{"/quan-tri/vai-tro", "Chuyên viên"},
		{"/quan-tri/vai-tro/officer", "Trang sau"},
		{"/van-hanh", "Đồng hồ máy chủ"},
		{"/to-chuc?parent=lon", "Trang sau"},
		{"/to-chuc?words=" + url.QueryEscape("chuyen mon 3"), "Trang sau"},
		{"/to-chuc/" + unit, "Xã Thử Tải"},
		{"/nhan-su", "Trang sau"},
		{"/nhan-su?words=" + url.QueryEscape("huynh van giang"), "Huỳnh Văn Giang"},
		{"/nhan-su?unit=" + unit, "tai."},
		{"/nhan-su/tai-khoan-khoa", "Tài khoản bị khóa"},
		{"/quyen/ra-soat", "Rà soát"},
	} {
		began := time.Now()
		got := w.send(t, "cntt.tinh", http.MethodGet, tt.path, "")
		took := time.Since(began)
		if got.status != http.StatusOK || !strings.Contains(got.body, tt.want) {
			t.Errorf("%s: %d, without %q", tt.path, got.status, tt.want)
		}
		if len(got.body) > heaviest {
			t.Errorf("%s weighs %d bytes", tt.path, len(got.body))
		}
		if took > 5*time.Second { // a machine that is busy with other tests; a walk over everything takes longer
			t.Errorf("%s took %v", tt.path, took)
		}
		t.Logf("%-60s %7d bytes %v", tt.path, len(got.body), took.Round(time.Millisecond))
	}
}
