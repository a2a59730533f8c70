// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// tcvn3Letters are the letters from 0xA1 to 0xFE of TCVN 5712:1993, VN3; those
// that it leaves out are spaces here. Capitals with a tone have none: fonts of
// capitals show the small ones.
const tcvn3Letters = "ĂÂÊÔƠƯĐăâêôơưđ      àảãáạ ằẳẵắ       ặầẩẫấậè ẻẽéẹềểễếệìỉ   ĩíịò ỏõóọồổỗốộờởỡớợù ủũúụừửữứựỳỷỹýỵ"

// TCVN3Letters returns what TCVN3 takes a letter for; other letters stay.
func TCVN3Letters() func(r rune) rune {
	letters := []rune(tcvn3Letters)
	return func(r rune) rune {
		if r < 0xA1 || r > 0xFE || letters[r-0xA1] == ' ' {
			return r
		}
		return letters[r-0xA1]
	}
}

// FromTCVN3 turns letters that a font of TCVN3 (.VnTime) shows into those that
// they mean. The letters are bytes as Latin-1 or windows-1252 show them.
func FromTCVN3(s string) string { return norm.NFC.String(strings.Map(TCVN3Letters(), s)) }

// FromTCVN3Capitals is FromTCVN3 for fonts of capitals (.VnTimeH), which show small
// letters as capitals.
func FromTCVN3Capitals(s string) string {
	return norm.NFC.String(strings.ToUpper(FromTCVN3(s)))
}

// vniAlone are letters of VNI Windows that stand for themselves.
func vniAlone() map[rune]rune {
	return map[rune]rune{
		'æ': 'ỉ', 'ó': 'ĩ', 'ò': 'ị', 'ñ': 'đ', 'ô': 'ơ', 'ö': 'ư', 'î': 'ỵ', 'í': 'í', 'ì': 'ì',
		'Æ': 'Ỉ', 'Ó': 'Ĩ', 'Ò': 'Ị', 'Ñ': 'Đ', 'Ô': 'Ơ', 'Ö': 'Ư', 'Î': 'Ỵ', 'Í': 'Í', 'Ì': 'Ì',
	}
}

// vniMarks are the letters of VNI Windows that put marks on the one before, as
// combining marks: a tone, or a circumflex or breve with or without one.
func vniMarks() map[rune]string {
	const grave, acute, circumflex, tilde, breve, hook, dot = "\u0300", "\u0301", "\u0302", "\u0303", "\u0306", "\u0309", "\u0323"
	return map[rune]string{
		'ù': acute, 'ø': grave, 'û': hook, 'õ': tilde, 'ï': dot,
		'â': circumflex, 'á': circumflex + acute, 'à': circumflex + grave, 'å': circumflex + hook, 'ã': circumflex + tilde, 'ä': circumflex + dot,
		'ê': breve, 'é': breve + acute, 'è': breve + grave, 'ú': breve + hook, 'ü': breve + tilde, 'ë': breve + dot,
	}
}

// FromVNI turns letters that a font of VNI Windows (VNI-Times) shows into those that
// they mean. Capitals carry capital marks: "AÙ" is Á.
func FromVNI(s string) string {
	alone, marks := vniAlone(), vniMarks()
	var b strings.Builder
	bears := "" // what the letter before may carry: a mark only stands behind a vowel
	for _, r := range s {
		small := unicode.ToLower(r)
		if m, ok := marks[small]; ok && carries(bears, m) {
			b.WriteString(m)
			bears = ""
			continue
		}
		meant, ok := alone[r]
		if !ok {
			meant = r
		}
		b.WriteRune(meant)
		bears = string(unicode.ToLower(meant))
	}
	return norm.NFC.String(b.String())
}

// carries reports whether a vowel takes the marks: breves stand on a alone,
// circumflexes on a, e and o, tones on every vowel.
func carries(vowel, marks string) bool {
	switch {
	case vowel == "" || !strings.Contains("aeiouyơư", vowel):
		return false
	case strings.HasPrefix(marks, "\u0306"):
		return vowel == "a"
	case strings.HasPrefix(marks, "\u0302"):
		return vowel == "a" || vowel == "e" || vowel == "o"
	}
	return true
}

// Latin reads bytes as Latin-1: each is the letter of its number.
func Latin(b []byte) string {
	letters := make([]rune, len(b))
	for i, c := range b {
		letters[i] = rune(c)
	}
	return string(letters)
}
