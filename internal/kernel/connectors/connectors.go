// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package connectors carries what the province says to systems outside and what
// they say to it: an outbox in the caller's transaction, sent in order, again after
// failures and not at all while the other side is down; a row for every call; the
// same answer to what comes twice; and a comparison of both sides. It does not know
// what is said: that is for adapters, which declare a Partner.
package connectors

import (
	"context"
	"embed"
	"slices"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

//go:embed migrations
var files embed.FS

// Migrations creates the tables of this package.
func Migrations() db.Migrations { return db.Migrations{Namespace: "connectors", Files: files} }

// The columns that hold sealed texts: answers of inbound calls are bound like those of calls.
const (
	outboxTable, bodyColumn     = "connectors_outbox", "body_sealed"
	callsTable, requestColumn   = "connectors_calls", "request_sealed"
	answerColumn                = "answer_sealed"
	inboundTable, repliedColumn = "connectors_inbound", "answer_sealed"
)

// Sealed names the columns of this package that hold sealed texts.
func Sealed() []crypt.Sealed {
	return []crypt.Sealed{
		{Table: outboxTable, Column: bodyColumn, Key: []string{"id"}},
		{Table: callsTable, Column: requestColumn, Key: []string{"id"}},
		{Table: callsTable, Column: answerColumn, Key: []string{"id"}},
		{Table: inboundTable, Column: repliedColumn, Key: []string{"id"}},
	}
}

// What is written in the audit log, before anything leaves: "PARTNER/OPERATION DOSSIER".
const (
	AuditCalled   audit.Event = "connectors.called"
	AuditReceived audit.Event = "connectors.received"
)

// AuditEvents lists them.
func AuditEvents() []audit.Event { return []audit.Event{AuditCalled, AuditReceived} }

// What can go wrong.
var (
	ErrUnknown = errs.New(errs.NotFound, "connectors.not_found")
	ErrPaused  = errs.New(errs.Unavailable, "connectors.paused") // somebody has stopped the partner
	ErrDown    = errs.New(errs.Unavailable, "connectors.down")   // the partner does not answer
	ErrState   = errs.New(errs.Conflict, "connectors.state")     // it is not in a state in which this can be done
	ErrUsed    = errs.New(errs.Conflict, "connectors.used")      // the key came before with other content
	ErrRunning = errs.New(errs.Conflict, "connectors.running")   // the first one is still at work
	ErrErased  = errs.New(errs.Conflict, "connectors.erased")    // the content is not kept any more
	ErrLong    = errs.New(errs.Conflict, "connectors.long")      // more messages than may be sent again at once; args: max
)

// Operation is something that a partner can be told or asked, or tells us.
type Operation struct {
	Name  string // as the partner calls it
	Title i18n.Text
}

// Partner is a system outside, as its adapter declares it. A zero limit takes the usual one.
type Partner struct {
	ID         string
	Title      i18n.Text
	Address    string // for people; without secrets
	Operations []Operation

	Timeout  time.Duration // of one call; 15 s
	Attempts int           // before a person has to look; 8
	First    time.Duration // the pause after the first failure; 2 s, and double each time
	Most     time.Duration // the longest pause; 30 min
	Failures int           // one after another, after which nothing is sent; 5
	Rest     time.Duration // for how long, the first time; 30 s, double each time, at most 10 min
	Slow     time.Duration // from which it counts as slow; 3 s
	Keep     time.Duration // how long what was said is kept, where that is less than the rule of retention says; 0: as that says

	// Call says one thing to the partner. It may be called again with the same key.
	// It is called outside any transaction.
	Call func(ctx context.Context, s Saying) Answer
	// Settled is told, in the transaction that keeps it, what became of a call with
	// a message: m.State is where the message stands after it. nil: nobody asks.
	Settled func(ctx context.Context, tx *db.Tx, m Sent, a Answer) error
	// Compare returns what either side knows of a period; nil: the partner cannot be compared.
	Compare func(ctx context.Context, from, to db.Time) (ours, theirs []Entry, err error)
	// Again says once more, in the transaction, what we know of one thing; nil: it cannot.
	Again func(ctx context.Context, tx *db.Tx, dossier string) error

	// Secrets sign the calls with which the partner calls us; none: it does not call.
	Secrets   [][]byte
	PerMinute int // calls that it has; 600
	// Read says what a call is about, before anything is written; ErrNews: it makes no sense.
	Read func(body []byte) (News, error)
	// Heard takes a call: Receive says how.
	Heard func(ctx context.Context, actor identity.Actor, n News, body []byte) (Reply, error)
}

// Saying is one thing that is said to a partner.
type Saying struct {
	Operation string
	Key       string // the same when it is said again
	Body      []byte
}

// Outcome is what became of a call.
type Outcome string

// The outcomes.
const (
	Begun       Outcome = "begun"       // it is on its way
	OK          Outcome = "ok"          // it was taken
	Refused     Outcome = "refused"     // the content is wrong: it is no use to say it again
	Failed      Outcome = "failed"      // the other side could not do it now
	Silent      Outcome = "silent"      // nobody knows whether it arrived
	Interrupted Outcome = "interrupted" // we died meanwhile: nobody knows either
	Repeated    Outcome = "repeated"    // of what came in: it had come before
	Late        Outcome = "late"        // of what came in: something later had come before
)

// Answer is what a partner answered.
type Answer struct {
	Outcome   Outcome
	Error     string // in a word of ours or a code of theirs; nothing about people
	Reference string // by which the partner knows it
	Body      []byte
}

// Hub joins partners and the database.
type Hub struct {
	db       *db.DB
	keys     *crypt.Keys
	partners []Partner
	calls    minutes
	// Alarm is told, in the transaction, that somebody has to look at a partner; nil:
	// nobody is.
	Alarm func(ctx context.Context, tx *db.Tx, p Partner, why Trouble) error
}

// Trouble is why somebody has to look at a partner.
type Trouble string

// The troubles.
const (
	Dead Trouble = "dead" // a message that is not sent any more
	Down Trouble = "down" // it does not work, and is left alone
)

// alarm tells who is to be told.
func (h *Hub) alarm(ctx context.Context, tx *db.Tx, p Partner, why Trouble) error {
	if h.Alarm == nil {
		return nil
	}
	return h.Alarm(ctx, tx, p, why)
}

// New returns a hub without partners.
func New(d *db.DB, k *crypt.Keys) *Hub { return &Hub{db: d, keys: k} }

// Declare adds a partner. It is called while the program is put together.
func (h *Hub) Declare(p Partner) {
	p.Timeout, p.First, p.Most = usual(p.Timeout, 15*time.Second), usual(p.First, 2*time.Second), usual(p.Most, 30*time.Minute)
	p.Rest, p.Slow = usual(p.Rest, 30*time.Second), usual(p.Slow, 3*time.Second)
	p.Attempts, p.Failures, p.PerMinute = usual(p.Attempts, 8), usual(p.Failures, 5), usual(p.PerMinute, usualCalls)
	h.partners = append(h.partners, p)
}

func usual[T int | time.Duration](said, otherwise T) T {
	if said > 0 {
		return said
	}
	return otherwise
}

// Partners returns all that were declared.
func (h *Hub) Partners() []Partner { return slices.Clone(h.partners) }

// Partner returns one; ErrUnknown where there is none.
func (h *Hub) Partner(name string) (Partner, error) {
	i := slices.IndexFunc(h.partners, func(p Partner) bool { return p.ID == name })
	if i < 0 {
		return Partner{}, ErrUnknown
	}
	return h.partners[i], nil
}

// Message is what is put into the outbox.
type Message struct {
	Partner, Operation string
	Lane               string // messages of a lane are sent in the order in which they were put in; empty: in none
	Dossier            string // it is about; empty: none
	Purpose            string // why personal data leaves the house, as the log shall say
	Key                string // the same message put in twice is sent once
	Body               []byte
}

// Send puts a message into the outbox, in the transaction that makes it true. The
// same key again changes nothing.
func (h *Hub) Send(ctx context.Context, tx *db.Tx, m Message) (err error) {
	defer errs.Wrap(&err, "send %s to %s", m.Operation, m.Partner)

	if _, err := h.Partner(m.Partner); err != nil {
		return err
	}
	place, pending, err := int64(0), int64(0), error(nil)
	if m.Lane != "" {
		if place, pending, err = lockLane(ctx, tx, m.Partner, m.Lane); err != nil {
			return err
		}
	}
	one, state := id.New(), "waiting"
	if pending > 0 {
		state = "behind"
	}
	n, err := tx.Exec(ctx, `INSERT INTO connectors_outbox (id, partner, operation, lane, place, dossier, purpose, key, body_sealed, size, state, attempt, due_at, error, reason, made_at, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, '', '', $12, NULL) ON CONFLICT (partner, key) DO NOTHING`,
		one, m.Partner, m.Operation, m.Lane, place+1, m.Dossier, m.Purpose, m.Key, h.keys.SealText(outboxTable, bodyColumn, one, string(m.Body)), len(m.Body), state, tx.Now)
	if err != nil || n == 0 || m.Lane == "" {
		return err
	}
	return putLane(ctx, tx, m.Partner, m.Lane, place+1, pending+1)
}

// lockLane holds a lane until the transaction ends.
func lockLane(ctx context.Context, tx *db.Tx, partner, lane string) (last, pending int64, err error) {
	if _, err := tx.Exec(ctx, `INSERT INTO connectors_lanes (partner, lane, last, pending) VALUES ($1, $2, 0, 0) ON CONFLICT (partner, lane) DO NOTHING`, partner, lane); err != nil {
		return 0, 0, err
	}
	err = tx.QueryRow(ctx, `SELECT last, pending FROM connectors_lanes WHERE partner = $1 AND lane = $2`+tx.ForUpdate(), partner, lane).Scan(&last, &pending)
	return last, pending, err
}

func putLane(ctx context.Context, tx *db.Tx, partner, lane string, last, pending int64) error {
	_, err := tx.Exec(ctx, `UPDATE connectors_lanes SET last = $3, pending = $4 WHERE partner = $1 AND lane = $2`, partner, lane, last, pending)
	return err
}

// advance lets the next message of a lane go, after one has left it.
func advance(ctx context.Context, tx *db.Tx, partner, lane string, by int64) error {
	if lane == "" {
		return nil
	}
	last, pending, err := lockLane(ctx, tx, partner, lane)
	if err != nil {
		return err
	}
	if err := putLane(ctx, tx, partner, lane, last, pending+by); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE connectors_outbox SET state = 'waiting', due_at = $3 WHERE id = (
		SELECT id FROM connectors_outbox WHERE partner = $1 AND lane = $2 AND state IN ('waiting', 'behind', 'dead') ORDER BY place LIMIT 1
	) AND state = 'behind'`, partner, lane, tx.Now)
	return err
}
