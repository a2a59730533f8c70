// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package sheettest makes files as offices send them, for the tests of whoever
// reads sheets. It is not a way to write files for people.
package sheettest

import (
	"testing"
	"unicode"

	"golang.org/x/text/encoding/charmap"
	xunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"

	"tinhso.vn/internal/platform/sheet"
)

// Encode writes a text in an encoding, UTF-16 with its mark.
func Encode(tb testing.TB, text string, e sheet.Encoding) []byte {
	tb.Helper()
	out, err := []byte(text), error(nil)
	switch e {
	case sheet.UTF8:
	case sheet.UTF16LE:
		out, err = xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM).NewEncoder().Bytes(out)
	case sheet.UTF16BE:
		out, err = xunicode.UTF16(xunicode.BigEndian, xunicode.UseBOM).NewEncoder().Bytes(out)
	case sheet.Windows1258:
		out, err = charmap.Windows1258.NewEncoder().Bytes([]byte(apart(text)))
	case sheet.TCVN3:
		out = tcvn3(text)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// apart puts tone marks behind their letters, which keep their hats: ệ is ê and
// a dot.
func apart(s string) string {
	var out []rune
	for _, r := range norm.NFC.String(s) {
		var tone []rune
		var rest []rune
		for _, part := range norm.NFD.String(string(r)) {
			switch part {
			case '\u0300', '\u0301', '\u0303', '\u0309', '\u0323':
				tone = append(tone, part)
			default:
				rest = append(rest, part)
			}
		}
		out = append(append(out, []rune(norm.NFC.String(string(rest)))...), tone...)
	}
	return string(out)
}

func tcvn3(s string) []byte {
	letters := map[rune]byte{}
	for i, r := range []rune("ĂÂÊÔƠƯĐăâêôơưđ      àảãáạ ằẳẵắ       ặầẩẫấậè ẻẽéẹềểễếệìỉ   ĩíịò ỏõóọồổỗốộờởỡớợù ủũúụừửữứựỳỷỹýỵ") {
		letters[r] = byte(0xA1 + i)
	}
	var out []byte
	for _, r := range norm.NFC.String(s) {
		switch b, ok := letters[r]; {
		case r <= unicode.MaxASCII:
			out = append(out, byte(r))
		case ok:
			out = append(out, b)
		default:
			out = append(out, '?')
		}
	}
	return out
}
