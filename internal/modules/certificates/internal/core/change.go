// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"unicode/utf8"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/certificates"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// Suspend takes a certificate out of use until it is resumed.
func (s *Service) Suspend(ctx context.Context, actor identity.Actor, id, reason string) error {
	return s.change(ctx, actor, id, reason, certificates.AuditSuspended, s.Register.Suspend)
}

// Resume puts a suspended certificate back into use.
func (s *Service) Resume(ctx context.Context, actor identity.Actor, id, reason string) error {
	return s.change(ctx, actor, id, reason, certificates.AuditResumed, s.Register.Resume)
}

// Revoke takes a certificate out of use for good. Signatures that were made
// with it before stay what they are.
func (s *Service) Revoke(ctx context.Context, actor identity.Actor, id, reason string) error {
	return s.change(ctx, actor, id, reason, certificates.AuditRevoked, s.Register.Revoke)
}

type changing func(ctx context.Context, tx *db.Tx, scope access.Scope, id, by, reason string) error

func (s *Service) change(ctx context.Context, actor identity.Actor, id, reason string, event audit.Event, do changing) (err error) {
	defer errs.Wrap(&err, "%s %s", event, id)

	scope, err := access.Everywhere(actor, certificates.PermManage)
	if err != nil {
		return err
	}
	reason = text.Line(text.NFC(reason))
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return errs.BadInput([]errs.Field{{Name: "reason", Code: "certificates.reason_missing"}})
	case n > MaxReason:
		return errs.BadInput([]errs.Field{{Name: "reason", Code: "certificates.too_long", Args: map[string]any{"max": MaxReason}}})
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := do(ctx, tx, scope, id, actor.Account, reason); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, event, id)
	})
}
