// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"net/http"
	"net/netip"
)

type clientKey struct{}

// with notes where a request comes from.
func (l *Limiter) with(ctx context.Context, r *http.Request) context.Context {
	if l == nil {
		return ctx
	}
	return context.WithValue(ctx, clientKey{}, l.Client(r))
}

// ClientFrom returns the address a request comes from, for IPv6 its network; not
// valid where nobody knows.
func ClientFrom(ctx context.Context) netip.Addr {
	a, _ := ctx.Value(clientKey{}).(netip.Addr)
	return a
}
