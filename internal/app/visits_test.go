// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/platform/clock"
)

const (
	visitWard   = "phuong-long-xuyen"
	visitLeader = "lanhdao.longxuyen"
	visitClerk  = "motcua.longxuyen"
)

// background does what is due in the background, until there is nothing.
func (w *world) background(t *testing.T) {
	t.Helper()
	handlers, consumers := map[jobs.Kind]jobs.Handler{}, map[events.Name][]jobs.Kind{}
	for _, m := range w.Parts.All() {
		maps.Copy(handlers, m.Jobs)
		for name, kind := range m.Consumes {
			consumers[name] = append(consumers[name], kind)
		}
	}
	for range 500 {
		n, err := events.Dispatch(t.Context(), w.DB, consumers)
		if err != nil {
			t.Fatal(err)
		}
		did, _ := jobs.Work(t.Context(), w.DB, handlers) // what has no channel here fails, and waits
		if n == 0 && !did {
			return
		}
	}
}

// takesPeople sets the office up: open at every hour but on holidays.
func (w *world) takesPeople(t *testing.T) {
	t.Helper()
	for _, form := range []url.Values{
		{"do": {"manner"}, "takes": {"yes"}, "ahead": {"14"}, "slot": {"15"}, "late": {"10"}},
		{"do": {"counter"}, "number": {"1"}, "counter_name": {"Tiếp nhận"}},
		{"do": {"hours"}, "weekday": {"0", "1", "2", "3", "4", "5", "6"}, "from": {"00:00"}, "to": {"23:45"}, "places": {"1"}, "outside": {"yes"}},
	} {
		if got := w.post(t, visitLeader, "/lich-don-vi/cai-dat", form); got.status != http.StatusSeeOther {
			t.Fatalf("%v: %d %.900s", form, got.status, got.body)
		}
	}
}

// pick finds what a page says.
func pick(t *testing.T, body, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no %s in %.3000s", pattern, body)
	}
	return m[1]
}

