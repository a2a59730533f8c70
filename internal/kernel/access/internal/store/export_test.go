// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import "tinhso.vn/internal/platform/db"

// Query is a query to be explained.
type Query struct {
	Text string
	Args []any
}

// Plans are the queries that must not read all holdings.
func Plans(now db.Time) map[string]Query {
	reach, args := reachQuery([]string{"u10107"}, []string{"x.read"}, now, "", "", 51)
	people, named := peopleQuery("(1 = 1)", nil, "an", now, "", "", 51)
	return map[string]Query{
		"people": {people, named},
		"role":   {roleHoldersQuery(), []any{now, "", "", 51, "r"}},
		"reach":  {reach, args},
		"grants": {`SELECT p.permission FROM access_holdings h JOIN access_role_permissions p ON p.role_id = h.role_id WHERE h.account_id = $1 AND ` + inForce(2), []any{"a10007", now}},
	}
}
