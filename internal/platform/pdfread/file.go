// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdfread

import (
	"bytes"

	"tinhso.vn/internal/platform/errs"
)

// Errors of files that cannot be read.
var (
	ErrMalformed   = errs.New(errs.Invalid, "pdf.malformed")   // no PDF, or a broken one
	ErrEncrypted   = errs.New(errs.Invalid, "pdf.encrypted")   // needs a password or hides its text
	ErrUnsupported = errs.New(errs.Invalid, "pdf.unsupported") // hybrid files, filters of old
	ErrTooLarge    = errs.New(errs.TooLarge, "pdf.too_large")  // more than MaxSize bytes
)

// MaxSize is the largest file that is read, in bytes.
const MaxSize = 256 << 20

// maxObjects bounds the numbers of objects a file may claim to have.
const maxObjects = 4 << 20

// Entry says where an object stands; a free one has no place.
type Entry struct {
	Offset, Gen int
	Free        bool
	In, Index   int // number of the object stream it stands in, and its place there
}

// Section is one cross-reference section: one revision of the file.
type Section struct {
	Offset  int // of its table or stream
	Stream  bool
	Trailer Dict
	Entries map[int]Entry
}

// File is an open PDF.
type File struct {
	Bytes    []byte
	Sections []Section     // newest first
	Entries  map[int]Entry // as the newest revision sees them
	Trailer  Dict          // of the newest revision
	cache    map[Ref]Object
	packs    map[int][]member
}

// Open reads the cross-reference tables and streams of a file.
func Open(b []byte) (*File, error) {
	if len(b) > MaxSize {
		return nil, ErrTooLarge
	}
	if !bytes.HasPrefix(b, []byte("%PDF-")) {
		return nil, ErrMalformed
	}
	tail := max(0, len(b)-1024)
	at := bytes.LastIndex(b[tail:], []byte("startxref"))
	if at < 0 {
		return nil, ErrMalformed
	}
	p := parser{b: b, pos: tail + at + len("startxref")}
	offset, ok := p.int()
	if !ok {
		return nil, ErrMalformed
	}
	f := &File{Bytes: b, Entries: map[int]Entry{}, cache: map[Ref]Object{}, packs: map[int][]member{}}
	seen := map[int]bool{}
	for more := true; more; {
		if seen[offset] || len(seen) > 1000 {
			return nil, ErrMalformed
		}
		seen[offset] = true
		s, err := f.section(offset)
		if err != nil {
			return nil, err
		}
		f.Sections = append(f.Sections, s)
		for n, e := range s.Entries {
			if _, newer := f.Entries[n]; !newer {
				f.Entries[n] = e
			}
		}
		prev, has := s.Trailer["Prev"].(Number)
		if more = has; has {
			if offset, ok = prev.Int(); !ok {
				return nil, ErrMalformed
			}
		}
	}
	f.Trailer = f.Sections[0].Trailer
	return f, nil
}

func (f *File) section(offset int) (s Section, err error) {
	s = Section{Offset: offset, Entries: map[int]Entry{}}
	if offset < 0 || offset >= len(f.Bytes) {
		return s, ErrMalformed
	}
	p := parser{b: f.Bytes, pos: offset}
	if !p.keyword("xref") {
		if _, ok := p.int(); ok {
			return f.streamSection(offset)
		}
		return s, ErrMalformed
	}
	for !p.keyword("trailer") {
		first, ok1 := p.int()
		count, ok2 := p.int()
		if !ok1 || !ok2 || first > maxObjects || count > maxObjects || count > (len(f.Bytes)-p.pos)/18 {
			return s, ErrMalformed
		}
		for n := first; n < first+count; n++ {
			at, ok1 := p.int()
			gen, ok2 := p.int()
			p.skip()
			kind := p.word()
			if !ok1 || !ok2 || (kind != "n" && kind != "f") {
				return s, ErrMalformed
			}
			if _, twice := s.Entries[n]; twice {
				return s, ErrMalformed
			}
			s.Entries[n] = Entry{Offset: at, Gen: gen, Free: kind == "f"}
		}
	}
	o, err := p.object(0)
	trailer, ok := o.(Dict)
	if err != nil || !ok {
		return s, ErrMalformed
	}
	s.Trailer = trailer
	if trailer["Encrypt"] != nil {
		return s, ErrEncrypted
	}
	if trailer["XRefStm"] != nil {
		return s, ErrUnsupported
	}
	return s, nil
}

