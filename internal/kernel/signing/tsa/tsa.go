// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package tsa asks a time-stamping authority over HTTP (RFC 3161). It believes
// only what answers its question, comes from an authority that is trusted, and
// tells about our own time. It is not an authority, and keeps no stamps.
package tsa

import (
	"context"
	"crypto/x509"
	"embed"
	"encoding/asn1"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/smallstep/pkcs7"

	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/fetch"
)

//go:embed locales
var locales embed.FS

// Locales holds the messages of this package: vi.json and en.json.
func Locales() (fs.FS, error) { return fs.Sub(locales, "locales") }

// What can go wrong. In each case nothing was signed that waits for the stamp,
// and the act can be done again.
var (
	ErrSilent = errs.New(errs.Unavailable, "tsa.silent") // nobody answers, or not in time
	ErrWrong  = errs.New(errs.Unavailable, "tsa.wrong")  // an answer that is not believed
)

const (
	drift    = 5 * time.Minute // how far its clock and ours may be apart
	attempts = 3
	limit    = 64 << 10 // bytes of an answer: a token with its certificates has some thousand
)

// Options is how to reach the authority.
type Options struct {
	URL            string
	User, Password string
	Policy         string // object identifier; empty for the authority's own
	Timeout        time.Duration
	Roots          func(ctx context.Context) (*x509.CertPool, error)
	Now            func() time.Time
	Pause          time.Duration // before asking again, doubled each time; 0 is 300 ms
}

// Client asks one authority.
type Client struct {
	o      Options
	policy asn1.ObjectIdentifier
	fetch  *fetch.Client

	mu    sync.Mutex
	certs []*x509.Certificate // of the last token
}

// New returns a client.
func New(o Options) (*Client, error) {
	policy, err := ParsePolicy(o.Policy)
	if err != nil {
		return nil, err
	}
	if o.Pause <= 0 {
		o.Pause = 300 * time.Millisecond
	}
	return &Client{o: o, policy: policy, fetch: fetch.New(fetch.Options{Timeout: o.Timeout, Limit: limit, Configured: true})}, nil
}

// ParsePolicy reads an object identifier, such as 1.3.6.1.4.1.1; empty is none.
func ParsePolicy(s string) (id asn1.ObjectIdentifier, err error) {
	if s == "" {
		return nil, nil
	}
	for part := range strings.SplitSeq(s, ".") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 0 {
			return nil, fmt.Errorf("%q is no object identifier", s)
		}
		id = append(id, n)
	}
	if len(id) < 2 {
		return nil, fmt.Errorf("%q is no object identifier", s)
	}
	return id, nil
}

// Stamp is a signing.Stamper. Nobody who does not answer is asked more than
// three times, with a new nonce each time; who lies is asked once.
func (c *Client) Stamp(ctx context.Context, hash []byte) (token []byte, err error) {
	defer errs.Wrap(&err, "time stamp")

	roots, err := c.o.Roots(ctx)
	if err != nil {
		return nil, err
	}
	pause := c.o.Pause
	for n := 1; ; n++ {
		token, err = c.once(ctx, hash, roots)
		if err == nil || n == attempts || !errors.Is(err, ErrSilent) {
			break
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, ErrSilent.Because(ctx.Err())
		case <-timer.C:
		}
		pause *= 2
	}
	if err != nil {
		return nil, err
	}
	c.remember(token)
	return token, nil
}

func (c *Client) once(ctx context.Context, hash []byte, roots *x509.CertPool) ([]byte, error) {
	q, err := signing.NewStampRequest(hash)
	if err != nil {
		return nil, err
	}
	q.Policy = c.policy
	der, err := q.DER()
	if err != nil {
		return nil, err
	}
	answer, err := c.fetch.Ask(ctx, fetch.Question{URL: c.o.URL, Body: der, Type: "application/timestamp-query", User: c.o.User, Password: c.o.Password})
	switch {
	case errors.Is(err, fetch.ErrSilent), errors.Is(err, fetch.ErrStatus):
		return nil, ErrSilent.Because(err)
	case err != nil:
		return nil, ErrWrong.Because(err)
	}
	token, err := q.Token(answer, roots, c.o.Now(), drift)
	if err != nil {
		return nil, ErrWrong.Because(err)
	}
	return token, nil
}

func (c *Client) remember(token []byte) {
	p7, err := pkcs7.Parse(token)
	if err != nil {
		return // it was believed, and is read elsewhere
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.certs = p7.Certificates
}

// Certificates returns those of the authority, its own and what stands above
// it, as its last stamp brought them. Where none was given yet, one is asked for.
func (c *Client) Certificates(ctx context.Context) ([]*x509.Certificate, error) {
	known := func() []*x509.Certificate {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.certs
	}
	if certs := known(); certs != nil {
		return certs, nil
	}
	if _, err := c.Stamp(ctx, make([]byte, 32)); err != nil {
		return nil, err
	}
	return known(), nil
}
