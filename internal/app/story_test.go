// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"testing"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/db"
)

// The weeks before a demonstration are lived through by its people: dossiers in
// every state, none later than now, and a log that is intact.
func TestTheStory(t *testing.T) {
	t.Parallel()
	for _, pack := range []string{"an-giang", "hau-giang-2024"} {
		t.Run(pack, func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			cfg, err := config.Load("", config.Environment{"TINHSO_DATA=" + data})
			if err != nil {
				t.Fatal(err)
			}
			set, err := app.LoadPack(pack)
			if err != nil {
				t.Fatal(err)
			}
			bare, err := app.OpenBare(t.Context(), cfg, "test")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := bare.Apply(t.Context(), set, true, false); err != nil {
				t.Fatal(err)
			}
			if err := bare.Close(); err != nil {
				t.Fatal(err)
			}
			told, now := 0, clock.System{}.Now()
			if !set.Meta.Clock.IsZero() {
				now = set.Meta.Clock
			}
			if err := app.Tell(t.Context(), cfg, "test", set, now, func(done, _ int) { told = done }); err != nil {
				t.Fatal(err)
			}
			d, err := db.Open(cfg.Database, clock.System{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = d.Close() }()
			count := func(where string, args ...any) (n int) {
				t.Helper()
				if err := d.QueryRow(t.Context(), `SELECT COUNT(*) FROM dossiers_dossiers WHERE `+where, args...).Scan(&n); err != nil {
					t.Fatal(err)
				}
				return n
			}
			if all := count(`1 = 1`); told < 24 || all != told {
				t.Errorf("%d dossiers, told of %d", all, told)
			}
			for _, status := range []int{1, 2, 3, 4, 9, 10} {
				if count(`status = $1`, status) == 0 {
					t.Errorf("none has status %d", status)
				}
			}
			if pack == "an-giang" && count(`assignee_name = 'Trương Minh Nhựt' AND action = 'sign'`) != 2 {
				t.Error("nothing waits for who signs on a phone")
			}
			if count(`submitted_at > $1`, db.At(now)) != 0 {
				t.Error("something happened in the future")
			}
		})
	}
}
