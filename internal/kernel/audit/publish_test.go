// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func publish(t *testing.T, path string, c audit.Checkpoint) {
	t.Helper()
	if err := (audit.FilePublisher{Path: path}).Publish(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

// What was published outside finds a log that was cut and went on.
func TestPublishedCheckpointsFindACutLog(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		g := grow(t, d, 4)
		path := filepath.Join(t.TempDir(), "outside", "checkpoints.txt")
		for _, size := range []int64{2, 3, 4, 4} { // twice the same is once
			c, err := audit.GetCheckpoint(t.Context(), d, size)
			if err != nil {
				t.Fatal(err)
			}
			publish(t, path, c)
		}
		kept, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if want := g.notes[2] + "\n" + g.notes[3] + "\n" + g.notes[4]; string(kept) != want {
			t.Errorf("got %q", kept)
		}
		if rep := g.verify(t, string(kept)); len(rep.Problems) != 0 {
			t.Errorf("an honest log: %v", rep.Problems)
		}
		for _, q := range []string{
			`DELETE FROM audit_checkpoints`, `DELETE FROM audit_nodes`, `DELETE FROM audit_records WHERE seq >= 2`,
			`UPDATE audit_records SET seq = NULL`,
		} {
			g.exec(t, q)
		}
		g.record(t, 3)
		g.sequence(t, "one")
		rep := g.verify(t, string(kept))
		if len(rep.Problems) != 2 || rep.Problems[0] != (audit.Problem{Fault: audit.Forged, At: 3}) || rep.Problems[1].At != 4 {
			t.Errorf("a log that went its own way: %v", rep.Problems)
		}
	})
}

func TestAFileForEachDay(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	at := db.At(dbtest.Now())
	publish(t, folder, audit.Checkpoint{Size: 1, At: at, Note: "tinhso/audit\n1\nx\n"})
	publish(t, folder+"/", audit.Checkpoint{Size: 2, At: db.At(at.AddDate(0, 0, 1)), Note: "tinhso/audit\n2\nx\n"})
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 2 || files[0].Name() != "2026-03-02.txt" || files[1].Name() != "2026-03-03.txt" {
		t.Errorf("%v, %v", files, err)
	}
	if err := (audit.FilePublisher{Path: filepath.Join(folder, "2026-03-02.txt", "x")}).Publish(t.Context(), audit.Checkpoint{}); err == nil || !strings.Contains(err.Error(), "publish") {
		t.Errorf("a file taken for a folder: %v", err)
	}
}
