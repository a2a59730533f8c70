// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/events"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/holdings"
	"tinhso.vn/internal/modules/holdings/internal/core"
	"tinhso.vn/internal/modules/holdings/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// The type of the result, which the same procedure asks for; its months.
const (
	cert   = "giay-xac-nhan-cu-tru"
	other  = "giay-khac"
	months = 6
)

// vault is the world of dossiers with a vault beside it.
type vault struct {
	*dossierstest.World
	svc   *core.Service
	clock *dbtest.Clock
}

func each(t *testing.T, f func(t *testing.T, w *vault)) {
	t.Helper()
	dbtest.Each(t, append(dossierstest.Migrations(), store.Migrations()), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		w := &vault{World: dossierstest.New(t, d), clock: c}
		w.Procedures.Add(procedurestest.Version(t, func(v *procedures.Version) {
			v.ResultType, v.Papers[1].Type = cert, cert
		}))
		w.svc = core.New(core.Deps{
			DB: d, Keys: w.Deps.Keys, People: w.Deps.Directory, Files: w.Deps.Files, Sheaf: sheaf{w.World}, Codes: sheaf{w.World}, Signatures: w.Deps.Signatures,
			Name: func(_ context.Context, account string) string { return account }, Address: "https://dichvucong.example.vn",
		})
		w.UseVault(w.svc)
		own, ward := identity.Place{}, identity.Place{Unit: dossierstest.Ward, Subtree: true}
		w.Citizen, w.Neighbour = w.Citizen.Grant(holdings.PermOwn, own), w.Neighbour.Grant(holdings.PermOwn, own)
		for _, a := range []*identity.Actor{&w.Clerk, &w.Colleague} {
			*a = a.Grant(holdings.PermReuse, ward).Grant(holdings.PermDigitise, ward)
		}
		w.OtherClerk = w.OtherClerk.Grant(holdings.PermReuse, identity.Place{Unit: dossierstest.Other}).Grant(holdings.PermDigitise, identity.Place{Unit: dossierstest.Other})
		w.Leader, w.OtherLeader = w.Leader.Grant(holdings.PermRevoke, ward), w.OtherLeader.Grant(holdings.PermRevoke, identity.Place{Unit: dossierstest.Other})
		write(t, d, func(tx *db.Tx) error {
			_, err := w.svc.ApplyTypes(t.Context(), tx, []holdings.Type{
				{ID: cert, Name: i18n.Text{VI: "Giấy xác nhận cư trú"}, Valid: holdings.Months, Months: months},
				{ID: other, Name: i18n.Text{VI: "Giấy khác"}, Valid: holdings.Perpetual},
				{ID: holdings.OtherResult, Name: i18n.Text{VI: "Kết quả khác"}, Valid: holdings.Stated},
			})
			return err
		})
		f(t, w)
	})
}

// sheaf asks the service that the world has at the moment.
type sheaf struct{ w *dossierstest.World }

func (s sheaf) OpenIssued(ctx context.Context, id dossiers.ID) (dossiers.IssuedResult, io.ReadCloser, bool, error) {
	return s.w.Service.OpenIssued(ctx, id)
}

func (s sheaf) ListIncoming(ctx context.Context, a identity.Actor, id dossiers.ID) (dossiers.Incoming, error) {
	return s.w.Service.ListIncoming(ctx, a, id)
}

func (s sheaf) OpenIncoming(ctx context.Context, a identity.Actor, id dossiers.ID, file string) (io.ReadCloser, string, error) {
	return s.w.Service.OpenIncoming(ctx, a, id, file)
}

func (s sheaf) Codes(ctx context.Context, q db.Querier, ids []string) (map[string]string, error) {
	return s.w.Service.Codes(ctx, q, ids)
}

func write(t *testing.T, d *db.DB, f func(*db.Tx) error) {
	t.Helper()
	ok(t, d.Write(t.Context(), f))
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		ok(t, err)
		return v
	}
}

