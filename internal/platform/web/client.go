// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"net/http"
	"net/netip"
)

type clientKey struct{}

// withClient notes where a request comes from.
func withClient(r *http.Request, l *Limiter) *http.Request {
	if l == nil {
		return r
	}
	return r.WithContext(context.WithValue(r.Context(), clientKey{}, l.Client(r)))
}

// ClientFrom returns the address a request comes from, for IPv6 its network; not
// valid where nobody knows.
func ClientFrom(ctx context.Context) netip.Addr {
	a, _ := ctx.Value(clientKey{}).(netip.Addr)
	return a
}
