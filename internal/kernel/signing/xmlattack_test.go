// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// cutOut returns the text from one mark to the end of another.
func cutOut(t *testing.T, s, from, to string) string {
	t.Helper()
	i := strings.Index(s, from)
	if i < 0 || !strings.Contains(s[i:], to) {
		t.Fatalf("%q … %q is not in\n%s", from, to, s)
	}
	return s[i : i+strings.Index(s[i:], to)+len(to)]
}

// What was signed is moved, and something else stands where it stood.
func TestXMLSignatureWrapping(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const ns = ` xmlns="urn:tinhso:ho-so" xmlns:x="urn:x"`
	whole := o.signXML(dossier, "leader", signing.XMLRequest{Ref: "tat-ca"}, nil)
	root := cutOut(t, whole, "<hoSo", "</hoSo>")
	sig := cutOut(t, whole, "<ds:Signature ", "</ds:Signature>")
	bare := strings.Replace(root, sig, "", 1)
	part := o.signXML(dossier, "leader", signing.XMLRequest{Form: signing.XMLDetached, Ref: "noi-dung"}, nil)
	element := cutOut(t, part, "<noiDung", "</noiDung>")
	beside := cutOut(t, part, "<ds:Signature ", "</ds:Signature>")
	const forged = `<noiDung><hoTen>Kẻ gian</hoTen></noiDung>`
	inside := func(sig, content string) string {
		return strings.Replace(sig, "</ds:Signature>", "<ds:Object>"+content+"</ds:Object></ds:Signature>", 1)
	}
	for name, c := range map[string]struct {
		document string
		intact   bool   // the signature itself still holds
		unsigned string // what the report must name then
	}{
		"signed root within the signature":      {"<hoSo" + ns + ">" + forged + inside(sig, bare) + "</hoSo>", false, "/hoSo"},
		"signed root beside the signature":      {"<hoSo" + ns + ">" + forged + bare + sig + "</hoSo>", false, "/hoSo"},
		"signed root under a forged one":        {"<hoSo" + ns + ">" + forged + root + "</hoSo>", true, "/hoSo/noiDung"},
		"signature around its root":             {strings.Replace(sig, "</ds:Signature>", "<ds:Object>"+bare+"</ds:Object></ds:Signature>", 1), false, "/Signature"},
		"signed part moved aside":               {"<hoSo" + ns + ">" + forged + "<moRong>" + element + "</moRong>" + beside + "</hoSo>", true, "/hoSo/noiDung"},
		"signed part within the signature":      {"<hoSo" + ns + ">" + forged + inside(beside, element) + "</hoSo>", true, "/hoSo/noiDung"},
		"something more in the signature":       {strings.Replace(whole, "</ds:Signature>", "<ds:Object>"+forged+"</ds:Object></ds:Signature>", 1), true, "/hoSo/Signature/Object[2]"},
		"something more beside the part":        {strings.Replace(part, "</noiDung>", "</noiDung>"+forged, 1), true, "/hoSo/noiDung[2]"},
		"text beside the part":                  {strings.Replace(part, "</noiDung>", "</noiDung>950000", 1), true, "/hoSo/text()"},
		"an attribute beside the part":          {strings.Replace(part, `Id="tat-ca"`, `Id="tat-ca" soTien="9"`, 1), true, "/hoSo/@soTien"},
		"properties of somebody else added":     {strings.Replace(whole, "</xades:SignedProperties>", `</xades:SignedProperties><xades:SignedProperties/>`, 1), false, "/hoSo"},
		"a part the signature does not have":    {strings.Replace(whole, "<ds:KeyInfo>", `<ds:Manifest/><ds:KeyInfo>`, 1), false, "/hoSo"},
		"a comment that hides the digest's end": {strings.Replace(whole, "</ds:DigestValue>", "<!-- --></ds:DigestValue>", 1), false, "/hoSo"},
		"a second SignedInfo":                   {strings.Replace(whole, "</ds:SignedInfo>", "</ds:SignedInfo><ds:SignedInfo/>", 1), false, "/hoSo"},
	} {
		rep := o.verifyXML(c.document)
		if rep.Valid() || len(rep.Signatures) != 1 || rep.Signatures[0].Valid() != c.intact || !slices.Contains(rep.Unsigned, c.unsigned) {
			t.Errorf("%s: %+v", name, rep)
		}
		for _, s := range rep.Signatures {
			if strings.Contains(string(s.Content), "Kẻ gian") && s.Valid() {
				t.Errorf("%s: forged content counts as signed", name)
			}
		}
	}
	if rep := o.verifyXML(whole); !rep.Valid() || len(rep.Unsigned) != 0 {
		t.Errorf("unchanged: %+v", rep)
	}
}

func TestXMLThatIsRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	good := o.signXML(dossier, "leader", signing.XMLRequest{}, nil)
	if rep := o.verifyXML(good); !rep.Valid() {
		t.Fatalf("%+v", rep)
	}
	prefixes := ""
	for i := range 40 {
		prefixes += fmt.Sprintf(` xmlns:p%d="urn:%d"`, i, i)
	}
	attributes := ""
	for i := range 300 {
		attributes += fmt.Sprintf(` a%d=""`, i)
	}
	for name, c := range map[string]struct {
		document string
		want     *errs.Error
	}{
		"document type":             {strings.Replace(good, "<hoSo", "<!DOCTYPE hoSo><hoSo", 1), signing.ErrXMLRefused},
		"entity":                    {strings.Replace(good, "<hoSo", `<!DOCTYPE hoSo [<!ENTITY a "b">]><hoSo`, 1), signing.ErrXMLRefused},
		"outside entity":            {strings.Replace(good, "<hoSo", `<!DOCTYPE hoSo [<!ENTITY a SYSTEM "file:///etc/passwd">]><hoSo`, 1), signing.ErrXMLRefused},
		"billion laughs":            {`<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>`, signing.ErrXMLRefused},
		"unknown entity":            {"<a>&b;</a>", signing.ErrXML},
		"processing instruction":    {strings.Replace(good, "<noiDung", "<?show other?><noiDung", 1), signing.ErrXMLRefused},
		"style sheet":               {strings.Replace(good, "<hoSo", `<?xml-stylesheet href="a.xsl"?><hoSo`, 1), signing.ErrXMLRefused},
		"id twice":                  {strings.Replace(good, "<ghiChu>", `<ghiChu Id="noi-dung">`, 1), signing.ErrXMLRefused},
		"id twice, other spelling":  {strings.Replace(good, "<ghiChu>", `<ghiChu ID="noi-dung">`, 1), signing.ErrXMLRefused},
		"id twice, as xml:id":       {strings.Replace(good, "<ghiChu>", `<ghiChu xml:id="noi-dung">`, 1), signing.ErrXMLRefused},
		"two ids of one element":    {strings.Replace(good, `Id="tat-ca"`, `Id="tat-ca" id="tat-ca"`, 1), signing.ErrXMLRefused},
		"attribute twice":           {strings.Replace(good, `Id="tat-ca"`, `Id="tat-ca" Id="hai"`, 1), signing.ErrXMLRefused},
		"reserved name space":       {`<a xmlns="http://www.w3.org/XML/1998/namespace"/>`, signing.ErrXMLRefused},
		"xml bound to another":      {`<a xmlns:xml="urn:a"/>`, signing.ErrXMLRefused},
		"prefix without name space": {`<p:a xmlns:p=""/>`, signing.ErrXML},
		"prefix of nobody":          {strings.Replace(good, "<ghiChu>", "<k:ghiChu>", 1), signing.ErrXML},
		"two colons":                {"<a:b:c/>", signing.ErrXML},
		"two roots":                 {good + "<a/>", signing.ErrXML},
		"text after the root":       {good + "more", signing.ErrXML},
		"unclosed":                  {"<a><b></a>", signing.ErrXML},
		"UTF-16":                    {"\xFF\xFE<\x00a\x00/\x00>\x00", signing.ErrXMLRefused},
		"says it is of another set": {`<?xml version="1.0" encoding="windows-1258"?><a/>`, signing.ErrXMLRefused},
		"not UTF-8":                 {"<a>\xC0\x80</a>", signing.ErrXMLRefused},
		"empty":                     {"", signing.ErrXML},
		"deep":                      {strings.Repeat("<a>", 300) + strings.Repeat("</a>", 300), signing.ErrXMLLarge},
		"very deep":                 {strings.Repeat("<a>", 2_000_000), signing.ErrXMLLarge},
		"many elements":             {"<a>" + strings.Repeat("<b/>", 150_000) + "</a>", signing.ErrXMLLarge},
		"many attributes":           {"<a" + attributes + "/>", signing.ErrXMLLarge},
		"many prefixes":             {"<a" + prefixes + "/>", signing.ErrXMLLarge},
		"huge":                      {"<a>" + strings.Repeat(" ", signing.MaxXML) + "</a>", signing.ErrXMLLarge},
		"many signatures":           {"<a>" + strings.Repeat(`<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>`, 20) + "</a>", signing.ErrMany},
	} {
		if _, err := signing.VerifyXML([]byte(c.document), signing.Trust{Roots: o.ca.Roots()}, o.now); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
	if rep := o.verifyXML("<a/>"); rep.Valid() || !slices.Equal(rep.Unsigned, []string{"/a"}) {
		t.Errorf("nobody signed: %+v", rep)
	}
}

