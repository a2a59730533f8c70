// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/kernel/signing/keystore"
	"tinhso.vn/internal/modules/certificates"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// File is a file that somebody brings. The passphrase opens it once, and is
// kept nowhere.
type File struct {
	Content    []byte
	Passphrase string
}

// OpenFile opens a key file or a certificate and shows what is inside. Its key
// waits, sealed, for a quarter of an hour until the same person says whose it is.
func (s *Service) OpenFile(ctx context.Context, actor identity.Actor, f File) (i keystore.Import, err error) {
	defer errs.Wrap(&err, "open a key file")

	if _, err := access.Everywhere(actor, certificates.PermManage); err != nil {
		return keystore.Import{}, err
	}
	if len(f.Content) == 0 {
		return keystore.Import{}, errs.BadInput([]errs.Field{{Name: "file", Code: "certificates.file_missing"}})
	}
	opened, err := keystore.Read(ctx, f.Content, f.Passphrase, s.DB.Now())
	if err != nil {
		return keystore.Import{}, onField(err)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		held, err := s.Register.Hold(ctx, tx, opened, actor.Account)
		if err != nil {
			return err
		}
		i = held
		return audit.Record(ctx, tx, actor, certificates.AuditRead, i.ID)
	})
	i.Opened.Key = nil // the caller has no use for it
	return i, err
}

// onField makes an error of a file one of the field that people change.
func onField(err error) error {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || (e.Kind != errs.Invalid && e.Kind != errs.TooLarge) {
		return err
	}
	name := "file"
	if errors.Is(err, signing.ErrPassphrase) {
		name = "passphrase"
	}
	return errs.BadInput([]errs.Field{{Name: name, Code: e.Code, Args: e.Args}})
}

// GetImport returns what the actor has opened and not yet given to anybody.
func (s *Service) GetImport(ctx context.Context, actor identity.Actor, id string) (i keystore.Import, err error) {
	if _, err := access.Everywhere(actor, certificates.PermManage); err != nil {
		return keystore.Import{}, err
	}
	return s.Register.Held(ctx, s.DB, id, actor.Account, s.DB.Now())
}

// DiscardImport forgets what the actor has opened, with its key.
func (s *Service) DiscardImport(ctx context.Context, actor identity.Actor, id string) (err error) {
	defer errs.Wrap(&err, "discard import %s", id)

	if _, err := access.Everywhere(actor, certificates.PermManage); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := s.Register.Held(ctx, tx, id, actor.Account, tx.Now); err != nil {
			return err
		}
		if err := s.Register.Forget(ctx, tx, id, actor.Account); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, certificates.AuditDiscarded, id)
	})
}
