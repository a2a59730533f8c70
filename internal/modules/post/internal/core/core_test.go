// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/post"
	"tinhso.vn/internal/modules/post/internal/core"
	"tinhso.vn/internal/modules/post/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/simulators/postoffice"
)

type world struct {
	*dossierstest.World
	svc    *core.Service
	office *httptest.Server
	clock  *dbtest.Clock
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, append(dossierstest.Migrations(), connectors.Migrations(), store.Migrations()), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := &world{World: dossierstest.New(t, d), clock: c}
		w.office = httptest.NewServer(postoffice.New(c).Handler())
		t.Cleanup(w.office.Close)
		w.svc = core.New(core.Deps{
			DB: d, Keys: w.Deps.Keys, Hub: connectors.New(d, w.Deps.Keys), Settings: core.Settings{URL: w.office.URL, Token: postoffice.Token}, Dossiers: w.Service,
			Name: func(_ context.Context, a string) string { return a }, Fonts: w.Deps.Fonts, Mark: papers.Simulated,
		})
		for _, a := range []*identity.Actor{&w.Citizen, &w.Neighbour} {
			*a = a.Grant(post.PermOwn, identity.Place{})
		}
		for _, a := range []*identity.Actor{&w.Clerk, &w.Colleague} {
			*a = a.Grant(post.PermSend, identity.Place{Unit: dossierstest.Ward, Subtree: true})
			a.Unit = dossierstest.Ward
		}
		w.OtherClerk = w.OtherClerk.Grant(post.PermSend, identity.Place{Unit: dossierstest.Other})
		w.OtherClerk.Unit = dossierstest.Other
		f(t, w)
	})
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

func wrongField(t *testing.T, err error, name string) {
	t.Helper()
	known, is := errors.AsType[*errs.Error](err)
	if !is || !slices.ContainsFunc(known.Fields, func(f errs.Field) bool { return f.Name == name }) {
		t.Errorf("got %v, want a mistake in %s", err, name)
	}
}

func home() core.To {
	return core.To{Name: "Nguyễn Văn Bảy", Phone: "0912 345 678", Address: "12 Trần Hưng Đạo, phường Long Xuyên, An Giang"}
}

// tell makes the post do something: PATH?k=v.
func (w *world) tell(t *testing.T, path string, form url.Values) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.office.URL+path, strings.NewReader(form.Encode()))
	ok(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	a, err := http.DefaultClient.Do(r)
	ok(t, err)
	defer func() { _ = a.Body.Close() }()
	raw, err := io.ReadAll(a.Body)
	ok(t, err)
	return raw
}

// turn is the body of the job that asks for a parcel next.
func (w *world) turn(t *testing.T, parcel string) []byte {
	t.Helper()
	n := w.Count(t, `SELECT turn FROM post_parcels WHERE id = $1`, parcel)
	raw, err := json.Marshal(map[string]any{"parcel": parcel, "turn": n})
	ok(t, err)
	return raw
}

func body(t *testing.T, parcel string) []byte {
	t.Helper()
	raw, err := json.Marshal(map[string]string{"parcel": parcel})
	ok(t, err)
	return raw
}

func (w *world) state(t *testing.T, id dossiers.ID) (dossiers.Status, dossiers.Progress) {
	t.Helper()
	p, there, err := w.Service.Posting(t.Context(), w.DB, id)
	ok(t, err)
	if !there {
		t.Fatal("no dossier")
	}
	return p.Status, p.Delivery
}

// wished is a dossier whose result was issued and is wanted by post.
func (w *world) wished(t *testing.T) dossiers.ID {
	t.Helper()
	id := w.Issued(t)
	ok(t, w.svc.Wish(t.Context(), w.Citizen, string(id), core.Wanting{To: home()}))
	return id
}

// handed is a parcel that a postman has.
func (w *world) handed(t *testing.T, id dossiers.ID) (parcel, waybill string) {
	t.Helper()
	parcel, err := w.svc.Pack(t.Context(), w.Clerk, core.Packing{Dossier: string(id)})
	ok(t, err)
	ok(t, w.svc.Send(t.Context(), body(t, parcel)))
	_, err = w.svc.HandOver(t.Context(), w.Clerk, core.Handing{Courier: "Lê Văn Tá", Parcels: []string{parcel}})
	ok(t, err)
	v, err := w.svc.Get(t.Context(), w.Clerk, parcel)
	ok(t, err)
	return parcel, v.Waybill
}

