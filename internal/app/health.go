// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/modules/console/consolemod"
	"tinhso.vn/internal/platform/db"
)

// probes remembers which outside systems take connections, as this server has
// seen it: a page asks no other system.
type probes struct {
	mu   sync.Mutex
	seen map[string]probe
}

type probe struct {
	up    bool
	since time.Time // it is so
	fails int       // in a row
}

const (
	probeTick    = time.Minute
	probeTimeout = 3 * time.Second
	endingSoon   = 30 // days
)

// Probe looks whether the outside systems take connections. It sends nothing.
func (p *Program) Probe(ctx context.Context) {
	var wg sync.WaitGroup
	for _, o := range p.outside() {
		network, address := dialled(o.Address)
		if address == "" {
			continue
		}
		wg.Go(func() {
			dialer := net.Dialer{Timeout: probeTimeout}
			c, err := dialer.DialContext(ctx, network, address)
			if err == nil {
				_ = c.Close() // nothing was sent
			}
			if ctx.Err() == nil {
				p.probes.note(o.ID, err == nil, p.Clock.Now())
			}
		})
	}
	wg.Wait()
}

func (s *probes) note(id string, up bool, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[string]probe{}
	}
	was, known := s.seen[id]
	if !known || was.up != up {
		was = probe{up: up, since: now}
	}
	if !up {
		was.fails++
	}
	s.seen[id] = was
}

// dialled is where a connection to an address goes.
func dialled(address string) (network, at string) {
	if address == "" {
		return "", ""
	}
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		return "unix", path
	}
	if strings.HasPrefix(address, "/") {
		return "unix", address
	}
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		if u.Port() != "" {
			return "tcp", u.Host
		}
		port := "80"
		if u.Scheme == "https" || u.Scheme == "wss" {
			port = "443"
		}
		return "tcp", net.JoinHostPort(u.Hostname(), port)
	}
	address = strings.TrimPrefix(address, "tcp:")
	if _, _, err := net.SplitHostPort(address); err != nil {
		return "", ""
	}
	return "tcp", address
}

// parts tells what the console does not look at itself: certificates that end,
// systems outside, backups.
func (p *Program) parts(ctx context.Context) ([]consolemod.Part, error) {
	now := p.DB.Now()
	count := func(from, until db.Time) (int64, error) {
		return p.trusted.register.Count(ctx, p.DB, access.All(), keystore.Filter{State: keystore.Active, After: from, Before: until})
	}
	over, err := count(db.Time{}, now)
	if err != nil {
		return nil, err
	}
	soon, err := count(now, db.At(now.AddDate(0, 0, endingSoon)))
	if err != nil {
		return nil, err
	}
	certificates := consolemod.Part{Name: "certificates", N: over + soon}
	if soon > 0 {
		certificates.State = consolemod.Attention
	}
	if over > 0 {
		certificates.State = consolemod.Broken
	}
	all := []consolemod.Part{certificates}
	p.probes.mu.Lock()
	defer p.probes.mu.Unlock()
	for _, o := range p.outside() {
		if _, address := dialled(o.Address); address == "" {
			continue
		}
		one := consolemod.Part{Name: "outside", ID: o.ID}
		seen, known := p.probes.seen[o.ID]
		switch {
		case !known:
			one.Unknown = true
		case !seen.up && seen.fails > 2:
			one.State, one.Since = consolemod.Broken, seen.since
		case !seen.up:
			one.State, one.Since = consolemod.Attention, seen.since
		default:
			one.Since = seen.since
		}
		all = append(all, one)
	}
	return append(all, consolemod.Part{Name: "backup", Unknown: true}), nil
}
