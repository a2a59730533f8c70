// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"io"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/dossiers/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// OpenFile opens a file that came with a dossier; that it was read is recorded.
// The caller closes it.
func (s *Service) OpenFile(ctx context.Context, actor identity.Actor, id dossiers.ID, file files.ID, why access.Purpose) (_ files.Content, _ files.File, err error) {
	defer errs.Wrap(&err, "open file of dossier %s", id)

	if err := s.ofDossier(ctx, actor, id, file, why); err != nil {
		return nil, files.File{}, err
	}
	d, err := s.store.Get(ctx, s.DB, access.All(), store.Involved(), id)
	if err != nil {
		return nil, files.File{}, err
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordReadOf(ctx, tx, actor, dossiers.AuditFileRead, string(id), d.OwnerID, why)
	}); err != nil {
		return nil, files.File{}, err
	}
	return s.Files.Open(ctx, s.DB, subject(id), file)
}

// openRecorded opens the file that which names, after a record was written.
func (s *Service) openRecorded(ctx context.Context, actor identity.Actor, id dossiers.ID, why access.Purpose, e audit.Event, which func(store.Dossier) (files.ID, error)) (files.Content, files.File, error) {
	scope, err := s.readers(ctx, s.DB, actor)
	if err != nil {
		return nil, files.File{}, err
	}
	if err := why.Check(); err != nil {
		return nil, files.File{}, err
	}
	d, err := s.store.Get(ctx, s.DB, scope, store.Involved(), id)
	if err != nil {
		return nil, files.File{}, err
	}
	if err := honest(actor, d, why); err != nil {
		return nil, files.File{}, err
	}
	file, err := which(d)
	if err != nil {
		return nil, files.File{}, err
	}
	if err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return audit.RecordReadOf(ctx, tx, actor, e, string(id), d.OwnerID, why)
	}); err != nil {
		return nil, files.File{}, err
	}
	return s.Files.Open(ctx, s.DB, subject(id), file)
}

// bytesOf reads a document of a dossier whole; documents are small.
func (s *Service) bytesOf(ctx context.Context, id dossiers.ID, file string) (_ []byte, sha string, err error) {
	content, f, err := s.Files.Open(ctx, s.DB, subject(id), files.ID(file))
	if err != nil {
		return nil, "", err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	document, err := io.ReadAll(io.LimitReader(content, MaxFile+1))
	return document, f.SHA256, err
}
