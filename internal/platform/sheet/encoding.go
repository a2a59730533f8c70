// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	xunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"

	"tinhso.vn/internal/platform/text"
)

// Encoding is how the letters of a file are written.
type Encoding string

// The encodings that offices send.
const (
	UTF8        Encoding = "utf-8"
	UTF16LE     Encoding = "utf-16le"
	UTF16BE     Encoding = "utf-16be"
	Windows1258 Encoding = "windows-1258" // tone marks stand behind their letter
	TCVN3       Encoding = "tcvn3"        // the fonts .VnTime and their like; also within a sheet of Unicode
	Bytes       Encoding = "bytes"        // each letter is a byte: whoever reads says what it means, cell by cell
)

// Encodings lists those that people choose from, in the order in which people are offered them.
func Encodings() []Encoding { return []Encoding{UTF8, UTF16LE, UTF16BE, Windows1258, TCVN3} }

// encodingOf finds out how a beginning of a file is written.
func encodingOf(head []byte) Encoding {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return UTF8
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return UTF16LE
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return UTF16BE
	}
	if even, odd := zeros(head); odd > len(head)/5 && even < odd/4 {
		return UTF16LE
	} else if even > len(head)/5 && odd < even/4 {
		return UTF16BE
	}
	if utf8.Valid(whole(head)) {
		if legacy(string(head)) {
			return TCVN3
		}
		return UTF8
	}
	windows, _ := charmap.Windows1258.NewDecoder().Bytes(head) // it has no errors
	latin, _ := charmap.ISO8859_1.NewDecoder().Bytes(head)     // nor has this
	if spelled(fromTCVN3(string(latin))) > spelled(norm.NFC.String(string(windows))) {
		return TCVN3
	}
	return Windows1258
}

// legacy reports whether a text of Unicode was typed in a font of TCVN3: it makes
// sense only when its letters are turned.
func legacy(s string) bool {
	if strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0 {
		return false
	}
	turned := spelled(fromTCVN3(s))
	return turned > 0 && turned > spelled(norm.NFC.String(s))
}

// zeros counts the bytes that are 0 at even and at odd places.
func zeros(head []byte) (even, odd int) {
	for i, b := range head {
		switch {
		case b != 0:
		case i%2 == 0:
			even++
		default:
			odd++
		}
	}
	return even, odd
}

// whole cuts off a letter that the end of the beginning has cut in two.
func whole(head []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(head); i++ {
		if last := head[len(head)-i:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				return head[:len(head)-i]
			}
			break
		}
	}
	return head
}

// decoded reads what is written in an encoding as UTF-8, composed. A byte that
// means nothing in it is ErrNotText.
func decoded(r io.Reader, e Encoding) (io.RuneReader, error) {
	switch e {
	case UTF8, "":
		in := bufio.NewReaderSize(r, 1<<16)
		if head, _ := in.Peek(3); bytes.Equal(head, []byte("\xef\xbb\xbf")) {
			_, _ = in.Discard(3) // they were there
		}
		return strict{in}, nil
	case UTF16LE:
		return strict{bufio.NewReaderSize(xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM).NewDecoder().Reader(r), 1<<16)}, nil
	case UTF16BE:
		return strict{bufio.NewReaderSize(xunicode.UTF16(xunicode.BigEndian, xunicode.UseBOM).NewDecoder().Reader(r), 1<<16)}, nil
	case Windows1258:
		return bufio.NewReaderSize(charmap.Windows1258.NewDecoder().Reader(r), 1<<16), nil
	case Bytes:
		return bytewise{bufio.NewReaderSize(r, 1<<16)}, nil
	case TCVN3:
		in := bufio.NewReaderSize(r, 1<<16)
		if head, _ := in.Peek(4096); utf8.Valid(whole(head)) { // a font over Unicode
			return fonted{in, text.TCVN3Letters()}, nil
		}
		return fonted{bytewise{in}, text.TCVN3Letters()}, nil
	}
	return nil, errors.Join(ErrUnread, errors.New("no such encoding"))
}

// strict refuses what is no letter.
type strict struct{ *bufio.Reader }

// ReadRune implements io.RuneReader.
func (s strict) ReadRune() (rune, int, error) {
	r, n, err := s.Reader.ReadRune()
	if err == nil && (r == utf8.RuneError && n == 1 || r == 0) {
		return 0, 0, ErrNotText
	}
	return r, n, err
}

type bytewise struct{ *bufio.Reader }

// ReadRune implements io.RuneReader.
func (b bytewise) ReadRune() (rune, int, error) {
	c, err := b.ReadByte()
	return rune(c), 1, err
}

type fonted struct {
	io.RuneReader

	meant func(r rune) rune
}

// ReadRune implements io.RuneReader.
func (f fonted) ReadRune() (rune, int, error) {
	r, n, err := f.RuneReader.ReadRune()
	return f.meant(r), n, err
}

// fromTCVN3 turns letters that a font of TCVN3 shows into those that they mean.
func fromTCVN3(s string) string { return strings.Map(text.TCVN3Letters(), s) }

// spelled says how Vietnamese the words are that are more than ASCII: each word
// spelled as our syllables are counts for it, each other three times against it.
func spelled(s string) (score int) {
	syllable := regexp.MustCompile(`^(ngh?|nh|gi|gh?|ch|kh|ph|qu|th|tr|[bcdhklmnprstvx])?` +
		`(uye|uya|uyu|ieu|yeu|uoi|uou|uay|oai|oay|oao|oeo|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo|ua|ue|ui|uo|uu|uy|ye|[aeiouy])(ch|ng|nh|[cmnpt])?$`)
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(" \t\r\n,;|\"'.:/()-–?!0123456789", r) }) {
		if strings.IndexFunc(word, func(r rune) bool { return r > unicode.MaxASCII }) < 0 {
			continue
		}
		if syllable.MatchString(bare(word)) && plausible(word) {
			score++
		} else {
			score -= 3
		}
	}
	return score
}

// bare takes the marks of letters away.
func bare(word string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(word)) {
		switch {
		case r == 'đ':
			b.WriteRune('d')
		case !unicode.Is(unicode.Mn, r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plausible reports whether a word has one tone at most and no capital behind a
// small letter.
func plausible(word string) bool {
	tones, small := 0, false
	for _, r := range norm.NFD.String(word) {
		switch r {
		case '\u0300', '\u0301', '\u0303', '\u0309', '\u0323':
			tones++
		}
		if unicode.IsUpper(r) && small {
			return false
		}
		small = small || unicode.IsLower(r)
	}
	return tones <= 1
}
