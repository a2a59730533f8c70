// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build system

package crash_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"tinhso.vn/tests/api"
	"tinhso.vn/tests/crash"
	"tinhso.vn/tests/programtest"
)

const (
	kills = 20 // at least; each at a moment nobody chose
	hands = 8  // that file at the same time
)

// TestMain lets the same binary be the client, in a process of its own that
// outlives every kill.
func TestMain(m *testing.M) {
	if url := os.Getenv("TINHSO_TEST_CRASH_CLIENT"); url != "" {
		if err := client(url, os.Getenv("TINHSO_TEST_CRASH_LOG")); err != nil {
			_, _ = fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// client files dossiers until it is told to end.
func client(url, path string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	log, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	a, err := api.Connect(ctx, url)
	if err != nil {
		return err
	}
	return crash.Submit(ctx, a, hands, log)
}

func TestKillLosesNothing(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		killOften(t, "")
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		killOften(t, programtest.Postgres(t))
	})
}

func killOften(t *testing.T, database string) {
	t.Helper()
	p := programtest.Start(t, database, programtest.NoLimits)
	path := filepath.Join(t.TempDir(), "acknowledged")
	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), me)
	c.Env = append(os.Environ(), "TINHSO_TEST_CRASH_CLIENT="+p.URL, "TINHSO_TEST_CRASH_LOG="+path)
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()

	before := 0
	for range kills {
		// Not before the client was answered since the last start: a kill that interrupts nothing proves nothing.
		before = waitForMore(t, path, before, ended)
		time.Sleep(chance(t, 400*time.Millisecond))
		p.Kill()
		p.Restart(t)
	}
	waitForMore(t, path, before, ended)
	_ = c.Process.Signal(syscall.SIGTERM)
	if err := <-ended; err != nil {
		t.Fatalf("the client: %v", err)
	}

	log, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	promised, err := crash.Acknowledged(log)
	if err != nil {
		t.Fatal(err)
	}
	a, err := api.Connect(t.Context(), p.URL)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := a.Kept(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	problems := crash.Compare(promised, kept)
	for i, problem := range problems {
		if i == 10 {
			t.Errorf("and %d more", len(problems)-i)
			break
		}
		t.Error(problem)
	}
	t.Logf("%d kills, %d acknowledged, %d kept", kills, len(promised), len(kept))
}

// waitForMore returns when the log has grown beyond size, with its new size.
func waitForMore(t *testing.T, path string, size int, ended <-chan error) int {
	t.Helper()
	deadline := time.After(time.Minute)
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		if info, err := os.Stat(path); err == nil && int(info.Size()) > size {
			return int(info.Size())
		}
		select {
		case <-again.C:
		case err := <-ended:
			t.Fatalf("the client ended: %v", err)
		case <-deadline:
			t.Fatal("nothing was acknowledged for a minute")
		}
	}
}

// chance is a duration up to the given one.
func chance(t *testing.T, most time.Duration) time.Duration {
	t.Helper()
	n, err := rand.Int(rand.Reader, big.NewInt(int64(most)))
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(n.Int64())
}
