// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"net/netip"
	"time"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/web"
)

// Secrets of clients are long and random, so guessing them is hopeless; what is
// bounded is the noise. Wrong ones are counted for a client from a network, so
// that a stranger cannot keep a client from its own tokens.
const (
	freeGuesses = 5
	firstWait   = 2 * time.Second
	longestWait = 15 * time.Minute
	forgiven    = 24 * time.Hour
)

func network(ctx context.Context) netip.Addr { return web.ClientFrom(ctx) }

// guess reports whether a client may prove now who it is, and counts.
func (s *Service) guess(ctx context.Context, client string, right bool) (ok bool, err error) {
	bucket := s.Keys.Index("sign-on secret", client+"\x00"+network(ctx).String())
	fails, last, err := s.store.Guesses(ctx, s.DB, bucket)
	if err != nil {
		return false, err
	}
	if fails >= freeGuesses && s.DB.Now().Sub(last.Time) < min(firstWait<<min(fails-freeGuesses, 20), longestWait) {
		return false, nil // does not count, and the wait does not grow by it
	}
	switch {
	case !right:
		return true, s.DB.Write(ctx, func(tx *db.Tx) error { return s.store.Guessed(ctx, tx, bucket) })
	case fails > 0:
		return true, s.DB.Write(ctx, func(tx *db.Tx) error { return s.store.Forgive(ctx, tx, bucket) })
	}
	return true, nil
}