// A citizen without an account books, comes, is called, is served and says how it was.
func TestAVisit(t *testing.T) {
	t.Parallel()
	w, c := worldAt(t, newWorld(t, ""))
	if got := w.post(t, visitLeader, "/lich-don-vi/cai-dat", url.Values{"do": {"manner"}, "ahead": {"x"}, "slot": {"15"}, "late": {"10"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `href="#ahead"`) || !strings.Contains(got.body, `value="x"`) {
		t.Fatalf("a wrong setup: %d %.900s", got.status, got.body)
	}
	w.takesPeople(t)

	page := w.send(t, "", http.MethodGet, "/dat-lich/"+visitWard, "")
	path := pick(t, page.body, `href="(/dat-lich/`+visitWard+`/\d{12})"`)
	if got := w.post(t, "", path, url.Values{"name": {"Nguyễn Văn Bảy"}, "phone": {"12"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `href="#phone"`) || !strings.Contains(got.body, "Nguyễn Văn Bảy") {
		t.Fatalf("a wrong number: %d %.600s", got.status, got.body)
	}
	booked := w.post(t, "", path, url.Values{"name": {"Nguyễn Văn Bảy"}, "phone": {"0912345678"}})
	if booked.status != http.StatusSeeOther {
		t.Fatalf("booking: %d %.900s", booked.status, booked.body)
	}
	if got := w.post(t, "", path, url.Values{"name": {"Người khác"}, "phone": {"0912345679"}}); got.status != http.StatusConflict || !strings.Contains(got.body, "Các giờ gần đó còn chỗ") {
		t.Errorf("the second who wants the last place: %d %.900s", got.status, got.body)
	}
	own := booked.header.Get("Location")
	code := own[strings.LastIndex(own, "/")+1:]
	if got := w.send(t, "", http.MethodGet, own, ""); got.status != http.StatusOK || strings.Contains(got.body, "Nguyễn Văn Bảy") || strings.Contains(got.body, "0912345678") {
		t.Errorf("the page of a code names somebody: %d", got.status)
	}
	if got := w.send(t, visitClerk, http.MethodGet, "/api/v1/appointments/waits", ""); got.status != http.StatusForbidden {
		t.Errorf("a clerk sees waiting times: %d", got.status)
	}

	at, err := time.ParseInLocation("200601021504", path[len(path)-12:], clock.Vietnam())
	if err != nil {
		t.Fatal(err)
	}
	c.Advance(at.Sub(c.Now()))
	w.background(t)
	setup := w.send(t, visitLeader, http.MethodGet, "/lich-don-vi/cai-dat", "")
	kiosk := pick(t, setup.body, `href="(/lay-so/[^"]+)"`)
	if got := w.post(t, "", kiosk, url.Values{"do": {"code"}, "code": {"AAAAAAAA"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a code that is none: %d", got.status)
	}
	got := w.post(t, "", kiosk, url.Values{"do": {"code"}, "code": {strings.ToLower(code)}})
	if got.status != http.StatusOK || !strings.Contains(got.body, "H001") {
		t.Fatalf("checking in: %d %.900s", got.status, got.body)
	}
	calling := pick(t, w.send(t, visitClerk, http.MethodGet, "/goi-so", "").body, `href="(/goi-so/[^"]+)"`)
	line := listen(t, w.handler, "/man-hinh-goi/"+visitWard+"/tin-moi", "")
	before := line.event(t)
	if got := w.post(t, visitClerk, calling, url.Values{"do": {"next"}}); got.status != http.StatusSeeOther {
		t.Fatalf("calling: %d %.900s", got.status, got.body)
	}
	c.Advance(2 * time.Second)
	after := line.event(t)
	if len(before) != 16 || len(after) != 16 || before == after {
		t.Errorf("the screen was told %q, then %q", before, after)
	}
	again := listen(t, w.handler, "/man-hinh-goi/"+visitWard+"/tin-moi", before) // the line broke, and the screen has missed something
	if now := again.event(t); now != after {
		t.Errorf("a screen that comes back is told %q, want %q", now, after)
	}
	if got := w.send(t, "", http.MethodGet, "/man-hinh-goi/none/tin-moi", ""); got.status != http.StatusNotFound {
		t.Errorf("a hall that there is not: %d", got.status)
	}
	hall := w.send(t, "", http.MethodGet, "/man-hinh-goi/"+visitWard, "")
	if !strings.Contains(hall.body, "H001") || strings.Contains(hall.body, "Bảy") || !strings.Contains(hall.body, `http-equiv="refresh"`) {
		t.Errorf("the screen: %.900s", hall.body)
	}
	ticket := pick(t, w.send(t, visitClerk, http.MethodGet, calling, "").body, `name="ticket" value="([^"]+)"`)
	if got := w.post(t, visitClerk, calling, url.Values{"do": {"done"}, "ticket": {ticket}}); got.status != http.StatusSeeOther {
		t.Fatalf("finishing: %d %.900s", got.status, got.body)
	}

	w.background(t)
	faces := pick(t, w.send(t, visitLeader, http.MethodGet, "/hai-long", "").body, `href="(/danh-gia/ki-ot/[^"]+)"`)
	if got := w.send(t, "", http.MethodGet, faces, ""); !strings.Contains(got.body, "H001") {
		t.Fatalf("the kiosk of answers: %d %.900s", got.status, got.body)
	}
	tapped := w.post(t, "", faces, url.Values{"ticket": {ticket}, "score": {"2"}})
	if tapped.status != http.StatusSeeOther {
		t.Fatalf("one tap: %d %.900s", tapped.status, tapped.body)
	}
	if got := w.post(t, "", faces, url.Values{"ticket": {ticket}, "score": {"5"}}); got.status != http.StatusConflict {
		t.Errorf("a second tap: %d", got.status)
	}
	if got := w.post(t, "", tapped.header.Get("Location"), url.Values{"reasons": {"wait"}, "words": {"Chờ lâu"}}); got.status != http.StatusSeeOther {
		t.Errorf("reasons: %d %.600s", got.status, got.body)
	}
	c.Advance(24 * time.Hour)
	w.background(t)
	clear(w.tokens) // sessions have ended
	one := pick(t, w.send(t, visitLeader, http.MethodGet, "/hai-long/theo-doi", "").body, `href="(/hai-long/theo-doi/[^"?]+)"`)
	if got := w.send(t, visitLeader, http.MethodGet, one, ""); got.status != http.StatusOK || !strings.Contains(got.body, "Chờ lâu") {
		t.Errorf("the low score: %d", got.status)
	}
	if got := w.post(t, visitLeader, one, url.Values{"do": {"reply"}, "answer": {""}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `href="#answer"`) {
		t.Errorf("an empty answer: %d", got.status)
	}
	if got := w.send(t, visitClerk, http.MethodGet, one, ""); got.status != http.StatusForbidden {
		t.Errorf("a clerk reads low scores: %d", got.status)
	}
	if got := w.send(t, visitLeader, http.MethodGet, "/lich-don-vi/thoi-gian-cho", ""); got.status != http.StatusOK || !strings.Contains(got.body, "1 lượt") {
		t.Errorf("waiting times: %d %.300s", got.status, got.body)
	}
}
