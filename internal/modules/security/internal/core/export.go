// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/vault"
	"tinhso.vn/internal/modules/security"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// AskExport writes down that the actor wants the keys exported, and why. Within
// fifteen minutes another person has to agree, and an operator to do it.
func (s *Service) AskExport(ctx context.Context, actor identity.Actor, reason string) (e vault.Export, err error) {
	defer errs.Wrap(&err, "ask for an export of the keys")

	if _, err := access.Require(actor, security.PermKeys); err != nil {
		return vault.Export{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		asked, err := s.Vault.AskExport(ctx, tx, actor, reason)
		if err != nil {
			return err
		}
		e = asked
		return audit.Record(ctx, tx, actor, security.AuditAsked, asked.ID)
	})
	return e, err
}

// ConfirmExport agrees to what another person has asked for.
func (s *Service) ConfirmExport(ctx context.Context, actor identity.Actor, export string) (err error) {
	defer errs.Wrap(&err, "agree to an export of the keys")

	if _, err := access.Require(actor, security.PermKeys); err != nil {
		return err
	}
	if !id.Valid(export) {
		return vault.ErrNoExport
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.Vault.ConfirmExport(ctx, tx, actor, export); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, security.AuditConfirmed, export)
	})
}
