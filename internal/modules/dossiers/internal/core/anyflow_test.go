// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/dossiers/internal/core"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// parts draws a random piece of a process between accepting and drafting.
type parts struct {
	t *rapid.T
	n int
}

func (p *parts) id(kind string) string { p.n++; return fmt.Sprint(kind, p.n) }

func (p *parts) one(depth int) (text, from, to string) {
	kinds := []string{"appraise", "consult", "program", "clock"}
	if depth > 0 {
		kinds = append(kinds, "both", "row", "zone", "back", "sub", "both")
	}
	kind := rapid.SampledFrom(kinds).Draw(p.t, "part")
	id := p.id(kind)
	units := []string{"authority", "unit:" + dossierstest.Dept, "unit:" + dossierstest.Other}
	switch kind {
	case "appraise", "consult":
		return dossierstest.Task(id, kind, rapid.SampledFrom(units).Draw(p.t, "unit")), id, id
	case "program":
		return `<serviceTask id="` + id + `" t:handler="test.book"/>`, id, id
	case "clock":
		return `<intermediateCatchEvent id="` + id + `"><timerEventDefinition><timeDuration>PT2H</timeDuration></timerEventDefinition></intermediateCatchEvent>`, id, id
	}
	one, from1, to1 := p.one(depth - 1)
	switch kind {
	case "sub":
		return `<subProcess id="` + id + `"><startEvent id="` + id + `s"/>` + one + `<endEvent id="` + id + `z"/>` + dossierstest.Arrows(id+"s "+from1, to1+" "+id+"z") + `</subProcess>`, id, id
	case "back":
		return one + dossierstest.Task(id, "appraise", "authority") + `<exclusiveGateway id="` + id + `x" default="` + id + "x." + id + `o"/><exclusiveGateway id="` + id + `m"/><exclusiveGateway id="` + id + `o"/>` +
			dossierstest.Arrows(id+"m "+from1, to1+" "+id, id+" "+id+"x", id+"x "+id+"o", id+"x "+id+`m outcome == "return"`), id + "m", id + "o"
	}
	two, from2, to2 := p.one(depth - 1)
	switch kind {
	case "row":
		return one + two + dossierstest.Arrows(to1+" "+from2), from1, to2
	case "zone":
		return one + two + `<exclusiveGateway id="` + id + `" default="` + id + "." + from1 + `"/><exclusiveGateway id="` + id + `o"/>` +
			dossierstest.Arrows(id+" "+from1, id+" "+from2+` in_zone == "yes"`, to1+" "+id+"o", to2+" "+id+"o"), id, id + "o"
	}
	return one + two + `<parallelGateway id="` + id + `"/><parallelGateway id="` + id + `o"/>` +
		dossierstest.Arrows(id+" "+from1, id+" "+from2, to1+" "+id+"o", to2+" "+id+"o"), id, id + "o"
}

// tried is one thing somebody may try.
func tried(w *dossierstest.World, a identity.Actor, what string, id dossiers.ID) func(ctx context.Context) error {
	s := w.Service
	return func(ctx context.Context) error {
		switch what {
		case "finish":
			return s.Finish(ctx, a, id, core.Done{})
		case "claim":
			return s.Claim(ctx, a, id, "")
		case "release":
			return s.Release(ctx, a, id, "")
		case "return":
			return s.Return(ctx, a, id, "", "chưa đúng quy định")
		case "ask":
			return only(s.Consult(ctx, a, id, ask(dossierstest.Dept)))
		case "answer":
			page, err := s.ListAsked(ctx, a, "")
			if err != nil || len(page.Items) == 0 {
				return err
			}
			return s.AnswerOpinion(ctx, a, page.Items[0].ID, core.Advice{Outcome: workflow.Agreed, Words: "Nhất trí."})
		case "draft":
			return only(s.SaveResultDraft(ctx, a, id, map[string]string{"finding": "Thường trú"}))
		case "send":
			return only(s.SendToSign(ctx, a, id, w.Leader.Account))
		case "sign":
			return only(s.Sign(ctx, a, id))
		case "issue":
			return only(s.Issue(ctx, a, id))
		case "deliver":
			return s.Deliver(ctx, a, id, core.Handover{Electronic: true})
		case "missing":
			return s.AskSupplement(ctx, a, id, core.Ask{Again: true, Reason: "Phát hiện thêm khi đối chiếu", Missing: []core.Missing{{What: "a", Why: "b"}}})
		case "supply":
			return s.SupplyMissing(ctx, w.Citizen, id, core.Supply{Message: "đã gửi"})
		}
		return s.Withdraw(ctx, w.Citizen, id, "không cần nữa, xin rút")
	}
}