// Get returns the object r points to; nil when there is none.
func (f *File) Get(r Ref) (Object, error) {
	if o, ok := f.cache[r]; ok {
		return o, nil
	}
	e, ok := f.Entries[r.Num]
	if !ok || e.Free || e.Gen != r.Gen {
		return nil, nil
	}
	f.cache[r] = nil // a stream whose Length is itself ends here
	var o Object
	var err error
	if e.In != 0 {
		o, err = f.inside(r.Num, e)
	} else {
		o, err = f.at(r, e)
	}
	if err != nil {
		return nil, err
	}
	f.cache[r] = o
	return o, nil
}

func (f *File) at(r Ref, e Entry) (Object, error) {
	if e.Offset >= len(f.Bytes) {
		return nil, ErrMalformed
	}
	p := parser{b: f.Bytes, pos: e.Offset}
	num, ok1 := p.int()
	gen, ok2 := p.int()
	if !ok1 || !ok2 || num != r.Num || gen != r.Gen || !p.keyword("obj") {
		return nil, ErrMalformed
	}
	o, err := p.object(0)
	if err != nil {
		return nil, ErrMalformed.Because(err)
	}
	d, ok := o.(Dict)
	if !ok || !p.keyword("stream") {
		return o, nil
	}
	return f.stream(d, p.pos)
}

func (f *File) stream(d Dict, pos int) (Object, error) {
	b := f.Bytes
	if pos < len(b) && b[pos] == '\r' {
		pos++
	}
	if pos < len(b) && b[pos] == '\n' {
		pos++
	}
	n, ok := f.Resolve(d["Length"]).(Number)
	length, whole := n.Int()
	if !ok || !whole || length < 0 || length > len(b)-pos {
		return nil, ErrMalformed
	}
	end := parser{b: b, pos: pos + length}
	if !end.keyword("endstream") {
		return nil, ErrMalformed
	}
	return &Stream{Dict: d, Data: b[pos : pos+length]}, nil
}

// Resolve follows references; what is missing or broken is nil.
func (f *File) Resolve(o Object) Object {
	for range maxDepth {
		r, ok := o.(Ref)
		if !ok {
			return o
		}
		next, err := f.Get(r)
		if err != nil {
			return nil
		}
		o = next
	}
	return nil
}

// Dict resolves o to a dictionary, nil when it is none.
func (f *File) Dict(o Object) Dict {
	d, ok := f.Resolve(o).(Dict)
	if !ok {
		return nil
	}
	return d
}

// Array resolves o to an array, nil when it is none.
func (f *File) Array(o Object) Array {
	a, ok := f.Resolve(o).(Array)
	if !ok {
		return nil
	}
	return a
}

// Catalog returns the root dictionary and its reference.
func (f *File) Catalog() (Ref, Dict, error) {
	r, ok := f.Trailer["Root"].(Ref)
	d := f.Dict(r)
	if !ok || d == nil {
		return r, nil, ErrMalformed
	}
	return r, d, nil
}

// Pages returns the references of all pages in order.
func (f *File) Pages() ([]Ref, error) {
	_, root, err := f.Catalog()
	if err != nil {
		return nil, err
	}
	var pages []Ref
	seen := map[Ref]bool{}
	var walk func(o Object, depth int) error
	walk = func(o Object, depth int) error {
		r, ok := o.(Ref)
		node := f.Dict(o)
		if !ok || node == nil || seen[r] || depth > maxDepth {
			return ErrMalformed
		}
		seen[r] = true
		kids, inner := f.Resolve(node["Kids"]).(Array)
		if !inner {
			pages = append(pages, r)
			return nil
		}
		for _, kid := range kids {
			if err := walk(kid, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk(root["Pages"], 0); err != nil {
		return nil, err
	}
	return pages, nil
}
