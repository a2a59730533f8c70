// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package blob

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func store(t *testing.T, reserve int64) (*Folder, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := Open(dir, reserve)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, dir
}

// tree lists the files in the folder.
func tree(t *testing.T, dir string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			all = append(all, strings.TrimPrefix(p, dir+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func put(t *testing.T, s *Folder, text string) string {
	t.Helper()
	w, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	name, err := w.Commit()
	if err != nil {
		t.Fatal(err)
	}
	w.Abort() // does nothing any more
	return name
}

func TestBlob(t *testing.T) {
	t.Parallel()
	s, dir := store(t, 0)
	name := put(t, s, "xin chào")
	r, _, err := s.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil || string(text) != "xin chào" || r.Close() != nil {
		t.Errorf("%q %v", text, err)
	}
	if got := tree(t, dir); !slices.Equal(got, []string{name[:2] + "/" + name[2:4] + "/" + name}) {
		t.Errorf("files %v", got)
	}
	for range 2 {
		if err := s.Remove(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	for _, gone := range []string{name, "", "../../../etc/passwd", strings.Repeat("a", 32)} {
		if _, _, err := s.Open(t.Context(), gone); !errors.Is(err, ErrNotFound) {
			t.Errorf("Open(%q) = %v", gone, err)
		}
	}
	w, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.Abort()
	if got := tree(t, dir); len(got) > 0 {
		t.Errorf("left over: %v", got)
	}
}

// broken is a file on a disk that fails at one of the three moments.
type broken struct {
	file
	write, sync, close error
}

func (b broken) Write(p []byte) (int, error) {
	if b.write != nil {
		return 0, b.write
	}
	return b.file.Write(p)
}

func (b broken) Sync() error { return errors.Join(b.sync, b.file.Sync()) }

func (b broken) Close() error { return errors.Join(b.close, b.file.Close()) }

func TestAFullDiskLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, b := range []broken{{write: syscall.ENOSPC}, {sync: syscall.ENOSPC}, {close: syscall.EDQUOT}} {
		s, dir := store(t, 0)
		create := s.create
		s.create = func(name string) (file, error) {
			f, err := create(name)
			b.file = f
			return b, err
		}
		w, err := s.Create(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Write(make([]byte, 1<<20))
		if err == nil {
			_, err = w.Commit()
		}
		w.Abort()
		if !errors.Is(err, ErrNoSpace) {
			t.Errorf("%+v: %v", b, err)
		}
		if got := tree(t, dir); len(got) > 0 {
			t.Errorf("%+v left %v", b, got)
		}
	}
	s, dir := store(t, 1<<62)
	if _, err := s.Create(t.Context()); !errors.Is(err, ErrNoSpace) {
		t.Errorf("the reserve is used up: %v", err)
	}
	if got := tree(t, dir); len(got) > 0 {
		t.Errorf("left %v", got)
	}
}

func TestWalk(t *testing.T) {
	t.Parallel()
	s, dir := store(t, 0)
	old, fresh := put(t, s, "a"), put(t, s, "b")
	long := time.Now().Add(-48 * time.Hour)
	for _, p := range []string{place(old), "making/abandoned", "making/growing", "stranger.txt"} {
		full := filepath.Join(dir, p)
		if _, err := os.Stat(full); err != nil {
			if err := os.WriteFile(full, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if p != "making/growing" {
			if err := os.Chtimes(full, long, long); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := map[string]time.Duration{}
	err := s.Walk(t.Context(), func(e Entry) error { got[e.Name] = e.Age.Round(time.Hour); return nil })
	if err != nil || len(got) != 2 || got[old] != 48*time.Hour || got[fresh] != 0 {
		t.Errorf("%v %v", got, err)
	}
	left := strings.Join(tree(t, dir), " ")
	if strings.Contains(left, "abandoned") || !strings.Contains(left, "growing") || !strings.Contains(left, "stranger") {
		t.Errorf("left %s", left)
	}
}

func sealed(t rapid.TB, key, plain []byte, step int) []byte {
	var b bytes.Buffer
	w, err := Seal(&b, key)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(plain); i += step {
		if _, err := w.Write(plain[i:min(i+step, len(plain))]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func unsealed(key, raw []byte) ([]byte, error) {
	r, err := Unseal(bytes.NewReader(raw), key)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func TestSealedContentComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int{0, 1, chunkSize - 1, chunkSize, chunkSize + 1, 2 * chunkSize, 3*chunkSize + 5}).Draw(t, "size")
		plain := bytes.Repeat([]byte{rapid.Byte().Draw(t, "byte")}, size)
		key := NewKey()
		raw := sealed(t, key, plain, rapid.SampledFrom([]int{1 << 10, 50_000, chunkSize, 1 << 20}).Draw(t, "step"))
		got, err := unsealed(key, raw)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("%d bytes came back as %d: %v", size, len(got), err)
		}
		if size > 16 && bytes.Contains(raw, plain[:16]) {
			t.Fatal("the content can be read")
		}
		i := rapid.IntRange(0, len(raw)-1).Draw(t, "changed")
		raw[i] ^= 1
		if _, err := unsealed(key, raw); !errors.Is(err, ErrTampered) {
			t.Fatalf("byte %d was changed: %v", i, err)
		}
	})
}

func TestChunksCannotBeMoved(t *testing.T) {
	t.Parallel()
	const c = chunkSize + 16
	key := NewKey()
	plain := make([]byte, 3*chunkSize)
	for i := range plain {
		plain[i] = byte(i / chunkSize)
	}
	raw := sealed(t, key, plain, 1<<20)
	for name, bad := range map[string][]byte{
		"cut at a chunk":   raw[:2*c],
		"cut inside":       raw[:2*c+100],
		"nothing":          {},
		"first left out":   raw[c:],
		"swapped":          slices.Concat(raw[c:2*c], raw[:c], raw[2*c:]),
		"doubled":          slices.Concat(raw[:c], raw),
		"something behind": slices.Concat(raw, []byte("x")),
	} {
		if _, err := unsealed(key, bad); !errors.Is(err, ErrTampered) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := unsealed(NewKey(), raw); !errors.Is(err, ErrTampered) {
		t.Errorf("another key: %v", err)
	}
	if _, err := unsealed(nil, raw); !errors.Is(err, ErrTampered) {
		t.Errorf("no key: %v", err)
	}
	r, err := Unseal(io.MultiReader(bytes.NewReader(raw[:c]), failing{}), key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(r); !errors.Is(err, errDisk) {
		t.Errorf("the disk failed: %v", err)
	}
}

var errDisk = fmt.Errorf("disk")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errDisk }
