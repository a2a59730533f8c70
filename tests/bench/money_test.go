// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package bench_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"tinhso.vn/tests/programtest"
)

// reconciled measures a statement of 100,000 lines inside the package that reads it:
// so many orders are not made from outside.
func reconciled(t *testing.T, r *report) {
	t.Helper()
	server := programtest.Postgres(t)
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-v", "-parallel=1", "-timeout=30m", "-run", "TestManyLinesOfAStatement", "./internal/modules/payments/internal/core")
	cmd.Dir, cmd.Env = "../..", append(os.Environ(), "TEST_POSTGRES_URL="+server, "MONEY_LINES=100000")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	found := 0
	for line := range strings.SplitSeq(string(out), "\n") {
		if parts := strings.Split(strings.TrimSpace(line), "|"); parts[0] == "MONEY" && len(parts) == 4 {
			found++
			r.add("reconcile a statement of 100,000 lines, "+parts[1], "< 30 s", parts[3]+" s", "–", "–")
		}
	}
	if found != 2 {
		t.Fatalf("no figures in:\n%s", out)
	}
}
