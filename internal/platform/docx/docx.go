// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package docx fills the {{fields}} of a Word document and draws the result as
// PDF pages. It reads the XML inside the ZIP itself: it is no word processor, it
// knows nothing of what the fields mean, and it starts no program. What it draws
// and what it does not is said by Warnings.
package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/platform/errs"
)

// What keeps a file from being a template. None of them says what is inside.
var (
	ErrNotDOCX  = errs.New(errs.Invalid, "docx.not_docx")   // it is something else, or broken
	ErrTooLarge = errs.New(errs.Invalid, "docx.too_large")  // max: megabytes
	ErrBomb     = errs.New(errs.Invalid, "docx.bomb")       // it grows without measure
	ErrMacro    = errs.New(errs.Invalid, "docx.macro")      // it carries a program
	ErrOutside  = errs.New(errs.Invalid, "docx.outside")    // it fetches something from elsewhere; part
	ErrEmbedded = errs.New(errs.Invalid, "docx.embedded")   // another document is inside it; part
	ErrTrouble  = errs.New(errs.Invalid, "docx.unreadable") // its text cannot be drawn
)

// Limits of a template: letters have some pages.
const (
	MaxSize     = 5 << 20
	maxParts    = 400
	maxInflated = 40 << 20
	maxXML      = 8 << 20 // of one part that is read
	maxNodes    = 200_000
	maxDepth    = 120
)

const mainPart = "word/document.xml"

// File is a Word document that was opened and found harmless. It is not changed
// by any of its methods, and may be used by several at once.
type File struct {
	parts  []part
	body   *node
	styles *styles
}

type part struct {
	name string
	data []byte
	root *node // of the parts that hold text
}

