// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/errs"
)

// Signer signs checkpoints. Its key stays outside the database.
type Signer struct{ signer note.Signer }

// Verifier checks the signatures of checkpoints; it holds no secret.
type Verifier struct {
	verifier note.Verifier
	text     string
}

// kept is the key as it lies in its file: wrapped by a provider. Before there
// were providers the file held the key as note writes it.
type kept struct {
	Version  int        `json:"version"`
	Provider crypt.Kind `json:"provider"`
	Wrapped  []byte     `json:"wrapped"` // the Ed25519 seed
}

// parse reads the file of a wrapped key; false where the key lies in clear.
func parse(raw []byte) (k kept, wrapped bool) {
	err := json.Unmarshal(raw, &k)
	return k, err == nil && k.Version > 0
}

const (
	keyFormat = 2
	keyWhat   = "tinhso/audit" // what the wrapped key is bound to
	keyName   = "tinhso-audit"
)

// LoadSigner reads the key kept at path in clear. The first time it makes one,
// and path.pub for those who verify.
func LoadSigner(path string) (*Signer, error) { return OpenSigner(path, nil) }

// OpenSigner reads the key kept at path, which p has wrapped. The first time it
// makes one, and path.pub for those who verify. A key that still lies in clear
// is read as well: MoveSigner wraps it.
func OpenSigner(path string, p crypt.Provider) (*Signer, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // the operator named it in the configuration
	if errors.Is(err, fs.ErrNotExist) {
		raw, err = makeKey(path, p)
	}
	if err != nil {
		return nil, fmt.Errorf("read the audit key: %w", err)
	}
	k, wrapped := parse(raw)
	if !wrapped {
		s, err := note.NewSigner(string(raw))
		if err != nil {
			return nil, fmt.Errorf("read the audit key: %s holds none", path)
		}
		return &Signer{signer: s}, nil
	}
	if p == nil || k.Provider != p.Kind() {
		return nil, crypt.ErrOther.With("is", string(k.Provider)).With("configured", kindOf(p))
	}
	v, err := LoadVerifier(path)
	if err != nil {
		return nil, err
	}
	s := &Signer{signer: byProvider{v.verifier, p, k.Wrapped}}
	if _, err := s.signer.Sign(nil); err != nil { // better now than at the first checkpoint
		return nil, fmt.Errorf("read the audit key: %w", err)
	}
	return s, nil
}

func kindOf(p crypt.Provider) string {
	if p == nil {
		return ""
	}
	return string(p.Kind())
}

// makeKey makes the key and returns what its file holds.
func makeKey(path string, p crypt.Provider) ([]byte, error) {
	made, public, err := note.GenerateKey(rand.Reader, keyName)
	if err != nil {
		return nil, err
	}
	content := []byte(made)
	if p != nil {
		if content, err = wrapKey(made, p); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(path+".pub", []byte(public), 0o600); err != nil {
		return nil, err
	}
	return content, crypt.Replace(path, content)
}

// wrapKey returns the file of a key that note has written.
func wrapKey(secret string, p crypt.Provider) ([]byte, error) {
	parts := strings.SplitN(strings.TrimSpace(secret), "+", 5) // PRIVATE+KEY+name+hash+algorithm and seed
	raw, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
	if err != nil || len(parts) != 5 || len(raw) != 33 || raw[0] != 1 {
		return nil, errors.New("the audit key is no Ed25519 key")
	}
	wrapped, err := p.Wrap(keyWhat, raw[1:])
	if err != nil {
		return nil, err
	}
	return json.Marshal(kept{Version: keyFormat, Provider: p.Kind(), Wrapped: wrapped})
}

// Secret returns the key kept at path in clear, as note writes it: for a bundle
// that is sealed otherwise. From is what has wrapped it.
func Secret(path string, from crypt.Provider) ([]byte, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // the operator named it in the configuration
	if err != nil {
		return nil, fmt.Errorf("read the audit key: %w", err)
	}
	k, wrapped := parse(raw)
	if !wrapped {
		return raw, nil
	}
	if from == nil || k.Provider != from.Kind() {
		return nil, crypt.ErrOther.With("is", string(k.Provider)).With("configured", kindOf(from))
	}
	v, err := LoadVerifier(path)
	if err != nil {
		return nil, err
	}
	seed, err := from.Unwrap(keyWhat, k.Wrapped)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "PRIVATE+KEY+%s+%08x+%s", v.verifier.Name(), v.verifier.KeyHash(),
		base64.StdEncoding.EncodeToString(append([]byte{1}, seed...))), nil
}

// WrappedBy returns the provider that has wrapped the key kept at path; empty
// where it lies in clear or is not there yet.
func WrappedBy(path string) (crypt.Kind, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // the operator named it in the configuration
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the audit key: %w", err)
	}
	k, _ := parse(raw)
	return k.Provider, nil
}

// MoveSigner wraps the key kept at path with another provider.
func MoveSigner(path string, from, to crypt.Provider) error {
	secret, err := Secret(path, from)
	if err != nil {
		return err
	}
	return PutSigner(path, secret, to)
}

// PutSigner keeps a key, as Secret returns it, at path.
func PutSigner(path string, secret []byte, p crypt.Provider) error {
	content, err := wrapKey(string(secret), p)
	if err != nil {
		return err
	}
	return crypt.Replace(path, content)
}

// byProvider signs with a key that its provider may keep to itself.
type byProvider struct {
	note.Verifier
	provider crypt.Provider
	wrapped  []byte
}

// Sign implements note.Signer.
func (s byProvider) Sign(msg []byte) ([]byte, error) {
	return s.provider.Sign(keyWhat, s.wrapped, msg)
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
