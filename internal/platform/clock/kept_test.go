// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package clock_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tinhso.vn/internal/platform/clock"
)

func near(t *testing.T, what string, got, want time.Time) {
	t.Helper()
	if d := got.Sub(want); d < -time.Second || d > time.Minute {
		t.Errorf("%s shows %s, not %s", what, got, want)
	}
}

func TestAKeptClockMovesOnOnly(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "new", "clock")
	sunday := time.Date(2026, time.November, 1, 12, 40, 0, 0, time.UTC)
	k, err := clock.Keep(file, sunday)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "a new clock", k.Now(), sunday)
	followed := clock.Follow(file)
	near(t, "who follows it", followed.Now(), sunday)

	monday := sunday.Add(12 * time.Hour)
	if err := k.MoveTo(monday); err != nil {
		t.Fatal(err)
	}
	near(t, "the moved clock", k.Now(), monday)
	near(t, "who follows it", followed.Now(), monday)
	if err := k.MoveTo(sunday); !errors.Is(err, clock.ErrBackwards) {
		t.Errorf("put back: %v", err)
	}
	near(t, "the clock that was not put back", k.Now(), monday)

	again, err := clock.Keep(file, sunday) // a later start: the beginning is long over
	if err != nil {
		t.Fatal(err)
	}
	near(t, "a later start", again.Now(), monday)
}

func TestABrokenClockIsNotGuessed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "clock")
	if err := os.WriteFile(file, []byte("tomorrow"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := clock.Keep(file, time.Time{}); err == nil {
		t.Error("a broken file is taken for a clock")
	}
	near(t, "who follows it", clock.Follow(file).Now(), time.Now())
	near(t, "who follows none", clock.Follow("").Now(), time.Now())
}
