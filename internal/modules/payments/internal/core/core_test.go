// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/papers"
	"tinhso.vn/internal/kernel/payments/gateway"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/modules/payments/internal/core"
	"tinhso.vn/internal/modules/payments/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/fetch"
	"tinhso.vn/internal/platform/vietqr"
)

const secret = "a secret of two"

// bank is a platform on which people pay, as far as it is asked.
type bank struct {
	asked map[string]int    // how often a payment was begun, by reference
	said  map[string]string // what it says of a payment, by reference
	dead  bool
}

func signed(fields map[string]string) []byte {
	fields["MaCoQuan"] = "Z01"
	fields["ChuKy"] = gateway.Sum(fields, "ChuKy", secret)
	raw, _ := json.Marshal(fields) // texts
	return raw
}

func (b *bank) answer(_ context.Context, said gateway.Said) ([]byte, error) {
	if b.dead {
		return nil, fetch.ErrSilent
	}
	var in map[string]string
	if err := json.Unmarshal(said.Body, &in); err != nil {
		return nil, err
	}
	ref := in["MaThamChieu"]
	out := map[string]string{"MaThamChieu": ref, "MaGiaoDich": "GD-" + ref, "SoTien": in["SoTien"]}
	if said.Operation == gateway.OpBegin {
		b.asked[ref]++
		out["UrlThanhToan"] = "https://cong.example.vn/" + ref
	} else {
		if out["TrangThai"] = b.said[ref]; b.asked[ref] == 0 {
			return nil, gateway.ErrUnknown
		}
		out["SoTien"] = "8000"
	}
	return signed(out), nil
}

func call(ref, their, amount, state string) []byte {
	return signed(map[string]string{"MaThamChieu": ref, "MaGiaoDich": their, "SoTien": amount, "TrangThai": state})
}

