// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package core

import (
	"context"
	"slices"

	"tinhso.vn/internal/modules/scores"
	"tinhso.vn/internal/modules/scores/internal/store"
	"tinhso.vn/internal/platform/errs"
)

// publicMost is how many frozen periods everybody can choose from.
const publicMost = 36

// Public returns what everybody may see: a frozen period as it was frozen, of
// the province and the units right under it, without the dossiers behind it and
// without who froze it. The period is one of those that are returned, the newest
// where said is empty; scores.ErrPeriod where it is none of them. Without any,
// the sheet has no set.
func (s *Service) Public(ctx context.Context, said string) (sheet Sheet, lines []Line, all []Period, err error) {
	defer errs.Wrap(&err, "public scores")

	closed, err := store.ListClosed(ctx, s.db, publicMost)
	if err != nil {
		return sheet, nil, nil, err
	}
	for _, name := range closed {
		p, err := ParsePeriod(name)
		if err != nil {
			return sheet, nil, nil, err
		}
		all = append(all, p)
	}
	if len(all) == 0 && said == "" {
		return sheet, nil, nil, nil
	}
	if said == "" {
		said = all[0].String()
	}
	p, err := ParsePeriod(said)
	if err != nil {
		return sheet, nil, all, err
	}
	if !slices.Contains(all, p) {
		return sheet, nil, all, scores.ErrPeriod
	}
	if sheet, err = s.sheet(ctx, p); err != nil {
		return sheet, nil, all, err
	}
	return sheet, sheet.head(sheet.nodes), all, nil
}