// template is a document for xmlsec1 to sign, as other programs might.
func template(c14n, method, transforms, digest, more string, cert *x509.Certificate) string {
	data := "<X509Data/>"
	if cert != nil {
		data = "<X509Data><X509Certificate>" + base64.StdEncoding.EncodeToString(cert.Raw) + "</X509Certificate></X509Data>"
	}
	return `<hoSo xmlns="urn:tinhso:ho-so"><noiDung Id="noi-dung">750000</noiDung><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>` +
		`<CanonicalizationMethod Algorithm="` + c14n + `"/><SignatureMethod Algorithm="` + method + `"/>` +
		`<Reference URI=""><Transforms>` + transforms + `</Transforms><DigestMethod Algorithm="` + digest + `"/><DigestValue/></Reference>` + more +
		`</SignedInfo><SignatureValue/><KeyInfo>` + data + `</KeyInfo></Signature></hoSo>`
}

func TestXMLSignaturesOfOtherPrograms(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const (
		exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
		inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
		more      = "http://www.w3.org/2001/04/xmldsig-more#"
		enveloped = `<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>`
		usual     = enveloped + `<Transform Algorithm="` + exclusive + `"/>`
		sha256    = "http://www.w3.org/2001/04/xmlenc#sha256"
		path      = `<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><XPath>not(ancestor-or-self::node()[local-name()='noiDung'])</XPath></Transform>`
		second    = `<Reference URI="#noi-dung"><Transforms><Transform Algorithm="` + exclusive + `"/></Transforms><DigestMethod Algorithm="` + sha256 + `"/><DigestValue/></Reference>`
	)
	for name, c := range map[string]struct {
		template, key string
		want          signing.Problem
	}{
		"RSA":                     {template(exclusive, more+"rsa-sha256", usual, sha256, "", nil), "agency", ""},
		"RSA, SHA-512":            {template(exclusive, more+"rsa-sha512", usual, "http://www.w3.org/2001/04/xmlenc#sha512", "", nil), "agency", ""},
		"ECDSA":                   {template(exclusive, more+"ecdsa-sha256", usual, sha256, "", nil), "leader", ""},
		"ECDSA, SHA-384":          {template(exclusive, more+"ecdsa-sha384", usual, more+"sha384", "", nil), "leader", ""},
		"signed with SHA-1":       {template(exclusive, "http://www.w3.org/2000/09/xmldsig#rsa-sha1", usual, sha256, "", nil), "agency", signing.ProblemAlgorithm},
		"digest of SHA-1":         {template(exclusive, more+"rsa-sha256", usual, "http://www.w3.org/2000/09/xmldsig#sha1", "", nil), "agency", signing.ProblemAlgorithm},
		"a shared secret":         {template(exclusive, more+"hmac-sha256", usual, sha256, "", o.cert("agency")), "", signing.ProblemAlgorithm},
		"part of the text":        {template(exclusive, more+"rsa-sha256", enveloped+path+`<Transform Algorithm="`+exclusive+`"/>`, sha256, "", nil), "agency", signing.ProblemTransform},
		"other canonical form":    {template(exclusive, more+"rsa-sha256", enveloped+`<Transform Algorithm="`+inclusive+`"/>`, sha256, "", nil), "agency", signing.ProblemTransform},
		"no canonical form":       {template(exclusive, more+"rsa-sha256", enveloped, sha256, "", nil), "agency", signing.ProblemTransform},
		"other form of the info":  {template(inclusive, more+"rsa-sha256", usual, sha256, "", nil), "agency", signing.ProblemTransform},
		"prefixes on their own":   {template(exclusive, more+"rsa-sha256", enveloped+`<Transform Algorithm="`+exclusive+`"><InclusiveNamespaces xmlns="`+exclusive+`" PrefixList="#default"/></Transform>`, sha256, "", nil), "agency", signing.ProblemTransform},
		"signature not taken out": {template(exclusive, more+"rsa-sha256", `<Transform Algorithm="`+exclusive+`"/>`, sha256, "", nil), "agency", signing.ProblemTransform},
		"a part in no form":       {strings.Replace(template(exclusive, more+"rsa-sha256", "", sha256, "", nil), `URI=""`, `URI="#noi-dung"`, 1), "agency", signing.ProblemTransform},
		"two things signed":       {template(exclusive, more+"rsa-sha256", usual, sha256, second, nil), "agency", signing.ProblemReference},
	} {
		dir := t.TempDir()
		out := filepath.Join(dir, "signed.xml")
		args := []string{"--sign", "--output", out, "--id-attr:Id", "urn:tinhso:ho-so:noiDung"}
		if c.key == "" {
			args = append(args, "--hmackey", save(t, "secret", []byte("0123456789abcdef0123456789abcdef")))
		} else {
			text, err := o.keys[c.key].PEM()
			o.must(err)
			args = append(args, "--privkey-pem", save(t, "key.pem", text)+","+pemFile(t, o.cert(c.key)))
		}
		if said, err := pdftest.Run(t, "xmlsec1", "xmlsec1", append(args, save(t, "template.xml", []byte(c.template)))...); err != nil {
			t.Errorf("%s: xmlsec1: %v\n%s", name, err, said)
			continue
		}
		document, err := os.ReadFile(out)
		o.must(err)
		rep := o.verifyXML(string(document))
		s := rep.Signatures[0]
		if c.want == "" && !rep.Valid() || c.want != "" && (s.Intact || !slices.Equal(s.Problems, []signing.Problem{c.want})) {
			t.Errorf("%s: %+v", name, rep)
		}
	}
	good := o.signXML(dossier, "leader", signing.XMLRequest{}, nil)
	for name, c := range map[string]struct {
		from, to string
		want     signing.Problem
	}{
		"no algorithm":         {more + "ecdsa-sha256", "none", signing.ProblemAlgorithm},
		"algorithm of another": {more + "ecdsa-sha256", more + "rsa-sha256", signing.ProblemSignature},
		"of another place":     {`URI=""`, `URI="http://127.0.0.1/a.xml"`, signing.ProblemReference},
		"by a pointer":         {`URI=""`, `URI="#xpointer(/)"`, signing.ProblemReference},
		"the signature itself": {`URI=""`, `URI="#signature-1"`, signing.ProblemReference},
		"its own value":        {`URI=""`, `URI="#signature-1-value"`, signing.ProblemReference},
		"properties only":      {`URI=""`, `URI="#signature-1-properties"`, signing.ProblemTransform},
		"certificate of other": {base64.StdEncoding.EncodeToString(o.cert("leader").Raw), base64.StdEncoding.EncodeToString(o.cert("initial").Raw), signing.ProblemSignature},
		"no certificate":       {base64.StdEncoding.EncodeToString(o.cert("leader").Raw), "", signing.ProblemCMS},
		"no value":             {cutOut(t, good, `<ds:SignatureValue Id="signature-1-value">`, "</ds:SignatureValue>"), "<ds:SignatureValue/>", signing.ProblemCMS},
	} {
		s := o.verifyXML(strings.Replace(good, c.from, c.to, 1)).Signatures[0]
		if s.Intact || !slices.Contains(s.Problems, c.want) {
			t.Errorf("%s: %+v", name, s)
		}
	}
	plain := o.signXML(dossier, "leader", signing.XMLRequest{Plain: true}, nil)
	claims := cutOut(t, good, "<ds:Object>", "</ds:Object>")
	if s := o.verifyXML(strings.Replace(plain, "</ds:Signature>", claims+"</ds:Signature>", 1)).Signatures[0]; s.Intact || len(s.Roles) != 0 || !slices.Contains(s.Problems, signing.ProblemReference) {
		t.Errorf("claims that nobody signed: %+v", s)
	}
	renewed := base64.StdEncoding.EncodeToString(o.issue(o.ca.Key(), o.cert("leader").PublicKey, nil).Raw)
	of := base64.StdEncoding.EncodeToString(o.cert("leader").Raw)
	if s := o.verifyXML(strings.Replace(good, of, renewed, 1)).Signatures[0]; s.Intact || !slices.Contains(s.Problems, signing.ProblemCertificate) {
		t.Errorf("another certificate of the same key: %+v", s)
	}
	stranger, err := signing.NewDevCA("Nơi khác", o.now.AddDate(-1, 0, 0), signing.P256)
	o.must(err)
	rep, err := signing.VerifyXML([]byte(good), signing.Trust{Roots: stranger.Roots()}, o.now)
	o.must(err)
	if s := rep.Signatures[0]; !s.Intact || s.Trusted || s.Level != "" || !slices.Equal(s.Problems, []signing.Problem{signing.ProblemUntrusted}) {
		t.Errorf("another authority: %+v", s)
	}
}

func FuzzVerifyXML(f *testing.F) {
	made, err := shared()
	if err != nil {
		f.Fatal(err)
	}
	for _, form := range []signing.XMLForm{signing.XMLEnveloped, signing.XMLEnveloping} {
		signed, err := signing.SignXML(f.Context(), []byte(dossier), signing.XMLRequest{Form: form, At: made.now}, made.keys["leader"], nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(signed)
	}
	f.Add([]byte(`<a xmlns:b="c"><b:d/></a>`))
	leader, _, err := made.keys["leader"].Certificate(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		rep, err := signing.VerifyXML(document, signing.Trust{Roots: x509.NewCertPool()}, made.now)
		if err == nil && rep.Valid() {
			t.Error("nobody is trusted, yet a signature is valid")
		}
		p, err := signing.PrepareXML(document, signing.XMLRequest{At: made.now}, leader, nil)
		if err == nil && len(p.Hash) != 32 {
			t.Error("neither hash nor error")
		}
	})
}
