// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers/dossiersmod"
	"tinhso.vn/internal/modules/personnel/personnelmod"
	"tinhso.vn/internal/platform/db"
)

// hands joins the work of dossiers with who looks after posts.
type hands struct{ work dossiersmod.Offers }

// ListHeld implements what personnel asks of work in hand.
func (h hands) ListHeld(ctx context.Context, q db.Querier, account string, unit orgs.ID, after string, limit int) (all []personnelmod.Held, next string, err error) {
	found, next, err := h.work.ListHeld(ctx, q, account, unit, after, limit)
	for _, f := range found {
		all = append(all, personnelmod.Held{ID: string(f.Task), Dossier: string(f.Dossier), Code: f.Code, Name: f.Name, Step: f.Step, Unit: f.Unit, Due: f.Due})
	}
	return all, next, err
}

// HandOver implements what personnel asks of work in hand.
func (h hands) HandOver(ctx context.Context, tx *db.Tx, actor identity.Actor, ids []string, to, reason string) (all []personnelmod.HandedOver, err error) {
	tasks := make([]dossiersmod.TaskID, len(ids))
	for i, id := range ids {
		tasks[i] = dossiersmod.TaskID(id)
	}
	done, err := h.work.HandOver(ctx, tx, actor, tasks, to, reason)
	for _, d := range done {
		all = append(all, personnelmod.HandedOver{ID: string(d.Task), Err: d.Err})
	}
	return all, err
}

// caseFinder joins dossiers with who looks after rights to them.
type caseFinder struct{ work dossiersmod.Offers }

// FindCase implements what personnel asks of dossiers.
func (c caseFinder) FindCase(ctx context.Context, q db.Querier, codeOrID string) (personnelmod.Case, bool, error) {
	found, ok, err := c.work.FindCase(ctx, q, codeOrID)
	return personnelmod.Case{ID: string(found.ID), Code: found.Code, Units: found.Units, Owner: found.Owner, Person: found.Person}, ok, err
}
