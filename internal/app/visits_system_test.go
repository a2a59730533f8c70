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
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/config"
)

// In a real browser, against the program in this process: its clock is moved to the
// days and minutes of an appointment by the journey.
func TestJourneyOfAVisit(t *testing.T) {
	t.Parallel()
	bare := newWorld(t, "")
	bare.Config.SMS = config.SMS{Enabled: true, URL: "http://127.0.0.1:9/sms"} // nobody takes them: that they are written is enough
	w, c := worldAt(t, bare)
	go func() { // between its leaps the clock goes as clocks go: what is kept for a second is old after a second
		for tick := time.Tick(time.Second); ; {
			select {
			case <-t.Context().Done():
				return
			case <-tick:
				c.Advance(time.Second)
			}
		}
	}()
	program := httptest.NewServer(w.handler)
	t.Cleanup(program.Close)
	var one sync.Mutex
	hands := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		one.Lock()
		defer one.Unlock()
		at, err := time.ParseInLocation("200601021504", r.URL.Query().Get("at"), clock.Vietnam())
		before, wrong := strconv.Atoi(r.URL.Query().Get("before"))
		if err != nil || wrong != nil {
			http.Error(rw, "at and before", http.StatusBadRequest)
			return
		}
		c.Advance(max(0, at.Add(-time.Duration(before)*time.Minute).Sub(c.Now())))
		w.background(t)
		var n int
		if err := w.DB.QueryRow(r.Context(), `SELECT COUNT(*) FROM notify_messages WHERE event = 'appointments.remind'`).Scan(&n); err != nil {
			http.Error(rw, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = fmt.Fprintln(rw, n)
	}))
	t.Cleanup(hands.Close)
	folder, err := filepath.Abs("../../tests/journeys")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "clocked/appointment.mjs")
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "BASE_URL="+program.URL, "CLOCK_URL="+hands.URL, "OUT="+filepath.Join(folder, "out"))
	said, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	t.Log(strings.TrimSpace(string(said)))
}
