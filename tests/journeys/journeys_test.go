// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build system

package journeys_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/modules/moving/movingtest"
	"tinhso.vn/tests/programtest"
)

func TestJourneys(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob("scripts/*.mjs")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no journeys: %v", err)
	}
	weeks, err := filepath.Glob("weeks/*.mjs")
	if err != nil {
		t.Fatal(err)
	}
	out, err := filepath.Abs("out")
	if err != nil {
		t.Fatal(err)
	}
	p := programtest.Start(t, "")
	moved, err := movingtest.Write(filepath.Join(p.Data, "moving", "cu"), movingtest.Options{ // what moving.mjs moves in
		Dossiers: 250, Seed: 5, Now: time.Now(), Units: []string{"phuong-long-xuyen", "xa-an-phu", "phuong-chau-doc"},
		Procedures: []string{"chung-thuc-ban-sao", "tro-cap-huu-tri-xa-hoi", "chung-thuc-chu-ky"},
	})
	if err != nil {
		t.Fatal(err)
	}
	// Two at a time share the program and the machine; each has people of its own.
	t.Run("all", func(t *testing.T) {
		for _, script := range scripts {
			t.Run(strings.TrimSuffix(filepath.Base(script), ".mjs"), func(t *testing.T) {
				t.Parallel()
				if said, err := walk(t, script, p.URL, out, "MOVED="+ofUnit(moved, "xa-an-phu")); err != nil {
					t.Errorf("%v\n%s", err, said)
				} else {
					t.Log(strings.TrimSpace(said))
				}
			})
		}
		// What takes weeks has a program of its own, whose clock it moves on.
		for _, script := range weeks {
			t.Run(strings.TrimSuffix(filepath.Base(script), ".mjs"), func(t *testing.T) {
				t.Parallel()
				own := programtest.Start(t, "", "--clock-control", "--from="+begins+"T07:30")
				if said, err := walk(t, script, own.URL, out, "CLOCK="+filepath.Join(own.Data, "clock.sock"), "START="+begins); err != nil {
					t.Errorf("%v\n%s", err, said)
				} else {
					t.Log(strings.TrimSpace(said))
				}
			})
		}
	})
}

// ofUnit are codes of an older system of which a unit has dossiers that ended.
func ofUnit(m movingtest.Made, unit string) string {
	var all []string
	for _, code := range m.Sample {
		if m.Of[code] == unit {
			all = append(all, code)
		}
	}
	return strings.Join(all, ",")
}

// begins is the Monday on which journeys of several weeks begin.
const begins = "2026-11-02"

func walk(t *testing.T, script, url, out string, more ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", script)
	cmd.Env = append(append(os.Environ(), "BASE_URL="+url, "OUT="+out), more...)
	said, err := cmd.CombinedOutput()
	return string(said), err
}
