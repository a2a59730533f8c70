// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access/internal/store"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// seed is 3,500 units under 100 parents, 8,000 people with a post each and
// 12,000 holdings that are over.
func seed() []string {
	n := func(top int) string {
		return fmt.Sprintf(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) `, top)
	}
	const holding = `INSERT INTO access_holdings (id, account_id, role_id, unit_id, subtree, kind, position_id, title_vi, title_en, signs_as, since, until, suspended_at, decision, decided_on, reason, from_id,
		entered_by, entered_at, ended_by, ended_at, end_decision) `
	return []string{
		`INSERT INTO access_roles (id, name_vi, name_en) VALUES ('r', 'r', 'r')`, `INSERT INTO access_role_permissions (role_id, permission) VALUES ('r', 'x.read')`,
		`INSERT INTO orgs_units (id, parent_id, kind, name_vi, name_en, agency_vi, agency_en, short, name_folded, sort_key, code, provisional_code, area_code, verified, valid_from, valid_to, address, phone) ` + n(3500) +
			`SELECT 'u' || CAST(10000 + i AS TEXT), CASE WHEN i > 100 THEN 'u' || CAST(10001 + i % 100 AS TEXT) END, 'ward', 'n', '', '', '', '', 'n', 'k' || CAST(i AS TEXT), '', '', '', 1, '', '', '', '' FROM n`,
		`INSERT INTO orgs_tree (ancestor_id, unit_id) SELECT id, id FROM orgs_units UNION ALL SELECT parent_id, id FROM orgs_units WHERE parent_id IS NOT NULL`,
		`INSERT INTO identity_persons (id, kind, name, name_folded, name_key, number_sealed, number_index, phone_sealed, phone_index, email_sealed, email_index, created_at) ` + n(8000) +
			`SELECT 'p' || CAST(10000 + i AS TEXT), 'individual', 'N', 'nguyen van ' || CAST(i AS TEXT), 'k' || CAST(10000 + i AS TEXT), '', '', '', '', '', '', 0 FROM n`,
		`INSERT INTO identity_accounts (id, person_id, login, password_hash, disabled, note, created_at) SELECT 'a' || SUBSTR(id, 2), id, 'l' || SUBSTR(id, 2), '', 0, '', 0 FROM identity_persons`,
		holding + n(8000) + `SELECT 'h' || CAST(10000 + i AS TEXT), 'a' || CAST(10000 + i AS TEXT), 'r', 'u' || CAST(10001 + i % 3500 AS TEXT), i % 2, 'main', '', '', '', '', 1, NULL, NULL, '', '', '', '', '', 1, '', NULL, '' FROM n`,
		holding + n(12000) + `SELECT 'o' || CAST(10000 + i AS TEXT), 'a' || CAST(10001 + i % 8000 AS TEXT), 'r', 'u' || CAST(10001 + i % 3500 AS TEXT), 0, 'main', '', '', '', '', 1, 2, NULL, '', '', '', '', '', 1, '', NULL, '' FROM n`,
		`ANALYZE`,
	}
}

// counted counts what is asked.
type counted struct {
	db.Querier
	n *int
}

func (c counted) Query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	*c.n++
	return c.Querier.Query(ctx, q, args...)
}

func TestListsOfManyPeople(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), identity.Migrations(), store.Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx := t.Context()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			for _, text := range seed() {
				if _, err := tx.Exec(ctx, text); err != nil {
					return fmt.Errorf("%s: %w", text[:60], err)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		now := d.Now()
		n := 0
		q := counted{d, &n}
		people, err := store.People(ctx, q, "h.unit_id IN (SELECT unit_id FROM orgs_tree WHERE ancestor_id = $1)", []any{"u10007"}, "", now, "", "", 51)
		if err != nil || len(people) != 51 {
			t.Fatalf("%d people, %v", len(people), err)
		}
		accounts := make([]string, len(people))
		for i, p := range people {
			accounts[i] = p.Account
		}
		if posts, err := store.PostsOf(ctx, q, now, accounts...); err != nil || len(posts) != 51 {
			t.Errorf("%d posts, %v", len(posts), err)
		}
		reach, err := store.Reach(ctx, q, []string{"u10107"}, []string{"x.read"}, now, "", "", 51)
		if err != nil || len(reach) == 0 {
			t.Errorf("%d reach, %v", len(reach), err)
		}
		if n != 3 {
			t.Errorf("%d queries for three lists", n)
		}
		for name, query := range store.Plans(now) {
			lines := dbtest.Plan(t, d, query.Text, query.Args...)
			plan := strings.Join(lines, "\n")
			bad := []string{"SCAN h", "Seq Scan on access_holdings"}
			if name == "people" || name == "role" { // all holdings here are of officials; a big database holds half a million citizens beside them
				bad = []string{"SCAN p\n", "SCAN p ", "SCAN i\n", "SCAN i "}
			}
			for _, one := range bad {
				if strings.Contains(plan+"\n", one) {
					t.Errorf("%s reads all of a table (%s):\n%s", name, one, plan)
				}
			}
		}
	})
}
