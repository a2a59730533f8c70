// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package pdfread reads the objects of a PDF file and writes objects that are
// appended to one. It knows the syntax of ISO 32000-1 chapter 7, not what pages
// look like, and it trusts nothing in a file: depth, counts and offsets have
// limits. It reads no encrypted files.
package pdfread

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode/utf16"
)

// Object is one of nil, bool, Number, Name, String, Array, Dict, Ref, *Stream.
type Object any

// Number is a number as it is written in the file.
type Number string

// Name is a name without its slash, escapes resolved.
type Name string

// String is a byte string and where it stands in the file, brackets included;
// Start and End are 0 for a string that was made or stands in an object stream.
type String struct {
	Bytes      []byte
	Start, End int
	Hex        bool
}

// Array is a list of objects.
type Array []Object

// Dict is a dictionary.
type Dict map[Name]Object

// Ref points to an object.
type Ref struct{ Num, Gen int }

// Stream is a dictionary with bytes, still encoded.
type Stream struct {
	Dict Dict
	Data []byte
}

// Int returns the number as an integer.
func (n Number) Int() (int, bool) {
	i, err := strconv.Atoi(string(n))
	return i, err == nil
}

// Float returns the number, 0 when it is none.
func (n Number) Float() float64 {
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil {
		return 0
	}
	return f
}

// Int makes a Number.
func Int(i int) Number { return Number(strconv.Itoa(i)) }

// Float makes a Number with up to four digits after the point.
func Float(f float64) Number {
	return Number(strconv.FormatFloat(float64(int64(f*10000+0.5*sign(f)))/10000, 'f', -1, 64))
}

func sign(f float64) float64 {
	if f < 0 {
		return -1
	}
	return 1
}

// Text makes a text string: UTF-16 with its mark, as readers of all ages take it.
func Text(s string) String {
	out := []byte{0xFE, 0xFF}
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.BigEndian.AppendUint16(out, u)
	}
	return String{Bytes: out}
}

// Text returns a text string as UTF-8; bytes without a mark are read as Latin-1.
func (s String) Text() string {
	b := s.Bytes
	if len(b) >= 2 && b[0] == 0xFE && b[1] == 0xFF {
		var units []uint16
		for i := 2; i+1 < len(b); i += 2 {
			units = append(units, binary.BigEndian.Uint16(b[i:]))
		}
		return string(utf16.Decode(units))
	}
	if bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}) {
		return string(b[3:])
	}
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

// Clone returns a copy whose entries can be changed; values are shared.
func (d Dict) Clone() Dict {
	if d == nil {
		return Dict{}
	}
	return maps.Clone(d)
}

// Write appends o as it stands in a file. Keys are sorted and strings are
// hexadecimal, so that the same object gives the same bytes.
func Write(out *bytes.Buffer, o Object) {
	switch o := o.(type) {
	case nil:
		out.WriteString("null")
	case bool:
		out.WriteString(strconv.FormatBool(o))
	case Number:
		out.WriteString(string(o))
	case Name:
		writeName(out, o)
	case String:
		fmt.Fprintf(out, "<%X>", o.Bytes)
	case Ref:
		fmt.Fprintf(out, "%d %d R", o.Num, o.Gen)
	case Array:
		out.WriteByte('[')
		for i, e := range o {
			if i > 0 {
				out.WriteByte(' ')
			}
			Write(out, e)
		}
		out.WriteByte(']')
	case Dict:
		writeDict(out, o)
	case *Stream:
		d := o.Dict.Clone()
		d["Length"] = Int(len(o.Data))
		writeDict(out, d)
		out.WriteString("\nstream\n")
		out.Write(o.Data)
		out.WriteString("\nendstream")
	}
}

func writeDict(out *bytes.Buffer, d Dict) {
	out.WriteString("<<")
	for _, k := range slices.Sorted(maps.Keys(d)) {
		out.WriteByte(' ')
		writeName(out, k)
		out.WriteByte(' ')
		Write(out, d[k])
	}
	out.WriteString(" >>")
}

func writeName(out *bytes.Buffer, n Name) {
	out.WriteByte('/')
	for _, c := range []byte(n) {
		if c <= ' ' || c > '~' || bytes.IndexByte([]byte("()<>[]{}/%#"), c) >= 0 {
			fmt.Fprintf(out, "#%02X", c)
			continue
		}
		out.WriteByte(c)
	}
}
