// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/appearance"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// office is a commune with an authority, a leader, a drafter and a seal.
type office struct {
	t     *testing.T
	fonts pdf.Fonts
	ca    *signing.DevCA
	keys  map[string]*signing.SoftKey
	stamp signing.Stamper
	now   time.Time
}

// shared is made once: keys cost time and are never changed.
var shared = sync.OnceValues(func() (*office, error) {
	// pdfsig asks the machine's clock, so the certificates must be valid today.
	now := time.Now().Truncate(time.Second)
	o := &office{keys: map[string]*signing.SoftKey{}, now: now}
	var err error
	if o.ca, err = signing.NewDevCA("Chứng thư số gốc phát triển", now.AddDate(-1, 0, 0), signing.RSA2048); err != nil {
		return nil, err
	}
	for name, s := range map[string]signing.Subject{
		"initial": {Name: "Nguyễn Văn Bé"},
		"leader":  {Name: "Phạm Quốc Khánh", ID: "CCCD:000000000001"},
		"agency":  {Name: "Ủy ban nhân dân xã Bình Hòa", Key: signing.RSA2048},
		"stamps":  {Name: "Dấu thời gian", Stamps: true, Key: signing.RSA2048},
	} {
		s.Unit, s.From, s.Until = "UBND xã Bình Hòa", now.AddDate(0, -1, 0), now.AddDate(3, 0, 0)
		if o.keys[name], err = o.ca.Issue(s); err != nil {
			return nil, err
		}
	}
	o.stamp = o.ca.Stamper(o.keys["stamps"], o.clock)
	return o, nil
})

func newOffice(t *testing.T) *office {
	t.Helper()
	made, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	o := *made
	o.t, o.fonts = t, pdftest.Fonts(t)
	return &o
}

func (o *office) clock() time.Time { return o.now }

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// paper returns a decision with all its fields free.
func (o *office) paper() ([]byte, map[papers.Area]pdf.Rect) {
	o.t.Helper()
	press := papers.Press{Fonts: o.fonts, Made: o.now, Mark: papers.Simulated}
	p, err := press.Letter(papers.Letter{
		Agency: papers.Agency{Name: "Ủy ban nhân dân xã Bình Hòa"}, Notation: "QĐ-UBND", Place: "Bình Hòa", Kind: "Quyết định",
		Subject:   "Về việc trợ cấp xã hội hằng tháng",
		Authority: "Chủ tịch Ủy ban nhân dân xã Bình Hòa", Resolves: "Quyết định:",
		Bases:      []string{"Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025", "Theo đề nghị của Trưởng phòng Văn hóa - Xã hội"},
		Body:       []papers.Block{{Text: "Điều 1. Trợ cấp 750.000 đồng mỗi tháng đối với bà Nguyễn Thị Hường, kể từ ngày 01 tháng 12 năm 2026."}, {Text: "Điều 2. Quyết định này có hiệu lực kể từ ngày ký./."}},
		Recipients: []string{"Như Điều 1", "Lưu: VT"}, Signer: papers.Signer{Form: "KT. Chủ tịch", Post: "Phó Chủ tịch", Name: "Phạm Quốc Khánh"},
	})
	o.must(err)
	var fields []signing.Field
	for _, a := range p.Order() {
		f := signing.Field{Name: string(a), Rect: p.Areas[a]}
		if a == papers.AreaInitial || a == papers.AreaSignature || a == papers.AreaSeal {
			f.Kind = signing.SignatureField
		}
		fields = append(fields, f)
	}
	document, err := signing.Reserve(p.PDF, fields)
	o.must(err)
	return document, p.Areas
}

