// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package bench_test

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// logAppends returns how many records a second the audit log takes, from the
// act to the signed checkpoint, by database. The log is not reached from outside
// alone: its own package measures it.
func logAppends(t *testing.T, server string) map[string]float64 {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "test", "-tags", "bench", "-count=1", "-v", "-run", "TestAppends", "./internal/kernel/audit")
	cmd.Dir, cmd.Env = "../..", append(os.Environ(), "TEST_POSTGRES_URL="+server)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	rates := map[string]float64{}
	for _, m := range regexp.MustCompile(`(?m)^APPENDS (\w+) (\d+) `).FindAllStringSubmatch(string(out), -1) {
		if rates[m[1]], err = strconv.ParseFloat(m[2], 64); err != nil {
			t.Fatal(err)
		}
	}
	if rates["sqlite"] == 0 || rates["postgres"] == 0 {
		t.Fatalf("no figures in:\n%s", out)
	}
	return rates
}
