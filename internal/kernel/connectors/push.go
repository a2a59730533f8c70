// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package connectors

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"sync"
	"time"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// What can go wrong with a call that comes in.
var (
	ErrForged = errs.New(errs.NotFound, "connectors.forged") // it is not signed as the partner signs, or too old; and who is no partner
	ErrOften  = errs.New(errs.TooMany, "connectors.often")   // more calls in a minute than the partner has; args: max
	ErrNews   = errs.New(errs.Invalid, "connectors.news")    // what came makes no sense
)

// News is what a call that came in is about.
type News struct {
	Operation string
	Purpose   string
	Lane      string // words about one thing are taken one after another; empty: about nothing
	Place     int64  // where it stands among them: what is not after the last changes nothing
}

// The headers of a call, as Standard Webhooks has them.
const (
	HeaderKey       = "webhook-id"
	HeaderStamp     = "webhook-timestamp"
	HeaderSignature = "webhook-signature"
)

// Signed is what a call says about itself: the three headers.
type Signed struct{ Key, Stamp, Signature string }

const (
	// skew is how far the clock of a partner may be off, and how long a call that
	// somebody has overheard can be said again under another connection: its key makes
	// it the same call.
	skew = 5 * time.Minute
	// maxKey is longer than keys of partners are.
	maxKey = 200
	// usualCalls is how many calls a minute a partner has that does not say.
	usualCalls = 600
)

// Sign says of a call what a partner says of it.
func Sign(secret []byte, key string, at time.Time, body []byte) Signed {
	stamp := strconv.FormatInt(at.Unix(), 10)
	return Signed{key, stamp, "v1," + base64.StdEncoding.EncodeToString(signature(secret, key, stamp, body))}
}

func signature(secret []byte, key, stamp string, body []byte) []byte {
	m := hmac.New(sha256.New, secret)
	_, _ = m.Write([]byte(key + "." + stamp + ".")) // a hash takes everything
	_, _ = m.Write(body)
	return m.Sum(nil)
}

// signedBy reports whether one of the secrets has signed a call that is not too old.
// Two are good at the same time while one takes the other's place.
func signedBy(secrets [][]byte, s Signed, body []byte, now time.Time) bool {
	seconds, err := strconv.ParseInt(s.Stamp, 10, 64)
	if err != nil || s.Key == "" || len(s.Key) > maxKey || now.Sub(time.Unix(seconds, 0)).Abs() > skew {
		return false
	}
	good := false
	for one := range strings.FieldsSeq(s.Signature) {
		coded, v1 := strings.CutPrefix(one, "v1,")
		given, err := base64.StdEncoding.DecodeString(coded)
		if !v1 || err != nil {
			continue
		}
		for _, secret := range secrets {
			good = hmac.Equal(given, signature(secret, s.Key, s.Stamp, body)) || good
		}
	}
	return good
}

// minutes counts the calls of partners in the minute that runs. Counts are kept in
// memory: each of several servers has its own.
type minutes struct {
	mu    sync.Mutex
	began map[string]time.Time
	count map[string]int
}

// allow counts a call, unless the partner has had all of its minute.
func (m *minutes) allow(partner string, most int, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.began == nil {
		m.began, m.count = map[string]time.Time{}, map[string]int{}
	}
	if d := now.Sub(m.began[partner]); d < 0 || d >= time.Minute {
		m.began[partner], m.count[partner] = now, 0
	}
	if m.count[partner] >= most {
		return false
	}
	m.count[partner]++
	return true
}

// Called takes a call of a partner: signed with a secret of its own, no more of them
// than it has in a minute, each once, and words about one thing in their order. A call
// that is not signed leaves nothing behind.
func (h *Hub) Called(ctx context.Context, partner string, s Signed, body []byte) (r Reply, again bool, err error) {
	defer errs.Wrap(&err, "call of %s", partner)

	p, err := h.Partner(partner)
	if err != nil || p.Heard == nil || len(p.Secrets) == 0 || !signedBy(p.Secrets, s, body, h.db.Now().Time) {
		return r, false, ErrForged
	}
	if !h.calls.allow(p.ID, p.PerMinute, h.db.Now().Time) {
		return r, false, ErrOften.With("max", p.PerMinute)
	}
	n, err := p.Read(body)
	if err != nil {
		return r, false, err
	}
	actor := identity.Program("partner." + p.ID)
	return h.Receive(ctx, actor, Inbound{Partner: p.ID, Operation: n.Operation, Key: s.Key, Purpose: n.Purpose, Body: body, Lane: n.Lane, Place: n.Place},
		func(ctx context.Context) (Reply, error) { return p.Heard(ctx, actor, n, body) })
}

// enter makes a word the one that is being taken of its lane; late: something after it
// was taken before.
func enter(ctx context.Context, tx *db.Tx, in Inbound, word string) (late bool, err error) {
	if _, err := tx.Exec(ctx, `INSERT INTO connectors_heard (partner, lane, place, busy_by, busy_at) VALUES ($1, $2, 0, '', 0) ON CONFLICT (partner, lane) DO NOTHING`, in.Partner, in.Lane); err != nil {
		return false, err
	}
	var place int64
	var busy string
	var since db.Time
	if err := tx.QueryRow(ctx, `SELECT place, busy_by, busy_at FROM connectors_heard WHERE partner = $1 AND lane = $2`+tx.ForUpdate(), in.Partner, in.Lane).Scan(&place, &busy, &since); err != nil {
		return false, err
	}
	if busy != "" && busy != word && tx.Now.Sub(since.Time) < taking {
		return false, ErrRunning
	}
	if in.Place <= place {
		return true, nil
	}
	_, err = tx.Exec(ctx, `UPDATE connectors_heard SET busy_by = $3, busy_at = $4 WHERE partner = $1 AND lane = $2`, in.Partner, in.Lane, word, tx.Now)
	return false, err
}

// leave lets the next word of a lane in; taken: it is the last that was.
func leave(ctx context.Context, tx *db.Tx, in Inbound, word string, taken bool) error {
	if in.Lane == "" {
		return nil
	}
	text := `UPDATE connectors_heard SET busy_by = '' WHERE partner = $1 AND lane = $2 AND busy_by = $3`
	args := []any{in.Partner, in.Lane, word}
	if taken {
		text, args = `UPDATE connectors_heard SET busy_by = '', place = $4 WHERE partner = $1 AND lane = $2 AND busy_by = $3 AND place < $4`, append(args, in.Place)
	}
	_, err := tx.Exec(ctx, text, args...)
	return err
}
