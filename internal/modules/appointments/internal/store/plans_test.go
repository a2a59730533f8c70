// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"testing"

	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// Every list of 20,000 rows is answered from an index.
func TestListsUseAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		t.Helper()
		n := `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT `
		one, unit, day := `'x' || CAST(100000 + i AS TEXT)`, `'u' || CAST(i % 100 AS TEXT)`, `'2026-03-' || CAST(10 + i % 20 AS TEXT)`
		dbtest.Fill(t, d,
			`INSERT INTO appointments_offices (`+officeColumns+`) `+n+one+`, 1, CASE WHEN i % 9 = 0 THEN 0 ELSE 1 END, 14, 15, 10, 1, '', '', `+one+`, '', '', '', i FROM n`,
			`INSERT INTO appointments_bookings (`+bookingColumns+`) `+n+one+`, `+one+`, `+unit+`, '', '', '', '', `+day+`, i, '', '', `+one+`, '', 'done', 0, i FROM n`,
			`INSERT INTO appointments_tickets (`+ticketColumns+`) `+n+one+`, `+unit+`, `+day+`, i, CASE WHEN i % 2 = 0 THEN '' ELSE `+one+` END, 0, '', '', CASE WHEN i % 50 = 0 THEN 'waiting' ELSE 'done' END, i, i, `+unit+`, 1, i, i, i FROM n`,
			`ANALYZE`,
		)
		dbtest.Indexed(t, d, "appointments_", map[string]dbtest.Query{
			"offices": dbtest.Ask(officesQuery("", "", OfficeAfter{"x105000", "x105000"}, 31)),
			"a day":   dbtest.Of(dayQuery, "u7", "2026-03-11", 0, "", 31),
			"waiting": dbtest.Of(stateQuery, "u7", "2026-03-11", Waiting, 31),
			"called":  dbtest.Of(lastQuery, "u7", "2026-03-11", 2),
			"waits":   dbtest.Of(waitsQuery, "u7", "2026-03-11", "2026-03-12", 31),
			"old":     dbtest.Of(eraseQuery, "2026-03-11", 31),
		})
	})
}
