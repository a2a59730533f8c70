// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/modules/authoring"
	"tinhso.vn/internal/modules/authoring/internal/store"
	"tinhso.vn/internal/platform/errs"
)

// Diff returns what a change makes different, item by item and field by field.
// Of a change that is over it is what it made different then.
func (s *Service) Diff(ctx context.Context, actor identity.Actor, change authoring.ID) (all []packs.Difference, err error) {
	defer errs.Wrap(&err, "differences of change %s", change)

	if err := mayRead(actor); err != nil {
		return nil, err
	}
	if _, err := store.Get(ctx, s.DB, change); err != nil {
		return nil, err
	}
	items, err := store.Items(ctx, s.DB, change)
	if err != nil {
		return nil, err
	}
	for _, i := range items {
		found, err := packs.DiffItem(string(i.List), i.ID, i.Base, i.Whole)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}
