// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package crypt keeps personal identifiers unreadable in the database and its
// backups: values are sealed with AES-256-GCM and found by a keyed hash. The
// keys live in a file outside both, each wrapped by a key that a provider holds
// (a file, the environment, a hardware module). It is not the signing of documents.
package crypt

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"tinhso.vn/internal/platform/lockfile"
)

// ErrUnreadable means that a sealed value was changed, moved to another row or
// sealed with a key this ring does not hold.
var ErrUnreadable = errors.New("crypt: the sealed value cannot be opened")

// Keys is a ring of keys: one seals, all of them open. It may be used by many
// at once, and changes under them when the keys are rotated.
type Keys struct {
	path  string // empty: kept nowhere
	by    atomic.Pointer[Provider]
	ring  atomic.Pointer[ring]
	index atomic.Pointer[string] // nil: the first
}

// WrappingFile is the name of the wrapping key of the provider "file".
const WrappingFile = "wrapping.key"

// Load reads the ring kept at path, with the wrapping key beside it.
func Load(path string) (*Keys, error) { return load(path, false) }

// LoadOrCreate reads the ring kept at path, and makes one where there is none.
func LoadOrCreate(path string) (*Keys, error) { return load(path, true) }

func load(path string, create bool) (*Keys, error) {
	p, err := FileProvider(filepath.Join(filepath.Dir(path), WrappingFile), create)
	if errors.Is(err, ErrNoKey) && isPlain(path) {
		p, err = local{kind: InFile}, nil // a ring of the first version needs none, and is moved before it changes
	}
	if err != nil {
		return nil, err
	}
	return Open(path, p, create)
}

// isPlain reports whether the ring at path is of the first version, which no
// provider wraps.
func isPlain(path string) bool {
	r, err := read(path, local{})
	return err == nil && r.Version < format
}

// Open reads the ring kept at path, wrapped by p; with create it makes one where
// there is none. Rings of the first version, which hold keys in clear, open with
// any provider until they are moved.
func Open(path string, p Provider, create bool) (*Keys, error) {
	k := &Keys{path: path}
	k.by.Store(&p)
	if _, err := os.Stat(path); create && errors.Is(err, fs.ErrNotExist) {
		lock, err := lockfile.Wait(path+".lock", "the making of the keys")
		if err != nil {
			return nil, err
		}
		defer func() { _ = lock.Release() }()
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) { // nobody was faster
			if err := fresh().write(path, p); err != nil {
				return nil, err
			}
		}
	}
	r, err := read(path, p)
	if err != nil {
		return nil, err
	}
	k.ring.Store(r)
	return k, nil
}

// Ephemeral returns a ring that is kept nowhere: for tests.
func Ephemeral() *Keys {
	r := fresh()
	if err := r.ready(); err != nil {
		panic(err) // 32 random bytes are a key
	}
	k := &Keys{}
	k.ring.Store(r)
	return k
}

func (k *Keys) provider() Provider {
	if p := k.by.Load(); p != nil {
		return *p
	}
	return nil
}

func random() []byte {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return b
}

// Key is what may be known of a key of the ring.
type Key struct {
	Name   string
	Active bool
	Since  time.Time // when it was made; zero: unknown
}

// List returns the keys of the ring, the oldest first.
func (k *Keys) List() (all []Key) {
	r := k.ring.Load()
	names := slices.Sorted(maps.Keys(r.plain))
	slices.SortStableFunc(names, func(a, b string) int { return number(a) - number(b) })
	for _, name := range names {
		key := Key{Name: name, Active: name == r.Active}
		if at := r.Since[name]; at > 0 {
			key.Since = time.Unix(at, 0).UTC()
		}
		all = append(all, key)
	}
	return all
}

// Active returns the name of the key that seals.
func (k *Keys) Active() string { return k.ring.Load().Active }

// Generation counts the changes of the ring; processes that agree on it agree on
// which keys there are and which of them seals.
func (k *Keys) Generation() int64 { return k.ring.Load().Generation }

// Provider returns by what the ring is wrapped; false where its keys still lie
// in clear, as in the first version.
func (k *Keys) Provider() (kind Kind, wrapped bool) {
	r := k.ring.Load()
	return r.Provider, r.Version >= format
}

// Prefix is how every text that SealText makes with a key begins.
func Prefix(key string) string {
	return base64.RawStdEncoding.EncodeToString(append([]byte{byte(len(key))}, key...)) //nolint:gosec // ready refuses long names
}

// Seal encrypts plain for one column of one row: moved elsewhere it does not
// open. The result names its key: a byte with the length of the name, then name, nonce, ciphertext.
func (k *Keys) Seal(table, column, row string, plain []byte) []byte {
	r := k.ring.Load()
	aead := r.seal[r.Active]
	out := append([]byte{byte(len(r.Active))}, r.Active...) //nolint:gosec // ready refuses long names
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
	aead := k.ring.Load().seal[string(sealed[1:1+sealed[0]])]
	if aead == nil { // another process may have added it a moment ago
		if changed, err := k.Reload(); err == nil && changed {
			aead = k.ring.Load().seal[string(sealed[1:1+sealed[0]])]
		}
	}
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
	return indexed(k.ring.Load().indexes[k.IndexKey()], domain, value)
}

// IndexKey returns the name of the index key in force.
func (k *Keys) IndexKey() string {
	if name := k.index.Load(); name != nil {
		return *name
	}
	return k.ring.Load().First
}

// UseIndex puts an index key in force: the one by which the hashes of the
// database were computed. Empty is the first.
func (k *Keys) UseIndex(name string) error {
	if name == "" {
		k.index.Store(nil)
		return nil
	}
	if k.ring.Load().indexes[name] == nil {
		if _, err := k.Reload(); err != nil {
			return err
		}
	}
	if k.ring.Load().indexes[name] == nil {
		return ErrKeyUnknown.With("key", name)
	}
	k.index.Store(&name)
	return nil
}

// IndexWith is Index under a key of the ring that need not be in force.
func (k *Keys) IndexWith(key, domain, value string) string {
	if value == "" {
		return ""
	}
	return indexed(k.ring.Load().indexes[key], domain, value)
}

func indexed(key []byte, domain, value string) string {
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write([]byte(domain + "\x00" + value)) // a hash does not fail
	return hex.EncodeToString(mac.Sum(nil)[:20])
}

// String keeps keys out of logs.
func (k *Keys) String() string { return "keys[" + strings.Repeat("*", len(k.ring.Load().plain)) + "]" }

// GoString keeps keys out of logs.
func (k *Keys) GoString() string { return k.String() }

func place(table, column, row string) []byte { return []byte(table + "\x00" + column + "\x00" + row) }
