// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/platform/db"
)

// Ledger chooses dossiers for the register of a unit.
type Ledger struct {
	Accepted Span
	Status   dossiers.Status  // 0: all
	Channel  dossiers.Channel // 0: all
}

// ListLedger returns at most limit dossiers that units of a scope have accepted, in
// the order in which they did, after a key.
func (Store) ListLedger(ctx context.Context, q db.Querier, sc access.Scope, l Ledger, after Key, limit int) ([]Dossier, error) {
	text, args := ledgerQuery(sc, l, after, limit)
	return db.All(ctx, q, scan, text, args...)
}

func ledgerQuery(sc access.Scope, l Ledger, after Key, limit int) (string, []any) {
	in, args := Receivers().Where(sc, max(after.At, l.Accepted.From), after.At, after.ID, limit)
	where := `accepted_at >= $1 AND (accepted_at, id) > ($2, $3) AND ` + in
	and := func(condition string, v any) {
		args = append(args, v)
		where += fmt.Sprintf(" AND "+condition+" $%d", len(args))
	}
	if l.Accepted.To != 0 {
		and("accepted_at <", l.Accepted.To)
	}
	if l.Status != 0 {
		and("status =", int(l.Status))
	}
	if l.Channel != 0 {
		and("channel =", int(l.Channel))
	}
	return `SELECT ` + columns + ` FROM dossiers_dossiers WHERE ` + where + ` ORDER BY accepted_at, id LIMIT $4`, args
}
