// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build bench

package bench_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tinhso.vn/tests/api"
	"tinhso.vn/tests/large"
	"tinhso.vn/tests/programtest"
)

const (
	uploadSize = 256 << 20
	uploadRuns = 3 // the median counts
)

func rate(t *testing.T, once func() (int64, error)) float64 {
	t.Helper()
	var took []time.Duration
	var size int64
	for range uploadRuns {
		began := time.Now()
		n, err := once()
		if err != nil {
			t.Fatal(err)
		}
		size, took = n, append(took, time.Since(began))
	}
	return float64(size) / 1e6 / median(took).Seconds()
}

// uploads sends a large PDF in one piece, from end to end, MB a second.
func uploads(t *testing.T, p *programtest.Program) float64 {
	t.Helper()
	c, err := api.Connect(t.Context(), p.URL)
	if err != nil {
		t.Fatal(err)
	}
	draft, err := c.Draft(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	length, open := large.PDF(uploadSize)
	return rate(t, func() (int64, error) {
		_, err := c.Attach(t.Context(), draft, "ban-ve.pdf", length, open())
		return length, err
	})
}

// bareDisk writes the same bytes to a file, syncs it, and reads it again.
func bareDisk(t *testing.T) float64 {
	t.Helper()
	dir := t.TempDir()
	length, open := large.PDF(uploadSize)
	return rate(t, func() (int64, error) {
		f, err := os.Create(filepath.Join(dir, "bare"))
		if err != nil {
			return 0, err
		}
		_, err = io.Copy(f, open())
		err = errors.Join(err, f.Sync())
		if err == nil {
			_, err = f.Seek(0, io.SeekStart)
		}
		if err == nil {
			_, err = io.Copy(io.Discard, f)
		}
		return length, errors.Join(err, f.Close())
	})
}
