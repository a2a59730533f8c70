// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// steps are the open steps of a desk: "appraise dept".
func deskOf(t *testing.T, w *dossierstest.World, a identity.Actor) string {
	t.Helper()
	d := must[core.Desk](t)(w.Service.Desk(t.Context(), a, core.DeskFilter{}, ""))
	var all []string
	for _, i := range d.Items {
		all = append(all, strings.TrimPrefix(i.Step.VI, "Bước "))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func sideBySide() string { return dossierstest.Drawing("appraise", "join", dossierstest.SideBySide()) }

// Units work on one dossier side by side: each sees its own step, who ends one
// leaves the other where it is, and a timer and a program move the dossier too.
func TestUnitsWorkSideBySide(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		w.Draw(t, sideBySide())
		id := w.Drawn(t, "yes")
		if got := deskOf(t, w, w.Officer); got != "appraise" {
			t.Fatalf("after acceptance the officer has %q", got)
		}
		ok(t, s.Finish(ctx, w.Officer, id, core.Done{}))
		if got := deskOf(t, w, w.Officer) + deskOf(t, w, w.DeptOfficer); got != "" {
			t.Errorf("while a program works, somebody has %q", got)
		}
		w.Work(t, c)
		if dept, ward := deskOf(t, w, w.DeptOfficer), deskOf(t, w, w.OtherOfficer); dept != "dept" || ward != "ward" {
			t.Fatalf("the department has %q, the other ward %q", dept, ward)
		}
		f := must[core.Full](t)(s.Get(ctx, w.OtherOfficer, id, access.Handling))
		if f.Step.ID != "ward" || len(f.Beside) != 1 || f.Beside[0].ID != "dept" || !f.Can.Finish || !slices.Equal(sorted(f.Standing), []string{"dept", "posted", "ward"}) {
			t.Errorf("the other ward sees %+v beside %+v at %v, can %+v", f.Step, f.Beside, f.Standing, f.Can)
		}
		f = must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		if f.Can.Finish || f.Can.Claim {
			t.Errorf("the ward that decides can %+v", f.Can)
		}
		refused(t, "the step of another", s.Finish(ctx, w.Officer, id, core.Done{}), dossiers.ErrNotYourTurn)
		other := f.Beside[0].Task
		if f.Step.ID == "ward" {
			other = f.Step.Task
		}
		refused(t, "the step of another by name", s.Finish(ctx, w.DeptOfficer, id, core.Done{Step: other}), dossiers.ErrNotYourTurn)
		ok(t, s.Claim(ctx, w.OtherOfficer, id, ""))
		ok(t, s.Finish(ctx, w.DeptOfficer, id, core.Done{Note: "đồng ý"}))
		if dept, ward := deskOf(t, w, w.DeptOfficer), deskOf(t, w, w.OtherOfficer); dept != "" || ward != "ward" {
			t.Errorf("then the department has %q, the other ward %q", dept, ward)
		}
		ok(t, s.Finish(ctx, w.OtherOfficer, id, core.Done{}))
		if got := deskOf(t, w, w.Officer); got != "" {
			t.Errorf("before the day of posting is over, the officer has %q", got)
		}
		tracked := must[core.Tracking](t)(s.Track(ctx, f.Code))
		if tracked.Turn != nil {
			t.Errorf("nobody's turn: %+v", tracked.Turn)
		}
		c.Advance(25 * time.Hour)
		w.Work(t, c)
		if got := deskOf(t, w, w.Officer); got != "draft" {
			t.Fatalf("when it is, the officer has %q", got)
		}
		finishWithAResult(t, w, id)
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_tasks`) + w.Count(t, `SELECT COUNT(*) FROM workflow_instances WHERE state = 'running'`); n != 0 {
			t.Errorf("%d rows are left open", n)
		}
	})
}

func sorted(all []string) []string { slices.Sort(all); return all }

// finishWithAResult drafts, signs, issues and delivers.
func finishWithAResult(t *testing.T, w *dossierstest.World, id dossiers.ID) {
	t.Helper()
	ctx, s := t.Context(), w.Service
	_, err := s.SaveResultDraft(ctx, w.Officer, id, map[string]string{"finding": "Thường trú"})
	ok(t, err)
	ok(t, only(s.SendToSign(ctx, w.Officer, id, w.Leader.Account)))
	ok(t, only(s.Sign(ctx, w.Leader, id)))
	_, err = s.Issue(ctx, w.Records, id)
	ok(t, err)
	ok(t, s.Deliver(ctx, w.Clerk, id, core.Handover{Electronic: true}))
}

// The answers of the form decide where a gateway asks them.
func TestAGatewayAsksTheForm(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		w.Draw(t, sideBySide())
		id := w.Drawn(t, "no")
		ok(t, w.Service.Finish(t.Context(), w.Officer, id, core.Done{}))
		w.Work(t, c)
		if dept, ward := deskOf(t, w, w.DeptOfficer), deskOf(t, w, w.OtherOfficer); dept != "dept" || ward != "" {
			t.Errorf("outside the zone the department has %q, the other ward %q", dept, ward)
		}
		var vars string
		ok(t, w.DB.QueryRow(t.Context(), `SELECT vars FROM workflow_instances`).Scan(&vars))
		if vars != `{"in_zone":"no"}` {
			t.Errorf("the case keeps %s", vars)
		}
	})
}

// Waiting for the citizen stops every branch, and both go on later by the time
// that was waited.
func TestWaitingStopsEveryBranch(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		w.Draw(t, sideBySide())
		id := w.Drawn(t, "yes")
		ok(t, s.Finish(ctx, w.Officer, id, core.Done{}))
		w.Work(t, c)
		before := dues(t, w)
		ok(t, s.AskSupplement(ctx, w.OtherOfficer, id, core.Ask{Missing: []core.Missing{{What: "Bản đồ", Why: "Chưa rõ ranh"}}}))
		refused(t, "the other branch", s.Finish(ctx, w.DeptOfficer, id, core.Done{}), dossiers.ErrWaiting)
		c.Advance(48 * time.Hour)
		w.Work(t, c)
		if at := standing(t, w, id); !slices.Contains(at, "posted") {
			t.Errorf("the posting ran on while it waited: %v", at)
		}
		ok(t, s.SupplyMissing(ctx, w.Citizen, id, core.Supply{Message: "đã gửi"}))
		after := dues(t, w)
		if len(before) != 2 || len(after) != 2 || !after[0].After(before[0].Time) || !after[1].After(before[1].Time) {
			t.Errorf("due %v, then %v", before, after)
		}
		ok(t, s.Finish(ctx, w.DeptOfficer, id, core.Done{}))
	})
}

func dues(t *testing.T, w *dossierstest.World) []db.Time {
	t.Helper()
	return must[[]db.Time](t)(db.All(t.Context(), w.DB, db.Column[db.Time], `SELECT due_at FROM dossiers_tasks ORDER BY id`))
}

func standing(t *testing.T, w *dossierstest.World, id dossiers.ID) []string {
	t.Helper()
	return must[[]string](t)(workflow.StandsAt(t.Context(), w.DB, workflow.Subject{Kind: "dossier", ID: string(id)}))
}

// Taking a dossier back ends every branch and undoes what programs did, once.
func TestWithdrawingUndoes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		ctx, s := t.Context(), w.Service
		undone := 0
		w.Flow.Handlers["test.unbook"] = workflow.Handler{Outside: func(context.Context, workflow.Call) (workflow.Result, error) {
			undone++
			return workflow.Result{}, nil
		}}
		w.Draw(t, sideBySide())
		id := w.Drawn(t, "yes")
		ok(t, s.Finish(ctx, w.Officer, id, core.Done{}))
		w.Work(t, c)
		opinion := must[[]string](t)(s.Consult(ctx, w.OtherOfficer, id, core.Consultation{Targets: []core.Target{{Unit: dossierstest.Dept}}, Question: "Có chồng lấn không?", Days: 2}))
		ok(t, s.Withdraw(ctx, w.Citizen, id, "không cần nữa, xin rút"))
		w.Work(t, c)
		f := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling))
		if undone != 1 || f.Status != dossiers.Withdrawn || deskOf(t, w, w.DeptOfficer)+deskOf(t, w, w.OtherOfficer) != "" || f.Opinions[0].State != "dropped" {
			t.Errorf("undone %d times, status %d, opinion %+v", undone, f.Status, f.Opinions)
		}
		refused(t, "an answer after that", s.AnswerOpinion(ctx, w.DeptOfficer, opinion[0], core.Advice{Outcome: "agreed", Words: "không"}), dossiers.ErrNoOpinion)
		c.Advance(72 * time.Hour)
		w.Work(t, c)
		if f := must[core.Full](t)(s.Get(ctx, w.Officer, id, access.Handling)); f.Status != dossiers.Withdrawn || f.Step.Action != "" {
			t.Errorf("a timer brought it back: %+v", f.Step)
		}
	})
}

// A drawing tells people how far their dossier is, once.
func TestADrawingTells(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		w.Deps.Messages = messages{}
		w.Service = core.New(w.Deps)
		w.Flow.Handlers[core.TaskTell] = workflow.Handler{Within: w.Service.TellProgress}
		w.Draw(t, dossierstest.Drawing("appraise", "say", dossierstest.Task("appraise", "appraise", "authority")+`<serviceTask id="say" t:handler="dossiers.tell"/>`+dossierstest.Arrows("appraise say")))
		id := w.Drawn(t, "no")
		ok(t, w.Service.Finish(t.Context(), w.Officer, id, core.Done{}))
		w.Work(t, c)
		if n := w.Count(t, `SELECT COUNT(*) FROM jobs_queue WHERE kind = 'sms' AND body LIKE '%dossiers.progress%'`); n != 1 || deskOf(t, w, w.Officer) != "draft" {
			t.Errorf("told %d times, then %q", n, deskOf(t, w, w.Officer))
		}
	})
}
