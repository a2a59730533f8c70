// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package requests_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/kernel/signing/requests"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/pdf"
	"tinhso.vn/internal/platform/pdf/pdftest"
)

// desk is an office whose official has a card.
type desk struct {
	*office

	card     *signing.SoftKey
	document []byte
}

func newDesk(t *testing.T, d *db.DB, c *dbtest.Clock) *desk {
	t.Helper()
	o := &desk{office: newOffice(t, d, c)}
	o.card = o.phone.Issue(t, "Võ Thị Thanh Hà", c.Now())
	var err error
	o.document, err = signing.Reserve([]byte(pdftest.Small), []signing.Field{{Name: "signature", Kind: signing.SignatureField, Rect: pdf.Rect{Page: 1, W: 100, H: 40}}})
	check(t, err)
	cert, chain, err := o.card.Certificate(t.Context())
	check(t, err)
	register := keystore.NewRegister(o.deps.Keys)
	check(t, d.Write(t.Context(), func(tx *db.Tx) (err error) {
		o.cert, err = register.Add(t.Context(), tx, keystore.Draft{
			Holder: keystore.Holder{Account: o.actor.Account}, Unit: "phuong", Kind: keystore.Local, Cert: cert, Chain: chain, By: "program:test",
		})
		return err
	}))
	o.deps.Register = register
	o.deps.Verify = func(_ context.Context, document []byte) (signing.Report, error) {
		return signing.Verify(document, o.phone.CA.Roots(), c.Now())
	}
	o.Service = requests.New(o.deps)
	return o
}

// begin asks for signatures of some documents by the card.
func (o *desk) begin(subjects ...string) requests.Request {
	o.t.Helper()
	var staged []requests.Staged
	for _, s := range subjects {
		st, err := o.Stage(o.t.Context(), o.cert, requests.Document{
			Kind: "dossier", Subject: s, Step: "sign", Name: s + ".pdf", Prepared: signing.Prepared{Document: o.document, Field: "signature"},
		})
		check(o.t, err)
		staged = append(staged, st)
	}
	var q requests.Request
	check(o.t, o.DB.Write(o.t.Context(), func(tx *db.Tx) (err error) {
		q, err = o.Start(o.t.Context(), tx, o.actor, o.cert, "", staged)
		return err
	}))
	return q
}

func (o *desk) passes(actor identity.Actor, id requests.ID) (all []requests.Pass, err error) {
	o.t.Helper()
	err = o.DB.Write(o.t.Context(), func(tx *db.Tx) (err error) {
		all, err = o.Passes(o.t.Context(), tx, actor, id)
		return err
	})
	return all, err
}

// signed is the document with the card's signature.
func (o *desk) signed() []byte {
	o.t.Helper()
	out, err := signing.Sign(o.t.Context(), o.document, signing.Request{Field: "signature", At: o.clock.Now()}, o.card, nil)
	check(o.t, err)
	return out
}

func (o *desk) now(id requests.ID) (requests.Request, []requests.Item) {
	o.t.Helper()
	q, err := o.Get(o.t.Context(), o.DB, id)
	check(o.t, err)
	items, err := o.Items(o.t.Context(), o.DB, id)
	check(o.t, err)
	return q, items
}

// Documents count one by one: what a card has signed stays signed, whatever
// becomes of the rest.
func TestACardSignsDocumentByDocument(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, withKeystore(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		o := newDesk(t, d, c)
		q := o.begin("a", "b")
		if q.State != requests.Waiting || !q.ByCard() {
			t.Fatalf("it begins as %+v", q)
		}
		if _, err := o.passes(identity.Actor{Account: "ai-khac"}, q.ID); !errors.Is(err, requests.ErrNotFound) {
			t.Errorf("of somebody else: %v", err)
		}
		all, err := o.passes(o.actor, q.ID)
		check(t, err)
		if _, document, err := o.Fetch(t.Context(), all[0].Token); err != nil || !bytes.Equal(document, o.document) {
			t.Errorf("fetched %d bytes: %v", len(document), err)
		}
		file := o.signed()
		for range 2 { // the same once more is nothing
			if i, err := o.Bring(t.Context(), all[0].Token, file); err != nil || i.State != requests.ItemSigned {
				t.Fatalf("brought: %v %+v", err, i)
			}
		}
		if _, err := o.Bring(t.Context(), all[0].Token, append(file, '\n')); !errors.Is(err, requests.ErrTwice) {
			t.Errorf("another: %v", err)
		}
		check(t, d.Write(t.Context(), func(tx *db.Tx) error { return o.Cancel(t.Context(), tx, o.actor, q.ID) }))
		q, items := o.now(q.ID)
		if q.State != requests.Cancelled || !q.Gives(items[0]) || q.Gives(items[1]) {
			t.Errorf("cancelled: %s, %s %s", q.State, items[0].State, items[1].State)
		}
		if _, err := o.Bring(t.Context(), all[1].Token, o.signed()); !errors.Is(err, requests.ErrOver) {
			t.Errorf("after the end: %v", err)
		}
		for event, want := range map[audit.Event]int{requests.AuditFetched: 1, requests.AuditBrought: 1, requests.AuditDeclined: 2, requests.AuditCancelled: 1} {
			if n := o.count(`SELECT COUNT(*) FROM audit_records WHERE event = $1 AND subject = $2`, string(event), string(q.ID)); n != want {
				t.Errorf("%s was recorded %d times, want %d", event, n, want)
			}
		}
	})
}