// A result that is wanted is packed, carried and signed for; then the dossier has ended.
func TestThePostCarriesAResult(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		id := w.Signed(t)
		ok(t, w.svc.Wish(t.Context(), w.Citizen, string(id), core.Wanting{To: home()}))
		if all, _, err := w.svc.ListReady(t.Context(), w.Clerk, ""); err != nil || len(all) != 0 {
			t.Errorf("before it is issued %d can be packed, %v", len(all), err)
		}
		_, err := w.svc.Pack(t.Context(), w.Clerk, core.Packing{Dossier: string(id)})
		refused(t, "packed before it is issued", err, post.ErrNotReady)
		_, err = w.Service.Issue(t.Context(), w.Records, id)
		ok(t, err)
		moved, err := json.Marshal(dossiers.Moved{Dossier: id})
		ok(t, err)
		event, err := json.Marshal(map[string]json.RawMessage{"body": moved})
		ok(t, err)
		ok(t, w.svc.Issued(t.Context(), event))
		ok(t, w.svc.Issued(t.Context(), event)) // events come twice
		all, _, err := w.svc.ListReady(t.Context(), w.Clerk, "")
		if err != nil || len(all) != 1 || all[0].To != home() {
			t.Fatalf("%v, %v", all, err)
		}
		parcel, waybill := w.handed(t, id)
		if s, d := w.state(t, id); s != dossiers.Finished || d != dossiers.Posted {
			t.Errorf("with the postman: %v %v", s, d)
		}
		refused(t, "handed over at the counter meanwhile", w.HandOver(t.Context(), w.Clerk, id, home().Name), dossiers.ErrPosted)
		w.tell(t, "/di", url.Values{"ma": {waybill}, "den": {"dang-chuyen"}})
		ok(t, w.svc.Track(t.Context(), w.turn(t, parcel)))
		w.tell(t, "/di", url.Values{"ma": {waybill}, "den": {"da-phat"}, "nguoi": {"Nguyễn Thị Tám"}})
		w.tell(t, "/faults", url.Values{"twice": {"1"}})
		ok(t, w.svc.Track(t.Context(), w.turn(t, parcel)))
		ok(t, w.svc.Track(t.Context(), w.turn(t, parcel)))
		v, err := w.svc.Get(t.Context(), w.Clerk, parcel)
		ok(t, err)
		if v.State != post.Delivered || v.Receiver != "Nguyễn Thị Tám" || len(v.Events) != 2 || v.Fee == nil || v.Events[0].Kind != "dang-chuyen" {
			t.Errorf("%+v %v", v.Parcel, v.Events)
		}
		if s, d := w.state(t, id); s != dossiers.Delivered || d != dossiers.Done {
			t.Errorf("at the end: %v %v", s, d)
		}
		if n := w.Audited(t, dossiers.AuditDelivered, string(id)); n != 1 {
			t.Errorf("%d times delivered", n)
		}
		own, err := w.svc.Own(t.Context(), w.Citizen, string(id))
		if err != nil || own.May || len(own.Parcels) != 1 || len(own.Events) != 2 {
			t.Errorf("%+v, %v", own, err)
		}
	})
}

// What comes back is at the counter again, and can be sent once more.
func TestWhatComesBackIsAtTheCounter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		id := w.wished(t)
		parcel, waybill := w.handed(t, id)
		w.tell(t, "/di", url.Values{"ma": {waybill}, "den": {"chuyen-hoan"}, "ghi-chu": {"Không gặp"}})
		ok(t, w.svc.AskNow(t.Context(), w.Clerk, parcel))
		_, err := w.svc.Pack(t.Context(), w.Clerk, core.Packing{Dossier: string(id)})
		refused(t, "packed while it is on its way back", err, post.ErrOpen)
		ok(t, w.svc.TakeBack(t.Context(), w.Clerk, parcel))
		refused(t, "taken back twice", w.svc.TakeBack(t.Context(), w.Clerk, parcel), post.ErrState)
		if s, d := w.state(t, id); s != dossiers.Finished || d != dossiers.None {
			t.Errorf("back: %v %v", s, d)
		}
		to := home()
		again, err := w.svc.Pack(t.Context(), w.Colleague, core.Packing{Dossier: string(id), To: &to})
		ok(t, err)
		ok(t, w.svc.Cancel(t.Context(), w.Clerk, again))
		ok(t, w.HandOver(t.Context(), w.Clerk, id, "Nguyễn Văn Bảy"))
		_, err = w.svc.Pack(t.Context(), w.Clerk, core.Packing{Dossier: string(id), To: &to})
		refused(t, "packed after it was handed over", err, post.ErrNotReady)
	})
}

