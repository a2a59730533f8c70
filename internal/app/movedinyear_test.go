// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"tinhso.vn/internal/app"
	"tinhso.vn/internal/app/year"
	"tinhso.vn/internal/kernel/calendar"
	"tinhso.vn/internal/kernel/packs"
	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/db"
	"tinhso.vn/internal/platform/db/dbtest"
)

// What offices had in an older system comes with them wave by wave, is compared and
// accepted, and what was open there is worked on here: the same on both databases.
func TestAYearIsMovedIn(t *testing.T) {
	t.Parallel()
	set, err := app.LoadPack("")
	if err != nil {
		t.Fatal(err)
	}
	var said [2][]string
	t.Run("both", func(t *testing.T) {
		t.Run("sqlite", func(t *testing.T) {
			t.Parallel()
			said[0] = movedIn(t, set, "")
		})
		t.Run("postgres", func(t *testing.T) {
			t.Parallel()
			if os.Getenv("TINHSO_TEST_SQLITE_ONLY") == "1" {
				t.Skip("TINHSO_TEST_SQLITE_ONLY=1")
			}
			said[1] = movedIn(t, set, dbtest.Postgres(t, nil))
		})
	})
	if said[1] != nil && !slices.Equal(said[0], said[1]) {
		t.Errorf("two years:\n%v\n%v", said[0], said[1])
	}
}

// movedIn lives from before the first wave to behind the last, and returns all dossiers.
func movedIn(t *testing.T, set *packs.Set, database string) []string {
	t.Helper()
	day := func(m time.Month, d int) time.Time { return calendar.Date{Year: 2026, Month: m, Day: d}.At(0) }
	o := year.Options{Dossiers: 250, Seed: 7, Rush: "2026-03-09", MovesIn: true}
	cfg, state := livedAs(t, database, set, o, day(time.January, 2), day(time.January, 24))
	d, err := db.Open(cfg.Database, clock.NewManual(day(time.January, 24)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	count := func(q string, args ...any) (n int) {
		t.Helper()
		if err := d.QueryRow(t.Context(), q, args...).Scan(&n); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		return n
	}
	if n := count(`SELECT COUNT(*) FROM moving_waves WHERE state = 'accepted'`); n < 2 || n != count(`SELECT COUNT(*) FROM moving_waves`) {
		t.Errorf("%d waves were accepted", n)
	}
	const theirs = `SELECT COUNT(*) FROM dossiers_dossiers WHERE code LIKE 'MC%'`
	came, all := count(theirs), count(`SELECT COUNT(*) FROM dossiers_dossiers`)
	if added := count(`SELECT SUM(added) FROM moving_runs`); added != came || came < 150 || all-came < 4 {
		t.Errorf("%d dossiers came, %d are here, %d of %d are new", added, came, all-came, all)
	}
	if all-came > state.Filed { // days before the life began are counted by nobody
		t.Errorf("%d were filed here, %d in those days", all-came, state.Filed)
	}
	if n := count(theirs + ` AND status IN (1, 2, 4, 5, 9)`); n < 1 {
		t.Errorf("%d of them are open", n)
	}
	taken := count(`SELECT COUNT(*) FROM dossiers_dossiers d WHERE code LIKE 'MC%' AND EXISTS (SELECT 1 FROM dossiers_history h WHERE h.dossier_id = d.id AND h.status = 10 AND h.at > $1)`, db.At(day(time.January, 5)))
	if taken < 1 {
		t.Error("nothing that came open was ended here")
	}
	rows, err := db.All(t.Context(), d, func(r db.Row) (s string, err error) {
		var code, procedure, unit, status, owner string
		err = r.Scan(&code, &procedure, &unit, &status, &owner)
		return code + " " + procedure + " " + unit + " " + status + " " + owner, err
	}, `SELECT code, procedure_id, received_unit, status, owner_name FROM dossiers_dossiers`)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(rows)
	return rows
}

// Who owes a fee pays at the counter or by transfer, days are closed and confirmed, and
// money that fits has a receipt.
func TestFeesOfAYearArePaid(t *testing.T) {
	t.Parallel()
	set, err := app.LoadPack("")
	if err != nil {
		t.Fatal(err)
	}
	day := func(d int) time.Time { return calendar.Date{Year: 2026, Month: time.March, Day: d}.At(0) }
	cfg, _ := livedAs(t, "", set, year.Options{Dossiers: 2000, Seed: 5, Rush: "2026-04-20"}, day(2), day(8))
	d, err := db.Open(cfg.Database, clock.NewManual(day(8)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	said := map[string]int{}
	for what, q := range map[string]string{
		"orders":    `SELECT COUNT(*) FROM payments_orders`,
		"cash":      `SELECT COUNT(*) FROM payments_orders WHERE state = 'paid' AND way = 'cash'`,
		"transfers": `SELECT COUNT(*) FROM payments_orders WHERE state = 'paid' AND way = 'transfer'`,
		"receipts":  `SELECT COUNT(*) FROM payments_receipts WHERE state = 'issued'`,
		"days":      `SELECT COUNT(*) FROM payments_closings WHERE state = 'confirmed'`,
		"matched":   `SELECT COALESCE(SUM(matched), 0) FROM payments_statements`,
		"in drawer": `SELECT COUNT(*) FROM payments_cash WHERE closing_id = ''`,
	} {
		var n int
		if err := d.QueryRow(t.Context(), q).Scan(&n); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		said[what] = n
	}
	if said["cash"] < 1 || said["transfers"] != said["matched"] || said["days"] < 1 || said["receipts"] != said["cash"]+said["transfers"] || said["orders"] < said["receipts"] || said["in drawer"] > 0 {
		t.Errorf("%v", said)
	}
}
