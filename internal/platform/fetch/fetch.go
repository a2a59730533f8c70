// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package fetch asks addresses outside for small answers, and trusts none of
// them: bounded in time and size, no redirects, no proxies of the environment,
// and no way into private networks unless it was told so. It keeps nothing and
// does not know what it fetches.
package fetch

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
	"time"
)

// What can go wrong.
var (
	ErrAddress  = errors.New("fetch: the address may not be asked") // not http(s), or in a private network
	ErrSilent   = errors.New("fetch: no answer")                    // nobody there, or not in time
	ErrStatus   = errors.New("fetch: the answer is a refusal")      // a status other than 200, or 204 to what was sent
	ErrTooLarge = errors.New("fetch: the answer is too large")
)

// Options bound a client.
type Options struct {
	Timeout time.Duration  // for one question; 0 is 10 s
	Limit   int64          // bytes of an answer; 0 is 1 MB
	Inside  []netip.Prefix // private networks that may be asked all the same
	// Configured clients ask addresses that the operator has written down,
	// wherever they are. Never set it for addresses out of documents.
	Configured bool
	Roots      *x509.CertPool // whom to believe; nil: whom the system believes
}

// Client asks.
type Client struct {
	o    Options
	http *http.Client
}

// New returns a client.
func New(o Options) *Client {
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Limit <= 0 {
		o.Limit = 1 << 20
	}
	c := &Client{o: o}
	dialer := &net.Dialer{Timeout: o.Timeout, Control: c.control}
	c.http = &http.Client{
		Timeout:       o.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12}, TLSHandshakeTimeout: o.Timeout, ResponseHeaderTimeout: o.Timeout,
			MaxResponseHeaderBytes: 64 << 10, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute,
		},
	}
	return c
}

// control looks at the address a name has led to, when the connection is made:
// a name that changes its mind meanwhile leads nowhere else.
func (c *Client) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrAddress, address)
	}
	ip := at.Addr().Unmap().WithZone("")
	if c.o.Configured || public(ip) || slices.ContainsFunc(c.o.Inside, func(p netip.Prefix) bool { return p.Contains(ip) }) {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrAddress, ip)
}

// public reports whether an address belongs to the open network: private, local
// and shared ones do not, nor do those that carry an address of the old kind.
func public(ip netip.Addr) bool {
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return false
	}
	for _, closed := range []string{
		"100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "0.0.0.0/8",
		"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fec0::/10",
	} {
		if netip.MustParsePrefix(closed).Contains(ip) {
			return false
		}
	}
	return true
}

// Question is what is asked. Without a body it is a GET.
type Question struct {
	URL            string
	Body           []byte
	Type           string // of the body
	User, Password string
	Header         map[string]string // further ones
}

// Answer is what came back, whatever its status.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Ask returns the body of the answer; one of the errors above where there is none.
func (c *Client) Ask(ctx context.Context, q Question) ([]byte, error) {
	a, err := c.Call(ctx, q)
	switch {
	case err != nil:
		return nil, err
	case a.Status == http.StatusNoContent && q.Body != nil: // taken, and nothing to say
		return nil, nil
	case a.Status != http.StatusOK:
		return nil, fmt.Errorf("%w: %d %s", ErrStatus, a.Status, http.StatusText(a.Status))
	}
	return a.Body, nil
}

// Call returns the answer, also a refusal: for those who tell refusals apart.
func (c *Client) Call(ctx context.Context, q Question) (a Answer, err error) {
	u, err := url.Parse(q.URL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || (u.User != nil && !c.o.Configured) {
		return a, ErrAddress
	}
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if q.Body != nil {
		method, body = http.MethodPost, bytes.NewReader(q.Body)
	}
	r, err := http.NewRequestWithContext(ctx, method, q.URL, body)
	if err != nil {
		return a, fmt.Errorf("%w: %w", ErrAddress, err)
	}
	if q.Type != "" {
		r.Header.Set("Content-Type", q.Type)
	}
	for name, value := range q.Header {
		r.Header.Set(name, value)
	}
	if q.User != "" {
		r.SetBasicAuth(q.User, q.Password)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		if errors.Is(err, ErrAddress) {
			return a, err
		}
		return a, fmt.Errorf("%w: %w", ErrSilent, err)
	}
	defer func() { _ = answer.Body.Close() }()
	a.Status, a.Header = answer.StatusCode, answer.Header
	a.Body, err = io.ReadAll(io.LimitReader(answer.Body, c.o.Limit+1))
	switch {
	case err != nil:
		return a, fmt.Errorf("%w: %w", ErrSilent, err)
	case int64(len(a.Body)) > c.o.Limit && answer.StatusCode == http.StatusOK:
		return a, ErrTooLarge
	}
	return a, nil
}