type world struct {
	*dossierstest.World
	svc        *core.Service
	deps       core.Deps
	bank       *bank
	clock      *dbtest.Clock
	accountant identity.Actor
	second     identity.Actor // another accountant
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, append(dossierstest.Migrations(), connectors.Migrations(), store.Migrations()), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := &world{World: dossierstest.New(t, d), bank: &bank{asked: map[string]int{}, said: map[string]string{}}, clock: c}
		g, err := gateway.New(gateway.Options{Shape: "national", URL: "https://cong.example.vn/api", Merchant: "Z01", Secret: secret, Ask: w.bank.answer})
		ok(t, err)
		w.deps = core.Deps{
			DB: d, Keys: w.Deps.Keys, Files: w.Deps.Files, Dossiers: w.Service, Gateway: g, Seal: w.Deps.Signers.SealSigner,
			Name: func(_ context.Context, a string) string { return a }, Cited: func(_ context.Context, legal string) string { return legal },
			Fonts: w.Deps.Fonts, Mark: papers.Simulated, Address: "https://dichvucong.example.vn",
		}
		w.svc = core.New(w.deps)
		ward := identity.Place{Unit: dossierstest.Ward, Subtree: true}
		for _, a := range []*identity.Actor{&w.Citizen, &w.Neighbour} {
			*a = a.Grant(payments.PermOwn, identity.Place{})
		}
		for _, a := range []*identity.Actor{&w.Clerk, &w.Colleague} {
			*a = a.Grant(payments.PermCollect, ward)
			a.Unit = dossierstest.Ward
		}
		w.OtherClerk = w.OtherClerk.Grant(payments.PermCollect, identity.Place{Unit: dossierstest.Other})
		w.OtherClerk.Unit = dossierstest.Other
		w.accountant = w.Records.Grant(payments.PermAccount, ward).Grant(payments.PermCollect, ward)
		w.accountant.Unit = dossierstest.Ward
		w.second = w.Archivist.Grant(payments.PermAccount, ward)
		w.second.Unit = dossierstest.Ward
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

// work hands out events and does the jobs of payments until there are none.
func (w *world) work(t *testing.T) {
	t.Helper()
	consumers := map[events.Name][]jobs.Kind{dossiers.EventAcceptedV1: {core.JobOrder}, dossiers.EventEndedV1: {core.JobEnded}, payments.EventMovedV1: {core.JobFollow}}
	handlers := map[jobs.Kind]jobs.Handler{
		core.JobOrder: w.svc.MakeOrder, core.JobEnded: w.svc.FollowEnd, core.JobFollow: w.svc.Follow, core.JobReceipt: w.svc.MakeReceipt, core.JobBegin: w.svc.BeginTry, core.JobAsk: w.svc.AskTry,
		"dossiers.receipt": func(context.Context, []byte) error { return nil }, "workflow.timer": func(context.Context, []byte) error { return nil },
	}
	for range 200 {
		n, err := events.Dispatch(t.Context(), w.DB, consumers)
		ok(t, err)
		did, _ := jobs.Work(t.Context(), w.DB, handlers) // jobs of others fail, and are no concern of ours
		if n == 0 && !did {
			return
		}
	}
}

// costly makes the procedure of the world cost something.
func (w *world) costly(t *testing.T, fee procedures.Fee) {
	t.Helper()
	w.Procedures.Add(procedurestest.Version(t, func(v *procedures.Version) { v.Fee = fee }))
}

// ordered is an accepted dossier of the citizen with what it costs: 8.000 đồng.
func (w *world) ordered(t *testing.T) (dossiers.ID, core.Order) {
	t.Helper()
	w.costly(t, procedures.Fee{Kind: "amount", Amount: 8000, Legal: "tt-85-2019-btc", Verified: true})
	d := w.Accepted(t)
	w.work(t)
	id, err := w.svc.OwnOf(t.Context(), w.Citizen, string(d))
	ok(t, err)
	return d, w.order(t, id)
}

func (w *world) order(t *testing.T, id string) core.Order {
	t.Helper()
	d, err := w.svc.Get(t.Context(), w.Clerk, id)
	ok(t, err)
	return d.Order
}

func (w *world) finance(t *testing.T, d dossiers.ID) dossiers.Progress {
	t.Helper()
	f, err := w.Service.Get(t.Context(), w.Officer, d, access.Handling)
	ok(t, err)
	return f.Finance
}

func (w *world) payee(t *testing.T) {
	t.Helper()
	p, err := w.svc.GetPayee(t.Context(), w.accountant)
	ok(t, err)
	ok(t, w.svc.SetPayee(t.Context(), w.accountant, core.Payee{
		Version: p.Version, Bank: "970415", Account: "113366668888", Holder: "UBND PHUONG LONG XUYEN", Form: "01BLP0-001", Series: "AA-26E", Source: "Quyết định thử nghiệm",
	}))
}

// What costs nothing, or what nobody has stated, has no order and no page; the
// finance of its dossier stays none.
func TestWhatIsFreeIsNeverAsked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for name, fee := range map[string]procedures.Fee{
			"free": {Kind: "none", Verified: true}, "nothing": {Kind: "amount", Amount: 0}, "not stated": {Kind: "unverified"},
		} {
			w.costly(t, fee)
			d := w.Accepted(t)
			w.work(t)
			if _, err := w.svc.OwnOf(t.Context(), w.Citizen, string(d)); !errors.Is(err, payments.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
			if at := w.finance(t, d); at != dossiers.None {
				t.Errorf("%s: the finance is %s", name, at)
			}
		}
		w.costly(t, procedures.Fee{Kind: "none", Verified: true})
		d := w.Accepted(t)
		found, _, err := w.Service.FindCase(t.Context(), w.DB, string(d))
		ok(t, err)
		_, err = w.svc.Order(t.Context(), w.Clerk, core.NewOrder{Dossier: found.Code, Name: "Phí", Amount: 1000, Basis: "x"})
		refused(t, "an order by hand of what is free", err, payments.ErrFree)
	})
}

