// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdfread

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
)

// Update is a revision being appended to a file: nothing before it changes.
type Update struct {
	f       *File
	next    int
	objects map[Ref]Object
	raw     map[Ref][]byte
}

// Update begins a revision.
func (f *File) Update() *Update {
	next := 1
	for n := range f.Entries {
		next = max(next, n+1)
	}
	if size, ok := f.Trailer["Size"].(Number); ok {
		if n, ok := size.Int(); ok && n < maxObjects {
			next = max(next, n)
		}
	}
	return &Update{f: f, next: next, objects: map[Ref]Object{}, raw: map[Ref][]byte{}}
}

// Add gives o a number of its own.
func (u *Update) Add(o Object) Ref {
	r := u.Reserve()
	u.objects[r] = o
	return r
}

// Reserve takes a number for an object that Set gives later.
func (u *Update) Reserve() Ref {
	r := Ref{Num: u.next}
	u.next++
	return r
}

// Set replaces the object r points to.
func (u *Update) Set(r Ref, o Object) { u.objects[r] = o }

// SetRaw replaces the object by bytes that are written as they are.
func (u *Update) SetRaw(r Ref, b []byte) { u.objects[r], u.raw[r] = nil, b }

// Get returns the object as this revision will have it.
func (u *Update) Get(r Ref) Object {
	if o, ok := u.objects[r]; ok {
		return o
	}
	return u.f.Resolve(r)
}

// Resolve follows references within this revision.
func (u *Update) Resolve(o Object) Object {
	for range maxDepth {
		r, ok := o.(Ref)
		if !ok {
			return o
		}
		o = u.Get(r)
	}
	return nil
}

// Bytes returns the whole file with the revision, and where the bytes of raw
// objects begin.
func (u *Update) Bytes() (file []byte, raw map[Ref]int) {
	var out bytes.Buffer
	out.Grow(len(u.f.Bytes) + 1<<16)
	out.Write(u.f.Bytes)
	if !bytes.HasSuffix(u.f.Bytes, []byte("\n")) {
		out.WriteByte('\n')
	}
	refs := slices.SortedFunc(maps.Keys(u.objects), func(a, b Ref) int { return a.Num - b.Num })
	raw = map[Ref]int{}
	offsets := make([]int, len(refs))
	for i, r := range refs {
		offsets[i] = out.Len()
		fmt.Fprintf(&out, "%d %d obj\n", r.Num, r.Gen)
		if b, ok := u.raw[r]; ok {
			raw[r] = out.Len()
			out.Write(b)
		} else {
			Write(&out, u.objects[r])
		}
		out.WriteString("\nendobj\n")
	}
	start := out.Len()
	trailer := u.trailer()
	if u.f.Sections[0].Stream {
		u.stream(&out, refs, offsets, trailer)
		fmt.Fprintf(&out, "startxref\n%d\n%%%%EOF\n", start)
		return out.Bytes(), raw
	}
	out.WriteString("xref\n")
	for i := 0; i < len(refs); {
		n := i + 1
		for n < len(refs) && refs[n].Num == refs[n-1].Num+1 {
			n++
		}
		fmt.Fprintf(&out, "%d %d\n", refs[i].Num, n-i)
		for ; i < n; i++ {
			fmt.Fprintf(&out, "%010d %05d n \n", offsets[i], refs[i].Gen)
		}
	}
	trailer["Size"] = Int(u.next)
	out.WriteString("trailer\n")
	Write(&out, trailer)
	fmt.Fprintf(&out, "\nstartxref\n%d\n%%%%EOF\n", start)
	return out.Bytes(), raw
}

func (u *Update) trailer() Dict {
	trailer := Dict{"Prev": Int(u.f.Sections[0].Offset)}
	for _, k := range []Name{"Root", "Info", "ID"} {
		if v, ok := u.f.Trailer[k]; ok {
			trailer[k] = v
		}
	}
	return trailer
}

// stream writes the cross-reference of the revision the way the file has it.
func (u *Update) stream(out *bytes.Buffer, refs []Ref, offsets []int, d Dict) {
	self := Ref{Num: u.next}
	var rows []byte
	var index Array
	for i, r := range append(slices.Clone(refs), self) {
		at := out.Len()
		if i < len(offsets) {
			at = offsets[i]
		}
		rows = append(rows, 1)
		rows = binary.BigEndian.AppendUint32(rows, uint32(at))    //nolint:gosec // MaxSize is less
		rows = binary.BigEndian.AppendUint16(rows, uint16(r.Gen)) //nolint:gosec // generations end at 65535
		index = append(index, Int(r.Num), Int(1))
	}
	d["Type"], d["Size"], d["Index"] = Name("XRef"), Int(u.next+1), index
	d["W"] = Array{Int(1), Int(4), Int(2)}
	fmt.Fprintf(out, "%d 0 obj\n", self.Num)
	Write(out, &Stream{Dict: d, Data: rows})
	out.WriteString("\nendobj\n")
}

// Import copies an object of another file, with all it points to, and returns
// it with references of this revision. Parents of pages are left behind.
func (u *Update) Import(from *File, o Object) Object {
	return u.imported(from, o, map[Ref]Ref{}, 0)
}

func (u *Update) imported(from *File, o Object, known map[Ref]Ref, depth int) Object {
	if depth > maxDepth {
		return nil
	}
	switch o := o.(type) {
	case Ref:
		if r, ok := known[o]; ok {
			return r
		}
		r := u.Reserve()
		known[o] = r
		u.objects[r] = u.imported(from, from.Resolve(o), known, depth+1)
		return r
	case Array:
		out := make(Array, len(o))
		for i := range o {
			out[i] = u.imported(from, o[i], known, depth+1)
		}
		return out
	case Dict:
		return u.importedDict(from, o, known, depth)
	case *Stream:
		return &Stream{Dict: u.importedDict(from, o.Dict, known, depth), Data: o.Data}
	}
	return o
}

// importedDict goes through keys in order: numbers are given on the way.
func (u *Update) importedDict(from *File, d Dict, known map[Ref]Ref, depth int) Dict {
	out := make(Dict, len(d))
	for _, k := range slices.Sorted(maps.Keys(d)) {
		if k != "Parent" && k != "Length" {
			out[k] = u.imported(from, d[k], known, depth+1)
		}
	}
	return out
}
