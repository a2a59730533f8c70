// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/pdf/pdftest"
	"tinhso.vn/internal/platform/pdfread"
)

// ranges returns the four numbers of every byte range in the file.
func ranges(t *testing.T, document []byte) [][4]int {
	t.Helper()
	var all [][4]int
	for _, m := range regexp.MustCompile(`/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]`).FindAllSubmatch(document, -1) {
		var r [4]int
		for i := range r {
			n, err := strconv.Atoi(string(m[i+1]))
			if err != nil {
				t.Fatal(err)
			}
			r[i] = n
		}
		all = append(all, r)
	}
	return all
}

func TestEveryChangedByteIsFound(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	document := o.steps()[2]
	places := ranges(t, document)
	tried := 0
	for at := 0; at < len(document); at += 197 {
		if slices.ContainsFunc(places, func(r [4]int) bool { return at >= r[1] && at < r[2] }) {
			continue
		}
		tried++
		changed := bytes.Clone(document)
		changed[at] ^= 1
		rep, err := signing.Verify(changed, o.ca.Roots(), o.now)
		if err == nil && rep.Valid() {
			t.Errorf("byte %d changed from %q to %q is not found", at, document[at], changed[at])
		}
	}
	if tried < 300 {
		t.Errorf("only %d bytes tried", tried)
	}
	changed := bytes.Replace(document, []byte("/Title"), []byte("/Titla"), 1)
	if said := o.pdfsig(changed); strings.Contains(said, "Signature is Valid.") || !strings.Contains(said, "Digest Mismatch") {
		t.Errorf("pdfsig says\n%s", said)
	}
	rep := o.verify(changed)
	for _, s := range rep.Signatures {
		if s.Intact || !slices.Contains(s.Problems, signing.ProblemDigest) {
			t.Errorf("%s: %v", s.Field, s.Problems)
		}
	}
}

// evil appends a revision made by change and returns what Verify says of the
// last signature before it.
func (o *office) evil(document []byte, change func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref)) signing.Signature {
	o.t.Helper()
	f, err := pdfread.Open(document)
	o.must(err)
	pages, err := f.Pages()
	o.must(err)
	u := f.Update()
	change(f, u, pages[0])
	out, _ := u.Bytes()
	rep := o.verify(out)
	if rep.Valid() {
		o.t.Error("an appended revision is not found")
	}
	s := rep.Signatures[len(rep.Signatures)-1]
	if !s.Intact || s.Whole || s.Later != 1 {
		o.t.Errorf("%+v", s)
	}
	if said := o.pdfsig(out); strings.Count(said, "Not total document signed") != len(rep.Signatures) {
		o.t.Errorf("pdfsig says\n%s", said)
	}
	return s
}

