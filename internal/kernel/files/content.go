// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
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
	TIFF Type = "image/tiff" // of scanners: taken where it is read sheet by sheet, and never shown
	DOCX Type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLSX Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	ODT  Type = "application/vnd.oasis.opendocument.text"
	Text Type = "text/plain"
	Data Type = "application/octet-stream" // of Meta.Raw: never shown, never sent on
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
	case TIFF:
		return []string{".tif", ".tiff"}
	case DOCX:
		return []string{".docx"}
	case XLSX:
		return []string{".xlsx"}
	case ODT:
		return []string{".odt"}
	case archiveType, Data:
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

// headSize is how much of a file tells its type.
const headSize = 512

// archiveType is what a document looks like from its beginning: which one it is
// stands at its end.
const archiveType Type = "application/zip"

// sniff returns the type of the content that begins with head, or none.
func sniff(head []byte) (Type, error) {
	begins := func(magic string) bool { return strings.HasPrefix(string(head), magic) }
	switch {
	case begins("%PDF-"):
		return PDF, nil
	case begins(pngMagic):
		return PNG, nil
	case begins("\xff\xd8\xff"):
		return JPEG, nil
	case begins("II*\x00"), begins("MM\x00*"):
		return TIFF, nil
	case begins("PK\x03\x04"):
		return archiveType, nil
	case foreignPicture(string(head)):
		return "", ErrPictureFormat
	case plain(head):
		return Text, nil
	}
	return "", nil
}

// foreignPicture recognizes pictures that are refused by decision: not every
// office opens WebP, HEIC and AVIF, in which telephones keep photos, and what
// they tell besides the picture cannot be removed without decoding it.
func foreignPicture(head string) bool {
	if len(head) < 12 {
		return false
	}
	if head[4:8] == "ftyp" {
		return slices.Contains([]string{"heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1", "avif", "avis"}, head[8:12])
	}
	return head[:4] == "RIFF" && head[8:12] == "WEBP"
}

// plain reports whether the beginning is text in UTF-8 that no browser takes
// for a page: such a page would run in the name of the office.
func plain(raw []byte) bool {
	head := strings.TrimPrefix(string(raw), "\ufeff")
	if strings.HasPrefix(strings.TrimSpace(head), "<") {
		return false
	}
	for i, r := range head {
		switch {
		case r == utf8.RuneError && len(raw) == headSize && len(head)-i < utf8.UTFMax:
			return true // a letter that was cut in two
		case r == utf8.RuneError, unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\f", r):
			return false
		}
	}
	return true
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
