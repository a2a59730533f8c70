// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"testing"

	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/dossierstest"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/procedurestest"
	"tinhso.vn/internal/modules/processes"
	"tinhso.vn/internal/modules/processes/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// world is the province of dossierstest, where real dossiers run, with people
// who look after its processes.
type world struct {
	*dossierstest.World
	t        *testing.T
	svc      *Service
	clock    *dbtest.Clock
	uses     *catalogue
	was, now workflow.Ref // the process of the dossiers, and its next version
	it, chk  identity.Actor
	leader   identity.Actor // of the ward, who sees and declares
}

// catalogue has the versions of one procedure; the last one is of today.
type catalogue struct {
	of  func(procedures.Version) (*workflow.Definition, error)
	all []procedures.Version
}

func (c *catalogue) Uses(context.Context) (all []processes.Use, err error) {
	v := c.all[len(c.all)-1]
	d, err := c.of(v)
	if err != nil {
		return nil, err
	}
	t := d.Table()
	return []processes.Use{{Procedure: string(v.ID), Code: v.Code, Name: v.Name, Title: t.Title, Ref: workflow.Ref{Flow: t.ID, Version: t.Version}}}, nil
}

func (c *catalogue) Definition(_ context.Context, of workflow.Ref) (*workflow.Definition, bool, error) {
	for _, v := range c.all {
		d, err := c.of(v)
		if err != nil {
			return nil, false, err
		}
		if t := d.Table(); t.ID == of.Flow && t.Version == of.Version {
			return d, true, nil
		}
	}
	return nil, false, nil
}

func migrations() []db.Migrations {
	return append(dossierstest.Migrations(), store.Migrations())
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.Each(t, migrations(), func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		base := dossierstest.New(t, d)
		old := procedurestest.Version(t)
		fresh := procedurestest.Version(t, func(v *procedures.Version) {
			v.Flow.Version = 2
			steps := append([]procedures.Step{}, v.Flow.Steps...)
			steps[1].Hours, steps[1].Name = 6, i18n.Text{VI: "Thẩm định nhanh"}
			steps[2].ID, steps[1].Next, steps[3].Back = "write", []string{"write"}, "write" // the name stays
			steps[4].Post = "leader"
			v.Flow.Steps = steps
		})
		w := &world{World: base, t: t, clock: c, uses: &catalogue{of: base.Service.ProcessOf, all: []procedures.Version{old, fresh}}}
		w.svc = New(Deps{
			DB: d, Flows: &workflow.Engine{Calendar: base.Deps.Calendar, Handlers: map[string]workflow.Handler{}}, Catalogue: w.uses,
			Followers: map[string]processes.Follower{"dossier": base.Service}, Codes: base.Service, Dossiers: base.Service,
			Name: func(_ context.Context, account string) string { return "tên " + account },
		})
		w.was, w.now = w.ref(old), w.ref(fresh)
		whole := identity.Place{Unit: "tinh", Subtree: true}
		w.it = base.Auditor.Grant(processes.PermView, whole).Grant(processes.PermMove, whole).Grant(processes.PermRepair, whole)
		w.chk = base.Deputy.Grant(processes.PermView, whole).Grant(processes.PermApproveMove, whole).Grant(processes.PermMove, whole)
		ward := identity.Place{Unit: dossierstest.Ward, Subtree: true}
		w.leader = base.Leader.Grant(processes.PermView, ward).Grant(processes.PermAbsence, ward).Grant(processes.PermAbsenceUnit, ward)
		f(t, w)
	})
}

func (w *world) ref(v procedures.Version) workflow.Ref {
	w.t.Helper()
	d, err := w.Service.ProcessOf(v)
	ok(w.t, err)
	return workflow.Ref{Flow: d.Table().ID, Version: d.Table().Version}
}

// cases makes so many accepted dossiers, which wait to be appraised.
func (w *world) cases(n int) (ids []dossiers.ID) {
	w.t.Helper()
	for range n {
		ids = append(ids, w.Accepted(w.t))
	}
	return ids
}

func (w *world) draft() Draft {
	return Draft{From: w.was, To: w.now, Reason: "Quyết định số 15/QĐ-UBND", Nodes: map[string]string{
		"accept": "accept", "appraise": "appraise", "draft": "write", "sign": "sign", "issue": "issue", "deliver": "deliver",
	}}
}

// confirmed proposes and confirms a move.
func (w *world) confirmed() processes.MoveID {
	w.t.Helper()
	id, err := w.svc.ProposeMove(w.t.Context(), w.it, w.draft())
	ok(w.t, err)
	ok(w.t, w.svc.DecideMove(w.t.Context(), w.chk, id, true))
	return id
}

// work runs the jobs of moves until none is left.
func (w *world) work() {
	w.t.Helper()
	for {
		did, err := jobs.Work(w.t.Context(), w.DB, map[jobs.Kind]jobs.Handler{
			JobMove: w.svc.MoveBatch, "dossiers.make_receipt": func(context.Context, []byte) error { return nil }, "dossiers.receipt": func(context.Context, []byte) error { return nil },
		})
		if err != nil {
			w.t.Fatal(err)
		}
		if !did {
			return
		}
	}
}

func (w *world) on(of workflow.Ref) int {
	w.t.Helper()
	return w.Count(w.t, `SELECT COUNT(*) FROM workflow_instances WHERE flow_id = $1 AND version = $2 AND state = 'running'`, of.Flow, of.Version)
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

func placeOf(unit string) identity.Place { return identity.Place{Unit: unit, Subtree: true} }