// The post that fails, loses an answer or refuses makes one parcel, and says why.
func TestThePostMisbehaves(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		id := w.wished(t)
		parcel, err := w.svc.Pack(t.Context(), w.Clerk, core.Packing{Dossier: string(id)})
		ok(t, err)
		for _, fault := range []string{"fail", "lose"} {
			w.tell(t, "/faults", url.Values{fault: {"1"}})
			if err := w.svc.Send(t.Context(), body(t, parcel)); err == nil {
				t.Errorf("%s: the job is not tried again", fault)
			}
		}
		w.tell(t, "/faults", url.Values{"refuse": {"1"}})
		ok(t, w.svc.Send(t.Context(), body(t, parcel)))
		v, err := w.svc.Get(t.Context(), w.Clerk, parcel)
		if err != nil || v.Waybill != "" || v.Problem != "Địa chỉ không phát được" {
			t.Errorf("%+v, %v", v.Parcel, err)
		}
		_, err = w.svc.HandOver(t.Context(), w.Clerk, core.Handing{Courier: "Tá", Parcels: []string{parcel}})
		refused(t, "handed over without a waybill", err, post.ErrState)
		w.tell(t, "/faults", nil)
		ok(t, w.svc.AskNow(t.Context(), w.Clerk, parcel))
		refused(t, "a waybill over another", w.svc.SetWaybill(t.Context(), w.Clerk, parcel, "RX1VN"), post.ErrState)
		var all []postoffice.Parcel
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.office.URL+"/parcels", http.NoBody)
		ok(t, err)
		a, err := http.DefaultClient.Do(r)
		ok(t, err)
		defer func() { _ = a.Body.Close() }()
		ok(t, json.NewDecoder(a.Body).Decode(&all))
		if len(all) != 1 || all[0].Asked != 2 {
			t.Errorf("%+v", all)
		}
	})
}

// Others see nothing, and nothing happens twice.
func TestWhoMayAndTwoAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		id := w.wished(t)
		_, err := w.svc.Own(t.Context(), w.Neighbour, string(id))
		refused(t, "looked at by a neighbour", err, post.ErrNotFound)
		refused(t, "wished by a neighbour", w.svc.Wish(t.Context(), w.Neighbour, string(id), core.Wanting{Version: 1, To: home()}), post.ErrNotFound)
		refused(t, "an old page", w.svc.Wish(t.Context(), w.Citizen, string(id), core.Wanting{To: home()}), post.ErrChanged)
		for name, to := range map[string]core.To{
			"name": {Phone: home().Phone, Address: home().Address}, "phone": {Name: "A", Phone: "12", Address: home().Address}, "address": {Name: "A", Phone: home().Phone, Address: "Ấp 1"},
		} {
			wrongField(t, w.svc.Wish(t.Context(), w.Citizen, string(id), core.Wanting{Version: 1, To: to}), name)
		}
		_, err = w.svc.Pack(t.Context(), w.OtherClerk, core.Packing{Dossier: string(id)})
		wrongField(t, err, "dossier")
		var wg sync.WaitGroup
		var mu sync.Mutex
		var parcels []string
		for _, clerk := range []identity.Actor{w.Clerk, w.Colleague} {
			wg.Go(func() {
				parcel, err := w.svc.Pack(t.Context(), clerk, core.Packing{Dossier: string(id)})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					parcels = append(parcels, parcel)
				} else if !errors.Is(err, post.ErrOpen) && !errors.Is(err, post.ErrNotReady) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(parcels) != 1 {
			t.Fatalf("%d parcels", len(parcels))
		}
		_, err = w.svc.Get(t.Context(), w.OtherClerk, parcels[0])
		refused(t, "looked at by another unit", err, post.ErrNotFound)
		refused(t, "withdrawn after packing", w.svc.Withdraw(t.Context(), w.Citizen, string(id)), post.ErrOpen)
		ok(t, w.svc.SetWaybill(t.Context(), w.Clerk, parcels[0], "ra123456789vn"))
		_, err = w.svc.HandOver(t.Context(), w.Clerk, core.Handing{Parcels: parcels})
		wrongField(t, err, "courier")
		_, err = w.svc.HandOver(t.Context(), w.Clerk, core.Handing{Courier: "Tá"})
		wrongField(t, err, "parcel")
		list, err := w.svc.HandOver(t.Context(), w.Clerk, core.Handing{Courier: "Tá", Parcels: parcels})
		ok(t, err)
		_, err = w.svc.HandOver(t.Context(), w.Colleague, core.Handing{Courier: "Tá", Parcels: parcels})
		refused(t, "handed over twice", err, post.ErrState)
		if raw, err := w.svc.Paper(t.Context(), w.Clerk, list); err != nil || !strings.HasPrefix(string(raw), "%PDF") {
			t.Error(err)
		}
		_, err = w.svc.Paper(t.Context(), w.OtherClerk, list)
		refused(t, "the list of another unit", err, post.ErrNotFound)
		if found, err := w.svc.Find(t.Context(), w.Clerk, "RA123456789VN"); err != nil || found != parcels[0] {
			t.Errorf("%s, %v", found, err)
		}
		w.clock.Advance(3 * time.Hour)
		w.office.Close() // the post is gone: what it cannot say changes nothing
		if err := w.svc.Track(t.Context(), body(t, parcels[0])); err != nil {
			t.Error(err)
		}
		ok(t, w.svc.Delivered(t.Context(), w.Clerk, parcels[0], "Nguyễn Thị Tám"))
		if s, _ := w.state(t, id); s != dossiers.Delivered {
			t.Errorf("at the end: %v", s)
		}
	})
}
