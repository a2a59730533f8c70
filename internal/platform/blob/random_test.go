// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package blob

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"pgregory.net/rapid"
)

func TestAnyPartOfSealedContentIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int{0, 1, chunkSize - 1, chunkSize, chunkSize + 1, 2 * chunkSize, 3*chunkSize + 5}).Draw(t, "size")
		plain := make([]byte, size)
		for i := range plain {
			plain[i] = byte(i * 7 >> 3)
		}
		key := NewKey()
		raw := sealed(t, key, plain, 50_000)
		r, err := UnsealAt(bytes.NewReader(raw), int64(len(raw)), key)
		if err != nil || r.Size() != int64(size) {
			t.Fatalf("%d bytes are %d: %v", size, r.Size(), err)
		}
		for range 3 {
			from := rapid.IntRange(0, size).Draw(t, "from")
			p := make([]byte, rapid.IntRange(0, 2*chunkSize).Draw(t, "length"))
			n, err := r.ReadAt(p, int64(from))
			if want := plain[from:min(from+len(p), size)]; !bytes.Equal(p[:n], want) || (n < len(p)) != errors.Is(err, io.EOF) {
				t.Fatalf("%d bytes at %d are %d: %v", len(p), from, n, err)
			}
		}
		i := rapid.IntRange(0, len(raw)-1).Draw(t, "changed")
		raw[i] ^= 1
		if r, err = UnsealAt(bytes.NewReader(raw), int64(len(raw)), key); err == nil {
			_, err = r.ReadAt(make([]byte, 1), int64(i/(chunkSize+16)*chunkSize))
		}
		if !errors.Is(err, ErrTampered) {
			t.Fatalf("byte %d was changed: %v", i, err)
		}
		raw[i] ^= 1
		if _, err := UnsealAt(bytes.NewReader(raw[:len(raw)-1]), int64(len(raw)-1), key); err == nil {
			t.Fatal("a cut content was opened")
		}
	})
	if _, err := UnsealAt(bytes.NewReader(nil), 0, NewKey()); !errors.Is(err, ErrTampered) {
		t.Errorf("nothing was read: %v", err)
	}
}

func TestWhatWasWrittenIsLookedAtBeforeItGetsAName(t *testing.T) {
	t.Parallel()
	s, dir := store(t, 0)
	w, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, "xin chào"); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Finish(), w.Finish()); err != nil {
		t.Fatal(err)
	}
	c, size, err := w.Content()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(c)
	if err = errors.Join(err, c.Close()); err != nil || string(text) != "xin chào" || size != int64(len(text)) {
		t.Errorf("%q %d %v", text, size, err)
	}
	w.Abort()
	if left := tree(t, dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}
