// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Active is something in a PDF that does more than show a page.
type Active string

// What is found.
const (
	Script   Active = "script"   // JavaScript
	Launch   Active = "launch"   // starts a program or opens another file
	Embedded Active = "embedded" // a file, a film in the file
	Submit   Active = "submit"   // sends or fetches the answers of a form
)

// active says what a name in a PDF stands for (ISO 32000-1, 7.11.4, 12.6.4, 13).
func active(name string) (Active, bool) {
	switch name {
	case "JavaScript", "Rendition":
		return Script, true
	case "Launch", "GoToE":
		return Launch, true
	case "EmbeddedFile", "FileAttachment", "AFRelationship", "RichMedia":
		return Embedded, true
	case "SubmitForm", "ImportData":
		return Submit, true
	}
	return "", false
}

// Limits of PDFs.
const (
	maxPages       = 5_000
	maxPacks       = 50_000    // object streams
	maxUnpacked    = 64 << 20  // bytes of one of them
	maxUnpackedAll = 512 << 20 // and of all
	pdfTail        = 2 << 10   // where a reader looks for the end
)

// pdfScanner looks at every byte of a PDF on its way to the disk. It does not
// follow the references, as platform/pdfread does for files that are small and
// well made: what is hidden from one reader is found by another, so all names
// count, wherever they stand, and the size of the file does not matter. A name
// among the words of a page that are not compressed is taken for what it names;
// such a file is refused without need.
type pdfScanner struct {
	pos    int64
	tail   []byte
	name   []byte // the name that is being read, nil for none
	word   []byte
	last   string // the name before
	pack   bool   // since the last stream something said that the next is an object stream
	first  bool
	parms  bool
	tree   []byte // what follows /EmbeddedFiles, nil where nothing does
	inside bool   // what comes is the content of an object stream

	pages     int
	encrypted bool
	found     []Active
	packs     []pdfPack
}

// pdfPack is where an object stream begins.
type pdfPack struct {
	at     int64
	sure   bool // it says so itself
	filter bool // with parameters
}

// Names and words of interest are shorter.
const maxToken = 32

// Write implements io.Writer.
func (s *pdfScanner) Write(p []byte) (int, error) {
	for _, c := range p {
		s.pos++
		switch {
		case c == '/':
			s.end()
			s.name = make([]byte, 0, maxToken)
		case blank(c), strings.IndexByte("()<>[]{}%", c) >= 0:
			s.end()
		case s.name != nil && len(s.name) < 3*maxToken:
			s.name = append(s.name, c)
		case s.name == nil && len(s.word) < maxToken:
			s.word = append(s.word, c)
		}
		if s.tree != nil && !blank(c) {
			s.grow(c)
		}
	}
	if s.tail = append(s.tail, p...); len(s.tail) > 2*pdfTail {
		s.tail = append(s.tail[:0], s.tail[len(s.tail)-pdfTail:]...)
	}
	return len(p), nil
}

func blank(c byte) bool {
	return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' '
}

// noFiles is the tree of embedded files that programs write where there are
// none.
const noFiles = "<</Names[]>>"

// grow looks whether a tree of embedded files is an empty one.
func (s *pdfScanner) grow(c byte) {
	s.tree = append(s.tree, c)
	switch {
	case string(s.tree) == noFiles:
		s.tree = nil
	case !strings.HasPrefix(noFiles, string(s.tree)):
		s.tree = nil
		s.find(Embedded)
	}
}

func (s *pdfScanner) find(a Active) {
	if !slices.Contains(s.found, a) {
		s.found = append(s.found, a)
	}
}

func (s *pdfScanner) end() {
	if s.name != nil {
		s.named(unescape(s.name))
		s.name = nil
		return
	}
	if string(s.word) == "stream" && !s.inside {
		if s.pack || s.first {
			s.packs = append(s.packs, pdfPack{s.pos - 1, s.pack, s.parms})
		}
		s.pack, s.first, s.parms = false, false, false
	}
	s.word = s.word[:0]
}

