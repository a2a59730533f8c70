// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strconv"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// many fills every table of the module with 20,000 rows of 2,000 people and 100
// wards; a twentieth of what has a state waits.
func many() []string {
	n := `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT `
	one, who, other, unit := `'x' || CAST(100000 + i AS TEXT)`, `'p' || CAST(i % 2000 AS TEXT)`, `'p' || CAST(i % 1999 AS TEXT)`, `'u' || CAST(i % 100 AS TEXT)`
	waits := func(state, rest string) string {
		return `CASE WHEN i % 20 = 0 THEN '` + state + `' ELSE '` + rest + `' END`
	}
	return []string{
		`INSERT INTO persons_representations (` + columns + `) ` + n + one + `, ` + who + `, ` + other + `, 'law', '', '', 1, '[]', '[]', '[]', i, NULL, ` + waits("checking", "active") + `, 'counter', ` + unit + `, 'a', i, NULL FROM n`,
		`INSERT INTO persons_history (id, about, at, what, actor, words_sealed) ` + n + one + `, ` + who + `, i, 'active', 'a', '' FROM n`,
		`INSERT INTO persons_guardianships (` + guardianColumns + `) ` + n + one + `, ` + who + `, ` + other + `, 'minor', ` + one + `, '', i FROM n`,
		`INSERT INTO persons_households (id, unit, address_sealed, made_by, made_at) ` + n + one + `, ` + unit + `, '', 'a', i FROM n`,
		`INSERT INTO persons_members (` + memberColumns + `) ` + n + one + `, 'x' || CAST(100001 + i % 5000 AS TEXT), ` + who + `, 'child', i, i FROM n`,
		`INSERT INTO persons_claims (` + claimColumns + `) ` + n + one + `, ` + who + `, ` + other + `, ` + waits("open", "holder") + `, ` + unit + `, 'a', i FROM n`,
		`INSERT INTO persons_pairs (a, b, why, state, found_at) ` + n + `'a' || CAST(i % 2000 AS TEXT), ` + one + `, 'born', ` + waits("open", "two") + `, i FROM n`,
		`INSERT INTO persons_merges (` + mergeColumns + `) ` + n + one + `, ` + who + `, ` + other + `, ` + waits("asked", "done") + `, 'a', i, 'b', i, 1 FROM n`,
		`INSERT INTO persons_moved (merge_id, holder, kind, thing) ` + n + one + `, 'persons', 'account', ` + one + ` FROM n`,
		`INSERT INTO persons_stood (merge_id, holder, kind, thing) ` + n + one + `, 'persons', 'account', ` + one + ` FROM n`,
		`INSERT INTO persons_requests (` + requestColumns + `) ` + n + one + `, ` + who + `, '', '', ` + unit + `, ` + waits("waiting", "taken") + `, 'a', i, '', NULL FROM n`,
		`INSERT INTO persons_deaths (` + deathColumns + `) ` + n + one + `, 'q' || CAST(i AS TEXT), '', ` + waits("checking", "confirmed") + `, '[]', ` + unit + `, 'a', i, '', NULL FROM n`,
		`ANALYZE`,
	}
}

// Every list of 20,000 rows is answered from an index.
func TestListsUseAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		t.Helper()
		ctx := t.Context()
		err := d.Write(ctx, func(tx *db.Tx) error {
			units := []orgs.Unit{{ID: "tinh", Kind: orgs.Province, Name: i18n.Text{VI: "Tỉnh"}}, {ID: "u1", Parent: "tinh", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường"}}}
			if _, err := orgs.Apply(ctx, tx, units); err != nil {
				return err
			}
			for _, fill := range many() {
				if _, err := tx.Exec(ctx, fill); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		scope := func(place identity.Place) access.Scope {
			sc, err := access.Require(identity.NewActor("a", "p7").Grant("x.y", place), "x.y")
			if err != nil {
				t.Fatal(err)
			}
			return sc
		}
		plain := func(text string, args ...any) func(access.Scope) (string, []any) {
			return func(access.Scope) (string, []any) { return text, args }
		}
		for name, query := range map[string]func(access.Scope) (string, []any){
			"rights to check":    func(sc access.Scope) (string, []any) { return checkingQuery(sc, "x100100", 51) },
			"requests":           func(sc access.Scope) (string, []any) { return waitingQuery(sc, "x100100", 51) },
			"deaths to check":    func(sc access.Scope) (string, []any) { return deathsQuery(sc, "x100100", 51) },
			"own requests":       plain(requestsOf, "p7", latest, 51),
			"rights of an agent": plain(ofAgent, "p7", latest, 51),
			"rights for one":     plain(ofRepresented, "p7", latest, 51),
			"rights between two": plain(between, "p7", "p8"),
			"rights that end":    plain(liveOf, "p7"),
			"choices":            plain(choices, "p7", db.Time{}, 31),
			"guardians":          plain(guardiansOf, "p7", 10),
			"members":            plain(membersOf, "x100007"),
			"memberships":        plain(membershipsOf, "p7"),
			"claims":             plain(openClaims, "x100100", 51),
			"claims on a number": plain(claimsOn, "p7"),
			"claims of somebody": plain(claimsBy, "p7"),
			"pairs":              plain(openPairs, "a7", "x100100", 51),
			"pairs of somebody":  plain(pairsWith, "a7"),
			"merges":             plain(merges, "asked", latest, 51),
			"merges of somebody": plain(mergesOf, "p7"),
			"moved":              plain(movedBy, "x100100"),
			"stood":              plain(stoodAt, "x100100"),
			"history":            plain(historyOf, "p7"),
			"death":              plain(deathOf, "q20"),
		} {
			for i, sc := range []access.Scope{scope(identity.Place{Unit: "u1"}), scope(identity.Place{Unit: "u1", Subtree: true})} {
				dbtest.Indexed(t, d, "persons_", map[string]dbtest.Query{name + " " + strconv.Itoa(i): dbtest.Ask(query(sc))})
			}
		}
		s := New(crypt.Ephemeral())
		seen, after := 0, Pair{}
		for {
			page, err := s.OpenPairs(ctx, d, after, 50)
			if err != nil {
				t.Fatal(err)
			}
			if seen += len(page); len(page) < 50 {
				break
			}
			after = page[49]
		}
		if seen != 1000 {
			t.Errorf("paged %d of 1,000 pairs", seen)
		}
	})
}
