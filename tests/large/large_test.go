// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

//go:build system

package large_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"tinhso.vn/tests/api"
	"tinhso.vn/tests/large"
	"tinhso.vn/tests/programtest"
)

// peak is how much memory the program may ever hold, whatever is sent to it: less
// than the file. Some 100 MB of it are pages of the program's own file, which the
// machine may drop; the start of a demonstration, with all packs, needs the most:
// 350 to 390 MB, as the collector of garbage happens to come by.
const peak = 448 << 20

// size is how large the file is: half a gigabyte, or TINHSO_TEST_LARGE_MB.
func size(t *testing.T) int64 {
	t.Helper()
	mb := 512
	if s := os.Getenv("TINHSO_TEST_LARGE_MB"); s != "" {
		var err error
		if mb, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	return int64(mb) << 20
}

func digest(t *testing.T, r io.Reader) string {
	t.Helper()
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// A file that fits into no memory goes up in parts and in one piece and comes
// down again, whole and from its middle, and the program stays small.
func TestALargeFile(t *testing.T) {
	t.Parallel()
	p := programtest.Start(t, "", programtest.NoLimits, "TINHSO_FILES_LARGEST=4096", "TINHSO_QUOTA_ACCOUNT_DAY=0", "TINHSO_QUOTA_SUBJECT=0")
	c, err := api.Connect(t.Context(), p.URL)
	if err != nil {
		t.Fatal(err)
	}
	draft, err := c.Draft(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	length, open := large.PDF(size(t))
	want := digest(t, open())
	timed := func(what string, f func() error) {
		t.Helper()
		began := time.Now()
		if err := f(); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		took := time.Since(began)
		t.Logf("%s: %.1f s, %.0f MB/s, peak memory %d MB", what, took.Seconds(), float64(length)/1e6/took.Seconds(), p.Peak(t)>>20)
	}
	var parts, whole string
	timed("up in parts", func() (err error) {
		var sha string
		if parts, sha, err = c.AttachParts(t.Context(), draft, "ban-ve.pdf", length, 64<<20, open()); err == nil && sha != want {
			err = errors.New("the receipt has another hash")
		}
		return err
	})
	timed("up in one piece", func() (err error) {
		whole, err = c.Attach(t.Context(), draft, "ban-ve.pdf", length, open())
		return err
	})
	for _, attachment := range []string{parts, whole} {
		timed("down", func() error {
			r, err := c.Download(t.Context(), draft, attachment, 0)
			if err != nil {
				return err
			}
			if got := digest(t, r); got != want {
				err = errors.New("another file came back")
			}
			return errors.Join(err, r.Close())
		})
	}
	timed("down from the middle", func() error {
		source := open()
		if _, err := io.CopyN(io.Discard, source, length/2); err != nil {
			return err
		}
		r, err := c.Download(t.Context(), draft, whole, length/2)
		if err != nil {
			return err
		}
		if digest(t, r) != digest(t, source) {
			err = errors.New("another part came back")
		}
		return errors.Join(err, r.Close())
	})
	if got := p.Peak(t); got > peak {
		t.Errorf("the program held %d MB", got>>20)
	}
}

// Where nobody allows more, 500 MB are refused in words, and not kept in memory.
func TestAFileThatIsTooLarge(t *testing.T) {
	t.Parallel()
	p := programtest.Start(t, "", programtest.NoLimits)
	c, err := api.Connect(t.Context(), p.URL)
	if err != nil {
		t.Fatal(err)
	}
	draft, err := c.Draft(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	length, open := large.PDF(500 << 20)
	if _, err := c.Attach(t.Context(), draft, "ban-ve.pdf", length, open()); err == nil || (errors.Is(err, api.ErrRefused) && !strings.Contains(err.Error(), "413")) {
		t.Errorf("in one piece: %v", err)
	} else {
		t.Log(err)
	}
	if _, _, err := c.AttachParts(t.Context(), draft, "ban-ve.pdf", length, 8<<20, open()); !errors.Is(err, api.ErrRefused) || !strings.Contains(err.Error(), "files.too_large") {
		t.Errorf("in parts: %v", err)
	}
	if got := p.Peak(t); got > peak {
		t.Errorf("the program held %d MB", got>>20)
	}
}
