// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// The cost of a password: argon2id with 19 MiB and two passes, the least that
// OWASP recommends. It is never lowered under load; those who come wait.
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

// hasher bounds how many passwords are worked on at once, and so the memory.
type hasher struct{ turns chan struct{} }

func newHasher() *hasher { return &hasher{turns: make(chan struct{}, max(2, runtime.GOMAXPROCS(0)))} }

func (h *hasher) key(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case h.turns <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.turns }()
	return crypt.Stretch([]byte(text.NFC(password)), salt, passwordTime, passwordMemory, passwordLength), nil
}

// HashPassword returns what is kept of a password. It is slow on purpose: call
// it outside transactions.
func (d *Directory) HashPassword(ctx context.Context, password string) (string, error) {
	if len([]rune(password)) < MinPassword {
		return "", ErrPasswordShort.With("min", MinPassword)
	}
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails since Go 1.24
	key, err := d.hash.key(ctx, password, salt)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argonVersion, passwordMemory, passwordTime,
		b64.EncodeToString(salt), b64.EncodeToString(key)), nil
}

// checkPassword reports whether the password is the one that was hashed. An
// empty hash takes as long as any: nobody learns which logins exist.
func (d *Directory) checkPassword(ctx context.Context, password, hash string) (bool, error) {
	parts := strings.Split(hash, "$")
	salt, want := make([]byte, 16), []byte(nil)
	known := len(parts) == 6
	if known {
		b64 := base64.RawStdEncoding
		var err error
		if salt, err = b64.DecodeString(parts[4]); err != nil {
			return false, err
		}
		if want, err = b64.DecodeString(parts[5]); err != nil {
			return false, err
		}
	}
	got, err := d.hash.key(ctx, password, salt)
	return known && subtle.ConstantTimeCompare(got, want) == 1, err
}
