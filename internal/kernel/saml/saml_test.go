// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package saml_test

import (
	"encoding/base64"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/saml"
	"tinhso.vn/internal/kernel/saml/issuer"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

const (
	theirs = "https://sso.bo.example/saml"
	ours   = "https://dichvu.example/dang-nhap/ngoai/bo/saml"
)

// authority makes the keys once: RSA takes a while.
var authority = sync.OnceValues(func() (both [2]*signing.DevCA, err error) { // keys of tests
	for i := range both {
		if both[i], err = signing.NewDevCA("Bộ", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), signing.Algorithm(i)); err != nil {
			return both, err
		}
	}
	return both, nil
})

type ministry struct {
	t    *testing.T
	keys [2]*signing.DevCA // ECDSA, RSA
	now  time.Time
}

func newMinistry(t *testing.T) *ministry {
	t.Helper()
	keys, err := authority()
	if err != nil {
		t.Fatal(err)
	}
	return &ministry{t, keys, time.Date(2026, 11, 22, 7, 30, 0, 0, time.UTC)}
}

func (m *ministry) party(at time.Time) *saml.Party {
	m.t.Helper()
	p, err := saml.ReadMetadata([]byte(issuer.Metadata(theirs, theirs+"/sso?vung=1", m.keys[0].Root().Raw)))
	if err != nil {
		m.t.Fatal(err)
	}
	p.Certs = append(p.Certs, m.keys[1].Root()) // as while a key is being changed
	return saml.New(saml.Source{
		Provider: p, Entity: "https://dichvu.example", Back: ours, Number: "personal_number", Name: "name", Login: saml.NameID,
	}, func() time.Time { return at })
}

// answer is a good one.
func (m *ministry) answer() issuer.Answer {
	return issuer.Answer{
		ID: "_a1", Issuer: theirs, Audience: "https://dichvu.example", Recipient: ours, Destination: ours, Asked: "_q1",
		Subject: "hoang.long", Format: "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified", Class: "urn:tinhso:level:2",
		Attributes: [][2]string{{"personal_number", "089188000004"}, {"name", "Nguyễn Thị Hường"}},
		Made:       m.now, From: m.now.Add(-time.Minute), Until: m.now.Add(5 * time.Minute),
	}
}

func (m *ministry) sign(assertion, id string, key int) string {
	m.t.Helper()
	signed, err := issuer.Sign(m.t.Context(), assertion, id, m.keys[key].Key())
	if err != nil {
		m.t.Fatal(err)
	}
	return signed
}

func (m *ministry) message(a issuer.Answer) string {
	m.t.Helper()
	return a.Response(m.sign(a.Assertion(), a.ID, 1))
}

func packed(message string) string { return base64.StdEncoding.EncodeToString([]byte(message)) }

func TestRequestLeavesByRedirect(t *testing.T) {
	t.Parallel()
	m := newMinistry(t)
	address, id, err := m.party(m.now).Leave()
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil || u.Query().Get("vung") != "1" || u.Host != "sso.bo.example" {
		t.Fatalf("%s: %v", address, err)
	}
	r, err := issuer.ReadRequest(u.Query().Get("SAMLRequest"))
	if err != nil || r.ID != id || r.Back != ours || r.Service != "https://dichvu.example" {
		t.Errorf("%+v: %v", r, err)
	}
	if _, other, _ := m.party(m.now).Leave(); other == id {
		t.Error("two requests have one id")
	}
	if about := string(m.party(m.now).Metadata()); !strings.Contains(about, `WantAssertionsSigned="true"`) || !strings.Contains(about, ours) {
		t.Error(about)
	}
}

func TestWhatAnAnswerSays(t *testing.T) {
	t.Parallel()
	m := newMinistry(t)
	for key := range m.keys {
		a := m.answer()
		got, err := m.party(m.now).Read(packed(a.Response(m.sign(a.Assertion(), a.ID, key))))
		if err != nil {
			t.Fatal(err)
		}
		want := saml.Said{Subject: "hoang.long", Number: "089188000004", Name: "Nguyễn Thị Hường", Login: "hoang.long", Level: 2}
		if got.Said != want || got.ID != "_a1" || got.Asked != "_q1" {
			t.Errorf("%#v", got)
		}
	}
	a := m.answer()
	a.Format = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
	if got, err := m.party(m.now).Read(packed(m.message(a))); err != nil || got.Subject != "" {
		t.Errorf("a name for one day is remembered: %v", err)
	}
}

