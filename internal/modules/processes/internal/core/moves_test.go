// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/processes"
)

func TestAMoveTakesDossiersAlong(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, ids := t.Context(), w.cases(3)
		ok(t, w.Finish(ctx, w.Officer, ids[0])) // one stands at the draft
		before := w.Count(t, `SELECT COUNT(*) FROM workflow_tasks WHERE state = 'open'`)
		p, err := w.svc.PreviewMove(ctx, w.it, Draft{From: w.was, To: w.now}, "")
		ok(t, err)
		if p.From.Cases != 3 || !p.Fit() || len(p.Cases.Items) != 3 || p.Cases.Items[0].Subject.Code == "" || p.Cases.Items[0].Subject.Seen {
			t.Fatalf("%+v", p)
		}
		for _, n := range p.Nodes {
			if want := map[string]string{"draft": "write"}[n.ID]; want != "" && n.To != want {
				t.Errorf("the step %s is proposed as %q", n.ID, n.To)
			}
			if want := map[string]int{"draft": 1, "appraise": 2}[n.ID]; n.Count.Tokens != want {
				t.Errorf("%d stand at %s", n.Count.Tokens, n.ID)
			}
		}
		move := w.confirmed()
		w.work()
		m, err := w.svc.GetMove(ctx, w.it, move)
		ok(t, err)
		if m.State != processes.Finished || m.Done[processes.Moved] != 3 || m.Found != 3 || w.on(w.now) != 3 || w.on(w.was) != 0 {
			t.Errorf("%+v", m)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM workflow_tasks WHERE state = 'open'`); n != before {
			t.Errorf("%d tasks are open, %d were", n, before)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_dossiers WHERE step = 'write' AND action = 'draft'`) +
			w.Count(t, `SELECT COUNT(*) FROM dossiers_dossiers WHERE step = 'appraise' AND step_vi = 'Thẩm định nhanh'`); n != 3 {
			t.Errorf("%d dossiers follow", n)
		}
		// The dossier goes on by the new table: step by step, with its names and posts.
		ok(t, w.Finish(ctx, w.Officer, ids[1]))
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_dossiers d JOIN workflow_tasks t ON t.id = d.task AND t.state = 'open'
			WHERE d.id = $1 AND d.step = 'write' AND t.step = 'write' AND d.action = 'draft' AND d.step_vi = 'Dự thảo kết quả'`, string(ids[1])); n != 1 {
			t.Error("behind the move the dossier does not know its step")
		}
		_, err = w.Service.SaveResultDraft(ctx, w.Officer, ids[1], map[string]string{"finding": "x"})
		ok(t, err)
		_, err = w.Service.SendToSign(ctx, w.Officer, ids[1], w.Leader.Account)
		ok(t, err)
		ok(t, w.Service.Return(ctx, w.Leader, ids[1], "", "Ghi rõ hơn"))
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_dossiers WHERE id = $1 AND step = 'write' AND action = 'draft'`, string(ids[1])); n != 1 {
			t.Error("given back, the dossier does not know its step")
		}
		for _, e := range processes.AuditEvents()[:2] {
			if w.Audited(t, e, string(move)) != 1 {
				t.Errorf("%s was not recorded once", e)
			}
		}
		if w.Audited(t, processes.AuditMoveFinished, string(move)) != 1 {
			t.Error("the end was not recorded once")
		}
	})
}