func TestAppendedRevisionsAreJudged(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	document := o.steps()[2]
	overlay := &pdfread.Stream{Dict: pdfread.Dict{}, Data: []byte("0 0 600 800 re f")}
	for name, change := range map[string]func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref){
		"page content replaced": func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref) {
			d := f.Dict(page).Clone()
			d["Contents"] = u.Add(overlay)
			u.Set(page, d)
		},
		"content stream replaced": func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref) {
			ref, ok := f.Dict(page)["Contents"].(pdfread.Ref)
			if !ok {
				o.t.Fatal("no content")
			}
			u.Set(ref, overlay)
		},
		"note over the text": func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref) {
			d := f.Dict(page).Clone()
			note := u.Add(pdfread.Dict{"Type": pdfread.Name("Annot"), "Subtype": pdfread.Name("FreeText"), "Rect": pdfread.Array{pdfread.Int(0), pdfread.Int(0), pdfread.Int(600), pdfread.Int(800)}})
			d["Annots"] = append(append(pdfread.Array(nil), f.Array(d["Annots"])...), note)
			u.Set(page, d)
		},
		"signature taken away": func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref) {
			d := f.Dict(page).Clone()
			d["Annots"] = pdfread.Array{}
			u.Set(page, d)
		},
		"seal moved": func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref) {
			list := f.Array(f.Dict(page)["Annots"])
			ref, ok := list[len(list)-1].(pdfread.Ref)
			if !ok {
				o.t.Fatal("no annotation")
			}
			d := f.Dict(ref).Clone()
			d["Rect"] = pdfread.Array{pdfread.Int(0), pdfread.Int(0), pdfread.Int(600), pdfread.Int(800)}
			u.Set(ref, d)
		},
		"signature replaced": func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref) {
			list := f.Array(f.Dict(page)["Annots"])
			ref, ok := list[0].(pdfread.Ref)
			if !ok {
				o.t.Fatal("no annotation")
			}
			d := f.Dict(ref).Clone()
			d["V"] = f.Dict(list[1])["V"]
			u.Set(ref, d)
		},
		"annotation exchanged": func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref) {
			d := f.Dict(page).Clone()
			list := slices.Clone(f.Array(d["Annots"]))
			list[0] = u.Add(overlay)
			d["Annots"] = list
			u.Set(page, d)
		},
		"another root": func(f *pdfread.File, u *pdfread.Update, _ pdfread.Ref) {
			_, root, err := f.Catalog()
			o.must(err)
			f.Trailer["Root"] = u.Add(root.Clone())
		},
		"other pages": func(f *pdfread.File, u *pdfread.Update, _ pdfread.Ref) {
			ref, root, err := f.Catalog()
			o.must(err)
			d := root.Clone()
			d["Pages"] = u.Add(pdfread.Dict{"Type": pdfread.Name("Pages"), "Kids": f.Array(f.Dict(root["Pages"])["Kids"]), "Count": pdfread.Int(1)})
			u.Set(ref, d)
		},
	} {
		if s := o.evil(document, change); !slices.Contains(s.Problems, signing.ProblemChanged) {
			t.Errorf("%s: problems %v, changes %+v", name, s.Problems, s.Changes)
		}
	}
}

func TestRevisionThatShowsNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := o.evil(o.steps()[2], func(_ *pdfread.File, u *pdfread.Update, _ pdfread.Ref) { u.Add(pdfread.Dict{}) })
	if len(s.Problems) != 0 || len(s.Changes) != 0 {
		t.Errorf("%+v", s)
	}
}

func TestSignatureInAnObjectStream(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	document := compressed(t, 2, "/AcroForm<</Fields[3 0 R]>>", "/FT/Sig/T(x)/V<</SubFilter/ETSI.CAdES.detached/ByteRange[0 0 0 10]/Contents<3000>>>")
	s := o.verify(document).Signatures[0]
	if !slices.Equal(s.Problems, []signing.Problem{signing.ProblemRange}) {
		t.Errorf("%v", s.Problems)
	}
}

func TestValueWithoutSignature(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	s := o.evil(o.steps()[1], func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref) {
		for _, a := range f.Array(f.Dict(page)["Annots"]) {
			ref, ok := a.(pdfread.Ref)
			if name, isText := f.Dict(a)["T"].(pdfread.String); ok && isText && name.Text() == "number" {
				d := f.Dict(a).Clone()
				d["V"] = pdfread.Text("7")
				u.Set(ref, d)
			}
		}
	})
	if len(s.Problems) != 0 || len(s.Changes) != 1 || s.Changes[0].Kind != signing.ChangeFilled || s.Changes[0].Field != "number" {
		t.Errorf("a number nobody signed: %+v", s)
	}
}

func TestSignatureUnderAnotherName(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	f, err := pdfread.Open(o.steps()[1])
	o.must(err)
	pages, err := f.Pages()
	o.must(err)
	list := f.Array(f.Dict(pages[0])["Annots"])
	ref, ok := list[0].(pdfread.Ref)
	if !ok {
		t.Fatal("no annotation")
	}
	d := f.Dict(ref).Clone()
	d["V"] = f.Dict(list[1])["V"]
	u := f.Update()
	u.Set(ref, d)
	out, _ := u.Bytes()
	for _, s := range o.verify(out).Signatures {
		if s.Field == "initial" && (s.Intact || !slices.Contains(s.Problems, signing.ProblemRevision)) {
			t.Errorf("the leader's signature stands as the drafter's: %+v", s)
		}
	}
}

