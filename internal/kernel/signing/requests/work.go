// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package requests

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// tick is the body of JobAsk. A job whose tick is not that of the request is
// stale: somebody was woken instead of it.
type tick struct {
	Request ID    `json:"request"`
	Tick    int64 `json:"tick"`
}

// Ask does JobAsk: one step of a request, and the job for the next one. It may be
// cut short anywhere and done again.
func (s *Service) Ask(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "ask for signatures")

	var t tick
	if err := json.Unmarshal(body, &t); err != nil {
		return err
	}
	q, err := s.Get(ctx, s.DB, t.Request)
	if errors.Is(err, ErrNotFound) || (err == nil && q.tick != t.Tick) {
		return nil
	}
	if err != nil {
		return err
	}
	if q.Provider == Card {
		return s.over(ctx, q)
	}
	p := s.Providers[q.Provider]
	if p == nil {
		return s.ended(ctx, q.ID, Failed, ErrProvider.Code)
	}
	items, err := s.Items(ctx, s.DB, q.ID)
	if err != nil {
		return err
	}
	switch {
	case !q.State.Open():
		return s.late(ctx, p, q, items)
	case q.State == Created:
		return s.send(ctx, p, q, items)
	}
	return s.ask(ctx, p, q, items)
}

// send asks the provider for the first time. That it is about to be asked is
// written first: whoever comes after a cut asks what became of it.
func (s *Service) send(ctx context.Context, p Provider, q Request, items []Item) error {
	first := false
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		first = false
		now, err := s.lock(ctx, tx, q.ID)
		if err != nil || now.State != Created {
			return err
		}
		if !tx.Now.Before(now.ExpiresAt.Time) { // the provider has not heard of it
			return s.end(ctx, tx, actorOf(now), &now, Expired, "")
		}
		if err := s.to(ctx, tx, &now, Sent); err != nil {
			return err
		}
		first = true
		return nil
	})
	if err != nil || !first {
		return err
	}
	if err := s.Trip("sent"); err != nil {
		return err
	}
	return s.sendNow(ctx, p, q, items)
}

func (s *Service) sendNow(ctx context.Context, p Provider, q Request, items []Item) error {
	answer, err := p.Send(ctx, s.call(q, items))
	if trip := s.Trip("answered"); trip != nil {
		return trip
	}
	return s.take(ctx, q, items, answer, err)
}

// ask asks the provider what became of a request.
func (s *Service) ask(ctx context.Context, p Provider, q Request, items []Item) error {
	answer, err := p.Status(ctx, s.call(q, items))
	if trip := s.Trip("asked"); trip != nil {
		return trip
	}
	if errors.Is(err, ErrUnknown) && q.State == Sent && s.DB.Now().Before(q.ExpiresAt.Time) {
		return s.sendNow(ctx, p, q, items) // it never arrived; the same id again
	}
	return s.take(ctx, q, items, answer, err)
}

func (s *Service) call(q Request, items []Item) Call {
	c := Call{Request: q.ID, Reference: q.reference, User: q.user, Serial: q.Serial, At: s.DB.Now().Time, Words: words(len(items), q.Compare)}
	for _, i := range items {
		c.Documents = append(c.Documents, CallDocument{ID: i.ID, Name: i.Name, Hash: i.envelope(q).Hash()})
	}
	return c
}

// words is what the phone shows.
func words(n int, compare string) string {
	return "Ký " + strconv.Itoa(n) + " văn bản. Mã đối chiếu: " + Figures(compare)
}

// Figures writes six figures for the eye: "482 913".
func Figures(compare string) string {
	if len(compare) != 6 {
		return compare
	}
	return compare[:3] + " " + compare[3:]
}

// take goes on with what the provider has said, or has not.
func (s *Service) take(ctx context.Context, q Request, items []Item, a Answer, failure error) error {
	over := !s.DB.Now().Before(q.ExpiresAt.Time)
	switch {
	case errors.Is(failure, ErrUnknown), failure != nil && !definite(failure):
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if over {
			return s.ended(ctx, q.ID, Expired, "")
		}
		return s.again(ctx, q, "")
	case failure != nil:
		return s.ended(ctx, q.ID, Failed, codeOf(failure))
	}
	switch a.Outcome {
	case Agreed:
		return s.accept(ctx, q, items, a)
	case Declined:
		return s.ended(ctx, q.ID, Refused, "")
	case TimedOut:
		return s.ended(ctx, q.ID, Expired, "")
	case Pending:
	}
	if over {
		return s.ended(ctx, q.ID, Expired, "")
	}
	return s.again(ctx, q, a.Reference)
}

