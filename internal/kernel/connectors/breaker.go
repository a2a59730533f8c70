// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package connectors

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"time"

	"tinhso.vn/internal/platform/db"
)

// Breaker is whether a partner may be called.
type Breaker string

// The breaker closes a circuit like a fuse: closed, current flows.
const (
	Closed Breaker = "closed"
	Open   Breaker = "open" // it has failed too often: it is left alone for a while
	Half   Breaker = "half" // one call tries whether it works again
)

// maxRest is the longest that a partner is left alone.
const maxRest = 10 * time.Minute

// State is where a partner stands.
type State struct {
	Partner  string
	Breaker  Breaker
	Failures int
	Trips    int
	Until    db.Time
	Paused   db.Time // zero: it is not
	PausedBy string
	Reason   string
	Good     db.Time // the last call that went well
	Bad      db.Time
	Error    string // of that one
	Took     int64  // milliseconds, smoothed
}

const stateColumns = `partner, breaker, failures, trips, until_at, paused_at, paused_by, reason, good_at, bad_at, error, took`

func scanState(r db.Row) (s State, err error) {
	var paused, good, bad *db.Time
	err = r.Scan(&s.Partner, &s.Breaker, &s.Failures, &s.Trips, &s.Until, &paused, &s.PausedBy, &s.Reason, &good, &bad, &s.Error, &s.Took)
	for from, to := range map[**db.Time]*db.Time{&paused: &s.Paused, &good: &s.Good, &bad: &s.Bad} {
		if *from != nil {
			*to = **from
		}
	}
	return s, err
}

// GetState returns where a partner stands; one that was never spoken to works.
func GetState(ctx context.Context, q db.Querier, partner string) (State, error) {
	s, err := scanState(q.QueryRow(ctx, `SELECT `+stateColumns+` FROM connectors_partners WHERE partner = $1`, partner))
	if errors.Is(err, db.ErrNoRows) {
		return State{Partner: partner, Breaker: Closed}, nil
	}
	return s, err
}

// lockState holds the row of a partner until the transaction ends.
func lockState(ctx context.Context, tx *db.Tx, partner string) (State, error) {
	if _, err := tx.Exec(ctx, `INSERT INTO connectors_partners (partner, breaker, failures, trips, until_at, paused_by, reason, error, took) VALUES ($1, 'closed', 0, 0, $2, '', '', '', 0)
		ON CONFLICT (partner) DO NOTHING`, partner, tx.Now); err != nil {
		return State{}, err
	}
	return scanState(tx.QueryRow(ctx, `SELECT `+stateColumns+` FROM connectors_partners WHERE partner = $1`+tx.ForUpdate(), partner))
}

func orNull(t db.Time) *db.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func putState(ctx context.Context, tx *db.Tx, s State) error {
	_, err := tx.Exec(ctx, `UPDATE connectors_partners SET breaker = $2, failures = $3, trips = $4, until_at = $5, paused_at = $6, paused_by = $7,
		reason = $8, good_at = $9, bad_at = $10, error = $11, took = $12 WHERE partner = $1`,
		s.Partner, string(s.Breaker), s.Failures, s.Trips, s.Until, orNull(s.Paused), s.PausedBy, s.Reason, orNull(s.Good), orNull(s.Bad), s.Error, s.Took)
	return err
}

// closedAt reports whether a partner may not be called at a moment.
func (s State) closedAt(now db.Time) bool { return s.Breaker != Closed && now.Before(s.Until.Time) }

// begin changes the state for a call that is about to be made; probe: it is the one
// that tries whether the partner works again. Whoever calls it has asked closedAt.
func (s *State) begin(now db.Time, lease time.Duration) (probe bool) {
	if s.Breaker == Closed {
		return false
	}
	s.Breaker, s.Until = Half, db.At(now.Add(lease))
	return true
}

// end changes the state by what became of a call. A partner that refuses works.
func (s *State) end(p Partner, o Outcome, wrong string, now db.Time, took int64) {
	if o == OK || o == Refused {
		s.Breaker, s.Failures, s.Trips, s.Good = Closed, 0, 0, now
		if s.Took = (3*s.Took + took) / 4; s.Took == 0 {
			s.Took = took
		}
		return
	}
	s.Failures, s.Bad, s.Error = s.Failures+1, now, wrong
	if s.Breaker == Closed && s.Failures < p.Failures {
		return
	}
	s.Breaker, s.Until = Open, db.At(now.Add(min(p.Rest<<min(s.Trips, 10), maxRest)))
	s.Trips++
}

// pause is how long a message waits after so many failures: it doubles, and chance
// takes up to half of it away, so that not all come back at once.
func (p Partner) pause(attempt int) time.Duration {
	whole := min(p.First<<min(max(attempt-1, 0), 20), p.Most)
	return whole/2 + time.Duration(chance()*float64(whole/2))
}

// chance is a number from 0 up to 1.
func chance() float64 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // it never fails
	return float64(binary.LittleEndian.Uint32(b[:])) / (1 << 32)
}
