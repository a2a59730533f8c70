// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package blob

import (
	"crypto/cipher"
	"io"
)

// Random reads any part of sealed content, a chunk at a time. One goroutine
// uses it.
type Random struct {
	raw    io.ReaderAt
	aead   cipher.AEAD
	size   int64 // of the plaintext
	chunks int64
	loaded int64 // number of the chunk in plain, -1 for none
	plain  []byte
	in     []byte
}

// UnsealAt returns a reader of what Seal encrypted; raw has size bytes.
func UnsealAt(raw io.ReaderAt, size int64, key []byte) (*Random, error) {
	aead, err := gcm(key)
	if err != nil {
		return nil, err
	}
	whole := int64(chunkSize + aead.Overhead())
	r := &Random{raw: raw, aead: aead, chunks: (size + whole - 1) / whole, loaded: -1, in: make([]byte, whole)}
	r.size = size - r.chunks*int64(aead.Overhead())
	if r.size < 0 || r.chunks == 0 {
		return nil, ErrTampered
	}
	return r, r.load(r.chunks - 1) // it proves that this is the end
}

// Size is how many bytes were sealed.
func (r *Random) Size() int64 { return r.size }

// ReadAt implements io.ReaderAt.
func (r *Random) ReadAt(p []byte, off int64) (n int, err error) {
	for n < len(p) {
		if off >= r.size || off < 0 {
			return n, io.EOF
		}
		if err := r.load(off / chunkSize); err != nil {
			return n, err
		}
		k := copy(p[n:], r.plain[off%chunkSize:])
		n, off = n+k, off+int64(k)
	}
	return n, nil
}

func (r *Random) load(chunk int64) error {
	if r.loaded == chunk {
		return nil
	}
	r.loaded = -1
	last := chunk == r.chunks-1
	in := r.in
	if last {
		in = in[:r.size-chunk*chunkSize+int64(r.aead.Overhead())]
	}
	if _, err := r.raw.ReadAt(in, chunk*int64(len(r.in))); err != nil {
		return err
	}
	plain, err := r.aead.Open(in[:0], nonce(uint64(chunk), last), in, nil) //nolint:gosec // a chunk has no negative number
	if err != nil {
		return ErrTampered
	}
	r.loaded, r.plain = chunk, plain
	return nil
}
