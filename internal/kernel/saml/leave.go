// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package saml

import (
	"bytes"
	"compress/flate"
	"crypto/rand"
	"fmt"
	"io"
	"time"
)

// Subject is how a provider calls somebody in messages about a session: personal data.
type Subject struct {
	Value, Format, Qualifier, Service string
	Index                             string // of the session there; empty: it says none
}

// String keeps the person out of logs.
func (Subject) String() string { return "subject[*]" }

// SignsOut reports whether the provider is told of sessions that end here.
func (p *Party) SignsOut() bool { return p.source.SignOut != "" && p.key.private != nil }

// LeaveFor returns where a browser goes so that somebody is signed out at the
// provider as well, and the id of the request.
func (p *Party) LeaveFor(who Subject) (address, id string, err error) {
	id = "_" + rand.Text()
	w := &writer{}
	w.open("samlp:LogoutRequest", "xmlns:samlp", nsProtocol, "xmlns:saml", nsAssertion, "ID", id, "Version", "2.0", "IssueInstant", instant(p.now()), "Destination", p.source.SignOut)
	w.leaf("saml:Issuer", p.source.Entity)
	var about []string
	for _, a := range [][2]string{{"Format", who.Format}, {"NameQualifier", who.Qualifier}, {"SPNameQualifier", who.Service}} {
		if a[1] != "" {
			about = append(about, a[0], a[1])
		}
	}
	w.leaf("saml:NameID", who.Value, about...)
	if who.Index != "" {
		w.leaf("samlp:SessionIndex", who.Index)
	}
	w.close("samlp:LogoutRequest")
	address, err = p.key.redirect(p.source.SignOut, "SAMLRequest", w.Bytes(), "")
	return address, id, err
}

// Leaving is a provider's word that somebody has signed out there.
type Leaving struct {
	ID      string // taken once
	Subject Subject
	Indexes []string // the sessions there; none: all
	Relay   string
}

// ReadLeaving reads a request to sign somebody out, from the query of the address
// by which a browser brings it. It has to be signed, fresh, and for us.
func (p *Party) ReadLeaving(query string) (l Leaving, err error) {
	q, err := readRedirect(query, "SAMLRequest", p.source.Certs)
	if err != nil {
		return l, err
	}
	n, err := p.about(q.message, "LogoutRequest", p.source.Out)
	if err != nil {
		return l, err
	}
	name := n.one(nsAssertion, "NameID")
	l = Leaving{ID: n.attr("ID"), Relay: q.relay}
	if l.ID == "" || name == nil || name.text() == "" {
		return Leaving{}, fmt.Errorf("%w: it does not say who", ErrAnswer)
	}
	if until, err := moment(n.attr("NotOnOrAfter")); err != nil || !until.IsZero() && !p.now().Before(until.Add(skew)) {
		return Leaving{}, ErrClock
	}
	l.Subject = subjectOf(name)
	for _, i := range n.all(nsProtocol, "SessionIndex") {
		l.Indexes = append(l.Indexes, i.text())
	}
	return l, nil
}

// Left returns where the browser goes with our answer to a request.
func (p *Party) Left(l Leaving) (address string, err error) {
	to := p.source.SignedOut
	if to == "" {
		to = p.source.SignOut
	}
	w := &writer{}
	w.open("samlp:LogoutResponse", "xmlns:samlp", nsProtocol, "xmlns:saml", nsAssertion, "ID", "_"+rand.Text(), "Version", "2.0", "IssueInstant", instant(p.now()), "Destination", to, "InResponseTo", l.ID)
	w.leaf("saml:Issuer", p.source.Entity)
	w.open("samlp:Status")
	w.leaf("samlp:StatusCode", "", "Value", statuses+"Success")
	w.close("samlp:Status")
	w.close("samlp:LogoutResponse")
	return p.key.redirect(to, "SAMLResponse", w.Bytes(), l.Relay)
}

// ReadLeft reads the provider's answer to our request: nil where it has signed the
// person out.
func (p *Party) ReadLeft(query string) error {
	q, err := readRedirect(query, "SAMLResponse", p.source.Certs)
	if err != nil {
		return err
	}
	n, err := p.about(q.message, "LogoutResponse", p.source.Out)
	if err != nil {
		return err
	}
	status := n.one(nsProtocol, "Status", "StatusCode")
	if status == nil || status.attr("Value") != statuses+"Success" {
		return ErrDenied
	}
	return nil
}

// about reads a message about a session: from this provider, for this address, and
// of this moment.
func (p *Party) about(message []byte, kind, to string) (*node, error) {
	n, err := read(message)
	if err != nil || !n.is(nsProtocol, kind) || n.attr("Version") != "2.0" {
		return nil, fmt.Errorf("%w: not a %s", ErrAnswer, kind)
	}
	if issuer := n.one(nsAssertion, "Issuer"); issuer == nil || issuer.text() != p.source.EntityID {
		return nil, fmt.Errorf("%w: of another provider", ErrAnswer)
	}
	if at := n.attr("Destination"); at != to { // what is signed says for whom
		return nil, fmt.Errorf("%w: it is for another address", ErrAnswer)
	}
	made, err := moment(n.attr("IssueInstant"))
	if err != nil || made.IsZero() {
		return nil, fmt.Errorf("%w: it does not say when it was made", ErrAnswer)
	}
	if now := p.now(); made.After(now.Add(skew)) || now.Sub(made) > longest {
		return nil, ErrClock
	}
	return n, nil
}

func subjectOf(name *node) Subject {
	return Subject{Value: name.text(), Format: name.attr("Format"), Qualifier: name.attr("NameQualifier"), Service: name.attr("SPNameQualifier")}
}

// Known is how long a request to sign out has to be remembered so that it is taken once.
const Known = longest + 2*skew + time.Minute

func inflate(packed []byte) ([]byte, error) {
	r := flate.NewReader(bytes.NewReader(packed))
	raw, err := io.ReadAll(io.LimitReader(r, largest+1))
	if err == nil && len(raw) > largest {
		err = errXML
	}
	return raw, err
}
