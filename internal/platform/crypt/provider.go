// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package crypt

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tinhso.vn/internal/platform/errs"
)

// Kind names a provider of the key that wraps the ring.
type Kind string

// The providers.
const (
	InFile        Kind = "file"        // a file of the key folder
	InEnvironment Kind = "environment" // a variable of the process
	InToken       Kind = "socket"      // a hardware module behind a sidecar
)

// Kinds returns the providers there are.
func Kinds() []Kind { return []Kind{InFile, InEnvironment, InToken} }

// Provider holds the key that wraps the keys of the ring. It ends its calls by
// itself: none hangs. What names what is wrapped, and is bound to it.
type Provider interface {
	Kind() Kind
	// ID names the wrapping key without betraying it.
	ID() (string, error)
	// Wrap makes a key unreadable without this provider.
	Wrap(what string, key []byte) ([]byte, error)
	// Unwrap returns what Wrap was given for the same what.
	Unwrap(what string, wrapped []byte) ([]byte, error)
	// Sign signs with a wrapped Ed25519 seed, where the provider can without
	// handing the seed out.
	Sign(what string, wrapped, message []byte) ([]byte, error)
}

// What keeps a provider from working.
var (
	ErrNoKey       = errs.New(errs.Unavailable, "crypt.no_wrapping_key")     // args: file
	ErrNoVariable  = errs.New(errs.Unavailable, "crypt.no_variable")         // args: variable
	ErrBadKey      = errs.New(errs.Unavailable, "crypt.bad_wrapping_key")    // args: place
	ErrWrongKey    = errs.New(errs.Unavailable, "crypt.wrong_wrapping_key")  // args: provider
	ErrUnreachable = errs.New(errs.Unavailable, "crypt.token_unreachable")   // args: socket
	ErrSilent      = errs.New(errs.Unavailable, "crypt.token_silent")        // args: socket, seconds
	ErrRefused     = errs.New(errs.Unavailable, "crypt.token_refused")       // args: operation, code
	ErrOther       = errs.New(errs.Unavailable, "crypt.other_provider")      // args: is, configured
	ErrReadable    = errs.New(errs.Unavailable, "crypt.readable_by_others")  // args: file
	ErrNoRing      = errs.New(errs.Unavailable, "crypt.no_ring")             // args: file
	ErrNotARing    = errs.New(errs.Unavailable, "crypt.not_a_ring")          // args: file
	ErrNewer       = errs.New(errs.Unavailable, "crypt.made_by_newer")       // args: version
	ErrRingExists  = errs.New(errs.Conflict, "crypt.ring_exists")            // args: file
	ErrKeyUnknown  = errs.New(errs.NotFound, "crypt.key_unknown")            // args: key
	ErrKeyActive   = errs.New(errs.Conflict, "crypt.key_active")             // args: key
	ErrWrongPhrase = errs.New(errs.Invalid, "crypt.wrong_passphrase")        //
	ErrShortPhrase = errs.New(errs.Invalid, "crypt.short_passphrase")        // args: min
	ErrNotABundle  = errs.New(errs.Invalid, "crypt.not_a_bundle")            //
	ErrSamePhrase  = errs.New(errs.Invalid, "crypt.same_passphrase")         //
	ErrPlain       = errs.New(errs.Conflict, "crypt.ring_is_plain")          // move it first
	ErrKeepNothing = errs.New(errs.Conflict, "crypt.ring_is_kept_in_memory") //
)

// local wraps with a key that this process holds.
type local struct {
	kind Kind
	key  []byte
}

// FileProvider wraps with the key kept at path; with create, one is made where
// there is none.
func FileProvider(path string, create bool) (Provider, error) {
	raw, err := os.ReadFile(path) //nolint:gosec // the operator named the folder
	if errors.Is(err, fs.ErrNotExist) {
		if !create {
			return nil, ErrNoKey.With("file", path)
		}
		key := random()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("make keys: %w", err)
		}
		if err := replace(path, []byte(base64.StdEncoding.EncodeToString(key)+"\n")); err != nil {
			return nil, fmt.Errorf("make keys: %w", err)
		}
		return local{InFile, key}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	if err := private(path); err != nil {
		return nil, err
	}
	return decoded(InFile, string(raw), path)
}

// TextProvider wraps with a key given as 32 bytes in base64, as a variable of
// the environment holds it.
func TextProvider(variable, text string) (Provider, error) {
	if strings.TrimSpace(text) == "" {
		return nil, ErrNoVariable.With("variable", variable)
	}
	return decoded(InEnvironment, text, variable)
}

func decoded(kind Kind, text, place string) (Provider, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != 32 {
		return nil, ErrBadKey.With("place", place) // the cause could show a key
	}
	return local{kind, key}, nil
}

// Kind implements Provider.
func (p local) Kind() Kind { return p.kind }

// ID implements Provider.
func (p local) ID() (string, error) {
	sum := sha256.Sum256(append([]byte("tinhso wrapping key\x00"), p.key...))
	return hex.EncodeToString(sum[:6]), nil
}

// String keeps the key out of logs.
func (p local) String() string { return "provider[" + string(p.kind) + "]" }

func (p local) aead() (cipher.AEAD, error) {
	block, err := aes.NewCipher(p.key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Wrap implements Provider.
func (p local) Wrap(what string, key []byte) ([]byte, error) {
	aead, err := p.aead()
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails since Go 1.24
	return aead.Seal(nonce, nonce, key, []byte(what)), nil
}

// Unwrap implements Provider.
func (p local) Unwrap(what string, wrapped []byte) ([]byte, error) {
	aead, err := p.aead()
	if err != nil {
		return nil, err
	}
	if len(wrapped) < aead.NonceSize() {
		return nil, ErrWrongKey.With("provider", string(p.kind))
	}
	key, err := aead.Open(nil, wrapped[:aead.NonceSize()], wrapped[aead.NonceSize():], []byte(what))
	if err != nil {
		return nil, ErrWrongKey.With("provider", string(p.kind))
	}
	return key, nil
}

// Sign implements Provider.
func (p local) Sign(what string, wrapped, message []byte) ([]byte, error) {
	seed, err := p.Unwrap(what, wrapped)
	if err != nil {
		return nil, err
	}
	if len(seed) != ed25519.SeedSize {
		return nil, ErrBadKey.With("place", what)
	}
	return ed25519.Sign(ed25519.NewKeyFromSeed(seed), message), nil
}

// private refuses a file of secrets that others can read.
func private(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("read keys: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return ErrReadable.With("file", path)
	}
	return nil
}

// replace writes a file so that there is always the old one or the new one,
// also after the power was cut.
func replace(path string, content []byte) error {
	half := path + ".new"
	f, err := os.OpenFile(half, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // beside a file the operator named
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(half, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Replace writes a secret file, readable by its owner only: the old one or the
// new one is there, also after the power was cut.
func Replace(path string, content []byte) error { return replace(path, content) }
