// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"math"
	"net"
	"net/url"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/systems"
	"tinhso.vn/internal/modules/systems/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
	"tinhso.vn/internal/platform/text"
)

const (
	maxHooks = 20   // of a system
	maxURL   = 1000 // characters
	// DeliveriesShown is how many messages a page shows.
	DeliveriesShown = 50
	// SecretOverlap is how long the secret before signs as well.
	SecretOverlap = 24 * time.Hour
	secretPrefix  = "whsec_"
)

// MadeHook is a subscription with its secret, which is shown once.
type MadeHook struct {
	systems.Hook
	Secret string
}

// HookDetail is a subscription with what was sent last.
type HookDetail struct {
	systems.Hook
	Name       string // of the system
	Deliveries []systems.Delivery
}

// Hooks returns the subscriptions of a system.
func (s *Service) Hooks(ctx context.Context, actor identity.Actor, sys systems.ID) (all []systems.Hook, err error) {
	defer errs.Wrap(&err, "list subscriptions")

	if _, err := access.RequireAny(actor, systems.PermManage, systems.PermConfirm); err != nil {
		return nil, err
	}
	return store.Hooks(ctx, s.DB, sys, maxHooks)
}

// Hook returns a subscription with its messages before a place; 0: the last.
func (s *Service) Hook(ctx context.Context, actor identity.Actor, sys systems.ID, hook string, before int64) (d HookDetail, err error) {
	defer errs.Wrap(&err, "get subscription")

	if _, err := access.RequireAny(actor, systems.PermManage, systems.PermConfirm); err != nil {
		return d, err
	}
	if d.Hook, err = store.GetHook(ctx, s.DB, sys, hook); err != nil {
		return d, err
	}
	one, err := store.Get(ctx, s.DB, sys)
	if err != nil {
		return d, err
	}
	if d.Name = one.Name; before <= 0 {
		before = math.MaxInt64
	}
	d.Deliveries, err = store.Deliveries(ctx, s.DB, hook, before, DeliveriesShown)
	return d, err
}

// Subscribe sends the changes of a register, from now on, to an address of a system.
// The system must be allowed to see something of the register.
func (s *Service) Subscribe(ctx context.Context, actor identity.Actor, sys systems.ID, register, address string) (made MadeHook, err error) {
	defer errs.Wrap(&err, "subscribe system %s", sys)

	if _, err := access.Everywhere(actor, systems.PermManage); err != nil {
		return made, err
	}
	register, address = text.Line(register), text.Line(address)
	var problems []errs.Field
	if !sendable(address) {
		problems = append(problems, errs.Field{Name: "url", Code: "systems.hook_address"})
	}
	standing, err := s.standing(ctx, sys, register)
	if kind := errs.KindOf(err); kind == errs.NotFound || kind == errs.Forbidden || kind == errs.Unauthenticated {
		problems = append(problems, errs.Field{Name: "register", Code: "systems.hook_register"})
	} else if err != nil {
		return made, err
	}
	if err := errs.BadInput(problems); err != nil {
		return made, err
	}
	if _, err := s.Keeper.OrderFeed(ctx, s.DB); err != nil { // what has happened is before now
		return made, err
	}
	f, err := s.Keeper.Changes(ctx, s.DB, standing, registers.FeedNow, 1)
	if err != nil {
		return made, err
	}
	end, err := s.Keeper.FeedEnd(ctx, s.DB, register)
	if err != nil {
		return made, err
	}
	secret := newSecret()
	err = s.change(ctx, actor, systems.PermManage, sys, 0, systems.AuditHookMade, func(tx *db.Tx, _ *systems.System) error {
		all, err := store.Hooks(ctx, tx, sys, maxHooks)
		if err != nil {
			return err
		}
		if len(all) >= maxHooks {
			return systems.ErrHooks.With("max", maxHooks)
		}
		now := MadeHook{Secret: secret, Hook: systems.Hook{
			ID: id.New(), System: sys, Register: register, URL: address, State: systems.HookActive, After: f.Next, Place: end, Due: tx.Now,
			Made: systems.Hand{Account: actor.Account, At: tx.Now},
		}}
		made = now
		return store.AddHook(ctx, tx, s.Keys, now.Hook, secret)
	})
	return made, err
}

// newSecret is 32 random bytes, as Standard Webhooks writes them.
func newSecret() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // it never fails
	return secretPrefix + base64.StdEncoding.EncodeToString(raw)
}

// sendable reports whether an address looks like one that messages may go to. Where
// it leads is looked at again whenever a connection is made.
func sendable(address string) bool {
	u, err := url.Parse(address)
	if err != nil || len(address) > maxURL || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	return net.ParseIP(u.Hostname()) != nil || len(u.Hostname()) > 3
}