func (o *office) picture(area papers.Area, r pdf.Rect) []byte {
	o.t.Helper()
	var img []byte
	var err error
	switch area {
	case papers.AreaInitial:
		img, err = appearance.Initial(o.fonts.BoldItalic, "Nguyễn Văn Bé", r.W*25.4/72, r.H*25.4/72)
	case papers.AreaSeal:
		img, err = appearance.Seal(o.fonts.Bold, "Ủy ban nhân dân xã Bình Hòa - tỉnh Mẫu", r.W*25.4/72)
	default:
		img, err = appearance.Signature(o.fonts.BoldItalic, "Phạm Quốc Khánh", r.W*25.4/72, r.H*25.4/72)
	}
	o.must(err)
	page, err := appearance.Page(o.fonts, r, o.now, img, nil)
	o.must(err)
	return page
}

func (o *office) sign(document []byte, key string, req signing.Request, stamp signing.Stamper) []byte {
	o.t.Helper()
	req.At = o.now
	signed, err := signing.Sign(o.t.Context(), document, req, o.keys[key], stamp)
	o.must(err)
	return signed
}

// steps returns the document after each step of the chain: drafter, leader,
// number with date and seal.
func (o *office) steps() [][]byte {
	o.t.Helper()
	document, areas := o.paper()
	one := o.sign(document, "initial", signing.Request{
		Field: "initial", Certify: true, Name: "Nguyễn Văn Bé", Appearance: o.picture(papers.AreaInitial, areas[papers.AreaInitial]),
	}, nil)
	two := o.sign(one, "leader", signing.Request{
		Field: "signature", Name: "Phạm Quốc Khánh", Reason: "Ký ban hành", Location: "Bình Hòa",
		Appearance: o.picture(papers.AreaSignature, areas[papers.AreaSignature]),
	}, o.stamp)
	fill := map[string]signing.Fill{}
	for area, value := range map[papers.Area]string{papers.AreaNumber: "125", papers.AreaDay: "21", papers.AreaMonth: "11", papers.AreaYear: "2026"} {
		page, err := appearance.Value(o.fonts, areas[area], o.now, value, pdf.Style{Size: 13, Italic: area != papers.AreaNumber})
		o.must(err)
		fill[string(area)] = signing.Fill{Value: value, Appearance: page}
	}
	three := o.sign(two, "agency", signing.Request{
		Field: "seal", Name: "Ủy ban nhân dân xã Bình Hòa", Fill: fill, Appearance: o.picture(papers.AreaSeal, areas[papers.AreaSeal]),
	}, o.stamp)
	return [][]byte{one, two, three}
}

func (o *office) verify(document []byte) signing.Report {
	o.t.Helper()
	rep, err := signing.Verify(document, o.ca.Roots(), o.now)
	o.must(err)
	return rep
}

// pdfsig asks Poppler, with a certificate database that trusts the office's
// authority.
func (o *office) pdfsig(document []byte) string {
	o.t.Helper()
	dir := o.t.TempDir()
	root := filepath.Join(dir, "root.der")
	o.must(os.WriteFile(root, o.ca.Root().Raw, 0o600))
	nss := filepath.Join(dir, "nss")
	o.must(os.Mkdir(nss, 0o700))
	for _, args := range [][]string{
		{"-N", "-d", "sql:" + nss, "--empty-password"},
		{"-A", "-d", "sql:" + nss, "-n", "root", "-t", "CT,C,C", "-i", root},
	} {
		if out, err := pdftest.Run(o.t, "libnss3-tools", "certutil", args...); err != nil {
			o.t.Fatalf("certutil: %v\n%s", err, out)
		}
	}
	out, _ := pdftest.Run(o.t, "poppler-utils", "pdfsig", "-nssdir", "sql:"+nss, pdftest.Save(o.t, document))
	return out
}

