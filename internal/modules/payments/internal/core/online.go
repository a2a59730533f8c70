// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/payments/gateway"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// gatewaySource is who says it, of news of the gateway.
const gatewaySource = "gateway"

// CallPath is the door at which a gateway calls.
const CallPath = "/thanh-toan/goi-ve"

// How long a payment over a gateway may take, and when we ask what became of it.
const (
	tryFor  = 30 * time.Minute
	askFor  = 48 * time.Hour // calls come late; after that the statement tells
	maxTry  = 20             // of an order
	askLoop = 5 * time.Minute
)

// tryJob is the body of JobBegin and JobAsk.
type tryJob struct {
	Try string `json:"try"`
}

// Begin begins a payment over the gateway; the address of its page comes with
// JobBegin. One that is open is gone on with.
func (s *Service) Begin(ctx context.Context, actor identity.Actor, order string) (err error) {
	defer errs.Wrap(&err, "begin to pay order %s", order)

	if s.Gateway == nil {
		return payments.ErrNoGateway
	}
	sc, err := s.own(ctx, s.DB, actor, access.Pay)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.waiting(ctx, tx, sc, order)
		if err != nil {
			return err
		}
		last, ok, err := s.store.LastTry(ctx, tx, order)
		switch {
		case err != nil:
			return err
		case ok && (last.State == store.TryAsked || last.State == store.TryOpen) && last.Amount == o.Amount && tx.Now.Before(last.Until.Time):
			return nil
		case last.Number >= maxTry:
			return payments.ErrOver
		}
		t := store.Try{
			ID: fmt.Sprintf("%s-%02d", o.Code, last.Number+1), Order: order, Number: last.Number + 1, Amount: o.Amount, State: store.TryAsked,
			Begun: tx.Now, Until: db.At(tx.Now.Add(tryFor)),
		}
		if err := s.store.AddTry(ctx, tx, t); err != nil {
			return err
		}
		if err := jobs.Enqueue(ctx, tx, JobBegin, tryJob{t.ID}); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, payments.AuditBegun, order)
	})
}

// BeginTry does JobBegin. Broken off after the gateway has answered it asks again
// with the same reference, and gets the same payment.
func (s *Service) BeginTry(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "begin a payment over the gateway")

	var j tryJob
	if err := json.Unmarshal(body, &j); err != nil {
		return err
	}
	t, err := s.store.GetTry(ctx, s.DB, j.Try)
	if err != nil || t.State != store.TryAsked || s.Gateway == nil {
		return err
	}
	o, err := s.store.GetOrder(ctx, s.DB, access.All(), t.Order)
	if err != nil {
		return err
	}
	if s.DB.Now().After(t.Until.Time) {
		return s.endTry(ctx, t.ID, store.TryExpired)
	}
	address, ref, err := s.Gateway.Begin(ctx, gateway.Ask{
		Reference: t.ID, Amount: t.Amount, Title: o.Code + " " + o.DossierCode, Dossier: o.Dossier, Return: s.Address + "/thanh-toan/" + o.ID, Call: s.Address + CallPath,
	})
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := s.store.GetTry(ctx, tx, t.ID)
		if err != nil || now.State != store.TryAsked {
			return err // its call was faster than its answer
		}
		now.State, now.Address, now.TheirRef = store.TryOpen, address, ref
		if err := s.store.PutTry(ctx, tx, now); err != nil {
			return err
		}
		return jobs.EnqueueAt(ctx, tx, JobAsk, tryJob{t.ID}, db.At(tx.Now.Add(askLoop)))
	})
}

func (s *Service) endTry(ctx context.Context, try, state string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		now, err := s.store.GetTry(ctx, tx, try)
		if err != nil || now.State != store.TryAsked && now.State != store.TryOpen {
			return err
		}
		now.State = state
		return s.store.PutTry(ctx, tx, now)
	})
}

