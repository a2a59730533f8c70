// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/procedures"
	"tinhso.vn/internal/modules/procedures/internal/store"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// Unusable returns the procedures of a pack that cannot be made into versions,
// with the reason: a table that asks for what the form does not.
func Unusable(set *packs.Set) map[string]error {
	wrong := map[string]error{}
	for _, p := range set.Procedures {
		if _, err := fromPack(set, p); err != nil {
			wrong[p.ID] = err
		}
	}
	return wrong
}

// Differing returns the procedures that are listed otherwise than a pack says,
// sorted: published, changed or closed by somebody else than apply.
func (s *Service) Differing(ctx context.Context, q db.Querier, set *packs.Set) (ids []procedures.ID, err error) {
	defer errs.Wrap(&err, "compare the catalogue with pack %s", set.Meta.Name)

	versions, err := FromPack(set)
	if err != nil {
		return nil, err
	}
	listed, err := store.ListCurrent(ctx, q)
	if err != nil {
		return nil, err
	}
	last := map[string]string{}
	for _, c := range listed {
		last[c.ID] = c.SHA
	}
	for _, v := range versions {
		if last[string(v.ID)] != v.SHA {
			ids = append(ids, v.ID)
		}
		delete(last, string(v.ID))
	}
	for _, c := range listed {
		if _, more := last[c.ID]; more {
			ids = append(ids, procedures.ID(c.ID))
			delete(last, c.ID)
		}
	}
	slices.Sort(ids)
	return ids, nil
}
