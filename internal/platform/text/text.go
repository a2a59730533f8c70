// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package text is the one place that knows how Vietnamese is compared, searched
// and sorted. The database never does any of it.
package text

import (
	"bytes"
	"encoding/hex"
	"strings"
	"unicode"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// NFC returns s composed, without control characters other than line feeds and
// tabs, and without white space around it. Every input goes through it.
func NFC(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\u00A0':
			return ' '
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r):
			return -1 // also the marks that turn text around
		}
		return r
	}, s)
	return strings.TrimSpace(norm.NFC.String(s))
}

// Line is NFC for input of one line: runs of white space become one space.
func Line(s string) string { return strings.Join(strings.Fields(NFC(s)), " ") }

// ASCII returns s without its marks: "Đặng" becomes "Dang". đ has no
// decomposition and is replaced by hand.
func ASCII(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(norm.NFC.String(s)) {
		switch {
		case r == 'đ':
			b.WriteByte('d')
		case r == 'Đ':
			b.WriteByte('D')
		case !unicode.Is(unicode.Mn, r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Fold returns the form of s under which it is found: no marks, lower case,
// letters and digits only, single spaces.
func Fold(s string) string {
	s = strings.ToLower(ASCII(s))
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}

// CollationKey returns a key whose byte order is the Vietnamese order of s.
func CollationKey(s string) string {
	c, buf := collate.New(language.Vietnamese), collate.Buffer{}
	return hex.EncodeToString(bytes.TrimRight(c.KeyFromString(&buf, Line(s)), "\x00"))
}

// CollationKeys is CollationKey for many texts, at a fraction of the cost of each.
func CollationKeys(all []string) []string {
	c, keys, buf := collate.New(language.Vietnamese), make([]string, len(all)), collate.Buffer{}
	for i, s := range all {
		buf.Reset()
		keys[i] = hex.EncodeToString(bytes.TrimRight(c.KeyFromString(&buf, Line(s)), "\x00"))
	}
	return keys
}

// Collator returns what compares texts in the Vietnamese order. It makes the key of a
// text once: making one takes as long as a small query. It is for one use, not for many at once.
func Collator() func(a, b string) int {
	c, known, buf := collate.New(language.Vietnamese), map[string]string{}, collate.Buffer{}
	key := func(s string) string {
		k, there := known[s]
		if !there {
			buf.Reset()
			k = string(c.KeyFromString(&buf, Line(s)))
			known[s] = k
		}
		return k
	}
	return func(a, b string) int { return strings.Compare(key(a), key(b)) }
}

// PersonKey is CollationKey for the name of a person: people are sorted by
// given name, which stands last.
func PersonKey(name string) string {
	words := strings.Fields(name)
	if n := len(words); n > 1 {
		words = append([]string{words[n-1]}, words[:n-1]...)
	}
	return CollationKey(strings.Join(words, " "))
}
