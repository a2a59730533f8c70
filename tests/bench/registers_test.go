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

// besides measures one register of a million records by the API, on both databases,
// beside PocketBase with the same rows and questions in the same run.
func besides(t *testing.T, r *report) {
	t.Helper()
	server := programtest.Postgres(t)
	cmd := exec.CommandContext(t.Context(), "go", "test", "-tags", "bench", "-count=1", "-v", "-timeout=60m", "-run", "TestRegisterBeside", "./internal/app")
	cmd.Dir, cmd.Env = "../..", append(os.Environ(), "TEST_POSTGRES_URL="+server)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	const other, durable = "PocketBase 0.30.4", "PocketBase 0.30.4, durable"
	p95, used, questions := map[string]float64{}, map[string]float64{}, []string{}
	for line := range strings.SplitSeq(string(out), "\n") {
		parts := strings.Split(strings.TrimSpace(line), "|")
		if parts[0] != "BESIDE" || len(parts) != 6 {
			continue
		}
		for i, figures := range []map[string]float64{p95, used} {
			if figures[parts[1]+"|"+parts[2]], err = strconv.ParseFloat(parts[4+i], 64); err != nil {
				t.Fatal(err)
			}
		}
		if parts[1] == other {
			questions = append(questions, parts[2])
		}
	}
	if len(questions) == 0 {
		t.Fatalf("no figures in:\n%s", out)
	}
	goals := map[string]string{"SQLite": "< 150 ms", "PostgreSQL": "< 100 ms"}
	for _, database := range []string{"SQLite", "PostgreSQL"} {
		for _, q := range questions {
			beside := []string{other}
			if p95[durable+"|"+q] > 0 { // it writes
				beside = []string{other + ", whose commits do not wait for the disk", durable + ": told to wait"}
			}
			for i, name := range beside {
				ours, theirs := "tinhso on "+database+"|"+q, []string{other, durable}[i]+"|"+q
				r.add("register of 1,000,000 records, "+q+", p95, "+database, goals[database], figure(p95[ours], used[ours]), figure(p95[theirs], used[theirs])+" ("+name+")", ratio(p95[ours], p95[theirs]))
			}
		}
	}
	t.Log(string(out))
}

// figure is how long something took, and how much processor of both sides of the line;
// what processes of PostgreSQL used is not in it.
func figure(p95, used float64) string {
	return strconv.FormatFloat(p95, 'f', 1, 64) + " ms, processor " + strconv.FormatFloat(used, 'f', 1, 64) + " ms"
}

// imports measures a table of 100,000 rows that comes into a register, beside as many
// bare inserts.
func imports(t *testing.T, r *report) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "test", "-tags", "bench", "-count=1", "-v", "-timeout=30m", "-run", "TestBenchImport", "./internal/modules/books/internal/core")
	cmd.Dir, cmd.Env = "../..", append(os.Environ(), "TEST_POSTGRES_URL="+programtest.Postgres(t))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	took := map[string]float64{}
	for line := range strings.SplitSeq(string(out), "\n") {
		parts := strings.Split(strings.TrimSpace(line), "|")
		if len(parts) != 5 || parts[0] != "IMPORT" {
			continue
		}
		if took[parts[1]+parts[2]], err = strconv.ParseFloat(parts[3], 64); err != nil {
			t.Fatal(err)
		}
	}
	for _, database := range []string{"SQLite", "PostgreSQL"} {
		ours, bare := took[database+"brought"]+took[database+"checked"]+took[database+"written"], took[database+"bare inserts"]
		if ours == 0 || bare == 0 {
			t.Fatalf("no figures in:\n%s", out)
		}
		r.add("100,000 rows of a table into a register: brought, checked cell by cell, written with history and audit, "+database, "< 60 s",
			strconv.FormatFloat(ours, 'f', 1, 64)+" s", strconv.FormatFloat(bare, 'f', 1, 64)+" s (bare inserts)", ratio(ours, bare))
	}
	r.add("memory of the process after it", "", strconv.FormatFloat(took["SQLitememory"], 'f', 0, 64)+" MB", "–", "–")
}
