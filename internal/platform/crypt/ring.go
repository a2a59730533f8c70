// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package crypt

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/platform/lockfile"
)

// format is the version of the file that this program writes.
const format = 2

// file is the ring as it is kept. Version 1 holds keys in clear; since version
// 2 each is wrapped by the provider.
type file struct {
	Version    int               `json:"version,omitempty"`
	Generation int64             `json:"generation,omitempty"` // counts the changes
	Provider   Kind              `json:"provider,omitempty"`
	Wrapping   string            `json:"wrapping,omitempty"` // names the wrapping key
	Active     string            `json:"active"`
	Last       int               `json:"last,omitempty"` // number of the newest key there ever was: no name comes twice
	Keys       map[string][]byte `json:"keys"`
	Since      map[string]int64  `json:"since,omitempty"` // when a key was made, Unix seconds
	Index      []byte            `json:"index,omitempty"` // version 1: the one index key
	Indexes    map[string][]byte `json:"indexes,omitempty"`
	First      string            `json:"first_index,omitempty"` // the index key of a database that names none
}

// ring is what a file holds, opened.
type ring struct {
	file
	plain   map[string][]byte // by name; for keys in clear
	indexes map[string][]byte
	seal    map[string]cipher.AEAD
	stamp   string // of the file it was read from
}

const firstIndex = "i1"

// fresh returns a new ring.
func fresh() *ring {
	r := &ring{
		file:  file{Version: format, Generation: 1, Active: "k1", Last: 1, First: firstIndex, Since: map[string]int64{}},
		plain: map[string][]byte{"k1": random()}, indexes: map[string][]byte{firstIndex: random()},
	}
	return r
}

// what names a key where it is wrapped, so that none is taken for another.
func what(name string) string { return "tinhso/ring/" + name }

func read(path string, p Provider) (*ring, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoRing.With("file", path).Because(err)
	}
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	if err := private(path); err != nil {
		return nil, err
	}
	raw, err := os.ReadFile(path) //nolint:gosec // the operator named it in the configuration
	if err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	r := &ring{stamp: stampOf(info)}
	if err := json.Unmarshal(raw, &r.file); err != nil {
		return nil, ErrNotARing.With("file", path) // the cause could show a key
	}
	switch {
	case r.Version > format:
		return nil, ErrNewer.With("version", r.Version)
	case r.Version < format:
		r.plain, r.indexes = r.Keys, map[string][]byte{firstIndex: r.Index}
		r.First, r.Last = firstIndex, max(r.Last, 1)
		return r, r.ready()
	case r.Provider != p.Kind():
		return nil, ErrOther.With("is", string(r.Provider)).With("configured", string(p.Kind()))
	}
	if r.plain, err = unwrap(p, r.Keys); err != nil {
		return nil, err
	}
	if r.indexes, err = unwrap(p, r.Indexes); err != nil {
		return nil, err
	}
	return r, r.ready()
}

func unwrap(p Provider, wrapped map[string][]byte) (map[string][]byte, error) {
	plain := make(map[string][]byte, len(wrapped))
	for _, name := range slices.Sorted(maps.Keys(wrapped)) {
		key, err := p.Unwrap(what(name), wrapped[name])
		if err != nil {
			return nil, err
		}
		plain[name] = key
	}
	return plain, nil
}

