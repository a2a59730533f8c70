// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package requeststest plays a provider of remote signatures within a test: it
// keeps one key, takes transactions, and answers as the test wants. It is not
// part of the program.
package requeststest

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/platform/db"
)

// Name is what the provider is called.
const Name = "smartca"

// Phone is the provider with the phone of one person.
type Phone struct {
	CA  *signing.DevCA
	key *signing.SoftKey

	mu        sync.Mutex
	taken     map[requests.ID]*transaction
	Loses     int   // answers to Send that get lost after it was taken
	Drops     int   // Sends that never arrive
	Dumb      int   // Status calls without an answer
	Fails     error // what every call answers, when not nil
	signs     func(hash []byte) ([]byte, error)
	Leaves    int // signatures left out of an answer
	Backwards bool
}

type transaction struct {
	call    requests.Call
	outcome requests.Outcome
	signed  []requests.Signed
	sends   int
}

// New returns a phone whose certificate is valid for a year around now.
func New(tb testing.TB, name string, now time.Time) *Phone {
	tb.Helper()
	ca, err := signing.NewDevCA("Chứng thực điện thoại", now.AddDate(-1, 0, 0), signing.P256)
	if err != nil {
		tb.Fatal(err)
	}
	p := &Phone{CA: ca, taken: map[requests.ID]*transaction{}}
	p.key = p.Issue(tb, name, now)
	p.signs = func(hash []byte) ([]byte, error) { return p.key.Sign(context.Background(), hash) }
	return p
}

// Issue makes another key of the phone's authority.
func (p *Phone) Issue(tb testing.TB, name string, now time.Time) *signing.SoftKey {
	tb.Helper()
	key, err := p.CA.Issue(signing.Subject{Name: name, From: now.AddDate(0, -6, 0), Until: now.AddDate(0, 6, 0)})
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

// Certificate is the phone's in the register.
func (p *Phone) Certificate(tb testing.TB) keystore.Certificate {
	tb.Helper()
	cert, above, err := p.key.Certificate(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return keystore.Certificate{
		ID: "cert-1", Kind: keystore.Remote, Provider: Name, State: keystore.Active, Serial: hex.EncodeToString(cert.SerialNumber.Bytes()),
		Cert: cert, Chain: above, NotBefore: db.At(cert.NotBefore), NotAfter: db.At(cert.NotAfter),
	}
}

// Use lets another key sign, as a provider that is mistaken would.
func (p *Phone) Use(key *signing.SoftKey) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.signs = func(hash []byte) ([]byte, error) { return key.Sign(context.Background(), hash) }
}

// Set changes how the phone misbehaves.
func (p *Phone) Set(change func(*Phone)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(p)
}

// Send implements requests.Provider.
func (p *Phone) Send(_ context.Context, c requests.Call) (requests.Answer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Fails != nil {
		return requests.Answer{}, p.Fails
	}
	if p.Drops > 0 {
		p.Drops--
		return requests.Answer{}, requests.ErrNoAnswer
	}
	t := p.taken[c.Request]
	if t == nil {
		t = &transaction{call: c, outcome: requests.Pending}
		p.taken[c.Request] = t
	}
	t.sends++
	if p.Loses > 0 {
		p.Loses--
		return requests.Answer{}, requests.ErrNoAnswer
	}
	return requests.Answer{Reference: reference(c.Request), Outcome: requests.Pending}, nil
}

func reference(id requests.ID) string { return "T-" + string(id) }

// Status implements requests.Provider.
func (p *Phone) Status(_ context.Context, c requests.Call) (requests.Answer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Fails != nil {
		return requests.Answer{}, p.Fails
	}
	if p.Dumb > 0 {
		p.Dumb--
		return requests.Answer{}, requests.ErrNoAnswer
	}
	t := p.taken[c.Request]
	if t == nil {
		return requests.Answer{}, requests.ErrUnknown
	}
	a := requests.Answer{Reference: reference(c.Request), Outcome: t.outcome, Signed: slices.Clone(t.signed)}
	if p.Backwards {
		slices.Reverse(a.Signed)
	}
	a.Signed = a.Signed[min(p.Leaves, len(a.Signed)):]
	return a, nil
}

// Approve signs all that waits and returns how many transactions there were.
func (p *Phone) Approve() (n int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.taken {
		if t.outcome != requests.Pending {
			continue
		}
		for _, d := range t.call.Documents {
			raw, err := p.signs(d.Hash)
			if err != nil {
				return n, fmt.Errorf("sign %s: %w", d.Name, err)
			}
			t.signed = append(t.signed, requests.Signed{ID: d.ID, Signature: raw})
		}
		t.outcome = requests.Agreed
		n++
	}
	return n, nil
}

// Decline refuses all that waits.
func (p *Phone) Decline() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.taken {
		if t.outcome == requests.Pending {
			t.outcome = requests.Declined
		}
	}
}

// Transactions returns how many the phone has, and the words of the last.
func (p *Phone) Transactions() (n int, words string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range p.taken {
		words = t.call.Words
	}
	return len(p.taken), words
}

// Sends returns how often a transaction was sent.
func (p *Phone) Sends(id requests.ID) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if t := p.taken[id]; t != nil {
		return t.sends
	}
	return 0
}
