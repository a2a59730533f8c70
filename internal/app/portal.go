// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/portal/portalmod"
)

// hotlines are the telephones of the province itself, as far as the pack knows any.
func (p *Program) hotlines(ctx context.Context) (all []portalmod.Hotline, err error) {
	units, err := orgs.ListKind(ctx, p.DB, orgs.Province, orgs.Day(p.DB.Now()), 10)
	if err != nil {
		return nil, err
	}
	for _, u := range units {
		if u.Phone != "" {
			all = append(all, portalmod.Hotline{Name: u.Authority(), Number: u.Phone})
		}
	}
	return all, nil
}