// Open reads a document. Whatever could run, or fetch something from outside,
// is refused.
func Open(data []byte) (*File, error) {
	if len(data) > MaxSize {
		return nil, ErrTooLarge.With("max", MaxSize>>20)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, ErrNotDOCX.Because(err)
	}
	if len(z.File) > maxParts {
		return nil, ErrBomb
	}
	f, left, seen := &File{}, int64(maxInflated), map[string]bool{}
	for _, one := range z.File {
		name := strings.TrimPrefix(strings.ReplaceAll(one.Name, `\`, "/"), "/")
		if folded := strings.ToLower(name); seen[folded] || one.Flags&1 != 0 || strings.Contains("/"+name+"/", "/../") {
			return nil, ErrNotDOCX // bit 0: encrypted
		}
		seen[strings.ToLower(name)] = true
		if strings.HasSuffix(name, "/") {
			continue
		}
		content, err := inflate(one, left)
		if err != nil {
			return nil, err
		}
		left -= int64(len(content))
		f.parts = append(f.parts, part{name: name, data: content})
	}
	if err := f.harmless(); err != nil {
		return nil, err
	}
	for i, p := range f.parts {
		if !holdsText(p.name) && p.name != "word/styles.xml" {
			continue
		}
		if f.parts[i].root, err = parse(p.data); err != nil {
			return nil, err
		}
	}
	main := f.part(mainPart)
	if main == nil || main.name != "w:document" {
		return nil, ErrNotDOCX
	}
	if f.body = main.child("w:body"); f.body == nil {
		return nil, ErrNotDOCX
	}
	f.styles = readStyles(f.part("word/styles.xml"))
	return f, f.noPrograms()
}

// part is the tree of a part that was read; nil where there is none.
func (f *File) part(name string) *node {
	for _, p := range f.parts {
		if p.name == name {
			return p.root
		}
	}
	return nil
}

func inflate(one *zip.File, left int64) ([]byte, error) {
	if one.Method != zip.Store && one.Method != zip.Deflate {
		return nil, ErrNotDOCX
	}
	r, err := one.Open()
	if err != nil {
		return nil, ErrNotDOCX.Because(err)
	}
	content, err := io.ReadAll(io.LimitReader(r, left+1))
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, ErrNotDOCX.Because(err)
	}
	if int64(len(content)) > left {
		return nil, ErrBomb
	}
	return content, nil
}

// holdsText reports whether fields of a part are filled.
func holdsText(name string) bool {
	base := path.Base(name)
	return name == mainPart || path.Dir(name) == "word" && path.Ext(name) == ".xml" &&
		(strings.HasPrefix(base, "header") || strings.HasPrefix(base, "footer") || strings.HasPrefix(base, "footnotes"))
}

// harmless looks at the names of the parts, what they are, and what they point to.
func (f *File) harmless() error {
	if f.named("[Content_Types].xml") == nil || f.named(mainPart) == nil {
		return ErrNotDOCX
	}
	for _, p := range f.parts {
		name := strings.ToLower(p.name)
		switch base := path.Base(name); {
		case strings.HasPrefix(base, "vbaproject"), strings.HasPrefix(base, "vbadata"), strings.HasPrefix(name, "word/activex/"), strings.Contains(name, "customui/"):
			return ErrMacro
		case strings.HasPrefix(name, "word/embeddings/"), strings.HasPrefix(base, "oleobject"), strings.HasPrefix(base, "afchunk"):
			return ErrEmbedded.With("part", p.name)
		case strings.HasSuffix(name, ".rels"):
			if err := inside(p); err != nil {
				return err
			}
		case base == "[content_types].xml":
			if err := kinds(p.data); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *File) named(name string) []byte {
	for _, p := range f.parts {
		if p.name == name {
			return p.data
		}
	}
	return nil
}

// kinds refuses documents whose list of types says that they carry programs, or
// are no document.
func kinds(data []byte) error {
	root, err := parse(data)
	if err != nil {
		return err
	}
	document := false
	for _, one := range root.kids {
		kind := strings.ToLower(one.attr("ContentType"))
		if strings.Contains(kind, "macroenabled") || strings.Contains(kind, "vbaproject") || strings.Contains(kind, "activex") {
			return ErrMacro
		}
		document = document || kind == "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
	}
	if !document {
		return ErrNotDOCX
	}
	return nil
}

// inside refuses what a part fetches from elsewhere; a link that a reader may
// click stays.
func inside(p part) error {
	root, err := parse(p.data)
	if err != nil {
		return err
	}
	for _, one := range root.kids {
		kind, target := strings.ToLower(path.Base(one.attr("Type"))), strings.ToLower(one.attr("Target"))
		link := kind == "hyperlink" && (strings.HasPrefix(target, "http://") || strings.HasPrefix(target, "https://") || strings.HasPrefix(target, "mailto:"))
		switch {
		case kind == "vbaproject", kind == "control", kind == "activexcontrolbinary", kind == "wordvbadata":
			return ErrMacro
		case kind == "oleobject", kind == "package", kind == "afchunk":
			return ErrEmbedded.With("part", one.attr("Target"))
		case kind == "attachedtemplate", kind == "mailmergesource", kind == "subdocument", kind == "frame":
			return ErrOutside.With("part", one.attr("Target"))
		case strings.EqualFold(one.attr("TargetMode"), "External") && !link, strings.Contains(target, "://") && !link, strings.HasPrefix(target, `\\`):
			return ErrOutside.With("part", one.attr("Target"))
		}
	}
	return nil
}

// fetching are the instructions of Word that bring in something from outside, or
// start something.
func fetching() []string {
	return []string{
		"INCLUDETEXT", "INCLUDEPICTURE", "INCLUDE", "IMPORT", "LINK", "DDE", "DDEAUTO", "DATABASE", "EMBED", "MACROBUTTON", "RD", "AUTOTEXT", "AUTOTEXTLIST", "GLOSSARY", "PRINT", "CONTROL", "HTMLACTIVEX", "SHAPE",
	}
}

// noPrograms looks into the text for instructions and objects.
func (f *File) noPrograms() error {
	for _, p := range f.parts {
		if p.root == nil {
			continue
		}
		for i, para := range paragraphs(p.root) {
			var said strings.Builder
			for _, n := range para.all("w:instrText") {
				said.WriteString(n.content())
			}
			words := strings.Fields(said.String())
			for _, n := range para.all("w:fldSimple") {
				words = append(words, strings.Fields(n.attr("w:instr"))...)
			}
			for _, word := range words {
				if slices.Contains(fetching(), strings.ToUpper(strings.Trim(word, `"{}\`))) {
					return ErrOutside.With("part", fmt.Sprintf("%s (%d)", word, i+1))
				}
			}
		}
		for _, bad := range []string{"w:object", "w:altChunk", "w:control", "o:OLEObject", "w:subDoc", "w:movie"} {
			if len(p.root.all(bad)) > 0 {
				return ErrEmbedded.With("part", bad)
			}
		}
	}
	return nil
}

// pack writes parts as a document: the same bytes each time.
func pack(parts []part) ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return nil, err
		}
		data := p.data
		if p.root != nil {
			data = append([]byte(xml.Header), p.root.write(nil)...)
		}
		if _, err := w.Write(data); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
