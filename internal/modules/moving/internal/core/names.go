// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/moving"
	"tinhso.vn/internal/modules/moving/internal/store"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/platform/db"
)

// procedureNames are the names of the procedures of some rows, each asked for once; an
// ended procedure is called by its id.
func (s *Service) procedureNames(ctx context.Context, all []store.Count) map[string]i18n.Text {
	names := map[string]i18n.Text{}
	for _, c := range all {
		if _, known := names[c.Procedure]; known {
			continue
		}
		names[c.Procedure] = i18n.Text{VI: c.Procedure}
		if v, err := s.Procedures.Get(ctx, procedures.ID(c.Procedure)); err == nil {
			names[c.Procedure] = v.Name
		}
	}
	return names
}

// exporting checks and records that a comparison is given out as a file.
func (s *Service) exporting(ctx context.Context, actor identity.Actor, id string) error {
	if _, err := access.RequireAny(actor, moving.PermView, moving.PermManage, moving.PermAccept); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.store.GetComparison(ctx, tx, id); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, moving.AuditExported, id)
	})
}

// RoleName is what a role is called; its id where there is none.
func (s *Service) RoleName(ctx context.Context, role string) i18n.Text {
	r, err := access.GetRole(ctx, s.DB, access.RoleID(role))
	if err != nil {
		return i18n.Text{VI: role}
	}
	return r.Name
}
