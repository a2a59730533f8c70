// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package id makes the identifiers of rows. People never see them: they see codes.
package id

import (
	"crypto/rand"
	"time"

	"github.com/google/uuid"
)

// New returns a UUIDv7: unique everywhere, and ordered by the time it was made.
func New() string { return uuid.Must(uuid.NewV7()).String() }

// Valid reports whether s has the one form New gives.
func Valid(s string) bool {
	u, err := uuid.Parse(s)
	return err == nil && u.String() == s
}

// The letters of a code that people read aloud and type: none looks or sounds
// like another.
const letters = "23456789ABCDEFGHJKMNPQRTUVWXY"

// Code returns n random letters. Twelve of them are more than 58 bits: enough
// that nobody guesses one through a door with a limit.
func Code(n int) string {
	code := make([]byte, 0, n)
	buf := make([]byte, 2*n)
	for len(code) < n {
		_, _ = rand.Read(buf) // never fails since Go 1.24
		for _, b := range buf {
			// 232 is the largest multiple of 29 in a byte: every letter is as likely as another.
			if b < 232 && len(code) < n {
				code = append(code, letters[int(b)%len(letters)])
			}
		}
	}
	return string(code)
}

// At returns a UUIDv7 as New would have made it at a moment: what comes from elsewhere
// takes its place among what was made here.
func At(t time.Time) string {
	u := uuid.New()
	milli := max(0, t.UnixMilli())
	for i := range 6 {
		u[i] = byte(milli >> (8 * (5 - i))) //nolint:gosec // one byte of it
	}
	u[6] = 0x70 | u[6]&0x0f
	return u.String()
}