// definite reports whether an error is the provider's last word.
func definite(err error) bool {
	kind := errs.KindOf(err)
	return kind == errs.Conflict || kind == errs.Invalid
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Code
	}
	return ErrDenied.Code
}

// pause is how long until the provider is asked again: two seconds at first,
// ten later.
func pause(tries int) time.Duration { return min(time.Duration(2+tries/3)*time.Second, 10*time.Second) }

// again asks the provider later, unless somebody was woken meanwhile. A
// reference says that the provider knows of the request.
func (s *Service) again(ctx context.Context, q Request, reference string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := s.lock(ctx, tx, q.ID)
		if err != nil || !now.State.Open() {
			return err
		}
		if now.State == Sent && reference != "" {
			now.reference = reference
			if err := s.to(ctx, tx, &now, Waiting); err != nil {
				return err
			}
		}
		if now.tick != q.tick {
			return nil
		}
		next := db.At(tx.Now.Add(pause(now.tries)))
		if next.After(now.ExpiresAt.Time) && tx.Now.Before(now.ExpiresAt.Time) {
			next = now.ExpiresAt
		}
		if _, err := tx.Exec(ctx, `UPDATE requests_requests SET tick = tick + 1, tries = tries + 1, next_at = $2 WHERE id = $1`, string(q.ID), next); err != nil {
			return err
		}
		return s.enqueue(ctx, tx, q.ID, next)
	})
}

// ended ends a request that is still open.
func (s *Service) ended(ctx context.Context, id ID, state State, code string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		q, err := s.lock(ctx, tx, id)
		if err != nil || !q.State.Open() {
			return err
		}
		return s.end(ctx, tx, actorOf(q), &q, state, code)
	})
}

// end ends a locked request: its documents, the event, the record, and where the
// provider may still answer, one more look.
func (s *Service) end(ctx context.Context, tx *db.Tx, actor identity.Actor, q *Request, state State, code string) error {
	heard := q.State != Created && q.Provider != Card
	q.Code = code
	if err := s.to(ctx, tx, q, state); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `UPDATE requests_items SET state = $2, code = $3 WHERE request_id = $1 AND state = 'waiting'`,
		string(q.ID), string(state.items()), code); err != nil {
		return err
	}
	if err := events.Publish(ctx, tx, EventEndedV1, Ended{q.ID}); err != nil {
		return err
	}
	if err := audit.Record(ctx, tx, actor, recorded(state), string(q.ID)); err != nil {
		return err
	}
	if !heard || (state != Expired && state != Cancelled) {
		return nil
	}
	look := q.ExpiresAt
	if look.Before(tx.Now.Time) {
		look = tx.Now
	}
	look = db.At(look.Add(lateLook))
	if _, err := tx.Exec(ctx, `UPDATE requests_requests SET tick = tick + 1, next_at = $2 WHERE id = $1`, string(q.ID), look); err != nil {
		return err
	}
	return s.enqueue(ctx, tx, q.ID, look)
}

func recorded(s State) audit.Event {
	switch s {
	case Approved:
		return AuditApproved
	case Refused:
		return AuditRefused
	case Expired:
		return AuditExpired
	case Cancelled:
		return AuditCancelled
	case Created, Sent, Waiting, Failed:
	}
	return AuditFailed
}

// actorOf is who approves: what the provider says is recorded as theirs.
func actorOf(q Request) identity.Actor { return identity.Actor{Account: q.Account, Unit: q.Unit} }

// late looks once more at a request that has ended without an answer. What came
// is recorded, and not used. Nobody waits for it: a provider that does not answer
// is not asked again.
func (s *Service) late(ctx context.Context, p Provider, q Request, items []Item) error {
	if q.Late != "" || q.State == Approved || q.State == Refused || q.State == Failed {
		return nil
	}
	a, err := p.Status(ctx, s.call(q, items))
	if err != nil || a.Outcome == Pending {
		return nil //nolint:nilerr // there is nothing to record
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `UPDATE requests_requests SET late = $2, late_at = $3 WHERE id = $1 AND late = ''`, string(q.ID), string(a.Outcome), tx.Now)
		if err != nil || n == 0 {
			return err
		}
		return audit.Record(ctx, tx, actorOf(q), AuditLate, string(q.ID))
	})
}

// read reads a file of a request whole.
func (s *Service) read(ctx context.Context, id ID, file string) (_ []byte, err error) {
	content, _, err := s.Files.Open(ctx, s.DB, files.Subject{Kind: fileKind, ID: string(id)}, files.ID(file))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	return io.ReadAll(io.LimitReader(content, maxDocument+1))
}
