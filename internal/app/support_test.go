// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/app"
)

// Every page of the program has help of its own.
func TestEveryPageHasHelp(t *testing.T) {
	t.Parallel()
	parts := app.Skeleton()
	for _, m := range parts.All() {
		for _, r := range m.Routes {
			method, path, _ := strings.Cut(r.Pattern, " ")
			if method != http.MethodGet || r.API || strings.HasPrefix(path, "/.well-known/") || path == "/trang-thai" {
				continue
			}
			if !parts.Helps.HasHelp(path) {
				t.Errorf("%s: no topic in internal/modules/support/internal/core/topics names it", path)
			}
		}
	}
}

// The status page works when nothing else does.
func TestStatusWithoutTheDatabase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		it := w.holder(t, "province_it").ID
		day := w.DB.Now().In(time.FixedZone("", 7*3600)).Add(2 * time.Hour)
		if got := w.post(t, it, "/quan-tri/thong-bao-chung", url.Values{
			"kind": {"incident"}, "audience": {"citizens"}, "text": {"Cổng thanh toán gián đoạn"},
			"until_day": {day.Format("02/01/2006")}, "until_time": {day.Format("15:04")},
		}); got.status != http.StatusSeeOther {
			t.Fatalf("%d %.600s", got.status, got.body)
		}
		if got := w.send(t, "", http.MethodGet, "/", ""); !strings.Contains(got.body, "Cổng thanh toán gián đoạn") {
			t.Error("the home page does not say what is announced")
		}
		if got := w.send(t, it, http.MethodGet, "/van-hanh", ""); strings.Contains(got.body, "Cổng thanh toán gián đoạn") {
			t.Error("officials see what is for citizens")
		}
		if err := w.Parts.Helps.Watch(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := w.send(t, "", http.MethodGet, "/trang-thai", ""); got.status != http.StatusOK || !strings.Contains(got.body, "Mọi phần đang hoạt động") {
			t.Errorf("%d %.300s", got.status, got.body)
		}
		if err := w.DB.Close(); err != nil {
			t.Fatal(err)
		}
		_ = w.Parts.Helps.Watch(t.Context())
		got := w.send(t, it, http.MethodGet, "/trang-thai", "")
		for _, want := range []string{"Có phần đang gián đoạn", "Cổng thanh toán gián đoạn", "Nộp, tra cứu và xử lý hồ sơ"} {
			if got.status != http.StatusOK || !strings.Contains(got.body, want) {
				t.Errorf("%d, does not say %q", got.status, want)
			}
		}
		if got := w.send(t, "", http.MethodGet, "/api/v1/status", ""); got.status != http.StatusOK || !strings.Contains(got.body, `"state":"broken"`) {
			t.Errorf("%d %.300s", got.status, got.body)
		}
	})
}

// While the program is worked on, what somebody typed stays with them.
func TestMaintenanceKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		it, citizen := w.holder(t, "province_it").ID, w.holder(t, "citizen").ID
		day := w.DB.Now().In(time.FixedZone("", 7*3600)).Add(2 * time.Hour)
		form := url.Values{"mode": {"read_only"}, "text": {"Nâng cấp máy chủ"}, "until_day": {day.Format("02/01/2006")}, "until_time": {day.Format("15:04")}}
		if got := w.post(t, it, "/quan-tri/bao-tri", url.Values{"mode": {"x"}, "until_day": {"32/13"}}); got.status != 422 || !strings.Contains(got.body, "Nhập ngày như") || !strings.Contains(got.body, "Chọn mức bảo trì") || !strings.Contains(got.body, `href="#until_day"`) {
			t.Errorf("%d %.300s", got.status, got.body)
		}
		if got := w.post(t, it, "/quan-tri/bao-tri", form); got.status != http.StatusSeeOther {
			t.Fatalf("%d %.600s", got.status, got.body)
		}
		if got := w.post(t, it, "/quan-tri/bao-tri", form); got.status != 422 || !strings.Contains(got.body, "trùng khoảng thời gian") {
			t.Errorf("twice: %d", got.status)
		}
		for _, who := range []string{"", citizen, it} { // who begins a long form should know
			if got := w.send(t, who, http.MethodGet, "/thu-tuc", ""); !strings.Contains(got.body, "Đang bảo trì, chỉ xem được") || !strings.Contains(got.body, "Nâng cấp máy chủ (") {
				t.Errorf("nothing above the page of %q", who)
			}
		}
		typed := url.Values{"basis": {"self"}, "unit": {"một nơi"}}
		got := w.post(t, citizen, "/nop-ho-so/khong-co", typed)
		for _, want := range []string{"Nâng cấp máy chủ", `value="một nơi"`, "Gửi lại", "/trang-thai"} {
			if got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, want) {
				t.Errorf("%d, does not say %q: %.300s", got.status, want, got.body)
			}
		}
		if got := w.send(t, citizen, http.MethodPost, "/api/v1/drafts", "{}"); got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, "support.maintenance") {
			t.Errorf("%d %s", got.status, got.body)
		}
		if got := w.send(t, citizen, http.MethodGet, "/ho-so", ""); got.status != http.StatusOK {
			t.Errorf("reading: %d", got.status)
		}
		if got := w.send(t, it, http.MethodGet, "/quan-tri/thong-bao-chung", ""); !strings.Contains(got.body, "Nâng cấp máy chủ") || !strings.Contains(got.body, "Kết thúc bảo trì") {
			t.Errorf("%.300s", got.body)
		}
	})
}

