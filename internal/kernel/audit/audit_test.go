// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package audit_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

type world struct {
	d   *db.DB
	key *audit.Signer
	pub *audit.Verifier
}

func migrations() []db.Migrations { return []db.Migrations{audit.Migrations()} }

func newWorld(t *testing.T, d *db.DB) world {
	t.Helper()
	path := filepath.Join(t.TempDir(), "audit.key")
	key, err := audit.LoadSigner(path)
	if err != nil {
		t.Fatal(err)
	}
	pub, err := audit.LoadVerifier(path)
	if err != nil {
		t.Fatal(err)
	}
	return world{d, key, pub}
}

func (w world) record(t *testing.T, n int) {
	t.Helper()
	ctx := t.Context()
	for i := range n {
		if err := w.d.Write(ctx, func(tx *db.Tx) error {
			return audit.RecordRead(ctx, tx, identity.NewActor("a1", "p1"), "x.read", fmt.Sprint(i), access.Handling)
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func (w world) sequence(t *testing.T, server string) string {
	t.Helper()
	checkpoint, _, err := audit.Sequence(t.Context(), w.d, server, w.key)
	if err != nil {
		t.Fatal(err)
	}
	return checkpoint
}

func (w world) verify(t *testing.T, kept string) audit.Report {
	t.Helper()
	rep, err := audit.Verify(t.Context(), w.d, w.pub, kept, nil)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func (w world) exec(t *testing.T, q string) {
	t.Helper()
	ctx := t.Context()
	if err := w.d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, q); return err }); err != nil {
		t.Fatal(err)
	}
}

func TestAnHonestLogVerifies(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := newWorld(t, d)
		if got := w.sequence(t, "one"); got != "" {
			t.Errorf("an empty log was signed: %s", got)
		}
		w.record(t, 5)
		first := w.sequence(t, "one")
		w.record(t, 8)
		if got := w.sequence(t, "two"); got != "" {
			t.Error("two servers sequence at once")
		}
		w.sequence(t, "one")
		w.record(t, 2)
		rep := w.verify(t, first)
		if rep.Size != 13 || rep.Waiting != 2 || len(rep.Problems) != 0 {
			t.Errorf("got %+v", rep)
		}
		c.Advance(31e9) // the lease of the first server ends
		if got := w.sequence(t, "two"); got == "" {
			t.Error("nobody took over")
		}
		if rep := w.verify(t, ""); rep.Size != 15 || rep.Waiting != 0 || len(rep.Problems) != 0 {
			t.Errorf("got %+v", rep)
		}
	})
}

func TestEveryTamperingIsFoundAndNamed(t *testing.T) {
	t.Parallel()
	swap := `UPDATE audit_records SET seq = CASE seq WHEN 2 THEN -9 WHEN 6 THEN 2 ELSE seq END WHERE seq IN (2, 6)`
	for name, tt := range map[string]struct {
		sql  []string
		want []audit.Problem
	}{
		"a record changed":             {[]string{`UPDATE audit_records SET actor = 'b' WHERE seq = 3`}, []audit.Problem{{Fault: audit.Changed, At: 3}}},
		"the time changed":             {[]string{`UPDATE audit_records SET at = at + 1 WHERE seq = 0`}, []audit.Problem{{Fault: audit.Changed, At: 0}}},
		"the purpose changed":          {[]string{`UPDATE audit_records SET purpose = 'own' WHERE seq = 9`}, []audit.Problem{{Fault: audit.Changed, At: 9}}},
		"a person put in":              {[]string{`UPDATE audit_records SET about = 'p9' WHERE seq = 3`}, []audit.Problem{{Fault: audit.Changed, At: 3}}},
		"a record that waits for ever": {[]string{stray("-7"), stray("4000000")}, []audit.Problem{{Fault: audit.Stray, At: -7}, {Fault: audit.Stray, At: 4000000}}},
		"a record deleted":             {[]string{`DELETE FROM audit_records WHERE seq = 4`}, []audit.Problem{{Fault: audit.Deleted, At: 4}}},
		"two records swapped":          {[]string{swap, `UPDATE audit_records SET seq = 6 WHERE seq = -9`}, []audit.Problem{{Fault: audit.Reordered, At: 2}, {Fault: audit.Reordered, At: 6}}},
		"a leaf rewritten":             {[]string{`UPDATE audit_nodes SET hash = (SELECT hash FROM audit_nodes WHERE level = 0 AND n = 1) WHERE level = 0 AND n = 7`}, []audit.Problem{{Fault: audit.Changed, At: 7}, {Fault: audit.Forged, At: 10}}},
		"a leaf deleted":               {[]string{`DELETE FROM audit_nodes WHERE level = 0 AND n = 8`}, []audit.Problem{{Fault: audit.Changed, At: 8}, {Fault: audit.Forged, At: 10}}},
		"a checkpoint rewritten":       {[]string{`UPDATE audit_checkpoints SET note = 'tinhso/audit' WHERE size = 5`}, []audit.Problem{{Fault: audit.Forged, At: 5}}},
		"an inner node rewritten only": {[]string{`UPDATE audit_nodes SET hash = 'x' WHERE level = 1`}, nil}, // nothing rests on it
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
				w := newWorld(t, d)
				w.record(t, 5)
				w.sequence(t, "one")
				w.record(t, 5)
				w.sequence(t, "one")
				for _, q := range tt.sql {
					w.exec(t, q)
				}
				got := w.verify(t, "").Problems
				for i := range got {
					got[i].ID = ""
				}
				if !slices.Equal(got, tt.want) {
					t.Errorf("got %v, want %v", got, tt.want)
				}
			})
		})
	}
}

