// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package programtest runs the built program for tests that look at it from
// outside: in a browser, under kill -9, on an old database. It is not part of
// the program and imports none of it.
package programtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// startWithin is how long a start may take on a busy machine, first filling and a year of
// the demo included.
const startWithin = 15 * time.Minute

// Program is a running tinhso.
type Program struct {
	URL      string // http://127.0.0.1:PORT, without a slash at the end
	Data     string // its folder
	database string // "" for SQLite
	listen   string
	env      []string
	cmd      *exec.Cmd
	done     chan struct{} // closed when the process has ended
	log      *tail
}

// NoLimits lets one client come as often as it likes, as measurements do.
const NoLimits = "TINHSO_LIMITS=false"

// Start starts `tinhso demo` in an empty folder, on the given PostgreSQL or on
// SQLite (""), and returns when it answers. The test's end stops it. More
// variables of the environment can be given, and more flags ("--name=value").
func Start(t *testing.T, database string, env ...string) *Program {
	t.Helper()
	return StartIn(t, t.TempDir(), database, env...)
}

// StartIn starts it in a folder that may hold the data of an earlier start.
func StartIn(t *testing.T, data, database string, env ...string) *Program {
	t.Helper()
	p := &Program{Data: data, database: database, listen: FreeAddress(t), env: env}
	p.URL = "http://" + p.listen
	p.Restart(t)
	t.Cleanup(func() {
		p.Stop()
		if t.Failed() {
			t.Logf("the end of the program's log:\n%s%s", p.log, p.faults())
		}
	})
	return p
}

// Restart starts the program again where it ran before.
func (p *Program) Restart(t *testing.T) {
	t.Helper()
	// A test runs in its own folder, two below the top: a year that it lives through is kept where `make demo` keeps it.
	args := []string{"demo", "--listen", p.listen, "--data", p.Data, "--cache", filepath.Join("..", "..", "data", "cache")}
	if p.database != "" {
		args = append(args, "--database", p.database)
	}
	// Not t.Context: it ends before the cleanups, and Stop lets requests finish.
	env := os.Environ()
	for _, one := range p.env {
		if strings.HasPrefix(one, "--") {
			args = append(args, one)
		} else {
			env = append(env, one)
		}
	}
	p.cmd = exec.CommandContext(context.Background(), Binary(t), args...)
	p.cmd.Env = env
	p.cmd.WaitDelay = 5 * time.Second // for what it started and left behind
	p.log = &tail{}
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.done = make(chan struct{})
	go func(cmd *exec.Cmd, done chan struct{}) {
		_ = cmd.Wait()
		close(done)
	}(p.cmd, p.done)
	if err := p.answers(); err != nil {
		t.Fatalf("%v; its log:\n%s%s", err, p.log, p.faults())
	}
}

// faults returns the newest lines of the program's own log that tell of a fault: why an
// answer was 500 stands only there.
func (p *Program) faults() string {
	raw, err := os.ReadFile(filepath.Join(p.Data, "demo.log"))
	if err != nil {
		return ""
	}
	var all []string
	for line := range strings.Lines(string(raw)) {
		if strings.Contains(line, "ERROR") {
			all = append(all, line)
		}
	}
	return strings.Join(all[max(0, len(all)-10):], "")
}

// answers waits for the first answer that is not a fault.
func (p *Program) answers() error {
	deadline := time.After(startWithin)
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		if status(p.URL+"/") == http.StatusOK {
			return nil
		}
		select {
		case <-again.C:
		case <-p.done:
			return errors.New("the program ended while it started")
		case <-deadline:
			return fmt.Errorf("no answer at %s within %s", p.URL, startWithin)
		}
	}
}

func status(url string) int {
	c := http.Client{Timeout: 10 * time.Second}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0
	}
	res, err := c.Do(req)
	if err != nil {
		return 0
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// Kill ends the program at once, as a power failure does to a process.
func (p *Program) Kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// Stop ends the program as an operator does, and by force after 30 seconds.
func (p *Program) Stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(30 * time.Second):
		p.Kill()
	}
}

// Memory is how many bytes of memory the process holds (resident).
func (p *Program) Memory(t *testing.T) int64 {
	t.Helper()
	return p.memory(t, "VmRSS:")
}

// Peak is how many bytes of memory the process has ever held.
func (p *Program) Peak(t *testing.T) int64 {
	t.Helper()
	return p.memory(t, "VmHWM:")
}

// CPU is how much time of processors the process has taken so far.
func (p *Program) CPU(t *testing.T) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ") // the name may hold anything
	fields := strings.Fields(rest)
	const user, system = 11, 12 // counted from the state of the process
	if len(fields) <= system {
		t.Fatal("no times in /proc")
	}
	var ticks int64
	for _, f := range []string{fields[user], fields[system]} {
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / ticksPerSecond
}

// ticksPerSecond is what Linux tells programs (USER_HZ).
const ticksPerSecond = 100

func (p *Program) memory(t *testing.T, what string) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, what); ok {
			kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kib << 10
		}
	}
	t.Fatalf("no %s in /proc", what)
	return 0
}

// Log is the end of what the program has written.
func (p *Program) Log() string { return p.log.String() }

// Binary is the program under test: TINHSO_BINARY, or bin/tinhso of this tree.
// Without one the test fails.
func Binary(t *testing.T) string {
	t.Helper()
	path := os.Getenv("TINHSO_BINARY")
	if path == "" {
		path = filepath.Join("..", "..", "bin", "tinhso")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("no program to test: run make build first (%v)", err)
	}
	return path
}

// FreeAddress returns an address of this machine on which nobody listens.
func FreeAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// tail keeps the last part of what is written to it.
type tail struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

const keep = 16 << 10

func (w *tail) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf.Write(b)
	if over := w.buf.Len() - keep; over > 0 {
		w.buf.Next(over)
	}
	return len(b), nil
}

func (w *tail) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.buf.String()
}
