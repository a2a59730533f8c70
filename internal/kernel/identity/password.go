// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// The cost of a password: argon2id with 19 MiB and two passes, the least that
// OWASP recommends, and the least here. A pack may ask for more. It is never
// lowered under load; those who come wait.
const (
	passwordTime   = 2
	passwordMemory = 19 * 1024 // KiB
	passwordLength = 32
	argonVersion   = 0x13
)

// MinPassword is the shortest password without a second factor (domain facts F.3).
const MinPassword = 14

// ErrPasswordShort refuses a password below MinPassword.
var ErrPasswordShort = errs.New(errs.Invalid, "identity.password_short")

// cost is what a password costs to compute, and to guess.
type cost struct{ passes, memory uint32 }

// hasher bounds how many passwords are worked on at once, and so the memory.
type hasher struct {
	turns *queue
	cost  cost
}

// Eight computations take 152 MiB. More than four thousand who wait would wait
// longer than a browser does.
const (
	mostTurns   = 8
	mostWaiting = 4000
)

func turnsFor(processors int) int { return min(max(1, processors), mostTurns) }

// turnsAt is how many are worked on at once at a cost: dearer ones take no more
// memory together.
func turnsAt(c cost, processors int) int {
	return max(1, min(turnsFor(processors), mostTurns*passwordMemory/int(c.memory)))
}

func newHasher(c cost) *hasher {
	return &hasher{turns: newQueue(turnsAt(c, runtime.GOMAXPROCS(0)), mostWaiting), cost: c}
}

// UseCost makes what a password costs from now on dearer than the least: passes,
// and MiB of memory. What is less than the least counts as the least. Hashes of
// before are made anew when their owners sign in. Call it while the program is put
// together: it is not safe beside requests.
func (d *Directory) UseCost(passes, memory int) {
	d.hash = newHasher(cost{max(passwordTime, uint32(passes)), max(passwordMemory, uint32(memory)*1024)}) //nolint:gosec // packs bound both
}

func (h *hasher) key(ctx context.Context, password string, salt []byte, c cost, r row) ([]byte, error) {
	if err := h.turns.enter(ctx, r); err != nil {
		return nil, err
	}
	defer h.turns.leave()
	return crypt.Stretch([]byte(text.NFC(password)), salt, c.passes, c.memory, passwordLength), nil
}

// HashPassword returns what is kept of a password of at least MinPassword. It is
// slow on purpose: call it outside transactions.
func (d *Directory) HashPassword(ctx context.Context, password string) (string, error) {
	if len([]rune(password)) < MinPassword {
		return "", ErrPasswordShort.With("min", MinPassword)
	}
	return d.Hash(ctx, password)
}

// Hash is HashPassword for a password that the rules of its account have let
// pass, which may be shorter where there is a second factor.
func (d *Directory) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt)                                            // never fails since Go 1.24
	key, err := d.hash.key(ctx, password, salt, d.hash.cost, friends) // who makes one has proved who it is
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argonVersion, d.hash.cost.memory, d.hash.cost.passes,
		b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

var errHash = errors.New("what is kept of a password has not the shape of one")

// kept is what a hash is made of.
type kept struct {
	cost      cost
	salt, key []byte
}

func parseHash(hash string) (k kept, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return k, errHash
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=1", &k.cost.memory, &k.cost.passes); n != 2 || err != nil {
		return k, errHash
	}
	if k.cost.passes < 1 || k.cost.memory < 8 || k.cost.memory > 16*passwordMemory {
		return k, errHash
	}
	b64 := base64.RawStdEncoding
	if k.salt, err = b64.DecodeString(parts[4]); err != nil {
		return k, errHash
	}
	if k.key, err = b64.DecodeString(parts[5]); err != nil {
		return k, errHash
	}
	return k, nil
}

// checkPassword reports whether the password is the one that was hashed, and
// whether that hash is cheaper than those made today. An empty hash takes as
// long as any: nobody learns which logins exist.
func (d *Directory) checkPassword(ctx context.Context, password, hash string, r row) (ok, cheap bool, err error) {
	k := kept{cost: d.hash.cost, salt: make([]byte, 16)}
	if hash != "" {
		if k, err = parseHash(hash); err != nil {
			return false, false, err
		}
	}
	got, err := d.hash.key(ctx, password, k.salt, k.cost, r)
	ok = hash != "" && subtle.ConstantTimeCompare(got, k.key) == 1
	return ok, ok && (k.cost.memory < d.hash.cost.memory || k.cost.passes < d.hash.cost.passes), err
}
