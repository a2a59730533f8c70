// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package saml signs people in with what a SAML 2.0 identity provider says of
// them: the older ministries' directories. It is a service provider: the request
// leaves by redirect, the answer comes by post. It checks what was said and
// decides nothing: whose account that is, and that an answer is taken once, is the
// caller's business. It keeps nothing and asks no network.
package saml

import (
	"bytes"
	"compress/flate"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// What can go wrong. All other errors are wrapped in one of them.
var (
	ErrAnswer = errors.New("saml: the answer cannot be believed")
	ErrClock  = errors.New("saml: the clocks are too far apart, or the answer is late")
	ErrDenied = errors.New("saml: the person was not let in there")
	ErrDown   = errors.New("saml: the provider cannot work")
)

// NameID is the name by which the subject's own name is meant where an attribute
// could be named.
const NameID = "NameID"

// Provider is an identity provider, as its metadata describes it.
type Provider struct {
	EntityID string
	SignOn   string // where browsers go, HTTP-Redirect
	SignOut  string // where they go to sign out there; empty: it takes none
	// SignedOut is where they bring our answer to the provider's wish; empty: as SignOut.
	SignedOut string
	Certs     []*x509.Certificate // its keys: known beforehand, whatever an answer says of itself
}

// Source is a provider, as the operator has written it down.
type Source struct {
	Provider
	Entity string   // ours, as registered there
	Back   string   // our address for answers (assertion consumer service)
	Out    string   // our address for signing out (single logout service)
	Levels []string // classes of authentication asked for
	// The names of attributes; NameID means the subject itself.
	Number, Name, Login, Level string
}

// Said is what a provider says of a person: personal data.
type Said struct {
	Subject string // as the provider knows the person; empty where it calls them otherwise each time
	Number  string
	Name    string
	Login   string
	Level   int // 0: nothing was said
}

// String keeps the person out of logs.
func (Said) String() string { return "said[*]" }

// Answer is a message that holds.
type Answer struct {
	Said
	ID     string    // of the assertion: it is taken once
	Asked  string    // the request it answers
	There  Subject   // the session there
	Latest time.Time // until when it could be sent again
}

// Bounds.
const (
	skew     = 2 * time.Minute
	longest  = 15 * time.Minute // from when an answer is made until it is of no use
	largest  = 256 << 10        // bytes of an answer
	maxValue = 600              // characters of a value
)

const (
	nsProtocol  = "urn:oasis:names:tc:SAML:2.0:protocol"
	nsAssertion = "urn:oasis:names:tc:SAML:2.0:assertion"
	nsMetadata  = "urn:oasis:names:tc:SAML:2.0:metadata"
	byRedirect  = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
	byPost      = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
	bearer      = "urn:oasis:names:tc:SAML:2.0:cm:bearer" //nolint:gosec // the name of a method
	statuses    = "urn:oasis:names:tc:SAML:2.0:status:"
	transient   = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
)

// Party is us, at one provider.
type Party struct {
	source Source
	now    func() time.Time
	key    Key   // signs
	others []Key // open what is encrypted for them, and are described
}

// New returns a party. Now is the clock by which answers are judged.
func New(s Source, now func() time.Time) *Party { return &Party{source: s, now: now} }

// With returns the same party with keys. The first signs what it asks; what is
// encrypted is opened by any of them, and providers are told of all: so one can
// take the place of another while they learn of it.
func (p *Party) With(k Key, others ...Key) *Party { return &Party{p.source, p.now, k, others} }

// Leave returns where the browser goes, and the id of the request that it takes
// along.
func (p *Party) Leave() (address, id string, err error) {
	s := p.source
	id = "_" + rand.Text()
	w := &writer{}
	w.open("samlp:AuthnRequest", "xmlns:samlp", nsProtocol, "xmlns:saml", nsAssertion, "ID", id, "Version", "2.0",
		"IssueInstant", instant(p.now()), "Destination", s.SignOn, "AssertionConsumerServiceURL", s.Back, "ProtocolBinding", byPost)
	w.leaf("saml:Issuer", s.Entity)
	w.leaf("samlp:NameIDPolicy", "", "AllowCreate", "true")
	if len(s.Levels) > 0 {
		w.open("samlp:RequestedAuthnContext", "Comparison", "exact")
		for _, level := range s.Levels {
			w.leaf("saml:AuthnContextClassRef", level)
		}
		w.close("samlp:RequestedAuthnContext")
	}
	w.close("samlp:AuthnRequest")
	address, err = p.key.redirect(s.SignOn, "SAMLRequest", w.Bytes(), "")
	return address, id, err
}

func deflate(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

// Metadata describes us to the provider's operator.
func (p *Party) Metadata() []byte {
	w := &writer{}
	w.open("md:EntityDescriptor", "xmlns:md", nsMetadata, "entityID", p.source.Entity)
	w.open("md:SPSSODescriptor", "AuthnRequestsSigned", strconv.FormatBool(p.key.private != nil), "WantAssertionsSigned", "true", "protocolSupportEnumeration", nsProtocol)
	for _, k := range append([]Key{p.key}, p.others...) {
		k.describe(w)
	}
	if p.source.Out != "" && p.key.private != nil {
		w.leaf("md:SingleLogoutService", "", "Binding", byRedirect, "Location", p.source.Out)
	}
	w.leaf("md:AssertionConsumerService", "", "Binding", byPost, "Location", p.source.Back, "index", "0", "isDefault", "true")
	w.close("md:SPSSODescriptor")
	w.close("md:EntityDescriptor")
	return w.Bytes()
}

// ReadMetadata reads the description of a provider: its name, where browsers go,
// and its keys. Its own signature is not looked at: the operator has fetched it.
func ReadMetadata(document []byte) (Provider, error) {
	root, err := read(document)
	if err != nil {
		return Provider{}, fmt.Errorf("read metadata: %w", err)
	}
	if !root.is(nsMetadata, "EntityDescriptor") {
		return Provider{}, errors.New("read metadata: not the description of one provider (EntityDescriptor)")
	}
	out := Provider{EntityID: root.attr("entityID")}
	role := root.one(nsMetadata, "IDPSSODescriptor")
	if role == nil || out.EntityID == "" {
		return Provider{}, errors.New("read metadata: not that of an identity provider (IDPSSODescriptor)")
	}
	for _, at := range role.all(nsMetadata, "SingleSignOnService") {
		if at.attr("Binding") == byRedirect && out.SignOn == "" {
			out.SignOn = at.attr("Location")
		}
	}
	for _, at := range role.all(nsMetadata, "SingleLogoutService") {
		if at.attr("Binding") == byRedirect && out.SignOut == "" {
			out.SignOut, out.SignedOut = at.attr("Location"), at.attr("ResponseLocation")
		}
	}
	for _, key := range role.all(nsMetadata, "KeyDescriptor") {
		if key.attr("use") == "encryption" {
			continue
		}
		for _, text := range key.texts("X509Certificate") {
			c, err := certificate(text)
			if err != nil {
				return Provider{}, fmt.Errorf("read metadata: %w", err)
			}
			out.Certs = append(out.Certs, c)
		}
	}
	switch {
	case !address(out.SignOn):
		return Provider{}, errors.New("read metadata: no address for HTTP-Redirect")
	case out.SignOut != "" && !address(out.SignOut), out.SignedOut != "" && !address(out.SignedOut):
		return Provider{}, errors.New("read metadata: no address for signing out")
	case len(out.Certs) == 0:
		return Provider{}, errors.New("read metadata: no certificate that signs")
	}
	return out, nil
}

// address reports whether browsers can be sent there.
func address(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && u.User == nil && (u.Scheme == "https" || u.Scheme == "http")
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
