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

// pages shows the first pages of a PDF and returns how many it has.
func (s *show) pages(content []byte, most int) (total int, err error) {
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
	for i := range min(n.PageCount, most) {
		which := requests.Page{ByIndex: &requests.PageByIndex{Document: doc.Document, Index: i}}
		size, err := m.GetPageSize(&requests.GetPageSize{Page: which})
		if err != nil || size.Width <= 0 || size.Height <= 0 {
			return n.PageCount, errors.Join(ErrBroken, err)
		}
		w, h := PageWidth, int(size.Height/size.Width*PageWidth)
		if h > maxHeight {
			w, h = max(1, int(size.Width/size.Height*maxHeight)), maxHeight
		}
		drawn, err := m.RenderPageInPixels(&requests.RenderPageInPixels{Page: which, Width: w, Height: max(1, h)})
		if err != nil {
			return n.PageCount, errors.Join(ErrBroken, err)
		}
		err = s.give(i+1, drawn.Result.Image)
		drawn.Cleanup()
		if err != nil {
			return n.PageCount, err
		}
	}
	return n.PageCount, nil
}
