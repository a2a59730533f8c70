// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/notify"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
	"tinhso.vn/internal/platform/errs"
)

// plug is power that ends at one of the moments in which the program asks for
// it: at each statement, at each commit, between any two of them.
type plug struct {
	context.Context //nolint:containedctx // it is one
	left            *atomic.Int64
	cancel          context.CancelFunc
}

func (p plug) Done() <-chan struct{} {
	if p.left.Add(-1) == 0 {
		p.cancel()
	}
	return p.Context.Done()
}

// messages are told as rows, so that what is rolled back was not told.
type messages struct{}

func (messages) Tell(ctx context.Context, tx *db.Tx, n notify.Notice) error {
	return jobs.EnqueueAt(ctx, tx, "sms", n.About+" "+n.Event, db.At(tx.Now.Add(10000*time.Hour)))
}

// life leads a dossier on a drawing from acceptance to its result with the plug
// pulled at a moment (0: never), and says what is left of it and how many
// moments there were.
func life(t *testing.T, w *dossierstest.World, c *dbtest.Clock, at int64) (left string, moments int64) {
	t.Helper()
	effects := map[string]int{}
	w.Flow.Handlers["test.book"] = workflow.Handler{Outside: func(_ context.Context, call workflow.Call) (workflow.Result, error) {
		effects[call.Key]++ // as one who honours keys
		return workflow.Result{}, nil
	}}
	id := w.Drawn(t, "yes") // with the light on: what follows is about the flow
	count := &atomic.Int64{}
	count.Store(at)
	power := func(f func(ctx context.Context) error) error {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		return f(plug{ctx, count, cancel})
	}
	work := func() {
		for range 200 {
			did := false
			err := power(func(ctx context.Context) (err error) {
				if _, err := w.Flow.Tick(ctx, w.DB); err != nil {
					return err
				}
				did, err = jobs.Work(ctx, w.DB, w.Jobs())
				return err
			})
			if err != nil {
				c.Advance(jobs.Lease + time.Second) // what a dead worker had in hand comes back
				continue
			}
			if did {
				continue
			}
			if w.Count(t, `SELECT COUNT(*) FROM jobs_queue WHERE dead = 0 AND kind <> 'sms' AND kind <> 'dossiers.signed'`) == 0 {
				return
			}
			c.Advance(jobs.Lease + time.Second)
		}
		t.Fatal("programs never end")
	}
	opinion := func() string {
		var o string
		if err := w.DB.QueryRow(t.Context(), `SELECT id FROM dossiers_opinions WHERE dossier_id = $1 AND state = 'open'`, string(id)).Scan(&o); err != nil {
			return ""
		}
		return o
	}
	s := w.Service
	for _, act := range []func(ctx context.Context) error{
		func(ctx context.Context) error { return s.Finish(ctx, w.Officer, id, core.Done{}) },
		func(ctx context.Context) error {
			if w.Count(t, `SELECT COUNT(*) FROM dossiers_opinions WHERE dossier_id = $1`, string(id)) > 0 {
				return nil
			}
			return only(s.Consult(ctx, w.OtherOfficer, id, ask(dossierstest.Dept)))
		},
		func(ctx context.Context) error {
			if o := opinion(); o != "" {
				return s.AnswerOpinion(ctx, w.DeptOfficer, o, core.Advice{Outcome: workflow.Agreed, Words: "Nhất trí."})
			}
			return nil
		},
		func(ctx context.Context) error { return s.Finish(ctx, w.OtherOfficer, id, core.Done{}) },
		func(ctx context.Context) error { return s.Finish(ctx, w.DeptOfficer, id, core.Done{}) },
		func(context.Context) error { c.Advance(25 * time.Hour); return nil },
		func(ctx context.Context) error {
			return only(s.SaveResultDraft(ctx, w.Officer, id, map[string]string{"finding": "Thường trú"}))
		},
		func(ctx context.Context) error { return only(s.SendToSign(ctx, w.Officer, id, w.Leader.Account)) },
		func(ctx context.Context) error { return only(s.Sign(ctx, w.Leader, id)) },
		func(ctx context.Context) error { return only(s.Issue(ctx, w.Records, id)) },
		func(ctx context.Context) error { return s.Deliver(ctx, w.Clerk, id, core.Handover{Electronic: true}) },
	} {
		for try := 0; ; try++ { // people press again what gave no answer
			err := power(act)
			k := errs.KindOf(err)
			if err == nil || try > 0 && (k == errs.Conflict || k == errs.NotFound) {
				break
			}
			if try > 3 || !errors.Is(err, context.Canceled) && at == 0 {
				t.Fatalf("moment %d: %v", at, err)
			}
		}
		work()
	}
	return said(t, w, id) + fmt.Sprintf(" | %d effects", len(slices.Collect(maps.Keys(effects)))), at - count.Load()
}

// said is everything that is left of a dossier.
func said(t *testing.T, w *dossierstest.World, id dossiers.ID) string {
	t.Helper()
	all := func(query string) string {
		return strings.Join(must[[]string](t)(db.All(t.Context(), w.DB, db.Column[string], query, string(id))), " ")
	}
	return strings.Join([]string{
		all(`SELECT CAST(status AS TEXT) || delivery || task || step FROM dossiers_dossiers WHERE id = $1`),
		all(`SELECT kind || CAST(status AS TEXT) || step_vi FROM dossiers_history WHERE dossier_id = $1 ORDER BY id`),
		all(`SELECT step FROM dossiers_tasks WHERE dossier_id = $1`),
		all(`SELECT state || CASE WHEN number > 0 THEN 'numbered' ELSE '' END FROM dossiers_results WHERE dossier_id = $1`),
		all(`SELECT state FROM dossiers_opinions WHERE dossier_id = $1`),
		all(`SELECT state FROM workflow_instances WHERE subject_id = $1`),
		all(`SELECT t.step || t.state FROM workflow_tasks t JOIN workflow_instances c ON c.id = t.instance_id WHERE c.subject_id = $1 ORDER BY t.step, t.id`),
		all(`SELECT 'told' FROM jobs_queue WHERE kind = 'sms' AND body LIKE '%' || $1 || '%'`),
		all(`SELECT event FROM audit_records WHERE subject = $1 AND event NOT LIKE '%read' AND event <> 'dossiers.drafted' ORDER BY id`), // a draft may be saved again
	}, " | ")
}

// Whenever the plug is pulled while a dossier goes its way on a drawing, it ends
// as it would have: no step, message, number or effect is there twice or missing,
// and numbers have no gap.
func TestAPlugPulledUnderADossier(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		w.Deps.Messages = messages{}
		w.Service = core.New(w.Deps)
		w.Draw(t, sideBySide())
		want, moments := life(t, w, c, 0)
		if moments < 200 || !strings.Contains(want, "issuednumbered") || strings.Count(want, "told") != 4 || !strings.HasSuffix(want, "1 effects") {
			t.Fatalf("%d moments: %s", moments, want)
		}
		step := moments / 14 // each moment takes a whole life: a sample, another on each database
		if w.DB.Dialect() == db.Postgres {
			step = moments / 5
		}
		lives := 1
		for at := step / 2; at <= moments; at += step {
			lives++
			if got, _ := life(t, w, c, at); got != want {
				t.Errorf("moment %d:\n%s\nwant\n%s", at, got, want)
			}
		}
		var last, count int
		ok(t, w.DB.QueryRow(t.Context(), `SELECT MAX(number), COUNT(*) FROM dossiers_results`).Scan(&last, &count))
		if last != lives || count != lives {
			t.Errorf("%d results, the last has number %d, of %d lives", count, last, lives)
		}
	})
}
