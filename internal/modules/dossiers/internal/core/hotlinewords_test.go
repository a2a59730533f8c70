// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Every state has a sentence in both languages that says where to go, and words
// short enough for one message.
func TestEveryStateCanBeSaid(t *testing.T) {
	t.Parallel()
	day := db.At(time.Date(2026, 3, 5, 2, 30, 0, 0, time.UTC))
	seen := map[string]dossiers.Status{}
	for status := dossiers.Submitted; status <= dossiers.Delivered; status++ {
		for _, c := range []Call{
			{Tracking: Tracking{Status: status}},
			{Tracking: Tracking{Status: status, Due: day, DaysLeft: 999, AskedUntil: day}},
			{Tracking: Tracking{Status: status, Due: day}},
			{Tracking: Tracking{Status: status, Due: day, Overdue: true}},
		} {
			c.Place = Place{Name: i18n.Text{VI: "Phường Mẫu", EN: "Mau Ward"}, Address: "Số 1", Phone: "02960000000"}
			c.Next = nextOf(c.Tracking)
			said, key := c.say(), c.say().VI
			if was, there := seen[key]; there && was != status && (was != dossiers.Accepted || status != dossiers.Processing) {
				t.Errorf("%d and %d say the same: %s", was, status, key)
			}
			seen[key] = status
			for _, s := range []string{said.VI, said.EN} {
				if !strings.Contains(s, "02960000000") || !strings.Contains(s, "Số 1") || strings.ContainsAny(s, "{}!") || strings.Contains(s, "bạn") {
					t.Errorf("%d says %q", status, s)
				}
			}
			state, next := c.short()
			for _, v := range []string{state.VI, state.EN, next.VI, next.EN} {
				if v == "" {
					t.Errorf("%d has no short words", status)
				}
			}
			if a, b := utf8.RuneCountInString(state.VI), utf8.RuneCountInString(next.VI); a > 36 || b > 50 {
				t.Errorf("%d: %q has %d, %q has %d", status, state.VI, a, next.VI, b)
			}
			if a, b := utf8.RuneCountInString(state.EN), utf8.RuneCountInString(next.EN); a > 36 || b > 50 {
				t.Errorf("%d: %q has %d, %q has %d", status, state.EN, a, next.EN, b)
			}
		}
	}
}