func TestChainIsValid(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for i, document := range o.steps() {
		if dir := os.Getenv("TINHSO_LOOK"); dir != "" {
			o.must(os.WriteFile(filepath.Join(dir, "signed-"+string(rune('1'+i))+".pdf"), document, 0o600))
		}
		rep := o.verify(document)
		if !rep.Valid() || len(rep.Signatures) != i+1 || len(rep.Free) != 2-i {
			t.Errorf("step %d: %+v", i+1, rep)
		}
		said := o.pdfsig(document)
		n := i + 1
		if strings.Count(said, "Signature is Valid.") != n || strings.Count(said, "Certificate is Trusted.") != n ||
			strings.Count(said, "Total document signed") != 1 || strings.Count(said, "Not total document signed") != n-1 ||
			strings.Count(said, "ETSI.CAdES.detached") != n {
			t.Errorf("step %d: pdfsig says\n%s", i+1, said)
		}
		last := said[strings.LastIndex(said, "Signature #"):]
		if strings.Contains(last, "Not total") {
			t.Errorf("step %d: the last signature does not cover all\n%s", i+1, said)
		}
	}
}

func TestNumberAndDateAreRead(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	steps := o.steps()
	text := strings.Join(strings.Fields(pdftest.Text(t, steps[2])), " ")
	for _, want := range []string{"Số: 125 /QĐ-UBND", "Bình Hòa, ngày 21 tháng 11 năm 2026", "Nguyễn Thị Hường", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in:\n%s", want, text)
		}
	}
	rep := o.verify(steps[2])
	filled := map[string]bool{}
	for _, c := range rep.Signatures[0].Changes {
		if c.Kind == signing.ChangeFilled {
			filled[c.Field] = true
		}
	}
	for _, field := range []string{"number", "day", "month", "year"} {
		if !filled[field] {
			t.Errorf("%s is not among the changes after the first signature: %+v", field, rep.Signatures[0].Changes)
		}
	}
	if s := rep.Signatures; !s[0].Certify || s[1].Certify || s[2].Certify || s[0].Later != 2 || s[2].Later != 0 || !s[2].Whole || s[1].Whole {
		t.Errorf("%+v", s)
	}
	if !rep.Signatures[0].Stamped.IsZero() || !rep.Signatures[1].Stamped.Equal(o.now) {
		t.Errorf("time stamps: %v, %v", rep.Signatures[0].Stamped, rep.Signatures[1].Stamped)
	}
}

func TestPrepareGivesTheSameTwice(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	document, _ := o.paper()
	req := signing.Request{Field: "signature", At: o.now}
	a, err := signing.Prepare(document, req)
	o.must(err)
	b, err := signing.Prepare(document, req)
	o.must(err)
	if !bytes.Equal(a.Document, b.Document) || !bytes.Equal(a.Hash, b.Hash) {
		t.Error("the same request gave another hash: a lost answer would be asked for again")
	}
	if !bytes.HasPrefix(a.Document, document) {
		t.Error("bytes that were there have changed")
	}
	// The same answer goes in as often as needed.
	cms, err := signing.BuildCMS(t.Context(), a.Hash, o.keys["leader"], nil)
	o.must(err)
	one, err := a.Embed(cms)
	o.must(err)
	two, err := b.Embed(cms)
	o.must(err)
	if !bytes.Equal(one, two) {
		t.Error("embedding the same answer gave two documents")
	}
}

// remote is a signer that answers later, as a phone does.
type remote struct{ *signing.SoftKey }

func TestTwoPhases(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	document, _ := o.paper()
	p, err := signing.Prepare(document, signing.Request{Field: "signature", At: o.now})
	o.must(err)
	key := remote{o.keys["leader"]}
	cert, chain, err := key.Certificate(t.Context())
	o.must(err)
	e, err := signing.NewEnvelope(p.Hash, cert, chain)
	o.must(err)
	signature, err := key.Sign(t.Context(), e.Hash()) // this is what travels
	o.must(err)
	cms, err := e.Finish(signature, nil)
	o.must(err)
	signed, err := p.Embed(cms)
	o.must(err)
	if rep := o.verify(signed); !rep.Valid() {
		t.Errorf("%+v", rep)
	}
}
