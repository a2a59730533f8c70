// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/simulators/taxoffice"
)

// taxed is a world whose receipts are sent to a simulated tax authority.
type taxed struct {
	*world

	office *httptest.Server
	hub    *connectors.Hub
}

func eachTaxed(t *testing.T, f func(t *testing.T, w *taxed)) {
	t.Helper()
	each(t, func(t *testing.T, w *world) {
		x := &taxed{world: w, office: httptest.NewServer(taxoffice.New().Handler()), hub: connectors.New(w.DB, w.deps.Keys)}
		t.Cleanup(x.office.Close)
		w.deps.Hub, w.deps.Tax = x.hub, core.Tax{URL: x.office.URL, Token: taxoffice.Token, Source: "văn bản thử nghiệm"}
		w.svc = core.New(w.deps)
		w.payee(t)
		f(t, x)
	})
}

// tell makes the authority do something: PATH?k=v.
func (w *taxed) tell(t *testing.T, path string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.office.URL+path, http.NoBody)
	ok(t, err)
	a, err := http.DefaultClient.Do(r)
	ok(t, err)
	ok(t, a.Body.Close())
	if a.StatusCode >= 300 {
		t.Fatalf("%s: %d", path, a.StatusCode)
	}
}

// known is what the authority has: NUMBER STATE TIMES-TOLD, in its order.
func (w *taxed) known(t *testing.T) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.office.URL+"/receipts", http.NoBody)
	ok(t, err)
	a, err := http.DefaultClient.Do(r)
	ok(t, err)
	var got []taxoffice.Receipt
	ok(t, errors.Join(json.NewDecoder(a.Body).Decode(&got), a.Body.Close()))
	var all []string
	for _, p := range got {
		all = append(all, fmt.Sprintf("%d %s %d", p.Number, p.State, p.Told))
	}
	return strings.Join(all, ", ")
}

// send lets the hub work, and time go by, until nothing waits any more.
func (w *taxed) send(t *testing.T) {
	t.Helper()
	for range 200 {
		did, err := w.hub.Work(t.Context())
		ok(t, err)
		if did {
			continue
		}
		if w.Count(t, `SELECT COUNT(*) FROM connectors_outbox WHERE state = 'waiting'`) == 0 {
			return
		}
		if w.Count(t, `SELECT COUNT(*) FROM connectors_outbox WHERE state = 'dead'`) > 0 { // what waits behind it stays
			return
		}
		w.clock.Advance(10 * time.Minute)
	}
	t.Fatal("it never ends")
}

// receipted is an order that was paid at a counter, with its receipt.
func (w *taxed) receipted(t *testing.T) core.Order {
	t.Helper()
	_, o := w.ordered(t)
	ok(t, w.svc.Take(t.Context(), w.Clerk, o.ID, o.Amount))
	w.work(t)
	return o
}

// toldOf returns what was told and is in a state.
func (w *taxed) toldOf(t *testing.T, state string) []core.Told {
	t.Helper()
	all, _, err := w.svc.ListTold(t.Context(), w.accountant, state, "")
	ok(t, err)
	return all
}

// A receipt, its replacement and its end reach the authority once and in their order,
// however often the connection breaks, answers nonsense or loses its answer.
func TestReceiptsReachTheTaxAuthority(t *testing.T) {
	t.Parallel()
	eachTaxed(t, func(t *testing.T, w *taxed) {
		ctx := t.Context()
		w.tell(t, "/faults?lose=1") // done, and not answered
		o := w.receipted(t)
		w.send(t)
		if got := w.known(t); got != "1 da-lap 2" {
			t.Errorf("told twice it is %s", got)
		}
		told := w.toldOf(t, core.TaxTaken)
		if len(told) != 1 || told[0].Code == "" || told[0].Act != "issue" || core.ToldNumber(told[0]) != "01BLP0-001 AA-26E 0000001" || w.Audited(t, payments.AuditTaxTaken, o.ID) != 1 {
			t.Errorf("told: %+v", told)
		}

		w.tell(t, "/faults?fail=6") // more than the breaker stands
		ok(t, w.svc.ReplaceReceipt(ctx, w.accountant, o.ID, "Sai tên người nộp"))
		ok(t, w.svc.Undo(ctx, w.Clerk, o.ID, "Thu nhầm"))
		w.send(t)
		if got := w.known(t); got != "1 da-thay-the 2, 2 da-huy 2" {
			t.Errorf("in their order: %s", got)
		}

		w.tell(t, "/faults?wrong=1")
		next := w.receipted(t)
		did, err := w.hub.Work(ctx)
		if err != nil || !did || w.Audited(t, payments.AuditTaxTaken, next.ID) != 0 || len(w.toldOf(t, core.TaxWaiting)) != 1 {
			t.Errorf("nonsense is an answer: %v, %v", did, err)
		}
		w.tell(t, "/faults?dead=1")
		w.clock.Advance(time.Hour)
		_, err = w.hub.Work(ctx)
		ok(t, err)
		w.tell(t, "/faults")
		w.send(t)
		if got := w.known(t); got != "1 da-thay-the 2, 2 da-huy 2, 3 da-lap 1" {
			t.Errorf("after all that: %s", got)
		}
	})
}

