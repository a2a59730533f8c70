// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package issuer is the other side of package saml: it reads requests, and writes
// and signs answers as an identity provider does. The simulated one and the tests
// use it; the product signs nobody in elsewhere by SAML.
package issuer

import (
	"bytes"
	"compress/flate"
	"context"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/signing"
)

// Request is what a service asks for.
type Request struct {
	ID      string `xml:"ID,attr"`
	Back    string `xml:"AssertionConsumerServiceURL,attr"`
	To      string `xml:"Destination,attr"`
	Service string `xml:"urn:oasis:names:tc:SAML:2.0:assertion Issuer"`
}

const largest = 64 << 10

// ReadRequest reads the parameter SAMLRequest of a redirect.
func ReadRequest(parameter string) (r Request, err error) {
	packed, err := base64.StdEncoding.DecodeString(parameter)
	if err != nil {
		return r, err
	}
	raw, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), largest))
	if err != nil {
		return r, err
	}
	if err := xml.Unmarshal(raw, &r); err != nil {
		return r, err
	}
	if r.ID == "" || r.Back == "" || r.Service == "" {
		return r, errors.New("the request is not whole")
	}
	return r, nil
}

// Answer is what an identity provider says.
type Answer struct {
	ID, Issuer, Audience, Recipient, Asked string
	Destination                            string // of the message; empty: it says none
	Subject, Format                        string
	Class                                  string // how the person has signed in there
	Attributes                             [][2]string
	Made                                   time.Time
	From, Until                            time.Time
	Status, Why                            string // the ends of the names of the status and of the one in it; empty: Success
}

// Assertion writes the assertion, unsigned.
func (a Answer) Assertion() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="%s" Version="2.0" IssueInstant="%s"><saml:Issuer>%s</saml:Issuer>`, a.ID, when(a.Made), esc(a.Issuer))
	fmt.Fprintf(&b, `<saml:Subject><saml:NameID Format="%s">%s</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">`, esc(a.Format), esc(a.Subject))
	fmt.Fprintf(&b, `<saml:SubjectConfirmationData InResponseTo="%s" Recipient="%s" NotOnOrAfter="%s"/></saml:SubjectConfirmation></saml:Subject>`, esc(a.Asked), esc(a.Recipient), when(a.Until))
	fmt.Fprintf(&b, `<saml:Conditions NotBefore="%s" NotOnOrAfter="%s"><saml:AudienceRestriction><saml:Audience>%s</saml:Audience></saml:AudienceRestriction></saml:Conditions>`, when(a.From), when(a.Until), esc(a.Audience))
	fmt.Fprintf(&b, `<saml:AuthnStatement AuthnInstant="%s"><saml:AuthnContext><saml:AuthnContextClassRef>%s</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`, when(a.Made), esc(a.Class))
	if len(a.Attributes) > 0 {
		b.WriteString(`<saml:AttributeStatement>`)
		for _, one := range a.Attributes {
			fmt.Fprintf(&b, `<saml:Attribute Name="%s"><saml:AttributeValue>%s</saml:AttributeValue></saml:Attribute>`, esc(one[0]), esc(one[1]))
		}
		b.WriteString(`</saml:AttributeStatement>`)
	}
	b.WriteString(`</saml:Assertion>`)
	return b.String()
}

// Sign signs an assertion: the signature stands where the schema wants it, after
// the issuer.
func Sign(ctx context.Context, assertion, id string, signer signing.Signer) (string, error) {
	signed, err := signing.SignXML(ctx, []byte(assertion), signing.XMLRequest{Form: signing.XMLEnveloped, Ref: id, Plain: true}, signer, nil)
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(signed))
	const open, end, issuer = "<ds:Signature ", "</ds:Signature>", "</saml:Issuer>"
	from, to := strings.Index(text, open), strings.Index(text, end)
	if from < 0 || to < from {
		return "", errors.New("nothing was signed")
	}
	signature := text[from : to+len(end)]
	return strings.Replace(text[:from]+text[to+len(end):], issuer, issuer+signature, 1), nil
}

// Response writes the message around an assertion.
func (a Answer) Response(assertion string) string {
	status := "Success"
	if a.Status != "" {
		status = a.Status
	}
	destination, why := "", ""
	if a.Why != "" {
		why = `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:` + a.Why + `"/>`
	}
	if a.Destination != "" {
		destination = ` Destination="` + esc(a.Destination) + `"`
	}
	return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="r` + a.ID + `" Version="2.0" IssueInstant="` + when(a.Made) +
		`" InResponseTo="` + esc(a.Asked) + `"` + destination + `><saml:Issuer>` + esc(a.Issuer) + `</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:` + esc(status) + `">` + why + `</samlp:StatusCode></samlp:Status>` +
		assertion + `</samlp:Response>`
}

// Metadata describes an identity provider.
func Metadata(entity, signOn string, der []byte) string {
	return `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + esc(entity) + `"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
		`<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>` + base64.StdEncoding.EncodeToString(der) +
		`</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="` + esc(signOn) + `"/></md:IDPSSODescriptor></md:EntityDescriptor>`
}

func when(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func esc(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
	return b.String()
}
