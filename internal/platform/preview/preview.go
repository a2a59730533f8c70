// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package preview makes pictures of the pages of PDFs, and small copies of
// pictures. What strangers send is opened in a process of its own (Child), which
// has narrow limits, no files and no environment, reads the content from its
// standard input and writes pictures to its standard output; PDFs are read there
// by PDFium inside a WebAssembly machine besides. Runner starts it, believes
// nothing it says without looking, and ends it when its time is over.
//
// It keeps nothing: kernel/files does. Of a PDF it shows what is seen; it says
// nothing about whether a signature is good.
package preview

import (
	"errors"
)

// The kinds of content that can be shown.
const (
	PDF  = "application/pdf"
	PNG  = "image/png"
	JPEG = "image/jpeg"
)

// Shows reports whether content of the media type can be shown.
func Shows(kind string) bool { return kind == PDF || kind == PNG || kind == JPEG }

// Widths of pictures, in pixels. What is narrower is not made wider.
const (
	ThumbWidth = 240
	PageWidth  = 1240
)

// Limits of one preview.
const (
	MaxContent = 64 << 20 // bytes of what is shown
	MaxPages   = 20       // of which pictures are made
	maxPicture = 4 << 20  // bytes of one picture
	maxHeight  = 4 * PageWidth
)

// Why nothing can be shown, or not everything. The text is a code for kernel/files.
var (
	ErrTooLarge  = errors.New("too_large")  // to be looked at
	ErrEncrypted = errors.New("encrypted")  // needs a password
	ErrBroken    = errors.New("broken")     // cannot be read
	ErrExhausted = errors.New("exhausted")  // took more time or memory than there is
	ErrFailed    = errors.New("not_shown")  // the process ended without a reason
	ErrNoKind    = errors.New("other_kind") // nobody can show that
)

// Picture is what one page looks like, or the thumbnail.
type Picture struct {
	Page   int    // from 1; 0 for the thumbnail
	Width  int    // pixels
	Height int    // pixels
	JPEG   []byte // at most 4 MB
}

// order is the first line that the child reads.
type order struct {
	Kind  string `json:"kind"`
	Pages int    `json:"pages"` // of which pictures are made
	From  int    `json:"from"`  // of sheets: the first; 0: these are no sheets
}

// line precedes each picture, and stands at the end.
type line struct {
	Page   int    `json:"page,omitempty"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
	Size   int    `json:"size,omitempty"`  // of the picture that follows; 0: this is the end
	Total  int    `json:"total,omitempty"` // pages of the whole, at the end
	Error  string `json:"error,omitempty"` // at the end

	Ink     int    `json:"ink,omitempty"` // of sheets, as in Sheet
	Sharp   int    `json:"sharp,omitempty"`
	DPI     int    `json:"dpi,omitempty"`
	Code    string `json:"code,omitempty"`
	Damaged bool   `json:"damaged,omitempty"`
}
