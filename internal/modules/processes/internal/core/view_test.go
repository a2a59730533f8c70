// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/kernel/workflow/bpmn"
	"tinhso.vn/internal/kernel/workflow/steptable"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/platform/db"
)

func TestTheListAndAVersion(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, err := w.svc.List(ctx, w.Officer, "", "")
		refused(t, "an officer", err, access.ErrNotAllowed)
		p, err := w.svc.List(ctx, w.it, "", "")
		if err != nil || len(p.Items) != 1 || len(p.Items[0].Versions) != 1 || !p.Items[0].Versions[0].Added.IsZero() {
			t.Fatalf("before any case: %+v %v", p, err)
		}
		w.cases(3)
		w.clock.Advance(10 * 24 * time.Hour)
		for question, want := range map[string]int{"": 1, "cư trú": 1, "CU TRU": 1, "1.000001": 1, "rượu": 0, "cư rượu": 0} {
			if p, err := w.svc.List(ctx, w.it, question, ""); err != nil || len(p.Items) != want {
				t.Errorf("%q finds %d, %v", question, len(p.Items), err)
			}
		}
		p, err = w.svc.List(ctx, w.it, "", "")
		ok(t, err)
		v := p.Items[0].Versions
		if len(v) != 2 || v[0].Ref != w.now || len(v[0].Uses) != 1 || len(v[1].Uses) != 0 || v[1].Cases != 3 || v[1].Late != 3 {
			t.Errorf("%+v", v)
		}
		one, err := w.svc.Get(ctx, w.it, w.was)
		ok(t, err)
		if one.Cases != 3 || len(one.Steps) != 6 || one.Steps[1].Count.Tokens != 3 || one.Steps[1].Count.Late != 3 || one.Before != nil {
			t.Errorf("%+v", one.Steps)
		}
		two, err := w.svc.Get(ctx, w.it, w.now)
		ok(t, err)
		said := map[string]string{}
		for _, c := range two.Changes {
			said[c.Node] = c.Kind
			for _, part := range c.Parts {
				said[c.Node] += " " + part.What + ":" + part.Was + ">" + part.Now
			}
		}
		want := map[string]string{
			"appraise": "changed name:Thẩm định>Thẩm định nhanh time:8 giờ làm việc>6 giờ làm việc", "write": "added", "draft": "removed",
			"issue": "changed post:records_clerk>leader", "accept": "changed next:Thẩm định>Thẩm định nhanh",
		}
		if !reflect.DeepEqual(said, want) {
			t.Errorf("%v", said)
		}
		if two.Cases != 0 || two.Before.Ref != w.was {
			t.Errorf("%+v", two.Version)
		}
		_, err = w.svc.Get(ctx, w.it, workflow.Ref{Flow: "nothing", Version: 1})
		refused(t, "no process", err, processes.ErrNotFound)
	})
}

// Who looks after one ward sees its cases and no others.
func TestAnotherWardSeesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		w.cases(2)
		elsewhere := w.OtherLeader.Grant(processes.PermView, placeOf(dossierstest.Other))
		for _, tt := range []struct {
			name string
			who  string
			want int
		}{{"the ward", "here", 2}, {"elsewhere", "", 0}} {
			actor := elsewhere
			if tt.who != "" {
				actor = w.leader
			}
			v, err := w.svc.Get(ctx, actor, w.was)
			ok(t, err)
			cases, err := w.svc.ListCases(ctx, actor, w.was, "appraise", "")
			ok(t, err)
			if v.Cases != tt.want || v.Steps[1].Count.Tokens != tt.want || len(cases.Items) != tt.want {
				t.Errorf("%s sees %d, %d, %d", tt.name, v.Cases, v.Steps[1].Count.Tokens, len(cases.Items))
			}
			if tt.want > 0 && (!cases.Items[0].Subject.Seen || !strings.HasPrefix(cases.Items[0].Subject.Code, "Z01.103-")) {
				t.Errorf("%+v", cases.Items[0])
			}
		}
	})
}

// What is taken away can be read again.
func TestExportsAreReadAgain(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		_, err := w.svc.Export(ctx, w.Officer, w.now, XLSX)
		refused(t, "an officer", err, access.ErrNotAllowed)
		d, err := w.svc.definition(ctx, w.now)
		ok(t, err)
		for _, format := range []Format{XLSX, YAML} {
			f, err := w.svc.Export(ctx, w.it, w.now, format)
			ok(t, err)
			got, wrong := steptable.Read(f.Data, steptable.Reading{ID: "x", Version: 2, Known: func(string) bool { return true }})
			if len(wrong) > 0 || len(got.Steps) != 6 {
				t.Fatalf("%s: %+v\n%s", format, wrong, f.Data)
			}
			for i, s := range d.Table().Steps {
				g := got.Steps[i]
				if g.Name.VI != s.Name.VI || g.Post != s.Post || g.Unit != s.Unit || g.Hours != s.Hours || len(g.Next) != len(s.Next) || (g.Back == "") != (s.Back == "") || g.Product.VI != s.Product.VI {
					t.Errorf("%s: %+v is read as %+v", format, s, g)
				}
			}
		}
		f, err := w.svc.Export(ctx, w.it, w.now, BPMN)
		ok(t, err)
		doc, err := bpmn.Read(f.Data)
		if err != nil || len(doc.Model().Users()) != 6 {
			t.Errorf("%v", err)
		}
		_, err = w.svc.Export(ctx, w.it, w.now, "exe")
		refused(t, "another format", err, processes.ErrNotFound)
	})
}