// An order is made once, with a code that can be transferred; the dossier follows,
// and nothing waits for the money.
func TestADossierIsOrderedPaidAndFollowed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.payee(t)
		d, o := w.ordered(t)
		if o.Amount != 8000 || o.State != payments.Waiting || len(o.Code) != 12 || w.finance(t, d) != dossiers.Waiting {
			t.Errorf("got %+v, finance %s", o, w.finance(t, d))
		}
		body, err := json.Marshal(events.Event{ID: "again", Body: json.RawMessage(`{"dossier":"` + string(d) + `"}`)})
		ok(t, err)
		ok(t, w.svc.MakeOrder(ctx, body)) // the event comes twice
		if n := w.Count(t, `SELECT COUNT(*) FROM payments_orders`); n != 1 {
			t.Errorf("%d orders", n)
		}
		v, err := w.svc.Own(ctx, w.Citizen, o.ID)
		ok(t, err)
		c, err := vietqr.Parse(v.QR)
		if err != nil || c.Amount != 8000 || c.Account != "113366668888" || !strings.HasPrefix(c.Purpose, o.Code) || !c.Dynamic {
			t.Errorf("the code says %+v, %v", c, err)
		}
		_, err = w.svc.Own(ctx, w.Neighbour, o.ID)
		refused(t, "a neighbour", err, payments.ErrNotFound)
		_, err = w.svc.Get(ctx, w.OtherClerk, o.ID)
		refused(t, "another ward", err, payments.ErrNotFound)
		refused(t, "another ward takes the money", w.svc.Take(ctx, w.OtherClerk, o.ID, 8000), payments.ErrNotFound)
		refused(t, "another amount than was read", w.svc.Take(ctx, w.Clerk, o.ID, 7000), payments.ErrChanged)
		w.Send(t, d) // it goes on although nothing is paid
		ok(t, w.svc.Take(ctx, w.Clerk, o.ID, 8000))
		refused(t, "the second clerk", w.svc.Take(ctx, w.Colleague, o.ID, 8000), payments.ErrPaid)
		w.work(t)
		if w.finance(t, d) != dossiers.Paid || w.Audited(t, payments.AuditTaken, o.ID) != 1 {
			t.Errorf("finance %s", w.finance(t, d))
		}
		v, err = w.svc.Own(ctx, w.Citizen, o.ID)
		if err != nil || v.Receipt == nil || v.Receipt.State != core.ReceiptIssued || !v.Receipt.Signed || v.Receipt.Number != 1 || v.QR != "" {
			t.Fatalf("the receipt is %+v, %v", v.Receipt, err)
		}
		content, _, err := w.svc.OpenReceipt(ctx, w.Citizen, o.ID)
		ok(t, err)
		raw, err := io.ReadAll(content)
		ok(t, errors.Join(err, content.Close()))
		report, err := w.Deps.Signatures(ctx, raw)
		if err != nil || !report.Valid() || len(report.Signatures) != 1 {
			t.Errorf("the receipt has %+v, %v", report, err)
		}
		said, err := w.svc.CheckReceipt(ctx, v.Receipt.ID)
		if err != nil || said.Number != "0000001" || said.Amount != 8000 || strings.Contains(dossierstest.JSON(t, said), "Bảy") {
			t.Errorf("everybody is told %+v, %v", said, err)
		}
	})
}

// Two clerks who take the same order at the same moment: one is told.
func TestTwoClerksTakeTheSameMoney(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, o := w.ordered(t)
		results := make([]error, 8)
		var wg sync.WaitGroup
		for i := range results {
			wg.Go(func() {
				results[i] = w.svc.Take(t.Context(), []identity.Actor{w.Clerk, w.Colleague}[i%2], o.ID, 8000)
			})
		}
		wg.Wait()
		took := 0
		for _, err := range results {
			if err == nil {
				took++
			} else if !errors.Is(err, payments.ErrPaid) {
				t.Error(err)
			}
		}
		if took != 1 || w.Count(t, `SELECT COUNT(*) FROM payments_cash`) != 1 {
			t.Errorf("%d took it", took)
		}
	})
}

