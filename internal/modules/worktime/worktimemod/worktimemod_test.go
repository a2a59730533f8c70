// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package worktimemod_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/page"
	"tinhso.vn/internal/modules/worktime"
	"tinhso.vn/internal/modules/worktime/worktimemod"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/ui/layout"
	"tinhso.vn/internal/platform/web"
	built "tinhso.vn/web"
)

type people struct{}

func (people) Name(_ context.Context, account string) string { return "Ông " + account }

type asking func(who, method, path, contentType, body string) *httptest.ResponseRecorder

func each(t *testing.T, f func(t *testing.T, ask asking)) {
	t.Helper()
	week := calendar.Week{Days: map[time.Weekday][]calendar.Span{}}
	for d := time.Monday; d <= time.Friday; d++ {
		week.Days[d] = []calendar.Span{{From: 7 * 60, To: 11*60 + 30}, {From: 13*60 + 30, To: 17 * 60}}
	}
	base := calendar.Config{Weeks: []calendar.Week{week}, Rules: []calendar.Rule{{ID: "lao-dong", Name: "Quốc tế Lao động", Kind: calendar.Solar, Month: 5, Day: 1, Days: 1, Basis: "luật"}}}
	empty, _ := worktimemod.New(worktimemod.Deps{})
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), audit.Migrations(), empty.Migrations}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		m, _ := worktimemod.New(worktimemod.Deps{DB: d, People: people{}, Base: base})
		shared, err := page.Locales()
		if err != nil {
			t.Fatal(err)
		}
		words, err := i18n.Load(shared, m.Locales)
		if err != nil {
			t.Fatal(err)
		}
		assets, err := layout.NewAssets(built.Dist, "/assets/")
		if err != nil {
			t.Fatal(err)
		}
		s := &page.Site{Assets: assets, Catalogue: words}
		operations, mux := web.NewAPI("test", "1", s.Explain), http.NewServeMux()
		for _, route := range m.Routes {
			route = operations.Mount(route)
			mux.HandleFunc(route.Pattern, func(w http.ResponseWriter, r *http.Request) {
				if err := route.Handle(w, r); err != nil && !web.Problem(err).Answered() {
					s.Failure(w, r, web.Problem(err))
				}
			})
		}
		f(t, func(who, method, path, contentType, body string) *httptest.ResponseRecorder {
			r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
			r.Header.Set("Content-Type", contentType)
			actor := identity.Actor{}
			if who != "" {
				actor = identity.NewActor(who, who).Grant(worktime.PermPlan, identity.Place{Unit: "tinh"})
			}
			w := httptest.NewRecorder()
			p := s.New(r, actor, d.Now().Time)
			mux.ServeHTTP(w, r.WithContext(page.With(identity.With(r.Context(), actor), p)))
			return w
		})
	})
}

func TestModuleIsWhole(t *testing.T) {
	t.Parallel()
	m, _ := worktimemod.New(worktimemod.Deps{})
	if err := m.Check(m.Permissions); err != nil {
		t.Error(err)
	}
}

const form = "application/x-www-form-urlencoded"

func TestPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, ask asking) {
		t.Helper()
		for _, tt := range []struct {
			path   string
			status int
			says   []string
		}{
			{"/lich-lam-viec", 200, []string{"Giờ làm việc và ngày nghỉ năm 2026", "07:00–11:30, 13:30–17:00", "Chủ nhật", "Quốc tế Lao động", "Thứ Sáu, 01/05/2026"}},
			{"/lich-lam-viec?year=2027", 200, []string{"Nghỉ bù Quốc tế Lao động", "03/05/2027"}},
			{"/lich-lam-viec?year=99999", 200, []string{"năm 2026"}},
			{"/lich-lam-viec?unit=nowhere", 404, nil},
			{"/lich-lam-viec/tinh-han", 200, []string{"Tính ngày hẹn trả"}},
			{"/lich-lam-viec/tinh-han?day=29/4/2026&time=9+giờ+30&amount=3&counting=working_day", 200, []string{"Hẹn trả:", "05/05/2026", "Quốc tế Lao động", "Ngày nghỉ hằng tuần"}},
			{"/lich-lam-viec/tinh-han?day=29/4/2026&time=15:30&counting=same_day", 200, []string{"30/04/2026"}},
			{"/lich-lam-viec/tinh-han?day=31/2/2026&time=25:00&amount=x&counting=working_day", 422, []string{"Nhập ngày như", "Nhập giờ như", "Nhập số nguyên dương"}},
			{"/lich-lam-viec/tinh-han?day=29/4/2026&time=9:00&amount=0&counting=working_day", 422, []string{"Nhập số nguyên dương"}},
			{"/lich-lam-viec/lich.ics", 200, []string{"BEGIN:VCALENDAR", "DTSTART;VALUE=DATE:20260501", "SUMMARY:Quốc tế Lao động", "END:VCALENDAR"}},
		} {
			w := ask("", http.MethodGet, strings.ReplaceAll(tt.path, "ờ", "%E1%BB%9D"), "", "")
			if w.Code != tt.status {
				t.Errorf("%s: %d", tt.path, w.Code)
			}
			for _, want := range tt.says {
				if !strings.Contains(w.Body.String(), want) {
					t.Errorf("%s does not say %q: %.300s", tt.path, want, w.Body)
				}
			}
		}
	})
}

var dayOf = regexp.MustCompile(`id="day-([0-9a-f-]{36})"`)

