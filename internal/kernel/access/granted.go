// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package access

import (
	"context"
	"maps"
	"slices"
	"strings"

	"tinhso.vn/internal/kernel/access/internal/store"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/errs"
)

// GiveRoles makes the permissions that by (such as "register:cho") gives to roles
// those of grants, and no others. They are held, delegated and reviewed like
// those of the file of roles, which knows nothing of them. They must begin with
// prefix, so that nothing gives what is another's. A role that does not exist is
// ErrRoleUnknown.
func GiveRoles(ctx context.Context, tx *db.Tx, by, prefix string, grants map[RoleID][]identity.Permission) (err error) {
	defer errs.Wrap(&err, "permissions of %s", by)

	var all []store.Granted
	for _, role := range slices.Sorted(maps.Keys(grants)) {
		known, err := store.RoleExists(ctx, tx, string(role))
		if err != nil {
			return err
		}
		if !known {
			return ErrRoleUnknown.With("role", string(role))
		}
		for _, p := range grants[role] {
			if by == "" || prefix == "" || !strings.HasPrefix(string(p), prefix) {
				return errs.New(errs.Invalid, "access.permission_unknown").With("role", string(role)).With("permission", string(p))
			}
			all = append(all, store.Granted{Role: string(role), Permission: string(p)})
		}
	}
	return store.PutGranted(ctx, tx, by, all)
}
