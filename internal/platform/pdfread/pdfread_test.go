// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package pdfread_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdfread"
)

// build writes a file whose objects 1, 2, … have the given text; object 1 is
// the root.
func build(extra string, objects ...string) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.7\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&out, "trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, extra, start)
	return out.Bytes()
}

func open(t *testing.T, b []byte) *pdfread.File {
	t.Helper()
	f, err := pdfread.Open(b)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestObjectsAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]pdfread.Object{
		"null": nil, "true": true, "-12.5": pdfread.Number("-12.5"), "7 0 R": pdfread.Ref{Num: 7}, "/A#20b": pdfread.Name("A b"),
		"[1 2 0 R 3 (x)]": pdfread.Array{pdfread.Number("1"), pdfread.Ref{Num: 2}, pdfread.Number("3"), "x"},
		"<</A<</B/C>>>>":  pdfread.Dict{"A": pdfread.Dict{"B": pdfread.Name("C")}},
		`(a\(b\)(c)\101\n\
d)`: "a(b)(c)A\nd",
		"<48 6 9 7>":   "Hip",
		"% c\n [ ]":    pdfread.Array{},
		"<</A 1/B[]>>": pdfread.Dict{"A": pdfread.Number("1"), "B": pdfread.Array{}},
	} {
		f := open(t, build("", text))
		o, err := f.Get(pdfread.Ref{Num: 1})
		if err != nil || !reflect.DeepEqual(plain(o), want) {
			t.Errorf("%s: got %#v (%v), want %#v", text, plain(o), err, want)
		}
	}
}

// plain turns strings into Go strings: where they stand is another test.
func plain(o pdfread.Object) pdfread.Object {
	switch o := o.(type) {
	case pdfread.String:
		return string(o.Bytes)
	case pdfread.Array:
		for i := range o {
			o[i] = plain(o[i])
		}
	}
	return o
}

func TestWhereStringsStand(t *testing.T) {
	t.Parallel()
	b := build("", "<</Contents <00FF> /L (ab)>>")
	d := open(t, b).Dict(pdfread.Ref{Num: 1})
	hex, ok1 := d["Contents"].(pdfread.String)
	literal, ok2 := d["L"].(pdfread.String)
	if !ok1 || !ok2 || string(b[hex.Start:hex.End]) != "<00FF>" || !hex.Hex || string(b[literal.Start:literal.End]) != "(ab)" || literal.Hex {
		t.Errorf("%+v %+v", hex, literal)
	}
}