func TestNumberIsNotWrittenOver(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	document := o.steps()[2]
	s := o.evil(document, func(f *pdfread.File, u *pdfread.Update, page pdfread.Ref) {
		for _, a := range f.Array(f.Dict(page)["Annots"]) {
			name, _ := f.Dict(a)["T"].(pdfread.String)
			ref, ok := a.(pdfread.Ref)
			if name.Text() == "number" && ok {
				d := f.Dict(a).Clone()
				d["V"] = pdfread.Text("999")
				u.Set(ref, d)
			}
		}
	})
	if !slices.Contains(s.Problems, signing.ProblemChanged) {
		t.Errorf("a filled number was written over: %+v", s)
	}
}

func TestBytesAfterTheEnd(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	document := append(o.steps()[2], []byte("\n9 0 obj\n<< /Evil true >>\nendobj\n")...)
	rep := o.verify(document)
	last := rep.Signatures[2]
	if rep.Valid() || last.Whole || !slices.Contains(last.Problems, signing.ProblemAppended) {
		t.Errorf("%+v", last)
	}
	if said := o.pdfsig(document); strings.Count(said, "Not total document signed") != 3 {
		t.Errorf("pdfsig says\n%s", said)
	}
}

func TestSwappedRangesAreRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	document := o.steps()[0]
	r := ranges(t, document)[0]
	was := fmt.Sprintf("/ByteRange [%d %d %d %d]", r[0], r[1], r[2], r[3])
	for name, now := range map[string][4]int{
		"first part only":      {r[0], r[1], r[1], 0},
		"gap begins earlier":   {r[0], r[1] - 9, r[2], r[3]},
		"gap ends later":       {r[0], r[1], r[2] + 9, r[3] - 9},
		"does not begin at 0":  {9, r[1] - 9, r[2], r[3]},
		"begins late":          {9, r[1], r[2], r[3]},
		"without its end mark": {r[0], r[1], r[2], r[3] - 6},
		"beyond the file":      {r[0], r[1], r[2], r[3] + 9},
		"short of the end":     {r[0], r[1], r[2], r[3] - 9},
		"parts swapped":        {r[2], r[3], r[0], r[1]},
		"a number of no sense": {r[0], r[1], r[2], 1 << 40},
	} {
		with := fmt.Sprintf("/ByteRange [%d %d %d %d]", now[0], now[1], now[2], now[3])
		if len(with) > len(was)+9 {
			t.Fatal("no room")
		}
		room := was + strings.Repeat(" ", max(0, len(with)-len(was)))
		changed := bytes.Replace(document, []byte(room), []byte(with+strings.Repeat(" ", max(0, len(room)-len(with)))), 1)
		if bytes.Equal(changed, document) {
			t.Fatalf("%s: nothing changed", name)
		}
		s := o.verify(changed).Signatures[0]
		if s.Intact || (!slices.Contains(s.Problems, signing.ProblemRange) && !slices.Contains(s.Problems, signing.ProblemRevision)) {
			t.Errorf("%s: %v", name, s.Problems)
		}
	}
	if s := o.verify(document).Signatures[0]; !s.Valid() {
		t.Errorf("unchanged: %v", s.Problems)
	}
}

func TestBytesHiddenBehindTheSignature(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	document := o.steps()[0]
	r := ranges(t, document)[0]
	copy(document[r[2]-5:], "ABCD")
	if s := o.verify(document).Signatures[0]; s.Valid() || !slices.Contains(s.Problems, signing.ProblemCMS) {
		t.Errorf("%v", s.Problems)
	}
}