func TestAMoveNeedsTwo(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, err := w.svc.ProposeMove(ctx, w.it, w.draft())
		refused(t, "nobody to move", err, processes.ErrNobody)
		w.cases(2)
		_, err = w.svc.ProposeMove(ctx, w.leader, w.draft())
		refused(t, "a leader proposes", err, access.ErrNotAllowed)
		less := w.draft()
		delete(less.Nodes, "appraise")
		_, err = w.svc.ProposeMove(ctx, w.it, less)
		refused(t, "a node without a target", err, processes.ErrBound)
		less = w.draft()
		less.Nodes["appraise"] = "nowhere"
		_, err = w.svc.ProposeMove(ctx, w.it, less)
		refused(t, "a target that is not there", err, processes.ErrBound)
		less = w.draft()
		less.To, less.Reason = less.From, " "
		if _, err = w.svc.ProposeMove(ctx, w.it, less); err == nil || !strings.Contains(err.Error(), "[to processes.other]") || !strings.Contains(err.Error(), "[reason processes.no_reason]") {
			t.Errorf("%v", err)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM workflow_definitions WHERE version = 2`); n != 0 {
			t.Error("what was refused left a version behind")
		}
		id, err := w.svc.ProposeMove(ctx, w.chk, w.draft())
		ok(t, err)
		if n := w.Count(t, `SELECT COUNT(*) FROM workflow_definitions WHERE version = 2`); n != 1 {
			t.Error("the version that cases go to is not there")
		}
		_, err = w.svc.ProposeMove(ctx, w.it, w.draft())
		refused(t, "a second move", err, processes.ErrOpen)
		refused(t, "who proposed confirms", w.svc.DecideMove(ctx, w.chk, id, true), processes.ErrSame)
		refused(t, "IT confirms", w.svc.DecideMove(ctx, w.it, id, true), access.ErrNotAllowed)
		refused(t, "IT takes back what another proposed", w.svc.DecideMove(ctx, w.it, id, false), access.ErrNotAllowed)
		w.work()
		if w.on(w.now) != 0 {
			t.Error("moved without a second person")
		}
		ok(t, w.svc.DecideMove(ctx, w.chk, id, false))
		refused(t, "twice", w.svc.DecideMove(ctx, w.chk, id, false), processes.ErrDecided)
	})
}

// Two people who may confirm press at the same time: the move begins once.
func TestTwoConfirmAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.cases(2)
		id, err := w.svc.ProposeMove(t.Context(), w.it, w.draft())
		ok(t, err)
		other := w.chk
		other.Account = "another"
		results := make([]error, 2)
		var wg sync.WaitGroup
		for i, actor := range []struct{ a string }{{w.chk.Account}, {other.Account}} {
			wg.Go(func() {
				who := w.chk
				who.Account = actor.a
				results[i] = w.svc.DecideMove(t.Context(), who, id, true)
			})
		}
		wg.Wait()
		if (results[0] == nil) == (results[1] == nil) || !errors.Is(errors.Join(results...), processes.ErrDecided) {
			t.Errorf("%v", results)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM jobs_queue WHERE kind = $1`, string(JobMove)); n != 1 || w.Audited(t, processes.AuditMoveConfirmed, string(id)) != 1 {
			t.Errorf("it began %d times", n)
		}
	})
}

// The plug is pulled in the middle of a batch, twice: every case is moved once,
// and counted once.
func TestACrashInTheMiddle(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.cases(5)
		move := w.confirmed()
		errPlug := errors.New("the plug")
		body, err := json.Marshal(string(move))
		ok(t, err)
		w.svc.batch = 3
		for _, after := range []int{2, 1} {
			n := 0
			w.svc.trip = func(string) error {
				if n++; n == after {
					return errPlug
				}
				return nil
			}
			if err := w.svc.MoveBatch(t.Context(), body); !errors.Is(err, errPlug) {
				t.Fatalf("%v", err)
			}
		}
		w.svc.trip = nil
		w.work()
		m, err := w.svc.GetMove(t.Context(), w.it, move)
		ok(t, err)
		if m.State != processes.Finished || m.Done[processes.Moved] != 5 || m.All() != 5 || w.on(w.now) != 5 {
			t.Errorf("%+v", m.Move)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM workflow_history WHERE event = 'moved'`); n != 5 {
			t.Errorf("moved %d times", n)
		}
		ok(t, w.svc.MoveBatch(t.Context(), body)) // a late runner changes nothing
		if w.Audited(t, processes.AuditMoveFinished, string(move)) != 1 {
			t.Error("it ended twice")
		}
	})
}

// While cases are moved people complete their tasks, two runners at once: no
// case is lost, none is done twice, and every result is true.
func TestAMoveWhilePeopleWork(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, ids := t.Context(), w.cases(8)
		ok(t, w.Service.Withdraw(ctx, w.Citizen, ids[7], "Không còn nhu cầu"))
		move := w.confirmed()
		body, err := json.Marshal(string(move))
		ok(t, err)
		w.svc.batch = 3
		var wg sync.WaitGroup
		wg.Go(func() {
			for _, id := range ids[:7] {
				if err := w.Finish(ctx, w.Officer, id); err != nil {
					t.Error(err)
				}
			}
		})
		for range 2 {
			wg.Go(func() {
				for range 3 {
					if err := w.svc.MoveBatch(ctx, body); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		w.work()
		m, err := w.svc.GetMove(ctx, w.it, move)
		ok(t, err)
		if m.State != processes.Finished || m.Done[processes.Moved] != 7 || m.All() != 7 || w.on(w.now) != 7 {
			t.Errorf("%+v", m.Move)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM dossiers_dossiers d JOIN workflow_tasks t ON t.id = d.task AND t.state = 'open' AND t.step = d.step WHERE d.step = 'write' AND d.action = 'draft'`); n != 7 {
			t.Errorf("%d of 7 dossiers stand where their case stands", n)
		}
	})
}

