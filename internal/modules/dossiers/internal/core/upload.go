// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"io"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/files"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// UploadState is how far a file that comes in parts has come.
type UploadState struct {
	files.Upload
	SHA256 string // of everything, read back from the disk; "" until it is complete
}

// StartUpload begins a file that comes in parts, for a draft of the actor.
func (s *Service) StartUpload(ctx context.Context, actor identity.Actor, name string, length int64) (u UploadState, err error) {
	defer errs.Wrap(&err, "start upload")

	if _, err := access.Require(actor, dossiers.PermSubmit); err != nil {
		return u, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		begun, err := files.Begin(ctx, tx, actor.Account, name, length, s.Largest())
		u = UploadState{Upload: begun}
		return err
	})
	return u, err
}

// GetUpload says how much of an upload of the actor has come.
func (s *Service) GetUpload(ctx context.Context, actor identity.Actor, upload string) (u files.Upload, err error) {
	defer errs.Wrap(&err, "get upload %s", upload)

	if _, err := access.Require(actor, dossiers.PermSubmit); err != nil {
		return u, err
	}
	return files.GetUpload(ctx, s.DB, actor.Account, upload)
}

// AppendUpload takes the next part. What came before the line broke stays: the
// row about it is written though nobody waits for the answer any more.
func (s *Service) AppendUpload(ctx context.Context, actor identity.Actor, upload string, start int64, content io.Reader) (u UploadState, err error) {
	defer errs.Wrap(&err, "append to upload %s", upload)

	before, err := s.GetUpload(ctx, actor, upload)
	if err != nil {
		return u, err
	}
	if before.Received != start { // said before the part is sent for nothing
		return u, files.ErrOffset.With("received", before.Received)
	}
	part, err := s.Files.ReceivePart(ctx, content, before.Length-before.Received)
	if err != nil {
		return u, err
	}
	ctx = context.WithoutCancel(ctx)
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		after, err := s.Files.AddPart(ctx, tx, actor.Account, upload, start, part)
		u = UploadState{Upload: after}
		return err
	})
	if err == nil && u.Complete() {
		u.SHA256, err = s.Files.Receipt(ctx, s.DB, actor.Account, upload)
	}
	return u, err
}

// DropUpload throws an upload of the actor away.
func (s *Service) DropUpload(ctx context.Context, actor identity.Actor, upload string) (err error) {
	defer errs.Wrap(&err, "drop upload %s", upload)

	if _, err := access.Require(actor, dossiers.PermSubmit); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error { return files.DropUpload(ctx, tx, actor.Account, upload) })
}

// AttachUpload adds a complete upload to a paper of a draft, as Attach does
// with a file that came at once.
func (s *Service) AttachUpload(ctx context.Context, actor identity.Actor, id dossiers.ID, paper, upload string) (a Attachment, err error) {
	defer errs.Wrap(&err, "attach upload to draft %s", id)

	if err := s.asked(ctx, actor, id, paper); err != nil {
		return a, err
	}
	content, u, err := s.Files.OpenUpload(ctx, s.DB, actor.Account, upload)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	return s.attach(ctx, actor, id, paper, u.Name, content, func(tx *db.Tx) error {
		return files.DropUpload(ctx, tx, actor.Account, upload)
	})
}