// AskTry does JobAsk: what became of a payment of which no call has come. It asks
// again, ever more seldom, until there is an end or two days are over.
func (s *Service) AskTry(ctx context.Context, body []byte) (err error) {
	defer errs.Wrap(&err, "ask what became of a payment")

	var j tryJob
	if err := json.Unmarshal(body, &j); err != nil {
		return err
	}
	t, err := s.store.GetTry(ctx, s.DB, j.Try)
	if err != nil || t.State != store.TryOpen || s.Gateway == nil {
		return err
	}
	o, err := s.store.GetOrder(ctx, s.DB, access.All(), t.Order)
	if err != nil {
		return err
	}
	n, err := s.Gateway.Look(ctx, t.ID, o.Dossier)
	if err != nil && !errors.Is(err, gateway.ErrUnknown) {
		return err // the job comes again
	}
	if err == nil && n.State != gateway.Open {
		_, err := s.hear(ctx, n)
		return err
	}
	now := s.DB.Now()
	if now.After(t.Begun.Add(askFor)) {
		return s.endTry(ctx, t.ID, store.TryExpired)
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		return jobs.EnqueueAt(ctx, tx, JobAsk, tryJob{t.ID}, db.At(tx.Now.Add(max(askLoop, tx.Now.Sub(t.Begun.Time)))))
	})
}

// Call takes in what somebody has sent to the door of the gateway, and has the call
// written down where calls are. ErrForged: it was not the gateway, and nothing is
// kept of it.
func (s *Service) Call(ctx context.Context, body []byte) (out Outcome, err error) {
	defer errs.Wrap(&err, "call of the gateway")

	if s.Gateway == nil {
		return "", payments.ErrForged
	}
	n, err := s.Gateway.Read(body)
	if err != nil {
		return "", payments.ErrForged.Because(err)
	}
	if s.Record == nil {
		return s.hear(ctx, n)
	}
	out = OutcomeAgain // the same words came before: they are answered as then
	sum := sha256.Sum256(body)
	err = s.Record(ctx, n.ID+":"+hex.EncodeToString(sum[:8]), body, func(ctx context.Context) (dossier, reference string, err error) {
		if out, err = s.hear(ctx, n); err != nil {
			return "", "", err
		}
		t, err := s.store.GetTry(ctx, s.DB, n.Reference)
		if err == nil {
			o, err := s.store.GetOrder(ctx, s.DB, access.All(), t.Order)
			return o.Dossier, n.TheirRef, err
		}
		if o, bad := s.store.FindOrder(ctx, s.DB, codeIn(n.Reference)); bad == nil {
			return o.Dossier, n.TheirRef, nil
		}
		return "", n.TheirRef, nil
	})
	return out, err
}

// hear acts on verified news.
func (s *Service) hear(ctx context.Context, n gateway.News) (out Outcome, err error) {
	return out, s.DB.Write(ctx, func(tx *db.Tx) error {
		t, err := s.store.GetTry(ctx, tx, n.Reference)
		if err != nil && !errors.Is(err, payments.ErrNotFound) {
			return err
		}
		known := err == nil
		if !known { // who keeps the account tells of a transfer by its text
			o, bad := s.store.FindOrder(ctx, tx, codeIn(n.Reference))
			if bad != nil && !errors.Is(bad, payments.ErrNotFound) {
				return bad
			}
			t.Order = o.ID
		}
		switch n.State {
		case gateway.Open:
			out = OutcomeAgain
			return nil
		case gateway.Failed: // said after it was paid it changes nothing
			out = OutcomeFailed
			if !known || t.State == store.TryPaid {
				return nil
			}
			t.State, t.TheirRef = store.TryFailed, n.TheirRef
			return s.store.PutTry(ctx, tx, t)
		case gateway.Paid:
		}
		out, err = s.settle(ctx, tx, program(), money{source: gatewaySource, id: n.ID, try: n.Reference, order: t.Order, amount: n.Amount, way: WayGateway})
		if err != nil || !known || out == OutcomeAgain {
			return err
		}
		t.State, t.TheirRef = store.TryPaid, n.TheirRef
		return s.store.PutTry(ctx, tx, t)
	})
}
