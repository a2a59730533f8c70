// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"

	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/errs"
)

// maxUnits is how many units a form offers.
const maxUnits = 500

// Units returns the agencies that a form offers: the province and what stands
// right under it.
func (s *Service) Units(ctx context.Context, actor identity.Actor) (all []orgs.Unit, err error) {
	defer errs.Wrap(&err, "list agencies")

	if _, err := viewing(actor); err != nil {
		return nil, err
	}
	roots, err := orgs.ListChildren(ctx, s.DB, "", orgs.Page{}, maxUnits)
	if err != nil {
		return nil, err
	}
	for _, root := range roots {
		below, err := orgs.ListChildren(ctx, s.DB, root.ID, orgs.Page{}, maxUnits)
		if err != nil {
			return nil, err
		}
		all = append(append(all, root), below...)
	}
	return all, nil
}
