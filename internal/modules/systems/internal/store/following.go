// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/modules/systems"
	"tinhso.vn/internal/platform/db"
)

// Following returns the subscriptions that stand, by register, with the messages that
// arrived since a time.
func Following(ctx context.Context, q db.Querier, since db.Time) ([]systems.Following, error) {
	return db.All(ctx, q, func(r db.Row) (f systems.Following, err error) {
		err = r.Scan(&f.Register, &f.System, &f.Sent)
		return f, err
	}, `SELECT h.register, s.name, (SELECT COUNT(*) FROM systems_deliveries d WHERE d.hook_id = h.id AND d.arrived = 1 AND d.last_at >= $1)
		FROM systems_hooks h JOIN systems_systems s ON s.id = h.system_id WHERE h.state = 'active' ORDER BY h.register, s.name, h.id`, since)
}