func refused(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

// event is a result that was issued, as the job gets it.
func event(t *testing.T, id dossiers.ID) []byte {
	t.Helper()
	body := must[[]byte](t)(json.Marshal(dossiers.Moved{Dossier: id}))
	return must[[]byte](t)(json.Marshal(events.Event{ID: "e", Name: dossiers.EventIssuedV1, Body: body}))
}

// held issues a dossier of the citizen and returns the paper in the vault.
func (w *vault) held(t *testing.T) core.Paper {
	t.Helper()
	id := w.Issued(t)
	ok(t, w.svc.Enter(t.Context(), event(t, id)))
	return must[core.Vault](t)(w.svc.ListOwn(t.Context(), w.Citizen, core.Filter{}, "")).Items[0]
}

func TestAResultEntersOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *vault) {
		ctx, id := t.Context(), w.Issued(t)
		handlers := map[jobs.Kind]jobs.Handler{core.JobEnter: w.svc.Enter, "dossiers.receipt": func(context.Context, []byte) error { return nil }}
		must[int](t)(events.Dispatch(ctx, w.DB, map[events.Name][]jobs.Kind{dossiers.EventIssuedV1: {core.JobEnter}}))
		gone, cancel := context.WithCancel(ctx)
		cancel()
		if err := w.svc.Enter(gone, event(t, id)); err == nil { // the process died in the middle
			t.Error("done without a database")
		}
		for range 50 {
			if did, err := jobs.Work(ctx, w.DB, handlers); err != nil {
				t.Fatal(err)
			} else if !did {
				break
			}
		}
		var all sync.WaitGroup
		for range 4 { // the event came again, to several servers
			all.Go(func() {
				if err := w.svc.Enter(ctx, event(t, id)); err != nil {
					t.Errorf("again: %v", err)
				}
			})
		}
		all.Wait()
		v := must[core.Vault](t)(w.svc.ListOwn(ctx, w.Citizen, core.Filter{}, ""))
		if len(v.Items) != 1 || len(v.Types) != 1 || v.Types[0].N != 1 {
			t.Fatalf("the vault has %+v", v)
		}
		p := v.Items[0]
		if p.Type.ID != cert || p.Number != "01/GXN-UBND" || p.Signed != holdings.SignedOK || p.Source != holdings.FromResult || p.Issued != "2026-03-02" || p.Until != "2026-09-02" || p.Why != nil {
			t.Errorf("the paper is %+v", p)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM files_files WHERE subject_kind = 'holding'`); n != 1 {
			t.Errorf("%d files", n)
		}
		issued, content, _, err := w.Service.OpenIssued(ctx, id)
		ok(t, err)
		ok(t, content.Close())
		if issued.SHA256 != p.File.SHA256 {
			t.Error("another file than the one issued")
		}
		if n := w.Audited(t, holdings.AuditEntered, p.ID); n != 1 {
			t.Errorf("recorded %d times", n)
		}
		if err := w.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE holdings_papers SET file_sha = 'x' WHERE id = $1`, p.ID)
			return err
		}); err == nil {
			t.Error("the file of a paper was changed")
		}
		if n := len(must[core.Vault](t)(w.svc.ListOwn(ctx, w.Neighbour, core.Filter{}, "")).Items); n != 0 {
			t.Errorf("the neighbour sees %d", n)
		}
		refused(t, "the neighbour", only(w.svc.GetOwn(ctx, w.Neighbour, p.ID, "")), holdings.ErrNotFound)
		_, _, err = w.svc.OpenOwn(ctx, w.Neighbour, p.ID)
		refused(t, "the neighbour's reader", err, holdings.ErrNotFound)
	})
}

// only leaves what was made alone.
func only[T any](_ T, err error) error { return err }