// What the authority refuses waits for a person, who mends it and tells it again: once,
// and only who keeps the account of the unit.
func TestARefusedReceiptIsToldAgain(t *testing.T) {
	t.Parallel()
	eachTaxed(t, func(t *testing.T, w *taxed) {
		ctx := t.Context()
		w.tell(t, "/faults?refuse=1")
		o := w.receipted(t)
		ok(t, w.svc.ReplaceReceipt(ctx, w.accountant, o.ID, "Sai tên người nộp")) // waits behind the first
		w.send(t)
		all := w.toldOf(t, core.TaxRefused)
		if len(all) != 1 || all[0].Error != "DU_LIEU_SAI" || all[0].Said == "" || w.Audited(t, payments.AuditTaxRefused, o.ID) != 1 || w.known(t) != "" {
			t.Fatalf("refused: %+v; known: %s", all, w.known(t))
		}
		one := all[0].ID
		refused(t, "a clerk", w.svc.TellAgain(ctx, w.Clerk, one), access.ErrNotAllowed)
		other := w.OtherOfficer.Grant(payments.PermAccount, identity.Place{Unit: dossierstest.Other})
		refused(t, "another ward", w.svc.TellAgain(ctx, other, one), payments.ErrNotFound)
		_, err := w.svc.GetTold(ctx, other, one)
		refused(t, "another ward looks", err, payments.ErrNotFound)
		if theirs, _, err := w.svc.ListTold(ctx, other, core.TaxRefused, ""); err != nil || len(theirs) != 0 {
			t.Errorf("another ward lists %v, %v", theirs, err)
		}
		refused(t, "what there is not", w.svc.TellAgain(ctx, w.accountant, "x"), payments.ErrNotFound)
		if odd, _, err := w.svc.ListTold(ctx, w.accountant, "x", ""); err != nil || len(odd) != 1 {
			t.Errorf("a state that there is not lists %v, %v", odd, err)
		}

		results := make([]error, 6)
		var wg sync.WaitGroup
		for i := range results {
			wg.Go(func() { results[i] = w.svc.TellAgain(ctx, []identity.Actor{w.accountant, w.second}[i%2], one) })
		}
		wg.Wait()
		did := 0
		for _, err := range results {
			if err == nil {
				did++
			} else if !errors.Is(err, payments.ErrDecided) {
				t.Error(err)
			}
		}
		if did != 1 {
			t.Errorf("%d have told it again", did)
		}
		w.send(t)
		if got := w.known(t); got != "1 da-thay-the 1, 2 da-lap 1" || len(w.toldOf(t, core.TaxRefused)) != 0 {
			t.Errorf("in the end: %s", got)
		}
		refused(t, "what was taken", w.svc.TellAgain(ctx, w.accountant, one), payments.ErrDecided)

		unsent := w.deps
		unsent.Hub = nil
		refused(t, "where nothing is sent", core.New(unsent).TellAgain(ctx, w.accountant, one), payments.ErrNoTax)
	})
}

// What the authority has forgotten, or has with another sum, is found by a comparison.
func TestTheTaxRegisterIsCompared(t *testing.T) {
	t.Parallel()
	eachTaxed(t, func(t *testing.T, w *taxed) {
		ctx := t.Context()
		from := db.At(w.DB.Now().Add(-time.Hour))
		w.tell(t, "/faults?forget=1") // acknowledged and not kept
		w.receipted(t)
		w.send(t)
		w.receipted(t)
		w.receipted(t)
		w.send(t)
		w.tell(t, "/change?so=2&so_tien=1")
		compare := func() map[string]connectors.Difference {
			_, err := w.hub.Compare(ctx, payments.TaxPartner, w.accountant.Account, from, db.At(w.DB.Now().Add(time.Hour)), func(*db.Tx, connectors.Run) error { return nil })
			ok(t, err)
			all, err := connectors.Differences(ctx, w.DB, payments.TaxPartner, "open", "", 10)
			ok(t, err)
			found := map[string]connectors.Difference{}
			for _, d := range all {
				found[d.Code[len(d.Code)-1:]] = d
			}
			return found
		}
		found := compare()
		if len(found) != 2 || found["1"].ID == "" || found["2"].ID == "" {
			t.Fatalf("found %+v", found)
		}
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := w.hub.Mend(ctx, tx, found["1"].ID, w.accountant.Account)
			return err
		}))
		w.send(t)
		if found := compare(); len(found) != 1 || found["2"].ID == "" {
			t.Errorf("after it was told again: %+v; the authority has %s", found, w.known(t))
		}
	})
}
