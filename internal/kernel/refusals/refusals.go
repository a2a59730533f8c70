// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package refusals is the security log: who was refused what, from where. It is
// written outside the transaction that was refused and a moment later, so a
// refusal costs nobody a wait; a power cut loses the last second of it. Floods
// are counted, not listed. It is not the audit log, which tells what was done.
package refusals

import (
	"context"
	"embed"
	"net/netip"
	"sync"
	"time"

	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this package.
func Migrations() db.Migrations { return db.Migrations{Namespace: "refusals", Files: files} }

// Kind says what was refused.
type Kind string

// The kinds.
const (
	NotAllowed   Kind = "not_allowed"    // a right is missing
	SignInNeeded Kind = "sign_in_needed" // nobody is signed in, or a token opens nothing
	NotFound     Kind = "not_found"      // it does not exist, or not for this person
	CrossSite    Kind = "cross_site"     // sent by a page of another site
	TooOften     Kind = "too_often"      // a door's limit
	WrongSignIn  Kind = "wrong_sign_in"  // user name or password
	SlowedSignIn Kind = "slowed_sign_in" // too many wrong ones before
	MovedSession Kind = "moved_session"  // not refused: an official's session goes on from another network or browser

	RefreshReused Kind = "refresh_reused" // an application's token that had been exchanged came again
	CodeReplayed  Kind = "code_replayed"  // an application's code that had been redeemed came again
	WrongSecret   Kind = "wrong_secret"   // an application could not prove who it is
	WrongOutside  Kind = "wrong_outside"  // what another provider said of somebody could not be believed
)

// Kinds returns all of them, in the order in which they are offered.
func Kinds() []Kind {
	return []Kind{
		NotAllowed, SignInNeeded, NotFound, CrossSite, TooOften, WrongSignIn, SlowedSignIn, MovedSession,
		RefreshReused, CodeReplayed, WrongSecret, WrongOutside,
	}
}

// Refusal is one refused access. Login and Address are hashed before they are kept.
type Refusal struct {
	Kind                      Kind
	Account, Login            string
	Permission, Route, Object string
	Address                   netip.Addr
}

// How floods are bounded: so many alike are listed in a window, the others counted.
const (
	listed   = 5
	window   = time.Minute
	maxKinds = 10_000 // alike ones that are told apart at a time
	maxQueue = 5_000
	maxText  = 200
)

// alike is what is counted together.
type alike struct {
	kind                                                Kind
	account, login, address, network, permission, route string
}

type tally struct {
	began, last db.Time
	seen, over  int64
}

// Log takes refusals and writes them with Flush.
type Log struct {
	db   *db.DB
	keys *crypt.Keys

	mu     sync.Mutex
	queue  []Entry
	counts map[alike]*tally
}

// New returns a log.
func New(d *db.DB, k *crypt.Keys) *Log { return &Log{db: d, keys: k, counts: map[alike]*tally{}} }

// Refuse notes a refusal. It neither waits nor fails.
func (l *Log) Refuse(r Refusal) {
	now := l.db.Now()
	a := alike{
		kind: r.Kind, account: cut(r.Account), permission: cut(r.Permission), route: cut(r.Route),
		login: short(l.keys.Index("security log login", r.Login)),
	}
	if r.Address.IsValid() {
		a.network, a.address = network(r.Address), short(l.keys.Index("security log address", r.Address.String()))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	t, ok := l.counts[a]
	if !ok && len(l.counts) >= maxKinds {
		a = alike{kind: r.Kind} // too many to tell apart
		t, ok = l.counts[a]
	}
	if !ok {
		t = &tally{began: now}
		l.counts[a] = t
	}
	t.seen++
	t.last = now
	if t.seen > listed || len(l.queue) >= maxQueue {
		t.over++
		return
	}
	l.queue = append(l.queue, entry(a, now, now, 1, cut(r.Object)))
}

func entry(a alike, at, until db.Time, n int64, object string) Entry {
	return Entry{
		ID: id.New(), At: at, Until: until, Kind: a.kind, Account: a.account, Login: a.login, Permission: a.permission, Route: a.route,
		Object: object, Network: a.network, Address: a.address, Count: n,
	}
}

func cut(s string) string {
	if len(s) > maxText {
		return s[:maxText]
	}
	return s
}

func short(hash string) string { return hash[:min(len(hash), 16)] }

// network is what an address is shown as: enough to ask a provider, not enough
// for a person.
func network(a netip.Addr) string {
	bits := 24
	if a.Is6() {
		bits = 48
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.Masked().String()
}

// Flush writes what was noted, and of floods whose minute is over how many there were.
func (l *Log) Flush(ctx context.Context) error { return l.flush(ctx, false) }

// Close writes everything.
func (l *Log) Close(ctx context.Context) error { return l.flush(ctx, true) }

func (l *Log) flush(ctx context.Context, all bool) (err error) {
	defer errs.Wrap(&err, "write the security log")

	now := l.db.Now()
	l.mu.Lock()
	entries := l.queue
	l.queue = nil
	for a, t := range l.counts {
		if !all && now.Sub(t.began.Time) < window {
			continue
		}
		if t.over > 0 {
			entries = append(entries, entry(a, t.began, t.last, t.over, ""))
		}
		delete(l.counts, a)
	}
	l.mu.Unlock()
	if len(entries) == 0 {
		return nil
	}
	err = l.db.Write(ctx, func(tx *db.Tx) error {
		for _, e := range entries {
			if _, err := tx.Exec(ctx, `INSERT INTO refusals_entries (`+columns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
				ON CONFLICT (id) DO NOTHING`, e.ID, e.At, e.Until, string(e.Kind), e.Account, e.Login, e.Permission, e.Route, e.Object, e.Network, e.Address, e.Count); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil { // the database is away: keep them, within bounds
		l.mu.Lock()
		l.queue = append(entries, l.queue...)
		if len(l.queue) > maxQueue {
			l.queue = l.queue[:maxQueue]
		}
		l.mu.Unlock()
	}
	return err
}

// Sweep removes what is older than so many days.
func Sweep(ctx context.Context, tx *db.Tx, days int) (n int64, err error) {
	before := db.At(tx.Now.Add(-time.Duration(days) * 24 * time.Hour))
	if _, err := tx.Exec(ctx, `UPDATE refusals_swept SET before = $1 WHERE before < $1`, before); err != nil {
		return 0, err
	}
	return tx.Exec(ctx, `DELETE FROM refusals_entries WHERE at < $1`, before)
}
