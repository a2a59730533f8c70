// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"archive/zip"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tinhso.vn/internal/platform/text"
)

// Type is a media type that the program knows to tell from content.
type Type string

// The types.
const (
	PDF  Type = "application/pdf"
	PNG  Type = "image/png"
	JPEG Type = "image/jpeg"
	DOCX Type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLSX Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	Text Type = "text/plain"
)

// endings is how the names of files of a type end, in lower case.
func (t Type) endings() []string {
	switch t {
	case PDF:
		return []string{".pdf"}
	case PNG:
		return []string{".png"}
	case JPEG:
		return []string{".jpg", ".jpeg", ".jpe", ".jfif"}
	case DOCX:
		return []string{".docx"}
	case XLSX:
		return []string{".xlsx"}
	case Text:
		return []string{".txt", ".csv"}
	}
	return nil
}

// accept decides about a file by its content. Its name must not say otherwise:
// a picture called .pdf opens nowhere.
func accept(content Type, name string, allow []Type) (Type, error) {
	end := strings.ToLower(path.Ext(name))
	fits := slices.Contains(content.endings(), end)
	if slices.Contains(allow, content) && fits {
		return content, nil
	}
	for _, t := range allow {
		if slices.Contains(t.endings(), end) {
			return "", ErrTypeMismatch
		}
	}
	return "", ErrTypeRefused
}

// How much of a file the sniffer keeps.
const (
	headSize = 512
	tailSize = 256 << 10 // room for the directory of a document of thousands of parts
)

// sniffer keeps the beginning and the end of what is written to it. A document
// is a ZIP file, and what is in it says only the directory at its end.
type sniffer struct {
	head, tail []byte
}

func (s *sniffer) Write(p []byte) (int, error) {
	if missing := headSize - len(s.head); missing > 0 {
		s.head = append(s.head, p[:min(missing, len(p))]...)
	}
	if strings.HasPrefix(string(s.head[:min(4, len(s.head))]), "PK") {
		s.tail = append(s.tail, p...)
		if len(s.tail) > 2*tailSize {
			s.tail = append(s.tail[:0], s.tail[len(s.tail)-tailSize:]...)
		}
	}
	return len(p), nil
}

// kind returns the type of the content, or none.
func (s *sniffer) kind(size int64) Type {
	begins := func(magic string) bool { return strings.HasPrefix(string(s.head), magic) }
	switch {
	case begins("%PDF-"):
		return PDF
	case begins("\x89PNG\r\n\x1a\n"):
		return PNG
	case begins("\xff\xd8\xff"):
		return JPEG
	case begins("PK\x03\x04"):
		return s.document(size)
	case s.plain():
		return Text
	}
	return ""
}

// plain reports whether the beginning is text in UTF-8 that no browser takes
// for a page: such a page would run in the name of the office.
func (s *sniffer) plain() bool {
	head := strings.TrimPrefix(string(s.head), "\ufeff")
	if strings.HasPrefix(strings.TrimSpace(head), "<") {
		return false
	}
	for i, r := range head {
		switch {
		case r == utf8.RuneError && len(s.head) == headSize && len(head)-i < utf8.UTFMax:
			return true // a letter that was cut in two
		case r == utf8.RuneError, unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\f", r):
			return false
		}
	}
	return true
}

// document looks into the directory of a ZIP file. Documents with macros are
// none that we know.
func (s *sniffer) document(size int64) Type {
	r, err := zip.NewReader(&end{tail: s.tail, size: size}, size)
	if err != nil {
		return ""
	}
	found := Type("")
	for _, f := range r.File {
		switch name := strings.ToLower(f.Name); {
		case name == "word/document.xml" && found == "":
			found = DOCX
		case name == "xl/workbook.xml" && found == "":
			found = XLSX
		case name == "word/document.xml", name == "xl/workbook.xml", strings.HasSuffix(name, "vbaproject.bin"):
			return ""
		}
	}
	return found
}

// end reads a file of which only the end was kept.
type end struct {
	tail []byte
	size int64
}

// ReadAt implements io.ReaderAt.
func (e *end) ReadAt(p []byte, off int64) (int, error) {
	off -= e.size - int64(len(e.tail))
	if off < 0 {
		return 0, errors.New("this part was not kept")
	}
	if off >= int64(len(e.tail)) {
		return 0, io.EOF
	}
	n := copy(p, e.tail[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// maxName is how long a name may be, in characters.
const maxName = 150

// CleanName returns a name as it may be shown and used for a download: NFC, the
// last part of a path, without characters that some system does not take.
func CleanName(s string) string {
	s = text.Line(s)
	if i := strings.LastIndexAny(s, `/\`); i >= 0 {
		s = s[i+1:]
	}
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*`, r) {
			return '_'
		}
		return r
	}, s)
	s = strings.TrimRight(s, ". ")
	ext := path.Ext(s)
	base := strings.TrimSuffix(s, ext)
	if len([]rune(ext)) > 10 {
		base, ext = s, ""
	}
	runes := []rune(strings.Trim(base, ". "))
	base = strings.TrimRight(string(runes[:min(len(runes), maxName-len([]rune(ext)))]), ". ")
	if base == "" {
		base = "tệp"
	}
	return base + ext
}
