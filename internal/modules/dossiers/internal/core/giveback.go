// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/workflow"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// giveBack returns a locked dossier to the step before. What was drafted goes
// back into the hands of who drafted it, and its document is not signed any more.
func (s *Service) giveBack(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier, v procedures.Version, words string) error {
	task, err := s.flow.Return(ctx, tx, actor, workflow.TaskID(d.Task), words)
	if err != nil {
		return err
	}
	from := store.Event{Kind: KindReturned, Status: d.Status, Step: d.StepName, Unit: d.Handler}
	give(&d, v, task)
	if err := s.called(ctx, tx, &d, task); err != nil {
		return err
	}
	d.Reason = words
	r, drafted, err := s.store.LockResult(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	if drafted {
		r.State, r.Document, r.DocumentSHA, r.Areas, r.Signer, r.SignerName = string(Drafted), "", "", "", "", ""
		if err := s.store.PutResult(ctx, tx, r); err != nil {
			return err
		}
		if err := s.assign(ctx, tx, &d, r.DraftedBy, r.Drafter); err != nil {
			return err
		}
	}
	if err := s.store.Save(ctx, tx, d); err != nil {
		return err
	}
	if err := s.store.AddEvent(ctx, tx, d.ID, from); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, dossiers.AuditReturned, string(d.ID))
}
