// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify_test

import (
	"testing"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/platform/db"
)

func TestQuietHours(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone())
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	days := week{calendar.Date{Year: 2026, Month: time.March, Day: 4}} // a Wednesday off
	night := notify.Quiet{From: 21 * 60, To: 6*60 + 30, OffTo: 8 * 60}
	for _, tt := range []struct {
		q         notify.Quiet
		now, want string
	}{
		{night, "2026-03-02 20:59", "2026-03-02 20:59"},
		{night, "2026-03-02 21:00", "2026-03-03 06:30"},
		{night, "2026-03-02 23:59", "2026-03-03 06:30"},
		{night, "2026-03-03 00:00", "2026-03-03 06:30"},
		{night, "2026-03-03 06:29", "2026-03-03 06:30"},
		{night, "2026-03-03 06:30", "2026-03-03 06:30"},
		{night, "2026-03-03 22:00", "2026-03-04 08:00"}, // into the holiday
		{night, "2026-03-04 07:00", "2026-03-04 08:00"},
		{night, "2026-03-04 08:00", "2026-03-04 08:00"},
		{night, "2026-03-06 23:00", "2026-03-07 08:00"}, // into Saturday
		{night, "2026-03-08 23:00", "2026-03-09 06:30"}, // from Sunday into Monday
		{notify.Quiet{From: 12 * 60, To: 13 * 60}, "2026-03-02 12:30", "2026-03-02 13:00"},
		{notify.Quiet{From: 12 * 60, To: 13 * 60}, "2026-03-02 02:00", "2026-03-02 02:00"},
		{notify.Quiet{}, "2026-03-02 02:00", "2026-03-02 02:00"},
	} {
		if got := tt.q.Until(at(tt.now), days); !got.Equal(at(tt.want)) {
			t.Errorf("%+v at %s: %s, want %s", tt.q, tt.now, got.In(calendar.Zone()), tt.want)
		}
	}
	if got := notify.DayStart(at("2026-03-03 12:00"), days); !got.Equal(at("2026-03-05 07:00")) {
		t.Errorf("the next begin of work is %s", got.In(calendar.Zone()))
	}
}

// dbtest.Now is 9:30 on a Monday; the next day is a holiday.
func TestAtNightTelephonesStaySilentUnlessItIsUrgent(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.clock.Advance(13 * time.Hour) // 22:30
		w.tell(accepted(w))
		w.tell(notify.Notice{Event: "a.alarm", About: "x", To: notify.To{Phone: "0900000001"}})
		w.work()
		if got := w.states(); got != "zns waiting , mail sent , sms sent " {
			t.Errorf("at night: %s", got)
		}
		w.later(9*time.Hour + 29*time.Minute) // 7:59 on the holiday
		if len(w.lines[notify.ZNS].letters()) != 0 {
			t.Error("it rings before eight on a day off")
		}
		w.later(time.Minute)
		if len(w.lines[notify.ZNS].letters()) != 1 {
			t.Errorf("it never rings: %s", w.states())
		}
	})
}

func TestOfficialsGetOneMailAtTheStartOfWork(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		for _, key := range []string{"1", "2", "3"} {
			w.tell(notify.Notice{Event: "w.given", About: key, To: notify.To{Account: w.account}})
		}
		w.work()
		if n := len(w.lines[notify.Mail].letters()); n != 0 {
			t.Fatalf("%d mails at once", n)
		}
		w.later(26 * time.Hour) // the holiday
		if n := len(w.lines[notify.Mail].letters()); n != 0 {
			t.Fatalf("%d mails on a day off", n)
		}
		w.later(24 * time.Hour)
		l := w.lines[notify.Mail].letters()
		if len(l) != 1 || l[0].Text != "3: Việc được giao: 3." || l[0].Link != "https://x.example.vn/thong-bao" {
			t.Fatalf("got %+v", l)
		}
		w.write(func(tx *db.Tx) error {
			return notify.SaveChoices(t.Context(), tx, w.account, notify.Choices{Digest: notify.Now})
		})
		w.tell(notify.Notice{Event: "w.given", About: "4", To: notify.To{Account: w.account}})
		w.work()
		if l := w.lines[notify.Mail].letters(); len(l) != 2 || l[1].Text != "Việc HS-1" {
			t.Errorf("one by one: %+v", l)
		}
		w.tell(notify.Notice{Event: "w.given", About: "5", To: notify.To{Account: w.account}})
	})
}
