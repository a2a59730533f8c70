// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build system

package app_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/platform/clock"
)

// In a real browser, against the program in this process: its clock stands at ten
// minutes to midnight and is moved by the journey. No running program has a clock
// that somebody could move.
func TestJourneyAtMidnight(t *testing.T) {
	t.Parallel()
	w, c := worldAt(t, newWorld(t, ""))
	c.Advance(3*time.Hour + 50*time.Minute)
	program := httptest.NewServer(w.handler)
	t.Cleanup(program.Close)
	hands := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if seconds, err := strconv.Atoi(r.URL.Query().Get("seconds")); err == nil {
			c.Advance(time.Duration(seconds) * time.Second)
		}
		_, _ = fmt.Fprintln(rw, c.Now().In(clock.Vietnam()).Format("02/01/2006"))
	}))
	t.Cleanup(hands.Close)
	folder, err := filepath.Abs("../../tests/journeys")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "clocked/midnight.mjs")
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "BASE_URL="+program.URL, "CLOCK_URL="+hands.URL, "OUT="+filepath.Join(folder, "out"))
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	t.Log(strings.TrimSpace(string(said)))
}
