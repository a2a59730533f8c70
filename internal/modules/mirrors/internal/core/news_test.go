// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"testing"
	"time"

	"tinhso.vn/internal/modules/dossiers"
)

// What a system says by number and date is read as domain facts A.4 and D.3 have it, and
// nothing else is guessed.
func TestWhatASystemSaysIsRead(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]dossiers.Channel{"": dossiers.Counter, "1": dossiers.Counter, "2": dossiers.Online, "3": dossiers.Post, "4": 0, "x": 0} {
		if got, known := channelOf(word); got != want || known != (want != 0) {
			t.Errorf("KenhThucHien %q is %d, %v", word, got, known)
		}
	}
	national, civil := Ministry{}, Ministry{Civil: true}
	for word, want := range map[string]dossiers.Status{
		"1": dossiers.Submitted, "2": dossiers.Accepted, "3": dossiers.Refused, "4": dossiers.Processing, "5": dossiers.Supplement, "6": dossiers.Paying,
		"7": dossiers.Withdrawn, "8": dossiers.Stopped, "9": dossiers.Finished, "10": dossiers.Delivered,
	} {
		if got, known := statusOf(national, word); got != want || !known {
			t.Errorf("TrangThaiHoSo %q is %d, %v", word, got, known)
		}
	}
	for _, word := range []string{"", "0", "11", "x", "-1"} {
		if got, known := statusOf(national, word); known {
			t.Errorf("TrangThaiHoSo %q is %d", word, got)
		}
	}
	for word, want := range map[string]dossiers.Status{"1": dossiers.Accepted, "2": dossiers.Supplement, "3": dossiers.Processing, "4": dossiers.Delivered} {
		if got, known := statusOf(civil, word); got != want || !known {
			t.Errorf("status %q of civil status is %d, %v", word, got, known)
		}
	}
	if at, known := momentOf("20270101000001"); !known || !at.Equal(time.Date(2026, time.December, 31, 17, 0, 1, 0, time.UTC)) {
		t.Errorf("the first second of the year is %v, %v", at, known)
	}
	for _, text := range []string{"2027-01-01", "20271301000000", "202701010000", "hôm nay"} {
		if at, known := momentOf(text); known {
			t.Errorf("%q is %v", text, at)
		}
	}
}
