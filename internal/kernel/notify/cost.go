// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package notify

import (
	"context"

	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/platform/db"
)

// count adds a message that a gateway has taken to the costs of its month.
func (n *Notifier) count(ctx context.Context, tx *db.Tx, m message) error {
	_, err := tx.Exec(ctx, `INSERT INTO notify_unit_costs (month, channel, unit_id, n, cost) VALUES ($1, $2, $3, 1, $4)
		ON CONFLICT (month, channel, unit_id) DO UPDATE SET n = notify_unit_costs.n + 1, cost = notify_unit_costs.cost + excluded.cost`,
		tx.Now.In(calendar.Zone()).Format(monthLayout), string(m.step.Channel), m.unit, n.Lines[m.step.Channel].Price)
	return err
}

const monthLayout = "2006-01"

// Months is a period of whole months, written 2026-11. Both ends belong to it; an
// empty one is open.
type Months struct{ From, To string }

// bounds are the ends as texts that sort: no month is before the first or after the last.
func (m Months) bounds() (from, to string) {
	if from, to = m.From, m.To; to == "" {
		to = "9999-12"
	}
	return from, to
}

// Cost is what a channel has cost in a month.
type Cost struct {
	Month   string // 2026-11
	Channel ChannelID
	N, Cost int64 // messages, đồng
}

// ListCosts returns what the months have cost by channel, the newest first.
func ListCosts(ctx context.Context, q db.Querier, in Months, limit int) ([]Cost, error) {
	from, to := in.bounds()
	return db.All(ctx, q, func(r db.Row) (c Cost, err error) {
		err = r.Scan(&c.Month, &c.Channel, &c.N, &c.Cost)
		return c, err
	}, `SELECT month, channel, CAST(SUM(n) AS BIGINT), CAST(SUM(cost) AS BIGINT) FROM notify_unit_costs WHERE month BETWEEN $1 AND $2
		GROUP BY month, channel ORDER BY month DESC, channel LIMIT $3`, from, to, limit)
}

// ListCostMonths returns the months in which messages were sent, the newest first.
func ListCostMonths(ctx context.Context, q db.Querier, limit int) ([]string, error) {
	return db.All(ctx, q, db.Column[string], `SELECT DISTINCT month FROM notify_unit_costs ORDER BY month DESC LIMIT $1`, limit)
}

// UnitCost is what the messages that a unit caused have cost.
type UnitCost struct {
	Unit    string              // id; empty: no unit, or none was known
	N, Cost int64               // messages, đồng
	By      map[ChannelID]int64 // messages of each channel outside
}

// CostAfter is where a list of costs goes on: after this unit.
type CostAfter struct {
	Cost int64
	Unit string
}

// ListUnitCosts returns what units have cost in the months, the dearest first,
// after the given one; nil begins.
func ListUnitCosts(ctx context.Context, q db.Querier, in Months, after *CostAfter, limit int) ([]UnitCost, error) {
	from, to := in.bounds()
	text := `SELECT unit_id, CAST(SUM(n) AS BIGINT), CAST(SUM(cost) AS BIGINT), CAST(SUM(CASE WHEN channel = 'zns' THEN n ELSE 0 END) AS BIGINT),
		CAST(SUM(CASE WHEN channel = 'sms' THEN n ELSE 0 END) AS BIGINT), CAST(SUM(CASE WHEN channel = 'mail' THEN n ELSE 0 END) AS BIGINT),
		CAST(SUM(CASE WHEN channel = 'push' THEN n ELSE 0 END) AS BIGINT) FROM notify_unit_costs WHERE month BETWEEN $1 AND $2 GROUP BY unit_id`
	args := []any{from, to, limit}
	if after != nil {
		text += ` HAVING CAST(SUM(cost) AS BIGINT) < $4 OR (CAST(SUM(cost) AS BIGINT) = $4 AND unit_id > $5)`
		args = append(args, after.Cost, after.Unit)
	}
	return db.All(ctx, q, func(r db.Row) (UnitCost, error) {
		var c UnitCost
		var zns, sms, mail, push int64
		err := r.Scan(&c.Unit, &c.N, &c.Cost, &zns, &sms, &mail, &push)
		c.By = map[ChannelID]int64{ZNS: zns, SMS: sms, Mail: mail, Push: push} //nolint:exhaustive // the bell costs nothing
		return c, err
	}, text+` ORDER BY 3 DESC, unit_id LIMIT $3`, args...)
}

// SumCosts returns how many messages the months had, and what they cost in đồng.
func SumCosts(ctx context.Context, q db.Querier, in Months) (n, cost int64, err error) {
	from, to := in.bounds()
	err = q.QueryRow(ctx, `SELECT CAST(COALESCE(SUM(n), 0) AS BIGINT), CAST(COALESCE(SUM(cost), 0) AS BIGINT) FROM notify_unit_costs WHERE month BETWEEN $1 AND $2`, from, to).Scan(&n, &cost)
	return n, cost, err
}
