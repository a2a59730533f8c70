// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strings"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Deliver hands the result over: who took it, and when. That it is late never
// stands in the way.
func (s *Service) Deliver(ctx context.Context, actor identity.Actor, id dossiers.ID, h Handover) (err error) {
	defer errs.Wrap(&err, "deliver result of dossier %s", id)

	if h, err = h.check(calendar.On(s.DB.Now().Time).String()); err != nil {
		return err
	}
	mode := onPaper
	if h.Electronic {
		mode = asFile
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := s.turn(ctx, tx, actor, dossiers.PermDeliver, id, "", actDeliver)
		if err != nil {
			return err
		}
		if m, again, err := s.renewing(ctx, tx, d); err != nil || again {
			if err != nil {
				return err
			}
			return s.deliverAgain(ctx, tx, actor, d, m, h)
		}
		if d.Delivery == dossiers.Posted {
			return dossiers.ErrPosted
		}
		return s.deliver(ctx, tx, actor, actor, d, mode, h)
	})
}

// ResultFile opens the newest document of the result; those outside the office
// get it only when it is issued. The caller closes it.
func (s *Service) ResultFile(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose) (_ files.Content, _ files.File, err error) {
	defer errs.Wrap(&err, "result of dossier %s", id)

	return s.openRecorded(ctx, actor, id, why, dossiers.AuditFileRead, func(d store.Dossier) (files.ID, error) {
		if actor.Acts() {
			if _, err := s.right(ctx, s.DB, actor, access.Receive, d.Procedure); err != nil {
				return "", err
			}
		}
		r, found, err := s.store.FindResult(ctx, s.DB, d.ID)
		switch {
		case err != nil:
			return "", err
		case !found || newest(r) == "" || (r.State != string(Issued) && owns(actor, d)):
			return "", dossiers.ErrNoResult
		}
		return files.ID(newest(r)), nil
	})
}

func replaceShort(suffix, agency string) string {
	return strings.ReplaceAll(suffix, "{agency_short}", agency)
}
