// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/platform/clock"
)

func TestProgressSaysHowFarAndHowFast(t *testing.T) {
	t.Parallel()
	now := clock.NewManual(time.Unix(0, 0))
	var said []string
	p := newProgress(now, func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) })
	p.show(2000, 10000) // at once: nobody has waited yet
	now.Advance(time.Second)
	p.show(3000, 10000)
	now.Advance(time.Second)
	p.show(4000, 10000)
	p.show(4500, 10000)
	now.Advance(3 * time.Second)
	p.show(7500, 10000)
	want := []string{"4000 / 10000 (40 %), 2000 bản ghi mỗi giây, còn khoảng 3s", "7500 / 10000 (75 %), 1500 bản ghi mỗi giây, còn khoảng 2s"}
	if len(said) != len(want) {
		t.Fatalf("said %q", said)
	}
	for i := range want {
		if !strings.HasPrefix(said[i], want[i]) {
			t.Errorf("said %q, want %q", said[i], want[i])
		}
	}
}