// People.md moment 2: a paper that is in the vault already is ticked, and nobody
// asks for it again, on the web and at the counter.
func TestAPaperInTheVaultIsTicked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *vault) {
		ctx, p := t.Context(), w.held(t)
		for name, do := range map[string]struct {
			draft dossiers.ID
			by    identity.Actor
		}{
			"web": {w.StartOnline(t, w.Citizen), w.Citizen}, "counter": {w.StartAtCounter(t, w.Clerk, "Nguyen van BAY", "089 058 000 001"), w.Clerk},
		} {
			offers, err := w.Service.ListHoldings(ctx, do.by, do.draft)
			ok(t, err)
			if len(offers) != 1 || offers[0].Paper != "giay-to" || len(offers[0].Holdings) != 1 || offers[0].Holdings[0].ID != p.ID || offers[0].Holdings[0].Why != nil {
				t.Fatalf("%s: offered %+v", name, offers)
			}
			a, err := w.Service.TakeHolding(ctx, do.by, do.draft, "giay-to", p.ID)
			ok(t, err)
			again, err := w.Service.TakeHolding(ctx, do.by, do.draft, "giay-to", p.ID)
			ok(t, err)
			if a.ID != again.ID || a.File.SHA256 != p.File.SHA256 {
				t.Errorf("%s: taken twice: %+v %+v", name, a, again)
			}
			_, err = w.Service.Attach(ctx, do.by, do.draft, "to-khai", "tờ khai.pdf", strings.NewReader(dossierstest.PDF))
			ok(t, err)
			sent, err := w.Service.Submit(ctx, do.by, do.draft)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			refused(t, "sent twice", only(w.Service.Submit(ctx, do.by, do.draft)), nil)
			_, err = w.Service.Accept(ctx, w.Clerk, sent.ID)
			ok(t, err)
			in := must[dossiers.Incoming](t)(w.Service.ListIncoming(ctx, w.Clerk, sent.ID))
			found := false
			for _, f := range in.Files {
				found = found || f.Vault == p.ID && f.SHA256 == p.File.SHA256
			}
			if !found {
				t.Errorf("%s: the dossier does not say where the paper is from: %+v", name, in.Files)
			}
		}
		d := must[core.Detail](t)(w.svc.GetOwn(ctx, w.Citizen, p.ID, ""))
		if len(d.Uses) != 2 || d.Uses[0].Code == "" {
			t.Errorf("served %+v", d.Uses)
		}
		looked := 0
		for _, r := range d.Readings.Items {
			if r.Who != w.Clerk.Account || r.Purpose != access.Handling {
				t.Errorf("read by %+v", r)
			}
			if r.Event == holdings.AuditLooked {
				looked++
			}
		}
		if looked != 1 { // the owner's own looks are nobody's
			t.Errorf("%d looks are told", looked)
		}
		entries := must[[]audit.Entry](t)(audit.List(ctx, w.DB, audit.Filter{Subject: p.ID, Event: holdings.AuditUsed}, "", 10))
		if len(entries) != 2 || entries[0].About != w.Citizen.Person {
			t.Errorf("used: %+v", entries)
		}
		f := must[core.Figures](t)(w.svc.CountFigures(ctx, w.Leader, "2026-03-01", "2026-03-31"))
		if f.Entered != 1 || f.Reused != 2 || f.Dossiers != 2 || f.Digitised != 0 {
			t.Errorf("figures: %+v", f)
		}
	})
}

