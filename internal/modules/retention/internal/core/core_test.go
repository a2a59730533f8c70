// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/retention"
	"tinhso.vn/internal/modules/retention/internal/core"
	"tinhso.vn/internal/modules/retention/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

// world is the province of dossierstest with two people who erase together.
type world struct {
	*dossierstest.World
	svc         *core.Service
	clock       *dbtest.Clock
	one, second identity.Actor
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, append(dossierstest.Migrations(), store.Migrations()), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		base := dossierstest.New(t, d)
		w := &world{World: base, clock: c, svc: core.New(core.Deps{
			DB: d, Keeper: base.Service, Name: func(_ context.Context, account string) string { return "tên " + account },
		})}
		whole := identity.Place{Unit: "tinh", Subtree: true}
		w.one = base.Auditor.Grant(retention.PermView, whole).Grant(retention.PermErase, whole)
		w.second = base.Deputy.Grant(retention.PermView, whole).Grant(retention.PermErase, whole)
		f(t, w)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func rules() []retention.Rule {
	return []retention.Rule{
		{ID: "nhap", What: dossiers.KeptDrafts, From: "last_change", Action: retention.Forget, Amount: 90, Unit: "days", Name: i18n.Text{VI: "Bản nhập"}, Unverified: true},
		{ID: "rut", What: dossiers.KeptClosed, From: "closed", Action: retention.EraseFiles, Amount: 5, Unit: "years", Name: i18n.Text{VI: "Đã rút"}, Unverified: true},
		{ID: "ket-qua", What: "result", From: "issued", Action: retention.Keep, Name: i18n.Text{VI: "Kết quả"}, Basis: "luat-luu-tru-2024"},
	}
}

func (w *world) apply(t *testing.T, all ...retention.Rule) (changed int) {
	t.Helper()
	must(t, w.DB.Write(t.Context(), func(tx *db.Tx) (err error) {
		changed, err = w.svc.ApplyRules(t.Context(), tx, all)
		return err
	}))
	return changed
}

// withdrawn makes dossiers whose papers are past their time six years later.
func (w *world) withdrawn(t *testing.T, n int) (ids []dossiers.ID) {
	t.Helper()
	for range n {
		id := w.Submit(t)
		must(t, w.Service.Withdraw(t.Context(), w.Citizen, id, "Không còn nhu cầu"))
		ids = append(ids, id)
	}
	return ids
}

func (w *world) work(t *testing.T) {
	t.Helper()
	for did := true; did; {
		var err error
		did, err = jobs.Work(t.Context(), w.DB, map[jobs.Kind]jobs.Handler{core.JobErase: w.svc.EraseBatch})
		must(t, err)
	}
}

func refused(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func TestRulesAreApplied(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		if n := w.apply(t, rules()...); n != 3 {
			t.Errorf("%d changed", n)
		}
		if n := w.apply(t, rules()...); n != 0 {
			t.Errorf("again: %d changed", n)
		}
		other := rules()[:2]
		other[1].Amount = 7
		if n := w.apply(t, other...); n != 2 {
			t.Errorf("one changed, one dropped: %d", n)
		}
		all, err := w.svc.Rules(t.Context())
		if err != nil || len(all) != 2 || all[0] != other[1] || all[1] != other[0] {
			t.Errorf("%+v %v", all, err)
		}
	})
}

