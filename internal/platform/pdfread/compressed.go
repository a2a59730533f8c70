// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdfread

import (
	"bytes"
	"compress/zlib"
	"io"
)

// maxDecoded bounds what a compressed stream may become.
const maxDecoded = 64 << 20

// Decode returns the bytes of a stream without filter or with FlateDecode, the
// filters of the structure of a file; those of pictures are not read.
func (f *File) Decode(s *Stream) ([]byte, error) {
	filter, parms := f.Resolve(s.Dict["Filter"]), f.Resolve(s.Dict["DecodeParms"])
	if list, ok := filter.(Array); ok && len(list) == 1 {
		filter = f.Resolve(list[0])
		if p, ok := parms.(Array); ok && len(p) == 1 {
			parms = f.Resolve(p[0])
		}
	}
	switch filter {
	case nil:
		return s.Data, nil
	case Name("FlateDecode"):
	default:
		return nil, ErrUnsupported
	}
	z, err := zlib.NewReader(bytes.NewReader(s.Data))
	if err != nil {
		return nil, ErrMalformed.Because(err)
	}
	out, err := io.ReadAll(io.LimitReader(z, maxDecoded+1))
	if err != nil {
		return nil, ErrMalformed.Because(err)
	}
	if len(out) > maxDecoded {
		return nil, ErrTooLarge
	}
	d, ok := parms.(Dict)
	if !ok {
		return out, nil
	}
	return f.unpredict(out, d)
}

func (f *File) number(o Object, otherwise int) int {
	n, ok := f.Resolve(o).(Number)
	if !ok {
		return otherwise
	}
	i, ok := n.Int()
	if !ok {
		return -1
	}
	return i
}

// unpredict undoes the PNG predictors with one byte for each column.
func (f *File) unpredict(b []byte, parms Dict) ([]byte, error) {
	predictor := f.number(parms["Predictor"], 1)
	if predictor == 1 {
		return b, nil
	}
	columns := f.number(parms["Columns"], 1)
	if predictor < 10 || predictor > 15 || columns < 1 || columns > 1<<16 || f.number(parms["Colors"], 1) != 1 || f.number(parms["BitsPerComponent"], 8) != 8 {
		return nil, ErrUnsupported
	}
	var out []byte
	above := make([]byte, columns)
	for len(b) >= columns+1 {
		kind, row := b[0], bytes.Clone(b[1:columns+1])
		b = b[columns+1:]
		for i := range row {
			var left, corner byte
			if i > 0 {
				left, corner = row[i-1], above[i-1]
			}
			switch kind {
			case 0:
			case 1:
				row[i] += left
			case 2:
				row[i] += above[i]
			case 3:
				row[i] += byte((int(left) + int(above[i])) / 2) //nolint:gosec // the mean of two bytes is a byte
			case 4:
				row[i] += paeth(left, above[i], corner)
			default:
				return nil, ErrMalformed
			}
		}
		out = append(out, row...)
		above = row
	}
	return out, nil
}

func paeth(left, above, corner byte) byte {
	p := int(left) + int(above) - int(corner)
	distance := func(b byte) int { return max(p-int(b), int(b)-p) }
	switch l, a, c := distance(left), distance(above), distance(corner); {
	case l <= a && l <= c:
		return left
	case a <= c:
		return above
	}
	return corner
}

// streamSection reads a cross-reference stream.
func (f *File) streamSection(offset int) (s Section, err error) {
	s = Section{Offset: offset, Entries: map[int]Entry{}, Stream: true}
	p := parser{b: f.Bytes, pos: offset}
	num, ok1 := p.int()
	gen, ok2 := p.int()
	if !ok1 || !ok2 {
		return s, ErrMalformed
	}
	o, err := f.at(Ref{num, gen}, Entry{Offset: offset, Gen: gen})
	if err != nil {
		return s, err
	}
	x, ok := o.(*Stream)
	if !ok || x.Dict["Type"] != Name("XRef") {
		return s, ErrMalformed
	}
	s.Trailer = x.Dict
	if x.Dict["Encrypt"] != nil {
		return s, ErrEncrypted
	}
	data, err := f.Decode(x)
	if err != nil {
		return s, err
	}
	var width [3]int
	w, ok := x.Dict["W"].(Array)
	if !ok || len(w) != 3 {
		return s, ErrMalformed
	}
	for i := range w {
		if width[i] = f.number(w[i], -1); width[i] < 0 || width[i] > 4 {
			return s, ErrMalformed
		}
	}
	index, ok := x.Dict["Index"].(Array)
	if !ok {
		index = Array{Int(0), x.Dict["Size"]}
	}
	return s, s.rows(f, data, width, index)
}

func (s *Section) rows(f *File, data []byte, width [3]int, index Array) error {
	size := width[0] + width[1] + width[2]
	if size == 0 || len(index)%2 != 0 {
		return ErrMalformed
	}
	for i := 0; i < len(index); i += 2 {
		first, count := f.number(index[i], -1), f.number(index[i+1], -1)
		if first < 0 || first > maxObjects || count < 0 || count > len(data)/size {
			return ErrMalformed
		}
		for n := first; n < first+count; n++ {
			if _, twice := s.Entries[n]; twice {
				return ErrMalformed
			}
			var v [3]int
			v[0] = 1
			row := data[:size]
			data = data[size:]
			for k, wide := range width {
				if wide > 0 {
					v[k] = 0
				}
				for _, b := range row[:wide] {
					v[k] = v[k]<<8 | int(b)
				}
				row = row[wide:]
			}
			switch v[0] {
			case 0:
				s.Entries[n] = Entry{Free: true}
			case 1:
				s.Entries[n] = Entry{Offset: v[1], Gen: v[2]}
			case 2:
				s.Entries[n] = Entry{In: v[1], Index: v[2]}
			}
		}
	}
	return nil
}

// inside returns an object that stands in an object stream.
func (f *File) inside(num int, e Entry) (Object, error) {
	if f.Entries[e.In].In != 0 { // an object stream stands in no other
		return nil, ErrMalformed
	}
	members, ok := f.packs[e.In]
	if !ok {
		var err error
		if members, err = f.unpack(e.In); err != nil {
			return nil, err
		}
		f.packs[e.In] = members
	}
	if e.Index >= len(members) || members[e.Index].num != num {
		return nil, ErrMalformed
	}
	p := parser{b: members[e.Index].data, inner: true}
	o, err := p.object(0)
	if err != nil {
		return nil, ErrMalformed.Because(err)
	}
	return o, nil
}

type member struct {
	num  int
	data []byte
}

func (f *File) unpack(num int) ([]member, error) {
	s, ok := f.Resolve(Ref{Num: num}).(*Stream)
	if !ok || s.Dict["Type"] != Name("ObjStm") {
		return nil, ErrMalformed
	}
	data, err := f.Decode(s)
	if err != nil {
		return nil, err
	}
	n, first := f.number(s.Dict["N"], -1), f.number(s.Dict["First"], -1)
	if n < 0 || n > len(data) || first < 0 || first > len(data) {
		return nil, ErrMalformed
	}
	p := parser{b: data[:first]}
	members := make([]member, n)
	for i := range members {
		object, ok1 := p.int()
		at, ok2 := p.int()
		if !ok1 || !ok2 || at > len(data)-first {
			return nil, ErrMalformed
		}
		members[i] = member{object, data[first+at:]}
	}
	return members, nil
}
