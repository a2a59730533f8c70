// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"
)

// tab is one sheet of a book.
type tab struct{ name, part string }

// book is an XLSX that is read in constant memory: the library of this package
// keeps the whole file.
type workbook struct {
	parts  map[string]*zip.File
	size   int64
	sheets []tab
	since  time.Time // the day 0
	days   []bool    // by style: it shows a day
	shared []string
}

// openBook reads everything but the cells.
func openBook(r io.ReaderAt, size int64) (b *workbook, err error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, unread(err)
	}
	if len(z.File) > 5000 {
		return nil, ErrTooLarge
	}
	b = &workbook{parts: map[string]*zip.File{}, size: size, since: time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)}
	var sum uint64
	for _, f := range z.File { // what it says of itself; what it really becomes is counted as it is read
		if sum += f.UncompressedSize64; sum > maxStream || sum > ratioFloor && sum/maxRatio > uint64(size) { //nolint:gosec // sizes of files
			return nil, ErrTooLarge
		}
		b.parts[strings.TrimPrefix(f.Name, "/")] = f
	}
	if err := b.contents(); err != nil {
		return nil, err
	}
	if err := b.styles(); err != nil {
		return nil, err
	}
	return b, b.texts()
}

// walk hands every element and text of a part to see. One that is not there is empty.
func (b *workbook) walk(name string, see func(xml.Token) error) error {
	f := b.parts[name]
	if f == nil {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return unread(err)
	}
	defer func() { _ = r.Close() }() // it only reads
	t := b.tokens(r)
	for {
		one, err := t.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := see(one); err != nil {
			return err
		}
	}
}

// tokens reads XML within the limits of this package.
type tokens struct {
	guard *guard
	xml   *xml.Decoder
}

func (b *workbook) tokens(r io.Reader) tokens {
	g := &guard{r: r, most: max(b.size*maxRatio, ratioFloor)}
	d := xml.NewDecoder(g)
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, ErrUnread }
	return tokens{g, d}
}

func (t tokens) next() (xml.Token, error) {
	t.guard.now = 0
	one, err := t.xml.RawToken()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, unread(err)
	}
	return one, err
}

// guard bounds what one element, and what all of them may take.
type guard struct {
	r              io.Reader
	now, all, most int64
}

