// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package bench_test

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"tinhso.vn/tests/programtest"
)

// searches measures questions over a million documents inside the package that
// owns the index: so many are not made from outside.
func searches(t *testing.T, r *report) {
	t.Helper()
	server := programtest.Postgres(t)
	cmd := exec.CommandContext(t.Context(), "go", "test", "-tags", "bench", "-count=1", "-v", "-timeout=40m", "-run", "TestFinds", "./internal/kernel/search")
	cmd.Dir, cmd.Env = "../..", append(os.Environ(), "TEST_POSTGRES_URL="+server)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	goals, found := map[string]string{"SQLite": "< 150 ms", "PostgreSQL": "< 100 ms"}, 0
	for line := range strings.SplitSeq(string(out), "\n") {
		parts := strings.Split(strings.TrimSpace(line), "|")
		if parts[0] != "FINDS" || len(parts) != 7 {
			continue
		}
		found++
		p95, err := strconv.ParseFloat(parts[4], 64)
		if err != nil {
			t.Fatal(err)
		}
		like, err := strconv.ParseFloat(parts[5], 64)
		if err != nil {
			t.Fatal(err)
		}
		r.add("search over "+parts[2]+" documents, p95, "+parts[1], goals[parts[1]], parts[4]+" ms (p50 "+parts[3]+" ms)", parts[5]+" ms (LIKE over the folded column)", ratio(p95, like))
		r.add("documents a second into the search index, "+parts[1], "", parts[6], "–", "–")
	}
	if found != 2 {
		t.Fatalf("no figures in:\n%s", out)
	}
	t.Log(string(out))
}
