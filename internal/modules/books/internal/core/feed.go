// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

const (
	// MaxWait is how long a reader of a feed may wait for something new.
	MaxWait = 20 * time.Second
	// lookAgain is how often it is looked for meanwhile.
	lookAgain = 300 * time.Millisecond
	// maxWaiting is how many may wait at once; the next is answered at once.
	maxWaiting = 200
)

// Changes returns what has changed in a register since a place of its feed, as the
// actor may see it. Where there is nothing it waits, at most MaxWait, until there is.
func (s *Service) Changes(ctx context.Context, actor identity.Actor, register, after string, limit int, wait time.Duration) (f registers.Feed, err error) {
	defer errs.Wrap(&err, "read the changes of a register")

	if s.waiting.Add(1) > maxWaiting {
		wait = 0
	}
	defer s.waiting.Add(-1)
	end := time.NewTimer(min(max(wait, 0), MaxWait))
	defer end.Stop()
	look := time.NewTicker(lookAgain)
	defer look.Stop()
	for {
		if _, err := s.keeper.OrderFeed(ctx, s.db); err != nil {
			return f, err
		}
		standing, err := s.keeper.Stand(ctx, s.db, actor, text.Line(register))
		if err != nil {
			return f, err
		}
		read, err := s.keeper.Changes(ctx, s.db, standing, after, limit)
		if err != nil {
			return f, err
		}
		read.Resync = read.Resync || f.Resync
		if f = read; len(f.Items) > 0 || f.Resync || wait <= 0 {
			return f, nil
		}
		after = f.Next
		if f.More { // changes that are not for this reader
			continue
		}
		if again, err := s.sleep(ctx, register, end.C, look.C); err != nil || !again {
			return f, err
		}
	}
}

// sleep returns when the register has changed, or false when the time is over.
func (s *Service) sleep(ctx context.Context, register string, end, look <-chan time.Time) (changed bool, err error) {
	was, err := s.keeper.FeedEnd(ctx, s.db, register)
	if err != nil {
		return false, err
	}
	for {
		select {
		case <-ctx.Done():
			return false, nil // who asked has gone
		case <-end:
			return false, nil
		case <-look:
		}
		now, err := s.keeper.FeedEnd(ctx, s.db, register)
		if err != nil || now > was {
			return err == nil, err
		}
		if waits, err := s.keeper.FeedWaits(ctx, s.db); err != nil || waits {
			return err == nil, err
		}
	}
}
