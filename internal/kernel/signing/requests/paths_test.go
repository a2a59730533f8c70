// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package requests_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/kernel/signing/requests/requeststest"
	"tinhso.vn/internal/platform/db"
)

// after says where a request can be, once it was somewhere: written here a second
// time, on purpose.
var after = map[requests.State][]requests.State{
	requests.Created: {requests.Sent, requests.Waiting, requests.Approved, requests.Refused, requests.Expired, requests.Failed, requests.Cancelled},
	requests.Sent:    {requests.Waiting, requests.Approved, requests.Refused, requests.Expired, requests.Failed, requests.Cancelled},
	requests.Waiting: {requests.Approved, requests.Refused, requests.Expired, requests.Failed, requests.Cancelled},
}

// Whatever happens in whatever order, with the power cut anywhere: a request
// never goes back, what has ended stays so, the phone is asked once, a signed
// document is one that was approved, and the end is told once.
func TestNoRequestGoesBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, o *office) {
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			n++
			before, _ := o.phone.Transactions()
			q := o.mustStart(fmt.Sprint("p", n), fmt.Sprint("q", n))
			state := requests.Created
			approved := false
			for range rapid.IntRange(1, 10).Draw(rt, "how many") {
				switch what := rapid.SampledFrom([]string{
					"work", "work", "wait", "approve", "decline", "lose", "drop", "dumb", "cut", "cancel", "wake", "expire",
				}).Draw(rt, "what"); what {
				case "work":
					o.pass(4 * time.Second)
				case "wait":
					o.pass(30 * time.Second)
				case "approve":
					if _, err := o.phone.Approve(); err != nil {
						rt.Fatal(err)
					}
					approved = true
				case "decline":
					o.phone.Decline()
				case "lose":
					o.phone.Set(func(p *requeststest.Phone) { p.Loses = 1 })
				case "drop":
					o.phone.Set(func(p *requeststest.Phone) { p.Drops = 1 })
				case "dumb":
					o.phone.Set(func(p *requeststest.Phone) { p.Dumb = 1 })
				case "cut":
					o.trip = rapid.SampledFrom([]string{"sent", "answered", "asked", "embedded", "staged", "kept"}).Draw(rt, "where")
				case "cancel":
					err := o.DB.Write(t.Context(), func(tx *db.Tx) error { return o.Cancel(t.Context(), tx, o.actor, q.ID) })
					if (err == nil) != state.Open() || (err != nil && !errors.Is(err, requests.ErrEnded)) {
						rt.Fatalf("cancelled when %s: %v", state, err)
					}
				case "wake":
					if err := o.Wake(t.Context(), requeststest.Name, q.ID); err != nil {
						rt.Fatal(err)
					}
					o.work()
				case "expire":
					o.pass(3 * time.Minute)
				}
				now := o.get(q).State
				if now != state && !slices.Contains(after[state], now) {
					rt.Fatalf("from %s to %s", state, now)
				}
				state = now
			}
			o.trip = ""
			o.pass(9 * time.Minute)
			last := o.get(q)
			if last.State.Open() || (last.State != state && !slices.Contains(after[state], last.State)) {
				rt.Fatalf("from %s it ended %s", state, last.State)
			}
			if now, _ := o.phone.Transactions(); now > before+1 {
				rt.Fatalf("the phone was asked %d times", now-before)
			}
			signed := 0
			for _, i := range o.items(q) {
				if i.State == requests.ItemSigned {
					signed++
				}
				if i.State == requests.ItemWaiting {
					rt.Fatal("a document still waits")
				}
			}
			if (last.State == requests.Approved) != (signed == 2) && last.State != requests.Cancelled && last.State != requests.Expired || (signed > 0 && !approved) {
				rt.Fatalf("%s with %d signed, approved %v", last.State, signed, approved)
			}
			if told := o.count(`SELECT COUNT(*) FROM events_outbox WHERE body LIKE '%'||$1||'%'`, string(q.ID)); told != 1 {
				rt.Fatalf("the end was told %d times", told)
			}
		})
	})
}
