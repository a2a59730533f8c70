// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package core holds the use cases of those who look after connections.
package core

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/connections"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Deps is everything the module needs, by name and without defaults.
type Deps struct {
	DB       *db.DB
	Hub      *connectors.Hub
	Dossiers dossiers.Finder
	Name     func(ctx context.Context, account string) string
	Notices  Teller // nil: nobody is told
}

// Service runs the use cases.
type Service struct{ Deps }

// New returns a service, which tells people when somebody has to look at a partner.
func New(d Deps) *Service {
	s := &Service{d}
	if d.Hub != nil && d.Notices != nil {
		d.Hub.Alarm = s.trouble
	}
	return s
}

const (
	// PageSize is how many rows a list shows.
	PageSize  = 50
	maxReason = 500
	maxRuns   = 10
)

// Health is in a word how a partner stands.
type Health string

// From best to worst, and by hand.
const (
	Unused Health = "unused" // nobody has spoken with it yet
	Works  Health = "works"
	Slow   Health = "slow"
	Failed Health = "failing" // the last call failed
	Open   Health = "open"    // it is left alone for a while
	Paused Health = "paused"
)

// Standing is a partner with where it stands.
type Standing struct {
	connectors.Partner
	connectors.State
	connectors.Counts
	Health Health
	By     string // the name of who has paused it
}

func (s *Service) may(actor identity.Actor) error {
	_, err := access.Everywhere(actor, connections.PermManage)
	return err
}

// List returns all partners.
func (s *Service) List(ctx context.Context, actor identity.Actor) (all []Standing, err error) {
	defer errs.Wrap(&err, "list connections")

	if err := s.may(actor); err != nil {
		return nil, err
	}
	for _, p := range s.Hub.Partners() {
		one, err := s.standing(ctx, p)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func (s *Service) standing(ctx context.Context, p connectors.Partner) (one Standing, err error) {
	one.Partner = p
	if one.State, err = connectors.GetState(ctx, s.DB, p.ID); err != nil {
		return one, err
	}
	if one.Counts, err = connectors.Count(ctx, s.DB, p.ID); err != nil {
		return one, err
	}
	switch {
	case !one.Paused.IsZero():
		one.Health = Paused
		one.By = s.Name(ctx, one.PausedBy)
	case one.Breaker != connectors.Closed:
		one.Health = Open
	case one.State.Failures > 0:
		one.Health = Failed
	case one.Good.IsZero():
		one.Health = Unused
	case one.Took >= p.Slow.Milliseconds():
		one.Health = Slow
	default:
		one.Health = Works
	}
	return one, nil
}

// Get returns one partner.
func (s *Service) Get(ctx context.Context, actor identity.Actor, partner string) (one Standing, err error) {
	defer errs.Wrap(&err, "get connection %s", partner)

	if err := s.may(actor); err != nil {
		return one, err
	}
	p, err := s.Hub.Partner(partner)
	if err != nil {
		return one, err
	}
	return s.standing(ctx, p)
}

// States are where messages can stand, in the order in which people look at them.
func States() []string { return []string{"dead", "waiting", "behind", "sent", "discarded"} }

// Messages lists the messages of a partner in a state, the newest first, before one.
func (s *Service) Messages(ctx context.Context, actor identity.Actor, partner, state, before string) (all []connectors.Sent, next string, err error) {
	defer errs.Wrap(&err, "list messages of %s", partner)

	if _, err := s.Get(ctx, actor, partner); err != nil {
		return nil, "", err
	}
	all, err = connectors.List(ctx, s.DB, partner, state, before, PageSize+1)
	if len(all) > PageSize {
		all = all[:PageSize]
		next = all[PageSize-1].ID
	}
	return all, next, err
}

// Calls lists the calls to and from a partner, the newest first, before one.
func (s *Service) Calls(ctx context.Context, actor identity.Actor, partner, before string) (all []connectors.Call, next string, err error) {
	defer errs.Wrap(&err, "list calls with %s", partner)

	if _, err := s.Get(ctx, actor, partner); err != nil {
		return nil, "", err
	}
	all, err = connectors.CallsWith(ctx, s.DB, partner, before, PageSize+1)
	if len(all) > PageSize {
		all = all[:PageSize]
		next = all[PageSize-1].ID
	}
	return all, next, err
}

// Message is a message with the calls it was sent with.
type Message struct {
	connectors.Sent
	Calls []connectors.Call
}

// Message returns one of a partner.
func (s *Service) Message(ctx context.Context, actor identity.Actor, partner, id string) (m Message, err error) {
	defer errs.Wrap(&err, "get message %s", id)

	if err := s.may(actor); err != nil {
		return m, err
	}
	if m.Sent, err = connectors.Get(ctx, s.DB, id); err != nil {
		return m, err
	}
	if m.Partner != partner {
		return Message{}, connectors.ErrUnknown
	}
	m.Calls, err = connectors.CallsFor(ctx, s.DB, id)
	return m, err
}

// Content opens what a message says. That it was read is recorded first.
func (s *Service) Content(ctx context.Context, actor identity.Actor, partner, id string) (body []byte, err error) {
	defer errs.Wrap(&err, "read message %s", id)

	if _, err := s.Message(ctx, actor, partner, id); err != nil {
		return nil, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if body, err = s.Hub.Body(ctx, tx, id); err != nil {
			return err
		}
		return audit.RecordRead(ctx, tx, actor, connections.AuditRead, partner+" "+id, access.Inspection)
	})
	return body, err
}

// Said is what was asked and answered in a call.
type Said struct {
	connectors.Call
	Asked, Answered []byte
}

// Said opens what was said in a call with a partner. That it was read is recorded first.
func (s *Service) Said(ctx context.Context, actor identity.Actor, partner, id string) (said Said, err error) {
	defer errs.Wrap(&err, "read call %s", id)

	if err := s.may(actor); err != nil {
		return said, err
	}
	if said.Call, err = connectors.GetCall(ctx, s.DB, id); err != nil {
		return said, err
	}
	if said.Partner != partner {
		return Said{}, connectors.ErrUnknown
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if said.Asked, said.Answered, err = s.Hub.Said(ctx, tx, id); err != nil {
			return err
		}
		if said.Message != "" && len(said.Asked) == 0 {
			if said.Asked, err = s.Hub.Body(ctx, tx, said.Message); err != nil && errs.KindOf(err) != errs.Conflict { // erased: nothing to show
				return err
			}
		}
		return audit.RecordRead(ctx, tx, actor, connections.AuditRead, partner+" "+id, access.Inspection)
	})
	return said, err
}

