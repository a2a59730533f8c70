// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package bench_test

import (
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// signatures is how many papers a key in memory signs in a second, one after
// the other, and how many hashes of the same bytes it signs without a paper.
// The package measures itself: a signature is never asked for over the line.
func signatures(t *testing.T, key string) (ours, bare float64) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "test", "-run", "^$", "-bench", "^BenchmarkSign$/^"+key+"$", "-benchtime", "2s", "tinhso.vn/internal/kernel/signing")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	read := func(what string) float64 {
		found := regexp.MustCompile(regexp.QuoteMeta("BenchmarkSign/"+key+"/"+what) + `\S*\s+\d+\s+(\d+) ns/op`).FindSubmatch(out)
		if found == nil {
			t.Fatalf("%s is not in\n%s", what, out)
		}
		ns, err := strconv.ParseFloat(string(found[1]), 64)
		if err != nil {
			t.Fatal(err)
		}
		return 1e9 / ns
	}
	return read("PAdES"), read("bare")
}
