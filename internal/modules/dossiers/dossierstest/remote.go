// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package dossierstest

import (
	"context"
	"errors"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/kernel/signing/requests/requeststest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// ErrPower is what a step ends with whose power was cut.
var ErrPower = errors.New("the power is gone")

// Remote is a world in which some sign on a phone.
type Remote struct {
	*World
	Phone    *requeststest.Phone
	Requests *requests.Service
	Trip     string // where the power is cut, once
	clock    *dbtest.Clock
	register register
}

// register finds the phone's certificate for its holders.
type register struct {
	cert    keystore.Certificate
	holders map[keystore.Holder]bool
}

// Find implements core.Register.
func (r register) Find(_ context.Context, _ db.Querier, h keystore.Holder) (keystore.Certificate, signing.Signer, bool, error) {
	if !r.holders[h] {
		return keystore.Certificate{}, nil, false, nil
	}
	return r.cert, nil, true, nil
}

// User implements core.Register.
func (register) User(context.Context, db.Querier, keystore.Certificate, string) (string, error) {
	return "089176000005", nil
}

// NewRemote makes the world; the holders sign on a phone, everybody else here.
func NewRemote(tb testing.TB, d *db.DB, c *dbtest.Clock, holders ...keystore.Holder) *Remote {
	tb.Helper()
	r := &Remote{World: New(tb, d), Phone: requeststest.New(tb, "Võ Thị Thanh Hà", c.Now()), clock: c}
	r.register = register{cert: r.Phone.Certificate(tb), holders: map[keystore.Holder]bool{}}
	r.register.cert.Kind = keystore.Remote
	for _, h := range holders {
		r.register.holders[h] = true
	}
	r.Requests = requests.New(requests.Deps{
		DB: d, Files: r.Deps.Files, Keys: r.Deps.Keys, Providers: map[string]requests.Provider{requeststest.Name: r.Phone}, Trip: r.trip,
	})
	r.Deps.Register, r.Deps.Requests = r.register, r.Requests
	r.Deps.Signatures = r.Believing(r.Phone.CA.Root())
	r.Service = core.New(r.Deps)
	return r
}

func (r *Remote) trip(at string) error {
	if r.Trip != at {
		return nil
	}
	r.Trip = ""
	return ErrPower
}

// Work does what is due: events, jobs.
func (r *Remote) Work(tb testing.TB) {
	tb.Helper()
	ctx := tb.Context()
	handlers := map[jobs.Kind]jobs.Handler{
		requests.JobAsk: r.Requests.Ask, core.JobSigned: r.Service.RequestEnded, core.JobReceipt: r.Service.MakeReceipt,
	}
	for {
		n, err := events.Dispatch(ctx, r.DB, map[events.Name][]jobs.Kind{requests.EventEndedV1: {core.JobSigned}})
		check(tb, err)
		did, err := jobs.Work(ctx, r.DB, handlers)
		if err != nil && !errors.Is(err, ErrPower) {
			tb.Fatal(err)
		}
		if !did && n == 0 {
			return
		}
	}
}

// Pass lets time go by, working.
func (r *Remote) Pass(tb testing.TB, d time.Duration) {
	tb.Helper()
	for step := 3 * time.Second; d > 0; d -= step {
		r.clock.Advance(step)
		r.Work(tb)
	}
}

// Approve lets the person with the phone agree to all that waits, and works.
func (r *Remote) Approve(tb testing.TB) {
	tb.Helper()
	r.Pass(tb, 6*time.Second)
	if _, err := r.Phone.Approve(); err != nil {
		tb.Fatal(err)
	}
	r.Pass(tb, 15*time.Second)
}
