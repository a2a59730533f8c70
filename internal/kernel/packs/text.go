// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package packs

import (
	"bytes"
	"unicode/utf8"
)

// misencoded says what is wrong with the bytes of a file, and on which line.
func misencoded(data []byte) (line int, code string) {
	for _, mark := range []string{"\xff\xfe", "\xfe\xff"} {
		if bytes.HasPrefix(data, []byte(mark)) {
			return 1, "file.utf16"
		}
	}
	if i := bytes.IndexByte(data, 0); i >= 0 && i < 4 { // UTF-16 without its mark: every second byte is zero
		return 1, "file.utf16"
	}
	line = 1
	for text := range bytes.Lines(data) {
		if !utf8.Valid(text) {
			return line, "file.bytes"
		}
		line++
	}
	return 0, ""
}

// tabbed returns the first line that is indented with a tab; 0: none.
func tabbed(data []byte) int {
	line := 1
	for text := range bytes.Lines(data) {
		indent := text[:len(text)-len(bytes.TrimLeft(text, " \t"))]
		if bytes.IndexByte(indent, '\t') >= 0 {
			return line
		}
		line++
	}
	return 0
}
