// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/platform/db"
)

// lookup is a process with a service task that may fail, a condition behind it
// and a timer.
const lookup = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:tinhso="https://tinhso.vn/bpmn/1" id="d" targetNamespace="x">
  <bpmn:error id="e1" name="rong" errorCode="empty"/>
  <bpmn:process id="tra-cuu" name="Tra cứu" isExecutable="true">
    <bpmn:extensionElements><tinhso:variable name="found" type="bool"/></bpmn:extensionElements>
    <bpmn:startEvent id="s"/>
    <bpmn:sequenceFlow id="f0" sourceRef="s" targetRef="look"/>
    <bpmn:serviceTask id="look" name="Hỏi cơ sở dữ liệu" tinhso:handler="test.look"/>
    <bpmn:boundaryEvent id="none" attachedToRef="look"><bpmn:errorEventDefinition errorRef="e1"/></bpmn:boundaryEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="look" targetRef="work"/>
    <bpmn:sequenceFlow id="f2" sourceRef="none" targetRef="end2"/>
    <bpmn:userTask id="work" name="Xem xét" tinhso:post="officer" tinhso:unit="authority" tinhso:due="PT4H" tinhso:action="appraise"/>
    <bpmn:sequenceFlow id="f3" sourceRef="work" targetRef="wait"/>
    <bpmn:intermediateCatchEvent id="wait" name="Chờ một ngày"><bpmn:timerEventDefinition><bpmn:timeDuration>PT24H</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>
    <bpmn:sequenceFlow id="f4" sourceRef="wait" targetRef="end"/>
    <bpmn:endEvent id="end"/>
    <bpmn:endEvent id="end2"/>
  </bpmn:process>
</bpmn:definitions>`

// begin starts a case of the drawn process about nothing.
func (w *world) begin(subject string) workflow.ID {
	w.t.Helper()
	d, err := workflow.CompileBPMN([]byte(lookup), bpmn.Known{})
	if err != nil {
		w.t.Fatalf("%+v", err)
	}
	var m workflow.Moved
	ok(w.t, w.DB.Write(w.t.Context(), func(tx *db.Tx) (err error) {
		if _, err := workflow.Apply(w.t.Context(), tx, d); err != nil {
			return err
		}
		m, err = w.svc.Flows.Begin(w.t.Context(), tx, w.it, workflow.Begin{
			Flow: "tra-cuu", Version: d.Table().Version, Subject: workflow.Subject{Kind: "test", ID: subject}, Units: map[string]string{"authority": dossierstest.Ward},
		})
		return err
	}))
	return m.Case
}

// fail runs the job of the service task until it is given up.
func (w *world) fail() {
	w.t.Helper()
	w.svc.Flows.Handlers["test.look"] = workflow.Handler{Within: func(context.Context, *db.Tx, workflow.Call) (workflow.Result, error) {
		return workflow.Result{}, errors.New("the other side is silent")
	}}
	for range jobs.MaxAttempts {
		if did, err := jobs.Work(w.t.Context(), w.DB, w.svc.Flows.Jobs(w.DB)); !did || err == nil {
			w.t.Fatalf("%v %v", did, err)
		}
		w.clock.Advance(31 * time.Minute)
	}
}

func (w *world) stuck(actor identity.Actor, k Kind) []Stuck {
	w.t.Helper()
	p, err := w.svc.ListStuck(w.t.Context(), actor, k, "")
	ok(w.t, err)
	return p.Items
}

func TestAFailedServiceTask(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.begin("s1")
		if all := w.stuck(w.it, Failed); len(all) != 0 {
			t.Errorf("before it fails: %+v", all)
		}
		w.fail()
		all := w.stuck(w.it, Failed)
		if len(all) != 1 || !strings.Contains(all[0].Error, "silent") || all[0].Node != "Hỏi cơ sở dữ liệu" || !all[0].Service {
			t.Fatalf("%+v", all)
		}
		if seen := w.stuck(w.leader, Failed); len(seen) != 0 {
			t.Errorf("no task of the ward, and the leader sees %+v", seen)
		}
		if idle := w.stuck(w.it, Idle); len(idle) != 0 {
			t.Errorf("a job waits for a person, and the case is idle: %+v", idle)
		}
		refused(t, "a leader tries again", w.svc.RetryTask(ctx, w.leader, all[0].Key), access.ErrNotAllowed)
		refused(t, "another kind of job", w.svc.RetryTask(ctx, w.it, "nothing"), processes.ErrNotFound)
		ok(t, w.svc.RetryTask(ctx, w.it, all[0].Key))
		w.svc.Flows.Handlers["test.look"] = workflow.Handler{Within: func(context.Context, *db.Tx, workflow.Call) (workflow.Result, error) {
			return workflow.Result{Vars: map[string]any{"found": true}}, nil
		}}
		if did, err := jobs.Work(ctx, w.DB, w.svc.Flows.Jobs(w.DB)); !did || err != nil {
			t.Fatalf("%v %v", did, err)
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM workflow_tasks WHERE step = 'work' AND state = 'open'`); n != 1 || w.Audited(t, processes.AuditRetried, all[0].Key) != 1 {
			t.Errorf("%d open", n)
		}
	})
}

