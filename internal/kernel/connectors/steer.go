// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package connectors

import (
	"context"
	"errors"
	"slices"
	"strings"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// MaxAgain is how many messages may be sent again at once.
const MaxAgain = 5000

// Pause stops sending to a partner. What is put into the outbox waits; what the
// partner says to us is taken.
func (h *Hub) Pause(ctx context.Context, tx *db.Tx, partner, account, reason string) error {
	return h.steer(ctx, tx, partner, func(s *State) error {
		if !s.Paused.IsZero() {
			return ErrState
		}
		s.Paused, s.PausedBy, s.Reason = tx.Now, account, reason
		return nil
	})
}

// Resume sends again, and tries at once whether the partner works.
func (h *Hub) Resume(ctx context.Context, tx *db.Tx, partner string) error {
	return h.steer(ctx, tx, partner, func(s *State) error {
		if s.Paused.IsZero() && s.Breaker == Closed {
			return ErrState
		}
		s.Paused, s.PausedBy, s.Reason = db.Time{}, "", ""
		if tx.Now.Before(s.Until.Time) {
			s.Until = tx.Now
		}
		return nil
	})
}

func (h *Hub) steer(ctx context.Context, tx *db.Tx, partner string, f func(*State) error) error {
	if _, err := h.Partner(partner); err != nil {
		return err
	}
	s, err := lockState(ctx, tx, partner)
	if err != nil {
		return err
	}
	if err := f(&s); err != nil {
		return err
	}
	return putState(ctx, tx, s)
}

// lockMessage holds a message and its lane.
func lockMessage(ctx context.Context, tx *db.Tx, id string) (Sent, error) {
	seen, err := Get(ctx, tx, id)
	if err != nil {
		return seen, err
	}
	if seen.Lane != "" {
		if _, _, err := lockLane(ctx, tx, seen.Partner, seen.Lane); err != nil {
			return seen, err
		}
	}
	return get(ctx, tx, id, tx.ForUpdate())
}

// Retry sends a dead letter again, now, as if it had never been tried; one that
// only waits for its time is sent at once.
func (h *Hub) Retry(ctx context.Context, tx *db.Tx, id string) (Sent, error) {
	m, err := lockMessage(ctx, tx, id)
	switch {
	case err != nil:
		return m, err
	case m.State != "dead" && m.State != "waiting":
		return m, ErrState
	case m.Erased:
		return m, ErrErased
	}
	_, err = tx.Exec(ctx, `UPDATE connectors_outbox SET state = 'waiting', attempt = 0, due_at = $2 WHERE id = $1`, id, tx.Now)
	return m, err
}

// Discard gives a dead letter up, for a reason; the next of its lane goes.
func (h *Hub) Discard(ctx context.Context, tx *db.Tx, id, reason string) (Sent, error) {
	m, err := lockMessage(ctx, tx, id)
	if err == nil && m.State != "dead" {
		err = ErrState
	}
	if err != nil {
		return m, err
	}
	if _, err := tx.Exec(ctx, `UPDATE connectors_outbox SET state = 'discarded', reason = $2, ended_at = $3 WHERE id = $1`, id, reason, tx.Now); err != nil {
		return m, err
	}
	return m, advance(ctx, tx, m.Partner, m.Lane, -1)
}

// ReplayOne says a message again that was sent, and all that was said after it in its lane.
func (h *Hub) ReplayOne(ctx context.Context, tx *db.Tx, id string) (n int, err error) {
	m, err := lockMessage(ctx, tx, id)
	if err == nil && m.State != "sent" {
		err = ErrState
	}
	if err != nil {
		return 0, err
	}
	return again(ctx, tx, []Sent{m})
}

// Replay says again what was sent to a partner in a period, lane by lane, and what
// came after it in these lanes: the last word stays the last. Every message has the
// key it had, so that a partner that knows it takes it for the same.
func (h *Hub) Replay(ctx context.Context, tx *db.Tx, partner string, from, to db.Time) (n int, err error) {
	defer errs.Wrap(&err, "replay to %s", partner)

	if _, err := h.Partner(partner); err != nil {
		return 0, err
	}
	found, err := db.All(ctx, tx, scanSent, `SELECT `+sentColumns+` FROM connectors_outbox WHERE partner = $1 AND state = 'sent' AND body_sealed <> '' AND made_at >= $2 AND made_at < $3 ORDER BY id LIMIT $4`,
		partner, from, to, MaxAgain+1)
	if err != nil {
		return 0, err
	}
	if len(found) > MaxAgain {
		return 0, ErrLong.With("max", MaxAgain)
	}
	return again(ctx, tx, found)
}

// again puts messages that were sent back, each with those behind it.
func again(ctx context.Context, tx *db.Tx, found []Sent) (n int, err error) {
	type lane struct{ partner, name string }
	first := map[lane]int64{}
	var lanes []lane
	for _, m := range found {
		if m.Lane == "" {
			if _, err := tx.Exec(ctx, `UPDATE connectors_outbox SET state = 'waiting', attempt = 0, due_at = $2, ended_at = NULL WHERE id = $1`, m.ID, tx.Now); err != nil {
				return n, err
			}
			n++
			continue
		}
		l := lane{m.Partner, m.Lane}
		if at, known := first[l]; !known {
			lanes = append(lanes, l)
			first[l] = m.Place
		} else {
			first[l] = min(at, m.Place)
		}
	}
	slices.SortFunc(lanes, func(a, b lane) int { return strings.Compare(a.partner+"\x00"+a.name, b.partner+"\x00"+b.name) }) // two replays lock in the same order
	for _, l := range lanes {
		if _, _, err := lockLane(ctx, tx, l.partner, l.name); err != nil {
			return n, err
		}
		some, err := tx.Exec(ctx, `UPDATE connectors_outbox SET state = 'behind', attempt = 0, ended_at = NULL WHERE partner = $1 AND lane = $2 AND place >= $3 AND state = 'sent' AND body_sealed <> ''`, l.partner, l.name, first[l])
		if err != nil {
			return n, err
		}
		if _, err := tx.Exec(ctx, `UPDATE connectors_outbox SET state = 'behind' WHERE partner = $1 AND lane = $2 AND state = 'waiting'`, l.partner, l.name); err != nil {
			return n, err
		}
		if err := advance(ctx, tx, l.partner, l.name, some); err != nil {
			return n, err
		}
		n += int(some)
	}
	return n, nil
}

// Sweep erases what was said longer ago than the content of partners is kept that say
// how long; of the others the rule of retention says it (ForgetPast). That it
// was said stays. One call erases a part; it reports whether there may be more.
func (h *Hub) Sweep(ctx context.Context) (more bool, err error) {
	const batch = 500
	var all []error
	for _, p := range h.partners {
		if p.Keep <= 0 {
			continue
		}
		until := db.At(h.db.Now().Add(-p.Keep))
		err := h.db.Write(ctx, func(tx *db.Tx) error {
			sent, err := tx.Exec(ctx, `UPDATE connectors_outbox SET body_sealed = '' WHERE id IN (SELECT id FROM connectors_outbox WHERE ended_at < $1 AND body_sealed <> '' AND partner = $2 LIMIT $3)`, until, p.ID, batch)
			calls, failed := tx.Exec(ctx, `UPDATE connectors_calls SET request_sealed = '', answer_sealed = '' WHERE id IN (
				SELECT id FROM connectors_calls WHERE started_at < $1 AND (request_sealed <> '' OR answer_sealed <> '') AND partner = $2 LIMIT $3)`, until, p.ID, batch)
			answers, wrong := tx.Exec(ctx, `UPDATE connectors_inbound SET answer_sealed = '' WHERE id IN (SELECT id FROM connectors_inbound WHERE begun_at < $1 AND answer_sealed <> '' AND partner = $2 LIMIT $3)`, until, p.ID, batch)
			more = more || sent+calls+answers > 0
			return errors.Join(err, failed, wrong)
		})
		all = append(all, err)
	}
	return more, errors.Join(all...)
}
