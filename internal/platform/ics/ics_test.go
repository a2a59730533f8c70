// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package ics_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/platform/ics"
)

func TestDay(t *testing.T) {
	t.Parallel()
	d := ics.Day{
		UID: "H01.42-1@tinhso", Date: "2026-12-31", Summary: "Hẹn trả: đất, nhà; phường", Description: "Mã H01\nMang giấy hẹn",
		Location: strings.Repeat("Trung tâm Phục vụ hành chính công phường Long Xuyên ", 4), URL: "https://dvc.example/tra-cuu?ma=H01",
		Stamp: time.Date(2026, 11, 22, 9, 0, 0, 0, time.FixedZone("", 7*3600)), Remind: 16 * time.Hour,
	}
	raw, err := d.Write()
	if err != nil {
		t.Fatal(err)
	}
	out := string(raw)
	for _, want := range []string{
		"BEGIN:VCALENDAR\r\n", "DTSTART;VALUE=DATE:20261231\r\n", "DTEND;VALUE=DATE:20270101\r\n", "DTSTAMP:20261122T020000Z\r\n",
		`SUMMARY:Hẹn trả: đất\, nhà\; phường` + "\r\n", `DESCRIPTION:Mã H01\nMang giấy hẹn` + "\r\n", "TRIGGER:-PT960M\r\n", "END:VCALENDAR\r\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(out, "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			t.Errorf("%d bytes: %q", len(line), line)
		}
	}
	if whole := strings.ReplaceAll(out, "\r\n ", ""); !strings.Contains(whole, "LOCATION:"+d.Location) {
		t.Error("a folded line does not come together again")
	}
	d.Date = "31/12/2026"
	if _, err := d.Write(); err == nil {
		t.Error("a day that is none")
	}
}
