// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"tinhso.vn/internal/platform/db"
)

// Granted is a permission that something other than the file of roles gives.
type Granted struct{ Role, Permission string }

// PutGranted makes what by gives to roles what all says.
func PutGranted(ctx context.Context, tx *db.Tx, by string, all []Granted) error {
	if _, err := tx.Exec(ctx, `DELETE FROM access_role_permissions WHERE granted_by = $1`, by); err != nil {
		return err
	}
	for _, g := range all {
		if _, err := tx.Exec(ctx, `INSERT INTO access_role_permissions (role_id, permission, granted_by) VALUES ($1, $2, $3)`, g.Role, g.Permission, by); err != nil {
			return err
		}
	}
	return nil
}

// RoleExists reports whether there is such a role.
func RoleExists(ctx context.Context, q db.Querier, role string) (bool, error) {
	var n int
	err := q.QueryRow(ctx, `SELECT COUNT(*) FROM access_roles WHERE id = $1`, role).Scan(&n)
	return n > 0, err
}