// A case that comes to where the map says nothing stays, with the reason, and
// one that ended meanwhile is said to have.
func TestAMoveSaysWhyNot(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx, ids := t.Context(), w.cases(4)
		d := w.draft()
		delete(d.Nodes, "draft")
		move, err := w.svc.ProposeMove(ctx, w.it, d)
		ok(t, err)
		ok(t, w.svc.DecideMove(ctx, w.chk, move, true))
		ok(t, w.Finish(ctx, w.Officer, ids[0])) // to the draft
		n := 0
		w.svc.trip = func(string) error { // while the batch runs, the last case ends
			if n++; n == 1 {
				return w.Service.Withdraw(ctx, w.Citizen, ids[3], "Không còn nhu cầu")
			}
			return nil
		}
		w.work()
		var said []string
		page, err := w.svc.ListResults(ctx, w.it, move, "", "")
		ok(t, err)
		for _, r := range page.Items {
			said = append(said, string(r.Outcome)+" "+r.Why+" "+r.Steps)
			if r.Subject.Code == "" {
				t.Errorf("%+v has no code", r)
			}
		}
		if got := strings.Join(said, "; "); got != "refused workflow.unmapped draft; moved  ; moved  ; over workflow.ended " {
			t.Errorf("%s", got)
		}
		if w.on(w.was) != 1 || w.on(w.now) != 2 {
			t.Errorf("%d stay, %d moved", w.on(w.was), w.on(w.now))
		}
		only, err := w.svc.ListResults(ctx, w.it, move, processes.Refused, "")
		if err != nil || len(only.Items) != 1 {
			t.Errorf("%+v %v", only, err)
		}
	})
}

func TestNodesAreProposedByIDThenByName(t *testing.T) {
	t.Parallel()
	step := func(id, name, next string) workflow.Step {
		s := workflow.Step{ID: id, Post: "officer", Unit: "authority", Hours: 1, Action: "appraise"}
		if s.Name.VI = name; next != "" {
			s.Next = []string{next}
		}
		return s
	}
	compile := func(steps ...workflow.Step) *workflow.Definition {
		d, err := workflow.Compile(workflow.Table{ID: "x", Version: 1, Steps: steps}, nil)
		ok(t, err)
		return d
	}
	a := compile(step("a", "Một", "b"), step("b", "Hai", "c"), step("c", "Ba", "d"), step("d", "Bốn", ""))
	b := compile(step("a", "Khác", "x"), step("x", "HAI", "y"), step("y", "Ba", "z"), step("z", "Ba", ""))
	got := Propose(a.Model(), b.Model())
	if len(got) != 2 || got["a"] != "a" || got["b"] != "x" {
		t.Errorf("%v", got)
	}
}
