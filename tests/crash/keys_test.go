// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build system

package crash_test

import (
	"context"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"tinhso.vn/tests/api"
	"tinhso.vn/tests/programtest"
)

// A rotation of the keys is killed again and again, the command and the server
// that serves meanwhile, and nothing is lost: in the end every value is sealed
// with the newest key and every dossier can be read.
func TestKillInTheMiddleOfARotation(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		killRotation(t, "")
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		killRotation(t, programtest.Postgres(t))
	})
}

func killRotation(t *testing.T, database string) {
	t.Helper()
	p := programtest.Start(t, database, programtest.NoLimits)
	keys := func(ctx context.Context, what string) (string, error) {
		args := []string{"keys", what, "--data", p.Data}
		if database != "" {
			args = append(args, "--database", database)
		}
		said, err := exec.CommandContext(ctx, programtest.Binary(t), args...).CombinedOutput()
		return string(said), err
	}
	a, err := api.Connect(t.Context(), p.URL)
	if err != nil {
		t.Fatal(err)
	}
	id, err := a.File(t.Context(), "rotation")
	if err != nil {
		t.Fatal(err)
	}
	for i := range kills {
		ctx, end := context.WithTimeout(t.Context(), chance(t, 1500*time.Millisecond)) // its end is a kill -9
		_, _ = keys(ctx, "rotate")
		end()
		if i%5 == 4 {
			p.Kill()
			p.Restart(t)
		}
	}
	ctx, end := context.WithTimeout(t.Context(), 3*time.Minute)
	defer end()
	if said, err := keys(ctx, "rotate"); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	said, err := keys(ctx, "status")
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	used := regexp.MustCompile(`(?m)^  (k\d+) .*?(\d+) giá trị`).FindAllStringSubmatch(said, -1)
	if len(used) < 2 || strings.Contains(said, "không mở được") {
		t.Fatalf("keys %s", said)
	}
	for _, k := range used[:len(used)-1] {
		if k[2] != "0" {
			t.Errorf("%s values are left with %s: %s", k[2], k[1], said)
		}
	}
	if used[len(used)-1][2] == "0" {
		t.Errorf("nothing is sealed: %s", said)
	}
	kept, err := a.Kept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d kept, filed %s; %s", len(kept), id, said)
}
