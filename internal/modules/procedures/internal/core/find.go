// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/store"
	"tinhso.vn/internal/platform/errs"
)

// Get returns the version that is valid today, received where it is today.
func (s *Service) Get(ctx context.Context, id procedures.ID) (v procedures.Version, err error) {
	defer errs.Wrap(&err, "get procedure %s", id)

	day := today(s.db.Now())
	found, err := store.FindOn(ctx, s.db, string(id), day)
	if err != nil {
		return v, err
	}
	if len(found) == 0 {
		return v, procedures.ErrNotFound
	}
	v, err = s.version(ctx, found[0].ID, found[0].SHA)
	return v.On(day), err
}

// FindByCode implements procedures.Coded.
func (s *Service) FindByCode(ctx context.Context, code string) (v procedures.Version, found bool, err error) {
	defer errs.Wrap(&err, "find the procedure of a national code")

	if code == "" {
		return v, false, nil
	}
	day := today(s.db.Now())
	all, err := store.List(ctx, s.db, day, []store.Facet{{Kind: store.Code, Value: code}}, "", "", 1)
	if err != nil || len(all) == 0 {
		return v, false, err
	}
	v, err = s.version(ctx, all[0].ID, all[0].SHA)
	return v.On(day), err == nil, err
}

// GetVersion returns a version whatever the day.
func (s *Service) GetVersion(ctx context.Context, id procedures.ID, sha string) (v procedures.Version, err error) {
	defer errs.Wrap(&err, "get procedure %s in version %s", id, sha)

	return s.version(ctx, string(id), sha)
}