// stray adds a record that says where it is, so that the sequencer passes it by.
func stray(seq string) string {
	return `INSERT INTO audit_records (id, at, actor, event, subject, unit, purpose, salt, seq)
		VALUES ('zz` + seq + `', 1, 'b', 'x.read', '1', '', '', 's', ` + seq + `)`
}

// Cutting the tail with its checkpoint leaves an honest-looking log; only a
// checkpoint kept outside shows it.
func TestACutTailAndAnOlderCopy(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		w := newWorld(t, d)
		w.record(t, 5)
		w.sequence(t, "one")
		w.record(t, 3)
		kept := w.sequence(t, "one")
		for _, q := range []string{
			`DELETE FROM audit_checkpoints WHERE size > 5`, `DELETE FROM audit_records WHERE seq >= 5`,
			`DELETE FROM audit_nodes WHERE level = 0 AND n >= 5`, `DELETE FROM audit_nodes WHERE level = 1 AND n >= 2`,
			`DELETE FROM audit_nodes WHERE level = 2 AND n >= 1`, `DELETE FROM audit_nodes WHERE level >= 3`,
		} {
			w.exec(t, q)
		}
		if rep := w.verify(t, ""); len(rep.Problems) != 0 || rep.Size != 5 {
			t.Errorf("alone: got %+v", rep)
		}
		if rep := w.verify(t, kept); len(rep.Problems) != 1 || rep.Problems[0].Fault != audit.Cut || rep.Problems[0].At != 8 {
			t.Errorf("with the kept checkpoint: got %+v", rep)
		}
		w.record(t, 3) // the copy goes its own way to the same length
		w.sequence(t, "one")
		if rep := w.verify(t, kept); len(rep.Problems) == 0 || rep.Problems[0].Fault != audit.Forged {
			t.Errorf("another history of the same length: got %+v", rep)
		}
		if _, err := audit.Verify(t.Context(), d, newWorld(t, d).pub, kept, nil); err == nil {
			t.Error("a checkpoint signed with another key was accepted")
		}
	})
}

func TestListGoesFromTheNewest(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		w := newWorld(t, d)
		w.record(t, 5)
		first := list(t.Context(), t, d, "")
		if len(first) != 3 || first[0].Subject != "4" || first[0].Leaf != -1 {
			t.Fatalf("got %+v", first)
		}
		rest := list(t.Context(), t, d, first[2].ID)
		if len(rest) != 2 || rest[1].Subject != "0" {
			t.Errorf("got %+v", rest)
		}
	})
}

func list(ctx context.Context, t *testing.T, d *db.DB, before string) []audit.Entry {
	t.Helper()
	got, err := audit.List(ctx, d, audit.Filter{Event: "x.read", Actor: "a1"}, before, 3)
	if err != nil {
		t.Fatal(err)
	}
	return got
}
