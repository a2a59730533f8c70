// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"tinhso.vn/internal/platform/config"
)

const (
	fetchTimeout = 30 * time.Second
	maxRedirects = 3
)

type fetch = func(ctx context.Context, address string, most int64) ([]byte, error)

// newFetch returns what reads lists of revoked certificates from outside; nil
// where nothing may be fetched. Addresses inside the house are refused whatever
// name leads to them: the address is looked at when the connection is made, for
// each redirect again.
func newFetch(c config.Lists) fetch {
	if !c.Fetch {
		return nil
	}
	private, _ := c.Networks() // Config.Check has read them
	dialer := &net.Dialer{Timeout: fetchTimeout, Control: func(_, address string, _ syscall.RawConn) error { return outside(address, private) }}
	client := &http.Client{
		Timeout:   fetchTimeout,
		Transport: &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: fetchTimeout, DisableKeepAlives: true},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > maxRedirects || (r.URL.Scheme != "http" && r.URL.Scheme != "https") {
				return errors.New("it leads elsewhere too often, or to something that is no web address")
			}
			return nil
		},
	}
	return func(ctx context.Context, address string, most int64) ([]byte, error) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, err
		}
		answer, err := client.Do(r)
		if err != nil {
			return nil, err
		}
		defer func() { _ = answer.Body.Close() }()
		if answer.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("the address answered %s", answer.Status)
		}
		content, err := io.ReadAll(io.LimitReader(answer.Body, most+1))
		if err == nil && int64(len(content)) > most {
			err = fmt.Errorf("the answer is longer than %d MB", most>>20)
		}
		return content, err
	}
}

// outside refuses addresses that are not of the public network, nor of those
// that the operator has named.
func outside(address string, named []netip.Prefix) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	a := at.Addr().Unmap().WithZone("")
	if slices.ContainsFunc(named, func(n netip.Prefix) bool { return n.Contains(a) }) {
		return nil
	}
	if !a.IsGlobalUnicast() || a.IsPrivate() || slices.ContainsFunc(reserved(), func(n netip.Prefix) bool { return n.Contains(a) }) {
		return errors.New("the address is not of the public network")
	}
	return nil
}

// reserved are networks that look public and are not (RFC 6598, 6890, 6052, 7050).
func reserved() (nets []netip.Prefix) {
	for _, n := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fec0::/10",
	} {
		nets = append(nets, netip.MustParsePrefix(n))
	}
	return nets
}
