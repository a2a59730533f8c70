// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package crypt keeps personal identifiers unreadable in the database and its
// backups: values are sealed with AES-256-GCM and found by a keyed hash. The
// keys live in a file outside both. It is not the signing of documents.
package crypt

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrUnreadable means that a sealed value was changed, moved to another row or
// sealed with a key this ring does not hold.
var ErrUnreadable = errors.New("crypt: the sealed value cannot be opened")

// Keys is a ring of keys: one seals, all of them open.
type Keys struct {
	active string
	seal   map[string]cipher.AEAD
	index  []byte
}

// file is the ring as it is kept: keys in base64, by their id.
type file struct {
	Active string            `json:"active"`
	Keys   map[string][]byte `json:"keys"`
	Index  []byte            `json:"index"`
}

// Load reads the ring kept at path. The file must be readable by its owner only.
func Load(path string) (*Keys, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("read keys: %s is readable by others: chmod 600 it", path)
	}
	raw, err := os.ReadFile(path) //nolint:gosec // the operator named it in the configuration
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	var f file
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("read keys: %s is not a key file", path) // the cause could show a key
	}
	return open(f)
}

// LoadOrCreate reads the ring kept at path, and makes one where there is none.
func LoadOrCreate(path string) (*Keys, error) {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return Load(path)
	}
	f := file{Active: "k1", Keys: map[string][]byte{"k1": random()}, Index: random()}
	raw, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make keys: %w", err)
	}
	if err := os.WriteFile(path, append(raw, '\n'), 0o600); err != nil {
		return nil, fmt.Errorf("make keys: %w", err)
	}
	return open(f)
}

// Ephemeral returns a ring that is kept nowhere: for tests.
func Ephemeral() *Keys {
	k, err := open(file{Active: "t", Keys: map[string][]byte{"t": random()}, Index: random()})
	if err != nil {
		panic(err) // 32 random bytes are a key
	}
	return k
}

func open(f file) (*Keys, error) {
	k := &Keys{active: f.Active, seal: map[string]cipher.AEAD{}, index: f.Index}
	if len(f.Index) < 32 {
		return nil, errors.New("read keys: the index key is shorter than 32 bytes")
	}
	for name, key := range f.Keys {
		if len(key) != 32 || name == "" || len(name) > 255 {
			return nil, fmt.Errorf("read keys: key %q is not 32 bytes long", name)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		if k.seal[name], err = cipher.NewGCM(block); err != nil {
			return nil, err
		}
	}
	if k.seal[k.active] == nil {
		return nil, fmt.Errorf("read keys: the active key %q is missing", k.active)
	}
	return k, nil
}

func random() []byte {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return b
}

// Seal encrypts plain for one column of one row: moved elsewhere it does not
// open. The result names its key: a byte with the length of the name, then name, nonce, ciphertext.
func (k *Keys) Seal(table, column, row string, plain []byte) []byte {
	aead := k.seal[k.active]
	out := append([]byte{byte(len(k.active))}, k.active...) //nolint:gosec // open refuses names longer than 255
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce)
	out = append(out, nonce...)
	return aead.Seal(out, nonce, plain, place(table, column, row))
}

// Open decrypts what Seal made for the same place.
func (k *Keys) Open(table, column, row string, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 || len(sealed) < 1+int(sealed[0]) {
		return nil, ErrUnreadable
	}
	rest := sealed[1+sealed[0]:]
	aead := k.seal[string(sealed[1:1+sealed[0]])]
	if aead == nil || len(rest) < aead.NonceSize() {
		return nil, ErrUnreadable
	}
	plain, err := aead.Open(nil, rest[:aead.NonceSize()], rest[aead.NonceSize():], place(table, column, row))
	if err != nil {
		return nil, ErrUnreadable
	}
	return plain, nil
}

// SealText seals a string; an empty one stays empty.
func (k *Keys) SealText(table, column, row, plain string) string {
	if plain == "" {
		return ""
	}
	return base64.RawStdEncoding.EncodeToString(k.Seal(table, column, row, []byte(plain)))
}

// OpenText opens what SealText made.
func (k *Keys) OpenText(table, column, row, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil {
		return "", ErrUnreadable
	}
	plain, err := k.Open(table, column, row, raw)
	return string(plain), err
}

// Index returns what a value is found by: equal values of a domain ("person
// number", "phone") have equal indexes, and nobody without the key can try
// values. Empty stays empty.
func (k *Keys) Index(domain, value string) string {
	if value == "" {
		return ""
	}
	mac := hmac.New(sha256.New, k.index)
	_, _ = mac.Write([]byte(domain + "\x00" + value)) // a hash does not fail
	return hex.EncodeToString(mac.Sum(nil)[:20])
}

// String keeps keys out of logs.
func (k *Keys) String() string { return "keys[" + strings.Repeat("*", len(k.seal)) + "]" }

func place(table, column, row string) []byte { return []byte(table + "\x00" + column + "\x00" + row) }