// reason checks words that somebody has to give.
func reason(words string) (string, error) {
	words = text.Line(words)
	switch n := utf8.RuneCountInString(words); {
	case n == 0:
		return "", errs.BadInput([]errs.Field{{Name: "reason", Code: "form.required"}})
	case n > maxReason:
		return "", errs.BadInput([]errs.Field{{Name: "reason", Code: "form.too_long", Args: map[string]any{"max": maxReason, "over": n - maxReason}}})
	}
	return words, nil
}

// Pause stops sending to a partner, for a reason.
func (s *Service) Pause(ctx context.Context, actor identity.Actor, partner, words string) (err error) {
	defer errs.Wrap(&err, "pause %s", partner)

	if err := s.may(actor); err != nil {
		return err
	}
	if words, err = reason(words); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.Hub.Pause(ctx, tx, partner, actor.Account, words); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, connections.AuditPaused, partner)
	})
}

// Resume sends to a partner again, and tries one that is left alone at once.
func (s *Service) Resume(ctx context.Context, actor identity.Actor, partner string) (err error) {
	defer errs.Wrap(&err, "resume %s", partner)

	if err := s.may(actor); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.Hub.Resume(ctx, tx, partner); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, connections.AuditResumed, partner)
	})
}

// Retry sends a dead letter again, now.
func (s *Service) Retry(ctx context.Context, actor identity.Actor, partner, id string) (err error) {
	defer errs.Wrap(&err, "retry %s", id)

	if _, err := s.Message(ctx, actor, partner, id); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.Hub.Retry(ctx, tx, id); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, connections.AuditRetried, partner+" "+id)
	})
}

// Discard gives a dead letter up, for a reason.
func (s *Service) Discard(ctx context.Context, actor identity.Actor, partner, id, words string) (err error) {
	defer errs.Wrap(&err, "discard %s", id)

	if _, err := s.Message(ctx, actor, partner, id); err != nil {
		return err
	}
	if words, err = reason(words); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.Hub.Discard(ctx, tx, id, words); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, connections.AuditDiscarded, partner+" "+id)
	})
}

// ReplayOne sends a message again that was sent, with those behind it.
func (s *Service) ReplayOne(ctx context.Context, actor identity.Actor, partner, id string) (n int, err error) {
	defer errs.Wrap(&err, "replay %s", id)

	if _, err := s.Message(ctx, actor, partner, id); err != nil {
		return 0, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if n, err = s.Hub.ReplayOne(ctx, tx, id); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, connections.AuditReplayed, partner+" "+strconv.Itoa(n))
	})
	return n, err
}

// Period is from a moment to the first that is not in it any more.
type Period struct{ From, To db.Time }

// maxPeriod is how long a period may be: replays and comparisons go through all of it.
const maxPeriod = 366 * 24

func (p Period) check(now db.Time) error {
	var wrong []errs.Field
	if p.From.IsZero() || p.From.After(now.Time) {
		wrong = append(wrong, errs.Field{Name: "from", Code: "form.not_a_date"})
	}
	if p.To.IsZero() || !p.To.After(p.From.Time) || p.To.Sub(p.From.Time).Hours() > maxPeriod {
		wrong = append(wrong, errs.Field{Name: "to", Code: "connections.period"})
	}
	return errs.BadInput(wrong)
}

