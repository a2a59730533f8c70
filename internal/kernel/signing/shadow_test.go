// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/pdfread"
)

func ints(n ...int) pdfread.Array {
	var a pdfread.Array
	for _, v := range n {
		a = append(a, pdfread.Int(v))
	}
	return a
}

// prepared returns a paper in which its author has hidden something, and what
// change remembers of it.
func (o *office) prepared(change func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref)) []byte {
	o.t.Helper()
	paper, _ := o.paper()
	f, err := pdfread.Open(paper)
	o.must(err)
	pages, err := f.Pages()
	o.must(err)
	u := f.Update()
	change(f, u, pages[0])
	out, _ := u.Bytes()
	return out
}

func (o *office) certified(document []byte) []byte {
	o.t.Helper()
	return o.sign(document, "leader", signing.Request{Field: "signature", Certify: true}, nil)
}

// What the author prepared shows up after the leader has signed.
func TestShadowsWakeUp(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	overlay := &pdfread.Stream{Dict: pdfread.Dict{"Type": pdfread.Name("XObject"), "Subtype": pdfread.Name("Form"), "BBox": ints(0, 0, 600, 800)}, Data: []byte("0 0 600 800 re f")}
	later := pdfread.Ref{Num: 900}
	var info, font pdfread.Ref
	for name, c := range map[string]struct {
		before, after func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref)
	}{
		"a reference to nothing gets something": {
			func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref) {
				d := f.Dict(page).Clone()
				d["Contents"] = pdfread.Array{d["Contents"], later}
				u.Set(page, d)
			},
			func(_ *pdfread.File, u *pdfread.Update, _ pdfread.Ref) { u.Set(later, overlay) },
		},
		"information that is also resources": {
			func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref) {
				d := f.Dict(page).Clone()
				resources := f.Dict(d["Resources"]).Clone()
				info = u.Add(resources)
				d["Resources"] = info
				u.Set(page, d)
				f.Trailer["Info"] = info
			},
			func(f *pdfread.File, u *pdfread.Update, _ pdfread.Ref) {
				d := f.Dict(info).Clone()
				d["Font"] = pdfread.Dict{}
				u.Set(info, d)
			},
		},
		"a font of the form is exchanged": {
			func(f *pdfread.File, u *pdfread.Update, _ pdfread.Ref) {
				ref, root, err := f.Catalog()
				o.must(err)
				d := root.Clone()
				form := f.Dict(d["AcroForm"]).Clone()
				font = u.Add(pdfread.Dict{"Type": pdfread.Name("Font"), "Subtype": pdfread.Name("Type1"), "BaseFont": pdfread.Name("Courier")})
				form["DR"] = pdfread.Dict{"Font": pdfread.Dict{"Helv": font}}
				form["NeedAppearances"] = true
				d["AcroForm"] = form
				u.Set(ref, d)
			},
			func(f *pdfread.File, u *pdfread.Update, _ pdfread.Ref) {
				ref, root, err := f.Catalog()
				o.must(err)
				d := root.Clone()
				form := f.Dict(d["AcroForm"]).Clone()
				form["DR"] = pdfread.Dict{"Font": pdfread.Dict{"Helv": u.Add(pdfread.Dict{"Type": pdfread.Name("Font"), "Subtype": pdfread.Name("Type3")})}}
				d["AcroForm"] = form
				u.Set(ref, d)
			},
		},
		"an object gets another generation": {
			func(*pdfread.File, *pdfread.Update, pdfread.Ref) {},
			func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref) {
				ref, ok := f.Dict(page)["Contents"].(pdfread.Ref)
				if !ok {
					o.t.Fatal("no content")
				}
				u.Set(pdfread.Ref{Num: ref.Num, Gen: 1}, f.Resolve(ref))
			},
		},
		"a field that covers the text": {
			func(*pdfread.File, *pdfread.Update, pdfread.Ref) {},
			func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref) {
				ref, root, err := f.Catalog()
				o.must(err)
				widget := u.Add(pdfread.Dict{
					"Type": pdfread.Name("Annot"), "Subtype": pdfread.Name("Widget"), "FT": pdfread.Name("Sig"), "T": pdfread.Text("more"),
					"Rect": ints(0, 0, 600, 800), "AP": pdfread.Dict{"N": u.Add(overlay)},
				})
				d := root.Clone()
				form := f.Dict(d["AcroForm"]).Clone()
				form["Fields"] = append(slices.Clone(f.Array(form["Fields"])), widget)
				d["AcroForm"] = form
				u.Set(ref, d)
				p := f.Dict(page).Clone()
				p["Annots"] = append(slices.Clone(f.Array(p["Annots"])), widget)
				u.Set(page, p)
			},
		},
		"a script is added": {
			func(*pdfread.File, *pdfread.Update, pdfread.Ref) {},
			func(f *pdfread.File, u *pdfread.Update, _ pdfread.Ref) {
				ref, root, err := f.Catalog()
				o.must(err)
				d := root.Clone()
				d["OpenAction"] = pdfread.Dict{"S": pdfread.Name("JavaScript"), "JS": pdfread.Text("app.alert(1)")}
				u.Set(ref, d)
			},
		},
	} {
		signed := o.certified(o.prepared(c.before))
		if rep := o.verify(signed); !rep.Valid() {
			t.Errorf("%s: before, %+v", name, rep)
		}
		if s := o.evil(signed, c.after); !slices.Contains(s.Problems, signing.ProblemChanged) {
			t.Errorf("%s: problems %v, changes %+v", name, s.Problems, s.Changes)
		}
	}
}