// What a gateway calls with: forged, doubled, late, reordered, of another amount, of
// nobody. An order is paid once, and money that does not fit waits for a person.
func TestCallsOfAGateway(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		d, o := w.ordered(t)
		ok(t, w.svc.Begin(ctx, w.Citizen, o.ID))
		ok(t, w.svc.Begin(ctx, w.Citizen, o.ID)) // pressed twice
		refused(t, "a neighbour begins", w.svc.Begin(ctx, w.Neighbour, o.ID), payments.ErrNotFound)
		w.work(t)
		v, err := w.svc.Own(ctx, w.Citizen, o.ID)
		if err != nil || v.Try == nil || v.Try.State != core.TryOpen || v.Try.Number != 1 || v.Try.Address != "https://cong.example.vn/"+v.Try.ID {
			t.Fatalf("got %+v, %v", v.Try, err)
		}
		ref := v.Try.ID

		forged := call(ref, "GD-1", "8000", "1")
		for name, body := range map[string][]byte{
			"another amount": []byte(strings.Replace(string(forged), "8000", "1", 1)), "no signature": []byte(`{"MaThamChieu":"` + ref + `"}`), "nothing": nil, "rubbish": []byte("<xml/>"),
			"another merchant": func() []byte {
				f := map[string]string{"MaThamChieu": ref, "MaGiaoDich": "GD-1", "SoTien": "8000", "TrangThai": "1", "MaCoQuan": "Z02"}
				f["ChuKy"] = gateway.Sum(f, "ChuKy", secret)
				raw, _ := json.Marshal(f)
				return raw
			}(),
		} {
			_, err := w.svc.Call(ctx, body)
			refused(t, name, err, payments.ErrForged)
		}
		if w.Count(t, `SELECT COUNT(*) FROM payments_reports`) != 0 {
			t.Error("a forged call was kept")
		}
		for i, c := range []struct {
			body []byte
			want core.Outcome
		}{
			{call(ref, "GD-1", "7999", "1"), core.OutcomeAmount},
			{call("TP2600000000-01", "GD-2", "8000", "1"), core.OutcomeNobody},
			{call(ref, "GD-3", "8000", "2"), core.OutcomeFailed}, // it failed, then it did not
			{call(ref, "GD-3", "8000", "1"), core.OutcomePaid},
			{call(ref, "GD-3", "8000", "1"), core.OutcomeAgain},
			{call(ref, "GD-3", "8000", "2"), core.OutcomeFailed}, // the first comes after the second
			{call(ref, "GD-4", "8000", "1"), core.OutcomeTwice},
			{call(ref, "GD-3", "8000", "0"), core.OutcomeAgain},
		} {
			got, err := w.svc.Call(ctx, c.body)
			if err != nil || got != c.want {
				t.Errorf("call %d: got %s, %v, want %s", i, got, err, c.want)
			}
		}
		w.work(t)
		if got := w.order(t, o.ID); got.State != payments.Paid || got.Way != core.WayGateway || w.finance(t, d) != dossiers.Paid {
			t.Errorf("the order is %+v", got)
		}
		odd, _, err := w.svc.ListOdd(ctx, w.accountant, "")
		if err != nil || len(odd) != 2 { // what nobody asked for belongs to no unit
			t.Fatalf("%d sums wait: %+v, %v", len(odd), odd, err)
		}
		wrongField(t, w.svc.SettleOdd(ctx, w.accountant, odd[0].ID, " "), "note")
		ok(t, w.svc.SettleOdd(ctx, w.accountant, odd[0].ID, "Ngân hàng đã hoàn"))
		refused(t, "settled twice", w.svc.SettleOdd(ctx, w.accountant, odd[0].ID, "x"), payments.ErrDecided)

		_, late := w.ordered(t)
		ok(t, w.svc.Begin(ctx, w.Citizen, late.ID))
		w.work(t)
		ok(t, w.svc.Cancel(ctx, w.accountant, late.ID, "Hồ sơ đã rút"))
		if got, err := w.svc.Call(ctx, call(late.Code+"-01", "GD-9", "8000", "1")); err != nil || got != core.OutcomeEnded {
			t.Errorf("money for what was cancelled: %s, %v", got, err)
		}
	})
}

