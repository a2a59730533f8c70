// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strconv"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// many fills every table with 20,000 rows of 2,000 people.
func many() []string {
	n := `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT `
	one, who := `'x' || CAST(100000 + i AS TEXT)`, `'p' || CAST(i % 2000 AS TEXT)`
	return []string{
		`INSERT INTO holdings_papers (` + columns + `) ` + n + one + `, ` + who + `, 't' || CAST(i % 9 AS TEXT), '', 'q', 'u', '', '', 1, 'none', ` + one + `, '', 'intake', ` + one + `, ` + one + `, 'u' || CAST(i % 100 AS TEXT), 'a', i, 'valid', '', '', NULL, '', '' FROM n`,
		`INSERT INTO holdings_uses (` + useColumns + `) ` + n + one + `, ` + one + `, ` + one + `, 'q', 'g', '', 'u' || CAST(i % 100 AS TEXT), 'a', i, i FROM n`,
		`INSERT INTO holdings_shares (` + shareColumns + `) ` + n + one + `, ` + one + `, ` + who + `, ` + one + `, '', i, 0, 0, 'a', i, NULL FROM n`,
		`INSERT INTO holdings_looks (id, share_id, at, what, address_sealed) ` + n + one + `, ` + one + `, i, 'page', '' FROM n`,
		`ANALYZE`,
	}
}

// Every list of 20,000 rows is answered from an index.
func TestListsUseAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		t.Helper()
		dbtest.Fill(t, d, many()...)
		own, err := access.Require(identity.NewActor("a", "p7").Grant("x.y", identity.Place{}), "x.y")
		if err != nil {
			t.Fatal(err)
		}
		acting := access.Scope{}.For(access.Stand{Person: "p7", Kinds: []string{"q", "r"}})
		plain := func(text string, args ...any) func(access.Scope) (string, []any) {
			return func(access.Scope) (string, []any) { return text, args }
		}
		for name, query := range map[string]func(access.Scope) (string, []any){
			"papers": func(sc access.Scope) (string, []any) { return listQuery(sc, Filter{}, "x100100", 31) },
			"papers of a type": func(sc access.Scope) (string, []any) {
				return listQuery(sc, Filter{Type: "t1", State: "valid"}, "", 31)
			},
			"papers of an owner":  func(sc access.Scope) (string, []any) { return ofOwnerQuery(sc, "p7", "t1", 10) },
			"each of an owner":    plain(eachOf, "p7", "", 31),
			"papers of a dossier": func(access.Scope) (string, []any) { return ofDossierQuery(access.All(), "x100100", 31) },
			"uses":                plain(usesOf, "x100100", 50),
			"links":               plain(sharesOf, "x100100", 50),
			"looks":               plain(looksOf, "x100100", 200),
		} {
			for i, sc := range []access.Scope{own, acting} {
				dbtest.Indexed(t, d, "holdings_", map[string]dbtest.Query{name + " " + strconv.Itoa(i): dbtest.Ask(query(sc))})
			}
		}
	})
}
