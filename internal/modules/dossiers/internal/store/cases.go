// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"slices"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// FindCase finds the units of a dossier by code, reference or id, whoever asks.
func (Store) FindCase(ctx context.Context, q db.Querier, codeOrID string) (c dossiers.Case, found bool, err error) {
	var reference string
	var helped, received, authority, handler orgs.ID
	err = q.QueryRow(ctx, `SELECT id, code, reference, helped_unit, received_unit, authority_unit, handler_unit, owner_id FROM dossiers_dossiers
		WHERE id = $1 OR reference = $1 OR (code = $1 AND code <> '')`, codeOrID).
		Scan(&c.ID, &c.Code, &reference, &helped, &received, &authority, &handler, &c.Person)
	if errors.Is(err, db.ErrNoRows) {
		return dossiers.Case{}, false, nil
	}
	if c.Code == "" {
		c.Code = reference
	}
	for _, u := range []orgs.ID{authority, received, handler, helped} {
		if u != "" && !slices.Contains(c.Units, u) {
			c.Units = append(c.Units, u)
		}
	}
	if len(c.Units) > 0 {
		c.Owner = c.Units[0]
	}
	return c, err == nil, err
}