// Eight calls with the same news at once pay once.
func TestTheSameCallAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		_, o := w.ordered(t)
		ok(t, w.svc.Begin(t.Context(), w.Citizen, o.ID))
		w.work(t)
		got := make([]core.Outcome, 8)
		var wg sync.WaitGroup
		for i := range got {
			wg.Go(func() {
				out, err := w.svc.Call(t.Context(), call(o.Code+"-01", "GD-1", "8000", "1"))
				if err != nil {
					t.Error(err)
				}
				got[i] = out
			})
		}
		wg.Wait()
		slices.Sort(got)
		if got[7] != core.OutcomePaid || got[6] != core.OutcomeAgain || w.Count(t, `SELECT COUNT(*) FROM payments_reports`) != 1 {
			t.Errorf("got %v", got)
		}
	})
}

// The gateway took the payment and we went down before we wrote it: asked again it
// is the same payment. No call comes: we ask.
func TestACrashAndASilentGateway(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, o := w.ordered(t)
		ok(t, w.svc.Begin(ctx, w.Citizen, o.ID))
		body := []byte(`{"try":"` + o.Code + `-01"}`)
		w.bank.dead = true
		if err := w.svc.BeginTry(ctx, body); !errors.Is(err, fetch.ErrSilent) {
			t.Errorf("a dead gateway: %v", err)
		}
		w.bank.dead = false
		broken := w.deps
		broken.Gateway = cutting{w.deps.Gateway}
		func() {
			defer func() { _ = recover() }()
			_ = core.New(broken).BeginTry(ctx, body)
			t.Error("it went on after the crash")
		}()
		if v, err := w.svc.Own(ctx, w.Citizen, o.ID); err != nil || v.Try.State != core.TryAsked {
			t.Fatalf("after the crash: %+v, %v", v.Try, err)
		}
		ok(t, w.svc.BeginTry(ctx, body))
		if v, err := w.svc.Own(ctx, w.Citizen, o.ID); err != nil || v.Try.State != core.TryOpen || w.bank.asked[v.Try.ID] != 2 {
			t.Errorf("begun again: %+v, %v", v.Try, err)
		}
		ok(t, w.svc.AskTry(ctx, body)) // still open
		w.bank.said[o.Code+"-01"] = "1"
		ok(t, w.svc.AskTry(ctx, body))
		ok(t, w.svc.AskTry(ctx, body))
		if got := w.order(t, o.ID); got.State != payments.Paid {
			t.Errorf("the order is %s", got.State)
		}
		if got, err := w.svc.Call(ctx, call(o.Code+"-01", "GD-"+o.Code+"-01", "8000", "1")); err != nil || got != core.OutcomeAgain {
			t.Errorf("the call comes after all: %s, %v", got, err)
		}
	})
}

// cutting answers, and then the program ends.
type cutting struct{ gateway.Gateway }

func (c cutting) Begin(ctx context.Context, a gateway.Ask) (string, string, error) {
	_, _, err := c.Gateway.Begin(ctx, a)
	panic(err)
}

