// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package files

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"math"
	"path"
	"slices"
	"strings"
)

// Limits of office documents, which are ZIP archives.
const (
	maxParts       = 10_000
	maxDirectory   = 2 << 20 // bytes of the directory
	maxInflated    = 512 << 20
	inflatedFloor  = 32 << 20 // smaller documents may be compressed as they like
	inflatedRatio  = 200
	maxInner       = 16 << 20 // bytes of a document inside a document
	maxTypes       = 1 << 20  // bytes of a list of types
	officeMimetype = "application/vnd.oasis.opendocument.text"
)

// office looks into an archive: which document it is, whether it grows without
// measure, whether it carries programs. Every part is unpacked, none is kept.
type office struct {
	inflated int64
	size     int64
}

// inspect returns the type of a document, or none for an archive that is none.
func (o *office) inspect(r io.ReaderAt, size int64, inner bool) (Type, error) {
	limited := &directory{r: r, left: maxDirectory + 1<<16}
	z, err := zip.NewReader(limited, size)
	if errors.Is(err, errDirectory) {
		return "", ErrBomb.Because(err)
	}
	if err != nil {
		return "", ErrDocumentBroken.Because(err)
	}
	if len(z.File) > maxParts {
		return "", ErrBomb
	}
	limited.left = math.MaxInt64 // the parts have other limits
	found, kinds := Type(""), 0
	seen := map[string]bool{}
	for _, f := range z.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		if seen[name] { // one reader takes the first, another the last
			return "", ErrDocumentBroken
		}
		seen[name] = true
		if program(name) {
			return "", ErrMacro
		}
		text, err := o.part(f, name, inner)
		if err != nil {
			return "", err
		}
		if t := typeOfPart(name, text); t != "" {
			found, kinds = t, kinds+1
		}
	}
	if kinds > 1 {
		return "", nil
	}
	return found, nil
}

func typeOfPart(name string, text []byte) Type {
	switch {
	case name == "word/document.xml":
		return DOCX
	case name == "xl/workbook.xml":
		return XLSX
	case name == "mimetype" && string(bytes.TrimSpace(text)) == officeMimetype:
		return ODT
	}
	return ""
}

// program reports whether a part is run rather than shown: macros, the sheets
// of macros of Excel 4, controls, scripts of OpenDocument, and whatever an
// operating system would start.
func program(name string) bool {
	for _, folder := range []string{"basic/", "scripts/", "xl/macrosheets/", "word/activex/", "xl/activex/"} {
		if strings.HasPrefix(name, folder) && !strings.HasSuffix(name, "/") {
			return true
		}
	}
	ends := []string{".exe", ".dll", ".com", ".scr", ".js", ".jse", ".vbs", ".vbe", ".wsf", ".hta", ".bat", ".cmd", ".ps1", ".lnk", ".msi", ".jar", ".docm", ".xlsm", ".pptm", ".dotm"}
	return strings.HasPrefix(path.Base(name), "vbaproject") || slices.Contains(ends, path.Ext(name))
}

// archived reports whether a part is an archive that no document needs.
func archived(name string) bool {
	return slices.Contains([]string{".zip", ".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".cab", ".iso", ".tar"}, path.Ext(name))
}

// part unpacks a part, within what the whole document may become. It returns
// the content of the small parts that say what the others are.
func (o *office) part(f *zip.File, name string, inner bool) ([]byte, error) {
	if f.Method != zip.Store && f.Method != zip.Deflate || f.Flags&1 != 0 { // bit 0: encrypted
		return nil, ErrDocumentBroken
	}
	if archived(name) {
		return nil, ErrBomb
	}
	r, err := f.Open()
	if err != nil {
		return nil, ErrDocumentBroken.Because(err)
	}
	defer func() { _ = r.Close() }() // it only reads
	tells := name == "mimetype" || name == "[content_types].xml" || strings.HasSuffix(name, ".rels") || name == "meta-inf/manifest.xml"
	head, err := io.ReadAll(io.LimitReader(r, 4))
	if err == nil && string(head) == "PK\x03\x04" {
		return nil, o.nested(io.MultiReader(bytes.NewReader(head), r), inner)
	}
	keep := &bytes.Buffer{}
	to := io.Discard
	if tells {
		to = keep
	}
	_, _ = to.Write(head) // neither fails
	o.inflated += int64(len(head))
	for err == nil {
		var n int64
		if n, err = io.CopyN(to, r, 1<<20); n > 0 {
			o.inflated += n
		}
		if tells && keep.Len() > maxTypes+4 {
			return nil, ErrBomb
		}
		if o.inflated > maxInflated || o.inflated > inflatedFloor && o.inflated/o.size > inflatedRatio {
			return nil, ErrBomb
		}
	}
	if !errors.Is(err, io.EOF) {
		return nil, ErrDocumentBroken.Because(err)
	}
	if tells {
		plain := bytes.ToLower(bytes.ReplaceAll(keep.Bytes(), []byte{0}, nil)) // UTF-16 too
		if bytes.Contains(plain, []byte("macroenabled")) || bytes.Contains(plain, []byte("vbaproject")) {
			return nil, ErrMacro
		}
	}
	return keep.Bytes(), nil
}

// nested looks into a document inside a document, as a chart in a letter has
// its sheet; there is none inside that.
func (o *office) nested(r io.Reader, inner bool) error {
	if inner {
		return ErrBomb
	}
	raw, err := io.ReadAll(io.LimitReader(r, maxInner+1))
	o.inflated += int64(len(raw))
	if len(raw) > maxInner || o.inflated > maxInflated {
		return ErrBomb
	}
	if err != nil {
		return ErrDocumentBroken.Because(err)
	}
	_, err = o.inspect(bytes.NewReader(raw), int64(len(raw)), true)
	return err
}

var errDirectory = errors.New("the directory of the archive is too large")

// directory bounds how much is read to find the parts: the reader of archives
// makes room for whatever a directory claims.
type directory struct {
	r    io.ReaderAt
	left int64
}

// ReadAt implements io.ReaderAt.
func (d *directory) ReadAt(p []byte, off int64) (int, error) {
	if d.left -= int64(len(p)); d.left < 0 {
		return 0, errDirectory
	}
	return d.r.ReadAt(p, off)
}
