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
	"tinhso.vn/internal/platform/db"
)

// giveBack returns the step of which a locked dossier speaks to the step that
// the process names; what goes on beside it stays where it is. What was drafted
// goes back into the hands of who drafted it, and its document is not signed any more.
func (s *Service) giveBack(ctx context.Context, tx *db.Tx, actor identity.Actor, d store.Dossier, words string) error {
	r, drafted, err := s.store.LockResult(ctx, tx, d.ID)
	if err != nil {
		return err
	}
	if drafted && !r.SignedAt.IsZero() {
		return dossiers.ErrTooLate // it has a signature that nobody takes back
	}
	from := store.Event{Kind: KindReturned, Status: d.Status, Step: d.StepName, Unit: d.Handler}
	back := dossiers.TaskID(d.Task)
	again, err := s.backAgain(ctx, tx, d)
	if err == nil && !again {
		var task workflow.Task
		task, err = s.flow.Return(ctx, tx, actor, workflow.TaskID(d.Task), words)
		back = dossiers.TaskID(task.ID)
	}
	if err != nil {
		return err
	}
	if err := s.follow(ctx, tx, &d); err != nil {
		return err
	}
	if err := s.focus(ctx, tx, &d, back); err != nil {
		return err
	}
	d.Reason = words
	if drafted {
		r.State, r.Document, r.DocumentSHA, r.Areas, r.Signer, r.SignerName = string(Drafted), "", "", "", "", ""
		if err := s.store.PutResult(ctx, tx, r); err != nil {
			return err
		}
		if d.Action == actDraft && d.Assignee == "" {
			if err := s.assign(ctx, tx, &d, r.DraftedBy, r.Drafter); err != nil {
				return err
			}
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
