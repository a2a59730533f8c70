// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/registers"
	"tinhso.vn/internal/modules/systems"
	"tinhso.vn/internal/modules/systems/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

const (
	// sendLease is how long a message may be on its way; a server that died with it
	// lets another send it again then.
	sendLease = time.Minute
	// MaxSends is how often a message is tried, over about a day and a half.
	MaxSends = 10
	// idle is when a system that may not be sent to is looked at again.
	idle      = time.Minute
	maxAlerts = 20
	gone      = 410 // the answer of a receiver that is closed for good
)

// wait is how long after the n-th failure it is tried again.
func wait(n int) time.Duration {
	steps := []time.Duration{
		5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 8 * time.Hour, 24 * time.Hour,
	}
	return steps[min(max(n, 1), len(steps))-1]
}

// Message is what a system is sent: the body of a request.
type Message struct {
	Type      string  `json:"type"` // register.added, .changed, .removed, .register, .resync
	Timestamp db.Time `json:"timestamp"`
	Data      Changed `json:"data"`
}

// Changed is what a message tells. Of a resync only the register: its list is to be read anew.
type Changed struct {
	Register string         `json:"register"`
	Place    int64          `json:"place"`
	Record   string         `json:"record,omitempty"`
	Unit     string         `json:"unit,omitempty"`
	Version  int64          `json:"version,omitempty"`
	Fields   []string       `json:"fields,omitempty"`
	Before   map[string]any `json:"before,omitempty"`
	After    map[string]any `json:"after,omitempty"`
	Withheld []string       `json:"withheld,omitempty"`
}

// Deliver sends one message that is due, if there is any, and reports whether it
// found one. Several servers may call it.
func (s *Service) Deliver(ctx context.Context) (did bool, err error) {
	defer errs.Wrap(&err, "deliver to a subscription")

	if s.Send == nil {
		return false, nil
	}
	h, found, err := s.next(ctx)
	if err != nil || !found {
		return false, err // an idle server does not write
	}
	mine, err := s.lease(ctx, &h)
	if err != nil || !mine {
		return mine, err
	}
	return true, s.deliver(ctx, h)
}

// next returns the subscription that has waited longest of those whose register
// has moved on: those without news stand in nobody's way, however many there are.
func (s *Service) next(ctx context.Context) (h systems.Hook, found bool, err error) {
	behind, err := store.HooksBehind(ctx, s.DB, s.DB.Now())
	if err != nil || len(behind) == 0 {
		return h, false, err
	}
	ends, err := s.Keeper.FeedEnds(ctx, s.DB)
	if err != nil {
		return h, false, err
	}
	for _, b := range behind {
		if ends[b.Register] <= b.Place {
			continue
		}
		one, there, err := store.DueHook(ctx, s.DB, b.Register, ends[b.Register], s.DB.Now())
		if err != nil {
			return h, false, err
		}
		if there && (!found || one.Due.Before(h.Due.Time)) {
			h, found = one, true
		}
	}
	return h, found, nil
}

// lease makes a subscription ours for a while; false where somebody was faster.
func (s *Service) lease(ctx context.Context, h *systems.Hook) (mine bool, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		mine = false
		now, err := store.LockHook(ctx, tx, h.System, h.ID)
		if errors.Is(err, systems.ErrHookUnknown) {
			return nil
		}
		if err != nil || now.State != systems.HookActive || now.Due.After(tx.Now.Time) {
			return err
		}
		now.Due = db.At(tx.Now.Add(sendLease))
		*h, mine = now, true
		return store.PutHook(ctx, tx, now)
	})
	return mine, err
}

// deliver sends the next message of a subscription that is leased.
func (s *Service) deliver(ctx context.Context, h systems.Hook) error {
	one, err := store.Get(ctx, s.DB, h.System)
	if err != nil {
		return err
	}
	if now := s.DB.Now(); one.State != systems.Active || !now.Before(one.Reach.Until.Time) {
		return s.settle(ctx, h, func(tx *db.Tx, is *systems.Hook) error {
			is.Due, is.Error = db.At(tx.Now.Add(idle)), "system"
			return nil
		})
	}
	standing, err := s.standing(ctx, h.System, h.Register)
	if kind := errs.KindOf(err); kind == errs.Forbidden || kind == errs.Unauthenticated || kind == errs.NotFound {
		return s.failed(ctx, h, one, systems.Delivery{Hook: h.ID, Place: h.Place + 1, Error: "right"})
	} else if err != nil {
		return err
	}
	f, err := s.Keeper.Changes(ctx, s.DB, standing, h.After, 1)
	if err != nil {
		return err
	}
	m := Message{Timestamp: s.DB.Now(), Data: Changed{Register: h.Register}}
	end, err := s.Keeper.FeedPlace(f.Next)
	if err != nil {
		return err
	}
	switch {
	case f.Resync:
		m.Type, m.Data.Place = "register.resync", end
	case len(f.Items) == 0: // changes that are not for this system
		return s.settle(ctx, h, func(tx *db.Tx, is *systems.Hook) error {
			is.After, is.Place, is.Due = f.Next, end, tx.Now
			return nil
		})
	default:
		c := f.Items[0]
		m.Type, m.Timestamp = "register."+c.Kind, c.At
		m.Data = Changed{
			Register: h.Register, Place: c.Place, Record: c.Record, Unit: c.Unit, Version: c.Version, Fields: c.Fields,
			Before: registers.Plain(c.Before), After: registers.Plain(c.After), Withheld: c.Withheld,
		}
	}
	d := systems.Delivery{Hook: h.ID, Place: m.Data.Place, Kind: m.Type, Record: m.Data.Record}
	began := s.DB.Now()
	if d.Status, d.Error, err = s.send(ctx, h, m); err != nil {
		return err
	}
	d.Took = s.DB.Now().Sub(began.Time).Milliseconds()
	if d.Error != "" {
		return s.failed(ctx, h, one, d)
	}
	return s.settle(ctx, h, func(tx *db.Tx, is *systems.Hook) error {
		is.After, is.Place, is.Attempt, is.Error, is.Due = f.Next, end, 0, "", tx.Now
		d.Arrived, d.Last = true, tx.Now
		return store.PutDelivery(ctx, tx, d)
	})
}

