// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package identity

import (
	"regexp"
	"strings"
	"unicode"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Strength says how hard a password is to guess, in three words.
type Strength string

// The strengths.
const (
	Weak   Strength = "weak"
	Fair   Strength = "fair"
	Strong Strength = "strong"
)

// A password is judged by what is left of it when all that everybody tries first
// has been taken for a single sign: words of passwords and of this office, rows
// of the keyboard, runs, years, dates. No list of stolen passwords is needed:
// what stands in such lists is mostly made of these.
const (
	fairLeft   = 8
	strongLeft = 14
)

// StrengthOf judges a password for a person about whom these texts are known.
func StrengthOf(password string, personal ...string) Strength {
	switch left := remains(password, personal); {
	case left < fairLeft:
		return Weak
	case left < strongLeft:
		return Fair
	}
	return Strong
}

// CheckPasswordRule reports every problem of a new password under a rule, with
// the given field name. Strong says that the account has a second factor.
// Personal are texts known about its person: login, name, phone.
func (r PasswordRule) CheckPasswordRule(field, password string, factor bool, personal ...string) (fields []errs.Field) {
	add := func(code string, args map[string]any) {
		fields = append(fields, errs.Field{Name: field, Code: code, Args: args})
	}
	least, classes := r.Min, r.Classes
	if factor && r.MinWithFactor > 0 {
		least, classes = r.MinWithFactor, 0
	}
	if n := len([]rune(text.NFC(password))); n < least {
		add("identity.password_short", map[string]any{"min": least})
	}
	if classesOf(password) < classes {
		add("identity.password_classes", map[string]any{"classes": classes})
	}
	for _, p := range personal {
		if p = plain(p); len(p) >= 4 && strings.Contains(plain(password), p) {
			add("identity.password_personal", nil)
			break
		}
	}
	if len(fields) == 0 && remains(password, personal) < min(least/2, fairLeft) {
		add("identity.password_common", nil)
	}
	return fields
}

// classesOf counts which of small letters, capitals, digits and others there are.
func classesOf(s string) int {
	var found [4]int
	for _, r := range s {
		switch {
		case unicode.IsLower(r):
			found[0] = 1
		case unicode.IsUpper(r):
			found[1] = 1
		case unicode.IsDigit(r):
			found[2] = 1
		default:
			found[3] = 1
		}
	}
	return found[0] + found[1] + found[2] + found[3]
}

// plain is a text without case, marks, spaces and the signs that stand for letters.
func plain(s string) string {
	s = strings.NewReplacer("@", "a", "$", "s", "0", "o", "1", "i", "3", "e", "!", "i").Replace(strings.ToLower(text.NFC(s)))
	var b strings.Builder
	for _, r := range text.Fold(s) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// remains is how many signs of a password nobody would try first: as it stands,
// or with the signs read as the letters they stand for, whichever is less.
func remains(password string, personal []string) int {
	known := append(firstTried(), personal...)
	return min(left(text.Fold(password), known, text.Fold), left(plain(password), known, plain))
}

func left(s string, known []string, as func(string) string) int {
	for _, k := range known {
		k = as(k)
		for _, word := range []string{k, strings.ReplaceAll(k, " ", "")} {
			if len(word) >= 3 {
				s = strings.ReplaceAll(s, word, "\x00")
			}
		}
	}
	s = regexp.MustCompile(`(0?[1-9]|[12]\d|3[01])[-/.]?(0?[1-9]|1[0-2])[-/.]?(19|20)\d\d|(19|20)\d\d`).ReplaceAllString(s, "\x00")
	return len(collapse([]rune(s)))
}

// rows are the keys as they lie, and the orders everybody knows.
func rows() []string {
	return []string{"qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "0987654321", "abcdefghijklmnopqrstuvwxyz", "qazwsxedcrfv", "zyxwvutsrqponmlkjihgfedcba", "poiuytrewq", "lkjhgfdsa"}
}

// collapse takes runs of the same sign, and parts of a row, for one sign.
func collapse(s []rune) (left []rune) {
	for i := 0; i < len(s); {
		n := 1
		for i+n < len(s) && s[i+n] == s[i] {
			n++
		}
		if n < 3 {
			n = 1
			for _, row := range rows() {
				k := 4
				for i+k <= len(s) && strings.Contains(row, string(s[i:i+k])) {
					n = max(n, k)
					k++
				}
			}
		}
		left = append(left, s[i])
		i += n
	}
	return left
}

// firstTried are words that people in an office take for a password.
func firstTried() []string {
	return []string{
		"matkhau", "mat khau", "mat-khau", "password", "passw0rd", "pass word", "admin", "quantri", "quan tri", "tinhso", "demo", "vietnam", "viet nam",
		"ubnd", "uy ban", "mot cua", "motcua", "ho so", "hoso", "dich vu cong", "dichvucong", "can bo", "canbo", "lanh dao", "lanhdao",
		"welcome", "letmein", "xin chao", "xinchao", "toi yeu", "anh yeu em", "iloveyou", "bac ho", "giai phong", "hanoi", "ha noi", "sai gon", "saigon",
	}
}
