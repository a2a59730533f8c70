// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"errors"
	"io"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/audit"
	"tinhso.vn/internal/kernel/connectors"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/nationalportal"
	"tinhso.vn/internal/modules/nationalportal/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/id"
)

// Result opens what was issued for the dossier that the portal knows by a code, for
// the portal to fetch. That it was fetched is written down, with all other calls and
// as a read of personal data. The caller closes it.
func (s *Service) Result(ctx context.Context, actor identity.Actor, code string) (content io.ReadCloser, err error) {
	defer errs.Wrap(&err, "result for the portal")

	if _, err := access.Require(actor, nationalportal.PermBring); err != nil {
		return nil, err
	}
	if !plain(code) {
		return nil, nationalportal.ErrNotFound
	}
	dossier, err := s.known(ctx, code)
	if err != nil {
		return nil, err
	}
	r, content, found, err := s.Issued.OpenIssued(ctx, dossier)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, nationalportal.ErrNotFound
	}
	_, _, err = s.Hub.Receive(ctx, actor, connectors.Inbound{Partner: nationalportal.Partner, Operation: opResult, Key: opResult + "/" + id.New(), Purpose: "result", Body: []byte(code)},
		func(ctx context.Context) (connectors.Reply, error) {
			return connectors.Reply{Status: 200, Dossier: string(dossier), Reference: r.Number}, s.DB.Write(ctx, func(tx *db.Tx) error {
				return audit.RecordReadOf(ctx, tx, actor, nationalportal.AuditFetched, string(dossier), r.Owner, access.Handling)
			})
		})
	if err != nil {
		return nil, errors.Join(err, content.Close())
	}
	return content, nil
}

// known is the dossier that the portal knows by a code: its own, or ours where it was
// told of it under our code.
func (s *Service) known(ctx context.Context, code string) (dossiers.ID, error) {
	dossier, err := store.Find(ctx, s.DB, code)
	if err != nil || dossier != "" {
		return dossiers.ID(dossier), err
	}
	c, found, err := s.Cases.FindCase(ctx, s.DB, code)
	if err != nil {
		return "", err
	}
	if !found || c.Code != code {
		return "", nationalportal.ErrNotFound
	}
	return c.ID, nil
}