// Two people erase: what is due goes, with a record for each dossier and one
// for the run; what is held stays and is shown with the reason.
func TestTwoPeopleErase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.apply(t, rules()...)
		ids := w.withdrawn(t, 3)
		d, _, err := w.Service.Find(ctx, w.Citizen, ids[1])
		must(t, err)
		_, err = w.Service.PlaceHold(ctx, w.Records, d.Reference, "Thanh tra tỉnh")
		must(t, err)
		_, err = w.svc.ProposeRun(ctx, w.one, "rut")
		refused(t, "nothing is due yet", err, retention.ErrNothing)
		w.clock.Advance(5*365*24*time.Hour - 10*24*time.Hour)
		o, err := w.svc.ListRules(ctx, w.one)
		must(t, err)
		if st := o.Rules[0]; st.Rule.ID != "rut" || st.Now.Count != 0 || st.Soon.Count != 3 || st.Soon.Held != 1 {
			t.Errorf("soon: %+v", st)
		}
		w.clock.Advance(20 * 24 * time.Hour)
		p, err := w.svc.PreviewRule(ctx, w.one, "rut", "")
		must(t, err)
		if len(p.Items) != 3 || p.Now.Count != 3 || p.Now.Held != 1 || len(p.Items[1].Holds) != 1 {
			t.Errorf("preview: %+v", p)
		}
		for name, a := range map[string]identity.Actor{"citizen": w.Citizen, "officer": w.Officer, "nobody": {}} {
			_, err1 := w.svc.ListRules(ctx, a)
			_, err2 := w.svc.PreviewRule(ctx, a, "rut", "")
			_, err3 := w.svc.ProposeRun(ctx, a, "rut")
			err4 := w.svc.DecideRun(ctx, a, "x", true)
			_, err5 := w.svc.ListRuns(ctx, a, "")
			_, err6 := w.svc.GetRun(ctx, a, "x")
			for i, err := range []error{err1, err2, err3, err4, err5, err6} {
				if k := errs.KindOf(err); k != errs.Forbidden && k != errs.Unauthenticated {
					t.Errorf("%s, %d: %v", name, i, err)
				}
			}
		}
		_, err = w.svc.ProposeRun(ctx, w.one, "nhap")
		refused(t, "drafts", err, retention.ErrNoRun)
		_, err = w.svc.ProposeRun(ctx, w.one, "ket-qua")
		refused(t, "results", err, retention.ErrNoRun)
		_, err = w.svc.ProposeRun(ctx, w.one, "khong-co")
		refused(t, "no rule", err, retention.ErrNotFound)

		run, err := w.svc.ProposeRun(ctx, w.one, "rut")
		must(t, err)
		_, err = w.svc.ProposeRun(ctx, w.second, "rut")
		refused(t, "a second run", err, retention.ErrOpen)
		refused(t, "alone", w.svc.DecideRun(ctx, w.one, run, true), retention.ErrSame)
		w.work(t)
		if n := w.Count(t, `SELECT COUNT(*) FROM files_files WHERE erased_at IS NOT NULL`); n != 0 {
			t.Fatalf("%d files erased before anybody confirmed", n)
		}
		must(t, w.svc.DecideRun(ctx, w.second, run, true))
		refused(t, "twice", w.svc.DecideRun(ctx, w.second, run, true), retention.ErrDecided)
		w.work(t)
		got, err := w.svc.GetRun(ctx, w.one, run)
		must(t, err)
		if got.State != retention.Finished || got.Erased.Dossiers != 2 || got.Erased.Files != 2 || got.Held != 1 || got.Found != 3 || got.Ended.IsZero() ||
			!got.Mine || got.By == "" || got.Decided == "" {
			t.Errorf("the run: %+v", got)
		}
		for i, want := range []int{1, 0, 1} {
			if n := w.Audited(t, dossiers.AuditErased, string(ids[i])); n != want {
				t.Errorf("dossier %d: %d records", i, n)
			}
		}
		for e, want := range map[audit.Event]int{retention.AuditProposed: 1, retention.AuditConfirmed: 1, retention.AuditFinished: 1, retention.AuditRefused: 0} {
			if n := w.Audited(t, e, run); n != want {
				t.Errorf("%s: %d records", e, n)
			}
		}
		again, err := w.svc.ListRuns(ctx, w.second, "")
		if err != nil || len(again.Items) != 1 || again.Items[0].Mine {
			t.Errorf("the list: %+v %v", again, err)
		}
	})
}

// A run that is refused, or whose rule has changed, erases nothing more.
func TestRunsThatDoNotHappen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.apply(t, rules()...)
		w.withdrawn(t, 2)
		w.clock.Advance(6 * 365 * 24 * time.Hour)
		propose := func() string {
			t.Helper()
			run, err := w.svc.ProposeRun(ctx, w.one, "rut")
			must(t, err)
			return run
		}
		run := propose()
		must(t, w.svc.DecideRun(ctx, w.one, run, false)) // taken back
		refused(t, "refused", w.svc.DecideRun(ctx, w.second, run, true), retention.ErrDecided)
		run = propose()
		longer := rules()
		longer[1].Amount = 10
		w.apply(t, longer...)
		refused(t, "another rule", w.svc.DecideRun(ctx, w.second, run, true), retention.ErrChanged)
		w.apply(t, rules()...)
		must(t, w.svc.DecideRun(ctx, w.second, run, true))
		w.apply(t, longer...) // before the job begins
		w.work(t)
		got, err := w.svc.GetRun(ctx, w.one, run)
		must(t, err)
		if got.State != retention.Stopped || got.Erased.Dossiers != 0 || w.Audited(t, retention.AuditStopped, run) != 1 {
			t.Errorf("%+v", got)
		}
	})
}