// Random acts by random people on random drawings: whatever is tried, what lists
// show is what the workflow has open, no opinion outlives its step, a dossier is
// over when its case is, and no result leaves unaccepted, unsigned or unnumbered.
func TestAnythingOnAnyDrawing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *dossierstest.World, c *dbtest.Clock) {
		people := []identity.Actor{w.Officer, w.Second, w.Leader, w.Records, w.Clerk, w.DeptOfficer, w.OtherOfficer}
		acts := []string{"finish", "finish", "finish", "claim", "release", "return", "ask", "answer", "answer", "draft", "send", "sign", "issue", "deliver", "missing", "supply", "supply", "withdraw"}
		rounds, over := 16, 0
		if w.DB.Dialect() == db.Postgres {
			rounds = 5
		}
		for round := range rounds {
			text := rapid.Custom(func(rt *rapid.T) string {
				p := &parts{t: rt}
				part, from, to := p.one(3)
				return dossierstest.Drawing(from, to, part)
			}).Example(round)
			doc, err := bpmn.Read([]byte(text))
			ok(t, err)
			if len(doc.Model().Check(bpmn.Known{})) > 0 {
				t.Fatalf("a well-formed drawing is refused: %v\n%s", doc.Model().Check(bpmn.Known{}), text)
			}
			w.Draw(t, text)
			id := w.Drawn(t, []string{"yes", "no"}[round%2])
			plan := rapid.SliceOfN(rapid.IntRange(0, len(people)*len(acts)-1), 60, 60).Example(round)
			for i, n := range plan {
				what := acts[n%len(acts)]
				if what == "withdraw" && i < 50 {
					what = "finish" // hardly any dossier would come far
				}
				_ = tried(w, people[n/len(acts)], what, id)(t.Context()) // refused or not, what follows must hold
				w.Work(t, c)
				if i%5 == 4 {
					c.Advance(3 * time.Hour)
					w.Work(t, c)
				}
				agree(t, w, id, what, text)
				if t.Failed() {
					return
				}
			}
			over += w.Count(t, `SELECT COUNT(*) FROM dossiers_dossiers WHERE id = $1 AND status IN (7, 10)`, string(id))
		}
		if over == 0 {
			t.Error("no dossier came to its end: the test says little")
		}
	})
}

// agree holds that dossier and case say the same.
func agree(t *testing.T, w *dossierstest.World, id dossiers.ID, after, text string) {
	t.Helper()
	for what, query := range map[string]string{
		"open steps that lists do not show": `SELECT COUNT(*) FROM workflow_tasks t JOIN workflow_instances c ON c.id = t.instance_id WHERE c.subject_id = $1 AND t.state = 'open' AND t.kind = 'step'
			AND NOT EXISTS (SELECT 1 FROM dossiers_tasks d WHERE d.id = t.id AND d.unit = t.unit_id AND d.assignee = t.claimed_by AND d.due_at = t.due_at)`,
		"steps in lists that are not open": `SELECT COUNT(*) FROM dossiers_tasks d WHERE d.dossier_id = $1 AND NOT EXISTS (SELECT 1 FROM workflow_tasks t WHERE t.id = d.id AND t.state = 'open')`,
		"opinions that outlive their step": `SELECT COUNT(*) FROM dossiers_opinions o WHERE o.dossier_id = $1 AND (o.state = 'open') <> EXISTS (SELECT 1 FROM workflow_tasks t WHERE t.id = o.id AND t.state = 'open')`,
		"dossiers over without their case": `SELECT COUNT(*) FROM dossiers_dossiers d JOIN workflow_instances c ON c.subject_id = d.id WHERE d.id = $1 AND (d.status IN (7, 10)) <> (c.state <> 'running')`,
		"waiting that is no pause":         `SELECT COUNT(*) FROM dossiers_dossiers d JOIN workflow_instances c ON c.subject_id = d.id WHERE d.id = $1 AND c.state = 'running' AND (d.status = 5) <> (c.paused_at IS NOT NULL)`,
		"results that left too early": `SELECT COUNT(*) FROM dossiers_dossiers d LEFT JOIN dossiers_results r ON r.dossier_id = d.id
			WHERE d.id = $1 AND d.status IN (9, 10) AND (d.code = '' OR d.accepted_at IS NULL OR r.signed_at IS NULL OR r.number < 1 OR r.issued_at IS NULL)`,
	} {
		if n := w.Count(t, query, string(id)); n != 0 {
			t.Errorf("after %s: %d %s\n%s", after, n, what, text)
		}
	}
}