func TestBrokenFilesAreRefused(t *testing.T) {
	t.Parallel()
	whole := build("", "<</Pages 2 0 R>>", "<</Kids[2 0 R]>>")
	for name, c := range map[string]struct {
		b    []byte
		want *errs.Error
	}{
		"empty":          {nil, pdfread.ErrMalformed},
		"not a PDF":      {[]byte("PK\x03\x04"), pdfread.ErrMalformed},
		"no end":         {whole[:len(whole)/2], pdfread.ErrMalformed},
		"encrypted":      {build("/Encrypt 1 0 R", "<<>>"), pdfread.ErrEncrypted},
		"hybrid":         {build("/XRefStm 9", "<<>>"), pdfread.ErrUnsupported},
		"loop":           {build(fmt.Sprintf("/Prev %d", bytes.LastIndex(build("", "<<>>"), []byte("xref\n0"))), "<<>>"), pdfread.ErrMalformed},
		"far table":      {[]byte("%PDF-1.4\nstartxref\n99999\n%%EOF"), pdfread.ErrMalformed},
		"huge count":     {[]byte("%PDF-1.4\nxref\n0 4000000\nstartxref\n9\n%%EOF"), pdfread.ErrMalformed},
		"no stream":      {[]byte("%PDF-1.5\n1 0 obj\n<</Type/XRef>>\nstartxref\n9\n%%EOF"), pdfread.ErrMalformed},
		"larger than we": {make([]byte, pdfread.MaxSize+1), pdfread.ErrTooLarge},
	} {
		if _, err := pdfread.Open(c.b); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
	for name, text := range map[string]string{
		"a key twice": "<</A 1/A 2>>", "deep": strings.Repeat("[", 500) + strings.Repeat("]", 500), "open": "<</A", "a word": "hello", "infinite": "Inf",
		"short stream": "<</Length 3>>stream\nabcdef\nendstream", "long stream": "<</Length 300>>stream\nabc\nendstream", "its own length": "<</Length 1 0 R>>stream\nabc\nendstream",
	} {
		if o, err := open(t, build("", text)).Get(pdfread.Ref{Num: 1}); !errors.Is(err, pdfread.ErrMalformed) {
			t.Errorf("%s: got %#v, %v", name, o, err)
		}
	}
	if _, err := open(t, whole).Pages(); !errors.Is(err, pdfread.ErrMalformed) {
		t.Errorf("pages that hold themselves: %v", err)
	}
}

func TestUpdateKeepsWhatWasBefore(t *testing.T) {
	t.Parallel()
	b := build("/Info 2 0 R", "<</Pages 3 0 R>>", "<</Title(a)>>", "<</Kids[4 0 R]>>", "<</Type/Page>>")
	f := open(t, b)
	u := f.Update()
	added := u.Add(&pdfread.Stream{Dict: pdfread.Dict{"A": pdfread.Text("Ộ")}, Data: []byte("data")})
	u.Set(pdfread.Ref{Num: 2}, pdfread.Dict{"Title": pdfread.Text("Quyết định")})
	out, _ := u.Bytes()
	if !bytes.HasPrefix(out, b) {
		t.Fatal("bytes before the revision changed")
	}
	g := open(t, out)
	if len(g.Sections) != 2 || added.Num != 5 {
		t.Errorf("%d revisions, new object %d", len(g.Sections), added.Num)
	}
	title, ok := g.Dict(g.Trailer["Info"])["Title"].(pdfread.String)
	if !ok || title.Text() != "Quyết định" {
		t.Errorf("title %q", title.Text())
	}
	s, ok := g.Resolve(added).(*pdfread.Stream)
	if !ok || string(s.Data) != "data" {
		t.Errorf("stream %+v", s)
	}
	if o, err := open(t, out[:len(b)]).Get(added); o != nil || err != nil {
		t.Errorf("the old revision knows the new object: %v, %v", o, err)
	}
}

func TestImportBringsAllItNeeds(t *testing.T) {
	t.Parallel()
	from := open(t, build("", "<</A 2 0 R/Parent 1 0 R>>", "<</Loop 1 0 R/S 3 0 R>>", "<</Length 2>>stream\nhi\nendstream"))
	u := open(t, build("", "<<>>")).Update()
	ref, ok := u.Import(from, pdfread.Ref{Num: 1}).(pdfread.Ref)
	out, _ := u.Bytes()
	f := open(t, out)
	a := f.Dict(ref)
	s, isStream := f.Resolve(f.Dict(a["A"])["S"]).(*pdfread.Stream)
	if !ok || !isStream || string(s.Data) != "hi" || a["Parent"] != nil || f.Dict(a["A"])["Loop"] != pdfread.Object(ref) {
		t.Errorf("%v %+v", a, s)
	}
}

func TestDecodeHasLimits(t *testing.T) {
	t.Parallel()
	f := open(t, build("", "<<>>"))
	var bomb bytes.Buffer
	z := zlib.NewWriter(&bomb)
	zeros := make([]byte, 1<<20)
	for range 65 {
		if _, err := z.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	flate := pdfread.Dict{"Filter": pdfread.Name("FlateDecode")}
	for name, c := range map[string]struct {
		s    *pdfread.Stream
		want *errs.Error
	}{
		"bomb":           {&pdfread.Stream{Dict: flate, Data: bomb.Bytes()}, pdfread.ErrTooLarge},
		"not compressed": {&pdfread.Stream{Dict: flate, Data: []byte("plain")}, pdfread.ErrMalformed},
		"other filter":   {&pdfread.Stream{Dict: pdfread.Dict{"Filter": pdfread.Name("LZWDecode")}}, pdfread.ErrUnsupported},
	} {
		if _, err := f.Decode(c.s); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}