func TestAnswersThatAreNotBelieved(t *testing.T) {
	t.Parallel()
	m := newMinistry(t)
	stranger, err := signing.NewDevCA("Khác", m.now.AddDate(-1, 0, 0), signing.P256)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := issuer.Sign(t.Context(), m.answer().Assertion(), "_a1", stranger.Key())
	if err != nil {
		t.Fatal(err)
	}
	of := func(change func(*issuer.Answer)) string {
		a := m.answer()
		change(&a)
		return m.message(a)
	}
	good := m.message(m.answer())
	for name, c := range map[string]struct {
		message string
		want    error
	}{
		"for somebody else":           {of(func(a *issuer.Answer) { a.Audience = "https://khac.example" }), saml.ErrAnswer},
		"for another address":         {of(func(a *issuer.Answer) { a.Recipient = "https://khac.example/saml" }), saml.ErrAnswer},
		"sent to another address":     {of(func(a *issuer.Answer) { a.Destination = "https://khac.example/saml" }), saml.ErrAnswer},
		"of another provider":         {of(func(a *issuer.Answer) { a.Issuer = "https://gia.example" }), saml.ErrAnswer},
		"to nobody's request":         {of(func(a *issuer.Answer) { a.Asked = "" }), saml.ErrAnswer},
		"refused there":               {of(func(a *issuer.Answer) { a.Status = "Requester" }), saml.ErrAnswer},
		"it cannot work":              {of(func(a *issuer.Answer) { a.Status = "Responder" }), saml.ErrDown},
		"not let in there":            {of(func(a *issuer.Answer) { a.Status, a.Why = "Responder", "AuthnFailed" }), saml.ErrDenied},
		"two numbers":                 {of(func(a *issuer.Answer) { a.Attributes = append(a.Attributes, [2]string{"personal_number", "0"}) }), saml.ErrAnswer},
		"by a stranger's key":         {m.answer().Response(foreign), saml.ErrAnswer},
		"by nobody":                   {m.answer().Response(m.answer().Assertion()), saml.ErrAnswer},
		"changed afterwards":          {strings.Replace(good, "089188000004", "089188000005", 1), saml.ErrAnswer},
		"the message answers another": {strings.Replace(good, `InResponseTo="_q1" Destination`, `InResponseTo="_q2" Destination`, 1), saml.ErrAnswer},
		"no assertion":                {m.answer().Response(""), saml.ErrAnswer},
		"an encrypted one beside it":  {strings.Replace(good, "</samlp:Response>", "<saml:EncryptedAssertion/></samlp:Response>", 1), saml.ErrAnswer},
		"a document type":             {`<!DOCTYPE a [<!ENTITY b "c">]>` + good, saml.ErrAnswer},
		"not XML":                     {"xin chào", saml.ErrAnswer},
		"very large":                  {good + strings.Repeat(" ", 300<<10), saml.ErrAnswer},
		"deep":                        {strings.Repeat("<a>", 5000) + strings.Repeat("</a>", 5000), saml.ErrAnswer},
	} {
		if _, err := m.party(m.now).Read(packed(c.message)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := m.party(m.now).Read("%%%"); !errors.Is(err, saml.ErrAnswer) {
		t.Errorf("not base64: %v", err)
	}
	if _, err := m.party(m.now).Read(packed(good)); err != nil {
		t.Errorf("unchanged: %v", err)
	}
}

// Two minutes are forgiven, ten are not, whichever clock is wrong.
func TestClocks(t *testing.T) {
	t.Parallel()
	m := newMinistry(t)
	message := packed(m.message(m.answer()))
	for off, want := range map[time.Duration]error{
		0: nil, -90 * time.Second: nil, 6 * time.Minute: nil, 10 * time.Minute: saml.ErrClock, -10 * time.Minute: saml.ErrClock, 24 * time.Hour: saml.ErrClock,
	} {
		if _, err := m.party(m.now.Add(off)).Read(message); !errors.Is(err, want) {
			t.Errorf("our clock is off by %s: %v, want %v", off, err, want)
		}
	}
	a := m.answer()
	a.Until = m.now.AddDate(1, 0, 0) // however long the provider lets it live
	if _, err := m.party(m.now.Add(20 * time.Minute)).Read(packed(m.message(a))); !errors.Is(err, saml.ErrClock) {
		t.Errorf("an answer of long ago: %v", err)
	}
}

// What was signed is moved, and something else stands where it stood; or is cut by
// a comment where some readers stop.
func TestSignatureWrapping(t *testing.T) {
	t.Parallel()
	m := newMinistry(t)
	a := m.answer()
	signed := m.sign(a.Assertion(), a.ID, 0)
	evil := strings.NewReplacer("089188000004", "089188000999", "hoang.long", "chu.tich", `ID="_a1"`, `ID="_evil"`).Replace(a.Assertion())
	same := strings.Replace(evil, `ID="_evil"`, `ID="_a1"`, 1)
	from, to := strings.Index(signed, "<ds:Signature "), strings.Index(signed, "</ds:Signature>")+len("</ds:Signature>")
	signature, bare := signed[from:to], signed[:from]+signed[to:]
	in := func(outer, place, inner string) string { return strings.Replace(outer, place, inner+place, 1) }
	object := strings.Replace(signature, "</ds:Signature>", "<ds:Object>"+bare+"</ds:Object></ds:Signature>", 1)
	for name, message := range map[string]string{
		"a forged one before":                  a.Response(evil + signed),
		"a forged one after":                   a.Response(signed + evil),
		"a forged one around":                  a.Response(in(evil, "</saml:Assertion>", signed)),
		"a forged one around, as advice":       a.Response(in(evil, "</saml:Assertion>", "<saml:Advice>"+signed+"</saml:Advice>")),
		"a forged one inside":                  a.Response(in(signed, "</saml:Assertion>", evil)),
		"the signature taken over":             a.Response(in(evil, "<saml:Subject>", signature) + bare),
		"the signed one in the signature":      a.Response(in(evil, "<saml:Subject>", object)),
		"the same id twice":                    a.Response(same + signed),
		"a forged one of another name space":   a.Response(strings.ReplaceAll(evil, "oasis:names:tc:SAML:2.0:assertion", "khac") + signed),
		"the signed one in an extension":       a.Response("<samlp:Extensions>" + signed + "</samlp:Extensions>" + evil),
		"a forged message around the message":  in(a.Response(evil), "</samlp:Response>", m.message(a)),
		"a forged one under a signed message":  m.sign(a.Response(evil), "r_a1", 0),
		"only the message is signed":           m.sign(a.Response(a.Assertion()), "r_a1", 0),
		"a comment in the number":              a.Response(strings.Replace(signed, "089188000004", "089188000<!-- -->999", 1)),
		"a comment in the digest":              a.Response(strings.Replace(signed, "</ds:DigestValue>", "<!-- --></ds:DigestValue>", 1)),
		"a second reference":                   a.Response(strings.Replace(signed, "</ds:SignedInfo>", `<ds:Reference URI="#_a1"/></ds:SignedInfo>`, 1)),
		"a reference to all":                   a.Response(strings.Replace(signed, `URI="#_a1"`, `URI=""`, 1)),
		"a signature that covers nothing":      a.Response(strings.Replace(signed, "<ds:SignatureValue", "<ds:X", 1)),
		"an instruction in the number":         a.Response(strings.Replace(signed, "089188000004", "0891<?x y?>88000004", 1)),
		"a shared secret in place of the key":  a.Response(strings.Replace(signed, "xmldsig-more#ecdsa-sha256", "xmldsig-more#hmac-sha256", 1)),
		"nothing signed, the algorithm a none": a.Response(strings.Replace(signed, "xmldsig-more#ecdsa-sha256", "none", 1)),
	} {
		got, err := m.party(m.now).Read(packed(message))
		if err == nil {
			t.Errorf("%s: let in as %#v", name, got)
		} else if !errors.Is(err, saml.ErrAnswer) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A person there may have chosen a name with room for a comment: the signature
	// still holds, and the whole name is read.
	a.Subject = "chu.tich.bo-khac"
	split := strings.Replace(m.sign(a.Assertion(), a.ID, 0), "chu.tich.bo-khac", "chu.tich<!-- -->.bo-khac", 1)
	if got, err := m.party(m.now).Read(packed(a.Response(split))); err != nil || got.Login != "chu.tich.bo-khac" {
		t.Errorf("a comment cuts a name: %q %v", got.Login, err)
	}
}

// Other programs sign in their own way: xmlsec1 carries prefixes along.
func TestAnswersThatOtherProgramsSigned(t *testing.T) {
	t.Parallel()
	m := newMinistry(t)
	a := m.answer()
	const place = "</saml:Issuer>"
	signature := `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>` +
		`<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI="#_a1"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>` +
		`<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">PREFIXES</ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/></ds:Signature>`
	text, err := m.keys[1].Key().PEM()
	if err != nil {
		t.Fatal(err)
	}
	for name, prefixes := range map[string]string{
		"no prefixes": "", "prefixes": `<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="xs samlp"/>`,
	} {
		assertion := strings.Replace(a.Assertion(), place, place+strings.Replace(signature, "PREFIXES", prefixes, 1), 1)
		assertion = strings.Replace(assertion, "<saml:Assertion ", `<saml:Assertion xmlns:xs="http://www.w3.org/2001/XMLSchema" `, 1)
		dir := t.TempDir()
		in, out, key := filepath.Join(dir, "in.xml"), filepath.Join(dir, "out.xml"), filepath.Join(dir, "key.pem")
		for path, content := range map[string]string{in: a.Response(assertion), key: string(text)} {
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if said, err := pdftest.Run(t, "xmlsec1", "xmlsec1", "--sign", "--output", out, "--privkey-pem", key, "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion", in); err != nil {
			t.Fatalf("xmlsec1: %v\n%s", err, said)
		}
		message, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := m.party(m.now).Read(packed(string(message))); err != nil || got.Number != "089188000004" {
			t.Errorf("%s: %v\n%s", name, err, message)
		}
	}
}

func TestMetadataThatIsRefused(t *testing.T) {
	t.Parallel()
	m := newMinistry(t)
	good := issuer.Metadata(theirs, theirs+"/sso", m.keys[0].Root().Raw)
	if _, err := saml.ReadMetadata([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"of a service":       strings.ReplaceAll(good, "IDPSSODescriptor", "SPSSODescriptor"),
		"of many":            `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">` + good + `</md:EntitiesDescriptor>`,
		"no address":         strings.Replace(good, "HTTP-Redirect", "SOAP", 1),
		"a strange address":  strings.Replace(good, theirs+"/sso", "javascript:alert(1)", 1),
		"no key that signs":  strings.Replace(good, `use="signing"`, `use="encryption"`, 1),
		"a key that is none": strings.Replace(good, "<ds:X509Certificate>", "<ds:X509Certificate>AAAA", 1),
		"nameless":           strings.Replace(good, `entityID="`+theirs+`"`, "", 1),
		"nothing":            "",
	} {
		if _, err := saml.ReadMetadata([]byte(text)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func FuzzRead(f *testing.F) {
	keys, err := authority()
	if err != nil {
		f.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 7, 30, 0, 0, time.UTC)
	a := (&ministry{keys: keys, now: now}).answer()
	f.Add([]byte(a.Response(a.Assertion())))
	party := saml.New(saml.Source{Provider: saml.Provider{EntityID: theirs, Certs: nil}, Entity: "https://dichvu.example", Back: ours}, func() time.Time { return now })
	f.Fuzz(func(t *testing.T, message []byte) {
		if _, err := party.Read(base64.StdEncoding.EncodeToString(message)); err == nil {
			t.Error("nobody is known, yet somebody is let in")
		}
	})
}
