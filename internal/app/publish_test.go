// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/config"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// A place that cannot be reached keeps the others from nothing, and gets the
// newest checkpoint once it is there.
func TestCheckpointsGoOutside(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{audit.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx, out := t.Context(), t.TempDir()
		key, err := audit.LoadSigner(filepath.Join(t.TempDir(), "audit.key"))
		if err != nil {
			t.Fatal(err)
		}
		act := func() string {
			if err := d.Write(ctx, func(tx *db.Tx) error {
				return audit.Record(ctx, tx, identity.Program("test"), "x.done", "1")
			}); err != nil {
				t.Fatal(err)
			}
			note, _, err := audit.Sequence(ctx, d, "test", key)
			if err != nil {
				t.Fatal(err)
			}
			return note
		}
		good, blocked := filepath.Join(out, "good.txt"), filepath.Join(out, "file", "blocked.txt")
		if err := os.WriteFile(filepath.Join(out, "file"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		p := &Program{DB: d, Config: config.Config{Checkpoints: []string{blocked, good}}}
		publish := p.publisher()
		if more, err := publish(ctx); more || err != nil {
			t.Errorf("an empty log: %v, %v", more, err)
		}
		first := act()
		if _, err := publish(ctx); err == nil || !strings.Contains(err.Error(), blocked) {
			t.Errorf("a place that is not there: %v", err)
		}
		if err := os.Remove(filepath.Join(out, "file")); err != nil {
			t.Fatal(err)
		}
		second := act()
		for range 2 { // the second time there is nothing new
			if _, err := publish(ctx); err != nil {
				t.Error(err)
			}
		}
		for path, want := range map[string]string{good: first + "\n" + second, blocked: second} {
			if got, err := os.ReadFile(path); err != nil || string(got) != want {
				t.Errorf("%s: %q, %v", path, got, err)
			}
		}
	})
}