// send sends a message, signed as Standard Webhooks says, and returns what was
// answered and in a word what went wrong.
func (s *Service) send(ctx context.Context, h systems.Hook, m Message) (status int, wrong string, err error) {
	body, err := json.Marshal(m)
	if err != nil {
		return 0, "", err
	}
	secrets, err := store.HookSecrets(ctx, s.DB, s.Keys, h.ID)
	if err != nil {
		return 0, "", err
	}
	now := s.DB.Now()
	name, at := "msg_"+h.ID+"_"+strconv.FormatInt(m.Data.Place, 10), strconv.FormatInt(now.Unix(), 10)
	signatures := []string{sign(secrets.Now, name, at, body)}
	if secrets.Old != "" && now.Before(h.OldUntil.Time) {
		signatures = append(signatures, sign(secrets.Old, name, at, body))
	}
	status, err = s.Send(ctx, h.URL, body, map[string]string{
		"webhook-id": name, "webhook-timestamp": at, "webhook-signature": strings.Join(signatures, " "), "User-Agent": "tinhso",
	})
	switch {
	case err != nil && ctx.Err() != nil:
		return 0, "", ctx.Err() // the server stops: the lease brings it back
	case errors.Is(err, ErrForbiddenAddress):
		return 0, "address", nil
	case err != nil:
		return 0, "silent", nil //nolint:nilerr // it did not get through, which is no fault of ours
	case status == gone:
		return status, "gone", nil
	case status < 200 || status > 299:
		return status, "status", nil
	}
	return status, "", nil
}

// ErrForbiddenAddress is what Deps.Send returns for an address that nothing may be sent to.
var ErrForbiddenAddress = errors.New("the address may not be sent to")

// sign is one signature of a message: HMAC-SHA256 over its id, its time and its body.
func sign(secret, name, at string, body []byte) string {
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix)) // we have made it
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(name + "." + at + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// failed keeps that a message did not arrive: it is tried again later, or, tried as
// often as it is, stands until somebody looks, and those who look after systems are told.
func (s *Service) failed(ctx context.Context, h systems.Hook, of systems.System, d systems.Delivery) error {
	return s.settle(ctx, h, func(tx *db.Tx, is *systems.Hook) error {
		is.Attempt++
		is.Error, is.Due = d.Error, db.At(tx.Now.Add(wait(is.Attempt)))
		d.Last = tx.Now
		if err := store.PutDelivery(ctx, tx, d); err != nil {
			return err
		}
		if d.Error == "gone" {
			is.State = systems.HookStopped
		} else if is.Attempt >= MaxSends {
			is.State = systems.HookDead
		}
		if is.State == systems.HookActive {
			return nil
		}
		if err := s.alert(ctx, tx, h, of); err != nil {
			return err
		}
		return audit.Record(ctx, tx, identity.Program("systems.deliver"), systems.AuditHookDead, string(h.System)+"/"+h.ID)
	})
}

// alert tells those who look after systems that a subscription stands still.
func (s *Service) alert(ctx context.Context, tx *db.Tx, h systems.Hook, of systems.System) error {
	if s.Messages == nil {
		return nil
	}
	managers, err := access.ListAllowed(ctx, tx, systems.PermManage, tx.Now, maxAlerts)
	if err != nil {
		return err
	}
	for _, account := range managers {
		if err := s.Messages.Tell(ctx, tx, notify.Notice{
			Event: systems.NoticeHookDead, About: h.ID, Key: h.ID + " " + tx.Now.Format(time.RFC3339), Link: "/quan-tri/he-thong/" + string(h.System) + "/nhan-tin/" + h.ID,
			Words: map[string]i18n.Text{"system": notify.Plain(of.Name), "register": notify.Plain(h.Register)}, To: notify.To{Account: account},
		}); err != nil {
			return err
		}
	}
	return nil
}

// settle keeps where a leased subscription stands now, unless the lease is lost.
func (s *Service) settle(ctx context.Context, h systems.Hook, do func(tx *db.Tx, is *systems.Hook) error) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		is, err := store.LockHook(ctx, tx, h.System, h.ID)
		if errors.Is(err, systems.ErrHookUnknown) {
			return nil
		}
		if err != nil || !is.Due.Equal(h.Due.Time) || is.After != h.After {
			return err // somebody has stopped it, or moved it, meanwhile
		}
		state := is.State
		if err := do(tx, &is); err != nil {
			return err
		}
		if state != systems.HookActive { // stopped by hand while the message was on its way
			is.State = state
		}
		return store.PutHook(ctx, tx, is)
	})
}