func TestAnAnswerByHand(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.begin("s1")
		w.fail()
		token := w.stuck(w.it, Failed)[0].Place.Token
		b, err := w.svc.GetByHand(ctx, w.it, token)
		if err != nil || len(b.Variables) != 1 || len(b.Errors) != 1 || b.Errors[0] != "empty" {
			t.Fatalf("%+v %v", b, err)
		}
		for _, tt := range []struct {
			h    Hand
			want string
		}{
			{Hand{}, "[reason processes.no_reason]"},
			{Hand{Reason: "x", Values: map[string]string{"found": "12"}}, "[var-found processes.value]"},
			{Hand{Reason: "x", Values: map[string]string{"other": "1"}}, "[var-other processes.value]"},
			{Hand{Reason: "x", Error: "unknown"}, workflow.ErrUncaught.Code},
		} {
			if err := w.svc.AnswerTask(ctx, w.it, token, tt.h); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%+v: %v", tt.h, err)
			}
		}
		refused(t, "a leader answers", w.svc.AnswerTask(ctx, w.leader, token, Hand{Reason: "x"}), access.ErrNotAllowed)
		ok(t, w.svc.AnswerTask(ctx, w.it, token, Hand{Reason: "Đã hỏi qua điện thoại", Values: map[string]string{"found": "có"}}))
		refused(t, "answered twice", w.svc.AnswerTask(ctx, w.it, token, Hand{Reason: "x"}), processes.ErrNotFound)
		if n := w.Count(t, `SELECT COUNT(*) FROM workflow_history WHERE event = 'by_hand' AND account = $1 AND note = 'Đã hỏi qua điện thoại'`, w.it.Account); n != 1 || w.Audited(t, processes.AuditAnswered, token) != 1 {
			t.Error("it is not in the history")
		}
		if n := w.Count(t, `SELECT COUNT(*) FROM jobs_queue`); n != 0 || len(w.stuck(w.it, Failed)) != 0 {
			t.Errorf("%d jobs are left", n)
		}
		if seen := w.stuck(w.leader, Failed); len(seen) != 0 {
			t.Errorf("%+v", seen)
		}
		w.begin("s2") // and an error that the process takes
		w.fail()
		token = w.stuck(w.it, Failed)[0].Place.Token
		ok(t, w.svc.AnswerTask(ctx, w.it, token, Hand{Reason: "Không có", Error: "empty"}))
		if n := w.Count(t, `SELECT COUNT(*) FROM workflow_instances WHERE subject_id = 's2' AND state = 'done'`); n != 1 {
			t.Error("the error was not taken")
		}
	})
}

func TestTimersAndIdleCases(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		c := w.begin("s1")
		if n := len(w.stuck(w.it, Idle)); n != 0 {
			t.Errorf("%d idle while a job is queued", n)
		}
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, `DELETE FROM jobs_queue`); return err })) // the job is lost
		if all := w.stuck(w.it, Idle); len(all) != 1 || all[0].Key != string(c) {
			t.Fatalf("%+v", all)
		}
		if err := w.svc.RouseCase(ctx, w.it, c, " "); err == nil || !strings.Contains(err.Error(), "no_reason") {
			t.Errorf("%v", err)
		}
		refused(t, "a leader", w.svc.RouseCase(ctx, w.leader, c, "x"), access.ErrNotAllowed)
		ok(t, w.svc.RouseCase(ctx, w.it, c, "Mất việc nền sau khi khôi phục"))
		refused(t, "twice", w.svc.RouseCase(ctx, w.it, c, "x"), workflow.ErrNotService)
		w.svc.Flows.Handlers["test.look"] = workflow.Handler{Within: func(context.Context, *db.Tx, workflow.Call) (workflow.Result, error) { return workflow.Result{}, nil }}
		if did, err := jobs.Work(ctx, w.DB, w.svc.Flows.Jobs(w.DB)); !did || err != nil {
			t.Fatalf("%v %v", did, err)
		}
		open, err := workflow.Of(ctx, w.DB, workflow.Subject{Kind: "test", ID: "s1"})
		ok(t, err)
		ok(t, w.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := w.svc.Flows.Finish(ctx, tx, w.Officer, open[0].ID, workflow.Outcome{})
			return err
		}))
		w.clock.Advance(24*time.Hour + 2*time.Minute)
		if n := len(w.stuck(w.it, Overdue)); n != 0 {
			t.Errorf("%d overdue after two minutes", n)
		}
		w.clock.Advance(4 * time.Minute)
		all := w.stuck(w.it, Overdue)
		if len(all) != 1 || all[0].Node != "Chờ một ngày" || len(w.stuck(w.leader, Overdue)) != 1 {
			t.Fatalf("%+v", all)
		}
		refused(t, "a leader rings", w.svc.RingTimer(ctx, w.leader, all[0].Key), access.ErrNotAllowed)
		refused(t, "nothing rings", w.svc.RingTimer(ctx, w.it, "x"), processes.ErrNotFound)
		ok(t, w.svc.RingTimer(ctx, w.it, all[0].Key))
		if n := w.Count(t, `SELECT COUNT(*) FROM workflow_instances WHERE state = 'done'`); n != 1 || w.Audited(t, processes.AuditRung, all[0].Key) != 1 {
			t.Error("it did not ring")
		}
	})
}
