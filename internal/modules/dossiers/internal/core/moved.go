// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// ProcessOf returns the process of a version of a procedure as cases begin with it.
func (s *Service) ProcessOf(v procedures.Version) (*workflow.Definition, error) { return table(v) }

// Hold locks a dossier before its case is moved to another version of its
// process: everybody takes the locks in this order.
func (s *Service) Hold(ctx context.Context, tx *db.Tx, dossier string) error {
	_, err := s.store.Lock(ctx, tx, access.All(), store.Involved(), dossiers.ID(dossier))
	return err
}

// Follow brings a dossier whose case was moved to where the case stands now. A
// signature that is waited for keeps the step it was asked for: then the case
// is not moved.
func (s *Service) Follow(ctx context.Context, tx *db.Tx, moved workflow.Moved) error {
	d, err := s.store.Lock(ctx, tx, access.All(), store.Involved(), dossiers.ID(moved.Subject.ID))
	if err != nil {
		return err
	}
	if moved.Ended {
		over(&d)
		return s.store.Save(ctx, tx, d)
	}
	at := slices.IndexFunc(moved.Opened, func(t workflow.Task) bool { return t.Kind == workflow.StepTask })
	if at < 0 {
		return nil // it waits for a program or a time: nobody's turn has changed
	}
	action := d.Action
	give(&d, procedures.Version{}, moved.Opened[at])
	if err := s.called(ctx, tx, &d, moved.Opened[at]); err != nil {
		return err
	}
	if d.Signing != "" && d.Action != action {
		return s.waitsFor(ctx, tx, d)
	}
	return s.store.Save(ctx, tx, d)
}

// called names the step of a dossier by the process its case runs on, which may
// be another than that of the procedure: cases are moved from version to version.
func (s *Service) called(ctx context.Context, q db.Querier, d *store.Dossier, t workflow.Task) error {
	p, err := s.flow.Definition(ctx, q, t.Flow, t.Version)
	if err != nil {
		return err
	}
	n, _ := p.Model().Node(t.Step)
	d.StepName, d.Action = i18n.Text{VI: n.Name}, n.Action
	if step, ok := p.Step(t.Step); ok {
		d.StepName, d.Action = step.Name, step.Action
	}
	return nil
}

// asRuns returns a version with the steps of the process that the case of a
// dossier runs on now: who comes next is asked of it, and not of the table with
// which the dossier was accepted.
func (s *Service) asRuns(ctx context.Context, q db.Querier, d store.Dossier, v procedures.Version) (procedures.Version, error) {
	if d.Task == "" || slices.ContainsFunc(v.Flow.Steps, func(step procedures.Step) bool { return step.ID == d.Step && step.Action == d.Action }) {
		return v, nil
	}
	t, err := workflow.Get(ctx, q, workflow.TaskID(d.Task))
	if err != nil {
		return v, err
	}
	p, err := s.flow.Definition(ctx, q, t.Flow, t.Version)
	if err != nil || len(p.Table().Steps) == 0 {
		return v, err
	}
	v.Flow.Steps = nil
	for _, step := range p.Table().Steps {
		v.Flow.Steps = append(v.Flow.Steps, procedures.Step{
			ID: step.ID, Name: step.Name, Post: step.Post, Unit: step.Unit, Hours: step.Hours, Product: step.Product, Action: step.Action, Next: step.Next, Back: step.Back,
		})
	}
	return v, nil
}