// write wraps what is not wrapped by p yet, and replaces the file.
func (r *ring) write(path string, p Provider) error {
	id, err := p.ID()
	if err != nil {
		return err
	}
	again := r.Provider != p.Kind() || r.Wrapping != id || r.Version != format
	wrap := func(plain, before map[string][]byte) (map[string][]byte, error) {
		wrapped := make(map[string][]byte, len(plain))
		for name, key := range plain {
			if before[name] != nil && !again {
				wrapped[name] = before[name]
				continue
			}
			w, err := p.Wrap(what(name), key)
			if err != nil {
				return nil, err
			}
			back, err := p.Unwrap(what(name), w) // a provider that cannot undo it would lose everything
			if err != nil {
				return nil, err
			}
			if string(back) != string(key) {
				return nil, ErrWrongKey.With("provider", string(p.Kind()))
			}
			wrapped[name] = w
		}
		return wrapped, nil
	}
	if r.Keys, err = wrap(r.plain, r.Keys); err != nil {
		return err
	}
	if r.Indexes, err = wrap(r.indexes, r.Indexes); err != nil {
		return err
	}
	r.Version, r.Provider, r.Wrapping, r.Index = format, p.Kind(), id, nil
	raw, err := json.MarshalIndent(r.file, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("write keys: %w", err)
	}
	if err := replace(path, append(raw, '\n')); err != nil {
		return fmt.Errorf("write keys: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	r.stamp = stampOf(info)
	return r.ready()
}

// ready makes the ciphers, and refuses a ring that is not whole.
func (r *ring) ready() error {
	r.seal = map[string]cipher.AEAD{}
	for name, key := range r.indexes {
		if len(key) < 32 {
			return fmt.Errorf("read keys: the index key %q is shorter than 32 bytes", name)
		}
	}
	if r.indexes[r.First] == nil {
		return fmt.Errorf("read keys: the index key %q is missing", r.First)
	}
	for name, key := range r.plain {
		// Names fill whole groups of base64, so that SQL can tell the key of a value by how it begins.
		if len(key) != 32 || name == "" || len(name) > 200 || (len(name)+1)%3 != 0 {
			return fmt.Errorf("read keys: key %q is not 32 bytes long or has no proper name", name)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return err
		}
		if r.seal[name], err = cipher.NewGCM(block); err != nil {
			return err
		}
	}
	if r.seal[r.Active] == nil {
		return fmt.Errorf("read keys: the active key %q is missing", r.Active)
	}
	return nil
}

func stampOf(info fs.FileInfo) string {
	return strconv.FormatInt(info.ModTime().UnixNano(), 36) + " " + strconv.FormatInt(info.Size(), 36)
}

// change lets f change the ring that is on the disk, alone of all processes of
// this machine, and puts the result in force here.
func (k *Keys) change(p Provider, f func(*ring) error) error {
	moving := p != nil
	if !moving {
		p = k.provider()
	}
	if k.path == "" {
		return ErrKeepNothing
	}
	lock, err := lockfile.Wait(k.path+".lock", "a change of the keys")
	if err != nil {
		return err
	}
	defer func() { _ = lock.Release() }()
	r, err := read(k.path, k.provider())
	if err != nil {
		return err
	}
	if r.Version < format && !moving {
		return ErrPlain
	}
	if err := f(r); err != nil {
		return err
	}
	r.Generation++
	if err := r.write(k.path, p); err != nil {
		return err
	}
	k.ring.Store(r)
	return nil
}

// Prepare adds a key that does not seal yet and returns its name. One that was
// prepared before and has not sealed anything is returned again.
func (k *Keys) Prepare(now time.Time) (name string, err error) {
	r := k.ring.Load()
	newest := ""
	for n := range r.plain {
		if newest == "" || number(n) > number(newest) {
			newest = n
		}
	}
	if number(newest) > number(r.Active) {
		return newest, nil
	}
	err = k.change(nil, func(r *ring) error {
		r.Last++
		name = fmt.Sprintf("k%04d", r.Last)
		r.plain[name] = random()
		if r.Since == nil {
			r.Since = map[string]int64{}
		}
		r.Since[name] = now.Unix()
		return nil
	})
	return name, err
}

func number(name string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(name, "k")) // another name is older than all
	return n
}

// Activate lets a key of the ring seal from now on.
func (k *Keys) Activate(name string) error {
	return k.change(nil, func(r *ring) error {
		if r.plain[name] == nil {
			return ErrKeyUnknown.With("key", name)
		}
		r.Active = name
		return nil
	})
}

// Retire removes a key. The caller knows that nothing is sealed with it.
func (k *Keys) Retire(name string) error {
	return k.change(nil, func(r *ring) error {
		switch {
		case r.plain[name] == nil:
			return ErrKeyUnknown.With("key", name)
		case r.Active == name:
			return ErrKeyActive.With("key", name)
		}
		delete(r.plain, name)
		delete(r.Since, name)
		return nil
	})
}

// PrepareIndex adds a key for search hashes, or returns the one of that was
// added and is not in use. UseIndex puts it in force.
func (k *Keys) PrepareIndex() (name string, err error) {
	r, now := k.ring.Load(), k.IndexKey()
	for _, n := range slices.Sorted(maps.Keys(r.indexes)) {
		if numberOfIndex(n) > numberOfIndex(now) {
			return n, nil
		}
	}
	err = k.change(nil, func(r *ring) error {
		last := 0
		for n := range r.indexes {
			last = max(last, numberOfIndex(n))
		}
		name = "i" + strconv.Itoa(last+1)
		r.indexes[name] = random()
		return nil
	})
	return name, err
}

func numberOfIndex(name string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(name, "i"))
	return n
}

// Move wraps all keys with another provider.
func (k *Keys) Move(to Provider) error {
	if err := k.change(to, func(*ring) error { return nil }); err != nil {
		return err
	}
	k.by.Store(&to)
	return nil
}

// Reload reads the ring again if the file has changed, and reports whether it
// has. A file that cannot be read leaves the ring as it was.
func (k *Keys) Reload() (bool, error) {
	if k.path == "" {
		return false, nil
	}
	info, err := os.Stat(k.path)
	if err != nil {
		return false, fmt.Errorf("read keys: %w", err)
	}
	if stampOf(info) == k.ring.Load().stamp {
		return false, nil
	}
	r, err := read(k.path, k.provider())
	if err != nil {
		return false, err
	}
	k.ring.Store(r)
	return true, nil
}
