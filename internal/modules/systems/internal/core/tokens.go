// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/systems"
	"tinhso.vn/internal/modules/systems/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Prefix begins every token, so that scanners find one that was left in a file.
const Prefix = "tinhso_"

// TokenLength is how long a token lasts at most, in days, and Overlap how many
// days the tokens before it go on working when a new one is made.
const (
	TokenLength = 365
	Overlap     = 14
)

// unwritten is how long the last use of a token stays in memory.
const unwritten = 5 * time.Minute

// Made is a new token. It is shown once.
type Made struct {
	systems.Token
	Secret string
}

// MakeToken gives a system a new token for at most TokenLength days. Those it has
// end after overlap days, so that both work while the other side changes over; a
// negative overlap leaves them as they are.
func (s *Service) MakeToken(ctx context.Context, actor identity.Actor, sys systems.ID, days, overlap int) (made Made, err error) {
	defer errs.Wrap(&err, "make a token of system %s", sys)

	if _, err := access.Everywhere(actor, systems.PermManage); err != nil {
		return made, err
	}
	if days < 1 || days > TokenLength {
		return made, errs.BadInput([]errs.Field{{Name: "days", Code: "systems.bad_days", Args: map[string]any{"max": TokenLength}}})
	}
	if overlap > Overlap*6 {
		return made, errs.BadInput([]errs.Field{{Name: "overlap", Code: "systems.bad_overlap", Args: map[string]any{"max": Overlap * 6}}})
	}
	secret := Prefix + rand.Text() + rand.Text()
	err = s.change(ctx, actor, systems.PermManage, sys, 0, systems.AuditToken, func(tx *db.Tx, _ *systems.System) error {
		all, err := store.Tokens(ctx, tx, sys, maxTokens)
		if err != nil {
			return err
		}
		live := 0
		for _, t := range all {
			if !t.Live(tx.Now.Time) {
				continue
			}
			if end := tx.Now.AddDate(0, 0, max(0, overlap)); overlap >= 0 && end.Before(t.Ends.Time) {
				t.Ends = db.At(end)
				if err := store.End(ctx, tx, t); err != nil {
					return err
				}
			}
			if t.Live(tx.Now.Time) {
				live++
			}
		}
		if live >= maxLive {
			return systems.ErrTokens.With("max", maxLive)
		}
		now := Made{Secret: secret, Token: systems.Token{
			ID: id.New(), System: sys, Hint: secret[len(secret)-4:], Made: systems.Hand{Account: actor.Account, At: tx.Now},
			Ends: db.At(tx.Now.AddDate(0, 0, days)),
		}}
		made = now
		return store.AddToken(ctx, tx, now.Token, hashed(secret))
	})
	return made, err
}

// Revoke shuts a token out at once.
func (s *Service) Revoke(ctx context.Context, actor identity.Actor, sys systems.ID, token string) (err error) {
	defer errs.Wrap(&err, "revoke a token of system %s", sys)

	return s.change(ctx, actor, systems.PermManage, sys, 0, systems.AuditRevoked, func(tx *db.Tx, _ *systems.System) error {
		all, err := store.Tokens(ctx, tx, sys, maxTokens)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(t systems.Token) bool { return t.ID == token })
		switch {
		case i < 0:
			return systems.ErrNotFound
		case !all[i].Live(tx.Now.Time):
			return systems.ErrGone
		}
		all[i].Revoked = systems.Hand{Account: actor.Account, At: tx.Now}
		return store.End(ctx, tx, all[i])
	})
}

// Entered is a system that has come in.
type Entered struct {
	Account   identity.Account
	PerMinute int
}

// Enter returns the system whose token this is. ErrToken where it opens nothing,
// whatever the reason; ErrAddress where it comes from elsewhere.
func (s *Service) Enter(ctx context.Context, token string, from netip.Addr) (in Entered, err error) {
	defer errs.Wrap(&err, "let a system in")

	t, err := store.FindToken(ctx, s.DB, hashed(token))
	if errors.Is(err, db.ErrNoRows) {
		return in, systems.ErrToken
	}
	if err != nil {
		return in, err
	}
	one, err := store.Get(ctx, s.DB, t.System)
	if err != nil {
		return in, err
	}
	now := s.DB.Now()
	if !t.Live(now.Time) || one.State != systems.Active || !now.Before(one.Reach.Until.Time) {
		return in, systems.ErrToken
	}
	if len(one.Reach.Networks) > 0 && !slices.ContainsFunc(one.Reach.Networks, func(p netip.Prefix) bool { return within(p, from) }) {
		return in, systems.ErrAddress
	}
	if in.Account, err = s.People.GetAccount(ctx, s.DB, string(one.ID)); err != nil {
		return in, err
	}
	if in.Account.Disabled {
		return in, systems.ErrToken
	}
	in.PerMinute = one.Reach.PerMinute
	if now.Sub(t.Used.Time) > unwritten || t.From != from.String() {
		s.mu.Lock()
		s.used[t.ID] = use{now, from.String()}
		s.mu.Unlock()
	}
	return in, nil
}

// within reports whether an address is in a network. Of an IPv6 client only its
// /64 is known.
func within(p netip.Prefix, a netip.Addr) bool {
	if a.Is6() && p.Addr().Is6() && p.Bits() > 64 {
		p = netip.PrefixFrom(p.Addr(), 64).Masked()
	}
	return p.Contains(a)
}

// Flush writes down when tokens were used. It is called every minute: a token's
// last use may be some minutes old, and no call waits for it.
func (s *Service) Flush(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "write down the use of tokens")

	s.mu.Lock()
	used := s.used
	s.used = map[string]use{}
	s.mu.Unlock()
	if len(used) == 0 {
		return nil
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		for token, u := range used {
			if err := store.Use(ctx, tx, token, u.at, u.from); err != nil {
				return err
			}
		}
		return nil
	})
}

func hashed(token string) string {
	sum := sha256.Sum256([]byte(strings.TrimSpace(token)))
	return hex.EncodeToString(sum[:])
}
