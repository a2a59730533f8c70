// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package saml

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/signing"
)

// Read reads an answer as a browser posts it: base64. What it returns was under
// the provider's signature; of the rest of the message only refusals are believed.
func (p *Party) Read(response string) (Answer, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(response), ""))
	if err != nil || len(raw) == 0 || len(raw) > largest {
		return Answer{}, fmt.Errorf("%w: not base64 of a bounded size", ErrAnswer)
	}
	message, err := read(raw)
	if err != nil || !message.is(nsProtocol, "Response") {
		return Answer{}, fmt.Errorf("%w: not a response", ErrAnswer)
	}
	if err := p.around(message); err != nil {
		return Answer{}, err
	}
	path := "/Response/Assertion"
	if sealed := message.all(nsAssertion, "EncryptedAssertion"); len(sealed) == 1 {
		if raw, err = p.opened(sealed[0]); err != nil {
			return Answer{}, err
		}
		path = "/Assertion"
	}
	content, err := p.signed(raw, path)
	if err != nil {
		return Answer{}, err
	}
	// From here on nothing but what was signed is read.
	assertion, err := read(content)
	if err != nil || !assertion.is(nsAssertion, "Assertion") {
		return Answer{}, fmt.Errorf("%w: what is signed is no assertion", ErrAnswer)
	}
	a, err := p.assertion(assertion)
	if err != nil {
		return Answer{}, err
	}
	if asked := message.attr("InResponseTo"); asked != "" && asked != a.Asked {
		return Answer{}, fmt.Errorf("%w: the message answers another request", ErrAnswer)
	}
	return a, nil
}

// around looks at what stands around the assertion, which nobody may have signed:
// it can only refuse.
func (p *Party) around(message *node) error {
	status := message.one(nsProtocol, "Status", "StatusCode")
	if status == nil {
		return fmt.Errorf("%w: it has no status", ErrAnswer)
	}
	if code := status.attr("Value"); code != statuses+"Success" {
		return refusal(code, status.one(nsProtocol, "StatusCode"))
	}
	if to := message.attr("Destination"); to != "" && to != p.source.Back {
		return fmt.Errorf("%w: it is for another address", ErrAnswer)
	}
	if issuers := message.all(nsAssertion, "Issuer"); len(issuers) > 1 || len(issuers) == 1 && issuers[0].text() != p.source.EntityID {
		return fmt.Errorf("%w: another provider answers", ErrAnswer)
	}
	// One assertion, where it belongs, in the clear or encrypted: whatever else is
	// called so is there to be mistaken for it.
	plain, sealed := len(message.all(nsAssertion, "Assertion")), len(message.all(nsAssertion, "EncryptedAssertion"))
	if plain+sealed != 1 || message.count("Assertion") != plain || message.count("EncryptedAssertion") != sealed {
		return fmt.Errorf("%w: it has not one assertion that can be read", ErrAnswer)
	}
	return nil
}

// refusal says why nobody was let in there.
func refusal(code string, more *node) error {
	if more != nil {
		switch strings.TrimPrefix(more.attr("Value"), statuses) {
		case "AuthnFailed", "RequestDenied", "NoPassive", "UnknownPrincipal":
			return ErrDenied
		}
	}
	if code == statuses+"Responder" {
		return ErrDown
	}
	return fmt.Errorf("%w: it refuses", ErrAnswer)
}

// signed returns the assertion as it was signed.
func (p *Party) signed(raw []byte, path string) ([]byte, error) {
	covered, err := signing.CoveredBy(raw, p.source.Certs)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	at := slices.IndexFunc(covered, func(c signing.Covered) bool { return c.Path == path })
	if at < 0 {
		return nil, fmt.Errorf("%w: nobody has signed the assertion", ErrAnswer)
	}
	return covered[at].Content, nil
}

// assertion checks what was signed: by whom, for whom, in answer to what, and when.
func (p *Party) assertion(n *node) (a Answer, err error) {
	wrong := func(what string) (Answer, error) { return Answer{}, fmt.Errorf("%w: %s", ErrAnswer, what) }
	subject, conditions := n.one(nsAssertion, "Subject"), n.one(nsAssertion, "Conditions")
	a.ID = n.attr("ID")
	switch {
	case a.ID == "" || n.attr("Version") != "2.0":
		return wrong("it has no id or another version")
	case n.one(nsAssertion, "Issuer") == nil || n.one(nsAssertion, "Issuer").text() != p.source.EntityID:
		return wrong("another provider has issued it")
	case subject == nil || conditions == nil || len(n.all(nsAssertion, "AuthnStatement")) == 0:
		return wrong("it has not what an assertion has")
	case !p.audience(conditions):
		return wrong("it is for somebody else")
	}
	made, err := moment(n.attr("IssueInstant"))
	if err != nil || made.IsZero() {
		return wrong("it does not say when it was made")
	}
	if a.Asked, a.Latest, err = p.confirmed(subject); err != nil {
		return Answer{}, err
	}
	if err := p.times(conditions, made, a.Latest); err != nil {
		return Answer{}, err
	}
	if name := subject.one(nsAssertion, "NameID"); name != nil {
		a.There = subjectOf(name)
	}
	a.There.Index = n.all(nsAssertion, "AuthnStatement")[0].attr("SessionIndex")
	a.Said, err = p.said(n, subject)
	return a, err
}