// Both looks are in the signed bytes; a later table of places shows the other.
func TestHideAndReplace(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var content pdfread.Ref
	document := o.prepared(func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref) {
		d := f.Dict(page).Clone()
		content = u.Add(&pdfread.Stream{Dict: pdfread.Dict{}, Data: []byte("0 0 1 1 re f")})
		d["Contents"] = pdfread.Array{d["Contents"], content}
		u.Set(page, d)
		second := fmt.Sprintf("%d 0 obj\n<</Length 16>>stream\n0 0 600 800 re f\nendstream", content.Num)
		u.SetRaw(u.Reserve(), []byte("null\nendobj\n"+second))
	})
	signed := o.certified(document)
	at := bytes.LastIndex(signed[:bytes.Index(signed, []byte("0 0 600 800 re f"))], []byte(fmt.Sprintf("%d 0 obj", content.Num)))
	f, err := pdfread.Open(signed)
	o.must(err)
	var trailer bytes.Buffer
	tail := f.Trailer.Clone()
	tail["Prev"] = pdfread.Int(f.Sections[0].Offset)
	pdfread.Write(&trailer, tail)
	evil := slices.Concat(signed, fmt.Appendf(nil, "xref\n%d 1\n%010d 00000 n \ntrailer\n%s\nstartxref\n%d\n%%%%EOF\n", content.Num, at, trailer.String(), len(signed)))
	g, err := pdfread.Open(evil)
	o.must(err)
	before, ok1 := f.Resolve(content).(*pdfread.Stream)
	after, ok2 := g.Resolve(content).(*pdfread.Stream)
	if !ok1 || !ok2 || bytes.Equal(before.Data, after.Data) {
		t.Fatal("the trick does not work")
	}
	rep := o.verify(evil)
	if s := rep.Signatures[0]; rep.Valid() || !s.Intact || !slices.Contains(s.Problems, signing.ProblemChanged) {
		t.Errorf("%+v", s)
	}
	if said := o.pdfsig(evil); !strings.Contains(said, "Not total document signed") {
		t.Errorf("pdfsig says\n%s", said)
	}
}