func TestWhoIsNotTrusted(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	document, _ := o.paper()
	plain := o.sign(document, "leader", signing.Request{Field: "signature"}, nil)
	other, err := signing.NewDevCA("Nơi khác", o.now.AddDate(-1, 0, 0), signing.P256)
	o.must(err)
	rep, err := signing.Verify(plain, other.Roots(), o.now)
	o.must(err)
	if s := rep.Signatures[0]; !s.Intact || s.Trusted || !slices.Contains(s.Problems, signing.ProblemUntrusted) {
		t.Errorf("another authority: %+v", s)
	}
	rep, err = signing.Verify(plain, o.ca.Roots(), o.now.AddDate(5, 0, 0))
	o.must(err)
	if s := rep.Signatures[0]; s.Trusted || !slices.Contains(s.Problems, signing.ProblemExpired) {
		t.Errorf("expired: %+v", s)
	}
	longer, err := o.ca.Issue(signing.Subject{Name: "Dấu thời gian dài hạn", Stamps: true, From: o.now.AddDate(0, -1, 0), Until: o.now.AddDate(8, 0, 0), Key: signing.RSA2048})
	o.must(err)
	stamped := o.sign(document, "leader", signing.Request{Field: "signature"}, o.ca.Stamper(longer, o.clock))
	rep, err = signing.Verify(stamped, o.ca.Roots(), o.now.AddDate(5, 0, 0))
	o.must(err)
	if s := rep.Signatures[0]; !s.Valid() || s.Level != signing.LevelT {
		t.Errorf("stamped while valid: %+v", s)
	}
	liar, err := other.Issue(signing.Subject{Name: "Giờ sai", Stamps: true, From: o.now.AddDate(0, -1, 0), Until: o.now.AddDate(1, 0, 0), Key: signing.RSA2048})
	o.must(err)
	foreign := o.sign(document, "leader", signing.Request{Field: "signature"}, other.Stamper(liar, o.clock))
	if s := o.verify(foreign).Signatures[0]; s.Valid() || !s.Stamped.IsZero() || !slices.Contains(s.Problems, signing.ProblemStamp) {
		t.Errorf("stamp of another authority: %+v", s)
	}
	lie := func(ctx context.Context, _ []byte) ([]byte, error) { return o.stamp(ctx, make([]byte, 32)) }
	if _, err := signing.BuildCMS(t.Context(), make([]byte, 32), o.keys["leader"], lie); !errors.Is(err, signing.ErrTime) {
		t.Errorf("stamp over something else: %v", err)
	}
	// A person's certificate gives no time stamps, even from the right authority.
	person := o.sign(document, "leader", signing.Request{Field: "signature"}, o.ca.Stamper(o.keys["agency"], o.clock))
	if s := o.verify(person).Signatures[0]; !slices.Contains(s.Problems, signing.ProblemStamp) {
		t.Errorf("stamp of a person: %+v", s)
	}
}

func TestOpenSSLAcceptsItsPart(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	document := o.steps()[2]
	dir := t.TempDir()
	root, err := o.ca.Key().PEM()
	o.must(err)
	file := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		o.must(os.WriteFile(path, b, 0o600))
		return path
	}
	ca := file("root.pem", root[bytes.Index(root, []byte("-----BEGIN CERT")):])
	for i, r := range ranges(t, document) {
		place, err := hex.DecodeString(string(document[r[1]+1 : r[2]-1]))
		o.must(err)
		cms := file(fmt.Sprintf("cms%d.der", i), place)
		content := file(fmt.Sprintf("content%d.bin", i), append(bytes.Clone(document[:r[1]]), document[r[2]:r[2]+r[3]]...))
		args := []string{"cms", "-verify", "-binary", "-inform", "DER", "-in", cms, "-content", content, "-CAfile", ca, "-out", filepath.Join(dir, "out")}
		if out, err := pdftest.Run(t, "openssl", "openssl", args...); err != nil || !strings.Contains(out, "successful") {
			t.Errorf("signature %d: %v\n%s", i+1, err, out)
		}
		printed, err := pdftest.Run(t, "openssl", "openssl", "cms", "-cmsout", "-print", "-noout", "-inform", "DER", "-in", cms)
		o.must(err)
		attributes, _, _ := strings.Cut(printed, "unsignedAttrs:") // a time stamp has attributes of its own
		if strings.Contains(attributes, "signingTime") || !strings.Contains(attributes, "id-smime-aa-signingCertificateV2") ||
			strings.Contains(printed, "timeStampToken") != (i > 0) {
			t.Errorf("signature %d has the wrong attributes:\n%s", i+1, printed)
		}
	}
	hash := bytes.Repeat([]byte{7}, 32)
	token, err := o.stamp(t.Context(), hash)
	o.must(err)
	out, err := pdftest.Run(t, "openssl", "openssl", "ts", "-verify", "-digest", hex.EncodeToString(hash), "-token_in", "-in", file("token.der", token), "-CAfile", ca)
	if err != nil || !strings.Contains(out, "Verification: OK") {
		t.Errorf("time stamp: %v\n%s", err, out)
	}
}
