// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"strings"

	"tinhso.vn/internal/platform/db"
)

// Object is one row of access_objects.
type Object struct {
	ID, Account, Permission, Object, Why string
	Since, Until                         db.Time
}

const objectColumns = `id, account_id, permission, object_id, why, since, until`

func scanObject(r db.Row) (o Object, err error) {
	err = r.Scan(&o.ID, &o.Account, &o.Permission, &o.Object, &o.Why, &o.Since, &o.Until)
	return o, err
}

// PutObject keeps a right about a single thing, new or changed.
func PutObject(ctx context.Context, tx *db.Tx, o Object) error {
	_, err := tx.Exec(ctx, `INSERT INTO access_objects (`+objectColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO UPDATE SET until = excluded.until`, o.ID, o.Account, o.Permission, o.Object, o.Why, o.Since, o.Until)
	return err
}

// ObjectsOf returns the single things an account may see at a moment.
func ObjectsOf(ctx context.Context, q db.Querier, account string, now db.Time) ([]Object, error) {
	return db.All(ctx, q, scanObject, `SELECT `+objectColumns+` FROM access_objects WHERE account_id = $1 AND since <= $2
		AND (until IS NULL OR until > $2) ORDER BY since, id`, account, now)
}

// ObjectsAbout returns who may see a single thing at a moment.
func ObjectsAbout(ctx context.Context, q db.Querier, object string, now db.Time) ([]Object, error) {
	return db.All(ctx, q, scanObject, `SELECT `+objectColumns+` FROM access_objects WHERE object_id = $1 AND since <= $2
		AND (until IS NULL OR until > $2) ORDER BY since, id`, object, now)
}

// Reacher is somebody whose holding reaches a unit with a permission.
type Reacher struct {
	Holding
	Login, Name, Key, Permission string
}

// Reach returns at most limit holdings in force that reach one of the units
// with one of the permissions, sorted by name, after the given one.
func Reach(ctx context.Context, q db.Querier, units, permissions []string, now db.Time, afterKey, afterID string, limit int) ([]Reacher, error) {
	text, args := reachQuery(units, permissions, now, afterKey, afterID, limit)
	return db.All(ctx, q, func(r db.Row) (a Reacher, err error) {
		var subtree int
		err = r.Scan(append(a.dest(&subtree), &a.Login, &a.Name, &a.Key, &a.Permission)...)
		a.Subtree = subtree == 1
		return a, err
	}, text, args...)
}

func reachQuery(units, permissions []string, now db.Time, afterKey, afterID string, limit int) (string, []any) {
	args := []any{now, afterKey, afterID, limit}
	list := func(values []string) string {
		marks := make([]string, len(values))
		for i, v := range values {
			args = append(args, v)
			marks[i] = fmt.Sprintf("$%d", len(args))
		}
		return strings.Join(marks, ", ")
	}
	at, may := list(units), list(permissions)
	return `SELECT ` + holdingColumns + `, i.login, p.name, p.name_key, MIN(r.permission) FROM access_holdings h
		JOIN access_role_permissions r ON r.role_id = h.role_id AND r.permission IN (` + may + `)
		JOIN identity_accounts i ON i.id = h.account_id JOIN identity_persons p ON p.id = i.person_id
		WHERE ` + inForce(1) + ` AND h.unit_id IN (SELECT ancestor_id FROM orgs_tree WHERE unit_id IN (` + at + `)) AND (h.subtree = 1 OR h.unit_id IN (` + at + `))
		AND (p.name_key > $2 OR (p.name_key = $2 AND h.id > $3))
		GROUP BY ` + holdingColumns + `, i.login, p.name, p.name_key ORDER BY p.name_key, h.id LIMIT $4`, args
}

// Right is a permission of an account at a unit.
type Right struct{ Account, Permission, Unit string }

// Rights returns everything that everybody may do at a moment, unit by unit.
func Rights(ctx context.Context, q db.Querier, now db.Time) ([]Right, error) {
	return db.All(ctx, q, func(r db.Row) (x Right, err error) {
		err = r.Scan(&x.Account, &x.Permission, &x.Unit)
		return x, err
	}, `SELECT h.account_id, p.permission, h.unit_id FROM access_holdings h JOIN access_role_permissions p ON p.role_id = h.role_id
		WHERE `+inForce(1)+` AND h.subtree = 0
		UNION SELECT h.account_id, p.permission, t.unit_id FROM access_holdings h JOIN access_role_permissions p ON p.role_id = h.role_id
		JOIN orgs_tree t ON t.ancestor_id = h.unit_id WHERE `+inForce(1)+` AND h.subtree = 1`, now)
}

// Person is somebody in the list of people.
type Person struct{ Account, Login, Name, Key string }

// People returns at most limit people who have a holding in one of the units
// under ancestor (or anywhere in scope) that is not over, sorted by given name.
func People(ctx context.Context, q db.Querier, where string, args []any, words string, now db.Time, afterKey, afterAccount string, limit int) ([]Person, error) {
	text, args := peopleQuery(where, args, words, now, afterKey, afterAccount, limit)
	return db.All(ctx, q, func(r db.Row) (p Person, err error) {
		err = r.Scan(&p.Account, &p.Login, &p.Name, &p.Key)
		return p, err
	}, text, args...)
}

func peopleQuery(where string, args []any, words string, now db.Time, afterKey, afterAccount string, limit int) (string, []any) {
	n := len(args)
	args = append(args, now, afterKey, afterAccount, limit)
	match := ""
	if words != "" {
		args = append(args, "%"+words+"%", strings.ToLower(words)+"%")
		match = fmt.Sprintf(` AND (p.name_folded LIKE $%d OR i.login LIKE $%d)`, n+5, n+6)
	}
	// From the holdings, of which there are thousands, to the persons, of whom there are half a million.
	return fmt.Sprintf(`SELECT i.id, i.login, p.name, p.name_key FROM identity_accounts i CROSS JOIN identity_persons p
		WHERE i.id IN (SELECT h.account_id FROM access_holdings h WHERE h.unit_id > '' AND (h.until IS NULL OR h.until > $%d) AND %s)
		AND p.id = i.person_id AND (p.name_key > $%d OR (p.name_key = $%d AND i.id > $%d))%s ORDER BY p.name_key, i.id LIMIT $%d`,
		n+1, where, n+2, n+2, n+3, match, n+4), args
}

// RoleCount is how many holdings of a role are in force.
type RoleCount struct {
	Role    string
	Holders int64
}

// CountRoles counts the holdings in units that are in force, by role.
func CountRoles(ctx context.Context, q db.Querier, now db.Time) ([]RoleCount, error) {
	return db.All(ctx, q, func(r db.Row) (c RoleCount, err error) {
		err = r.Scan(&c.Role, &c.Holders)
		return c, err
	}, `SELECT h.role_id, COUNT(DISTINCT h.account_id) FROM access_holdings h WHERE h.unit_id > '' AND `+inForce(1)+` GROUP BY h.role_id ORDER BY h.role_id`, now)
}

// CountPeople counts the accounts with a holding in a unit that is in force.
func CountPeople(ctx context.Context, q db.Querier, now db.Time) (n int64, err error) {
	err = q.QueryRow(ctx, `SELECT COUNT(DISTINCT h.account_id) FROM access_holdings h WHERE h.unit_id > '' AND `+inForce(1), now).Scan(&n)
	return n, err
}

// RoleHolders returns at most limit holdings of a role in units that are in
// force, sorted by given name, after the given one.
func RoleHolders(ctx context.Context, q db.Querier, role string, now db.Time, afterKey, afterID string, limit int) ([]Reacher, error) {
	return db.All(ctx, q, func(r db.Row) (a Reacher, err error) {
		var subtree int
		err = r.Scan(append(a.dest(&subtree), &a.Login, &a.Name, &a.Key)...)
		a.Subtree = subtree == 1
		return a, err
	}, roleHoldersQuery(), now, afterKey, afterID, limit, role)
}

func roleHoldersQuery() string {
	return `SELECT ` + holdingColumns + `, i.login, p.name, p.name_key FROM access_holdings h
	CROSS JOIN identity_accounts i CROSS JOIN identity_persons p
	WHERE i.id = h.account_id AND p.id = i.person_id AND h.role_id = $5 AND h.unit_id > '' AND ` + inForce(1) + ` AND (p.name_key > $2 OR (p.name_key = $2 AND h.id > $3)) ORDER BY p.name_key, h.id LIMIT $4`
}

// PostsOf returns the holdings in units that accounts have now.
func PostsOf(ctx context.Context, q db.Querier, now db.Time, accounts ...string) ([]Holding, error) {
	if len(accounts) == 0 {
		return nil, nil
	}
	args, marks := []any{now}, make([]string, len(accounts))
	for i, a := range accounts {
		args = append(args, a)
		marks[i] = fmt.Sprintf("$%d", len(args))
	}
	return db.All(ctx, q, scanHolding, `SELECT `+holdingColumns+` FROM access_holdings h WHERE h.account_id IN (`+strings.Join(marks, ", ")+`)
		AND h.unit_id <> '' AND `+inForce(1)+` ORDER BY h.account_id, CASE h.kind WHEN 'main' THEN 0 ELSE 1 END, h.since, h.id`, args...)
}