func TestADayIsProposedConfirmedAndWithdrawn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, ask asking) {
		t.Helper()
		const plan = "/quan-tri/lich-lam-viec"
		post := func(who, path string, values url.Values) (int, string) {
			w := ask(who, http.MethodPost, path, form, values.Encode())
			return w.Code, w.Body.String()
		}
		page := func(who string) string { return ask(who, http.MethodGet, plan, "", "").Body.String() }
		if !strings.Contains(page("lan"), "Chưa có ngày nào") {
			t.Error("nothing is not said")
		}
		code, body := post("lan", plan, url.Values{"day": {"1/1"}, "kind": {"OFF"}, "name": {"<b>Bão</b>"}})
		if code != 422 || !strings.Contains(body, "Nhập ngày như") || !strings.Contains(body, "Nhập căn cứ") || !strings.Contains(body, `value="&lt;b&gt;Bão`) {
			t.Errorf("%d %.300s", code, body)
		}
		day := url.Values{"day": {"30/12/2026"}, "kind": {"WORK"}, "name": {"Làm bù"}, "basis": {"QĐ 12"}, "from": {"08:00"}, "to": {"11:00"}}
		if code, body := post("lan", plan, day); code != 303 {
			t.Fatalf("%d %.300s", code, body)
		}
		if code, body := post("hoa", plan, day); code != 422 || !strings.Contains(body, "đã có đề nghị") {
			t.Errorf("%d %.300s", code, body)
		}
		day.Set("from", "8h")
		if code, body := post("lan", plan, day); code != 422 || !strings.Contains(body, "Giờ làm việc nhập như") {
			t.Errorf("%d %.300s", code, body)
		}
		mine, theirs := page("lan"), page("hoa")
		id := dayOf.FindStringSubmatch(mine)
		if id == nil || strings.Contains(mine, "/xac-nhan") || !strings.Contains(theirs, "/xac-nhan") || !strings.Contains(mine, "Chờ xác nhận") || !strings.Contains(mine, "Ông lan đề nghị") {
			t.Fatalf("%.300s", mine)
		}
		if code, body := post("lan", plan+"/"+id[1]+"/xac-nhan", nil); code != 422 || !strings.Contains(body, "không tự xác nhận") {
			t.Errorf("%d %.300s", code, body)
		}
		if code, _ := post("hoa", plan+"/"+id[1]+"/xac-nhan", nil); code != 303 {
			t.Errorf("%d", code)
		}
		if w := ask("", http.MethodGet, "/lich-lam-viec", "", ""); !strings.Contains(w.Body.String(), "Làm việc theo quyết định (08:00–11:00)") || !strings.Contains(w.Body.String(), "Làm bù. QĐ 12") {
			t.Errorf("everybody: %.300s", w.Body)
		}
		if code, body := post("lan", plan+"/"+id[1]+"/rut", nil); code != 422 || !strings.Contains(body, "Nhập lý do") {
			t.Errorf("%d %.300s", code, body)
		}
		if code, _ := post("lan", plan+"/"+id[1]+"/rut", url.Values{"reason": {"thôi"}}); code != 303 {
			t.Errorf("%d", code)
		}
		if text := page("lan"); !strings.Contains(text, "Ông lan rút lại: thôi") || strings.Contains(text, "/rut") {
			t.Errorf("%.300s", text)
		}
		if code, _ := post("lan", plan+"/x/rut", url.Values{"reason": {"thôi"}}); code != 404 {
			t.Errorf("%d", code)
		}
	})
}

func TestOperations(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, ask asking) {
		t.Helper()
		id := ""
		for _, tt := range []struct {
			who, method, path, body string
			status                  int
			says                    string
		}{
			{"", "GET", "/api/v1/working-time?year=2026", "", 200, `"cause":"holiday","name":"Quốc tế Lao động"`},
			{"", "GET", "/api/v1/working-time?year=1", "", 422, "worktime.year"},
			{"", "GET", "/api/v1/deadline?received=2026-04-29T09:30:00%2B07:00&amount=3&counting=working_day", "", 200, `"due":"2026-05-05T09:30:00+07:00"`},
			{"", "GET", "/api/v1/deadline?received=2026-04-29T09:30:00%2B07:00&amount=3&counting=moons", "", 400, ""},
			{"", "GET", "/api/v1/decided-days", "", 401, "access.sign_in_needed"},
			{"lan", "POST", "/api/v1/decided-days", `{"date":"2026-12-29","kind":"OFF","name":"Bão","basis":"QĐ"}`, 200, `"id":`},
			{"lan", "POST", "/api/v1/decided-days", `{"date":"2026-12-29","kind":"OFF","name":"Bão","basis":"QĐ"}`, 409, "worktime.taken"},
			{"lan", "POST", "/api/v1/decided-days", `{"date":"29/12","kind":"OFF","name":"Bão","basis":"QĐ"}`, 422, "worktime.day"},
			{"lan", "POST", "/api/v1/decided-days/ID/confirm", "", 409, "worktime.same"},
			{"hoa", "POST", "/api/v1/decided-days/ID/confirm", "", 204, ""},
			{"hoa", "GET", "/api/v1/decided-days", "", 200, `"confirmed_by":"hoa"`},
			{"hoa", "POST", "/api/v1/decided-days/ID/withdraw", `{"reason":"tan"}`, 204, ""},
		} {
			w := ask(tt.who, tt.method, strings.Replace(tt.path, "ID", id, 1), "application/json", tt.body)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.says) {
				t.Errorf("%s %s: %d %s", tt.method, tt.path, w.Code, w.Body)
			}
			if _, rest, ok := strings.Cut(w.Body.String(), `{"id":"`); ok && tt.method == "POST" {
				id = rest[:36]
			}
		}
	})
}
