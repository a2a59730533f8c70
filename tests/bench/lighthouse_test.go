// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package bench_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"tinhso.vn/tests/programtest"
)

// pages looks at the ten most used pages as a phone on a slow line does.
func pages(t *testing.T, r *report) {
	t.Helper()
	p := programtest.Start(t, "", programtest.NoLimits)
	cmd := exec.CommandContext(t.Context(), "node", "lighthouse.mjs")
	cmd.Dir = "../lighthouse"
	cmd.Env = append(os.Environ(), "BASE_URL="+p.URL)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("lighthouse.mjs: %v", err)
	}
	var seen []struct {
		Name          string            `json:"name"`
		Performance   int               `json:"performance"`
		Accessibility int               `json:"accessibility"`
		Practice      int               `json:"practice"`
		Mend          []string          `json:"mend"`
		Times         map[string]string `json:"times"`
	}
	if err := json.Unmarshal(out, &seen); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 10 {
		t.Fatalf("%d pages, not ten", len(seen))
	}
	for _, one := range seen {
		r.add("Lighthouse on a phone, "+one.Name+": performance · accessibility · best practice", "≥ 95 each",
			fmt.Sprintf("%d · %d · %d", one.Performance, one.Accessibility, one.Practice), "largest paint "+strings.ReplaceAll(one.Times["largest-contentful-paint"], "\u00a0", " "), "–")
		for _, m := range one.Mend {
			t.Logf("%s: %s", one.Name, m)
		}
	}
}