func (g *guard) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	g.now += int64(n)
	g.all += int64(n)
	if g.now > maxRow || g.all > g.most || g.all > maxStream {
		return 0, ErrTooLarge
	}
	return n, err
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (b *workbook) contents() error {
	main := "xl/workbook.xml"
	if err := b.walk("_rels/.rels", func(t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok && strings.HasSuffix(attribute(e, "Type"), "/officeDocument") {
			main = strings.TrimPrefix(attribute(e, "Target"), "/")
		}
		return nil
	}); err != nil {
		return err
	}
	folder := path.Dir(main)
	targets := map[string]string{}
	if err := b.walk(folder+"/_rels/"+path.Base(main)+".rels", func(t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "Relationship" {
			target := attribute(e, "Target")
			if absolute, ok := strings.CutPrefix(target, "/"); ok {
				target = absolute
			} else {
				target = path.Join(folder, target)
			}
			targets[attribute(e, "Id")] = target
		}
		return nil
	}); err != nil {
		return err
	}
	if err := b.walk(main, func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		switch {
		case ok && e.Name.Local == "workbookPr" && (attribute(e, "date1904") == "1" || attribute(e, "date1904") == "true"):
			b.since = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
		case ok && e.Name.Local == "sheet" && attribute(e, "state") == "": // what the office does not see it did not mean to send
			part := targets[attribute(e, "id")]
			if b.parts[part] == nil {
				return nil // a sheet of charts, or a broken file
			}
			if b.sheets = append(b.sheets, tab{attribute(e, "name"), part}); len(b.sheets) > maxSheets {
				return ErrTooLarge
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if len(b.sheets) == 0 {
		return fmt.Errorf("%w: no sheet", ErrUnread)
	}
	return nil
}

// styles finds the styles that show a day.
func (b *workbook) styles() error {
	own, cells := map[string]bool{}, false
	return b.walk("xl/styles.xml", func(t xml.Token) error {
		switch e := t.(type) {
		case xml.StartElement:
			switch {
			case e.Name.Local == "numFmt":
				own[attribute(e, "numFmtId")] = showsDay(attribute(e, "formatCode"))
			case e.Name.Local == "cellXfs":
				cells = true
			case e.Name.Local == "xf" && cells:
				id, _ := strconv.Atoi(attribute(e, "numFmtId")) // none is none of a day
				b.days = append(b.days, own[attribute(e, "numFmtId")] || id >= 14 && id <= 22 && id != 18 && id != 19 && id != 20 && id != 21 || id >= 27 && id <= 36 || id >= 50 && id <= 58)
				if len(b.days) > 100_000 {
					return ErrTooLarge
				}
			}
		case xml.EndElement:
			if e.Name.Local == "cellXfs" {
				cells = false
			}
		}
		return nil
	})
}

// showsDay reports whether a format has days or years, outside quotes and brackets.
func showsDay(format string) bool {
	quoted, bracket := false, false
	for i, r := range format {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted || i > 0 && format[i-1] == '\\':
		case r == '[':
			bracket = true
		case r == ']':
			bracket = false
		case !bracket && strings.ContainsRune("dDyY", r):
			return true
		}
	}
	return false
}

// texts reads the texts that cells share.
func (b *workbook) texts() error {
	var now strings.Builder
	inside, sound, size := false, false, 0
	return b.walk("xl/sharedStrings.xml", func(t xml.Token) error {
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "si":
				now.Reset()
			case "t":
				inside = true
			case "rPh":
				sound = true
			}
		case xml.CharData:
			if inside && !sound {
				_, _ = now.Write(e) // a builder does not fail
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				inside = false
			case "rPh":
				sound = false
			case "si":
				b.shared = append(b.shared, norm.NFC.String(now.String()))
				if size += now.Len() + 16; size > maxShared {
					return ErrTooLarge
				}
			}
		}
		return nil
	})
}

// sample are some texts of a book, to find out how it is written.
func (b *workbook) sample() string {
	return strings.Join(b.shared[:min(len(b.shared), 500)], " ")
}

// day writes a number of days as a date; false where it is none.
func (b *workbook) day(n float64) (string, bool) {
	if n < 1 || n > 2_958_465 {
		return "", false
	}
	at := b.since.AddDate(0, 0, int(n))
	if rest := n - math.Floor(n); rest > 1.0/86400 {
		return at.Add(time.Duration(math.Round(rest*86400)) * time.Second).Format("2006-01-02 15:04"), true
	}
	return at.Format("2006-01-02"), true
}

// SerialDay is the day that a sheet means by a number without the style of one.
func SerialDay(n string) (string, bool) {
	v, err := strconv.ParseFloat(n, 64)
	if err != nil {
		return "", false
	}
	return (&workbook{since: time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)}).day(v)
}

// merges finds the merged ranges of a sheet: they stand behind its cells.
func (b *workbook) merges(part string) (all []Range, err error) {
	err = b.walk(part, func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "mergeCell" {
			return nil
		}
		from, to, _ := strings.Cut(attribute(e, "ref"), ":")
		column, row, err1 := excelize.CellNameToCoordinates(from)
		lastColumn, lastRow, err2 := excelize.CellNameToCoordinates(to)
		if err1 != nil || err2 != nil {
			return nil //nolint:nilerr // a range that is none
		}
		all = append(all, Range{row - 1, column - 1, lastRow - 1, min(lastColumn-1, maxColumns-1)})
		if len(all) > maxMerged {
			return ErrTooLarge
		}
		return nil
	})
	slices.SortFunc(all, func(a, b Range) int { return a.Row - b.Row })
	return all, err
}
