// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package search_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/search"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

const (
	crashed   = "SEARCH_TEST_DATABASE" // tells the child which database it rebuilds
	crashDocs = 3000
)

// crashing is an index of some thousand things that never change.
func crashing(d *db.DB) *search.Index {
	name := func(i int) string { return fmt.Sprintf("c-%05d", i) }
	x := search.New(d)
	x.Declare(search.Kind{
		Name: "case", Label: "x", Version: 1,
		List: func(_ context.Context, _ db.Querier, after string, limit int) (ids []string, _ error) {
			for i := range crashDocs {
				if name(i) > after && len(ids) < limit {
					ids = append(ids, name(i))
				}
			}
			return ids, nil
		},
		Load: func(_ context.Context, _ db.Querier, ids []string) (docs []search.Doc, _ error) {
			for _, id := range ids {
				docs = append(docs, search.Doc{ID: id, Title: i18n.Text{VI: "Khai sinh"}, Codes: []string{id}})
			}
			return docs, nil
		},
		Count: func(context.Context, db.Querier) (int64, error) { return crashDocs, nil },
	})
	return x
}

// TestRebuildsUntilKilled is no test of its own: TestKilledInARebuild runs it as
// another process.
func TestRebuildsUntilKilled(t *testing.T) { //nolint:paralleltest // it is a process of its own
	where := os.Getenv(crashed)
	if where == "" {
		return
	}
	d, err := db.Open(where, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	x := crashing(d)
	for {
		more, err := x.Step(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintln(os.Stdout, "STEP")
		if !more {
			return
		}
	}
}

// TestKilledInARebuild kills the program that rebuilds again and again, in the
// middle of a piece and between two. The old half answers all the time,
// every start goes on where the last one was, and at the end all is there once.
func TestKilledInARebuild(t *testing.T) {
	t.Parallel()
	run := func(t *testing.T, where string) {
		t.Helper()
		d, err := db.OpenUnsafe(where, clock.System{})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = d.Close() }()
		if _, err := db.Migrate(t.Context(), d, migrations()...); err != nil {
			t.Fatal(err)
		}
		x := crashing(d)
		finish := func() {
			for more := true; more; {
				if more, err = x.Step(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		finish()
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return x.Rebuild(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
		var done []int64
		for kill := range 6 {
			die(t, where, 1+kill%2)
			h, err := x.Health(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			done = append(done, h.Done)
			for _, asked := range []string{"khai sinh", "c-00007", "c-02999"} {
				if a, err := x.Find(t.Context(), citizen("p"), search.Ask{Question: asked}); err != nil || len(a.Items) == 0 {
					t.Errorf("after kill %d %s is not found: %v", kill, asked, err)
				}
			}
		}
		if !slices.IsSorted(done) || done[0] == 0 || done[len(done)-1] >= crashDocs {
			t.Errorf("a start does not go on where the last one was: %v", done)
		}
		finish()
		h, err := x.Health(t.Context())
		if err != nil || h.Building || h.Kinds[0].Index != crashDocs {
			t.Errorf("at the end: %+v %v", h, err)
		}
		if c, err := x.Check(t.Context()); err != nil || len(c.Differences) > 0 {
			t.Errorf("at the end: %+v %v", c.Differences, err)
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		run(t, filepath.Join(t.TempDir(), "index.db"))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		if os.Getenv("TINHSO_TEST_SQLITE_ONLY") == "1" {
			t.Skip("TINHSO_TEST_SQLITE_ONLY=1")
		}
		run(t, dbtest.Postgres(t, migrations()))
	})
}

// die runs the child until it has done some pieces and kills it with the next in hand.
func die(t *testing.T, where string, pieces int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestRebuildsUntilKilled$", "-test.count="+strconv.Itoa(1))
	cmd.Env = append(os.Environ(), crashed+"="+where)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines, did := bufio.NewScanner(out), 0
	for did < pieces && lines.Scan() {
		if strings.HasSuffix(lines.Text(), "STEP") {
			did++
		}
	}
	_ = cmd.Process.Kill()
	if err := cmd.Wait(); err == nil || did < pieces {
		t.Fatalf("the child ended by itself after %d pieces", did)
	}
}