func (s *pdfScanner) named(name string) {
	switch name {
	case "Encrypt":
		s.encrypted = s.encrypted || !s.inside
	case "Page":
		if s.last == "Type" {
			s.pages++
		}
	case "ObjStm":
		s.pack = true
	case "First":
		s.first = true
	case "DecodeParms":
		s.parms = true
	case "EmbeddedFiles":
		s.tree = []byte{}
	default:
		if a, ok := active(name); ok {
			s.find(a)
		}
	}
	s.last = name
}

// unescape reads a name, in which #41 is an A.
func unescape(b []byte) string {
	if bytes.IndexByte(b, '#') < 0 {
		return string(b)
	}
	var out []byte
	for i := 0; i < len(b); i++ {
		if b[i] == '#' && i+2 < len(b) {
			if v, err := strconv.ParseUint(string(b[i+1:i+3]), 16, 8); err == nil {
				out = append(out, byte(v))
				i += 2
				continue
			}
		}
		out = append(out, b[i])
	}
	return string(out)
}

// finish looks at the end of the file and into the object streams. r reads the
// file from the disk.
func (s *pdfScanner) finish(r io.ReaderAt, permit []Active) error {
	s.end()
	switch {
	case s.encrypted:
		return ErrPDFEncrypted
	case !s.ended(r), len(s.packs) > maxPacks:
		return ErrPDFBroken
	}
	s.inside = true
	left := int64(maxUnpackedAll)
	for _, p := range s.packs {
		n, err := s.unpack(r, p)
		if left -= n; left < 0 || n > maxUnpacked {
			return ErrPDFBomb
		}
		if err != nil && p.sure {
			return ErrPDFBroken.Because(err)
		}
	}
	for _, a := range s.found {
		if !slices.Contains(permit, a) {
			return ErrPDFActive.With("what", string(a))
		}
	}
	switch {
	case s.pages == 0:
		return ErrPDFBroken
	case s.pages > maxPages:
		return ErrPDFPages.With("max", maxPages)
	}
	return nil
}

// ended reports whether the file was not cut off: at its end stands where the
// table of its objects is, and there it is.
func (s *pdfScanner) ended(r io.ReaderAt) bool {
	at := bytes.LastIndex(s.tail, []byte("startxref"))
	if at < 0 || !bytes.Contains(s.tail[at:], []byte("%%EOF")) {
		return false
	}
	words := strings.Fields(string(s.tail[at+len("startxref"):]))
	offset, err := strconv.ParseInt(words[0], 10, 64)
	if err != nil || offset <= 0 || offset >= s.pos {
		return false
	}
	b := make([]byte, 32)
	n, _ := r.ReadAt(b, offset) // the end of the file is no fault
	there := strings.TrimLeft(string(b[:n]), "\x00\t\n\f\r ")
	return strings.HasPrefix(there, "xref") || there != "" && there[0] >= '0' && there[0] <= '9'
}

// unpack looks into an object stream and returns how large it became.
func (s *pdfScanner) unpack(r io.ReaderAt, p pdfPack) (n int64, err error) {
	in := bufio.NewReader(io.NewSectionReader(r, p.at, s.pos-p.at))
	b, err := in.Peek(2)
	for ; err == nil && (b[0] == '\r' || b[0] == '\n'); b, err = in.Peek(2) {
		_, _ = in.Discard(1) // it was just seen
	}
	if err != nil {
		return 0, err
	}
	z, err := zlib.NewReader(in)
	if err != nil && b[0] >= '0' && b[0] <= '9' {
		return 0, nil // not compressed: it was seen already
	}
	if err != nil {
		return 0, err
	}
	if p.filter && p.sure {
		return 0, ErrPDFBroken // its bytes mean something else
	}
	n, _ = io.Copy(s, io.LimitReader(z, maxUnpacked+1)) // readers take what came before a fault too
	s.end()
	return n, nil
}
