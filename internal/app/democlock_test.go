// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
)

// A demonstration has a clock of its own only when it is asked for one, or once had one.
func TestTheClockOfADemonstration(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	cfg, set := config.Config{Data: data}, &packs.Set{}
	if k, err := (demoCommand{}).ownClock(cfg, set); k != nil || err != nil {
		t.Errorf("without being asked: %v %v", k, err)
	}
	if _, err := (demoCommand{From: "2026-11-01T19:40"}).ownClock(cfg, set); !errors.Is(err, errClockFrom) {
		t.Errorf("a moment without a clock: %v", err)
	}
	if _, err := (demoCommand{ClockControl: true, From: "Chủ nhật"}).ownClock(cfg, set); !errors.Is(err, errMoment) {
		t.Errorf("a moment that is none: %v", err)
	}
	past := &packs.Set{}
	past.Meta.Clock = time.Date(2024, 5, 6, 0, 0, 0, 0, time.UTC)
	if _, err := (demoCommand{ClockControl: true}).ownClock(cfg, past); !errors.Is(err, errClockPast) {
		t.Errorf("a province of the past: %v", err)
	}
	if _, err := os.Stat(filepath.Join(data, clockFile)); err == nil {
		t.Error("what was refused has left a clock")
	}
	first, err := (demoCommand{ClockControl: true, From: "2026-11-01T19:40"}).ownClock(cfg, set)
	if err != nil {
		t.Fatal(err)
	}
	if shown := first.Now().In(clock.Vietnam()).Format(momentForm); shown != "2026-11-01T19:40" {
		t.Errorf("it begins at %s", shown)
	}
	later, err := (demoCommand{}).ownClock(cfg, set) // it would come from the future otherwise
	if err != nil || later == nil || later.Now().Before(first.Now().Add(-time.Minute)) || later.Now().After(first.Now().Add(time.Minute)) {
		t.Errorf("started again: %v %v", later, err)
	}
}

// Who may read the data moves the clock on; back it does not go, and without a
// demonstration that allows it nothing listens.
func TestTheClockIsMovedOn(t *testing.T) {
	t.Parallel()
	data, err := os.MkdirTemp("", "c") //nolint:usetesting // paths of sockets are short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(data) })
	said := func(to string) (string, error) {
		var out bytes.Buffer
		err := (clockCommand{Data: data, To: to}).Run(t.Context(), console{out: &out})
		return strings.TrimSpace(out.String()), err
	}
	if _, err := said(""); !errors.Is(err, errClockNobody) {
		t.Errorf("nobody there: %v", err)
	}
	k, err := clock.Keep(filepath.Join(data, clockFile), time.Date(2026, 11, 1, 19, 40, 0, 0, clock.Vietnam()))
	if err != nil {
		t.Fatal(err)
	}
	end, err := serveClock(t.Context(), data, k)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(data, clockSocket)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the door: %v %v", info, err)
	}
	if shown, err := said(""); err != nil || shown != "2026-11-01T19:40" {
		t.Errorf("it shows %q %v", shown, err)
	}
	if shown, err := said("2026-11-02T07:35"); err != nil || shown != "2026-11-02T07:35" {
		t.Errorf("moved it shows %q %v", shown, err)
	}
	if _, err := said("2026-11-02T07:00"); !errors.Is(err, errClockBack) {
		t.Errorf("put back: %v", err)
	}
	if _, err := said("mai"); !errors.Is(err, errMoment) {
		t.Errorf("no moment: %v", err)
	}
	if shown := clock.Follow(filepath.Join(data, clockFile)).Now().In(clock.Vietnam()).Format(momentForm); shown != "2026-11-02T07:35" {
		t.Errorf("who follows it sees %s", shown)
	}
	end()
	if _, err := said(""); !errors.Is(err, errClockNobody) {
		t.Errorf("closed: %v", err)
	}
	if _, err := serveClock(t.Context(), strings.Repeat("x", longestSocket), k); !errors.Is(err, errClockLong) {
		t.Errorf("a long path: %v", err)
	}
}