// audience reports whether we are named, in each of the restrictions there are.
func (p *Party) audience(conditions *node) bool {
	all := conditions.all(nsAssertion, "AudienceRestriction")
	return len(all) > 0 && !slices.ContainsFunc(all, func(r *node) bool {
		return !slices.ContainsFunc(r.all(nsAssertion, "Audience"), func(n *node) bool { return n.text() == p.source.Entity })
	})
}

// confirmed finds the confirmation by which whoever brings the answer is the
// subject, and returns the request it answers.
func (p *Party) confirmed(subject *node) (asked string, latest time.Time, err error) {
	for _, c := range subject.all(nsAssertion, "SubjectConfirmation") {
		data := c.one(nsAssertion, "SubjectConfirmationData")
		if c.attr("Method") != bearer || data == nil || data.attr("Recipient") != p.source.Back || data.attr("InResponseTo") == "" || data.attr("NotBefore") != "" {
			continue
		}
		if latest, err = moment(data.attr("NotOnOrAfter")); err != nil || latest.IsZero() {
			continue
		}
		return data.attr("InResponseTo"), latest, nil
	}
	return "", latest, fmt.Errorf("%w: it is not for this address, or answers no request", ErrAnswer)
}

// times holds every moment to our clock. Two minutes are forgiven, either way.
func (p *Party) times(conditions *node, made, latest time.Time) error {
	now := p.now()
	from, wrongFrom := moment(conditions.attr("NotBefore"))
	until, wrongUntil := moment(conditions.attr("NotOnOrAfter"))
	if err := errors.Join(wrongFrom, wrongUntil); err != nil {
		return fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	switch {
	case made.After(now.Add(skew)), from.After(now.Add(skew)): // a zero time is long ago
		return ErrClock
	case !now.Before(latest.Add(skew)), !until.IsZero() && !now.Before(until.Add(skew)), now.Sub(made) > longest:
		return ErrClock
	}
	return nil
}

// moment reads a time of XML; zero where there is none.
func moment(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return t, errors.New("a time cannot be read")
	}
	return t, nil
}

// said reads who it is. A value that could be read in two ways refuses.
func (p *Party) said(n, subject *node) (s Said, err error) {
	name := subject.one(nsAssertion, "NameID")
	if name != nil && name.attr("Format") != transient {
		s.Subject = name.text()
	}
	for _, f := range []struct {
		of string
		to *string
	}{{p.source.Number, &s.Number}, {p.source.Name, &s.Name}, {p.source.Login, &s.Login}} {
		if *f.to, err = value(n, name, f.of); err != nil {
			return Said{}, err
		}
	}
	reached := ""
	if p.source.Level != "" {
		if reached, err = value(n, name, p.source.Level); err != nil {
			return Said{}, err
		}
	} else if class := n.all(nsAssertion, "AuthnStatement")[0].one(nsAssertion, "AuthnContext", "AuthnContextClassRef"); class != nil {
		reached = class.text()
	}
	s.Level = level(reached)
	return s, nil
}

// value returns the one value of an attribute; empty where there is none.
func value(n, subject *node, of string) (string, error) {
	if of == "" {
		return "", nil
	}
	var found []*node
	if of == NameID {
		if subject != nil {
			found = []*node{subject}
		}
	} else {
		for _, statement := range n.all(nsAssertion, "AttributeStatement") {
			for _, a := range statement.all(nsAssertion, "Attribute") {
				if a.attr("Name") == of {
					found = append(found, a.all(nsAssertion, "AttributeValue")...)
				}
			}
		}
	}
	switch {
	case len(found) == 0:
		return "", nil
	case len(found) > 1 || len(found[0].kids) > 0 || found[0].mixed || len([]rune(found[0].text())) > maxValue:
		return "", fmt.Errorf("%w: %s has not one plain value", ErrAnswer, of)
	}
	return found[0].text(), nil
}

// level reads the number at the end of "2", "loa2" or "urn:…:level:2".
func level(s string) int {
	n, err := strconv.Atoi(s[len(strings.TrimRight(s, "0123456789")):])
	if err != nil || n > 9 {
		return 0
	}
	return n
}
