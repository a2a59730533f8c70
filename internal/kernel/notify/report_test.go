// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/notify"
)

// What a gateway says later counts once, ends nothing that has ended, and is
// refused where it is about nothing of ours; by key and by the gateway's own number.
func TestWhatGatewaysSayLater(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		ctx := t.Context()
		w.device("https://push.example.org/a")
		w.prove(notify.Address, "that@example.vn")
		w.tell(accepted(w)) // by Zalo, mail and push
		w.tell(notify.Notice{Event: "a.alarm", About: "x", To: notify.To{Phone: "0900000001"}})
		w.work()
		for _, c := range []notify.ChannelID{notify.ZNS, notify.SMS, notify.Mail, notify.Push} {
			letters := w.lines[c].letters()
			if len(letters) != 1 {
				t.Fatalf("%s: %d letters", c, len(letters))
			}
			key := letters[0].Key
			state := func() string {
				return strings.Join(w.rows(`SELECT state || ' ' || reason FROM notify_messages WHERE id = $1`, key), "")
			}
			for _, unknown := range []notify.News{{Channel: c, Key: "0190-unknown", Delivered: true}, {Channel: c, Ref: "unknown", Delivered: true}, {Channel: c, Delivered: true}, {Channel: other(c), Key: key}} {
				if err := w.n.Report(ctx, unknown); !errors.Is(err, notify.ErrUnknown) {
					t.Errorf("%s: %+v: %v", c, unknown, err)
				}
			}
			if got := state(); got != "sent " {
				t.Errorf("%s: news about others change it to %s", c, got)
			}
			for _, said := range []notify.News{{Channel: c, Key: key, Delivered: true}, {Channel: c, Ref: "ref-" + key, Delivered: true}, {Channel: c, Key: key}, {Channel: c, Key: key, Reason: notify.ByAddress}} { // replayed, and an old failure
				if err := w.n.Report(ctx, said); err != nil {
					t.Errorf("%s: %v", c, err)
				}
				if got := state(); got != "delivered " {
					t.Errorf("%s: after %+v it is %s", c, said, got)
				}
			}
		}
		if got := len(w.rows(`SELECT id FROM notify_messages WHERE state = 'waiting'`)); got != 0 {
			t.Errorf("%d messages were added", got)
		}

		again := accepted(w)
		again.Key = "other"
		w.tell(again)
		w.work()
		mail := w.lines[notify.Mail].letters()[1]
		if err := w.n.Bounced(ctx, mail.Key, "somebody.else@example.vn"); !errors.Is(err, notify.ErrUnknown) {
			t.Errorf("a report that names another address: %v", err)
		}
		for range 2 {
			if err := w.n.Bounced(ctx, mail.Key, "That@example.vn"); err != nil {
				t.Error(err)
			}
		}
		if err := w.n.Report(ctx, notify.News{Channel: notify.Mail, Key: mail.Key, Delivered: true}); err != nil {
			t.Error(err)
		}
		if got := w.rows(`SELECT state || ' ' || reason FROM notify_messages WHERE id = $1`, mail.Key); got[0] != "bounced address" {
			t.Errorf("after it came back it is %s", got[0])
		}
	})
}

func other(c notify.ChannelID) notify.ChannelID {
	if c == notify.SMS {
		return notify.ZNS
	}
	return notify.SMS
}

// New Year's night: telephones stay silent into the holiday, the digest waits
// for the next day of work in the new year, and what is sent before midnight is
// paid in the old one.
func TestNewYearsNight(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, calendar.Zone())
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	days := week{calendar.Date{Year: 2027, Month: time.January, Day: 1}} // a Friday
	night := notify.Quiet{From: 21 * 60, To: 6*60 + 30, OffTo: 8 * 60}
	for now, want := range map[string]string{
		"2026-12-31 20:59": "2026-12-31 20:59", "2026-12-31 21:00": "2027-01-01 08:00", "2026-12-31 23:59": "2027-01-01 08:00", "2027-01-01 00:00": "2027-01-01 08:00",
		"2027-01-01 07:00": "2027-01-01 08:00", "2027-01-01 08:00": "2027-01-01 08:00", "2026-12-31 06:29": "2026-12-31 06:30", "2027-01-03 23:30": "2027-01-04 06:30",
	} {
		if got := night.Until(at(now), days); !got.Equal(at(want)) {
			t.Errorf("at %s: %s, want %s", now, got.In(calendar.Zone()), want)
		}
	}
	for now, want := range map[string]string{"2026-12-31 06:00": "2026-12-31 07:00", "2026-12-31 12:00": "2027-01-04 07:00", "2026-12-31 23:59": "2027-01-04 07:00", "2027-01-01 00:00": "2027-01-04 07:00"} {
		if got := notify.DayStart(at(now), days); !got.Equal(at(want)) {
			t.Errorf("the work after %s begins %s, want %s", now, got.In(calendar.Zone()), want)
		}
	}

	each(t, func(w *world) {
		alarm := func(about string) {
			w.tell(notify.Notice{Event: "a.alarm", About: about, To: notify.To{Phone: "0900000001"}})
			w.work()
		}
		w.clock.Advance(at("2026-12-31 23:59").Sub(w.db.Now().Time))
		alarm("old")
		w.tell(accepted(w))
		w.tell(notify.Notice{Event: "w.given", About: "1", To: notify.To{Account: w.account}})
		w.work()
		if n := len(w.lines[notify.ZNS].letters()); n != 0 {
			t.Errorf("%d rang before midnight", n)
		}
		w.later(2 * time.Minute)
		alarm("new")
		if got := strings.Join(w.rows(`SELECT month || ' ' || n FROM notify_unit_costs WHERE channel = 'sms' ORDER BY month`), ", "); got != "2026-12 1, 2027-01 1" {
			t.Errorf("paid %s", got)
		}
		if n := len(w.lines[notify.ZNS].letters()); n != 0 {
			t.Errorf("%d rang at midnight", n)
		}
		w.later(8 * time.Hour) // 1 January is a day of work in this world: its digest goes at 7:00
		if n := len(w.lines[notify.ZNS].letters()); n != 1 {
			t.Errorf("%d rang in the morning", n)
		}
		digests := 0
		for _, l := range w.lines[notify.Mail].letters() {
			if strings.Contains(l.Text, "Việc được giao: 1.") {
				digests++
			}
		}
		if digests != 1 {
			t.Errorf("%d digests", digests)
		}
	})
}
