// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package revocation asks authorities whether they have withdrawn certificates,
// and hands over what they say as evidence for documents (PAdES B-LT). Answers
// are believed only as signing.Judge believes them. It decides nothing about a
// signature, and follows no address into a private network.
package revocation

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"embed"
	"encoding/hex"
	"errors"
	"io/fs"
	"strings"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/fetch"
)

//go:embed locales
var locales embed.FS

// Locales holds the messages of this package: vi.json and en.json.
func Locales() (fs.FS, error) { return fs.Sub(locales, "locales") }

// What can go wrong.
var (
	ErrUnknown   = errs.New(errs.Unavailable, "revocation.unknown") // no authority says how a certificate stands
	ErrWithdrawn = errs.New(errs.Conflict, "revocation.withdrawn")  // the authority has withdrawn it
)

const (
	maxPath    = 8         // certificates above one
	maxSources = 4         // addresses that one certificate may name
	keepFor    = time.Hour // how long an answer is used again, if it is not to end before
	maxKept    = 512
)

// Options is what a client needs.
type Options struct {
	Outside *fetch.Client // asks the addresses that certificates name
	// OCSP and CRL are asked instead of what certificates name, with Configured.
	OCSP, CRL  string
	Configured *fetch.Client
	// Above returns the authorities that are known above a certificate; may be nil.
	Above func(ctx context.Context, cert *x509.Certificate) ([]*x509.Certificate, error)
	// Also returns certificates that every document's proof needs, those of the
	// time-stamping authority; may be nil.
	Also     func(ctx context.Context) ([]*x509.Certificate, error)
	Now      func() time.Time
	Required bool // without evidence about a certificate there is an error
}

// Client collects evidence. It remembers answers while they are fresh.
type Client struct {
	o    Options
	mu   sync.Mutex
	kept map[string]answer
}

type answer struct {
	der   []byte
	until time.Time
}

// New returns a client.
func New(o Options) *Client { return &Client{o: o, kept: map[string]answer{}} }

// Collect is a signing.Collector: the certificates with all above them, and for
// each of them but the roots a word of its authority that it stands.
func (c *Client) Collect(ctx context.Context, certs []*x509.Certificate) (e signing.Evidence, err error) {
	defer errs.Wrap(&err, "evidence for %d certificates", len(certs))

	all, err := c.pool(ctx, certs)
	if err != nil {
		return signing.Evidence{}, err
	}
	for _, cert := range all {
		e.Certs = append(e.Certs, cert.Raw)
		if cert.CheckSignatureFrom(cert) == nil { // nobody stands above a root
			continue
		}
		issuer := issuerOf(cert, all)
		if issuer == nil {
			if c.o.Required {
				return signing.Evidence{}, ErrUnknown.With("name", cert.Subject.CommonName)
			}
			continue
		}
		if err := c.prove(ctx, cert, issuer, &e); err != nil {
			if errors.Is(err, ErrUnknown) && !c.o.Required {
				continue
			}
			return signing.Evidence{}, err
		}
	}
	return e, nil
}

// pool is the certificates and what is known above them, each once.
func (c *Client) pool(ctx context.Context, certs []*x509.Certificate) (all []*x509.Certificate, err error) {
	seen := map[[32]byte]bool{}
	add := func(list ...*x509.Certificate) {
		for _, cert := range list {
			if cert == nil {
				continue
			}
			if sum := sha256.Sum256(cert.Raw); !seen[sum] && len(all) < 64 {
				seen[sum] = true
				all = append(all, cert)
			}
		}
	}
	add(certs...)
	if c.o.Also != nil {
		also, err := c.o.Also(ctx)
		if err != nil && c.o.Required {
			return nil, err
		}
		add(also...)
	}
	if c.o.Above != nil {
		for _, cert := range certs {
			if cert == nil {
				continue
			}
			above, err := c.o.Above(ctx, cert)
			if err != nil {
				return nil, err
			}
			add(above[:min(len(above), maxPath)]...)
		}
	}
	return all, nil
}

func issuerOf(cert *x509.Certificate, all []*x509.Certificate) *x509.Certificate {
	for _, c := range all {
		if cert.CheckSignatureFrom(c) == nil {
			return c
		}
	}
	return nil
}