func TestHelpAndFeedback(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	it, officer := w.holder(t, "province_it").ID, w.holder(t, "officer").ID
	got := w.send(t, "", http.MethodGet, "/tro-giup/trang?tu=/tra-cuu", "")
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "/tro-giup/tra-cuu?tu=%2Ftra-cuu" {
		t.Errorf("%d %s", got.status, got.header.Get("Location"))
	}
	if got := w.send(t, "", http.MethodGet, "/tro-giup/tra-cuu?tu=//elsewhere", "", "Cookie", "tinhso_lang=en"); got.status != 200 || !strings.Contains(got.body, "Tracking without signing in") || strings.Contains(got.body, `href="//elsewhere`) {
		t.Errorf("%d %.300s", got.status, got.body)
	}
	if got := w.send(t, "", http.MethodGet, "/tro-giup/khong-co", ""); got.status != http.StatusNotFound {
		t.Errorf("%d", got.status)
	}
	if got := w.post(t, "", "/gop-y", url.Values{"page": {"/tra-cuu?ma=H01"}}); got.status != 422 || !strings.Contains(got.body, "hoặc viết góp ý") {
		t.Errorf("%d", got.status)
	}
	if got := w.post(t, "", "/gop-y", url.Values{"page": {"/tra-cuu?ma=H01"}, "useful": {"no"}, "text": {"<b>khó đọc</b>"}}); got.status != 303 || got.header.Get("Location") != "/tra-cuu?ma=H01" {
		t.Errorf("%d %s", got.status, got.header.Get("Location"))
	}
	page := w.send(t, it, http.MethodGet, "/quan-tri/gop-y", "").body
	if !strings.Contains(page, "&lt;b&gt;khó đọc") || strings.Contains(page, "H01") {
		t.Errorf("%.300s", page)
	}
	if got := w.send(t, it, http.MethodGet, "/quan-tri/gop-y/tep.csv", ""); got.status != 200 || !strings.Contains(got.body, "/tra-cuu") {
		t.Errorf("%d %s", got.status, got.body)
	}
	first := w.send(t, officer, http.MethodGet, "/tro-giup/ngay-dau", "").body
	if !strings.Contains(first, "Đổi mật khẩu được cấp") || !strings.Contains(first, "/tro-giup/the/chuyen-vien") || strings.Contains(first, "/tro-giup/the/mot-cua") {
		t.Errorf("%.300s", first)
	}
	if got := w.post(t, officer, "/tro-giup/ngay-dau", url.Values{"step": {"mat-khau"}, "done": {"yes"}}); got.status != 303 {
		t.Errorf("%d", got.status)
	}
	if got := w.send(t, officer, http.MethodGet, "/tro-giup/ngay-dau", "").body; !strings.Contains(got, "Bỏ đánh dấu") {
		t.Error("not ticked")
	}
	if got := w.send(t, officer, http.MethodGet, "/tro-giup/the/chuyen-vien", ""); got.status != 200 || !strings.Contains(got.body, "ts-a5") {
		t.Errorf("%d", got.status)
	}
}