// Time: a token lives ten minutes, a request thirty; who comes late is told so,
// and the owner of the document hears of the end.
func TestACardComesLate(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, withKeystore(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		o := newDesk(t, d, c)
		q := o.begin("a")
		old, err := o.passes(o.actor, q.ID)
		check(t, err)
		c.Advance(11 * time.Minute)
		if _, _, err := o.Fetch(t.Context(), old[0].Token); !errors.Is(err, requests.ErrPass) {
			t.Errorf("fetched: %v", err)
		}
		if _, err := o.Bring(t.Context(), old[0].Token, o.signed()); !errors.Is(err, requests.ErrPass) {
			t.Errorf("brought: %v", err)
		}
		c.Advance(15 * time.Minute)
		last, err := o.passes(o.actor, q.ID)
		check(t, err)
		if last[0].Expires != q.ExpiresAt {
			t.Errorf("a token outlives its request: %v, %v", last[0].Expires, q.ExpiresAt)
		}
		body := []byte(`{"request":"` + string(q.ID) + `","tick":0}`)
		check(t, o.Ask(t.Context(), body)) // too early: nothing
		if now, _ := o.now(q.ID); now.State != requests.Waiting {
			t.Errorf("too early: %s", now.State)
		}
		c.Advance(5 * time.Minute)
		if _, err := o.passes(o.actor, q.ID); !errors.Is(err, requests.ErrOver) {
			t.Errorf("a token after the end: %v", err)
		}
		check(t, o.Ask(t.Context(), body))
		if now, items := o.now(q.ID); now.State != requests.Expired || items[0].State != requests.ItemExpired {
			t.Errorf("after its time: %s %s", now.State, items[0].State)
		}
		var n int
		if check(t, d.QueryRow(t.Context(), `SELECT COUNT(*) FROM requests_tokens`).Scan(&n)); n != 2 {
			t.Errorf("%d tokens, want 2", n)
		}
		c.Advance(25 * time.Hour)
		_, err = o.Sweep(t.Context())
		check(t, err)
		check(t, d.QueryRow(t.Context(), `SELECT COUNT(*) FROM requests_tokens`).Scan(&n))
		if n != 0 {
			t.Errorf("%d tokens are kept for ever", n)
		}
	})
}

// Two tabs bring two files at the same time: one is taken, the other is told.
func TestTwoTabsAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, withKeystore(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		o := newDesk(t, d, c)
		q := o.begin("a")
		told := make(chan error, 2)
		var tokens []string
		var brought [][]byte
		for range 2 {
			all, err := o.passes(o.actor, q.ID)
			check(t, err)
			tokens, brought = append(tokens, all[0].Token), append(brought, o.signed())
		}
		for i := range 2 {
			go func() {
				_, err := o.Bring(t.Context(), tokens[i], brought[i])
				told <- err
			}()
		}
		one, two := <-told, <-told
		if one != nil {
			one, two = two, one
		}
		if one != nil || !errors.Is(two, requests.ErrTwice) {
			t.Errorf("two at once: %v, %v", one, two)
		}
		if now, items := o.now(q.ID); now.State != requests.Approved || items[0].State != requests.ItemSigned {
			t.Errorf("it ended as %s %s", now.State, items[0].State)
		}
	})
}

func withKeystore() []db.Migrations { return append(migrations(), keystore.Migrations()) }
