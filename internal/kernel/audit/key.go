// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"tinhso.vn/internal/platform/errs"
)

// Signer signs checkpoints. Its key stays outside the database.
type Signer struct{ signer note.Signer }

// Verifier checks the signatures of checkpoints; it holds no secret.
type Verifier struct {
	verifier note.Verifier
	text     string
}

// LoadSigner reads the key kept at path. The first time it makes one, and
// path.pub for those who verify.
func LoadSigner(path string) (*Signer, error) {
	secret, err := os.ReadFile(path) //nolint:gosec // the operator named it in the configuration
	if errors.Is(err, fs.ErrNotExist) {
		made, public, err := note.GenerateKey(rand.Reader, "tinhso-audit")
		if err != nil {
			return nil, err
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("make the audit key: %w", err)
		}
		if err := os.WriteFile(path+".pub", []byte(public), 0o600); err != nil {
			return nil, fmt.Errorf("make the audit key: %w", err)
		}
		if err := os.WriteFile(path, []byte(made), 0o600); err != nil {
			return nil, fmt.Errorf("make the audit key: %w", err)
		}
		secret = []byte(made)
	} else if err != nil {
		return nil, fmt.Errorf("read the audit key: %w", err)
	}
	s, err := note.NewSigner(string(secret))
	if err != nil {
		return nil, fmt.Errorf("read the audit key: %s holds none", path)
	}
	return &Signer{signer: s}, nil
}

// LoadVerifier reads path.pub beside the key kept at path.
func LoadVerifier(path string) (*Verifier, error) {
	public, err := os.ReadFile(path + ".pub") //nolint:gosec // beside the key that the operator named
	if err != nil {
		return nil, fmt.Errorf("read the audit key: %w", err)
	}
	v, err := ParseVerifier(string(public))
	if err != nil {
		return nil, fmt.Errorf("read the audit key: %s.pub holds none", path)
	}
	return v, nil
}

// ParseVerifier reads a public key as String writes it.
func ParseVerifier(text string) (*Verifier, error) {
	text = strings.TrimSpace(text)
	v, err := note.NewVerifier(text)
	if err != nil {
		return nil, ErrKey.Because(err)
	}
	return &Verifier{verifier: v, text: text}, nil
}

// ErrKey means that a public key cannot be read.
var ErrKey = errs.New(errs.Invalid, "audit.key")

// String returns the public key as people hand it on: name, number, Ed25519 key.
func (v *Verifier) String() string { return v.text }