// The format lets a document certified with P 3 have notes; they can show
// anything over what was signed.
func TestNotesInADocumentThatAllowsThem(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	paper, _ := o.paper()
	p, err := signing.Prepare(paper, signing.Request{Field: "signature", At: o.now, Certify: true})
	o.must(err)
	p.Document = bytes.Replace(p.Document, []byte("/P 2 /Type"), []byte("/P 3 /Type"), 1)
	sum := sha256.Sum256(slices.Concat(p.Document[:p.Start], p.Document[p.End:]))
	cms, err := signing.BuildCMS(t.Context(), sum[:], o.keys["leader"], nil)
	o.must(err)
	signed, err := p.Embed(cms)
	o.must(err)
	if rep := o.verify(signed); !rep.Valid() || !rep.Signatures[0].Certify {
		t.Fatalf("%+v", rep)
	}
	for _, kind := range []pdfread.Name{"FreeText", "Stamp", "Redact", "Square", "Text"} {
		s := o.evil(signed, func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref) {
			d := f.Dict(page).Clone()
			note := u.Add(pdfread.Dict{"Type": pdfread.Name("Annot"), "Subtype": kind, "Rect": ints(0, 0, 600, 800)})
			d["Annots"] = append(slices.Clone(f.Array(d["Annots"])), note)
			u.Set(page, d)
		})
		if !slices.Contains(s.Problems, signing.ProblemChanged) || s.Changes[0].Kind != signing.ChangeNote {
			t.Errorf("%s: %+v", kind, s)
		}
	}
}

func TestSignatureOfAnotherDocument(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	paper, _ := o.paper()
	signed := o.certified(paper)
	r := ranges(t, signed)[0]
	other := o.prepared(func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref) {
		d := f.Dict(page).Clone()
		d["Rotate"] = pdfread.Int(90)
		u.Set(page, d)
	})
	p, err := signing.Prepare(other, signing.Request{Field: "signature", At: o.now, Certify: true})
	o.must(err)
	copy(p.Document[p.Start:p.End], signed[r[1]:r[2]])
	if s := o.verify(p.Document).Signatures[0]; s.Valid() || s.Intact || !slices.Contains(s.Problems, signing.ProblemDigest) {
		t.Errorf("%+v", s)
	}
	// The same place in its own document, with another paper behind it.
	pasted := slices.Concat(signed, paper)
	if rep, err := signing.Verify(pasted, o.ca.Roots(), o.now); err == nil && rep.Valid() {
		t.Errorf("a second document behind the first: %+v", rep)
	}
	twice := slices.Concat(signed, []byte("\n%%EOF\n"))
	if rep := o.verify(twice); rep.Valid() || !slices.Contains(rep.Signatures[0].Problems, signing.ProblemAppended) {
		t.Errorf("a second end: %+v", rep.Signatures[0])
	}
}

// Places without signature, written in all the ways that other programs once
// took for valid.
func TestForgedWithoutAnyKey(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	paper, _ := o.paper()
	signed := o.certified(paper)
	r := ranges(t, signed)[0]
	span := fmt.Sprintf("/ByteRange [%d %d %d %d]", r[0], r[1], r[2], r[3])
	place := signed[r[1]:r[2]]
	for name, c := range map[string][2]string{
		"no range":               {span, ""},
		"range of null":          {span, "/ByteRange null"},
		"empty range":            {span, "/ByteRange []"},
		"negative range":         {span, "/ByteRange [0 -1 2 3]"},
		"range of three":         {span, "/ByteRange [0 1 2]"},
		"range in another place": {span, "/ByteRange 1 0 R"},
		"no contents":            {"/Contents " + string(place), ""},
		"contents of null":       {"/Contents " + string(place), "/Contents null"},
		"empty contents":         {string(place), "<>"},
		"zeros":                  {string(place), "<" + strings.Repeat("0", len(place)-2) + ">"},
		"contents as a text":     {string(place), "(" + strings.Repeat("0", len(place)-2) + ")"},
		"another kind":           {"/ETSI.CAdES.detached", "/adbe.x509.rsa_sha1"},
		"the first kind":         {"/ETSI.CAdES.detached", "/adbe.pkcs7.sha1"},
		"a time stamp":           {"/ETSI.CAdES.detached", "/ETSI.RFC3161"},
	} {
		if !bytes.Contains(signed, []byte(c[0])) || len(c[1]) > len(c[0]) {
			t.Fatalf("%s: %q", name, c[0][:20])
		}
		forged := bytes.Replace(signed, []byte(c[0]), []byte(c[1]+strings.Repeat(" ", len(c[0])-len(c[1]))), 1)
		rep := o.verify(forged)
		if rep.Valid() || len(rep.Signatures) != 1 || rep.Signatures[0].Intact || rep.Signatures[0].Trusted && rep.Signatures[0].Valid() {
			t.Errorf("%s: %+v", name, rep)
		}
	}
}

