// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package clamd_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"tinhso.vn/internal/platform/clamd"
	"tinhso.vn/internal/platform/clamd/clamdtest"
)

func TestVerdicts(t *testing.T) {
	t.Parallel()
	socket := clamdtest.Serve(t, "unix", filepath.Join(t.TempDir(), "s"), clamdtest.Honest)
	port := clamdtest.Serve(t, "tcp", "127.0.0.1:0", clamdtest.Honest)
	for _, at := range []string{socket, port} {
		c := clamd.New(at, time.Minute)
		for content, want := range map[string]string{
			"": "", "xin chào": "", strings.Repeat("x", 1<<20) + "y": "",
			clamdtest.EICAR: "Eicar-Test-Signature", strings.Repeat("x", 65536-20) + clamdtest.EICAR: "Eicar-Test-Signature",
		} {
			if got, err := c.Scan(t.Context(), strings.NewReader(content)); got != want || err != nil {
				t.Errorf("%d bytes at %s: %q, %v, want %q", len(content), at, got, err, want)
			}
		}
	}
}

func TestSilenceIsNoVerdict(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]clamdtest.Manner{
		"hangs":                clamdtest.Silent,
		"hangs up":             func(net.Conn) {},
		"takes nothing more":   func(c net.Conn) { _, _ = io.WriteString(c, "INSTREAM size limit exceeded. ERROR\x00") },
		"clean before the end": func(c net.Conn) { _, _ = io.WriteString(c, "stream: OK\x00") },
		"something else":       clamdtest.Says("PONG"),
		"an error":             clamdtest.Says("stream: Can't allocate memory ERROR"),
		"half an answer":       func(c net.Conn) { _ = clamdtest.Receive(c); _, _ = io.WriteString(c, "stream: O") },
		"endless":              func(c net.Conn) { _ = clamdtest.Receive(c); _, _ = io.WriteString(c, strings.Repeat("x", 1<<20)) },
	} {
		c := clamd.New(clamdtest.Serve(t, "tcp", "127.0.0.1:0", how), 300*time.Millisecond)
		content := bytes.NewReader(make([]byte, 16<<20)) // more than lies in the buffers of a connection
		if got, err := c.Scan(t.Context(), content); got != "" || !errors.Is(err, clamd.ErrUnavailable) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := clamd.New(filepath.Join(t.TempDir(), "none"), time.Second).Scan(t.Context(), strings.NewReader("x")); !errors.Is(err, clamd.ErrUnavailable) {
		t.Errorf("nobody is there: %v", err)
	}
}

func TestNobodyWaitsForACallerWhoLeft(t *testing.T) {
	t.Parallel()
	c := clamd.New(clamdtest.Serve(t, "tcp", "127.0.0.1:0", clamdtest.Silent), time.Hour)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Scan(ctx, strings.NewReader("x")); !errors.Is(err, clamd.ErrUnavailable) {
		t.Errorf("%v", err)
	}
}

func TestAFaultOfTheContentIsNotOneOfTheDaemon(t *testing.T) {
	t.Parallel()
	c := clamd.New(clamdtest.Serve(t, "tcp", "127.0.0.1:0", clamdtest.Honest), time.Minute)
	broken := errors.New("disk")
	if _, err := c.Scan(t.Context(), iotest.ErrReader(broken)); !errors.Is(err, broken) || errors.Is(err, clamd.ErrUnavailable) {
		t.Errorf("%v", err)
	}
}