// A clerk sees only papers of the types asked, of the owner of the dossier; what
// is somebody else's cannot be had by its id.
func TestSomebodyElsesPaperIsNotThere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *vault) {
		ctx, p := t.Context(), w.held(t)
		mine := w.StartOnline(t, w.Neighbour)
		if offers, err := w.Service.ListHoldings(ctx, w.Neighbour, mine); err != nil || len(offers) > 0 {
			t.Errorf("the neighbour is offered %+v %v", offers, err)
		}
		refused(t, "by its id", only(w.Service.TakeHolding(ctx, w.Neighbour, mine, "giay-to", p.ID)), holdings.ErrNotFound)
		for what, who := range map[string][2]string{
			"another person": {"Lê Thị Nam", "089185000002"}, "another name with the number": {"Lê Thị Nam", "089058000001"}, "nobody known": {"Nguyễn Văn Bảy", "089058009999"},
		} {
			draft := w.StartAtCounter(t, w.Clerk, who[0], who[1])
			if offers, err := w.Service.ListHoldings(ctx, w.Clerk, draft); err != nil || len(offers) > 0 {
				t.Errorf("%s: offered %+v %v", what, offers, err)
			}
			if _, err := w.Service.TakeHolding(ctx, w.Clerk, draft, "giay-to", p.ID); err == nil {
				t.Errorf("%s: taken", what)
			}
		}
		draft := w.StartAtCounter(t, w.Clerk, "Nguyễn Văn Bảy", "089058000001")
		refused(t, "for a paper without type", only(w.Service.TakeHolding(ctx, w.Clerk, draft, "to-khai", p.ID)), dossiers.ErrNoPaper)
		refused(t, "a paper of another type", w.svc.Check(ctx, w.DB, dossiers.Wanted{Dossier: draft, Owner: w.Citizen.Person, Types: []string{other}}, p.ID, p.File.SHA256), holdings.ErrOtherType)
		stranger := w.Officer // holds nothing of the vault
		if all, err := w.svc.ListFor(ctx, stranger, dossiers.Wanted{Dossier: draft, Owner: w.Citizen.Person, Types: []string{cert}}); err != nil || len(all) > 0 {
			t.Errorf("an official without the right sees %+v %v", all, err)
		}
		// The clerk changes whom the dossier is for after ticking.
		_, err := w.Service.TakeHolding(ctx, w.Clerk, draft, "giay-to", p.ID)
		ok(t, err)
		w.Rename(t, w.Clerk, draft, "Lê Thị Nam", "089185000002")
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_papers WHERE dossier_id = $1 AND vault <> ''`, string(draft)) + w.Count(t, `SELECT COUNT(*) FROM holdings_uses`); n != 0 {
			t.Errorf("the paper of the one stays in the draft of the other: %d", n)
		}
		refused(t, "for another owner", w.svc.Check(ctx, w.DB, dossiers.Wanted{Dossier: draft, Owner: w.Neighbour.Person, Types: []string{cert}}, p.ID, p.File.SHA256), holdings.ErrOtherOwner)
	})
}

func TestWhatCountsNoMoreIsNotTicked(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *vault) {
		ctx, p := t.Context(), w.held(t)
		draft := w.StartOnline(t, w.Citizen)
		_, err := w.Service.TakeHolding(ctx, w.Citizen, draft, "giay-to", p.ID)
		ok(t, err)
		_, err = w.Service.Attach(ctx, w.Citizen, draft, "to-khai", "tờ khai.pdf", strings.NewReader(dossierstest.PDF))
		ok(t, err)
		refused(t, "a leader elsewhere", w.svc.Revoke(ctx, w.OtherLeader, p.ID, "nhầm"), holdings.ErrNotFound)
		if err := w.svc.Revoke(ctx, w.Leader, p.ID, " "); err == nil {
			t.Error("revoked without a reason")
		}
		ok(t, w.svc.Revoke(ctx, w.Leader, p.ID, "Cấp sai nội dung"))
		refused(t, "revoked twice", w.svc.Revoke(ctx, w.Leader, p.ID, "lần nữa"), holdings.ErrOver)
		if _, err := w.Service.Submit(ctx, w.Citizen, draft); err == nil || !strings.Contains(err.Error(), "paper-giay-to holdings.revoked") {
			t.Errorf("sent with a revoked paper: %v", err)
		}
		fresh := w.StartOnline(t, w.Citizen)
		offers, err := w.Service.ListHoldings(ctx, w.Citizen, fresh)
		ok(t, err)
		if len(offers) != 1 || !errors.Is(offers[0].Holdings[0].Why, holdings.ErrRevoked) {
			t.Errorf("it does not say why: %+v", offers)
		}
		refused(t, "a revoked one", only(w.Service.TakeHolding(ctx, w.Citizen, fresh, "giay-to", p.ID)), holdings.ErrRevoked)
		if d := must[core.Detail](t)(w.svc.GetOwn(ctx, w.Citizen, p.ID, "")); d.State != holdings.Revoked || d.Reason != "Cấp sai nội dung" || d.MayShare {
			t.Errorf("the owner sees %+v", d.Paper)
		}

		second := w.held(t)
		w.clock.Advance(184 * 24 * time.Hour) // 2 September, the last day
		if why := must[core.Detail](t)(w.svc.GetOwn(ctx, w.Citizen, second.ID, "")).Why; why != nil {
			t.Errorf("on the last day: %v", why)
		}
		w.clock.Advance(24 * time.Hour)
		refused(t, "an expired one", only(w.Service.TakeHolding(ctx, w.Citizen, fresh, "giay-to", second.ID)), holdings.ErrExpired)
	})
}

// A clerk puts a paper that came with a dossier into the vault, and it is there
// for the next one.
func TestAPaperIsDigitisedAtIntake(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *vault) {
		ctx := t.Context()
		early := w.Submit(t)
		in := must[dossiers.Incoming](t)(w.Service.ListIncoming(ctx, w.Clerk, early))
		as := func(d dossiers.ID, file string) core.Digitising {
			return core.Digitising{Dossier: d, File: file, Type: cert, Number: "12/GXN", Issuer: "Công an phường", Issued: "2026-01-31", Checked: core.AgainstOriginal}
		}
		refused(t, "before it is accepted", only(w.svc.Digitise(ctx, w.Clerk, as(early, in.Files[0].ID))), holdings.ErrNotTaken)
		_, err := w.Service.Accept(ctx, w.Clerk, early)
		ok(t, err)
		refused(t, "a clerk elsewhere", only(w.svc.Digitise(ctx, w.OtherClerk, as(early, in.Files[0].ID))), dossiers.ErrNotFound)
		refused(t, "a file of nothing", only(w.svc.Digitise(ctx, w.Clerk, as(early, "nothing"))), holdings.ErrNotFound)
		refused(t, "the citizen", only(w.svc.Digitise(ctx, w.Citizen, as(early, in.Files[0].ID))), access.ErrNotAllowed)
		wrong := as(early, in.Files[0].ID)
		wrong.Type, wrong.Number, wrong.Issued, wrong.Until, wrong.Perpetual, wrong.Checked = "none", "", "2027-01-01", "2026-01-01", true, ""
		if _, err := w.svc.Digitise(ctx, w.Clerk, wrong); err == nil || !strings.Contains(err.Error(), "[type form.choose] [number form.required] [issued holdings.issued_later] [until holdings.until_and_perpetual] [checked form.choose]") {
			t.Errorf("all that is wrong: %v", err)
		}
		made := must[string](t)(w.svc.Digitise(ctx, w.Clerk, as(early, in.Files[0].ID)))
		refused(t, "twice", only(w.svc.Digitise(ctx, w.Colleague, as(early, in.Files[0].ID))), holdings.ErrThere)
		p := must[core.Detail](t)(w.svc.GetOwn(ctx, w.Citizen, made, ""))
		if p.Until != "2026-07-31" || p.Officer != w.Clerk.Name || p.Checked != core.AgainstOriginal || p.Source != holdings.FromIntake || p.Signed != holdings.Unsigned {
			t.Errorf("digitised: %+v", p.Paper)
		}
		list := must[core.Incoming](t)(w.svc.ListIncoming(ctx, w.Clerk, early))
		if list.There[in.Files[0].ID].ID != made {
			t.Errorf("the list does not know it: %+v", list.There)
		}
		offers, err := w.Service.ListHoldings(ctx, w.Citizen, w.StartOnline(t, w.Citizen))
		if err != nil || len(offers) != 1 || offers[0].Holdings[0].ID != made {
			t.Errorf("the next dossier is offered %+v %v", offers, err)
		}
		next := w.Accepted(t) // the same paper, scanned anew
		file := must[dossiers.Incoming](t)(w.Service.ListIncoming(ctx, w.Clerk, next)).Files[0].ID
		again := must[string](t)(w.svc.Digitise(ctx, w.Clerk, as(next, file)))
		newer := must[core.Detail](t)(w.svc.GetOwn(ctx, w.Citizen, again, ""))
		older := must[core.Detail](t)(w.svc.GetOwn(ctx, w.Citizen, made, ""))
		if newer.Replaces != made || older.State != holdings.Replaced || older.ReplacedBy != again || len(newer.Versions) != 1 || len(older.Versions) != 1 {
			t.Errorf("the chain: %+v %+v", newer.Paper, older.Paper)
		}
		refused(t, "the older version", w.svc.Check(ctx, w.DB, dossiers.Wanted{Owner: w.Citizen.Person, Types: []string{cert}}, made, older.File.SHA256), holdings.ErrReplaced)
		if f := must[core.Figures](t)(w.svc.CountFigures(ctx, w.Leader, "2026-03-02", "2026-03-02")); f.Digitised != 2 || f.Entered != 0 {
			t.Errorf("figures: %+v", f)
		}
		if f := must[core.Figures](t)(w.svc.CountFigures(ctx, w.OtherLeader, "2026-03-02", "2026-03-02")); f.Digitised != 0 {
			t.Errorf("figures of another ward: %+v", f)
		}
	})
}

// What was issued here is not replaced by a copy of it.
func TestACopyOfWhatIsThere(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *vault) {
		ctx, p := t.Context(), w.held(t)
		id := w.Accepted(t)
		file := must[dossiers.Incoming](t)(w.Service.ListIncoming(ctx, w.Clerk, id)).Files[0].ID
		_, err := w.svc.Digitise(ctx, w.Clerk, core.Digitising{Dossier: id, File: file, Type: cert, Number: " 01/gxn-ubnd", Issuer: "UBND", Issued: "2026-03-02", Checked: core.AgainstOriginal})
		refused(t, "a copy of the original", err, holdings.ErrThere)
		if v := must[core.Vault](t)(w.svc.ListOwn(ctx, w.Citizen, core.Filter{}, "")); len(v.Items) != 1 || v.Items[0].ID != p.ID {
			t.Errorf("the vault has %+v", v.Items)
		}
	})
}

// Two clerks tick the same paper for two dossiers, and one clerk in two tabs.
func TestTickedAtTheSameTime(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *vault) {
		ctx, p := t.Context(), w.held(t)
		first, second := w.StartAtCounter(t, w.Clerk, "Nguyễn Văn Bảy", "089058000001"), w.StartAtCounter(t, w.Colleague, "Nguyễn Văn Bảy", "089058000001")
		var all sync.WaitGroup
		for range 3 {
			for draft, by := range map[dossiers.ID]identity.Actor{first: w.Clerk, second: w.Colleague} {
				all.Go(func() {
					if _, err := w.Service.TakeHolding(ctx, by, draft, "giay-to", p.ID); err != nil {
						t.Errorf("%s: %v", by.Account, err)
					}
				})
			}
		}
		all.Wait()
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_papers WHERE vault <> ''`); n != 2 {
			t.Errorf("%d copies", n)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM holdings_uses`); n != 2 {
			t.Errorf("%d uses", n)
		}
		// One is sent while a leader revokes: the dossier has it, or it has not; never half.
		_, err := w.Service.Attach(ctx, w.Clerk, first, "to-khai", "tờ khai.pdf", strings.NewReader(dossierstest.PDF))
		ok(t, err)
		var sent, revoked error
		all.Go(func() { _, sent = w.Service.Submit(ctx, w.Clerk, first) })
		all.Go(func() { revoked = w.svc.Revoke(ctx, w.Leader, p.ID, "Cấp nhầm") })
		all.Wait()
		ok(t, revoked)
		if used := w.Audited(t, holdings.AuditUsed, p.ID); (sent == nil) != (used == 1) {
			t.Errorf("sent: %v, used %d times", sent, used)
		}
		ok(t, w.Service.DiscardDraft(ctx, w.Colleague, second))
		if n := w.Count(t, `SELECT COUNT(*) FROM holdings_uses WHERE sent_at IS NULL AND dossier_id = $1`, string(second)); n != 0 {
			t.Errorf("a draft that is gone holds %d papers", n)
		}
	})
}

// revoked is a result that was taken back, as the job gets it.
func revoked(t *testing.T, id dossiers.ID, sha string) []byte {
	t.Helper()
	body := must[[]byte](t)(json.Marshal(dossiers.ResultRevoked{Dossier: id, SHA256: sha}))
	return must[[]byte](t)(json.Marshal(events.Event{ID: "r", Name: dossiers.EventRevokedV1, Body: body}))
}

// What its office has taken back counts no more in the vault, told twice too; what
// was issued in its place enters, and both say so.
func TestWhatItsOfficeHasTakenBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *vault) {
		ctx, id := t.Context(), w.Issued(t)
		ok(t, w.svc.Enter(ctx, event(t, id)))
		old := must[core.Vault](t)(w.svc.ListOwn(ctx, w.Citizen, core.Filter{}, "")).Items[0]
		w.Renew(t, id)
		ok(t, w.svc.TakenBack(ctx, revoked(t, id, old.File.SHA256)))
		ok(t, w.svc.TakenBack(ctx, revoked(t, id, old.File.SHA256)))
		ok(t, w.svc.TakenBack(ctx, revoked(t, id, strings.Repeat("0", 64)))) // of which nothing is here
		ok(t, w.svc.Enter(ctx, event(t, id)))
		items := must[core.Vault](t)(w.svc.ListOwn(ctx, w.Citizen, core.Filter{}, "")).Items
		if len(items) != 2 || items[0].State != holdings.Valid || items[0].Replaces != old.ID || items[1].State != holdings.Revoked || items[1].ReplacedBy != items[0].ID {
			t.Errorf("the vault holds %+v", items)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1 AND subject = $2`, string(holdings.AuditRevoked), old.ID); n != 1 {
			t.Errorf("recorded %d times", n)
		}
	})
}