func TestScriptsAreNotSignedAndNamed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for want, action := range map[string]pdfread.Dict{
		"JavaScript": {"S": pdfread.Name("JavaScript"), "JS": pdfread.Text("this.getField('so').value = 1")},
		"Launch":     {"S": pdfread.Name("Launch"), "F": pdfread.Text("calc.exe")},
	} {
		document := o.prepared(func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref) {
			d := f.Dict(page).Clone()
			d["AA"] = pdfread.Dict{"O": u.Add(action)}
			u.Set(page, d)
		})
		if _, err := signing.Prepare(document, signing.Request{Field: "signature", At: o.now}); !errors.Is(err, signing.ErrActive) {
			t.Errorf("%s: %v", want, err)
		}
		if rep := o.verify(document); !slices.Equal(rep.Active, []string{want}) {
			t.Errorf("%s: %v", want, rep.Active)
		}
	}
	paper, _ := o.paper()
	if rep := o.verify(paper); len(rep.Active) != 0 || rep.Valid() {
		t.Errorf("%+v", rep)
	}
}

func TestFilesThatAreNotChecked(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	paper, _ := o.paper()
	signed := o.certified(paper)
	start := bytes.LastIndex(signed, []byte("startxref\n")) + len("startxref\n")
	broken := bytes.Clone(signed)
	broken[start] = '9'
	large := make([]byte, pdfread.MaxSize+1)
	copy(large, signed)
	for name, c := range map[string]struct {
		document []byte
		want     error
	}{
		"table not where it should be": {broken, pdfread.ErrMalformed},
		"cut":                          {signed[:len(signed)-200], pdfread.ErrMalformed},
		"no table":                     {signed[:start-20], pdfread.ErrMalformed},
		"encrypted":                    {bytes.Replace(paper, []byte("trailer\n<< /Info"), []byte("trailer\n<</Encrypt 1 0 R/Info"), 1), pdfread.ErrEncrypted},
		"too large":                    {large, pdfread.ErrTooLarge},
		"a picture":                    {[]byte("\x89PNG\r\n"), pdfread.ErrMalformed},
		"nothing":                      {nil, pdfread.ErrMalformed},
	} {
		if rep, err := signing.Verify(c.document, o.ca.Roots(), o.now); !errors.Is(err, c.want) && (err == nil && rep.Valid()) {
			t.Errorf("%s: %v, %+v", name, err, rep)
		}
	}
	if _, err := signing.Verify(large, o.ca.Roots(), o.now); !errors.Is(err, pdfread.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	zeros := bytes.Clone(signed)
	r := ranges(t, zeros)[0]
	hex.Encode(zeros[r[1]+1:], []byte{0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF}) // says it is 4 GB long
	if s := o.verify(zeros).Signatures[0]; s.Intact || !slices.Contains(s.Problems, signing.ProblemCMS) {
		t.Errorf("a length that lies: %+v", s)
	}
}
