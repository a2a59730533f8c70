// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/platform/blob"
	"tinhso.vn/internal/platform/clamd"
	"tinhso.vn/internal/platform/clamd/clamdtest"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/errs"
)

func TestNothingIsTakenUnscanned(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]struct {
		manner  clamdtest.Manner
		content string
		want    error
	}{
		"clean":       {clamdtest.Honest, "xin chào", nil},
		"virus":       {clamdtest.Honest, clamdtest.EICAR, ErrInfected},
		"hangs":       {clamdtest.Silent, "xin chào", ErrNotScanned},
		"hangs up":    {func(net.Conn) {}, "xin chào", ErrNotScanned},
		"has no room": {clamdtest.Says("INSTREAM size limit exceeded. ERROR"), "xin chào", ErrNotScanned},
	} {
		s, dir := store(t)
		s = s.With(Options{Scanner: clamd.New(clamdtest.Serve(t, "tcp", "127.0.0.1:0", v.manner), 300*time.Millisecond)})
		_, got, err := stage(t, s, "a.txt", v.content)
		if !errors.Is(err, v.want) || (err == nil) != (v.want == nil) || err == nil && got != v.content {
			t.Errorf("%s: %q %v", name, got, err)
		}
		if left := len(blobs(t, dir)); (left == 1) != (v.want == nil) {
			t.Errorf("%s: %d files left", name, left)
		}
		if errors.Is(err, ErrInfected) && args(err)["virus"] != "Eicar-Test-Signature" {
			t.Errorf("%s: %v", name, args(err))
		}
	}
	s, dir := store(t)
	s = s.With(Options{Scanner: clamd.New(filepath.Join(t.TempDir(), "none"), time.Second)})
	if _, _, err := stage(t, s, "a.txt", "xin chào"); errs.KindOf(err) != errs.Unavailable || len(blobs(t, dir)) > 0 {
		t.Errorf("nobody is there: %v", err)
	}
}

// lazy is a scanner that believes without reading.
type lazy struct{}

func (lazy) Scan(context.Context, io.Reader) (string, error) { return "", nil }

// A disk that keeps something else than it was given is found before anybody
// is told that the file was received.
func TestWhatWasWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	honest := clamd.New(clamdtest.Serve(t, "tcp", "127.0.0.1:0", clamdtest.Honest), time.Minute)
	for _, with := range []Options{{}, {Scanner: lazy{}}, {Scanner: honest}} {
		dir := t.TempDir()
		b, err := blob.Open(dir, 0)
		if err != nil {
			t.Fatal(err)
		}
		s := New(b, crypt.Ephemeral()).With(with)
		out, err := b.Create(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		st := Staged{Name: "a.txt", key: blob.NewKey()}
		m := Meta{Name: "a.txt", Allow: everything(), Limit: 1 << 20}
		if err := errors.Join(s.write(t.Context(), out, strings.NewReader(strings.Repeat("xin chào ", 10_000)), m, &st, &pdfScanner{}), out.Finish()); err != nil {
			t.Fatal(err)
		}
		if err := s.reread(t.Context(), out, m, &st, &pdfScanner{}); err != nil {
			t.Errorf("what was written: %v", err)
		}
		other := st
		other.SHA256 = strings.Repeat("0", 64)
		if err := s.reread(t.Context(), out, m, &other, &pdfScanner{}); !errors.Is(err, ErrNotStored) || errs.KindOf(err) != errs.Unavailable {
			t.Errorf("another hash: %v", err)
		}
		path := blobs(t, dir)[0]
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		raw[70_000] ^= 1
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := s.reread(t.Context(), out, m, &st, &pdfScanner{}); !errors.Is(err, ErrNotStored) {
			t.Errorf("a changed byte: %v", err)
		}
		out.Abort()
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
}
