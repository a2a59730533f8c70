// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package preview

import (
	"crypto/rand"
	"errors"
	"io"
	"time"

	pdfium "github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
)

// page is the unit of memory of a WebAssembly machine.
const page = 64 << 10

// machine starts PDFium. It sees no files and says nothing.
func machine() (pdfium.Pdfium, error) {
	pool, err := webassembly.Init(webassembly.Config{
		MinIdle: 1, MaxIdle: 1, MaxTotal: 1,
		FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard, RandomSource: rand.Reader,
		RuntimeConfig: wazero.NewRuntimeConfig().WithMemoryLimitPages(maxMachine / page),
	})
	if err != nil {
		return nil, err
	}
	return pool.GetInstance(time.Minute)
}

// pages shows pages of a PDF, counted from 1, and returns how many it has.
func (s *show) pages(content []byte, from, most int) (total int, err error) {
	m, err := machine()
	if err != nil {
		return 0, errors.Join(ErrExhausted, err)
	}
	doc, err := m.OpenDocument(&requests.OpenDocument{File: &content})
	switch {
	case errors.Is(err, pdfiumerrors.ErrPassword), errors.Is(err, pdfiumerrors.ErrSecurity):
		return 0, ErrEncrypted
	case err != nil:
		return 0, errors.Join(ErrBroken, err)
	}
	n, err := m.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: doc.Document})
	if err != nil || n.PageCount < 1 {
		return 0, errors.Join(ErrBroken, err)
	}
	for i := from - 1; i < min(n.PageCount, from-1+most) && !s.full(); i++ {
		which := requests.Page{ByIndex: &requests.PageByIndex{Document: doc.Document, Index: i}}
		size, err := m.GetPageSize(&requests.GetPageSize{Page: which})
		if err != nil || size.Width <= 0 || size.Height <= 0 {
			return n.PageCount, errors.Join(ErrBroken, err)
		}
		w, h := PageWidth, int(size.Height/size.Width*PageWidth)
		if h > maxHeight {
			w, h = max(1, int(size.Width/size.Height*maxHeight)), maxHeight
		}
		if s.sheets {
			w, h = drawnAt(size.Width, size.Height)
		}
		drawn, err := m.RenderPageInPixels(&requests.RenderPageInPixels{Page: which, Width: w, Height: max(1, h)})
		if err != nil {
			return n.PageCount, errors.Join(ErrBroken, err)
		}
		if s.sheets {
			err = s.sheet(i+1, scannedAt(m, which, size.Width), drawn.Result.Image)
		} else {
			err = s.give(i+1, drawn.Result.Image)
		}
		drawn.Cleanup()
		if err != nil {
			return n.PageCount, err
		}
	}
	return n.PageCount, nil
}

// drawnAt is how many pixels a sheet gets whose size is in points.
func drawnAt(width, height float64) (w, h int) {
	w, h = max(1, int(width/72*SheetDPI)), max(1, int(height/72*SheetDPI))
	if w > sheetWidth {
		w, h = sheetWidth, max(1, h*sheetWidth/w)
	}
	if h > sheetHeight {
		w, h = max(1, w*sheetHeight/h), sheetHeight
	}
	return w, h
}

// scannedAt is how fine the picture was scanned that fills a page; 0 for a page
// that is no scan.
func scannedAt(m pdfium.Pdfium, page requests.Page, width float64) (dpi int) {
	count, err := m.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: page})
	if err != nil {
		return 0
	}
	for i := range min(count.Count, maxLooked) {
		o, err := m.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: page, Index: i})
		if err != nil {
			continue
		}
		size, err := m.FPDFImageObj_GetImagePixelSize(&requests.FPDFImageObj_GetImagePixelSize{ImageObject: o.PageObject})
		if err != nil {
			continue // no picture
		}
		dpi = max(dpi, int(float64(size.Width)/width*72)) // scans of a page fill it
	}
	return min(dpi, maxDPI)
}

const (
	maxLooked = 20 // things of a page
	maxDPI    = 2400
)