// A job that is cut off after it erased, and before it said so, is done again;
// two runners at once count nothing twice and end the run once.
func TestARunGoesOnAfterACrash(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.apply(t, rules()...)
		w.withdrawn(t, 3)
		w.clock.Advance(6 * 365 * 24 * time.Hour)
		run, err := w.svc.ProposeRun(ctx, w.one, "rut")
		must(t, err)
		must(t, w.svc.DecideRun(ctx, w.second, run, true))
		r, err := store.GetRun(ctx, w.DB, run)
		must(t, err)
		_, _, err = w.Service.EraseDue(ctx, dossiers.Erasure{Run: run, Kept: dossiers.KeptClosed, Before: r.Before}, 2) // and the plug is pulled
		must(t, err)
		body, err := json.Marshal(run)
		must(t, err)
		var together sync.WaitGroup
		for range 2 {
			together.Go(func() {
				if err := w.svc.EraseBatch(ctx, body); err != nil {
					t.Error(err)
				}
			})
		}
		together.Wait()
		w.work(t)
		got, err := w.svc.GetRun(ctx, w.one, run)
		must(t, err)
		if got.State != retention.Finished || got.Erased.Dossiers != 3 || got.Held != 0 || w.Audited(t, retention.AuditFinished, run) != 1 {
			t.Errorf("%+v", got)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM audit_records WHERE event = $1`, string(dossiers.AuditErased)); n != 3 {
			t.Errorf("%d records of 3 dossiers", n)
		}
	})
}

// Drafts go by themselves, on the day their writers were told, and are counted.
func TestDraftsGoByThemselves(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		draft := string(w.Draft(t))
		w.clock.Advance(400 * 24 * time.Hour)
		if n, err := w.svc.ForgetDrafts(ctx); err != nil || n != 0 {
			t.Fatalf("without a rule: %d %v", n, err)
		}
		if _, ends, err := w.svc.DraftUntil(ctx, w.DB.Now()); err != nil || ends {
			t.Errorf("without a rule it ends: %v", err)
		}
		w.apply(t, rules()...)
		held := string(w.Draft(t))
		must(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := files.Hold(ctx, tx, files.Subject{Kind: "dossier", ID: held}, "Thanh tra", "x")
			return err
		}))
		if n, err := w.svc.ForgetDrafts(ctx); err != nil || n != 1 {
			t.Errorf("%d forgotten, %v", n, err)
		}
		until, ends, err := w.svc.DraftUntil(ctx, w.DB.Now())
		if err != nil || !ends {
			t.Fatal(err)
		}
		w.clock.Advance(until.Sub(w.DB.Now().Time))
		young := string(w.Draft(t))
		w.clock.Advance(24*time.Hour - time.Second)
		if n, err := w.svc.ForgetDrafts(ctx); err != nil || n != 0 {
			t.Errorf("on the last day: %d %v", n, err)
		}
		w.clock.Advance(2 * time.Second)
		if n, err := w.svc.ForgetDrafts(ctx); err != nil || n != 0 { // it is held
			t.Errorf("a held draft: %d %v", n, err)
		}
		if w.Count(t, `SELECT COUNT(*) FROM dossiers_drafts WHERE id IN ($1, $2)`, held, young) != 2 || w.Count(t, `SELECT COUNT(*) FROM dossiers_drafts WHERE id = $1`, draft) != 0 {
			t.Error("another draft is gone")
		}
		o, err := w.svc.ListRules(ctx, w.one)
		if err != nil || o.All != 1 || o.Forgotten != 1 || o.Day == "" {
			t.Errorf("%+v %v", o, err)
		}
		if n := w.Audited(t, retention.AuditForgotten, o.Day); n != 1 {
			t.Errorf("%d records", n)
		}
	})
}