// past makes cases that ended, at which each step took its hours times a factor.
func (w *world) past(n int) {
	w.t.Helper()
	ctx := w.t.Context()
	d, err := w.svc.definition(ctx, w.was)
	ok(w.t, err)
	units, err := json.Marshal(map[string]string{})
	ok(w.t, err)
	ok(w.t, w.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := workflow.Apply(ctx, tx, d); err != nil {
			return err
		}
		for i := range n {
			c := fmt.Sprintf("past-%03d", i)
			if _, err := tx.Exec(ctx, `INSERT INTO workflow_instances (id, flow_id, version, subject_kind, subject_id, units, state, started_at, ended_at)
				VALUES ($1, $2, $3, 'dossier', $1, $4, 'done', 1, $5)`, c, w.was.Flow, w.was.Version, string(units), i+2); err != nil {
				return err
			}
			at := w.clock.Now() // Monday 9:30: five hours are left of the day
			for _, s := range d.Table().Steps {
				took := time.Duration(s.Hours) * 30 * time.Minute
				if s.ID == "sign" {
					took = 4*time.Hour + 30*time.Minute // late, always
				}
				id := c + s.ID
				if _, err := tx.Exec(ctx, `INSERT INTO workflow_tokens (id, instance_id, step, state) VALUES ($1, $2, $3, 'done')`, id, c, s.ID); err != nil {
					return err
				}
				from := at
				if s.ID == "sign" {
					from = at.AddDate(0, 0, 1).Add(-2 * time.Hour) // from 7:30 the next day, over noon
					took = 6*time.Hour + 30*time.Minute
				}
				if _, err := tx.Exec(ctx, `INSERT INTO workflow_tasks (id, instance_id, token_id, step, post, unit_id, state, claimed_by, claimer, opened_at, due_at, ended_by, ender, ended_at)
					VALUES ($1, $2, $1, $3, $4, $5, 'done', '', '', $6, $6, '', '', $7)`, id, c, s.ID, s.Post, dossierstest.Ward, db.At(from), db.At(from.Add(took))); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

func TestASimulation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		sim, err := w.svc.Simulate(ctx, w.it, w.now, Question{})
		if err != nil || !sim.Few || sim.Result.Cases != 0 || len(sim.Posts) != 0 {
			t.Fatalf("without a past: %+v %v", sim, err)
		}
		w.past(12)
		sim, err = w.svc.Simulate(ctx, w.it, w.was, Question{Hours: map[string]float64{"sign": 8, "draft": 1.5}, Posts: map[string]string{"issue": "leader"}})
		ok(t, err)
		r := sim.Result
		// accept 2, appraise 2 (over noon), draft 2, sign 4.5, issue 1, deliver 1
		if sim.Few || r.Cases != 12 || sim.Now.Steps[2].Hours != 1 || sim.Now.Steps[2].Minutes != 30 || r.Steps[3].Was.P50 != 4.5 || r.Steps[3].Was.Late != 1 || r.Steps[3].Now.Late != 0 || r.Steps[2].Now.Late != 1 {
			t.Errorf("%+v", r)
		}
		if r.Steps[4].Assumed != 12 { // no leader has ever issued
			t.Errorf("%+v", r.Steps[4])
		}
		if len(sim.Posts) != 4 || !sim.Posts[0].Narrow || sim.Posts[0].Post != "leader" || sim.Posts[0].Late != 1 || math.Abs(sim.Posts[0].Share+sim.Posts[1].Share+sim.Posts[2].Share+sim.Posts[3].Share-1) > 1e-9 {
			t.Errorf("%+v", sim.Posts)
		}
		for _, q := range []Question{
			{Hours: map[string]float64{"sign": -1}},
			{Hours: map[string]float64{"sign": math.NaN()}},
			{Hours: map[string]float64{"nothing": 1}},
			{Elastic: 2},
			{Posts: map[string]string{"sign": " "}},
			{Posts: map[string]string{"nothing": "x"}},
		} {
			if _, err := w.svc.Simulate(ctx, w.it, w.was, q); err == nil {
				t.Errorf("%+v is let in", q)
			}
		}
		elsewhere := w.OtherLeader.Grant(processes.PermView, placeOf(dossierstest.Other))
		if sim, err := w.svc.Simulate(ctx, elsewhere, w.was, Question{}); err != nil || sim.Result.Cases != 0 {
			t.Errorf("elsewhere: %+v %v", sim.Result, err)
		}
		if sim, err := w.svc.Simulate(ctx, w.leader, w.was, Question{}); err != nil || sim.Result.Cases != 12 {
			t.Errorf("the ward: %+v %v", sim.Result, err)
		}
	})
}
