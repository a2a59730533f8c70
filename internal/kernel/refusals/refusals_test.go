// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package refusals_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/kernel/refusals"
	"tinhso.vn/internal/platform/crypt"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

func each(t *testing.T, f func(t *testing.T, d *db.DB, l *refusals.Log, c *dbtest.Clock)) {
	t.Helper()
	dbtest.Each(t, []db.Migrations{refusals.Migrations()}, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		f(t, d, refusals.New(d, crypt.Ephemeral()), c)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsKeptOfARefusal(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, l *refusals.Log, _ *dbtest.Clock) {
		ctx := t.Context()
		l.Refuse(refusals.Refusal{
			Kind: refusals.WrongSignIn, Login: "lan", Route: "POST /dang-nhap", Address: netip.MustParseAddr("203.0.113.77"), Object: strings.Repeat("x", 900),
		})
		l.Refuse(refusals.Refusal{Kind: refusals.NotAllowed, Account: "a1", Permission: "console.audit", Address: netip.MustParseAddr("2001:db8:1:2::")})
		must(t, l.Flush(ctx))
		must(t, l.Flush(ctx)) // nothing twice
		all, err := refusals.List(ctx, d, refusals.Filter{}, "", 10)
		must(t, err)
		if len(all) != 2 || all[0].Network != "2001:db8:1::/48" || all[1].Network != "203.0.113.0/24" || all[1].Count != 1 || len(all[1].Object) != 200 {
			t.Fatalf("%+v", all)
		}
		if said := fmt.Sprintf("%+v", all); strings.Contains(said, "lan") || strings.Contains(said, "203.0.113.77") {
			t.Errorf("it tells too much: %s", said)
		}
		for f, want := range map[refusals.Filter]int{
			{Kind: refusals.NotAllowed}: 1, {Account: "a1"}: 1, {Address: all[1].Address}: 1, {Kind: refusals.CrossSite}: 0, {Account: "a1", Kind: refusals.WrongSignIn}: 0,
		} {
			if got, err := refusals.List(ctx, d, f, "", 10); err != nil || len(got) != want {
				t.Errorf("%+v: %d, %v", f, len(got), err)
			}
		}
		if next, err := refusals.List(ctx, d, refusals.Filter{}, all[0].ID, 10); err != nil || len(next) != 1 || next[0].ID != all[1].ID {
			t.Errorf("the next page: %+v, %v", next, err)
		}
	})
}

func TestAFloodIsCounted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, l *refusals.Log, c *dbtest.Clock) {
		ctx := t.Context()
		for i := range 5000 {
			l.Refuse(refusals.Refusal{Kind: refusals.NotFound, Account: "a", Route: "GET /x/{id}", Object: fmt.Sprint(i)})
		}
		l.Refuse(refusals.Refusal{Kind: refusals.NotFound, Account: "b", Route: "GET /x/{id}"})
		must(t, l.Flush(ctx))
		count := func() (rows int, sum int64) {
			all, err := refusals.List(ctx, d, refusals.Filter{}, "", 100)
			must(t, err)
			for _, e := range all {
				sum += e.Count
			}
			return len(all), sum
		}
		if rows, sum := count(); rows != 6 || sum != 6 {
			t.Errorf("%d rows tell of %d", rows, sum)
		}
		c.Advance(2 * time.Minute)
		must(t, l.Flush(ctx))
		if rows, sum := count(); rows != 7 || sum != 5001 {
			t.Errorf("after the minute %d rows tell of %d", rows, sum)
		}
		for i := range 30_000 { // each from somewhere else
			l.Refuse(refusals.Refusal{Kind: refusals.TooOften, Address: netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})})
		}
		must(t, l.Close(ctx))
		if rows, sum := count(); sum < 35_001 && rows < 100 {
			t.Errorf("%d rows tell of %d", rows, sum)
		}
		var sum int64
		must(t, d.QueryRow(ctx, `SELECT SUM(count) FROM refusals_entries`).Scan(&sum))
		if sum != 35_001 {
			t.Errorf("%d were counted", sum)
		}
	})
}

func TestRowsAreKeptUntilTheirTimeIsOver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, l *refusals.Log, c *dbtest.Clock) {
		ctx := t.Context()
		l.Refuse(refusals.Refusal{Kind: refusals.CrossSite})
		must(t, l.Flush(ctx))
		for _, q := range []string{`UPDATE refusals_entries SET account = 'x'`, `DELETE FROM refusals_entries`} {
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(ctx, q); return err }); err == nil {
				t.Errorf("%s was possible", q)
			}
		}
		sweep := func() (n int64) {
			must(t, d.Write(ctx, func(tx *db.Tx) (err error) { n, err = refusals.Sweep(ctx, tx, 90); return err }))
			return n
		}
		c.Advance(89 * 24 * time.Hour)
		if n := sweep(); n != 0 {
			t.Errorf("%d removed too early", n)
		}
		c.Advance(2 * 24 * time.Hour)
		if n := sweep(); n != 1 {
			t.Errorf("%d removed", n)
		}
	})
}

func TestListsUseAnIndex(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *db.DB, _ *refusals.Log, _ *dbtest.Clock) {
		ctx := t.Context()
		must(t, d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, tx.Dialect().Pick(
				`INSERT INTO refusals_entries WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
					SELECT printf('%08d', i), i, i + 0, 'k' || (i % 7), 'a' || (i % 50), '', '', '', '', '', 'x' || (i % 90), 1 FROM n`,
				`INSERT INTO refusals_entries SELECT lpad(i::text, 8, '0'), i, i + 0, 'k' || (i % 7), 'a' || (i % 50), '', '', '', '', '', 'x' || (i % 90), 1 FROM generate_series(1, 20000) i`))
			if err == nil && tx.Dialect() == db.Postgres {
				_, err = tx.Exec(ctx, `ANALYZE refusals_entries`)
			}
			return err
		}))
		for _, f := range []refusals.Filter{{}, {Kind: "k1"}, {Account: "a1"}, {Address: "x1"}} {
			query, args := refusals.Listing(f, "", 50)
			said := strings.Join(dbtest.Plan(t, d, query, args...), "\n")
			if strings.Contains(said, "Seq Scan") || strings.HasPrefix(said, "SCAN refusals_entries\n") || strings.Contains(said, "TEMP B-TREE") || !strings.Contains(strings.ToLower(said), "index") {
				t.Errorf("%+v: %s", f, said)
			}
		}
	})
}
