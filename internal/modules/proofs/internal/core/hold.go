// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"tinhso.vn/internal/modules/proofs"
)

// held is a document that has come in: on the disk, so that a slow line costs
// no memory, in a file without a name, so that nothing is left of it whatever happens.
type held struct {
	file *os.File
	size int64
	hash string
}

func hold(content io.Reader) (h held, err error) {
	f, err := os.CreateTemp("", "tinhso-check-*")
	if err != nil {
		return h, proofs.ErrBusy.Because(err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return h, errors.Join(proofs.ErrBusy.Because(err), f.Close())
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(onDisk{f}, sum), io.LimitReader(content, proofs.MaxSize+1))
	if err == nil && n > proofs.MaxSize {
		err = proofs.ErrTooLarge.With("max", proofs.MaxSize>>20)
		_, _ = io.Copy(io.Discard, content) // a browser shows the answer only when it could send all; the door bounds it
	}
	if err != nil {
		return h, errors.Join(interrupted(err), f.Close())
	}
	return held{file: f, size: n, hash: hex.EncodeToString(sum.Sum(nil))}, nil
}

// onDisk tells a full disk from a line that broke.
type onDisk struct{ w io.Writer }

// Write implements io.Writer.
func (d onDisk) Write(b []byte) (int, error) {
	n, err := d.w.Write(b)
	if err != nil {
		err = proofs.ErrBusy.Because(err)
	}
	return n, err
}

func interrupted(err error) error {
	if errors.Is(err, proofs.ErrBusy) || errors.Is(err, proofs.ErrTooLarge) {
		return err
	}
	return proofs.ErrInterrupted.Because(err)
}

// read brings the document into memory.
func (h held) read() ([]byte, error) {
	b := make([]byte, h.size)
	if _, err := h.file.ReadAt(b, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read back a document: %w", err)
	}
	return b, nil
}

func (h held) close() { _ = h.file.Close() } // nothing of it is needed any more
