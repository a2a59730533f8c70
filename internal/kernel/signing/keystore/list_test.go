// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package keystore

import (
	"crypto/x509"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tinhso.vn/internal/kernel/access"
	"tinhso.vn/internal/kernel/i18n"
	"tinhso.vn/internal/kernel/identity"
	"tinhso.vn/internal/kernel/jobs"
	"tinhso.vn/internal/kernel/orgs"
	"tinhso.vn/internal/kernel/signing"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// many fills the register with 20,000 certificates of 100 units; one in ten is not active.
const many = `INSERT INTO keystore_certificates (id, account_id, seal_unit, unit_id, name, folded, kind, provider, reference, state, simulated,
	serial, issuer, issuer_hash, certificate, key_sealed, not_before, not_after, created_at)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
SELECT 'c' || CAST(100000 + i AS TEXT), 'a' || CAST(i AS TEXT), '', 'u' || CAST(i % 100 AS TEXT), 'Nguyễn Văn ' || CAST(i AS TEXT), 'nguyen van ' || CAST(i AS TEXT),
	CASE WHEN i % 3 = 0 THEN 'local' ELSE 'remote' END, '', '', CASE WHEN i % 10 = 0 THEN 'revoked' ELSE 'active' END, 0,
	'5e' || CAST(i AS TEXT), '', 'h', '', '', 0, 1000 * (i / 2), 0 FROM n`

// The register of a whole province is read from an index, page by page.
func TestListUsesAnIndex(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), Migrations()}, func(t *testing.T, d *db.DB, _ *dbtest.Clock) {
		ctx, r := t.Context(), NewRegister(crypt.Ephemeral())
		if err := d.Write(ctx, func(tx *db.Tx) error {
			units := []orgs.Unit{{ID: "tinh", Kind: orgs.Province, Name: i18n.Text{VI: "Tỉnh"}}}
			for i := range 100 {
				units = append(units, orgs.Unit{ID: orgs.ID(fmt.Sprintf("u%d", i)), Parent: "tinh", Kind: orgs.Ward, Name: i18n.Text{VI: "Phường"}})
			}
			if _, err := orgs.Apply(ctx, tx, units); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, many); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, `ANALYZE`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		scope := func(place identity.Place) access.Scope {
			sc, err := access.Require(identity.NewActor("a", "").Grant("x.y", place), "x.y")
			if err != nil {
				t.Fatal(err)
			}
			return sc
		}
		ward, whole := scope(identity.Place{Unit: "u1"}), scope(identity.Place{Unit: "tinh", Subtree: true})
		middle := Key{NotAfter: 5_000_000, ID: "c110000"}
		for name, q := range map[string]struct {
			sc access.Scope
			f  Filter
		}{
			"ward": {ward, Filter{}}, "province": {whole, Filter{}}, "active": {whole, Filter{State: Active}},
			"unit": {whole, Filter{Unit: "u7"}}, "soon": {whole, Filter{State: Active, Before: db.At(dbtest.Now())}},
		} {
			query, args := listQuery(q.sc, q.f, middle, 50)
			plan := dbtest.Plan(t, d, query, args...)
			if scans(d.Dialect(), plan) {
				t.Errorf("%s reads the whole table:\n%s", name, strings.Join(plan, "\n"))
			}
		}
		seen, after := map[string]bool{}, Key{}
		for {
			page, err := r.List(ctx, d, whole, Filter{State: Active}, after, 997)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page {
				seen[c.ID] = true
			}
			if len(page) < 997 {
				break
			}
			if after, err = ParseKey(KeyOf(page[996]).String()); err != nil {
				t.Fatal(err)
			}
		}
		n, err := r.Count(ctx, d, whole, Filter{State: Active})
		if err != nil || len(seen) != 18000 || n != 18000 {
			t.Errorf("paged %d, counted %d, %v; want 18,000", len(seen), n, err)
		}
		for words, want := range map[string]int64{"Nguyễn Văn 777": 11, "nguyen van 19999": 1, "5E12345": 1, "100": count(20000, "100")} {
			if n, err := r.Count(ctx, d, whole, Filter{Words: words}); err != nil || n != want {
				t.Errorf("%q finds %d, want %d, %v", words, n, want, err)
			}
		}
	})
}

// count counts numbers that have the digits in their name.
func count(to int, digits string) (n int64) {
	for i := 1; i <= to; i++ {
		if strings.Contains(fmt.Sprint(i), digits) {
			n++
		}
	}
	return n
}

func scans(dialect db.Dialect, plan []string) bool {
	return slices.ContainsFunc(plan, func(line string) bool {
		if dialect == db.Postgres {
			return strings.Contains(line, "Seq Scan on keystore_certificates")
		}
		return strings.HasPrefix(line, "SCAN keystore_certificates") && !strings.Contains(line, "USING INDEX")
	})
}

func TestKeysOfPages(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"x", "_", "1_", "_a", "1"} {
		if _, err := ParseKey(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

// A certificate is spoken of at 60, 30, 7 and 1 days, once each, whoever asks how often.
func TestWarnings(t *testing.T) {
	t.Parallel()
	ca, err := signing.NewDevCA("kiểm thử", dbtest.Now(), signing.P256)
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, []db.Migrations{orgs.Migrations(), jobs.Migrations(), Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		ctx, r := t.Context(), NewRegister(crypt.Ephemeral())
		issue := func(days int) *signing.SoftKey {
			key, err := ca.Issue(signing.Subject{Name: "A", From: c.Now().Add(-oneDay), Until: c.Now().AddDate(0, 0, days)})
			if err != nil {
				t.Fatal(err)
			}
			return key
		}
		for name, days := range map[string]int{"a": 90, "b": 5, "suspended": 5} {
			key := issue(days)
			var cert *x509.Certificate
			if cert, _, err = key.Certificate(ctx); err != nil {
				t.Fatal(err)
			}
			if err := d.Write(ctx, func(tx *db.Tx) error {
				added, err := r.Add(ctx, tx, Draft{Holder: Holder{Account: name}, Unit: "u1", Kind: Soft, Cert: cert, Key: key})
				if err != nil || name != "suspended" {
					return err
				}
				return r.Suspend(ctx, tx, access.All(), added.ID, "it", "thử")
			}); err != nil {
				t.Fatal(err)
			}
		}
		warn := func() (total int) {
			for {
				var n int
				if err := d.Write(ctx, func(tx *db.Tx) (err error) {
					n, err = WarnDue(ctx, tx, "x.warn", 1)
					return err
				}); err != nil {
					t.Fatal(err)
				}
				if total += n; n == 0 {
					return total
				}
			}
		}
		var got []int
		for range 95 {
			got = append(got, warn())
			c.Advance(oneDay)
		}
		want := make([]int, 95)
		for _, day := range []int{0, 4, 30, 60, 83, 89} { // b at 5 days (for 7) and 1; a at 60, 30, 7, 1
			want[day]++
		}
		if !slices.Equal(got, want) {
			t.Errorf("warned on days\n%v, want\n%v", got, want)
		}
		if queued, _, err := jobs.Counts(ctx, d); err != nil || queued != 6 {
			t.Errorf("%d jobs, %v", queued, err)
		}
		said := 0
		for range 2 {
			if err := d.Write(ctx, func(tx *db.Tx) error {
				var id string
				if err := tx.QueryRow(ctx, `SELECT certificate_id FROM keystore_warnings WHERE days = 60`).Scan(&id); err != nil {
					return err
				}
				first, err := Told(ctx, tx, Warning{Certificate: id, Days: 60})
				if first {
					said++
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		if said != 1 {
			t.Errorf("said %d times", said)
		}
	})
}
