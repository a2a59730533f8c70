// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package blob

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
)

// ErrTampered means that sealed content was changed, cut or put together anew,
// or that the key is not its key.
var ErrTampered = errors.New("blob: the content is not what was sealed")

// Content is sealed in chunks, so that any size needs constant memory: each is
// AES-256-GCM, with the number of the chunk and whether it is the last one in
// the nonce (the STREAM construction of Hoang, Reyhanitabar, Rogaway and
// Vizár, 2015). So chunks cannot be left out, doubled, swapped or cut off. A
// key seals one content only, which is why nonces may begin at 0.
const (
	chunkSize = 64 << 10
	keySize   = 32
)

// NewKey returns a key for one content.
func NewKey() []byte {
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // never fails since Go 1.24
	return key
}

func nonce(n uint64, last bool) []byte {
	b := make([]byte, 12)
	binary.BigEndian.PutUint64(b[3:11], n)
	if last {
		b[11] = 1
	}
	return b
}

func gcm(key []byte) (cipher.AEAD, error) {
	if len(key) != keySize {
		return nil, ErrTampered
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

type sealer struct {
	w    io.Writer
	aead cipher.AEAD
	buf  []byte // a chunk is written when it is known not to be the last one
	out  []byte
	n    uint64
}

// Seal returns a writer that encrypts into w. Close writes the last chunk; it
// does not close w.
func Seal(w io.Writer, key []byte) (io.WriteCloser, error) {
	aead, err := gcm(key)
	if err != nil {
		return nil, err
	}
	return &sealer{w: w, aead: aead, buf: make([]byte, 0, chunkSize)}, nil
}

func (s *sealer) Write(p []byte) (n int, err error) {
	for len(p) > 0 {
		if len(s.buf) == chunkSize {
			if err := s.flush(false); err != nil {
				return n, err
			}
		}
		k := min(chunkSize-len(s.buf), len(p))
		s.buf = append(s.buf, p[:k]...)
		p, n = p[k:], n+k
	}
	return n, nil
}

// Close writes the last chunk.
func (s *sealer) Close() error { return s.flush(true) }

func (s *sealer) flush(last bool) error {
	s.out = s.aead.Seal(s.out[:0], nonce(s.n, last), s.buf, nil)
	s.buf = s.buf[:0]
	s.n++
	_, err := s.w.Write(s.out)
	return err
}

type unsealer struct {
	r    *bufio.Reader
	aead cipher.AEAD
	in   []byte
	rest []byte
	n    uint64
	err  error
}

// Unseal returns a reader of what Seal encrypted. It ends with io.EOF only
// after the last chunk, and otherwise with ErrTampered or the error of r.
func Unseal(r io.Reader, key []byte) (io.Reader, error) {
	aead, err := gcm(key)
	if err != nil {
		return nil, err
	}
	return &unsealer{r: bufio.NewReaderSize(r, chunkSize), aead: aead, in: make([]byte, chunkSize+aead.Overhead())}, nil
}

func (u *unsealer) Read(p []byte) (int, error) {
	for len(u.rest) == 0 && u.err == nil {
		u.next()
	}
	if len(u.rest) == 0 {
		return 0, u.err
	}
	n := copy(p, u.rest)
	u.rest = u.rest[n:]
	return n, nil
}

func (u *unsealer) next() {
	k, err := io.ReadFull(u.r, u.in)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		u.err = err
		return
	}
	_, ahead := u.r.Peek(1)
	if ahead != nil && !errors.Is(ahead, io.EOF) {
		u.err = ahead
		return
	}
	last := ahead != nil
	plain, err := u.aead.Open(u.in[:0], nonce(u.n, last), u.in[:k], nil)
	if err != nil {
		u.err = ErrTampered
		return
	}
	u.n++
	u.rest = plain
	if last {
		u.err = io.EOF
	}
}