// prove adds a word of the issuer about a certificate: an answer about it alone
// where there is one, else a list.
func (c *Client) prove(ctx context.Context, cert, issuer *x509.Certificate, e *signing.Evidence) error {
	var problem error
	for _, from := range c.sources(cert.OCSPServer, c.o.OCSP) {
		der, err := c.ocsp(ctx, from, cert, issuer)
		if err != nil {
			problem = errors.Join(problem, err)
			continue
		}
		if good, err := c.judge(cert, issuer, signing.Evidence{OCSPs: [][]byte{der}}); err != nil {
			return err
		} else if good {
			e.OCSPs = once(e.OCSPs, der)
			return nil
		}
	}
	for _, from := range c.sources(cert.CRLDistributionPoints, c.o.CRL) {
		der, err := c.crl(ctx, from, cert, issuer)
		if err != nil {
			problem = errors.Join(problem, err)
			continue
		}
		if good, err := c.judge(cert, issuer, signing.Evidence{CRLs: [][]byte{der}}); err != nil {
			return err
		} else if good {
			e.CRLs = once(e.CRLs, der)
			return nil
		}
	}
	return ErrUnknown.With("name", cert.Subject.CommonName).Because(problem)
}

// judge reports whether a word says that the certificate stands; ErrWithdrawn
// where it says the contrary.
func (c *Client) judge(cert, issuer *x509.Certificate, e signing.Evidence) (bool, error) {
	now := c.o.Now()
	switch s := signing.Judge(cert, issuer, e, now, now); s.State {
	case signing.RevocationRevoked:
		return false, ErrWithdrawn.With("name", cert.Subject.CommonName)
	case signing.RevocationGood:
		return true, nil
	case signing.RevocationUnknown:
	}
	return false, nil
}

// source is an address and who may ask it: what a certificate names is never
// asked by the client that may go anywhere.
type source struct {
	url string
	by  *fetch.Client
}

func (c *Client) sources(named []string, instead string) (all []source) {
	if instead != "" {
		return []source{{instead, c.o.Configured}}
	}
	for _, url := range named[:min(len(named), maxSources)] {
		if strings.HasPrefix(url, "http") { // some name a directory as well
			all = append(all, source{url, c.o.Outside})
		}
	}
	return all
}

func once(list [][]byte, der []byte) [][]byte {
	for _, have := range list {
		if string(have) == string(der) {
			return list
		}
	}
	return append(list, der)
}

func (c *Client) ocsp(ctx context.Context, from source, cert, issuer *x509.Certificate) ([]byte, error) {
	sum := sha256.Sum256(cert.Raw)
	key := "ocsp " + from.url + " " + hex.EncodeToString(sum[:])
	if der, ok := c.find(key); ok {
		return der, nil
	}
	q, err := signing.NewQuestion(cert, issuer)
	if err != nil {
		return nil, err
	}
	der, err := q.DER()
	if err != nil {
		return nil, err
	}
	got, err := from.by.Ask(ctx, fetch.Question{URL: from.url, Body: der, Type: "application/ocsp-request"})
	if err != nil {
		return nil, err
	}
	said := q.Check(got, c.o.Now())
	if said.State == signing.RevocationUnknown {
		return nil, errors.New("the answer says nothing that is believed")
	}
	if said.State == signing.RevocationGood { // what is withdrawn may be given back
		c.keep(key, got, said.Until)
	}
	return got, nil
}

func (c *Client) crl(ctx context.Context, from source, cert, issuer *x509.Certificate) ([]byte, error) {
	sum := sha256.Sum256(issuer.Raw)
	key := "crl " + from.url + " " + hex.EncodeToString(sum[:])
	if der, ok := c.find(key); ok {
		return der, nil
	}
	got, err := from.by.Ask(ctx, fetch.Question{URL: from.url})
	if err != nil {
		return nil, err
	}
	now := c.o.Now()
	said := signing.Judge(cert, issuer, signing.Evidence{CRLs: [][]byte{got}}, now, now)
	if said.State == signing.RevocationGood {
		c.keep(key, got, said.Until)
	}
	return got, nil
}

func (c *Client) find(key string) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	a, ok := c.kept[key]
	return a.der, ok && c.o.Now().Before(a.until)
}

func (c *Client) keep(key string, der []byte, until time.Time) {
	now := c.o.Now()
	if latest := now.Add(keepFor); until.After(latest) {
		until = latest
	}
	if !until.After(now) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.kept) >= maxKept {
		clear(c.kept)
	}
	c.kept[key] = answer{der, until}
}
