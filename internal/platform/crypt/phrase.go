// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package crypt

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"

	"golang.org/x/crypto/argon2"
)

// Stretch makes a key of n bytes from something a person remembers: argon2id
// with so many passes over so much memory (KiB), one lane.
func Stretch(secret, salt []byte, passes, memory, n uint32) []byte {
	return argon2.IDKey(secret, salt, passes, memory, 1, n)
}

// The cost of the passphrases of a bundle: nobody waits for it but an operator.
const (
	bundlePasses = 4
	bundleMemory = 128 * 1024 // KiB
)

// MinPhrase is the shortest passphrase of a bundle, in letters.
const MinPhrase = 16

// Bundle is everything secret of an installation, to be carried elsewhere.
type Bundle struct {
	Ring  []byte            `json:"ring"`  // version 1 of the ring's file with all keys, in clear
	Files map[string][]byte `json:"files"` // of the key folder, by name
}

// sealed is a bundle as it is kept.
type sealedBundle struct {
	Format int    `json:"tinhso_keys"`
	KDF    string `json:"kdf"`
	Passes uint32 `json:"passes"`
	Memory uint32 `json:"memory_kib"`
	Salt   []byte `json:"salt"`
	Sealed []byte `json:"sealed"`
}

// plainRing is the ring in a bundle.
type plainRing struct {
	file
	Plain map[string][]byte `json:"plain"`
	Index map[string][]byte `json:"plain_indexes"`
}

// Export returns the keys of the ring and further secret files, sealed under
// two passphrases that two people keep: one alone opens nothing.
func (k *Keys) Export(files map[string][]byte, first, second string) ([]byte, error) {
	secret, err := phrases(first, second)
	if err != nil {
		return nil, err
	}
	r := k.ring.Load()
	kept := plainRing{file: r.file, Plain: r.plain, Index: r.indexes}
	kept.Keys, kept.Indexes, kept.file.Index = nil, nil, nil
	ring, err := json.Marshal(kept)
	if err != nil {
		return nil, err
	}
	content, err := json.Marshal(Bundle{Ring: ring, Files: files})
	if err != nil {
		return nil, err
	}
	b := sealedBundle{Format: 1, KDF: "argon2id", Passes: bundlePasses, Memory: bundleMemory, Salt: random()}
	aead, err := b.aead(secret)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails since Go 1.24
	b.Sealed = aead.Seal(nonce, nonce, content, []byte(b.KDF))
	raw, err := json.MarshalIndent(b, "", "  ")
	return append(raw, '\n'), err
}

// Import opens a bundle and writes its ring to path, wrapped by p. It returns
// the further files for the caller to put in place. Where there is a ring
// already nothing is done.
func Import(bundle []byte, first, second, path string, p Provider) (files map[string][]byte, err error) {
	var b sealedBundle
	if err := json.Unmarshal(bundle, &b); err != nil || b.Format != 1 || b.KDF != "argon2id" ||
		b.Passes == 0 || b.Passes > 64 || b.Memory > 4<<20 || len(b.Sealed) < 12 {
		return nil, ErrNotABundle
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil, ErrRingExists.With("file", path)
	}
	secret, err := phrases(first, second)
	if err != nil {
		return nil, err
	}
	aead, err := b.aead(secret)
	if err != nil {
		return nil, err
	}
	content, err := aead.Open(nil, b.Sealed[:aead.NonceSize()], b.Sealed[aead.NonceSize():], []byte(b.KDF))
	if err != nil {
		return nil, ErrWrongPhrase
	}
	var open Bundle
	var kept plainRing
	if err := json.Unmarshal(content, &open); err != nil {
		return nil, ErrNotABundle
	}
	if err := json.Unmarshal(open.Ring, &kept); err != nil {
		return nil, ErrNotABundle
	}
	r := &ring{file: kept.file, plain: maps.Clone(kept.Plain), indexes: maps.Clone(kept.Index)}
	r.Version = 0 // nothing is wrapped yet
	return open.Files, r.write(path, p)
}

func (b sealedBundle) aead(secret []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(Stretch(secret, b.Salt, b.Passes, b.Memory, 32))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// phrases joins two passphrases so that neither can be moved into the other.
func phrases(first, second string) ([]byte, error) {
	if len([]rune(first)) < MinPhrase || len([]rune(second)) < MinPhrase {
		return nil, ErrShortPhrase.With("min", MinPhrase)
	}
	if first == second {
		return nil, ErrSamePhrase
	}
	secret := binary.BigEndian.AppendUint32(nil, uint32(len(first))) //nolint:gosec // a person has typed it
	return fmt.Append(secret, first, second), nil
}
