// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"tinhso.vn/internal/platform/clock"
)

// Rate is how often a client may come to a door: so many at once, then so many
// a minute.
type Rate struct {
	Burst     int
	PerMinute int
}

// DefaultRates are generous to an office whose computers share one address, and
// mean to whoever guesses.
func DefaultRates() map[Door]Rate {
	return map[Door]Rate{
		Ordinary: {Burst: 900, PerMinute: 2400}, // 150 who come in at the same moment open three pages each, and go on
		Narrow:   {Burst: 20, PerMinute: 30},
		Wide:     {Burst: 2000, PerMinute: 12000},
		Crowd:    {Burst: 450, PerMinute: 900}, // the same 150 with password and code, and once again
	}
}

// wider is how much more may come from the province's own offices, of which many
// stand behind one address. A narrow door stays narrow.
const wider = 10

// Limiter counts how often clients come. Counts are kept in memory: each of
// several servers has its own.
type Limiter struct {
	rates   map[Door]Rate
	proxies []netip.Prefix
	offices []netip.Prefix
	clock   clock.Clock

	mu      sync.Mutex
	clients map[client]*visits
	swept   time.Time
}

type client struct {
	door    Door
	route   string // a narrow door is its own: who tracks too often can still sign in
	address netip.Addr
	name    string // of a client that is known: AllowClient
}

type visits struct {
	bucket *rate.Limiter
	last   time.Time
}

// NewLimiter returns a limiter. Proxies are the networks whose X-Forwarded-For
// is believed, offices those in which many people share an address.
func NewLimiter(rates map[Door]Rate, proxies []netip.Prefix, c clock.Clock, offices ...netip.Prefix) *Limiter {
	return &Limiter{rates: rates, proxies: proxies, offices: offices, clock: c, clients: map[client]*visits{}}
}

const forget = 10 * time.Minute

// Allow counts a call of the client of r. A wait above zero means that it comes
// too early; the door has no limit where the Standing is zero.
func (l *Limiter) Allow(route Route, r *http.Request) (s Standing, wait time.Duration) {
	how, limited := l.rates[route.Door]
	if !limited {
		return Standing{}, 0
	}
	now := l.clock.Now()
	who := client{door: route.Door, address: l.Client(r)}
	switch {
	case route.Door == Narrow:
		who.route = route.Pattern
	case within(l.offices, who.address):
		how = Rate{how.Burst * wider, how.PerMinute * wider}
	}
	return take(l.bucket(who, how, now), how, now)
}

func (l *Limiter) bucket(c client, how Rate, now time.Time) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.swept) > forget {
		for k, v := range l.clients {
			if now.Sub(v.last) > forget {
				delete(l.clients, k)
			}
		}
		l.swept = now
	}
	v, ok := l.clients[c]
	if !ok || v.bucket.Burst() != how.Burst || v.bucket.Limit() != perSecond(how) {
		v = &visits{bucket: rate.NewLimiter(perSecond(how), how.Burst)}
		l.clients[c] = v
	}
	v.last = now
	return v.bucket
}

func perSecond(how Rate) rate.Limit { return rate.Limit(float64(how.PerMinute) / 60) }

// Client returns the address a request comes from; for IPv6 its /64 network,
// which one customer has to himself.
func (l *Limiter) Client(r *http.Request) netip.Addr {
	address := peer(r)
	if l.believes(address) {
		hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
		for _, text := range slices.Backward(hops) { // from the nearest: the far end writes what it likes
			hop, err := netip.ParseAddr(strings.TrimSpace(text))
			if err != nil {
				break
			}
			address = hop.Unmap()
			if !l.believes(address) {
				break
			}
		}
	}
	if address.Is6() {
		if network, err := address.Prefix(64); err == nil {
			return network.Addr()
		}
	}
	return address
}

func (l *Limiter) believes(a netip.Addr) bool { return within(l.proxies, a) }

func within(networks []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(a) })
}

func peer(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}
