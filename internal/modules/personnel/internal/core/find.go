// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"strings"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
	"tinhso.vn/internal/platform/text"
)

// unitOf returns the unit that somebody has typed: its id, one of its codes, its
// short name, or a name that only one has. A problem with the field otherwise.
func (s *Service) unitOf(ctx context.Context, q db.Querier, field, words string) (orgs.ID, error) {
	words = strings.TrimSpace(words)
	if words == "" {
		return "", nil
	}
	u, err := orgs.Get(ctx, q, orgs.ID(words))
	if err == nil {
		return u.ID, nil
	}
	if errs.KindOf(err) != errs.NotFound {
		return "", err
	}
	code := words
	if parsed, err := orgs.ParseCode(words); err == nil {
		code = parsed
	}
	found, err := orgs.Search(ctx, q, code, s.today(), orgs.Page{}, 20)
	if err != nil {
		return "", err
	}
	var exact []orgs.Unit
	for _, u := range found {
		if text.Fold(u.Name.VI) == text.Fold(words) || strings.EqualFold(u.Short, words) || u.Code == code || u.ProvisionalCode == code || u.AreaCode == code {
			exact = append(exact, u)
		}
	}
	switch {
	case len(exact) == 1:
		return exact[0].ID, nil
	case len(found) == 1:
		return found[0].ID, nil
	case len(found) > 1:
		return "", errs.BadInput([]errs.Field{{Name: field, Code: "personnel.unit_many", Args: map[string]any{"count": len(found)}}})
	}
	return "", errs.BadInput([]errs.Field{{Name: field, Code: "personnel.unit_unknown"}})
}
