// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package proceduresmod_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/law"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/procedures/proceduresmod"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// workDays is a week of office hours: 7:00–11:30 and 13:30–17:00, and a holiday on 3 March 2026.
func workDays(t *testing.T) *calendar.Calendar {
	t.Helper()
	week := calendar.Week{Days: map[time.Weekday][]calendar.Span{}}
	for d := time.Monday; d <= time.Friday; d++ {
		week.Days[d] = []calendar.Span{{From: 7 * 60, To: 11*60 + 30}, {From: 13*60 + 30, To: 17 * 60}}
	}
	c, err := calendar.New(calendar.Config{
		Weeks: []calendar.Week{week}, Rules: []calendar.Rule{{ID: "le", Name: "Lễ", Kind: calendar.Solar, Month: 3, Day: 3, Days: 1, Basis: "luật"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestWhereToFileToday looks at the page of a procedure at moments of three days.
func TestWhereToFileToday(t *testing.T) {
	t.Parallel()
	m, _ := proceduresmod.New(proceduresmod.Deps{})
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), law.Migrations(), m.Migrations}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		t.Helper()
		days := workDays(t)
		deps := proceduresmod.Deps{DB: d, Doors: allDoors(), Calendar: func(string) *calendar.Calendar { return days }}
		deps.Doors.National, deps.Press.Fonts = "https://dichvucong.example/", pdftest.Fonts(t)
		m, catalogue := proceduresmod.New(deps)
		apply(t, d, catalogue)
		ctx := t.Context()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := orgs.Apply(ctx, tx, []orgs.Unit{
				{ID: "phuong-mot", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường Một", EN: "Ward One"}, Address: "Số 5, đường Giả Định", Phone: "0296 000 111"},
				{ID: "xa-hai", Kind: orgs.Commune, Name: i18n.Text{VI: "Xã Hai", EN: "Commune Two"}},
				{ID: "so-noi-vu", Kind: "department", Name: i18n.Text{VI: "Sở Nội vụ", EN: "Department of Home Affairs"}},
			})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		w := world{serve(t, m, d, c), m, catalogue, d}
		const page = "/thu-tuc/xac-dinh-muc-do-khuyet-tat"
		at := func(day, hour, minute int) time.Time {
			return time.Date(2026, time.March, day, hour, minute, 0, 0, calendar.Zone())
		}
		for _, tt := range []struct {
			path        string
			now         time.Time
			has, hasNot []string
		}{
			{page, at(2, 9, 30), []string{"Nộp trực tuyến trên trang này", "Đang mở cửa Đóng cửa lúc 11 giờ 30.", "Hôm nay, Thứ Hai, 02/03/2026: 7 giờ 00 – 11 giờ 30, 13 giờ 30 – 17 giờ 00.", "Phường Một", "Xã Hai"}, []string{"Giả Định"}},
			{page + "?noi=phuong-mot", at(2, 12, 0), []string{"Số 5, đường Giả Định", "Điện thoại 0296 000 111", "Đang đóng cửa Mở lại lúc 13 giờ 30."}, nil},
			{page + "?noi=phuong-mot", at(2, 17, 0), []string{"Đang đóng cửa Mở lại lúc 7 giờ 00 Thứ Tư, 04/03/2026."}, []string{"Đang mở cửa"}},
			{page + "?noi=xa-hai", at(3, 9, 0), []string{"Hôm nay, Thứ Ba, 03/03/2026: nghỉ. Ngày làm việc: 7 giờ 00", "Chưa có địa chỉ đã xác minh", "Mở lại lúc 7 giờ 00 Thứ Tư, 04/03/2026."}, nil},
			{page + "?noi=so-noi-vu", at(2, 9, 30), []string{"Chọn nơi đến"}, []string{"Điện thoại 0296"}},
			{"/thu-tuc/tro-cap-tho-cung-liet-si", at(2, 9, 30), []string{"Sở Nội vụ", "Đang mở cửa"}, []string{"Chọn nơi đến"}},
			{"/thu-tuc/dang-ky-khai-sinh", at(2, 9, 30), []string{"Cổng Dịch vụ công quốc gia nhận hồ sơ trực tuyến", "Chọn nơi đến"}, []string{"Nộp trực tuyến trên trang này"}},
		} {
			c.Advance(tt.now.Sub(c.Now()))
			code, html := w.get(t, tt.path)
			said := words(html)
			if code != http.StatusOK {
				t.Errorf("%s: %d", tt.path, code)
			}
			checkPage(t, tt.path, html)
			for _, want := range tt.has {
				if !strings.Contains(said, want) {
					t.Errorf("%s at %s does not say %q: %s", tt.path, tt.now, want, said)
				}
			}
			for _, not := range tt.hasNot {
				if strings.Contains(said, not) {
					t.Errorf("%s at %s says %q", tt.path, tt.now, not)
				}
			}
		}
		c.Advance(at(2, 17, 0).Sub(c.Now()))
		var out struct {
			Office *struct{ ID, Phone string }
			Hours  struct {
				Open  bool
				Opens string
			}
			Choice []struct{ ID string }
		}
		code, body := w.get(t, "/api/v1/procedures/xac-dinh-muc-do-khuyet-tat/offices?unit=phuong-mot")
		if err := json.Unmarshal([]byte(body), &out); err != nil || code != http.StatusOK {
			t.Fatalf("%d %s %v", code, body, err)
		}
		if out.Office == nil || out.Office.ID != "phuong-mot" || out.Hours.Open || out.Hours.Opens != "2026-03-04T07:00:00+07:00" || len(out.Choice) != 2 {
			t.Errorf("%s", body)
		}
	})
}
