// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"strings"

	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/modules/dossiers"
	"tinhso.vn/internal/modules/payments"
	"tinhso.vn/internal/platform/db"
)

// due are orders of a period: $1 from, $2 to, $3 as it stood at. A dossier with several
// is counted once; online where one of them was paid so.
const (
	due        = `made_at >= $1 AND made_at < $2 AND made_at <= $3 AND state <> 'cancelled'`
	paidOnline = `(way IN ('` + payments.WayGateway + `', '` + payments.WayPortal + `') AND paid_at <= $3)`

	countScored = `SELECT unit, COUNT(DISTINCT dossier_id), COUNT(DISTINCT CASE WHEN ` + paidOnline + ` THEN dossier_id END)
		FROM payments_orders WHERE ` + due + ` GROUP BY unit ORDER BY unit`
)

// CountScored counts dossiers with orders in a period by the unit that takes the money.
func (Store) CountScored(ctx context.Context, q db.Querier, p dossiers.ScoredPeriod) ([]payments.Scored, error) {
	return db.All(ctx, q, func(r db.Row) (s payments.Scored, err error) {
		err = r.Scan(&s.Unit, &s.Due, &s.Online)
		return s, err
	}, countScored, p.From, p.To, p.At)
}

func listScoredQuery(p dossiers.ScoredPeriod, online bool, units []orgs.ID, after dossiers.ID, limit int) (string, []any) {
	args := []any{p.From, p.To, p.At}
	places := make([]string, len(units))
	for i, u := range units {
		args = append(args, string(u))
		places[i] = "$" + number(len(args))
	}
	where := due + ` AND unit IN (` + strings.Join(places, ", ") + `)`
	if online {
		where += ` AND ` + paidOnline
	}
	if after != "" {
		args = append(args, string(after))
		where += ` AND dossier_id < $` + number(len(args))
	}
	args = append(args, limit)
	return `SELECT DISTINCT dossier_id FROM payments_orders WHERE ` + where + ` ORDER BY dossier_id DESC LIMIT $` + number(len(args)), args
}

// ListScored returns dossiers that CountScored counts, the newest first.
func (Store) ListScored(ctx context.Context, q db.Querier, p dossiers.ScoredPeriod, online bool, units []orgs.ID, after dossiers.ID, limit int) ([]dossiers.ID, error) {
	text, args := listScoredQuery(p, online, units, after, limit)
	return db.All(ctx, q, db.Column[dossiers.ID], text, args...)
}