// Receipts that are made at once have numbers without a gap; cancelled and replaced
// ones stay.
func TestReceiptsHaveNoGap(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, early := w.ordered(t)
		ok(t, w.svc.Take(ctx, w.Clerk, early.ID, 8000))
		w.work(t)
		refused(t, "no form yet", w.svc.IssueReceipt(ctx, w.Clerk, early.ID), payments.ErrNoForm)
		w.payee(t)
		orders := []string{early.ID}
		for range 5 {
			_, o := w.ordered(t)
			orders = append(orders, o.ID)
			ok(t, w.svc.Take(ctx, w.Clerk, o.ID, 8000))
		}
		var wg sync.WaitGroup
		for i := range 18 {
			wg.Go(func() {
				if err := w.svc.IssueReceipt(ctx, w.Clerk, orders[i%len(orders)]); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		numbers := func() (all []int64) {
			found, err := db.All(ctx, w.DB, db.Column[int64], `SELECT number FROM payments_receipts ORDER BY number`)
			ok(t, err)
			return found
		}
		if got := fmt.Sprint(numbers()); got != "[1 2 3 4 5 6]" {
			t.Errorf("numbers %s", got)
		}
		ok(t, w.svc.ReplaceReceipt(ctx, w.accountant, early.ID, "Sai tên người nộp"))
		ok(t, w.svc.Undo(ctx, w.Clerk, orders[1], "Thu nhầm hồ sơ"))
		if got := fmt.Sprint(numbers()); got != "[1 2 3 4 5 6 7]" {
			t.Errorf("numbers %s", got)
		}
		for state, want := range map[string]int{core.ReceiptReplaced: 1, core.ReceiptCancelled: 1, core.ReceiptIssued: 5} {
			if got := w.Count(t, `SELECT COUNT(*) FROM payments_receipts WHERE state = $1`, state); got != want {
				t.Errorf("%d are %s, want %d", got, state, want)
			}
		}
		rows, err := w.svc.ExportReceipts(ctx, w.accountant)
		if err != nil || len(rows) != 8 {
			t.Errorf("%d rows, %v", len(rows), err)
		}
	})
}

// A cashier counts, explains what differs, and a second person confirms; what is
// closed stays as it is.
func TestADayIsClosed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, err := w.svc.Close(ctx, w.Clerk, core.Count{})
		refused(t, "an empty drawer", err, payments.ErrEmpty)
		_, a := w.ordered(t)
		_, b := w.ordered(t)
		ok(t, w.svc.Take(ctx, w.Clerk, a.ID, 8000))
		ok(t, w.svc.Take(ctx, w.Clerk, b.ID, 8000))
		refused(t, "undone by another", w.svc.Undo(ctx, w.Colleague, b.ID, "x"), payments.ErrDrawer)
		_, err = w.svc.Close(ctx, w.Clerk, core.Count{Expected: 16000, Counted: 15000})
		wrongField(t, err, "kind")
		_, err = w.svc.Close(ctx, w.Clerk, core.Count{Expected: 16000, Counted: 15000, Kind: core.DifferenceOver, Reason: "x"})
		wrongField(t, err, "kind")
		_, err = w.svc.Close(ctx, w.Clerk, core.Count{Expected: 16000, Counted: 15000, Kind: core.DifferenceShort})
		wrongField(t, err, "reason")
		_, err = w.svc.Close(ctx, w.Clerk, core.Count{Expected: 16000, Counted: 16000, Notes: map[int64]int64{10000: 1, 5000: 1}})
		wrongField(t, err, "counted")
		_, err = w.svc.Close(ctx, w.Clerk, core.Count{Expected: 8000, Counted: 8000})
		refused(t, "more came meanwhile", err, payments.ErrChanged)
		id, err := w.svc.Close(ctx, w.Clerk, core.Count{Expected: 16000, Counted: 15000, Kind: core.DifferenceShort, Reason: "Trả lại nhầm 1.000 đồng", Notes: map[int64]int64{10000: 1, 5000: 1}})
		ok(t, err)
		refused(t, "undone after closing", w.svc.Undo(ctx, w.Clerk, b.ID, "x"), payments.ErrDrawer)
		self := w.Clerk.Grant(payments.PermAccount, identity.Place{Unit: dossierstest.Ward, Subtree: true})
		refused(t, "confirmed by who has counted", w.svc.DecideClosing(ctx, self, id, true, ""), payments.ErrSame)
		wrongField(t, w.svc.DecideClosing(ctx, w.accountant, id, false, ""), "note")
		ok(t, w.svc.DecideClosing(ctx, w.accountant, id, false, "Đếm lại"))
		id, err = w.svc.Close(ctx, w.Clerk, core.Count{Expected: 16000, Counted: 16000})
		ok(t, err)
		ok(t, w.svc.DecideClosing(ctx, w.accountant, id, true, ""))
		refused(t, "confirmed twice", w.svc.DecideClosing(ctx, w.accountant, id, true, ""), payments.ErrDecided)
		day, err := w.svc.GetClosing(ctx, w.Clerk, id)
		if err != nil || len(day.All) != 2 || day.State != core.ClosingConfirmed || day.Codes[a.ID] != a.Code {
			t.Errorf("got %+v, %v", day, err)
		}
		_, err = w.svc.GetClosing(ctx, w.OtherClerk, id)
		refused(t, "another ward", err, payments.ErrNotFound)
	})
}