// standing is what a system may do with a register now.
func (s *Service) standing(ctx context.Context, sys systems.ID, register string) (registers.Standing, error) {
	account, err := s.People.GetAccount(ctx, s.DB, string(sys))
	if err != nil {
		return registers.Standing{}, err
	}
	actor, err := access.Load(ctx, s.DB, identity.NewActor(account.ID, account.Person), s.DB.Now())
	if err != nil {
		return registers.Standing{}, err
	}
	return s.Keeper.Stand(ctx, s.DB, actor, register)
}

// ChangeHookSecret gives a subscription a new secret, which is shown once. For a day
// messages are signed with both.
func (s *Service) ChangeHookSecret(ctx context.Context, actor identity.Actor, sys systems.ID, hook string) (secret string, err error) {
	defer errs.Wrap(&err, "change the secret of a subscription")

	fresh := newSecret()
	return fresh, s.moveHook(ctx, actor, sys, hook, systems.AuditHookSecret, func(tx *db.Tx, h *systems.Hook) error {
		was, err := store.HookSecrets(ctx, tx, s.Keys, h.ID)
		if err != nil {
			return err
		}
		return store.ChangeSecret(ctx, tx, s.Keys, h.ID, fresh, was.Now, db.At(tx.Now.Add(SecretOverlap)))
	})
}

// StopHook holds a subscription; what changes meanwhile is sent when it goes on.
func (s *Service) StopHook(ctx context.Context, actor identity.Actor, sys systems.ID, hook string) (err error) {
	defer errs.Wrap(&err, "stop a subscription")

	return s.moveHook(ctx, actor, sys, hook, systems.AuditHookStopped, func(_ *db.Tx, h *systems.Hook) error {
		if h.State == systems.HookStopped {
			return systems.ErrHookState
		}
		h.State = systems.HookStopped
		return nil
	})
}

// StartHook lets a subscription go on where it stood, whatever stopped it.
func (s *Service) StartHook(ctx context.Context, actor identity.Actor, sys systems.ID, hook string) (err error) {
	defer errs.Wrap(&err, "start a subscription")

	return s.moveHook(ctx, actor, sys, hook, systems.AuditHookStarted, func(tx *db.Tx, h *systems.Hook) error {
		if h.State == systems.HookActive {
			return systems.ErrHookState
		}
		h.State, h.Attempt, h.Due, h.Error = systems.HookActive, 0, tx.Now, ""
		return nil
	})
}

// ReplayHook sends everything again from a place on: the same messages with the same
// ids, as far as the feed goes back.
func (s *Service) ReplayHook(ctx context.Context, actor identity.Actor, sys systems.ID, hook string, place int64) (err error) {
	defer errs.Wrap(&err, "send again")

	if _, err := access.Everywhere(actor, systems.PermManage); err != nil {
		return err
	}
	one, err := store.GetHook(ctx, s.DB, sys, hook)
	if err != nil {
		return err
	}
	standing, err := s.standing(ctx, sys, one.Register)
	if err != nil {
		return err
	}
	after, there, err := s.Keeper.FeedFrom(ctx, s.DB, standing, place-1)
	if err != nil {
		return err
	}
	if !there || place > one.Place+1 {
		return systems.ErrHookPlace
	}
	return s.moveHook(ctx, actor, sys, hook, systems.AuditHookReplayed, func(tx *db.Tx, h *systems.Hook) error {
		h.State, h.After, h.Place, h.Attempt, h.Due, h.Error = systems.HookActive, after, place-1, 0, tx.Now, ""
		return nil
	})
}

// Unsubscribe ends a subscription.
func (s *Service) Unsubscribe(ctx context.Context, actor identity.Actor, sys systems.ID, hook string) (err error) {
	defer errs.Wrap(&err, "end a subscription")

	return s.moveHook(ctx, actor, sys, hook, systems.AuditHookEnded, func(tx *db.Tx, h *systems.Hook) error {
		return store.DropHook(ctx, tx, h.ID)
	})
}

func (s *Service) moveHook(ctx context.Context, actor identity.Actor, sys systems.ID, hook string, what audit.Event, do func(tx *db.Tx, h *systems.Hook) error) error {
	if _, err := access.Everywhere(actor, systems.PermManage); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		h, err := store.LockHook(ctx, tx, sys, hook)
		if err != nil {
			return err
		}
		if err := do(tx, &h); err != nil {
			return err
		}
		if err := store.PutHook(ctx, tx, h); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, what, string(sys)+"/"+hook)
	})
}

// ForgetDeliveries forgets what was sent more than 30 days ago; it is called now and again.
func (s *Service) ForgetDeliveries(ctx context.Context) (err error) {
	defer errs.Wrap(&err, "forget deliveries")

	return s.DB.Write(ctx, func(tx *db.Tx) error { return store.ForgetDeliveries(ctx, tx, db.At(tx.Now.AddDate(0, 0, -30))) })
}