// Replay sends again what was sent to a partner in a period.
func (s *Service) Replay(ctx context.Context, actor identity.Actor, partner string, in Period) (n int, err error) {
	defer errs.Wrap(&err, "replay to %s", partner)

	if err := s.may(actor); err != nil {
		return 0, err
	}
	if err := in.check(s.DB.Now()); err != nil {
		return 0, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if n, err = s.Hub.Replay(ctx, tx, partner, in.From, in.To); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, connections.AuditReplayed, partner+" "+strconv.Itoa(n))
	})
	return n, err
}

// Compare compares both sides of a period and keeps the differences.
func (s *Service) Compare(ctx context.Context, actor identity.Actor, partner string, in Period) (r connectors.Run, err error) {
	defer errs.Wrap(&err, "compare with %s", partner)

	if err := s.may(actor); err != nil {
		return r, err
	}
	if err := in.check(s.DB.Now()); err != nil {
		return r, err
	}
	return s.Hub.Compare(ctx, partner, actor.Account, in.From, in.To, func(tx *db.Tx, r connectors.Run) error {
		return audit.Record(ctx, tx, actor, connections.AuditCompared, partner+" "+strconv.FormatInt(r.Found, 10))
	})
}

// Differences lists what the two sides do not know alike, after one, and the last comparisons.
func (s *Service) Differences(ctx context.Context, actor identity.Actor, partner, after string) (all []connectors.Difference, runs []connectors.Run, next string, err error) {
	defer errs.Wrap(&err, "list differences with %s", partner)

	if _, err := s.Get(ctx, actor, partner); err != nil {
		return nil, nil, "", err
	}
	if all, err = connectors.Differences(ctx, s.DB, partner, "open", after, PageSize+1); err != nil {
		return nil, nil, "", err
	}
	if len(all) > PageSize {
		all = all[:PageSize]
		next = all[PageSize-1].ID
	}
	runs, err = connectors.Runs(ctx, s.DB, partner, maxRuns)
	return all, runs, next, err
}

// Mend says again what we know of a difference.
func (s *Service) Mend(ctx context.Context, actor identity.Actor, partner, difference string) (err error) {
	defer errs.Wrap(&err, "mend difference %s", difference)

	return s.settle(ctx, actor, partner, connections.AuditMended, func(tx *db.Tx) (connectors.Difference, error) {
		return s.Hub.Mend(ctx, tx, difference, actor.Account)
	})
}

// Explain settles a difference with words.
func (s *Service) Explain(ctx context.Context, actor identity.Actor, partner, difference, words string) (err error) {
	defer errs.Wrap(&err, "explain difference %s", difference)

	return s.settle(ctx, actor, partner, connections.AuditExplained, func(tx *db.Tx) (d connectors.Difference, err error) {
		said, err := reason(words)
		if err != nil {
			return d, err
		}
		return s.Hub.Explain(ctx, tx, difference, actor.Account, said)
	})
}

func (s *Service) settle(ctx context.Context, actor identity.Actor, partner string, event audit.Event, f func(tx *db.Tx) (connectors.Difference, error)) error {
	if err := s.may(actor); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := f(tx)
		if err != nil {
			return err
		}
		if d.Partner != partner {
			return connectors.ErrUnknown
		}
		return audit.Record(ctx, tx, actor, event, partner+" "+d.Code)
	})
}

// Trace is the calls about one dossier.
type Trace struct {
	Dossier dossiers.Summary // zero for who may not see the dossier itself
	ID      dossiers.ID
	Calls   []connectors.Call
	Next    string
}

// Trace returns every call to the outside and from it about a dossier, the newest
// first, before one. Who inspects the whole province need not be able to see the
// dossier; everybody else must. That it was looked at is recorded.
func (s *Service) Trace(ctx context.Context, actor identity.Actor, id dossiers.ID, before string) (t Trace, err error) {
	defer errs.Wrap(&err, "trace dossier %s", id)

	if _, err := access.Require(actor, connections.PermTrace); err != nil {
		return t, err
	}
	t.ID = id
	seen, found, err := s.Dossiers.Find(ctx, actor, id)
	if err != nil && !errors.Is(err, access.ErrNotAllowed) { // auditors may see no dossier at all
		return t, err
	}
	if found {
		t.Dossier = seen
	}
	if t.Calls, err = connectors.CallsOf(ctx, s.DB, string(id), before, PageSize+1); err != nil {
		return t, err
	}
	if !found && (!inspects(actor) || len(t.Calls) == 0) {
		return Trace{}, dossiers.ErrNotFound
	}
	if len(t.Calls) > PageSize {
		t.Calls = t.Calls[:PageSize]
		t.Next = t.Calls[PageSize-1].ID
	}
	return t, s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordRead(ctx, tx, actor, connections.AuditTraced, string(id), access.Inspection)
	})
}

// inspects reports whether somebody may trace without a dossier permission: auditors hold none.
func inspects(actor identity.Actor) bool {
	return !slices.ContainsFunc([]identity.Permission{
		dossiers.PermView, dossiers.PermAccept, dossiers.PermProcess, dossiers.PermSign, dossiers.PermIssue, dossiers.PermDeliver,
	}, actor.May)
}
